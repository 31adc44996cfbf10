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
from playloom.kinds.level import formats
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.expressive_range import MEASURES, measure
from playloom.kinds.level.generator import LevelGenerator

# The axes where none are asked for: of each the first that levels of every set have.
_ACROSS = ("linearity", "pushes", "openness", "symmetry")
_UP = ("difficulty", "openness", "symmetry")


def measured_sets(
    sources: tuple[str, ...],
    count: int,
    size: tuple[int, int] | None,
    seed: int,
    package: str | None,
    legend: Path | None,
    *,
    quiet: bool,
) -> dict[str, list[Sample]]:
    """Return the measured levels of every source; all names are looked up before a level is made."""

    # A package often lies in a folder of its style's name, which holds no maps: there the style is meant.
    own = set(level_generator(package).themes) if package is not None else set()
    places = {source: Path(source) for source in sources if source not in own and Path(source).exists()}
    themes = [source for source in sources if source not in places]
    for theme in themes:
        if package is None and theme not in level_themes():
            known = choices(theme, level_themes())
            raise click.UsageError(f"no map or folder {theme!r} is there, and no theme is called so; {known}")
    generators = {theme: level_generator(package, theme) for theme in themes}
    makers = {
        theme: _requests(theme, generator, count, size, seed) for theme, generator in generators.items()
    }
    reader = map_reader(None, package, legend)
    # Maps that do not say their rules are taken by those of the theme that they are compared with.
    fallback = map_reader(themes[0], package, legend) if themes else reader
    return {
        source: list(
            _read_all(places[source], reader, fallback)
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
            yield Sample(f"seed {request.seed}", level, measure(level))
            report(number)


def _read_all(place: Path, reader: MapReader, fallback: MapReader) -> Iterator[Sample]:
    """Yield every map of a folder that can be read, or the one map.

    Raises:
        FileInvalid: If the one map cannot be read.
    """

    inside = sorted(place.rglob("*")) if place.is_dir() else [place]
    for path in [path for path in inside if path.suffix.lower() in formats.READERS and path.is_file()]:
        try:
            level = reader.read(path)
            level = fallback.read(path) if NO_RULES in level.notes else level
        except FileInvalid as problem:
            if path == place:  # asked for by its name, not found in a folder
                raise
            click.echo(f"playloom: left out: {problem}", err=True)
            continue
        yield Sample(path.name, level, measure(level))


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
        if not any({x, y} <= sample.measures.keys() for sample in samples):
            known = [name for name in MEASURES if any(name in sample.measures for sample in samples)]
            raise RequestInvalid(
                f"{source}: no level has both {x} and {y}; choose -x and -y among what is measured here: "
                f"{', '.join(known) or 'nothing, as no level could be had'}"
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
