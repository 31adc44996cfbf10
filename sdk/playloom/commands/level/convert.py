"""`playloom level convert`: a map written in other formats."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from playloom.commands.level.options import DRESS_EPILOG, MAP, OUTPUT_HELP, dress_options, map_options
from playloom.commands.options import Option, Sectioned

_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned, epilog=DRESS_EPILOG)
@click.argument("source", type=MAP, metavar="MAP")
@map_options
@_output("-o", "--output", "files", multiple=True, required=True, metavar="FILE", help=OUTPUT_HELP)
@_output("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
@dress_options
def convert(
    source: Path,
    theme: str | None,
    package: str | None,
    legend: Path | None,
    files: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    **dress: Any,  # the other fields of `Outputs`, under their names there
) -> None:
    """Write a map in another format, cell by cell as it is.

    Nothing is made anew, repaired or judged; `playloom level check` judges.
    What Playloom knows of a level it made (its checks and solution) goes
    along, as far as the format has room for it.

    \b
    playloom level convert crypt.tmx -o crypt.tscn -o crypt.png
    playloom level convert sketch.txt --theme platformer -o sketch.tmx
    playloom level convert old.tmx --package my-style/ -o new.tmj
    playloom level convert crypt.json --tileset mapping.toml -o crypt.tmx
    """
    from playloom.commands.level.maps import map_reader
    from playloom.commands.level.outputs import Outputs, open_outputs
    from playloom.commands.output import print_json

    writer = open_outputs(Outputs(files=files, **dress))
    level = map_reader(theme, package, legend).read(source)
    written = writer.write(level)
    notes = (*level.notes, *writer.notes(level))
    if as_json:
        print_json({"file": str(source), "files": [str(path) for path in written], "notes": notes})
        return
    if quiet:
        return
    for note in notes:
        click.echo(f"playloom: {source}: {note}", err=True)
    click.echo(f"{level.theme or source.name} {level.width}x{level.height}")
    click.echo("  " + "  ".join(str(path) for path in written))
