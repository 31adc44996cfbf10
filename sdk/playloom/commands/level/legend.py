"""`playloom level legend`: its options."""

from pathlib import Path

import click

from playloom.commands.options import FILE


@click.command()
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
    playloom train level maps/ --legend legend.toml --licence own -o my-style/
    """
    from playloom.commands.level.drafting import draft

    draft(maps, legend=legend, output=output, picture=picture, force=force)
