"""Ground textures, 16 x 16 pixels, from a tile's colour and whole numbers alone."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SIDE = 16  # pixels
Pixels = NDArray[np.uint8]  # (16, 16, 4) RGBA
Shade = tuple[int, int, int]

_SHADOW, _LIGHT = (30, 18, 52), (255, 244, 214)  # what colours darken and lighten towards
# Each shade: hundredths of the colour, and what the rest is.
_MIXES = ((38, _SHADOW), (72, _SHADOW), (100, _SHADOW), (74, _LIGHT), (45, _LIGHT))


def shades(colour: str) -> list[Shade]:
    """Return five shades of "#rrggbb", dark to light; the middle one is the colour itself."""
    base = int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    return [blend(towards, base, hundredths) for hundredths, towards in _MIXES]


def blend(first: Shade, second: Shade, hundredths: int) -> Shade:
    """Return ``hundredths`` of the second colour in the first."""
    r, g, b = ((f * (100 - hundredths) + s * hundredths) // 100 for f, s in zip(first, second, strict=True))
    return r, g, b


def grain(salt: int) -> NDArray[np.int64]:
    """Return (16, 16) scattered whole numbers from 0 to 99, the same for the same salt."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.uint64)
    mixed = (x * 374761393 + y * 668265263 + np.uint64(salt * 982451653)) & np.uint64(0xFFFFFFFF)
    mixed = (mixed ^ mixed >> np.uint64(13)) * 1274126177 & np.uint64(0xFFFFFFFF)
    grain: NDArray[np.int64] = ((mixed ^ mixed >> np.uint64(16)) % 100).astype(np.int64)
    return grain


def paint(places: NDArray[np.int64], palette: list[Shade]) -> Pixels:
    """Return the colours of ``palette`` at ``places`` (16, 16), opaque."""
    opaque = np.array([(*shade, 255) for shade in palette], np.uint8)
    return opaque[places]


def _void(colour: str) -> Pixels:
    dark, _, base, *_ = shades(colour)
    places = np.where(grain(1) < 3, 1, 0)
    return paint(places, [base, blend(base, (110, 100, 150), 16), dark])


def _floor(colour: str) -> Pixels:
    """Flagstones: faint joints, a lit edge below each, a few specks."""
    _, low, base, high, _ = shades(colour)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    shifted = (x + np.where(y < 8, 0, 5)) % SIDE
    places = np.zeros((SIDE, SIDE), np.int64)
    specks = grain(2)
    places[specks < 7] = 1
    places[specks > 94] = 2
    places[((y % 8 == 1) | (shifted % 16 == 1)) & (specks > 35)] = 2
    places[(y % 8 == 0) | (shifted % 16 == 0)] = 3
    return paint(places, [base, blend(base, low, 22), blend(base, high, 32), blend(base, low, 48)])


def _wall_top(colour: str) -> Pixels:
    """A wall seen from above: worn stone."""
    _, _, base, high, light = shades(colour)
    top, specks = blend(base, high, 75), grain(3)
    places = np.where(specks < 8, 1, np.where(specks > 95, 2, 0))
    return paint(places, [top, blend(top, base, 50), blend(top, light, 40)])


