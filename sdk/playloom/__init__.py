"""Playloom: checked, reproducible, accountable game content from small neural networks.

Importing this costs next to nothing: each public name loads its module on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playloom.api import check_level, endless, level, read_level, write_level
    from playloom.errors import (
        FileInvalid,
        GenerationFailed,
        KindUnknown,
        PackageInvalid,
        PlayloomError,
        RequestInvalid,
        WriteFailed,
    )
    from playloom.kinds.level.content import Evidence, Level, LevelRequest
    from playloom.kinds.level.endless.world import World
    from playloom.library import Library
    from playloom.package import Package

    __version__: str

__all__ = [
    "Evidence",
    "FileInvalid",
    "GenerationFailed",
    "KindUnknown",
    "Level",
    "LevelRequest",
    "Library",
    "Package",
    "PackageInvalid",
    "PlayloomError",
    "RequestInvalid",
    "World",
    "WriteFailed",
    "__version__",
    "check_level",
    "distinct_levels",
    "endless",
    "level",
    "read_level",
    "write_level",
]

_HOMES = {
    "playloom.api": ("check_level", "distinct_levels", "endless", "level", "read_level", "write_level"),
    "playloom.errors": (
        "FileInvalid",
        "GenerationFailed",
        "KindUnknown",
        "PackageInvalid",
        "PlayloomError",
        "RequestInvalid",
        "WriteFailed",
    ),
    "playloom.kinds.level.content": ("Evidence", "Level", "LevelRequest"),
    "playloom.kinds.level.endless.world": ("World",),
    "playloom.library": ("Library",),
    "playloom.package": ("Package",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name from its module, once."""
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("playloom")
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module 'playloom' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
