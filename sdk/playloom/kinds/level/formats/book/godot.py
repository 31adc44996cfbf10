"""Godot scenes in the developer's own tiles: a TileSet of their pictures inside the scene, layer by layer."""

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.book.tiled import BookSheets
from playloom.kinds.level.formats.notation import godot_bytes, godot_text
from playloom.kinds.level.movement import Free
from playloom.kinds.level.tiles import FLIP_ACROSS, FLIP_DIAGONAL, FLIP_DOWN, Entry, TileBook
from playloom.kinds.level.vocabulary import Passability, Vocabulary

# Flags of an alternative tile, TileSetAtlasSource.TRANSFORM_*.
_FLIP_H, _FLIP_V, _TRANSPOSE = 1 << 12, 1 << 13, 1 << 14
_EMPTY = (-1, -1, -1, 0)
_FORBIDDEN = str.maketrans('.:@/"%', "______")  # in names of nodes


def book_resources(level: Level, book: TileBook) -> list[str]:
    """Return the sub-resources: the pictures and, under the id "tileset", a TileSet of all tiles in use.

    Raises:
        RequestInvalid: If the level uses a tile of which there is no picture.
    """
    used = np.unique(level.cells).tolist()
    entries = {entry for tile in used for entry in book.stacks[tile]}
    entries |= {Entry(0, t.sheet, t.tile, t.flip) for tile in used for t in book.things[tile] if t.sheet >= 0}
    walls = set() if isinstance(level.movement, Free) else _walls(book, level.vocabulary)
    resources: list[str] = []
    tileset = ['[sub_resource type="TileSet" id="tileset"]']
    tileset += [
        f"tile_size = Vector2i({book.tile_width}, {book.tile_height})",
        "physics_layer_0/collision_layer = 1",
    ]
    for number in sorted({entry.sheet for entry in entries}):
        tiles = sorted({entry.tile for entry in entries if entry.sheet == number})
        resources += _atlas(book, number, tiles, walls)
        tileset.append(f'sources/{number} = SubResource("atlas{number}")')
    return [*resources, "\n".join(tileset)]


def _walls(book: TileBook, vocabulary: Vocabulary) -> set[tuple[int, int]]:
    """Return the pictures (sheet, tile) that stop a body: topmost where none can go, unused where one can."""
    blocking, open_ones = set(), set()
    for stack, tile in zip(book.stacks, vocabulary.tiles, strict=True):
        if tile.passability in (Passability.SOLID, Passability.LIQUID):
            blocking |= {(entry.sheet, entry.tile) for entry in stack[-1:]}
        else:
            open_ones |= {(entry.sheet, entry.tile) for entry in stack}
    return blocking - open_ones


def _atlas(book: TileBook, number: int, tiles: list[int], walls: set[tuple[int, int]]) -> list[str]:
    sheet, pixels = book.sheets[number], book.pixels[number]
    if pixels is None:
        raise RequestInvalid(
            f"tileset {sheet.name!r} has no picture in the package, so no scene can show it; write a .tmx or "
            "train again with the picture beside the maps"
        )
    wide, high = book.tile_width, book.tile_height
    # Tiled lays a tile at the bottom left of its cell, Godot at the centre.
    origin = (wide - sheet.tile_width) // 2, (sheet.tile_height - high) // 2
    corners = (
        f"{-wide / 2}, {-high / 2}, {wide / 2}, {-high / 2}, {wide / 2}, {high / 2}, {-wide / 2}, {high / 2}"
    )
    atlas = [
        f'[sub_resource type="TileSetAtlasSource" id="atlas{number}"]',
        f'texture = SubResource("texture{number}")',
        f"margins = Vector2i({sheet.margin}, {sheet.margin})",
        f"separation = Vector2i({sheet.spacing}, {sheet.spacing})",
        f"texture_region_size = Vector2i({sheet.tile_width}, {sheet.tile_height})",
    ]
    for tile in tiles:
        at = f"{tile % sheet.columns}:{tile // sheet.columns}/0"
        atlas.append(f"{at} = 0")
        if any(origin):
            atlas.append(f"{at}/texture_origin = Vector2i({origin[0]}, {origin[1]})")
        if (number, tile) in walls:
            atlas.append(f"{at}/physics_layer_0/polygon_0/points = PackedVector2Array({corners})")
    return [
        f'[sub_resource type="Image" id="image{number}"]\ndata = {{\n'
        f'"data": {godot_bytes(pixels.tobytes())},\n"format": "RGBA8",\n"height": {pixels.shape[0]},\n'
        f'"mipmaps": false,\n"width": {pixels.shape[1]}\n}}',
        f'[sub_resource type="ImageTexture" id="texture{number}"]\nimage = SubResource("image{number}")',
        "\n".join(atlas),
    ]


def book_layers(level: Level, book: TileBook) -> list[tuple[str, NDArray[np.int64]]]:
    """Return the tile layers by name, bottom first: (H, W, 4) source, column, row and alternative.

    Objects that have a picture are the last layers.
    """
    layers: list[tuple[str, NDArray[np.int64]]] = []
    for place, style in enumerate(book.layers):
        shown = [{e.layer: e for e in stack}.get(place) for stack in book.stacks]
        table = [_place(book, entry) if entry else _EMPTY for entry in shown]
        layers.append((style.name, np.array(table, np.int64)[level.cells]))
    for depth in range(max(map(len, book.things), default=0)):
        things = [each[depth] if len(each) > depth else None for each in book.things]
        if any(thing is not None and thing.sheet >= 0 for thing in things):
            table = [
                _EMPTY if t is None or t.sheet < 0 else _place(book, Entry(0, t.sheet, t.tile, t.flip))
                for t in things
            ]
            layers.append(
                (f"Objects {depth + 1}" if depth else "Objects", np.array(table, np.int64)[level.cells])
            )
    named: dict[str, NDArray[np.int64]] = {}
    for number, (name, places) in enumerate(layers):
        node = _node_name(name, number)
        named[node if node not in named else f"{node} {number + 1}"] = places
    return list(named.items())


def book_markers(level: Level, book: TileBook) -> list[str]:
    """Return a marker at each object, named after it, with its class as the metadata ``kind``."""
    nodes: list[str] = []
    for placed in BookSheets(book, "").objects(level).values():
        for one in placed:
            thing = one.thing
            name = f"{_node_name(thing.name or thing.kind or 'Object', 0)}{len(nodes) + 1}"
            middle = one.y - thing.height / 2 if one.gid else one.y + thing.height / 2
            position = f"position = Vector2({one.x + thing.width / 2}, {middle})"
            lines = [f'[node name={godot_text(name)} type="Marker2D" parent="."]', position]
            lines += [f"metadata/kind = {godot_text(thing.kind)}"] if thing.kind else []
            nodes.append("\n".join(lines))
    return nodes


def _place(book: TileBook, entry: Entry) -> tuple[int, int, int, int]:
    columns = book.sheets[entry.sheet].columns
    turned = _FLIP_H * bool(entry.flip & FLIP_ACROSS) | _FLIP_V * bool(entry.flip & FLIP_DOWN)
    turned |= _TRANSPOSE * bool(entry.flip & FLIP_DIAGONAL)
    return entry.sheet, entry.tile % columns, entry.tile // columns, turned


def _node_name(name: str, number: int) -> str:
    return "".join(char for char in name.translate(_FORBIDDEN) if char.isprintable()) or f"Layer{number + 1}"
