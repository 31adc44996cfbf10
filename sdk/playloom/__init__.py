"""Playloom: checked, reproducible, accountable game content from small neural networks.

Importing this costs next to nothing: each public name loads its module on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playloom.api import check_level, endless, level, read_level, write_level
    from playloom.api.quest_making import quest, write_quest
    from playloom.api.sprite_files import check_sprite, read_sprite, write_sprite
    from playloom.api.sprite_making import sprite, sprites
    from playloom.api.sprite_walking import walk
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
    from playloom.kinds.quest.content import Quest
    from playloom.kinds.sprite.content import Animation, Clip, Sprite
    from playloom.kinds.sprite.contract import Contract
    from playloom.kinds.sprite.palette import Palette
    from playloom.library import Library
    from playloom.package import Package

    __version__: str

__all__ = [
    "Animation",
    "Clip",
    "Contract",
    "Evidence",
    "FileInvalid",
    "GenerationFailed",
    "KindUnknown",
    "Level",
    "LevelRequest",
    "Library",
    "Package",
    "PackageInvalid",
    "Palette",
    "PlayloomError",
    "Quest",
    "RequestInvalid",
    "Sprite",
    "World",
    "WriteFailed",
    "__version__",
    "check_level",
    "check_sprite",
    "distinct_levels",
    "endless",
    "level",
    "quest",
    "read_level",
    "read_sprite",
    "sprite",
    "sprites",
    "walk",
    "write_level",
    "write_quest",
    "write_sprite",
]

_HOMES = {
    "playloom.api": ("check_level", "distinct_levels", "endless", "level", "read_level", "write_level"),
    "playloom.api.quest_making": ("quest", "write_quest"),
    "playloom.api.sprite_files": ("check_sprite", "read_sprite", "write_sprite"),
    "playloom.api.sprite_making": ("sprite", "sprites"),
    "playloom.api.sprite_walking": ("walk",),
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
    "playloom.kinds.quest.content": ("Quest",),
    "playloom.kinds.sprite.content": ("Animation", "Clip", "Sprite"),
    "playloom.kinds.sprite.contract": ("Contract",),
    "playloom.kinds.sprite.palette": ("Palette",),
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
