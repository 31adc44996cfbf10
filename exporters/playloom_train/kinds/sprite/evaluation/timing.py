"""How long a sprite takes by its size, and how often a network runs for it."""

import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from playloom.errors import GenerationFailed
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.request import SpriteRequest
from playloom_train.kinds.sprite.evaluation.figures import TimeRow
from playloom_train.kinds.sprite.evaluation.makers import Maker

EACH = 8  # sprites of a size


def time_sprites(
    generator: SpriteGenerator, maker: Maker, seed: int, report: Callable[[], None] = lambda: None
) -> tuple[TimeRow, ...]:
    """Return a row for each size that the maker makes, reporting each; categories take turns.

    Every sprite is one attempt, so that a time is that of one proposal, mended and checked.
    """
    categories = generator.settings.categories
    rows = []
    for size in maker.sizes:
        spans, passes = [], []
        for i in range(EACH):
            category = categories[i * len(categories) // EACH % len(categories)]
            request = SpriteRequest(category=category, size=size, seed=seed + i, attempts=1, **maker.wishes)
            before, began = generator.networks.runs, time.perf_counter()
            with suppress(GenerationFailed):
                generator.generate(request)
            spans.append((time.perf_counter() - began) * 1000)
            passes.append(generator.networks.runs - before)
        report()
        rows.append(
            TimeRow(
                side=size,
                sprites=EACH,
                median_ms=round(float(np.median(spans)), 1),
                passes=round(float(np.mean(passes)), 1),
            )
        )
    return tuple(rows)
