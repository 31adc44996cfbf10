"""Parallel decoding of masked tokens on a grid.

Absorbing-state discrete diffusion (Austin et al. 2021) decoded in a few passes, in the manner of
MaskGIT (Chang et al. 2022): every pass draws all masked cells, keeps the
most confident draws and masks the rest again. The last passes, half of them unless told otherwise, are
correctors (Song et al. 2021, Lezama et al. 2023): each masks a random half of the cells and draws them anew
beside the other half, which mends what was drawn too early. All arithmetic is on whole numbers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, GRID, blocks, masses, negative_log_likelihood, noise, odds
from playloom.seeds import Stream

NEVER = -(1 << 20)  # logit of a forbidden token
UNLIKELY = 1 << 30  # surprise of a token that was not among the choices; fits 32 bits

Network = Callable[[NDArray[np.int64]], NDArray[np.signedinteger]]


@dataclass(frozen=True)
class Heat:
    """How much chance there is, in sixteenths of the noise that would draw from the softmax itself."""

    first: int = 13  # calmer than the softmax, still varied
    corrector: int = 6
    order: int = 6  # weight in the order of unmasking at the first pass; falls to 0 at the last


@dataclass(frozen=True)
class Decoded:
    """What decoding made, and how likely each alternative was when a cell was decided."""

    cells: NDArray[np.int64]  # (H, W)
    surprise: NDArray[np.int32]  # (H, W, V): negative log likelihood, in 1/(GRID*FINE) nats


@dataclass(frozen=True)
class Steering:
    """How many cells should hold one of the favoured tokens: of the whole grid, or of each zone of it."""

    favoured: NDArray[np.bool_]  # (V,)
    target: int | tuple[int, ...]  # of each zone, if there are any
    zones: NDArray[np.int64] | None = None  # (H, W): which zone a cell belongs to, from 0


def decode(
    network: Network,
    tokens: NDArray[np.int64],
    masked: NDArray[np.bool_],
    barred: NDArray[np.bool_],
    steps: int,
    stream: Stream,
    *,
    steering: Steering | None = None,
    heat: Heat = Heat(),
    correctors: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Decoded:
    """Fill the masked cells in ``steps`` passes, some of them second looks.

    Args:
        network: Tokens (H, W) to logits (H, W, V) in 1/GRID nats.
        tokens: Shape (H, W); masked cells hold the mask token.
        masked: Shape (H, W): cells to fill.
        barred: Shape (H, W, V): tokens a cell must not take. One barred everywhere costs nothing.
        steps: Number of passes, at least 1.
        stream: The randomness.
        steering: Leans the draws towards a number of cells, if given.
        heat: How much chance there is.
        correctors: How many of the passes are second looks, fewer than ``steps``; None: half of them.
        progress: Called after each pass with the share of passes done.
    """
    work = _Work(network, tokens, barred, steering)
    every = np.flatnonzero(masked)
    left = every
    seconds = steps // 2 if correctors is None else correctors
    first = steps - seconds
    for step in range(first):
        draws = work.draw(left, stream, heat.first)
        chance = noise(stream.bits(len(left))) * (heat.order * (first - 1 - step))
        order = -draws.surprise * first + chance
        # Cosine schedule: few cells at first, when little is known, and many at the end.
        count = max(1, len(left) - math.floor(len(every) * _cosine(step + 1, first)))
        chosen = np.zeros(len(left), np.bool_)
        chosen[np.argsort(-order, kind="stable")[:count]] = True
        work.keep(draws, chosen)
        left = left[~chosen]
        progress((step + 1) / steps)
    halves = np.zeros(len(every), np.bool_)
    for step in range(seconds):
        # A random half, then the other one.
        halves = ~halves if step % 2 else stream.bits(len(every)) >> np.uint64(63) == 1
        again = every[halves]
        work.mask(again, int(tokens[masked][0]) if len(every) else 0)
        draws = work.draw(again, stream, heat.corrector)
        work.keep(draws, np.ones(len(again), np.bool_))
        progress((first + step + 1) / steps)
    return Decoded(work.cells, work.surprise.reshape(barred.shape))


@dataclass(frozen=True)
class _Draws:
    """One draw for each of some cells."""

    where: NDArray[np.int64]  # (N,) flat cells
    tokens: NDArray[np.int64]  # (N,)
    surprise: NDArray[np.int64]  # (N,) of the tokens drawn
    costs: NDArray[np.int32]  # (N, choices)


class _Work:
    """The grid in the making."""

    def __init__(
        self,
        network: Network,
        tokens: NDArray[np.int64],
        barred: NDArray[np.bool_],
        steering: Steering | None,
    ) -> None:
        self.network, self.steering = network, steering
        self.cells = tokens.copy()
        self.choices = np.flatnonzero(~barred.all(axis=(0, 1)))
        self.barred = barred[:, :, self.choices].reshape(-1, len(self.choices))
        self.surprise = np.full((tokens.size, barred.shape[2]), UNLIKELY, np.int32)

    def draw(self, where: NDArray[np.int64], stream: Stream, heat: int) -> _Draws:
        """Draw a token for each of the flat cells ``where``, which are masked."""
        logits = self.network(self.cells).reshape(self.cells.size, -1)
        lift = None if self.steering is None else self._lift(logits, where, self.steering, heat)
        tokens, surprise = np.empty(len(where), np.int64), np.empty(len(where), np.int64)
        costs = np.empty((len(where), len(self.choices)), np.int32)
        for block in blocks(len(where)):
            these = self._odds(logits, where[block])
            costs[block] = negative_log_likelihood(these)  # the network's own, whatever the steering
            if self.steering is not None and lift is not None:
                these += self.steering.favoured[self.choices] * lift[block, None]
            chance = noise(stream.bits(these.size)).reshape(these.shape)
            drawn = np.argmax(these * (16 * FINE) + chance * heat, axis=1)
            tokens[block] = self.choices[drawn]
            surprise[block] = np.take_along_axis(costs[block], drawn[:, None], 1)[:, 0]
        return _Draws(where, tokens, surprise, costs)

    def _odds(self, logits: NDArray[np.signedinteger], where: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the logits (N, choices) of the flat cells ``where``, with what is barred there ruled out."""
        these = logits[where[:, None], self.choices].astype(np.int64)
        these[self.barred[where]] = NEVER
        return these

    def _lift(
        self, logits: NDArray[np.signedinteger], where: NDArray[np.int64], steering: Steering, heat: int
    ) -> NDArray[np.int64]:
        """Return what to add to favoured logits (N,) so that grid or zones likely hold the numbers wanted."""
        lean = steering.favoured[self.choices]
        shown = np.ones(self.cells.size, np.bool_)
        shown[where] = False
        inside, outside = np.empty(len(where), np.int64), np.empty(len(where), np.int64)
        for block in blocks(len(where)):
            these = self._odds(logits, where[block])
            inside[block], outside[block] = masses(these * 16 // heat, lean)
        targets = (steering.target,) if isinstance(steering.target, int) else steering.target
        zones = np.zeros(self.cells.size, np.int64) if steering.zones is None else steering.zones.ravel()
        lifts = np.zeros(len(where), np.int64)
        for zone, target in enumerate(targets):
            here = zones[where] == zone
            held = int(steering.favoured[self.cells.ravel()[shown & (zones == zone)]].sum())
            lifts[here] = _lift(inside[here], outside[here], target - held, heat)
        return lifts

    def keep(self, draws: _Draws, chosen: NDArray[np.bool_]) -> None:
        """Enter the chosen draws, (N,), into the grid."""
        where = draws.where[chosen]
        self.cells.reshape(-1)[where] = draws.tokens[chosen]
        self.surprise[where[:, None], self.choices] = draws.costs[chosen]

    def mask(self, where: NDArray[np.int64], token: int) -> None:
        """Forget what the flat cells hold."""
        self.cells.reshape(-1)[where] = token


def _cosine(step: int, steps: int) -> float:
    # Rounded, so that no last bit of a platform's cosine can move a cell from one pass to the next.
    return round(math.cos(0.5 * math.pi * step / steps), 6)


def _lift(inside: NDArray[np.int64], outside: NDArray[np.int64], wanted: int, heat: int) -> int:
    """Return what to add to favoured logits so that about ``wanted`` cells draw one at ``heat``.

    Args:
        inside: Shape (N,): mass of the favoured tokens at ``heat``, see `masses`.
        outside: Shape (N,): mass of the others.
        wanted: Cells.
        heat: Sixteenths of the noise.
    """
    low, high = -14 * GRID, 14 * GRID
    while low < high:
        middle = (low + high) // 2
        if int(odds(inside, outside, middle).sum()) >> 20 < wanted:
            low = middle + 1
        else:
            high = middle
    return low * heat // 16
