"""`playloom evaluate`: how good a package is, measured beside real maps and baselines. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playloom.commands.completing import offer_packages
from playloom.commands.options import PACKAGE, read_size, reading
from playloom_train.evaluate_sprite_cli import sprite

if TYPE_CHECKING:
    from rich.console import Console

    from playloom_train.kinds.level.evaluation.tables import Table

_EXISTING = click.Path(exists=True, path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure how good a model package is, beside real content and baselines."""


evaluate.add_command(sprite)


@evaluate.command()
@click.argument("package", type=PACKAGE, metavar="NAME|FOLDER", shell_complete=offer_packages)
@click.option(
    "--maps", multiple=True, type=_EXISTING, help="Maps that were never trained on: file or folder."
)
@click.option(
    "--training",
    multiple=True,
    type=_EXISTING,
    help="What was trained on: your maps, or the run folder of a default package.",
)
@click.option("--legend", type=_EXISTING, help="What the tiles of your maps mean.  [default: as in training]")
@click.option("--data", type=_EXISTING, help="levels.jsonl with people's maps, for a default package.")
@click.option(
    "--count",
    type=click.IntRange(2, 100_000),
    default=100,
    show_default=True,
    help="Levels of each theme, shared among its styles; half as many more with wishes.",
)
@click.option(
    "--size", metavar="WxH", callback=reading(read_size), help="Of a level.  [default: as the real maps]"
)
@click.option("--times/--no-times", default=True, show_default=True, help="Measure time against area.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Page to write (.html), with the figures beside it (.json).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON instead of tables.")
@click.option("--write-card", is_flag=True, help="Put the figures into the package's card; its hash changes.")
@click.option("--quiet", is_flag=True, help="Print no progress.")
def level(
    package: str,
    maps: tuple[Path, ...],
    training: tuple[Path, ...],
    legend: Path | None,
    data: Path | None,
    count: int,
    size: tuple[int, int] | None,
    times: bool,
    output: Path | None,
    as_json: bool,
    write_card: bool,
    quiet: bool,
) -> None:
    """Measure a level package: validity, controls, likeness, originality, diversity, time.

    Real maps to compare with are those of --maps; of a default package, fresh ones by its teachers; of your
    own maps given with --training, every fifth, which training sets aside.

    \b
    playloom evaluate level topdown -o report.html
    playloom evaluate level my-style/ --training my-maps/ -o report.html
    """
    from playloom.api import level_generator
    from playloom.commands.output import print_json, progress
    from playloom.files import write_all_atomically
    from playloom_train.kinds.level.evaluation import card, page, reference, run
    from playloom_train.kinds.level.evaluation.figures import metrics
    from playloom_train.kinds.level.evaluation.tables import tables
    from playloom_train.kinds.level.evaluation.tables import times as time_table

    check_page(output)
    generator = level_generator(package)
    plan = run.Plan(count=count, size=None if size is None else (size[1], size[0]), times=times)
    with progress(1.0, "reading the maps to compare with", shown=not quiet):
        found = reference.find_reference(
            generator, maps=maps, training=training, data=data, legend=legend, count=count
        )
    with progress(plan.steps(generator), "measuring", shown=not quiet) as report:
        findings = run.evaluate(generator, found, plan, report)
    evaluation = findings.evaluation
    if output is not None:
        write_all_atomically(
            {
                output.with_suffix(".json"): card.as_json(evaluation.document()).encode(),
                output: page.page(findings).encode(),
            }
        )
    if write_card:
        card.write_metrics(generator.package, metrics(evaluation))
    if as_json:
        print_json(evaluation.document())
    else:
        last = time_table(evaluation)
        peak = evaluation.machine.peak_mebibytes if evaluation.machine else None
        print_tables([*tables(evaluation), *([last] if last else [])], peak, evaluation.notes)
    if not quiet and output is not None:
        click.echo(f"wrote {output} and {output.with_suffix('.json')}", err=True)


def check_page(output: Path | None) -> None:
    """Refuse a place where no page can be written, before a minute's work.

    Raises:
        RequestInvalid: Says why.
    """
    from playloom.errors import RequestInvalid

    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise RequestInvalid(f"{output}: give the page a name that ends in .html; the figures lie beside it")
    if output is not None and not output.parent.is_dir():
        raise RequestInvalid(f"{output}: the folder {output.parent} does not exist; create it first")


def print_tables(tables: Iterable[Table], peak_mebibytes: float | None, notes: Iterable[str]) -> None:
    """Print tables, the memory that was needed, and what was left out."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 240  # a pipe has no width to fit
    for table in tables:
        _print_table(console, table)
    if peak_mebibytes is not None:
        console.print(f"memory: {peak_mebibytes:g} MiB at most")
    for note in notes:
        console.print(note, style="yellow", markup=False, soft_wrap=True)


def _print_table(console: Console, table: Table) -> None:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, head in enumerate(table.heads):
        grid.add_column(head, justify="right" if i else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*row)
    console.print(grid)
