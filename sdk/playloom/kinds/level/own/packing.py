"""Many pictures made one: what becomes of a tileset that is a collection of pictures."""

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.notation import xml_lines
from playloom.kinds.level.own.tile_facts import Facts
from playloom.kinds.level.tiles import SHEET_SIDE

_COLUMNS = 16


def joined(
    where: Path, name: str, pictures: list[NDArray[np.uint8]]
) -> tuple[NDArray[np.uint8], dict[str, int]]:
    """Return one picture of all, each at the bottom left of its place, and its sizes as a tileset has them.

    Args:
        where: Named in messages.
        name: Of the tileset.
        pictures: RGBA, at least one.

    Raises:
        FileInvalid: If the one picture would be too large.
    """
    width, height = (max(picture.shape[axis] for picture in pictures) for axis in (1, 0))
    columns = max(1, min(len(pictures), _COLUMNS, SHEET_SIDE // width))
    rows = -(-len(pictures) // columns)
    if rows * height > SHEET_SIDE or width > SHEET_SIDE:
        raise FileInvalid(f"{where}: tileset {name[:40]!r} has pictures too large to pack; use smaller ones")
    pixels = np.zeros((rows * height, columns * width, 4), np.uint8)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        bottom, left = (row + 1) * height, column * width
        pixels[bottom - picture.shape[0] : bottom, left : left + picture.shape[1]] = picture
    return pixels, {"tilewidth": width, "tileheight": height, "columns": columns, "tilecount": len(pictures)}


def packed_text(name: str, size: dict[str, int], facts: dict[int, Facts], shape: tuple[int, ...]) -> str:
    """Return the tileset file of packed pictures: sizes, and the class and properties of each tile."""
    root = Element("tileset", {"version": "1.10", "name": name} | {k: str(v) for k, v in size.items()})
    SubElement(root, "image", {"source": "", "width": str(shape[1]), "height": str(shape[0])})
    for number, one in sorted(facts.items()):
        tile = SubElement(root, "tile", {"id": str(number)} | ({"type": one.kind} if one.kind else {}))
        if one.properties:
            entries = SubElement(tile, "properties")
            for key, value in one.properties.items():
                SubElement(entries, "property", {"name": key, "value": value})
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(xml_lines(root, 0))
