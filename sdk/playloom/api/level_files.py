"""Level files: reading, writing and checking them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from playloom.api.packages import has_open_border
from playloom.kinds.level import formats
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.endless.check import is_region, judge_region
from playloom.kinds.level.vocabulary import CORE, Vocabulary

if TYPE_CHECKING:
    from playloom.kinds.level.generator import LevelGenerator


def read_level(
    path: str | Path,
    vocabulary: Vocabulary = CORE,
    *,
    legend: formats.Legend | str | Path | None = None,
    generator: "LevelGenerator | None" = None,
) -> Level:
    """Read a map (.tmx, .tmj, .ldtk, .txt, .json), with its evidence where it has some.

    Args:
        path: The file, its format by suffix; ``game.ldtk#Level_0`` is one level of an LDtk project.
        vocabulary: What tiles can mean.
        legend: What the tiles of a map of Tiled or LDtk mean that does not say so, such as
            ``{"ruins:5": "wall"}``, or a TOML file with such lines.
        generator: Of the package that ``vocabulary`` is of: the level takes its rules and, where it was
            trained on a developer's own maps, their tiles.

    Raises:
        FileInvalid: If a file is damaged, hostile or of another format.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    if isinstance(legend, str | Path):
        legend = formats.read_legend(Path(legend))
    if generator is None:
        return formats.read(Path(path), vocabulary, legend=legend)
    level = formats.read(Path(path), vocabulary, legend=legend, tiles=generator.tiles)
    if level.vocabulary != generator.vocabulary:  # a file may bring its own, and a sketch has one more
        return level
    return replace(level, movement=generator.movement, tiles=generator.tiles, adjacency=generator.adjacency)


def write_level(
    level: Level,
    *paths: str | Path,
    tileset: formats.TileSetMapping | str | Path | None = None,
    solution: bool = False,
    tiles: str | None = None,
    ldtk: formats.LdtkTarget | None = None,
    art: str | None = None,
) -> list[Path]:
    """Write a level to each of ``paths``, the format by suffix, and return all files written.

    Each file is written atomically: it is the old one or the whole new one.

    Args:
        level: What to write.
        paths: The files.
        tileset: Where your own tileset holds each tile, or the TOML file that says so: a Godot TileSet for
            .tscn files, a tileset of Tiled for .tmx and .tmj. What did not fit says `formats.terrain_notes`.
        solution: For .png files: whether to draw the solution in.
        tiles: For .tmx and .tmj files: stem of the names of tileset and tile image, so that maps of one theme
            in one folder share them; None: each map's own.
        ldtk: For .ldtk files: your own project, of which each becomes a copy with the level in it, tiled by
            the project's rules; None: a new project.
        art: For .tmx and .tmj files of a level in your own tiles: the folder of your tilesets as seen from
            the map, such as "../art"; None: copies beside the map.

    Raises:
        RequestInvalid: If a suffix is of no known format, a folder is missing, the mapping lacks a tile that
            the level uses, there is no solution to draw, or a tileset or tile image would replace a file that
            does not belong to the map.
        FileInvalid: If the mapping cannot be read.
        WriteFailed: If the system refuses.
    """
    if isinstance(tileset, str | Path):
        tileset = formats.read_mapping(Path(tileset))
    options: dict[str, dict[str, object]] = {
        ".png": {"solution": solution},
        ".tmx": {"tiles": tiles, "art": art},
        ".tmj": {"tiles": tiles, "art": art},
    }
    if ldtk is not None:
        options[".ldtk"] = {"target": ldtk}
    places = [Path(path) for path in paths]
    for place in places:
        if ldtk is not None and place.suffix.lower() == ".ldtk":
            ldtk.check_place(place)
    own = {place: formats.own_tiles(tileset, place) for place in places} if tileset is not None else {}
    return formats.write_each(
        level, {place: options.get(place.suffix.lower(), {}) | own.get(place, {}) for place in places}
    )


def check_level(
    level: Level | str | Path, request: LevelRequest | None = None, *, open_border: bool = False
) -> Judgement:
    """Judge a level, or a map file, by the rules and by the controls of ``request``.

    The outermost cells must not be walkable, but where the level's evidence says that its style or the pinned
    cells open them, or, without evidence, where a style of its theme does. Chunks of an endless level are
    held to its rules.

    Args:
        level: What to judge, or its file.
        request: What was wanted.
        open_border: Whether any of the outermost cells may be walkable.

    Raises:
        FileInvalid: If a file cannot be read.
    """
    if not isinstance(level, Level):
        level = read_level(level)
    if level.evidence and is_region(level.evidence.request):
        return judge_region(level, level.evidence.request)
    return judge(level, request, border=border_of(level, open_border=open_border))


def border_of(level: Level, *, open_border: bool) -> tuple[tuple[int, int], ...] | None:
    """Return the outermost cells (x, y) that may be walkable, as `judge` takes them; None: all."""
    if level.evidence is not None and not open_border:
        return level.evidence.border
    return None if open_border or has_open_border(level.theme) else ()
