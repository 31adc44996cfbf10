"""What tilesets of Tiled say of single tiles, in either notation."""

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from playloom.kinds.level.formats.xml_values import properties_of


@dataclass(frozen=True)
class Facts:
    """What a tileset says of one tile, beside its picture."""

    kind: str = ""  # its class
    properties: dict[str, str] = field(default_factory=dict)
    shaped: bool = False  # has a collision shape
    image: str = ""  # its own picture, in a collection


def xml_facts(tile: Element) -> Facts:
    """Return the facts of a <tile> element."""
    picture = tile.find("image")
    return Facts(
        tile.get("class", "") or tile.get("type", ""),
        properties_of(tile),
        tile.find("objectgroup/object") is not None,
        "" if picture is None else picture.get("source", ""),
    )


def json_facts(tile: dict[str, Any]) -> Facts:
    """Return the facts of a tile's entry in JSON."""
    entries = tile.get("properties") or []
    properties = {
        str(entry.get("name", "")): _as_text(entry.get("value"))
        for entry in entries
        if isinstance(entry, dict)
    }
    shapes = tile.get("objectgroup") or {}
    return Facts(
        str(tile.get("class") or tile.get("type") or ""),
        properties,
        bool(shapes.get("objects")) if isinstance(shapes, dict) else False,
        str(tile.get("image", "")),
    )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
