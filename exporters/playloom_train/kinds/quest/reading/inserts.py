"""What a game inserts into a line: ``{$player_name}`` becomes the slot ``{player}`` where it is recognised.

Every format's reader leaves an insert in braces, whatever the format writes around it.
"""

import re
from collections.abc import Mapping

from playloom.kinds.quest.realiser.vocabulary import NAMED

_INSERT = re.compile(r"\{([^{}]*)\}")
_STRING = re.compile(r"\s*(?:\"([^\"\\]*)\"|'([^'\\]*)')\s*")
_VARIABLE = re.compile(r"\s*[$_]?[A-Za-z_][\w.]*(?:\(\))?\s*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLAIN = frozenset(
    ("name", "names", "current", "my", "the", "get", "state", "game", "global", "globals", "quest", "text",
     "str", "display", "full", "first", "label", "data", "var", "vars")
)  # fmt: skip
_MEANS = {
    "player": ("player", "hero", "heroine", "pc", "protagonist", "mc"),
    "npc": ("npc", "giver", "questgiver"),
    "target": ("target",),
    "faction": ("faction", "guild", "clan"),
    "home": ("home", "hometown"),
    "place": ("place", "location", "destination"),
    "item": ("item", "object", "thing", "key", "food"),
    "items": ("items", "objects", "things"),
    "enemy": ("enemy", "monster", "foe"),
    "enemies": ("enemies", "monsters", "foes"),
    "reward": ("reward",),
    "gold": ("gold", "money", "coins", "payment"),
    "count": ("count", "num", "number"),
    "who": ("who",),
}
_SLOT_OF = {word: slot for slot, words in _MEANS.items() for word in words}


def slot_of(expression: str, known: Mapping[str, str]) -> str | None:
    """Return the slot that an expression stands for, or None.

    Args:
        expression: As in the file: "$player_name", "State.heroName".
        known: Expressions that the developer has named, with their slots.
    """
    bare = expression.strip()
    for given in (bare, bare.lstrip("$_"), f"${bare}"):
        if given in known:
            return known[given]
    if bare in NAMED:
        return bare
    if not _VARIABLE.fullmatch(expression) or len(bare) > 80:
        return None
    words = [word.lower() for word in _WORD.findall(bare)]
    telling = [word for word in words if word not in _PLAIN]
    return _SLOT_OF.get(telling[0]) if len(telling) == 1 else None


def with_slots(text: str, known: Mapping[str, str]) -> str | None:
    """Return a text with a slot for every insert; None if one is not recognised, or a brace stands alone."""
    unknown = False

    def slot(found: re.Match[str]) -> str:
        nonlocal unknown
        if string := _STRING.fullmatch(found[1]):
            return str(string[1] if string[1] is not None else string[2])
        name = slot_of(found[1], known)
        unknown = unknown or name is None
        return f"\0{name}\1"

    marked = _INSERT.sub(slot, text)
    if unknown or "{" in marked or "}" in marked:
        return None
    return marked.replace("\0", "{").replace("\1", "}")
