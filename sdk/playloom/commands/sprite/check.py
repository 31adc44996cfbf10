"""`playloom sprite check`: the pixel contract on anybody's pictures."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from playloom.commands.completing import offer_palettes, offer_sprite_packages
from playloom.commands.options import FILE, PACKAGE, Option, Sectioned, reading
from playloom.commands.sprite.options import PALETTE_HELP, read_picture_size, read_pieces

_term = partial(click.option, cls=Option, section="What is to hold")
_output = partial(click.option, cls=Option, section="Telling")


@click.command(cls=Sectioned)
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="PICTURE...")
@_term("--size", metavar="N|WxH", callback=reading(read_picture_size), help="Exact size in pixels.")
@_term("--palette", shell_complete=offer_palettes, metavar="NAME|FILE", help=PALETTE_HELP)
@_term("--colours", type=int, metavar="N", help="At most so many colours.  [default: 32]")
@_term("--margin", type=int, metavar="N", help="Empty pixels at each side.  [default: 0]")
@_term("--baseline", type=click.Choice(["any", "ground", "float"]), help="How it stands.  [default: any]")
@_term("--pieces", metavar="N|A..B", callback=reading(read_pieces), help="Connected pieces.  [default: 1..3]")
@_term("--strays", type=int, metavar="N", help="Pixels that may stand alone.  [default: 0]")
@_term("--tile", is_flag=True, help="It is a seamless tile: filled, and its edges meet.")
@_term(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_sprite_packages,
    help="It must not be a copy of what this model was trained on.",
)
@_output("--json", "as_json", is_flag=True, help="Print one JSON document a picture.")
@_output("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
def check(files: tuple[Path, ...], package: str | None, as_json: bool, quiet: bool, **terms: Any) -> None:
    """Hold pictures against the pixel contract: are they pixel art that a game can use?

    Reads .png, .gif, .bmp and .webp; of an animation every frame. A sprite
    that Playloom made, and nobody changed since, is held to what was asked
    of it; options go before. Says where each breach is and what to do. Exit
    code 1 if a check fails or a file cannot be read.

    \b
    playloom sprite check goblin.png
    playloom sprite check art/*.png --size 16 --palette pico-8 --margin 1
    playloom sprite check grass.png --tile
    """
    from playloom.commands.sprite.checking import check_files

    click.get_current_context().exit(check_files(files, terms, package, as_json=as_json, quiet=quiet))
