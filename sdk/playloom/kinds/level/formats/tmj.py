"""TMJ, Tiled's JSON: a map with its tileset inside and the tile image beside it."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.book.tiled import BookSheets, object_layer
from playloom.kinds.level.formats.bounds import DEPTH_HIGH, Allowance, decode_json
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.notation import json_line, utf8
from playloom.kinds.level.formats.terrain.tiled_terrain import OwnSheets
from playloom.kinds.level.formats.tiled import (
    FORMAT_VERSION,
    SIDE_PIXELS,
    TILED_VERSION,
    TILESET,
    Layer,
    image_size,
    layers_of,
    map_properties,
    sheet_bytes,
    sheet_name,
    solution_line,
    tile_properties,
    tileset_size,
    tileset_tiles,
)
from playloom.kinds.level.formats.tiled_data import from_numbers, read_data
from playloom.kinds.level.formats.tiled_map import (
    LayerHead,
    Mark,
    Piece,
    TiledMap,
    check_head,
    check_layer,
    level_of,
    place_mark,
)
from playloom.kinds.level.formats.tilesets import (
    Property,
    TilesetEntry,
    labels_of,
    read_tileset,
    tileset_of_json,
    values_of,
)
from playloom.kinds.level.vocabulary import Vocabulary

_ABSENT = msgspec.Raw(b"null")
_Numbers = list[int] | str  # comma-separated by JSON itself, or base64


class _Chunk(msgspec.Struct):
    x: int
    y: int
    width: int
    height: int
    data: _Numbers


class _Object(msgspec.Struct):
    id: int = 0
    name: str = ""
    type: str = ""
    class_: str = msgspec.field(default="", name="class")
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    gid: int = 0
    visible: bool = True
    template: str = ""
    polyline: msgspec.Raw = _ABSENT  # drawings mark no single cell
    polygon: msgspec.Raw = _ABSENT
    text: msgspec.Raw = _ABSENT
    properties: list[Property] = []


class _Layer(msgspec.Struct):
    type: str
    name: str = ""
    visible: bool = True
    opacity: float = 1.0
    offsetx: float = 0.0
    offsety: float = 0.0
    width: int = 0
    height: int = 0
    data: _Numbers | None = None
    encoding: str = "csv"
    compression: str = ""
    chunks: list[_Chunk] = []
    objects: list[_Object] = []
    layers: "list[_Layer]" = []


class _Map(msgspec.Struct):
    width: int
    height: int
    tilewidth: int
    tileheight: int
    layers: list[_Layer]
    orientation: str = ""
    infinite: bool = False
    tilesets: list[msgspec.Raw] = []
    properties: list[Property] = []


def encode(
    level: Level, stem: str, *, tiles: str | None = None, own: OwnSheets | None = None, art: str | None = None
) -> dict[str, bytes]:
    """Return the files of ``level``: map and tile image; for a level of own tiles its tilesets.

    Args:
        level: What to write.
        stem: Of the map's name.
        tiles: Stem of the image, which maps of one theme can share; None: the map's.
        own: The user's own tilesets, to which the map then refers; there is no other file then.
        art: For a level of own tiles: folder of their tilesets, as seen from the map, which then refers to
            them; None: copies beside the map.

    Raises:
        RequestInvalid: If a name or the evidence cannot be written, or a tile that the level uses is not
            among the user's own.
    """
    tiles = stem if tiles is None else tiles
    book = BookSheets(level.tiles, tiles, art) if level.tiles and not own else None
    sheets = own or book
    drawn = sheets.layers(level) if sheets else layers_of(level)
    wide, high = sheets.tile_size if sheets else (SIDE_PIXELS, SIDE_PIXELS)
    layers = [_layer_text(number, layer) for number, layer in enumerate(drawn, start=1)]
    first_object = 2  # the solution is the first
    for name, placed in (book.objects(level) if book else {}).items():
        layers.append(json_line(object_layer(len(layers) + 1, name, placed, first_object)))
        first_object += len(placed)
    last = len(layers) + 1
    if corners := solution_line(level, (wide, high)):
        layers.append(json_line(_solution(last, corners)))
    head = {
        "type": "map",
        "version": FORMAT_VERSION,
        "tiledversion": TILED_VERSION,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "width": drawn[0].gids.shape[1],
        "height": drawn[0].gids.shape[0],
        "tilewidth": wide,
        "tileheight": high,
        "infinite": False,
        "nextlayerid": last + 1,
        "nextobjectid": first_object,
    }
    entries = {name: json_line(value) for name, value in head.items()}
    if properties := map_properties(level):
        entries["properties"] = _lines([json_line(_property(*item)) for item in properties.items()])
    entries["layers"] = _lines(layers)
    image = sheet_name(tiles)
    linked = [{"firstgid": first, "source": source} for first, source in sheets.sources] if sheets else []
    entries["tilesets"] = _lines([json_line(one) for one in linked] or [_tileset_text(level, image)])
    body = ",\n".join(f' "{name}":{value}' for name, value in entries.items())
    main = {f"{stem}.tmj": utf8(f"{{\n{body}\n}}\n")}
    if sheets:
        return main | (book.files() if book else {})
    return main | {image: sheet_bytes(level)}


def _lines(items: list[str]) -> str:
    return "[\n" + ",\n".join(f"  {item}" for item in items) + "\n ]"


def _property(name: str, value: str | int) -> dict[str, Any]:
    return {"name": name, "type": "int" if isinstance(value, int) else "string", "value": value}


def _layer_text(number: int, layer: Layer) -> str:
    height, width = layer.gids.shape
    opacity = 1 if layer.opacity == 1 else layer.opacity
    entry = {"type": "tilelayer", "id": number, "name": layer.name, "visible": True, "opacity": opacity}
    entry |= {"x": 0, "y": 0, "width": width, "height": height}
    entry |= {f"offset{axis}": n for axis, n in zip("xy", layer.offset, strict=True) if n}
    rows = ",\n".join(",".join(map(str, row)) for row in layer.gids.tolist())
    return f'{json_line(entry)[:-1]}, "data":[\n{rows}\n  ]}}'


def _solution(number: int, corners: list[tuple[int, int]]) -> dict[str, Any]:
    left, top = corners[0]
    line = {"id": 1, "name": "solution", "type": "", "visible": True, "rotation": 0}
    line |= {"x": left, "y": top, "width": 0, "height": 0}
    line["polyline"] = [{"x": x - left, "y": y - top} for x, y in corners]
    layer = {
        "type": "objectgroup",
        "id": number,
        "name": "solution",
        "visible": True,
        "opacity": 1,
        "x": 0,
        "y": 0,
    }
    return layer | {"color": "#ffe14a", "draworder": "topdown", "objects": [line]}


def _tileset_text(level: Level, image: str) -> str:
    vocabulary = level.vocabulary
    width, height = image_size(vocabulary)
    entry = {"firstgid": 1, "name": TILESET, "image": image, "imagewidth": width, "imageheight": height}
    entry |= tileset_size(vocabulary) | {"margin": 0, "spacing": 0}
    tiles = []
    for number, tile in tileset_tiles(vocabulary, level.theme).items():
        properties = [_property(name, value) for name, value in tile_properties(tile).items()]
        tiles.append("  " + json_line({"id": number, "type": tile.name, "properties": properties}))
    return f'{json_line(entry)[:-1]}, "tiles":[\n' + ",\n".join(tiles) + "\n  ]}"


def decode(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None = None) -> Level:
    """Return the level of a TMJ file; tilesets are read from the folder of ``path`` alone.

    Raises:
        FileInvalid: If it is damaged, out of bounds, not orthogonal, or has tiles without a meaning.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    return level_of(path, read_tiled(data, path), vocabulary, legend)


