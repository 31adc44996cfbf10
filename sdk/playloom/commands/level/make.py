"""`playloom level make`: its options."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from playloom.commands.choosing import Choosing, choosing_options
from playloom.commands.completing import offer_level_packages, offer_styles, offer_themes
from playloom.commands.level.options import (
    DRESS_EPILOG,
    LEGEND_HELP,
    MAP,
    OUTPUT_HELP,
    control_options,
    dress_options,
    read_rectangle,
)
from playloom.commands.options import (
    COUNT_HIGH,
    FILE,
    JOBS_HIGH,
    PACKAGE,
    Option,
    Sectioned,
    read_seed,
    read_size,
    reading,
)
from playloom.kinds.level.content import STEPS
from playloom.kinds.level.pinning import SIDES, Rectangle, Side
from playloom.kinds.level.variety import UNLIKE

_level = partial(click.option, cls=Option, section="Level")
_source = partial(click.option, cls=Option, section="From a map")
_many = partial(click.option, cls=Option, section="Several levels")
_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned, epilog=DRESS_EPILOG)
@click.argument("theme", required=False, shell_complete=offer_themes)
@_level(
    "--size",
    metavar="WxH",
    callback=reading(read_size),
    help="Cells, 8x8 to 1024x1024; Sokoban to 24x24.  [default: as usual for the theme, such as 32x32]",
)
@_level(
    "--seed",
    metavar="N|random",
    callback=reading(read_seed),
    default="0",
    show_default=True,
    help="Same seed and options, same level; random draws one and tells it.",
)
@_level(
    "--style",
    metavar="NAME",
    shell_complete=offer_styles,
    help="One of the theme's styles; `playloom level themes` lists them.  [default: drawn by the seed]",
)
@_level(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_level_packages,
    help="Model package to use, such as the folder that `playloom train` wrote.  [default: the theme's]",
)
@_level(
    "--steps",
    type=int,
    metavar="N",
    default=STEPS,
    show_default=True,
    help="Times the network looks at the map, 1 to 64; more look better and take longer.",
)
@_level(
    "--attempts",
    type=int,
    metavar="N",
    default=8,
    show_default=True,
    help="Tries to meet all wishes before it fails, 1 to 64.",
)
@control_options
@_source(
    "--from",
    "source",
    type=MAP,
    metavar="MAP",
    help="Start from this map and keep its cells; in a text map, ? is a cell to fill.",
)
@_source("--legend", type=FILE, metavar="LEGEND", help=LEGEND_HELP)
@_source(
    "--redo",
    "parts",
    metavar="X,Y,W,H",
    callback=reading(read_rectangle),
    multiple=True,
    help="Make this part of the map anew: left, top, width, height in cells. May be repeated.",
)
@_source(
    "--extend",
    "extensions",
    type=(click.Choice(SIDES), click.IntRange(1)),
    metavar="SIDE N",
    multiple=True,
    help=f"Add N columns or rows; SIDE is {', '.join(SIDES)}. May be repeated, one after the other.",
)
@_many(
    "--count",
    type=click.IntRange(1, COUNT_HIGH),
    default=1,
    show_default=True,
    metavar="N",
    help="Make N levels, seeds SEED to SEED+N-1, files named like crypt-7.tmx; "
    "maps for Tiled share one tile image.",
)
@_many(
    "--distinct",
    type=click.IntRange(1, COUNT_HIGH),
    metavar="N",
    help="Make N levels that are really different: seeds from SEED upwards, without those too like one "
    "before. All N or none are written.",
)
@_many(
    "--distinct-by",
    type=click.FloatRange(0, 1),
    default=UNLIKE,
    show_default=True,
    metavar="SHARE",
    help="With --distinct: share of the map, 0 to 1, in which any two differ, however turned or mirrored.",
)
@_many(
    "--jobs",
    type=click.IntRange(1, JOBS_HIGH),
    default=1,
    show_default=True,
    metavar="N",
    help="Levels made at a time; the files do not depend on it.",
)
@choosing_options("What people think of it")
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help=f"{OUTPUT_HELP} {{seed}} in a name is replaced.",
)
@_output("--preview", is_flag=True, help="Draw each level in the terminal; done anyway without -o.")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document a level, with all its checks.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
@dress_options
def make(
    theme: str | None,
    size: tuple[int, int] | None,
    source: Path | None,
    legend: Path | None,
    parts: tuple[Rectangle, ...],
    extensions: tuple[tuple[Side, int], ...],
    outputs: tuple[str, ...],
    solution: bool,
    tileset: Path | None,
    tileset_path: str | None,
    ldtk: Path | None,
    ldtk_names: Path | None,
    count: int,
    distinct: int | None,
    distinct_by: float,
    jobs: int,
    feedback: Path | None,
    taste: str | None,
    best: int | None,
    preview: bool,
    as_json: bool,
    quiet: bool,
    **wishes: Any,  # the other fields of a request, under their names there, and the package
) -> None:
    """Make levels of a theme, or go on from a map."""
    from playloom.commands.level.making import make_levels
    from playloom.commands.level.making_requests import Making
    from playloom.commands.level.outputs import SEED, Outputs

    if distinct and count > 1:
        raise click.UsageError("--distinct says how many levels to make: leave --count out")
    if distinct and taste:
        raise click.UsageError("--distinct and --for both choose among levels: leave one of them out")
    package = wishes.pop("package")
    make_levels(
        Making(
            theme=theme,
            size=size,
            package=package,
            wishes=wishes,
            source=source,
            legend=legend,
            parts=parts,
            extensions=extensions,
            outputs=Outputs(
                files=outputs,
                solution=solution,
                tileset=tileset,
                tileset_path=tileset_path,
                ldtk=ldtk,
                ldtk_names=ldtk_names,
                count=distinct or best or count,
                placeholders=(SEED,),
            ),
            made=distinct or count,
            choosing=Choosing(feedback, taste, best),
            unlike=distinct_by if distinct else None,
            jobs=jobs,
            preview=preview,
            as_json=as_json,
            quiet=quiet,
        )
    )
