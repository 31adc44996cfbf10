"""Terrain sets of a Godot 4 TileSet, out of its text resource (.tres).

Source: Godot, scene/resources/2d/tile_set.cpp: TileSet::_set, TileSetAtlasSource::_set, TileData::_set,
TileSet::_update_terrains_cache and TerrainsPattern::operator<.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import decode_text, read_file
from playloom.kinds.level.formats.terrain.resource_text import Section, sections_of, unquoted
from playloom.kinds.level.formats.terrain.sets import (
    COUNTING,
    POINTS,
    TERRAINS_HIGH,
    TILES_HIGH,
    Kind,
    TerrainSet,
    TerrainTile,
    weight,
)

# Godot's names in Godot's order, which decides ties, with our numbers.
_SIDES = {
    "right_side": 2,
    "bottom_right_corner": 3,
    "bottom_side": 4,
    "bottom_left_corner": 5,
    "left_side": 6,
    "top_left_corner": 7,
    "top_side": 0,
    "top_right_corner": 1,
}
_MODES: tuple[Kind, ...] = ("mixed", "corner", "edge")  # by Godot's number of the mode
_SQUARE = "0"
_NUMBER_HIGH = 32767  # of a source, column, row or alternative: 16 bits in a scene

_INTEGER = re.compile(r"-?[0-9]{1,6}", re.ASCII)
_FLOAT = re.compile(r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:e[+-]?[0-9]{1,3})?", re.ASCII)
_VECTOR = re.compile(r"Vector2i\(\s*([0-9]{1,5})\s*,\s*([0-9]{1,5})\s*\)", re.ASCII)
_SOURCE = re.compile(r"sources/([0-9]{1,6})", re.ASCII)
_SUB_RESOURCE = re.compile(r"SubResource\(\s*\"([^\"]+)\"\s*\)")
_SET = re.compile(r"terrain_set_([0-9]{1,3})/(?:mode|terrain_([0-9]{1,3})/(?:name|color))", re.ASCII)
_TILE = re.compile(r"([0-9]{1,5}):([0-9]{1,5})/([0-9]{1,5})(?:/(.+))?", re.ASCII)

_Tile = tuple[int, int, int, int]  # source, column, row, alternative


@dataclass(frozen=True)
class TileSetFile:
    """What a scene needs to know of a TileSet: its size and its terrain sets."""

    path: Path
    tile_size: tuple[int, int]  # pixels
    sets: tuple[TerrainSet, ...]


def read_tile_set(path: Path) -> TileSetFile:
    """Read a TileSet saved as .tres.

    Raises:
        FileInvalid: If it is missing, damaged, out of bounds, or its tiles are no squares or rectangles.
    """
    if path.suffix.lower() != ".tres":
        raise FileInvalid(f"{path}: terrains are read from .tres files; save the TileSet as one in Godot")
    sections = sections_of(path, decode_text(path, read_file(path)))
    head = sections[0] if sections else None
    if head is None or head.tag != "gd_resource" or head.attributes.get("type") != "TileSet":
        raise FileInvalid(f"{path}: is no TileSet; give the .tres file that TileMapLayers use")
    main = next((section for section in sections if section.tag == "resource"), Section("resource", {}))
    if main.values.get("tile_shape", _SQUARE) != _SQUARE:
        raise FileInvalid(
            f"{path}: its tiles are not square (tile_shape); only Godot's tile shape Square is supported"
        )
    size = _VECTOR.fullmatch(main.values.get("tile_size", "Vector2i(16, 16)"))
    if size is None or not all(1 <= int(side) <= 4096 for side in size.groups()):
        raise FileInvalid(
            f"{path}: tile_size is {main.values['tile_size'][:40]!r}; expected 1 to 4096 pixels each"
        )
    tiles = _tiles_of(path, main, sections)
    return TileSetFile(path, (int(size[1]), int(size[2])), _sets_of(path, main, tiles))


def _tiles_of(path: Path, main: Section, sections: list[Section]) -> dict[_Tile, dict[str, str]]:
    """Return the values of every tile of every atlas."""
    atlases = {
        section.attributes.get("id", ""): section
        for section in sections
        if section.tag == "sub_resource" and section.attributes.get("type") == "TileSetAtlasSource"
    }
    tiles: dict[_Tile, dict[str, str]] = {}
    owners: dict[str, str] = {}
    for name, value in main.values.items():
        source, inside = _SOURCE.fullmatch(name), _SUB_RESOURCE.fullmatch(value)
        if source is None or inside is None or inside[1] not in atlases:
            continue
        if inside[1] in owners:
            raise FileInvalid(f"{path}: {name} and {owners[inside[1]]} are one atlas; save it again in Godot")
        owners[inside[1]] = name
        for key, entry in atlases[inside[1]].values.items():
            found = _TILE.fullmatch(key)
            if found is None:
                continue
            place = (int(source[1]), int(found[1]), int(found[2]), int(found[3]))
            if max(place) > _NUMBER_HIGH:
                raise FileInvalid(f"{path}: tile {key[:40]} of source {source[1]} is beyond {_NUMBER_HIGH}")
            tiles.setdefault(place, {})[found[4] or ""] = entry
    return tiles


def _sets_of(path: Path, main: Section, tiles: dict[_Tile, dict[str, str]]) -> tuple[TerrainSet, ...]:
    names: dict[int, dict[int, str]] = {}
    for key, value in main.values.items():
        if found := _SET.fullmatch(key):
            terrains = names.setdefault(int(found[1]), {})
            if found[2] is not None and key.endswith("/name"):
                terrains[int(found[2])] = unquoted(value)
            elif found[2] is not None:
                terrains.setdefault(int(found[2]), "")
    if max([0, *names, *(number for each in names.values() for number in each)]) >= TERRAINS_HIGH:
        raise FileInvalid(f"{path}: has over {TERRAINS_HIGH} terrains or terrain sets")
    tiled: dict[int, list[_Tile]] = {}
    for place, entry in tiles.items():
        tiled.setdefault(_integer(path, entry, "terrain_set", -1), []).append(place)
    sets = []
    for number in range(max(names, default=-1) + 1):
        mode = _integer(path, main.values, f"terrain_set_{number}/mode", 0)
        if not 0 <= mode < len(_MODES):
            raise FileInvalid(f"{path}: terrain_set_{number}/mode is {mode}; expected 0, 1 or 2")
        terrains = names.get(number, {})
        called = tuple(terrains.get(terrain, "") for terrain in range(max(terrains, default=-1) + 1))
        members = [
            _tile_of(path, place, tiles[place], _MODES[mode], len(called)) for place in tiled.get(number, [])
        ]
        if len(members) > TILES_HIGH:
            raise FileInvalid(f"{path}: terrain set {number} has over {TILES_HIGH} tiles")
        members.sort(
            key=lambda tile: (tile.centre, *(tile.points[point] for point in _SIDES.values()), tile.place)
        )
        sets.append(TerrainSet(str(number), _MODES[mode], called, tuple(members), centred=True))
    return tuple(sets)


def _tile_of(path: Path, place: _Tile, entry: dict[str, str], kind: Kind, terrains: int) -> TerrainTile:
    centre = _integer(path, entry, "terrain", -1) + 1
    points = [0] * POINTS
    for name, point in _SIDES.items():
        if point in COUNTING[kind]:
            points[point] = _integer(path, entry, f"terrains_peering_bit/{name}", -1) + 1
    if not all(0 <= terrain <= terrains for terrain in (centre, *points)):
        raise FileInvalid(
            f"{path}: tile {place} has a terrain that its terrain set has not; repair it in Godot"
        )
    probability = entry.get("probability", "1.0")
    if not _FLOAT.fullmatch(probability):
        raise FileInvalid(f"{path}: tile {place} has the probability {probability[:40]!r}; expected a number")
    return TerrainTile(place, centre, tuple(points), weight(path, float(probability)))


def _integer(path: Path, values: dict[str, str], name: str, default: int) -> int:
    text = values.get(name)
    if text is None:
        return default
    if not _INTEGER.fullmatch(text):
        raise FileInvalid(f"{path}: {name} is {text[:40]!r}; expected a whole number")
    return int(text)
