"""Distances on a grid, walking in four directions."""

import numpy as np
from numpy.typing import NDArray


def distances(walkable: NDArray[np.bool_], start: tuple[int, int]) -> NDArray[np.int64]:
    """Return the moves from ``start`` to each cell, shape (H, W); -1 where no way leads."""
    stride = walkable.shape[1] + 2
    free = np.pad(walkable, 1).ravel().tolist()
    steps = [-1] * len(free)
    first = (start[0] + 1) * stride + start[1] + 1
    steps[first] = 0
    queue = [first]
    for cell in queue:  # grows as it goes
        beyond = steps[cell] + 1
        for to in (cell - stride, cell + stride, cell - 1, cell + 1):
            if free[to] and steps[to] < 0:
                steps[to] = beyond
                queue.append(to)
    return np.array(steps, np.int64).reshape(-1, stride)[1:-1, 1:-1]
