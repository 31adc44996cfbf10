"""`playloom train walk`."""

from pathlib import Path

import click

from playloom_train.licences import allow_option
from playloom_train.needs import need_torch

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", required=True, type=_FOLDER, help="Folder of the package.")
@click.option(
    "--minutes", type=click.FloatRange(0.01), default=17.0, show_default=True, help="Time to train."
)
@click.option("--steps", type=click.IntRange(1), help="Optimiser steps, instead of a time.")
@click.option("--name", help="Of the package.  [default: the output folder's]")
@click.option("--checkpoints", type=_FOLDER, help="Folder of the checkpoint.  [default: runs/NAME]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint.")
@allow_option
@click.option("--version", default="1.0.0", show_default=True, help="Version of the package.")
@click.option("--summary", help="What the card says of it first.  [default: what it was learnt from]")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="PNG of the walkers set aside: as drawn by their artists, below by the model.",
)
def walk(
    data: Path,
    output: Path,
    minutes: float,
    steps: int | None,
    name: str | None,
    checkpoints: Path | None,
    seed: int,
    resume: bool,
    allow: tuple[str, ...],
    version: str,
    summary: str | None,
    picture: Path | None,
) -> None:
    """Train a walk model: from a figure seen from the front to its walk in four directions.

    DATA is a folder of our atlas format whose anim.jsonl names walks of 2, 3 or 4 frames in four directions.

    \b
    playloom train walk sprites/ -o my-walks/ --picture seen.png
    """
    need_torch()
    from playloom_train.kinds.level.own import package_name
    from playloom_train.kinds.walk import command

    called = name or package_name(output.resolve().name)
    command.train(
        command.Run(
            data=data,
            output=output,
            name=called,
            folder=checkpoints or Path("runs") / called,
            minutes=minutes,
            steps=steps,
            seed=seed,
            resume=resume,
            version=version,
            picture=picture,
            summary=summary,
            allow=allow,
        )
    )
