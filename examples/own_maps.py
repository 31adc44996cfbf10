"""Draws three small sets of maps to try `playloom train level` on, as a developer might have them.

    python examples/own_maps.py my-maps

- town: Tiled TMX, two tile layers and an object layer, a tileset with collision properties
- caves: text, one character a tile, and the legend that says what they mean
- ruins: Tiled JSON, seen from the side, stacked layers and flipped tiles, nothing said of any tile
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png

Grid = NDArray[np.int64]
Random = np.random.Generator
Size = tuple[int, int]  # height, width
TILE = 16  # pixels
ACROSS = 1 << 31  # Tiled's mark of a tile flipped left for right

# --- Town ------------------------------------------------------------------------------------------------

GRASS, FLOWERS, ROAD, WATER, SHORE, WALL, WINDOW, DOOR, ROOF, RIDGE, TREE, FENCE = range(12)
TOWN_COLOURS = (
    "6a9f4b",
    "6a9f4b",
    "c2a36b",
    "3f79b5",
    "d8c690",
    "b5a08c",
    "b5a08c",
    "b5a08c",
    "a8483c",
    "8c3a31",
    "6a9f4b",
    "6a9f4b",
)
SOLID = {WATER, WALL, WINDOW, ROOF, RIDGE, TREE, FENCE}


def town(random: Random, height: int = 32, width: int = 32) -> tuple[Grid, Grid, list[tuple[str, int, int]]]:
    """Return ground, buildings (-1 where none), and objects (class, x, y): houses along crossing roads."""
    ground = np.where(random.random((height, width)) < 0.08, FLOWERS, GRASS)
    above = np.full((height, width), -1)
    across = int(random.integers(height // 3, 2 * height // 3))
    down = int(random.integers(width // 3, 2 * width // 3))
    ground[across : across + 2] = ROAD
    ground[:, down : down + 2] = ROAD
    for _ in range(60):
        h, w = int(random.integers(3, 5)), int(random.integers(4, 7))
        y, x = int(random.integers(2, height - h - 3)), int(random.integers(2, width - w - 2))
        plot = np.s_[y - 1 : y + h + 2, x - 1 : x + w + 1]
        if (ground[plot] == ROAD).any() or (above[plot] != -1).any():
            continue
        above[y : y + h - 1, x : x + w] = ROOF
        above[y, x : x + w] = RIDGE
        above[y + h - 1, x : x + w] = WALL
        above[y + h - 1, x + 1 : x + w : 2] = WINDOW
        door = x + w // 2
        above[y + h - 1, door] = DOOR
        step = 1 if y + h < across else -1
        ground[y + h, door] = ROAD
        for row in range(y + h, across, step) if step == 1 else ():
            if above[row, door] != -1:
                break
            ground[row, door] = ROAD
    _pond(random, ground, above)
    free = (ground <= FLOWERS) & (above == -1)
    above[free & (random.random(free.shape) < 0.07)] = TREE
    above[0] = above[-1] = above[:, 0] = above[:, -1] = FENCE
    ground[0] = ground[-1] = ground[:, 0] = ground[:, -1] = GRASS
    things = [("start", down, height - 2), ("exit", down, 1)]
    for _ in range(3):
        things.append(("person", int(random.integers(2, width - 2)), across))
    return ground, above, list(dict.fromkeys(things))


def _pond(random: Random, ground: Grid, above: Grid) -> None:
    height, width = ground.shape
    for _ in range(20):
        y, x = int(random.integers(4, height - 4)), int(random.integers(4, width - 4))
        plot = np.s_[y - 3 : y + 4, x - 3 : x + 4]
        if (ground[plot] == ROAD).any() or (above[plot] != -1).any():
            continue
        rows, columns = np.mgrid[-3:4, -3:4]
        far = rows**2 + columns**2 + random.integers(-2, 3, (7, 7))
        ground[plot] = np.where(far < 6, WATER, np.where(far < 10, SHORE, ground[plot]))
        return


def town_tiles() -> NDArray[np.uint8]:
    """Return the tileset's picture, 4 by 3 tiles."""
    sheet = np.zeros((3 * TILE, 4 * TILE, 4), np.uint8)
    random = np.random.default_rng(1)
    for tile, colour in enumerate(TOWN_COLOURS):
        art = _plain(colour, random, 0 if tile in (WALL, WINDOW, DOOR) else 10)
        if tile == FLOWERS:
            for y, x in random.integers(2, 13, (5, 2)):
                art[y : y + 2, x : x + 2, :3] = (240, 220, 90)
        if tile in (WALL, WINDOW, DOOR):
            art[::4, :, :3] = (150, 130, 112)
        if tile == WINDOW:
            art[4:11, 4:12, :3] = (90, 150, 190)
        if tile == DOOR:
            art[3:, 4:12, :3] = (98, 62, 34)
        if tile in (ROOF, RIDGE):
            art[3::5, :, :3] = (120, 46, 40)
        if tile in (TREE, FENCE):
            art[:, :, 3] = 0
        if tile == TREE:
            rows, columns = np.mgrid[:TILE, :TILE]
            crown = (rows - 6) ** 2 + (columns - 8) ** 2 < 40
            art[crown] = (38, 92, 50, 255)
            art[12:, 7:9] = (90, 60, 30, 255)
        if tile == FENCE:
            art[5:8] = art[10:13] = art[3:, 3:5] = art[3:, 11:13] = (140, 100, 60, 255)
        _put(sheet, tile, 4, art)
    return sheet


