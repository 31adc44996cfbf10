"""`playloom demo`: six levels, one a theme, each as TMX and PNG; a cast of sprites; and one page of both.

The same packages write the same bytes every time.
"""

from pathlib import Path

import click

from playloom.commands.completing import offer_level_packages
from playloom.commands.options import PACKAGE

FOLDER = "playloom-demo"


@click.command()
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    metavar="FOLDER",
    show_default=True,
    help="Write here; made if missing.",
)
@click.option(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_level_packages,
    help="Level package to use.  [default: those that are shipped]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def demo(folder: Path, package: str | None, quiet: bool) -> None:
    """Write six levels and a page that shows them solved, with sprites.

    Makes one level of each theme, with fixed seeds; writes each for Tiled (.tmx)
    and as a picture (.png); makes a cast of sprites, each as a picture and all as
    a sheet (cast.json); and writes index.html, where the cast stands in the levels
    and the hero walks the solution, with what was checked and repaired.
    """
    from playloom.commands.demo.exhibition import write_exhibition

    page = write_exhibition(folder, package, quiet=quiet)
    if not quiet:
        click.echo(f"Open {page} in a browser; the .tmx files open in Tiled.")
