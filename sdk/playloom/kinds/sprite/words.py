"""Free words onto what a model knows: "two rusty battle axes" becomes a category and tags.

A word is looked up as it stands, in the singular, joined with its neighbour, and at last among words spelled
nearly alike. What was understood, and what was not, is said.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.settings import Settings

WORDS_MOST = 24
_ALIKE = 0.8  # ratio of difflib from which two spellings are nearly alike
_EMPTY = {"a", "an", "the", "and", "or", "for", "to", "some", "my", "his", "her", "its"}
_HAS = {"of", "in", "on", "at", "with", "holding", "wearing"}  # what follows is not what the thing is
_CATEGORIES = {  # other names of our categories; a package without such a category ignores them
    "hero": "character", "person": "character", "villager": "character", "human": "character",
    "player": "character", "npc": "character", "wizard": "character", "mage": "character",
    "knight": "character", "warrior": "character", "archer": "character", "priest": "character",
    "thief": "character", "king": "character", "queen": "character", "merchant": "character",
    "guard": "character", "soldier": "character", "farmer": "character",
    "monster": "creature", "animal": "creature",
    "beast": "creature", "enemy": "creature", "armor": "armour", "flask": "potion", "vial": "potion",
    "tome": "book", "coin": "treasure", "gem": "treasure", "chest": "treasure", "ring": "jewellery",
    "amulet": "jewellery", "jewelry": "jewellery", "floor": "terrain-floor", "ground": "terrain-floor",
    "wall": "terrain-wall", "water": "terrain-liquid", "lava": "terrain-liquid", "spell": "effect",
    "ship": "vehicle", "car": "vehicle", "furniture": "decor", "meal": "food", "fruit": "food",
}  # fmt: skip


@dataclass(frozen=True)
class Understood:
    """What free words came to."""

    category: str | None
    tags: tuple[str, ...]
    notes: tuple[str, ...]  # each word that was taken for another, or left out


def understand(words: str, settings: Settings) -> Understood:
    """Return the category and tags that ``words`` name.

    Raises:
        RequestInvalid: If there are too many words, or none of them is known.
    """
    parts = re.findall(r"[^\W_]+", words.lower())
    if len(parts) > WORDS_MOST:
        raise RequestInvalid(f"{len(parts)} words describe the sprite; at most {WORDS_MOST} are read")
    reader = _Reader(settings)
    head: list[str] = []  # tags of what the thing is, before those of what it has: "goblin" with "axe"
    skip = False
    for part, after in zip(parts, [*parts, ""][1:], strict=True):
        if skip:
            skip = False
        elif reader.joined(part, after):
            skip = True
        elif part in _HAS:
            head = head or list(reader.tags)
        elif part not in _EMPTY:
            reader.read(part)
    if words.strip() and not reader.tags and reader.category is None:
        known = ", ".join(settings.categories)
        raise RequestInvalid(
            f"no word of {words!r} is known to this model; name one of its categories ({known}) "
            "or of its tags (playloom sprite words)"
        )
    tags = tuple(dict.fromkeys(reader.tags))
    category = reader.category or _likely(head or tags, settings)
    return Understood(category, tags, tuple(reader.notes))


class _Reader:
    """Words as they are read, one after another."""

    def __init__(self, settings: Settings) -> None:
        self.categories = set(settings.categories)
        self.known = set(settings.tags)
        self.category: str | None = None
        self.tags: list[str] = []
        self.notes: list[str] = []

    def joined(self, word: str, after: str) -> bool:
        """Take two words that are known as one."""
        whole = word + after
        known = next((form for form in (whole, *_singulars(whole)) if form in self.known), None)
        if not after or known is None or (word in self.known and after in self.known):
            return False
        self.tags.append(known)
        return True

    def read(self, word: str) -> None:
        """Take one word, as it stands or nearly so."""
        forms = [word, *_singulars(word)]
        category = next((name for form in forms if (name := self._category(form))), None)
        tag = next((form for form in forms if form in self.known), None)
        if category is not None:
            self.category = self.category or category
        if tag is not None:
            self.tags.append(tag)
        if category is not None or tag is not None:
            return
        near = difflib.get_close_matches(word, sorted(self.known | self.categories), 1, _ALIKE)
        if not near:
            self.notes.append(f"{word!r} is not known and left out")
        else:
            self.notes.append(f"{word!r} is not known; taken for {near[0]!r}")
            self.read(near[0])

    def _category(self, word: str) -> str | None:
        named = word if word in self.categories else _CATEGORIES.get(word)
        return named if named in self.categories else None


def _singulars(word: str) -> list[str]:
    """Return what ``word`` may be the plural of."""
    forms = []
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("ves"):
        forms += [word[:-3] + "f", word[:-3] + "fe"]
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
    return forms


def _likely(tags: Sequence[str], settings: Settings) -> str | None:
    """Return the category that the tags speak for most.

    Each tag has one vote, shared out by how common it is within each category: there are many more figures
    that hold an axe than pictures of one, but more of the weapons are axes.
    """
    if not tags:
        return None
    sizes = dict.fromkeys(settings.categories, 0)
    for one in settings.seen:
        sizes[one.category] += one.count
    votes = dict.fromkeys(settings.categories, 0.0)
    for tag in tags:
        counts = settings.tag_counts.get(tag, {})
        common = {category: count / max(sizes[category], count, 1) for category, count in counts.items()}
        for category, share in common.items():
            votes[category] += share / (sum(common.values()) or 1)
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] > 0 else None