def write_town(folder: Path, count: int, seed: int = 0, size: Size = (32, 32)) -> None:
    """Write TMX maps beside their tileset."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "town.png").write_bytes(png.encode(town_tiles()))
    told = "".join(
        f'<tile id="{tile}"><properties><property name="collides" type="bool" '
        f'value="{str(tile in SOLID).lower()}"/></properties></tile>'
        for tile in range(12)
    )
    (folder / "town.tsx").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tileset version="1.8" name="town" tilewidth="{TILE}" '
        f'tileheight="{TILE}" tilecount="12" columns="4"><image source="town.png" width="64" height="48"/>'
        f"{told}</tileset>\n"
    )
    for i in range(count):
        ground, above, things = town(np.random.default_rng([seed, i]), *size)
        height, width = ground.shape
        layers = "".join(
            f'<layer id="{n}" name="{name}" width="{width}" height="{height}"><data encoding="csv">\n'
            + ",\n".join(",".join(str(tile + 1) for tile in row) for row in grid.tolist())
            + "\n</data></layer>\n"
            for n, (name, grid) in enumerate((("Ground", ground), ("Buildings", above)), 1)
        )
        objects = "".join(
            f'<object id="{n}" name="{name}" type="{name}" x="{x * TILE + 8}" y="{y * TILE + 8}">'
            "<point/></object>"
            for n, (name, x, y) in enumerate(things, 1)
        )
        (folder / f"town{i:02}.tmx").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<map version="1.8" orientation="orthogonal" '
            f'renderorder="right-down" width="{width}" height="{height}" tilewidth="{TILE}" '
            f'tileheight="{TILE}" infinite="0"><tileset firstgid="1" source="town.tsx"/>\n{layers}'
            f'<objectgroup id="3" name="Things">{objects}</objectgroup></map>\n'
        )


# --- Caves -----------------------------------------------------------------------------------------------

CAVE_LEGEND = """\
# What the characters of the caves mean.
[tiles]
"#" = "wall"
"." = "floor"
"~" = "water"
"@" = "start"
">" = "exit"
"g" = "enemy"
"*" = "pickup"
"""


def cave(random: Random, height: int = 32, width: int = 32) -> list[str]:
    """Return the rows of a cave with a lake, a start, an exit, goblins and gems."""
    rock = random.random((height, width)) < 0.44
    for _ in range(4):
        rock[0] = rock[-1] = rock[:, 0] = rock[:, -1] = True
        padded = np.pad(rock, 1, constant_values=True).astype(int)
        near = sum(padded[y : y + height, x : x + width] for y in range(3) for x in range(3))
        rock = np.asarray(near >= 5)
    rock[0] = rock[-1] = rock[:, 0] = rock[:, -1] = True
    region = _largest(~rock)
    rows = np.where(region, ".", "#")
    places = np.argwhere(region)
    y, x = places[random.integers(len(places))]
    far = (np.indices(region.shape)[0] - y) ** 2 + (np.indices(region.shape)[1] - x) ** 2
    lake = region & (far < random.integers(4, 12))
    if (_largest(region & ~lake) == (region & ~lake)).all():
        rows[lake] = "~"
    dry = np.argwhere(rows == ".")
    order = dry[random.permutation(len(dry))]
    away = np.abs(order - order[0]).sum(axis=1)
    rows[tuple(order[0])], rows[tuple(order[away.argmax()])] = "@", ">"
    for char, number in (("g", 5), ("*", 4)):
        free = np.argwhere(rows == ".")
        for place in free[random.choice(len(free), number, replace=False)]:
            rows[tuple(place)] = char
    return ["".join(row) for row in rows]


def _largest(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    from scipy.ndimage import label

    numbers, _ = label(cells)
    sizes = np.bincount(numbers.ravel())
    sizes[0] = 0
    return np.asarray(numbers == sizes.argmax())


def write_caves(folder: Path, count: int, seed: int = 0, size: Size = (32, 32)) -> None:
    """Write text maps, and their legend beside the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "caves.toml").write_text(CAVE_LEGEND)
    for i in range(count):
        rows = cave(np.random.default_rng([seed, i]), *size)
        (folder / f"cave{i:02}.txt").write_text("\n".join(rows) + "\n")


