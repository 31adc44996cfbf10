"""The work of `playloom level range`: levels made or read, measured, and the measures to draw."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from playloom.api import check_theme, choices, level_generator, level_themes
from playloom.commands.level.maps import NO_RULES, MapReader, map_reader
from playloom.commands.level.range_picture import Sample
from playloom.commands.output import progress
from playloom.errors import FileInvalid, GenerationFailed, RequestInvalid
from playloom.kernels.counting import counted
from playloom.kinds.level import formats
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.expressive_range import MEASURES, measure
from playloom.kinds.level.generator import LevelGenerator

# The axes where none are asked for: of each the first that levels of every set have.
_ACROSS = ("linearity", "pushes", "openness", "symmetry")
_WAYS = ("start", "exit", "solvable")  # checks without which a map has no way to measure
_UP = ("difficulty", "openness", "symmetry")


def measured_sets(
    sources: tuple[str, ...],
    count: int,
    size: tuple[int, int] | None,
    seed: int,
    package: str | None,
    theme: str | None,
    legend: Path | None,
    *,
    quiet: bool,
) -> dict[str, list[Sample]]:
    """Return the measured levels of every source; all names are looked up before a level is made.

    Args:
        sources: Themes, maps and folders of maps.
        count: Levels of each theme.
        size: Of these, in cells.
        seed: The first one of these.
        package: Name or folder.
        theme: By whose rules maps are taken that do not say theirs; None: those of the first of ``sources``.
        legend: What the tiles of maps mean.
        quiet: Whether to say nothing but errors.
    """
    # A package often lies in a folder of its style's name, which holds no maps: there the style is meant.
    own = set(level_generator(package).themes) if package is not None else set()
    places = {source: Path(source) for source in sources if source not in own and Path(source).exists()}
    for source, place in places.items():
        if not place.is_dir() and place.suffix.lower() not in formats.READERS:
            known = ", ".join(formats.READERS)
            raise click.UsageError(f"{source}: format {place.suffix!r} cannot be read; give {known}")
    themes = [source for source in sources if source not in places]
    for name in themes:
        if package is None and name not in level_themes():
            known = choices(name, level_themes())
            raise click.UsageError(f"no map or folder {name!r} is there, and no theme is called so; {known}")
    generators = {name: level_generator(package, name) for name in themes}
    makers = {name: _requests(name, generator, count, size, seed) for name, generator in generators.items()}
    reader = map_reader(None, package, legend)
    # Maps that do not say their rules are taken by those of the theme that they are compared with.
    theme = theme or next(iter(themes), None)
    fallback = None if theme is None else map_reader(theme, package, legend)
    return {
        source: list(
            _read_all(places[source], reader, fallback, quiet=quiet)
            if source in places
            else _make_all(source, generators[source], makers[source], quiet=quiet)
        )
        for source in dict.fromkeys(sources)
    }


def _requests(
    theme: str, generator: LevelGenerator, count: int, size: tuple[int, int] | None, seed: int
) -> list[LevelRequest]:
    """Return the requests of a theme's levels, which the package must have."""

    width, height = size or generator.size
    requests = [LevelRequest(theme=theme, width=width, height=height, seed=seed + i) for i in range(count)]
    check_theme(requests[0], generator.themes)
    return requests


def _make_all(
    theme: str, generator: LevelGenerator, requests: list[LevelRequest], *, quiet: bool
) -> Iterator[Sample]:

    with progress(len(requests), f"Making levels of {theme}", shown=not quiet) as report:
        for number, request in enumerate(requests, 1):
            try:
                level = generator.generate(request)
            except GenerationFailed as failure:
                click.echo(f"playloom: seed {request.seed}: {failure}", err=True)
                continue
            yield Sample(f"seed {request.seed}", level, measure(level, judge(level, border=None)))
            report(number)


def _read_all(place: Path, reader: MapReader, fallback: MapReader | None, *, quiet: bool) -> Iterator[Sample]:
    """Yield every map of a folder that can be read, or the one map.

    Maps that do not say their rules are taken by those of ``fallback``; how many, is told at the end.

    Raises:
        FileInvalid: If the one map cannot be read.
    """
    silent = 0
    inside = sorted(place.rglob("*")) if place.is_dir() else [place]
    for path in [path for path in inside if path.suffix.lower() in formats.READERS and path.is_file()]:
        try:
            level = reader.read(path)
            if NO_RULES in level.notes:
                silent += 1
                level = level if fallback is None else fallback.read(path)
        except FileInvalid as problem:
            if path == place:  # asked for by its name, not found in a folder
                raise
            click.echo(f"playloom: left out: {problem}", err=True)
            continue
        judgement = judge(level, border=None)
        if reason := _unsolved(judgement):
            click.echo(
                f"playloom: {path}: cannot be solved ({reason}), so nothing is measured of its way; "
                f"`playloom level check` says more",
                err=True,
            )
        yield Sample(path.name, level, measure(level, judgement))
    if silent and not quiet:
        click.echo(f"playloom: {place}: {_silence(silent, fallback)}", err=True)


def _unsolved(judgement: Judgement) -> str:
    """Return why no way leads from start to exit; "" if one does, or none is looked for."""
    failed = (one for one in judgement.verdicts if one.name in _WAYS and not one.passed)
    return next((one.detail if one.name == "solvable" else f"{one.name}: {one.detail}" for one in failed), "")


def _silence(silent: int, fallback: MapReader | None) -> str:
    """Return by which rules maps were taken that do not say theirs."""
    maps = f"{counted(silent, 'map')} {'does' if silent == 1 else 'do'} not say the rules"
    if fallback is None:
        return f"{maps}: taken as seen from above; --theme platformer takes such maps as seen from the side"
    return f"{maps}: taken by those of {fallback.theme}; --theme NAME takes them by others"


def axes(sets: dict[str, list[Sample]], across: str | None, up: str | None) -> tuple[str, str]:
    """Return the two measures to draw, across and up: those asked for, else the first that tell levels apart.

    Raises:
        RequestInvalid: If a set has none of its levels with both; says what is measured there.
    """
    told = [
        name
        for name in MEASURES
        if all(any(name in sample.measures for sample in samples) for samples in sets.values())
        and len({sample.measures.get(name) for samples in sets.values() for sample in samples}) > 1
    ]
    y = up or next((name for name in _UP if name in told and name != across), _UP[0])
    x = across or next((name for name in _ACROSS if name in told and name != y), _ACROSS[0])
    for source, samples in sets.items():
        if not samples:
            raise RequestInvalid(f"{source}: no level could be had, so there is nothing to draw")
        if not any({x, y} <= sample.measures.keys() for sample in samples):
            known = [name for name in MEASURES if any(name in sample.measures for sample in samples)]
            raise RequestInvalid(
                f"{source}: no level has both {x} and {y}; choose -x and -y among what is measured here: "
                f"{', '.join(known)}"
            )
    return x, y


def numbers_of(source: str, samples: list[Sample]) -> dict[str, Any]:
    """Return what --json tells of a set: the spread of every measure, and each level's."""
    names = [name for name in MEASURES if any(name in sample.measures for sample in samples)]
    quantiles = {}
    for name in names:
        values = [sample.measures[name] for sample in samples if name in sample.measures]
        found = np.quantile(values, [0, 0.1, 0.5, 0.9, 1])
        quantiles[name] = [round(float(value), 3) for value in found]
    return {
        "name": source,
        "count": len(samples),
        "quantiles": quantiles,
        "levels": [{"name": sample.name, **sample.measures} for sample in samples],
    }
