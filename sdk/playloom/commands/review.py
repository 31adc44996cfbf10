"""`playloom review`: look at what was made, and say what you think of it, on a local page."""

from pathlib import Path

import click

from playloom.feedback.keys import PROFILE


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, metavar="FOLDER|FILE...", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--as",
    "profile",
    default=PROFILE,
    show_default=True,
    metavar="NAME",
    help="Whose taste it is: a-z, 0-9, - and _.",
)
@click.option(
    "--feedback",
    "database",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where it is kept.  [default: playloom-feedback.db beside the content]",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: any that is free."
)
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: the address, and at the end what was said."
)
def review(
    paths: tuple[Path, ...], profile: str, database: Path | None, port: int, no_browser: bool, as_json: bool
) -> None:
    """Accept, reject, rate and compare what was made, on a local page.

    Takes levels (.tmx, .tmj, .ldtk, .json, .xsb), sprites (.png) and quests
    (.json). Press ? on the page for its keys; Ctrl-C here ends it. What you say
    is on the disk at once. Rejected seeds are left out by `--feedback` of
    `playloom level` and `playloom sprite`; `playloom tune` learns your taste.

    \b
    playloom review my-maps/
    playloom review sprites/*.png --as anna
    """
    from playloom.commands.reviewing import run_review

    run_review(paths, profile, database, port, browser=not no_browser, as_json=as_json)
