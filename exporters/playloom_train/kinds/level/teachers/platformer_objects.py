"""What stands on side-view land: ends, coins, chests, enemies, vaults, plants."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.vocabulary import SIDE
from playloom_train.kinds.level.teachers.platformer_land import (
    AIR,
    DECORATION,
    KEY,
    LADDER,
    LOCK,
    SOLID,
    TREE,
    WALL,
    Cell,
    Cells,
    Mask,
    Rng,
    floors,
    headroom,
    standing,
)
from playloom_train.kinds.level.teachers.platformer_reach import Reach, reach
from playloom_train.kinds.level.teachers.platformer_ways import cure, open_up

START, EXIT, PICKUP, CHEST = (SIDE.id(name) for name in ("start", "exit", "pickup", "chest"))
ENEMY, STRONG, BOSS, PERSON = (SIDE.id(name) for name in ("enemy", "strong_enemy", "boss", "person"))


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a style is furnished; shares are of the cells one can stand in."""

    enemies: float
    coins: float  # patterns of coins to sixteen standing cells
    chests: float  # chests to thirty standing cells
    trees: float = 0.0
    plants: float = 0.0
    windows: float = 0.0  # chance of rows of decoration on the walls behind
    people: float = 0.0  # chance of one
    boss: float = 0.0  # chance of one
    vaults: float = 0.0  # chance of each of up to three
    ladders: float = 0.6  # share of the ways up that are ladders, not ledges


