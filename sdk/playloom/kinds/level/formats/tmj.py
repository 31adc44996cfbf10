"""Reading TMJ, Tiled's JSON."""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import DEPTH_HIGH, Allowance, check_tilesets, decode_json
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.tiled_data import from_numbers, read_data
from playloom.kinds.level.formats.tiled_map import (
    LayerHead,
    Mark,
    Piece,
    Setting,
    TiledMap,
    check_head,
    check_layer,
    lost_of,
    note_style,
    place_mark,
)
from playloom.kinds.level.formats.tiled_meaning import level_of
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
    rotation: float = 0.0
    ellipse: bool = False
    capsule: bool = False
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
    tintcolor: str = ""
    parallaxx: float = 1.0
    parallaxy: float = 1.0
    mode: str = ""
    properties: list[Property] = []
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
    check_tilesets(path, len(found.tilesets))
    for raw in map(bytes, found.tilesets):
        entry = decode_json(path, raw, TilesetEntry)
        tiled.tilesets.append(
            read_tileset(path, entry.source, entry.firstgid, allowance, root)
            if entry.source
            else tileset_of_json(path, entry, entry.firstgid, raw)
        )
    note_style(tiled, "the map", [entry.name for entry in found.properties], {})
    _read_layers(path, found.layers, tiled, allowance, Setting(), depth=1)
    return tiled


def _read_layers(
    path: Path, layers: list[_Layer], tiled: TiledMap, allowance: Allowance, around: Setting, *, depth: int
) -> None:
    """Collect visible layers, bottom first."""
    if depth > DEPTH_HIGH:
        raise FileInvalid(f"{path}: groups are nested deeper than {DEPTH_HIGH}; flatten them")
    for layer in layers:
        if not layer.visible:
            tiled.hidden.append(layer.name)
            continue
        here = around.within(layer.offsetx, layer.offsety, layer.opacity)
        if layer.type in ("group", "tilelayer", "objectgroup"):
            looks = {"tintcolor": layer.tintcolor, "mode": layer.mode}
            looks |= {"parallaxx": str(layer.parallaxx), "parallaxy": str(layer.parallaxy)}
            note_style(tiled, f"layer {layer.name[:40]!r}", [entry.name for entry in layer.properties], looks)
        if layer.type == "group":
            _read_layers(path, layer.layers, tiled, allowance, here, depth=depth + 1)
        elif layer.type == "tilelayer":
            tiled.layers.append(LayerHead(layer.name, here.opacity, here.offset))
            tiled.pieces += _pieces(path, layer, tiled, allowance)
        elif layer.type == "objectgroup":
            allowance.take_objects(path, len(layer.objects))
            marks = (entry for entry in layer.objects if _is_mark(entry))
            tiled.marks += [_mark(path, entry, layer.name, here) for entry in marks]
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


def _mark(path: Path, entry: _Object, layer: str, here: Setting) -> Mark:
    shape = "ellipse" if entry.ellipse else "capsule" if entry.capsule else ""
    properties = [one.name for one in entry.properties]
    return place_mark(
        path,
        number=entry.id,
        corner=(here.offset[0] + entry.x, here.offset[1] + entry.y),
        size=(entry.width, entry.height),
        gid=entry.gid,
        labels=labels_of(values_of(path, entry.properties), entry.class_, entry.type, entry.name),
        template=entry.template,
        name=entry.name,
        kind=entry.class_ or entry.type,
        layer=layer,
        rotation=entry.rotation,
        lost=lost_of(properties, shape=shape, rotation=entry.rotation, template=entry.template),
    )
