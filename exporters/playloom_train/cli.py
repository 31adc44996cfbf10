"""Train a model on game assets and write a verified package."""

from pathlib import Path
from typing import Literal

import click

from playloom_train.licences import admit, allow_option, licence_option, stated_licence
from playloom_train.needs import need_torch
from playloom_train.quest_cli import quest
from playloom_train.sprite_cli import sprite
from playloom_train.walk_cli import walk


@click.group()
def train() -> None:
    """Train a model on game assets and write a verified package (extra: train)."""


train.add_command(quest)
train.add_command(sprite)
train.add_command(walk)


def _folder(**more: bool) -> click.Path:
    return click.Path(file_okay=False, path_type=Path, **more)


@train.command()
@click.argument("maps", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=_folder(), help="Folder of the package.")
@click.option(
    "--minutes", type=click.FloatRange(0.01), help="Time to train.  [default: 8 on maps of your own]"
)
@click.option("--steps", type=click.IntRange(1), help="Optimiser steps to train, instead of a time.")
@click.option(
    "--legend",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the tiles of your maps mean; `playloom level legend MAPS...` drafts it.",
)
@click.option("--name", help="Of the package and its theme.  [default: the output folder's]")
@licence_option
@allow_option
@click.option(
    "--turn",
    type=click.Choice(["none", "mirror", "square"]),
    help="Maps may be mirrored left for right, or turned in all 8 ways.  [default: by what the tiles are]",
)
@click.option("--recipe", help="Train a default package instead: topdown, sideview, sokoban.")
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="levels.jsonl with real maps for --recipe; without it only the teachers teach.",
)
@click.option("--preset", type=click.Choice(["cpu", "gpu"]), help="Sizes of a run with --recipe.")
@click.option("--maps", "drawn", type=click.IntRange(8), help="Maps of each teacher of --recipe.")
@click.option(
    "--checkpoints",
    "--run",
    "run_folder",
    type=_folder(),
    help="Folder of checkpoints; torchrun knows only the longer name.  [default: runs/NAME]",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option("--finish", is_flag=True, help="Write the package of the last checkpoint, without training.")
@click.option("--force", is_flag=True, help="Train anew and replace package and checkpoint that are there.")
@click.option("--version", default="1.0.0", show_default=True, help="Version of the package.")
def level(
    maps: tuple[Path, ...],
    output: Path,
    minutes: float | None,
    steps: int | None,
    legend: Path | None,
    name: str | None,
    licence: str | None,
    allow: tuple[str, ...],
    turn: Literal["none", "mirror", "square"] | None,
    recipe: str | None,
    data: Path | None,
    preset: str | None,
    drawn: int | None,
    run_folder: Path | None,
    seed: int,
    resume: bool,
    finish: bool,
    force: bool,
    version: str,
) -> None:
    """Train a level model, on maps of your own or by a recipe of the default packages.

    MAPS are files and folders of Tiled maps, LDtk projects or text maps; sub-folders are styles. Ctrl-C keeps
    a checkpoint: --resume goes on, --finish makes a package of it.

    \b
    playloom train level my-maps/ --licence own -o my-style/
    playloom level my-style --package my-style/ -o new.tmx
    """
    _check_options(maps, recipe, legend or name or turn or licence, data or preset or drawn)
    stated = stated_licence(maps, licence)
    if maps:
        admit([("your maps", stated)], allow)
    need_torch()
    from playloom_train.kinds.level import command
    from playloom_train.kinds.level.own import package_name
    from playloom_train.kinds.level.recipes import RECIPES

    called = recipe or name or package_name(output.resolve().name)
    run = command.Run(
        output=output,
        folder=run_folder or Path("runs") / called,
        minutes=minutes,
        steps=steps,
        seed=seed,
        resume=resume,
        finish=finish,
        force=force,
        version=version,
        allow=allow,
    )
    if recipe is None:
        if called != package_name(called):
            raise click.UsageError(f"--name {called!r}: write it in lower case: {package_name(called)}")
        command.run_own(
            run,
            command.OwnPlan(maps=maps, legend=legend, name=called, licence=stated, symmetries=turn),
        )
    elif recipe in RECIPES:
        command.run_default(run, command.DefaultPlan(recipe=recipe, data=data, preset=preset, maps=drawn))
    else:
        raise click.UsageError(f"no recipe is called {recipe!r}; there are {', '.join(RECIPES)}")


def _check_options(maps: tuple[Path, ...], recipe: str | None, own: object, default: object) -> None:
    if bool(maps) == (recipe is not None):
        raise click.UsageError("give maps of your own to train on, or a default package with --recipe NAME")
    if maps and default:
        raise click.UsageError("--data, --preset and --maps are for --recipe; leave them out with own maps")
    if recipe is not None and own:
        raise click.UsageError(
            "--legend, --name, --turn and --licence are for own maps; leave them out with --recipe"
        )
