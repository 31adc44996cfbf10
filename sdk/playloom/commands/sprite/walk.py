"""`playloom sprite walk`: one picture of a figure becomes a walk in four directions."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playloom.commands.completing import offer_walk_packages
from playloom.commands.options import FILE, PACKAGE, Option, Sectioned
from playloom.commands.output import check_places, mark, print_json
from playloom.commands.sprite.options import check_spared, say_written

if TYPE_CHECKING:
    from playloom.kinds.sprite.content import Animation

_walk = partial(click.option, cls=Option, section="Walk")
_output = partial(click.option, cls=Option, section="Output")
_EXPERIMENTAL = (
    "walks are experimental: of figures unlike those it was trained on the model draws poor ones; look at "
    "`playloom model card walks`, and add --experimental to try it"
)


@click.command(cls=Sectioned)
@click.argument("figure", type=FILE, metavar="PICTURE")
@_walk("--experimental", is_flag=True, help="Yes, try it: see below how good it is.")
@_walk(
    "--frames",
    type=int,
    default=4,
    show_default=True,
    metavar="N",
    help="Of each direction: 4 go round (standing, step, standing, other step), 3 are played to and fro "
    "(step, standing, other step).",
)
@_walk(
    "--right",
    type=click.Choice(["mirrored", "drawn"]),
    default="mirrored",
    show_default=True,
    help="Left mirrored, or drawn on its own, for a figure whose two sides differ.",
)
@_walk("--milliseconds", type=int, default=150, show_default=True, metavar="N", help="Each frame is shown.")
@_walk(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_walk_packages,
    help="Model package to use.  [default: the one called walks]",
)
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write here: .png (a sheet, one row a direction), .json (Aseprite's, with its .png), .tres (Godot's "
    "SpriteFrames), .gif. May be repeated. Without it the sheet is drawn in the terminal.",
)
@_output("--scale", type=int, metavar="N", help="Draw .gif N times as large.  [default: 4]")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document, with all checks of every frame.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def walk(
    figure: Path,
    experimental: bool,
    outputs: tuple[str, ...],
    scale: int | None,
    as_json: bool,
    quiet: bool,
    **wishes: Any,  # the other arguments of `playloom.walk`, under their names there
) -> None:
    """Make a walk in four directions of one figure seen from the front.

    PICTURE is 16x16 or 32x32 pixels, standing, transparent around the
    figure. Rows of the sheet and clips are walk_down, walk_left, walk_right
    and walk_up, all in the colours of the picture, which itself is the
    first standing frame. The same picture gives the same files.

    \b
    playloom sprite walk hero.png -o hero_walk.png --experimental
    playloom sprite walk hero.png -o hero.json -o hero.tres -o hero.gif --experimental

    How good it is: a base to draw over. Of figures of 16x16 with a large
    head on a small body the walk towards the viewer can be used as it is;
    seen from the side eyes and noses are often lost, from behind blots of
    the face stay; figures of 32x32 and creatures mostly come out wrong from
    the side and from behind. `playloom model card walks` has the figures.
    """
    if not experimental:
        raise click.UsageError(_EXPERIMENTAL)
    from playloom.api.sprite_walking import walk as make_walk
    from playloom.kinds.sprite.formats.save import WRITERS, write_each

    places = check_places([(name, Path(name)) for name in outputs], WRITERS)
    check_spared([figure], places)
    if scale is not None and not any(place.suffix.lower() == ".gif" for place in places):
        raise click.UsageError("--scale is for .gif files: ask for one with -o walk.gif")
    animation = make_walk(figure, **wishes)
    if not as_json:
        for note in animation.notes:
            click.echo(f"note: {note}", err=True)
    bigger = {} if scale is None else {"scale": scale}
    options = {place: bigger if place.suffix.lower() == ".gif" else {} for place in places}
    written = write_each(animation, options) if places else []
    if as_json:
        print_json(_document(animation, written))
    elif not quiet:
        if not places:
            _preview(animation)
        click.echo(_summary(figure, animation))
        say_written(written, quiet=not written)


def _document(animation: "Animation", written: list[Path]) -> dict[str, Any]:
    """Return what --json prints of a walk."""
    from playloom.kinds.sprite.palette import as_hex

    first = animation.frames[0]
    return {
        "width": first.width,
        "height": first.height,
        "palette": [as_hex(colour) for colour in first.palette.colours],
        "milliseconds": animation.milliseconds,
        "clips": [{"name": clip.name, "from": clip.first, "to": clip.last} for clip in animation.clips],
        "frames": [
            {"pixels": frame.pixels.tolist(), "evidence": frame.record()} for frame in animation.frames
        ],
        "files": [str(file) for file in written],
        "notes": list(animation.notes),
    }


def _preview(animation: "Animation") -> None:
    """Draw the sheet in the terminal."""
    from playloom.commands.sprite.showing import print_preview
    from playloom.kinds.sprite.content import SIDE_HIGH, Sprite
    from playloom.kinds.sprite.formats.sheet import sheet

    first = animation.frames[0]
    pixels = sheet(animation)
    if max(pixels.shape) <= SIDE_HIGH:
        print_preview(Sprite(pixels=pixels, palette=first.palette))


def _summary(figure: Path, animation: "Animation") -> str:
    """Return one line about a walk and why it may be trusted."""
    frames = animation.frames
    mended = sum(one.pixels for frame in frames if frame.evidence for one in frame.evidence.mends)
    return (
        f"{mark(True)} {figure}: {len(frames)} frames of {frames[0].width}x{frames[0].height} in "
        f"{len(animation.clips)} directions, all checks passed, {mended} pixels mended"
    )
