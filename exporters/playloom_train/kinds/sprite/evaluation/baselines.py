"""Pictures that a network must beat: a Markov chain's, and real sprites whose blocks are shuffled."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.originality import tones
from playloom.kinds.sprite.overlay import TONES
from playloom.seeds import Stream
from playloom_train.kinds.level.evaluation.baselines import MarkovChain
from playloom_train.kinds.sprite.evaluation.reference import Real

_MAPS_HIGH = 200  # training sprites that one chain learns from
_BLOCKS = 4  # a side's, that are shuffled

Picture = NDArray[np.uint8]  # RGBA


def alike(training: Sequence[Real], asked: Sequence[Real], seed: int) -> list[Real]:
    """Return a training sprite of the same kind for each sprite of ``asked``, drawn by chance.

    Of the same category, style and size; where there is none, of the same category and size, or category.
    Where the training has no sprite of the category, none stands for it.
    """
    by_kind: dict[tuple[object, ...], list[Real]] = {}
    for one in training:
        for kind in _kinds(one):
            by_kind.setdefault(kind, []).append(one)
    stream = Stream(seed, "alike")
    chosen = []
    for one in asked:
        some = next((by_kind[kind] for kind in _kinds(one) if kind in by_kind), None)
        if some:
            chosen.append(some[stream.below(len(some))])
    return chosen


def chained(training: Sequence[Real], asked: Sequence[Real], seed: int) -> list[Picture]:
    """Return a picture for each sprite of ``asked``, drawn tone by tone by a chain of its category and size.

    The tones take the colours of the sprite's palette, from the darkest to the lightest.
    """
    groups: dict[tuple[str, int], list[int]] = {}
    for i, one in enumerate(asked):
        groups.setdefault((one.category, one.size), []).append(i)
    drawn: dict[int, Picture] = {}
    for (category, size), places in sorted(groups.items()):
        same = [one for one in training if one.category == category]
        fits = [one for one in same if one.size == size] or same
        if not fits:
            continue
        stream = Stream(seed, f"chain {category} {size}")
        order = np.argsort(stream.bits(len(fits)), kind="stable")[:_MAPS_HIGH]
        chain = MarkovChain([tones(fits[i].rgba) for i in order])
        for i, cells in zip(places, chain.draw(len(places), (size, size), stream), strict=True):
            drawn[i] = _coloured(cells, asked[i])
    return [drawn[i] for i in sorted(drawn)]


def shuffled(pictures: Sequence[Picture], seed: int) -> list[Picture]:
    """Return each picture cut into 4 x 4 blocks that have changed places: colours and texture, no shape."""
    stream = Stream(seed, "shuffled")
    mixed = []
    for picture in pictures:
        side = picture.shape[0] // _BLOCKS
        blocks = picture.reshape(_BLOCKS, side, _BLOCKS, side, 4).swapaxes(1, 2).reshape(-1, side, side, 4)
        order = np.argsort(stream.bits(len(blocks)), kind="stable")
        whole = blocks[order].reshape(_BLOCKS, _BLOCKS, side, side, 4).swapaxes(1, 2)
        mixed.append(np.ascontiguousarray(whole.reshape(picture.shape)))
    return mixed


def _kinds(one: Real) -> tuple[tuple[object, ...], ...]:
    return (one.category, one.style, one.size), (one.category, one.size), (one.category,)


def _coloured(cells: NDArray[np.uint8], asked: Real) -> Picture:
    colours = asked.palette.array[list(asked.palette.by_lightness)]
    table = np.zeros((TONES + 1, 4), np.uint8)
    for tone in range(1, TONES + 1):
        table[tone, :3], table[tone, 3] = colours[(2 * tone - 1) * len(colours) // (2 * TONES)], 255
    return table[cells]
