"""Objects with sense: start and exit, locks and keys, treasure, enemies, people, traps, decoration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom_train.kinds.level.teachers.carve import (
    BOSS,
    CHEST,
    DECORATION,
    DOOR,
    ENEMY,
    EXIT,
    FLOOR,
    KEY,
    LOCK,
    PATH,
    PERSON,
    PICKUP,
    START,
    STRONG,
    TRAP,
    Cells,
    Choke,
    Mask,
    chokes,
    choose,
    distances,
    exits,
    largest,
    passages,
    spare,
    walkable,
)


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What a style likes; the amounts of one map are drawn from it."""

    solid: int  # tile that closes ground nobody can reach
    locks: tuple[float, ...] = (1.0,)  # chances of 0, 1, 2, … locked doors
    people: float = 0.1  # chance of each of up to three people
    traps: float = 0.0  # largest share of the open ground
    decoration: float = 0.03  # largest share of the open ground
    boss: float = 0.2  # chance


def furnish(rng: np.random.Generator, cells: Cells, habits: Habits) -> Cells:
    """Place everything that stands on the ground of ``cells`` (changed in place) and return them."""
    ground = walkable(cells)
    cells[ground & ~largest(ground)] = habits.solid
    size = int(walkable(cells).sum())
    _block(rng, cells, TRAP, round(size * habits.traps * rng.random() ** 2), beside_walls=False)
    _block(rng, cells, PERSON, int((rng.random(3) < habits.people).sum()), beside_walls=True)
    away = _ends(rng, cells)
    vaults = _lock(rng, cells, int(rng.choice(len(habits.locks), p=habits.locks)))
    _guard(rng, cells, habits, away, vaults, size)
    ground = walkable(cells)
    weights = np.where(passages(ground), 0.02, np.where(exits(ground) < 4, 3.0, 0.6))
    share = habits.decoration * rng.random() ** 2
    _put(rng, cells, DECORATION, weights, round(size * share))
    return cells


def _plain(cells: Cells) -> Mask:
    """Where an object may stand: bare floor or path."""
    result: Mask = (cells == FLOOR) | (cells == PATH)
    return result


