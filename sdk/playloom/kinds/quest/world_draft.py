"""Drafts worlds to start from: a town, its people and things, and around it the wild or a level of the game.

Every strategy of quests can be planned in a draft, so a developer can replace names one by one and see quests
all the while.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import cast

import msgspec

from playloom.errors import RequestInvalid
from playloom.kinds.quest.plan_casting import shuffled
from playloom.kinds.quest.world import Enemy, Faction, Genre, Item, Person, Place, Relation, World
from playloom.seeds import Stream

_COMMON = 4  # of what there are several


@dataclass
class Wild:
    """What lies outside the town: places, the first of which the town is next to, and what is there."""

    places: list[Place] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    enemies: list[Enemy] = field(default_factory=list)
    someone_at: str | None = (
        None  # id of the place where one of the town's people is; None: as the draft likes
    )


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a genre calls things; "one | several" where the plural follows no rule."""

    currency: str
    factions: tuple[str, str]
    people: tuple[tuple[str, str], ...]
    homes: tuple[str, str, str]
    wild: tuple[str, str, str]
    sealed: str
    key: str
    tools: tuple[str, str, str]
    stock: tuple[str, str]
    keepsake: str
    treasure: str
    luxury: str
    material: str
    product: str
    pest: str
    foes: str
    beast: str


class _Drafts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    women: tuple[str, ...]  # given names
    men: tuple[str, ...]
    family: tuple[str, ...]
    towns: tuple[str, ...]
    genres: dict[str, Words]


@cache
def _drafts() -> _Drafts:
    data = resources.files("playloom.kinds.quest").joinpath("worlds/drafts.toml").read_bytes()
    return msgspec.toml.decode(data, type=_Drafts, strict=True)


def draft_world(genre: str, seed: int, wild: Wild | None = None) -> World:
    """Draft a world.

    Args:
        genre: What its names are of.
        seed: Of the names that are drawn; 0 to 2**63 - 1.
        wild: What lies around the town; None: four places of the genre, one of them locked.

    Raises:
        RequestInvalid: If there is no such genre, or the seed is out of range.
    """
    words = words_of(genre)
    stream = Stream(seed, "world")
    town = Place(id="town", name=_some(_drafts().towns, 1, stream.fork("town"))[0], tags=("town",))
    homes = [Place(id=f"home_{number}", name=name) for number, name in enumerate(words.homes, 1)]
    wild = wild or _wild(words)
    near = (*(home.id for home in homes), wild.places[0].id)
    places = (msgspec.structs.replace(town, connections=near), *homes, *wild.places)
    factions = (
        Faction(id="faction_1", name=words.factions[0], at_odds=("faction_2",)),
        Faction(id="faction_2", name=words.factions[1]),
    )
    return World(
        name=town.name,
        genre=cast(Genre, genre),  # else it has no words
        currency=words.currency,
        people=_people(words, [*homes, town], wild, stream.fork("people")),
        places=places,
        items=(*_things(words, wild), *wild.items),
        enemies=tuple(wild.enemies),
        factions=factions,
    )


def words_of(genre: str) -> Words:
    """Return what a genre calls things; RequestInvalid if there is no such genre."""
    words = _drafts().genres.get(genre)
    if words is None:
        raise RequestInvalid(f"genre is {genre!r}; choose of {', '.join(_drafts().genres)}")
    return words


def _some(names: Sequence[str], count: int, stream: Stream) -> list[str]:
    drawn = shuffled(names, stream)
    return [next(drawn) for _ in range(count)]


def _people(words: Words, homes: list[Place], wild: Wild, stream: Stream) -> tuple[Person, ...]:
    """Five people: two at home, one out in the wild, one in the town itself, and one whom they distrust."""
    count = len(words.people)
    drafts = _drafts()
    given = _some((*drafts.women, *drafts.men), count, stream.fork("given"))
    family = _some(drafts.family, count, stream.fork("family"))
    ids = [f"person_{number}" for number in range(1, count + 1)]
    where = {2: wild.someone_at or wild.places[min(1, len(wild.places) - 1)].id}
    home = [homes[0], homes[1], homes[3], homes[3], homes[2]]
    relations: dict[int, dict[str, Relation]] = {
        0: {ids[2]: "kin", ids[4]: "foe"},
        1: {ids[0]: "friend"},
        3: {ids[4]: "rival"},
    }
    return tuple(
        Person(
            id=ids[number],
            name=f"{given[number]} {family[number]}",
            role=role,
            persona=persona,
            gender="female" if given[number] in drafts.women else "male",
            home=home[number].id,
            where=where.get(number),
            faction="faction_2" if number == 4 else "faction_1",
            relations=relations.get(number, {}),
            tags=("criminal",) if number == 4 else (),
        )
        for number, (role, persona) in enumerate(words.people)
    )


def thing(key: str, words: str, **more: object) -> Item:
    """Return an item called ``words``, which may say its plural after a bar."""
    name, _, plural = (part.strip() for part in words.partition("|"))
    return msgspec.convert({"id": key, "name": name, "plural": plural or None, **more}, Item)


def enemy(key: str, words: str, where: str, tier: int, count: int, tags: tuple[str, ...] = ()) -> Enemy:
    """Return an enemy called ``words``, which may say its plural after a bar."""
    name, _, plural = (part.strip() for part in words.partition("|"))
    return Enemy(id=key, name=name, plural=plural or None, where=where, tier=tier, count=count, tags=tags)


def _things(words: Words, wild: Wild) -> list[Item]:
    """What people of the town have, lost, or could make."""
    tools = [
        thing(
            f"tool_{number}", name, where=f"person_{owner}", owner=f"person_{owner}", value=25, tags=["tool"]
        )
        for number, (name, owner) in enumerate(zip(words.tools, (1, 2, 4), strict=True), 1)
    ]
    stock = [
        thing(f"stock_{number}", name, where=f"home_{number}", owner=f"person_{number}", count=3 * _COMMON)
        for number, name in enumerate(words.stock, 1)
    ]
    material = thing("material", words.material, where=wild.places[0].id, count=5 * _COMMON, value=3)
    return [
        *tools,
        *stock,
        thing("keepsake", words.keepsake, where="person_5", owner="person_1", value=40),
        thing("luxury", words.luxury, where="home_3", owner="person_5", count=2 * _COMMON, value=12),
        material,
        thing("product", words.product, made_of="material", value=35),
    ]


def _wild(words: Words) -> Wild:
    """Three places outside the town, and a locked one whose key somebody has."""
    wild = Wild()
    for number, name in enumerate(words.wild, 1):
        after = (f"wild_{number + 1}",) if number < len(words.wild) else ("sealed",)
        wild.places.append(Place(id=f"wild_{number}", name=name, connections=after, danger=number - 1))
    wild.places.append(Place(id="sealed", name=words.sealed, danger=3, needs="key"))
    wild.items += [
        thing("key", words.key, where="person_4", value=20, tags=["key"]),
        thing("treasure", words.treasure, where="sealed", value=150),
    ]
    wild.enemies += [
        enemy("pest", words.pest, "wild_1", 1, 3 * _COMMON, ("pest",)),
        enemy("foes", words.foes, "wild_3", 2, _COMMON, ("speaks",)),
        enemy("beast", words.beast, "sealed", 3, 1),
    ]
    return wild
