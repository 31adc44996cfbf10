"""Maps that a network must beat: a Markov chain's, and tiles strewn by their frequency."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.seeds import Stream
from playloom_train.kinds.level.recipe import Cells

# What a cell is told of, (down, right): left, above, above left, above right, second left.
CONTEXT = ((0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2))
_OUTSIDE = 255
_ORDERS = (5, 3, 2, 1)  # cells of the context asked in turn, until one was met in training


class MarkovChain:
    """Draws maps row by row, each cell by what stood there beside the same five drawn cells in training.

    Where the five were never seen together, the first three, two, one of them decide; then the frequency.

    Source: Snodgrass and Ontanon 2014, "Experiments in map generation using Markov chains".
    """

    def __init__(self, maps: Sequence[Cells]) -> None:
        """Count the contexts of ``maps``, at least one cell in all."""
        rows = np.concatenate([_contexts(cells) for cells in maps])
        tiles = np.concatenate([cells.ravel() for cells in maps]).astype(np.uint64)
        # The most precise contexts are counted cell by cell, the others by adding up these.
        pairs, counts = np.unique((_packed(rows) << np.uint64(8)) | tiles, return_counts=True)
        self._tables = [(order, *_table(pairs, counts, order)) for order in (*_ORDERS, 0)]

    def draw(self, count: int, size: tuple[int, int], stream: Stream) -> NDArray[np.uint8]:
        """Return ``count`` maps (count, height, width)."""
        height, width = size
        wide = np.full((count, height + 1, width + 3), _OUTSIDE, np.uint8)
        for y in range(height):
            for x in range(width):
                told = np.stack([wide[:, 1 + y + down, 2 + x + right] for down, right in CONTEXT], axis=1)
                wide[:, 1 + y, 2 + x] = self._next(told, stream.bits(count))
        return wide[:, 1:, 2:-1]

    def _next(self, told: NDArray[np.uint8], bits: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """Return one tile for each row of ``told`` (N, 5)."""
        drawn = np.zeros(len(told), np.uint8)
        left = np.ones(len(told), np.bool_)
        for order, keys, before, tiles in self._tables:
            key = _packed(told[:, :order])
            first = np.searchsorted(keys, key, "left")
            last = np.searchsorted(keys, key, "right")
            known = left & (last > first)
            low, high = before[first], before[last]
            span = np.maximum(high - low, 1).astype(np.uint64)
            # 32 random bits are plenty: a count is below 2**32.
            mark = low + (((bits >> np.uint64(32)) * span) >> np.uint64(32)).astype(np.int64)
            place = np.searchsorted(before, mark, "right") - 1
            drawn[known] = tiles[np.minimum(place, len(tiles) - 1)][known]
            left &= ~known
        return drawn


def strewn(maps: Sequence[Cells], count: int, size: tuple[int, int], stream: Stream) -> NDArray[np.uint8]:
    """Return ``count`` maps whose cells are drawn one by one by the frequency of tiles in ``maps``."""
    every = np.concatenate([cells.ravel() for cells in maps])
    bits = stream.bits(count * size[0] * size[1]) >> np.uint64(32)
    places = ((bits * np.uint64(len(every))) >> np.uint64(32)).astype(np.int64)
    drawn: NDArray[np.uint8] = every[places].reshape(count, *size)
    return drawn


def _contexts(cells: Cells) -> NDArray[np.uint8]:
    """Return what each cell is told of, (H * W, 5)."""
    height, width = cells.shape
    wide = np.full((height + 1, width + 3), _OUTSIDE, np.uint8)
    wide[1:, 2:-1] = cells
    parts = [
        wide[1 + down : 1 + down + height, 2 + right : 2 + right + width].ravel() for down, right in CONTEXT
    ]
    return np.stack(parts, axis=1)


def _packed(told: NDArray[np.uint8]) -> NDArray[np.uint64]:
    packed = np.zeros(len(told), np.uint64)
    for column in told.T:
        packed = (packed << np.uint64(8)) | column.astype(np.uint64)
    return packed


def _table(
    pairs: NDArray[np.uint64], counts: NDArray[np.int64], order: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return sorted contexts, each once for every tile met there; counts before each; the tiles.

    Args:
        pairs: Whole contexts, each with a tile in the lowest 8 bits.
        counts: How often each pair was met.
        order: Cells of the context that stay.
    """
    left_out = np.uint64(8 * (len(CONTEXT) - order))
    byte = np.uint64(8)
    shorter = (pairs >> byte >> left_out << byte) | (pairs & np.uint64(255))
    kept, places = np.unique(shorter, return_inverse=True)
    sums = np.zeros(len(kept), np.int64)
    np.add.at(sums, places, counts)
    before = np.concatenate([[0], np.cumsum(sums)]).astype(np.int64)
    return kept >> byte, before, (kept & np.uint64(255)).astype(np.uint8)
