"""How hard a level seen from the side is: who waits by the way, what a slip costs, how tight jumps are.

Weights follow what a simulated player with slips of the finger loses (`benchmarks/difficulty.py`).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.content import Level
from playloom.kinds.level.difficulty.ranks import PLATFORM, knots_of
from playloom.kinds.level.difficulty.scale import Gauge, Part
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.replay import replay
from playloom.kinds.level.vocabulary import Passability, Vocabulary

DANGER, PERIL, REACH, LENGTH = 4, 4, 2, 4  # weights
_NEAR = 3  # cells off the way at which a foe will be met
_DEADLY = (Passability.HARM, Passability.LIQUID)
_CARRIES = (Passability.SOLID, Passability.ONE_WAY, Passability.CLIMB)


def gauge(level: Level, solution: str) -> Gauge:
    """Return the gauge of a level with one start and one exit, solved by the ticks ``solution``.

    - danger: twice the threat of foes within 3 cells of the way, once that of all others; half its weight at
      (width + height) / 8: foes are fewer here than seen from above.
    - peril: cells of the way below which a fall ends in death; half its weight at an eighth of the way.
    - reach: how far or high each jump goes beyond half of what is possible, in hundredths, twice, summed over
      the way; half its weight at 240.
    - length: ticks; half its weight at 5/8 (width + height).
    """
    movement, vocabulary = level.movement, level.vocabulary
    assert isinstance(movement, Platform)
    height, width = level.cells.shape
    side = height + width
    passed = [(y, x) for x, y in replay(level, solution).cells]
    way = np.zeros(level.cells.shape, np.bool_)
    way[tuple(np.array(passed).T)] = True
    perils = int(deadly_below(level.cells, vocabulary)[way].sum())
    return Gauge(
        parts=(
            Part("peril", PERIL, perils, max(1, int(way.sum()) // 8)),
            Part("reach", REACH, _reach(level.cells, vocabulary, passed, movement), 240),
            Part("length", LENGTH, len(solution), 5 * side // 8),
        ),
        danger=DANGER,
        half=side // 8,
        dangers=0,
        near=ndimage.binary_dilation(way, np.ones((2 * _NEAR + 1,) * 2, np.bool_)),
        knots=knots_of(level.theme, PLATFORM),
    )


def deadly_below(cells: NDArray[np.integer], vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return the cells (H, W) from which a fall straight down ends in harm or below the map."""
    kinds = [tile.passability for tile in vocabulary.tiles]
    deadly = np.array([kind in _DEADLY for kind in kinds])[cells]
    carries = np.array([kind in _CARRIES for kind in kinds])[cells]
    below = np.ones(cells.shape, np.bool_)
    fatal = np.ones(cells.shape[1], np.bool_)  # below the last row is the end
    for y in range(cells.shape[0] - 1, -1, -1):
        below[y] = fatal & ~carries[y]
        fatal = deadly[y] | (fatal & ~carries[y])
    return below


def _reach(
    cells: NDArray[np.integer],
    vocabulary: Vocabulary,
    passed: list[tuple[int, int]],
    movement: Platform,
) -> int:
    """Return what the jumps and falls of a way use of a jump beyond half of it: hundredths, summed."""
    kinds = [tile.passability for tile in vocabulary.tiles]
    carries = np.pad(np.array([kind in _CARRIES for kind in kinds])[cells], ((0, 1), (0, 0)))
    climbs = np.array([kind is Passability.CLIMB for kind in kinds])[cells]
    total, left = 0, passed[0]  # left: the cell that the body was last held in
    for y, x in passed:
        if not (carries[y + 1, x] or climbs[y, x]):
            continue
        rise, run = max(0, left[0] - y), abs(x - left[1])
        if run > 1 or (rise > 1 and not climbs[y, x]):
            used = max(100 * rise // movement.jump_height, 100 * run // movement.jump_length)
            total += max(0, 2 * min(used, 100) - 100)
        left = (y, x)
    return total
