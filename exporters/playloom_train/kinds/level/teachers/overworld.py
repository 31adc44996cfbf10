"""Teachers of the overworld: villages, countryside with roads, coasts, and the wilds."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy import ndimage

from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers.houses import DOOR, House, build, furnish, lead_to, ruin
from playloom_train.kinds.level.teachers.lines import opposite, river, square
from playloom_train.kinds.level.teachers.objects import (
    ENEMY,
    LOCK,
    PERSON,
    STRONG,
    decorate,
    ground,
    grown_at,
    lay_keys,
    pick,
    place_ends,
    place_solid,
    place_traps,
    populate,
)
from playloom_train.kinds.level.teachers.terrain import (
    BRIDGE,
    CRATE,
    DECORATION,
    FLOOR,
    PATH,
    TREE,
    WALL,
    WATER,
    Cell,
    Cells,
    Field,
    Mask,
    around,
    bridge,
    grown,
    inside,
    join,
    lay,
    noise,
    regions,
    route,
)

Shape = tuple[int, int]


def village(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return a town: a square, streets to the edges, houses with doors towards them, people, trees around."""
    shape = (height, width)
    cells = np.full(shape, FLOOR, np.uint8)
    edges = square(rng, cells)
    if rng.random() < 0.3:
        pond = (
            (noise(rng, shape, 2.5) < rng.uniform(0.02, 0.08)) & ~grown(cells != FLOOR, 2) & inside(shape, 2)
        )
        cells[pond] = WATER
    streets = cells == PATH
    free = inside(shape) & (cells == FLOOR)
    near = np.exp(-ndimage.distance_transform_edt(~streets) / 3.0)
    wanted = round(width * height / 60 * rng.uniform(0.15, 1.5)) + 1
    grass = free.copy()
    houses = build(rng, cells, free, near, wanted, roads=streets)
    if rng.random() < 0.5:  # gardens grow wild up to the walls
        free = grass & ~_footprint(houses, shape)
    lead_to(cells, houses, np.where(inside(shape), 1 + rng.random(shape) + 8 * (cells == WATER), np.inf))
    _plant(rng, cells, rng.uniform(0.03, 0.75), free)
    gardens = grown(cells == WALL, 2) * (noise(rng, shape, 1.2) > 0.7)
    decorate(rng, cells, gardens + 0.01, rng.uniform(0.0, 0.08))
    _settle(rng, cells, houses)
    return _finish(rng, cells, houses, people=0.03 * rng.random() ** 1.5, ends=edges, enemies=0.03)


