"""Locked doors: chosen among chokepoints that shut a part of their own, or made by narrowing a way."""

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.paths import distances
from playloom.kinds.level.chokepoints import Cell, Chokepoint, narrow, part
from playloom.kinds.level.content import Range
from playloom.kinds.level.draft import closing_tiles
from playloom.kinds.level.place import Placing, Unplaceable
from playloom.kinds.level.vocabulary import Role

LEAST_PART = 8  # cells that a locked door shuts, at least


def choose_locks(placing: Placing, start: Cell, number: int, must: Range | None) -> list[Chokepoint]:
    """Return the chokepoints that pinned locks stand on, then ``number`` free ones; fewer if nobody asked.

    Each free one shuts a part of its own.

    Raises:
        Unplaceable: If too few are found, even after narrowing ways.
    """
    draft = placing.draft
    held = placing.having(Role.LOCK)
    if not number and not held.any():
        return []
    for carved in range(2 * number + 1):
        parts = part(draft.walkable, start)
        given = [p for p in parts.points if held[p.cell]]
        if not number:
            return given
        able = [p for p in parts.points if p.behind >= LEAST_PART and not draft.fixed[p.cell]]
        able = [p for p in able if not draft.vocabulary.objects[draft.cells[p.cell]]]
        liking = placing.liking(placing.tile(Role.LOCK), "put locks")
        cells = int(parts.number.max()) + 1
        # Small parts leave room for more doors.
        chosen = max(
            _choose(sorted(able, key=lambda p: -int(liking[p.cell])), number, given, cells),
            _choose(sorted(able, key=lambda p: p.behind), number, given, cells),
            key=len,
        )
        if len(chosen) == number or must is None:
            break
        _carve(placing, [start, *(p.cell for p in (*given, *chosen))], carved)
    if must is not None and int(held.sum()) + len(chosen) < must[0]:
        raise Unplaceable(
            "locks", "too few narrow places for doors: ask for fewer keys and locks or less openness"
        )
    return given + chosen


def _choose(points: list[Chokepoint], number: int, given: list[Chokepoint], cells: int) -> list[Chokepoint]:
    chosen: list[Chokepoint] = []
    for point in points:
        if len(chosen) < number and _apart(given, [*chosen, point], cells):
            chosen.append(point)
    return chosen


def _apart(given: list[Chokepoint], chosen: list[Chokepoint], cells: int) -> bool:
    """Whether each part but those of given doors, less what inner doors shut, is large enough."""
    points = given + chosen
    left = [cells, *(point.behind for point in points)]
    for point in points:
        around = [i for i, p in enumerate(points, 1) if p.first <= point.cell_number < p.last]
        home = min(around, key=lambda i: points[i - 1].behind, default=0)
        left[home] -= point.behind + 1
    return min(left[0], *left[1 + len(given) :]) >= LEAST_PART


def _carve(placing: Placing, taken: list[Cell], number: int) -> None:
    """Close the cheapest cells around a place far from those ``taken``, but one: the door of a new part."""
    draft = placing.draft
    walkable = draft.walkable
    steps = np.min([distances(walkable, cell) for cell in taken], axis=0)
    chance = placing.stream.fork(f"carve {number}").bits(steps.size).reshape(steps.shape)
    remote = walkable & (steps * 4 >= int(steps.max()) * 3)
    y, x = np.unravel_index(int(np.where(remote, chance, 0).argmax()), steps.shape)
    around = distances(walkable, (int(y), int(x)))
    around[~walkable] = around.max() + 1
    radius = int(np.sort(around, axis=None)[2 * LEAST_PART])
    tile, cost = draft.cheapest(closing_tiles(draft.vocabulary))
    keep = draft.fixed | draft.vocabulary.objects[draft.cells]
    inner, outer = walkable & (around <= radius), walkable & (around >= 3 * radius + 3)
    cut = narrow(walkable, np.where(keep, 0, cost), inner, outer) if outer.any() else None
    if cut is None or len(cut) < 2:
        return
    liking = placing.liking(placing.tile(Role.LOCK), f"door {number}")
    door = max(((y, x) for y, x in cut.tolist()), key=lambda cell: int(liking[cell]))
    for cell in ((y, x) for y, x in cut.tolist()):
        if cell != door:
            draft.change(*cell, int(tile[cell]), "narrows a way to a door's width")
            placing.spots[cell] = False


def shut_parts(placing: Placing, start: Cell, chosen: list[Chokepoint]) -> NDArray[np.int64]:
    """Return (H, W): 0 where the start's part is, i behind the i-th lock alone, -1 elsewhere."""
    draft = placing.draft
    result = np.full(draft.cells.shape, -1, np.int64)
    locks = placing.having(Role.LOCK)
    if not chosen:
        result[distances(draft.walkable & ~locks, start) >= 0] = 0
        return result
    number = part(draft.walkable, start).number
    result[(number >= 0) & ~locks] = 0
    for i in sorted(range(len(chosen)), key=lambda i: -chosen[i].behind):
        point = chosen[i]
        result[(number >= point.first) & (number < point.last) & ~locks] = i + 1
    result[(result == 0) & (distances(draft.walkable & ~locks, start) < 0)] = -1
    return result
