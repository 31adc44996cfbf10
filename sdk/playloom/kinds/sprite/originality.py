"""Which training sprite a picture is nearest to, wherever it stands, mirrored or recoloured.

Two sprites are laid over each other as they touch the ground, in the middle, then up to `SHIFT` pixels away
from that, one of them also mirrored. Their distance is the share of differing pixels among those opaque in
either. A pixel differs if it is opaque in one alone, or if its tone does: tones are places in a sprite's own
order of lightness, so another palette hides no copy.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.kernels import oklab

SHIFT = 3  # pixels each way
TONES = 7  # from a sprite's darkest pixels to its lightest
TONE_APART = 2  # from here on two tones differ: a seventh of the sprite's pixels or more lie between them
SIDE_HIGH = 64  # pixels of an indexed sprite
SPRITES_HIGH = 1 << 17
_BLOCK = 4  # pixels: the first look compares sums of such squares
_CANDIDATES = 24  # sprites that are compared pixel by pixel, each way round
_PLACES = 3  # of each of them

Tones = NDArray[np.uint8]  # (H, W): 0 transparent, 1 to TONES


@dataclass(frozen=True)
class Nearest:
    """The training sprite that a picture resembles most."""

    name: str
    distance: float  # 0: the same, 1: nothing in common
    mirrored: bool
    shift: tuple[int, int]  # pixels to the right and down, from where both stand in the middle of the ground


def tones(rgba: NDArray[np.uint8]) -> Tones:
    """Return the tone of each pixel: 1 to `TONES` by the share of the sprite's pixels that are darker."""
    opaque = rgba[:, :, 3] > 0
    lightness = oklab.whole(rgba[opaque][:, :3])[:, 0]
    levels, place, counts = np.unique(lightness, return_inverse=True, return_counts=True)
    middle = 2 * np.cumsum(counts) - counts  # twice the rank of a level's middle pixel
    found = np.zeros(opaque.shape, np.uint8)
    if len(levels):
        tone = 1 + middle * TONES // (2 * len(lightness))
        found[opaque] = np.minimum(tone, TONES)[place]
    return found


