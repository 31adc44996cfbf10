"""What every `playloom evaluate KIND` has alike: its last options, and what becomes of the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from playloom.package import Metric, Package
    from playloom_train.report_table import Table

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Page to write (.html), with the figures beside it (.json).",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON instead of tables."),
    click.option(
        "--write-card", is_flag=True, help="Put the figures into the package's card; its hash changes."
    ),
    click.option("--quiet", is_flag=True, help="Print no progress."),
)


def report_options(command: Command) -> Command:
    """Add the options that say where the figures go: those of `publish`."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def publish(
    findings: Any,
    package: Package,
    *,
    page: Callable[[Any], str],
    tables: Callable[[Any], list[Table]],
    times: Callable[[Any], Table | None],
    metrics: Callable[[Any], tuple[Metric, ...]],
    output: Path | None,
    as_json: bool,
    write_card: bool,
    quiet: bool,
) -> None:
    """Write page, figures and card as asked, and print the figures.

    Args:
        findings: Of a kind's `evaluate`: the figures, and what is shown of them.
        package: What was measured.
        page: Draws the findings as HTML.
        tables: Of the figures.
        times: The table of what depends on the machine.
        metrics: Of the figures, for the card.
        output: See `report_options`, as the rest.
        as_json: Print JSON instead of tables.
        write_card: Put the metrics into the package's card.
        quiet: Do not say what was written.
    """
    from playloom.commands.output import print_json
    from playloom.files import write_all_atomically
    from playloom_train import card

    evaluation = findings.evaluation
    if output is not None:
        figures = card.as_json(evaluation.document())
        write_all_atomically({output.with_suffix(".json"): figures.encode(), output: page(findings).encode()})
    if write_card:
        card.write_metrics(package, metrics(evaluation))
    if as_json:
        print_json(evaluation.document())
    else:
        last = times(evaluation)
        peak = evaluation.machine.peak_mebibytes if evaluation.machine else None
        _print_tables([*tables(evaluation), *([last] if last else [])], peak, evaluation.notes)
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


def _print_tables(tables: Iterable[Table], peak_mebibytes: float | None, notes: Iterable[str]) -> None:
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
