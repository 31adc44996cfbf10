"""`playloom sprite finish`: another palette, an outline, a shadow, edges that meet."""

from functools import partial
from pathlib import Path
from typing import Literal

import click

from playloom.commands.completing import offer_palettes
from playloom.commands.options import FILE, Option, Sectioned
from playloom.commands.output import check_places
from playloom.commands.sprite.options import PALETTE_HELP, check_spared

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
@_output("--json", "as_json", is_flag=True, help="Print one JSON document.")
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
    as_json: bool,
    quiet: bool,
) -> None:
    """Recolour anybody's sprite, give it an outline or a shadow, or make a texture seamless.

    In this order, whatever the order of the options. Without any, the
    picture is written as it is, in other formats. A picture of more than 32
    colours, or with half transparent pixels, needs --palette; how many such
    pixels were made opaque or clear is told.

    \b
    playloom sprite finish hero.png --palette gameboy -o hero-gb.png
    playloom sprite finish hero.png --pad 2 --outline outside --shadow -o hero-big.png
    playloom sprite finish grass.png --seamless -o grass-tile.png
    """
    from playloom.commands.sprite.finishing import Finishing, finish_picture
    from playloom.kinds.sprite.formats.save import WRITERS

    places = check_places([(name, Path(name)) for name in outputs], WRITERS)
    check_spared([source], places)
    finishing = Finishing(
        source=source,
        palette=palette,
        match=match,
        pad=pad,
        outline=outline,
        shadow=shadow,
        seamless=seamless,
        scale=scale,
    )
    finish_picture(finishing, places, as_json=as_json, quiet=quiet)
