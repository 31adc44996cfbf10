"""A terrain set: tiles that show which terrain lies at each of their corners and sides.

Tiled calls it a Wang set, Godot a terrain set. Terrains are numbered from 1; 0 is none. The eight points of
a tile are numbered as in Tiled: 0 its top side, 1 its top right corner, and so on clockwise.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid

Kind = Literal["mixed", "corner", "edge"]  # which points count

POINTS = 8
OPPOSITE = tuple((point + 4) % POINTS for point in range(POINTS))
COUNTING: dict[Kind, tuple[int, ...]] = {
    "mixed": tuple(range(POINTS)),
    "corner": (1, 3, 5, 7),
    "edge": (0, 2, 4, 6),
}
TERRAINS_HIGH = 254  # of a set, as in Tiled
TILES_HIGH = 1 << 16  # of a set, turned ones included
MAPPED_HIGH = 100  # terrains that one map can use: nine points of them make a number of 63 bits
_WEIGHT_ONE = 1 << 12  # of a tile as likely as any other
_WEIGHT_HIGH = 1 << 20


def weight(where: Path, probability: float) -> int:
    """Return a probability (1: as likely as any other tile) as a whole number.

    Raises:
        FileInvalid: If it is negative or no number.
    """
    if not 0 <= probability <= math.inf:
        raise FileInvalid(f"{where}: a tile has the probability {probability}; choose 0 or more")
    return round(min(probability * _WEIGHT_ONE, _WEIGHT_HIGH))


@dataclass(frozen=True)
class TerrainTile:
    """One tile of a set, in one of the ways it may be turned."""

    place: tuple[int, ...]  # Tiled: id, turning flags; Godot: source, column, row, alternative
    centre: int  # Godot's terrain of the tile; 0 in Tiled, whose tiles have none
    points: tuple[int, ...]  # terrain at each of the eight points, 0 where the point does not count
    weight: int


@dataclass(frozen=True)
class TerrainSet:
    """The tiles of one set, in the order in which ties are decided."""

    name: str
    kind: Kind
    names: tuple[str, ...]  # of terrain 1, 2, ...
    tiles: tuple[TerrainTile, ...]
    centred: bool  # whether tiles have a centre: Godot's, not Tiled's

    @cached_property
    def counting(self) -> NDArray[np.bool_]:
        """Shape (8,): which points count."""
        return np.isin(np.arange(POINTS), COUNTING[self.kind])

    @cached_property
    def patterns(self) -> NDArray[np.uint8]:
        """Shape (T, 9): centre and points of each tile."""
        rows = [(tile.centre, *tile.points) for tile in self.tiles]
        return np.array(rows, np.uint8).reshape(-1, 1 + POINTS)

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """Shape (T,): how likely each tile is among those that fit alike."""
        return np.array([tile.weight for tile in self.tiles], np.int64)

    @cached_property
    def has_rims(self) -> bool:
        """Whether a tile shows a terrain at one point and none at another."""
        shown = self._shown
        return bool(((shown > 0).any(1) & (shown == 0).any(1)).any())

    @cached_property
    def has_transitions(self) -> bool:
        """Whether a tile shows two terrains."""
        return any(len(set(row) - {0}) > 1 for row in self._whole.tolist())

    @cached_property
    def plain(self) -> dict[int, tuple[int, ...]]:
        """Terrains without borders, with their one pattern: no tile shows them otherwise or beside others."""
        found: dict[int, set[tuple[int, ...]]] = {}
        for whole, pattern in zip(self._whole.tolist(), self.patterns.tolist(), strict=True):
            for terrain in set(whole) - {0}:
                found.setdefault(terrain, set()).add(tuple(pattern))
        single = {terrain: next(iter(rows)) for terrain, rows in found.items() if len(rows) == 1}
        return {terrain: row for terrain, row in sorted(single.items()) if set(row) <= {0, terrain}}

    @cached_property
    def distances(self) -> NDArray[np.int64]:
        """Shape (n + 1, n + 1): how many tiles apart two terrains must be; -1 if they can never meet.

        Source: Tiled, src/libtiled/wangset.cpp, WangSet::recalculateColorDistances.
        """
        count = len(self.names) + 1
        far = 4 * count  # further than any path
        apart = np.full((count, count), far, np.int64)
        for points in (row[[0, 2, 4, 6]] for row in self._points):
            _meet(apart, points)
        for points in (row[[1, 3, 5, 7]] for row in self._points):
            _meet(apart, points)
        np.fill_diagonal(apart, 0)
        to_none = apart[0].copy()  # that one is never reached by way of others
        for through in range(count):
            apart = np.minimum(apart, apart[:, through, None] + apart[None, through])
        apart[0] = apart[:, 0] = to_none
        return np.where(apart >= far, -1, apart)

    @property
    def _points(self) -> NDArray[np.uint8]:
        return self.patterns[:, 1:]

    @property
    def _shown(self) -> NDArray[np.uint8]:
        return self._points[:, self.counting]

    @property
    def _whole(self) -> NDArray[np.uint8]:
        """Points that count, and the centre where tiles have one."""
        return np.concatenate([self.patterns[:, :1], self._shown], 1) if self.centred else self._shown


def _meet(apart: NDArray[np.int64], points: NDArray[np.uint8]) -> None:
    """Note that the terrains of one tile's corners, or of its sides, can meet; none alone is no terrain."""
    if points.any():
        apart[np.ix_(points, points)] = 1