def roads(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return countryside: woods, a river with bridges, hamlets, and a winding road from start to exit."""
    shape = (height, width)
    cells = np.full(shape, FLOOR, np.uint8)
    hills = noise(rng, shape, rng.uniform(1.5, 3.0))
    upright = bool(rng.random() < 0.5)  # the road leads up or down, a river runs across it
    if rng.random() < 0.6:
        river(rng, cells, across=upright)
    rim = 4.0 * ~inside(shape, 3)
    cost = np.where(inside(shape), 1 + 8 * hills + 30 * (cells == WATER) + rim, np.inf)
    ends = opposite(rng, shape, upright)
    stops = [
        ends[0],
        *pick(rng, inside(shape, 3) * (cells != WATER) + 1e-6, int(rng.integers(0, 3)), 6),
        ends[1],
    ]
    for a, b in pairwise(stops):
        lay(cells, route(cost, [a], grown_at(shape, b, 0)), PATH, over_open=True)
        cells[b] = PATH
    cells[ends[0]] = PATH
    trodden = cells == PATH
    free = inside(shape) & (cells == FLOOR)
    houses: list[House] = []
    for stop in pick(rng, trodden.astype(float), int(rng.integers(0, 3)), 8):
        liking = np.exp(-np.hypot(*(np.indices(shape) - np.array(stop)[:, None, None])) / 3.0)
        houses += build(rng, cells, free, liking, int(rng.integers(1, 4)), roads=trodden, largest=7)
    lead_to(cells, houses, cost)
    _plant(rng, cells, rng.uniform(0.1, 0.65), free)
    decorate(rng, cells, grown(cells == PATH) + 0.3, rng.uniform(0.0, 0.06))
    _settle(rng, cells, houses)
    return _finish(rng, cells, houses, people=0.012 * rng.random(), ends=list(ends), enemies=0.045)


def coast(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return land and islands in the sea, with beaches, bridges between them, and a hamlet or a ruin."""
    shape = (height, width)
    ys, xs = np.indices(shape)
    tilt = rng.normal(size=2) * rng.uniform(0.0, 1.2)
    rim = np.hypot((ys / (height - 1) - 0.5), (xs / (width - 1) - 0.5)) * rng.uniform(0.3, 1.6)
    relief = noise(rng, shape, rng.uniform(1.8, 4.5)) - rim
    relief += tilt[0] * (ys / height - 0.5) + tilt[1] * (xs / width - 0.5)
    level = np.quantile(relief, rng.uniform(0.25, 0.62))
    land = (relief > level) & inside(shape)
    land = (around(~land) <= 5) & land
    cells = np.where(land, FLOOR, WATER).astype(np.uint8)
    labels, sizes = regions(land)
    cells[(sizes < min(5, sizes.max()))[labels] & land] = WATER
    bridge(rng, cells, longest=int(rng.integers(4, 9)), extra=rng.uniform(0, 0.06))
    cost = np.where(inside(shape), 1 + 3 * (cells == WATER) + rng.random(shape), np.inf)
    join(cells, cost, carve=PATH, fill=WATER)
    free = (cells == FLOOR) & inside(shape)
    houses = build(
        rng, cells, free, np.ones(shape), int(rng.integers(0, 5)), roads=cells == BRIDGE, largest=7
    )
    within = ruin(rng, cells, free) if rng.random() < 0.5 else np.zeros(shape, bool)
    if houses:
        lead_to(cells, houses, cost)
    beach = grown(cells == WATER, 1 if rng.random() < 0.6 else 2) & (cells == FLOOR) & free
    cells[beach & (rng.random(shape) < rng.choice([0.0, 0.95, 1.0], p=[0.1, 0.3, 0.6]))] = PATH
    _plant(rng, cells, rng.uniform(0.05, 0.6), free & ~grown(cells == WATER), fence=False)
    decorate(rng, cells, grown(cells == TREE) + 0.2, rng.uniform(0.0, 0.05))
    _settle(rng, cells, houses)
    return _finish(rng, cells, houses, people=0.012 * rng.random(), nook=within, enemies=0.045)


def wilds(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Return deep woods: clearings joined by trails, rocks, camps of enemies, ruins that hide treasure."""
    shape = (height, width)
    cells = np.full(shape, TREE, np.uint8)
    glade = noise(rng, shape, rng.uniform(1.5, 3.0)) < rng.uniform(0.18, 0.6)
    cells[glade & inside(shape)] = FLOOR
    sites = pick(rng, inside(shape, 3).astype(float), max(2, round(width * height / 130)), 4)
    ys, xs = np.indices(shape)
    for y, x in sites:
        round_glade = np.hypot(ys - y, xs - x) <= rng.uniform(1.5, 3.6) + 0.6 * rng.random(shape)
        cells[round_glade & inside(shape)] = FLOOR
    cost = np.where(inside(shape), 1 + 3 * (cells == TREE) + 2 * rng.random(shape), np.inf)
    join(cells, cost, carve=FLOOR, fill=TREE)
    _trails(rng, cells, sites, cost)
    rocks = (noise(rng, shape, 1.3) > 1 - rng.uniform(0.0, 0.14)) & (cells != PATH)
    cells[rocks & (inside(shape) | (rng.random(shape) < 0.5))] = WALL
    within = np.zeros(shape, bool)
    for _ in range(int(rng.integers(0, 3))):
        within |= ruin(rng, cells, inside(shape) & ((cells == FLOOR) | (cells == TREE)))
    huts: list[House] = []
    if rng.random() < 0.4:
        lawn = inside(shape) & (cells == FLOOR) & ~grown(within, 1)
        huts = build(
            rng, cells, lawn, np.ones(shape), int(rng.integers(1, 3)), roads=cells == PATH, largest=6
        )
    cost[_footprint(huts, shape) & (cells != FLOOR)] = np.inf
    join(cells, cost, carve=PATH if rng.random() < 0.5 else FLOOR, fill=TREE)
    decorate(rng, cells, grown(cells == TREE) + 0.2, rng.uniform(0.0, 0.08))
    _camps(rng, cells, sites)
    place_traps(rng, cells, round(float(ground(cells).sum()) * rng.choice([0.0, 0.012])))
    return _finish(rng, cells, huts, people=rng.choice([0.0, 0.004]), nook=within, enemies=0.05)


def _footprint(houses: list[House], shape: Shape) -> Mask:
    """Return the cells of all houses and those before their doors."""
    mask = np.zeros(shape, bool)
    for house in houses:
        mask |= house.mask(shape)
        mask[house.front] = True
    return mask


def _plant(rng: np.random.Generator, cells: Cells, share: float, free: Mask, *, fence: bool = True) -> None:
    """Plant woods over ``share`` of the free grass, close the border, and join what the woods cut off."""
    shape = (cells.shape[0], cells.shape[1])
    edge = ~inside(shape)
    woods = noise(rng, shape, rng.uniform(1.0, 3.0)) < share
    woods ^= rng.random(shape) < rng.uniform(0.0, 0.06)
    woods |= grown(edge, int(rng.integers(1, 3))) & (noise(rng, shape, 1.0) < rng.uniform(0.1, 0.9)) & fence
    cells[woods & free & (cells == FLOOR)] = TREE
    cells[edge & (cells != WATER)] = TREE
    rough = 1 + 2.0 * (cells == TREE) + 8.0 * (cells == WATER) + rng.random(shape)
    built = np.isin(cells, (WALL, DOOR))
    join(cells, np.where(inside(shape) & ~built, rough, np.inf), carve=FLOOR, fill=TREE, least=8)


def _trails(rng: np.random.Generator, cells: Cells, sites: list[Cell], cost: Field) -> None:
    """Tread trails of path between some of the clearings."""
    shape = (cells.shape[0], cells.shape[1])
    for a, b in pairwise(sites):
        if rng.random() < 0.7:
            way = route(cost, [a], grown_at(shape, b, 0))
            lay(cells, way, PATH, over_open=bool(rng.random() < 0.7))


def _camps(rng: np.random.Generator, cells: Cells, sites: list[Cell]) -> None:
    """Make camps in some clearings: a fire, a ring of enemies, now and then a crate."""
    for site in sites:
        if rng.random() > 0.3 or not ground(cells)[site]:
            continue
        cells[site] = DECORATION
        ring = grown_at((cells.shape[0], cells.shape[1]), site, 2) & ground(cells)
        place_solid(rng, cells, CRATE, ring.astype(float), int(rng.integers(0, 2)), 0)
        for cell in pick(rng, (ring & ground(cells)).astype(float), int(rng.integers(1, 4)), 1):
            cells[cell] = STRONG if rng.random() < 0.2 else ENEMY


def _settle(rng: np.random.Generator, cells: Cells, houses: list[House]) -> None:
    """Put a crate or two against the outer walls of houses."""
    if houses:
        outside = ~_footprint(houses, (cells.shape[0], cells.shape[1]))
        beside = grown(cells == WALL) & (cells == FLOOR) & outside
        place_solid(rng, cells, CRATE, beside.astype(float), int(rng.integers(0, 2 + len(houses))), 1)


def _finish(
    rng: np.random.Generator,
    cells: Cells,
    houses: list[House],
    *,
    people: float,
    enemies: float,
    ends: list[Cell] | None = None,
    nook: Mask | None = None,
) -> Cells:
    """Add ends (among ``ends`` if given), locks and keys, people, treasure, enemies; return ``cells``."""
    shape = (cells.shape[0], cells.shape[1])
    rooms = np.zeros(shape, bool)
    for house in houses:
        rooms[house.room] = True
    locked = furnish(rng, cells, houses)
    allowed = ~rooms
    if ends and np.ptp(np.array(ends), 0).sum() > sum(shape) / 3 and rng.random() < 0.8:
        allowed = np.zeros(shape, bool)
        for end in ends:
            allowed |= grown_at(shape, end, 1)
    two = place_ends(rng, cells, allowed & ~locked)
    lay_keys(rng, cells, two[0], locked, int((cells == LOCK).sum()))
    lively = grown(cells == PATH) * 1.0 + 2.0 * rooms + 0.05
    place_solid(rng, cells, PERSON, lively, round(people * float(CORE.open[cells].sum())), apart=1)
    crowding = around(~CORE.open[cells])
    corners = rooms & (crowding >= 3)
    nooks = 0.08 + 8.0 * corners + 2.0 * (crowding >= 6) + 0.4 * (crowding >= 4) + 4.0 * locked
    if nook is not None:
        nooks = nooks + 4.0 * nook
    tame = grown(rooms, 3)
    populate(rng, cells, two, nooks=nooks, wild=0.02 + ~tame, enemies=enemies, treasure=0.035)
    return cells


STYLES: dict[str, Callable[[np.random.Generator, int, int], Cells]] = {
    "village": village,
    "roads": roads,
    "coast": coast,
    "wilds": wilds,
}
