"""`playloom evaluate quest`: how good a quest package is. Needs no torch."""

from pathlib import Path

import click

from playloom.commands.completing import offer_packages
from playloom.commands.options import PACKAGE, read_seed, reading
from playloom_train.evaluating import check_page, publish, report_options


@click.command()
@click.argument("package", type=PACKAGE, metavar="NAME|FOLDER", shell_complete=offer_packages)
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of dialogue data that was trained on; what it sets aside is compared with.",
)
@click.option(
    "--lines",
    type=click.IntRange(1, 100_000),
    default=400,
    show_default=True,
    help="Written by each maker in held-out scripts.",
)
@click.option(
    "--ranked",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help="Places at which the true next line is looked for among others.",
)
@click.option("--seed", default=str(1 << 22), callback=reading(read_seed), help="Of what is drawn.")
@click.option("--times/--no-times", default=True, show_default=True, help="Measure time.")
@report_options
def quest(
    package: str,
    data: Path,
    lines: int,
    ranked: int,
    seed: int,
    times: bool,
    output: Path | None,
    as_json: bool,
    write_card: bool,
    quiet: bool,
) -> None:
    """Measure a quest package: likelihood of held-out text, lines, copies of training, ranking, time.

    Scripts to compare with are those that --data sets aside as heldout.

    \b
    playloom evaluate quest quests --data dialogue/ -o report.html
    """
    from playloom.api.packages import default_library
    from playloom.commands.output import progress
    from playloom.kinds.quest.realiser.package import PackageRealiser
    from playloom_train.kinds.quest.corpus import read_corpus
    from playloom_train.kinds.quest.evaluation import page, run, tables
    from playloom_train.kinds.quest.evaluation.figures import metrics

    check_page(output)
    found = default_library().find(package, "quest")
    realiser = PackageRealiser(found)
    with progress(1.0, "reading the dialogue data", shown=not quiet):
        documents = read_corpus(data)
    plan = run.Plan(lines=lines, ranked=ranked, seed=seed, times=times)
    with progress(1.0, "measuring", shown=not quiet) as report:
        findings = run.evaluate(realiser, found, documents, plan, report)
    publish(
        findings,
        found,
        page=page.page,
        tables=tables.tables,
        times=tables.times,
        metrics=metrics,
        output=output,
        as_json=as_json,
        write_card=write_card,
        quiet=quiet,
    )
