"""Options that the commands of sprites share: palettes, parts of a picture, numbers, names of files."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from playloom.commands.options import refusal
from playloom.commands.output import check_places

_WHOLE = r"[0-9]{1,6}"
_WITH_PICTURE = (".json", ".tsx")  # formats that put a picture beside them
PALETTE_HELP = "A known palette (`playloom sprite palette list`), or a file: .hex, .gpl, .pal or .png."


def read_part(text: str) -> tuple[int, int, int, int]:
    """Read ``8,0,16,12``: left, top, width, height in pixels."""
    if not re.fullmatch(rf"{_WHOLE}(,{_WHOLE}){{3}}", text):
        raise refusal(text, "8,0,16,12 (X,Y,WIDTH,HEIGHT)")
    left, top, width, height = (int(number) for number in text.split(","))
    return left, top, width, height


def read_pieces(text: str) -> tuple[int, int]:
    """Read ``1`` or ``1..3`` as (low, high)."""
    found = re.fullmatch(rf"({_WHOLE})(?:\.\.({_WHOLE}))?", text)
    if not found:
        raise refusal(text, "1 or 1..3")
    return int(found[1]), int(found[2] or found[1])


def read_picture_size(text: str) -> tuple[int, int]:
    """Read ``32`` or ``32x48`` as (width, height)."""
    found = re.fullmatch(rf"({_WHOLE})(?:[xX]({_WHOLE}))?", text)
    if not found:
        raise refusal(text, "32 or 32x48")
    return int(found[1]), int(found[2] or found[1])


def check_spared(sources: Iterable[Path | None], places: list[Path]) -> None:
    """Refuse a main file whose picture would go over a picture that was read, unless that was typed, too.

    Raises:
        click.UsageError: Names the picture.
    """
    read = {source.resolve() for source in sources if source is not None}
    for place in places:
        beside = place.with_suffix(".png")
        if place.suffix.lower() in _WITH_PICTURE and beside not in places and beside.resolve() in read:
            raise click.UsageError(
                f"{place}: its picture would be written over {beside}, which is read; choose another name"
            )


def check_output(name: str, suffixes: Iterable[str]) -> Path:
    """Return the place of one file; see `check_places`."""
    return check_places([(name, Path(name))], suffixes)[0]


def say_written(files: list[Path], notes: Iterable[Any] = (), *, quiet: bool = False) -> None:
    """Print notes on stderr and the files on stdout."""
    if quiet:
        return
    for note in notes:
        click.echo(f"playloom: {note}", err=True)
    click.echo("  " + "  ".join(str(path) for path in files))
