"""Godot 4.4+ scenes: a level as two TileMapLayers that load with no import step.

By default the tile image travels inside the scene as raw pixels; for a level of
the developer's own tiles those are theirs. With ``tileset`` and ``mapping`` the scene uses the game's own
TileSet instead.
"""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of, has_second, second_pictures, shows_second, tile_sheet
from playloom.kinds.level.formats.book.godot import book_layers, book_markers, book_resources
from playloom.kinds.level.formats.evidence import evidence_line
from playloom.kinds.level.formats.grounds import SIDE
from playloom.kinds.level.formats.mapping import Place, TileSetMapping, check_mapping, check_names, lacking
from playloom.kinds.level.formats.notation import godot_bytes, godot_text
from playloom.kinds.level.formats.terrain.dress import Terrains
from playloom.kinds.level.formats.terrain.godot_terrain import scene_layers
from playloom.kinds.level.trail import trail
from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

_EMPTY = (-1, -1, -1)  # leaves the cell without a tile
_STRING = 4  # Godot's Variant.Type of custom data
_INT = 2
_LAYERS = (("name", _STRING), ("role", _STRING), ("passability", _STRING), ("tier", _INT))


def encode(
    level: Level,
    stem: str,
    *,
    tileset: str | None = None,
    mapping: Mapping[str, Place] | None = None,
    tile_size: tuple[int, int] = (SIDE, SIDE),
    terrains: Terrains | None = None,
) -> dict[str, bytes]:
    """Return one scene file.

    The root, a Node2D named after ``stem``, holds the layers "Ground" and "Objects" (with
    ``terrains`` between them "Terrain"), the markers
    "Start" and "Exit", the hidden line "Solution" and, as the metadata ``playloom_evidence``, the
    evidence as JSON.

    Args:
        level: Any level of any vocabulary.
        stem: File name without suffix.
        tileset: The game's TileSet, "res://..." or "uid://..."; None: one inside the scene.
        mapping: With ``tileset``: tile name to its place there. Void may be absent; it stays empty then.
        tile_size: With ``tileset``: its tiles' width and height in pixels.
        terrains: With ``tileset``: the tiles that are drawn with a terrain set of it.

    Raises:
        RequestInvalid: If only one of ``tileset`` and ``mapping`` is given, one is malformed, or a tile
            that the level uses has no place.
    """
    if (tileset is None) != (mapping is None):
        raise RequestInvalid("tileset and mapping belong together; give both or neither")
    reference, markers = 'SubResource("tileset")', []
    if tileset is None and level.tiles is not None:
        tile_size = (level.tiles.tile_width, level.tiles.tile_height)
        resources, layers = book_resources(level, level.tiles), book_layers(level, level.tiles)
        markers = book_markers(level, level.tiles)
    elif tileset is None or mapping is None:
        tile_size = (SIDE, SIDE)
        resources = _own_tileset(level.vocabulary, level.theme)
        layers = _own_places(level)
    else:
        check_mapping(TileSetMapping(tileset, dict(mapping), tile_size))
        resources = [f'[ext_resource type="TileSet" path={godot_text(tileset)} id="tileset"]']
        reference = 'ExtResource("tileset")'
        layers = scene_layers(level, mapping, terrains) if terrains else _mapped_places(level, mapping)
    nodes = [_root(level, stem)]
    for name, places in layers:
        moved = terrains.offset(tile_size) if terrains and name == "Terrain" else (0.0, 0.0)
        nodes.append(
            f'[node name={godot_text(name)} type="TileMapLayer" parent="."]\n'
            + (f"position = Vector2({moved[0]}, {moved[1]})\n" if any(moved) else "")
            + f"tile_map_data = {godot_bytes(_tile_map_data(places))}\ntile_set = {reference}"
        )
    nodes += _markers(level, tile_size) + markers + _solution(level, tile_size)
    text = "\n\n".join(["[gd_scene format=4]", *resources, *nodes]) + "\n"
    return {f"{stem}.tscn": text.encode()}


def _own_tileset(vocabulary: Vocabulary, theme: str) -> list[str]:
    """Return the sub-resources, with the picture inside."""
    sheet = own_picture(vocabulary, theme)
    atlas, tileset = own_tiles(vocabulary, theme)
    return [
        '[sub_resource type="Image" id="image"]\ndata = {\n'
        f'"data": {godot_bytes(sheet.tobytes())},\n"format": "RGBA8",\n"height": {sheet.shape[0]},\n'
        f'"mipmaps": false,\n"width": {sheet.shape[1]}\n}}',
        '[sub_resource type="ImageTexture" id="texture"]\nimage = SubResource("image")',
        "\n".join(
            [
                '[sub_resource type="TileSetAtlasSource" id="atlas"]',
                'texture = SubResource("texture")',
                *atlas,
            ]
        ),
        "\n".join(['[sub_resource type="TileSet" id="tileset"]', *tileset]),
    ]


def own_picture(vocabulary: Vocabulary, theme: str) -> NDArray[np.uint8]:
    """Return the atlas of our own tiles, RGBA: the tiles in row 0, their second pictures in row 1."""
    second = np.concatenate(list(second_pictures(vocabulary, theme)), axis=1)
    return np.concatenate([tile_sheet(vocabulary, theme=theme), second])


