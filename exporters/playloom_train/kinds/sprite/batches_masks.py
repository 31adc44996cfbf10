"""What of a training sprite is hidden: the states that decoding meets on its way.

Decoding finds the silhouette first and the colours of it second; completion
starts with a part of both.
"""

import math

import numpy as np
from numpy.typing import NDArray

TRANSPARENT, SOLID, UNKNOWN = 0, 1, 2  # added to the number of colours

_SILHOUETTE = 0.38  # share of the sprites whose silhouette is asked for, no colour known
_COLOURS = 0.84  # up to here colours are asked for in a known silhouette; beyond, a part is completed


def hidden(
    tokens: NDArray[np.uint8], colours: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return tokens as the network takes them, and the alpha and colours asked for (-1 where none is).

    Args:
        tokens: 0 transparent, i colour i - 1.
        colours: How many the network is given; its special tokens come after them.
        random: Chooses.
    """
    opaque = tokens > 0
    colour = tokens.astype(np.int64) - 1
    shown = np.where(opaque, colour, colours + TRANSPARENT)
    rate = math.cos(0.5 * math.pi * random.random())
    noise = random.random(tokens.shape) < rate
    pattern = random.random()
    if opaque.all() and pattern < _SILHOUETTE:
        pattern = random.random()
    if pattern < _SILHOUETTE:
        state = np.where(opaque, colours + SOLID, colours + TRANSPARENT)
        return np.where(noise, colours + UNKNOWN, state), np.where(noise, opaque, -1), _none(tokens)
    if pattern < _COLOURS:
        asked = noise & opaque
        return np.where(asked, colours + SOLID, shown), _none(tokens), np.where(asked, colour, -1)
    part = _part(tokens.shape, random) & (random.random(tokens.shape) < max(rate, 0.3))
    if random.random() < 0.5:  # its silhouette is found already
        asked = part & opaque
        return np.where(asked, colours + SOLID, shown), _none(tokens), np.where(asked, colour, -1)
    return np.where(part, colours + UNKNOWN, shown), np.where(part, opaque, -1), _none(tokens)


def _none(tokens: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.full(tokens.shape, -1, np.int64)


def _part(shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return a rectangle, or all but one."""
    part = np.zeros(shape, np.bool_)
    y, x = (int(random.integers(-n // 4, n)) for n in shape)
    h, w = (int(random.integers(n // 4, n + 1)) for n in shape)
    part[max(0, y) : y + h, max(0, x) : x + w] = True
    return part if random.random() < 0.7 and part.any() else ~part
