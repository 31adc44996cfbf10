"""Was pixel art enlarged, by how much, and from where on: found exactly, and undone.

A picture enlarged k times changes its colour only on every k-th line, so the
greatest common divisor of the distances between such lines gives k. How much that
proves is counted in bits: each line lies on a grid of k by chance with odds 1 : k.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.reading import Pixels

SURE_BITS = 12.0  # by chance one picture in 4,096
UNEVEN_BITS = 12.0
UNEVEN_SIDE_HIGH = 2_048  # pixels; the work grows with its square
NOISE_HIGH = 16  # of 255, the largest change of a channel between neighbours that is only noise
NEAR_SHARE = 0.8  # of all change of colour must lie on the grid of a picture with noise
SIDE_LOW = 8  # pixels that must remain of a picture with noise

# Programs that look up the left edge, the middle or the right edge of a pixel in the smaller picture.
_FIRST_LINES = (-1.0, -0.5, 0.0)
_ROUNDING = 1e-6
_Lines = NDArray[np.int64]


@dataclass(frozen=True)
class Enlargement:
    """A grid of squares of one colour each."""

    factor: int  # pixels a side of a square; 1: not enlarged
    left: int  # the first line of the grid, 0 <= left < factor; what is before it is a part of a square
    top: int
    bits: float  # evidence

    @property
    def sure(self) -> bool:
        """Whether it is hardly chance."""
        return self.factor > 1 and self.bits >= SURE_BITS

    def by(self, factor: int) -> "Enlargement":
        """Return the grid with smaller squares; ``factor`` divides this one's."""
        return Enlargement(factor, self.left % factor, self.top % factor, self.bits)


NOT_ENLARGED = Enlargement(1, 0, 0, 0.0)


def find_enlargement(pixels: Pixels) -> Enlargement:
    """Return the coarsest grid that explains every change of colour; factor 1 if there is none."""
    across, down = _changes(pixels)
    factor = math.gcd(*np.diff(across).tolist(), *np.diff(down).tolist())
    if factor < 2:
        return NOT_ENLARGED
    proof = max(0, len(across) - 1) + max(0, len(down) - 1)  # the first line of each says where, not how far
    left, top = (int(lines[0]) % factor if len(lines) else 0 for lines in (across, down))
    return Enlargement(factor, left, top, proof * math.log2(factor))


def restore(pixels: Pixels, found: Enlargement) -> Pixels:
    """Return one pixel a square, squares that the picture's edge cuts included."""
    rows, columns = (
        [*([0] if first else []), *range(first, side, found.factor)]
        for first, side in zip((found.top, found.left), pixels.shape[:2], strict=True)
    )
    return np.ascontiguousarray(pixels[np.ix_(rows, columns)])


def find_uneven(pixels: Pixels) -> float | None:
    """Return the scale of a picture that was enlarged as a whole by no whole number, or None.

    Nearest-neighbour scaling by 1.5, say, repeats every second row and column. Which
    ones is a matter of the program that did it, so nothing is undone here. Larger pictures
    than ``UNEVEN_SIDE_HIGH`` are not looked at.
    """
    height, width = pixels.shape[:2]
    if max(height, width) > UNEVEN_SIDE_HIGH:
        return None
    across, down = _changes(pixels)
    for drawn in range(max(len(across) + 1, width // 16), width):
        scale = float(width / drawn)
        if (len(across) + len(down)) * math.log2(scale) < UNEVEN_BITS:
            return None  # larger numbers of drawn pixels prove even less
        tall = round(height / scale)
        if width % drawn and tall > len(down) and abs(height / tall - scale) < 0.02 * scale:
            fits = (
                _on_lines(across, scale, first) and _on_lines(down, scale, first) for first in _FIRST_LINES
            )
            if any(fits):
                return scale
    return None


def find_near_enlargement(pixels: Pixels) -> Enlargement:
    """Return the grid of an enlarged picture with noise in its squares, as a lossy format leaves it.

    The coarsest grid is taken on which at least ``NEAR_SHARE`` of all change of colour
    lies, both across and down; factor 1 if there is none. What changes by no more than
    ``NOISE_HIGH`` is noise. `restore_near` undoes it.
    """
    values = pixels.astype(np.int64)
    changes = [np.abs(np.diff(values, axis=axis)).max(axis=2) for axis in (1, 0)]
    for change in changes:
        change[change <= NOISE_HIGH] = 0
    across, down = (
        changes[0].sum(axis=0),
        changes[1].sum(axis=1),
    )  # [x]: from column x to x + 1; rows likewise
    for factor in range(min(pixels.shape[:2]) // SIDE_LOW, 1, -1):
        found = [_best_offset(change, factor) for change in (across, down)]
        if all(share >= NEAR_SHARE for _, share in found):
            bits = math.log2(factor) * sum(change.size // factor for change in (across, down))
            return Enlargement(factor, found[0][0], found[1][0], bits)
    return NOT_ENLARGED


def restore_near(pixels: Pixels, found: Enlargement) -> Pixels:
    """Return one pixel a square: the median inside it, without its rim where it is wide enough."""
    rim = 1 if found.factor >= 4 else 0
    bounds = []
    for first, side in zip((found.top, found.left), pixels.shape[:2], strict=True):
        edges = [*([0] if first else []), *range(first, side, found.factor), side]
        bounds.append(
            [
                (low + rim, high - rim) if high - low > 2 * rim else (low, high)
                for low, high in pairwise(edges)
            ]
        )
    restored = np.zeros((len(bounds[0]), len(bounds[1]), 4), np.uint8)
    for y, (top, bottom) in enumerate(bounds[0]):
        for x, (left, right) in enumerate(bounds[1]):
            restored[y, x] = np.median(pixels[top:bottom, left:right].reshape(-1, 4), axis=0).round()
    restored[restored[:, :, 3] == 0] = 0
    return restored


def _changes(pixels: Pixels) -> tuple[_Lines, _Lines]:
    """Return the columns, and the rows, that differ from the one before."""
    packed = np.ascontiguousarray(pixels).view(np.uint32)[:, :, 0]
    across = (packed[:, 1:] != packed[:, :-1]).any(axis=0)
    down = (packed[1:] != packed[:-1]).any(axis=1)
    return np.flatnonzero(across) + 1, np.flatnonzero(down) + 1


def _on_lines(changes: _Lines, scale: float, first: float) -> bool:
    """Whether each change is on a line of its own, at most a pixel after where the line is exactly."""
    line = 0
    for place in changes.tolist():
        line = max(line + 1, math.ceil((place - first - 1) / scale - _ROUNDING))
        if line * scale > place - first + _ROUNDING:
            return False
    return True


def _best_offset(change: _Lines, factor: int) -> tuple[int, float]:
    """Return the first line of the grid that takes most of the change, and its share."""
    sums = [int(change[(first - 1) % factor :: factor].sum()) for first in range(factor)]
    best = int(np.argmax(sums))
    return best, sums[best] / max(1, int(change.sum()))
