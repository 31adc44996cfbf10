"""How people, things and enemies of a world look, in words that a maker of pictures knows.

A table (`looks.txt`) tells it by the words of a role or name, the noun of it before the rest, then by those
of tags and persona. What is found nowhere looks as its table does: a human, an item, a monster.
"""

import re
from dataclasses import dataclass
from functools import cache

from playloom.kinds.quest.grammar import singular_of
from playloom.kinds.quest.lexicon import words_by_heading
from playloom.kinds.quest.world import Enemy, Item, Person, World

_USUAL = {"people": "human", "items": "item", "enemies": "monster"}
_CATEGORY = {"people": "character", "enemies": "creature", "items": "item"}  # where the table names none
_OWN = (
    "potion",
    "book",
    "jewellery",
    "treasure",
    "weapon",
    "wand",
    "food",
    "plant",
    "armour",
    "item",
    "creature",
)
_OF = re.compile(r"\s(?:of|from|for|with|in)\s")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Look:
    """What somebody or something looks like."""

    id: str
    name: str
    table: str  # "people", "items" or "enemies"
    category: str
    words: tuple[str, ...]  # that say what it is, the surest first
    more: tuple[str, ...]  # of its name: a colour, a material; worth a try
    sure: bool  # whether the table knew it


def looks_of(world: World) -> list[Look]:
    """Return the looks of every person, item and enemy of a world, in its order."""
    entities: tuple[Person | Item | Enemy, ...] = (*world.people, *world.items, *world.enemies)
    return [_look(entity) for entity in entities]


def _look(entity: Person | Item | Enemy) -> Look:
    more: tuple[str, ...]
    if isinstance(entity, Person):
        table, texts = "people", (entity.role, *entity.tags, entity.persona, entity.name)
        more = (entity.gender,) if entity.gender is not None else ()
    else:
        table = "items" if isinstance(entity, Item) else "enemies"
        texts, more = (entity.name, *entity.tags), tuple(_nouns(entity.name))
    known = _table(table)
    found = next((known[word] for text in texts for word in _nouns(text) if word in known), None)
    words = found or (_USUAL[table],)
    category = next((word for word in words if word in _OWN), _CATEGORY[table])
    return Look(entity.id, entity.name, table, category, words, more, found is not None)


def _nouns(text: str) -> list[str]:
    """Return the words of a name and what they are several of: before "of" first, from the end."""
    parts = _OF.split(text.lower())
    return [
        form for part in parts for word in reversed(_WORD.findall(part)) for form in (word, singular_of(word))
    ]


@cache
def _table(name: str) -> dict[str, tuple[str, ...]]:
    """Return the looks of a table by the words that have them."""
    found: dict[str, tuple[str, ...]] = {}
    for heading, words in words_by_heading("looks.txt").items():
        table, *looks = heading.split()
        if table == name:
            found |= {word: tuple(looks) for word in words if word not in found}
    return found
