"""Sampling from logits with integers alone, so that every machine draws the same token.

Gumbel-argmax (Gumbel 1954; Maddison et al. 2014): the largest of ``logit +
noise`` is a draw from the softmax. Logits are whole numbers on a grid
(`GRID` to the nat), noise and logarithms come from tables rounded to a finer grid, so no
last bit of an exponential can decide a draw.
"""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

GRID = 32  # logit units to the nat
FINE = 32  # noise units to the logit unit
_BITS = 14  # of randomness in the noise table
_BLOCK = 1 << 13  # rows of logits
_ONE = 1 << 20  # probability mass of the likeliest tile in fixed point


@cache
def gumbel_table() -> NDArray[np.int64]:
    """Shape (2**14,): standard Gumbel noise at the midpoints of equal slices, in 1/(GRID*FINE) nats."""
    count = 1 << _BITS
    scale = GRID * FINE
    return np.array([round(-math.log(-math.log((i + 0.5) / count)) * scale) for i in range(count)], np.int64)


@cache
def _exp_table() -> NDArray[np.int64]:
    """Fixed-point exp(-i / GRID) for i = 0, 1, …, down to nothing."""
    return np.array([round(_ONE * math.exp(-i / GRID)) for i in range(GRID * 15)], np.int64)


@cache
def _log_table() -> NDArray[np.int64]:
    """GRID * FINE * log(1 + i / 2**12), i = 0 … 2**12."""
    return np.array([round(GRID * FINE * math.log1p(i / 4096)) for i in range(4097)], np.int64)


def noise(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return Gumbel noise for random words, any shape, in 1/(GRID*FINE) nats."""
    return gumbel_table()[(bits >> np.uint64(64 - _BITS)).astype(np.int64)]


def negative_log_likelihood(logits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return -log softmax over the last axis, in 1/(GRID*FINE) nats, all of it whole numbers.

    Args:
        logits: Shape (..., V), in 1/GRID nats.
    """
    table = _exp_table()
    below = logits.max(axis=-1, keepdims=True) - logits
    mass = table[np.minimum(below, len(table) - 1)].sum(axis=-1)  # at least _ONE
    # log(mass / _ONE) = k log 2 + log(1 + rest): k by bit length, the rest by table.
    k = np.frexp(mass.astype(np.float64))[1].astype(np.int64) - 21
    rest = (mass >> np.maximum(k + 8, 0)) - 4096
    total = k * round(GRID * FINE * math.log(2)) + _log_table()[rest]
    result: NDArray[np.int64] = below * FINE + total[..., None]
    return result


def masses(
    logits: NDArray[np.signedinteger], chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the probability mass of ``chosen`` and of the rest, to a common scale of each row; both (N,).

    Args:
        logits: Shape (N, V), in 1/GRID nats.
        chosen: Shape (V,).
    """
    table = _exp_table()
    inside, outside = np.empty(len(logits), np.int64), np.empty(len(logits), np.int64)
    for block in blocks(len(logits)):
        these = logits[block]
        below = these.max(axis=-1, keepdims=True) - these
        mass = table[np.minimum(below, len(table) - 1)]
        inside[block] = mass[:, chosen].sum(axis=-1)
        outside[block] = mass.sum(axis=-1) - inside[block]
    return inside, outside


def blocks(count: int) -> Iterator[slice]:
    """Yield slices that cover 0 to ``count`` in order, each small enough to stay in a core's cache."""
    return (slice(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK))


def odds(inside: NDArray[np.int64], outside: NDArray[np.int64], lift: int = 0) -> NDArray[np.int64]:
    """Return the probability, in 1/2**20, of a draw of mass ``inside`` against ``outside``, see `masses`.

    Args:
        inside: Shape (N,).
        outside: Shape (N,).
        lift: Added to the logits of the tokens inside, in 1/GRID nats.
    """
    table = _exp_table()
    shrink = table[min(abs(lift), len(table) - 1)]
    if lift < 0:
        inside = (inside * shrink) >> 20
    else:
        outside = (outside * shrink) >> 20
    result: NDArray[np.int64] = (inside << 20) // np.maximum(inside + outside, 1)
    return result
