"""Sokoban: warehouses as a random walk leaves them, rooms with a store, halls with pillars; each a puzzle.

The ground is drawn, goals are set in the way of the style, and the crates are
played backwards from them, so that they can be pushed there.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import ndimage

from playloom.kinds.level.push.board import Bits, Board, bits_of, cells_of, read_board
from playloom.kinds.level.push.wander import Wish, wander
from playloom.kinds.level.vocabulary import SOKOBAN
from playloom.seeds import Stream
from playloom_train.kinds.level.teachers.carve import Cells, largest
from playloom_train.kinds.level.teachers.rooms import Box, Plan, join, partition, room_in

VOID, FLOOR, WALL = (SOKOBAN.id(name) for name in ("void", "floor", "wall"))  # as in the core vocabulary
GOAL, CRATE, STORED = (SOKOBAN.id(name) for name in ("goal", "crate", "stored_crate"))
START, START_ON_GOAL = (SOKOBAN.id(name) for name in ("start", "start_on_goal"))

# What a step of the walk opens around the walker.
_TREADS = np.array(
    [
        [[0, 0, 0], [1, 1, 1], [0, 0, 0]],
        [[0, 1, 0], [0, 1, 0], [0, 1, 0]],
        [[0, 0, 0], [1, 1, 0], [0, 1, 0]],
        [[0, 0, 0], [1, 1, 0], [1, 1, 0]],
        [[0, 0, 0], [0, 1, 1], [0, 1, 0]],
    ],
    np.bool_,
)
_TURN = 0.35  # chance that the walk turns
_GROUNDS = 200  # drawn before it is given up
_ROOMS = Plan(least=3, band=1, inset=0, fill=0.75, stop=0.15, largest=8)

Ground = Callable[[np.random.Generator, int, int], Cells]
Chosen = Callable[[np.random.Generator, Board, int], Bits]


def warehouse(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Crooked halls, goals anywhere.

    Source: the random walk of Racaniere et al. 2017 (arXiv:1707.06203), appendix on Sokoban generation.
    """
    return _puzzle(rng, width, height, _walked, _anywhere, room=(6, 11))


def rooms(rng: np.random.Generator, width: int, height: int) -> Cells:
    """Rooms joined by passages; the goals are stacked in one place."""
    return _puzzle(rng, width, height, _roomed, _stacked)


def hall(rng: np.random.Generator, width: int, height: int) -> Cells:
    """One hall with pillars, alike on both sides; goals in a pattern."""
    return _puzzle(rng, width, height, _hall, _patterned)


STYLES = {"warehouse": warehouse, "rooms": rooms, "hall": hall}


def _puzzle(
    rng: np.random.Generator,
    width: int,
    height: int,
    ground: Ground,
    chosen: Chosen,
    room: tuple[int, int] = (7, 14),
) -> Cells:
    """Draw grounds until one holds a puzzle; return its cells. ``room``: open cells to a crate."""
    for _ in range(_GROUNDS):
        cells = ground(rng, width, height)
        floor = int((cells == FLOOR).sum())
        number = int(np.clip(round(floor / rng.uniform(*room)), 2, 8))
        if floor < 4 * number:
            continue
        goals = chosen(rng, read_board(cells, SOKOBAN), number)
        if goals.bit_count() != number:
            continue
        board = replace(read_board(cells, SOKOBAN), goals=goals, crates=goals)
        about = int(number * rng.uniform(3, 8))
        stream = Stream(int(rng.integers(1 << 62)), "teacher")
        found = wander(board, about, Wish(never=goals), stream)
        if found and found[-1].plays >= 2 * number:
            ends = [position for position in found if position.plays == found[-1].plays]
            end = max(ends, key=lambda position: position.bound)
            starts = list(cells_of(end.reached & ~goals))
            if starts:
                start = 1 << starts[int(rng.integers(len(starts)))]
                return _drawn(cells, replace(board, crates=end.crates, starts=start))
    raise RuntimeError(f"no puzzle on {_GROUNDS} grounds of {width}x{height}")


def _drawn(cells: Cells, board: Board) -> Cells:
    for where, tile in (
        (board.goals, GOAL),
        (board.crates & ~board.goals, CRATE),
        (board.crates & board.goals, STORED),
        (board.starts & ~board.goals, START),
        (board.starts & board.goals, START_ON_GOAL),
    ):
        for cell in cells_of(where):
            x, y = board.place(cell)
            cells[y, x] = tile
    return cells


