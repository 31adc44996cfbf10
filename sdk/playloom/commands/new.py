"""`playloom new`: starts a project."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[DIR]")
def new(folder: Path) -> None:
    """Write a playloom.toml to start from, with a word on everything, into DIR.

    In a folder with a project.godot it asks for files of Godot, else for
    those of Tiled and Ink. `playloom build` then makes them.
    """
    from playloom.build.starting import start_project

    for place in start_project(folder):
        click.echo(place)
    where = "" if folder == Path() else f" --project {folder}"
    click.echo(f"make what it asks for: playloom build{where}")
