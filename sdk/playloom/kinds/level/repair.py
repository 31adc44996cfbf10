"""Make one walkable region of a proposed ground, by cheap edits under the network's own odds.

A pocket that cannot be reached is either joined (a way is opened through
solid cells) or filled. A cell costs its negative log likelihood. All shortest ways between
neighbouring regions come from one search (Mehlhorn 1988); of their minimum spanning tree, dynamic programming
keeps the cheapest part and fills the rest. That is the best choice on this tree; the best of all
would be a prize-collecting Steiner tree, which is NP-hard.
"""

import heapq

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.chokepoints import part
from playloom.kinds.level.draft import Draft, closing_tiles, opening_tiles
from playloom.kinds.level.vocabulary import Role

_FAR = 1 << 60
_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))

_Way = tuple[int, int, int]  # cost, and the two cells at which the searches of two regions met


def connect(draft: Draft) -> bool:
    """Join or fill every pocket; return whether all of the draft is now one region.

    It stays in parts only where pinned cells wall in something pinned, or keep it from most of the rest.
    """
    labels, count = ndimage.label(draft.walkable)
    if count <= 1:
        return count == 1
    regions = _Regions(draft, labels.astype(np.int32))
    tree = _spanning_tree(regions.ways(), regions.owner)
    keep, fill, apart = _cheapest_part(regions, tree)
    if any(
        regions.fill[i] == _FAR or len(regions.members[i]) > len(regions.members[regions.main]) for i in apart
    ):
        return False
    for way in keep:
        regions.open(way)
    for label in (*fill, *apart):
        regions.close(label)
    return True


class _Regions:
    """The regions of a draft, by label, and the cheapest ways from each; cells are numbered in a frame."""

    def __init__(self, draft: Draft, labels: NDArray[np.int32]) -> None:
        self.draft = draft
        self.stride = draft.cells.shape[1] + 2
        self.open_tile, open_cost = draft.cheapest(opening_tiles(draft.vocabulary))
        self.fill_tile, fill_cost = draft.cheapest(closing_tiles(draft.vocabulary))
        walkable = draft.walkable
        price = np.where(walkable, 0, open_cost)
        price[(draft.fixed | draft.sealed) & ~walkable] = _FAR
        self.price: list[int] = np.pad(price, 1, constant_values=_FAR).ravel().tolist()
        self.owner: list[int] = np.pad(labels, 1).ravel().tolist()
        # Growth starts at the rim: inside a region there is nothing to gain.
        rim = (labels > 0) & ~ndimage.binary_erosion(labels > 0)
        self.rim: list[int] = np.flatnonzero(np.pad(rim, 1)).tolist()
        self.members: dict[int, list[int]] = {}
        for cell, label in enumerate(self.owner):
            if label:
                self.members.setdefault(label, []).append(cell)
        flat = labels.ravel()
        held = np.bincount(flat, weights=draft.fixed.ravel()) > 0
        costs = np.bincount(flat, weights=fill_cost.ravel())
        self.fill = [_FAR if pinned else int(cost) for pinned, cost in zip(held, costs, strict=True)]
        sizes = np.bincount(flat)
        sizes[0] = 0
        # The largest region is kept; a pinned one before any other.
        self.main = int(np.lexsort((sizes, held & (sizes > 0)))[-1])

    def ways(self) -> list[_Way]:
        """Grow all regions at once (Dijkstra 1959); return the cheapest way between any two that meet."""
        stride, price, owner = self.stride, self.price, self.owner
        cost = [0 if label else _FAR for label in owner]
        self.came = [-1] * len(owner)
        heap = [(0, cell) for cell in self.rim]
        while heap:
            here, cell = heapq.heappop(heap)
            if here > cost[cell]:
                continue
            for to in (cell - stride, cell + stride, cell - 1, cell + 1):
                total = here + price[to]
                if total < cost[to]:
                    cost[to] = total
                    owner[to] = owner[cell]
                    self.came[to] = cell
                    heapq.heappush(heap, (total, to))
        best: dict[tuple[int, int], _Way] = {}
        for cell, label in enumerate(owner):
            for to in (cell + 1, cell + stride) if label else ():
                if owner[to] and owner[to] != label:
                    pair = (min(label, owner[to]), max(label, owner[to]))
                    way = (cost[cell] + cost[to], cell, to)
                    best[pair] = min(best.get(pair, way), way)
        return sorted(best.values())

    def _place(self, cell: int) -> tuple[int, int]:
        return cell // self.stride - 1, cell % self.stride - 1

    def open(self, way: _Way) -> None:
        """Open every closed cell of a way."""
        for end in way[1:]:
            cell = end
            while self.price[cell]:
                y, x = self._place(cell)
                self.draft.change(y, x, int(self.open_tile[y, x]), "opens a way to a pocket")
                self.price[cell] = 0
                cell = self.came[cell]

    def close(self, label: int) -> None:
        """Fill a region."""
        for cell in self.members[label]:
            y, x = self._place(cell)
            self.draft.change(y, x, int(self.fill_tile[y, x]), "fills a pocket out of reach")


