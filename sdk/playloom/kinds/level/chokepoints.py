"""Where a locked door would matter: single cells that part the walkable ground.

Articulation points by depth-first search (Hopcroft and Tarjan 1973) from the
start; numbering cells in the order of their discovery makes "behind this cell" an
interval of numbers, so that nesting and membership are comparisons.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

Cell = tuple[int, int]  # (y, x)


@dataclass(frozen=True)
class Chokepoint:
    """A cell with one way in and one way out; what lies behind is ``first`` to ``last`` (excluded)."""

    cell: Cell
    cell_number: int
    first: int  # number of the first cell behind
    last: int

    @property
    def behind(self) -> int:
        """Cells behind it."""
        return self.last - self.first


@dataclass(frozen=True)
class Parts:
    """The walkable cells numbered from a start, and where they fall apart."""

    number: NDArray[np.int64]  # (H, W): order of discovery, -1 where not walkable or not reached
    points: tuple[Chokepoint, ...]


def part(walkable: NDArray[np.bool_], start: Cell) -> Parts:
    """Number the cells that are joined to ``start`` and find every chokepoint.

    Args:
        walkable: Shape (H, W).
        start: A walkable cell.
    """
    stride = walkable.shape[1] + 2
    free = np.pad(walkable, 1).ravel().tolist()
    root = (start[0] + 1) * stride + start[1] + 1
    order = [-1] * len(free)
    low = [0] * len(free)
    order[root] = 0
    count = 1
    found: list[tuple[int, int, int]] = []  # cell, first, last
    steps = (-stride, stride, -1, 1)
    stack = [(root, root, iter(steps))]
    while stack:
        cell, parent, ways = stack[-1]
        for step in ways:
            to = cell + step
            if to == parent or not free[to]:
                continue
            if order[to] >= 0:
                low[cell] = min(low[cell], order[to])
                continue
            order[to] = low[to] = count
            count += 1
            stack.append((to, cell, iter(steps)))
            break
        else:
            stack.pop()
            if cell != root:
                low[parent] = min(low[parent], low[cell])
                if parent != root and low[cell] >= order[parent]:
                    found.append((parent, order[cell], count))
    number = np.array(order, np.int64).reshape(-1, stride)[1:-1, 1:-1]
    ways_out = {cell: sum(free[cell + step] for step in steps) for cell, _, _ in found}
    points = tuple(
        Chokepoint((cell // stride - 1, cell % stride - 1), order[cell], first, last)
        for cell, first, last in found
        if ways_out[cell] == 2
    )
    return Parts(number, points)


def narrow(
    walkable: NDArray[np.bool_],
    cost: NDArray[np.int64],
    near: NDArray[np.bool_],
    far: NDArray[np.bool_],
) -> NDArray[np.int64] | None:
    """Return the cheapest cells (N, 2) as (y, x) whose closing parts ``near`` from ``far``, or None.

    A minimum vertex cut by maximum flow; of equal cuts the one closest to
    ``near``, so the answer does not depend on how the flow was found.

    Args:
        walkable: Shape (H, W).
        cost: Shape (H, W): price of closing a cell; 0 where it must not be closed.
        near: Shape (H, W): walkable cells on one side.
        far: Shape (H, W): walkable cells on the other side.
    """
    big = 1 << 30
    ids = np.full(walkable.shape, -1, np.int64)
    cells = np.argwhere(walkable)
    ids[walkable] = np.arange(len(cells))
    size = 2 * len(cells) + 2  # cell i enters at 2i and leaves at 2i + 1
    source, sink = size - 2, size - 1
    closable = (cost > 0) & ~near & ~far
    tails = [2 * ids[walkable]]
    heads = [2 * ids[walkable] + 1]
    weights = [np.where(closable, np.clip(cost, 1, 1 << 20), big)[walkable]]
    for a, b in ((ids[:, :-1], ids[:, 1:]), (ids[:-1], ids[1:])):
        both = (a >= 0) & (b >= 0)
        for one, other in ((a[both], b[both]), (b[both], a[both])):
            tails.append(2 * one + 1)
            heads.append(2 * other)
            weights.append(np.full(len(one), big))
    for marked, begin in ((near, True), (far, False)):
        ends = ids[marked & walkable]
        tails.append(np.full(len(ends), source) if begin else 2 * ends + 1)
        heads.append(2 * ends if begin else np.full(len(ends), sink))
        weights.append(np.full(len(ends), big))
    # SciPy before 1.15 takes 32-bit indices alone here.
    places = (np.concatenate(tails).astype(np.int32), np.concatenate(heads).astype(np.int32))
    graph = csr_array((np.concatenate(weights).astype(np.int32), places), shape=(size, size))
    flow = maximum_flow(graph, source, sink)
    if flow.flow_value >= big:
        return None
    residual = csr_array(graph - flow.flow).maximum(0)
    residual.eliminate_zeros()
    reached = np.zeros(size, np.bool_)
    reached[breadth_first_order(residual, source, return_predecessors=False)] = True
    return cells[reached[0:-2:2] & ~reached[1:-2:2]]
