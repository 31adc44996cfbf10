"""What people, things, enemies and places are, as scripts may need them: a smith, a drink, vermin.

The classes are lists of words (`casting.txt`): people are told by their role, tags, the first word of their
name and the head of their persona, the rest by name and tags. What no word tells stands here.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import get_args

from playloom.kinds.quest.lexicon import words_by_heading
from playloom.kinds.quest.plan_roles import RARE_VALUE, relations
from playloom.kinds.quest.world import Enemy, Genre, Item, Person, Place, World

SLOTS = ("giver", "target", "item", "items", "enemy", "place", "world")
_FILE = "casting.txt"
_WORD = re.compile(r"[^\W\d_]+")
_HEAD_ENDS = re.compile(r",|\b(?:who|that|with|of|in|from|for|and)\b")  # of a persona
_RELATIONS = ("kin", "friend", "rival", "foe")
_Entity = Person | Item | Enemy | Place
_Test = Callable[..., bool]


def classes_of(slot: str) -> tuple[str, ...]:
    """Return the classes that what fills a slot may be of, sorted."""
    if slot == "world":
        return tuple(sorted(get_args(Genre)))
    family, own = _FAMILIES[slot]
    return tuple(sorted({*_classes(family), *own, *(_RELATIONS if slot == "target" else ())}))


def is_of(slot: str, entity: _Entity, name: str, world: World, giver: Person) -> bool:
    """Whether what fills a slot is of a class of that slot.

    Args:
        slot: Of `SLOTS`, but "world".
        entity: What fills it.
        name: The class; or a word in quotes, which is looked for itself.
        world: Where.
        giver: Of the quest, to whom targets are kin or friends.
    """
    if name.startswith('"'):
        return name.strip('"') in _words(entity)
    if slot == "target" and name in _RELATIONS:
        return isinstance(entity, Person) and name in relations(giver, entity)
    family, own = _FAMILIES[slot]
    return own[name](entity, world) if name in own else _is(entity, family, name)


def _words(entity: _Entity) -> frozenset[str]:
    """Return the words that tell what somebody or something is, plurals without their s too."""
    texts = [*entity.tags]
    if isinstance(entity, Person):
        texts += [entity.role, entity.name.split()[0], _HEAD_ENDS.split(entity.persona, maxsplit=1)[0]]
    else:
        texts.append(entity.name)
    return _words_in(" ".join(texts).lower())


@lru_cache(maxsize=4096)
def _words_in(text: str) -> frozenset[str]:
    found = _WORD.findall(text)
    return frozenset((*found, *(word.removesuffix("s") for word in found)))


def _is(entity: _Entity, family: str, *names: str) -> bool:
    return any(not _classes(family)[name].isdisjoint(_words(entity)) for name in names)


@cache
def _classes(family: str) -> Mapping[str, frozenset[str]]:
    """Return the words of each class of people, items, enemies or places."""
    return {
        name.split(" ", 1)[1]: frozenset(words)
        for name, words in words_by_heading(_FILE).items()
        if name.startswith(f"{family} ")
    }


def _human(person: Person, _: World) -> bool:
    return not _is(person, "person", "machine", "ghost", "doll", "animal", "alien")


def _grown(person: Person, world: World) -> bool:
    return _human(person, world) and not _is(person, "person", "child", "young")


def _lone(person: Person, world: World) -> bool:
    return not any(other.at == person.at and other.id != person.id for other in world.people if other.alive)


def _beast(enemy: Enemy, _: World) -> bool:
    """Whether no word tells that it is anything else."""
    return not _is(enemy, "enemy", "people", "machine", "undead", "spirit", "vermin")


def _monster(enemy: Enemy, _: World) -> bool:
    return enemy.tier > 1 and not _is(enemy, "enemy", "people", "machine", "vermin")


def _dangerous(place: Place, world: World) -> bool:
    return place.danger > 0 or any(enemy.where == place.id for enemy in world.enemies)


def _settled(place: Place, world: World) -> bool:
    """Whether people live there, or come together there."""
    homes = (person.home for person in world.people if person.alive)
    return _is(place, "place", "town", "inn", "market") or place.id in homes


_PEOPLE: Mapping[str, _Test] = {"human": _human, "grown": _grown, "lone": _lone}
_ITEMS: Mapping[str, _Test] = {
    "small": lambda item, _: not _is(item, "item", "big"),
    "precious": lambda item, _: item.value >= RARE_VALUE,
}
_ENEMIES: Mapping[str, _Test] = {"beast": _beast, "monster": _monster}
_PLACES: Mapping[str, _Test] = {"dangerous": _dangerous, "settled": _settled}
_FAMILIES: Mapping[str, tuple[str, Mapping[str, _Test]]] = {  # slot -> its lists, and what they do not tell
    "giver": ("person", _PEOPLE),
    "target": ("person", _PEOPLE),
    "item": ("item", _ITEMS),
    "items": ("item", _ITEMS),
    "enemy": ("enemy", _ENEMIES),
    "place": ("place", _PLACES),
}
