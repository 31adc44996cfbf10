"""`playloom sprite palette`: known palettes, palette files, and colours out of pictures."""

from pathlib import Path
from typing import Any

import click

from playloom.commands.completing import offer_palettes
from playloom.commands.options import FILE
from playloom.commands.sprite.options import check_output, say_written
from playloom.kernels.counting import counted

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_output = click.option(
    "-o", "--output", required=True, metavar="FILE", help="Write here: .hex, .gpl, .pal or .png."
)
_riff = click.option("--riff", is_flag=True, help="A .pal of Microsoft's format, not of Paint Shop Pro's.")


@click.group()
def palette() -> None:
    """List, show, convert and extract palettes."""


@palette.command("list")
@_as_json
def list_palettes(as_json: bool) -> None:
    """List the known palettes, with their makers."""
    from rich.console import Console

    from playloom.commands.output import columns, print_json
    from playloom.commands.sprite.showing import has_colour, swatches
    from playloom.kinds.sprite.palette import known_palettes

    known = known_palettes()
    if as_json:
        print_json([_document(name) for name in known])
        return
    rows = [
        (name, str(len(one.palette.colours)), f"{one.title}, by {one.author}") for name, one in known.items()
    ]
    lines = columns(rows, indent="").splitlines()
    if not has_colour():
        click.echo("\n".join(lines))
        return
    console = Console(highlight=False)
    for line, one in zip(lines, known.values(), strict=True):
        click.echo(line)
        console.print(swatches(one.palette), no_wrap=True, overflow="crop")


@palette.command()
@click.argument("name", shell_complete=offer_palettes, metavar="NAME|FILE")
@_as_json
def show(name: str, as_json: bool) -> None:
    """Show the colours of a palette, and whose it is."""
    from rich.console import Console

    from playloom.commands.output import print_json
    from playloom.commands.sprite.showing import has_colour, swatches
    from playloom.kinds.sprite.formats.palette_file import load_palette
    from playloom.kinds.sprite.palette import as_hex, known_palettes

    file = load_palette(name)
    found, credit = file.palette, known_palettes().get(file.palette.name)
    if credit is not None and credit.palette.colours != found.colours:
        credit = None
    for note in file.notes:
        click.echo(f"playloom: {name}: {note}", err=True)
    if as_json:
        colours = [as_hex(colour) for colour in found.colours]
        print_json(_document(found.name) if credit else {"name": found.name, "colours": colours})
        return
    if credit is not None:
        click.echo(f"{credit.title}, by {credit.author}. {credit.permission}")
    if has_colour():
        Console(highlight=False).print(swatches(found), no_wrap=True, overflow="crop")
    for colour in found.colours:
        click.echo(as_hex(colour))


@palette.command()
@click.argument("picture", type=FILE, metavar="PICTURE")
@_output
@_riff
@click.option(
    "-n", "--colours", type=int, default=16, show_default=True, metavar="N", help="How many, 2 to 32."
)
def extract(picture: Path, output: str, riff: bool, colours: int) -> None:
    """Take the colours of a picture that stand best for all, from the darkest.

    \b
    playloom sprite palette extract screenshot.png -n 16 -o mine.hex
    """
    from playloom.api.sprite_pictures import rgba_of
    from playloom.kinds.sprite.extract import extract_palette

    place = _place(output, riff)
    _write(place, extract_palette(rgba_of(picture), colours, picture.stem[:40] or "extracted"), riff)


@palette.command()
@click.argument("name", shell_complete=offer_palettes, metavar="NAME|FILE")
@_output
@_riff
def convert(name: str, output: str, riff: bool) -> None:
    """Write a palette in another format.

    \b
    playloom sprite palette convert pico-8 -o pico-8.gpl
    """
    from playloom.kinds.sprite.formats.palette_file import load_palette

    place = _place(output, riff)
    file = load_palette(name)
    for note in file.notes:
        click.echo(f"playloom: {name}: {note}", err=True)
    _write(place, file.palette, riff)


def _place(output: str, riff: bool) -> Path:
    from playloom.kinds.sprite.formats.palette_file import SUFFIXES

    place = check_output(output, SUFFIXES)
    if riff and place.suffix.lower() != ".pal":
        raise click.UsageError("--riff is a way to write .pal files: ask for one with -o colours.pal")
    return place


def _write(place: Path, found: Any, riff: bool) -> None:
    from playloom.files import write_atomically
    from playloom.kinds.sprite.formats.palette_file import encode_palette

    write_atomically(place, encode_palette(found, place.suffix.lower(), riff=riff))
    click.echo(counted(len(found.colours), "colour"))
    say_written([place])


def _document(name: str) -> dict[str, Any]:
    from playloom.kinds.sprite.palette import as_hex, known_palettes

    one = known_palettes()[name]
    return {
        "name": name,
        "title": one.title,
        "author": one.author,
        "permission": one.permission,
        "colours": [as_hex(colour) for colour in one.palette.colours],
    }
