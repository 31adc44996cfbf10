"""Terrain (Wang) sets of Tiled 1.5 and newer, out of TSX and TSJ tilesets.

Source: Tiled, docs/reference/tmx-map-format.rst and json-map-format.rst; src/libtiled/wangset.cpp,
WangSet::recalculateCells for the tiles that may be turned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import decode_json, parse_xml, read_file
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
from playloom.kinds.level.formats.xml_values import real, whole

ACROSS, DOWN, DIAGONAL = 1 << 31, 1 << 30, 1 << 29  # how a tile is turned, in a tile number of a map

_ID_HIGH = 1 << 24
_RIGHT = (5, 4, 1, 0, 7, 6, 3, 2)  # (across, down, diagonal) as three bits after a quarter turn to the right


class _Colour(msgspec.Struct):
    name: str
    probability: float = 1.0


class _WangTile(msgspec.Struct):
    tileid: int
    wangid: list[int]


class _WangSet(msgspec.Struct):
    name: str = ""
    type: str = ""
    colors: list[_Colour] = []
    wangtiles: list[_WangTile] = []


class _Turns(msgspec.Struct, frozen=True):
    hflip: bool = False
    vflip: bool = False
    rotate: bool = False
    preferuntransformed: bool = False


class _Tile(msgspec.Struct):
    id: int
    probability: float = 1.0


class _Tileset(msgspec.Struct):
    tilewidth: int
    tileheight: int
    name: str = ""
    tilecount: int = 0
    tiles: list[_Tile] = []
    wangsets: list[_WangSet] = []
    transformations: _Turns = _Turns()


@dataclass(frozen=True)
class Sheet:
    """What a map needs to know of a Tiled tileset: its size and its terrain sets."""

    path: Path
    name: str
    tile_size: tuple[int, int]  # pixels
    numbers: int  # how many tile numbers of a map it takes
    sets: tuple[TerrainSet, ...]


def read_sheet(path: Path) -> Sheet:
    """Read a tileset file, TSX or TSJ.

    Raises:
        FileInvalid: If it is missing, damaged, out of bounds, or its terrains are of a Tiled before 1.5.
    """
    data = read_file(path)
    if path.suffix.lower() in (".tsx", ".xml"):
        found = _tileset_of(path, parse_xml(path, data, "tileset"))
    elif path.suffix.lower() in (".tsj", ".json"):
        found = decode_json(path, data, _Tileset)
    else:
        raise FileInvalid(f"{path}: not a .tsx or .tsj tileset; save it as one in Tiled")
    if not (1 <= found.tilewidth <= 4096 and 1 <= found.tileheight <= 4096):
        raise FileInvalid(
            f"{path}: tiles of {found.tilewidth}x{found.tileheight} pixels; 1 to 4096 are possible"
        )
    last = max([found.tilecount - 1, *(tile.id for tile in found.tiles)], default=0)
    ids = [tile.id for tile in found.tiles] + [
        tile.tileid for each in found.wangsets for tile in each.wangtiles
    ]
    if last > _ID_HIGH or any(not 0 <= number <= _ID_HIGH for number in ids):
        raise FileInvalid(f"{path}: has tiles beyond {_ID_HIGH}, or below 0; expected ids from 0")
    if last < 0:
        raise FileInvalid(f"{path}: does not say how many tiles it has; save it again in Tiled")
    likely = {tile.id: tile.probability for tile in found.tiles}
    sets = tuple(_set_of(path, each, found.transformations, likely) for each in found.wangsets)
    numbers = max([last, *(tile.tileid for each in found.wangsets for tile in each.wangtiles)]) + 1
    return Sheet(path, found.name, (found.tilewidth, found.tileheight), numbers, sets)


def _tileset_of(path: Path, root: Element) -> _Tileset:
    turns = root.find("transformations")
    flags = {} if turns is None else {name: turns.get(name) == "1" for name in _Turns.__struct_fields__}
    return _Tileset(
        name=root.get("name", ""),
        tilewidth=whole(path, root, "tilewidth"),
        tileheight=whole(path, root, "tileheight"),
        tilecount=whole(path, root, "tilecount", 0),
        tiles=[
            _Tile(
                whole(path, tile, "id"),
                real(path, tile, "probability") if "probability" in tile.attrib else 1.0,
            )
            for tile in root.iterfind("tile")
        ],
        wangsets=[_wang_set_of(path, element) for element in root.iterfind("wangsets/wangset")],
        transformations=_Turns(**flags),
    )


def _wang_set_of(path: Path, element: Element) -> _WangSet:
    colours = [
        _Colour(
            colour.get("name", ""),
            real(path, colour, "probability") if "probability" in colour.attrib else 1.0,
        )
        for colour in element.iterfind("wangcolor")
    ]
    tiles = [
        _WangTile(whole(path, tile, "tileid"), _points_of(path, tile.get("wangid", "")))
        for tile in element.iterfind("wangtile")
    ]
    return _WangSet(element.get("name", ""), element.get("type", ""), colours, tiles)


def _points_of(path: Path, text: str) -> list[int]:
    parts = text.split(",")
    if len(parts) != POINTS or not all(
        part.isascii() and part.isdigit() and len(part) <= 3 for part in parts
    ):
        raise _old(path, f"wangid {text[:40]!r}")
    return [int(part) for part in parts]


def _old(path: Path, found: str) -> FileInvalid:
    return FileInvalid(
        f"{path}: {found} is not a terrain of Tiled 1.5 or newer; "
        "open the tileset in such a Tiled and save it"
    )


def _set_of(path: Path, found: _WangSet, turns: _Turns, likely: Mapping[int, float]) -> TerrainSet:
    if found.type not in COUNTING:
        raise _old(path, f"terrain set {found.name[:40]!r} of type {found.type[:40]!r}")
    kind: Kind = found.type
    if len(found.colors) > TERRAINS_HIGH:
        raise FileInvalid(
            f"{path}: terrain set {found.name[:40]!r} has {len(found.colors)} terrains; "
            f"at most {TERRAINS_HIGH} are possible"
        )
    for tile in found.wangtiles:
        if len(tile.wangid) != POINTS or not all(0 <= colour <= len(found.colors) for colour in tile.wangid):
            raise FileInvalid(
                f"{path}: tile {tile.tileid} of terrain set {found.name[:40]!r} has the terrains "
                f"{str(tile.wangid)[:60]}; expected eight numbers, each 0 to {len(found.colors)}"
            )
    colours = [1.0, *(colour.probability for colour in found.colors)]
    tiles: list[TerrainTile] = []
    for number, flags, points in _turned(found.wangtiles, kind, turns):
        if len(tiles) >= TILES_HIGH:
            raise FileInvalid(f"{path}: terrain set {found.name[:40]!r} has over {TILES_HIGH} tiles")
        chance = likely.get(number, 1.0)
        for colour in points:
            chance *= colours[colour]
        tiles.append(TerrainTile((number, flags), 0, points, weight(path, chance)))
    names = tuple(colour.name for colour in found.colors)
    return TerrainSet(found.name, kind, names, tuple(tiles), centred=False)


def _turned(
    tiles: Iterable[_WangTile], kind: Kind, turns: _Turns
) -> Iterable[tuple[int, int, tuple[int, ...]]]:
    """Yield (id, turning flags, points) of each tile by id, then of each way in which it may be turned."""
    upright = {
        tile.tileid: tuple(
            colour if point in COUNTING[kind] else 0 for point, colour in enumerate(tile.wangid)
        )
        for tile in tiles
    }
    upright = {number: points for number, points in sorted(upright.items()) if any(points)}
    for number, points in upright.items():
        yield number, 0, points
    seen = set(upright.values())
    for number, points in upright.items():
        for flags, turned in _ways(points, turns):
            if not (turns.preferuntransformed and turned in seen):
                seen.add(turned)
                yield number, flags, turned


def _ways(points: tuple[int, ...], turns: _Turns) -> list[tuple[int, tuple[int, ...]]]:
    """Return the ways to turn a tile that are allowed, but for the one it lies in."""
    ways = [(0, points)]
    if turns.rotate:
        for _ in range(3):
            bits, before = ways[-1]
            ways.append((_RIGHT[bits], before[-2:] + before[:-2]))
    if turns.hflip:
        ways += [(bits ^ 4, _mirrored(before)) for bits, before in ways]
    if turns.vflip and len(ways) <= 4:
        half = POINTS // 2
        ways += [(bits ^ 2, _mirrored(before[half:] + before[:half])) for bits, before in ways]
    return [
        ((bits >> 2 & 1) * ACROSS | (bits >> 1 & 1) * DOWN | (bits & 1) * DIAGONAL, turned)
        for bits, turned in ways[1:]
    ]


def _mirrored(points: tuple[int, ...]) -> tuple[int, ...]:
    """Return the points with left and right exchanged."""
    return tuple(points[-point % POINTS] for point in range(POINTS))
