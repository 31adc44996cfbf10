"""`playloom level check`: its options."""

from functools import partial
from pathlib import Path

import click

from playloom.commands.level.options import MAP_TO_JUDGE, map_options
from playloom.commands.options import Option, Sectioned

_output = partial(click.option, cls=Option, section="Judging and telling")


@click.command(cls=Sectioned)
@click.argument("files", nargs=-1, required=True, type=MAP_TO_JUDGE, metavar="MAP...")
@map_options
@_output("--open-border", is_flag=True, help="Allow ways on the outermost cells.")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document a file.")
@_output("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
def check(
    files: tuple[Path, ...],
    theme: str | None,
    package: str | None,
    legend: Path | None,
    open_border: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Judge maps, made by a model or by people: can they be solved?

    Reads .tmx, .tmj, .ldtk, .txt, .xsb and .json; of an LDtk project every
    level, or one: game.ldtk#Level_0. Solves each map and plays the solution
    in a separate simulator. Of a map that Playloom made, also plays the
    stored solution and holds the map to what was asked for; where somebody
    edited it since, a line says that this was left out. Exit code 1 if a
    check fails or a file cannot be read.

    \b
    playloom level check crypt.tmx
    playloom level check sketch.txt --theme platformer
    playloom level check my-map.tmx --legend legend.toml
    """
    from playloom.commands.level.checking import check_files
    from playloom.commands.level.maps import map_reader

    click.get_current_context().exit(
        check_files(
            files,
            map_reader(theme, package, legend),
            open_border=open_border,
            as_json=as_json,
            quiet=quiet,
        )
    )
