"""Ways up: what makes more of a side-view land reachable, and all of it safe to come back from."""

import numpy as np
from scipy import ndimage

from playloom_train.kinds.level.teachers.platformer_land import (
    AIR,
    CARRIES,
    LADDER,
    LEDGE,
    RISE,
    SOLID,
    SPIKES,
    Cell,
    Cells,
    Mask,
    Rng,
    drop,
    standing,
)
from playloom_train.kinds.level.teachers.platformer_reach import Reach, reach

_TALLEST = 24  # cells, of a ladder out of a pit


def open_up(rng: Rng, cells: Cells, start: Cell, *, ladders: float, turns: int = 6) -> None:
    """Lead up to ground that cannot be reached, by ladders (a share of the ways) or by ledges."""
    for _ in range(turns):
        found = reach(cells, start, None)
        lost = standing(cells) & (found.ticks < 0)
        labels, _ = ndimage.label(lost, np.ones((3, 3), np.bool_))
        options: dict[int, list[tuple[int, int, int, int]]] = {}
        for y, x in np.argwhere(lost).tolist():
            for side in (-1, 1):
                depth = _way_down(cells, found, y, x + side)
                if depth:
                    options.setdefault(int(labels[y, x]), []).append((y, x, side, depth))
        if not options:
            return
        for label in sorted(options):
            y, x, side, depth = options[label][int(rng.integers(len(options[label])))]
            if rng.random() < ladders:
                _ladder(cells, y, y + depth, x + side)
            else:
                ledges(rng, cells, (y, x + side), side, depth)


def _way_down(cells: Cells, found: Reach, y: int, x: int) -> int:
    """Return how far one falls beside lost ground onto reached ground, cells; 0 if not there."""
    if not 0 <= x < cells.shape[1] or cells[y, x] != AIR:
        return 0
    depth, safe = drop(cells, y, x)
    return depth if safe and depth > 0 and found.ticks[y + depth, x] >= 0 else 0


def _ladder(cells: Cells, top: int, bottom: int, x: int) -> None:
    column = cells[top : bottom + 1, x]
    column[column == AIR] = LADDER


def ledges(rng: Rng, cells: Cells, top: Cell, side: int, depth: int) -> None:
    """Put ledges one above the other beside a drop of ``depth`` cells, at most `RISE` apart."""
    y0, x0 = top
    y = y0 + depth + 1 - int(rng.integers(2, RISE + 1))
    shift = int(rng.integers(0, 2))
    while y > y0:
        wide = int(rng.integers(1, 4))
        for x in range(x0 + side * shift, x0 + side * (shift + wide), side):
            if not 0 <= x < cells.shape[1] or cells[y, x] != AIR:
                break
            cells[y, x] = LEDGE
        y -= int(rng.integers(2, RISE + 1))
        shift = 1 - shift if rng.random() < 0.5 else shift


def climb(rng: Rng, cells: Cells, x: int, top: int, bottom: int, *, ladders: float = 0.6) -> None:
    """Cut a way up in column ``x`` from the lowest to the highest ground between two rows."""
    column = cells[:, x]
    rows = [y for y in range(max(1, top), bottom) if SOLID[column[y]] and not SOLID[column[y - 1]]]
    if len(rows) < 2:
        return
    upper, lower = rows[0], rows[-1]
    if rng.random() < ladders:
        column[upper - 1 : lower] = LADDER
        return
    x0, x1 = max(0, x - 1), min(cells.shape[1], x + 2)
    shaft = cells[upper:lower, x0:x1]
    shaft[shaft != LADDER] = AIR
    cells[upper, x0:x1] = LEDGE
    y = lower - int(rng.integers(2, RISE + 1))
    aside = 0
    while y > upper + 1:
        aside = int(rng.integers(0, 3)) if rng.random() < 0.5 else aside
        row = cells[y, x0 + (aside == 1) : x1 - (aside == 2)]
        row[row == AIR] = LEDGE
        y -= int(rng.integers(2, RISE + 1))


def cure(rng: Rng, cells: Cells, found: Reach, *, kept: Mask, ladders: float = 0.65) -> bool:
    """Give places one cannot come back from a ladder, or spikes at their bottom; True if there were any."""
    held = found.stuck & standing(cells)
    if not held.any():
        return False
    labels, count = ndimage.label(held, np.ones((3, 3), np.bool_))
    for label in range(1, count + 1):
        pit = labels == label
        if not (rng.random() < ladders and _ladder_out(rng, cells, pit, found)):
            _spoil(cells, pit & ~kept)
    return True


def _ladder_out(rng: Rng, cells: Cells, pit: Mask, found: Reach) -> bool:
    """Stand a ladder at a wall of the pit, up to ground from which the exit is reached."""
    good = standing(cells) & (found.ticks >= 0) & ~found.stuck
    options = []
    for y, x in np.argwhere(pit).tolist():
        for top in range(y - 1, max(-1, y - _TALLEST), -1):
            if cells[top, x] != AIR:
                break
            if any(0 <= x + side < cells.shape[1] and good[top, x + side] for side in (-1, 1)):
                options.append((y, x, top))
                break
    if not options:
        return False
    y, x, top = options[int(rng.integers(len(options)))]
    cells[top : y + 1, x] = LADDER
    return True


def _spoil(cells: Cells, pit: Mask) -> None:
    """Make the floor of a pit deadly, or take away what carries there if that is a ledge or a ladder."""
    for y, x in np.argwhere(pit).tolist():
        if CARRIES[cells[y, x]]:
            cells[y, x] = AIR
        elif cells[y + 1, x] == LEDGE:
            cells[y + 1, x] = AIR
        elif cells[y + 1, x] == LADDER:
            cells[y, x] = LADDER if y and cells[y - 1, x] == LADDER else AIR
        elif SOLID[cells[y + 1, x]]:
            cells[y, x] = SPIKES