def _put(
    rng: np.random.Generator, cells: Cells, tile: int, weights: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Place up to ``count`` of ``tile`` on plain ground; return where."""
    places = choose(rng, weights * _plain(cells), count)
    cells.ravel()[places] = tile
    return places


def _block(rng: np.random.Generator, cells: Cells, tile: int, count: int, *, beside_walls: bool) -> None:
    """Place ``count`` of a tile that stops the player, never where it would cut the ground in two."""
    ground = walkable(cells)
    ways = exits(ground)
    weights = _plain(cells) * np.where(ways == 3 if beside_walls else ways > 1, 1.0, 0.15)
    left = count
    for place in rng.permutation(choose(rng, weights.astype(np.float64), count * 4)):
        y, x = divmod(int(place), cells.shape[1])
        if left and spare(ground, y, x):
            cells[y, x] = tile
            ground[y, x] = False
            left -= 1


def _ends(rng: np.random.Generator, cells: Cells) -> NDArray[np.int32]:
    """Place start and exit far apart; return the steps from the start."""
    ground = walkable(cells)
    plain = _plain(cells)
    source = int(rng.choice(np.flatnonzero(plain)))
    for tile, nearest in ((START, 0.9), (EXIT, rng.uniform(0.7, 0.95))):
        steps = np.where(plain, distances(ground, source), -1)
        far = np.flatnonzero(steps >= max(1, nearest * steps.max()))
        source = int(rng.choice(far))
        plain.ravel()[source] = False
        cells.ravel()[source] = tile
    start = int(np.flatnonzero(cells == START)[0])
    return distances(ground, start)


def _lock(rng: np.random.Generator, cells: Cells, count: int) -> Mask:
    """Lock up to ``count`` passages and lay a key before each; return the treasuries: shut off, no exit.

    A key lies in the part that its door is entered from, so in whatever order
    doors are opened there is a key for each door in reach: nobody is stranded.
    """
    vaults = np.zeros(cells.shape, np.bool_)
    if not count:
        return vaults
    flat = cells.ravel()
    order, found = chokes(walkable(cells), int(np.flatnonzero(flat == START)[0]))
    place = {cell: i for i, cell in enumerate(order)}
    goal = place[int(np.flatnonzero(flat == EXIT)[0])]
    chosen = _passages_to_lock(rng, flat, [c for c in found if place[c.cell] > 2], count, goal, len(order))
    zone = np.zeros(len(order), np.int64)
    for i, choke in enumerate(chosen, 1):  # the widest first: what lies within it comes after
        zone[choke.first : choke.last] = i
    spots = np.array(order)
    width = cells.shape[1]
    dead_ends = exits(walkable(cells)).ravel() == 1
    plain = _plain(cells).ravel()
    for i, choke in enumerate(chosen, 1):
        before = spots[(zone == zone[place[choke.cell]]) & plain[spots]]
        if not len(before):
            zone[zone == i] = zone[place[choke.cell]]
            continue
        far = abs(before % width - choke.cell % width) + abs(before // width - choke.cell // width)
        weights = (1.0 + far) ** 2 * np.where(dead_ends[before], 4, 1)
        key = int(rng.choice(before, p=weights / weights.sum()))
        flat[choke.cell], flat[key], plain[key] = LOCK, KEY, False
        if not choke.first <= goal < choke.last:
            vaults.ravel()[spots[choke.first : choke.last]] = True
    return vaults


def _passages_to_lock(
    rng: np.random.Generator, flat: Cells, found: list[Choke], count: int, goal: int, size: int
) -> list[Choke]:
    """Choose passages, doors first of all; some lead on to the exit (`goal`), others to a treasury."""
    chosen: list[Choke] = []
    for choke in rng.permutation(np.array(found, object))[:60] if found else ():
        behind = choke.last - choke.first
        leads_on = choke.first <= goal < choke.last
        fits = 3 <= behind <= (0.75 if leads_on else 0.3) * size
        kind = flat[choke.cell]
        liked = rng.random() < (1.0 if kind == DOOR else 0.15) * min(1.0, behind / 12)
        if not (fits and liked and kind in (DOOR, FLOOR, PATH)):
            continue
        if all(abs(c.last - c.first - behind) > 5 or _apart(c, choke) for c in chosen):
            chosen.append(choke)
        if len(chosen) == count:
            break
    return sorted(chosen, key=lambda c: c.first - c.last)


def _apart(one: Choke, other: Choke) -> bool:
    """Whether neither leads to the other."""
    return one.last <= other.first or other.last <= one.first


def _guard(
    rng: np.random.Generator,
    cells: Cells,
    habits: Habits,
    away: NDArray[np.int32],
    vaults: Mask,
    size: int,
) -> None:
    """Place a boss by the exit, treasure in dead ends, corners and treasuries, and enemies about."""
    ground = walkable(cells)
    ways = exits(ground)
    narrow = passages(ground)
    box = np.ones((5, 5), np.bool_)
    if size > 60 and rng.random() < habits.boss:
        near = ndimage.binary_dilation(cells == EXIT, box)
        _put(rng, cells, BOSS, np.where(near, 1.0, 0.0), 1)
    worth = np.choose(np.minimum(ways, 4), [0.1, 9.0, 2.5, 0.5, 0.15])
    worth = np.where(narrow, 0.03, worth) * np.where(vaults, 6.0, 1.0)
    treasure = _put(rng, cells, PICKUP, worth, round(size * 0.045 * rng.random() ** 1.4))
    hidden = (ways == 1) | vaults
    grand = rng.random(len(treasure)) < np.where(hidden.ravel()[treasure], 0.65, 0.12)
    cells.ravel()[treasure[grand]] = CHEST
    enemies = round(size * 0.045 * rng.random() ** 1.2) if rng.random() > 0.08 else 0
    strong = round(enemies * rng.uniform(0, 0.45))
    prized = ndimage.binary_dilation(np.isin(cells, (CHEST, KEY, EXIT, LOCK)), box)
    calm = away > min(6, away.max() // 4)
    _put(rng, cells, STRONG, np.where(prized, 8.0, 0.15) * calm, strong)
    company = ndimage.gaussian_filter(rng.standard_normal(cells.shape), 2.0)
    crowd = np.exp(rng.uniform(0, 12) * company)  # from scattered to in packs
    _put(rng, cells, ENEMY, np.where(narrow, 0.3, 1.0) * crowd * calm, enemies - strong)
