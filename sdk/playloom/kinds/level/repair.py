"""Make one walkable region of a proposed ground, by the cheapest edits under the network's own odds.

A pocket that cannot be reached is either joined (a way is opened through
solid cells) or filled, whichever the network finds more likely: a cell costs its negative log
likelihood. One search grows from the main region like Prim's and Dijkstra's
algorithms, so joined pockets serve as sources for the rest.
"""

import heapq

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.chokepoints import part
from playloom.kinds.level.draft import NATS, Draft, closing_tiles, opening_tiles

_FAR = 1 << 60
_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def connect(draft: Draft) -> bool:
    """Join or fill every pocket; return whether all of the draft is now one region.

    It stays in parts only where pinned cells wall a pinned pocket in.
    """
    labels, count = ndimage.label(draft.walkable)
    if count <= 1:
        return count == 1
    search = _Growth(draft, labels.astype(np.int32))
    search.run()
    return search.waiting == 0


class _Growth:
    """The growing search over flat cell numbers, in a frame of one cell that cannot be opened."""

    def __init__(self, draft: Draft, labels: NDArray[np.int32]) -> None:
        self.draft = draft
        self.stride = draft.cells.shape[1] + 2
        self.open_tile, open_cost = draft.cheapest(opening_tiles(draft.vocabulary))
        self.fill_tile, fill_cost = draft.cheapest(closing_tiles(draft.vocabulary))
        walkable = draft.walkable
        price = np.where(walkable, 0, open_cost)
        price[(draft.fixed | draft.sealed) & ~walkable] = _FAR
        self.price: list[int] = np.pad(price, 1, constant_values=_FAR).ravel().tolist()
        self.label: list[int] = np.pad(labels, 1).ravel().tolist()
        sizes = np.bincount(labels.ravel())
        held = np.bincount(labels.ravel(), weights=draft.fixed.ravel()) > 0
        fills = np.bincount(labels.ravel(), weights=fill_cost.ravel())
        self.fill = [_FAR if pinned else int(cost) for pinned, cost in zip(held, fills, strict=True)]
        sizes[0] = 0
        # The largest region is kept; a pinned one before any other.
        main = int(np.lexsort((sizes, held & (sizes > 0)))[-1])
        self.members: dict[int, list[int]] = {}
        for cell, label in enumerate(self.label):
            if label:
                self.members.setdefault(label, []).append(cell)
        self.waiting = len(self.members) - 1
        self.done = {0, main}
        self.cost = dict.fromkeys(self.members[main], 0)
        self.came: dict[int, int] = {}
        self.heap = [(0, cell) for cell in self.members[main]]

    def run(self) -> None:
        """Grow from the main region until every pocket is settled or out of reach."""
        stride, price, label, cheapest = self.stride, self.price, self.label, self.cost
        while self.heap and self.waiting:
            cost, cell = heapq.heappop(self.heap)
            if cost > cheapest.get(cell, -1):  # improved since, or filled
                continue
            if label[cell] not in self.done:
                self._settle(cell, label[cell], cost)
                continue
            for to in (cell - stride, cell + stride, cell - 1, cell + 1):
                total = cost + price[to]
                if total < cheapest.get(to, _FAR):
                    cheapest[to] = total
                    self.came[to] = cell
                    heapq.heappush(self.heap, (total, to))

    def _place(self, cell: int) -> tuple[int, int]:
        return cell // self.stride - 1, cell % self.stride - 1

    def _settle(self, cell: int, label: int, cost: int) -> None:
        """Join the pocket ``label``, met at ``cell`` for ``cost``, or fill it where that is cheaper."""
        self.done.add(label)
        self.waiting -= 1
        if self.fill[label] < cost:
            for one in self.members[label]:
                y, x = self._place(one)
                self.draft.change(y, x, int(self.fill_tile[y, x]), "fills a pocket out of reach")
                self.label[one] = 0
                self.price[one] = NATS  # it was open once, so opening it again costs little
                self.cost.pop(one, None)
            return
        step: int | None = cell
        while step is not None and self.cost[step] > 0:
            if self.price[step]:
                y, x = self._place(step)
                self.draft.change(y, x, int(self.open_tile[y, x]), "opens a way to a pocket")
                self.price[step] = 0
            self.cost[step] = 0
            heapq.heappush(self.heap, (0, step))
            step = self.came.get(step)
        for one in self.members[label]:
            self.cost[one] = 0
            heapq.heappush(self.heap, (0, one))