def _spanning_tree(ways: list[_Way], owner: list[int]) -> dict[int, list[tuple[int, _Way]]]:
    """Return the neighbours of each region in a minimum spanning forest (Kruskal 1956)."""
    root: dict[int, int] = {}

    def find(label: int) -> int:
        while root.setdefault(label, label) != label:
            root[label] = root.setdefault(root[label], root[label])  # halves the way for the next to ask
            label = root[label]
        return label

    tree: dict[int, list[tuple[int, _Way]]] = {}
    for way in ways:
        one, other = owner[way[1]], owner[way[2]]
        if find(one) != find(other):
            root[find(one)] = find(other)
            tree.setdefault(one, []).append((other, way))
            tree.setdefault(other, []).append((one, way))
    return tree


def _cheapest_part(
    regions: _Regions, tree: dict[int, list[tuple[int, _Way]]]
) -> tuple[list[_Way], list[int], list[int]]:
    """Return the ways to open, the regions to fill, and those to which no way leads from the main region."""
    parent: dict[int, tuple[int, _Way] | None] = {regions.main: None}
    order = [regions.main]
    for label in order:  # grows as it goes
        for other, way in tree.get(label, ()):
            if other not in parent:
                parent[other] = (label, way)
                order.append(other)
    joined = dict.fromkeys(order, 0)  # what the regions beyond cost at best, if this one is joined
    dropped = {label: regions.fill[label] for label in order}  # if it and all beyond are filled
    for label in reversed(order[1:]):
        above = parent[label]
        if above is not None:
            joined[above[0]] += min(above[1][0] + joined[label], dropped[label])
            dropped[above[0]] += dropped[label]
    keep: list[_Way] = []
    fill: list[int] = []
    kept = {regions.main}
    for label in order[1:]:
        above = parent[label]
        if above is not None and above[0] in kept and above[1][0] + joined[label] <= dropped[label]:
            kept.add(label)
            keep.append(above[1])
        else:
            fill.append(label)
    return keep, fill, [label for label in regions.members if label not in parent]


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
    able &= ~draft.vocabulary.objects[draft.cells]
    if grow:
        able &= ~draft.sealed
    missing = low - count if grow else count - high
    reason = "opens a cell for openness" if grow else "closes a cell for openness"
    frame = np.pad(draft.walkable, 1)
    persons = np.pad(vocabulary.having(Role.PERSON)[draft.cells], 1)
    heap = [(int(cost[y, x]), y, x, False) for y, x in np.argwhere(able).tolist()]
    heapq.heapify(heap)
    set_aside: dict[tuple[int, int], int] = {}
    while missing:
        if not heap and not grow and not stubs_only:
            # Only loops one cell wide are left: cut the cheapest.
            loops = [(y, x) for y, x in np.argwhere(spare(draft.walkable)).tolist() if (y, x) in set_aside]
            heap = sorted((set_aside[place], *place, True) for place in loops)[:1]
        if not heap:
            return False
        price, y, x, looped = heapq.heappop(heap)
        if frame[y + 1, x + 1] == grow:
            continue
        if not looped and not _harmless(frame, y, x, grow=grow, stubs_only=stubs_only):
            set_aside[y, x] = price
            continue
        if not grow and shuts_in(frame, persons, y, x):
            set_aside.pop((y, x), None)  # for good: nothing opens again
            continue
        frame[y + 1, x + 1] = grow
        draft.change(y, x, int(tile[y, x]), reason)
        missing -= 1
        for dy, dx in _RING:
            place = (y + dy, x + dx)
            if place in set_aside:
                heapq.heappush(heap, (set_aside.pop(place), *place, False))
    return True


def spare(walkable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells with one or two open neighbours whose closing parts nothing, shape (H, W).

    Dead ends, and cells of loops one cell wide; one cell of the ground is never among them.
    """
    top, left = np.argwhere(walkable)[0].tolist()
    frame = np.pad(walkable, 1).astype(np.int8)
    beside = frame[:-2, 1:-1] + frame[2:, 1:-1] + frame[1:-1, :-2] + frame[1:-1, 2:]
    result: NDArray[np.bool_] = walkable & ((beside == 1) | (beside == 2))
    result[top, left] = False  # the root of the search is never found to part
    for point in part(walkable, (top, left)).points:
        result[point.cell] = False
    return result


def shuts_in(frame: NDArray[np.bool_], persons: NDArray[np.bool_], y: int, x: int) -> bool:
    """Whether somebody beside the open cell (y, x) could be met from nowhere else, so that it must stay open.

    Args:
        frame: Shape (H + 2, W + 2): what is open, in a closed frame.
        persons: The same shape: where people stand.
        y: Row within the frame.
        x: Column within the frame.
    """
    top, left = y + 1, x + 1
    for row, column in ((top - 1, left), (top + 1, left), (top, left - 1), (top, left + 1)):
        if persons[row, column]:
            around = frame[row - 1 : row + 2, column - 1 : column + 2]
            if int(around[0, 1]) + int(around[2, 1]) + int(around[1, 0]) + int(around[1, 2]) == 1:
                return True
    return False


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
