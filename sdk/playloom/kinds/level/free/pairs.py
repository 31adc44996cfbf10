"""Which tiles may stand side by side, as tables over tile ids."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.settings import Adjacency


@lru_cache(maxsize=8)
def tables(adjacency: Adjacency, tiles: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (left, right) and (upper, lower): whether the pair was seen, both (V, V), read-only."""
    found = []
    for pairs in (adjacency.right, adjacency.down):
        table = np.zeros((tiles, tiles), np.bool_)
        table[tuple(np.array(pairs, np.int64).reshape(-1, 2).T)] = True
        table.flags.writeable = False
        found.append(table)
    return found[0], found[1]


def strange(
    cells: NDArray[np.integer], adjacency: Adjacency, tiles: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the pairs of a map (H, W) that were never seen: side by side (H, W - 1), stacked (H - 1, W)."""
    right, down = tables(adjacency, tiles)
    return ~right[cells[:, :-1], cells[:, 1:]], ~down[cells[:-1], cells[1:]]
