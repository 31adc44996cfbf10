"""`playloom level endless`: chunks of a level without end, as one map or a file each."""

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playloom.commands.completing import offer_level_packages, offer_styles, offer_themes
from playloom.commands.level.options import OUTPUT_HELP, chunk_control_options
from playloom.commands.options import PACKAGE, Option, Sectioned, read_seed, read_size, reading
from playloom.kernels.counting import counted
from playloom.kinds.level.content import ENDLESS_STEPS

if TYPE_CHECKING:
    from playloom.kinds.level.content import Level
    from playloom.kinds.level.endless.world import World

_WHOLE = r"-?[0-9]{1,16}"
_FEW = 6  # files that are named one by one
_world = partial(click.option, cls=Option, section="World")
_output = partial(click.option, cls=Option, section="Output")


def read_corners(text: str) -> tuple[int, ...]:
    """Read ``-2,-2,3,3``: the first chunk, and the one after the last in both directions."""
    if not re.fullmatch(rf"{_WHOLE}(,{_WHOLE}){{3}}", text):
        raise click.BadParameter(f"{text[:60]!r} is not understood; write it like -2,-2,3,3 (X0,Y0,X1,Y1)")
    return tuple(int(number) for number in text.split(","))


@click.command(cls=Sectioned)
@click.argument("theme", required=False, shell_complete=offer_themes)
@_world(
    "--seed",
    metavar="N|random",
    callback=reading(read_seed),
    default="0",
    show_default=True,
    help="Same seed and options, same world; random draws one.",
)
@_world(
    "--chunks",
    metavar="X0,Y0,X1,Y1",
    callback=reading(read_corners),
    default="0,0,2,2",
    show_default=True,
    help="Which ones: from chunk X0,Y0 up to, but not including, X1,Y1.",
)
@_world(
    "--chunk-size",
    metavar="WxH",
    callback=reading(read_size),
    default="32x32",
    show_default=True,
    help="Width and height of a chunk in cells, 16 to 128 each.",
)
@_world("--style", metavar="NAME", shell_complete=offer_styles, help="One of the theme's styles.")
@_world(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_level_packages,
    help="Model package to use.  [default: the theme's]",
)
@_world(
    "--steps",
    type=int,
    default=ENDLESS_STEPS,
    show_default=True,
    metavar="N",
    help="Times the network looks at a chunk, 1 to 64; more look better and take longer.",
)
@chunk_control_options
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help=f"{OUTPUT_HELP} With {{x}} and {{y}} in its name a file for each chunk, else one map.",
)
@_output("--preview", is_flag=True, help="Draw the map in the terminal; done anyway without -o.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def endless(
    theme: str | None,
    seed: int,
    chunks: tuple[int, int, int, int],
    chunk_size: tuple[int, int],
    outputs: tuple[str, ...],
    preview: bool,
    quiet: bool,
    **wishes: Any,  # style, package, steps and controls, under their names in `playloom.endless`
) -> None:
    """Make chunks of a level without end.

    A chunk depends on options, seed and its place alone: made today or
    tomorrow, alone or among others, it is the same. Chunks side by side fit,
    and a way leads from each to every other. Wishes hold in each chunk.

    \b
    playloom level endless cave --seed 7 --chunks -2,-2,3,3 -o cave.tmx
    playloom level endless cave --seed 7 --chunks 0,0,4,4 -o "chunk_{x}_{y}.tmj"
    """
    from playloom.api import endless as lay_out

    world = lay_out(theme, seed=seed, chunk=chunk_size, **wishes)
    _check_outputs(outputs)
    single = [Path(name) for name in outputs if "{x}" not in name]
    if single or preview or not (outputs or quiet):
        _deliver(world.region(*chunks), single, preview=preview or not (outputs or quiet), quiet=quiet)
    templates = [name for name in outputs if "{x}" in name]
    if templates:
        _deliver_chunks(world, chunks, templates, quiet=quiet)


def _check_outputs(outputs: tuple[str, ...]) -> None:
    """Refuse, before anything is made, names that cannot be."""
    from playloom.commands.output import check_placeholders, check_places
    from playloom.kinds.level.formats import WRITERS

    check_placeholders(outputs, ("{x}", "{y}"))
    for name in outputs:
        if ("{x}" in name) != ("{y}" in name):
            raise click.UsageError(f"{name}: has {{x}} or {{y}} alone; every chunk needs a name of its own")
    check_places([(name, Path(name)) for name in outputs], WRITERS)


def _deliver(level: "Level", paths: list[Path], *, preview: bool, quiet: bool) -> None:
    from playloom.api import write_level
    from playloom.commands.level.showing import print_preview

    written = write_level(level, *paths) if paths else []
    if preview:
        print_preview(level)
    if not quiet:
        click.echo(_summary(level))
        if written:
            click.echo("  " + "  ".join(str(path) for path in written))


def _deliver_chunks(
    world: "World", chunks: tuple[int, int, int, int], templates: list[str], *, quiet: bool
) -> None:
    """Write every chunk; maps for Tiled share their tile image."""
    from playloom.api import write_level
    from playloom.commands.output import progress

    x0, y0, x1, y1 = chunks
    places = [(x, y) for y in range(y0, y1) for x in range(x0, x1)]
    written: list[Path] = []
    with progress(len(places), "Making chunks", shown=not quiet) as report:
        for number, (x, y) in enumerate(places):
            names = [name.replace("{x}", str(x)).replace("{y}", str(y)) for name in templates]
            written += write_level(world.chunk(x, y), *names, tiles="chunks")
            report(number + 1)
    if not quiet:
        files = list(dict.fromkeys(written))  # the tile image is shared
        click.echo(f"{counted(len(places), 'chunk')}, {counted(len(files), 'file')}")
        click.echo("  " + "  ".join(str(path) for path in _few(files)))


def _few(files: list[Path]) -> list[Path | str]:
    """Return the files if they are few, else the first and the last ones."""
    return [*files] if len(files) <= _FEW else [*files[: _FEW - 2], "...", files[-1]]


def _summary(level: "Level") -> str:
    evidence = level.evidence
    assert evidence is not None  # every region of a world has some
    checks, edits = len(evidence.checks), len(evidence.edits)
    return (
        f"{level.theme} {level.width}x{level.height}, seed {evidence.request['seed']}: {evidence.style}, "
        f"{counted(checks, 'check')} passed, {counted(edits, 'cell')} repaired"
    )
