"""`playloom tune`: learn a taste from what was said in reviews."""

from pathlib import Path

import click

from playloom.commands.feedback import database_in
from playloom.feedback.keys import KINDS, PROFILE, Kind


@click.command()
@click.argument("place", metavar="[FILE|FOLDER]", type=click.Path(exists=True, path_type=Path), default=".")
@click.option("--for", "profile", default=PROFILE, show_default=True, metavar="NAME", help="Whose taste.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="[default: all that were judged]"
)
@click.option("--anyway", is_flag=True, help="Also write a taste that foretells no better than chance.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="[default: playloom-taste-NAME.json beside the feedback]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def tune(
    place: Path, profile: str, kinds: tuple[Kind, ...], anyway: bool, output: Path | None, as_json: bool
) -> None:
    """Learn a taste from reviews, to rank what is made by it.

    Says how often the taste is right about content it was not shown, beside what
    shuffled answers give, and refuses one that is no better.

    \b
    playloom tune my-maps/ --for anna
    playloom level cave --count 40 --best 5 --for my-maps/playloom-taste-anna.json -o cave.tmx
    """
    from playloom.commands.tuning import run_tune

    run_tune(database_in(place), profile, kinds or KINDS, anyway=anyway, output=output, as_json=as_json)
