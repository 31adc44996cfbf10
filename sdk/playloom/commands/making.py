"""The work of `playloom level make`: requests from options, levels made side by side, reports in order."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from playloom.api import check_theme, level_generator, level_themes, read_level, write_level
from playloom.commands.output import print_json, print_preview, progress
from playloom.errors import FileInvalid, GenerationFailed, RequestInvalid
from playloom.kinds.level import formats
from playloom.kinds.level.content import CONTROLS, FREE, Level, LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.pinning import (
    Rectangle,
    Side,
    extend,
    recode,
    redo,
    sketch_vocabulary,
    unset_to_free,
)
from playloom.kinds.level.variety import TRIES, unlike

Outcome = Level | GenerationFailed
_AHEAD = 2  # levels a thread may be ahead of the files: bounds memory
_ANY_SIZE = (32, 32)  # stands for the usual one while no package is known
_SHARED_TILES = "levels"  # stem of a shared tileset where the maps are named by seed alone


@dataclass(frozen=True, kw_only=True)
class Making:
    """The options of one run; names as in `playloom level make --help`."""

    theme: str | None
    size: tuple[int, int] | None
    package: str | None
    wishes: dict[str, Any]  # fields of `LevelRequest`, seed included
    source: Path | None
    legend: Path | None
    parts: tuple[Rectangle, ...]
    extensions: tuple[tuple[Side, int], ...]  # one after the other
    outputs: tuple[str, ...]
    solution: bool
    tileset: Path | None
    tileset_path: str | None  # folder of the developer's own tilesets, as seen from the maps
    ldtk: Path | None  # the user's own project
    ldtk_names: Path | None
    count: int
    unlike: float | None  # least share of cells in which any two levels differ; None: as they come
    jobs: int
    preview: bool
    as_json: bool
    quiet: bool


def make_levels(making: Making) -> None:
    """Make, write and report every level asked for.

    Raises:
        click.UsageError: If the options contradict each other.
        RequestInvalid: If the request cannot be.
        FileInvalid: If the map, its legend or the mapping of a TileSet cannot be read.
        WriteFailed: If a file could not be written.
        GenerationFailed: If one level or more failed; the others are written.
    """
    _check_options(making)
    if making.source is None:
        # What cannot be is refused before a model is loaded.
        _request(making, 0, making.theme, making.size or _ANY_SIZE, None)
    tileset = None if making.tileset is None else _mapping(making, making.tileset)
    ldtk = _ldtk_target(making)
    generator = level_generator(making.package, making.theme or _theme_of(making.source))
    requests = _requests(making, generator)
    failures: list[tuple[int, GenerationFailed]] = []
    with progress(making.count, "Making levels", shown=not making.quiet) as report:
        # One level reports its own progress; of several only whole ones count.
        inner = report if making.count == 1 else None

        def generate(request: LevelRequest) -> Level:
            return generator.generate(request, inner)

        made = _in_order(requests, making.jobs, generate)
        if making.unlike is not None:
            _deliver_unlike(making, made, making.unlike, tileset, ldtk, report)
            return
        for number, (request, outcome) in enumerate(made):
            if isinstance(outcome, GenerationFailed):
                failures.append((request.seed, outcome))
                _report_failure(making, request, outcome)
            else:
                _deliver(making, request, outcome, tileset, ldtk)
            report(number + 1)
    if failures:
        _fail(making, failures)


def _deliver_unlike(
    making: Making,
    made: Iterator[tuple[LevelRequest, Outcome]],
    by: float,
    tileset: formats.TileSetMapping | None,
    ldtk: formats.LdtkTarget | None,
    report: Callable[[float], None],
) -> None:
    """Write and report the levels that are unlike those before them, and how near the nearest two are."""
    nearest, number = 1.0, 0
    for number, (request, level, pick) in enumerate(unlike(made, making.count, by), 1):
        _deliver(making, request, level, tileset, ldtk, distance=round(pick.distance, 4))
        nearest = min(nearest, pick.distance)
        report(number)
    if number > 1 and not (making.as_json or making.quiet):
        click.echo(f"{number} levels; any two differ in {nearest:.0%} of their cells or more")


def _theme_of(source: Path | None) -> str | None:
    """Return the theme that a map says it has, if it can be read without knowing its package."""
    if source is None or source.suffix.lower() == ".txt":
        return None
    try:
        theme = read_level(source).theme
    except (FileInvalid, RequestInvalid):  # read again, with legend and package, where it is told
        return None
    return theme if theme in level_themes() else None


def _check_options(making: Making) -> None:
    if making.source is None:
        if making.parts or making.extensions:
            raise click.UsageError("--redo and --extend need a map: give it with --from MAP")
        if making.theme is None and making.package is None:
            raise click.UsageError("give a theme, such as dungeon; `playloom level themes` lists them")
    if making.legend and (making.source is None or making.source.suffix.lower() == ".txt"):
        raise click.UsageError("--legend is for a Tiled map: give one with --from MAP")
    places: dict[Path, str] = {}
    for template in making.outputs:
        place = _place(making, template, making.wishes["seed"])
        if place.suffix.lower() not in formats.WRITERS:
            known = ", ".join(formats.WRITERS)
            raise click.UsageError(
                f"{template}: format {place.suffix or '(no suffix)'!r} is unknown; choose {known}"
            )
        if not place.parent.is_dir():
            raise click.UsageError(f"{template}: the folder {place.parent} does not exist; create it first")
        if place.is_dir():
            raise click.UsageError(f"{template}: is a folder; give the name of a file in it")
        if place in places:
            raise click.UsageError(f"{template}: is given twice; every output needs its own name")
        places[place] = template
    suffixes = {place.suffix.lower() for place in places}
    for option, given, fitting in (
        ("--tileset", making.tileset, (".tscn", ".tmx", ".tmj")),
        ("--tileset-path", making.tileset_path, (".tmx", ".tmj")),
        ("--solution", making.solution, (".png",)),
        ("--ldtk", making.ldtk, (".ldtk",)),
    ):
        if given and suffixes.isdisjoint(fitting):
            named = " or ".join(fitting)
            raise click.UsageError(f"{option} is for {named} files: ask for one with -o level{fitting[0]}")


def _mapping(making: Making, path: Path) -> formats.TileSetMapping:
    """Read the mapping, whose tool must be that of an output, and its tileset: before a level is made."""
    mapping = formats.read_mapping(path)
    places = [_place(making, template, making.wishes["seed"]) for template in making.outputs]
    if not any([formats.own_tiles(mapping, place) for place in places]):  # a list: every place is tried
        tool, suffix = ("Godot", ".tscn") if mapping.is_godot else ("Tiled", ".tmx")
        raise click.UsageError(
            f"{path}: speaks of a tileset of {tool}: ask for a file of its own with -o level{suffix}"
        )
    return mapping


def _ldtk_target(making: Making) -> formats.LdtkTarget | None:
    """Return the user's LDtk project, which is opened before a level is made."""
    if making.ldtk is None:
        if making.ldtk_names is not None:
            raise click.UsageError("--ldtk-names says what tiles are called in a project: give --ldtk")
        return None
    names = formats.LdtkNames() if making.ldtk_names is None else formats.read_ldtk_names(making.ldtk_names)
    target = formats.LdtkTarget(making.ldtk, names)
    target.check()
    return target


