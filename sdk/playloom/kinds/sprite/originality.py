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
from playloom.kinds.sprite.likely import BLOCK, Likely
from playloom.kinds.sprite.overlay import TONE_APART, TONES, Tones, best_overlay

SIDE_HIGH = 64  # pixels of an indexed sprite
SPRITES_HIGH = 1 << 17


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
    levels = np.unique(lightness)
    place = np.searchsorted(levels, lightness)
    counts = np.bincount(place, minlength=len(levels))
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
        side = -(-side // BLOCK) * BLOCK
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
            if not 1 <= side <= SIDE_HIGH or side % BLOCK:
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
        sprites = self._likely.candidates(seen)
        best = best_overlay(seen, self.figures[sprites])
        return Nearest(self.names[sprites[best.sprite]], best.distance, best.mirrored, best.shift)

    @cached_property
    def _likely(self) -> Likely:
        return Likely(self.figures)


def _unpacked(data: bytes, most: int) -> bytes:
    expander = zlib.decompressobj()
    plain = expander.decompress(data, most + 1)
    if len(plain) > most or not expander.eof:
        raise ValueError(f"unpacks to more than {most} bytes")
    return plain
