"""Put the objects on a finished ground: exact numbers, at the places the network likes best.

Structure first: start, locked doors at chokepoints, exit, keys; then people,
enemies and treasure. Every choice among cells is a draw from the network's
marginals (Gumbel top-k, Kool et al. 2019), so that a style keeps its habits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.chance import FINE, masses, noise, odds
from playloom.kinds.level.chokepoints import Cell
from playloom.kinds.level.content import LevelRequest, Range
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.repair import shuts_in, simple, spare
from playloom.kinds.level.vocabulary import Role
from playloom.seeds import Stream

_BATCH = 4096  # cells ranked that are made plain numbers together


class Unplaceable(Exception):
    """This attempt cannot meet a control; says which and what would help."""

    def __init__(self, check: str, advice: str) -> None:
        super().__init__(advice)
        self.check = check
        self.advice = advice


@dataclass
class Placing:
    """The state of placing: a draft, where objects may still go, and how much the network likes each."""

    draft: Draft
    logits: NDArray[np.int32]  # (H, W, V), of the masked open cells
    spots: NDArray[np.bool_]  # (H, W): may take an object
    stream: Stream

    def liking(self, tile: int, name: str) -> NDArray[np.int64]:
        """Return the log odds of ``tile`` against the ground in place, plus Gumbel noise; shape (H, W)."""
        height, width, _ = self.logits.shape
        here = np.take_along_axis(self.logits, self.draft.cells[:, :, None], 2)[:, :, 0]
        chance = noise(self.stream.fork(name).bits(height * width)).reshape(height, width)
        result: NDArray[np.int64] = (self.logits[:, :, tile] - here) * FINE + chance
        return result

    def ranked(self, tile: int, name: str, where: NDArray[np.bool_]) -> list[Cell]:
        """Return the cells of ``where`` (H, W), best liked first."""
        return list(self.best(tile, name, where))

    def best(self, tile: int, name: str, where: NDArray[np.bool_]) -> Iterator[Cell]:
        """Yield what `ranked` returns, for who takes few of many; what is put meanwhile changes nothing."""
        order = np.argsort(-self.liking(tile, name)[where], kind="stable")
        places = np.argwhere(where)[order]
        return (
            (y, x)
            for first in range(0, len(places), _BATCH)
            for y, x in places[first : first + _BATCH].tolist()
        )

    def put(self, cell: Cell, tile: int) -> None:
        """Place an object; objects are what was asked for, not repairs, and so no edits."""
        self.draft.cells[cell] = tile
        self.spots[cell] = False

    def tile(self, role: Role) -> int:
        """Return the first tile of ``role``.

        Raises:
            Unplaceable: If the package has none.
        """
        tiles = self.draft.vocabulary.ids(role)
        if not tiles:
            raise Unplaceable(role.value, f"this package has no {role.value} tile")
        return tiles[0]

    def having(self, role: Role) -> NDArray[np.bool_]:
        """Return which cells hold a tile of ``role``, shape (H, W)."""
        return self.draft.vocabulary.having(role)[self.draft.cells]

    def held(self, role: Role) -> int:
        """Return how many cells hold a tile of ``role``."""
        return int(self.having(role).sum())

    def expected(self, tiles: tuple[int, ...], name: str) -> int:
        """Return about how many of ``tiles`` the network expects, rounded by chance."""
        chosen = np.zeros(self.logits.shape[2], np.bool_)
        chosen[list(tiles)] = True
        mass = int(odds(*masses(self.logits[self.spots], chosen)).sum())
        return (mass + self.stream.fork(name).below(1 << 20)) >> 20


def count(held: int, wanted: Range | None, expected: int, room: int, check: str) -> int:
    """Return how many objects to add to the ``held`` ones: what the network expects, within the control.

    Raises:
        Unplaceable: If pinned objects or lack of room make the control impossible.
    """
    low, high = wanted or (0, held + expected)
    if held > high:
        raise Unplaceable(
            check, f"the pinned map already has {held}, asked at most {high}: allow more {check}"
        )
    if held + room < low:
        raise Unplaceable(
            check, f"there is room for {held + room}, asked at least {low}: ask for fewer {check}"
        )
    return min(max(low - held, min(expected, high - held)), room)


def scatter(placing: Placing, tile: int, number: int, name: str, away: NDArray[np.bool_]) -> None:
    """Place ``number`` objects, apart from one another while there is room.

    Args:
        placing: Where to.
        tile: The object.
        number: How many.
        name: Of the random stream.
        away: Shape (H, W): cells to use only when no others are left.
    """
    if not number:
        return
    blocked: set[Cell] = set()
    left_over: list[Cell] = []
    for cell in placing.best(tile, name, placing.spots):
        if cell in blocked or away[cell]:
            left_over.append(cell)
            continue
        placing.put(cell, tile)
        number -= 1
        if not number:
            return
        y, x = cell
        blocked |= {(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)}
    for cell in left_over[:number]:
        placing.put(cell, tile)
        number -= 1
    if number:
        raise Unplaceable(placing.draft.vocabulary.tiles[tile].name, f"{number} found no free floor")


def furnish(placing: Placing, request: LevelRequest, start: Cell | None, way: NDArray[np.bool_]) -> None:
    """Place people, bosses, enemies and treasure under the request's controls.

    Args:
        placing: Where to; start, exit, keys and locks are in place.
        request: The controls.
        start: Enemies keep away from it; None where the tiles have none.
        way: Shape (H, W): cells of the shortest solution; people do not stand on it.

    Raises:
        Unplaceable: If a control cannot be met.
    """
    people(placing, request.people, way)
    height, width = way.shape
    y, x = np.ogrid[:height, :width]
    nowhere = np.zeros_like(way)
    close = nowhere if start is None else abs(y - start[0]) + abs(x - start[1]) <= 3
    vocabulary = placing.draft.vocabulary
    held = np.bincount(placing.draft.cells.ravel(), minlength=len(vocabulary))
    bosses = vocabulary.ids(Role.BOSS)
    several(placing, {}, bosses, request.bosses, held, "bosses", close)
    enemies = vocabulary.ids(Role.ENEMY)
    by_tier = {i: (request.common, request.strong)[vocabulary.tiles[i].tier >= 2] for i in enemies}
    tiers = {i: wanted for i, wanted in by_tier.items() if wanted is not None}
    several(placing, tiers, enemies, request.enemies, held, "enemies", close)
    treasure = vocabulary.ids(Role.PICKUP, Role.CHEST)
    several(placing, {}, treasure, request.treasure, held, "treasure", nowhere)


def several(
    placing: Placing,
    each: Mapping[int, Range],
    tiles: tuple[int, ...],
    total: Range | None,
    held: NDArray[np.int64],
    check: str,
    away: NDArray[np.bool_],
) -> None:
    """Place objects of several tiles that share a total, some with a range of their own.

    Raises:
        Unplaceable: If the ranges and what is pinned contradict one another.
    """
    if not tiles:
        if total and total[0]:
            raise Unplaceable(check, f"this package has no tile for {check}")
        return
    room = int(placing.spots.sum())
    likely = {tile: placing.expected((tile,), f"expected {tile}") for tile in tiles}
    numbers = {tile: count(int(held[tile]), each.get(tile), likely[tile], room, check) for tile in tiles}
    have = sum(int(held[tile]) for tile in tiles)
    if total is not None:
        low, high = total
        _balance(numbers, each, held, (low - have, high - have))
        added = sum(numbers.values())
        if not low <= have + added <= high:
            raise Unplaceable(check, f"pinned objects and tiers leave {have + added} {check}")
    if sum(numbers.values()) > room:
        raise Unplaceable(check, f"there is room for {room} more objects; ask for fewer {check}")
    for tile in tiles:
        scatter(placing, tile, numbers[tile], f"put {tile}", away)


def _balance(
    numbers: dict[int, int], each: Mapping[int, Range], held: NDArray[np.int64], wanted: Range
) -> None:
    """Shift ``numbers`` within their own ranges until their sum is within ``wanted``; common tiles first."""
    low, high = wanted
    for tile, number in list(numbers.items()):
        missing = max(0, low - sum(numbers.values()))
        top = each[tile][1] - int(held[tile]) if tile in each else number + missing
        numbers[tile] += min(missing, max(0, top - number))
    for tile, number in reversed(list(numbers.items())):
        surplus = max(0, sum(numbers.values()) - high)
        least = max(0, each[tile][0] - int(held[tile])) if tile in each else 0
        numbers[tile] -= min(surplus, max(0, number - least))


def people(placing: Placing, wanted: Range | None, way: NDArray[np.bool_]) -> None:
    """Place persons, who stand in the way, where they block nothing.

    Raises:
        Unplaceable: If too few such places are left.
    """
    draft = placing.draft
    tiles = draft.vocabulary.ids(Role.PERSON)
    if not tiles:
        if wanted and wanted[0]:
            raise Unplaceable("people", "this package has no tile for people")
        return
    tile = tiles[0]
    held = placing.held(Role.PERSON)
    expected = placing.expected(tiles, "expected people")
    number = count(held, wanted, expected, int(placing.spots.sum()), "people")
    frame, persons = np.pad(draft.walkable, 1), np.pad(placing.having(Role.PERSON), 1)
    for y, x in placing.best(tile, "put people", placing.spots & ~way) if number else ():
        if not number:
            return
        around = frame[y : y + 3, x : x + 3]
        beside = [bool(around[place]) for place in ((0, 1), (2, 1), (1, 0), (1, 2))]
        if sum(beside) >= 2 and simple(around) and not shuts_in(frame, persons, y, x):
            placing.put((y, x), tile)
            frame[y + 1, x + 1], persons[y + 1, x + 1] = False, True
            number -= 1
    while wanted and placing.held(Role.PERSON) < wanted[0]:
        # Corridors alone: a dead end or one way round of a loop is left, apart from other people.
        alone = ~ndimage.binary_dilation(placing.having(Role.PERSON))
        spots = placing.spots & ~way & alone & spare(draft.walkable)
        if not spots.any():
            break
        placing.put(placing.ranked(tile, "put people in corridors", spots)[0], tile)
    placed = placing.held(Role.PERSON)
    if wanted and placed < wanted[0]:
        raise Unplaceable("people", f"only {placed} stand where they block no way: ask for fewer people")