def _place(making: Making, template: str, seed: int) -> Path:
    """Return where a level goes: ``{seed}`` is replaced; of several levels each name holds its seed.

    Into the user's own project go all of them.
    """
    if making.ldtk is not None and Path(template) == making.ldtk:
        return making.ldtk
    if "{seed}" in template:
        return Path(template.replace("{seed}", str(seed)))
    path = Path(template)
    return path.with_stem(f"{path.stem}-{seed}") if making.count > 1 else path


def _shared_tiles(making: Making) -> str | None:
    """Return the stem of the tileset that the maps of this run share; None: each its own."""
    templates = [Path(template) for template in making.outputs]
    stems = [place.stem for place in templates if place.suffix.lower() in (".tmx", ".tmj")]
    if making.count == 1 or not stems:
        return None
    return stems[0].replace("{seed}", "").strip("-_. ") or _SHARED_TILES


def _requests(making: Making, generator: LevelGenerator) -> Iterator[LevelRequest]:
    """Return the requests in order of seeds; the first and the last are tried before any level is made."""
    theme, size, pinned = making.theme, making.size, None
    if making.source is not None:
        old, pinned = _pinned(making, making.source, generator)
        making = _go_on_as(making, old)
        theme = theme or old.theme
        size = size or (pinned.shape[1], pinned.shape[0])

    if not theme:
        theme = _only_theme(generator)

    def request(number: int) -> LevelRequest:
        return _request(making, number, theme, size or generator.size, pinned)

    check_theme(request(0), generator.themes)
    seeds = making.count if making.unlike is None else making.count * TRIES
    request(seeds - 1)
    return map(request, range(seeds))


