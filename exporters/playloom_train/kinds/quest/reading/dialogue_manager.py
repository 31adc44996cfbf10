"""Lines of Godot Dialogue Manager files, versions 2 and 3: one node a title.

https://github.com/nathanhoad/godot_dialogue_manager/blob/main/docs/Basic_Dialogue.md
"""

import re
from collections.abc import Callable

from playloom_train.kinds.quest.reading.acts import GO, act_named, act_of_id
from playloom_train.kinds.quest.reading.found import Node, Said
from playloom_train.kinds.quest.reading.ink import LINE_HIGH, LONG, NESTED
from playloom_train.kinds.quest.reading.markup import (
    BAR,
    CLOSE,
    OPEN,
    aside,
    conditions_marked,
    expanded,
    labelled,
    restored,
    too_nested,
    without_bbcode,
)

_TITLE = re.compile(r"~\s*(\S+)")
_STATEMENT = re.compile(
    r"(?:if|elif|else if|while|match|when|for|set|do!?|import|using)\s|else\s*:?$|\$>|do!?$|@"
)
_GOTO = re.compile(r"=><?\s*([^\s=]*)\s*")
_RANDOM = re.compile(r"%\d*\s+(?:\[if [^\[\]]*/\]\s*)?")
_TAG = re.compile(r"\[(?:(ID):\s*([^\[\]]*)|#([^\[\]]*))\]")
_ACT = re.compile(r"act\s*[=:]\s*(\w+)")
_CHARACTER = re.compile(r"\[char=([0-9A-Fa-f]{1,6})\]|\[(lb|rb)\]")
_EITHER = re.compile(r"\[\[([^\[\]]*\|[^\[\]]*)\]\]")
_WHOLE = re.compile(r"\[if\b[^\[\]]*/\]")
_CONDITIONS = re.compile(
    r"(?P<begin>\[if\b[^\[\]]*\])|(?P<other>\[elif\b[^\[\]]*\])|(?P<last>\[else\])|(?P<end>\[/if\])"
)
_INSERT = re.compile(r"\{\{(.*?)\}\}")


def read(text: str, leave: Callable[[str, int], None]) -> list[Node]:
    """Return the titles of a file; see `ink.read`."""
    nodes = [Node("")]
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if len(line) > LINE_HIGH:
            leave(LONG, number)
        elif title := _TITLE.fullmatch(line):
            nodes.append(Node(title[1]))
        elif line and not line.startswith("#"):
            _take(nodes[-1], line, number, leave)
    return nodes


def _take(node: Node, line: str, number: int, leave: Callable[[str, int], None]) -> None:
    """Add a line of a title's body."""
    line = _CHARACTER.sub(_character, line)
    line = line.replace("\\n", " ").replace("\\:", aside(":"))
    node.links |= {target for target in _GOTO.findall(line) if target and target != "END"}
    if _STATEMENT.match(line):
        return
    go = line.startswith("- ") or line == "-"
    line = line[1:].strip() if go else _RANDOM.sub("", line.removeprefix("| "), count=1)
    tags = _TAG.findall(line)
    quest, act = act_of_id(next((key.strip() for kind, key, _ in tags if kind), ""))
    named = next((found[1] for *_, rest in tags if (found := _ACT.search(rest))), None)
    words = _GOTO.sub("", _TAG.sub("", line))
    words = _INSERT.sub(r"{\1}", without_bbcode(_alternatives(words)))
    if too_nested(words):
        leave(NESTED, number)
        return
    for variant in expanded(words):
        speaker, said = ("{player}", variant) if go else labelled(variant, sure=True)
        if go and (label := labelled(variant, sure=False))[0]:
            said = label[1]
        if said.strip():
            act = act or act_named(named) or (GO if go else None)
            speaker = restored(speaker) if speaker else None
            node.said.append(Said(restored(said), speaker, number, act, quest=quest))


def _character(found: re.Match[str]) -> str:
    """Return a character that is written by its number, set aside."""
    if found[2]:
        return aside("[" if found[2] == "lb" else "]")
    code = int(found[1], 16)
    return aside(chr(code)) if code < 0xF0000 and not 0xD800 <= code < 0xE000 else ""


def _alternatives(text: str) -> str:
    """Return a text with alternatives marked; conditions of a whole response are gone."""
    text = _EITHER.sub(lambda found: OPEN + found[1].replace("|", BAR) + CLOSE, text)
    return conditions_marked(_WHOLE.sub("", text), _CONDITIONS)
