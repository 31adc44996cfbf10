"""TMX, Tiled's XML: a map, its tileset (TSX) and its tile image beside it."""

from pathlib import Path
from xml.etree.ElementTree import Element

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.book.tiled import BookSheets, object_lines
from playloom.kinds.level.formats.bounds import Allowance, check_tilesets, parse_xml
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.notation import utf8, xml_attribute, xml_text
from playloom.kinds.level.formats.terrain.tiled_terrain import OwnSheets
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
    ROUND,
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
from playloom.kinds.level.formats.tilesets import encode_tsx, labels_of, read_tileset, tileset_of_xml
from playloom.kinds.level.formats.xml_values import properties_of, real, whole
from playloom.kinds.level.vocabulary import Vocabulary

_DRAWINGS = ("polyline", "polygon", "text")  # objects that mark no single cell


def encode(
    level: Level, stem: str, *, tiles: str | None = None, own: OwnSheets | None = None, art: str | None = None
) -> dict[str, bytes]:
    """Return the files of ``level``: map, tileset and tile image; for a level of own tiles its tilesets.

    Args:
        level: What to write.
        stem: Of the map's name.
        tiles: Stem of the tileset and its image, which maps of one theme can share; None: the map's.
        own: The user's own tilesets, to which the map then refers; there is no other file then.
        art: For a level of own tiles: folder of their tilesets, as seen from the map, which then refers to
            them; None: copies beside the map.

    Raises:
        RequestInvalid: If a name or the evidence holds what XML cannot, or a tile that the level uses is not
            among the user's own.
    """
    tiles = stem if tiles is None else tiles
    tileset = tileset_name(tiles)
    book = BookSheets(level.tiles, tiles, art) if level.tiles and not own else None
    sheets = own or book
    layers = sheets.layers(level) if sheets else layers_of(level)
    wide, high = sheets.tile_size if sheets else (SIDE_PIXELS, SIDE_PIXELS)
    height, width = layers[0].gids.shape
    groups = book.objects(level) if book else {}
    last = len(layers) + len(groups) + 1
    count = sum(map(len, groups.values()))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<map version="{FORMAT_VERSION}" tiledversion="{TILED_VERSION}" '
        'orientation="orthogonal" renderorder="right-down" '
        f'width="{width}" height="{height}" tilewidth="{wide}" tileheight="{high}" '
        f'infinite="0" nextlayerid="{last + 1}" nextobjectid="{count + 2}">',
    ]
    if properties := map_properties(level) | (own.properties() if own else {}):
        entries = [
            f"  <property name={xml_attribute(k)}>{xml_text(v)}</property>" for k, v in properties.items()
        ]
        lines += [" <properties>", *entries, " </properties>"]
    for first, source in sheets.sources if sheets else ((1, tileset),):
        lines.append(f' <tileset firstgid="{first}" source={xml_attribute(source)}/>')
    for number, layer in enumerate(layers, start=1):
        lines += _layer_lines(number, layer)
    first_object = 2  # the solution is the first
    for number, (name, placed) in enumerate(groups.items(), start=len(layers) + 1):
        lines += object_lines(number, name, placed, first_object)
        first_object += len(placed)
    if corners := solution_line(level, (wide, high)):
        lines += _solution_lines(last, corners)
    main = {f"{stem}.tmx": utf8("\n".join([*lines, "</map>", ""]))}
    if sheets:
        return main | (book.files() if book else {})
    return main | {
        tileset: encode_tsx(level.vocabulary, sheet_name(tiles), level.theme),
        sheet_name(tiles): sheet_bytes(level),
    }


def _layer_lines(number: int, layer: Layer) -> list[str]:
    height, width = layer.gids.shape
    rows = [",".join(map(str, row)) for row in layer.gids.tolist()]
    shown = f' opacity="{layer.opacity:g}"' if layer.opacity != 1 else ""
    shown += "".join(f' offset{axis}="{n:g}"' for axis, n in zip("xy", layer.offset, strict=True) if n)
    return [
        f' <layer id="{number}" name={xml_attribute(layer.name)} width="{width}" height="{height}"{shown}>',
        '  <data encoding="csv">',
        ",\n".join(rows),
        "</data>",
        " </layer>",
    ]


