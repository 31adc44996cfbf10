"""How long a sprite takes by its size, and how often a network runs for it."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed
from playloom.graph import Graph
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
            with _counted() as runs:
                began = time.perf_counter()
                with suppress(GenerationFailed):
                    generator.generate(request)
                spans.append((time.perf_counter() - began) * 1000)
            passes.append(runs[0])
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


@contextmanager
def _counted() -> Iterator[list[int]]:
    """Count how often networks run in the block: where they run, whatever calls them."""
    runs, plain = [0], Graph.run

    def counting(graph: Graph, feeds: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        runs[0] += 1
        return plain(graph, feeds)

    Graph.run = counting  # type: ignore[assignment, method-assign]
    try:
        yield runs
    finally:
        Graph.run = plain  # type: ignore[method-assign]
