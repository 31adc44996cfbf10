"""Teachers of the theme platformer: hills, islands, castle.

Ground is laid in rhythm groups (Smith et al. 2009, "Rhythm-based level generation for 2D platformers"):
a few beats, each an action of the player, come back in the same or a mirrored order. Every
teacher takes a generator, a width and a height (10 cells or more each) and returns tile ids,
shape (height, width). A few maps fail the check; the caller draws again.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from playloom_train.kinds.level.teachers.platformer_land import (
    AIR,
    CRATE,
    DOOR,
    LAVA,
    LEDGE,
    SPIKES,
    WALL,
    WATER,
    Band,
    Cell,
    Cells,
    Rng,
    flood,
)
from playloom_train.kinds.level.teachers.platformer_objects import Habits, furnish
from playloom_train.kinds.level.teachers.platformer_track import ledges_above, track
from playloom_train.kinds.level.teachers.platformer_ways import climb

Land = tuple[
    Cells, tuple[Cell, Cell], Habits
]  # bare land, where start and exit are wanted, what stands on it
TRIES = 12  # lands drawn until one can be played


def furnished(rng: Rng, width: int, height: int, land: Callable[[Rng, int, int], Land]) -> Cells:
    """Return a furnished land; the last one drawn if none of `TRIES` can be played."""
    for _ in range(TRIES):
        cells, ends, habits = land(rng, width, height)
        if furnish(rng, cells, habits, ends):
            break
    return cells


def hills(rng: Rng, width: int, height: int) -> Cells:
    """Rolling ground under the sky, pits and water between, ledges above; tall maps in storeys."""
    return furnished(rng, width, height, _hills)


def islands(rng: Rng, width: int, height: int) -> Cells:
    """Islands in the sky and clouds to jump from, over an abyss or water."""
    return furnished(rng, width, height, _islands)


def castle(rng: Rng, width: int, height: int) -> Cells:
    """Halls within thick walls: pillars, crates, lava and spikes, storeys joined by ladders."""
    return furnished(rng, width, height, _castle)


def _hills(rng: Rng, width: int, height: int) -> Land:
    cells = np.full((height, width), AIR, np.uint8)
    bands = storeys(rng, width, height, least=11, airy=0.4)
    ends = []
    weights = {
        "run": 0.8,
        "step": 2.0,
        "stairs": rng.uniform(0, 1.2),
        "gap": rng.uniform(0.2, 2.0),
        "hop": rng.uniform(0, 0.9),
        "spikes": rng.uniform(0, 0.5),
        "pillar": rng.uniform(0, 0.9),
        "mound": rng.uniform(0, 1.2),
        "blocks": rng.uniform(0, 1.0),
        "tunnel": rng.uniform(0, 0.35),
    }
    for i, band in enumerate(bands):
        ends.append(track(rng, cells, band, weights, rough=rng.uniform(0.6, 1.0), pits=i == 0))
        ledges_above(rng, cells, band, rng.uniform(0.0, 1.2))
    join_storeys(rng, cells, bands)
    liquid = WATER if rng.random() < 0.85 else SPIKES
    if rng.random() < 0.65:
        flood(cells, 1 if liquid == SPIKES else int(rng.integers(1, max(2, height // 8) + 1)), liquid)
    habits = Habits(
        enemies=rng.uniform(0, 0.16),
        coins=rng.uniform(0.1, 1.0),
        chests=rng.uniform(0, 0.5),
        trees=rng.uniform(0, 0.35),
        plants=rng.uniform(0.02, 0.35),
        people=0.25,
        boss=0.06,
        vaults=0.08,
        ladders=rng.uniform(0.2, 0.8),
    )
    return cells, (ends[0][0], ends[-1][len(bands) % 2]), habits


def storeys(rng: Rng, width: int, height: int, *, least: int, airy: float = 0.0) -> list[Band]:
    """Cut a map into bands of about ``least`` rows, the lowest first; ``airy``: chance of one less."""
    most = max(1, height // least)
    count = most if most < 3 else int(rng.integers(most - 1, most + 1))
    if count > 1 and width > height and rng.random() < airy:
        count -= 1
    cuts = np.linspace(0, height, count + 1).round().astype(int)
    cuts[1:-1] += rng.integers(-1, 2, count - 1)
    return [Band(0, width, int(a), int(b)) for a, b in pairwise(cuts)][::-1]


def join_storeys(rng: Rng, cells: Cells, bands: list[Band], *, rim: int = 0) -> None:
    """Lead up from each band to the one above, at alternate ends of the map, by a ladder or by ledges."""
    width = cells.shape[1]
    for i, (lower, upper) in enumerate(pairwise(bands)):
        x = 1 + rim + int(rng.integers(0, max(2, width // 5)))
        climb(rng, cells, width - 1 - x if i % 2 == 0 else x, upper.top, lower.bottom)


def _islands(rng: Rng, width: int, height: int) -> Land:
    cells = np.full((height, width), AIR, np.uint8)
    clouds = rng.uniform(0.1, 0.6)
    biggest = int(rng.integers(4, 11))
    margin = 2 if height > 14 and rng.random() < 0.7 else 1
    wide = int(rng.integers(3, 6))
    row = height - 2 - int(rng.integers(1, max(2, height // 2)))
    placed = [(row, 0, min(wide, width))]
    _island(rng, cells, placed[0])
    goal = int(width * height / rng.uniform(28, 60)) + 2
    for _ in range(goal * 10):
        if len(placed) > goal:
            break
        at = placed[-1] if rng.random() < 0.5 else placed[int(rng.integers(len(placed)))]
        new = _next_island(rng, at, biggest, (height, width))
        if new is None or not _clear(cells, new, margin):
            continue
        placed.append(new)
        if rng.random() < clouds:
            cells[new[0], new[1] : new[1] + new[2]] = LEDGE
        else:
            _island(rng, cells, new)
    shallow = rng.integers(4) == 3
    if rng.random() < 0.5:
        flood(cells, 1 if shallow else int(rng.integers(1, 3)), WATER)
    solid = [one for one in placed if cells[one[0], one[1] + one[2] - 1] == WALL]
    last = max(solid, key=lambda one: one[1] + one[2] - 0.5 * one[0] * float(rng.random()))
    habits = Habits(
        enemies=rng.uniform(0, 0.16),
        coins=rng.uniform(0.1, 1.2),
        chests=rng.uniform(0, 0.5),
        trees=rng.uniform(0, 0.4),
        plants=rng.uniform(0.02, 0.4),
        people=0.15,
        boss=0.04,
        ladders=rng.uniform(0.0, 0.4),
    )
    return cells, ((row - 1, int(rng.integers(0, 2))), (last[0] - 1, last[1] + last[2] - 1)), habits


Island = tuple[int, int, int]  # row, first column, width


def _next_island(rng: Rng, at: Island, biggest: int, shape: tuple[int, int]) -> Island | None:
    """Return an island that can be reached from ``at`` and left again, if it fits the map."""
    y, x, wide = at
    long = int(rng.integers(1, biggest + 1))
    up = int(rng.integers(-3, 4))
    gap = int(rng.integers(1, 5 - max(0, abs(up) - 1)))
    if rng.random() < 0.25:  # right above
        up, left = int(rng.integers(2, 4)), x + int(rng.integers(-long + 1, wide))
    else:
        left = x + wide + gap if rng.random() < 0.75 else x - gap - long
    if left < 0:
        long, left = long + left, 0
    long = min(long, shape[1] - left)
    if long < 1 or not 3 <= y - up < shape[0] - 1:
        return None
    return y - up, left, long


def _clear(cells: Cells, new: Island, margin: int) -> bool:
    y, x, wide = new
    return not (cells[max(0, y - margin - 1) : y + margin + 2, max(0, x - 1) : x + wide + 1] != AIR).any()


def _island(rng: Rng, cells: Cells, island: Island) -> None:
    """Lay an island: a slab, or thinner and thinner downwards."""
    y, x, wide = island
    thick = 1 if wide < 2 else int(rng.integers(1, 4))
    taper = rng.random() < 0.7
    for depth in range(thick):
        inset = depth if taper else 0
        if y + depth < len(cells) and wide > 2 * inset:
            cells[y + depth, x + inset : x + wide - inset] = WALL


def _castle(rng: Rng, width: int, height: int) -> Land:
    cells = np.full((height, width), WALL, np.uint8)
    bands = storeys(rng, width, height - 1, least=int(rng.integers(6, 10)))
    ends: list[tuple[Cell, Cell]] = []
    weights = {
        "run": 1.4,
        "step": rng.uniform(0.2, 1.2),
        "stairs": rng.uniform(0, 0.8),
        "gap": rng.uniform(0.2, 1.8),
        "hop": rng.uniform(0, 0.8),
        "spikes": rng.uniform(0, 0.9),
        "pillar": rng.uniform(0, 1.0),
        "crates": rng.uniform(0, 0.9),
        "blocks": rng.uniform(0, 0.8),
        "tunnel": rng.uniform(0, 0.8),
    }
    closed = int(rng.random() < 0.9)
    for i, band in enumerate(bands):
        roof = band.top + int(rng.integers(1, 3)) if i + 1 < len(bands) or closed else 0
        cells[roof : band.bottom, closed : width - closed] = AIR
        inner = Band(closed, width - closed, band.top + 1, band.bottom)
        ends.append(track(rng, cells, inner, weights, rough=rng.uniform(0.2, 0.8), pits=i == 0))
        ledges_above(rng, cells, inner, rng.uniform(0.0, 0.5))
        _hangings(rng, cells, inner, roof)
        if rng.random() < 0.7:
            _partitions(rng, cells, inner, roof)
    join_storeys(rng, cells, bands, rim=closed)
    if rng.random() < 0.85:
        flood(cells, 1 + int(rng.integers(1, 3)), LAVA if rng.random() < 0.75 else SPIKES)
    habits = Habits(
        enemies=rng.uniform(0, 0.2),
        coins=rng.uniform(0.1, 0.8),
        chests=rng.uniform(0, 0.6),
        plants=rng.uniform(0.0, 0.12),
        windows=0.4,
        people=0.1,
        boss=0.3,
        vaults=0.25,
        ladders=rng.uniform(0.3, 0.9),
    )
    return cells, (ends[0][0], ends[-1][len(bands) % 2]), habits


def _hangings(rng: Rng, cells: Cells, band: Band, roof: int) -> None:
    """Let blocks hang from the roof, four cells above any ground at least."""
    x = band.x0 + int(rng.integers(2, 8))
    while x < band.x1 - 3 and rng.random() < 0.8:
        wide = int(rng.integers(1, 5))
        deep = int(rng.integers(1, 3))
        part = cells[roof : roof + deep + 4, x : x + wide]
        if roof and (part == AIR).all():
            cells[roof : roof + deep, x : x + wide] = WALL if rng.random() < 0.85 else CRATE
        x += wide + int(rng.integers(2, 9))


def _partitions(rng: Rng, cells: Cells, band: Band, roof: int) -> None:
    """Part a hall by walls with an opening at the ground, of one cell with a door or of two or three."""
    x = band.x0 + int(rng.integers(6, 14))
    while x < band.x1 - 5:
        rows = np.flatnonzero(cells[roof : band.bottom, x] == WALL) + roof
        level = len(rows) > 0 and (cells[rows[0], x - 1 : x + 2] == WALL).all()
        if level and (cells[roof : rows[0], x - 1 : x + 2] == AIR).all():
            opening = int(rng.integers(1, 4))
            cells[roof : rows[0] - opening, x] = WALL
            if opening == 1:
                cells[rows[0] - 1, x] = DOOR
        x += int(rng.integers(7, 18))


STYLES: dict[str, Callable[[Rng, int, int], Cells]] = {
    "hills": hills,
    "islands": islands,
    "castle": castle,
}
