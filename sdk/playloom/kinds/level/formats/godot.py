"""Godot 4.4+ scenes: a level as two TileMapLayers that load with no import step.

By default the tile image travels inside the scene as raw pixels. With
``tileset`` and ``mapping`` the scene uses the game's own TileSet instead.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of, is_wall, tile_sheet, wall_tops
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.evidence import evidence_line
from playloom.kinds.level.formats.grounds import SIDE
from playloom.kinds.level.formats.preview import cells_walked
from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

Place = tuple[int, int, int]  # of a tile in a TileSet: source id, atlas column, atlas row

_EMPTY = (-1, -1, -1)  # leaves the cell without a tile
_STRING = 4  # Godot's Variant.Type of custom data
_INT = 2
_LAYERS = (("name", _STRING), ("role", _STRING), ("passability", _STRING), ("tier", _INT))


class TileSetMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a game's own TileSet holds each tile of a vocabulary."""

    tileset: str  # "res://..." or "uid://..."
    tiles: dict[str, Place]
    tile_size: tuple[int, int] = (SIDE, SIDE)  # pixels


def read_mapping(path: Path) -> TileSetMapping:
    """Read a mapping from TOML: ``tileset``, ``tile_size`` and one ``[tiles]`` entry a tile.

    Raises:
        FileInvalid: If the file is missing, not TOML, or holds anything else.
    """
    try:
        mapping = msgspec.toml.decode(read_file(path), type=TileSetMapping, strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(
            f'{path}: {error}; expected tileset = "res://...", tile_size = [16, 16] and, under [tiles], '
            "name = [source, column, row]"
        ) from error
    try:
        _check_mapping(mapping)
    except RequestInvalid as error:
        raise FileInvalid(f"{path}: {error}") from error
    return mapping


def encode(
    level: Level,
    stem: str,
    *,
    tileset: str | None = None,
    mapping: Mapping[str, Place] | None = None,
    tile_size: tuple[int, int] = (SIDE, SIDE),
) -> dict[str, bytes]:
    """Return one scene file.

    The root, a Node2D named after ``stem``, holds the layers "Ground" and "Objects", the markers
    "Start" and "Exit", the hidden line "Solution" and, as the metadata ``playloom_evidence``, the
    evidence as JSON.

    Args:
        level: Any level of any vocabulary.
        stem: File name without suffix.
        tileset: The game's TileSet, "res://..." or "uid://..."; None: one inside the scene.
        mapping: With ``tileset``: tile name to its place there. Void may be absent; it stays empty then.
        tile_size: With ``tileset``: its tiles' width and height in pixels.

    Raises:
        RequestInvalid: If only one of ``tileset`` and ``mapping`` is given, one is malformed, or a tile
            that the level uses has no place.
    """
    if (tileset is None) != (mapping is None):
        raise RequestInvalid("tileset and mapping belong together; give both or neither")
    if tileset is None or mapping is None:
        tile_size = (SIDE, SIDE)
        resources = _own_tileset(level.vocabulary, level.theme)
        reference = 'SubResource("tileset")'
        ground, objects = _own_places(level)
    else:
        _check_mapping(TileSetMapping(tileset, dict(mapping), tile_size))
        resources = [f'[ext_resource type="TileSet" path={_quoted(tileset)} id="tileset"]']
        reference = 'ExtResource("tileset")'
        ground, objects = _mapped_places(level, mapping)
    nodes = [_root(level, stem)]
    for name, places in (("Ground", ground), ("Objects", objects)):
        nodes.append(
            f'[node name="{name}" type="TileMapLayer" parent="."]\n'
            f"tile_map_data = {_packed(_tile_map_data(places))}\ntile_set = {reference}"
        )
    nodes += _markers(level, tile_size) + _solution(level, tile_size)
    text = "\n\n".join(["[gd_scene format=4]", *resources, *nodes]) + "\n"
    return {f"{stem}.tscn": text.encode()}


def _check_mapping(mapping: TileSetMapping) -> None:
    if not re.fullmatch(r"(res|uid)://[^\x00-\x1f\"\\]+", mapping.tileset):
        raise RequestInvalid(
            f"tileset is {mapping.tileset!r}; give its path in the Godot project: res://... or uid://..."
        )
    if not all(1 <= side <= 4096 for side in mapping.tile_size):
        raise RequestInvalid(f"tile_size is {mapping.tile_size}; choose 1 to 4096 pixels each")
    for name, place in mapping.tiles.items():
        if len(place) != 3 or not all(0 <= number <= 32767 for number in place):
            raise RequestInvalid(
                f"mapping of {name!r} is {place}; give (source, column, row), each 0 to 32767"
            )


def _own_tileset(vocabulary: Vocabulary, theme: str) -> list[str]:
    """Return the sub-resources; the atlas holds the tiles in row 0 and walls seen from above in row 1."""
    tops = np.concatenate(list(wall_tops(vocabulary, theme)), axis=1)
    sheet = np.concatenate([tile_sheet(vocabulary, theme=theme), tops])
    faces = is_wall(vocabulary)
    atlas = ['[sub_resource type="TileSetAtlasSource" id="atlas"]', 'texture = SubResource("texture")']
    for number, tile in enumerate(vocabulary.tiles):
        blocked = tile.passability in (Passability.SOLID, Passability.LIQUID)
        values = (_quoted(tile.name), _quoted(tile.role), _quoted(tile.passability), str(tile.tier))
        for row in (0, 1) if faces[number] else (0,):
            at = f"{number}:{row}/0"
            atlas.append(f"{at} = 0")
            if blocked:
                atlas.append(
                    f"{at}/physics_layer_0/polygon_0/points = PackedVector2Array(-8, -8, 8, -8, 8, 8, -8, 8)"
                )
            atlas += [f"{at}/custom_data_{layer} = {value}" for layer, value in enumerate(values)]
    tileset = ['[sub_resource type="TileSet" id="tileset"]', "physics_layer_0/collision_layer = 1"]
    for layer, (name, kind) in enumerate(_LAYERS):
        tileset += [f'custom_data_layer_{layer}/name = "{name}"', f"custom_data_layer_{layer}/type = {kind}"]
    tileset.append('sources/0 = SubResource("atlas")')
    return [
        '[sub_resource type="Image" id="image"]\ndata = {\n'
        f'"data": {_packed(sheet.tobytes())},\n"format": "RGBA8",\n"height": {sheet.shape[0]},\n'
        f'"mipmaps": false,\n"width": {sheet.shape[1]}\n}}',
        '[sub_resource type="ImageTexture" id="texture"]\nimage = SubResource("image")',
        "\n".join(atlas),
        "\n".join(tileset),
    ]


def _own_places(level: Level) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (H, W, 3) places of the ground and of the objects in the scene's own TileSet."""
    vocabulary, cells = level.vocabulary, level.cells
    ids = ground_of(cells, vocabulary).astype(np.int64)
    faced = is_wall(vocabulary)[cells]
    row = np.zeros_like(ids)
    row[:-1] = faced[:-1] & faced[1:]
    row[-1] = faced[-1]
    ground = np.stack([np.zeros_like(ids), ids, row], -1)
    objects = np.stack([np.zeros_like(ids), cells.astype(np.int64), np.zeros_like(ids)], -1)
    objects[~vocabulary.objects[cells]] = _EMPTY
    return ground, objects


def _mapped_places(level: Level, mapping: Mapping[str, Place]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (H, W, 3) places of the ground and of the objects in the game's TileSet."""
    vocabulary, cells = level.vocabulary, level.cells
    ground = ground_of(cells, vocabulary)
    used = {int(i) for i in np.unique(np.stack([cells, ground]))} - set(vocabulary.ids(Role.VOID))
    missing = sorted(vocabulary.tiles[i].name for i in used if vocabulary.tiles[i].name not in mapping)
    if missing:
        raise RequestInvalid(
            f"the level uses {', '.join(missing)}, which the mapping lacks; "
            "add (source, column, row) for each of them"
        )
    table = np.array([mapping.get(tile.name, _EMPTY) for tile in vocabulary.tiles], np.int64)
    objects = table[cells]
    objects[~vocabulary.objects[cells]] = _EMPTY
    return table[ground], objects


def _tile_map_data(places: NDArray[np.int64]) -> bytes:
    """Return Godot's form: a u16 0, then six little-endian 16-bit numbers for each cell that has a tile."""
    y, x = np.nonzero(places[..., 0] >= 0)
    fields = np.column_stack([x, y, places[y, x], np.zeros_like(x)])  # the last: the alternative
    return b"\0\0" + fields.astype("<i2").tobytes()


def _root(level: Level, stem: str) -> str:
    name = re.sub(r'[.:@/"%\x00-\x1f]', "_", stem) or "Level"  # what Godot forbids in node names
    lines = [f'[node name={_quoted(name)} type="Node2D"]', "texture_filter = 1"]
    evidence = evidence_line(level)
    if evidence:
        lines.append(f"metadata/playloom_evidence = {_quoted(evidence)}")
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
    points = ", ".join(_centre(y, x, tile_size) for y, x in cells_walked(level, True))
    return [
        '[node name="Solution" type="Line2D" parent="."]\nvisible = false\n'
        f"points = PackedVector2Array({points})\nwidth = 3.0\n"
        "default_color = Color(1, 0.25, 0.5, 0.8)\njoint_mode = 2\nbegin_cap_mode = 2\nend_cap_mode = 2"
    ]


def _centre(y: int, x: int, tile_size: tuple[int, int]) -> str:
    wide, high = tile_size
    return f"{x * wide + wide / 2}, {y * high + high / 2}"


def _packed(data: bytes) -> str:
    return f'PackedByteArray("{base64.b64encode(data).decode()}")'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
