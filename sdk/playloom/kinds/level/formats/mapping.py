"""The TOML file that says where the user's own tileset has each tile of ours; for Godot and for Tiled.

Godot: ``tileset = "res://..."``, tiles as [source, column, row]. Tiled: ``tileset = "ruins.tsx"``, tiles as
ids, or as "props.tsx:12" where they are in another tileset. Under ``[terrains]`` stand the tiles that are
drawn with a terrain set of that tileset, by the names of its terrains.
"""

import difflib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.grounds import SIDE
from playloom.kinds.level.vocabulary import CORE, SOKOBAN, Role, Vocabulary
from playloom.kinds.level.vocabulary import SIDE as SIDE_VIEW

Place = tuple[int, int, int]  # of a tile in a TileSet: source id, atlas column, atlas row

_IN_GODOT = re.compile(r"(res|uid)://[^\x00-\x1f\"\\]+")
_IN_TILED = re.compile(r"[^\x00-\x1f]+\.(tsx|tsj|xml|json)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"([^\x00-\x1f]+\.(?:tsx|tsj|xml|json)):([0-9]{1,7})", re.IGNORECASE | re.ASCII)
_ID_HIGH = 1 << 24


class TileSetMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the user's own tileset holds each tile of a vocabulary."""

    tileset: str  # Godot: "res://..." or "uid://..."; Tiled: path of a .tsx or .tsj file
    tiles: dict[str, Place | int | str] = {}  # Godot: place; Tiled: id, or "props.tsx:12"
    tile_size: tuple[int, int] = (SIDE, SIDE)  # pixels; Godot, where no terrains are used
    terrains: dict[str, str] = {}  # name of our tile to name of a terrain
    terrain_set: int | str | None = None  # its number (Godot) or name (Tiled), where it is not the only one
    between: str | None = None  # the terrain where others meet, "" for none; None: the first, if it can
    dual_grid: bool = (
        False  # the terrain lies half a tile up and to the left, each corner of its tiles is a cell
    )
    project: str = ""  # Godot: folder with project.godot; "": none is known

    @property
    def is_godot(self) -> bool:
        """Whether it speaks of a Godot TileSet rather than of a Tiled tileset."""
        return "://" in self.tileset


def read_mapping(path: Path) -> TileSetMapping:
    """Read a mapping from TOML: ``tileset``, ``tile_size``, a ``[tiles]`` entry a tile, and ``[terrains]``.

    Paths of tilesets are taken from the folder of the file; of a Godot project the nearest folder upwards
    that holds project.godot is found, unless ``project`` says which.

    Raises:
        FileInvalid: If the file is missing, not TOML, or holds anything else.
    """
    try:
        data = read_file(path)
        _check_keys(path, msgspec.toml.decode(data, type=dict[str, Any]))
        mapping = msgspec.toml.decode(data, type=TileSetMapping, strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(
            f'{path}: {error}; expected tileset = "res://...", tile_size = [16, 16] and, under [tiles], '
            'name = [source, column, row] for Godot; tileset = "ruins.tsx" and name = id for Tiled; '
            'and for terrains, under [terrains], name = "their name"'
        ) from error
    try:
        check_mapping(mapping)
    except RequestInvalid as error:
        raise FileInvalid(f"{path}: {error}") from error
    if mapping.is_godot:
        project = path.parent / mapping.project if mapping.project else _project_of(path)
        return msgspec.structs.replace(mapping, project="" if project is None else str(project))
    return msgspec.structs.replace(
        mapping,
        tileset=str(path.parent / mapping.tileset),
        tiles={name: _beside(path, where) for name, where in mapping.tiles.items()},
    )


def _check_keys(path: Path, found: Collection[str]) -> None:
    known = TileSetMapping.__struct_fields__
    for key in found:
        if key not in known:
            raise FileInvalid(
                f"{path}: has no key {key[:40]!r}{_near(key, known)}; it can have {', '.join(known)}"
            )


def _near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def check_names(names: Collection[str], vocabulary: Vocabulary) -> None:
    """Refuse names that are no tiles: neither of the level's vocabulary nor of one of ours.

    A mapping can serve levels of several vocabularies; those of ours are known.

    Raises:
        RequestInvalid: If there is such a name.
    """
    own = [tile.name for tile in vocabulary.tiles]
    known = {*own, *(tile.name for ours in (CORE, SIDE_VIEW, SOKOBAN) for tile in ours.tiles)}
    strange = [name for name in names if name not in known]
    if strange:
        each = ", ".join(f"{name!r}{_near(name, own)}" for name in strange)
        raise RequestInvalid(f"no tile is called {each}; choose of {', '.join(sorted(own))}")


def lacking(
    missing: Collection[str], names: Collection[str], vocabulary: Vocabulary, how: str
) -> RequestInvalid:
    """Return the error for tiles that a level uses and the mapping lacks, with those that another may use.

    Args:
        missing: Names of tiles of the level.
        names: All that the mapping has.
        vocabulary: Of the level.
        how: What to add for each of them.
    """
    rest = [
        tile.name
        for tile in vocabulary.tiles
        if tile.name not in names and tile.name not in missing and tile.role is not Role.VOID
    ]
    more = f"; other levels may use {', '.join(rest)}, which it lacks too" if rest else ""
    return RequestInvalid(
        f"the level uses {', '.join(sorted(missing))}, which the mapping lacks{more}; {how}"
    )


def _project_of(path: Path) -> Path | None:
    folders = path.resolve().parents
    return next((folder for folder in folders if (folder / "project.godot").is_file()), None)


def _beside(path: Path, where: Place | int | str) -> Place | int | str:
    return str(path.parent / where) if isinstance(where, str) else where


def check_mapping(mapping: TileSetMapping) -> None:
    """Judge what a mapping says by itself.

    Raises:
        RequestInvalid: If it names no tileset, or gives places of another tool than the tileset's.
    """
    if not (_IN_GODOT if mapping.is_godot else _IN_TILED).fullmatch(mapping.tileset):
        raise RequestInvalid(
            f"tileset is {mapping.tileset!r}; give its path in the Godot project: res://... or uid://..., "
            "or a .tsx or .tsj file of Tiled"
        )
    if not all(1 <= side <= 4096 for side in mapping.tile_size):
        raise RequestInvalid(f"tile_size is {mapping.tile_size}; choose 1 to 4096 pixels each")
    for name, where in mapping.tiles.items():
        if mapping.is_godot and not _is_place(where):
            raise RequestInvalid(
                f"mapping of {name!r} is {where}; give (source, column, row), each 0 to 32767"
            )
        if not mapping.is_godot:
            tiled_place(name, where)


def _is_place(where: object) -> bool:
    return (
        isinstance(where, tuple | list)
        and len(where) == 3
        and all(isinstance(number, int) and 0 <= number <= 32767 for number in where)
    )


def tiled_place(name: str, where: Place | int | str) -> tuple[str | None, int]:
    """Return the tileset file (None: the mapping's own) and the id of a tile of Tiled.

    Raises:
        RequestInvalid: If it is neither an id nor "props.tsx:12".
    """
    elsewhere = _ELSEWHERE.fullmatch(where) if isinstance(where, str) else None
    if elsewhere:
        return elsewhere[1], int(elsewhere[2])
    if isinstance(where, bool) or not isinstance(where, int) or not 0 <= where <= _ID_HIGH:
        raise RequestInvalid(
            f'mapping of {name!r} is {where}; give the id of a tile, such as 12, or "props.tsx:12"'
        )
    return None, where
