"""Shapes of land for the teachers of caves and countryside: noise, distances, ways, regions, bridges.

Every function takes cells or masks of shape (height, width); a cell is ``(y, x)``.
"""

import heapq
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.vocabulary import CORE

Cells = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Field = NDArray[np.floating[Any]]
Cell = tuple[int, int]

FLOOR, WALL, PATH, BRIDGE = (CORE.id(name) for name in ("floor", "wall", "path", "bridge"))
WATER, LAVA, TREE = (CORE.id(name) for name in ("water", "lava", "tree"))
DECORATION, CRATE = CORE.id("decoration"), CORE.id("crate")
_RING = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))


def noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Field:
    """Return smooth noise of features about ``scale`` cells wide, evenly spread over [0, 1).

    Values are ranks, so ``noise < q`` covers the share q of the map whatever its size.
    """
    rough = ndimage.gaussian_filter(rng.standard_normal(shape), scale)
    fine = ndimage.gaussian_filter(rng.standard_normal(shape), scale / 3)
    field = rough / rough.std() + 0.3 * fine / fine.std()
    ranks = np.empty(field.size)
    ranks[field.ravel().argsort(kind="stable")] = np.arange(field.size) / field.size
    return ranks.reshape(shape)


def inside(shape: tuple[int, int], margin: int = 1) -> Mask:
    """Return the cells at least ``margin`` away from the edge."""
    mask = np.zeros(shape, bool)
    mask[margin : shape[0] - margin, margin : shape[1] - margin] = True
    return mask


def around(mask: Mask) -> NDArray[np.int64]:
    """Return how many of the eight neighbours are set; cells outside of the map count as set."""
    padded = np.pad(mask, 1, constant_values=True).astype(np.int64)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] - mask)


def grown(mask: Mask, cells: int = 1) -> Mask:
    """Return ``mask`` and all within ``cells`` king's moves of it."""
    return ndimage.maximum_filter(mask, size=2 * cells + 1, mode="constant")


def distances(walk: Mask, sources: Iterable[Cell]) -> NDArray[np.int64]:
    """Return the steps from the nearest source over ``walk``; -1 where none leads."""
    height, width = walk.shape
    stride = width + 2
    free = np.pad(walk, 1).ravel().tolist()
    steps = [-1] * len(free)
    front = [(y + 1) * stride + x + 1 for y, x in sources]
    for cell in front:
        steps[cell] = 0
    depth = 0
    while front:
        depth += 1
        following = []
        for cell in front:
            for to in (cell - stride, cell - 1, cell + 1, cell + stride):
                if free[to] and steps[to] < 0:
                    steps[to] = depth
                    following.append(to)
        front = following
    return np.array(steps).reshape(height + 2, stride)[1:-1, 1:-1]


