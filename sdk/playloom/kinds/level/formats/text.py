"""Text: one character a tile, one line a row. No theme, no evidence."""

from pathlib import Path

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Cells, Level
from playloom.kinds.level.formats.bounds import check_size, decode_text
from playloom.kinds.level.vocabulary import Vocabulary


def encode(level: Level, stem: str) -> dict[str, bytes]:
    """Return the one file of ``level``, UTF-8, every line ended by a newline."""
    return {f"{stem}.txt": "".join(f"{row}\n" for row in level.rows).encode()}


def decode(data: bytes, where: Path, vocabulary: Vocabulary) -> Level:
    """Return the level whose rows are the lines of ``data``; spaces count, the last newline does not.

    Raises:
        FileInvalid: If the lines differ in length or hold a character without a tile.
    """
    rows = decode_text(where, data).rstrip("\n").split("\n")  # editors add blank lines at the end
    return Level(cells=cells_of(where, rows, vocabulary), vocabulary=vocabulary)


def cells_of(where: Path, rows: list[str], vocabulary: Vocabulary) -> Cells:
    """Return the cells of rows of characters; line and column in messages count from 1.

    Raises:
        FileInvalid: If there are no rows, or they differ in length or hold a character without a tile.
    """
    width = len(rows[0]) if rows else 0
    check_size(where, width, len(rows))
    cells = np.empty((len(rows), width), np.uint8)
    by_char = vocabulary.by_char
    for y, row in enumerate(rows):
        if len(row) != width:
            raise FileInvalid(
                f"{where}: line {y + 1} has {len(row)} characters, line 1 has {width}; "
                "make all lines equally long (spaces at the end count)"
            )
        try:
            cells[y] = [by_char[char] for char in row]
        except KeyError:
            x = next(x for x, char in enumerate(row) if char not in by_char)
            known = "".join(sorted(by_char))
            raise FileInvalid(
                f"{where}: line {y + 1}, column {x + 1} is {row[x]!r}, which is no tile; use one of {known!r}"
                + (" (`playloom level --from` fills cells marked ?)" if row[x] == "?" else "")
            ) from None
    return cells
