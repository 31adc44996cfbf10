"""What of a training sprite is hidden from the denoiser: the states that decoding meets on its way.

Decoding begins with everything hidden and draws parts anew; completion starts with a part, a silhouette with
all that is transparent.
"""

import math

import numpy as np
from numpy.typing import NDArray

TRANSPARENT, SOLID, UNKNOWN = 0, 1, 2  # added to the number of colours

_ALL = 0.4  # share of the sprites of which nothing is shown
_SOME = 0.75  # up to here single pixels are hidden
_SILHOUETTE = 0.9  # up to here the silhouette is shown; beyond, a part is hidden

Tokens = NDArray[np.int64]


def hidden(
    tokens: NDArray[np.uint8], colours: int, random: np.random.Generator
) -> tuple[Tokens, Tokens, Tokens, Tokens]:
    """Return the whole and the shown tokens, and the alpha and colours asked for (-1 where none is).

    Args:
        tokens: 0 transparent, i colour i - 1.
        colours: How many the network is given; its special tokens come after them.
        random: Chooses.
    """
    opaque = tokens > 0
    colour = tokens.astype(np.int64) - 1
    whole = np.where(opaque, colour, colours + TRANSPARENT)
    pattern = random.random()
    if _SOME <= pattern < _SILHOUETTE:
        share = 1.0 if random.random() < 0.4 else random.random()
        asked = opaque & (random.random(tokens.shape) < share)
        none = np.full(tokens.shape, -1, np.int64)
        return whole, np.where(asked, colours + SOLID, whole), none, np.where(asked, colour, -1)
    if pattern < _ALL:
        asked = np.ones(tokens.shape, np.bool_)
    elif pattern < _SOME:
        asked = random.random(tokens.shape) < math.cos(0.5 * math.pi * random.random())
    else:
        asked = _part(tokens.shape, random) & (random.random(tokens.shape) < max(random.random(), 0.3))
    shown = np.where(asked, colours + UNKNOWN, whole)
    return whole, shown, np.where(asked, opaque.astype(np.int64), -1), np.where(asked & opaque, colour, -1)


def _part(shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return a rectangle, or all but one."""
    part = np.zeros(shape, np.bool_)
    y, x = (int(random.integers(-n // 4, n)) for n in shape)
    h, w = (int(random.integers(n // 4, n + 1)) for n in shape)
    part[max(0, y) : y + h, max(0, x) : x + w] = True
    return part if random.random() < 0.7 and part.any() else ~part
