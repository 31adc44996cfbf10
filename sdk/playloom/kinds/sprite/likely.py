"""The training sprites that a picture may be nearest to: those most like it by coarse squares.

Sums of four squares each bound how far two sprites are apart, which spares comparisons that cannot matter.
All are whole numbers below 2**24, exact as float32 in any order of summing: every machine finds the same.
"""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.overlay import Tones

BLOCK = 4  # pixels a side of the squares that are compared
CANDIDATES = 24  # sprites, and those that are as near as the last of them, each way round
_FEW = 256  # sprites, up to which all are compared
_GROUP = 2  # squares a side of what is summed


class Likely:
    """The coarse squares of all sprites."""

    def __init__(self, figures: Tones) -> None:
        """Take tones (N, S, S), S a multiple of `BLOCK`."""
        squares = coarse(figures)
        sums = _sums(squares)
        self._squares = squares.reshape(len(squares), -1)
        self._sums = np.ascontiguousarray(np.moveaxis(sums, 0, -1))
        self._lengths, self._sum_lengths = _squared(squares), _squared(sums)

    def candidates(self, seen: Tones) -> NDArray[np.int64]:
        """Return the places of the sprites most like any of ``seen`` (M, S, S), in order."""
        squares = coarse(seen)
        found = [self._nearest(*pair) for pair in zip(squares, _sums(squares), strict=True)]
        return np.unique(np.concatenate(found))

    def _nearest(self, squares: NDArray[np.uint8], sums: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the places of the sprites nearest to squares (2, R, C)."""
        near = np.arange(len(self._squares))
        if len(near) > _FEW:
            # By Cauchy and Schwarz a squared difference of sums is at most 4 times those of the 4 parts.
            # No BLAS and no argpartition here: emulated processors were seen to get them wrong.
            used = _used(sums)
            products = np.einsum("krcn,krc->n", self._sums[used], sums[used])
            bound = self._sum_lengths - 2 * products + _squared(sums[None])
            # Some sprites, whichever they are: the last of the nearest is no farther than the last of these.
            some = np.flatnonzero(bound <= np.partition(bound, 2 * CANDIDATES)[2 * CANDIDATES])
            near = np.flatnonzero(bound <= _GROUP * _GROUP * _last(self._apart(squares, some)))
        apart = self._apart(squares, near)
        return near[apart <= _last(apart)]

    def _apart(self, squares: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return squared distances (N,)."""
        mine = squares.ravel().astype(np.float32)
        products = np.einsum("nd,d->n", self._squares[places].astype(np.float32), mine)
        apart: NDArray[np.float32] = self._lengths[places] - 2 * products + _squared(squares[None])
        return apart


def coarse(figures: Tones) -> NDArray[np.uint8]:
    """Return (N, 2, R, C): how many pixels of each square are opaque, and how light they are, halved."""
    count, side, _ = figures.shape
    squares = figures.reshape(count, side // BLOCK, BLOCK, side // BLOCK, BLOCK)
    opaque = (squares > 0).sum((2, 4), dtype=np.uint8)  # 0 to 16
    light = squares.sum((2, 4), dtype=np.uint8) // 8  # 0 to 14
    return np.stack([opaque, light], 1)


def _sums(squares: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (N, 2, rows, columns): the sum of each group of squares."""
    count, kinds, rows, columns = squares.shape
    even = squares
    if rows % _GROUP or columns % _GROUP:
        even = np.pad(squares, ((0, 0), (0, 0), (0, rows % _GROUP), (0, columns % _GROUP)))
    grouped = even.reshape(count, kinds, even.shape[2] // _GROUP, _GROUP, -1, _GROUP)
    sums: NDArray[np.float32] = grouped.sum((3, 5), dtype=np.float32)
    return sums


def _squared(squares: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (N,): the squared distance of each of (N, ...) from nothing."""
    flat = squares.reshape(len(squares), -1).astype(np.float32)
    lengths: NDArray[np.float32] = np.einsum("nd,nd->n", flat, flat)
    return lengths


def _used(sums: NDArray[np.float32]) -> tuple[slice, slice, slice]:
    """Return where in sums (2, rows, columns) something is: what is empty adds nothing to a product."""
    rows, columns = np.flatnonzero(sums[0].any(1)), np.flatnonzero(sums[0].any(0))
    return slice(None), slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _last(apart: NDArray[np.float32]) -> float:
    """Return the distance of the farthest of the nearest."""
    count = min(CANDIDATES, len(apart))
    return float(np.partition(apart, count - 1)[count - 1])
