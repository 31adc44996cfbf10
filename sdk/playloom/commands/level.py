"""`playloom level`: make levels, check map files, list themes.

``playloom level THEME`` is short for ``playloom level make THEME``.
"""

from functools import partial
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from playloom.commands.completing import offer_level_packages, offer_styles, offer_themes
from playloom.commands.endless import endless
from playloom.commands.options import (
    Option,
    Sectioned,
    control_options,
    read_rectangle,
    read_seed,
    read_size,
    reading,
)
from playloom.commands.range import span
from playloom.kinds.level.content import STEPS
from playloom.kinds.level.pinning import SIDES, Rectangle, Side
from playloom.kinds.level.variety import UNLIKE

JOBS_HIGH, COUNT_HIGH = 64, 1_000_000
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DEFAULT = "make"


class MapPath(click.Path):
    """A file that is there; of an LDtk project, one level can be named: game.ldtk#Level_0."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path as typed if its file is there."""
        from playloom.kinds.level.formats.ldtk.read import split_name

        file, _ = split_name(Path(value))
        super().convert(str(file), param, ctx)
        return Path(value)


MAP = MapPath(exists=True, dir_okay=False)
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
        others = "make|endless|check|range|themes|legend|ldtk"
        formatter.write_usage(ctx.command_path, f"{others} [ARGS]...", prefix="       ")

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
    playloom level maze --distinct 20 --difficulty 0.7 -o maze.tmx
    playloom level --from crypt.tmx --redo 4,4,12,8 -o crypt.tmx
    playloom level --from crypt.tmx --extend right 24 -o longer.tmx
    playloom level cave --tileset mapping.toml -o cave.tscn
    playloom level cave --tileset terrain.toml -o cave.tmx
    playloom level dungeon --ldtk game.ldtk -o game.ldtk
    playloom level endless cave --seed 7 --chunks -2,-2,3,3 -o cave.tmx
    playloom level range dungeon -o range.svg
    playloom level check crypt.tmx

    `playloom level THEME` is short for `playloom level make THEME`.
    """


@level.command(cls=Sectioned)
@click.argument("theme", required=False, shell_complete=offer_themes)
@_level(
    "--size",
    metavar="WxH",
    callback=reading(read_size),
    help="Cells, 8x8 to 1024x1024; by default as usual for the theme.",
)
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
    "--from", "source", type=MAP, metavar="MAP", help="Keep a map's cells; ? in a text map is to be filled."
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
    help="TOML file that says where your own tileset has each tile. Godot, for .tscn: "
    'tileset = "res://...", tile_size = [16, 16] and, under [tiles], wall = [source, column, row] and so on. '
    'Tiled, for .tmx and .tmj: tileset = "ruins.tsx" and, under [tiles], wall = id. For both, under '
    '[terrains], wall = "Cliff": drawn with that terrain of the tileset, corners and sides included.',
)
@_output(
    "--tileset-path",
    metavar="FOLDER",
    help="For packages of your own maps: folder of your tilesets as seen from the new map, such as ../art. "
    ".tmx and .tmj files refer to it instead of to copies.",
)
@_output(
    "--ldtk",
    type=FILE,
    metavar="PROJECT",
    help="Your own LDtk project: .ldtk files become a copy of it with the level in it, tiled by its rules. "
    "-o PROJECT puts all levels into the project itself.",
)
@_output(
    "--ldtk-names",
    type=FILE,
    metavar="NAMES",
    help="TOML file that says what tiles are called there, where the names differ: layer, entity_layer and, "
    'under [tiles] and [entities], wall = "Stone" and so on; "" leaves out.',
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
    "--distinct",
    type=click.IntRange(1, COUNT_HIGH),
    metavar="N",
    help="Make N levels unlike one another: seeds from SEED upwards, less those too near to one before.",
)
@_output(
    "--distinct-by",
    type=click.FloatRange(0, 1),
    default=UNLIKE,
    show_default=True,
    metavar="SHARE",
    help="Share of cells in which the ground of any two must differ, however turned or mirrored.",
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
    tileset_path: str | None,
    ldtk: Path | None,
    ldtk_names: Path | None,
    count: int,
    distinct: int | None,
    distinct_by: float,
    jobs: int,
    preview: bool,
    as_json: bool,
    quiet: bool,
    **wishes: Any,  # the other fields of a request, under their names there, and the package
) -> None:
    """Make levels of a theme, or complete a map."""
    from playloom.commands.making import Making, make_levels

    if distinct and count > 1:
        raise click.UsageError("--distinct says how many levels to make: leave --count out")
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
            tileset_path=tileset_path,
            ldtk=ldtk,
            ldtk_names=ldtk_names,
            count=distinct or count,
            unlike=distinct_by if distinct else None,
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

    Reads .tmx, .tmj, .ldtk, .txt and .json; of an LDtk project every level, or
    one: game.ldtk#Level_0. Solves each map and replays the
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
@click.argument(
    "maps", nargs=-1, required=True, metavar="MAPS...", type=click.Path(exists=True, path_type=Path)
)
@click.option("--legend", type=FILE, metavar="LEGEND", help="Take over what this legend says already.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the draft here.",
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw every tile with its name into this PNG.",
)
@click.option("--force", is_flag=True, help="Write over a draft that is there.")
def legend(
    maps: tuple[Path, ...], legend: Path | None, output: Path | None, picture: Path | None, force: bool
) -> None:
    """Draft what the tiles of your own maps mean, to train on them.

    Reads maps (.tmx, .tmj, .ldtk, .txt) and folders of them, finds every tile
    and object, takes over what the maps themselves say, and marks guesses with
    a question mark for you to confirm. The maps are not changed.

    \b
    playloom level legend maps/ -o legend.toml --picture tiles.png
    playloom train level maps/ --legend legend.toml -o my-style/
    """
    from playloom.commands.legend import draft

    draft(maps, legend=legend, output=output, picture=picture, force=force)


@level.command()
@click.argument("project", type=FILE)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the project with its tiles computed anew; in the same folder, or PROJECT itself.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
def ldtk(project: Path, output: Path | None, as_json: bool, quiet: bool) -> None:
    """Tile an LDtk project by its auto-layer rules, without the editor.

    Computes the tiles of every auto-layer of every level from the IntGrids, as
    LDtk does. With -o they are written, and nothing else in the file changes;
    without, they are compared with those in the file, and the exit code is 1
    where one differs. Rules with Perlin noise need pip install 'playloom[ldtk]'.
    """
    from playloom.commands.ldtk import tile_project

    click.get_current_context().exit(tile_project(project, output, as_json=as_json, quiet=quiet))


@level.command()
@click.option(
    "--package", metavar="NAME|PATH", shell_complete=offer_level_packages, help="Level package to look into."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def themes(package: str | None, as_json: bool) -> None:
    """List themes and their styles."""
    from playloom.commands.judging import list_themes

    list_themes(package, as_json=as_json)


level.add_command(endless)
level.add_command(span)
