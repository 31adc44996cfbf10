"""OKLab: a colour space in which equal distances look about equally different.

Source: Björn Ottosson 2020, "A perceptual color space for image processing",
https://bottosson.github.io/posts/oklab/ (public domain).
"""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

UNIT = 1 << 16  # steps from black to white in `whole`
_FEW = 256  # numbers, up to which no colour is looked for twice

_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def oklab(colours: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return OKLab (..., 3) of 8-bit sRGB (..., 3): lightness 0 to 1, then green to red and blue to yellow.

    Two colours 0.02 apart are hard to tell from each other; black and white are 1 apart.
    """
    light = _light()[colours]
    return _combined(np.cbrt(_combined(light, _TO_CONES)), _TO_LAB)


def whole(colours: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return OKLab (..., 3) in steps of 1 / `UNIT`: distances of these are the same on every machine."""
    if colours.size <= _FEW:
        return _remembered(colours.tobytes()).reshape(colours.shape)
    # A picture has few colours, and each costs three cube roots.
    numbers = colours[..., 0].astype(np.int32) << 16 | colours[..., 1].astype(np.int32) << 8 | colours[..., 2]
    used = np.unique(numbers)
    rows = np.stack([used >> 16, used >> 8 & 255, used & 255], -1).astype(np.uint8)
    return _remembered(rows.tobytes())[np.searchsorted(used, numbers)]


@lru_cache(maxsize=256)
def _remembered(colours: bytes) -> NDArray[np.int64]:
    """Return OKLab (N, 3) of a palette; one sprite asks several times for that of its colours."""
    made = np.rint(oklab(np.frombuffer(colours, np.uint8).reshape(-1, 3)) * UNIT).astype(np.int64)
    made.setflags(write=False)
    return made


def distances(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the squared distances (N, M) between colours (N, 3) and (M, 3), both as of `whole`."""
    apart = first[:, None] - second[None]
    squares: NDArray[np.int64] = (apart * apart).sum(axis=-1)
    return squares


def nearest(colours: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return (N,): the place in ``palette`` (P, 3) of the colour nearest to each of ``colours`` (N, 3)."""
    places: NDArray[np.int64] = distances(whole(colours), whole(palette)).argmin(axis=1)
    return places


@cache
def _light() -> NDArray[np.float64]:
    """Shape (256,): the light of each sRGB value, 0 to 1."""
    values = [value / 255 for value in range(256)]
    return np.array([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values])


def _combined(
    parts: NDArray[np.float64], rows: tuple[tuple[float, float, float], ...]
) -> NDArray[np.float64]:
    """Return a matrix times each colour, term by term: a product of matrices would sum in any order."""
    first, second, third = np.moveaxis(parts, -1, 0)
    return np.stack([row[0] * first + row[1] * second + row[2] * third for row in rows], axis=-1)
