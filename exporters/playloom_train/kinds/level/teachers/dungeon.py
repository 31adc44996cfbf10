"""Teachers of the theme dungeon: rooms, halls, crypt, flooded.

Every teacher takes a generator, a width and a height (10 cells or more each)
and returns tile ids, shape (height, width). A few maps fail the check; the
caller draws again.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy import ndimage

from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers.carve import (
    BRIDGE,
    CRATE,
    DECORATION,
    DOOR,
    FLOOR,
    PATH,
    VOID,
    WALL,
    WATER,
    Cells,
    Mask,
    largest,
    tidy_doors,
    walkable,
)
from playloom_train.kinds.level.teachers.furnish import Habits, furnish
from playloom_train.kinds.level.teachers.rooms import Box, Plan, join, motif, partition, room_in, shape


def teach_rooms(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Rooms in solid rock, joined by one-tile corridors with doors at most room mouths."""
    cells = np.full((height, width), WALL, np.uint8)
    plan = Plan(
        least=int(rng.integers(5, 8)),
        band=1,
        inset=1,
        fill=rng.uniform(0.3, 1.0),
        stop=rng.uniform(0.0, 0.3),
        largest=int(rng.integers(9, 15)),
    )
    boxes, seams = partition(rng, Box(0, 0, width, height), plan)
    rooms = [room_in(rng, box, plan) for box in boxes]
    plainness = rng.uniform(0.5, 1.0)
    for room in rooms:
        shape(rng, cells, room, WALL, plainness)
    doors = rng.uniform(0.6, 1.0) if rng.random() < 0.85 else rng.uniform(0.0, 0.3)
    loops = rng.uniform(0.0, 0.4)
    for seam in seams:
        for _ in range(1 + int(rng.random() < loops)):
            join(rng, cells, seam, boxes, rooms, doors=doors)
    dressed = rng.uniform(0.0, 0.5)
    for room in rooms:
        if min(room.width, room.height) >= 5 and rng.random() < dressed:
            motif(rng, cells, room, (WALL, WALL, DECORATION, CRATE)[int(rng.integers(4))])
    tidy_doors(cells)
    return furnish(rng, cells, Habits(solid=WALL, locks=(0.35, 0.3, 0.2, 0.15), people=0.1))


def teach_halls(rng: np.random.Generator, width: int, height: int) -> Cells:
    """A few large halls with pillars and carpets, wide corridors, and nothing outside the walls."""
    cells = np.full((height, width), VOID, np.uint8)
    wide = int(rng.integers(2, 4)) if min(width, height) > 14 else 2
    plan = Plan(
        least=int(rng.integers(7, 11)) if min(width, height) > 22 else 6,
        band=wide,
        inset=1,
        fill=rng.uniform(0.5, 1.0),
        stop=rng.uniform(0.2, 0.7),
        largest=int(rng.integers(14, 22)),
    )
    boxes, seams = partition(rng, Box(0, 0, width, height), plan)
    halls = [room_in(rng, box, plan) for box in boxes]
    for hall in halls:
        shape(rng, cells, hall, VOID, 0.6)
    loops = rng.uniform(0.0, 0.6)
    for seam in seams:
        for _ in range(1 + int(rng.random() < loops)):
            join(rng, cells, seam, boxes, halls, wide=wide)
    adorned = rng.uniform(0.3, 1.0)
    for hall in halls:
        if rng.random() < adorned:
            _adorn(rng, cells, hall)
    _frame(cells)
    if rng.random() < 0.75:
        _gates(rng, cells, halls, rng.uniform(0.3, 1.0))
    tidy_doors(cells)
    habits = Habits(solid=VOID, locks=(0.45, 0.3, 0.15, 0.1), people=0.15, decoration=0.08, boss=0.35)
    return furnish(rng, cells, habits)


def _frame(cells: Cells) -> None:
    """Put a wall one tile thick around all that is not void."""
    used = cells != VOID
    cells[ndimage.binary_dilation(used, np.ones((3, 3), np.bool_)) & ~used] = WALL


