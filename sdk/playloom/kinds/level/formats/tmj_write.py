"""Writing TMJ, Tiled's JSON: a map with its tileset inside and the tile image beside it."""

from typing import Any

from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.book.tiled import BookSheets, object_layer
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
    if properties := map_properties(level) | (own.properties() if own else {}):
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
