"""Pictures of levels seen from the side: sky, earth with grass on it, planks, spikes, waves."""

from collections.abc import Callable

import numpy as np

from playloom.kinds.level.formats.grounds import SIDE, Pixels, blend, grain, lumps, paint, shades


def _sky(colour: str) -> Pixels:
    """One colour: the air lies behind everything."""
    return paint(np.zeros((SIDE, SIDE), np.int64), [shades(colour)[2]])


def _cavern(colour: str) -> Pixels:
    """A back wall far away: faint lumps."""
    _, low, base, high, _ = shades(colour)
    near = lumps()
    places = np.select([near < 5, near > 70], [1, 2], 0)
    return paint(places, [base, blend(base, low, 24), blend(base, high, 10)])


def _earth_body(colour: str) -> Pixels:
    """Packed earth with stones in it."""
    _, low, base, high, _ = shades(colour)
    specks, near = grain(41), lumps()
    places = np.select([specks < 5, specks > 96, near > 55], [1, 2, 3], 0)
    for row, column in ((3, 4), (9, 11), (13, 2)):
        places[row, column : column + 3] = 2
        places[row + 1, column : column + 3] = 4
    return paint(
        places,
        [base, blend(base, low, 40), blend(base, high, 40), blend(base, low, 14), blend(base, low, 60)],
    )


def _turf(colour: str) -> Pixels:
    """The same earth under grass that hangs over its edge."""
    tile = _earth_body(colour)
    dark, low, base, high, light = shades("#6aa84f")
    depth = np.array([4, 5, 6, 5, 4, 4, 5, 7, 5, 4, 5, 6, 4, 4, 5, 5])
    rows = np.arange(SIDE)[:, None]
    tile[rows < depth] = (*base, 255)
    tile[rows == depth] = (*low, 255)
    tile[rows == depth + 1] = (*blend(shades(colour)[1], dark, 25), 255)
    tile[0] = (*light, 255)
    tile[1] = (*high, 255)
    tile[2, ::3] = tile[3, 1::5] = (*low, 255)
    return tile


def _masonry(colour: str) -> Pixels:
    """Large hewn stones."""
    dark, low, base, high, _ = shades(colour)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    shifted = (x + np.where(y < 8, 0, 6)) % SIDE
    places = np.where(grain(43) < 10, 1, 0)
    places[(y % 8 == 1) | (shifted % 12 == 1)] = 2
    places[(y % 8 == 0) | (shifted % 12 == 0)] = 3
    return paint(
        places, [blend(low, base, 55), blend(low, base, 30), blend(base, high, 25), blend(dark, low, 35)]
    )


def _ledge(colour: str) -> Pixels:
    """The same stones with a lit rim and some moss."""
    tile = _masonry(colour)
    _, low, base, _, light = shades(colour)
    tile[0] = (*light, 255)
    tile[1] = (*blend(base, light, 45), 255)
    tile[2] = (*low, 255)
    moss = shades("#4f8a5b")
    for column, depth in ((1, 3), (2, 5), (3, 2), (8, 4), (9, 2), (13, 3), (14, 2)):
        tile[:depth, column] = (*moss[2], 255)
        tile[depth, column] = (*moss[1], 255)
        tile[0, column] = (*moss[3], 255)
    return tile


def _depths(colour: str) -> Pixels:
    """A liquid below its surface."""
    _, low, base, high, _ = shades(colour)
    places = np.where(grain(47) < 4, 1, 0)
    for row, column, length in ((3, 2, 4), (8, 9, 5), (12, 4, 3)):
        places[row, column : column + length] = 2
    return paint(places, [blend(base, low, 25), blend(base, low, 60), blend(base, high, 22)])


def _surface(colour: str) -> Pixels:
    """A liquid with its surface: clear above the waves."""
    tile = _depths(colour)
    *_, high, light = shades(colour)
    crest = np.array([4, 3, 2, 2, 3, 4, 5, 5, 4, 3, 2, 2, 3, 4, 5, 5])
    rows = np.arange(SIDE)[:, None]
    tile[rows < crest] = 0
    tile[rows == crest] = (*light, 255)
    tile[rows == crest + 1] = (*high, 255)
    return tile


BODIES: dict[str, Callable[[str], Pixels]] = {
    "sky": _sky,
    "cavern": _cavern,
    "earth_body": _earth_body,
    "masonry": _masonry,
    "depths": _depths,
}
# What shows instead where a tile of the same sort does not continue above.
SURFACES: dict[str, Callable[[str], Pixels]] = {
    "earth_body": _turf,
    "masonry": _ledge,
    "depths": _surface,
}