def resize(draft: Draft, low: int, high: int, *, stubs_only: bool) -> bool:
    """Open or close cells, cheapest first, until low..high are walkable; return whether that was possible.

    The region stays one. With ``stubs_only`` only dead ends come and go, so no way gets shorter or longer.
    """
    count = int(draft.walkable.sum())
    if low <= count <= high:
        return True
    grow = count < low
    vocabulary = draft.vocabulary
    tile, cost = draft.cheapest(opening_tiles(vocabulary) if grow else closing_tiles(vocabulary))
    able = ~draft.fixed & (draft.walkable != grow)
    if grow:
        able &= ~draft.sealed
    else:
        able &= ~draft.vocabulary.objects[draft.cells]
    missing = low - count if grow else count - high
    reason = "opens a cell for openness" if grow else "closes a cell for openness"
    frame = np.pad(draft.walkable, 1)
    heap = [(int(cost[y, x]), y, x, False) for y, x in np.argwhere(able).tolist()]
    heapq.heapify(heap)
    set_aside: dict[tuple[int, int], int] = {}
    while missing:
        if not heap and not grow and not stubs_only:
            # Only loops one cell wide are left: cut the cheapest.
            loops = [place for place in _on_loops(draft.walkable) if place in set_aside]
            heap = sorted((set_aside[place], *place, True) for place in loops)[:1]
        if not heap:
            return False
        price, y, x, looped = heapq.heappop(heap)
        if frame[y + 1, x + 1] == grow:
            continue
        if not looped and not _harmless(frame, y, x, grow=grow, stubs_only=stubs_only):
            set_aside[y, x] = price
            continue
        frame[y + 1, x + 1] = grow
        draft.change(y, x, int(tile[y, x]), reason)
        missing -= 1
        for dy, dx in _RING:
            place = (y + dy, x + dx)
            if place in set_aside:
                heapq.heappush(heap, (set_aside.pop(place), *place, False))
    return True


def _on_loops(walkable: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the cells with two open neighbours whose closing parts nothing."""
    top, left = np.argwhere(walkable)[0].tolist()
    parting = {point.cell for point in part(walkable, (top, left)).points}
    frame = np.pad(walkable, 1).astype(np.int8)
    beside = frame[:-2, 1:-1] + frame[2:, 1:-1] + frame[1:-1, :-2] + frame[1:-1, 2:]
    beside[top, left] = 0  # the root of the search is never found to part
    cells = [(y, x) for y, x in np.argwhere(walkable & (beside == 2)).tolist()]
    return [cell for cell in cells if cell not in parting]


def _harmless(frame: NDArray[np.bool_], y: int, x: int, *, grow: bool, stubs_only: bool) -> bool:
    """Whether cell (y, x) may change: opening joins it on, closing cuts nothing off."""
    around = frame[y : y + 3, x : x + 3]
    beside = int(around[0, 1]) + int(around[2, 1]) + int(around[1, 0]) + int(around[1, 2])
    if grow:
        return beside == 1 if stubs_only else beside >= 1
    if beside <= 1 or stubs_only:
        return beside == 1
    return simple(around)


def simple(around: NDArray[np.bool_]) -> bool:
    """Whether the middle of a 3x3 window can be closed: its open neighbours stay joined within the window."""
    ring = [bool(around[1 + dy, 1 + dx]) for dy, dx in _RING]
    # Runs of open cells around the ring that hold an orthogonal neighbour (even places).
    if all(ring):
        return True
    start = ring.index(False)
    runs, inside = 0, False
    for i in range(1, 9):
        place = (start + i) % 8
        if not ring[place]:
            inside = False
        elif place % 2 == 0 and not inside:
            runs += 1
            inside = True
    return runs == 1
