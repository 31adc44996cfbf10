"""`playloom level range`: what a theme, or a folder of maps, spans."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playloom.commands.completing import offer_level_packages, offer_themes
from playloom.commands.level.options import LEGEND_HELP
from playloom.commands.options import FILE, PACKAGE, Option, Sectioned, read_seed, read_size, reading
from playloom.kinds.level.expressive_range import MEASURES

if TYPE_CHECKING:
    from playloom.commands.level.range_picture import Batch

_SHOWN = (".svg", ".json")
_LEVELS_HIGH = 100_000
_axis = partial(
    click.option,
    cls=Option,
    section="Axes",
    type=click.Choice(list(MEASURES)),
    metavar="MEASURE",
)
_made = partial(click.option, cls=Option, section="Levels of a theme")
_read = partial(click.option, cls=Option, section="Maps of your own")
_output = partial(click.option, cls=Option, section="Output")


@click.command("range", cls=Sectioned)
@click.argument("sources", nargs=-1, required=True, metavar="THEME|MAPS...", shell_complete=offer_themes)
@_axis(
    "-x",
    "across",
    help=f"To the right: one of {', '.join(MEASURES)}.  [default: linearity, else one that differs]",
)
@_axis("-y", "up", help="Upwards: one of the same.  [default: difficulty, else one that differs]")
@_made(
    "--count",
    type=click.IntRange(2, _LEVELS_HIGH),
    default=200,
    show_default=True,
    metavar="N",
    help="How many to make.",
)
@_made(
    "--size",
    metavar="WxH",
    callback=reading(read_size),
    help="Cells of each.  [default: as usual for the theme]",
)
@_made(
    "--seed",
    metavar="N|random",
    callback=reading(read_seed),
    default="0",
    show_default=True,
    help="Of the first; the others count up from it.",
)
@_made(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_level_packages,
    help="Model package to use, also to read your maps by.  [default: the theme's]",
)
@_read(
    "--theme",
    metavar="NAME",
    shell_complete=offer_themes,
    help="Theme whose rules hold for maps that do not say theirs, such as platformer.  [default: the first "
    "one that is named]",
)
@_read("--legend", type=FILE, metavar="LEGEND", help=LEGEND_HELP)
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write here: .svg is the picture, .json the measures of every level. May be repeated.",
)
@_output("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def span(
    sources: tuple[str, ...],
    across: str | None,
    up: str | None,
    count: int,
    size: tuple[int, int] | None,
    seed: int,
    package: str | None,
    theme: str | None,
    legend: Path | None,
    outputs: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what a theme can make: how its levels spread.

    Makes levels without wishes, or reads maps and folders of them, measures
    each, and draws how many fall where, with the levels at the ends. Several
    themes and folders are drawn on the same axes, to be compared.

    \b
    playloom level range dungeon -o range.svg
    playloom level range cave maze -x openness -y dead-ends -o range.svg
    playloom level range platformer my-maps/ --count 500 -o range.svg -o range.json
    """
    from playloom.commands.level.range_picture import Batch, picture
    from playloom.commands.level.range_sets import axes, measured_sets, numbers_of
    from playloom.files import write_all_atomically

    _check_outputs(outputs)
    sets = measured_sets(sources, count, size, seed, package, theme, legend, quiet=quiet)
    x, y = axes(sets, across, up)
    batches = [
        Batch(source, tuple(sample for sample in samples if {x, y} <= sample.measures.keys()))
        for source, samples in sets.items()
    ]
    document = [numbers_of(source, samples) for source, samples in sets.items()]
    texts = {
        ".svg": lambda: picture(batches, x, y),
        ".json": lambda: json.dumps({"sets": document}, indent=1, ensure_ascii=False) + "\n",
    }
    write_all_atomically({output: texts[output.suffix.lower()]().encode() for output in outputs})
    _report(batches, document, x, y, outputs, as_json=as_json, quiet=quiet)


def _check_outputs(outputs: tuple[Path, ...]) -> None:
    for output in outputs:
        if output.suffix.lower() not in _SHOWN:
            raise click.UsageError(f"{output}: the range is written as {' or '.join(_SHOWN)}")
        if not output.parent.is_dir():
            raise click.UsageError(f"{output}: the folder {output.parent} does not exist; create it first")


def _report(
    batches: list["Batch"],
    document: list[dict[str, Any]],
    across: str,
    up: str,
    outputs: tuple[Path, ...],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from playloom.commands.output import columns, print_json
    from playloom.kernels.counting import counted

    if as_json:
        print_json({"x": across, "y": up, "sets": document, "files": [str(output) for output in outputs]})
        return
    if quiet:
        return
    for batch, numbers in zip(batches, document, strict=True):
        click.echo(
            f"{batch.name}: {counted(numbers['count'], 'level')}, {len(batch.samples)} with {across} and {up}"
        )
        rows = [(name, *(f"{n:g}" for n in values)) for name, values in numbers["quantiles"].items()]
        click.echo(columns([("measure", "least", "10 %", "middle", "90 %", "most"), *rows]))
    if outputs:
        click.echo("  " + "  ".join(str(output) for output in outputs))
    else:
        click.echo("  -o range.svg draws it")
