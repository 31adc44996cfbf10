"""Reading and writing levels in the formats of other tools."""

from playloom.kinds.level.formats.save import READERS, WRITERS, read, write

__all__ = ["READERS", "WRITERS", "read", "write"]
