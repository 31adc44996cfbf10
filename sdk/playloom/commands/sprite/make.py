"""`playloom sprite make`: its options."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from playloom.commands.choosing import Choosing, choosing_options
from playloom.commands.completing import (
    offer_categories,
    offer_palettes,
    offer_sprite_packages,
    offer_sprite_styles,
    offer_words,
)
from playloom.commands.options import (
    COUNT_HIGH,
    FILE,
    JOBS_HIGH,
    PACKAGE,
    Option,
    Sectioned,
    read_seed,
    reading,
)
from playloom.commands.sprite.options import PALETTE_HELP, read_part, read_pieces
from playloom.kinds.sprite.request import ATTEMPTS, COLOURS, DEFAULT_PALETTE, GUIDANCE, STEPS

_sprite = partial(click.option, cls=Option, section="Sprite")
_shape = partial(click.option, cls=Option, section="What it must keep")
_source = partial(click.option, cls=Option, section="From a picture")
_quality = partial(click.option, cls=Option, section="Quality and time")
_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned)
@click.argument("words", nargs=-1, shell_complete=offer_words)
@_sprite(
    "--palette",
    shell_complete=offer_palettes,
    metavar="NAME|FILE",
    help=f"{PALETTE_HELP}  [default: that of the picture, else {DEFAULT_PALETTE}]",
)
@_sprite(
    "--size",
    type=int,
    metavar="N",
    help="Side in pixels: 16, 24, 32 or 48.  [default: that of the picture, else 32]",
)
@_sprite(
    "--seed",
    metavar="N|random",
    callback=reading(read_seed),
    default="0",
    show_default=True,
    help="Same seed, words and options, same sprite; random draws one and tells it.",
)
@_sprite(
    "--category",
    metavar="NAME",
    shell_complete=offer_categories,
    help="What sort of thing it is.  [default: as the words say]",
)
@_sprite(
    "--style",
    metavar="NAME",
    shell_complete=offer_sprite_styles,
    help="One of the sets of art that the model learned from.  [default: the usual one for the category]",
)
@_sprite(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_sprite_packages,
    help="Model package to use.  [default: the one called pixels]",
)
@_shape("--margin", type=int, default=0, show_default=True, metavar="N", help="Empty pixels at each side.")
@_shape(
    "--baseline",
    type=click.Choice(["any", "ground", "float"]),
    default="any",
    show_default=True,
    help="ground stands on the lower margin, float does not touch it.",
)
@_shape(
    "--pieces",
    metavar="N|A..B",
    callback=reading(read_pieces),
    help="Connected pieces of the figure.  [default: 1..3]",
)
@_shape(
    "--outline",
    type=click.Choice(["outside", "inside"]),
    help="A line of one pixel in the palette's darkest colour, around the figure or on its rim.",
)
@_shape("--shadow", is_flag=True, help="A drop shadow, one pixel to the right and down.")
@_source("--like", type=FILE, metavar="PICTURE", help="Vary this sprite, or draw over this sketch.")
@_source(
    "--strength",
    type=float,
    metavar="SHARE",
    help="With --like: how far to go from it: 0 gives it back, 1 forgets it.  [default: 0.5; with --redo 1]",
)
@_source(
    "--redo",
    metavar="X,Y,W,H",
    callback=reading(read_part),
    multiple=True,
    help="With --like: draw this part anew and keep all else, pixel by pixel. May be repeated.",
)
@_source(
    "--partial",
    type=FILE,
    metavar="PICTURE",
    help="Complete this picture: its opaque pixels stay, its transparent ones are free.",
)
@_source(
    "--silhouette",
    type=FILE,
    metavar="PICTURE",
    help="Fill this shape: the opaque pixels, or those unlike the border of an opaque picture.",
)
@_quality(
    "--colours",
    type=int,
    default=COLOURS,
    show_default=True,
    metavar="N",
    help="Of the palette that one sprite is drawn in, 2 to 32: the darkest and two ramps.",
)
@_quality(
    "--steps",
    type=int,
    default=STEPS,
    show_default=True,
    metavar="N",
    help="Times the network looks at the layout, 1 to 64; more look better and take longer.",
)
@_quality(
    "--guidance",
    type=float,
    default=GUIDANCE,
    show_default=True,
    metavar="X",
    help="How strongly the words count: 1 as learned, 0 not at all, at most 4.",
)
@_quality(
    "--engine",
    type=click.Choice(["best", "fast", "hybrid"]),
    default="best",
    show_default=True,
    help="best draws level by level and takes every option; fast paints at once, for live use; hybrid paints "
    "and draws half of that anew. These two make 32 pixels from words alone, if the package has a painter.",
)
@_quality(
    "--attempts",
    type=int,
    default=ATTEMPTS,
    show_default=True,
    metavar="N",
    help="Tries to keep the contract before it fails, 1 to 64.",
)
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write here: .png, .json (Aseprite's, with a .png), .tres (Godot), .gif. May be repeated. {seed} in "
    "a name is replaced.",
)
@_output(
    "--scale",
    type=int,
    metavar="N",
    help="Draw .png and .gif N times as large, as a preview without evidence.",
)
@_output(
    "--count",
    type=click.IntRange(1, COUNT_HIGH),
    default=1,
    show_default=True,
    metavar="N",
    help="Make N sprites, seeds SEED to SEED+N-1, files named like goblin-7.png.",
)
@_output(
    "--jobs",
    type=click.IntRange(1, JOBS_HIGH),
    default=1,
    show_default=True,
    metavar="N",
    help="Sprites made at a time; the files do not depend on it.",
)
@choosing_options("What people think of it")
@_output("--sheet", metavar="FILE", help="Write a .png of all sprites side by side, enlarged, to look at.")
@_output("--preview", is_flag=True, help="Draw each sprite in the terminal; done anyway without -o.")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document a sprite, with all its checks.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def make(
    words: tuple[str, ...],
    package: str | None,
    outputs: tuple[str, ...],
    scale: int | None,
    count: int,
    jobs: int,
    feedback: Path | None,
    taste: str | None,
    best: int | None,
    sheet: str | None,
    preview: bool,
    as_json: bool,
    quiet: bool,
    **wishes: Any,  # the other arguments of `playloom.sprite`, under their names there
) -> None:
    """Make sprites of what WORDS say, or go on from a picture."""
    from playloom.commands.sprite.making import Making, make_sprites

    make_sprites(
        Making(
            words=" ".join(words),
            wishes=wishes,
            package=package,
            outputs=outputs,
            scale=scale,
            count=best or count,
            made=count,
            choosing=Choosing(feedback, taste, best),
            jobs=jobs,
            sheet=sheet,
            preview=preview,
            as_json=as_json,
            quiet=quiet,
        )
    )
