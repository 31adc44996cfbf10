"""Training sprites drawn in two ramps of a known palette, as those are that are asked for by palette name.

Real sprites have colours of their own, so a network that has seen nothing else strews those it is given.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab
from playloom.kinds.sprite.palette import Palette, known_palettes
from playloom.kinds.sprite.ramps import parts
from playloom.seeds import Stream
from playloom_train.kinds.sprite.batches_augment import Colours, Tokens, recoloured

_POOL = 1_500  # ramps that are ready to be drawn in
_COUNTS = (5, 12)  # colours, the darkest one and two ramps together
_TURNED = 0.4  # share of the pool whose colours are changed as those of sprites are
_OUTLINE = 0.4  # lightness in OKLab below which a sprite's darkest colour is that of outlines
_STRETCH = 0.6  # how far the lightness of a sprite is stretched to that of the ramp
_ROUNDS = 4  # of the two means


@dataclass(frozen=True, eq=False)
class Ramps:
    """A palette of few colours in parts."""

    colours: Colours  # (K, 3)
    part: NDArray[np.int64]  # (K,): 0 the darkest colour, 1 the first ramp, 2 the second
    lightness: NDArray[np.float64]  # (K,)


def ramps(random: np.random.Generator) -> list[Ramps]:
    """Return ramps of all known palettes that have enough colours for two."""
    palettes = [known.palette for known in known_palettes().values()]
    palettes = [palette for palette in palettes if len(palette.colours) >= _COUNTS[1]]
    return [_ramps(palettes[int(random.integers(len(palettes)))], random) for _ in range(_POOL)]


def _ramps(palette: Palette, random: np.random.Generator) -> Ramps:
    stream = Stream(int(random.integers(1 << 32)), "ramps")
    found = parts(palette, int(random.integers(_COUNTS[0], _COUNTS[1] + 1)), (), stream)
    colours = palette.array[[place for part in found for place in part]]
    if random.random() < _TURNED:
        colours = recoloured(colours, random)
    part = np.repeat(np.arange(len(found)), [len(one) for one in found])
    return Ramps(colours, part, oklab.oklab(colours)[:, 0])


def drawn_in(tokens: Tokens, colours: Colours, to: Ramps, random: np.random.Generator) -> Tokens:
    """Return the tokens in the colours of ``to``: the more common hue of a sprite in one ramp, the rest in
    the other, light as light and dark as dark.
    """
    lab = oklab.oklab(colours)
    lightness = lab[:, 0]
    counts = np.bincount(tokens.ravel(), minlength=len(colours) + 1)[1:]
    other = _second_hue(lab[:, 1:], counts)
    first = 2 if random.random() < 0.25 and (to.part == 2).any() else 1
    low, high = lightness.min(), max(lightness.max(), lightness.min() + 1e-3)
    table = np.zeros(len(colours) + 1, np.uint8)
    for hue, part in ((~other, first), (other, 3 - first)):
        # Shadows of either may be of the darkest colour.
        places = np.flatnonzero((to.part == part) | (to.part == 0))
        reach = to.lightness[places]
        stretched = reach.min() + (lightness[hue] - low) / (high - low) * (reach.max() - reach.min())
        wanted = lightness[hue] + _STRETCH * (stretched - lightness[hue])
        table[1:][hue] = 1 + places[np.abs(wanted[:, None] - reach).argmin(1)]
    darkest = int(lightness.argmin())
    if lightness[darkest] < _OUTLINE:
        table[1 + darkest] = 1 + int(np.flatnonzero(to.part == 0)[0])
    return table[tokens]


def _second_hue(hues: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which colours, (K, 2) with their pixels (K,), are of the less common of two hues."""
    apart = ((hues[:, None] - hues[None]) ** 2).sum(-1)
    middles = hues[list(np.unravel_index(int(apart.argmax()), apart.shape))]
    second = np.zeros(len(hues), np.bool_)
    for _ in range(_ROUNDS):
        second = ((hues[:, None] - middles) ** 2).sum(-1).argmin(1) == 1
        for place, side in enumerate((~second, second)):
            if counts[side].sum():
                middles[place] = (hues[side] * counts[side, None]).sum(0) / counts[side].sum()
    return second if counts[second].sum() <= counts[~second].sum() else ~second
