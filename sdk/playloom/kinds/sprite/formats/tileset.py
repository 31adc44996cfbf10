"""Terrain tiles as a Tiled tileset with a Wang set, and as a Godot TileSet with a terrain set."""

import base64
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import png
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.tiles import OVER, UNDER, TerrainTiles

COLUMNS = 8
Objects = Sequence[
    tuple[str, Sprite]
]  # tiles of levels that stand on a terrain ("chest"), and their pictures
_MODES = {"mixed": 0, "corner": 1}  # of Godot
_BITS = (  # by point, as Tiled counts them
    "top_side",
    "top_right_corner",
    "right_side",
    "bottom_right_corner",
    "bottom_side",
    "bottom_left_corner",
    "left_side",
    "top_left_corner",
)


def encode_tiled(tiles: TerrainTiles, stem: str, objects: Objects = ()) -> dict[str, bytes]:
    """Return the TSX file and the PNG file of its tiles; `mapping` says how levels are drawn with them.

    Pictures of ``objects`` come after the terrain, each a tile.

    The lone tile of a blob set is in the picture alone: Tiled has no terrain of a tile's middle and would
    take it for what lies around it.
    """
    picture = _pictures(tiles, objects)
    height, width = picture.shape[:2]
    count = height * width // tiles.side**2
    colours = [_mean(tiles, terrain) for terrain in (UNDER, OVER)]
    names = [(name, colour) for name, colour in zip(tiles.names, colours, strict=True)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<tileset version="1.10" tiledversion="1.10.2" name={_quoted(stem)} tilewidth="{tiles.side}" '
        f'tileheight="{tiles.side}" tilecount="{count}" columns="{COLUMNS}">',
        f' <image source={_quoted(stem + ".png")} width="{width}" height="{height}"/>',
        " <wangsets>",
        f'  <wangset name={_quoted(" and ".join(tiles.names))} type="{tiles.kind}" tile="-1">',
        *(
            f'   <wangcolor name={_quoted(name)} color="#{colour.tobytes().hex()}" tile="-1" '
            'probability="1"/>'
            for name, colour in (names if tiles.has_under else names[1:])
        ),
        *(
            f'   <wangtile tileid="{number}" wangid="{",".join(map(str, _numbered(tiles, points)))}"/>'
            for number, points in enumerate(tiles.points)
            if tiles.kind == "corner" or tiles.centres[number] in points
        ),
        "  </wangset>",
        " </wangsets>",
        "</tileset>",
    ]
    return {f"{stem}.tsx": ("\n".join(lines) + "\n").encode(), f"{stem}.png": _png(tiles, objects)}


def encode_godot(tiles: TerrainTiles, stem: str, objects: Objects = ()) -> dict[str, bytes]:
    """Return one TileSet file, .tres, that loads in Godot 4.4+ with no import step; see `encode_tiled`."""
    picture = _pictures(tiles, objects)
    data = base64.b64encode(picture.tobytes()).decode()
    atlas = [
        '[sub_resource type="TileSetAtlasSource" id="atlas"]',
        'texture = SubResource("texture")',
        f"texture_region_size = Vector2i({tiles.side}, {tiles.side})",
    ]
    for number, (points, centre) in enumerate(zip(tiles.points, tiles.centres, strict=True)):
        at = f"{number % COLUMNS}:{number // COLUMNS}/0"
        atlas += [f"{at} = 0", f"{at}/terrain_set = 0"]
        atlas.append(f"{at}/terrain = {_number(tiles, centre) - 1}")
        atlas += [
            f"{at}/terrains_peering_bit/{bit} = {terrain - 1}"
            for bit, terrain in zip(_BITS, _numbered(tiles, points), strict=True)
            if terrain
        ]
    atlas += [f"{column}:{row}/0 = 0" for column, row in map(_at, _numbers(tiles, objects).values())]
    shown = (UNDER, OVER) if tiles.has_under else (OVER,)
    names = []
    for number, terrain in enumerate(shown):
        red, green, blue = (round(int(part) / 255, 6) for part in _mean(tiles, terrain))
        names += [
            f"terrain_set_0/terrain_{number}/name = {_text(tiles.names[terrain - 1])}",
            f"terrain_set_0/terrain_{number}/color = Color({red}, {green}, {blue}, 1)",
        ]
    parts = [
        '[gd_resource type="TileSet" format=4]',
        '[sub_resource type="Image" id="image"]\ndata = {\n'
        f'"data": PackedByteArray("{data}"),\n"format": "RGBA8",\n"height": {picture.shape[0]},\n'
        f'"mipmaps": false,\n"width": {picture.shape[1]}\n}}',
        '[sub_resource type="ImageTexture" id="texture"]\nimage = SubResource("image")',
        "\n".join(atlas),
        "\n".join(
            [
                "[resource]",
                f"tile_size = Vector2i({tiles.side}, {tiles.side})",
                f"terrain_set_0/mode = {_MODES[tiles.kind]}",
                *names,
                'sources/0 = SubResource("atlas")',
            ]
        ),
    ]
    return {f"{stem}.tres": ("\n\n".join(parts) + "\n").encode()}


