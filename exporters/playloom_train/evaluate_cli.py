"""`playloom evaluate`: how good a package is, measured beside real maps and baselines. Needs no torch."""

from pathlib import Path

import click

from playloom.commands.completing import offer_packages
from playloom.commands.options import PACKAGE, read_size, reading
from playloom_train.evaluate_quest_cli import quest
from playloom_train.evaluate_sprite_cli import sprite
from playloom_train.evaluating import check_page, publish, report_options

_EXISTING = click.Path(exists=True, path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure how good a model package is, beside real content and baselines."""


evaluate.add_command(quest)
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
@report_options
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
    from playloom.commands.output import progress
    from playloom_train.kinds.level.evaluation import page, reference, run, tables
    from playloom_train.kinds.level.evaluation.figures import metrics

    check_page(output)
    generator = level_generator(package)
    plan = run.Plan(count=count, size=None if size is None else (size[1], size[0]), times=times)
    with progress(1.0, "reading the maps to compare with", shown=not quiet):
        found = reference.find_reference(
            generator, maps=maps, training=training, data=data, legend=legend, count=count
        )
    with progress(plan.steps(generator), "measuring", shown=not quiet) as report:
        findings = run.evaluate(generator, found, plan, report)
    publish(
        findings,
        generator.package,
        page=page.page,
        tables=tables.tables,
        times=tables.times,
        metrics=metrics,
        output=output,
        as_json=as_json,
        write_card=write_card,
        quiet=quiet,
    )
