"""Legends: what the tiles of other people's maps mean, where the maps do not say so themselves."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.mapping import read_mapping
from playloom.kinds.level.formats.terrain.meaning import legend_of

Legend = Mapping[int | str, str]
"""To the name of a tile: its number in the map, "tileset:id", or in LDtk a name; 0 means empty cells.

"" leaves a tile out.
"""

_NAME = (
    "[A-Za-z_][A-Za-z0-9_]{0,254}"  # as LDtk allows it: of an entity, or of a value after that of its layer
)
_KEY = re.compile(rf"[0-9]{{1,9}}|.+:[0-9]{{1,9}}|{_NAME}(:{_NAME})?", re.ASCII)


def read_legend(path: Path) -> Legend:
    """Read a legend from TOML: lines like ``"ruins:5" = "wall"``, ``12 = "door"`` or ``0 = "floor"``.

    A mapping (see `formats.mapping`) is read the other way round: what it drew means what it was drawn for.

    Raises:
        FileInvalid: If the file is missing, not TOML, or holds anything else.
    """
    data = read_file(path)
    if _is_mapping(data):
        try:
            return legend_of(read_mapping(path))
        except RequestInvalid as error:
            raise FileInvalid(f"{path}: {error}") from error
    if _is_for_training(data):
        raise FileInvalid(
            f"{path}: is a legend for training on your own maps; the package that was trained with it knows "
            "its tiles, so give --package FOLDER and no --legend"
        )
    try:
        lines = msgspec.toml.decode(data, type=dict[str, str], strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(f'{path}: {error}; expected lines like "tileset:id" = "wall"') from error
    for key in lines:
        if not _KEY.fullmatch(key):
            raise FileInvalid(
                f"{path}: {key[:40]!r} names no tile; write the tile's number in the map, such as 12, "
                'or "tileset:id", such as "ruins:5", or a name in an LDtk project, such as "Player"'
            )
    legend: Legend = {key: name for key, name in lines.items()}
    return legend


def _is_mapping(data: bytes) -> bool:
    found = _keys(data)
    place = found.get("tileset")  # a file or a resource: the word alone could be the name of an entity
    return isinstance(place, str) and ("." in place or ":" in place)


def _is_for_training(data: bytes) -> bool:
    """Return whether it is a legend of `own.legend`, which has tables."""
    found = _keys(data)
    return any(isinstance(found.get(table), dict) for table in ("tiles", "objects", "layers"))


def _keys(data: bytes) -> dict[str, object]:
    """Return what a file of TOML says, nothing if it is none."""
    try:
        found: dict[str, object] = msgspec.toml.decode(data)
    except (UnicodeDecodeError, msgspec.MsgspecError):
        return {}
    return found
