"""What the dungeon and maze teachers share: tile ids, and the shape of open ground.

Masks are boolean, shape (height, width); a cell outside the map counts as solid.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.vocabulary import CORE

Cells = NDArray[np.uint8]
Mask = NDArray[np.bool_]

VOID, FLOOR, WALL, PATH = (CORE.id(name) for name in ("void", "floor", "wall", "path"))
BRIDGE, DOOR, LOCK, KEY = (CORE.id(name) for name in ("bridge", "door", "locked_door", "key"))
WATER, TRAP, START, EXIT = (CORE.id(name) for name in ("water", "trap", "start", "exit"))
PICKUP, CHEST, ENEMY, STRONG = (CORE.id(name) for name in ("pickup", "chest", "enemy", "strong_enemy"))
BOSS, PERSON, TREE, CRATE = (CORE.id(name) for name in ("boss", "person", "tree", "crate"))
DECORATION = CORE.id("decoration")


@dataclass(frozen=True)
class Choke:
    """A one-tile passage that alone leads to some cells.

    ``first`` and ``last`` delimit those cells in the order that `chokes` returns.
    """

    cell: int
    first: int
    last: int


def walkable(cells: Cells) -> Mask:
    """Return where the ground may be walked on (locked doors count)."""
    result: Mask = CORE.open[cells]
    return result


def sides(mask: Mask) -> tuple[Mask, Mask, Mask, Mask]:
    """Return the mask's value one cell up, down, left and right of each cell."""
    framed = np.pad(mask, 1)
    return framed[:-2, 1:-1], framed[2:, 1:-1], framed[1:-1, :-2], framed[1:-1, 2:]


def exits(ground: Mask) -> NDArray[np.int8]:
    """Return how many of the four neighbours of each cell are open."""
    up, down, left, right = sides(ground)
    return up.astype(np.int8) + down + left + right


def passages(ground: Mask) -> Mask:
    """Return the cells with two open neighbours, opposite each other: corridors and door places."""
    up, down, left, right = sides(ground)
    return ground & ((up & down & ~left & ~right) | (left & right & ~up & ~down))


def spare(ground: Mask, y: int, x: int) -> bool:
    """Whether the open ground stays in one piece if (x, y), not on the outermost cells, is closed."""
    ring = (
        ground[y - 1, x], ground[y - 1, x + 1], ground[y, x + 1], ground[y + 1, x + 1],
        ground[y + 1, x], ground[y + 1, x - 1], ground[y, x - 1], ground[y - 1, x - 1], ground[y - 1, x],
    )  # fmt: skip
    return sum(bool(ring[i] and not (ring[i + 1] and ring[i + 2])) for i in (0, 2, 4, 6)) == 1


def largest(ground: Mask) -> Mask:
    """Return the largest connected piece of the open ground."""
    pieces, count = ndimage.label(ground)
    if count < 2:
        return ground
    result: Mask = pieces == 1 + np.bincount(pieces.ravel())[1:].argmax()
    return result


def distances(ground: Mask, source: int) -> NDArray[np.int32]:
    """Return the steps from ``source`` (row-major index) to every cell, -1 where no way leads."""
    width = ground.shape[1]
    free = ground.ravel().tolist()
    steps = [-1] * len(free)
    steps[source] = 0
    queue = [source]
    for cell in queue:
        after = steps[cell] + 1
        for to in (cell - width, cell + width, cell - 1, cell + 1):
            if free[to] and steps[to] < 0:
                steps[to] = after
                queue.append(to)
    return np.array(steps, np.int32).reshape(ground.shape)


def chokes(ground: Mask, source: int) -> tuple[list[int], list[Choke]]:
    """Return the open cells in depth-first order from ``source``, and all one-tile passages that matter.

    Source: cut vertices after Tarjan 1972, https://doi.org/10.1137/0201010.
    """
    width = ground.shape[1]
    free = ground.ravel().tolist()
    narrow = passages(ground).ravel().tolist()
    place = [-1] * len(free)
    low = [0] * len(free)
    place[source] = 0
    order, found = [source], []
    stack = [(source, -1, iter((source - width, source - 1, source + width, source + 1)))]
    while stack:
        cell, parent, ways = stack[-1]
        for to in ways:
            if not free[to] or to == parent:
                continue
            if place[to] < 0:
                place[to] = low[to] = len(order)
                order.append(to)
                stack.append((to, cell, iter((to - width, to - 1, to + width, to + 1))))
                break
            low[cell] = min(low[cell], place[to])
        else:
            stack.pop()
            if parent >= 0:
                low[parent] = min(low[parent], low[cell])
                if low[cell] >= place[parent] and narrow[parent] and parent != source:
                    found.append(Choke(parent, place[cell], len(order)))
    return order, found


def tidy_doors(cells: Cells) -> None:
    """Turn doors that close nothing into floor: each stands in a one-tile passage."""
    cells[(cells == DOOR) & ~passages(walkable(cells))] = FLOOR


def prune(cells: Cells, share: float, rounds: int, rng: np.random.Generator, solid: int) -> None:
    """Fill dead ends with ``solid`` from their tips: ``share`` of them, ``rounds`` cells deep."""
    spared = rng.random(cells.shape) > share
    for _ in range(rounds):
        ground = walkable(cells)
        tips = ground & (exits(ground) <= 1) & ~spared
        if not tips.any() or ground.sum() < 30:
            return
        cells[tips] = solid


def choose(rng: np.random.Generator, weights: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return up to ``count`` different row-major indices, drawn in proportion to ``weights``."""
    flat = weights.ravel()
    count = min(count, int((flat > 0).sum()))
    if count <= 0:
        return np.zeros(0, np.int64)
    # The largest of u ** (1 / weight) are a weighted draw without replacement (Efraimidis, Spirakis 2006).
    with np.errstate(divide="ignore"):
        ranks = np.log(rng.random(flat.size)) / flat
    return np.argpartition(-ranks, count - 1)[:count].astype(np.int64)
