"""`playloom evaluate sprite`: how good a sprite package is. Needs no torch."""

from pathlib import Path

import click

from playloom.commands.completing import offer_packages
from playloom.commands.options import PACKAGE, read_seed, reading
from playloom_train.evaluating import check_page, publish, report_options

_EXISTING = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("package", type=PACKAGE, metavar="NAME|FOLDER", shell_complete=offer_packages)
@click.option(
    "--data",
    multiple=True,
    type=_EXISTING,
    help="What was trained on, as `playloom train sprite` reads it; its held-out part is compared with.",
)
@click.option(
    "--labels", type=_EXISTING, help="What the sprites of --data show: the labels.toml of training."
)
@click.option("--category", default="item", show_default=True, help="As in training.")
@click.option("--grid", metavar="N|WxH[+MARGIN[+SPACING]]", help="As in training.")
@click.option("--tier", "tiers", multiple=True, default=["cc0"], help="As in training.")
@click.option(
    "--sprites",
    type=click.IntRange(1, 10_000),
    default=12,
    show_default=True,
    help="Of each category, in known palettes; as many again are asked for as held-out sprites are.",
)
@click.option("--seed", default=str(1 << 22), callback=reading(read_seed), help="Of the first sprite.")
@click.option("--times/--no-times", default=True, show_default=True, help="Measure time by size.")
@report_options
def sprite(
    package: str,
    data: tuple[Path, ...],
    labels: Path | None,
    category: str,
    grid: str | None,
    tiers: tuple[str, ...],
    sprites: int,
    seed: int,
    times: bool,
    output: Path | None,
    as_json: bool,
    write_card: bool,
    quiet: bool,
) -> None:
    """Measure a sprite package: contract, palettes, originality, variety, likeness, time.

    Sprites to compare with are those that training on --data sets aside. Without --data only what needs no
    real sprites is measured.

    \b
    playloom evaluate sprite pixels --data sprites/ -o report.html
    playloom evaluate sprite my-style/ --data my-sprites/ --labels labels.toml --sprites 24 -o report.html
    """
    from playloom.api.sprite_making import sprite_generator
    from playloom.commands.output import progress
    from playloom_train.kinds.sprite.data import DataPlan
    from playloom_train.kinds.sprite.evaluation import page, reference, run, tables
    from playloom_train.kinds.sprite.evaluation.figures import metrics
    from playloom_train.kinds.sprite.reading.atlas import AtlasChoice
    from playloom_train.sprite_cli import read_grid

    check_page(output)
    generator = sprite_generator(package)
    found = reference.Reference()
    if data:
        plan = DataPlan(
            paths=data,
            grid=read_grid(grid) if grid else None,
            labels=labels,
            category=category,
            atlas=AtlasChoice(tiers=tiers),
        )
        with progress(1.0, "reading the sprites to compare with", shown=not quiet):
            found = reference.find_reference(plan, generator.settings.categories)
    with progress(1.0, "measuring", shown=not quiet) as report:
        findings = run.evaluate(generator, found, run.Plan(sprites=sprites, seed=seed, times=times), report)
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
