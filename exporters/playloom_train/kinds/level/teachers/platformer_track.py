"""A track of ground across a band of the map, laid beat by beat from left to right."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playloom_train.kinds.level.teachers.platformer_land import (
    AIR,
    CRATE,
    GAP,
    LEDGE,
    RISE,
    SPIKES,
    WALL,
    Band,
    Cell,
    Cells,
    Rng,
    odds,
    standing,
)


@dataclass
class Track:
    """Where the ground has come to: column ``x``, its top row ``y``, which stays within ``high``..``low``."""

    rng: Rng
    cells: Cells
    band: Band
    x: int
    y: int
    high: int
    low: int
    pits: bool  # gaps are open to the bottom of the map; else they have a floor

    @property
    def left(self) -> int:
        """Columns still to lay."""
        return self.band.x1 - self.x

    def run(self, length: int) -> None:
        """Lay level ground."""
        end = min(self.x + length, self.band.x1)
        self.cells[self.y : self.band.bottom, self.x : end] = WALL
        self.x = end

    def shift(self, up: int) -> None:
        """Raise the ground for the columns to come, within the limits."""
        self.y = int(np.clip(self.y - up, self.high, self.low))

    def pit(self, length: int) -> None:
        """Leave a gap; in an upper band a shallow one, so that it is no way down."""
        end = max(self.x, min(self.x + length, self.band.x1 - 2))
        if not self.pits:
            floor = min(self.y + int(self.rng.integers(1, 3)), self.band.bottom - 1)
            self.cells[floor : self.band.bottom, self.x : end] = WALL
            if self.rng.random() < 0.6 and floor > self.y:
                self.cells[floor - 1, self.x : end] = SPIKES
        self.x = end


def track(
    rng: Rng, cells: Cells, band: Band, weights: dict[str, float], *, rough: float, pits: bool
) -> tuple[Cell, Cell]:
    """Lay ground through ``band`` in rhythm groups; return where one stands at its left and right end.

    Args:
        weights: How often each of `BEATS` comes up.
        rough: 0..1, how much of the band's height the ground uses.
        pits: Gaps reach the bottom of the map.
    """
    room = band.bottom - band.top
    low = band.bottom - 1 - int(rng.integers(0, 2))
    high = max(band.top + 4, low - int(rough * max(1, room - 5)))
    pen = Track(
        rng, cells, band, band.x0, int(rng.integers(min(high, low), low + 1)), min(high, low), low, pits
    )
    first = pen.y
    pen.run(int(rng.integers(2, 6)))
    while pen.left > 4:
        _group(rng, pen, weights)
    if pen.left > 0:
        pen.run(pen.left)
    last = int(np.flatnonzero(cells[band.top : band.bottom, band.x1 - 1] == WALL)[0]) + band.top
    return (first - 1, band.x0 + int(rng.integers(0, 2))), (last - 1, band.x1 - 1)


def _group(rng: Rng, pen: Track, weights: dict[str, float]) -> None:
    """Lay one rhythm group: two to four beats that come back once or twice, then a rest."""
    beats = [odds(rng, **weights) for _ in range(int(rng.integers(1, 4)))]
    pause = int(rng.integers(1, 5))
    swing = rng.random() < 0.3
    sizes = [float(rng.random()) for _ in beats]
    up = 1 if rng.random() < 0.5 else -1
    for turn in range(int(rng.integers(1, 4))):
        for beat, size in zip(beats, sizes, strict=True):
            if pen.left < 5:
                return
            BEATS[beat](pen, size, up)
            pen.run(pause + (turn % 2 if swing else 0))
        if rng.random() < 0.4:
            up = -up
    pen.run(int(rng.integers(0, 4)))


def _run(pen: Track, size: float, up: int) -> None:
    pen.run(2 + int(4 * size))


def _step(pen: Track, size: float, up: int) -> None:
    pen.shift(up * (1 + int(RISE * size * 0.99)))
    pen.run(2)


def _stairs(pen: Track, size: float, up: int) -> None:
    for _ in range(2 + int(3 * size)):
        pen.shift(up)
        pen.run(1 if size < 0.6 else 2)


def _gap(pen: Track, size: float, up: int) -> None:
    pen.pit(2 + int((GAP - 1) * size))
    if size > 0.5:
        pen.shift(up * int(pen.rng.integers(0, 3)))


def _hop(pen: Track, size: float, up: int) -> None:
    """A wide pit with stones to hop over it."""
    y = pen.y
    stones = 1 + int(3 * size)
    pen.pit(int(pen.rng.integers(2, GAP)))
    for _ in range(stones):
        y = int(np.clip(y - int(pen.rng.integers(-2, 3)), pen.high, pen.low))
        wide = int(pen.rng.integers(1, 4))
        start = pen.x
        pen.pit(wide)
        kind = pen.rng.random()
        if kind < 0.5:
            pen.cells[y, start : pen.x] = LEDGE if pen.y < pen.band.bottom - 1 else WALL
        elif kind < 0.8:
            pen.cells[y : pen.band.bottom, start : pen.x] = WALL
        else:
            pen.cells[y : y + 2, start : pen.x] = WALL
        pen.pit(int(pen.rng.integers(2, GAP)))
    pen.y = y


def _spikes(pen: Track, size: float, up: int) -> None:
    start = pen.x
    pen.run(1 + int(3 * size))
    if pen.y > 0:
        pen.cells[pen.y - 1, start : pen.x] = SPIKES


def _pillar(pen: Track, size: float, up: int) -> None:
    """A block to jump onto or over, such as a pipe or a wall's stump."""
    tall = 1 + int(RISE * size * 0.99)
    start = pen.x
    pen.run(int(pen.rng.integers(1, 3)))
    if pen.y - tall > pen.band.top + 2:
        pen.cells[pen.y - tall : pen.y, start : pen.x] = WALL


