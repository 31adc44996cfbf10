"""The PNG file of a level: drawn tile by tile, and of a large map smaller, to stay a picture one can open."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import preview
from playloom.kinds.level.formats.book.picture import is_drawable
from playloom.kinds.level.formats.evidence import notes_of_picture
from playloom.kinds.level.formats.grounds import SIDE
from playloom.kinds.level.trail import trail

PIXELS_HIGH = 4096  # of a picture's longer side, before ``scale``
_BAND = 32  # rows of cells drawn at a time: bounds memory
_MARGIN = 2  # rows of cells around a band that its drawing depends on
_STEP = 4  # colours are rounded to this, so that a reduced picture repeats and compresses
_TRAIL = (255, 64, 129)


def encode(level: Level, stem: str, *, scale: int = 1, solution: bool | str = False) -> dict[str, bytes]:
    """Return the picture as one PNG file; see `preview.preview` for the options and errors.

    Where tiles of 16 pixels would make a side of over `PIXELS_HIGH`, tiles are made 8, 4, 2 or 1 pixels wide.
    """
    side = tile_side(level)
    if side == SIDE or is_drawable(level):
        return preview.encode(level, stem, scale=scale, solution=solution)
    picture = overview(level, side, solution=solution)
    return {f"{stem}.png": png.encode(picture, text=notes_of_picture(level))}


def tile_side(level: Level) -> int:
    """Return the pixels of a tile's side in the picture of ``level``: 16, or less for a large map."""
    side = SIDE
    while side > 1 and side * max(level.width, level.height) > PIXELS_HIGH:
        side //= 2
    return side


def overview(level: Level, side: int, *, solution: bool | str = False) -> NDArray[np.uint8]:
    """Draw a level with tiles of ``side`` pixels, which divides 16; RGB (height * side, width * side, 3).

    Args:
        level: Any level.
        side: Pixels; each is the mean of the pixels of the whole drawing that it stands for.
        solution: True marks the cells of the evidence's solution; a string of moves marks those.

    Raises:
        RequestInvalid: If there is no solution to draw.
    """
    picture = np.empty((level.height * side, level.width * side, 3), np.uint8)
    for top in range(0, level.height, _BAND):
        stop = min(top + _BAND, level.height)
        above = max(0, top - _MARGIN)
        part = replace(level, cells=level.cells[above : stop + _MARGIN], evidence=None)
        drawn = preview.preview(part)[(top - above) * SIDE : (stop - above) * SIDE]
        picture[top * side : stop * side] = _reduce(drawn, SIDE // side)
    for y, x in trail(level, solution) if solution else ():
        inner = slice(y * side + side // 4, (y + 1) * side - side // 4)
        picture[inner, x * side + side // 4 : (x + 1) * side - side // 4] = _TRAIL
    return picture


def _reduce(drawn: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    height, width, channels = drawn.shape
    squares = drawn.reshape(height // factor, factor, width // factor, factor, channels)
    total = squares.sum(axis=1, dtype=np.uint32).sum(axis=2)
    mean = total // (factor * factor)
    rounded: NDArray[np.uint8] = (np.minimum(mean + _STEP // 2, 255) // _STEP * _STEP).astype(np.uint8)
    return rounded