# --- Ruins -----------------------------------------------------------------------------------------------

SKY, CLOUD, STONE, EDGE, MIDDLE, VINE, COLUMN, CAPITAL, FOOT, MOSS, URN, TORCH = range(12)
RUIN_COLOURS = (
    "27304f",
    "39456b",
    "5a5566",
    "8a8296",
    "8a8296",
    "3e7a45",
    "a59c8c",
    "c2b9a6",
    "8d8474",
    "5d8a52",
    "b5763a",
    "e8b04a",
)


def ruin(random: Random, height: int = 16, width: int = 40) -> tuple[Grid, Grid, Grid]:
    """Return sky, stone and decoration as Tiled's numbers (0: none): ledges on columns over a floor."""
    sky = np.full((height, width), SKY + 1)
    stone = np.zeros((height, width), np.int64)
    extra = np.zeros((height, width), np.int64)
    for _ in range(width // 8):
        y, x = int(random.integers(0, 4)), int(random.integers(0, width - 3))
        sky[y, x : x + int(random.integers(2, 4))] = CLOUD + 1
    floor = height - int(random.integers(2, 4))
    stone[floor:] = STONE + 1
    stone[floor, random.random(width) < 0.35] = MOSS + 1
    x = int(random.integers(1, 4))
    while x < width - 6:
        length, top = int(random.integers(4, 8)), int(random.integers(4, floor - 3))
        length = min(length, width - 1 - x)
        stone[top, x : x + length] = MIDDLE + 1
        stone[top, x], stone[top, x + length - 1] = EDGE + 1, (EDGE + 1) | ACROSS
        post = x + length // 2
        extra[top + 1, post], extra[floor - 1, post] = CAPITAL + 1, FOOT + 1
        extra[top + 2 : floor - 1, post] = COLUMN + 1
        for column in range(x, x + length):
            if column != post and random.random() < 0.3:
                extra[top + 1 : top + 1 + int(random.integers(1, 4)), column] = VINE + 1
        place = int(random.integers(x, x + length))
        extra[top - 1, place] = int(random.choice((URN, TORCH))) + 1
        x += length + int(random.integers(1, 4))
    extra[stone > 0] = 0
    return sky, stone, extra


def ruin_tiles() -> NDArray[np.uint8]:
    """Return the tileset's picture, 4 by 3 tiles."""
    sheet = np.zeros((3 * TILE, 4 * TILE, 4), np.uint8)
    random = np.random.default_rng(2)
    rows, columns = np.mgrid[:TILE, :TILE]
    for tile, colour in enumerate(RUIN_COLOURS):
        art = _plain(colour, random, 6)
        if tile in (STONE, MOSS):
            art[::8, :, :3] = art[4:8, 8, :3] = (70, 66, 80)
        if tile == MOSS:
            art[6:, :, :3] = (90, 85, 102)
        if tile == EDGE:
            art[columns < np.minimum(rows, 6) // 2] = 0
        shapes = {
            VINE: np.abs(columns - 8 + 2 * np.sin(rows / 2)) > 2,
            COLUMN: np.abs(columns - 7.5) > 4,
            CAPITAL: np.abs(columns - 7.5) > 8 - rows / 4,
            FOOT: np.abs(columns - 7.5) > 4 + rows / 4,
            URN: (columns - 7.5) ** 2 + (rows - 11) ** 2 > 20,
            TORCH: (np.abs(columns - 7.5) > 1.5) | (rows < 4),
        }
        if tile in shapes:
            art[shapes[tile]] = 0
        _put(sheet, tile, 4, art)
    return sheet


def write_ruins(folder: Path, count: int, seed: int = 0, size: Size = (16, 40)) -> None:
    """Write Tiled JSON maps with the tileset inside, and its picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ruins.png").write_bytes(png.encode(ruin_tiles()))
    tileset = {
        "firstgid": 1,
        "name": "ruins",
        "image": "ruins.png",
        "imagewidth": 4 * TILE,
        "imageheight": 3 * TILE,
        "tilewidth": TILE,
        "tileheight": TILE,
        "tilecount": 12,
        "columns": 4,
        "margin": 0,
        "spacing": 0,
    }
    for i in range(count):
        grids = ruin(np.random.default_rng([seed, i]), *size)
        height, width = grids[0].shape
        shape = {"width": width, "height": height, "x": 0, "y": 0, "opacity": 1, "visible": True}
        layers = [
            {"id": n, "name": name, "type": "tilelayer", "data": grid.ravel().tolist(), **shape}
            for n, (name, grid) in enumerate(zip(("Sky", "Stone", "Extra"), grids, strict=True), 1)
        ]
        whole = {
            "type": "map",
            "version": "1.8",
            "orientation": "orthogonal",
            "renderorder": "right-down",
            "infinite": False,
            "width": width,
            "height": height,
            "tilewidth": TILE,
            "tileheight": TILE,
            "nextlayerid": 4,
            "nextobjectid": 1,
            "layers": layers,
            "tilesets": [tileset],
        }
        (folder / f"ruin{i:02}.tmj").write_text(json.dumps(whole) + "\n")


# --- All -------------------------------------------------------------------------------------------------


def _plain(colour: str, random: Random, grain: int) -> NDArray[np.uint8]:
    """Return a tile (16, 16, 4) of one colour with a little noise."""
    art = np.empty((TILE, TILE, 4), np.uint8)
    noise = random.integers(-grain, grain + 1, (TILE, TILE, 1))
    art[:, :, :3] = np.clip(np.array(list(bytes.fromhex(colour))) + noise, 0, 255)
    art[:, :, 3] = 255
    return art


def _put(sheet: NDArray[np.uint8], tile: int, columns: int, art: NDArray[np.uint8]) -> None:
    row, column = divmod(tile, columns)
    sheet[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE] = art


SETS: dict[str, Callable[[Path, int], None]] = {
    "town": write_town,
    "caves": write_caves,
    "ruins": write_ruins,
}


def main() -> None:
    """Write ten maps of each set into the folder that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: own_maps.py FOLDER")
    for name, write in SETS.items():
        write(Path(sys.argv[1]) / name, 10)
        print(f"wrote {Path(sys.argv[1]) / name}")


if __name__ == "__main__":
    main()
