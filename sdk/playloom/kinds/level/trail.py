"""Where a solution leads: the cells it passes, whatever the movement."""

from collections.abc import Iterator, Sequence

import numpy as np

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.replay import cells_passed
from playloom.kinds.level.vocabulary import Role

_MOVES = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}


def trail(level: Level, solution: bool | str = True) -> list[tuple[int, int]]:
    """Return (row, column) of every cell passed, the start first.

    Args:
        level: The level.
        solution: A string of moves, or True for the evidence's.

    Raises:
        RequestInvalid: If there is no start or solution, or the moves leave the map.
    """
    moves = solution if isinstance(solution, str) else level.evidence.solution if level.evidence else None
    starts = np.argwhere(np.isin(level.cells, level.vocabulary.ids(Role.START)))
    if moves is None or len(starts) == 0:
        what = "start" if moves is not None else "evidence, so no solution"
        raise RequestInvalid(f"the level has no {what} to draw; check it first or leave the solution out")
    if isinstance(level.movement, Platform):
        return cells_passed(level, moves)
    y, x = (int(n) for n in starts[0])
    passed = [(y, x)]
    for place, move in enumerate(moves):
        down, right = _MOVES.get(move, (0, 0))
        y, x = y + down, x + right
        if move not in _MOVES or not (0 <= y < level.height and 0 <= x < level.width):
            raise RequestInvalid(
                f"solution: move {place + 1} is {move!r} at column {passed[-1][1]}, row {passed[-1][0]}; "
                "moves are U, D, L and R and stay on the map"
            )
        passed.append((y, x))
    return passed


def keys_and_doors(level: Level, walked: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Role, int, int]]:
    """Yield (step, `Role.KEY` or `Role.LOCK`, x, y) for every key taken and locked door opened on the way.

    Args:
        level: The level.
        walked: Cells (x, y), the start first.
    """
    done = set()
    for step, (x, y) in enumerate(walked):
        role = level.vocabulary.tiles[level.cells[y, x]].role
        if (x, y) not in done and role in {Role.KEY, Role.LOCK}:
            done.add((x, y))
            yield step, role, x, y
