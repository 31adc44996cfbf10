"""How figures lie over one another best: up to `SHIFT` pixels away, one of them mirrored; pixels are bits.

A tone is a number of three bits. Pictures are kept as one plane for each, so 64 pixels are compared at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHIFT = 3  # pixels each way
TONES = 7  # from a sprite's darkest pixels to its lightest
TONE_APART = 2  # from here on two tones differ: a seventh of the sprite's pixels or more lie between them
_PLACES = 3  # of each sprite, each way round, that are compared by tones
_SPAN = 2 * SHIFT + 1  # places along a side

Tones = NDArray[np.uint8]  # (H, W): 0 transparent, 1 to TONES
Bits = NDArray[np.uint64]


@dataclass(frozen=True)
class Overlay:
    """How the nearest of some sprites lies over a picture."""

    distance: float  # share of differing pixels among those opaque in either
    sprite: int  # its place
    mirrored: bool
    shift: tuple[int, int]  # pixels to the right and down


def best_overlay(seen: Tones, theirs: Tones) -> Overlay:
    """Return how the nearest of ``theirs`` (K, S, S) matches; ``seen`` (2, S, S) is the picture both ways.

    Of each sprite, either way round, the places in which the silhouettes fit best are compared by tones.
    """
    window = _reach(seen)
    mine, other = _planes(_moved(seen, window)), _planes(_flat(theirs[:, *window]))
    both = _count(_opaque(other)[:, :, None] & _opaque(mine)[:, None]).reshape(len(theirs), 2, -1)
    sizes = _count(_packed(_flat(theirs)))[:, None] + _count(_packed(_flat(seen)))
    places, shared = _largest(both)  # (PLACES, K, 2): the fewer pixels lie over one another, the farther
    union = sizes - shared
    bound = (union - shared) / union  # tones can only add to that
    sprites, ways = np.indices(places.shape)[1:]
    ways = ways * _SPAN**2 + places
    # By way round, then by rank: of overlays that are equally near the first counts.
    sprites, ways, union, bound = (part.transpose(2, 0, 1).ravel() for part in (sprites, ways, union, bound))
    order = np.argsort(bound, kind="stable")
    found = np.full(len(order), np.inf)
    for some in np.split(order, [len(theirs) // 4, len(theirs)]):
        # What cannot come below the best is left out; a share of pixels beyond the last bits decides that.
        worth = some[bound[some] <= found.min() + 1e-9]
        same = _count(_near(mine.take(ways[worth], 2), other.take(sprites[worth], 2)))
        found[worth] = 1 - same / union[worth]
    at = int(found.argmin())
    mirrored, where = divmod(int(ways[at]), _SPAN**2)
    down, right = divmod(where, _SPAN)
    return Overlay(float(found[at]), int(sprites[at]), bool(mirrored), (SHIFT - right, SHIFT - down))


def _reach(seen: Tones) -> tuple[slice, slice]:
    """Return the rows and columns that a figure of ``seen`` comes to, however it is moved."""
    spans = []
    for axis in (1, 2):
        there = np.flatnonzero(seen.any(axis=(0, 3 - axis)))
        last = min(seen.shape[axis], int(there[-1]) + 1 + SHIFT)
        spans.append(slice(max(0, int(there[0]) - SHIFT), last))
    return spans[0], spans[1]


def _moved(seen: Tones, window: tuple[slice, slice]) -> Tones:
    """Return (2 * places, pixels): what is within the window of figures moved in each way, down first."""
    rows, columns = window
    room = np.pad(seen, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))[:, rows.start : rows.stop + 2 * SHIFT]
    right = np.stack([room[:, :, columns.start + x : columns.stop + x] for x in range(_SPAN)], axis=1)
    height = rows.stop - rows.start
    every = np.stack(
        [right[:, :, y : y + height].reshape(len(seen), _SPAN, -1) for y in range(_SPAN)], axis=1
    )
    return every.reshape(len(seen) * _SPAN**2, -1)


def _largest(both: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (PLACES, K, 2) of (K, 2, places): where the largest numbers are, first come first, and these."""
    left = both.reshape(-1, both.shape[-1]).astype(np.int16)
    rows, shape = np.arange(len(left)), (_PLACES, *both.shape[:-1])
    places, numbers = np.empty((2, _PLACES, len(left)), np.int64)
    for place, number in zip(places, numbers, strict=True):
        place[:] = left.argmax(1)
        number[:] = left[rows, place]
        left[rows, place] = -1
    return places.reshape(shape), numbers.reshape(shape)


def _near(first: Bits, second: Bits) -> Bits:
    """Return (...): the pixels opaque in both planes (3, ...) whose tones are the same or neighbours.

    Neighbours differ in the last bit, or are 01 and 10 at the end, or 011 and 100.
    """
    low, middle, high = first ^ second
    carried = first[0] ^ first[1]
    below = ~middle | low & carried
    across = middle & low & ~carried & (first[1] ^ first[2])
    near: Bits = (high & across | ~high & below) & _opaque(first) & _opaque(second)
    return near


def _opaque(planes: Bits) -> Bits:
    opaque: Bits = planes[0] | planes[1] | planes[2]
    return opaque


def _planes(figures: Tones) -> Bits:
    """Return (3, words, N): the lowest, middle and highest bit of each tone of (N, pixels)."""
    return np.stack([_packed(figures & np.uint8(bit)) for bit in (1, 2, 4)])


def _packed(pixels: NDArray[np.uint8]) -> Bits:
    """Return (words, N): a bit for each of (N, pixels) that is not 0, in some order."""
    packed = np.packbits(pixels, axis=1)
    wide = np.zeros((len(packed), -(-packed.shape[1] // 8) * 8), np.uint8)
    wide[:, : packed.shape[1]] = packed
    return np.ascontiguousarray(wide.view(np.uint64).T)


def _flat(figures: Tones) -> Tones:
    """Return (N, pixels) of (N, H, W)."""
    return figures.reshape(len(figures), -1)


def _count(bits: Bits) -> NDArray[np.int64]:
    """Return how many bits are set along the first axis, at most 65535."""
    total: NDArray[np.int64] = np.bitwise_count(bits).sum(0, dtype=np.uint16).astype(np.int64)
    return total
