"""Text maps, one character a tile, as drawings."""

from collections.abc import Iterator

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import check_size, decode_text, read_file
from playloom.kinds.level.own.drawing import Drawing, DrawnLayer, Part, Parts, Place
from playloom.kinds.level.tiles import LayerStyle


def read_text(place: Place, parts: Parts) -> Iterator[Drawing]:
    """Yield the one map of a text file; lines that are shorter than the longest end in spaces.

    Raises:
        FileInvalid: If it is not text, holds no map, or has a character that cannot be printed.
    """
    rows = decode_text(place.path, read_file(place.path)).rstrip("\n").split("\n")
    width = max(map(len, rows))
    check_size(place.path, width, len(rows))
    short = sum(len(row) < width for row in rows)
    notes = (f"{short} lines were filled up with spaces to {width} characters",) if short else ()
    places: dict[str, int] = {}
    for y, row in enumerate(rows):
        for x, char in enumerate(row):
            if not char.isprintable():
                raise FileInvalid(
                    f"{place.path}: line {y + 1}, column {x + 1} is {char!r}, which cannot be printed; "
                    "use one printable character a cell"
                )
            if char not in places:
                places[char] = parts.add(Part(char, char=char), char)
    if short and " " not in places:
        places[" "] = parts.add(Part(" ", char=" "), " ")
    cells = np.array([[places[char] for char in row.ljust(width)] for row in rows], np.int32)
    layer = DrawnLayer(LayerStyle("text"), cells)
    yield Drawing(place.path.name, place.folder, len(rows), width, None, (layer,), notes)
