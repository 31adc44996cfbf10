"""Teachers of the theme metroidvania: shafts, caverns.

Every teacher takes a generator, a width and a height (10 cells or more each) and returns tile ids,
shape (height, width). A few maps fail the check; the caller draws again.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from playloom_train.kinds.level.teachers.metroidvania_rooms import (
    Link,
    Room,
    between,
    bound,
    far_apart,
    furnish_room,
    links_of,
    lockable,
    open_link,
)
from playloom_train.kinds.level.teachers.platformer import Land, furnished
from playloom_train.kinds.level.teachers.platformer_land import (
    AIR,
    LAVA,
    LOCK,
    SPIKES,
    WALL,
    WATER,
    Cells,
    Mask,
    Rng,
    floors,
)
from playloom_train.kinds.level.teachers.platformer_objects import Habits


def shafts(rng: Rng, width: int, height: int) -> Cells:
    """Rooms in solid rock joined by doorways and by shafts with ladders and ledges; some doors are locked."""
    return furnished(rng, width, height, _shafts)


def caverns(rng: Rng, width: int, height: int) -> Cells:
    """Caves grown in rock, wider than tall, with pools, spikes and ways up their walls."""
    return furnished(rng, width, height, _caverns)


def _shafts(rng: Rng, width: int, height: int) -> Land:
    cells = np.full((height, width), WALL, np.uint8)
    rooms = between(
        rng, Room(1, 1, width - 1, height - 1), tall=int(rng.integers(6, 11)), wide=int(rng.integers(8, 17))
    )
    for room in rooms:
        cells[room.y0 : room.y1, room.x0 : room.x1] = AIR
    links = bound(rng, len(rooms), links_of(rooms), loops=rng.uniform(0.0, 0.5))
    first, last = far_apart(rng, len(rooms), links)
    doors, ladders = rng.uniform(0.1, 0.7), rng.uniform(0.3, 0.9)
    busy = rng.uniform(0.3, 1.0)
    for room in rooms:
        if rng.random() < busy:
            furnish_room(rng, cells, room)
    locked = _locked(rng, len(rooms), links, first)
    for link in links:
        open_link(rng, cells, rooms, link, locked=link in locked, lock=LOCK, doors=doors, ladders=ladders)
    habits = Habits(
        enemies=rng.uniform(0, 0.16),
        coins=rng.uniform(0.0, 0.7),
        chests=rng.uniform(0.1, 0.9),
        plants=rng.uniform(0.0, 0.15),
        windows=0.2,
        people=0.15,
        boss=0.2,
        vaults=0.12,
        ladders=ladders,
    )
    return cells, (rooms[first].spot(rng), rooms[last].spot(rng)), habits


def _locked(rng: Rng, count: int, links: list[Link], first: int) -> list[Link]:
    """Return up to three doorways to lock, each the only way to some rooms."""
    able = lockable(count, links, first)
    wanted = int(rng.choice(4, p=[0.35, 0.3, 0.2, 0.15]))
    return [able[i] for i in rng.permutation(len(able))[:wanted]]


def _caverns(rng: Rng, width: int, height: int) -> Land:
    cells = np.full((height, width), WALL, np.uint8)
    hollow = _hollow(rng, (height, width))
    cells[hollow] = AIR
    _even(rng, cells)
    liquid = (WATER, WATER, LAVA, SPIKES)[int(rng.integers(4))]
    _pools(rng, cells, liquid, rng.uniform(0.0, 0.7))
    labels, count = ndimage.label(cells == AIR)
    home = int(np.bincount(labels.ravel())[1:].argmax()) + 1 if count else 0
    cave = labels == home
    xs = np.flatnonzero(cave.any(axis=0))
    ends = []
    for x in (int(xs[0]), int(xs[-1])) if rng.random() < 0.7 else (int(xs[-1]), int(xs[0])):
        rows = np.flatnonzero(cave[:, x])
        ends.append((int(rows[-1]), x))
    if rng.random() < 0.4:  # from the bottom to the top or back
        ys = np.flatnonzero(cave.any(axis=1))
        for i, y in enumerate((int(ys[0]), int(ys[-1]))):
            ends[i] = (y, int(rng.choice(np.flatnonzero(cave[y]))))
    habits = Habits(
        enemies=rng.uniform(0, 0.16),
        coins=rng.uniform(0.0, 0.7),
        chests=rng.uniform(0.1, 0.9),
        trees=rng.uniform(0.0, 0.08),
        plants=rng.uniform(0.02, 0.3),
        people=0.12,
        boss=0.15,
        vaults=0.3,
        ladders=rng.uniform(0.1, 0.7),
    )
    return cells, (ends[0], ends[1]), habits


def _hollow(rng: Rng, shape: tuple[int, int]) -> Mask:
    """Return caves wider than tall: a cellular automaton whose neighbourhood is a lying oval."""
    height, width = shape
    rim = np.zeros(shape, np.bool_)
    rim[[0, -1]] = rim[:, [0, -1]] = True
    flat = rng.uniform(1.0, 2.2)
    swell = ndimage.gaussian_filter(rng.standard_normal(shape), (height / 8, width / 8))
    swell *= rng.uniform(0.0, 0.12) / max(1e-9, float(swell.std()))
    best = np.zeros(shape, np.bool_)
    for _ in range(3):
        noise = ndimage.gaussian_filter(
            rng.standard_normal(shape), (rng.uniform(0.9, 1.6), flat * rng.uniform(0.9, 1.6))
        )
        noise = noise / noise.std() * 0.35 + swell
        open_ = (noise > np.quantile(noise, rng.uniform(0.4, 0.6))) & ~rim
        for _ in range(2):
            open_ = (ndimage.uniform_filter(open_.astype(np.float64), 3) > 0.5) & ~rim
        joined = _joined(rng, open_)
        if joined.sum() > best.sum():
            best = joined
    return best


def _joined(rng: Rng, open_: Mask) -> Mask:
    """Keep the larger caves and dig passages two cells high between them."""
    labels, count = ndimage.label(open_)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    keep = [i for i in np.argsort(-sizes, kind="stable").tolist() if sizes[i] >= 12]
    result = np.isin(labels, keep)
    spots = [np.argwhere(labels == i) for i in keep]
    for i in range(1, len(keep)):
        a = spots[i][int(rng.integers(len(spots[i])))]
        others = np.concatenate(spots[:i])
        b = others[int((np.abs(others - a) @ np.array((2, 1)) + rng.uniform(0, 4, len(others))).argmin())]
        _passage(result, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])))
    result[[0, -1]] = False
    result[:, [0, -1]] = False
    return result


def _passage(open_: Mask, a: tuple[int, int], b: tuple[int, int]) -> None:
    (y, x), (y1, x1) = a, b
    while (y, x) != (y1, x1):
        open_[max(1, y - 1) : y + 1, x : x + 1] = True
        if abs(x1 - x) >= abs(y1 - y):
            x += int(np.sign(x1 - x))
        else:
            y += int(np.sign(y1 - y))
    open_[y, x] = True


def _even(rng: Rng, cells: Cells) -> None:
    """Level the floors: fill notches, shave single stumps; leave a share as they are."""
    for _ in range(2):
        solid = cells == WALL
        notch = ~solid[:-1, 1:-1] & solid[1:, 1:-1] & solid[:-1, :-2] & solid[:-1, 2:]
        cells[:-1, 1:-1][notch & (rng.random(notch.shape) < 0.9)] = WALL
        solid = cells == WALL
        stump = solid[1:-1, 1:-1] & ~solid[:-2, 1:-1] & ~solid[1:-1, :-2] & ~solid[1:-1, 2:]
        cells[1:-1, 1:-1][stump & (rng.random(stump.shape) < 0.7)] = AIR


def _pools(rng: Rng, cells: Cells, liquid: int, share: float) -> None:
    """Sink pools of two to four cells into the floors; spikes stand on them instead."""
    height = len(cells)
    for y, x, long in floors(cells, 4):
        if rng.random() > share or y + 2 >= height:
            continue
        wide = int(rng.integers(2, min(4, long - 2) + 1))
        at = x + int(rng.integers(1, long - wide))
        if liquid == SPIKES:
            cells[y, at : at + wide] = SPIKES
            continue
        deep = int(rng.integers(1, 3))
        bed = cells[y + 1 : y + 2 + deep, at - 1 : at + wide + 1]
        if bed.shape[0] == deep + 1 and (bed == WALL).all() and y + 1 + deep < height:
            cells[y + 1 : y + 1 + deep, at : at + wide] = liquid


STYLES: dict[str, Callable[[Rng, int, int], Cells]] = {
    "shafts": shafts,
    "caverns": caverns,
}