def own_tiles(
    vocabulary: Vocabulary, theme: str, *, called: str = "", second: str = ""
) -> tuple[list[str], list[str]]:
    """Return the properties of the atlas source (without its texture) and of the tile set over `own_picture`.

    Args:
        vocabulary: Of the tiles.
        theme: As for `tile_sheet`.
        called: Name of a further layer of custom data that holds each tile's name; empty: none.
        second: What is added to that name for second pictures.
    """
    layers = [*_LAYERS, (called, _STRING)] if called else list(_LAYERS)
    twice = has_second(vocabulary, theme)
    atlas = []
    for number, tile in enumerate(vocabulary.tiles):
        blocked = tile.passability in (Passability.SOLID, Passability.LIQUID)
        one_way = tile.passability is Passability.ONE_WAY
        values = (godot_text(tile.name), godot_text(tile.role), godot_text(tile.passability), str(tile.tier))
        for row in (0, 1) if twice[number] else (0,):
            at = f"{number}:{row}/0"
            atlas.append(f"{at} = 0")
            if blocked or one_way:
                corners = "-8, -8, 8, -8, 8, -4, -8, -4" if one_way else "-8, -8, 8, -8, 8, 8, -8, 8"
                atlas.append(f"{at}/physics_layer_0/polygon_0/points = PackedVector2Array({corners})")
            if one_way:
                atlas.append(f"{at}/physics_layer_0/polygon_0/one_way = true")
            further = (godot_text(tile.name + second * row),) if called else ()
            atlas += [f"{at}/custom_data_{layer} = {value}" for layer, value in enumerate(values + further)]
    tileset = ["physics_layer_0/collision_layer = 1"]
    for layer, (name, kind) in enumerate(layers):
        tileset += [f'custom_data_layer_{layer}/name = "{name}"', f"custom_data_layer_{layer}/type = {kind}"]
    return atlas, [*tileset, 'sources/0 = SubResource("atlas")']


def _own_places(level: Level) -> list[tuple[str, NDArray[np.int64]]]:
    """Return (H, W, 3) places of the ground and of the objects in the scene's own TileSet."""
    vocabulary, cells = level.vocabulary, level.cells
    ids = ground_of(cells, vocabulary).astype(np.int64)
    row = shows_second(cells, vocabulary, level.theme).astype(np.int64)
    ground = np.stack([np.zeros_like(ids), ids, row], -1)
    objects = np.stack([np.zeros_like(ids), cells.astype(np.int64), np.zeros_like(ids)], -1)
    objects[~vocabulary.objects[cells]] = _EMPTY
    return [("Ground", ground), ("Objects", objects)]


def _mapped_places(level: Level, mapping: Mapping[str, Place]) -> list[tuple[str, NDArray[np.int64]]]:
    """Return (H, W, 3) places of the ground and of the objects in the game's TileSet."""
    vocabulary, cells = level.vocabulary, level.cells
    ground = ground_of(cells, vocabulary)
    used = {int(i) for i in np.unique(np.stack([cells, ground]))} - set(vocabulary.ids(Role.VOID))
    check_names(mapping, vocabulary)
    missing = [vocabulary.tiles[i].name for i in used if vocabulary.tiles[i].name not in mapping]
    if missing:
        raise lacking(missing, mapping, vocabulary, "add (source, column, row) for each of them")
    table = np.array([mapping.get(tile.name, _EMPTY) for tile in vocabulary.tiles], np.int64)
    objects = table[cells]
    objects[~vocabulary.objects[cells]] = _EMPTY
    return [("Ground", table[ground]), ("Objects", objects)]


def _tile_map_data(places: NDArray[np.int64]) -> bytes:
    """Return Godot's form: a u16 0, then six little-endian 16-bit numbers for each cell that has a tile.

    Places are (H, W, 3), or (H, W, 4) with the alternative, which is 0 else.
    """
    y, x = np.nonzero(places[..., 0] >= 0)
    fields = np.zeros((len(x), 6), np.int64)
    fields[:, 0], fields[:, 1], fields[:, 2 : 2 + places.shape[-1]] = x, y, places[y, x]
    return b"\0\0" + fields.astype("<i2").tobytes()


def _root(level: Level, stem: str) -> str:
    name = re.sub(r'[.:@/"%\x00-\x1f]', "_", stem) or "Level"  # what Godot forbids in node names
    lines = [f'[node name={godot_text(name)} type="Node2D"]', "texture_filter = 1"]
    evidence = evidence_line(level)
    if evidence:
        lines.append(f"metadata/playloom_evidence = {godot_text(evidence)}")
    return "\n".join(lines)


def _markers(level: Level, tile_size: tuple[int, int]) -> list[str]:
    """Return a marker at each start and exit; the second is "Start2" and so on."""
    nodes = []
    for name, role in (("Start", Role.START), ("Exit", Role.EXIT)):
        found = np.argwhere(np.isin(level.cells, level.vocabulary.ids(role))).tolist()
        for count, (y, x) in enumerate(found, 1):
            numbered = name if count == 1 else f"{name}{count}"
            nodes.append(
                f'[node name="{numbered}" type="Marker2D" parent="."]\n'
                f"position = Vector2({_centre(y, x, tile_size)})"
            )
    return nodes


def _solution(level: Level, tile_size: tuple[int, int]) -> list[str]:
    """Return the hidden line through the cells walked, if the level has a solution."""
    if level.evidence is None or not level.evidence.solution:
        return []
    points = ", ".join(_centre(y, x, tile_size) for y, x in trail(level))
    return [
        '[node name="Solution" type="Line2D" parent="."]\nvisible = false\n'
        f"points = PackedVector2Array({points})\nwidth = 3.0\n"
        "default_color = Color(1, 0.25, 0.5, 0.8)\njoint_mode = 2\nbegin_cap_mode = 2\nend_cap_mode = 2"
    ]


def _centre(y: int, x: int, tile_size: tuple[int, int]) -> str:
    wide, high = tile_size
    return f"{x * wide + wide / 2}, {y * high + high / 2}"