def _walked(rng: np.random.Generator, width: int, height: int) -> Cells:
    cells = np.full((height, width), WALL, np.uint8)
    y, x = int(rng.integers(1, height - 1)), int(rng.integers(1, width - 1))
    step = (0, 1)
    for _ in range(round(0.35 * width * height * rng.uniform(0.7, 1.3))):
        if rng.random() < _TURN:
            step = ((0, 1), (1, 0), (0, -1), (-1, 0))[int(rng.integers(4))]
        y, x = min(max(y + step[0], 1), height - 2), min(max(x + step[1], 1), width - 2)
        cells[y - 1 : y + 2, x - 1 : x + 2][_TREADS[int(rng.integers(len(_TREADS)))]] = FLOOR
    cells[[0, -1]] = WALL
    cells[:, [0, -1]] = WALL
    return cells


def _roomed(rng: np.random.Generator, width: int, height: int) -> Cells:
    cells = np.full((height, width), WALL, np.uint8)
    boxes, seams = partition(rng, Box(1, 1, width - 1, height - 1), _ROOMS)
    filled = [room_in(rng, box, _ROOMS) for box in boxes]
    for room in filled:
        cells[room.y0 : room.y1, room.x0 : room.x1] = FLOOR
        if min(room.width, room.height) >= 4 and rng.random() < 0.5:  # a block that stands in the way
            y, x = int(rng.integers(room.y0 + 1, room.y1 - 1)), int(rng.integers(room.x0 + 1, room.x1 - 1))
            cells[y, x : min(x + int(rng.integers(1, 3)), room.x1 - 1)] = WALL
    for seam in seams:
        join(rng, cells, seam, boxes, filled)
        if rng.random() < 0.4:
            join(rng, cells, seam, boxes, filled)
    return _outlined(cells)


def _hall(rng: np.random.Generator, width: int, height: int) -> Cells:
    cells = np.full((height, width), WALL, np.uint8)
    high = int(rng.integers(max(4, round(0.5 * height)), height - 1))
    wide = int(rng.integers(max(4, round(0.5 * width)), width - 1))
    top, left = int(rng.integers(1, height - high)), int(rng.integers(1, width - wide))
    inside = cells[top : top + high, left : left + wide]
    inside[...] = FLOOR
    half = inside[:, : (wide + 1) // 2]
    deep, broad = int(rng.integers(0, max(1, high // 3))), int(rng.integers(0, max(1, wide // 3)))
    half[:deep, :broad] = WALL
    if rng.random() < 0.5:
        half[high - deep :, :broad] = WALL
    for _ in range(int(rng.integers(1, 2 + high * wide // 24))):
        y, x = int(rng.integers(1, high - 1)), int(rng.integers(1, half.shape[1]))
        half[y : y + int(rng.integers(1, 3)), x : x + int(rng.integers(1, 3))] = WALL
    inside[:, -half.shape[1] :] = half[:, ::-1]
    if rng.random() < 0.5:  # one side differs: what is wholly alike looks dull
        y, x = int(rng.integers(high)), int(rng.integers(wide))
        inside[y, x] = FLOOR if inside[y, x] == WALL else WALL
    cells[(cells == FLOOR) & ~largest(cells == FLOOR)] = WALL
    return _outlined(cells)


def _outlined(cells: Cells) -> Cells:
    """Leave the walls around the floor; what lies beyond is void."""
    cells[~ndimage.binary_dilation(cells == FLOOR, np.ones((3, 3), np.bool_))] = VOID
    return cells


def _anywhere(rng: np.random.Generator, board: Board, number: int) -> Bits:
    goals = 0
    for _ in range(number):
        spots = list(cells_of(board.movable_from(goals)))
        if not spots:
            return 0
        goals |= 1 << spots[int(rng.integers(len(spots)))]
    return goals


def _stacked(rng: np.random.Generator, board: Board, number: int) -> Bits:
    """Goals side by side, growing from one cell: into a block where there is room."""
    seeds = list(cells_of(board.movable_from(0)))
    chosen = {seeds[int(rng.integers(len(seeds)))]}
    while len(chosen) < number:
        beside = {cell + step for cell in chosen for step in board.steps if board.floor >> cell + step & 1}
        beside -= chosen
        if not beside:
            return 0
        order = sorted(beside)
        near = [sum(cell + step in chosen for step in board.steps) + rng.random() for cell in order]
        chosen.add(order[int(np.argmax(near))])
    return bits_of(chosen)


def _patterned(rng: np.random.Generator, board: Board, number: int) -> Bits:
    """Goals in a row, in two rows, on every other cell, or stacked."""
    cells = list(cells_of(board.floor))
    for _ in range(20):
        start = cells[int(rng.integers(len(cells)))]
        steps = [step for step in board.steps if step > 0]
        along, across = steps if rng.random() < 0.5 else steps[::-1]
        gap = int(rng.integers(1, 3))
        rows = int(rng.integers(1, 3)) if number % 2 == 0 else 1
        row = [start + along * gap * i for i in range(number // rows)]
        chosen = {cell + across * gap * j for cell in row for j in range(rows)}
        if all(board.floor >> cell & 1 for cell in chosen):
            return bits_of(chosen)
    return _stacked(rng, board, number)
