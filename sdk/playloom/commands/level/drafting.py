"""The work of `playloom level legend`: a draft of what the tiles of own maps mean, and a picture of them."""

from collections.abc import Sequence
from pathlib import Path

import click

from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically
from playloom.kernels import png
from playloom.kinds.level.own.contact import contact_sheet
from playloom.kinds.level.own.draft import draft_legend, guess, uses_of
from playloom.kinds.level.own.legend import GUESS, OwnLegend, read_own_legend
from playloom.kinds.level.own.reader import read_drawings


def draft(
    maps: Sequence[Path], *, legend: Path | None, output: Path | None, picture: Path | None, force: bool
) -> None:
    """Read the maps, print or write the draft, and draw the contact sheet.

    Raises:
        FileInvalid: If a map or the legend cannot be read.
        RequestInvalid: If ``output`` is there already.
        WriteFailed: If the system refuses.
    """
    if output is not None and output.exists() and not force:
        raise RequestInvalid(
            f"{output}: is there already, perhaps edited; choose another name, or --force writes over it"
        )
    known = OwnLegend() if legend is None else read_own_legend(legend)
    reading = read_drawings(maps, known)
    text = draft_legend(reading, known, output.name if output else "legend.toml")
    files: dict[Path, bytes] = {}
    if picture is not None:
        uses = uses_of(reading)
        said = [known.meaning(use.part.label) or use.part.said for use in uses]
        meanings = [
            meaning if meaning is not None else guess(use, uses, reading.parts) + GUESS
            for use, meaning in zip(uses, said, strict=True)
        ]
        files[picture] = png.encode(contact_sheet(uses, reading.parts.gallery, meanings))
    if output is not None:
        files[output] = text.encode()
    write_all_atomically(files)
    if output is None:
        click.echo(text, nl=False)
    for note in reading.notes:
        click.echo(f"  ! {note}", err=True)
    for path in files:
        click.echo(str(path), err=output is None)
