"""Parallel decoding of masked tokens on a grid.

Absorbing-state discrete diffusion (Austin et al. 2021) decoded in a few passes, in the manner of
MaskGIT (Chang et al. 2022): every pass draws all masked cells, keeps the
most confident draws and masks the rest again. All arithmetic is on whole numbers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, GRID, masses, negative_log_likelihood, noise, odds
from playloom.seeds import Stream

NEVER = -(1 << 20)  # logit of a forbidden token
UNLIKELY = 1 << 40  # surprise of a token that was not among the choices
_HEAT = 13  # sixteenths of the noise that would draw from the softmax itself: calmer, still varied
_ORDER_HEAT = 2  # weight of chance in the order of unmasking at the first pass; falls to 0 at the last

Network = Callable[[NDArray[np.int64]], NDArray[np.int64]]


@dataclass(frozen=True)
class Decoded:
    """What decoding made, and how likely each alternative was when a cell was decided."""

    cells: NDArray[np.int64]  # (H, W)
    surprise: NDArray[np.int64]  # (H, W, V): negative log likelihood, in 1/(GRID*FINE) nats


@dataclass(frozen=True)
class Steering:
    """How many cells of the whole grid should hold one of the favoured tokens."""

    favoured: NDArray[np.bool_]  # (V,)
    target: int


def decode(
    network: Network,
    tokens: NDArray[np.int64],
    masked: NDArray[np.bool_],
    barred: NDArray[np.bool_],
    steps: int,
    stream: Stream,
    *,
    steering: Steering | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Decoded:
    """Fill the masked cells in ``steps`` passes.

    Args:
        network: Tokens (H, W) to logits (H, W, V) in 1/GRID nats.
        tokens: Shape (H, W); masked cells hold the mask token.
        masked: Shape (H, W): cells to fill.
        barred: Shape (H, W, V): tokens a cell must not take. One barred everywhere costs nothing.
        steps: Number of passes, at least 1.
        stream: The randomness.
        steering: Leans the draws towards a number of cells, if given.
        progress: Called after each pass with the share of passes done.
    """
    cells = tokens.copy()
    left = masked.copy()
    total = int(masked.sum())
    choices = np.flatnonzero(~barred.all(axis=(0, 1)))
    barred_flat = barred[:, :, choices].reshape(-1, len(choices))
    surprise = np.full((cells.size, barred.shape[2]), UNLIKELY, np.int64)
    for step in range(steps):
        where = np.flatnonzero(left)
        if not len(where):
            break
        logits = network(cells).reshape(cells.size, -1)[where[:, None], choices]
        logits[barred_flat[where]] = NEVER
        cost = negative_log_likelihood(logits)  # the network's own, whatever the steering
        if steering is not None:
            lean = steering.favoured[choices]
            held = int(steering.favoured[cells[~left]].sum())
            logits += lean * _lift(logits, lean, steering.target - held)
        words = stream.bits(logits.size + len(where))
        chance = noise(words[: logits.size]).reshape(logits.shape)
        drawn = np.argmax(logits * (16 * FINE) + chance * _HEAT, axis=1)
        heat = _ORDER_HEAT * (steps - 1 - step)
        order = -cost[np.arange(len(where)), drawn] * steps + noise(words[logits.size :]) * heat
        # Cosine schedule: few cells at first, when little is known, and many at the end.
        count = max(1, len(where) - math.floor(total * _cosine(step + 1, steps)))
        chosen = np.argsort(-order, kind="stable")[:count]
        cells.reshape(-1)[where[chosen]] = choices[drawn[chosen]]
        surprise[where[chosen][:, None], choices] = cost[chosen]
        left.reshape(-1)[where[chosen]] = False
        progress((step + 1) / steps)
    return Decoded(cells, surprise.reshape(barred.shape))


def _cosine(step: int, steps: int) -> float:
    # Rounded, so that no last bit of a platform's cosine can move a cell from one pass to the next.
    return round(math.cos(0.5 * math.pi * step / steps), 6)


def _lift(logits: NDArray[np.int64], favoured: NDArray[np.bool_], wanted: int) -> int:
    """Return what to add to favoured logits so that about ``wanted`` cells draw one (bisection)."""
    inside, outside = masses(logits, favoured)
    low, high = -8 * GRID, 8 * GRID
    while low < high:
        middle = (low + high) // 2
        if int(odds(inside, outside, middle).sum()) >> 20 < wanted:
            low = middle + 1
        else:
            high = middle
    return low
