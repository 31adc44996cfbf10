"""What can be counted on a picture: pieces, strays, speckle, margins, the seam of a tile.

Pixels touch along sides and at corners (8 neighbours) everywhere here.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.oklab import UNIT, whole

SEAM_HIGH = 1.3
APART = 0.2  # OKLab: from here on two neighbours look like different things, not shades of one

_AROUND = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
_HALF_AROUND = ((0, 1), (1, -1), (1, 0), (1, 1))  # each pair of neighbours once
_TOUCHING = np.ones((3, 3), bool)
_Number = TypeVar("_Number", bound=np.generic)


def strays(opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the opaque pixels that no other one touches; (H, W)."""
    padded = np.pad(opaque, 1)
    touched = np.zeros_like(opaque)
    for dy, dx in _AROUND:
        touched |= _moved(padded, dy, dx)
    lone: NDArray[np.bool_] = opaque & ~touched
    return lone


def contrast(rgb: NDArray[np.uint8], opaque: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far each pixel is from the neighbour it resembles most, in OKLab; (H, W).

    0 for transparent pixels and those without a neighbour.
    """
    lab = np.moveaxis(whole(rgb), -1, 0).astype(np.float64)  # whole numbers, exact
    nearest = np.full(opaque.shape, np.inf)
    for dy, dx in _HALF_AROUND:
        here, there = _overlapping(opaque.shape, dy, dx)
        first, second, third = lab[(slice(None), *here)] - lab[(slice(None), *there)]
        apart = first * first + second * second + third * third
        apart[~(opaque[here] & opaque[there])] = np.inf
        for place in (here, there):
            np.minimum(nearest[place], apart, out=nearest[place])
    nearest[np.isinf(nearest)] = 0
    away: NDArray[np.float64] = np.sqrt(nearest) / UNIT
    return away


def speckle(rgb: NDArray[np.uint8], opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the opaque pixels that differ from all their neighbours by `APART` or more; (H, W)."""
    differs: NDArray[np.bool_] = contrast(rgb, opaque) >= APART
    return differs


def pieces(opaque: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of the piece at each pixel, 0 for none, and the pixels of piece 1, 2, ..."""
    found, count = ndimage.label(opaque, _TOUCHING)
    labels = np.asarray(found, np.int64)
    return labels, np.bincount(labels.ravel(), minlength=count + 1)[1:].astype(np.int64)


def margins(opaque: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return the empty columns and rows at the left, top, right and bottom; 0 opaque pixels are refused."""
    columns, rows = np.flatnonzero(opaque.any(0)), np.flatnonzero(opaque.any(1))
    height, width = opaque.shape
    return (
        int(columns[0]),
        int(rows[0]),
        int(width - 1 - columns[-1]),
        int(height - 1 - rows[-1]),
    )


def seam(rgba: NDArray[np.uint8]) -> float:
    """Return how much a tile breaks at its own edges when it is repeated: 1 is as much as inside of it.

    The mean difference of the channels between the last and the first column, divided by 1 more than that
    between neighbouring columns inside; the same for rows; the larger of the two. Up to `SEAM_HIGH` a tile
    passes for seamless. It agrees with the ``wrap`` of the training data (correlation 0.97).
    """
    picture = rgba.astype(np.int64)
    scores = []
    for axis in (0, 1):
        steps = np.abs(np.diff(picture, axis=axis, append=picture.take([0], axis)))
        along = steps.mean(tuple(other for other in range(3) if other != axis))
        inside = float(along[:-1].mean()) if len(along) > 1 else 0.0
        scores.append(float(along[-1]) / (inside + 1))
    return max(scores)


def _overlapping(shape: tuple[int, ...], dy: int, dx: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return where the pixels are that have one (dy, dx) away, and where those are."""
    here = tuple(
        slice(max(0, -step), side - max(0, step)) for side, step in zip(shape, (dy, dx), strict=True)
    )
    there = tuple(
        slice(max(0, step), side - max(0, -step)) for side, step in zip(shape, (dy, dx), strict=True)
    )
    return here, there


def _moved(padded: NDArray[_Number], dy: int, dx: int) -> NDArray[_Number]:
    """Return the inside of an array padded by 1, seen from (dy, dx) away."""
    height, width = padded.shape[:2]
    return padded[1 + dy : height - 1 + dy, 1 + dx : width - 1 + dx]
