"""How figures lie over one another best: up to `SHIFT` pixels away, one of them mirrored; pixels are bits.

A row of pixels is a word or two: a figure is moved by shifting them, and 64 pixels are compared at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHIFT = 3  # pixels each way
TONES = 7  # from a sprite's darkest pixels to its lightest
TONE_APART = 2  # from here on two tones differ: a seventh of the sprite's pixels or more lie between them
_PLACES = 3  # of each sprite, each way round, that are compared by tones
_WORD = 64  # pixels
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
    mine = np.concatenate([_moved(figure) for figure in _planes(seen)])  # (2 * places, TONES, words)
    other = _moved_by(_planes(theirs), SHIFT, SHIFT)  # (K, TONES, words)
    my_shape, their_shape = np.bitwise_or.reduce(mine, axis=1), np.bitwise_or.reduce(other, axis=1)
    both = _count(my_shape[:, None] & their_shape[None])
    union = _count(my_shape)[:, None] + _count(their_shape)[None] - both  # (2 * places, K)
    bound = ((union - both) / union).reshape(2, -1, len(theirs))  # tones can only add to that
    place = np.argsort(bound, axis=1, kind="stable")[:, :_PLACES]
    ways = (place + (np.arange(2) * bound.shape[1])[:, None, None]).ravel()
    sprites = np.broadcast_to(np.arange(len(theirs)), place.shape).ravel()
    near = _near(other)
    order = np.argsort(bound.reshape(-1, len(theirs))[ways, sprites], kind="stable")
    found = np.full(len(ways), np.inf)
    for some in np.split(order, [len(theirs) // 4, len(theirs)]):
        # What cannot come below the best is left out; a share of pixels beyond the last bits decides that.
        worth = some[bound.reshape(-1, len(theirs))[ways[some], sprites[some]] <= found.min() + 1e-9]
        same = _count(mine[ways[worth]] & near[sprites[worth]]).sum(1)
        found[worth] = 1 - same / union[ways[worth], sprites[worth]]
    at = int(found.argmin())
    mirrored, where = divmod(int(ways[at]), _SPAN**2)
    down, right = divmod(where, _SPAN)
    return Overlay(float(found[at]), int(sprites[at]), bool(mirrored), (SHIFT - right, SHIFT - down))


def _near(planes: Bits) -> Bits:
    """Return (K, TONES, words): the pixels whose tone does not differ from each tone."""
    parts = [
        np.bitwise_or.reduce(planes[:, max(0, tone - TONE_APART + 1) : tone + TONE_APART], axis=1)
        for tone in range(TONES)
    ]
    return np.stack(parts, axis=1)


def _planes(figures: Tones) -> Bits:
    """Return (N, TONES, S, W): a bit for each pixel that has the tone, with room to be moved right."""
    count, side, _ = figures.shape
    words = -(-(side + 2 * SHIFT) // _WORD)
    wide = np.zeros((count, side, words * _WORD), np.uint8)
    wide[:, :, :side] = figures
    bits = np.packbits(
        wide[:, None] == np.arange(1, TONES + 1, dtype=np.uint8)[:, None, None], axis=-1, bitorder="little"
    )
    return bits.view("<u8").astype(np.uint64, copy=False)


def _moved(planes: Bits) -> Bits:
    """Return (places, TONES, words): planes (TONES, S, W) moved in each way, down first."""
    tones, side, words = planes.shape
    made = np.zeros((_SPAN, _SPAN, tones, side + 2 * SHIFT, words), np.uint64)
    for right in range(_SPAN):
        shifted = _right(planes, 2 * SHIFT - right)
        for down in range(_SPAN):
            first = 2 * SHIFT - down
            made[down, right, :, first : first + side] = shifted
    return made.reshape(_SPAN**2, tones, -1)


def _moved_by(planes: Bits, down: int, right: int) -> Bits:
    """Return (N, TONES, words): planes (N, TONES, S, W) moved, with `SHIFT` pixels of room on all sides."""
    count, tones, side, words = planes.shape
    made = np.zeros((count, tones, side + 2 * SHIFT, words), np.uint64)
    made[:, :, down : down + side] = _right(planes, right)
    return made.reshape(count, tones, -1)


def _right(planes: Bits, pixels: int) -> Bits:
    """Return planes (..., W) moved right, less than a word; later pixels are higher bits."""
    if not pixels:
        return planes
    moved = planes << np.uint64(pixels)
    moved[..., 1:] |= planes[..., :-1] >> np.uint64(_WORD - pixels)
    return moved


def _count(bits: Bits) -> NDArray[np.int64]:
    """Return how many bits are set along the last axis, at most 65535."""
    total: NDArray[np.int64] = np.bitwise_count(bits).sum(-1, dtype=np.uint16).astype(np.int64)
    return total
