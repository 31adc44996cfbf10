"""What a level becomes in Tiled: layers of tile numbers, tile properties, the solution as a line.

TMX and TMJ write the same thing in two notations; this is the thing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of, is_wall, tile_sheet, wall_tops
from playloom.kinds.level.formats.evidence import evidence_line, fingerprint
from playloom.kinds.level.vocabulary import Role, Tile, Vocabulary

SIDE_PIXELS = 16  # of a tile
TILESET = "playloom"  # the tileset's name
FORMAT_VERSION = "1.10"  # of Tiled's map format
TILED_VERSION = "1.10.2"  # the Tiled we write like; other readers refuse maps that do not say
THEME, EVIDENCE, EVIDENCE_OF = "playloom.theme", "playloom.evidence", "playloom.evidence_of"

_STEPS = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}


@dataclass(frozen=True)
class Layer:
    """One tile layer: (H, W) numbers, 0 empty, else 1 + the place in the tile image."""

    name: str
    gids: NDArray[np.int64]


def layers_of(level: Level) -> tuple[Layer, Layer]:
    """Return the ground, every cell filled, and the objects that stand on it."""
    ground = ground_of(level.cells, level.vocabulary).astype(np.int64) + 1
    walls = is_wall(level.vocabulary)[level.cells]
    covered = walls & np.append(walls[1:], walls[-1:], axis=0)  # the wall continues below: its top shows
    ground[covered] += len(level.vocabulary)
    is_object = level.vocabulary.objects[level.cells]
    return Layer("ground", ground), Layer("objects", np.where(is_object, level.cells.astype(np.int64) + 1, 0))


def map_properties(level: Level) -> dict[str, str]:
    """Return the properties of the map by name."""
    properties = {THEME: level.theme} if level.theme else {}
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
    """Return the tile image as PNG: every tile in the first row, walls seen from above in the second."""
    tops = np.concatenate(list(wall_tops(level.vocabulary, level.theme)), axis=1)
    return png.encode(np.concatenate([tile_sheet(level.vocabulary, SIDE_PIXELS, theme=level.theme), tops]))


def tileset_size(vocabulary: Vocabulary) -> dict[str, int]:
    """Return the size fields of the tileset, as both notations call them, in the order to write them in."""
    columns = len(vocabulary)
    return {"tilewidth": SIDE_PIXELS, "tileheight": SIDE_PIXELS, "tilecount": 2 * columns, "columns": columns}


def image_size(vocabulary: Vocabulary) -> tuple[int, int]:
    """Return width and height of the tile image in pixels."""
    return SIDE_PIXELS * len(vocabulary), 2 * SIDE_PIXELS


def tileset_tiles(vocabulary: Vocabulary) -> dict[int, Tile]:
    """Return what each place in the tile image means; both pictures of a wall mean the same."""
    tops = np.flatnonzero(is_wall(vocabulary)).tolist()
    return dict(enumerate(vocabulary.tiles)) | {len(vocabulary) + i: vocabulary.tiles[i] for i in tops}


def solution_line(level: Level) -> list[tuple[int, int]]:
    """Return the solution's corners in pixels, cell centres from start to exit; empty if there is none."""
    moves = level.evidence.solution if level.evidence else ""
    starts = np.argwhere(np.isin(level.cells, level.vocabulary.ids(Role.START)))
    if not moves or len(starts) != 1:
        return []
    y, x = (int(n) * SIDE_PIXELS + SIDE_PIXELS // 2 for n in starts[0])
    corners = [(x, y)]
    for move, after in zip(moves, [*moves[1:], ""], strict=True):
        step_x, step_y = _STEPS[move]
        x, y = x + step_x * SIDE_PIXELS, y + step_y * SIDE_PIXELS
        if move != after:
            corners.append((x, y))
    return corners