def _crates(pen: Track, size: float, up: int) -> None:
    start = pen.x
    pen.run(1 + int(3 * size))
    for x in range(start, pen.x):
        tall = int(pen.rng.integers(1, 3))
        if pen.y - tall > pen.band.top + 2:
            pen.cells[pen.y - tall : pen.y, x] = CRATE


def _mound(pen: Track, size: float, up: int) -> None:
    """Ledges behind one another, as hills in the background that can be stood on."""
    start = pen.x
    pen.run(4 + int(6 * size))
    y = pen.y
    x0, x1 = start, pen.x
    while x1 - x0 > 1 and y - 2 > pen.band.top + 2:
        y -= int(pen.rng.integers(2, RISE + 1))
        if y <= pen.band.top + 2:
            break
        pen.cells[y, x0:x1][pen.cells[y, x0:x1] == AIR] = LEDGE
        x0 += int(pen.rng.integers(0, 3))
        x1 -= int(pen.rng.integers(0, 3))
        if pen.rng.random() < 0.4:
            break


def _blocks(pen: Track, size: float, up: int) -> None:
    """A row of blocks overhead."""
    start = pen.x
    pen.run(3 + int(5 * size))
    y = pen.y - int(pen.rng.integers(3, 5))
    if y > pen.band.top + 1:
        x0 = start + int(pen.rng.integers(0, 2))
        row = pen.cells[y, x0 : pen.x - int(pen.rng.integers(0, 2))]
        row[row == AIR] = WALL if pen.rng.random() < 0.6 else CRATE


def _tunnel(pen: Track, size: float, up: int) -> None:
    """Rock over the way, two or three cells above it."""
    start = pen.x
    pen.run(3 + int(6 * size))
    gap = int(pen.rng.integers(2, 4))
    thick = int(pen.rng.integers(1, 4))
    y1 = pen.y - gap
    y0 = max(pen.band.top + 3, y1 - thick)
    if y0 < y1:
        pen.cells[y0:y1, start : pen.x] = WALL


BEATS: dict[str, Callable[[Track, float, int], None]] = {
    "run": _run,
    "step": _step,
    "stairs": _stairs,
    "gap": _gap,
    "hop": _hop,
    "spikes": _spikes,
    "pillar": _pillar,
    "crates": _crates,
    "mound": _mound,
    "blocks": _blocks,
    "tunnel": _tunnel,
}


def ledges_above(rng: Rng, cells: Cells, band: Band, density: float) -> None:
    """Hang ledges and slabs above the ground, each within a jump of something below it."""
    area = (band.x1 - band.x0) * (band.bottom - band.top)
    for _ in range(int(area * density / 60)):
        stand = np.argwhere(standing(cells)[band.top + 5 : band.bottom, band.x0 : band.x1])
        if not len(stand):
            return
        y, x = (int(n) for n in stand[int(rng.integers(len(stand)))])
        y += band.top + 5 + 1
        x += band.x0
        long = int(rng.integers(2, 7))
        y -= int(rng.integers(2, RISE + 1))
        x0 = max(band.x0, x - int(rng.integers(0, long)))
        x1 = min(band.x1, x0 + long)
        around = cells[max(0, y - 3) : y + 2, max(0, x0 - 1) : x1 + 1]
        if y < band.top + 3 or (around != AIR).any():
            continue
        cells[y, x0:x1] = LEDGE if rng.random() < 0.7 else WALL
