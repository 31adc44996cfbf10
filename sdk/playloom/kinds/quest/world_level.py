"""Takes from a level what a world needs of it: places, enemies, keys with what they open, and chests."""

from collections import Counter
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import ndimage

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import Passability, Role
from playloom.kinds.quest.world import Place
from playloom.kinds.quest.world_draft import Wild, Words, enemy, thing

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NOUNS = {  # theme -> what people of a world call such a place
    "dungeon": "dungeon",
    "cave": "cave",
    "maze": "maze",
    "overworld": "wild country",
    "platformer": "cliffs",
    "metroidvania": "ruins",
    "sokoban": "warehouse",
}
_CHEST_VALUE, _COIN_VALUE = 150, 2  # in the world's currency
_HIGH = 999  # of one thing in a world


def wild_of(level: Level, words: Words) -> Wild:
    """Return what a level puts around a town.

    The part of the map that is open from the start is a place; so is each part behind a locked door, which
    needs a key of its own; and where there is an exit, the far side.

    Raises:
        RequestInvalid: If the level has no start.
    """
    parts = _Parts(level)
    noun = _NOUNS.get(level.theme, "wild")
    wild = Wild()
    ids = {label: f"part_{number}" for number, label in enumerate(parts.order, 1)}
    for number, label in enumerate(parts.order):
        name = f"the {noun}" if number == 0 else f"the {_ORDINALS[number - 1]} sealed part of the {noun}"
        beside = tuple(ids[other] for other in parts.doors.get(label, ()))
        needs = f"key_{number}" if number else None
        place = Place(id=ids[label], name=name, connections=beside, needs=needs, danger=parts.danger(label))
        wild.places.append(place)
    _put_keys(wild, parts, ids, words)
    for chests, label in parts.most(Role.CHEST):
        wild.items.append(
            thing("treasure", words.treasure, where=ids[label], count=chests, value=_CHEST_VALUE)
        )
    for coins, label in parts.most(Role.PICKUP):
        wild.items.append(thing("coin", "old coin", where=ids[label], count=coins, value=_COIN_VALUE))
    for count, label in parts.most(Role.ENEMY, tier=1):
        wild.enemies.append(enemy("pest", words.pest, ids[label], 1, count, ("pest",)))
    for count, label in parts.most(Role.ENEMY, tier=2):
        wild.enemies.append(enemy("foes", words.foes, ids[label], 2, count, ("speaks",)))
    for count, label in parts.most(Role.BOSS):
        wild.enemies.append(enemy("beast", words.beast, ids[label], 3, count))
    for _, label in parts.most(Role.PERSON):
        wild.someone_at = ids[label]
    far = [ids[label] for _, label in parts.most(Role.EXIT)]
    if far:
        wild.places.append(Place(id="far_side", name=f"the far side of the {noun}", connections=(far[0],)))
    return wild


Spot = tuple[int, int]  # column, row


def spots_of(level: Level) -> dict[str, list[Spot]]:
    """Return the cells in which everything lies that `wild_of` calls by an id.

    Each place is told by one cell: the start for the first, the cell behind its door for another, the exit
    for the far side. "people" are the cells of people, whoever they are.

    Raises:
        RequestInvalid: If the level has no start.
    """
    parts = _Parts(level)
    roles = {
        **{"treasure": (Role.CHEST, 0), "coin": (Role.PICKUP, 0), "people": (Role.PERSON, 0)},
        **{
            "pest": (Role.ENEMY, 1),
            "foes": (Role.ENEMY, 2),
            "beast": (Role.BOSS, 0),
            "far_side": (Role.EXIT, 0),
        },
    }
    found = {name: [(x, y) for y, x in parts.at(role, tier)] for name, (role, tier) in roles.items()}
    found["part_1"] = [(x, y) for y, x in parts.at(Role.START)]
    for number, label in enumerate(parts.order[1:], 2):
        y, x = np.argwhere(parts.labels == label)[0]
        found[f"part_{number}"] = [(int(x), int(y))]
    left = parts.by_part(Role.KEY)
    for number in range(1, len(parts.order)):  # as _put_keys takes them
        source = next((part for part in parts.order[:number] if left.get(part)), None)
        if source is not None:
            y, x = left[source].pop()
            found[f"key_{number}"] = [(x, y)]
    return {name: spots[:1] if name == "far_side" else spots for name, spots in found.items() if spots}


