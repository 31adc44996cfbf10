"""Training batches of walks: a frame to draw, partly drawn already, of a figure seen anew each time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playloom.kinds.walk.frames import CONDITIONS, DRAWN, GIVEN, Frame, places
from playloom_train.dyadic import TOP
from playloom_train.kinds.sprite import batches_augment as augment
from playloom_train.kinds.walk.data import SIDES, Tokens, Walker

PALETTE = 20  # colours that the network is given in training; any number when it is used
TRANSPARENT, UNKNOWN = PALETTE, PALETTE + 2
_SIDES = {16: 0.75, 32: 0.25}  # how often a batch is of each size
_LARGE = 3.0  # weight of a walker of 32 pixels where smaller ones are made as large
FIGURE = "character"  # the category of figures on two legs
_OTHERS = 0.4  # weight of what is none: no two bats or eyes move alike
_STANDING = 2.0  # weight of a standing frame; steps are drawn from it
_NOTHING_DRAWN = 0.5  # share of the frames of which nothing is drawn yet
_WRONG = 0.04  # share of the pixels of some standing frames that are wrong, as they are when it was drawn


@dataclass(frozen=True)
class Batch:
    """Inputs and what is asked; -1 where nothing is."""

    front: Tensor  # int64 (B, H, W)
    standing: Tensor
    drawn: Tensor
    palette: Tensor  # float32 (B, P, 3), 0..255
    condition: Tensor  # float32 (B, C), 0 or 127
    given: Tensor  # float32 (B, P), 1 where the palette has a colour
    alpha: Tensor  # int64 (B, H, W): 0 transparent, 1 solid
    colour: Tensor  # int64 (B, H, W)


Seen = dict[Frame, Tokens]


class Batches:
    """Draws batches; what is drawn depends on nothing but the seed."""

    def __init__(self, walkers: Sequence[Walker], seed: int, *, plain: bool = False) -> None:
        """Prepare.

        Args:
            walkers: To learn from.
            seed: Of all chances.
            plain: Leave figures as they are and draw whole frames: to validate.
        """
        self.walkers, self.plain = walkers, plain
        self.random = np.random.default_rng(seed)
        odds = np.array([1.0 if one.side == SIDES[0] else _LARGE for one in walkers])
        odds *= [1.0 if one.category == FIGURE else _OTHERS for one in walkers]
        small = np.array([one.side == SIDES[0] for one in walkers])
        fits = {SIDES[0]: odds * small, SIDES[1]: odds * ~small if plain else odds}
        self.odds = {side: weight / weight.sum() for side, weight in fits.items() if weight.any()}
        shares = np.array([_SIDES[side] for side in self.odds])
        self.sides, self.shares = list(self.odds), shares / shares.sum()
        weight = np.array([_STANDING if phase == GIVEN[1] else 1.0 for _, phase in DRAWN])
        self.frames = weight / weight.sum()

    def draw(self, size: int, side: int | None = None) -> Batch:
        """Return a batch with as many pixels as ``size`` figures of 16x16 have."""
        side = side or int(self.random.choice(self.sides, p=self.shares))
        count = max(1, size * SIDES[0] ** 2 // side**2)
        parts = [self._one(side) for _ in range(count)]
        return Batch(*(torch.from_numpy(np.stack(part)) for part in zip(*parts, strict=True)))

    def _one(self, side: int) -> tuple[NDArray[np.generic], ...]:
        random = self.random
        walker = self.walkers[int(random.choice(len(self.walkers), p=self.odds[side]))]
        view, phase = DRAWN[int(random.choice(len(DRAWN), p=self.frames))]
        frames, colours = self._seen(walker, {GIVEN, (view, GIVEN[1]), (view, phase)}, side)
        front, asked = _as_tokens(frames[GIVEN]), _as_tokens(frames[view, phase])
        standing = _as_tokens(frames[view, GIVEN[1]])
        if phase == GIVEN[1]:
            standing = np.full_like(front, UNKNOWN)
        elif not self.plain and view != GIVEN[0] and random.random() < 0.5:
            standing = self._somewhat_wrong(standing)
        hidden = self._hidden(asked.shape)
        condition = np.zeros(CONDITIONS, np.float32)
        condition[list(places(view, phase))] = TOP
        alpha = np.where(hidden, asked != TRANSPARENT, -1)
        colour = np.where(hidden & (asked != TRANSPARENT), asked, -1)
        drawn = np.where(hidden, UNKNOWN, asked)
        palette, given = _filled(colours)
        return front, standing, drawn, palette, condition, given, alpha, colour

    def _hidden(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return which pixels are to be drawn: all, or a share."""
        whole = self.plain or self.random.random() < _NOTHING_DRAWN
        share = 1.0 if whole else self.random.uniform(0.1, 1.0)
        hidden: NDArray[np.bool_] = self.random.random(shape) < share
        hidden[0, 0] = True
        return hidden

    def _somewhat_wrong(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a frame in which some pixels are those of a neighbour."""
        move = self.random.integers(-1, 2, 2)
        wrong = self.random.random(tokens.shape) < _WRONG
        return np.where(wrong, np.roll(tokens, tuple(move), (0, 1)), tokens)

    def _seen(self, walker: Walker, needed: set[Frame], side: int) -> tuple[Seen, NDArray[np.uint8]]:
        """Return some frames of a walker on a canvas of ``side``, seen anew, and its palette."""
        random = self.random
        if self.plain:
            return walker.frames, walker.colours
        whole = walker.mirrored if random.random() < 0.5 else walker.frames
        frames = {place: whole[place] for place in sorted(needed)}
        if walker.side != side:
            larger = augment.scale2x if random.random() < 0.6 else _wider
            frames = {place: larger(tokens) for place, tokens in frames.items()}
        frames = self._moved(frames)
        colours = augment.recoloured(walker.colours, random) if random.random() < 0.7 else walker.colours
        if random.random() < 0.2:
            other = self.walkers[int(random.integers(len(self.walkers)))].colours
            most = min(PALETTE, len(colours) + int(random.integers(1, 6)))
            colours = augment.with_others(colours, random.permutation(other), most)
        order = random.permutation(len(colours))
        table = np.concatenate([[0], np.argsort(order) + 1]).astype(np.uint8)
        return {place: table[tokens] for place, tokens in frames.items()}, colours[order]

    def _moved(self, frames: Seen) -> Seen:
        """Return the frames moved alike, none beyond an edge."""
        top, bottom, left, right = augment.box(np.maximum.reduce([*frames.values()]))
        side = len(frames[GIVEN])
        move = tuple(
            int(self.random.integers(-min(side // 8, before), min(side // 8, side - after) + 1))
            for before, after in ((top, bottom), (left, right))
        )
        return {place: np.roll(tokens, move, (0, 1)) for place, tokens in frames.items()}


def _wider(tokens: Tokens) -> Tokens:
    """Return the figure as it is on a canvas twice as large, in its middle."""
    around = len(tokens) // 2
    return np.pad(tokens, around)


def _as_tokens(pixels: Tokens) -> NDArray[np.int64]:
    return np.where(pixels == 0, TRANSPARENT, pixels.astype(np.int64) - 1)


def _filled(colours: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a palette filled up to the length of a batch's, and which of it is given."""
    palette, given = np.zeros((PALETTE, 3), np.float32), np.zeros(PALETTE, np.float32)
    palette[: len(colours)], given[: len(colours)] = colours, 1
    return palette, given
