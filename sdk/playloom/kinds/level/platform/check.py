"""The rules of a level seen from the side: solvable, replayed, no dead end, treasure within reach."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level, Verdict
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.plays import Plays
from playloom.kinds.level.platform.replay import replay
from playloom.kinds.level.platform.solve import explore
from playloom.kinds.level.solve import Undecided
from playloom.kinds.level.verdicts import places_named
from playloom.kinds.level.vocabulary import Passability, Role

_WORTH = (Role.PICKUP, Role.CHEST, Role.KEY, Role.PERSON, Role.EXIT)
_BESIDE = np.array([[False, True, False], [True, True, True], [False, True, False]])


def ways(level: Level) -> tuple[list[Verdict], str]:
    """Judge a level with one start; return the verdicts, and the moves of a shortest solution, else ""."""
    assert isinstance(level.movement, Platform)
    if not (level.vocabulary.ids(Role.START) and level.vocabulary.ids(Role.EXIT)):
        return [Verdict("solvable", True, "not judged: these tiles have no start or no exit")], ""
    try:
        plays = explore(level.cells, level.vocabulary, level.movement)
    except Undecided as reason:
        return [Verdict("solvable", False, f"not decided: {reason}")], ""
    moves = plays.solution()
    if moves is None:
        detail = "no play leads from start to exit, whatever is fetched and opened"
        return [Verdict("solvable", False, detail), *_reached(level, plays)], ""
    played = replay(level, moves)
    verdicts = [
        Verdict("solvable", True, f"in {counted(len(moves), 'tick')}"),
        Verdict("replay", not played.problem, played.problem or f"{played.ticks} ticks end on the exit"),
        _no_dead_end(plays),
        *_reached(level, plays),
    ]
    return verdicts, moves


def measures(level: Level, solution: str) -> dict[str, float | int]:
    """Return what is counted beside the objects: ticks and jumps of the solution."""
    if not solution:
        return {}
    return {"path": len(solution), "jumps": sum(solution.count(letter) for letter in "J[]")}


def _no_dead_end(plays: Plays) -> Verdict:
    stuck = [(x, y) for y, x in np.argwhere(plays.dead_ends()).tolist()]
    if not stuck:
        return Verdict("no dead end", True, "the exit stays in reach whatever is played")
    return Verdict("no dead end", False, f"the exit can be out of reach for good at {places_named(stuck)}")


def _reached(level: Level, plays: Plays) -> list[Verdict]:
    """Return whether some play touches each thing worth it, opens each door and meets each person."""
    vocabulary = level.vocabulary
    touched = plays.touched
    near = ndimage.binary_dilation(touched, _BESIDE)
    solid = np.array([tile.passability is Passability.SOLID for tile in vocabulary.tiles])[level.cells]
    met = np.where(solid, near, touched)

    def lost(*roles: Role) -> list[tuple[int, int]]:
        return _places(vocabulary.having(*roles)[level.cells] & ~met)

    worth = int(vocabulary.having(*_WORTH)[level.cells].sum())
    goods, people = lost(*(role for role in _WORTH if role is not Role.PERSON)), lost(Role.PERSON)
    doors = lost(Role.LOCK)
    share = int(touched.sum()) / max(1, int(vocabulary.open[level.cells].sum()))
    found = f"{worth} things, and {share:.0%} of the open cells, within reach"
    counts = f"keys {_count(level, Role.KEY)}, locked doors {_count(level, Role.LOCK)}"
    return [
        Verdict("reachable", not goods, f"out of reach: {places_named(goods)}" if goods else found),
        Verdict("doors open", not doors, f"never opened: {places_named(doors)}" if doors else counts),
        Verdict("people", not people, f"nobody gets to {places_named(people)}" if people else "within reach"),
    ]


def _count(level: Level, role: Role) -> int:
    return int(level.vocabulary.having(role)[level.cells].sum())


def _places(cells: NDArray[np.bool_]) -> list[tuple[int, int]]:
    return [(x, y) for y, x in np.argwhere(cells).tolist()]
