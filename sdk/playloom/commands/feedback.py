"""`playloom feedback`: what was said in reviews, shown, exported, imported."""

from pathlib import Path

import click

from playloom.feedback.keys import DATABASE

_WHERE = click.argument(
    "place", metavar="[FILE|FOLDER]", type=click.Path(exists=True, path_type=Path), default="."
)


@click.group()
def feedback() -> None:
    """Show, export and import what was said in reviews.

    FILE is a database that `playloom review` keeps, playloom-feedback.db; a
    FOLDER is one that holds it.

    \b
    playloom feedback show my-maps/
    playloom feedback export my-maps/ -o team.jsonl         # what is thought now
    playloom feedback import my-maps/ team.jsonl            # of a colleague
    playloom feedback export sprites/ --accepted liked/     # then: playloom train sprite liked/ ...
    """


@feedback.command()
@_WHERE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(place: Path, as_json: bool) -> None:
    """Count what each profile said."""
    from playloom.commands.feedback_work import show_feedback

    show_feedback(database_in(place), as_json=as_json)


@feedback.command()
@_WHERE
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead of stdout.",
)
@click.option("--as", "profile", metavar="NAME", help="Of this profile alone.")
@click.option(
    "--accepted",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Copy the files of accepted content there instead: to train on.",
)
@click.option(
    "--kind", type=click.Choice(["level", "sprite", "quest"]), help="With --accepted: of this kind alone."
)
def export(
    place: Path, output: Path | None, profile: str | None, accepted: Path | None, kind: str | None
) -> None:
    """Write what is thought now as lines of JSON, sorted; or copy what was accepted."""
    from playloom.commands.feedback_work import copy_accepted, export_feedback

    if accepted is None:
        if kind is not None:
            raise click.UsageError("--kind is for --accepted: give the folder to copy to")
        export_feedback(database_in(place), profile, output)
        return
    if output is not None:
        raise click.UsageError("--accepted copies files and -o writes lines: run the command twice")
    copy_accepted(database_in(place), profile, accepted, kind)


@feedback.command("import")
@click.argument("place", metavar="FILE|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.argument("lines", metavar="LINES...", nargs=-1, required=True, type=click.Path(path_type=Path))
def take_in(place: Path, lines: tuple[Path, ...]) -> None:
    """Take in lines that `export` wrote."""
    from playloom.commands.feedback_work import import_feedback

    import_feedback(database_in(place), lines)


def database_in(place: Path) -> Path:
    """Return the database that is meant by a file or a folder."""
    return place / DATABASE if place.is_dir() else place
