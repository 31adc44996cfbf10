"""What tells levels of a batch apart: the measures whose spread shows what a generator can make.

Source: Smith and Whitehead 2010, "Analyzing the expressive range of a level generator".
"""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.check import Judgement
from playloom.kinds.level.content import Level
from playloom.kinds.level.difficulty.rating import rate
from playloom.kinds.level.movement import Free
from playloom.kinds.level.variety import ground
from playloom.kinds.level.vocabulary import Role

# Name and what it says; a level has those that its rules give a meaning to.
MEASURES = {
    "difficulty": "difficulty (0.5: the middle of free levels of the theme)",
    "linearity": "linearity (1: the way is as short as can be)",
    "length": "length of the way / (width + height)",
    "openness": "openness (share of cells that can be walked on)",
    "dead-ends": "dead ends in 100 open cells",
    "branching": "cells where ways part, in 100 open cells",
    "enemies": "enemies and bosses in 100 open cells",
    "treasure": "treasure in 100 open cells",
    "symmetry": "symmetry (share of cells like their mirror image)",
    "pushes": "pushes of the shortest solution",
    "crates": "crates",
}


def measure(level: Level, judgement: Judgement) -> dict[str, float]:
    """Return the `MEASURES` of a judged level, three decimals each; those of its way if it can be solved."""
    counted, solution = judgement.measures, judgement.solution
    found: dict[str, float] = {"symmetry": _symmetry(ground(level))}
    if isinstance(level.movement, Free):
        return {name: round(value, 3) for name, value in found.items()}
    walkable = level.vocabulary.open[level.cells]
    cells = max(1, int(walkable.sum()))
    ends, forks = _neighbours(walkable)
    found |= {
        "openness": counted["openness"],
        "dead-ends": 100 * ends / cells,
        "branching": 100 * forks / cells,
        "enemies": 100 * (counted["enemies"] + counted["bosses"]) / cells,
        "treasure": 100 * counted["treasure"] / cells,
    }
    found |= {name: counted[name] for name in ("pushes", "crates") if name in counted}
    if solution:
        found["difficulty"] = rate(level, solution)
        found["length"] = len(solution) / (level.width + level.height)
        straight = _straight(level)
        if straight:
            found["linearity"] = straight / max(straight, len(solution))
    return {name: round(float(value), 3) for name, value in found.items()}


def _neighbours(walkable: NDArray[np.bool_]) -> tuple[int, int]:
    """Return how many open cells (H, W) have at most one open neighbour, and how many have three or more."""
    framed = np.pad(walkable, 1).astype(np.int8)
    beside = framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:]
    return int((walkable & (beside <= 1)).sum()), int((walkable & (beside >= 3)).sum())


def _symmetry(cells: NDArray[np.uint8]) -> float:
    """Return the share of cells like their mirror image, across or down, whichever is more."""
    return max(int((cells == turned).sum()) for turned in (cells[:, ::-1], cells[::-1])) / cells.size


def _straight(level: Level) -> int:
    """Return the moves from start to exit on an empty map; 0 if there is not one of each."""
    places = [np.argwhere(level.vocabulary.having(role)[level.cells]) for role in (Role.START, Role.EXIT)]
    if any(len(place) != 1 for place in places):
        return 0
    return int(abs(places[0][0] - places[1][0]).sum())
