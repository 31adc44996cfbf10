"""Lines of Yarn Spinner files, versions 1 to 3: one node a node. https://docs.yarnspinner.dev"""

import re
from collections.abc import Callable

from playloom_train.kinds.quest.reading.acts import GO, act_named, act_of_id
from playloom_train.kinds.quest.reading.found import Node, Said
from playloom_train.kinds.quest.reading.ink import LINE_HIGH, LONG
from playloom_train.kinds.quest.reading.markup import aside, escapes_aside, labelled, restored

_TITLE = re.compile(r"title\s*:\s*(\S.*)")
_COMMENT = re.compile(r"(?<!:)//.*")
_COMMAND = re.compile(r"<<([^<>]*(?:[<>](?![<>])[^<>]*)*)>>")
_JUMP = re.compile(r"(?:jump|detour)\s+(\w+)")
_LINK = re.compile(r"\[\[(?:([^\[\]|]*)\|)?\s*([^\[\]|]*?)\s*\]\]")
_OPTION = re.compile(r"->\s*")
_GROUPED = re.compile(r"=>\s*")
_TAG = re.compile(r"#(line|act):(\S+)")
_WORDED = re.compile(r"\[(?:select|plural|ordinal)\b[^\[\]]*\]")
_MARKUP = re.compile(r"\[/?[A-Za-z_][^\[\]]*\]|\[/\]")


def read(text: str, leave: Callable[[str, int], None]) -> list[Node]:
    """Return the nodes of a file; see `ink.read`."""
    nodes: list[Node] = []
    title, inside = "", False
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if len(line) > LINE_HIGH:
            leave(LONG, number)
        elif inside and line == "===":
            title, inside = "", False
        elif inside and line:
            _take(nodes[-1], line, number)
        elif not inside and line == "---":
            inside = True
            nodes.append(Node(title))
        elif not inside and (found := _TITLE.match(line)):
            title = found[1].strip()
    return nodes


def _take(node: Node, line: str, number: int) -> None:
    """Add a line of a node's body."""
    line = _COMMENT.sub("", escapes_aside(line))
    node.links |= {jump[1] for command in _COMMAND.findall(line) if (jump := _JUMP.match(command.strip()))}
    node.links |= {link[2] for link in _LINK.finditer(line)}
    line = _COMMAND.sub("", line).strip()
    tags = dict(_TAG.findall(line))
    line = line.partition("#")[0].strip()
    link = _LINK.fullmatch(line)
    option = _OPTION.match(line)
    words = line[option.end() :] if option else _GROUPED.sub("", line, count=1)
    words = (link[1] or "") if link else words
    go = bool(link or option)
    words = _LINK.sub(lambda found: found[1] or "", words)
    words = _WORDED.sub(f"{aside('{')}inflected{aside('}')}", words)
    words = _MARKUP.sub("", words)
    speaker, words = ("{player}", words) if go else labelled(words, sure=True)
    if not words.strip():
        return
    quest, act = act_of_id(restored(tags.get("line", "")))
    act = act or act_named(tags.get("act")) or (GO if go else None)
    node.said.append(Said(restored(words), restored(speaker) if speaker else None, number, act, quest=quest))
