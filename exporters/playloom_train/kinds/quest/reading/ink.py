"""Lines of Ink files: one node a knot. Nothing is executed, so that every alternative is read.

https://github.com/inkle/ink/blob/master/Documentation/WritingWithInk.md
"""

import re
from collections.abc import Callable

from playloom_train.kinds.quest.reading.acts import GO, act_named, act_of_id
from playloom_train.kinds.quest.reading.found import Node, Said
from playloom_train.kinds.quest.reading.markup import (
    BAR,
    CLOSE,
    OPEN,
    aside,
    escapes_aside,
    expanded,
    labelled,
    restored,
    too_nested,
)

LINE_HIGH = 8_000  # characters of a line in the file
NESTED = "alternatives nested too deeply"
LONG = "a line too long to be one that is spoken"
_PASSES = 32  # of alternatives in alternatives
_COMMENT = re.compile(r"(?<!:)//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)")
_KNOT = re.compile(r"={2,}\s*(function\b)?\s*(\w+)")
_STITCH = re.compile(r"=\s*(\w+)")
_STATEMENT = re.compile(r"~|(?:VAR|CONST|LIST|INCLUDE|EXTERNAL)\b|TODO\s*:")
_CHOICE = re.compile(r"(?:[*+]\s*)+(?:\(\s*\w+\s*\))?")
_CONDITION = re.compile(r"\s*(?:\{[^{}|]*\}|\(\s*\w+\s*\))")
_GATHER = re.compile(r"(?:-(?!>)\s*)+(?:\(\s*\w+\s*\))?\s*")
_DIVERT = re.compile(r"(?:->|<-)\s*(\w+)")
_DIVERTS = re.compile(r"(?:->|<-)+\s*[\w.]*(?:\s*\([^()]*\))?")
_INNERMOST = re.compile(r"\{([^{}]*)\}")
_ORDER = re.compile(r"\s*(?:[&!~$]\s*)?(?:(?:stopping|shuffle|cycle|once)\s*)+:")
_GLUE = re.compile(r"(\s*)<>(\s*)")
_TAG = re.compile(r"#\s*(id|speaker|act)\s*:\s*([^#\]]+)")


def read(text: str, leave: Callable[[str, int], None]) -> list[Node]:
    """Return the knots of a file.

    Args:
        text: Of the file.
        leave: Takes the reason and the number of a line that cannot be read.
    """
    reading = _Reading(leave)
    plain = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), escapes_aside(text))
    for number, line in enumerate(plain.split("\n"), 1):
        if len(line) > LINE_HIGH:
            leave(LONG, number)
        elif line.strip():
            reading.take(line.strip(), number)
    return reading.nodes