def mapping(tiles: TerrainTiles, tileset: str, level_tiles: Mapping[str, str], objects: Objects = ()) -> str:
    """Return the TOML file with which ``playloom level --tileset`` draws levels in these tiles.

    Args:
        tiles: Any.
        tileset: Name of the .tsx file beside it, or res:// path of the .tres.
        level_tiles: Name of a tile of levels ("floor", "wall") to the name of a terrain.
        objects: As for `encode_tiled`.

    Raises:
        RequestInvalid: If a terrain is not of the set.
    """
    shown = tiles.names if tiles.has_under else tiles.names[1:]
    lines = [f"tileset = {_text(tileset)}"]
    lines += ["dual_grid = true"] if tiles.kind == "corner" else []
    lines += [f"between = {_text(tiles.names[0])}"] if tiles.kind == "mixed" and tiles.has_under else []
    lines.append("[terrains]")
    for name, terrain in level_tiles.items():
        if terrain not in shown:
            raise RequestInvalid(f"tile {name!r} is to be {terrain!r}; the set has {', '.join(shown)}")
        lines.append(f"{name} = {_text(terrain)}")
    lines += ["[tiles]"] if objects else []
    for name, number in _numbers(tiles, objects).items():
        place = number if tileset.lower().endswith(".tsx") else [0, *_at(number)]
        lines.append(f"{_text(name)} = {place}")
    return "\n".join(lines) + "\n"


def sheet(tiles: TerrainTiles) -> NDArray[np.uint8]:
    """Return all pictures in rows of `COLUMNS`, (H, W); what is left over is transparent."""
    rows = math.ceil(len(tiles.pictures) / COLUMNS)
    whole = np.zeros((rows * tiles.side, COLUMNS * tiles.side), np.uint8)
    for number, picture in enumerate(tiles.pictures):
        top, left = number // COLUMNS * tiles.side, number % COLUMNS * tiles.side
        whole[top : top + tiles.side, left : left + tiles.side] = picture
    return whole


def _png(tiles: TerrainTiles, objects: Objects) -> bytes:
    if objects:
        return png.encode(_pictures(tiles, objects), text={"Software": "Playloom"})
    return png.encode_indexed(sheet(tiles), _table(tiles), text={"Software": "Playloom"})


def _pictures(tiles: TerrainTiles, objects: Objects) -> NDArray[np.uint8]:
    """Return all pictures in rows of `COLUMNS`, (H, W, 4).

    Raises:
        RequestInvalid: If an object is not of the tiles' size, or one is given twice.
    """
    terrain = _table(tiles)[sheet(tiles)]
    numbers = _numbers(tiles, objects)
    rows = math.ceil((len(tiles.pictures) + len(numbers)) / COLUMNS)
    whole = np.zeros((rows * tiles.side, COLUMNS * tiles.side, 4), np.uint8)
    whole[: len(terrain)] = terrain
    for name, sprite in objects:
        if sprite.pixels.shape != (tiles.side, tiles.side):
            raise RequestInvalid(
                f"picture of {name!r} is {sprite.width}x{sprite.height}, a tile {tiles.side}x{tiles.side}; "
                "give it that size"
            )
        column, row = _at(numbers[name])
        top, left = row * tiles.side, column * tiles.side
        whole[top : top + tiles.side, left : left + tiles.side] = sprite.rgba
    return whole


def _numbers(tiles: TerrainTiles, objects: Objects) -> dict[str, int]:
    """Return the number of the tile of each object."""
    numbers = {name: len(tiles.pictures) + place for place, (name, _) in enumerate(objects)}
    if len(numbers) < len(objects):
        raise RequestInvalid("a tile has two pictures; give each one")
    return numbers


def _at(number: int) -> tuple[int, int]:
    """Return column and row of a tile."""
    return number % COLUMNS, number // COLUMNS


def _table(tiles: TerrainTiles) -> NDArray[np.uint8]:
    table = np.zeros((len(tiles.palette.colours) + 1, 4), np.uint8)
    table[1:, :3], table[1:, 3] = tiles.palette.array, 255
    return table


def _number(tiles: TerrainTiles, terrain: int) -> int:
    """Return a terrain as the file numbers it: from 1; where nothing lies below, what lies over is 1."""
    return terrain if tiles.has_under or not terrain else terrain - 1


def _numbered(tiles: TerrainTiles, points: tuple[int, ...]) -> list[int]:
    return [_number(tiles, terrain) for terrain in points]


def _mean(tiles: TerrainTiles, terrain: int) -> NDArray[np.uint8]:
    """Return the mean colour of the picture of a terrain alone; grey if there is none."""
    counting = range(8) if tiles.kind == "mixed" else range(1, 8, 2)
    whole = tuple(terrain if point in counting else 0 for point in range(8))
    if whole not in tiles.points:
        return np.full(3, 128, np.uint8)
    picture = tiles.pictures[tiles.points.index(whole)]
    colours = _table(tiles)[picture][:, :, :3].astype(np.int64)
    mean: NDArray[np.uint8] = (colours.sum((0, 1)) // picture.size).astype(np.uint8)
    return mean


def _quoted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return f'"{escaped}"'


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
