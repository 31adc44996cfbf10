"""What can be counted on a picture: pieces, strays, speckle, margins, the seam of a tile.

Pixels touch along sides and at corners (8 neighbours) everywhere here.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.oklab import UNIT

SEAM_HIGH = 1.3
APART = (0.2 * UNIT) ** 2  # from here on two neighbours look like different things, not shades of one

_BEYOND = (2.0 * UNIT) ** 2  # no two colours are as far apart
_HALF_AROUND = ((0, 1), (1, -1), (1, 0), (1, 1))  # each pair of neighbours once
_TOUCHING = np.ones((3, 3), bool)


def strays(opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the opaque pixels that no other one touches; (H, W)."""
    return strays_among(*pieces(opaque))


def strays_among(labels: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the same of what `pieces` found."""
    return np.append(False, sizes == 1)[labels]


def contrast(lab: NDArray[np.int64], opaque: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far each pixel is from the neighbour it resembles most, squared; (H, W), whole numbers.

    ``lab`` (H, W, 3) is as of `oklab.whole`. 0 for transparent pixels and those without a neighbour.
    """
    planes = np.where(opaque, np.moveaxis(lab, -1, 0), 4.0 * UNIT)  # transparent ones are far from all others
    nearest = np.full(opaque.shape, _BEYOND)
    for dy, dx in _HALF_AROUND:
        here, there = _overlapping(opaque.shape, dy, dx)
        first, second, third = planes[:, *here] - planes[:, *there]
        apart = first * first + second * second + third * third
        for place in (here, there):
            np.minimum(nearest[place], apart, out=nearest[place])
    nearest[~opaque | (nearest >= _BEYOND)] = 0
    return nearest


def speckle(lab: NDArray[np.int64], opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the opaque pixels that differ from all their neighbours by `APART` or more; (H, W)."""
    differs: NDArray[np.bool_] = contrast(lab, opaque) >= APART
    return differs


def pieces(opaque: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of the piece at each pixel, 0 for none, and the pixels of piece 1, 2, ..."""
    found, count = ndimage.label(opaque, _TOUCHING)
    labels = np.asarray(found, np.int64)
    return labels, np.bincount(labels.ravel(), minlength=count + 1)[1:].astype(np.int64)


def variety(rgba: NDArray[np.uint8]) -> int:
    """Return how likely two pixels of a sprite differ in colour, in thousandths: 0 for one that is all black.

    Args:
        rgba: Shape (height, width, 4); alpha above 0 counts.

    Source: Simpson's index of diversity (1949), in whole numbers.
    """
    colours = rgba[rgba[..., 3] > 0][:, :3]
    if len(colours) == 0:
        return 0
    counts = np.unique(colours, axis=0, return_counts=True)[1].astype(np.int64)
    return 1000 - int(1000 * (counts * counts).sum() // (len(colours) * len(colours)))


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
