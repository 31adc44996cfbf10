"""Finish a Sokoban level: one region closed by walls, goals where the network likes them, a puzzle on it."""

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.counting import counted
from playloom.kinds.level.admission import cells_open
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.difficulty.push import crates_for, pushes_for
from playloom.kinds.level.difficulty.scale import FULL, band
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.place import Unplaceable, count
from playloom.kinds.level.push.board import Bits, Board, bits_of, cells_of, read_board
from playloom.kinds.level.push.puzzle import DEEP, Aim, Pins, Puzzle, find_puzzle
from playloom.kinds.level.repair import connect, resize
from playloom.kinds.level.vocabulary import Role
from playloom.kinds.level.work import Work
from playloom.seeds import Stream

CRATES_HIGH = 12  # of a made level
CRATES_USUAL = (2, 8)  # where no number is asked for
ROOM_USUAL = (6, 10)  # open cells to a crate
PUSHES_LEAST = 2  # a crate, where no number is asked for: no puzzle is trivial
PUSHES_USUAL = (3, 8)  # a crate
_CALM = 5  # how much more the odds of the goals after the first count: they gather as in training
_MARGIN = 8  # pushes
_ROUNDS = 3  # sets of goals tried on one ground
_ROUNDS_AIMED = 8  # where a difficulty is asked for


def finish(work: Work) -> None:
    """Make a puzzle of the proposed walls and floor.

    Raises:
        Unplaceable: If a control or a pinned cell cannot be met on this ground.
    """
    _mend(work)
    work.mark("repair")
    draft, request = work.draft, work.request
    board = read_board(draft.cells.astype(np.uint8), draft.vocabulary)
    pins = Pins(
        fixed=_bits(board, draft.fixed),
        goals=board.goals,  # what stands on the ground so far is pinned
        crates=board.crates,
        start=board.starts,
    )
    number = _number(board, pins, request, work.stream.fork("crates"))
    if request.difficulty is not None:
        _put(draft, _as_hard(work, board, pins, number))
        return
    for turn in range(_ROUNDS):
        puzzle = _find(work, board, pins, number, turn)
        if puzzle is not None:
            _put(draft, puzzle.board)
            return
    raise _none(request, pins, number)


def _find(
    work: Work, board: Board, pins: Pins, number: int, turn: int, grade: int | None = None
) -> Puzzle | None:
    """Return a puzzle with one set of goals, about as hard as ``grade``, in thousandths, if that is given."""
    stream = work.stream.fork(f"puzzle {turn}")
    aim = _aim(work.request, number, stream)
    if grade is not None and work.request.difficulty is not None:
        about = min(max(pushes_for(grade, number), aim.pushes[0]), aim.pushes[1])
        aim = replace(aim, about=about, difficulty=band(work.request.difficulty))
    return find_puzzle(board, number, pins, aim, partial(_goals, work, board, pins, stream), stream)


