"""Rooms by binary space partition, the corridors that join them, and what makes a room handsome.

Source: binary space partition of dungeons as in Shaker et al. 2016, Procedural
Content Generation in Games, chapter 3.
"""

from dataclasses import dataclass

import numpy as np

from playloom_train.kinds.level.teachers.carve import DOOR, FLOOR, WATER, Cells, walkable


@dataclass(frozen=True)
class Box:
    """Cells x0 <= x < x1, y0 <= y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Rows."""
        return self.y1 - self.y0

    def turned(self) -> "Box":
        """Return the box with x and y exchanged."""
        return Box(self.y0, self.x0, self.y1, self.x1)


@dataclass(frozen=True)
class Seam:
    """A band of rock between two groups of boxes (given by index); on its one side x < at, if upright."""

    upright: bool
    at: int
    before: list[int]
    after: list[int]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a map is divided into rooms."""

    least: int  # smallest side of a box
    band: int  # cells between boxes; corridors run here
    inset: int  # cells between a box and its room, at least
    fill: float  # 0..1, how much of its box a room takes
    stop: float  # chance to leave a box whole that could be divided
    largest: int  # boxes with a longer side are always divided


def partition(rng: np.random.Generator, box: Box, plan: Plan) -> tuple[list[Box], list[Seam]]:
    """Divide ``box``; return the boxes and the seams between them, innermost first."""
    boxes: list[Box] = []
    seams: list[Seam] = []

    def divide(box: Box) -> list[int]:
        need = 2 * plan.least + plan.band
        big = max(box.width, box.height) > plan.largest
        ways = [upright for upright, side in ((True, box.width), (False, box.height)) if side >= need]
        if not ways or (not big and rng.random() < plan.stop):
            boxes.append(box)
            return [len(boxes) - 1]
        if len(ways) == 2 and box.width != box.height and rng.random() < 0.75:
            ways = [box.width > box.height]
        upright = ways[int(rng.integers(len(ways)))]
        one = box if upright else box.turned()
        at = int(rng.integers(one.x0 + plan.least, one.x1 - plan.least - plan.band + 1))
        first = Box(one.x0, one.y0, at, one.y1)
        second = Box(at + plan.band, one.y0, one.x1, one.y1)
        before = divide(first if upright else first.turned())
        after = divide(second if upright else second.turned())
        seams.append(Seam(upright, at, before, after))
        return before + after

    divide(box)
    return boxes, seams


def room_in(rng: np.random.Generator, box: Box, plan: Plan) -> Box:
    """Return a room somewhere in ``box``."""

    def span(low: int, high: int) -> tuple[int, int]:
        most = high - low - 2 * plan.inset
        least = min(most, max(2, plan.band, round(plan.fill * most)))
        length = int(rng.integers(least, most + 1))
        start = low + plan.inset + int(rng.integers(most - length + 1))
        return start, start + length

    (x0, x1), (y0, y1) = span(box.x0, box.x1), span(box.y0, box.y1)
    return Box(x0, y0, x1, y1)


def join(
    rng: np.random.Generator,
    cells: Cells,
    seam: Seam,
    boxes: list[Box],
    rooms: list[Box],
    *,
    wide: int = 1,
    doors: float = 0.0,
) -> None:
    """Carve a corridor, ``wide`` cells across, over ``seam`` between two rooms that face each other."""
    field = cells if seam.upright else cells.T
    turn = (lambda b: b) if seam.upright else Box.turned
    left = [turn(rooms[i]) for i in seam.before if turn(boxes[i]).x1 == seam.at]
    right = [turn(rooms[i]) for i in seam.after if turn(boxes[i]).x0 == seam.at + wide]
    pairs = [(min(a.y1, b.y1) - max(a.y0, b.y0) + 3 * rng.random(), a, b) for a in left for b in right]
    _, a, b = max(pairs, key=lambda pair: pair[0])
    low, high = max(a.y0, b.y0), min(a.y1, b.y1)
    if high - low >= wide:
        trim = int(high - low >= wide + 2)  # not along a room's wall where there is a choice
        y = int(rng.integers(low + trim, high - wide - trim + 1))
        rows = (y, y)
    else:
        first, second = (int(rng.integers(r.y0, max(r.y0, r.y1 - wide) + 1)) for r in (a, b))
        rows = (first, second)
    band = field[min(rows) : max(rows) + wide, seam.at : seam.at + wide]
    band[...] = FLOOR
    for row, side, step in ((rows[0], seam.at - 1, -1), (rows[1], seam.at + wide, 1)):
        x = side
        while not walkable(field[row : row + wide, x]).all():
            field[row : row + wide, x] = FLOOR
            x += step
    if wide == 1:
        for row, x in ((rows[0], a.x1), (rows[1], b.x0 - 1)):
            if rng.random() < doors:
                field[row, x] = DOOR


def shape(rng: np.random.Generator, cells: Cells, room: Box, solid: int, plainness: float) -> None:
    """Carve ``room``: a rectangle, or one with its corners cut, an oval, or a cross."""
    inside = cells[room.y0 : room.y1, room.x0 : room.x1]
    inside[...] = FLOOR
    height, width = inside.shape
    if min(height, width) < 4 or rng.random() < plainness:
        return
    y = abs(np.arange(height) - (height - 1) / 2)[:, None] / (height / 2)
    x = abs(np.arange(width) - (width - 1) / 2)[None] / (width / 2)
    kind = rng.integers(3)
    if kind == 0:  # cut corners
        inside[np.ix_([0, -1], [0, -1])] = solid
    elif kind == 1:
        inside[y**2 + x**2 > 1.12] = solid
    else:
        inside[(y > rng.uniform(0.4, 0.7)) & (x > rng.uniform(0.4, 0.7))] = solid


def motif(rng: np.random.Generator, cells: Cells, room: Box, tile: int) -> None:
    """Set ``tile`` in a pattern inside ``room``, away from its walls so that the way round stays open."""
    inside = cells[room.y0 + 1 : room.y1 - 1, room.x0 + 1 : room.x1 - 1]
    height, width = inside.shape
    if min(height, width) < 1:
        return
    pattern = np.zeros((height, width), np.bool_)
    kind = 3 if tile == WATER else rng.integers(4)  # water gathers in one basin
    gap = int(rng.integers(2, 4))
    if kind == 0 or min(height, width) < 3:  # a grid
        pattern[(height - 1) % gap // 2 :: gap, (width - 1) % gap // 2 :: gap] = True
    elif kind == 1:  # four posts
        pattern[np.ix_([0, -1], [0, -1])] = True
    elif kind == 2:  # two rows along the longer side
        rows = pattern if width >= height else pattern.T
        rows[:: max(2, rows.shape[0] - 1), (rows.shape[1] - 1) % gap // 2 :: gap] = True
    else:  # a block in the middle
        deep, broad = (max(1, n // 2 - (n // 2 + n) % 2) for n in (height, width))
        y, x = (height - deep) // 2, (width - broad) // 2
        pattern[y : y + deep, x : x + broad] = True
    inside[pattern & (inside == FLOOR)] = tile
