"""Lines of Twee 3 files, in SugarCube, Harlowe, Chapbook or Snowman: one node a passage.

https://github.com/iftechfoundation/twine-specs/blob/master/twee-3-specification.md
"""

import html
import re
from collections.abc import Callable

from playloom_train.kinds.quest.reading.acts import GO, act_of_id
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
)

_PASSAGE = re.compile(r"::\s*((?:\\.|[^\[\]{}\\])*)(?:\[([^\[\]]*)\])?\s*(?:\{.*\})?\s*")
_SPECIAL = frozenset(
    ("StoryTitle", "StoryData", "StoryInit", "StorySettings", "StoryMenu", "StoryCaption", "StoryInterface",
     "StoryScript", "StoryStylesheet", "StorySubtitle", "StoryAuthor", "StoryIncludes", "PassageReady",
     "PassageDone", "UserScript", "UserStylesheet")
)  # fmt: skip
_CODE_TAGS = frozenset(("script", "stylesheet", "widget", "init", "Twine.private", "startup"))
_GONE = re.compile(
    r"/\*[\s\S]*?\*/|/%[\s\S]*?%/|<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?</\1>|<%(?!=)[\s\S]*?%>"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_LINK_MACRO = re.compile(rf"<<(?:link|button)\s+({_STRING})\s*(?:({_STRING})\s*)?>>")
_LEAD = re.compile(rf"<<(?:goto|include|display)\s+({_STRING})\s*>>")
_PRINTED = re.compile(r"<<(?:print|=|-)\s+([^<>]{1,80})>>|<%=\s*([^<>]{1,80}?)\s*%>")
_MACRO = re.compile(r"<<(?:[^<>]|[<>](?![<>])|\"[^\"]*\")*>>")
_LINK = re.compile(r"\[\[([^\[\]]*)\]\](?:\[[^\[\]]*\]\])?")
_HARLOWE_LINK = re.compile(
    rf"\((?:link|link-goto|link-reveal|link-repeat):\s*({_STRING})\s*(?:,\s*({_STRING}))?\s*\)"
)
_HARLOWE = re.compile(
    r"\((?:if|unless|else-?if|else|set|put|move|unpack|link[a-z-]*|text-?[a-z]*|color|colour|background|bg|font|"
    r"align|transition[a-z-]*|t8n[a-z-]*|go-?to|undo|restart|reload|display|either|random|live|event|stop|alert|"
    r"prompt|confirm|click[a-z-]*|mouse[a-z-]*|replace|append|prepend|enchant|change|show|hide|rerun|hook|char-style|"
    r"line-style|box|float-box|css|after|cond|nth|for|loop|while|hidden|a|array|dm|datamap|ds|dataset|history|"
    r"visited|passage|save-game|load-game|track|meter|icon-[a-z-]+)\s*:[^()]*\)",
    re.IGNORECASE,
)
_HARLOWE_PRINTED = re.compile(r"\(print:\s*([^()]{1,80})\)", re.IGNORECASE)
_HOOKED = re.compile(
    r"\((?:if|unless):[^()]*\)\s*\[[^\[\]]*\](?:\s*\((?:else-?if|else):[^()]*\)\s*\[[^\[\]]*\])*",
    re.IGNORECASE,
)
_HOOK = re.compile(r"\((else)?[^()]*\)\s*\[([^\[\]]*)\]", re.IGNORECASE)
_CONDITIONS = re.compile(
    r"(?P<begin><<(?:if|switch)\b[^<>]*>>)|(?P<other><<(?:elseif|case)\b[^<>]*>>)|"
    r"(?P<last><<(?:else|default)\s*>>)|(?P<end><</(?:if|switch)>>)"
)
_NAKED = re.compile(r"(?<![\w$])(\$[A-Za-z_]\w*(?:\.\w+)*)|(?<!\w)(_[a-z]\w*)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ID = re.compile(r"data-id\s*=\s*[\"']([\w.-]+)[\"']")
_STYLE = re.compile(r"''|//|__|~~|==|\^\^|@@(?:[.#][\w-]+;|[\w-]+:[^;@]*;)*|\{\{\{|\}\}\}")


def read(text: str, leave: Callable[[str, int], None]) -> list[Node]:
    """Return the passages of a file; see `ink.read`."""
    text = _GONE.sub(lambda found: "\n" * found[0].count("\n"), text)
    nodes: list[Node] = []
    skipping = True  # what stands before the first passage belongs to none
    held, first = "", 0  # a line that goes on in the next
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("::"):
            found = _PASSAGE.fullmatch(line)
            name = re.sub(r"\\(.)", r"\1", found[1]).strip() if found else line[2:].strip()
            skipping = name in _SPECIAL or bool(found and _CODE_TAGS & set((found[2] or "").split()))
            nodes += [] if skipping else [Node(name)]
            held = ""
        elif len(line) + len(held) > LINE_HIGH:
            leave(LONG, number)
            held = ""
        elif not skipping:
            first = first if held else number
            if line.endswith("\\"):
                held += line[:-1]
                continue
            _take(nodes[-1], held + line, first, leave)
            held = ""
    return nodes


def _take(node: Node, line: str, number: int, leave: Callable[[str, int], None]) -> None:
    """Add what one line of a passage says: its text, or the links that it is made of."""
    line = _ENTITY.sub(lambda found: "".join(map(aside, _entity(found[0]))), line)
    node.links |= {_unquoted(target) for target in _LEAD.findall(line)}
    found = _ID.search(line)
    quest, act = act_of_id(found[1]) if found else ("", None)
    links: list[str] = []
    for pattern in (_LINK_MACRO, _HARLOWE_LINK):
        line = pattern.sub(lambda one: _link(node, links, _unquoted(one[1]), _unquoted(one[2] or '""')), line)
    line = _LINK.sub(lambda one: _link(node, links, *_parts(one[1])), line)
    for pattern in (_PRINTED, _HARLOWE_PRINTED):
        line = pattern.sub(lambda one: f"{aside('{')}{one[one.lastindex or 0]}{aside('}')}", line)
    if links and not re.search(r"[^\W_]", _plain(_without(line, links))):
        for link in links:
            node.said.append(Said(restored(_plain(link)), "{player}", number, act or GO, quest=quest))
        return
    line = conditions_marked(_HOOKED.sub(_branches, line), _CONDITIONS)
    if too_nested(line):
        leave(NESTED, number)
        return
    for variant in expanded(line):
        speaker, said = labelled(_plain(variant).strip(), sure=False)
        if said.strip():
            speaker = restored(speaker) if speaker else None
            node.said.append(Said(restored(said), speaker, number, act, quest=quest))


def _branches(found: re.Match[str]) -> str:
    """Return the hooks of a Harlowe condition as alternatives."""
    hooks = _HOOK.findall(found[0])
    texts = [text for _, text in hooks] + ([] if hooks[-1][0] else [""])
    return OPEN + BAR.join(texts) + CLOSE


def _link(node: Node, links: list[str], shown: str, target: str) -> str:
    """Note a link; its words stay where they stand."""
    node.links.add(restored(target))
    links.append(shown)
    return shown


def _without(line: str, links: list[str]) -> str:
    for link in links:
        line = line.replace(link, "", 1)
    return line


def _parts(inside: str) -> tuple[str, str]:
    """Return what a link shows and where it leads."""
    for sign, turned in (("->", False), ("<-", True), ("|", False)):
        before, found, after = inside.rpartition(sign) if sign == "->" else inside.partition(sign)
        if found:
            return (after.strip(), before.strip()) if turned else (before.strip(), after.strip())
    return inside.strip(), inside.strip()


def _plain(text: str) -> str:
    """Return a text without macros, tags and styles; variables as inserts."""
    text = _MACRO.sub("", text)
    while (shorter := _HARLOWE.sub("", text)) != text:
        text = shorter
    text = re.sub(r"<br\s*/?>", " ", text, flags=re.IGNORECASE)
    text = _STYLE.sub("", _TAG.sub("", text))
    text = re.sub(r"^\s*(?:[*#]+|!+|>+)\s+", "", text)
    text = _NAKED.sub(lambda found: f"{{{found[1] or found[2]}}}", text)
    return re.sub(r"^\s*\[(.*)\]\s*$", r"\1", text)


def _unquoted(string: str) -> str:
    return re.sub(r"\\(.)", r"\1", string[1:-1])


def _entity(reference: str) -> str:
    """Return the characters of a reference; of one that is none of text, itself."""
    found = html.unescape(reference)
    return found if all(ord(char) < 0xF0000 and not 0xD800 <= ord(char) < 0xE000 for char in found) else ""
