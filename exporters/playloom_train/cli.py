"""Train a model on game assets and write a verified package."""

import sys
from pathlib import Path

import click


@click.group()
def train() -> None:
    """Train a model on game assets and write a verified package (extra: train)."""


def _need_torch() -> None:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        click.echo("training needs torch: pip install 'playloom[train]'", err=True)
        sys.exit(1)


@train.command()
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="levels.jsonl with real maps; without it only the teachers teach.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the package.",
)
@click.option(
    "--run",
    "run_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/level"),
    show_default=True,
    help="Folder of maps and checkpoints.",
)
@click.option(
    "--preset",
    type=click.Choice(["cpu", "gpu"]),
    default=None,
    help="Sizes of the run; by default by the machine.",
)
@click.option(
    "--minutes", type=click.FloatRange(0.02), default=None, help="Time to train, instead of the preset's."
)
@click.option(
    "--maps", type=click.IntRange(8), default=None, help="Maps of each teacher, instead of the preset's."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option(
    "--version", "package_version", default="1.0.0", show_default=True, help="Version of the package."
)
def level(
    data: Path | None,
    output: Path,
    run_folder: Path,
    preset: str | None,
    minutes: float | None,
    maps: int | None,
    seed: int,
    resume: bool,
    package_version: str,
) -> None:
    """Train the top-down level model; Ctrl-C keeps a checkpoint for --resume."""
    _need_torch()
    from playloom_train.kinds.level.command import Plan, run

    run(Plan(data, output, run_folder, preset, minutes, maps, seed, resume, package_version))
