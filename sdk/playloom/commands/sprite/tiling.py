"""The work of `playloom sprite tiles`."""

from dataclasses import dataclass
from pathlib import Path

import click

from playloom.api.sprite_files import read_sprite
from playloom.commands.options import refusal
from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import tileset
from playloom.kinds.sprite.formats.palette_file import load_palette
from playloom.kinds.sprite.measure import SEAM_HIGH, seam
from playloom.kinds.sprite.recolour import recolour
from playloom.kinds.sprite.tiles import Border, TerrainTiles, blob_set, corner_set
from playloom.outputs import check_companions

_ENCODERS = {".tsx": tileset.encode_tiled, ".tres": tileset.encode_godot}


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """The options of one run; names as in `playloom sprite tiles --help`."""

    over: Path
    under: Path | None
    kind: str
    names: tuple[str, str]  # of what lies below and of what lies over it
    palette: str | None
    border: Border
    places: tuple[Path, ...]
    mapping: Path | None
    drawn: tuple[str, ...]
    tileset_path: str | None
    objects: tuple[str, ...]  # of tiles of levels, each with its picture: chest=chest.png


def write_tiles(tiling: Tiling) -> list[Path]:
    """Make the set and write all files, or none; return them, the main ones first.

    Raises:
        FileInvalid: If a texture cannot be read.
        RequestInvalid: If they do not make a set, or the mapping names another terrain or no tile of levels.
    """
    objects_of, drawn = _pairs(tiling.objects, "chest=chest.png"), _pairs(tiling.drawn, "wall=grass")
    _check_tiles([name for name, _ in (*objects_of, *drawn)])
    over = _texture(tiling.over, tiling.palette)
    under = [] if tiling.under is None else [_texture(tiling.under, tiling.palette)]
    make = blob_set if tiling.kind == "blob" else corner_set
    made = make([over], under, tiling.names, tiling.border)
    objects = [(name, read_sprite(file)) for name, file in objects_of]
    outputs = []
    for place in tiling.places:
        (_, main), *others = _ENCODERS[place.suffix.lower()](made, place.stem, objects).items()
        outputs.append({place: main} | {place.parent / name: data for name, data in others})
    check_companions(outputs)
    files = {path: data for output in outputs for path, data in output.items()}
    if tiling.mapping is not None:
        files[tiling.mapping] = _mapping(tiling, made, dict(drawn), objects).encode()
    # A main file names the picture: it comes after it.
    order = sorted(files, key=lambda place: (place == tiling.mapping, place in tiling.places))
    write_all_atomically({place: files[place] for place in order})
    return [*files]


def _texture(path: Path, palette: str | None) -> Sprite:
    found = read_sprite(path)
    if palette is not None:
        found = recolour(found, load_palette(palette).palette).sprite
    score = seam(found.rgba)
    if score > SEAM_HIGH:
        click.echo(
            f"playloom: {path}: its opposite edges do not meet (score {score:.2f}, at most {SEAM_HIGH}); "
            "`playloom sprite finish --seamless` mends it",
            err=True,
        )
    return found


def _pairs(texts: tuple[str, ...], example: str) -> list[tuple[str, str]]:
    """Read texts like ``wall=grass``."""
    pairs = []
    for text in texts:
        name, found, value = text.partition("=")
        if not found or not name or not value:
            raise refusal(text, example)
        pairs.append((name, value))
    return pairs


def _check_tiles(names: list[str]) -> None:
    """Refuse what is no tile of levels: the mapping would name a tile that no level has.

    Raises:
        RequestInvalid: Says which tile is nearest.
    """
    if names:
        # Levels are loaded for their names alone, and only where some are used.
        from playloom.kinds.level.formats.mapping import check_names
        from playloom.kinds.level.vocabulary import CORE

        check_names(names, CORE)


def _mapping(tiling: Tiling, made: TerrainTiles, drawn: dict[str, str], objects: tileset.Objects) -> str:
    below, over = tiling.names
    drawn = drawn or {"wall": over} | ({"floor": below} if made.has_under else {})
    main = tiling.places[0]
    if main.suffix.lower() == ".tres" and tiling.tileset_path is None:
        raise RequestInvalid(
            f"{tiling.mapping}: say where the TileSet lies in your project: --tileset-path res://{main.name}"
        )
    return tileset.mapping(made, tiling.tileset_path or main.name, drawn, objects)
