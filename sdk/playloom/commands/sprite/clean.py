"""`playloom sprite clean`: a picture of pixel art as it was drawn."""

from functools import partial
from pathlib import Path

import click

from playloom.commands.options import FILE, Option, Sectioned
from playloom.commands.sprite.options import check_output, say_written

_how = partial(click.option, cls=Option, section="How")


@click.command(cls=Sectioned)
@click.argument("source", type=FILE, metavar="PICTURE")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write this .png.")
@_how(
    "--background",
    type=click.Choice(["border", "islands", "keep"]),
    default="border",
    show_default=True,
    help="Make the border's colour transparent, also where the figure encloses it (islands), or keep it.",
)
@_how("--near", is_flag=True, help="Also undo an enlargement with noise, as JPEG leaves it.")
@_how("--factor", type=click.IntRange(1, 64), metavar="N", help="It is enlarged N times.  [default: found]")
@_how("--size", type=click.Choice(["16", "24", "32", "48"]), help="The canvas.  [default: the smallest]")
@_how(
    "--colours",
    type=click.IntRange(2, 32),
    default=32,
    show_default=True,
    metavar="N",
    help="At most so many.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def clean(
    source: Path,
    output: str,
    background: str,
    near: bool,
    factor: int | None,
    size: str | None,
    colours: int,
    quiet: bool,
) -> None:
    """Bring a picture of one sprite to its true size, on a clear background.

    Undoes an enlargement exactly, makes the background transparent, hardens
    half transparent edges, puts together colours beyond 32, and centres the
    sprite on a canvas of 16, 24, 32 or 48 pixels. Tells what it did; what
    cannot be done exactly is refused with the reason.

    \b
    playloom sprite clean bought-4x.png -o hero.png
    playloom sprite clean scan.png --near --background islands -o hero.png
    """
    import numpy as np

    from playloom.api.sprite_pictures import rgba_of
    from playloom.errors import FileInvalid
    from playloom.files import write_atomically
    from playloom.kernels import png
    from playloom.kinds.sprite.clean import Cleaning, Dropped
    from playloom.kinds.sprite.clean import clean as clean_pixels

    place = check_output(output, (".png",))
    how = Cleaning(
        background=background,  # type: ignore[arg-type]  # click has checked the choice
        factor=factor,
        near=near,
        size=None if size is None else int(size),
        colours=colours,
    )
    pixels = rgba_of(source)
    done = clean_pixels(pixels, how)
    if isinstance(done, Dropped):
        detail = f" ({done.detail})" if done.detail else ""
        raise FileInvalid(f"{source}: {done.reason}{detail}; see `playloom sprite clean --help`")
    write_atomically(place, png.encode(np.ascontiguousarray(done.pixels), text={"Software": "Playloom"}))
    if quiet:
        return
    height, width = done.pixels.shape[:2]
    steps = [f"{pixels.shape[1]}x{pixels.shape[0]} to {width}x{height}"]
    steps += [f"enlarged {done.factor} times{' with noise' if done.near else ''}"] if done.factor > 1 else []
    if done.background is not None:
        steps.append("background #" + bytes(done.background).hex() + " made transparent")
    steps += [f"{done.islands} pixels of that colour stayed (--background islands)"] if done.islands else []
    steps += [f"{done.softened} half transparent pixels hardened"] if done.softened else []
    steps += [f"{done.colours} colours became {colours}"] if done.colours > colours else []
    click.echo(f"{source}: " + "; ".join(steps))
    say_written([place])