def read_tiled(data: bytes, path: Path, root: Path | None = None) -> TiledMap:
    """Return all that a TMJ file holds; for ``root`` see `bounds.read_beside`.

    Raises:
        FileInvalid: If it is damaged, out of bounds or not orthogonal.
    """
    found = decode_json(path, data, _Map)
    tiled = TiledMap(
        width=found.width,
        height=found.height,
        infinite=found.infinite,
        tile_width=found.tilewidth,
        tile_height=found.tileheight,
        properties=values_of(path, found.properties),
    )
    check_head(path, found.orientation, tiled.tile_width, tiled.tile_height)
    allowance = Allowance()
    for raw in map(bytes, found.tilesets):
        entry = decode_json(path, raw, TilesetEntry)
        tiled.tilesets.append(
            read_tileset(path, entry.source, entry.firstgid, allowance, root)
            if entry.source
            else tileset_of_json(path, entry, entry.firstgid, raw)
        )
    _read_layers(path, found.layers, tiled, allowance, depth=1)
    return tiled


def _read_layers(
    path: Path, layers: list[_Layer], tiled: TiledMap, allowance: Allowance, *, depth: int
) -> None:
    """Collect visible layers, bottom first."""
    if depth > DEPTH_HIGH:
        raise FileInvalid(f"{path}: groups are nested deeper than {DEPTH_HIGH}; flatten them")
    for layer in layers:
        if not layer.visible:
            tiled.hidden.append(layer.name)
        elif layer.type == "group":
            _read_layers(path, layer.layers, tiled, allowance, depth=depth + 1)
        elif layer.type == "tilelayer":
            tiled.layers.append(LayerHead(layer.name, layer.opacity, (layer.offsetx, layer.offsety)))
            tiled.pieces += _pieces(path, layer, tiled, allowance)
        elif layer.type == "objectgroup":
            allowance.take_objects(path, len(layer.objects))
            tiled.marks += [_mark(path, entry, layer.name) for entry in layer.objects if _is_mark(entry)]
            left_out = (entry for entry in layer.objects if not _is_mark(entry))
            tiled.unused += [f"drawn or hidden object {entry.name!r}" for entry in left_out]
        elif layer.type == "imagelayer":
            tiled.unused.append(f"image layer {layer.name!r}")


