"""What sorts of things and places a script talks of, and what sorts a world's are: food, a weapon; water, a
height.

A script that has its item tasted and baked should not get oak beams. Both are told by the words of
`lexicon.txt`: an item's by its tags and name, a script's by what is said around it; without enough of them
there is no sort, which fits all.
"""

import re
from functools import cache, lru_cache

from playloom.kinds.quest.lexicon import word_list, words_by_heading
from playloom.kinds.quest.scripts import Script
from playloom.kinds.quest.world import Item, Place

CUES_LOW, SCENES_LOW = 3, 2  # different words that make a script's sort of thing, of place sure
_WORD = re.compile(r"[^\W\d_]+")


def sort_of_item(item: Item) -> str | None:
    """Return what sort of thing an item is, by its tags, then by its name from the end."""
    return _first("thing", item.tags, item.name)


def sort_of_place(place: Place) -> str | None:
    """Return what sort of place it is, by its tags, then by its name from the end."""
    return _first("scene", place.tags, place.name)


@lru_cache(maxsize=2048)
def sort_of_script(script: Script) -> str | None:
    """Return what sort of thing a script talks of, where enough of its words say so."""
    return _most("talk", " ".join(script.lines.values()), CUES_LOW)


@lru_cache(maxsize=2048)
def scene_of_script(script: Script) -> str | None:
    """Return what sort of place a script talks of in the lines that name it, where they say so."""
    return _most("scene", " ".join(text for text in script.lines.values() if "{place}" in text), SCENES_LOW)


@lru_cache(maxsize=2048)
def has_beasts(script: Script) -> bool:
    """Whether a script's enemies are animals or monsters, by its words."""
    said = _WORD.findall(" ".join(script.lines.values()).lower())
    return len(word_list("beasts").intersection(said)) >= SCENES_LOW


def _first(family: str, tags: tuple[str, ...], name: str) -> str | None:
    sorts = _sorts(family)
    words = [*tags, *reversed(_WORD.findall(name.lower()))]
    return next((sorts[word] for word in words if word in sorts), None)


def _most(family: str, text: str, low: int) -> str | None:
    """Return the sort with most different words in a text, if they are enough and no other has as many."""
    sorts = _sorts(family)
    said = [sorts[word] for word in dict.fromkeys(_WORD.findall(text.lower())) if word in sorts]
    counts = sorted(((said.count(sort), sort) for sort in dict.fromkeys(said)), reverse=True)
    if not counts or counts[0][0] < low or (len(counts) > 1 and counts[0][0] == counts[1][0]):
        return None
    return counts[0][1]


@cache
def _sorts(family: str) -> dict[str, str]:
    """Return the sort that each word of a family of headings tells."""
    headings = {
        name.split(" ", 1)[1]: words
        for name, words in words_by_heading("lexicon.txt").items()
        if name.startswith(f"{family} ")
    }
    return {word: sort for sort, words in headings.items() for word in words}
