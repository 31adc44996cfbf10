"""What a level becomes in Tiled: layers of tile numbers, tile properties, the solution as a line.

TMX and TMJ write the same thing in two notations; this is the thing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of, has_second, second_pictures, shows_second, tile_sheet
from playloom.kinds.level.formats.evidence import evidence_line, fingerprint
from playloom.kinds.level.movement import movement_line
from playloom.kinds.level.trail import trail
from playloom.kinds.level.vocabulary import Role, Tile, Vocabulary

SIDE_PIXELS = 16  # of a tile
TILESET = "playloom"  # the tileset's name
FORMAT_VERSION = "1.10"  # of Tiled's map format
TILED_VERSION = "1.10.2"  # the Tiled we write like; other readers refuse maps that do not say
THEME, EVIDENCE, EVIDENCE_OF = "playloom.theme", "playloom.evidence", "playloom.evidence_of"
MOVEMENT = "playloom.movement"
DUAL_GRID = "playloom.dual_grid"  # its tiles lie half a cell aside, so that no cell can be read back


@dataclass(frozen=True)
class Layer:
    """One tile layer: (H, W) numbers, 0 empty, else 1 + the place in the tile image."""

    name: str
    gids: NDArray[np.int64]
    opacity: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)  # pixels


def layers_of(level: Level) -> tuple[Layer, Layer]:
    """Return the ground, every cell filled, and the objects that stand on it."""
    ground = ground_of(level.cells, level.vocabulary).astype(np.int64) + 1
    ground[shows_second(level.cells, level.vocabulary, level.theme)] += len(level.vocabulary)
    is_object = level.vocabulary.objects[level.cells]
    return Layer("ground", ground), Layer("objects", np.where(is_object, level.cells.astype(np.int64) + 1, 0))


def map_properties(level: Level) -> dict[str, str]:
    """Return the properties of the map by name."""
    properties = {THEME: level.theme} if level.theme else {}
    if line := movement_line(level.movement):
        properties[MOVEMENT] = line
    if line := evidence_line(level):
        properties |= {EVIDENCE: line, EVIDENCE_OF: fingerprint(level)}
    return properties


def tile_properties(tile: Tile) -> dict[str, str | int]:
    """Return the properties of a tile by name, sorted as Tiled sorts them."""
    return {
        "char": tile.char,
        "name": tile.name,
        "passability": str(tile.passability),
        "role": str(tile.role),
        "tier": tile.tier,
    }


def sheet_name(stem: str) -> str:
    """Return the file name of the tile image; not ``stem``.png, which is the preview's."""
    return f"{stem}.tiles.png"


def tileset_name(stem: str) -> str:
    """Return the file name of the tileset where it is a file of its own."""
    return f"{stem}.tiles.tsx"


def sheet_bytes(level: Level) -> bytes:
    """Return the tile image as PNG: every tile in the first row, second pictures in the second."""
    second = np.concatenate(list(second_pictures(level.vocabulary, level.theme)), axis=1)
    return png.encode(np.concatenate([tile_sheet(level.vocabulary, SIDE_PIXELS, theme=level.theme), second]))


def tileset_size(vocabulary: Vocabulary) -> dict[str, int]:
    """Return the size fields of the tileset, as both notations call them, in the order to write them in."""
    columns = len(vocabulary)
    return {"tilewidth": SIDE_PIXELS, "tileheight": SIDE_PIXELS, "tilecount": 2 * columns, "columns": columns}


def image_size(vocabulary: Vocabulary) -> tuple[int, int]:
    """Return width and height of the tile image in pixels."""
    return SIDE_PIXELS * len(vocabulary), 2 * SIDE_PIXELS


def tileset_tiles(vocabulary: Vocabulary, theme: str) -> dict[int, Tile]:
    """Return what each place in the tile image means; both pictures of a tile mean the same."""
    second = np.flatnonzero(has_second(vocabulary, theme)).tolist()
    return dict(enumerate(vocabulary.tiles)) | {len(vocabulary) + i: vocabulary.tiles[i] for i in second}


def solution_line(
    level: Level, tile_size: tuple[int, int] = (SIDE_PIXELS, SIDE_PIXELS)
) -> list[tuple[int, int]]:
    """Return the solution's corners in pixels, cell centres from start to exit; empty if there is none."""
    starts = int(level.vocabulary.having(Role.START)[level.cells].sum())
    if level.evidence is None or not level.evidence.solution or starts != 1:
        return []
    try:
        passed = trail(level)
    except RequestInvalid:  # moves that leave the map: the check's business, not a reason to lose the map
        return []
    turns = [
        here
        for before, here, after in zip(passed, passed[1:], passed[2:], strict=False)
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
    ]
    wide, high = tile_size
    return [(x * wide + wide // 2, y * high + high // 2) for y, x in (passed[0], *turns, passed[-1])]
