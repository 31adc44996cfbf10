"""`playloom level range`: what a theme, or a folder of maps, spans."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playloom.commands.options import read_seed, read_size, reading
from playloom.kinds.level.expressive_range import MEASURES

if TYPE_CHECKING:
    from playloom.commands.range_picture import Batch, Sample

_SHOWN = (".svg", ".json")
_LEVELS_HIGH = 100_000


@click.command("range")
@click.argument("sources", nargs=-1, required=True, metavar="THEME|MAPS...")
@click.option("-x", "across", type=click.Choice(list(MEASURES)), default="linearity", show_default=True)
@click.option("-y", "up", type=click.Choice(list(MEASURES)), default="difficulty", show_default=True)
@click.option(
    "--count",
    type=click.IntRange(2, _LEVELS_HIGH),
    default=200,
    show_default=True,
    help="Levels to make of a theme.",
)
@click.option("--size", metavar="WxH", callback=reading(read_size), default="32x32", show_default=True)
@click.option("--seed", metavar="N", callback=reading(read_seed), default="0", show_default=True)
@click.option("--package", metavar="NAME|PATH", help="Level package to use.")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write here: .svg is the picture, .json the measures of every level. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def span(
    sources: tuple[str, ...],
    across: str,
    up: str,
    count: int,
    size: tuple[int, int],
    seed: int,
    package: str | None,
    outputs: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what a theme can make: how two measures of its levels spread.

    Makes levels with no wishes, or reads maps and folders of them, measures
    each, and draws how many fall where, with the levels at the ends. Several
    themes and folders are drawn on the same axes, to be compared.

    \b
    playloom level range dungeon -o range.svg
    playloom level range cave maze -x openness -y dead-ends -o range.svg
    playloom level range platformer my-maps/ --count 500 -o range.svg -o range.json
    """
    from playloom.commands.range_picture import Batch, picture
    from playloom.errors import RequestInvalid
    from playloom.files import write_atomically

    for output in outputs:
        if output.suffix.lower() not in _SHOWN:
            raise click.UsageError(f"{output}: the range is written as {' or '.join(_SHOWN)}")
        if not output.parent.is_dir():
            raise click.UsageError(f"{output}: the folder {output.parent} does not exist; create it first")
    batches, document = [], []
    for source in sources:
        samples = list(_samples(source, count, size, seed, package, quiet=quiet))
        document.append(_numbers(source, samples))
        fit = tuple(sample for sample in samples if across in sample.measures and up in sample.measures)
        if not fit:
            known = sorted({name for sample in samples for name in sample.measures})
            raise RequestInvalid(
                f"{source}: no level has {across} and {up}; measured here: {', '.join(known) or 'nothing'}"
            )
        batches.append(Batch(source, fit))
    texts = {
        ".svg": lambda: picture(batches, across, up),
        ".json": lambda: json.dumps({"sets": document}, indent=1, ensure_ascii=False) + "\n",
    }
    for output in outputs:
        write_atomically(output, texts[output.suffix.lower()]().encode())
    _report(batches, document, across, up, as_json=as_json, quiet=quiet)


def _samples(
    source: str, count: int, size: tuple[int, int], seed: int, package: str | None, *, quiet: bool
) -> Iterator["Sample"]:
    """Yield the levels of a folder or a map that is there, else of a theme."""
    from playloom.api import check_theme, level_generator, read_level
    from playloom.commands.output import progress
    from playloom.commands.range_picture import Sample
    from playloom.errors import FileInvalid, GenerationFailed
    from playloom.kinds.level import formats
    from playloom.kinds.level.content import LevelRequest
    from playloom.kinds.level.expressive_range import measure

    place = Path(source)
    if place.exists():
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in [path for path in inside if path.suffix.lower() in formats.READERS and path.is_file()]:
            try:
                level = read_level(path)
            except FileInvalid as problem:
                click.echo(f"playloom: left out: {problem}", err=True)
                continue
            yield Sample(path.name, level, measure(level))
        return
    generator = level_generator(package, source)
    check_theme(LevelRequest(theme=source, width=size[0], height=size[1], seed=seed), generator.themes)
    with progress(count, f"Making levels of {source}", shown=not quiet) as report:
        for number in range(count):
            request = LevelRequest(theme=source, width=size[0], height=size[1], seed=seed + number)
            try:
                level = generator.generate(request)
            except GenerationFailed as failure:
                click.echo(f"playloom: seed {request.seed}: {failure}", err=True)
                continue
            yield Sample(f"seed {request.seed}", level, measure(level))
            report(number + 1)


def _numbers(source: str, samples: list["Sample"]) -> dict[str, Any]:
    import numpy as np

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


def _report(
    batches: list["Batch"],
    document: list[dict[str, Any]],
    across: str,
    up: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from playloom.commands.output import columns, print_json

    if as_json:
        print_json({"x": across, "y": up, "sets": document})
        return
    if quiet:
        return
    for batch, numbers in zip(batches, document, strict=True):
        click.echo(f"{batch.name}: {numbers['count']} levels, {len(batch.samples)} with {across} and {up}")
        rows = [(name, *(f"{n:g}" for n in values)) for name, values in numbers["quantiles"].items()]
        click.echo(columns([("measure", "least", "10 %", "middle", "90 %", "most"), *rows]))
