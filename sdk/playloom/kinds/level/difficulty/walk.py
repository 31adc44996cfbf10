"""How hard a level on foot is: who waits by the way, how long the way is, how far keys lead astray.

Weights follow what a simulated explorer loses and how far it wanders (`benchmarks/difficulty.py`).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.paths import distances
from playloom.kinds.level.difficulty.ranks import WALK, knots_of
from playloom.kinds.level.difficulty.scale import Gauge, Part
from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

DANGER, LENGTH, DETOUR = 6, 3, 1  # weights
_NEAR = 3  # moves off the way at which a foe will be met
_BESIDE = np.array([[False, True, False], [True, True, True], [False, True, False]])
_MOVES = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}


def gauge(cells: NDArray[np.integer], vocabulary: Vocabulary, solution: str, theme: str) -> Gauge:
    """Return the gauge of a map (H, W) with one start and one exit, solved by the moves ``solution``.

    It ranks among free levels of ``theme``, where that is one of ours.

    - danger: twice the threat of foes within 3 moves of the way, once that of all others, and 2 for each
      harmful cell beside the way; half its weight at (width + height) / 2.
    - length: moves of the way; half its weight at 3/4 (width + height).
    - detour: moves that fetching keys adds to the walk to the exit; half its weight at as many again.
    """
    height, width = cells.shape
    side = height + width
    walkable = vocabulary.open[cells]
    start = tuple(np.argwhere(vocabulary.having(Role.START)[cells])[0].tolist())
    goal = tuple(np.argwhere(vocabulary.having(Role.EXIT)[cells])[0].tolist())
    way = np.zeros(cells.shape, np.bool_)
    y, x = start
    way[y, x] = True
    for move in solution:
        y, x = y + _MOVES[move][0], x + _MOVES[move][1]
        way[y, x] = True
    moves, direct = len(solution), int(distances(walkable, start)[goal])
    harm = np.array([tile.passability is Passability.HARM for tile in vocabulary.tiles])[cells]
    return Gauge(
        parts=(
            Part("length", LENGTH, moves, 3 * side // 4),
            Part("detour", DETOUR, moves - direct, max(1, direct)),
        ),
        danger=DANGER,
        half=side // 2,
        dangers=2 * int((harm & ndimage.binary_dilation(way, _BESIDE)).sum()),
        near=ndimage.binary_dilation(way, _BESIDE, iterations=_NEAR, mask=walkable),
        knots=knots_of(theme, WALK),
    )