def _put_keys(wild: Wild, parts: "_Parts", ids: dict[int, str], words: Words) -> None:
    """Put the key of each sealed part into a part that is open before it; without one, it is not locked."""
    left = Counter(parts.count(Role.KEY))
    for number in range(1, len(parts.order)):
        source = next((part for part in parts.order[:number] if left[part] > 0), None)
        if source is None:
            wild.places[number] = replace(wild.places[number], needs=None)
            continue
        left[source] -= 1
        name = words.key if number == 1 else f"{_ORDINALS[number - 1]} {words.key}"
        where = ids[source]
        wild.items.append(thing(f"key_{number}", name, where=where, value=20, tags=["key"]))


class _Parts:
    """The parts of a map between its locked doors, the start's first, in the order in which they open."""

    def __init__(self, level: Level) -> None:
        tiles = level.vocabulary.tiles
        self.level = level
        shut = [
            t.role is Role.LOCK or t.passability in (Passability.SOLID, Passability.LIQUID) for t in tiles
        ]
        self.labels: NDArray[np.signedinteger[Any]] = ndimage.label(~np.array(shut)[level.cells])[0]
        starts = self.at(Role.START)
        if not starts:
            raise RequestInvalid("the level has no start, so nothing in it can be reached; give one that has")
        self.order = [int(self.labels[starts[0]])]
        self.doors: dict[int, set[int]] = {}
        for cell in self.at(Role.LOCK):
            beside = self._beside(cell)
            for label in beside:
                self.doors.setdefault(label, set()).update(beside - {label})
        for label in self.order:
            fresh = sorted(self.doors.get(label, set()) - set(self.order))
            self.order += fresh[: len(_ORDINALS) + 1 - len(self.order)]
        self.doors = {label: self.doors.get(label, set()) & set(self.order) for label in self.order}

    def at(self, role: Role, tier: int = 0) -> list[tuple[int, int]]:
        """Return (row, column) of the tiles of a role."""
        tiles = self.level.vocabulary.tiles
        wanted = [tile.role is role and tier in (0, tile.tier) for tile in tiles]
        return [(int(y), int(x)) for y, x in np.argwhere(np.array(wanted)[self.level.cells])]

    def _beside(self, cell: tuple[int, int]) -> set[int]:
        """Return the parts that a cell belongs to or touches."""
        height, width = self.labels.shape
        y, x = cell
        near = [(y, x), (y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        return {int(self.labels[a, b]) for a, b in near if 0 <= a < height and 0 <= b < width} - {0}

    def count(self, role: Role, tier: int = 0) -> dict[int, int]:
        """Return how many tiles of a role each part has."""
        return {label: len(cells) for label, cells in self.by_part(role, tier).items()}

    def by_part(self, role: Role, tier: int = 0) -> dict[int, list[tuple[int, int]]]:
        """Return (row, column) of the tiles of a role, by the part that they are in."""
        found: dict[int, list[tuple[int, int]]] = {}
        for cell in self.at(role, tier):
            for label in sorted(self._beside(cell) & set(self.order))[:1]:
                found.setdefault(label, []).append(cell)
        return found

    def most(self, role: Role, tier: int = 0) -> list[tuple[int, int]]:
        """Return the count and the part that has most of a role, in a list; empty if none has any."""
        found = self.count(role, tier)
        ranked = sorted((-number, self.order.index(label), label) for label, number in found.items())
        return [(min(-number, _HIGH), label) for number, _, label in ranked[:1]]

    def danger(self, label: int) -> int:
        """Return 3 where a boss is, 2 for strong enemies, 1 for others and hazards, else 0."""
        signs = ((Role.BOSS, 0, 3), (Role.ENEMY, 2, 2), (Role.ENEMY, 1, 1), (Role.HAZARD, 0, 1))
        return max((danger for role, tier, danger in signs if self.count(role, tier).get(label)), default=0)
