"""`playloom sprite sheet`: pictures become the frames of an animation."""

from functools import partial
from pathlib import Path

import click

from playloom.commands.completing import offer_palettes
from playloom.commands.options import FILE, Option, Sectioned, reading, refusal
from playloom.commands.output import check_places
from playloom.commands.sprite.options import check_spared, say_written

_frames = partial(click.option, cls=Option, section="Frames")
_output = partial(click.option, cls=Option, section="Output")


def _read_clip(text: str) -> tuple[str, int]:
    """Read ``walk=4`` as name and number of frames."""
    name, found, count = text.rpartition("=")
    if not found or not name or not count.isdecimal() or not 1 <= int(count[:6]) <= 1024:
        raise refusal(text, "walk=4")
    return name, int(count)


@click.command(cls=Sectioned)
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="PICTURE...")
@_frames(
    "--clip",
    "clips",
    multiple=True,
    metavar="NAME=N",
    callback=reading(_read_clip),
    help="The next N frames are this clip, in the order given. May be repeated.  [default: one of all]",
)
@_frames(
    "--milliseconds",
    type=int,
    metavar="N",
    help="Each frame is shown so long.  [default: as the first picture says, else 150]",
)
@_frames(
    "--palette",
    shell_complete=offer_palettes,
    metavar="NAME|FILE",
    help="Palette that has all colours.  [default: found]",
)
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    metavar="FILE",
    help="Write here: .json (Aseprite's, with its .png), .png, .tres (Godot's SpriteFrames), .gif. May be "
    "repeated.",
)
@_output("--scale", type=int, metavar="N", help="Draw .gif N times as large.  [default: 4]")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def sheet(
    files: tuple[Path, ...],
    clips: tuple[tuple[str, int], ...],
    milliseconds: int | None,
    palette: str | None,
    outputs: tuple[str, ...],
    scale: int | None,
    quiet: bool,
) -> None:
    """Put pictures of one size into a sprite sheet, frame after frame.

    An animated .gif, .webp or .png gives all its frames. The JSON is the
    one that Aseprite writes; the .tres loads in Godot with no import step.

    \b
    playloom sprite sheet walk-1.png walk-2.png walk-3.png -o hero.json
    playloom sprite sheet down-*.png up-*.png --clip down=4 --clip up=4 -o hero.tres -o hero.gif
    """
    from playloom.commands.sprite.sheeting import animation_of
    from playloom.kinds.sprite.formats.save import WRITERS, write_each

    places = check_places([(name, Path(name)) for name in outputs], WRITERS)
    check_spared(files, places)
    if scale is not None and not any(place.suffix.lower() == ".gif" for place in places):
        raise click.UsageError("--scale is for .gif files: ask for one with -o walk.gif")
    animation, notes = animation_of(files, clips, milliseconds, palette)
    bigger = {} if scale is None else {"scale": scale}
    written = write_each(
        animation, {place: bigger if place.suffix.lower() == ".gif" else {} for place in places}
    )
    say_written(written, notes, quiet=quiet)
