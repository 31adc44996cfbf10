"""How good drawn walks are: each frame against the artist's, beside two ways that draw nothing new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab
from playloom.kernels.counting import counted
from playloom.kinds.walk.frames import DRAWN, GIVEN, Frame
from playloom.manifest import Metric
from playloom_train.kinds.walk.data import Tokens, Walker

Maker = Callable[[Walker], dict[Frame, Tokens]]  # the frames of `DRAWN` in the walker's colours


@dataclass(frozen=True)
class Score:
    """Of one frame: 1 is the artist's."""

    overlap: float  # of the silhouettes: pixels in both by pixels in either
    exact: float  # share of the pixels in either that are the same


def score(made: Tokens, truth: Tokens) -> Score:
    """Return how near a frame is to the artist's."""
    either = (made > 0) | (truth > 0)
    both = (made > 0) & (truth > 0)
    count = max(1, int(either.sum()))
    return Score(int(both.sum()) / count, int((made == truth)[either].sum()) / count)


def front_again(walker: Walker) -> dict[Frame, Tokens]:
    """Return the front for every frame: what moves a figure without drawing it."""
    return dict.fromkeys(DRAWN, walker.front)


def nearest_recoloured(pool: Sequence[Walker]) -> Maker:
    """Return the maker that takes the frames of the training walker with the likest front, recoloured.

    Each colour of that walker becomes the one that the given front has most often in its places, of a colour
    that the front nowhere covers the nearest.
    """

    def make(walker: Walker) -> dict[Frame, Tokens]:
        fitting = [one for one in pool if one.side == walker.side]
        tables = [_recolouring(one, walker) for one in fitting]
        likeness = [
            score(table[one.front], walker.front).exact for one, table in zip(fitting, tables, strict=True)
        ]
        best = int(np.argmax(likeness))
        return {frame: tables[best][fitting[best].frames[frame]] for frame in DRAWN}

    return make


def _recolouring(source: Walker, target: Walker) -> NDArray[np.uint8]:
    """Return the colours of ``target`` for those of ``source``, by place, 0 for transparent."""
    counts = np.zeros((len(source.colours) + 1, len(target.colours) + 1), np.int64)
    np.add.at(counts, (source.front.ravel(), target.front.ravel()), 1)
    near = oklab.nearest(source.colours, target.colours) + 1
    met = counts[1:, 1:]
    return np.concatenate([[0], np.where(met.any(axis=1), met.argmax(axis=1) + 1, near)]).astype(np.uint8)


def metrics(makers: dict[str, Maker], walkers: Sequence[Walker], what: str) -> tuple[Metric, ...]:
    """Return the figures of each maker on walkers that were never trained on."""
    found = []
    for name, make in makers.items():
        scores = {True: list[Score](), False: list[Score]()}
        for walker in walkers:
            made = make(walker)
            for frame in DRAWN:
                scores[frame[1] == GIVEN[1]].append(score(made[frame], walker.frames[frame]))
        for standing, kind in ((True, "standing frames"), (False, "steps")):
            how = f"mean of {counted(len(scores[standing]), 'frame')} of {len(walkers)} {what} walkers"
            found += [
                Metric(
                    f"{name}: silhouette, {kind}, {what}",
                    _mean(scores[standing], "overlap"),
                    f"{how}: pixels in both the drawn and the artist's, by pixels in either",
                ),
                Metric(
                    f"{name}: pixels, {kind}, {what}",
                    _mean(scores[standing], "exact"),
                    f"{how}: share of the pixels in either that are the same",
                ),
            ]
    return tuple(found)


def _mean(scores: Sequence[Score], field: str) -> float:
    return round(float(np.mean([getattr(one, field) for one in scores])), 4)
