"""`playloom sprite finish`: another palette, an outline, a shadow, edges that meet."""

from functools import partial
from pathlib import Path
from typing import Literal

import click

from playloom.commands.completing import offer_palettes
from playloom.commands.options import FILE, Option, Sectioned
from playloom.commands.output import check_places
from playloom.commands.sprite.options import PALETTE_HELP, check_spared, say_written

_colour = partial(click.option, cls=Option, section="Colours")
_touch = partial(click.option, cls=Option, section="Finishing touches")
_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned)
@click.argument("source", type=FILE, metavar="PICTURE")
@_colour(
    "--palette", shell_complete=offer_palettes, metavar="NAME|FILE", help=f"Recolour to it. {PALETTE_HELP}"
)
@_colour(
    "--match",
    type=click.Choice(["shades", "distinct", "nearest"]),
    default="shades",
    show_default=True,
    help="shades: what was lighter does not become darker; distinct: also no two colours become one; "
    "nearest: each colour by itself.",
)
@_touch(
    "--pad",
    type=click.IntRange(0, 64),
    default=0,
    metavar="N",
    help="First add N transparent pixels at each side: room for an outline.",
)
@_touch(
    "--outline", type=click.Choice(["outside", "inside"]), help="A line of one pixel, in the darkest colour."
)
@_touch("--shadow", is_flag=True, help="A drop shadow, one pixel to the right and down.")
@_touch("--seamless", is_flag=True, help="Of a filled texture: make opposite edges meet.")
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    metavar="FILE",
    help="Write here: .png, .json (Aseprite's), .tres (Godot), .gif. May be repeated.",
)
@_output("--scale", type=int, metavar="N", help="Draw .png and .gif N times as large.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def finish(
    source: Path,
    palette: str | None,
    match: str,
    pad: int,
    outline: Literal["outside", "inside"] | None,
    shadow: bool,
    seamless: bool,
    outputs: tuple[str, ...],
    scale: int | None,
    quiet: bool,
) -> None:
    """Recolour anybody's sprite, give it an outline or a shadow, or make a texture seamless.

    In this order, whatever the order of the options. Without any, the
    picture is written as it is, in other formats. A picture of more than 32
    colours needs --palette.

    \b
    playloom sprite finish hero.png --palette gameboy -o hero-gb.png
    playloom sprite finish hero.png --pad 2 --outline outside --shadow -o hero-big.png
    playloom sprite finish grass.png --seamless -o grass-tile.png
    """
    from dataclasses import replace

    import numpy as np

    from playloom.api.sprite_files import read_sprite, write_sprite
    from playloom.api.sprite_pictures import rgba_of
    from playloom.errors import FileInvalid
    from playloom.kinds.sprite import seamless as healing
    from playloom.kinds.sprite.formats.palette_file import load_palette
    from playloom.kinds.sprite.formats.save import WRITERS
    from playloom.kinds.sprite.outline import outlined, shadowed
    from playloom.kinds.sprite.recolour import recolour, to_palette

    places = check_places([(name, Path(name)) for name in outputs], WRITERS)
    check_spared([source], places)
    if palette is None:
        made = read_sprite(source)
    else:
        file = load_palette(palette)
        try:
            made = read_sprite(source)
            how = {"distinct": match == "distinct", "ordered": match != "nearest"}
            made = recolour(made, file.palette, **how).sprite
        except FileInvalid:  # too many colours, or half transparent: pixel by pixel
            made = to_palette(rgba_of(source), file.palette)
    if seamless:
        made = healing.seamless(made)
    if pad:
        made = replace(made, pixels=np.pad(made.pixels, pad), evidence=None)
    if outline is not None:
        made = outlined(made, side=outline)
    if shadow:
        made = shadowed(made)
    say_written(write_sprite(made, *places, scale=scale), made.notes, quiet=quiet)