def _wall(colour: str) -> Pixels:
    """A lit edge of the top over a darker face of bricks."""
    dark, low, base, _, light = shades(colour)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    face = np.where((y - 6) % 3 == 2, 1, 0)
    face[(x + (y - 6) // 3 * 4) % 8 == 0] = 1
    face[((y - 6) % 3 == 0) & (face == 0) & (grain(5) > 25)] = 2
    face[[5, 15]] = 1
    face[4] = 3
    tile = paint(face, [blend(low, base, 25), dark, blend(low, base, 85), light])
    tile[:4] = _wall_top(colour)[:4]
    return tile


def _rock_top(colour: str) -> Pixels:
    """Rock seen from above: soft lumps."""
    _, low, base, high, _ = shades(colour)
    top, near = blend(base, high, 45), lumps()
    places = np.select([near < 7, near > 60, grain(19) < 5], [1, 2, 3], 0)
    return paint(places, [top, blend(top, low, 30), blend(top, high, 30), blend(top, low, 18)])


def _rock(colour: str) -> Pixels:
    """A lit edge of the top over a rough face."""
    dark, low, base, high, light = shades(colour)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    specks = grain(23)
    edge = np.array([4, 3, 3, 4, 4, 5, 5, 4, 4, 4, 5, 5, 4, 3, 3, 4])[x]  # the rim of the top
    split = np.array([2, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 2, 0, 0])[(x + (y > 10) * 5) % SIDE]
    places = np.select(
        [y == edge, y == edge + 1, y >= 14, (split > 0) & (specks < 75), (y < 9) & (specks > 55)],
        [3, 1, 1, 1, 2],
        0,
    )
    tile = paint(places, [low, blend(low, dark, 70), blend(low, base, 70), blend(high, light, 40)])
    above = y < edge
    tile[above] = _rock_top(colour)[above]
    return tile


def _grass(colour: str) -> Pixels:
    """Tufts: two dark blades and a light one, here and there."""
    _, low, base, high, _ = shades(colour)
    places = np.where(grain(29) < 5, 1, 0)
    for row, column in ((2, 3), (5, 11), (8, 6), (11, 13), (12, 2), (14, 9)):
        places[row, column] = places[row - 1, column + 2] = 2
        places[row, column + 1] = places[row, column + 2] = 3
        places[row - 1, column] = 1
    return paint(places, [base, blend(base, low, 16), blend(base, high, 38), blend(base, low, 40)])


def _earth(colour: str) -> Pixels:
    """Bare ground of a cave: soft blotches and a few stones."""
    _, low, base, high, _ = shades(colour)
    near, specks = lumps(), grain(31)
    places = np.select([specks < 5, specks > 96, near > 45], [1, 2, 3], 0)
    for row, column in ((4, 12), (10, 3)):
        places[row, column : column + 2] = 2
        places[row + 1, column : column + 2] = 4
    return paint(
        places,
        [base, blend(base, low, 28), blend(base, high, 42), blend(base, low, 10), blend(base, low, 55)],
    )


def _path(colour: str) -> Pixels:
    """Trodden earth with a few pebbles."""
    _, low, base, high, _ = shades(colour)
    specks, blotch = grain(7), grain(8)
    places = np.where(specks < 16, 1, np.where(specks > 88, 2, 0))
    pebble = blotch < 3
    places[np.roll(pebble, 1, 0)] = 3
    places[pebble] = 4
    return paint(
        places,
        [base, blend(base, low, 26), blend(base, high, 26), blend(base, low, 70), blend(base, high, 75)],
    )


def _bridge(colour: str) -> Pixels:
    """Planks, a nail at each end."""
    dark, low, base, high, _ = shades(colour)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    places = np.where(y % 4 == 0, 2, np.where(y % 4 == 3, 1, 0))
    places[(y % 4 == 2) & (grain(11) < 30)] = 1
    places[(y % 4 == 1) & ((x == 2) | (x == 13))] = 3
    places[(y % 4 == 1) & (x > 2) & (x < 13) & (grain(12) < 30)] = 4
    return paint(places, [base, low, dark, dark, blend(base, high, 60)])


def _water(colour: str) -> Pixels:
    """Ripples on two lines, and depth between."""
    _, low, base, high, light = shades(colour)
    places = np.where(grain(13) < 5, 1, 0)
    for row, column, length in (
        (2, 2, 5),
        (3, 6, 3),
        (6, 10, 5),
        (7, 14, 3),
        (10, 0, 4),
        (11, 4, 3),
        (13, 8, 5),
    ):
        across = (column + np.arange(length)) % SIDE
        places[row, across] = 2
        places[row + 1, across] = 1
        places[row, across[1 : length - 2]] = 3
    return paint(places, [base, blend(base, low, 38), blend(base, high, 70), light])


def _lava(colour: str) -> Pixels:
    """A dark crust on a glow that is brightest in the cracks' middle."""
    dark, _, base, _, _ = shades(colour)
    near = lumps()
    places = np.select([near < 4, near < 9, near < 16, grain(17) < 15], [3, 2, 1, 4], 0)
    yellow = (255, 214, 84)
    return paint(
        places, [blend(base, dark, 45), base, blend(base, yellow, 55), yellow, blend(base, dark, 70)]
    )


def lumps() -> NDArray[np.int64]:
    """Return (16, 16): 0 between two of six fixed points, growing towards each; neighbouring tiles join."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    spans = []
    for row, column in ((2, 3), (6, 11), (9, 4), (13, 13), (14, 7), (1, 12)):
        down, right = np.abs(y - row), np.abs(x - column)
        spans.append(np.minimum(down, SIDE - down) ** 2 + np.minimum(right, SIDE - right) ** 2)
    nearest = np.sort(np.stack(spans), axis=0)
    lead: NDArray[np.int64] = nearest[1] - nearest[0]
    return lead


GROUNDS: dict[str, Callable[[str], Pixels]] = {
    "void": _void,
    "floor": _floor,
    "wall": _wall,
    "rock": _rock,
    "grass": _grass,
    "earth": _earth,
    "path": _path,
    "bridge": _bridge,
    "water": _water,
    "lava": _lava,
}
WALL_TOPS: dict[str, Callable[[str], Pixels]] = {"wall": _wall_top, "rock": _rock_top}
