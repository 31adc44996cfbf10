"""Writing and reading levels by the suffix of the file name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import godot, overview, record, text, tmj, tmj_write, tmx, xsb
from playloom.kinds.level.formats.book.reading import level_through
from playloom.kinds.level.formats.bounds import BYTES_HIGH, read_file
from playloom.kinds.level.formats.ldtk import own as ldtk
from playloom.kinds.level.formats.ldtk import read as ldtk_read
from playloom.kinds.level.formats.ldtk.project import PROJECT_BYTES, SUFFIX
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.mapping import TileSetMapping
from playloom.kinds.level.formats.terrain.dress import dress
from playloom.kinds.level.formats.terrain.godot_terrain import own_tile_set
from playloom.kinds.level.formats.terrain.meaning import read_back_notes
from playloom.kinds.level.formats.terrain.tiled_terrain import own_sheets
from playloom.kinds.level.formats.tiled_map import TiledMap
from playloom.kinds.level.tiles import TileBook
from playloom.kinds.level.vocabulary import CORE, Vocabulary
from playloom.outputs import Encoder, write_outputs

Decoder = Callable[[bytes, Path, Vocabulary, Legend | None], Level]


def _text(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None) -> Level:
    if vocabulary.by_char.get("@") is None and xsb.looks_like(data, path):
        return xsb.decode(data, path)
    return text.decode(data, path, vocabulary)


def _xsb(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None) -> Level:
    return xsb.decode(data, path)


def _json(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None) -> Level:
    """Read a level of ours, or a Tiled map that was exported with this suffix."""
    if record.is_tiled(data, path):
        return tmj.decode(data, path, vocabulary, legend)
    return record.decode(data, path)


WRITERS: dict[str, Encoder] = {
    ".tmx": tmx.encode,
    ".tmj": tmj_write.encode,
    ".tscn": godot.encode,
    SUFFIX: ldtk.encode,
    ".txt": text.encode,
    **dict.fromkeys(xsb.SUFFIXES, xsb.encode),
    ".json": record.encode,
    ".png": overview.encode,
}
READERS: dict[str, Decoder] = {
    ".tmx": tmx.decode,
    ".tmj": tmj.decode,
    SUFFIX: ldtk_read.decode,
    ".txt": _text,
    **dict.fromkeys(xsb.SUFFIXES, _xsb),
    ".json": _json,
}


def write(level: Level, path: str | Path, **options: Any) -> list[Path]:
    """Write ``level`` in the format of the suffix, each file whole or not at all.

    Args:
        level: What to write.
        path: The main file; others (tileset, tile image) are put beside it and named after it.
        options: Handed to the format, such as ``solution=True`` for ``.png``.

    Returns:
        The files, the main one first.

    Raises:
        RequestInvalid: If the suffix is unknown, the folder is missing, or an option is wrong.
        WriteFailed: If the system refuses.
    """
    return write_each(level, {Path(path): options})


def write_each(level: Level, outputs: Mapping[Path, Mapping[str, Any]]) -> list[Path]:
    """Write ``level`` to several main files, each with its options, all of them or none; see `write`."""
    return write_outputs(level, outputs, WRITERS)


def own_tiles(mapping: TileSetMapping, path: Path) -> dict[str, Any]:
    """Return the options to write ``path`` in the user's own tiles; none if those are another tool's.

    Raises:
        FileInvalid: If the tileset cannot be read.
        RequestInvalid: If it lacks what the mapping names.
    """
    suffix = path.suffix.lower()
    if suffix == ".tscn" and mapping.is_godot:
        found = own_tile_set(mapping)
        options = {"tileset": mapping.tileset, "mapping": mapping.tiles, "tile_size": mapping.tile_size}
        return options if found is None else options | {"tile_size": found[0].tile_size, "terrains": found[1]}
    if suffix in (".tmx", ".tmj") and not mapping.is_godot:
        return {"own": own_sheets(mapping, path.parent)}
    return {}


def terrain_notes(level: Level, mapping: TileSetMapping) -> tuple[str, ...]:
    """Return what is to be said about ``level`` drawn with the terrains of the user's own tileset.

    Raises:
        FileInvalid: If the tileset cannot be read.
        RequestInvalid: If it lacks what the mapping names, or the mapping lacks a tile that the level uses.
    """
    if not mapping.terrains:
        return ()
    if mapping.is_godot:
        found = own_tile_set(mapping)
        return dress(level, mapping.tiles, found[1]).notes if found else ()
    dressed = own_sheets(mapping, Path()).dress(level)
    return (*dressed.notes, *read_back_notes(level, dressed, mapping))


def read(
    path: str | Path,
    vocabulary: Vocabulary = CORE,
    *,
    legend: Legend | None = None,
    tiles: TileBook | None = None,
) -> Level:
    """Return the level in a file, by its suffix; what was written by `write` comes back as it was.

    Args:
        path: A .tmx, .tmj, .ldtk, .txt, .xsb or .json file; ``game.ldtk#Level_0`` is one level of a project.
        vocabulary: What tiles can mean; .json files bring their own.
        legend: For Tiled maps whose tiles do not say what they mean: tile number in the map, or "tileset:id",
            to tile name; "" leaves a tile out, 0 stands for empty cells. `read_legend` reads one from a file.
        tiles: What the tiles of ``vocabulary`` look like in Tiled maps, where they are a developer's own.

    Raises:
        FileInvalid: If the file is missing, damaged, hostile, not supported or not understood.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    path = Path(path)
    file, _ = ldtk_read.split_name(path)
    decode = READERS.get(file.suffix.lower())
    if decode is None:
        raise FileInvalid(f"{path}: cannot read {path.suffix or 'no suffix'!r}; give one of {_list(READERS)}")
    most = PROJECT_BYTES if file.suffix.lower() == SUFFIX else BYTES_HIGH
    data = read_file(file, most)
    if tiles is not None and (tiled := _tiled(data, file)) is not None:
        return level_through(file, tiled, tiles, vocabulary)
    return decode(data, path, vocabulary, legend)


def _tiled(data: bytes, path: Path) -> TiledMap | None:
    """Return all that a map of Tiled holds; None for files of another format."""
    suffix = path.suffix.lower()
    root = path.resolve().parent.parent  # where a project keeps its tilesets beside its maps
    if suffix == ".tmx":
        return tmx.read_tiled(data, path, root)
    if suffix == ".tmj" or (suffix == ".json" and record.is_tiled(data, path)):
        return tmj.read_tiled(data, path, root)
    return None


def every_level(path: Path) -> list[Path]:
    """Return a path for each level in a file: an LDtk project can hold several; see `read`."""
    if path.suffix.lower() == SUFFIX:
        try:
            levels = ldtk_read.level_paths(path)
        except FileInvalid:
            return [path]  # `read` says what is wrong with it
        return levels if len(levels) > 1 else [path]
    return [path]


def _list(formats: dict[str, Any]) -> str:
    return ", ".join(sorted(formats))
