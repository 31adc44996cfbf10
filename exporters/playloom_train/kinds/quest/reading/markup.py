"""What the formats of dialogue share: escapes, alternatives inside a line, labels of speakers, BBCode.

An escaped character is set aside as a private one of Unicode, so that no rule of markup sees it, and comes
back at the end. A file that holds such characters itself is refused where it is read.
"""

import re

OPEN, BAR, CLOSE = "\U00100000", "\U00100001", "\U00100002"  # of alternatives
VARIANTS_HIGH = 16  # of one line
NESTED_HIGH = 32  # alternatives in alternatives
LABEL_HIGH = 60  # characters, as a name in a world file
_ASIDE = 0xF0000
_SET_ASIDE = re.compile("[\U000f0000-\U000fffff]")
_ESCAPE = re.compile(r"\\(.)")
_MARKS = re.compile(f"([{OPEN}{BAR}{CLOSE}])")
_LABEL = re.compile(r"\s*(\{[^{}]{1,60}\}|[^:{}]{1,60}?)\s*:(?:\s+|$)(.*)", re.DOTALL)
_NAME_WORD = re.compile(
    r"(?:[a-z]{1,2}['’])?[^\W\d_a-z][\w.'’-]*|[0-9]+\.?|[(“\"‘«][^\W_].*|"
    r"of|the|de|du|da|di|del|dos|la|le|el|al|bin|ibn|von|van|der|den|and|y|&"
)
_NO_NAMES = frozenset(
    ("note", "warning", "remember", "tip", "hint", "objective", "quest", "reward", "ps", "p.s.",
     "chapter", "part", "example", "todo", "answer", "question", "result", "rule", "that", "this", "it", "so",
     "and", "but")
)  # fmt: skip
_BBCODE = re.compile(
    r"\[/?(?:b|i|u|s|code|center|left|right|fill|indent|url|hint|img|font|font_size|color|bgcolor|fgcolor|"
    r"outline_size|outline_color|wave|tornado|shake|fade|rainbow|pulse|table|cell|ul|ol|p|dropcap|lang|ghost|"
    r"matrix|opentype_features|br|wait|speed|do!?|set|next|jump|auto|signal|mutate)(?:[ =/:!][^\[\]]*)?\]",
    re.IGNORECASE,
)


def aside(char: str) -> str:
    """Return a character set aside; one beyond the basic plane is none of any markup."""
    return chr(_ASIDE + ord(char)) if ord(char) < 0x10000 else char


def escapes_aside(text: str) -> str:
    """Return a text with every character after a backslash set aside, without the backslash."""
    return _ESCAPE.sub(lambda found: aside(found[1]), text)


def restored(text: str) -> str:
    """Return a text with what was set aside as it was."""
    return _SET_ASIDE.sub(lambda found: chr(ord(found[0]) - _ASIDE), text)


def expanded(text: str) -> list[str]:
    """Return the texts of which each alternative between `OPEN`, `BAR` and `CLOSE` is in one at least.

    They are as few as possible: alternatives in different places take turns, and there are at most
    `VARIANTS_HIGH`.
    """
    stack: list[tuple[list[str], list[str]]] = [([], [""])]  # finished alternatives; the one being read
    for piece in _MARKS.split(text):
        done, current = stack[-1]
        if piece == OPEN:
            stack.append(([], [""]))
        elif piece == BAR and len(stack) > 1:
            stack[-1] = ([*done, *current], [""])
        elif piece == CLOSE and len(stack) > 1:
            stack.pop()
            below, before = stack[-1]
            stack[-1] = (below, _side_by_side(before, [*done, *current][:VARIANTS_HIGH]))
        elif piece not in (BAR, CLOSE):
            stack[-1] = (done, [one + piece for one in current])
    return stack[0][1]


def conditions_marked(text: str, pattern: re.Pattern[str]) -> str:
    """Return a text with the branches of its conditions as alternatives, the empty one among them.

    Args:
        text: Of one line.
        pattern: Finds what begins, goes on with and ends a condition, by groups of the names begin, other
            (of "else if"), last (of "else") and end.
    """
    otherwise: list[bool] = []  # of each condition that is open, whether it says what else

    def mark(found: re.Match[str]) -> str:
        if found["begin"] is not None:
            otherwise.append(False)
            return OPEN
        if not otherwise:
            return ""
        if found["end"] is not None:
            return CLOSE if otherwise.pop() else BAR + CLOSE
        otherwise[-1] = otherwise[-1] or found["last"] is not None
        return BAR

    text = pattern.sub(mark, text)
    return text + "".join(CLOSE if said else BAR + CLOSE for said in reversed(otherwise))


def too_nested(text: str) -> bool:
    """Whether alternatives stand in alternatives deeper than anybody writes."""
    depth = deepest = 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        deepest = max(deepest, depth)
    return deepest > NESTED_HIGH


def _side_by_side(first: list[str], second: list[str]) -> list[str]:
    count = max(len(first), len(second))
    return [first[n % len(first)] + second[n % len(second)] for n in range(count)]


def labelled(text: str, *, sure: bool) -> tuple[str | None, str]:
    """Return who speaks by a label before a colon, and the rest; None: no label.

    Args:
        text: Of the line.
        sure: Whether a colon makes a label in the format, whatever stands before it. Else the label must
            look like a name.
    """
    found = _LABEL.match(text)
    if not found or len(found[1]) > LABEL_HIGH or not found[2].strip():
        return None, text
    if not sure and not looks_like_name(found[1]):
        return None, text
    return found[1].strip(), found[2]


def looks_like_name(label: str) -> bool:
    """Whether a label can be taken for somebody: words with capitals, no sentence."""
    words = label.split()
    if label.startswith("{"):
        return True
    if not 1 <= len(words) <= 5 or label.casefold() in _NO_NAMES or label[-1:] in ".!?,;…":
        return False
    return all(_NAME_WORD.fullmatch(word) for word in words) and any(char.isalpha() for char in label)


def without_bbcode(text: str) -> str:
    """Return a text without tags of Godot's labels and of Dialogue Manager; other brackets stay."""
    return _BBCODE.sub("", text)