def _adorn(rng: np.random.Generator, cells: Cells, hall: Box) -> None:
    """A carpet down the middle or around, and pillars or a low wall of furniture."""
    inside = cells[hall.y0 : hall.y1, hall.x0 : hall.x1]
    if min(inside.shape) < 4:
        return
    kind = rng.integers(4)
    long = inside if inside.shape[1] >= inside.shape[0] else inside.T
    if kind == 0:
        middle = long[(long.shape[0] - 1) // 2 : long.shape[0] // 2 + 1, 1:-1]
        middle[middle == FLOOR] = PATH
    elif kind == 1 and min(inside.shape) >= 5:
        core = inside[1:-1, 1:-1]
        core[core == FLOOR] = PATH
        core[1:-1, 1:-1][core[1:-1, 1:-1] == PATH] = FLOOR
    motif(rng, cells, hall, (WALL, WALL, WALL, DECORATION, WATER)[int(rng.integers(5))])


def _gates(rng: np.random.Generator, cells: Cells, halls: list[Box], share: float) -> None:
    """Narrow some mouths of the halls to one door in a wall."""
    for hall in halls:
        for field, box in ((cells, hall), (cells.T, hall.turned())):
            for x in (box.x0 - 1, box.x1):
                line = field[:, x]
                ways = np.flatnonzero(walkable(line)[box.y0 : box.y1]) + box.y0
                runs = np.split(ways, np.flatnonzero(np.diff(ways) > 1) + 1) if len(ways) else []
                for run in runs:
                    beyond = field[run, x - 1 if x < box.x0 else x + 1]
                    if 2 <= len(run) <= 3 and rng.random() < share and walkable(beyond).all():
                        line[run] = WALL
                        line[run[len(run) // 2]] = DOOR


def teach_crypt(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Small chambers wall to wall, doors between them, and locks whose keys lie elsewhere."""
    cells = np.full((height, width), WALL, np.uint8)
    plan = Plan(
        least=int(rng.integers(2, 5)),
        band=1,
        inset=0,
        fill=1.0 if rng.random() < 0.5 else rng.uniform(0.5, 1.0),
        stop=rng.uniform(0.3, 0.9),
        largest=int(rng.integers(5, 9)),
    )
    boxes, seams = partition(rng, Box(1, 1, width - 1, height - 1), plan)
    chambers = [room_in(rng, box, plan) for box in boxes]
    plainness = rng.uniform(0.7, 1.0)
    for chamber in chambers:
        shape(rng, cells, chamber, WALL, plainness)
    doors = rng.uniform(0.5, 1.0)
    loops = rng.uniform(0.0, 0.35)
    for seam in seams:
        for _ in range(1 + int(rng.random() < loops)):
            join(rng, cells, seam, boxes, chambers, doors=doors)
    buried = rng.uniform(0.0, 0.7)
    for chamber in chambers:
        if min(chamber.width, chamber.height) >= 3 and rng.random() < buried:
            motif(rng, cells, chamber, (WALL, DECORATION, DECORATION, CRATE)[int(rng.integers(4))])
    tidy_doors(cells)
    habits = Habits(solid=WALL, locks=(0.1, 0.2, 0.25, 0.25, 0.2), people=0.04, traps=0.02, boss=0.25)
    return furnish(rng, cells, habits)


def teach_flooded(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Irregular overlapping rooms with pools and channels, bridged where the way would end."""
    cells = np.full((height, width), WALL, np.uint8)
    _overlap(rng, cells)
    ground = largest(walkable(cells))
    cells[~ground] = WALL
    depth = ndimage.gaussian_filter(rng.standard_normal(cells.shape), rng.uniform(1.3, 2.6))
    pools = ground & (depth > np.quantile(depth[ground], 1 - rng.uniform(0.1, 0.6)))
    pools &= ndimage.binary_opening(ground, np.ones((3, 3), np.bool_))  # pools leave corridors dry
    if rng.random() < 0.6:
        pools |= ground & _channel(rng, width, height)
    cells[ndimage.binary_opening(pools, np.ones((2, 2), np.bool_))] = WATER
    for y, x in rng.permutation(np.argwhere(cells == FLOOR))[: int(rng.integers(0, 1 + ground.sum() // 40))]:
        if ndimage.minimum(walkable(cells)[y - 1 : y + 2, x - 1 : x + 2]):
            cells[y, x] = CRATE
    _bridge(rng, cells)
    habits = Habits(solid=WATER, locks=(0.5, 0.3, 0.2), people=0.1, decoration=0.06, boss=0.15)
    return furnish(rng, cells, habits)


def _overlap(rng: np.random.Generator, cells: Cells) -> None:
    """Carve boxes, ovals and crosses that reach into one another, and passages between the others."""
    height, width = cells.shape
    plan = Plan(
        least=int(rng.integers(5, 8)),
        band=int(rng.integers(1, 3)),
        inset=1,
        fill=rng.uniform(0.4, 1.0),
        stop=rng.uniform(0.1, 0.6),
        largest=int(rng.integers(9, 16)),
    )
    boxes, seams = partition(rng, Box(0, 0, width, height), plan)
    rooms = [room_in(rng, box, plan) for box in boxes]
    swell = int(rng.integers(1, 6))
    for room in rooms:
        x0, y0 = (max(1, n - int(rng.integers(swell))) for n in (room.x0, room.y0))
        x1 = min(width - 1, room.x1 + int(rng.integers(swell)))
        y1 = min(height - 1, room.y1 + int(rng.integers(swell)))
        whole = cells[y0:y1, x0:x1].copy()
        shape(rng, cells, Box(x0, y0, x1, y1), WALL, 0.3)
        cells[y0:y1, x0:x1][whole == FLOOR] = FLOOR
    for seam in seams:
        for _ in range(1 + int(rng.random() < 0.25)):
            join(rng, cells, seam, boxes, rooms, wide=plan.band, doors=0.6)
    ragged = ndimage.gaussian_filter((cells != WALL) * 1.0, 0.8)
    ragged += rng.uniform(0.0, 0.09) * rng.standard_normal(cells.shape)
    worn = (ragged > 0.45) & (cells == WALL)
    cells[1:-1, 1:-1][worn[1:-1, 1:-1]] = FLOOR
    tidy_doors(cells)


def _channel(rng: np.random.Generator, width: int, height: int) -> Mask:
    """A band of water that winds from one side of the map to the other."""
    upright = rng.random() < 0.5
    long, across = (height, width) if upright else (width, height)
    at = across / 2 + np.cumsum(ndimage.gaussian_filter1d(rng.standard_normal(long), 2.0)) * 1.5
    at += rng.uniform(-across / 5, across / 5)
    band = abs(np.arange(across)[None] - at[:, None]) <= rng.uniform(0.8, 1.8)
    return band if upright else band.T


def _bridge(rng: np.random.Generator, cells: Cells) -> None:
    """Lay straight bridges until the dry land is one, then a few more; bent ones where none is straight."""
    extra = int(rng.integers(0, 3))
    crossings = [run for field in (cells, cells.T) for run in _crossings(field, field is not cells)]
    crossings.sort(key=lambda run: len(run[0]) + 3 * rng.random())
    pieces, count = ndimage.label(walkable(cells))
    home = list(range(count + 1))
    for ys, xs, a, b in crossings:
        one, other = home[int(pieces[a])], home[int(pieces[b])]
        clear = not ndimage.binary_dilation(cells == BRIDGE, np.ones((3, 3), np.bool_))[ys, xs].any()
        if not clear or (one == other and (extra <= 0 or len(ys) < 2)):
            continue
        extra -= one == other
        cells[ys, xs] = BRIDGE
        home = [other if piece == one else piece for piece in home]
    for _ in range(count):
        pieces, left = ndimage.label(walkable(cells))
        if left < 2:
            return
        sizes = np.bincount(pieces.ravel())[1:]
        island = pieces == 1 + sizes.argmin()
        if sizes.min() < 4:
            cells[island] = WATER
        else:
            _ford(cells, island)


def _ford(cells: Cells, island: Mask) -> None:
    """Lay a bridge over water by a shortest way from ``island`` to any other land, if there is one."""
    width = cells.shape[1]
    flat = cells.ravel()
    queue = np.flatnonzero(island).tolist()
    before = dict.fromkeys(queue, -1)
    for cell in queue:
        for to in (cell - width, cell + width, cell - 1, cell + 1):
            if to in before:
                continue
            if flat[to] == WATER:
                before[to] = cell
                queue.append(to)
            elif CORE.open[flat[to]]:
                at = cell
                while before[at] >= 0:
                    flat[at] = BRIDGE
                    at = before[at]
                return


def _crossings(
    field: Cells, turned: bool
) -> list[tuple[np.ndarray, np.ndarray, tuple[int, int], tuple[int, int]]]:
    """Return straight runs over water, row by row, between dry cells: ys, xs, and the two dry cells."""
    found = []
    dry = walkable(field)
    for y in range(1, field.shape[0] - 1):
        ends = np.flatnonzero(dry[y])
        for x0, x1 in pairwise(ends):
            if 1 < x1 - x0 <= 8 and (field[y, x0 + 1 : x1] == WATER).all():
                xs = np.arange(x0 + 1, x1)
                ys = np.full_like(xs, y)
                a, b = (y, int(x0)), (y, int(x1))
                found.append((xs, ys, a[::-1], b[::-1]) if turned else (ys, xs, a, b))
    return found


STYLES: dict[str, Callable[[np.random.Generator, int, int], Cells]] = {
    "rooms": teach_rooms,
    "halls": teach_halls,
    "crypt": teach_crypt,
    "flooded": teach_flooded,
}
