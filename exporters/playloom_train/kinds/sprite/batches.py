"""Training batches of the sprite networks: balanced over categories, seen anew each time, partly hidden."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playloom.kinds.sprite.quantise import reduce_colours, tokens_of
from playloom_train.kinds.sprite import batches_augment as augment
from playloom_train.kinds.sprite.batches_masks import hidden
from playloom_train.kinds.sprite.batches_ramps import drawn_in, ramps
from playloom_train.kinds.sprite.data import Example

HOT = 127  # value of a condition that holds
SIZES = (16, 24, 32, 48)
OWN = 16  # colours of a training sprite at most; those of a richer one are reduced
PALETTE = 20  # colours that the networks are given in training; any number when they are used
_SIDES = {32: 0.66, 16: 0.22, 24: 0.06, 48: 0.06}  # how often a batch is of each size
_IN_RAMPS = 0.35  # share of the sprites drawn in ramps of a known palette
_BATCH_SIDE = 32  # batches of other sizes hold as many pixels


@dataclass(frozen=True)
class Vocabulary:
    """The order of the conditions: categories, styles, sizes, tags."""

    categories: tuple[str, ...]
    styles: tuple[str, ...]
    sizes: tuple[int, ...]
    tags: tuple[str, ...]

    @classmethod
    def of(cls, examples: Sequence[Example], often: int = 10) -> "Vocabulary":
        """Return the vocabulary of a training set; a tag belongs to it from ``often`` uses on."""
        tags = Counter(tag for one in examples for tag in set(one.tags))
        return cls(
            tuple(sorted({one.category for one in examples})),
            tuple(sorted({one.style for one in examples})),
            SIZES,
            tuple(sorted(tag for tag, count in tags.items() if count >= often)),
        )

    @property
    def names(self) -> list[str]:
        """Names of the condition's places."""
        return [
            *(f"category:{name}" for name in self.categories),
            *(f"style:{name}" for name in self.styles),
            *(f"size:{size}" for size in self.sizes),
            *(f"tag:{name}" for name in self.tags),
        ]

    def joined(self, other: "Vocabulary") -> "Vocabulary":
        """Return the vocabulary of both: its own words in their order, then the other's."""
        return Vocabulary(
            tuple(dict.fromkeys((*self.categories, *other.categories))),
            tuple(dict.fromkeys((*self.styles, *other.styles))),
            tuple(dict.fromkeys((*self.sizes, *other.sizes))),
            tuple(dict.fromkeys((*self.tags, *other.tags))),
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def vector(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Return the condition in which these names hold; those it lacks are left out."""
        told = np.zeros(len(self._places), np.float32)
        told[[self._places[name] for name in names if name in self._places]] = HOT
        return told


@dataclass(frozen=True)
class Batch:
    """Inputs and what is asked; -1 where nothing is."""

    whole: Tensor  # int64 (B, H, W): the sprite, nothing hidden
    tokens: Tensor  # int64 (B, H, W): as shown
    palette: Tensor  # float32 (B, P, 3), 0..255
    given: Tensor  # float32 (B, P), 1 where the palette has a colour
    condition: Tensor  # float32 (B, C), whole numbers 0..127
    alpha: Tensor  # int64 (B, H, W): 0 transparent, 1 solid
    colour: Tensor  # int64 (B, H, W)


Seen = tuple[NDArray[np.uint8], NDArray[np.uint8], list[str]]  # tokens, palette, names of conditions


class Batches:
    """Draws batches; what is drawn depends on nothing but the seed."""

    def __init__(
        self, examples: Sequence[Example], vocabulary: Vocabulary, seed: int, *, plain: bool = False
    ) -> None:
        """Prepare.

        Args:
            examples: Square sprites of the `SIZES`.
            vocabulary: Of the conditions.
            seed: Of all chances.
            plain: Leave sprites as they are and tell every condition: to validate.
        """
        examples = [_reduced(one) for one in examples]
        self.examples, self.vocabulary, self.plain = examples, vocabulary, plain
        self.random = np.random.default_rng(seed)
        self.ramps = ramps(self.random)
        counts = Counter(one.category for one in examples)
        self.odds = np.array(
            [
                # Textures are much of the data, and little of what they are can be foretold.
                one.weight * counts[one.category] ** -0.5 * (0.5 if one.tokens.all() else 1.0)
                for one in examples
            ]
        )
        self.side = np.array([one.tokens.shape[0] for one in examples])
        reach = np.array([max(b - a, d - c) for a, b, c, d in (augment.box(one.tokens) for one in examples)])
        self.seamless = np.array([augment.seamless(one.tokens, one.colours) for one in examples])
        fits = {
            side: (self.side == side)
            | ((self.side != 16) & (reach <= 24) if side == 24 else False)
            | ((self.side == 16) | ((self.side <= 32) & (reach <= 24)) if side == 48 else False)
            for side in SIZES
        }
        self.fitting = {side: np.flatnonzero(fit) for side, fit in fits.items() if fit.any()}
        self.chances = {
            side: self.odds[places] / self.odds[places].sum() for side, places in self.fitting.items()
        }
        shares = np.array([_SIDES[side] for side in self.fitting])
        self.sides, self.shares = list(self.fitting), shares / shares.sum()

    def draw(self, size: int, side: int | None = None) -> Batch:
        """Return a batch with as many pixels as ``size`` sprites of 32x32 have."""
        side = side or int(self.random.choice(self.sides, p=self.shares))
        count = max(1, size * _BATCH_SIDE**2 // side**2)
        parts = [self._one(seen) for seen in self.seen(count, side)]
        return Batch(*(torch.from_numpy(np.stack(part)) for part in zip(*parts, strict=True)))

    def seen(self, count: int, side: int) -> list[Seen]:
        """Return ``count`` sprites of ``side`` with palette and conditions, each seen anew."""
        places = self.random.choice(self.fitting[side], count, p=self.chances[side])
        return [self._seen(int(place), side) for place in places]

    def _one(self, seen: Seen) -> tuple[NDArray[np.generic], ...]:
        tokens, colours, names = seen
        whole, shown, alpha, colour = hidden(tokens, PALETTE, self.random)
        return whole, shown, *filled(colours), self.vocabulary.vector(names), alpha, colour

    def _seen(self, place: int, side: int) -> Seen:
        one, random = self.examples[place], self.random
        tokens, colours = self._sized(one.tokens, side), one.colours
        names = [f"category:{one.category}", f"style:{one.style}", f"size:{side}"]
        names += [f"tag:{tag}" for tag in one.tags]
        if self.plain:
            return tokens, colours, names
        if random.random() < 0.5:
            tokens = tokens[:, ::-1]
        if self.seamless[place] and random.random() < 0.4:
            tokens = np.roll(tokens, tuple(random.integers(side, size=2)), (0, 1))
        elif random.random() < 0.4:
            tokens = augment.shifted(tokens, side // 10, random)
        if random.random() < 0.5:
            colours = augment.recoloured(colours, random)
        return *self._palette(tokens, colours), self._told(names)

    def _sized(self, tokens: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
        if tokens.shape[0] == side:
            return tokens
        if side == 48 and tokens.shape[0] == 16:
            return tokens.repeat(3, 0).repeat(3, 1) if self.random.random() < 0.2 else _smooth3(tokens)
        small = augment.placed(tokens, 24)
        if small is None:
            raise ValueError(f"a sprite of {tokens.shape} does not fit {side}")
        return small if side == 24 else augment.scale2x(small)

    def _palette(
        self, tokens: NDArray[np.uint8], colours: NDArray[np.uint8]
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the sprite in ramps, its own colours, fewer, another's, or with some more beside them."""
        random, chance = self.random, self.random.random()
        to = self.ramps[int(random.integers(len(self.ramps)))]
        other = self.examples[int(random.integers(len(self.examples)))].colours
        if chance < _IN_RAMPS:
            tokens, colours = drawn_in(tokens, colours, to, random), to.colours
        elif chance < 0.42 and len(colours) > 4:
            few = colours[random.permutation(len(colours))[: int(random.integers(3, len(colours)))]]
            tokens, colours = augment.onto(tokens, colours, few), few
        elif chance < 0.46 and len(other) > 4:
            tokens, colours = augment.onto(tokens, colours, other), other
        elif chance < 0.7:
            most = min(PALETTE, len(colours) + int(random.integers(1, 8)))
            colours = augment.with_others(colours, random.permutation(other), most)
        order = random.permutation(len(colours))
        place = np.concatenate([[0], np.argsort(order) + 1]).astype(np.uint8)
        return place[tokens], colours[order]

    def _told(self, names: list[str]) -> list[str]:
        """Return what the network is told: nothing at times, seldom everything."""
        chance = self.random.random(4)
        if chance[0] < 0.1:
            return []
        share = 0.0 if chance[1] < 0.25 else float(self.random.random()) ** 0.5
        told = [name for name in names[3:] if self.random.random() < share]
        told += names[:1] if chance[2] > 0.08 else []
        told += names[1:2] if chance[3] > 0.15 else []
        return [*told, names[2]]


def _reduced(one: Example) -> Example:
    if len(one.colours) <= OWN:
        return one
    tokens, colours = tokens_of(reduce_colours(one.rgba, OWN)[0])
    return replace(one, tokens=tokens, colours=colours)


def filled(colours: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a palette filled up to the length of a batch's, and which of it is given."""
    palette, given = np.zeros((PALETTE, 3), np.float32), np.zeros(PALETTE, np.float32)
    palette[: len(colours)], given[: len(colours)] = colours, 1
    return palette, given


def _smooth3(tokens: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the sprite three times as large: twice with smooth stairs, then the nearest pixel of that."""
    four = augment.scale2x(augment.scale2x(tokens))
    places = (np.arange(3 * len(tokens)) * 4 + 2) // 3
    return four[places][:, places]
