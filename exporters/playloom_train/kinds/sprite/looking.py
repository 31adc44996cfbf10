"""Looking at what would be trained on: the report, a contact sheet, a draft of labels. Needs no torch."""

import json
from pathlib import Path

import click
from rich.console import Console

from playloom.errors import FileInvalid
from playloom.files import write_atomically
from playloom.kernels import png
from playloom.kernels.counting import counted
from playloom_train.kinds.sprite.data import DataPlan, SpriteSet, gather
from playloom_train.kinds.sprite.labels import Labels, draft_labels, read_labels
from playloom_train.kinds.sprite.showing import contact_sheet


def look(plan: DataPlan, picture: Path | None, *, as_json: bool) -> SpriteSet:
    """Read the sprites, print the report, draw the contact sheet.

    Raises:
        FileInvalid: If a path cannot be read, or no sprite is left.
        WriteFailed: If the system refuses.
    """
    sprites = gather(plan)
    if as_json:
        click.echo(json.dumps(sprites.report.document(), ensure_ascii=False, separators=(",", ":")))
    else:
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = 160  # a pipe has no width to fit
        sprites.report.print(console)
    if picture is not None:
        write_atomically(picture, png.encode(contact_sheet(sprites.examples)))
        click.echo(str(picture), err=True)
    return sprites


def draft(plan: DataPlan, output: Path) -> None:
    """Write a draft of labels for all sprites that were found; lines of labels that were given stay.

    Raises:
        FileInvalid: If ``output`` is there already, perhaps edited, or a path cannot be read.
    """
    if output.exists():
        raise FileInvalid(f"{output}: is there already, perhaps edited; choose another name or remove it")
    known = read_labels(plan.labels) if plan.labels else Labels()
    sprites = gather(plan)
    write_atomically(output, draft_labels(sprites.found, known).encode())
    unknown = len(sprites.report.unknown)
    click.echo(f"{output}: {counted(len(sprites.found), 'sprite')}, {unknown} of unknown category", err=True)
