"""TMX, Tiled's XML: a map, its tileset (TSX) and its tile image beside it."""

from pathlib import Path
from xml.etree.ElementTree import Element

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import Allowance, parse_xml
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.notation import utf8, xml_attribute, xml_text
from playloom.kinds.level.formats.tiled import (
    FORMAT_VERSION,
    SIDE_PIXELS,
    TILED_VERSION,
    Layer,
    layers_of,
    map_properties,
    sheet_bytes,
    sheet_name,
    solution_line,
    tileset_name,
)
from playloom.kinds.level.formats.tiled_data import from_numbers, read_data
from playloom.kinds.level.formats.tiled_map import (
    Mark,
    Piece,
    TiledMap,
    check_head,
    check_layer,
    level_of,
    place_mark,
)
from playloom.kinds.level.formats.tilesets import encode_tsx, labels_of, read_tileset, tileset_of_xml
from playloom.kinds.level.formats.xml_values import properties_of, real, whole
from playloom.kinds.level.vocabulary import Vocabulary

_DRAWINGS = ("polyline", "polygon", "text")  # objects that mark no single cell


def encode(level: Level, stem: str, *, tiles: str | None = None) -> dict[str, bytes]:
    """Return the files of ``level``: map, tileset and tile image.

    Args:
        level: What to write.
        stem: Of the map's name.
        tiles: Stem of the tileset and its image, which maps of one theme can share; None: the map's.

    Raises:
        RequestInvalid: If a name or the evidence holds what XML cannot.
    """
    tiles = stem if tiles is None else tiles
    tileset = tileset_name(tiles)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<map version="{FORMAT_VERSION}" tiledversion="{TILED_VERSION}" '
        'orientation="orthogonal" renderorder="right-down" '
        f'width="{level.width}" height="{level.height}" tilewidth="{SIDE_PIXELS}" tileheight="{SIDE_PIXELS}" '
        'infinite="0" nextlayerid="4" nextobjectid="2">',
    ]
    if properties := map_properties(level):
        entries = [
            f"  <property name={xml_attribute(k)}>{xml_text(v)}</property>" for k, v in properties.items()
        ]
        lines += [" <properties>", *entries, " </properties>"]
    lines.append(f' <tileset firstgid="1" source={xml_attribute(tileset)}/>')
    for number, layer in enumerate(layers_of(level), start=1):
        lines += _layer_lines(number, layer)
    if corners := solution_line(level):
        lines += _solution_lines(corners)
    return {
        f"{stem}.tmx": utf8("\n".join([*lines, "</map>", ""])),
        tileset: encode_tsx(level.vocabulary, sheet_name(tiles)),
        sheet_name(tiles): sheet_bytes(level),
    }


def _layer_lines(number: int, layer: Layer) -> list[str]:
    height, width = layer.gids.shape
    rows = [",".join(map(str, row)) for row in layer.gids.tolist()]
    return [
        f' <layer id="{number}" name="{layer.name}" width="{width}" height="{height}">',
        '  <data encoding="csv">',
        ",\n".join(rows),
        "</data>",
        " </layer>",
    ]


def _solution_lines(corners: list[tuple[int, int]]) -> list[str]:
    left, top = corners[0]
    points = " ".join(f"{x - left},{y - top}" for x, y in corners)
    return [
        ' <objectgroup color="#ffe14a" id="3" name="solution">',
        f'  <object id="1" name="solution" x="{left}" y="{top}">',
        f'   <polyline points="{points}"/>',
        "  </object>",
        " </objectgroup>",
    ]


def decode(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None = None) -> Level:
    """Return the level of a TMX file; tilesets are read from the folder of ``path`` alone.

    Raises:
        FileInvalid: If it is damaged, out of bounds, not orthogonal, or has tiles without a meaning.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    root = parse_xml(path, data, "map")
    tiled = TiledMap(
        width=whole(path, root, "width"),
        height=whole(path, root, "height"),
        infinite=root.get("infinite", "0") != "0",
        tile_width=whole(path, root, "tilewidth"),
        tile_height=whole(path, root, "tileheight"),
        properties=properties_of(root),
    )
    check_head(path, root.get("orientation", ""), tiled.tile_width, tiled.tile_height)
    allowance = Allowance()
    for element in root.iterfind("tileset"):
        first = whole(path, element, "firstgid")
        source = element.get("source")
        tiled.tilesets.append(
            tileset_of_xml(path, element, first)
            if source is None
            else read_tileset(path, source, first, allowance)
        )
    _read_layers(path, root, tiled, allowance)
    return level_of(path, tiled, vocabulary, legend)


def _read_layers(path: Path, parent: Element, tiled: TiledMap, allowance: Allowance) -> None:
    """Collect visible layers, bottom first; the parser has bounded the depth of groups."""
    for element in parent:
        if element.get("visible", "1") == "0":
            continue
        if element.tag == "group":
            _read_layers(path, element, tiled, allowance)
        elif element.tag == "layer":
            tiled.pieces += _pieces(path, element, tiled, allowance)
        elif element.tag == "objectgroup":
            tiled.marks += _marks(path, element, allowance)


def _pieces(path: Path, layer: Element, tiled: TiledMap, allowance: Allowance) -> list[Piece]:
    data = layer.find("data")
    if data is None:
        raise FileInvalid(
            f"{path}: layer {layer.get('name', '')[:40]!r} has no data; save the map again in Tiled"
        )
    encoding, compression = data.get("encoding", ""), data.get("compression", "")
    pieces = []
    for part in data.iterfind("chunk") if tiled.infinite else (data,):
        x, y = (whole(path, part, name, 0) if tiled.infinite else 0 for name in ("x", "y"))
        size = part if tiled.infinite else layer
        width, height = (whole(path, size, name) for name in ("width", "height"))
        allowance.take_piece(path, width, height)
        check_layer(path, tiled, width, height)
        if encoding:
            gids = read_data(path, part.text or "", encoding, compression, width, height)
        else:
            numbers = [whole(path, tile, "gid", 0) for tile in part.iterfind("tile")]
            gids = from_numbers(path, numbers, width, height)
        pieces.append(Piece(x, y, gids))
    return pieces


def _marks(path: Path, group: Element, allowance: Allowance) -> list[Mark]:
    elements = group.findall("object")
    allowance.take_objects(path, len(elements))
    marks = []
    for element in elements:
        hidden = element.get("visible", "1") == "0"
        if hidden or any(element.find(drawing) is not None for drawing in _DRAWINGS):
            continue
        marks.append(_mark(path, element))
    return marks


def _mark(path: Path, element: Element) -> Mark:
    names = (element.get("class", ""), element.get("type", ""), element.get("name", ""))
    return place_mark(
        path,
        number=whole(path, element, "id", 0),
        corner=(real(path, element, "x"), real(path, element, "y")),
        size=(real(path, element, "width"), real(path, element, "height")),
        gid=whole(path, element, "gid", 0),
        labels=labels_of(properties_of(element), *names),
        template=element.get("template", ""),
    )
