"""The work of `playloom sprite tiles`: its texts read, the set made."""

from pathlib import Path

import click

from playloom.api.sprite_tiles import TileSetKind, Tiling, write_tiles
from playloom.commands.options import refusal
from playloom.kinds.sprite.tiles import Border


def make_tiles(
    *,
    over: Path,
    under: Path | None,
    kind: TileSetKind,
    names: tuple[str, str],
    palette: str | None,
    border: Border,
    places: tuple[Path, ...],
    mapping: Path | None,
    drawn: tuple[str, ...],
    tileset_path: str | None,
    objects: tuple[str, ...],
) -> list[Path]:
    """Make the set and write all files, or none; raises as `write_tiles`."""
    tiling = Tiling(
        over=over,
        under=under,
        kind=kind,
        names=names,
        palette=palette,
        border=border,
        places=places,
        mapping=mapping,
        drawn=_pairs(drawn, "wall=grass"),
        tileset_path=tileset_path,
        objects=[(name, Path(file)) for name, file in _pairs(objects, "chest=chest.png")],
    )
    return write_tiles(tiling, lambda note: click.echo(f"playloom: {note}", err=True))


def _pairs(texts: tuple[str, ...], example: str) -> list[tuple[str, str]]:
    """Read texts like ``wall=grass``."""
    pairs = []
    for text in texts:
        name, found, value = text.partition("=")
        if not found or not name or not value:
            raise refusal(text, example)
        pairs.append((name, value))
    return pairs
