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

from playloom.api import check_theme, level_generator, read_level, write_level
from playloom.commands.output import print_json, print_preview, progress
from playloom.errors import GenerationFailed, RequestInvalid
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

Outcome = Level | GenerationFailed
_AHEAD = 2  # levels a thread may be ahead of the files: bounds memory
_DEFAULT_SIZE = (32, 32)
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
    count: int
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
        _request(
            making, 0, making.theme, making.size or _DEFAULT_SIZE, None
        )  # refused before a model is loaded
    tileset = None if making.tileset is None else formats.read_mapping(making.tileset)
    generator = level_generator(making.package)
    requests = _requests(making, generator)
    failures: list[tuple[int, GenerationFailed]] = []
    with progress(making.count, "Making levels", shown=not making.quiet) as report:
        # One level reports its own progress; of several only whole ones count.
        inner = report if making.count == 1 else None

        def generate(request: LevelRequest) -> Level:
            return generator.generate(request, inner)

        for number, (request, outcome) in enumerate(_in_order(requests, making.jobs, generate)):
            if isinstance(outcome, GenerationFailed):
                failures.append((request.seed, outcome))
                _report_failure(making, request, outcome)
            else:
                _deliver(making, request, outcome, tileset)
            report(number + 1)
    if failures:
        _fail(making, failures)


def _check_options(making: Making) -> None:
    if making.source is None:
        if making.parts or making.extensions:
            raise click.UsageError("--redo and --extend need a map: give it with --from MAP")
        if making.theme is None:
            raise click.UsageError("give a theme, such as dungeon; `playloom level themes` lists them")
    if making.legend and (making.source is None or making.source.suffix.lower() == ".txt"):
        raise click.UsageError("--legend is for a Tiled map: give one with --from MAP")
    places: dict[Path, str] = {}
    for template in making.outputs:
        place = _place(template, making.wishes["seed"], making.count)
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
    for option, given, suffix in (
        ("--tileset", making.tileset, ".tscn"),
        ("--solution", making.solution, ".png"),
    ):
        if given and suffix not in suffixes:
            raise click.UsageError(f"{option} is for {suffix} files: ask for one with -o level{suffix}")


def _place(template: str, seed: int, count: int) -> Path:
    """Return where a level goes: ``{seed}`` is replaced; of several levels each name holds its seed."""
    if "{seed}" in template:
        return Path(template.replace("{seed}", str(seed)))
    path = Path(template)
    return path.with_stem(f"{path.stem}-{seed}") if count > 1 else path


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
            raise click.UsageError(f"{making.source}: does not say its theme; give one, such as dungeon")

    def request(number: int) -> LevelRequest:
        return _request(making, number, theme, size or _DEFAULT_SIZE, pinned)

    check_theme(request(0), generator.themes)
    request(making.count - 1)
    return map(request, range(making.count))


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
    old = read_level(source, sketch_vocabulary(vocabulary) if sketch else vocabulary, legend=legend)
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
    stored = {name: tuple(asked[name]) for name in CONTROLS if name in asked and name != "path"}
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
    making: Making, request: LevelRequest, level: Level, tileset: formats.TileSetMapping | None
) -> None:
    """Write a level's files and report it."""
    places = [_place(template, request.seed, making.count) for template in making.outputs]
    written = write_level(
        level, *places, tileset=tileset, solution=making.solution, tiles=_shared_tiles(making)
    )
    if making.as_json:
        print_json(level_document(level, request, written))
    if making.preview or not (making.outputs or making.as_json or making.quiet):
        print_preview(level, err=making.as_json)
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
    return (
        f"{head}: {evidence.style}, solved in {len(evidence.solution)} moves, "
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
