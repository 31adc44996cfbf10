"""The short Python way: make a level, read it, write it, check it.

Everything here is also what the command line calls, so both give the same bytes.
"""

import difflib
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level import formats
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import STEPS, Level, LevelRequest
from playloom.kinds.level.vocabulary import CORE, Vocabulary
from playloom.library import DEFAULT_LEVELS, Library

if TYPE_CHECKING:
    from playloom.kinds.level.generator import LevelGenerator

Counts = int | tuple[int, int]  # exact, or (low, high) with both included
Shares = float | tuple[float, float]

KIND = "level"


def level(
    theme: str = "dungeon",
    *,
    size: tuple[int, int] = (32, 32),
    seed: int = 0,
    style: str | None = None,
    enemies: Counts | None = None,
    common: Counts | None = None,
    strong: Counts | None = None,
    bosses: Counts | None = None,
    treasure: Counts | None = None,
    keys: Counts | None = None,
    locks: Counts | None = None,
    people: Counts | None = None,
    openness: Shares | None = None,
    path: Counts | None = None,
    steps: int = STEPS,
    attempts: int = 8,
    pinned: NDArray[np.uint8] | None = None,
    package: str | Path | None = None,
) -> Level:
    """Make one level that has passed the independent check and meets every control.

    Args:
        theme: A theme of the package, such as ``"dungeon"``.
        size: (width, height) in cells, 8 to 256 each.
        seed: Same package, request and seed give the same level.
        style: One of the theme's styles; None draws one from the seed.
        enemies: Common and strong enemies together. This and each control below is exact or
            ``(low, high)``; None leaves it to the model.
        common: Common enemies.
        strong: Strong enemies.
        bosses: Bosses.
        treasure: Pickups and chests.
        keys: Keys; with ``locks`` None as many locked doors.
        locks: Locked doors; with ``keys`` None as many keys.
        people: People to meet.
        openness: Share of cells that can be walked on, 0 to 1.
        path: Moves of the shortest solution.
        steps: Network passes, 1 to 64; more look better and take longer.
        attempts: Tries before giving up, 1 to 64.
        pinned: Shape (height, width): tile ids to keep, 255 where the model may choose.
        package: Name or folder of a level package; None takes the one that is shipped.

    Raises:
        RequestInvalid: If the request contradicts itself, the package or the limits.
        GenerationFailed: If no attempt passed its checks.
    """
    width, height = _size(size)
    controls = {
        "enemies": enemies,
        "common": common,
        "strong": strong,
        "bosses": bosses,
        "treasure": treasure,
        "keys": keys,
        "locks": locks,
        "people": people,
        "openness": openness,
        "path": path,
    }
    request = LevelRequest(
        theme=theme,
        width=width,
        height=height,
        seed=seed,
        style=style,
        **{name: _range(name, value) for name, value in controls.items()},
        steps=steps,
        attempts=attempts,
        pinned=pinned,
    )
    return make_level(request, level_generator(package))


def _size(size: object) -> tuple[Any, Any]:
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise RequestInvalid(f"size is {size!r}; give (width, height) in cells")
    return size[0], size[1]


def _range(name: str, value: object) -> Any:
    """One number is a range of that number alone; whether it is one, `LevelRequest` judges."""
    if isinstance(value, str):
        raise RequestInvalid(f"{name} is {value!r}; give a number or (low, high)")
    return value if value is None or isinstance(value, tuple | list) else (value, value)


def make_level(
    request: LevelRequest,
    generator: "LevelGenerator",
    progress: Callable[[float], None] | None = None,
) -> Level:
    """Make the level of ``request``, whose theme and style the package must have (`check_theme`)."""
    check_theme(request, generator.themes)
    return generator.generate(request, progress)