def _pieces(path: Path, layer: _Layer, tiled: TiledMap, allowance: Allowance) -> list[Piece]:
    if tiled.infinite:
        parts = [(chunk.x, chunk.y, chunk.width, chunk.height, chunk.data) for chunk in layer.chunks]
    elif layer.data is not None:
        parts = [(0, 0, layer.width, layer.height, layer.data)]
    else:
        raise FileInvalid(f"{path}: layer {layer.name[:40]!r} has no data; save the map again in Tiled")
    pieces = []
    for x, y, width, height, data in parts:
        allowance.take_piece(path, width, height)
        check_layer(path, tiled, width, height)
        gids = _gids(path, layer, data, width, height)
        pieces.append(Piece(x, y, gids, len(tiled.layers) - 1))
    return pieces


def _gids(path: Path, layer: _Layer, data: _Numbers, width: int, height: int) -> NDArray[np.int64]:
    if isinstance(data, str):
        return read_data(path, data, layer.encoding, layer.compression, width, height)
    return from_numbers(path, data, width, height)


def _is_mark(entry: _Object) -> bool:
    drawings = (entry.polyline, entry.polygon, entry.text)
    return entry.visible and all(drawing == _ABSENT for drawing in drawings)


def _mark(path: Path, entry: _Object, layer: str) -> Mark:
    return place_mark(
        path,
        number=entry.id,
        corner=(entry.x, entry.y),
        size=(entry.width, entry.height),
        gid=entry.gid,
        labels=labels_of(values_of(path, entry.properties), entry.class_, entry.type, entry.name),
        template=entry.template,
        name=entry.name,
        kind=entry.class_ or entry.type,
        layer=layer,
    )
