"""Objects laid out with sense over a finished ground: ends, locks and keys, treasure, enemies, people."""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers.terrain import (
    BRIDGE,
    DECORATION,
    FLOOR,
    PATH,
    WALL,
    Cell,
    Cells,
    Field,
    Mask,
    around,
    distances,
    grown,
    regions,
    removable,
    windows,
)

START, EXIT, LOCK, KEY = (CORE.id(name) for name in ("start", "exit", "locked_door", "key"))
PICKUP, CHEST, ENEMY, STRONG = (CORE.id(name) for name in ("pickup", "chest", "enemy", "strong_enemy"))
BOSS, PERSON, TRAP = (CORE.id(name) for name in ("boss", "person", "trap"))


def ground(cells: Cells) -> Mask:
    """Return where an object may be put: bare floor and path."""
    return np.asarray((cells == FLOOR) | (cells == PATH))


def pick(rng: np.random.Generator, weights: Field, count: int, apart: int = 1) -> list[Cell]:
    """Return up to ``count`` cells drawn by ``weights``, more than ``apart`` king's moves from each other."""
    left = weights.copy()
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


def amount(rng: np.random.Generator, cells: Cells, highest: float) -> int:
    """Return a count drawn for one map: often few, at most the share ``highest`` of its open cells."""
    if rng.random() < 0.08:
        return 0
    share = highest * float(rng.random()) ** 1.4
    return int(float(CORE.open[cells].sum()) * share + 0.8 * float(rng.random()) + 0.5)


def place_ends(rng: np.random.Generator, cells: Cells, allowed: Mask | None = None) -> tuple[Cell, Cell]:
    """Put start and exit far apart on bare ground (of ``allowed``, if that holds two cells)."""
    bare = ground(cells)
    if allowed is not None and (bare & allowed).sum() > 1:
        bare = bare & allowed
    if bare.sum() < 2:
        bare = CORE.open[cells] & (cells != BRIDGE)
    walk = CORE.open[cells]
    far = distances(walk, pick(rng, bare.astype(float), 1))
    start = _far(rng, far, bare)
    bare[start] = False
    end = _far(rng, distances(walk, [start]), bare)
    cells[start], cells[end] = START, EXIT
    return start, end


def _far(rng: np.random.Generator, steps: NDArray[np.int64], bare: Mask) -> Cell:
    """Return one of the farthest cells of ``bare``."""
    longest = steps[bare].max()
    return pick(rng, (bare & (steps >= longest * rng.uniform(0.8, 1.0))).astype(float), 1)[0]


def lock_chambers(rng: np.random.Generator, cells: Cells, ends: tuple[Cell, Cell], count: int) -> Mask:
    """Lock up to ``count`` side chambers at their one narrow entry (dug if there is none); lay the keys.

    Returns the locked cells behind the doors. All keys lie outside of all of them.
    """
    behind = np.zeros(cells.shape, bool)
    made = 0
    for cell in _narrows(rng, cells):
        if made >= count:
            break
        chamber = _cut_off(CORE.open[cells], cell, ends)
        if chamber is None or (chamber & behind).any() or behind[cell]:
            continue
        cells[cell] = LOCK
        behind |= chamber
        made += 1
    while made < count:
        vault = _dig_vault(rng, cells, grown(behind))
        if vault is None:
            break
        behind |= vault
        made += 1
    lay_keys(rng, cells, ends[0], behind, made)
    return behind


def lay_keys(rng: np.random.Generator, cells: Cells, start: Cell, behind: Mask, count: int) -> None:
    """Lay ``count`` keys outside of ``behind``, preferably far from the start and in nooks."""
    steps = distances(CORE.open[cells] & (cells != LOCK), [start])
    weights = (
        (steps.clip(0) + 1.0) * (1 + around(~CORE.open[cells])) * (ground(cells) & ~behind & (steps > 0))
    )
    spots = pick(rng, weights, count, apart=2)
    for cell in spots:
        cells[cell] = KEY
    for cell in np.argwhere(cells == LOCK)[len(spots) :]:
        cells[tuple(cell)] = FLOOR


def _narrows(rng: np.random.Generator, cells: Cells) -> list[Cell]:
    """Return floor cells between two walls with open cells at the two other sides, shuffled, at most 24."""
    walk, wall = np.pad(CORE.open[cells], 1), np.pad(cells == WALL, 1)
    across = wall[:-2, 1:-1] & wall[2:, 1:-1] & walk[1:-1, :-2] & walk[1:-1, 2:]
    along = wall[1:-1, :-2] & wall[1:-1, 2:] & walk[:-2, 1:-1] & walk[2:, 1:-1]
    found = np.argwhere(ground(cells) & (across | along))
    return [(int(y), int(x)) for y, x in rng.permutation(found)[:24]]


def _cut_off(walk: Mask, cell: Cell, ends: tuple[Cell, Cell]) -> Mask | None:
    """Return the part of 3 cells to a quarter of the map that ``cell`` alone joins to both ends, if any."""
    rest = walk.copy()
    rest[cell] = False
    labels, sizes = regions(rest)
    if len(sizes) != 3 or labels[ends[0]] != labels[ends[1]]:
        return None
    chamber = labels == 3 - labels[ends[0]]
    return chamber if 3 <= chamber.sum() <= walk.sum() / 4 else None