def check_theme(request: LevelRequest, themes: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a theme or style that is not among ``themes`` (theme to its styles).

    Raises:
        RequestInvalid: With the names there are, and the nearest.
    """
    if request.theme not in themes:
        raise RequestInvalid(f"no theme is called {request.theme!r}; {_choices(request.theme, themes)}")
    styles = themes[request.theme]
    if request.style is not None and request.style not in styles:
        where = f"theme {request.theme!r} has no style {request.style!r}"
        raise RequestInvalid(f"{where}; {_choices(request.style, styles)}")


def _choices(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    nearest = f"; did you mean {near[0]!r}?" if near else ""
    return f"choose one of {', '.join(sorted(known))}{nearest}"


@functools.cache
def default_library() -> Library:
    """Return the library of this process: shipped packages and the folders of PLAYLOOM_MODELS."""
    return Library.default()


def level_generator(package: str | Path | None = None) -> "LevelGenerator":
    """Return the generator of a level package, loaded on first use and kept; None: the default one.

    Raises:
        RequestInvalid: If ``package`` is neither text nor a path.
        KindUnknown: If no package has that name.
        PackageInvalid: If it is not sound.
    """
    if not isinstance(package, str | Path | None):
        raise RequestInvalid(f"package is {package!r}; give the name or the folder of a level package")
    generator: LevelGenerator = default_library().generator(KIND, package or DEFAULT_LEVELS)
    return generator


def read_level(
    path: str | Path, vocabulary: Vocabulary = CORE, *, legend: formats.Legend | str | Path | None = None
) -> Level:
    """Read a map (.tmx, .tmj, .txt, .json), with its evidence where it has some.

    Args:
        path: The file, its format by suffix.
        vocabulary: What tiles can mean.
        legend: What the tiles of a Tiled map mean that does not say so, such as ``{"ruins:5": "wall"}``, or a
            TOML file with such lines.

    Raises:
        FileInvalid: If a file is damaged, hostile or of another format.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    if isinstance(legend, str | Path):
        legend = formats.read_legend(Path(legend))
    return formats.read(Path(path), vocabulary, legend=legend)


def write_level(
    level: Level,
    *paths: str | Path,
    tileset: formats.TileSetMapping | str | Path | None = None,
    solution: bool = False,
    tiles: str | None = None,
) -> list[Path]:
    """Write a level to each of ``paths``, the format by suffix, and return all files written.

    Each file is written atomically: it is the old one or the whole new one.

    Args:
        level: What to write.
        paths: The files.
        tileset: For .tscn files: where the game's own TileSet holds each tile, or the TOML file that says so.
        solution: For .png files: whether to draw the solution in.
        tiles: For .tmx and .tmj files: stem of the names of tileset and tile image, so that maps of one theme
            in one folder share them; None: each map's own.

    Raises:
        RequestInvalid: If a suffix is of no known format, a folder is missing, the mapping lacks a tile that
            the level uses, or there is no solution to draw.
        FileInvalid: If the mapping cannot be read.
        WriteFailed: If the system refuses.
    """
    if isinstance(tileset, str | Path):
        tileset = formats.read_mapping(Path(tileset))
    options: dict[str, dict[str, object]] = {
        ".png": {"solution": solution},
        ".tmx": {"tiles": tiles},
        ".tmj": {"tiles": tiles},
    }
    if tileset is not None:
        options[".tscn"] = {
            "tileset": tileset.tileset,
            "mapping": tileset.tiles,
            "tile_size": tileset.tile_size,
        }
    places = [Path(path) for path in paths]
    return formats.write_each(level, {place: options.get(place.suffix.lower(), {}) for place in places})


def check_level(
    level: Level | str | Path, request: LevelRequest | None = None, *, open_border: bool = False
) -> Judgement:
    """Judge a level, or a map file, by the rules and by the controls of ``request``.

    The outermost cells must not be walkable, but where the level's evidence says that its
    style or the pinned cells open them.

    Args:
        level: What to judge, or its file.
        request: What was wanted.
        open_border: Whether any of the outermost cells may be walkable.

    Raises:
        FileInvalid: If a file cannot be read.
    """
    if not isinstance(level, Level):
        level = read_level(level)
    return judge(level, request, border=border_of(level, open_border=open_border))


def border_of(level: Level, *, open_border: bool) -> tuple[tuple[int, int], ...] | None:
    """Return the outermost cells (x, y) that may be walkable, as `judge` takes them; None: all."""
    if open_border:
        return None
    return level.evidence.border if level.evidence else ()
