"""Land seen from the side: what carries, what stands where, stretches of floor, liquids, drops.

Every function takes cells of shape (height, width), row 0 on top; a cell is ``(y, x)``. The teachers
keep well within the jumps of `MOVEMENT`, so that no map asks for a perfect one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.movement import Platform
from playloom.kinds.level.vocabulary import SIDE

Cells = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Cell = tuple[int, int]
Rng = np.random.Generator

MOVEMENT = Platform(jump_height=4, jump_length=7, fall_speed=2)
RISE = 3  # highest step a teacher asks a player to jump, cells
GAP = 4  # widest gap it asks a player to jump, cells

AIR, WALL, LEDGE, LADDER = (SIDE.id(name) for name in ("floor", "wall", "bridge", "ladder"))
DOOR, LOCK, KEY, VOID = (SIDE.id(name) for name in ("door", "locked_door", "key", "void"))
WATER, SPIKES, LAVA, CRATE = (SIDE.id(name) for name in ("water", "trap", "lava", "crate"))
TREE, DECORATION = SIDE.id("tree"), SIDE.id("decoration")
DEADLY = (WATER, SPIKES, LAVA)
SOLID = np.isin(np.arange(len(SIDE)), (WALL, CRATE, VOID, LOCK))
CARRIES = SOLID | np.isin(np.arange(len(SIDE)), (LEDGE, LADDER))
HARMS = np.isin(np.arange(len(SIDE)), DEADLY)


@dataclass
class Band:
    """A part of the map that one track of ground runs through; x1 and bottom are excluded."""

    x0: int
    x1: int
    top: int
    bottom: int


def odds(rng: Rng, **weights: float) -> str:
    """Return one of the names, drawn by its weight."""
    names = list(weights)
    sums = np.cumsum([weights[name] for name in names])
    return names[int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))]


def standing(cells: Cells) -> Mask:
    """Return the cells in which a player can stand: free, above something that carries."""
    free = ~SOLID[cells] & ~HARMS[cells]
    stand = np.zeros(cells.shape, np.bool_)
    stand[:-1] = free[:-1] & CARRIES[cells[1:]]
    return stand


def headroom(cells: Cells) -> NDArray[np.int64]:
    """Return how many cells are free from each cell upwards, itself included."""
    free = ~SOLID[cells] & ~HARMS[cells]
    room = np.zeros(cells.shape, np.int64)
    room[0] = free[0]
    for y in range(1, len(cells)):
        room[y] = (room[y - 1] + 1) * free[y]
    return room


def floors(cells: Cells, least: int = 1) -> list[tuple[int, int, int]]:
    """Return the bare level stretches of solid ground: (row to stand in, first column, length)."""
    stand = standing(cells) & (cells == AIR)
    stand[:-1] &= SOLID[cells[1:]]
    found = []
    for y in range(len(cells)):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], stand[y].astype(np.int8), [0]))))
        found += [(y, int(a), int(b - a)) for a, b in edges.reshape(-1, 2) if b - a >= least]
    return found


def flood(cells: Cells, rows: int, liquid: int) -> None:
    """Fill the air of the lowest ``rows`` rows with ``liquid``."""
    low = cells[len(cells) - rows :]
    low[low == AIR] = liquid


def drop(cells: Cells, y: int, x: int) -> tuple[int, bool]:
    """Return how far one falls from ``(y, x)``, cells, and whether that ends well."""
    height = len(cells)
    start = y
    while y < height:
        if HARMS[cells[y, x]] or y == height - 1:
            return y - start, False
        if CARRIES[cells[y + 1, x]]:
            return y - start, True
        y += 1
    return height - start, False
