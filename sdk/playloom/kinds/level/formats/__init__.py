"""Reading and writing levels in the formats of other tools."""

from playloom.kinds.level.formats.godot import TileSetMapping, read_mapping
from playloom.kinds.level.formats.legend import Legend, read_legend
from playloom.kinds.level.formats.save import READERS, WRITERS, read, write, write_each

__all__ = [
    "READERS",
    "WRITERS",
    "Legend",
    "TileSetMapping",
    "read",
    "read_legend",
    "read_mapping",
    "write",
    "write_each",
]