def furnish(rng: Rng, cells: Cells, habits: Habits, ends: tuple[Cell, Cell]) -> bool:
    """Put ends, treasure, enemies and plants on finished land, in place; return whether it can be played.

    Args:
        cells: Land of air, solid ground, ledges, ladders and liquids, with locks perhaps.
        habits: What and how much.
        ends: Where start and exit are wanted; they go to the nearest fit cell.
    """
    bare = standing(cells) & (cells == AIR)
    bare[:-1] &= SOLID[cells[1:]]
    start = _nearest(bare, ends[0])
    if start is None:
        return False
    open_up(rng, cells, start, ladders=habits.ladders)
    found = reach(cells, start, None)
    bare = standing(cells) & (cells == AIR) & (found.ticks > 0)
    bare[:-1] &= SOLID[cells[1:]]
    exit_ = _nearest(bare, ends[1])
    if exit_ is None or abs(exit_[0] - ends[1][0]) + abs(exit_[1] - ends[1][1]) > sum(cells.shape) // 5:
        return False
    cells[start], cells[exit_] = START, EXIT
    kept = np.isin(cells, (START, EXIT))
    for _ in range(5):
        found = reach(cells, start, exit_)
        if not cure(rng, cells, found, kept=kept, ladders=habits.ladders):
            break
    for _ in range(3):
        if rng.random() < habits.vaults:
            _vault(rng, cells, found)
    _lay_keys(rng, cells, reach(cells, start, exit_, unlocked=False))
    found = reach(cells, start, exit_)
    _treasure(rng, cells, found, habits)
    _beings(rng, cells, found, habits, start, exit_)
    _plants(rng, cells, habits)
    return bool(found.ticks[exit_] >= min(cells.shape) // 2)


def _nearest(mask: Mask, at: Cell) -> Cell | None:
    spots = np.argwhere(mask)
    if not len(spots):
        return None
    away = np.abs(spots - np.array(at)) @ np.array((1, 2))
    y, x = spots[int(away.argmin())]
    return int(y), int(x)


def _vault(rng: Rng, cells: Cells, found: Reach) -> bool:
    """Dig a chamber with a chest into rock behind a lock beside a floor one gets to."""
    height, width = cells.shape
    spots = []
    for y, x, long in floors(cells, 2):
        for side, end in ((-1, x), (1, x + long - 1)):
            deep = int(rng.integers(2, 5))
            x0, x1 = sorted((end + side, end + side * (deep + 2)))
            if x0 < 0 or x1 >= width or y < 3 or y + 1 >= height or found.ticks[y, end] < 0:
                continue
            if (cells[y - 3 : y + 2, x0 : x1 + 1] == WALL).all():
                spots.append((y, end, side, deep))
    if not spots:
        return False
    y, end, side, deep = spots[int(rng.integers(len(spots)))]
    room = sorted((end + 2 * side, end + side * (deep + 1)))
    cells[y - int(rng.integers(0, 3)) : y + 1, room[0] : room[1] + 1] = AIR
    cells[y, end + side] = LOCK
    cells[y, end + side * int(rng.integers(2, deep + 2))] = CHEST
    return True


def _lay_keys(rng: Rng, cells: Cells, found: Reach) -> None:
    """Lay a key for every lock where one gets to without any; a lock too many becomes air."""
    locks = np.argwhere(cells == LOCK)
    weights = (found.ticks.clip(0) + 1.0) * ((found.ticks > 3) & standing(cells) & (cells == AIR))
    spots = draw(rng, weights, len(locks), apart=3)
    for spot in spots:
        cells[spot] = KEY
    for y, x in locks[len(spots) :]:
        cells[y, x] = AIR


def draw(rng: Rng, weights: NDArray[np.float64], count: int, apart: int = 1) -> list[Cell]:
    """Return up to ``count`` cells drawn by ``weights``, more than ``apart`` king's moves from each other."""
    left = weights.astype(np.float64)
    chosen: list[Cell] = []
    while len(chosen) < count:
        sums = left.ravel().cumsum()
        if sums[-1] <= 1e-9:
            break
        place = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        y, x = divmod(min(place, left.size - 1), left.shape[1])
        chosen.append((y, x))
        left[max(0, y - apart) : y + apart + 1, max(0, x - apart) : x + apart + 1] = 0
    return chosen


def _treasure(rng: Rng, cells: Cells, found: Reach, habits: Habits) -> None:
    """Lay coins in rows, arcs, columns and blocks where a player gets to, and chests off the way."""
    touched = (found.ticks > 0) & ~found.stuck
    stand = standing(cells) & touched & (cells == AIR)
    count = int(stand.sum() / 16 * habits.coins + rng.random())
    for y, x in draw(rng, stand.astype(np.float64), count, apart=2):
        for dy, dx in _pattern(rng):
            at = (y + dy, x + dx)
            inside = 0 <= at[0] < cells.shape[0] and 0 <= at[1] < cells.shape[1]
            if inside and touched[at] and cells[at] == AIR:
                cells[at] = PICKUP
    stand &= cells == AIR
    tight = ndimage.uniform_filter(SOLID[cells].astype(np.float64), 3, mode="nearest")
    edge = stand & ~(np.roll(stand, 1, 1) & np.roll(stand, -1, 1))
    weights = stand * (0.1 + tight**2 + 0.4 * edge + (found.ticks / max(1, int(found.ticks.max()))) ** 2)
    count = int(stand.sum() / 30 * habits.chests + rng.random() * 0.9)
    for spot in draw(rng, weights, count, apart=3):
        cells[spot] = CHEST


def _pattern(rng: Rng) -> list[Cell]:
    """Return the cells of one group of coins about the one stood in."""
    kind = int(rng.integers(6))
    long = int(rng.integers(2, 7))
    if kind == 0:
        return [(0, i) for i in range(long)]
    if kind == 1:
        return [(-2, i) for i in range(long)]
    if kind == 2:
        return (
            [(-2, 1), (-3, 2), (-3, 3), (-2, 4)]
            if long < 5
            else [(-1, 1), (-2, 2), (-3, 3), (-2, 4), (-1, 5)]
        )
    if kind == 3:
        return [(-i, 0) for i in range(1, min(long, 5))]
    if kind == 4:
        return [(-dy, dx) for dy in (2, 3) for dx in range(max(2, long - 2))]
    return [(0, 2 * i) for i in range(max(2, long - 2))]


def _beings(rng: Rng, cells: Cells, found: Reach, habits: Habits, start: Cell, exit_: Cell) -> None:
    """Put enemies on floors wide enough to pace, a boss near the exit, a person on the way."""
    ground = standing(cells) & (cells == AIR) & (found.ticks > 3)
    ground[:-1] &= cells[1:] != LADDER
    ys, xs = np.indices(cells.shape)
    ground &= np.abs(xs - start[1]) + np.abs(ys - start[0]) > 4
    wide = np.zeros(cells.shape)
    for y, x, long in floors(cells, 3):
        wide[y, x : x + long] = min(long, 8) / 8
    weights = ground * (0.08 + wide)
    near = np.exp(-(np.abs(xs - exit_[1]) + np.abs(ys - exit_[0])) / 4.0)
    if rng.random() < habits.boss:
        for spot in draw(rng, weights * wide * near, 1):
            cells[spot] = BOSS
            weights[spot] = 0
    count = int(ground.sum() * habits.enemies * rng.random() + rng.random())
    strong = int(count * rng.random() ** 2 * 0.6 + 0.3 * rng.random())
    for i, spot in enumerate(draw(rng, weights, count, apart=int(rng.integers(0, 4)))):
        cells[spot] = STRONG if i < strong else ENEMY
    if rng.random() < habits.people:
        ground &= cells == AIR
        for spot in draw(rng, ground * (0.1 + wide), 1 + int(rng.random() < 0.3), apart=2):
            cells[spot] = PERSON


def _plants(rng: Rng, cells: Cells, habits: Habits) -> None:
    """Let trees and plants grow on solid ground; hang decoration in closed rooms."""
    ground = standing(cells) & (cells == AIR)
    ground[:-1] &= cells[1:] == WALL
    patch = ndimage.gaussian_filter1d(rng.standard_normal(cells.shape), 2.0, axis=1) > 0
    trees = ground & patch & (headroom(cells) > 2) & (rng.random(cells.shape) < habits.trees)
    cells[trees] = TREE
    plants = ground & ~trees & (patch | (rng.random(cells.shape) < 0.3))
    cells[plants & (rng.random(cells.shape) < habits.plants)] = DECORATION
    if rng.random() < habits.windows:
        step, above = int(rng.integers(3, 7)), int(rng.integers(2, 4))
        for y, x, long in floors(cells, 4):
            for at in range(x + 1 + int(rng.integers(0, 2)), x + long - 1, step):
                if (cells[max(0, y - above - 1) : y, at] == AIR).all():
                    cells[max(0, y - above), at] = DECORATION
