"""The rules of a level walked through on foot: solvable, replayed, no dead end, everything within reach."""

import numpy as np
from scipy import ndimage

from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level, Verdict
from playloom.kinds.level.replay import replay
from playloom.kinds.level.solve import (
    SEARCH_LIMIT,
    Ground,
    Undecided,
    reach,
    read_ground,
    solve,
    strandings,
    widest,
)
from playloom.kinds.level.verdicts import places_named
from playloom.kinds.level.vocabulary import Role


def ways(level: Level) -> tuple[list[Verdict], str]:
    """Judge a level with one start and one exit; return the verdicts, and the moves of a shortest solution.

    Tiles without a start or an exit have no solution to find: all open cells must then be one region.
    """
    vocabulary = level.vocabulary
    if not (vocabulary.ids(Role.START) and vocabulary.ids(Role.EXIT)):
        return [_one_region(level)], ""
    ground = read_ground(level.cells, vocabulary)
    verdicts, solution = _ways(level, ground)
    return [*verdicts, *_reached(level, ground)], solution


def measures(level: Level, solution: str) -> dict[str, float | int]:
    """Return what is counted beside the objects: moves of the solution."""
    return {"path": len(solution)} if solution else {}


def _one_region(level: Level) -> Verdict:
    labels, count = ndimage.label(level.vocabulary.open[level.cells])
    if count == 1:
        return Verdict("one region", True, f"{int((labels > 0).sum())} open cells, all joined")
    sizes = ", ".join(
        str(size) for size in sorted(np.bincount(labels.ravel())[1:].tolist(), reverse=True)[:4]
    )
    return Verdict("one region", False, f"{count} regions of {sizes or 'no'} cells; expected one")


def _ways(level: Level, ground: Ground) -> tuple[list[Verdict], str]:
    """Solvable, replayed, and no order of doors that strands the player."""
    try:
        moves = solve(ground)
    except Undecided as reason:
        return [Verdict("solvable", False, f"not decided: {reason}")], ""
    if moves is None:
        return [Verdict("solvable", False, "no way from start to exit, whatever is fetched and opened")], ""
    played = replay(level, moves)
    stranded = strandings(ground)
    verdicts = [
        Verdict("solvable", True, f"in {counted(len(moves), 'move')}"),
        Verdict("replay", not played.problem, played.problem or f"{played.steps} moves end on the exit"),
    ]
    if stranded is None:
        verdicts.append(
            Verdict("no dead end", True, "the exit stays in reach whichever door is opened first")
        )
    else:
        doors = places_named([ground.place(lock) for lock in sorted(stranded)])
        verdicts.append(
            Verdict("no dead end", False, f"after opening {doors} no key is left and the exit is shut")
        )
    return verdicts, moves


def _reached(level: Level, ground: Ground) -> list[Verdict]:
    """One play can walk to every open cell, whatever doors that takes, and stand beside every person."""
    few = max(len(ground.keys), len(ground.locks)) <= SEARCH_LIMIT
    region = widest(ground) if few else reach(ground)
    stride = ground.stride
    lost = [ground.place(cell) for cell, free in enumerate(ground.free) if free and cell not in region]
    locked = [ground.place(lock) for lock in ground.locks if lock not in region]
    persons = np.pad(np.isin(level.cells, level.vocabulary.ids(Role.PERSON)), 1).ravel()
    alone = [
        ground.place(int(cell))
        for cell in np.flatnonzero(persons)
        if not any(int(cell) + step in region for step in (-stride, stride, -1, 1))
    ]
    detail = f"{len(region)} open cells, all within reach"
    return [
        Verdict("reachable", not lost, f"out of reach: {places_named(lost)}" if lost else detail),
        Verdict(
            "doors open",
            not locked,
            f"never opened: {places_named(locked)}"
            if locked
            else f"keys {len(ground.keys)}, locked doors {len(ground.locks)}",
        ),
        Verdict(
            "people", not alone, f"nobody can stand beside {places_named(alone)}" if alone else "within reach"
        ),
    ]
