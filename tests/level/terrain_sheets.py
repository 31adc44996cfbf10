"""Tilesets with terrains, drawn here (CC0): for Tiled as TSX, for Godot as .tres, from the same tiles.

A tile is (centre, eight points): terrain numbers from 1, 0 for none; points as in `terrain.sets`.
"""

from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png

SIDE = 16
COLUMNS = 8
COLOURS = [(0, 0, 0, 0), (200, 170, 120, 255), (90, 80, 110, 255), (60, 130, 200, 255), (70, 150, 70, 255)]
NAMES = ("Dirt", "Cliff", "Water", "Grass")
KINDS = ("mixed", "corner", "edge")
BITS = ("top_side", "top_right_corner", "right_side", "bottom_right_corner")
BITS += ("bottom_side", "bottom_left_corner", "left_side", "top_left_corner")

Tile = tuple[int, tuple[int, ...]]


def over(kind: str, terrain: int, below: int) -> list[Tile]:
    """Return each tile that a lone terrain can need over another one (0: over none)."""
    tiles = set()
    for around in product((True, False), repeat=8):
        points = [terrain if same else below for same in around]
        for corner in (1, 3, 5, 7):
            if not (around[corner - 1] and around[(corner + 1) % 8]) and kind == "mixed":
                points[corner] = below
        counting = {"mixed": range(8), "corner": (1, 3, 5, 7), "edge": (0, 2, 4, 6)}[kind]
        tiles.add((terrain, tuple(points[i] if i in counting else 0 for i in range(8))))
    return sorted(tiles)


def full(kind: str, terrain: int) -> Tile:
    """Return the tile that shows one terrain alone."""
    return over(kind, terrain, terrain)[0]


def complete(kind: str, others: int = 1) -> list[Tile]:
    """Return all tiles that terrains 2, 3, ... can need over terrain 1."""
    tiles = [full(kind, 1)]
    for terrain in range(2, 2 + others):
        tiles += over(kind, terrain, 1)
    return tiles


def picture(tiles: list[Tile], kind: str) -> NDArray[np.uint8]:
    """Draw the sheet: each pixel has the terrain of the nearest point, the middle that of the tile."""
    rows = -(-len(tiles) // COLUMNS)
    sheet = np.zeros((rows * SIDE, COLUMNS * SIDE, 4), np.uint8)
    for number, (centre, points) in enumerate(tiles):
        top, left = number // COLUMNS * SIDE, number % COLUMNS * SIDE
        sheet[top : top + SIDE, left : left + SIDE] = drawn(centre, points, kind)
    return sheet


def drawn(centre: int, points: tuple[int, ...], kind: str) -> NDArray[np.uint8]:
    """Draw one tile."""
    shown = np.full((SIDE, SIDE), centre)
    third, end = SIDE // 3, SIDE - SIDE // 3
    spans = [slice(0, third), slice(third, end), slice(end, SIDE)]
    if kind == "corner":
        spans = [slice(0, SIDE // 2), slice(0, 0), slice(SIDE // 2, SIDE)]
    places = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
    for (row, column), terrain in zip(places, points, strict=True):
        if kind == "mixed" or (row != 1 and column != 1) == (kind == "corner"):
            shown[spans[row], spans[column]] = terrain
    return np.array(COLOURS, np.uint8)[shown]


def tsx(
    folder: Path, tiles: list[Tile], kind: str, *, name: str = "cave", more: str = "", likely: str = ""
) -> Path:
    """Write a tileset with one terrain set, and its image; the last place of the sheet is no terrain's."""
    rows = -(-len(tiles) // COLUMNS)
    used = max(max(*points, centre) for centre, points in tiles)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<tileset version="1.8" tiledversion="1.8.2" name="{name}" tilewidth="{SIDE}" tileheight="{SIDE}" '
        f'tilecount="{rows * COLUMNS}" columns="{COLUMNS}">',
        more,
        f' <image source="{name}.png" width="{COLUMNS * SIDE}" height="{rows * SIDE}"/>',
        likely,
        f' <wangsets><wangset name="Ground" type="{kind}" tile="-1">',
        *(f'  <wangcolor name="{NAMES[i]}" color="#ff0000" tile="-1" probability="1"/>' for i in range(used)),
        *(
            f'  <wangtile tileid="{i}" wangid="{",".join(map(str, points))}"/>'
            for i, (centre, points) in enumerate(tiles)
            if centre in points  # Tiled has no centres: a lone tile would pass for what lies around it
        ),
        " </wangset></wangsets>",
        "</tileset>",
    ]
    (folder / f"{name}.png").write_bytes(png.encode(picture(tiles, kind)))
    (folder / f"{name}.tsx").write_text("\n".join(line for line in lines if line) + "\n")
    return folder / f"{name}.tsx"


def tres(folder: Path, tiles: list[Tile], kind: str, *, likely: dict[int, float] | None = None) -> Path:
    """Write a Godot TileSet with one terrain set; its texture is a placeholder."""
    rows = -(-len(tiles) // COLUMNS)
    used = max(max(*points, centre) for centre, points in tiles)
    atlas = []
    for number, (centre, points) in enumerate(tiles):
        at = f"{number % COLUMNS}:{number // COLUMNS}/0"
        atlas += [f"{at} = 0", f"{at}/terrain_set = 0"]
        atlas += [f"{at}/terrain = {centre - 1}"] if centre else []
        atlas += [f"{at}/probability = {likely[number]}"] if likely and number in likely else []
        atlas += [
            f"{at}/terrains_peering_bit/{bit} = {point - 1}"
            for bit, point in zip(BITS, points, strict=True)
            if point
        ]
    names = [
        f'terrain_set_0/terrain_{i}/name = "{NAMES[i]}"\nterrain_set_0/terrain_{i}/color = Color(1, 0, 0, 1)'
        for i in range(used)
    ]
    lines = [
        '[gd_resource type="TileSet" load_steps=3 format=3]',
        '[sub_resource type="PlaceholderTexture2D" id="picture"]\n'
        f"size = Vector2({COLUMNS * SIDE}, {rows * SIDE})",
        '[sub_resource type="TileSetAtlasSource" id="atlas"]\ntexture = SubResource("picture")',
        "\n".join(atlas),
        "[resource]",
        f"terrain_set_0/mode = {KINDS.index(kind)}",
        *names,
        'sources/0 = SubResource("atlas")',
    ]
    (folder / "cave.tres").write_text("\n\n".join(lines[:4]) + "\n\n" + "\n".join(lines[4:]) + "\n")
    return folder / "cave.tres"
