"""`playloom train quest`."""

from pathlib import Path

import click

from playloom.commands.options import PACKAGE
from playloom_train.licences import allow_option, licence_option
from playloom_train.needs import need_torch

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", type=_FOLDER, help="Folder of the package.")
@click.option("--dry-run", is_flag=True, help="Only read the dialogue; show what would be learnt from.")
@click.option("--json", "as_json", is_flag=True, help="Print what --dry-run found as JSON.")
@click.option(
    "--names",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="World file, or a TOML file of people, places and items: their names become slots.",
)
@licence_option
@allow_option
@click.option(
    "--from",
    "start",
    type=PACKAGE,
    help="Package whose network to go on from, or: nothing.  [default: quests, if there is one]",
)
@click.option("--minutes", type=click.FloatRange(0.01), help="Time to train.  [default: 10; anew 75]")
@click.option("--steps", type=click.IntRange(1), help="Optimiser steps, instead of a time.")
@click.option("--name", help="Of the package.  [default: the output folder's]")
@click.option("--checkpoints", type=_FOLDER, help="Folder of the checkpoint.  [default: runs/NAME]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint.")
@click.option("--version", default="1.0.0", show_default=True, help="Version of the package.")
@click.option("--summary", help="What the card says of it first.  [default: what it was learnt from]")
def quest(
    paths: tuple[Path, ...],
    output: Path | None,
    dry_run: bool,
    as_json: bool,
    names: Path | None,
    licence: str | None,
    allow: tuple[str, ...],
    start: str | None,
    minutes: float | None,
    steps: int | None,
    name: str | None,
    checkpoints: Path | None,
    seed: int,
    resume: bool,
    version: str,
    summary: str | None,
) -> None:
    """Train the realiser of quests on dialogue of your own.

    PATHS are files and folders of Ink, Yarn Spinner, Twee, Dialogue Manager, CSV and JSON files, or scripts
    in our own plain format. Nothing in them is executed. Look before you train:

    \b
    playloom train quest my-dialogue/ --names world.toml --dry-run
    playloom train quest my-dialogue/ --names world.toml --licence own -o my-voice/
    playloom quest --source mixed --package my-voice/
    """
    if dry_run:
        from playloom_train.kinds.quest import own

        own.look(paths, names, as_json=as_json)
        return
    if output is None:
        raise click.UsageError("give the package's folder with -o, or look at the dialogue with --dry-run")
    need_torch()
    from playloom_train.kinds.level.own import package_name
    from playloom_train.kinds.quest import command

    called = name or package_name(output.resolve().name)
    command.train(
        paths,
        names,
        licence,
        command.Run(
            output=output,
            name=called,
            folder=checkpoints or Path("runs") / called,
            start=start,
            minutes=minutes,
            steps=steps,
            seed=seed,
            resume=resume,
            version=version,
            summary=summary,
            allow=allow,
        ),
    )