def _solution_lines(number: int, corners: list[tuple[int, int]]) -> list[str]:
    left, top = corners[0]
    points = " ".join(f"{x - left},{y - top}" for x, y in corners)
    return [
        f' <objectgroup color="#ffe14a" id="{number}" name="solution">',
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
    return level_of(path, read_tiled(data, path), vocabulary, legend)


def read_tiled(data: bytes, path: Path, root: Path | None = None) -> TiledMap:
    """Return all that a TMX file holds; for ``root`` see `bounds.read_beside`.

    Raises:
        FileInvalid: If it is damaged, out of bounds or not orthogonal.
    """
    element = parse_xml(path, data, "map")
    tiled = TiledMap(
        width=whole(path, element, "width"),
        height=whole(path, element, "height"),
        infinite=element.get("infinite", "0") != "0",
        tile_width=whole(path, element, "tilewidth"),
        tile_height=whole(path, element, "tileheight"),
        properties=properties_of(element),
    )
    check_head(path, element.get("orientation", ""), tiled.tile_width, tiled.tile_height)
    allowance = Allowance()
    tilesets = element.findall("tileset")
    check_tilesets(path, len(tilesets))
    for tileset in tilesets:
        first = whole(path, tileset, "firstgid")
        source = tileset.get("source")
        tiled.tilesets.append(
            tileset_of_xml(path, tileset, first)
            if source is None
            else read_tileset(path, source, first, allowance, root)
        )
    note_style(tiled, "the map", tiled.properties, {})
    _read_layers(path, element, tiled, allowance, Setting())
    return tiled


def _read_layers(path: Path, parent: Element, tiled: TiledMap, allowance: Allowance, around: Setting) -> None:
    """Collect visible layers, bottom first; the parser has bounded the depth of groups."""
    for element in parent:
        if element.tag not in ("group", "layer", "objectgroup", "imagelayer"):
            continue
        name = element.get("name", "")
        if element.get("visible", "1") == "0":
            tiled.hidden.append(name)
            continue
        if element.tag == "imagelayer":
            tiled.unused.append(f"image layer {name!r}")
            continue
        opacity = real(path, element, "opacity") if "opacity" in element.attrib else 1.0
        here = around.within(real(path, element, "offsetx"), real(path, element, "offsety"), opacity)
        note_style(tiled, f"layer {name[:40]!r}", properties_of(element), element.attrib)
        if element.tag == "group":
            _read_layers(path, element, tiled, allowance, here)
        elif element.tag == "layer":
            tiled.layers.append(LayerHead(name, here.opacity, here.offset))
            tiled.pieces += _pieces(path, element, tiled, allowance)
        else:
            tiled.marks += _marks(path, element, tiled, allowance, here)


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
        pieces.append(Piece(x, y, gids, len(tiled.layers) - 1))
    return pieces


def _marks(path: Path, group: Element, tiled: TiledMap, allowance: Allowance, here: Setting) -> list[Mark]:
    elements = group.findall("object")
    allowance.take_objects(path, len(elements))
    marks = []
    for element in elements:
        hidden = element.get("visible", "1") == "0"
        drawing = next((name for name in _DRAWINGS if element.find(name) is not None), "")
        if hidden or drawing:
            tiled.unused.append(f"{drawing or 'hidden'} object {element.get('name', '')!r}")
            continue
        marks.append(_mark(path, element, group.get("name", ""), here))
    return marks


def _mark(path: Path, element: Element, layer: str, here: Setting) -> Mark:
    properties, rotation = properties_of(element), real(path, element, "rotation")
    shape = next((name for name in ROUND if element.find(name) is not None), "")
    names = (element.get("class", ""), element.get("type", ""), element.get("name", ""))
    return place_mark(
        path,
        number=whole(path, element, "id", 0),
        corner=(here.offset[0] + real(path, element, "x"), here.offset[1] + real(path, element, "y")),
        size=(real(path, element, "width"), real(path, element, "height")),
        gid=whole(path, element, "gid", 0),
        labels=labels_of(properties, *names),
        template=element.get("template", ""),
        rotation=rotation,
        lost=lost_of(properties, shape=shape, rotation=rotation, template=element.get("template", "")),
        name=names[2],
        kind=names[0] or names[1],
        layer=layer,
    )
