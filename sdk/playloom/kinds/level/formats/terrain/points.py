"""What each cell's tile should show at its corners and sides.

A corner or side shows a terrain where all cells around it are of that terrain. Where terrains meet it shows
the one that lies between them, where a cell without terrain is near it shows none: as if the terrains had
been painted one after the other over the one in between, with Godot's "connect" mode or a mixed set in Tiled.
The outermost cells go on beyond the map.
"""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.formats.terrain.sets import COUNTING, POINTS, TerrainSet


def wanted(terrains: NDArray[np.uint8], terrain_set: TerrainSet, between: int) -> NDArray[np.uint8]:
    """Return (H, W, 9): the terrain at the centre and at the eight points of each cell.

    Args:
        terrains: (H, W) terrain of each cell, 0 for none.
        terrain_set: Whose points count, and whose tiles can show a rim or not.
        between: The terrain where others meet, 0 for none.
    """
    height, width = terrains.shape
    wide = np.pad(terrains, 1, mode="edge")
    rims = terrain_set.has_rims
    quarters = (wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:])
    corners = _shared(np.stack(quarters), between, rims=rims)
    lying = _shared(np.stack([wide[:-1, 1:-1], wide[1:, 1:-1]]), between, rims=rims)
    standing = _shared(np.stack([wide[1:-1, :-1], wide[1:-1, 1:]]), between, rims=rims)
    shown = np.zeros((height, width, 1 + POINTS), np.uint8)
    if terrain_set.centred:
        shown[..., 0] = terrains
    sides = (lying[:-1], standing[:, 1:], lying[1:], standing[:, :-1])
    around = (corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1])
    for quarter in range(4):
        shown[..., 1 + 2 * quarter] = sides[quarter]
        shown[..., 2 + 2 * quarter] = around[quarter]
    for terrain, pattern in terrain_set.plain.items():
        shown[terrains == terrain] = pattern
    shown[..., 1:][..., ~terrain_set.counting] = 0
    shown[terrains == 0] = 0
    return shown


def wanted_on_dual_grid(terrains: NDArray[np.uint8], terrain_set: TerrainSet) -> NDArray[np.uint8]:
    """Return (H + 1, W + 1, 9): the corners of tiles that lie half a cell up and to the left; no centre.

    Each corner lies in the middle of a cell and shows its terrain. Where a cell has none, its corners show
    none, or, if no tile of the set can, what the other corners show.

    Args:
        terrains: (H, W) terrain of each cell, 0 for none.
        terrain_set: Of kind "corner".
    """
    wide = np.pad(terrains, 1, mode="edge")
    around = np.stack([wide[:-1, 1:], wide[1:, 1:], wide[1:, :-1], wide[:-1, :-1]])
    if not terrain_set.has_rims:
        around = np.where(around == 0, around.max(0), around)
    shown = np.zeros((*around.shape[1:], 1 + POINTS), np.uint8)
    for corner, terrain in zip(COUNTING["corner"], around, strict=True):
        shown[..., 1 + corner] = terrain
    return shown


def _shared(around: NDArray[np.uint8], between: int, *, rims: bool) -> NDArray[np.uint8]:
    """Return what a point shows: the terrain of all cells around it (first axis), none, or ``between``."""
    highest = around.max(0)
    lowest = np.where(around == 0, 255, around).min(0)  # of those with a terrain
    some_none = (around == 0).any(0)
    met = np.where(lowest == highest, highest, between)
    met = np.where(some_none & rims, 0, met)
    return np.where(highest == 0, 0, met).astype(np.uint8)
