"""How long levels take against their area."""

import time
from collections.abc import Callable

import numpy as np

from playloom.errors import GenerationFailed
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom_train.kinds.level.evaluation.figures import TimeRow

SIDES = (8, 16, 32, 64, 128)
EACH = 3  # levels of a side, at least


def time_levels(
    generator: LevelGenerator, seed: int, report: Callable[[float], None], done: int
) -> tuple[TimeRow, ...]:
    """Return one row for each of `SIDES` that the package makes; themes take turns."""
    low, high = generator.sides
    rows = []
    for side in (one for one in SIDES if low <= one <= high):
        found: list[tuple[float, Level]] = []
        for i in range(max(EACH, len(generator.themes))):
            theme = list(generator.themes)[i % len(generator.themes)]
            request = LevelRequest(theme=theme, width=side, height=side, seed=seed + i)
            began = time.perf_counter()
            try:
                level = generator.generate(request)
            except GenerationFailed:
                continue
            found.append(((time.perf_counter() - began) * 1000, level))
        done += _weight(side)
        report(done)
        if found:
            rows.append(_row(side, found))
    return tuple(rows)


def steps_of(generator: LevelGenerator) -> int:
    """Return how much `time_levels` has to do, in levels of usual size."""
    return sum(_weight(side) for side in SIDES if generator.sides[0] <= side <= generator.sides[1])


def _weight(side: int) -> int:
    return EACH * max(1, side * side // 1024)


def _row(side: int, found: list[tuple[float, Level]]) -> TimeRow:
    total = sum(ms for ms, _ in found)
    names = dict.fromkeys(name for _, level in found for name in level.timings)
    stages = {name: round(sum(lv.timings.get(name, 0.0) for _, lv in found) / total, 3) for name in names}
    median = float(np.median([ms for ms, _ in found]))
    return TimeRow(side=side, levels=len(found), median_ms=round(median, 1), stages=stages)
