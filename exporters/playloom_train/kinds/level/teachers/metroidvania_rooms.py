"""Rooms of a metroidvania seen from the side: cut, joined, opened to one another, filled."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playloom_train.kinds.level.teachers.platformer_land import (
    AIR,
    CRATE,
    DOOR,
    LADDER,
    LAVA,
    LEDGE,
    RISE,
    SPIKES,
    WALL,
    WATER,
    Cell,
    Cells,
    Rng,
    odds,
)


@dataclass(frozen=True)
class Room:
    """Columns x0..x1 and rows y0..y1, the latter excluded."""

    x0: int
    y0: int
    x1: int
    y1: int

    def spot(self, rng: Rng) -> Cell:
        """Return a cell on the floor."""
        return self.y1 - 1, int(rng.integers(self.x0, self.x1))


@dataclass(frozen=True)
class Link:
    """Two rooms that a wall parts: side by side (then the first is left), or the first above the second."""

    a: int
    b: int
    beside: bool
    low: int  # range of rows, or of columns, that both rooms have
    high: int


def between(rng: Rng, whole: Room, *, tall: int, wide: int) -> list[Room]:
    """Cut a rectangle into rooms about ``tall`` x ``wide`` at most, with one or two cells of rock between."""
    width, height = whole.x1 - whole.x0, whole.y1 - whole.y0
    stop = rng.random() < 0.12 and width * height < 3 * tall * wide
    across = width > wide and width >= 10
    down = height > tall and height >= 10
    if stop or not (across or down):
        return [whole]
    wall = 1 if rng.random() < 0.6 else 2
    if across and (not down or rng.random() * width / wide > rng.random() * height / tall):
        cut = whole.x0 + int(rng.integers(4, width - 4 - wall + 1))
        halves = Room(whole.x0, whole.y0, cut, whole.y1), Room(cut + wall, whole.y0, whole.x1, whole.y1)
    else:
        cut = whole.y0 + int(rng.integers(4, height - 4 - wall + 1))
        halves = Room(whole.x0, whole.y0, whole.x1, cut), Room(whole.x0, cut + wall, whole.x1, whole.y1)
    return [room for half in halves for room in between(rng, half, tall=tall, wide=wide)]


def links_of(rooms: list[Room]) -> list[Link]:
    """Return all pairs of rooms that one or two cells of rock part."""
    found = []
    for i, a in enumerate(rooms):
        for j, b in enumerate(rooms):
            if 1 <= b.x0 - a.x1 <= 2:
                low, high = max(a.y0, b.y0), min(a.y1, b.y1)
                if high - low >= 3:
                    found.append(Link(i, j, True, low, high))
            if 1 <= b.y0 - a.y1 <= 2:
                low, high = max(a.x0, b.x0), min(a.x1, b.x1)
                if high - low >= 3:
                    found.append(Link(i, j, False, low, high))
    return found


def bound(rng: Rng, count: int, links: list[Link], *, loops: float) -> list[Link]:
    """Return a random tree of links over all rooms, and a share ``loops`` of the others."""
    home = list(range(count))
    kept = []
    for i in rng.permutation(len(links)):
        link = links[i]
        if home[link.a] != home[link.b]:
            home = [home[link.a] if one == home[link.b] else one for one in home]
            kept.append(link)
        elif rng.random() < loops * 0.6:
            kept.append(link)
    return kept


def _steps(count: int, links: list[Link], first: int, without: Link | None = None) -> list[int]:
    steps = [-1] * count
    steps[first] = 0
    queue = deque([first])
    while queue:
        at = queue.popleft()
        for link in links:
            for one, other in ((link.a, link.b), (link.b, link.a)):
                if link is not without and one == at and steps[other] < 0:
                    steps[other] = steps[at] + 1
                    queue.append(other)
    return steps


def far_apart(rng: Rng, count: int, links: list[Link]) -> tuple[int, int]:
    """Return two rooms with many others between."""
    steps = _steps(count, links, int(rng.integers(count)))
    first = int(np.argmax(steps))
    return first, int(np.argmax(_steps(count, links, first)))


def lockable(count: int, links: list[Link], first: int) -> list[Link]:
    """Return the doorways without which some room cannot be reached."""
    return [link for link in links if link.beside and min(_steps(count, links, first, link)) < 0]


def open_link(
    rng: Rng,
    cells: Cells,
    rooms: list[Room],
    link: Link,
    *,
    locked: bool,
    lock: int,
    doors: float,
    ladders: float,
) -> None:
    """Break through the rock of a link: a doorway at the floor, or a shaft with a ladder or ledges."""
    a, b = rooms[link.a], rooms[link.b]
    if link.beside:
        narrow = locked or rng.random() < doors
        tall = 1 if narrow else int(rng.integers(2, 4))
        y = link.high - 1
        cells[max(link.low, y - tall + 1) : y + 1, a.x1 : b.x0] = AIR
        for x, room in ((a.x1 - 1, a), (b.x0, b)):
            _clear(cells, y, x, room)
        if narrow:
            cells[y, a.x1 + int(rng.integers(0, b.x0 - a.x1))] = lock if locked else DOOR
        return
    x = int(rng.integers(link.low, link.high))
    floor = _floor(cells, b.y0, x)
    if rng.random() < ladders:
        cells[a.y1 - 1 : floor, x] = LADDER
        return
    wide = int(rng.integers(1, 4))
    x1 = min(link.high, x + wide)
    cells[a.y1 : b.y0, x:x1] = AIR
    cells[a.y1, x:x1] = LEDGE
    _ledges(rng, cells, (b.x0, b.x1), (x, x1), a.y1, floor)


def _clear(cells: Cells, y: int, x: int, room: Room) -> None:
    """Free the cell behind a doorway of what the room was filled with."""
    if cells[y, x] != AIR:
        cells[y, x] = AIR
        if y > room.y0:
            cells[y - 1, x] = AIR


def _floor(cells: Cells, y: int, x: int) -> int:
    """Return the first row from ``y`` down that is not free in column ``x``."""
    solid = np.flatnonzero(cells[y:, x] == WALL)
    return y + (int(solid[0]) if len(solid) else len(cells) - y)


def _ledges(
    rng: Rng, cells: Cells, room: tuple[int, int], hole: tuple[int, int], top: int, floor: int
) -> None:
    """Hang ledges from the floor up to under the hole, each within a jump of the one below."""
    y = floor - int(rng.integers(2, RISE + 1))
    x = hole[0]
    while y > top + 1:
        wide = int(rng.integers(2, 5))
        x = int(
            np.clip(x + int(rng.integers(-2, 3)), max(room[0], hole[0] - 2), min(room[1] - 1, hole[1] + 1))
        )
        row = cells[y, x : min(room[1], x + wide)]
        row[row == AIR] = LEDGE
        y -= int(rng.integers(2, RISE + 1))


def furnish_room(rng: Rng, cells: Cells, room: Room) -> None:
    """Fill a room with one of a few things: steps, ledges, pillars, spikes, a pool, crates, a rough roof."""
    inside = cells[room.y0 : room.y1, room.x0 : room.x1]
    if inside.shape[0] < 3 or inside.shape[1] < 4:
        return
    kind = odds(rng, steps=1, ledges=1.6, pillars=0.8, roof=0.8, block=0.6, spikes=0.8, pool=0.8, crates=0.7)
    if kind in _INTERIORS:
        _INTERIORS[kind](rng, inside)
    else:
        _hurdle(rng, cells, room, kind)


def _stepped(rng: Rng, inside: Cells) -> None:
    """Raise the ground towards one side."""
    tall, wide = inside.shape
    at_left, up = rng.random() < 0.5, 1
    for n in range(int(rng.integers(1, 4))):
        if up >= tall - 2:
            return
        long = int(rng.integers(1, max(2, wide // 3))) * (n + 1)
        inside[tall - up :, slice(0, long) if at_left else slice(wide - long, None)] = WALL
        up += int(rng.integers(0, 3))


def _ledged(rng: Rng, inside: Cells) -> None:
    """Hang ledges one above the other up to the roof."""
    tall, wide = inside.shape
    y = tall - int(rng.integers(2, RISE + 1))
    while y > 1:
        for _ in range(int(rng.integers(1, 3))):
            long = int(rng.integers(1, max(2, min(6, wide // 2))))
            x = int(rng.integers(0, wide - long + 1))
            inside[y, x : x + long] = LEDGE if rng.random() < 0.75 else WALL
        y -= int(rng.integers(2, RISE + 1))


def _pillared(rng: Rng, inside: Cells) -> None:
    """Set low pillars in a row."""
    tall, wide = inside.shape
    step = int(rng.integers(3, 6))
    for x in range(int(rng.integers(1, step)), wide - 1, step):
        inside[tall - int(rng.integers(1, min(RISE, tall - 2) + 1)) :, x] = WALL


def _roofed(rng: Rng, inside: Cells) -> None:
    """Let rock hang from the roof."""
    tall, wide = inside.shape
    for x in range(int(rng.integers(0, 3)), wide, int(rng.integers(2, 6))):
        deep = int(rng.integers(1, max(2, min(5, tall - 3))))
        inside[:deep, x : x + int(rng.integers(1, 4))] = WALL


def _blocked(rng: Rng, inside: Cells) -> None:
    """Leave a block of rock in mid air."""
    tall, wide = inside.shape
    if tall > 5 and wide > 6:
        y, x = int(rng.integers(2, tall - 3)), int(rng.integers(2, wide - 4))
        inside[y : y + int(rng.integers(1, 3)), x : x + int(rng.integers(2, max(3, wide - x - 2)))] = WALL


_INTERIORS: dict[str, Callable[[Rng, Cells], None]] = {
    "steps": _stepped,
    "ledges": _ledged,
    "pillars": _pillared,
    "roof": _roofed,
    "block": _blocked,
}


def _hurdle(rng: Rng, cells: Cells, room: Room, kind: str) -> None:
    """Lay spikes, a pool or crates along the floor."""
    wide = room.x1 - room.x0
    x = room.x0 + int(rng.integers(1, max(2, wide // 3)))
    liquid = LAVA if rng.random() < 0.3 else WATER
    while x < room.x1 - 2:
        long = min(int(rng.integers(1, 5)), room.x1 - 1 - x)
        bed = cells[room.y1 : room.y1 + 2, x - 1 : x + long + 1]
        if kind == "pool" and bed.shape[0] == 2 and (bed == WALL).all():
            cells[room.y1, x : x + long] = liquid
        elif kind == "crates":
            for n in range(x, x + min(long, 3)):
                cells[room.y1 - int(rng.integers(1, 3)) : room.y1, n] = CRATE
        else:
            cells[room.y1 - 1, x : x + long] = SPIKES
        x += long + int(rng.integers(3, 8))
