"""`playloom demo`: six levels, one a theme, each as TMX and PNG, and one page that shows them solved.

The same package writes the same bytes every time.
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
    help="Model package to use.  [default: those that are shipped]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def demo(folder: Path, package: str | None, quiet: bool) -> None:
    """Write six levels and a page that shows them solved.

    Makes one level of each theme, with fixed seeds; writes each for Tiled (.tmx)
    and as a picture (.png); and writes index.html, which draws the solution
    in and shows what was checked and repaired.
    """
    from playloom.commands.demo.exhibition import write_exhibition

    page = write_exhibition(folder, package, quiet=quiet)
    if not quiet:
        click.echo(f"Open {page} in a browser; the .tmx files open in Tiled.")