def route(cost: Field, sources: Iterable[Cell], targets: Mask) -> list[Cell]:
    """Return the cheapest way from a source to the first target met; empty if there is none.

    ``cost`` is paid on entering a cell; infinite cells are never entered.
    """
    stride = cost.shape[1] + 2
    price = np.pad(cost, 1, constant_values=np.inf).ravel().tolist()
    goal = np.pad(targets, 1).ravel().tolist()
    best = [np.inf] * len(price)
    came: dict[int, int] = {}
    heap = [(0.0, (y + 1) * stride + x + 1) for y, x in sources]
    for paid, cell in heap:
        best[cell] = paid
    heapq.heapify(heap)
    while heap:
        paid, cell = heapq.heappop(heap)
        if paid > best[cell]:
            continue
        if goal[cell]:
            way = [cell]
            while way[-1] in came:
                way.append(came[way[-1]])
            return [(c // stride - 1, c % stride - 1) for c in reversed(way)]
        for to in (cell - stride, cell - 1, cell + 1, cell + stride):
            total = paid + price[to]
            if total < best[to]:
                best[to] = total
                came[to] = cell
                heapq.heappush(heap, (total, to))
    return []


def lay(cells: Cells, way: Iterable[Cell], tile: int, *, over_open: bool = False) -> None:
    """Lay ``tile`` along ``way``: bridges over water and lava, over floor only with ``over_open``."""
    for cell in way:
        found = cells[cell]
        if found in (WATER, LAVA):
            cells[cell] = BRIDGE
        elif not CORE.open[found] or (over_open and found == FLOOR):
            cells[cell] = tile


def regions(walk: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the region number of each cell (0: none) and the size of each region, of four neighbours."""
    labels = np.asarray(ndimage.label(walk)[0], np.int64)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return labels, sizes


def join(cells: Cells, cost: Field, *, carve: int, fill: int, least: int = 6) -> None:
    """Make the open cells one region: fill parts under ``least`` cells, lay ``carve`` to the others."""
    labels, sizes = regions(CORE.open[cells])
    if len(sizes) < 3:
        return
    order = sizes.argsort(kind="stable")[::-1]
    cells[np.isin(labels, [i for i in order[1:] if 0 < sizes[i] < least])] = fill
    joined = labels == order[0]
    for label in order[1:]:
        region = labels == label
        if sizes[label] < least or (region & joined).any():
            continue
        way = route(cost, [(int(y), int(x)) for y, x in np.argwhere(region)], joined)
        lay(cells, way, carve)
        joined |= region
        for cell in way:
            joined[cell] = True


def bridge(rng: np.random.Generator, cells: Cells, longest: int, extra: float) -> None:
    """Join land by straight bridges of up to ``longest`` cells; ``extra`` is the chance of a loop."""
    labels, sizes = regions(CORE.open[cells])
    liquid = np.isin(cells, (WATER, LAVA))
    spans = [(start, length, (0, 1)) for start, length in _spans(liquid, labels, longest)]
    spans += [((y, x), length, (1, 0)) for (x, y), length in _spans(liquid.T, labels.T, longest)]
    spans.sort(key=lambda span: span[1] + rng.random())
    root = list(range(len(sizes)))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for (y, x), length, (dy, dx) in spans:
        a, b = find(labels[y, x]), find(labels[y + dy * (length + 1), x + dx * (length + 1)])
        if a == b and rng.random() >= extra:
            continue
        y0, x0, y1, x1 = y + dy, x + dx, y + dy * length + 1, x + dx * length + 1
        near = cells[max(y0 - 2, 0) : y1 + 2, max(x0 - 2, 0) : x1 + 2]
        if not liquid[y0:y1, x0:x1].all() or (near == BRIDGE).any() or (a == b and length < 2):
            continue
        cells[y0:y1, x0:x1] = BRIDGE
        root[a] = b


def _spans(liquid: Mask, labels: NDArray[np.int64], longest: int) -> list[tuple[Cell, int]]:
    """Return (cell before it, length) of each run of liquid along a row with land at both ends."""
    width = liquid.shape[1]
    banks = np.flatnonzero(~liquid)
    lengths = np.diff(banks) - 1
    a, b = banks[:-1], banks[1:]
    flat = labels.ravel()
    good = (lengths > 0) & (lengths <= longest) & (a // width == b // width) & (flat[a] > 0) & (flat[b] > 0)
    return [((int(i) // width, int(i) % width), int(n)) for i, n in zip(a[good], lengths[good], strict=True)]


def removable(walk: Mask, cell: Cell) -> bool:
    """Return whether blocking ``cell`` leaves its open neighbours joined around it."""
    y, x = cell
    ring = [bool(walk[y + dy, x + dx]) for dy, dx in _RING]
    sides = [i for i in (1, 3, 5, 7) if ring[i]]
    if len(sides) < 2:
        return bool(sides)
    gaps = sum(
        not all(ring[j % 8] for j in range(a, (b if b > a else b + 8) + 1))
        for a, b in zip(sides, [*sides[1:], sides[0]], strict=True)
    )
    return gaps <= 1


def windows(free: Mask, height: int, width: int) -> Mask:
    """Return the top left cells from which ``height`` x ``width`` cells are all free."""
    if height > free.shape[0] or width > free.shape[1]:
        return np.zeros(free.shape, bool)
    sums = np.pad(free.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    full = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    result = np.zeros(free.shape, bool)
    result[: full.shape[0], : full.shape[1]] = full == height * width
    return result
