"""Names of a developer's world in dialogue: which slots they become.

A file of names lists them by what they are, or by slot, and may say what the game's inserts mean:

    people = ["Mira Ashdown", "Old Tom"]
    places = ["the old mill"]
    items = ["silver locket"]
    player = ["Traveller"]
    currency = "crowns"
    [inserts]
    "$hero" = "player"

A world file does as well. Without either, speakers are taken for people.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playloom.errors import FileInvalid
from playloom.files import read_regular
from playloom.kinds.quest.grammar import plural_of, singular_of
from playloom.kinds.quest.realiser.vocabulary import NAMED
from playloom.kinds.quest.world import NAME_HIGH, World
from playloom.kinds.quest.world_file import parse_world

NAMES_HIGH = 5_000
_BYTES_HIGH = 1 << 20
_SORTS = {"people": "person", "places": "place", "items": "item", "enemies": "enemy", "factions": "faction"}
_SLOTS = tuple(slot for slot in NAMED if slot not in ("items", "enemies", "gold", "count"))
_TITLES = frozenset(
    ("old", "young", "little", "big", "great", "mother", "father", "brother", "sister", "aunt", "uncle",
     "widow", "captain", "doctor", "dr", "professor", "master", "mr", "mrs", "ms", "miss", "sir", "dame",
     "lady", "lord", "king", "queen", "saint", "st", "the", "a", "an", "of", "von", "van", "de", "la", "le")
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Names, by what they are; a sort is person, place, item, enemy, faction, or a slot."""

    sorts: Mapping[str, str] = field(default_factory=dict)  # name -> sort
    several: Mapping[str, str] = field(default_factory=dict)  # plural -> the name of one
    homes: Mapping[str, str] = field(default_factory=dict)  # name of a person -> name of a place
    aliases: Mapping[str, str] = field(default_factory=dict)  # a part of a name -> the name
    inserts: Mapping[str, str] = field(default_factory=dict)  # expression -> slot
    currency: str = ""  # of two or more: "crowns"

    def whole(self, label: str) -> str:
        """Return the name of somebody who is called ``label``."""
        return self.aliases.get(label, label)


def names_of_world(world: World) -> Names:
    """Return the names that a world file gives."""
    sorts = {one.name: "faction" for one in world.factions}
    several = {}
    for things, sort in ((world.enemies, "enemy"), (world.items, "item")):
        for one in things:
            sorts[one.name] = sort
            several[one.plural or plural_of(one.name)] = one.name
    sorts |= {one.name: "place" for one in world.places}
    sorts |= {one.name: "person" for one in world.people}
    homes = {one.name: world.name_of(one.home) for one in world.people}
    people = [one.name for one in world.people]
    return Names(sorts, several, homes, _aliases(people, sorts), {}, world.currency)


def names_of_speakers(labels: Iterable[str], lowercase: frozenset[str]) -> Names:
    """Return speakers as the names of people, where a label cannot be a common noun.

    Args:
        labels: Of speakers, as written.
        lowercase: Every word that the dialogue has in small letters.
    """
    people = [label for label in dict.fromkeys(labels) if _is_proper(label, lowercase)]
    sorts = dict.fromkeys(people[:NAMES_HIGH], "person")
    return Names(sorts, aliases=_aliases(people, sorts))


def read_names(path: Path) -> Names:
    """Read a file of names, or a world file.

    Raises:
        FileInvalid: If it cannot be read, or something in it is none of this; says what.
    """
    data = read_regular(path, _BYTES_HIGH + 1, "a file of names")
    if len(data) > _BYTES_HIGH:
        raise FileInvalid(f"{path}: is larger than {_BYTES_HIGH >> 20} MiB; a file of names is at most that")
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise FileInvalid(
            f'{path}: not TOML in UTF-8 ({str(problem)[:120]}); write people = ["Mira"], places = [...]'
        ) from problem
    if isinstance(table.get("people"), list) and any(isinstance(one, dict) for one in table["people"]):
        return names_of_world(parse_world(text, str(path)))
    return _names_in(table, str(path))


def _names_in(table: dict[str, Any], where: str) -> Names:
    sorts: dict[str, str] = {}
    several: dict[str, str] = {}
    for key, value in table.items():
        if key in ("inserts", "currency"):
            continue
        sort = _SORTS.get(key, key if key in _SLOTS else "")
        if not sort:
            known = ", ".join((*_SORTS, *_SLOTS, "currency", "inserts"))
            raise FileInvalid(f"{where}: {key[:40]!r} is not known; there are {known}")
        for name in _texts(value, key, where):
            sorts[name] = sort
            if sort in ("item", "enemy"):
                several[plural_of(name)] = name
    if len(sorts) > NAMES_HIGH:
        raise FileInvalid(f"{where}: has {len(sorts)} names; at most {NAMES_HIGH}")
    inserts = table.get("inserts", {})
    if not isinstance(inserts, dict) or not all(slot in NAMED for slot in inserts.values()):
        raise FileInvalid(f"{where}: inserts must give each a slot; slots are {', '.join(NAMED)}")
    currency = table.get("currency", "")
    if not isinstance(currency, str) or len(currency) > NAME_HIGH:
        raise FileInvalid(f'{where}: currency is {str(currency)[:40]!r}; give a word such as "crowns"')
    people = [name for name, sort in sorts.items() if sort in ("person", "npc", "target")]
    return Names(sorts, several, {}, _aliases(people, sorts), inserts, currency)


def _texts(value: Any, key: str, where: str) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise FileInvalid(f"{where}: {key} is {str(value)[:40]!r}; give a list of names")
    for text in texts:
        if not isinstance(text, str) or not 0 < len(text.strip()) <= NAME_HIGH or "{" in text:
            raise FileInvalid(
                f"{where}: {key} has {str(text)[:40]!r}; a name is 1 to {NAME_HIGH} characters without braces"
            )
    return [" ".join(text.split()) for text in texts]


def _aliases(people: Iterable[str], sorts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of names by which people are called, where only one of them has it."""
    found: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for name in people:
        words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", name) if word[0].isupper()]
        parts = {word for word in words if word.lower() not in _TITLES and len(word) > 1 and word != name}
        counts.update(parts)
        found |= dict.fromkeys(parts, name)
    return {part: name for part, name in found.items() if counts[part] == 1 and part not in sorts}


def _is_proper(label: str, lowercase: frozenset[str]) -> bool:
    words = re.findall(r"[^\W\d_][\w'’-]*", label)
    if not words or not all(word[0].isupper() for word in words) or len(label) > NAME_HIGH:
        return False
    return any(word.lower() not in lowercase and word.lower() not in _TITLES for word in words)


def singular_currency(currency: str) -> str:
    """Return what one of a currency is called."""
    return singular_of(currency)
