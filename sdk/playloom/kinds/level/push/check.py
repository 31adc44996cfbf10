"""The rules of a Sokoban level: as many crates as goals, one region, solvable, and the solution replayed."""

import numpy as np
from scipy import ndimage

from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level, Verdict
from playloom.kinds.level.push.board import Board, read_board
from playloom.kinds.level.push.replay import replay
from playloom.kinds.level.push.solve import POSITIONS_MOST, Search, solve
from playloom.kinds.level.verdicts import places_named

CRATES_MOST = 40  # beyond it, or beyond so many open cells, no search is attempted
FLOOR_MOST = 4096
_WORK = 24_000_000  # positions times open cells times crates, at most


def ways(level: Level) -> tuple[list[Verdict], str]:
    """Judge a level with one start; return the verdicts, and the moves of a solution in the fewest pushes."""
    board = read_board(level.cells, level.vocabulary)
    counts = _counts(board)
    verdicts = [counts, _region(level)]
    if not counts.passed:
        return verdicts, ""
    if not board.crates & ~board.goals:
        return [*verdicts, Verdict("solvable", False, "nothing to solve: every crate is on a goal")], ""
    reason = _too_large(board)
    if reason:
        return [*verdicts, Verdict("solvable", False, f"not decided: {reason}")], ""
    found = solve(board, positions_most(board))
    verdicts.append(_solvable(found))
    if found.moves is None:
        return verdicts, ""
    play = replay(level, found.moves)
    problem = play.problem
    if not problem and play.pushes != found.pushes:
        problem = f"{play.pushes} pushes were played, {found.pushes} found"
    detail = (
        problem
        or f"{counted(len(found.moves), 'move')}, "
        f"{counted(play.pushes, 'of them a push', 'of them pushes')}, end with every crate on a goal"
    )
    verdicts.append(Verdict("replay", not problem, detail))
    return verdicts, found.moves


def measures(level: Level, solution: str) -> dict[str, float | int]:
    """Return what is counted beside the objects: crates; of the solution: pushes, moves, crates, lines."""
    board = read_board(level.cells, level.vocabulary)
    counted: dict[str, float | int] = {"crates": board.crates.bit_count()}
    if solution:
        play = replay(level, solution)
        counted |= {"pushes": play.pushes, "path": len(solution), "pushed": play.pushed, "lines": play.lines}
    return counted


def positions_most(board: Board) -> int:
    """Return how many positions to look at: fewer where each takes longer, a few seconds in all."""
    return min(POSITIONS_MOST, _WORK // max(1, board.floor.bit_count() * board.crates.bit_count()))


def _counts(board: Board) -> Verdict:
    crates, goals = board.crates.bit_count(), board.goals.bit_count()
    if crates != goals or not crates:
        return Verdict(
            "goals", False, f"crates {crates}, goals {goals}; expected as many, at least one of each"
        )
    return Verdict("goals", True, f"crates {crates}, goals {goals}")


def _region(level: Level) -> Verdict:
    """All open cells hang together when crates are thought away."""
    labels, count = ndimage.label(level.vocabulary.open[level.cells])
    if count <= 1:
        return Verdict("reachable", True, f"{int((labels > 0).sum())} open cells in one region")
    starts = np.isin(level.cells, [i for i, t in enumerate(level.vocabulary.tiles) if t.role == "start"])
    apart = (labels > 0) & (labels != labels[starts][0])
    places = [(x, y) for y, x in np.argwhere(apart).tolist()]
    return Verdict("reachable", False, f"out of reach: {places_named(places)}")


def _too_large(board: Board) -> str:
    crates, floor = board.crates.bit_count(), board.floor.bit_count()
    if crates > CRATES_MOST or floor > FLOOR_MOST:
        return f"{crates} crates on {floor} open cells; up to {CRATES_MOST} on {FLOOR_MOST} are searched"
    return ""


def _solvable(found: Search) -> Verdict:
    if found.moves is not None:
        return Verdict(
            "solvable",
            True,
            f"in {counted(found.pushes, 'push', 'pushes')}, the fewest; "
            f"{counted(found.positions, 'position')} searched",
        )
    if found.decided:
        return Verdict(
            "solvable", False, f"no way, proven by {found.positions} positions searched to the end"
        )
    return Verdict("solvable", False, f"not decided: no solution among {found.positions} positions searched")
