"""Terrain sets: two textures become the files of a tileset, and the mapping that draws levels in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playloom.api.sprite_files import read_sprite
from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import tileset
from playloom.kinds.sprite.formats.palette_file import load_palette
from playloom.kinds.sprite.measure import SEAM_HIGH, seam
from playloom.kinds.sprite.palette import Palette
from playloom.kinds.sprite.recolour import recolour
from playloom.kinds.sprite.tiles import Border, TerrainTiles, blob_set, corner_set
from playloom.outputs import check_companions

TileSetKind = Literal["blob", "corner"]
_ENCODERS = {".tsx": tileset.encode_tiled, ".tres": tileset.encode_godot}


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """What to make and where; names as in `playloom sprite tiles --help`."""

    over: Path
    under: Path | None
    kind: TileSetKind
    names: tuple[str, str]  # of what lies below and of what lies over it
    palette: Palette | str | None
    border: Border
    places: tuple[Path, ...]  # .tsx or .tres
    mapping: Path | None
    drawn: Sequence[tuple[str, str]]  # tile of a level, name of a terrain
    tileset_path: str | None
    objects: Sequence[tuple[str, Path]]  # tile of a level, its picture


def write_tiles(tiling: Tiling, tell: Callable[[str], None]) -> list[Path]:
    """Make the set and write all files, or none; return them, the main ones first.

    Args:
        tiling: What to make.
        tell: Is told of textures whose edges do not meet.

    Raises:
        FileInvalid: If a texture cannot be read.
        RequestInvalid: If they do not make a set, or the mapping names another terrain or no tile of levels.
    """
    _check_tiles([name for name, _ in (*tiling.objects, *tiling.drawn)])
    over = _texture(tiling.over, tiling.palette, tell)
    under = [] if tiling.under is None else [_texture(tiling.under, tiling.palette, tell)]
    make = blob_set if tiling.kind == "blob" else corner_set
    made = make([over], under, tiling.names, tiling.border)
    objects = [(name, read_sprite(file)) for name, file in tiling.objects]
    outputs = []
    for place in tiling.places:
        (_, main), *others = _ENCODERS[place.suffix.lower()](made, place.stem, objects).items()
        outputs.append({place: main} | {place.parent / name: data for name, data in others})
    check_companions(outputs)
    files = {path: data for output in outputs for path, data in output.items()}
    if tiling.mapping is not None:
        files[tiling.mapping] = _mapping(tiling, tiling.mapping, made, objects).encode()
    # A main file names the picture: it comes after it.
    order = sorted(files, key=lambda place: (place == tiling.mapping, place in tiling.places))
    write_all_atomically({place: files[place] for place in order})
    return [*files]


def _texture(path: Path, palette: Palette | str | None, tell: Callable[[str], None]) -> Sprite:
    found = read_sprite(path)
    if palette is not None:
        colours = palette if isinstance(palette, Palette) else load_palette(palette).palette
        found = recolour(found, colours).sprite
    score = seam(found.rgba)
    if score > SEAM_HIGH:
        tell(
            f"{path}: its opposite edges do not meet (score {score:.2f}, at most {SEAM_HIGH}); "
            "`playloom sprite finish --seamless` mends it"
        )
    return found


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


def _mapping(tiling: Tiling, place: Path, made: TerrainTiles, objects: tileset.Objects) -> str:
    below, over = tiling.names
    drawn = dict(tiling.drawn) or {"wall": over} | ({"floor": below} if made.has_under else {})
    main = tiling.places[0]
    if main.suffix.lower() == ".tres" and tiling.tileset_path is None:
        raise RequestInvalid(
            f"{place}: say where the TileSet lies in your project: --tileset-path res://{main.name}"
        )
    return tileset.mapping(made, tiling.tileset_path or main.name, drawn, objects)
