"""The tables of a project file: a structure for each sort of asset, with the fields of the Python functions.

Nothing is listed twice: the fields of `[level.NAME]` are the arguments of `playloom.level`, and so on. This
module loads the kinds; who only wants to know whether something changed does without it.
"""

import inspect
from collections.abc import Callable
from functools import cache, reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from playloom.api.level_making import Counts, Shares
from playloom.api.level_making import level as make_level
from playloom.api.quest_making import quest as make_quest
from playloom.api.sprite_making import sprite as make_sprite
from playloom.api.sprite_tiles import TileSetKind
from playloom.api.sprite_walking import walk as make_walk
from playloom.api.world_sprites import world_sprites
from playloom.kinds.quest.world import Genre
from playloom.kinds.sprite.tiles import Border

Word = Annotated[str, Meta(min_length=1, max_length=1000)]
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_-]{0,39}\Z")]
Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Colours = Annotated[tuple[Annotated[str, Meta(pattern=r"\A#?[0-9a-fA-F]{6}\Z")], ...], Meta(min_length=2)]
_TWO = Meta(min_length=2, max_length=2)
_Size = str | Annotated[tuple[int, ...], _TWO]  # "48x32" or [48, 32]
_Counts = int | str | Annotated[tuple[int, ...], _TWO]  # 6, "4..8" or [4, 8]
_Shares = float | str | Annotated[tuple[float, ...], _TWO]
_Outputs = Annotated[tuple[Word, ...], Meta(min_length=1, max_length=16)]

# What a file cannot hold in the form that Python takes, by type or by name; None: no field of a file.
_BY_TYPE: dict[Any, Any] = {Counts | None: _Counts, Shares | None: _Shares}
_BY_NAME: dict[str, Any] = {
    "seed": None,  # stands beside count
    "size": None,
    "package": Word,
    "palette": Word | Colours,
    **dict.fromkeys(("like", "partial", "silhouette", "figure"), Word),  # a file or a sprite of the project
    "world": Word,
    "scripts": Word | Annotated[tuple[Word, ...], Meta(max_length=64)],
    "pinned": None,
    "listen": None,
    "model": None,  # a folder without a card: nobody could say what its words are made from
    "theme": Word,
}
_MANY = (("count", Annotated[int, Meta(ge=1, le=100_000)]), ("seed", Seed), ("seeds", tuple[Seed, ...]))
_WRITTEN = (("outputs", _Outputs),)


def _fields_of(function: Callable[..., Any], **own: Any) -> list[tuple[str, Any]]:
    """Return name and type of each argument that a file can give; ``own`` types go before."""
    hints = get_type_hints(function)
    found = []
    for name in inspect.signature(function).parameters:
        hint = own[name] if name in own else _BY_NAME.get(name, hints[name])
        if hint is not None:
            found.append((name, _without_none(_BY_TYPE.get(hint, hint))))
    return found


def _without_none(hint: Any) -> Any:
    """Return a type without None, which TOML has no word for: what is to be left open is left out."""
    parts = [part for part in get_args(hint) if part is not NoneType]
    return reduce(or_, parts) if NoneType in get_args(hint) else hint


@cache
def tables() -> dict[str, type[msgspec.Struct]]:
    """Return the structure of every sort of table, by its name; nothing in it has a default."""
    sorts: dict[str, tuple[list[tuple[str, Any]], tuple[str, ...], str]] = {
        "model": (
            [("path", Word), ("sha256", Sha256)],
            (),
            "A model package, pinned by the SHA-256 of its manifest.json.",
        ),
        "palette": (
            [("name", Word), ("file", Word), ("colours", Colours)],
            (),
            "Colours that sprites are drawn in: one of name, file and colours.",
        ),
        "world": (
            [("file", Word), ("example", Word), ("level", Word), ("genre", Genre), ("seed", Seed), *_WRITTEN],
            (),
            "Where quests are set: a file, an example, or a draft around a level.",
        ),
        "tileset": (
            [
                *(("over", Word), ("under", Word), ("over_name", Word), ("under_name", Word)),
                *(("kind", TileSetKind), ("palette", Word | Colours), ("seed", Seed)),
                *_fields_of(Border),
                *(("objects", dict[str, Word]), ("drawn", dict[str, Word])),
                *(("mapping", Word), ("tileset_path", Word)),
                *_WRITTEN,
            ],
            ("over", "outputs"),
            "Terrain tiles out of two textures; levels can be drawn in it.",
        ),
        "level": (
            [*_fields_of(make_level, size=_Size), ("tileset", Word), ("solution", bool), *_MANY, *_WRITTEN],
            ("outputs",),
            "Tile-map levels.",
        ),
        "sprite": (
            [*_fields_of(make_sprite, size=Literal[16, 24, 32, 48]), ("scale", int), *_MANY, *_WRITTEN],
            ("outputs",),
            "Sprites.",
        ),
        "cast": (
            [
                *_fields_of(world_sprites, size=Literal[16, 24, 32, 48]),
                ("tables", tuple[Literal["people", "items", "enemies"], ...]),
                ("candidates", Annotated[int, Meta(ge=1, le=64)]),  # seeds tried; the most varied is taken
                ("seed", Seed),
                *_WRITTEN,
            ],
            ("world", "outputs"),
            "A sprite for each person, item and enemy of a world.",
        ),
        "walk": (
            [*_fields_of(make_walk), *_WRITTEN],
            ("figure", "outputs"),
            "A walk in four directions of one figure.",
        ),
        "quest": ([*_fields_of(make_quest), *_MANY, *_WRITTEN], ("outputs",), "Quests."),
        "scene": (
            [
                *(("level", Word), ("world", Word), ("cast", Word), ("hero", Word), ("script", Word)),
                ("quests", Annotated[tuple[Word, ...], Meta(max_length=64)]),
                *_WRITTEN,
            ],
            ("level", "world", "cast", "outputs"),
            "A Godot scene: a level with the people and enemies of its world, and the quests set there.",
        ),
    }
    return {sort: _structure(sort, *parts) for sort, parts in sorts.items()}


def _structure(
    sort: str, fields: list[tuple[str, Any]], required: tuple[str, ...], about: str
) -> type[msgspec.Struct]:
    wanted: list[Any] = [
        (name, hint) if name in required else (name, hint | UnsetType, UNSET) for name, hint in fields
    ]
    made = msgspec.defstruct(sort.capitalize(), wanted, kw_only=True, frozen=True, forbid_unknown_fields=True)
    made.__doc__ = about
    return made
