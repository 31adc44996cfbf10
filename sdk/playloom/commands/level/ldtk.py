"""`playloom level ldtk`: its options."""

from pathlib import Path

import click

from playloom.commands.options import FILE


@click.command()
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
    from playloom.commands.level.tiling import tile_project

    click.get_current_context().exit(tile_project(project, output, as_json=as_json, quiet=quiet))