def _only_theme(generator: LevelGenerator) -> str:
    """Return the theme of a package that has one alone, as those of a developer's own maps do."""
    if len(generator.themes) > 1:
        raise click.UsageError(f"give a theme of the package: one of {', '.join(generator.themes)}")
    return next(iter(generator.themes))


def _request(
    making: Making, number: int, theme: str | None, size: tuple[int, int], pinned: NDArray[np.uint8] | None
) -> LevelRequest:
    wishes = {**making.wishes, "seed": making.wishes["seed"] + number}
    return LevelRequest(theme=theme or "", width=size[0], height=size[1], pinned=pinned, **wishes)


def _pinned(making: Making, source: Path, generator: LevelGenerator) -> tuple[Level, NDArray[np.uint8]]:
    """Read the map to start from, and return it with the cells that are to stay."""
    vocabulary = generator.vocabulary
    sketch = source.suffix.lower() == ".txt" and "?" not in vocabulary.by_char
    legend = None if making.legend is None else formats.read_legend(making.legend)
    asked = sketch_vocabulary(vocabulary) if sketch else vocabulary
    old = read_level(source, asked, legend=legend, generator=generator)
    cells = unset_to_free(old.cells, vocabulary) if sketch else recode(old.cells, old.vocabulary, vocabulary)
    pinned = redo(cells, making.parts)
    for side, count in making.extensions:
        pinned = extend(pinned, vocabulary, side, count)
    if not (pinned == FREE).any():
        raise RequestInvalid(
            f"{source}: nothing is to be filled; give --redo X,Y,W,H or --extend SIDE N, "
            "or mark cells of a text map with ?"
        )
    return old, pinned


def _go_on_as(making: Making, old: Level) -> Making:
    """Keep to the style of the map that is completed, and to what was asked of it where its size stays.

    What is asked for now goes before. The solution's length is free: it is what a redo may change.
    """
    if old.evidence is None or making.theme not in (None, old.theme):
        return making
    asked = old.evidence.request
    lasting = [name for name in CONTROLS if name in asked and name not in ("path", "pushes")]
    stored = {name: tuple(asked[name]) for name in lasting}
    if making.extensions:
        dropped = sorted(name for name in stored if making.wishes.get(name) is None)
        if dropped and not making.quiet:
            names = ", ".join(f"--{name}" for name in dropped)
            click.echo(
                f"playloom: {names} of {making.source} held for its old size; ask anew to set them", err=True
            )
        stored = {}
    kept: dict[str, Any] = {name: value for name, value in stored.items() if making.wishes.get(name) is None}
    if not making.wishes.get("style"):
        kept["style"] = old.evidence.style
    return replace(making, wishes={**making.wishes, **kept})


