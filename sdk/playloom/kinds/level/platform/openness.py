"""Open or close cells of a finished level until a wanted number are open, with every play still as good."""

import heapq

import numpy as np

from playloom.kinds.level.content import Level
from playloom.kinds.level.draft import NATS, Draft
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.check import ways
from playloom.kinds.level.platform.ways import tiles_of
from playloom.kinds.level.vocabulary import Passability, Role

_CHECKS = 32
_REASON = {True: "opens a cell for openness", False: "closes a cell for openness"}


def resize(draft: Draft, movement: Platform, low: int, high: int, path: tuple[int, int] | None) -> bool:
    """Open or close the cheapest cells until low..high are open; return whether that was possible.

    Cells are changed many at a time; if the level then fails its check, or the shortest play leaves ``path``
    (ticks), half of them are left for later.
    """
    count = int(draft.walkable.sum())
    if low <= count <= high:
        return True
    grow = count < low
    missing = low - count if grow else count - high
    heap = _candidates(draft, grow=grow)
    for _ in range(_CHECKS):
        if not missing or len(heap) == 0:
            break
        tried = [heapq.heappop(heap) for _ in range(min(missing, len(heap)))]
        kept = _try(draft, movement, tried, path, grow=grow)
        while not kept and len(tried) > 1:
            for entry in tried[len(tried) // 2 :]:
                heapq.heappush(heap, (entry[0] + NATS, *entry[1:]))
            tried = tried[: len(tried) // 2]
            kept = _try(draft, movement, tried, path, grow=grow)
        missing -= len(tried) if kept else 0
    return not missing


def _candidates(draft: Draft, *, grow: bool) -> list[tuple[int, int, int, int]]:
    """Return cost, y, x and new tile of each cell that could change, as a heap."""
    vocabulary = draft.vocabulary
    tiles = (
        tiles_of(vocabulary, Passability.OPEN, role=Role.FLOOR)
        if grow
        else tiles_of(vocabulary, Passability.SOLID, role=Role.WALL)
    )
    if not tiles.any():
        return []
    tile, cost = draft.cheapest(tiles)
    plain = tiles_of(vocabulary, Passability.SOLID, role=Role.WALL)
    plain |= tiles_of(vocabulary, Passability.SOLID, role=Role.VOID)
    if not grow:
        plain = vocabulary.having(Role.FLOOR, Role.PROP) & vocabulary.open
    able = plain[draft.cells] & ~draft.fixed & ~vocabulary.objects[draft.cells]
    if grow:
        able &= ~draft.sealed
    heap = [(int(cost[y, x]), y, x, int(tile[y, x])) for y, x in np.argwhere(able).tolist()]
    heapq.heapify(heap)
    return heap


def _try(
    draft: Draft,
    movement: Platform,
    entries: list[tuple[int, int, int, int]],
    path: tuple[int, int] | None,
    *,
    grow: bool,
) -> bool:
    """Make changes; take them back if the level then fails."""
    before, edits = draft.cells.copy(), len(draft.edits)
    for _, y, x, tile in entries:
        draft.change(y, x, tile, _REASON[grow])
    level = Level(cells=draft.cells.astype(np.uint8), vocabulary=draft.vocabulary, movement=movement)
    verdicts, moves = ways(level)
    if all(v.passed for v in verdicts) and (path is None or path[0] <= len(moves) <= path[1]):
        return True
    draft.cells[:] = before
    del draft.edits[edits:]
    return False
