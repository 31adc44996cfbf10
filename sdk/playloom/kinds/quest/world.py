"""The developer's world: who lives where, what lies where, what lurks where. Read from ``world.toml``.

All of it is data: names are text that never becomes markup, and everything else is an id, a number or a word
of a list. `world_file.read_world` refuses what does not hold together and says on which line.
"""

from functools import cached_property
from typing import Annotated, Literal, TypeVar

import msgspec

Genre = Literal["fantasy", "gothic", "scifi", "sea", "wasteland", "cosy", "mystery", "frontier"]
Gender = Literal["female", "male", "other"]
Relation = Literal["kin", "friend", "rival", "foe"]

NAME_HIGH, PERSONA_HIGH = 60, 200  # characters
COUNT_HIGH, VALUE_HIGH = 999, 99_999

Id = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_HIGH)]
Persona = Annotated[str, msgspec.Meta(max_length=PERSONA_HIGH)]
Tag = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,29}$")]
Tags = Annotated[tuple[Tag, ...], msgspec.Meta(max_length=12)]
Count = Annotated[int, msgspec.Meta(ge=1, le=COUNT_HIGH)]
Value = Annotated[int, msgspec.Meta(ge=0, le=VALUE_HIGH)]


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody."""

    id: Id
    name: Name  # as people say it: "Mira", "Old Tom"
    role: Name  # "smith"
    home: Id  # place where they live
    where: Id | None = None  # place where they are now; None: at home
    persona: Persona = ""  # "gruff, mourns her brother": which scripts fit
    gender: Gender | None = None
    faction: Id | None = None
    relations: dict[Id, Relation] = {}  # what other people are to them
    alive: bool = True
    tags: Tags = ()

    @property
    def at(self) -> str:
        """Id of the place where they are."""
        return self.where or self.home


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somewhere to be."""

    id: Id
    name: Name  # as it stands after "at" or "to": "the old mill", "Thornford"
    connections: Annotated[tuple[Id, ...], msgspec.Meta(max_length=32)] = ()  # places next to it, both ways
    danger: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    needs: Id | None = None  # item without which nobody gets in: a key
    tags: Tags = ()

    @property
    def is_proper(self) -> bool:
        """Whether its name is a proper one ("Thornford"), so that it may be where somebody is from."""
        return self.name[:1].isupper() or not self.name[:1].islower()


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing, or several of a kind."""

    id: Id
    name: Name  # one of them, without an article: "silver locket"
    plural: Name | None = None  # None: by the rules of English
    where: Id | None = None  # place where it lies or person who has it
    owner: Id | None = None  # person or faction whose it is; None: nobody's
    made_of: Id | None = None  # item of which somebody can make it
    count: Count = 1
    value: Value = 10  # of one, in the world's currency
    tags: Tags = ()


class Enemy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A foe, or several of a kind."""

    id: Id
    name: Name  # one of them, without an article: "marsh wolf"
    where: Id  # place
    plural: Name | None = None  # None: by the rules of English
    tier: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1  # 1: a pest, 3: feared by all
    count: Count = 1
    tags: Tags = ()  # "speaks": it can be talked with


class Faction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People who act as one."""

    id: Id
    name: Name  # as it stands in a sentence: "the Reed Court"
    at_odds: Annotated[tuple[Id, ...], msgspec.Meta(max_length=32)] = ()  # factions, both ways
    tags: Tags = ()


Entity = Person | Place | Item | Enemy | Faction


class World(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A world that quests are set in."""

    name: Name
    genre: Genre = "fantasy"
    currency: Name = "gold pieces"  # of two or more: "crowns", "credits"
    people: Annotated[tuple[Person, ...], msgspec.Meta(max_length=500)] = ()
    places: Annotated[tuple[Place, ...], msgspec.Meta(max_length=500)] = ()
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=1000)] = ()
    enemies: Annotated[tuple[Enemy, ...], msgspec.Meta(max_length=200)] = ()
    factions: Annotated[tuple[Faction, ...], msgspec.Meta(max_length=100)] = ()

    @cached_property
    def by_id(self) -> dict[str, Entity]:
        """Everything there is, by id."""
        every: tuple[Entity, ...] = (
            *self.people,
            *self.places,
            *self.items,
            *self.enemies,
            *self.factions,
        )
        return {entity.id: entity for entity in every}

    @cached_property
    def neighbours(self) -> dict[str, tuple[str, ...]]:
        """Ids of the places next to each place, sorted."""
        found: dict[str, set[str]] = {place.id: set() for place in self.places}
        for place in self.places:
            for other in place.connections:
                found[place.id].add(other)
                found[other].add(place.id)
        return {name: tuple(sorted(others)) for name, others in found.items()}

    def name_of(self, key: str) -> str:
        """Return the name of an id; KeyError if nothing has it."""
        return self.by_id[key].name

    def person(self, key: str) -> Person:
        """Return the person with this id; KeyError if there is none."""
        return _of(self.by_id[key], Person)

    def place(self, key: str) -> Place:
        """Return the place with this id; KeyError if there is none."""
        return _of(self.by_id[key], Place)

    def item(self, key: str) -> Item:
        """Return the item with this id; KeyError if there is none."""
        return _of(self.by_id[key], Item)

    def enemy(self, key: str) -> Enemy:
        """Return the enemy with this id; KeyError if there is none."""
        return _of(self.by_id[key], Enemy)

    def place_of(self, key: str) -> str | None:
        """Return the id of the place where a person, an item or an enemy is; None: nowhere yet."""
        entity = self.by_id[key]
        if isinstance(entity, Person):
            return entity.at
        if isinstance(entity, Place):
            return entity.id
        if isinstance(entity, Faction) or entity.where is None:
            return None
        return self.place_of(entity.where)


_Sort = TypeVar("_Sort", Person, Place, Item, Enemy, Faction)


def _of(entity: Entity, sort: type[_Sort]) -> _Sort:
    if not isinstance(entity, sort):
        raise KeyError(f"{entity.id} is {type(entity).__name__}, not {sort.__name__}")
    return entity
