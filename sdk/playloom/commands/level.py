"""`playloom level`: make levels, check map files, list themes.

``playloom level THEME`` is short for ``playloom level make THEME``.
"""

from functools import partial
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from playloom.commands.completing import offer_level_packages, offer_styles, offer_themes
from playloom.commands.options import (
    Option,
    Sectioned,
    control_options,
    read_rectangle,
    read_seed,
    read_size,
    reading,
)
from playloom.kinds.level.content import STEPS
from playloom.kinds.level.pinning import SIDES, Rectangle, Side

JOBS_HIGH, COUNT_HIGH = 64, 1_000_000
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DEFAULT = "make"
_LEGEND_HELP = 'TOML file that says what the tiles of a Tiled map mean, like "ruins:5" = "wall".'
_level = partial(click.option, cls=Option, section="Level")
_source = partial(click.option, cls=Option, section="From a map")
_output = partial(click.option, cls=Option, section="Output")


class LevelGroup(click.Group):
    """A group that runs `make` where its first argument names no subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``make`` in front of a theme or of an option of `make`."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both ways of use."""
        formatter.write_usage(ctx.command_path, "THEME [OPTIONS]")
        formatter.write_usage(ctx.command_path, "make|check|themes [ARGS]...", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of `make`, then the subcommands."""
        make_context = click.Context(self.commands[_DEFAULT], parent=ctx)
        self.commands[_DEFAULT].format_options(make_context, formatter)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete subcommands, and the themes and options of `make`."""
        default = self.commands[_DEFAULT]
        make_context = click.Context(default, parent=ctx)
        own = [*offer_themes(make_context, default.params[0], incomplete)]
        own += default.shell_complete(make_context, incomplete)
        return [*super().shell_complete(ctx, incomplete), *own]


@click.group(cls=LevelGroup)
def level() -> None:
    """Make, complete and check tile-map levels.

    A network proposes a level, an exact algorithm repairs it and an
    independent solver checks it: a level that is written can be solved and
    meets every control. Same package, request and seed give the same bytes.

    \b
    playloom level dungeon --seed 7
    playloom level dungeon --size 48x32 --enemies 6 --keys 1 -o crypt.tmx -o crypt.png
    playloom level cave --count 100 --seed 1 -o cave.tmj
    playloom level --from crypt.tmx --redo 4,4,12,8 -o crypt.tmx
    playloom level --from crypt.tmx --extend right 24 -o longer.tmx
    playloom level cave --tileset mapping.toml -o cave.tscn
    playloom level check crypt.tmx

    `playloom level THEME` is short for `playloom level make THEME`.
    """


@level.command(cls=Sectioned)
@click.argument("theme", required=False, shell_complete=offer_themes)
@_level("--size", metavar="WxH", callback=reading(read_size), help="Cells, 8x8 to 256x256.  [default: 32x32]")
@_level(
    "--seed",
    metavar="N|random",
    callback=reading(read_seed),
    default="0",
    show_default=True,
    help="Same seed and options, same bytes; random draws one.",
)
@_level("--style", metavar="NAME", shell_complete=offer_styles, help="One of the theme's styles.")
@_level("--package", metavar="NAME|PATH", shell_complete=offer_level_packages, help="Level package to use.")
@_level("--steps", type=int, default=STEPS, show_default=True, help="Network passes, 1 to 64.")
@_level("--attempts", type=int, default=8, show_default=True, help="Tries before it fails, 1 to 64.")
@control_options
@_source(
    "--from", "source", type=FILE, metavar="MAP", help="Keep a map's cells; ? in a text map is to be filled."
)
@_source("--legend", type=FILE, metavar="LEGEND", help=_LEGEND_HELP)
@_source(
    "--redo",
    "parts",
    metavar="X,Y,W,H",
    callback=reading(read_rectangle),
    multiple=True,
    help="Make this part anew; may be repeated.",
)
@_source(
    "--extend",
    "extensions",
    type=(click.Choice(SIDES), click.IntRange(1)),
    metavar="SIDE N",
    multiple=True,
    help=f"Add N columns or rows; SIDE is {', '.join(SIDES)}. May be repeated, one after the other.",
)
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write here, the format by suffix; may be repeated. {seed} is replaced.",
)
@_output("--solution", is_flag=True, help="Draw the solution into .png files.")
@_output(
    "--tileset",
    type=FILE,
    metavar="MAPPING",
    help="TOML file that says where your own Godot TileSet has each tile, for .tscn files: "
    'tileset = "res://...", tile_size = [16, 16] and, under [tiles], wall = [source, column, row] and so on.',
)
@_output(
    "--count",
    type=click.IntRange(1, COUNT_HIGH),
    default=1,
    metavar="N",
    help="Make N levels, seeds SEED to SEED+N-1, files named like crypt-7.tmx; "
    "maps for Tiled share one tile image.",
)
@_output(
    "--jobs",
    type=click.IntRange(1, JOBS_HIGH),
    default=1,
    metavar="N",
    help="Threads; the bytes do not depend on them.",
)
@_output("--preview", is_flag=True, help="Draw each level in the terminal.")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document a level, with evidence.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
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
    count: int,
    jobs: int,
    preview: bool,
    as_json: bool,
    quiet: bool,
    **wishes: Any,  # the other fields of a request, under their names there, and the package
) -> None:
    """Make levels of a theme, or complete a map."""
    from playloom.commands.making import Making, make_levels

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
            outputs=outputs,
            solution=solution,
            tileset=tileset,
            count=count,
            jobs=jobs,
            preview=preview,
            as_json=as_json,
            quiet=quiet,
        )
    )


@level.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--package",
    metavar="NAME|PATH",
    shell_complete=offer_level_packages,
    help="Level package whose vocabulary the maps use.",
)
@click.option("--legend", type=FILE, metavar="LEGEND", help=_LEGEND_HELP)
@click.option("--open-border", is_flag=True, help="Allow ways on the outermost cells.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document a file.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
def check(
    files: tuple[str, ...],
    package: str | None,
    legend: Path | None,
    open_border: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Judge map files, made by a model or by people.

    Reads .tmx, .tmj, .txt and .json. Solves each map and replays the
    solution, and the one stored in its evidence, in a separate simulator;
    holds it to the controls of the stored request. Evidence of a map that was
    edited since is not looked at, and a line says so. Exit code 1 if a check fails.
    """
    from playloom.commands.judging import check_files

    click.get_current_context().exit(
        check_files(
            [Path(file) for file in files],
            package=package,
            legend=legend,
            open_border=open_border,
            as_json=as_json,
            quiet=quiet,
        )
    )


@level.command()
@click.option(
    "--package", metavar="NAME|PATH", shell_complete=offer_level_packages, help="Level package to look into."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def themes(package: str | None, as_json: bool) -> None:
    """List themes and their styles."""
    from playloom.commands.judging import list_themes

    list_themes(package, as_json=as_json)
