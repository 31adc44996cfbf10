"""Tilesets of Tiled in XML (TSX) and JSON (TSJ): writing ours, and reading what any says of its tiles."""

from pathlib import Path
from xml.etree.ElementTree import Element

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import Allowance, decode_json, parse_xml, read_beside
from playloom.kinds.level.formats.notation import utf8, xml_attribute
from playloom.kinds.level.formats.tiled import (
    FORMAT_VERSION,
    TILED_VERSION,
    TILESET,
    image_size,
    tile_properties,
    tileset_size,
    tileset_tiles,
)
from playloom.kinds.level.formats.tiled_map import Labels, Tileset
from playloom.kinds.level.formats.xml_values import properties_of, whole
from playloom.kinds.level.vocabulary import Vocabulary


class Property(msgspec.Struct):
    """A custom property in JSON; the value stays unread until it is wanted."""

    name: str
    value: msgspec.Raw = msgspec.Raw(b"null")


class TileEntry(msgspec.Struct):
    """What a JSON tileset says of one tile."""

    id: int
    type: str = ""
    class_: str = msgspec.field(default="", name="class")
    properties: list[Property] = []


class TilesetEntry(msgspec.Struct):
    """A JSON tileset: inside a map (with firstgid, perhaps only a source) or a file of its own."""

    firstgid: int = 1
    source: str = ""
    name: str = ""
    tilecount: int | None = None
    tiles: list[TileEntry] = []


def encode_tsx(vocabulary: Vocabulary, image: str, theme: str) -> bytes:
    """Return the TSX file of a vocabulary in the dress of ``theme``; ``image`` names its tile image."""
    size = "".join(f' {name}="{value}"' for name, value in tileset_size(vocabulary).items())
    width, height = image_size(vocabulary)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<tileset version="{FORMAT_VERSION}" tiledversion="{TILED_VERSION}" name="{TILESET}"{size}>',
        f' <image source={xml_attribute(image)} width="{width}" height="{height}"/>',
    ]
    for number, tile in tileset_tiles(vocabulary, theme).items():
        lines += [f' <tile id="{number}" type={xml_attribute(tile.name)}>', "  <properties>"]
        for name, value in tile_properties(tile).items():
            kind = ' type="int"' if isinstance(value, int) else ""
            lines.append(f'   <property name="{name}"{kind} value={xml_attribute(value)}/>')
        lines += ["  </properties>", " </tile>"]
    return utf8("\n".join([*lines, "</tileset>", ""]))


def labels_of(properties: dict[str, str], *names: str) -> Labels:
    """Return what properties and further names (a class, an object's name) say, the surest first."""
    said = (properties.get("playloom", ""), properties.get("name", ""), *names)
    return Labels(tuple(name for name in said if name), properties.get("char", ""))


def values_of(where: Path, properties: list[Property]) -> dict[str, str]:
    """Return the text properties by name; numbers and others mean nothing here and are left out."""
    texts = [entry for entry in properties if bytes(entry.value).startswith(b'"')]
    return {entry.name: decode_json(where, bytes(entry.value), str) for entry in texts}


def tileset_of_xml(where: Path, element: Element, first: int) -> Tileset:
    """Return the tileset of a <tileset> element."""
    labels = {
        whole(where, tile, "id"): labels_of(properties_of(tile), tile.get("class", ""), tile.get("type", ""))
        for tile in element.iterfind("tile")
    }
    count = whole(where, element, "tilecount") if "tilecount" in element.attrib else None
    return Tileset(first, element.get("name", ""), count, labels, where, element)


def tileset_of_json(where: Path, entry: TilesetEntry, first: int, raw: bytes) -> Tileset:
    """Return the tileset of a JSON entry that holds its tiles; ``raw`` is all of the entry."""
    labels = {
        tile.id: labels_of(values_of(where, tile.properties), tile.class_, tile.type) for tile in entry.tiles
    }
    return Tileset(first, entry.name, entry.tilecount, labels, where, raw)


def read_tileset(
    path: Path, source: str, first: int, allowance: Allowance, root: Path | None = None
) -> Tileset:
    """Return the tileset file that the map at ``path`` names; TSX, else JSON. For ``root`` see `read_beside`.

    Raises:
        FileInvalid: If it lies outside of the map's folder, or is unreadable or of another format.
    """
    where, data = read_beside(path, source, root)
    allowance.take_bytes(path, len(data))
    if where.suffix.lower() in (".tsx", ".xml"):
        return tileset_of_xml(where, parse_xml(where, data, "tileset"), first)
    if where.suffix.lower() in (".tsj", ".json"):
        return tileset_of_json(where, decode_json(where, data, TilesetEntry), first, data)
    raise FileInvalid(
        f"{path}: tileset {source[:80]!r} is neither .tsx nor .tsj; export it from Tiled as one"
    )