def _as_hard(work: Work, board: Board, pins: Pins, number: int) -> Board:
    """Return a puzzle as hard as is asked: with other goals, pushes and crates whenever the last missed it.

    Raises:
        Unplaceable: If none came near enough.
    """
    request = work.request
    assert request.difficulty is not None
    low, high = band(request.difficulty)
    goal = sought = (max(low, 0) + min(high, FULL)) // 2
    held = max(1, pins.goals.bit_count(), pins.crates.bit_count())
    few, many = request.crates or (held, min(CRATES_HIGH, board.floor.bit_count() // 4))
    grades = []
    for turn in range(_ROUNDS_AIMED):
        puzzle = _find(work, board, pins, number, turn, sought)
        if puzzle is None:  # fewer crates leave more room
            number = max(few, number - 1)
            continue
        if low <= puzzle.grade <= high:
            return puzzle.board
        grades.append(puzzle.grade)
        sought = min(max(sought + (goal - puzzle.grade) // 2, 0), FULL)
        if turn % 2:  # pushes alone do not do it
            number = max(few, number - 1) if puzzle.grade > high else min(many, number + 1)
    if not grades:
        raise _none(request, pins, number)
    found = f"puzzles on this ground came to {min(grades) / FULL:g}..{max(grades) / FULL:g}"
    size = "a larger map" if max(grades) < low else "a smaller map"
    raise Unplaceable("difficulty", f"{found}: widen the range, fix fewer other controls, or ask for {size}")


def _none(request: LevelRequest, pins: Pins, number: int) -> Unplaceable:
    """Return why no puzzle was found at all."""
    if pins.crates | pins.goals:
        return Unplaceable(
            "pinned", "no puzzle was found around the pinned crates and goals: pin fewer of them"
        )
    for name in ("pushes", "path"):
        if getattr(request, name):
            found = f"no such puzzle with {counted(number, 'crate')} was found"
            return Unplaceable(name, f"{found}: widen the range of {name}, or ask for a larger map")
    return Unplaceable(
        "crates", f"no puzzle with {counted(number, 'crate')} was found: ask for fewer, or for a larger map"
    )


def _aim(request: LevelRequest, number: int, stream: Stream) -> Aim:
    """Return what is asked of the solution, else a length that is usual for so many crates."""
    least, most = (number * pushes for pushes in PUSHES_USUAL)
    usual = least + stream.fork("length").below(most - least + 1)
    low, high = request.pushes or (PUSHES_LEAST * number, DEEP)
    # Well within the range, as nobody knows a length before the puzzle is solved.
    inside = (low + min(high, low + _MARGIN)) // 2, (max(low, high - _MARGIN) + high) // 2
    return Aim(pushes=(low, high), about=min(max(usual, inside[0]), inside[1]), moves=request.path)


def _mend(work: Work) -> None:
    """Make one region, closed by walls, without blind alleys in which a crate can do nothing."""
    draft, request = work.draft, work.request
    if not connect(draft):
        pins = "pinned cells wall a part in: free some of them"
        few = "hardly a cell is open: ask for more openness"
        raise Unplaceable("reachable", few if request.pinned is None else pins)
    target = cells_open(request)
    if target is None:
        _shorten(draft)
    elif not resize(draft, *target, stubs_only=False):
        raise Unplaceable("openness", "too little is left to open or close: widen the range or pin less")
    vocabulary = draft.vocabulary
    beside = ndimage.binary_dilation(draft.walkable, np.ones((3, 3), np.bool_))
    gaps = beside & vocabulary.having(Role.VOID)[draft.cells] & ~draft.fixed
    walls = vocabulary.ids(Role.WALL)
    for y, x in np.argwhere(gaps).tolist() if walls else ():
        draft.change(y, x, walls[0], "closes the wall")


def _shorten(draft: Draft) -> None:
    """Fill blind alleys but for their first cell: a crate can do nothing in there."""
    wall = draft.vocabulary.ids(Role.WALL, Role.VOID)[-1]
    while True:
        framed = np.pad(draft.walkable, 1).astype(np.int8)
        exits = framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:]
        lane = np.pad(draft.walkable & (exits == 2), 1)
        beside_lane = lane[:-2, 1:-1] | lane[2:, 1:-1] | lane[1:-1, :-2] | lane[1:-1, 2:]
        tips = draft.walkable & (exits == 1) & beside_lane & ~draft.fixed
        if not tips.any():
            return
        for y, x in np.argwhere(tips).tolist():
            draft.change(y, x, wall, "fills a blind alley")


def _number(board: Board, pins: Pins, request: LevelRequest, stream: Stream) -> int:
    """Return how many crates to have: by the room there is and the pushes wanted, within the control."""
    wanted = request.crates
    held = max(pins.goals.bit_count(), pins.crates.bit_count())
    floor = board.floor.bit_count()
    most = min(CRATES_HIGH, floor // 4)
    least, usual_most = CRATES_USUAL
    if wanted is None and most < least:
        raise Unplaceable("crates", "hardly a cell is open: ask for more openness, or for a larger map")
    room = ROOM_USUAL[0] + stream.below(ROOM_USUAL[1] - ROOM_USUAL[0] + 1)
    usual = max(least, min(floor // room, usual_most))
    if request.difficulty is not None:
        low, high = band(request.difficulty)
        usual = crates_for((low + high) // 2, floor)
    if request.pushes:
        few, many = request.pushes
        usual = max(min(max(usual, -(-few // PUSHES_USUAL[1])), many // PUSHES_USUAL[0]), 1)
    number = held + count(held, wanted, max(0, usual - held), max(0, most - held), "crates")
    if not number:
        raise Unplaceable("crates", "a puzzle needs a crate: ask for one or more")
    return number


def _goals(work: Work, board: Board, pins: Pins, stream: Stream, number: int) -> Bits:
    """Return ``number`` goals, the pinned ones among them; the network is asked again after each."""
    draft, goals = work.draft, pins.goals
    fixed, ground = draft.fixed.copy(), draft.cells.copy()
    tile = draft.vocabulary.ids(Role.GOAL)[0]
    try:
        while goals.bit_count() < number:
            placing = work.placing()
            calm = replace(
                placing,
                logits=placing.logits * (_CALM if goals else 1),
                stream=stream.fork(f"goal {goals.bit_count()}"),
            )
            spots = placing.spots & _mask(board, board.movable_from(goals), fixed.shape)
            if not spots.any():
                break
            y, x = calm.ranked(tile, "liking", spots)[0]
            goals |= 1 << board.cell(x, y)
            draft.cells[y, x], draft.fixed[y, x] = tile, True  # the network is shown it from now on
    finally:
        draft.cells[...], draft.fixed[...] = ground, fixed
    return goals


def _put(draft: Draft, board: Board) -> None:
    """Write crates, goals and the start into the draft; they are what was asked for, not repairs."""
    vocabulary = draft.vocabulary
    names = {tile.name: i for i, tile in enumerate(vocabulary.tiles)}
    goal, crate, start = (vocabulary.ids(role)[0] for role in (Role.GOAL, Role.CRATE, Role.START))
    for cells, tile in (
        (board.goals & ~board.crates, goal),
        (board.crates & ~board.goals, crate),
        (board.crates & board.goals, vocabulary.ids(Role.STORED)[0]),
        (board.starts & ~board.goals, start),
        (board.starts & board.goals, names["start_on_goal"]),
    ):
        for cell in cells_of(cells):
            x, y = board.place(cell)
            draft.cells[y, x] = tile


def _bits(board: Board, mask: NDArray[np.bool_]) -> Bits:
    return bits_of({board.cell(x, y) for y, x in np.argwhere(mask).tolist()})


def _mask(board: Board, cells: Bits, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    for cell in cells_of(cells):
        x, y = board.place(cell)
        mask[y, x] = True
    return mask
