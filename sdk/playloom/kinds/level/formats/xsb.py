"""XSB: Sokoban levels as their players write them down, one character a cell, many to a file.

``#`` wall, ``@`` player, ``$`` crate, ``.`` goal, ``*`` crate on a goal, ``+`` player on a goal; a space,
``-`` or ``_`` is floor. A row may be shorter than the others. Other lines are titles and comments.
Run-length notation (``3#``, ``|`` for a new row) is read too.
"""

import re
from collections.abc import Iterator, Set
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import check_size, decode_text
from playloom.kinds.level.movement import Push
from playloom.kinds.level.vocabulary import SOKOBAN, Role

SUFFIXES = (".xsb", ".sok")
_FLOOR = " -_"
_CHARS = {"#": "wall", "@": "start", "+": "start_on_goal", "$": "crate", "*": "stored_crate", ".": "goal"}
_ROW = frozenset(_FLOOR) | _CHARS.keys()
_RUNS = _ROW | frozenset("0123456789|()")
_RUN = re.compile(r"([0-9]{0,4})([-#@+$*._ |])")
_WRITTEN_OUT_HIGH = 4 << 20  # characters that the run-length notation of one file may stand for


def encode(level: Level, stem: str) -> dict[str, bytes]:
    """Return the one file of ``level``: without the void around it, as XSB has no word for that.

    Raises:
        RequestInvalid: If the level has a tile that Sokoban has not.
    """
    known = {name: char for char, name in _CHARS.items()} | {"floor": " ", "void": " "}
    used = {level.vocabulary.tiles[i].name for i in np.unique(level.cells).tolist()}
    if strange := sorted(used - known.keys()):
        raise RequestInvalid(
            f"{stem}.xsb: the level has {', '.join(strange[:4])}, for which Sokoban has no character; "
            "write .json or .tmx"
        )
    chars = [known.get(tile.name, "?") for tile in level.vocabulary.tiles]
    full = np.argwhere(~level.vocabulary.having(Role.VOID)[level.cells])
    top, left = full.min(axis=0).tolist() if len(full) else (0, 0)
    rows = ["".join(chars[i] for i in row[left:]).rstrip() for row in level.cells.tolist()[top:]]
    while rows and not rows[-1]:
        rows.pop()
    return {f"{stem}.xsb": "".join(f"{row}\n" for row in rows).encode()}


def looks_like(data: bytes, where: Path) -> bool:
    """Tell a Sokoban level from other maps in text: nothing but its characters, a player among them."""
    rows = [row for row in decode_text(where, data).rstrip("\n").split("\n") if row.strip()]
    return bool(rows) and all(_holds(row, _ROW) for row in rows) and any("@" in row for row in rows)


def decode(data: bytes, where: Path) -> Level:
    """Return the first level of ``data``; a note says how many others there are.

    Floor that is walled off from every object is void: the outside, above all.

    Raises:
        FileInvalid: If there is no level, or it is too large.
    """
    found = list(_levels(decode_text(where, data), where))
    if not found:
        raise FileInvalid(
            f"{where}: has no row of a Sokoban level; expected lines of the characters # @ + $ * . and space"
        )
    others = len(found) - 1
    note = f"the first of {len(found)} levels; put each in a file of its own to read the others"
    return Level(
        cells=_cells(found[0], where),
        vocabulary=SOKOBAN,
        theme="sokoban",
        movement=Push(),
        notes=(note,) if others else (),
    )


def _levels(text: str, where: Path) -> Iterator[list[str]]:
    """Yield the rows of each level: lines of its characters, one after another."""
    rows: list[str] = []
    left = _WRITTEN_OUT_HIGH
    for line in [*text.split("\n"), ""]:
        parts = [] if line.startswith((";", "::")) else _rows(line, where)
        left -= max(0, sum(map(len, parts)) - len(line))
        if left < 0:
            raise FileInvalid(
                f"{where}: its run-length notation stands for over {_WRITTEN_OUT_HIGH} cells; split the file"
            )
        if not parts:
            if rows:
                yield rows
            rows = []
        else:
            rows += parts


def _rows(line: str, where: Path) -> list[str]:
    """Return the rows that a line holds: one, or some in run-length notation; none if it has no walls."""
    if _holds(line, _ROW):
        return [line]
    if "(" in line or not _holds(line, _RUNS) or not _RUN.match(line):
        return []
    runs = _RUN.findall(line)
    length = sum(int(count or 1) for count, _ in runs)
    check_size(where, min(length, 1 << 20), 1) if "|" not in line else None
    if length > 1 << 20:
        raise FileInvalid(f"{where}: a line stands for {length} cells; a level has at most {1 << 20}")
    return "".join(char * int(count or 1) for count, char in runs).split("|")


def _holds(line: str, chars: Set[str]) -> bool:
    """Return whether a line has a wall and nothing but ``chars``; patterns search hostile ones long."""
    return "#" in line and chars >= set(line)


def _cells(rows: list[str], where: Path) -> NDArray[np.uint8]:
    width = max(map(len, rows))
    check_size(where, width, len(rows))
    ids = {char: SOKOBAN.id(name) for char, name in _CHARS.items()}
    ids |= dict.fromkeys(_FLOOR, SOKOBAN.id("floor"))
    cells = np.array([[ids[char] for char in row.ljust(width)] for row in rows], np.uint8)
    # Floor beyond the walls is none: nothing ever comes there.
    parts, count = ndimage.label(cells != SOKOBAN.id("wall"))
    used = np.bincount(parts[cells != SOKOBAN.id("floor")], minlength=count + 1) > 0
    cells[~used[parts]] = SOKOBAN.id("void")
    return cells
