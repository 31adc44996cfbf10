"""`playloom clean`: removes what a build made."""

from pathlib import Path

import click

from playloom.commands.build import CACHE, PROJECT
from playloom.commands.output import print_json
from playloom.kernels.counting import counted


@click.command()
@click.option(
    "--project", type=PROJECT, metavar="DIR", help="Folder with playloom.toml.  [default: as for build]"
)
@click.option("--cache", is_flag=True, help="Empty the cache too, so that everything is made anew.")
@click.option("--cache-dir", type=CACHE, metavar="DIR", help="Which cache.  [default: as for build]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def clean(project: Path | None, cache: bool, cache_dir: Path | None, as_json: bool, quiet: bool) -> None:
    """Remove the files that `playloom build` made and nobody changed.

    playloom.lock says which those are; it stays, so that the next build gives
    the same bytes. A file that was changed by hand stays and is told.
    """
    from playloom.build.cleaning import clean as remove_made
    from playloom.build.session import cache_of, find_folder
    from playloom.build.turn import turn

    folder = find_folder(project)
    with turn(folder, lambda: click.echo("playloom: a build is running; waiting for it", err=True)):
        removed, kept = remove_made(folder)
        if cache:
            cache_of(folder, cache_dir).empty()
    if as_json:
        print_json({"removed": removed, "kept": kept})
        return
    for path in kept:
        click.echo(f"playloom: {path}: was changed by hand; it stays", err=True)
    if not quiet:
        click.echo(f"{counted(len(removed), 'file')} removed")