def _dig_vault(rng: np.random.Generator, cells: Cells, taken: Mask) -> Mask | None:
    """Dig a small locked chamber into rock beside open ground and return it; None if nowhere fits."""
    height, width = (int(n) for n in rng.integers(2, 4, 2))
    rock = (cells == WALL) & ~taken
    fits = np.argwhere(windows(rock, height + 2, width + 2))
    bare = ground(cells)
    for y, x in rng.permutation(fits)[:30]:
        doors = []
        for i in range(1, width + 1):
            doors += [((y, x + i), (y - 1, x + i)), ((y + height + 1, x + i), (y + height + 2, x + i))]
        for i in range(1, height + 1):
            doors += [((y + i, x), (y + i, x - 1)), ((y + i, x + width + 1), (y + i, x + width + 2))]
        fit = [
            door
            for door, (fy, fx) in doors
            if 0 < fy < cells.shape[0] and 0 < fx < cells.shape[1] and bare[fy, fx] and not taken[fy, fx]
        ]
        if not fit:
            continue
        door = fit[int(rng.integers(len(fit)))]
        room = np.zeros(cells.shape, bool)
        room[y + 1 : y + height + 1, x + 1 : x + width + 1] = True
        cells[room] = FLOOR
        cells[int(door[0]), int(door[1])] = LOCK
        return room
    return None


def place_hoards(rng: np.random.Generator, cells: Cells, chambers: Mask) -> None:
    """Put a chest or more into every locked chamber, and sometimes a guard."""
    labels, sizes = regions(chambers & CORE.open[cells])
    for label in range(1, len(sizes)):
        room = (labels == label) & ground(cells)
        for cell in pick(rng, room * (around(~CORE.open[cells]) + 0.1), 1 + (rng.random() < 0.4), 0):
            cells[cell] = CHEST
        if rng.random() < 0.3:
            for cell in pick(rng, (room & ground(cells)).astype(float), 1):
                cells[cell] = STRONG


def populate(
    rng: np.random.Generator,
    cells: Cells,
    ends: tuple[Cell, Cell],
    *,
    nooks: Field,
    wild: Field,
    enemies: float = 0.045,
    treasure: float = 0.04,
) -> None:
    """Lay treasure by ``nooks``, enemies by ``wild``, strong ones and a boss by the treasure and the exit.

    ``enemies`` and ``treasure`` are the highest shares of the open cells a map may get.
    """
    steps = distances(CORE.open[cells], [ends[0]])
    safe = grown_at(cells.shape, ends[0], 3)
    for cell in pick(rng, nooks * ground(cells) * (steps > 0), amount(rng, cells, treasure)):
        cells[cell] = CHEST if rng.random() < 0.45 else PICKUP
    guarded = grown(cells == CHEST, 2) | grown_at(cells.shape, ends[1], 4)
    bare = ground(cells) & ~safe & (steps > 0)
    if rng.random() < 0.2 and CORE.open[cells].sum() > 50:
        lair = grown_at(cells.shape, ends[1], 3) if rng.random() < 0.7 else grown(cells == CHEST)
        for cell in pick(rng, (bare & lair).astype(float), 1):
            cells[cell] = BOSS
    count = amount(rng, cells, enemies)
    strong = round(count * rng.random() ** 2 * 0.6)
    bare &= ground(cells)
    for cell in pick(rng, (bare & guarded) + 0.06 * bare, strong, apart=2):
        cells[cell] = STRONG
    bare &= ground(cells)
    packs = grown(np.isin(cells, (STRONG, BOSS)), 2)
    for cell in pick(rng, wild * bare * (1 + packs), count - strong, apart=int(rng.integers(0, 3))):
        cells[cell] = ENEMY


def grown_at(shape: tuple[int, int], cell: Cell, reach: int) -> Mask:
    """Return the square of cells within ``reach`` king's moves of ``cell``."""
    mask = np.zeros(shape, bool)
    y, x = cell
    mask[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = True
    return mask


def place_solid(
    rng: np.random.Generator, cells: Cells, tile: int, weights: Field, count: int, apart: int
) -> None:
    """Put up to ``count`` of a solid ``tile`` (people, crates) where they do not cut anything off."""
    walk = CORE.open[cells]
    doors = np.isin(cells, (CORE.id("door"), LOCK, BRIDGE))
    clear = ~(np.roll(doors, 1, 0) | np.roll(doors, -1, 0) | np.roll(doors, 1, 1) | np.roll(doors, -1, 1))
    for cell in pick(rng, weights * ground(cells) * clear, count, apart):
        if removable(walk, cell):
            cells[cell] = tile
            walk[cell] = False


def place_traps(rng: np.random.Generator, cells: Cells, count: int) -> None:
    """Put traps in the open, where a way leads round them."""
    free = ground(cells) & (around(CORE.open[cells] & (cells != TRAP)) == 8)
    for cell in pick(rng, free.astype(float), count, apart=2):
        cells[cell] = TRAP


def decorate(rng: np.random.Generator, cells: Cells, weights: Field, share: float) -> None:
    """Turn about ``share`` of the bare floor into decoration, likelier where ``weights`` are high."""
    bare = cells == FLOOR
    if bare.any():
        chance = weights * share / max(float(weights[bare].mean()), 1e-9)
        cells[bare & (rng.random(cells.shape) < chance)] = DECORATION
