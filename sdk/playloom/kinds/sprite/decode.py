"""A sprite out of the networks, level by level: its gist, its codes, its pixels.

Gist and codes are masked-token decodings (`kernels.masked`; MaskGIT, Chang et al. 2022; the gist is told to
all else, as in RCG, Li et al. 2023). Pixels, told the codes, come in one pass and are then looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, negative_log_likelihood, noise
from playloom.kernels.masked import Heat, decode
from playloom.kinds.sprite.networks import Grid, Logits, Networks, Told
from playloom.kinds.sprite.start import Start
from playloom.seeds import Stream

PLAIN = 16  # guidance, in sixteenths, at which words count as trained
GIST_PASSES = 16
GIST_HEAT = Heat(first=10, order=64)  # rather what is likely, in an order on which it has hardly a say
CODE_HEAT = Heat(first=11, corrector=8, order=1)
CODES_LOOKED_AT = 4  # one in so many passes over the codes is a second look
PIXEL_PASSES = 4  # all but the first are second looks: each draws half of the pixels anew
PIXEL_HEAT = 8  # sixteenths, of the second looks; the first takes the likeliest

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Drawing:
    """One sprite in the making. Each level is drawn told the one before."""

    networks: Networks
    start: Start
    told: Told
    guidance: int  # sixteenths

    @property
    def gist_open(self) -> NDArray[np.bool_]:
        """Which numbers of the gist (G,) are unknown."""
        open_: NDArray[np.bool_] = self.start.gist == self.networks.settings.levels
        return open_

    @property
    def codes_open(self) -> NDArray[np.bool_]:
        """Which codes (h, w) are unknown."""
        open_: NDArray[np.bool_] = self.start.codes == self.networks.settings.codes
        return open_

    def gist(self, stream: Stream, progress: Progress, passes: int = GIST_PASSES) -> Grid:
        """Return a gist (G,) in which nothing is unknown, after so many passes or fewer."""
        networks, start = self.networks, self.start
        hidden, conditions = self.gist_open[None], self._conditions

        def logits(cells: Grid) -> Logits:
            return self._guided(networks.gist_logits(cells[0], start.shape, self.told, conditions))[None]

        done = decode(
            logits,
            start.gist[None],
            hidden,
            np.zeros((*hidden.shape, networks.settings.levels), np.bool_),
            min(passes, int(hidden.sum())),
            stream,
            heat=GIST_HEAT,
            correctors=0,
            progress=progress,
        )
        return done.cells.reshape(-1)

    def fault(self, gist: Grid) -> int:
        """Return how little a gist fits the codes that are known: how surprising they are in one pass."""
        known = ~self.codes_open
        blank = np.full_like(self.start.codes, self.networks.settings.codes)
        told = self.told
        logits = self.networks.code_logits(blank, gist[None], self.start.tokens, told, told.full)[0][known]
        costs = negative_log_likelihood(logits.astype(np.int64))
        return int(np.take_along_axis(costs, self.start.codes[known][:, None], 1).sum())

    def codes(self, gist: Grid, steps: int, stream: Stream, progress: Progress) -> Grid:
        """Return codes (h, w) in which nothing is unknown, after ``steps`` passes.

        Guidance beyond `PLAIN` strengthens gist and words, what is below it weakens the words alone.
        """
        networks, start = self.networks, self.start
        hidden, conditions = self.codes_open, self._conditions
        gists = np.repeat(gist[None], len(conditions), axis=0)
        if self.guidance > PLAIN:
            gists[1] = networks.settings.levels

        def logits(cells: Grid) -> Logits:
            return self._guided(networks.code_logits(cells, gists, start.tokens, self.told, conditions))

        done = decode(
            logits,
            start.codes,
            hidden,
            np.zeros((*hidden.shape, networks.settings.codes), np.bool_),
            steps,
            stream,
            heat=CODE_HEAT,
            correctors=steps // CODES_LOOKED_AT,
            progress=progress,
        )
        return done.cells

    def pixels(self, codes: Grid, stream: Stream, progress: Progress) -> Grid:
        """Return the picture (H, W): a colour, or P where it is transparent. What is given stays as it is."""
        tokens, start = self.told.tokens, self.start
        free = start.free(tokens)
        grid, halves = start.seen, free
        for step in range(PIXEL_PASSES):
            if step == 0:
                again = free & (grid > tokens.transparent)
            else:
                # A random half, then the other one.
                halves = ~halves if step % 2 == 0 else _half(free.shape, stream)
                again = free & halves
            grid = np.where(again, start.tokens, grid)
            alpha, colour = self._pixel_logits(codes, grid)
            heat = PIXEL_HEAT if step else 0
            solid = (grid != tokens.unknown) | (_drawn(alpha, heat, stream) == 1)
            drawn = np.where(solid, _drawn(colour, heat, stream), tokens.transparent)
            grid = np.where(again, drawn, grid)
            progress((step + 1) / PIXEL_PASSES)
        return grid

    def _pixel_logits(self, codes: Grid, tokens: Grid) -> tuple[Logits, Logits]:
        """Return logits of alpha and of colours; guidance beyond `PLAIN` is for the codes."""
        told = self.told
        full = self.networks.pixel_logits(codes, tokens, told, told.full)
        if self.guidance >= PLAIN:
            return full
        weak = self.networks.pixel_logits(codes, tokens, told, told.weak)
        return _mixed(full[0], weak[0], self.guidance), _mixed(full[1], weak[1], self.guidance)

    @property
    def _conditions(self) -> NDArray[np.float32]:
        """What a pass is told: the condition asked for and, where guidance needs it, that with no words."""
        return self.told.full if self.guidance == PLAIN else self.told.both

    def _guided(self, logits: Logits) -> Logits:
        """Return the logits to draw from, of those of each of `_conditions`."""
        return logits[0] if self.guidance == PLAIN else _mixed(logits[0], logits[1], self.guidance)


def _mixed(full: Logits, weak: Logits, guidance: int) -> Logits:
    """Return what is ``guidance`` sixteenths of the way from no words to those asked for."""
    mixed: Logits = weak + (guidance * (full - weak)) // 16
    return mixed


def _half(shape: tuple[int, ...], stream: Stream) -> NDArray[np.bool_]:
    chosen: NDArray[np.bool_] = stream.bits(int(np.prod(shape))) >> np.uint64(63) == 1
    return chosen.reshape(shape)


def _drawn(logits: Logits, heat: int, stream: Stream) -> Grid:
    """Return a draw (H, W) from logits (H, W, V) at ``heat`` sixteenths of the noise of the softmax."""
    scores = logits.astype(np.int64) * (16 * FINE)
    if heat:
        scores += heat * noise(stream.bits(scores.size)).reshape(scores.shape)
    drawn: Grid = np.argmax(scores, axis=-1)
    return drawn
