"""Teachers of the theme maze: braided, hedge, catacombs.

Mazes grow on a lattice: its nodes stand at odd cells, with a wall's breadth
between them. Every teacher takes a generator, a width and a height (10 cells
or more each) and returns tile ids, shape (height, width). A few maps fail the
check; the caller draws again.
"""

from collections.abc import Callable

import numpy as np

from playloom_train.kinds.level.teachers.carve import (
    DECORATION,
    DOOR,
    FLOOR,
    PATH,
    TREE,
    WALL,
    WATER,
    Cells,
    exits,
    prune,
    tidy_doors,
    walkable,
)
from playloom_train.kinds.level.teachers.furnish import Habits, furnish
from playloom_train.kinds.level.teachers.rooms import Box, motif

_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))


def teach_braided(rng: np.random.Generator, width: int, height: int) -> Cells:
    """One-tile corridors and walls, with loops in place of many dead ends."""
    cells = _lattice(rng, width, height, WALL)
    _grow(rng, cells, twist=rng.random(), jump=rng.choice([0.0, 0.1, 0.5]))
    _braid(rng, cells, rng.uniform(0.2, 1.0))
    if rng.random() < 0.5:
        prune(cells, rng.random(), int(rng.integers(1, 12)), rng, WALL)
    if rng.random() < 0.4:
        _plazas(rng, cells, rng.uniform(0.005, 0.04))
    habits = Habits(solid=WALL, locks=(0.6, 0.25, 0.15), people=0.05, decoration=0.02, boss=0.12)
    return furnish(rng, cells, habits)


