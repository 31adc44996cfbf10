"""Small sets of maps of a developer's own, drawn by code: their tiles, layers and habits are unlike ours."""

import os
import subprocess
import zlib
from base64 import b64encode
from pathlib import Path

import numpy as np
from PIL import Image

from playloom.kernels import png
from playloom.kinds.level.own.reader import MapSet, read_maps

SIDE = 8  # pixels of a tile
# The tiles of the sheet, four a row: grass, flowers, path, water, tree, roof, wall, door, fence, well, ...
COLOURS = ("5a9e4b", "6fae52", "c9a86a", "3d6fc4", "1f5a2a", "a8442e", "8a7a6a", "5b3a1e")
CLASSES = ("Floor", "Floor", "Path", "Water", "Tree", "Wall", "Wall", "Door")


def sheet_pixels() -> np.ndarray:
    """Return the tile picture, RGBA (16, 32, 4): two rows of four; the tree is clear around its crown."""
    pixels = np.zeros((2 * SIDE, 4 * SIDE, 4), np.uint8)
    for number, colour in enumerate(COLOURS):
        top, left = number // 4 * SIDE, number % 4 * SIDE
        tile = pixels[top : top + SIDE, left : left + SIDE]
        tile[:] = [*bytes.fromhex(colour), 255]
        tile[0, :3] = [255, 255, 255, 255]  # an L of light: shows flips and turns
        tile[:6, 0] = [0, 0, 0, 255]
        if CLASSES[number] == "Tree":
            tile[:, 6:] = 0
    return pixels


def write_sheet(folder: Path, *, classes: bool = True, name: str = "town") -> None:
    """Write the tileset ``name`` with its picture."""
    (folder / f"{name}.png").write_bytes(png.encode(sheet_pixels()))
    tiles = "".join(f'<tile id="{i}" type="{kind}"/>' for i, kind in enumerate(CLASSES)) if classes else ""
    (folder / f"{name}.tsx").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tileset version="1.10" name="{name}" tilewidth="8" '
        f'tileheight="8" tilecount="8" columns="4"><image source="{name}.png" width="32" height="16"/>'
        f"{tiles}</tileset>\n"
    )


def town(seed: int, width: int = 20, height: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Return ground and details of a town, as numbers in the sheet plus 1 (0 empty): houses by a road."""
    rng = np.random.default_rng(seed)
    ground = np.where(rng.random((height, width)) < 0.15, 2, 1)
    details = np.zeros((height, width), np.int64)
    road = int(rng.integers(6, height - 5))
    ground[road] = 3
    for x in range(2, width - 4, 6):
        top = road - 4 if rng.random() < 0.7 else road + 2
        details[top, x : x + 3] = 6
        details[top + 1, x : x + 3] = 7
        details[top + 1, x + 1] = 8
    details[0], details[-1], details[:, 0], details[:, -1] = 5, 5, 5, 5
    free = (details == 0) & (ground != 3)
    details[free & (rng.random((height, width)) < 0.05)] = 5
    return ground, details


def layer_xml(name: str, cells: np.ndarray, attributes: str = "", encoding: str = "csv") -> str:
    """Return a TMX layer in one of Tiled's encodings."""
    height, width = cells.shape
    raw = cells.astype("<u4").tobytes()
    data = {
        "csv": f'<data encoding="csv">{",".join(map(str, cells.ravel().tolist()))}</data>',
        "zlib": f'<data encoding="base64" compression="zlib">{b64encode(zlib.compress(raw)).decode()}</data>',
    }[encoding]
    return f'<layer id="1" name="{name}" width="{width}" height="{height}" {attributes}>{data}</layer>'


def map_xml(
    width: int, height: int, *content: str, tileset: str = '<tileset firstgid="1" source="town.tsx"/>'
) -> str:
    """Return a TMX map of 8-pixel cells."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<map version="1.10" orientation="orthogonal" '
        f'renderorder="right-down" width="{width}" height="{height}" '
        'tilewidth="8" tileheight="8" infinite="0">'
        f"{tileset}{''.join(content)}</map>\n"
    )


def write_towns(folder: Path, count: int, *, classes: bool = True) -> None:
    """Write ``count`` towns with two tile layers and a "spawn" object."""
    folder.mkdir(parents=True, exist_ok=True)
    write_sheet(folder, classes=classes)
    for seed in range(count):
        ground, details = town(seed)
        height, width = ground.shape
        y, x = np.argwhere((ground == 3) & (details == 0))[3].tolist()
        spawn = (
            f'<objectgroup id="3" name="things"><object id="1" name="PlayerStart" '
            f'x="{x * 8 + 4}" y="{y * 8 + 4}"><point/></object></objectgroup>'
        )
        layers = layer_xml("ground", ground), layer_xml("details", details, encoding="zlib")
        (folder / f"town-{seed}.tmx").write_text(map_xml(width, height, *layers, spawn))


def grid(*rows: str) -> np.ndarray:
    """Rows of tile numbers, one digit each; 0 is empty."""
    return np.array([[int(digit) for digit in row] for row in rows])


def read_one(folder: Path, text: str, name: str = "a.tmx", **options: object) -> MapSet:
    """Write a map into a folder and read it as a set of its own."""
    (folder / name).write_text(text)
    return read_maps([folder / name], **options)  # type: ignore[arg-type]


def names(maps: MapSet, number: int = 0) -> list[list[str]]:
    """The names of the tiles of one map."""
    return [[maps.vocabulary.tiles[i].name for i in row] for row in maps.maps[number].tolist()]


def rasterized(path: Path) -> np.ndarray:
    """The picture that Tiled itself draws of a map, RGBA, without its layer "things"."""
    picture = path.with_suffix(".tiled.png")
    command = ["tmxrasterizer", "--hide-layer", "things", str(path), str(picture)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    with Image.open(picture) as image:
        return np.array(image.convert("RGBA"))
