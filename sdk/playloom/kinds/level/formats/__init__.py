"""Reading and writing levels in the formats of other tools."""

from playloom.kinds.level.formats.ldtk.names import Names as LdtkNames
from playloom.kinds.level.formats.ldtk.names import read_names as read_ldtk_names
from playloom.kinds.level.formats.ldtk.own import Target as LdtkTarget
from playloom.kinds.level.formats.legend import Legend, read_legend
from playloom.kinds.level.formats.mapping import TileSetMapping, read_mapping
from playloom.kinds.level.formats.save import (
    READERS,
    WRITERS,
    every_level,
    own_tiles,
    read,
    terrain_notes,
    write,
    write_each,
)

__all__ = [
    "READERS",
    "WRITERS",
    "LdtkNames",
    "LdtkTarget",
    "Legend",
    "TileSetMapping",
    "every_level",
    "own_tiles",
    "read",
    "read_ldtk_names",
    "read_legend",
    "read_mapping",
    "terrain_notes",
    "write",
    "write_each",
]
