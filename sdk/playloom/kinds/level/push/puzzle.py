"""Puzzles on a given ground: goals and crates such that the shortest solution is about as long as wanted.

Crates are played backwards from the goals, or, where crates are pinned, forwards to find goals.
Several of the positions found are solved exactly; the one kept changes crate
or direction most often among those of about the right length, or is the nearest to the difficulty asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from playloom.kinds.level.content import Range
from playloom.kinds.level.difficulty.push import graded
from playloom.kinds.level.push.board import Bits, Board, cells_of
from playloom.kinds.level.push.solve import Push, Search, solve
from playloom.kinds.level.push.wander import Position, Wish, wander
from playloom.seeds import Stream

DEEP = 400  # plays at most
_BEYOND = 12  # plays beyond the pushes wanted: some of a play are in vain
_WORK = 1_200_000  # positions times open cells times crates, looked at for all that are tried, at most


@dataclass(frozen=True)
class Pins:
    """What the pinned map fixes, as cells."""

    fixed: Bits = 0  # all that is pinned
    goals: Bits = 0
    crates: Bits = 0
    start: Bits = 0


@dataclass(frozen=True)
class Aim:
    """What the solution is to be like."""

    pushes: Range
    about: int  # pushes, within the range
    moves: Range | None = None
    difficulty: Range | None = None  # thousandths; what comes nearest is taken, be it within or not


@dataclass(frozen=True)
class Puzzle:
    """A board, how hard it is in thousandths, and what it is worth beside others for one aim."""

    board: Board
    grade: int
    worth: int


Goals = Callable[[int], Bits]  # so many goals, those pinned among them


def find_puzzle(
    board: Board, number: int, pins: Pins, aim: Aim, goals: Goals, stream: Stream, *, tried: int = 10
) -> Puzzle | None:
    """Return the best puzzle found on ``board`` with one set of goals; None if there is none.

    Args:
        board: The ground; its goals, crates and starts do not matter.
        number: Crates.
        pins: What must be as it is.
        aim: What its solution is to be like.
        goals: Chooses goals where no crate is pinned.
        stream: Chance.
        tried: Positions solved at most.
    """
    ends = list(_pinned(board, number, pins))
    if not ends:
        deep = min(DEEP, aim.about + _BEYOND)
        ends = list((_forwards if pins.crates else _backwards)(board, number, pins, deep, goals, stream))
    low, high = aim.pushes
    ends = [end for end in ends if end.position.bound <= high and end.position.plays >= low]
    ends.sort(key=lambda end: abs(_likely(end.position) - aim.about))
    best: Puzzle | None = None
    work = board.floor.bit_count() * number
    left = _WORK // work
    most = max(1, left // 3)  # one that takes longer to solve is left
    for turn, end in enumerate(ends[:tried]):
        started = _started(end, pins, stream.fork(f"start {turn}"))
        if started is not None:
            search = solve(started, min(most, left))
            left -= search.positions
            puzzle = _judged(started, search, pins, aim)
            if puzzle and (best is None or puzzle.worth > best.worth):
                best = puzzle
            if best and aim.difficulty and not best.worth:
                break  # none can be nearer
    return best


def _likely(position: Position) -> int:
    """Return about how many pushes solve a position: its bound or a few more, never more than its plays."""
    return position.bound + min(position.plays - position.bound, 4)


@dataclass(frozen=True)
class _End:
    """Where crates and goals may be, and which cells the player may start on."""

    board: Board
    position: Position


def _pinned(board: Board, number: int, pins: Pins) -> list[_End]:
    """Return the ends where every crate and goal is pinned."""
    if pins.goals.bit_count() != number or pins.crates.bit_count() != number:
        return []
    known = replace(board, goals=pins.goals, crates=pins.crates, starts=pins.start)
    regions = [known.reach(pins.start, pins.crates)] if pins.start else known.regions()
    return [_End(known, Position(pins.crates, region, DEEP, 0)) for region in regions]


def _backwards(board: Board, number: int, pins: Pins, deep: int, goals: Goals, stream: Stream) -> list[_End]:
    chosen = goals(number)
    if chosen.bit_count() != number:
        return []
    solved = replace(board, goals=chosen, crates=chosen, starts=0)
    wish = Wish(never=chosen | pins.fixed, player=pins.start)
    return [_End(solved, position) for position in wander(solved, deep, wish, stream.fork("play"))]


def _forwards(board: Board, number: int, pins: Pins, deep: int, goals: Goals, stream: Stream) -> list[_End]:
    """Push the pinned crates, and others beside them, about; where they end is where the goals are."""
    crates = pins.crates
    while crates.bit_count() < number:
        spots = list(cells_of(board.movable_from(crates) & ~pins.fixed & ~pins.start))
        if not spots:
            return []
        crates |= 1 << spots[stream.below(len(spots))]
    regions = replace(board, crates=crates).regions()
    start = pins.start or regions[stream.below(len(regions))]
    begun = replace(board, goals=0, crates=crates, starts=start & -start)
    region = begun.reach(begun.starts, crates)
    wish = Wish(must=pins.goals, never=(pins.fixed & ~pins.goals) | (crates & ~pins.goals))
    return [
        _End(replace(begun, goals=end.crates), Position(crates, region, end.plays, 0))
        for end in wander(begun, deep, wish, stream.fork("play"), backwards=False)
    ]


def _started(end: _End, pins: Pins, stream: Stream) -> Board | None:
    """Return the board with the player somewhere in reach, off the goals where that can be."""
    free = pins.start or end.position.reached & ~pins.fixed
    starts = list(cells_of(free & ~end.board.goals)) or list(cells_of(free))
    if not starts:
        return None
    start = 1 << starts[stream.below(len(starts))]
    return replace(end.board, crates=end.position.crates, starts=start)


def _judged(board: Board, search: Search, pins: Pins, aim: Aim) -> Puzzle | None:
    """Return a puzzle of ``board`` if its solution is as wanted and pushes every crate that is not pinned."""
    if search.moves is None or not aim.pushes[0] <= search.pushes <= aim.pushes[1]:
        return None
    if aim.moves and not aim.moves[0] <= len(search.moves) <= aim.moves[1]:
        return None
    pushed, lines = tally(search.line)
    if pushed < (board.crates & ~pins.crates).bit_count():
        return None
    grade = graded(search.pushes, lines, pushed)
    if aim.difficulty:
        low, high = aim.difficulty
        return Puzzle(board, grade, min(0, grade - low, high - grade))
    return Puzzle(board, grade, lines - abs(search.pushes - aim.about))


def tally(line: tuple[Push, ...]) -> tuple[int, int]:
    """Return how many crates a row of pushes moves, and in how many rows of one crate in one direction."""
    first: dict[int, int] = {}  # where a crate is now -> where it was at first
    lines, before = 0, (0, 0)
    crates = set()
    for cell, step in line:
        crate = first.pop(cell, cell)
        first[cell + step] = crate
        crates.add(crate)
        lines += (crate, step) != before
        before = (crate, step)
    return len(crates), lines
