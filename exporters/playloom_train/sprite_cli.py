"""`playloom train sprite`: looking at pictures and training on them. Looking needs no torch."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from playloom.commands.options import PACKAGE
from playloom_train.licences import admit, allow_option, licence_option, stated_licence
from playloom_train.needs import need_torch

if TYPE_CHECKING:
    from playloom_train.kinds.sprite.reading.sheet import Grid

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_GRID = re.compile(r"(\d{1,3})(?:x(\d{1,3}))?(?:\+(\d{1,2})(?:\+(\d{1,2}))?)?", re.ASCII)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", type=_FOLDER, help="Folder of the package.")
@click.option("--dry-run", is_flag=True, help="Read and clean only: print what would be trained on.")
@click.option("--picture", type=_NEW_FILE, help="PNG to draw what is trained on into, by category.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--labels", type=_FILE, help="What sprites show: a labels.toml.")
@click.option(
    "--draft-labels", type=_NEW_FILE, help="Write a labels.toml by the names of files; train nothing."
)
@click.option("--category", default="item", show_default=True, help="Of sprites whose names say nothing.")
@click.option("--grid", metavar="N|WxH[+MARGIN[+SPACING]]", help="Cells of sheets.  [default: found]")
@click.option("--size", type=click.Choice(["16", "24", "32", "48"]), help="One canvas for all.")
@click.option(
    "--background",
    type=click.Choice(["border", "islands", "keep"]),
    default="border",
    show_default=True,
    help="Of opaque pictures with a border of one colour: make clear what is connected with the border; also "
    "what the sprite encloses; nothing.",
)
@click.option("--enlarged", type=click.IntRange(1, 64), help="How often all are enlarged.  [default: found]")
@click.option("--noisy", is_flag=True, help="Also undo enlargements with noise, as JPEG leaves it.")
@licence_option
@allow_option
@click.option("--tier", "tiers", multiple=True, default=["cc0"], help="Of an atlas: cc0, mit.")
@click.option("--animations", is_flag=True, help="Of an atlas: all frames, not one of each animation.")
@click.option("--shadows", is_flag=True, help="Of an atlas: keep the shadows drawn into sprites.")
@click.option(
    "--synthetic", type=click.FloatRange(0, 1), default=0.25, help="Of an atlas: weight of composed sprites."
)
@click.option(
    "--network",
    type=click.Choice(["masked", "both", "painter"]),
    default="masked",
    show_default=True,
    help="The networks that draw in three levels; with them the painter of a GAN, for live use; or that "
    "painter alone, added to the package of --from.",
)
@click.option(
    "--from",
    "start",
    type=PACKAGE,
    help="Package whose networks to go on from, or: nothing.  [default: pixels, for up to 2,000 sprites]",
)
@click.option("--minutes", type=click.FloatRange(0.01), help="Time to train, all networks together.")
@click.option("--steps", type=click.IntRange(1), help="Optimiser steps of each stage, instead of a time.")
@click.option("--name", help="Of the package.  [default: the output folder's]")
@click.option("--checkpoints", type=_FOLDER, help="Folder of checkpoints.  [default: runs/NAME]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option("--version", default="1.0.0", show_default=True, help="Version of the package.")
def sprite(
    paths: tuple[Path, ...],
    output: Path | None,
    dry_run: bool,
    picture: Path | None,
    as_json: bool,
    labels: Path | None,
    draft_labels: Path | None,
    category: str,
    grid: str | None,
    size: str | None,
    background: Literal["border", "islands", "keep"],
    enlarged: int | None,
    noisy: bool,
    licence: str | None,
    allow: tuple[str, ...],
    tiers: tuple[str, ...],
    animations: bool,
    shadows: bool,
    synthetic: float,
    network: Literal["masked", "both", "painter"],
    start: str | None,
    minutes: float | None,
    steps: int | None,
    name: str | None,
    checkpoints: Path | None,
    seed: int,
    resume: bool,
    version: str,
) -> None:
    """Train a sprite model on pictures of your own.

    PATHS are folders of PNG, GIF, BMP or WebP pictures, single pictures, sprite sheets with or without
    Aseprite's JSON, or folders of our atlas format. They are brought to true size, freed of their
    background, and labelled by their names. Look before you train:

    \b
    playloom train sprite my-sprites/ --dry-run --picture sheet.png
    playloom train sprite my-sprites/ --draft-labels labels.toml
    playloom train sprite my-sprites/ --labels labels.toml --licence own -o my-style/
    """
    from playloom.kinds.sprite.clean import Cleaning
    from playloom_train.kinds.sprite import looking
    from playloom_train.kinds.sprite.data import DataPlan
    from playloom_train.kinds.sprite.keywords import CATEGORIES
    from playloom_train.kinds.sprite.reading.atlas import AtlasChoice, is_atlas

    if category not in CATEGORIES:
        raise click.UsageError(f"--category is {category!r}; there are {', '.join(CATEGORIES)}")
    cleaning = Cleaning(background=background, factor=enlarged, near=noisy, size=int(size) if size else None)
    plan = DataPlan(
        paths=paths,
        cleaning=cleaning,
        grid=read_grid(grid) if grid else None,
        labels=labels,
        category=category,
        atlas=AtlasChoice(tiers=tiers, static=not animations, synthetic_weight=synthetic, shadows=shadows),
    )
    plan = replace(plan, licence=stated_licence(paths, licence))
    if draft_labels is not None:
        looking.draft(plan, draft_labels)
        return
    if dry_run:
        looking.look(plan, picture, as_json=as_json)
        return
    if output is None:
        raise click.UsageError("give the package's folder with -o, or look at the pictures with --dry-run")
    if not all(is_atlas(path) for path in paths):  # an atlas says it of each sprite
        admit([("your pictures", plan.licence)], allow)
    need_torch()
    from playloom_train.kinds.level.own import package_name
    from playloom_train.kinds.sprite import command
    from playloom_train.kinds.sprite.run import Run

    called = name or package_name(output.resolve().name)
    command.train(
        plan,
        Run(
            output=output,
            name=called,
            folder=checkpoints or Path("runs") / called,
            network=network,
            start=start,
            minutes=minutes,
            steps=steps,
            seed=seed,
            resume=resume,
            version=version,
            picture=picture,
            as_json=as_json,
            allow=allow,
        ),
    )


def read_grid(text: str) -> "Grid":
    """Return the grid of ``16``, ``16x24`` or ``16x16+MARGIN+SPACING``."""
    from playloom_train.kinds.sprite.reading.sheet import Grid

    found = _GRID.fullmatch(text)
    width, height, margin, spacing = (
        (int(part) if part else 0 for part in found.groups()) if found else [0] * 4
    )
    if width < 1:
        raise click.UsageError(f"--grid is {text[:40]!r}; write 16, 16x24 or 16x16+1+2 (margin 1, spacing 2)")
    return Grid(width, height or width, margin, spacing)