def teach_hedge(rng: np.random.Generator, width: int, height: int) -> Cells:
    """A garden of hedges, often symmetrical, with gravel paths, clearings and a fountain."""
    if rng.random() < 0.5:
        cells = _stretched(rng, width, height)
        _clear(rng, cells, int(rng.integers(0, 2 + width * height // 150)))
    else:
        cells = _garden(rng, width, height)
    if rng.random() < 0.4:
        prune(cells, rng.random(), int(rng.integers(1, 10)), rng, TREE)
    habits = Habits(solid=TREE, locks=(0.85, 0.1, 0.05), people=0.4, decoration=0.1, boss=0.08)
    return furnish(rng, cells, habits)


def _garden(rng: np.random.Generator, width: int, height: int) -> Cells:
    """A hedge maze whose right half mirrors its left, about an avenue or about a hedge with gates."""
    half = (width + 1) // 2
    avenue = width % 2 == 0 or rng.random() < 0.5
    left = _stretched(rng, half + avenue, height)[:, :half]
    _clear(rng, left, int(rng.integers(0, 2 + half * height // 150)))
    cells = np.full((height, width), TREE, np.uint8)
    cells[:, :half] = left
    cells[:, width - half :] = left[:, ::-1]
    if not avenue:
        rows = np.flatnonzero(walkable(cells[:, half - 2]))
        cells[rng.choice(rows, min(len(rows), int(rng.integers(1, 4))), replace=False), half - 1] = PATH
    if min(width, height) >= 14 and rng.random() < 0.6:
        deep, broad = (4 + side % 2 + 2 * int(rng.integers(2)) for side in (height, width))
        y, x = (height - deep) // 2, (width - broad) // 2
        square = cells[y : y + deep, x : x + broad]
        square[...] = FLOOR
        _fountain(rng, square)
    return cells


def _fountain(rng: np.random.Generator, square: Cells) -> None:
    """Water or flowers in the middle of ``square``, perhaps flowers in its corners."""
    square[1:-1, 1:-1] = WATER if rng.random() < 0.7 else DECORATION
    if rng.random() < 0.5:
        square[np.ix_([0, -1], [0, -1])] = DECORATION


def _clear(rng: np.random.Generator, cells: Cells, count: int) -> None:
    """Cut up to ``count`` clearings, apart from each other, into the hedges."""
    height, width = cells.shape
    for _ in range(count):
        deep, broad = (int(rng.integers(3, 6)) for _ in range(2))
        y, x = int(rng.integers(1, max(2, height - deep))), int(rng.integers(1, max(2, width - broad)))
        clearing = cells[y : min(y + deep, height - 1), x : min(x + broad, width - 1)]
        around = cells[y - 1 : y + deep + 1, x - 1 : x + broad + 1]
        if min(clearing.shape) < 3 or (around == FLOOR).any():
            continue
        clearing[...] = FLOOR
        kind = rng.integers(4)
        if kind == 0:
            _fountain(rng, clearing)
        elif kind == 1:
            motif(rng, cells, Box(x, y, x + clearing.shape[1], y + clearing.shape[0]), TREE)


def _stretched(rng: np.random.Generator, width: int, height: int) -> Cells:
    """A braided hedge maze with corridors one or two cells wide."""
    broad = rng.uniform(0.0, 1.0) if rng.random() < 0.6 else 0.0
    spans = [_spans(rng, side, broad) for side in (height, width)]
    cells = _lattice(rng, len(spans[1]), len(spans[0]), TREE)
    _grow(rng, cells, twist=rng.random(), jump=rng.choice([0.0, 0.1, 0.5]))
    _braid(rng, cells, rng.uniform(0.3, 1.0))
    cells[cells == FLOOR] = PATH
    result: Cells = np.repeat(np.repeat(cells, spans[0], axis=0), spans[1], axis=1)
    return result


def _spans(rng: np.random.Generator, side: int, broad: float) -> list[int]:
    """Return how many cells each line of a lattice takes: walls one, corridors one or two."""
    rest = side - 1
    count = min(rest // 2, max(-(-rest // 3), round(rest / (2 + broad))))
    wide = rng.permutation(count) < rest - 2 * count
    return [1, *(n for double in wide for n in (1 + int(double), 1))]


def teach_catacombs(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Small rooms set into a maze, doors at their mouths, traps beside the way."""
    cells = _lattice(rng, width, height, WALL)
    rooms = _insert_rooms(rng, cells, rng.uniform(0.02, 0.35))
    mouths = _grow(rng, cells, twist=rng.random(), jump=rng.choice([0.0, 0.1, 0.5]), rooms=rooms)
    _braid(rng, cells, rng.uniform(0.0, 0.6))
    prune(cells, rng.uniform(0.5, 1.0), int(rng.integers(2, 25)), rng, WALL)
    doors = rng.uniform(0.3, 1.0)
    for y, x in mouths:
        if cells[y, x] == FLOOR and rng.random() < doors:
            cells[y, x] = DOOR
    tidy_doors(cells)
    for room in rooms:
        if min(room.width, room.height) >= 3 and rng.random() < 0.3:
            motif(rng, cells, room, (WALL, DECORATION)[int(rng.integers(2))])
    habits = Habits(solid=WALL, locks=(0.3, 0.3, 0.25, 0.15), people=0.05, traps=0.06)
    return furnish(rng, cells, habits)


def _insert_rooms(rng: np.random.Generator, cells: Cells, share: float) -> list[Box]:
    """Carve rooms that fit the lattice until about ``share`` of the map is theirs."""
    rooms: list[Box] = []
    ys, xs = (np.flatnonzero((cells == FLOOR).any(axis=axis)) for axis in (1, 0))
    taken = np.zeros(cells.shape, np.bool_)
    for _ in range(40):
        deep, broad = (int(rng.choice([2, 2, 3, 3, 4])) for _ in range(2))
        if deep > len(ys) // 2 or broad > len(xs) // 2:
            continue
        i, j = int(rng.integers(len(ys) - deep + 1)), int(rng.integers(len(xs) - broad + 1))
        room = Box(int(xs[j]), int(ys[i]), int(xs[j + broad - 1]) + 1, int(ys[i + deep - 1]) + 1)
        around = np.s_[room.y0 - 1 : room.y1 + 1, room.x0 - 1 : room.x1 + 1]
        if taken[around].any():
            continue
        taken[around] = True
        cells[room.y0 : room.y1, room.x0 : room.x1] = FLOOR
        rooms.append(room)
        if taken.mean() > share:
            break
    return rooms


def _lattice(rng: np.random.Generator, width: int, height: int, solid: int) -> Cells:
    """Return solid ground with the nodes of a lattice open; a side of even length gets a thicker edge."""
    cells = np.full((height, width), solid, np.uint8)
    y, x = (1 + int(rng.integers(2)) * (side % 2 == 0) for side in (height, width))
    cells[y : height - 1 : 2, x : width - 1 : 2] = FLOOR
    return cells


def _grow(
    rng: np.random.Generator, cells: Cells, *, twist: float, jump: float, rooms: list[Box] | None = None
) -> list[tuple[int, int]]:
    """Join the nodes of the lattice to a tree; return the cells opened at the mouths of ``rooms``.

    Args:
        rng: Source of all choices.
        cells: Nodes open, all else solid; changed in place.
        twist: 0 for long straight corridors, 1 for winding ones.
        jump: Chance to go on from another node than the last: bushy rather than long.
        rooms: Open already; each is one node.

    Source: the growing tree of Buck 2015, Mazes for Programmers.
    """
    member = np.full(cells.shape, -1)
    for i, room in enumerate(rooms or ()):
        member[room.y0 : room.y1, room.x0 : room.x1] = i
    room_of = member.tolist()
    nodes = {(int(y), int(x)) for y, x in np.argwhere(cells == FLOOR) if _is_node(cells, y, x)}
    unseen = set(nodes)
    mouths: list[tuple[int, int]] = []

    def visit(node: tuple[int, int]) -> list[tuple[int, int]]:
        i = room_of[node[0]][node[1]]
        group = [node]
        if i >= 0 and rooms:
            room = rooms[i]
            group += [(y, x) for y in range(room.y0, room.y1, 2) for x in range(room.x0, room.x1, 2)]
        unseen.difference_update(group)
        return group

    origin = sorted(nodes)[int(rng.integers(len(nodes)))]
    active = [(node, (0, 0)) for node in visit(origin)]
    while active:
        at = int(rng.integers(len(active))) if rng.random() < jump else len(active) - 1
        (y, x), heading = active[at]
        ways = [(dy, dx) for dy, dx in _SIDES if (y + 2 * dy, x + 2 * dx) in unseen]
        if not ways:
            active.pop(at)
            continue
        straight = heading in ways and rng.random() > twist
        dy, dx = heading if straight else ways[int(rng.integers(len(ways)))]
        cells[y + dy, x + dx] = FLOOR
        to = (y + 2 * dy, x + 2 * dx)
        if (room_of[y][x] >= 0) or (room_of[to[0]][to[1]] >= 0):
            mouths.append((y + dy, x + dx))
        active += [(node, (dy, dx)) for node in visit(to)]
    return mouths


def _is_node(cells: Cells, y: int, x: int) -> bool:
    first_y, first_x = (int(np.argmax((cells == FLOOR).any(axis=axis))) for axis in (1, 0))
    return (y - first_y) % 2 == 0 and (x - first_x) % 2 == 0


def _braid(rng: np.random.Generator, cells: Cells, share: float) -> None:
    """Open the far side of ``share`` of the dead ends to a neighbour corridor."""
    height, width = cells.shape
    ground = walkable(cells)
    for y, x in rng.permutation(np.argwhere(ground & (exits(ground) == 1))):
        around = [(int(y) + dy, int(x) + dx, int(y) + 2 * dy, int(x) + 2 * dx) for dy, dx in _SIDES]
        if rng.random() >= share or sum(bool(ground[a, b]) for a, b, _, _ in around) != 1:
            continue
        ways = [
            (a, b) for a, b, c, d in around
            if 0 < c < height - 1 and 0 < d < width - 1 and ground[c, d] and not ground[a, b]
        ]  # fmt: skip
        if ways:
            a, b = ways[int(rng.integers(len(ways)))]
            cells[a, b] = FLOOR
            ground[a, b] = True


def _plazas(rng: np.random.Generator, cells: Cells, share: float) -> None:
    """Clear the walls around ``share`` of the places, so that corridors widen into little squares."""
    ground = walkable(cells)
    for y, x in np.argwhere(ground & (rng.random(cells.shape) < share)):
        y0, x0 = min(max(y, 2), cells.shape[0] - 3), min(max(x, 2), cells.shape[1] - 3)
        cells[y0 - 1 : y0 + 2, x0 - 1 : x0 + 2] = FLOOR


STYLES: dict[str, Callable[[np.random.Generator, int, int], Cells]] = {
    "braided": teach_braided,
    "hedge": teach_hedge,
    "catacombs": teach_catacombs,
}