def grounded(tone: Tones, side: int) -> Tones:
    """Return (side, side): the figure alone, in the middle of the ground; what is larger is cut off."""
    rows, columns = np.flatnonzero(tone.any(1)), np.flatnonzero(tone.any(0))
    canvas = np.zeros((side, side), np.uint8)
    if not len(rows):
        return canvas
    figure = tone[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    figure = figure[-side:]
    spare = (figure.shape[1] - side) // 2
    figure = figure[:, spare : spare + side] if spare >= 0 else figure
    left = (side - figure.shape[1]) // 2
    canvas[side - figure.shape[0] :, left : left + figure.shape[1]] = figure
    return canvas


def apart(first: Tones, second: Tones) -> float:
    """Return the share of differing pixels among those opaque in either of two pictures of one size."""
    differ, union = _differing(first, second)
    return differ / union if union else 0.0


def _differing(first: Tones, second: Tones) -> tuple[int, int]:
    one, other = first > 0, second > 0
    union = int(np.count_nonzero(one | other))
    near = np.abs(first.astype(np.int16) - second) < TONE_APART
    same = int(np.count_nonzero(one & other & near))
    return union - same, union


class Index:
    """The sprites of a training set, small enough to ship with its model."""

    def __init__(self, names: Sequence[str], figures: NDArray[np.uint8]) -> None:
        """Take tones as `grounded` gives them, (N, S, S), one name each."""
        self.names = tuple(names)
        self.figures = figures

    @classmethod
    def of(cls, sprites: Sequence[tuple[str, NDArray[np.uint8]]], side: int | None = None) -> "Index":
        """Make the index of (name, RGBA) pairs; ``side`` is that of the largest, unless given.

        Raises:
            RequestInvalid: If there are none, too many, or one is too large.
        """
        if not 1 <= len(sprites) <= SPRITES_HIGH:
            raise RequestInvalid(f"an index of {len(sprites)} sprites; give 1 to {SPRITES_HIGH}")
        side = side or max(max(rgba.shape[:2]) for _, rgba in sprites)
        side = -(-side // _BLOCK) * _BLOCK
        if side > SIDE_HIGH:
            raise RequestInvalid(f"an index of sprites of {side} pixels; at most {SIDE_HIGH} are possible")
        figures = np.stack([grounded(tones(rgba), side) for _, rgba in sprites])
        return cls([name for name, _ in sprites], figures)

    def __len__(self) -> int:
        return len(self.names)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `read` takes, as an asset of a package: `npz.write_npz` makes a file of it."""
        flat = self.figures.reshape(len(self.names), -1)
        packed = (flat[:, ::2] << 4 | flat[:, 1::2]).tobytes()
        return {
            "side": np.array([self.figures.shape[1]], np.int32),
            "tones": np.frombuffer(zlib.compress(packed, 9), np.uint8),
            "names": np.frombuffer(zlib.compress("\n".join(self.names).encode(), 9), np.uint8),
        }

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], where: str) -> "Index":
        """Return the index in the arrays of a package's asset; sizes are known before it is unpacked.

        Raises:
            PackageInvalid: If they are damaged or out of bounds.
        """
        try:
            side = int(arrays["side"][0])
            if not 1 <= side <= SIDE_HIGH or side % _BLOCK:
                raise ValueError(f"sprites of {side} pixels")
            names = _unpacked(arrays["names"].tobytes(), SPRITES_HIGH * 64).decode().split("\n")
            if len(names) > SPRITES_HIGH:
                raise ValueError(f"{len(names)} sprites")
            packed = _unpacked(arrays["tones"].tobytes(), len(names) * side * side // 2)
            flat = np.frombuffer(packed, np.uint8).reshape(len(names), side * side // 2)
        except (KeyError, IndexError, ValueError, zlib.error) as error:
            raise PackageInvalid(
                f"{where}: index of training sprites is damaged ({str(error)[:80]}); export the package again"
            ) from error
        figures = np.stack([flat >> 4, flat & 15], -1).reshape(len(names), side, side)
        return cls(names, figures)

    def nearest(self, rgba: NDArray[np.uint8]) -> Nearest | None:
        """Return the nearest sprite; None for an empty picture.

        A first look by coarse squares picks the candidates, so the nearest of all may be missed where many
        are about as near; see the tests for how often. Whole numbers decide: every machine finds the same.
        """
        tone = tones(rgba)
        if not tone.any():
            return None
        side = self.figures.shape[1]
        seen = np.stack([grounded(tone, side), grounded(tone[:, ::-1], side)])
        sprites = self._candidates(seen)
        best = _best(seen, self.figures[sprites])
        return Nearest(self.names[sprites[best.sprite]], best.distance, best.mirrored, best.shift)

    def _candidates(self, seen: Tones) -> NDArray[np.int64]:
        """Return the sprites whose coarse squares are the most like those of ``seen`` (2, S, S)."""
        # Sums of whole numbers below 2**24: exact in float32, in whatever order they are summed.
        apart = self._lengths[:, None] - 2 * (self._squares @ _coarse(seen).T)
        count = min(_CANDIDATES, len(apart))
        return np.unique(np.argpartition(apart, count - 1, axis=0)[:count])

    @cached_property
    def _squares(self) -> NDArray[np.float32]:
        return _coarse(self.figures)

    @cached_property
    def _lengths(self) -> NDArray[np.float32]:
        lengths: NDArray[np.float32] = (self._squares * self._squares).sum(1)
        return lengths


def _coarse(figures: Tones) -> NDArray[np.float32]:
    """Return (N, D): how many pixels of each square are opaque, and how light they are, halved in size."""
    count, side, _ = figures.shape
    squares = figures.reshape(count, side // _BLOCK, _BLOCK, side // _BLOCK, _BLOCK)
    opaque = (squares > 0).sum((2, 4))  # 0 to 16
    light = squares.sum((2, 4), dtype=np.int64) // 8  # 0 to 14
    return np.concatenate([opaque, light], 1).reshape(count, -1).astype(np.float32)


@dataclass(frozen=True)
class _Match:
    distance: float
    sprite: int  # place among the candidates
    mirrored: bool
    shift: tuple[int, int]


def _best(seen: Tones, theirs: Tones) -> _Match:
    """Return how the nearest of ``theirs`` (K, S, S) matches; ``seen`` (2, S, S) is the picture both ways."""
    mine = np.concatenate([_planes(_moved(figure)) for figure in seen])  # (2 * shifts, TONES, words)
    other = _planes(np.pad(theirs, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT))))  # (K, TONES, words)
    near = np.stack(
        [
            np.bitwise_or.reduce(other[:, max(0, tone - TONE_APART + 1) : tone + TONE_APART], axis=1)
            for tone in range(TONES)
        ],
        axis=1,
    )
    my_shape, their_shape = np.bitwise_or.reduce(mine, axis=1), np.bitwise_or.reduce(other, axis=1)
    both = _count(my_shape[:, None] & their_shape[None])
    union = _count(my_shape)[:, None] + _count(their_shape)[None] - both  # (2 * shifts, K)
    bound = (union - both) / union  # tones can only add to that
    # Of each sprite, either way round, the places in which the silhouettes fit best are compared in full.
    bound = bound.reshape(2, -1, len(theirs))
    place = np.argsort(bound, axis=1, kind="stable")[:, :_PLACES]
    way = place + (np.arange(2) * bound.shape[1])[:, None, None]
    ways, sprites = way.ravel(), np.broadcast_to(np.arange(len(theirs)), way.shape).ravel()
    same = _count(mine[ways] & near[sprites]).sum(1)
    distance = 1 - same / union[ways, sprites]
    at = int(distance.argmin())
    return _match(float(distance[at]), int(sprites[at]), int(ways[at]))


def _match(distance: float, sprite: int, way: int) -> _Match:
    mirrored, place = divmod(way, (2 * SHIFT + 1) ** 2)
    down, right = divmod(place, 2 * SHIFT + 1)
    return _Match(distance, sprite, bool(mirrored), (SHIFT - right, SHIFT - down))


def _moved(figure: Tones) -> Tones:
    """Return the figure moved in each way, on canvases that are `SHIFT` larger on all sides."""
    side = figure.shape[0] + 2 * SHIFT
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(figure, 2 * SHIFT), (side, side))
    return windows.reshape(-1, side, side)


def _planes(figures: Tones) -> NDArray[np.uint64]:
    """Return (N, TONES, words): a bit for each pixel that has the tone."""
    flat = figures.reshape(len(figures), 1, -1)
    bits = np.packbits(flat == np.arange(1, TONES + 1, dtype=np.uint8)[:, None], axis=-1)
    spare = -bits.shape[-1] % 8
    return np.ascontiguousarray(np.pad(bits, ((0, 0), (0, 0), (0, spare)))).view(np.uint64)


def _count(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    total: NDArray[np.int64] = np.bitwise_count(bits).sum(-1, dtype=np.int64)
    return total


def _unpacked(data: bytes, most: int) -> bytes:
    expander = zlib.decompressobj()
    plain = expander.decompress(data, most + 1)
    if len(plain) > most or not expander.eof:
        raise ValueError(f"unpacks to more than {most} bytes")
    return plain
