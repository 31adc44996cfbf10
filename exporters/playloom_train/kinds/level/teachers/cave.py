"""Teachers of caves: caverns, lakes under ground, tunnels, and lava."""

from collections.abc import Callable

import numpy as np

from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers.objects import (
    PERSON,
    decorate,
    ground,
    grown_at,
    lock_chambers,
    pick,
    place_ends,
    place_hoards,
    place_solid,
    place_traps,
    populate,
)
from playloom_train.kinds.level.teachers.terrain import (
    CRATE,
    FLOOR,
    LAVA,
    PATH,
    WALL,
    WATER,
    Cells,
    Mask,
    around,
    bridge,
    grown,
    inside,
    join,
    noise,
    regions,
    route,
)

Shape = tuple[int, int]


def cavern(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return a cave of halls and passages with stalagmites along its walls and beds of mushrooms."""
    cells = _rock(rng, (height, width), rng.uniform(0.39, 0.55))
    bumps = (around(cells == WALL) >= 3) * rng.uniform(0.3, 1.0)
    beds = (noise(rng, cells.shape, 1.5) > 0.85) * rng.uniform(0.0, 1.5)
    decorate(rng, cells, bumps + beds + 0.05, rng.uniform(0.0, 0.13))
    return _furnish(rng, cells)


def lakes(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return a cave with pools and streams, shores of path beside them, and bridges over the narrows."""
    cells = _rock(rng, (height, width), rng.uniform(0.30, 0.46))
    _flood(rng, cells, WATER, pools=rng.uniform(0.08, 0.4), streams=rng.choice([0.0, 0.0, 0.03, 0.05]))
    shore = (cells == FLOOR) & grown(cells == WATER)
    cells[shore & (rng.random(cells.shape) < rng.choice([0.0, 0.92, 1.0], p=[0.15, 0.35, 0.5]))] = PATH
    decorate(rng, cells, 1.0 * (around(cells == WALL) >= 3), rng.uniform(0.0, 0.06))
    return _furnish(rng, cells)


def lava(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return a hot cave: lakes and streams of lava, bridges over them, and always a way that harms nobody."""
    cells = _rock(rng, (height, width), rng.uniform(0.30, 0.46))
    _flood(rng, cells, LAVA, pools=rng.uniform(0.03, 0.25), streams=rng.uniform(0.02, 0.07))
    decorate(rng, cells, grown(cells == LAVA) + 0.1, rng.uniform(0.0, 0.08))
    return _furnish(rng, cells, traps=rng.uniform(0, 0.02))


def tunnels(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return winding tunnels of one to three cells with small chambers, some of them stores of crates."""
    cells = np.full((height, width), WALL, np.uint8)
    rock, chambers = inside(cells.shape), np.zeros(cells.shape, bool)
    spread = int(rng.integers(3, 7))
    count = max(4, int(width * height / (spread * spread * rng.uniform(1.8, 4.0))))
    sites = pick(rng, inside(cells.shape, 2).astype(float), count, apart=spread)
    crowded, thin = rng.random(), rng.random()  # shares of sites with a chamber, of ways one cell wide
    cost = np.where(rock, 1.0 + 8.0 * noise(rng, cells.shape, rng.uniform(0.8, 2.0)), np.inf)
    for i, site in enumerate(sites):
        dug = cells == FLOOR
        if rng.random() < crowded or i == 0:
            _chamber(rng, cells, chambers, site)
        for _ in range(1 if rng.random() < 0.7 else 2):
            goal = dug if rng.random() < 0.75 else grown_at(cells.shape, sites[int(rng.integers(i + 1))], 0)
            way = route(np.where(dug, 0.6 * cost, cost), [site], goal)
            _dig(cells, way, 1 if rng.random() < thin else int(rng.integers(2, 4)))
        if rng.random() < 0.35:
            _worm(rng, cells, site)
    join(cells, cost, carve=FLOOR, fill=WALL, least=1)
    corners = chambers * (around(cells == WALL) >= 3) + 0.03 * (around(cells == WALL) >= 4)
    ends = place_ends(rng, cells)
    place_solid(rng, cells, CRATE, corners, round(float(chambers.sum()) * rng.uniform(0, 0.2)), apart=0)
    decorate(rng, cells, chambers + 0.2, rng.uniform(0.0, 0.05))
    return _furnish(rng, cells, ends=ends)


def _rock(rng: np.random.Generator, shape: Shape, fill: float) -> Cells:
    """Return floor in rock grown by a cellular automaton, all of it joined; the best of three tries."""
    best = np.full(shape, WALL, np.uint8)
    for _ in range(3):
        # A slow swell makes some parts of one map narrow and others wide.
        swell = (noise(rng, shape, max(shape) / 6) - 0.5) * rng.uniform(0.0, 0.35)
        wall = rng.random(shape) < fill + swell
        for turn in range(int(rng.integers(3, 6))):
            wall = (around(wall) + wall >= 5) | (turn < 2 and rng.random() < 0.3) & (
                around(wall) <= 1
            ) & ~wall
            wall |= ~inside(shape)
        cells = np.where(wall, WALL, FLOOR).astype(np.uint8)
        cost = np.where(inside(shape), 1 + 3 * wall + 2 * rng.random(shape), np.inf)
        join(cells, cost, carve=FLOOR, fill=WALL, least=int(rng.integers(5, 14)))
        if (cells == FLOOR).sum() > (best == FLOOR).sum():
            best = cells
        if (best == FLOOR).mean() > 0.22:
            break
    if (best == FLOOR).sum() < 8:
        best[1:-1, 1:-1] = FLOOR
    return best


def _flood(rng: np.random.Generator, cells: Cells, liquid: int, *, pools: float, streams: float) -> None:
    """Fill the low ground with ``liquid`` and bridge it: pools are wide, streams are winding bands."""
    shape = cells.shape
    low = noise(rng, shape, rng.uniform(1.5, 3.5))
    band = np.abs(noise(rng, shape, rng.uniform(3.0, 5.0)) - rng.uniform(0.35, 0.65)) < streams
    banks = grown(cells == FLOOR) & inside(shape)
    wet = ((low < pools) & (cells == FLOOR)) | ((low < pools * 0.6) & banks) | (band & banks)
    wet &= around(wet) >= 2
    if ((cells == FLOOR) & ~wet).sum() < 12:  # a small cave must not drown
        return
    cells[wet] = liquid
    bridge(rng, cells, longest=int(rng.integers(3, 8)), extra=rng.uniform(0.0, 0.12))
    labels, sizes = regions(CORE.open[cells])
    islands = (sizes < min(6, sizes.max()))[labels] & (labels > 0)
    cells[islands & grown(cells == liquid)] = liquid
    cost = np.where(
        inside(shape), 1 + 4 * (cells == WALL) + 3 * (cells == liquid) + rng.random(shape), np.inf
    )
    join(cells, cost, carve=FLOOR, fill=WALL)


def _dig(cells: Cells, way: list[tuple[int, int]], wide: int) -> None:
    """Dig along ``way``, ``wide`` cells across."""
    height, width = cells.shape
    for y, x in way:
        y0, x0 = min(y, height - 1 - wide), min(x, width - 1 - wide)
        cells[max(1, y0) : y0 + wide, max(1, x0) : x0 + wide] = FLOOR


def _worm(rng: np.random.Generator, cells: Cells, at: tuple[int, int]) -> None:
    """Dig on from ``at`` in a wandering line, one cell wide, to a dead end."""
    height, width = cells.shape
    (y, x), (dy, dx) = at, ((0, 1), (1, 0), (0, -1), (-1, 0))[int(rng.integers(4))]
    for _ in range(int(rng.integers(4, 14))):
        cells[y, x] = FLOOR
        if rng.random() < 0.3:
            dy, dx = (dx, dy) if rng.random() < 0.5 else (-dx, -dy)
        if not (1 <= y + dy < height - 1 and 1 <= x + dx < width - 1):
            break
        y, x = y + dy, x + dx


def _chamber(rng: np.random.Generator, cells: Cells, chambers: Mask, at: tuple[int, int]) -> None:
    """Dig a round or square chamber about ``at``."""
    ry, rx = rng.uniform(1.2, 2.8, 2)
    ys, xs = np.ogrid[: cells.shape[0], : cells.shape[1]]
    dy, dx = np.abs(ys - at[0]) / ry, np.abs(xs - at[1]) / rx
    shape = (np.maximum(dy, dx) if rng.random() < 0.4 else np.hypot(dy, dx)) <= 1
    room = shape & inside((cells.shape[0], cells.shape[1]))
    cells[room] = FLOOR
    chambers |= room


def _furnish(
    rng: np.random.Generator,
    cells: Cells,
    *,
    ends: tuple[tuple[int, int], tuple[int, int]] | None = None,
    traps: float = 0.0,
) -> Cells:
    """Add ends, locked side chambers, people, traps, treasure and enemies; return ``cells``."""
    ends = ends or place_ends(rng, cells)
    locks = int(rng.choice(4, p=[0.5, 0.25, 0.15, 0.1]))
    chambers = lock_chambers(rng, cells, ends, locks)
    place_hoards(rng, cells, chambers)
    if rng.random() < 0.12:
        place_solid(rng, cells, PERSON, around(cells == WALL) + 0.1, int(rng.integers(1, 3)), apart=2)
    place_traps(rng, cells, round(traps * float(ground(cells).sum())))
    crowding = around(~CORE.open[cells])
    nooks = 0.1 + (crowding >= 4) + 6.0 * (crowding >= 6) + 3.0 * chambers
    populate(rng, cells, ends, nooks=nooks, wild=1.0 + (crowding <= 2), enemies=0.05, treasure=0.045)
    return cells


STYLES: dict[str, Callable[[np.random.Generator, int, int], Cells]] = {
    "cavern": cavern,
    "lakes": lakes,
    "tunnels": tunnels,
    "lava": lava,
}
