"""The picture of a level in the developer's own tiles."""

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.tiles import BACKDROP, TileBook
from playloom.kinds.level.trail import trail

Pixels = NDArray[np.uint8]
_TRAIL, _TRAIL_EDGE = (255, 64, 129), (46, 16, 60)
_THING = (255, 216, 64)  # marks objects without a picture
_SIDE_HIGH = 4096  # pixels of a picture's longer side; larger maps are drawn smaller


def is_drawable(level: Level) -> bool:
    """Return whether there is a picture of at least one of the level's own tiles."""
    return level.tiles is not None and any(sheet.file is not None for sheet in level.tiles.sheets)


def draw_level(level: Level, book: TileBook, *, scale: int = 1, solution: bool | str = False) -> Pixels:
    """Draw a level; RGB (height * tile height * scale, width * tile width * scale, 3).

    A map whose picture would have a side of over 4,096 pixels is drawn with fewer pixels a tile.

    Args:
        level: The level.
        book: Its tiles.
        scale: Each pixel becomes a square of this side.
        solution: True marks the cells of the evidence's solution, a string of moves marks those.

    Raises:
        RequestInvalid: If there is no solution to draw.
    """
    if not 1 <= scale <= 16:
        raise RequestInvalid(f"scale is {scale}; choose 1 to 16")
    wide, high = book.tile_width, book.tile_height
    skip = 1
    while max(level.width * wide, level.height * high) // skip > _SIDE_HIGH:
        skip += 1
    picture = draw_cells(level.cells, book)
    for y, x in trail(level, solution) if solution else ():
        side = max(1, min(wide, high) // 8)
        row, column = y * high + high // 2, x * wide + wide // 2
        picture[row - side - 1 : row + side + 1, column - side - 1 : column + side + 1] = _TRAIL_EDGE
        picture[row - side : row + side, column - side : column + side] = _TRAIL
    picture = picture[::skip, ::skip]
    return picture.repeat(scale, 0).repeat(scale, 1) if scale > 1 else np.ascontiguousarray(picture)


def draw_cells(cells: NDArray[np.integer], book: TileBook) -> Pixels:
    """Draw tile ids (H, W), layer over layer; RGB. Tiles larger than a cell reach up and to the right."""
    height, width = cells.shape
    wide, high = book.tile_width, book.tile_height
    canvas = np.empty((height * high, width * wide, 3), np.uint8)
    canvas[:] = BACKDROP
    used = [int(tile) for tile in np.unique(cells)]
    for layer, style in enumerate(book.layers):
        opacity = round(style.opacity * 255)
        entries = {tile: {e.layer: e for e in book.stacks[tile]}.get(layer) for tile in used}
        pictures = {
            tile: book.picture(entry.sheet, entry.tile, entry.flip)
            for tile, entry in entries.items()
            if entry
        }
        _draw_layer(canvas, cells, pictures, (wide, high), opacity)
    for tile in used:
        for thing in book.things[tile]:
            shown = book.picture(thing.sheet, thing.tile, thing.flip) if thing.sheet >= 0 else None
            picture = _badge(wide, high) if shown is None else shown
            _draw_layer(canvas, cells, {tile: picture}, (wide, high), 255)
    return canvas


def _draw_layer(
    canvas: Pixels,
    cells: NDArray[np.integer],
    pictures: dict[int, Pixels | None],
    size: tuple[int, int],
    opacity: int,
) -> None:
    """Lay one picture a tile over the canvas; in reading order where they are larger than a cell."""
    wide, high = size
    shown = {tile: picture for tile, picture in pictures.items() if picture is not None}
    if all(picture.shape[:2] == (high, wide) for picture in shown.values()):
        view = canvas.reshape(cells.shape[0], high, cells.shape[1], wide, 3).swapaxes(1, 2)
        for tile, picture in shown.items():
            where = cells == tile
            view[where] = _over(view[where], picture, opacity)
        return
    for y, x in np.argwhere(np.isin(cells, list(shown))).tolist():
        picture = shown[int(cells[y, x])]
        bottom, left = (y + 1) * high, x * wide
        top, right = max(0, bottom - picture.shape[0]), min(canvas.shape[1], left + picture.shape[1])
        part = picture[picture.shape[0] - (bottom - top) :, : right - left]
        canvas[top:bottom, left:right] = _over(canvas[top:bottom, left:right], part, opacity)


def _over(below: Pixels, above: Pixels, opacity: int) -> Pixels:
    """Lay RGBA over RGB in whole numbers; shapes broadcast."""
    alpha = above[..., 3:].astype(np.uint32) * opacity // 255
    mixed = (above[..., :3] * alpha + below * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)


def _badge(wide: int, high: int) -> Pixels:
    """Return the mark of an object that has no picture."""
    badge = np.zeros((high, wide, 4), np.uint8)
    inner = slice(high // 4, high - high // 4), slice(wide // 4, wide - wide // 4)
    badge[inner] = (*_TRAIL_EDGE, 255)
    core = slice(high // 4 + 1, high - high // 4 - 1), slice(wide // 4 + 1, wide - wide // 4 - 1)
    badge[core] = (*_THING, 255)
    return badge
