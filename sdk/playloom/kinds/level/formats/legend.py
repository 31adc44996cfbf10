"""Legends: what the tiles of other people's Tiled maps mean, where the maps do not say so themselves."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import read_file

Legend = Mapping[int | str, str]
"""Number of a tile in the map, or "tileset:id", to tile name; "" leaves a tile out, 0 means empty cells."""

_KEY = re.compile(r"[0-9]{1,9}|.+:[0-9]{1,9}", re.ASCII)


def read_legend(path: Path) -> Legend:
    """Read a legend from TOML: lines like ``"ruins:5" = "wall"``, ``12 = "door"`` or ``0 = "floor"``.

    Raises:
        FileInvalid: If the file is missing, not TOML, or holds anything else.
    """
    try:
        lines = msgspec.toml.decode(read_file(path), type=dict[str, str], strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(f'{path}: {error}; expected lines like "tileset:id" = "wall"') from error
    for key in lines:
        if not _KEY.fullmatch(key):
            raise FileInvalid(
                f"{path}: {key[:40]!r} names no tile; write the tile's number in the map, such as 12, "
                'or "tileset:id", such as "ruins:5"'
            )
    legend: Legend = {key: name for key, name in lines.items()}
    return legend