def _in_order(
    requests: Iterator[LevelRequest], jobs: int, generate: Callable[[LevelRequest], Level]
) -> Iterator[tuple[LevelRequest, Outcome]]:
    """Yield each request with its level or failure, in order, ``jobs`` made at a time."""

    def attempt(request: LevelRequest) -> Outcome:
        try:
            return generate(request)
        except GenerationFailed as failure:
            return failure

    if jobs == 1:
        yield from ((request, attempt(request)) for request in requests)
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        waiting: deque[tuple[LevelRequest, Future[Outcome]]] = deque()
        for request in requests:
            waiting.append((request, pool.submit(attempt, request)))
            if len(waiting) >= jobs * _AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _deliver(
    making: Making,
    request: LevelRequest,
    level: Level,
    tileset: formats.TileSetMapping | None,
    ldtk: formats.LdtkTarget | None,
    distance: float | None = None,
) -> None:
    """Write a level's files and report it, and its ``distance`` to the nearest one before."""
    places = [_place(making, template, request.seed) for template in making.outputs]
    written = write_level(
        level,
        *places,
        tileset=tileset,
        solution=making.solution,
        tiles=_shared_tiles(making),
        ldtk=ldtk,
        art=making.tileset_path,
    )
    if making.as_json:
        document = level_document(level, request, written)
        print_json(document if distance is None else {**document, "distance": distance})
    if making.preview or not (making.outputs or making.as_json or making.quiet):
        print_preview(level, err=making.as_json)
    if tileset is not None and not making.quiet:
        for note in formats.terrain_notes(level, tileset):
            click.echo(f"playloom: {note}", err=True)
    if making.as_json or making.quiet:
        return
    click.echo(summary(level, request))
    if written:
        click.echo("  " + "  ".join(str(path) for path in written))
    elif making.count == 1:
        click.echo(f"  -o level.tmx writes it; formats: {' '.join(formats.WRITERS)}")


def level_document(level: Level, request: LevelRequest, files: list[Path]) -> dict[str, Any]:
    """Return what --json prints of a level."""
    return {
        "theme": level.theme,
        "seed": request.seed,
        "width": level.width,
        "height": level.height,
        "rows": level.rows,
        "legend": {tile.char: tile.name for tile in level.vocabulary.tiles},
        "evidence": level.record(),
        "files": [str(file) for file in files],
    }


def summary(level: Level, request: LevelRequest) -> str:
    """Return one line about a level and why it may be trusted."""
    head = f"{level.theme} {level.width}x{level.height}, seed {request.seed}"
    evidence = level.evidence
    if evidence is None:
        return head
    edits = len(evidence.edits)
    solved = f"solved in {len(evidence.solution)} moves, " if evidence.solution else ""
    return (
        f"{head}: {evidence.style}, {solved}"
        f"{len(evidence.checks)} checks passed, {edits} cell{'' if edits == 1 else 's'} repaired"
    )


def _report_failure(making: Making, request: LevelRequest, failure: GenerationFailed) -> None:
    if making.as_json:
        error = {
            "code": failure.code,
            "message": str(failure),
            "failed": list(failure.failed),
            "advice": failure.advice,
        }
        print_json({"seed": request.seed, "error": error})
    if making.count > 1:
        click.echo(f"playloom: seed {request.seed}: {failure}", err=True)


def _fail(making: Making, failures: list[tuple[int, GenerationFailed]]) -> None:
    if making.count == 1:
        raise failures[0][1]
    failed = tuple(sorted({name for _, failure in failures for name in failure.failed}))
    advice = failures[0][1].advice
    others = ", the others are made" if len(failures) < making.count else ""
    hint = f"; {advice}" if advice else ""
    raise GenerationFailed(
        f"{len(failures)} of {making.count} levels failed{others}{hint}",
        failed=failed,
        advice=advice,
    )
