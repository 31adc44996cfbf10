"""Learning a taste: Bradley-Terry on measures, with a bar that what is accepted passes.

A comparison says that one score is above another; a verdict that a score is above or below the profile's
bar; a rating of k that it is above the bars of the ratings up to k and below the others. Each is one row of a
logistic regression with a Gaussian prior: convex, solved by Newton's method, a few dozen numbers. Floats may
differ in the last bit between machines; what is kept is rounded to thousandths, and that table is the taste.

Source: Bradley and Terry 1952; the bars are those of ordinal regression (McCullagh 1980).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.review.answers import BARS, Answers
from playloom.review.taste import SPREADS_HIGH, Weight

PRIOR = 0.5  # standard deviation of weights, in logits a spread; the bars' is ten times as wide
_BAR_PRIOR = 5.0
_ROUNDS = 30  # of Newton's method; a handful are needed
_STEP_LOW = 1e-9  # below which it is done
_SIZE = np.float64

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """What measures are usual in what was judged."""

    names: tuple[str, ...]
    usual: NDArray[np.int64]
    spread: NDArray[np.int64]

    def of(self, features: Sequence[dict[str, int]]) -> Matrix:
        """Return measures in spreads from the usual, shape (N, D); whole numbers until the last step."""
        raw = np.array([[one.get(name, 0) for name in self.names] for one in features], np.int64)
        away = (raw.reshape(-1, len(self.names)) - self.usual) * 1000 // self.spread
        bounded: Matrix = np.clip(away, -SPREADS_HIGH, SPREADS_HIGH) / 1000.0
        return bounded


def scale_of(features: Sequence[dict[str, int]]) -> Scale:
    """Return the measures that differ at all, with their mean and spread."""
    names = sorted({name for one in features for name in one})
    raw = np.array([[one.get(name, 0) for name in names] for one in features], np.int64)
    usual = np.rint(raw.mean(0)).astype(np.int64)
    spread = np.rint(raw.std(0)).astype(np.int64)
    kept = spread > 0
    return Scale(tuple(np.array(names)[kept].tolist()), usual[kept], spread[kept])


def learnt(scale: Scale, weights: Matrix) -> dict[str, Weight]:
    """Return weights in thousandths of a logit, those that round to nothing left out."""
    rounded = np.clip(np.rint(weights * 1000), -100_000, 100_000).astype(int).tolist()
    rows = zip(scale.names, scale.usual.tolist(), scale.spread.tolist(), rounded, strict=True)
    return {name: Weight(usual, spread, weight) for name, usual, spread, weight in rows if weight}


def fit(measures: Matrix, answers: Answers, used: NDArray[np.bool_] | None = None) -> Matrix:
    """Return the weights (D,) that explain the answers best.

    Args:
        measures: (N, D), see `Scale.of`.
        answers: About these N.
        used: (N,): which of them may be looked at; answers about others are left out.
    """
    rows, above = _rows(measures, answers, np.ones(len(measures), np.bool_) if used is None else used)
    wide = measures.shape[1]
    prior = np.full(rows.shape[1], 1 / _BAR_PRIOR**2)
    prior[:wide] = 1 / PRIOR**2
    weights = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (above - chance) - prior * weights
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(prior)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max(initial=0.0) < _STEP_LOW:
            break
    return weights[:wide]


def _rows(measures: Matrix, answers: Answers, used: NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    """Return what each answer compares, (R, D + bars), and whether the first side won, (R,)."""
    rows: list[Matrix] = []
    above: list[float] = []
    for better, worse in answers.pairs:
        if used[better] and used[worse]:
            rows.append(np.concatenate((measures[better] - measures[worse], np.zeros(BARS))))
            above.append(1.0)
    for place, bar, passed in answers.bars:
        if used[place]:
            against = np.zeros(BARS)
            against[bar] = -1.0
            rows.append(np.concatenate((measures[place], against)))
            above.append(float(passed))
    return np.array(rows, _SIZE).reshape(-1, measures.shape[1] + BARS), np.array(above, _SIZE)
