"""Which colours of a palette one sprite is drawn in: two ramps and the darkest colour.

Who draws pixel art in a palette of 32 colours uses few of them for one thing: from dark to light of about one
hue, and some of a second one. Told all 32, the networks strew them.
"""

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab
from playloom.kinds.sprite.palette import Colour, Palette
from playloom.seeds import Stream

_STEP = oklab.UNIT // 20  # of lightness between the colours of a ramp, at least
_FIRST = (2, 3)  # share of the colours that go to the first ramp
_NAMED: dict[str, Colour] = {
    "red": (190, 38, 51), "green": (68, 137, 26), "blue": (49, 95, 190), "yellow": (247, 226, 60),
    "gold": (222, 170, 40), "golden": (222, 170, 40), "orange": (235, 137, 49), "brown": (120, 76, 40),
    "purple": (130, 50, 150), "pink": (224, 111, 139), "cyan": (80, 200, 210), "white": (250, 250, 250),
    "silver": (190, 195, 205), "grey": (140, 140, 140), "gray": (140, 140, 140), "black": (24, 24, 28),
    "bronze": (170, 110, 50), "ice": (170, 220, 250), "fire": (240, 100, 30),
}  # fmt: skip


def chosen(palette: Palette, count: int, words: tuple[str, ...], stream: Stream) -> NDArray[np.int64]:
    """Return the places of up to ``count`` colours of a palette, ascending; see `parts`."""
    if len(palette.colours) <= count:
        return np.arange(len(palette.colours))
    return np.array(sorted(place for part in parts(palette, count, words, stream) for place in part))


def parts(palette: Palette, count: int, words: tuple[str, ...], stream: Stream) -> list[list[int]]:
    """Return the places of the darkest colour, of a ramp and of a second one, up to ``count`` in all.

    A word that is a colour chooses where the first ramp begins, else chance does. Whole numbers decide, so
    every machine chooses the same.

    Args:
        palette: In any order; the choice depends on its order.
        count: At least 2; as many colours are in the palette, or more.
        words: What the sprite is.
        stream: The randomness.
    """
    lab = oklab.whole(palette.array)
    lightness = lab[:, 0].tolist()
    taken = [int(lab[:, 0].argmin())]
    found = [list(taken)]
    named = [_NAMED[word] for word in words if word in _NAMED]
    first = 1 + (count - 1) * _FIRST[0] // _FIRST[1]
    for number, size in enumerate((first, count)):
        free = [place for place in range(len(lab)) if place not in taken]
        if len(taken) >= size:
            continue
        # A ramp that begins with a dark colour is likely to be dark throughout, and the sprite a shadow.
        light = sorted(free, key=lambda place: (-lightness[place], place))[: -(-len(free) // 2)]
        begin = light[stream.below(len(light))]
        if number < len(named):
            wanted = oklab.whole(np.array([named[number]], np.uint8))
            begin = free[int(oklab.distances(wanted, lab[free])[0].argmin())]
        found.append(_ramp(lab, begin, free, size - len(taken)))
        taken += found[-1]
    return found


def _ramp(lab: NDArray[np.int64], begin: int, free: list[int], count: int) -> list[int]:
    """Return up to ``count`` of the ``free`` places, of about the hue at ``begin``, apart in lightness."""
    apart, lightness = ((lab[:, 1:] - lab[begin, 1:]) ** 2).sum(1).tolist(), lab[:, 0].tolist()
    ramp: list[int] = []
    for place in sorted(free, key=lambda place: (apart[place], place)):
        if len(ramp) < count and all(abs(lightness[place] - lightness[other]) >= _STEP for other in ramp):
            ramp.append(place)
    return ramp