class _Reading:
    """The knot, and the blocks of conditions and sequences, that the next line stands in."""

    def __init__(self, leave: Callable[[str, int], None]) -> None:
        self.leave = leave
        self.nodes = [Node("")]
        self.inside_function = False
        self.blocks: list[bool] = []  # whether branches begin with a condition
        self.glued = False

    def take(self, line: str, number: int) -> None:
        """Take one line of the file."""
        knot = _KNOT.match(line)
        if knot:
            self.inside_function, self.blocks, self.glued = bool(knot[1]), [], False
            self.nodes.append(Node(knot[2]))
        elif self.inside_function or _STATEMENT.match(line) or line.startswith("#"):
            return
        elif not self.blocks and (stitch := _STITCH.match(line)):
            self.nodes[-1].aliases.add(stitch[1])
        else:
            self.nodes[-1].links |= {target for target in _DIVERT.findall(line) if target != "END"}
            self._content(line, number)

    def _content(self, line: str, number: int) -> None:
        choice = _CHOICE.match(line)
        if choice:
            rest = line[choice.end() :]
            while condition := _CONDITION.match(rest):
                rest = rest[condition.end() :]
            self._choice(rest.strip(), number)
            return
        gather = _GATHER.match(line)
        if gather:
            line = line[gather.end() :]
            if self.blocks and self.blocks[-1]:
                line = line.partition(":")[2]
        self._text(line, number)

    def _choice(self, text: str, number: int) -> None:
        """A choice shows what stands before and inside brackets, and says what stands before and after."""
        text = self._resolved(text, number)
        start, bracket, rest = text.partition("[")
        inside, _, after = rest.rpartition("]") if "]" in rest else (rest, "", "")
        found = dict(_TAG.findall(text))
        start, inside, after = (part.partition("#")[0] for part in (start, inside, after))
        self._say(start + inside, number, found, go=True)
        if bracket and after.strip():
            self._say(start + after, number, {})

    def _text(self, line: str, number: int) -> None:
        """Take text, with blocks that begin or end in it."""
        resolved = self._resolved(line, number)
        opened = False
        for piece in re.split(r"([{}])", resolved):
            if piece == "{":
                self.blocks.append(False)
                opened = True
            elif piece == "}":
                del self.blocks[-1:]
            else:
                said = self._after_heading(piece) if opened else piece
                opened = False
                words, _, tags = said.partition("#")
                self._say(words, number, dict(_TAG.findall(f"#{tags}")))

    def _after_heading(self, piece: str) -> str:
        """Return the text after what begins a block, and note whether its branches have conditions."""
        order = _ORDER.match(piece)
        if order:
            return piece[order.end() :]
        self.blocks[-1] = True
        return piece.partition(":")[2]

    def _resolved(self, line: str, number: int) -> str:
        """Return a line with alternatives marked and with inserts set aside; open braces stay."""
        for _ in range(_PASSES):
            line, count = _INNERMOST.subn(_group, line)
            if not count:
                return line
        self.leave(NESTED, number)
        return ""

    def _say(self, text: str, number: int, tags: dict[str, str], *, go: bool = False) -> None:
        text = _DIVERTS.sub("", text)
        if too_nested(text):
            self.leave(NESTED, number)
            return
        quest, act = act_of_id(restored(tags.get("id", "")).strip())
        act = act or act_named(restored(tags.get("act", ""))) or (GO if go else None)
        for variant in expanded(text):
            self._add(variant, number, tags, Said("", None, number, act, quest=quest), go=go)

    def _add(self, text: str, number: int, tags: dict[str, str], like: Said, *, go: bool) -> None:
        said = self.nodes[-1].said
        ends = text.rstrip().endswith("<>")
        begins = text.lstrip().startswith("<>") or (self.glued and not go)
        text = _GLUE.sub(lambda found: " " if found[1] or found[2] else "", text)
        if not text.strip():
            self.glued = self.glued or ends
            return
        if begins and said and said[-1].act != GO:
            last = said[-1]
            said[-1] = Said(last.text + restored(text), last.speaker, last.number, last.act, quest=last.quest)
        else:
            speaker, words = self._spoken(text, tags, go=go)
            said.append(Said(restored(words), speaker, number, like.act, quest=like.quest))
        self.glued = ends

    def _spoken(self, text: str, tags: dict[str, str], *, go: bool) -> tuple[str | None, str]:
        tagged = restored(tags["speaker"]).strip() if "speaker" in tags else None
        if go:
            return "{player}", text
        if tagged == "narrator":
            return None, text
        label, words = labelled(text.lstrip(), sure=tagged is not None)
        return (restored(label) if label else tagged), words if label else text


def _group(found: re.Match[str]) -> str:
    """Return what stands in braces, as alternatives or as an insert."""
    inside = found[1]
    ordered = inside.lstrip()[:1] in ("&", "!", "~")
    if ordered:
        return OPEN + inside.lstrip()[1:].replace("|", BAR) + CLOSE
    before, colon, after = inside.partition(":")
    if colon and not re.search(f"[|{OPEN}{BAR}]", before):
        after = after if "|" in after or BAR in _outside(after) else f"{after}{BAR}"
        return OPEN + after.replace("|", BAR) + CLOSE
    if "|" in inside:
        return OPEN + inside.replace("|", BAR) + CLOSE
    return aside("{") + inside + aside("}")


def _outside(text: str) -> str:
    """Return a text without the alternatives in it."""
    return re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", text)
