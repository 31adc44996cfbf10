"""The short Python way: make a level or a sprite, read it, write it, check it.

Everything here is also what the command line calls, so both give the same bytes. A kind of content has its
own chapters, called after it: `level_making` and `level_files`, `sprite_making` and `sprite_files`;
`packages` is shared. A chapter is loaded when something of it is first used: who makes sprites loads no
level.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playloom.api.level_files import border_of, check_level, read_level, write_level
    from playloom.api.level_making import Counts, Shares, distinct_levels, endless, level, make_level
    from playloom.api.packages import (
        KIND,
        check_theme,
        choices,
        default_library,
        level_generator,
        level_themes,
        only_theme,
    )

__all__ = [
    "KIND",
    "Counts",
    "Shares",
    "border_of",
    "check_level",
    "check_theme",
    "choices",
    "default_library",
    "distinct_levels",
    "endless",
    "level",
    "level_generator",
    "level_themes",
    "make_level",
    "only_theme",
    "read_level",
    "write_level",
]

_HOMES = {
    "level_files": ("border_of", "check_level", "read_level", "write_level"),
    "level_making": ("Counts", "Shares", "distinct_levels", "endless", "level", "make_level"),
    "packages": (
        "KIND",
        "check_theme",
        "choices",
        "default_library",
        "level_generator",
        "level_themes",
        "only_theme",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a name from its chapter, once."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
