"""The short Python way: make a level, read it, write it, check it.

Everything here is also what the command line calls, so both give the same bytes.
"""

import difflib
import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level import formats
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import ENDLESS_STEPS, STEPS, Level, LevelRequest
from playloom.kinds.level.endless.check import is_region, judge_region
from playloom.kinds.level.settings import named_styles
from playloom.kinds.level.variety import TRIES, UNLIKE, unlike
from playloom.kinds.level.vocabulary import CORE, Vocabulary
from playloom.library import SHIPPED_LEVELS, Library

if TYPE_CHECKING:
    from playloom.kinds.level.endless.world import World
    from playloom.kinds.level.generator import LevelGenerator

Counts = int | tuple[int, int]  # exact, or (low, high) with both included
Shares = float | tuple[float, float]

KIND = "level"


def level(
    theme: str = "dungeon",
    *,
    size: tuple[int, int] | None = None,
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
    crates: Counts | None = None,
    pushes: Counts | None = None,
    difficulty: Shares | None = None,
    steps: int = STEPS,
    attempts: int = 8,
    pinned: NDArray[np.uint8] | None = None,
    package: str | Path | None = None,
) -> Level:
    """Make one level that has passed the independent check and meets every control.

    Args:
        theme: A theme of the package, such as ``"dungeon"``.
        size: (width, height) in cells, 8 to 1024 each; None takes the package's usual one.
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
        crates: Sokoban: crates, each with a goal.
        pushes: Sokoban: pushes of the shortest solution.
        difficulty: How hard it is, 0 to 1: 0.5 is the middle of levels made with no wishes, 0.9 is harder
            than nine in ten of them. One number is met within 0.05.
        steps: Network passes, 1 to 64; more look better and take longer.
        attempts: Tries before giving up, 1 to 64.
        pinned: Shape (height, width): tile ids to keep, 255 where the model may choose.
        package: Name or folder of a level package; None takes the one that is shipped.

    Raises:
        RequestInvalid: If the request contradicts itself, the package or the limits.
        GenerationFailed: If no attempt passed its checks.
    """
    generator = level_generator(package, theme)
    width, height = generator.size if size is None else _size(size)
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
        "crates": crates,
        "pushes": pushes,
        "difficulty": difficulty,
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
    return make_level(request, generator)


def distinct_levels(
    theme: str, number: int, *, by: float = UNLIKE, seed: int = 0, **wishes: Any
) -> list[Level]:
    """Make levels unlike one another: seeds from ``seed`` upwards, less those too near to one before.

    Args:
        theme: As for `level`.
        number: How many, at least 1; up to 8 seeds are tried for each.
        by: Share of cells in which the ground of any two differs at least, however turned or mirrored.
        seed: The first seed.
        **wishes: Anything else that `level` takes.

    Raises:
        RequestInvalid: If the request, the number or the share cannot be.
        GenerationFailed: If there are not so many; says how many there were.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 1 or not 0 <= by <= 1:
        raise RequestInvalid(
            f"{number!r} levels, {by!r} apart; choose 1 or more levels, and a share within 0..1"
        )

    def attempt(seed: int) -> tuple[int, Level | GenerationFailed]:
        try:
            return seed, level(theme, seed=seed, **wishes)
        except GenerationFailed as failure:
            return seed, failure

    made = map(attempt, range(seed, seed + number * TRIES))
    return [found for _, found, _ in unlike(made, number, by)]


def endless(
    theme: str = "dungeon",
    *,
    seed: int = 0,
    chunk: tuple[int, int] = (32, 32),
    style: str | None = None,
    enemies: Counts | None = None,
    common: Counts | None = None,
    strong: Counts | None = None,
    bosses: Counts | None = None,
    treasure: Counts | None = None,
    people: Counts | None = None,
    steps: int = ENDLESS_STEPS,
    package: str | Path | None = None,
) -> "World":
    """Lay out an endless level, whose chunks are made when they are asked for.

    ``world.chunk(x, y)`` is the same whatever was asked for before, in whatever order, in any process; chunks
    side by side fit, and from every chunk a way leads to every other.

    Args:
        theme: A theme of the package, such as ``"cave"``.
        seed: Same package, arguments and seed give the same world.
        chunk: (width, height) of a chunk in cells, 16 to 128 each.
        style: One of the theme's styles; None draws one from the seed.
        enemies: Common and strong enemies in each chunk. This and each control below is exact or
            ``(low, high)``; None leaves it to the model.
        common: Common enemies.
        strong: Strong enemies.
        bosses: Bosses.
        treasure: Pickups and chests.
        people: People to meet.
        steps: Network passes, 1 to 64; more look better and take longer.
        package: Name or folder of a level package; None takes the one that is shipped.

    Raises:
        RequestInvalid: If the request contradicts itself, the package or the limits.
    """
    from playloom.kinds.level.endless.world import World

    width, height = _size(chunk)
    controls = {
        "enemies": enemies,
        "common": common,
        "strong": strong,
        "bosses": bosses,
        "treasure": treasure,
        "people": people,
    }
    request = LevelRequest(
        theme=theme,
        width=width,
        height=height,
        seed=seed,
        style=style,
        **{name: _range(name, value) for name, value in controls.items()},
        steps=steps,
    )
    generator = level_generator(package, request.theme)
    check_theme(request, generator.themes)
    return World(generator, request)


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


def level_generator(package: str | Path | None = None, theme: str | None = None) -> "LevelGenerator":
    """Return the generator of a level package, loaded on first use and kept.

    Args:
        package: Its name or folder; None: the package that has the theme.
        theme: A theme; None: of the first shipped package.

    Raises:
        RequestInvalid: If ``package`` is neither text nor a path, or no package has the theme.
        KindUnknown: If no package has that name.
        PackageInvalid: If it is not sound.
    """
    if not isinstance(package, str | Path | None):
        raise RequestInvalid(f"package is {package!r}; give the name or the folder of a level package")
    if package is None and theme is not None:
        homes = level_themes()
        if not isinstance(theme, str) or theme not in homes:
            raise RequestInvalid(f"no theme is called {theme!r}; {_choices(theme, homes)}")
        package = homes[theme]
    generator: LevelGenerator = default_library().generator(KIND, package or SHIPPED_LEVELS[0])
    return generator


@functools.cache
def level_themes() -> Mapping[str, str | Path]:
    """Return every theme of the library with its package: the shipped ones first, then other packages.

    Raises:
        PackageInvalid: If a folder of the library is not there.
    """
    homes: dict[str, str | Path] = {}
    manifests = default_library().manifests(KIND)
    for name in SHIPPED_LEVELS:
        shipped = next((manifest for _, manifest in manifests if manifest.name == name), None)
        homes |= {theme: name for theme, _ in named_styles(shipped) if theme not in homes} if shipped else {}
    for root, manifest in manifests:
        homes |= {theme: root for theme, _ in named_styles(manifest) if theme not in homes}
    return homes


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
            the level uses, or there is no solution to draw.
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

    The outermost cells must not be walkable, but where the level's evidence says that its
    style or the pinned cells open them. Chunks of an endless level are held to its rules.

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
    if open_border:
        return None
    return level.evidence.border if level.evidence else ()
