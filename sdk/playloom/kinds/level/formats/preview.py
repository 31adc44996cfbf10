"""The picture of a level: as pixels, as a PNG file and as colour blocks in the terminal."""

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text

from playloom.errors import RequestInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import (
    ground_of,
    is_sunken,
    is_wall,
    over,
    second_pictures,
    shows_second,
    standing,
)
from playloom.kinds.level.formats.book.picture import draw_level, is_drawable
from playloom.kinds.level.formats.evidence import notes_of_picture
from playloom.kinds.level.formats.grounds import SIDE, Shade, blend
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.trail import trail
from playloom.kinds.level.vocabulary import Role

_TRAIL: tuple[Shade, Shade] = (255, 255, 255), (255, 64, 129)  # colours of the solution's first and last step
_TRAIL_EDGE: Shade = (46, 16, 60)
_TRAIL_STEPS = 24  # colours between the two, so that the picture keeps within a palette
_NIGHT: Shade = (24, 14, 44)  # what shadows and lights are blended with
_DAY: Shade = (255, 246, 222)
_SCALE_HIGH = 16


def preview(
    level: Level, *, scale: int = 1, solution: bool | str = False, side_pixels: int = SIDE
) -> NDArray[np.uint8]:
    """Draw a level with the generated tile image, or with the developer's own tiles where it has them.

    Args:
        level: Any level of any vocabulary.
        scale: Each pixel becomes a square of this side, 1 to 16.
        solution: True draws the evidence's solution; a string of moves (U, D, L, R) draws those.
        side_pixels: Side of a tile before ``scale``, a multiple of 16.

    Returns:
        RGB, (height * side_pixels * scale, width * side_pixels * scale, 3); own tiles have their own size.

    Raises:
        RequestInvalid: If a number is out of range, or there is no solution to draw.
    """
    if not 1 <= scale <= _SCALE_HIGH:
        raise RequestInvalid(f"scale is {scale}; choose 1 to {_SCALE_HIGH}")
    if level.tiles is not None and is_drawable(level):
        return draw_level(level, level.tiles, scale=scale, solution=solution)
    picture = _draw_tiles(level)
    if solution:
        _draw_trail(picture, trail(level, solution), level.vocabulary.objects[level.cells])
    if side_pixels < SIDE or side_pixels % SIDE:
        raise RequestInvalid(f"tiles of {side_pixels} pixels cannot be drawn; choose a multiple of {SIDE}")
    factor = scale * (side_pixels // SIDE)
    return picture.repeat(factor, 0).repeat(factor, 1) if factor > 1 else picture


def encode(level: Level, stem: str, *, scale: int = 1, solution: bool | str = False) -> dict[str, bytes]:
    """Return the preview as one PNG file; see `preview` for the options and errors."""
    picture = preview(level, scale=scale, solution=solution)
    return {f"{stem}.png": png.encode(picture, text=notes_of_picture(level))}


def blocks(level: Level) -> list[Text]:
    """Return lines for the terminal: one character is two cells, one above the other, in preview colours."""
    colours = [tile.colour for tile in level.vocabulary.tiles]
    rows = [[colours[i] for i in row] for row in level.cells.tolist()]
    lines = []
    for upper, lower in zip(rows[::2], [*rows[1::2], None][: len(rows[::2])], strict=True):
        line = Text(no_wrap=True)
        for x, colour in enumerate(upper):
            line.append("▀", Style(color=colour, bgcolor=lower[x] if lower else None))
        lines.append(line)
    return lines


def _draw_tiles(level: Level) -> NDArray[np.uint8]:
    """Return RGB (16 H, 16 W, 3)."""
    vocabulary, cells = level.vocabulary, level.cells
    tiles = standing(vocabulary, level.theme)
    ground = ground_of(cells, vocabulary, below_all=True, theme=level.theme)
    walls = is_wall(vocabulary)[cells]
    picture = tiles[ground]
    second = shows_second(cells, vocabulary, level.theme)
    picture[second] = second_pictures(vocabulary, level.theme)[cells[second]]
    if isinstance(level.movement, Platform):
        _edge_bodies(picture, walls)
    else:
        void = np.isin(cells, vocabulary.ids(Role.VOID))
        _shade(picture, ~walls & ~void & _beside(walls, -1, 0), _NIGHT, ("top", (40, 32, 20, 9)))
        _edge_walls(picture, walls, second)
        _edge_liquids(picture, is_sunken(vocabulary)[cells], walls)
    stands = ground != cells
    picture[stands] = over(picture[stands], tiles[cells[stands]])
    pixels = np.ascontiguousarray(picture[..., :3].swapaxes(1, 2))
    return pixels.reshape(level.height * SIDE, level.width * SIDE, 3)


def _edge_bodies(picture: NDArray[np.uint8], walls: NDArray[np.bool_]) -> None:
    """Outline ground seen from the side where it ends, and darken what lies deep in it."""
    deep = walls & _beside(walls, -1, 0, outside=True)
    deep &= _beside(deep, -1, 0, outside=True) & _beside(walls, 0, -1, outside=True)
    deep &= _beside(walls, 0, 1, outside=True)
    _shade(picture, deep, _NIGHT, ("top", (18,) * SIDE))
    for side, down, right in (("bottom", 1, 0), ("left", 0, -1), ("right", 0, 1)):
        _shade(picture, walls & ~_beside(walls, down, right, outside=True), _NIGHT, (side, (62, 24)))


def _edge_walls(picture: NDArray[np.uint8], walls: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> None:
    """Outline walls where they end, and light the rim of their top."""
    _shade(picture, walls & ~_beside(walls, -1, 0, outside=True), _DAY, ("top", (30,)))
    for side, right in (("left", -1), ("right", 1)):
        _shade(picture, hidden & ~_beside(walls, 0, right, outside=True), _DAY, (side, (0, 22)))
        _shade(picture, walls & ~_beside(walls, 0, right, outside=True), _NIGHT, (side, (60,)))


def _edge_liquids(picture: NDArray[np.uint8], sunken: NDArray[np.bool_], walls: NDArray[np.bool_]) -> None:
    """Give liquids a bank: dark below the ground's edge above, lit at the other sides."""
    low = sunken | walls
    _shade(picture, sunken & ~_beside(low, -1, 0, outside=True), _NIGHT, ("top", (62, 46, 22)))
    _shade(picture, sunken & ~_beside(low, 1, 0, outside=True), _DAY, ("bottom", (48, 12)))
    _shade(picture, sunken & ~_beside(low, 0, -1, outside=True), _DAY, ("left", (34, 10)))
    _shade(picture, sunken & ~_beside(low, 0, 1, outside=True), _DAY, ("right", (34, 10)))


def _beside(marked: NDArray[np.bool_], down: int, right: int, *, outside: bool = False) -> NDArray[np.bool_]:
    """Return whether the neighbour of each cell is marked; ``outside`` is what lies beyond the map."""
    height, width = marked.shape
    wide = np.pad(marked, 1, constant_values=outside)
    return wide[1 + down : 1 + down + height, 1 + right : 1 + right + width]


def _shade(
    picture: NDArray[np.uint8], where: NDArray[np.bool_], towards: Shade, edge: tuple[str, tuple[int, ...]]
) -> None:
    """Blend lines of pixels at one side of the tiles ``where``, from the side inwards, by hundredths each."""
    side, steps = edge
    for depth, hundredths in enumerate(steps):
        place = SIDE - 1 - depth if side in ("bottom", "right") else depth
        line = (where, place) if side in ("top", "bottom") else (where, slice(None), place)
        mixed = picture[line][..., :3].astype(np.int64) * (100 - hundredths) + np.array(towards) * hundredths
        picture[(*line, ..., slice(3))] = mixed // 100


def _draw_trail(
    picture: NDArray[np.uint8], walked: list[tuple[int, int]], objects: NDArray[np.bool_]
) -> None:
    """Dot the way: a small dot between cells, a large one in each without an object, in changing colour."""
    last = max(1, len(walked) - 1)
    for step, (y, x) in enumerate(walked):
        colour = blend(*_TRAIL, step * _TRAIL_STEPS // last * 100 // _TRAIL_STEPS)
        row, column = SIDE * y + SIDE // 2, SIDE * x + SIDE // 2
        if step:
            down, right = y - walked[step - 1][0], x - walked[step - 1][1]
            _dot(picture, row - SIDE // 2 * down, column - SIDE // 2 * right, 1, colour)
        if not objects[y, x]:
            _dot(picture, row, column, 2, colour)


def _dot(picture: NDArray[np.uint8], row: int, column: int, radius: int, colour: Shade) -> None:
    """Draw a square of side 2 * radius with an outline and no corners."""
    edge = radius + 1
    picture[row - edge : row + edge, column - radius : column + radius] = _TRAIL_EDGE
    picture[row - radius : row + radius, column - edge : column + edge] = _TRAIL_EDGE
    picture[row - radius : row + radius, column - radius : column + radius] = colour
