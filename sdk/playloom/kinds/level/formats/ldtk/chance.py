"""LDtk's own chance: a hash of seed and cell, and the noise that Perlin rules look at.

Both are what LDtk's editor computes, in the number type in which it computes
them: its source is Haxe, compiled to JavaScript, where every number is a
64-bit float and the bit operations cut it to 32 bits. That is part of the
result, so it is part of this file.

Source: LDtk 1.5.3 (MIT), ``AutoLayerRuleDef.matches``; ``dn.M.randSeedCoords``
of deepnightLibs; ``hxd.Perlin`` of Heaps with ``normalize`` and a period of 50.
"""

from importlib import import_module

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
_PERIOD = 50  # cells of the noise's lattice after which it repeats
_GRADIENTS = 256
_SCALE = 2.12  # of a gradient; keeps one octave within about -1 … 1


def _cut(numbers: Whole) -> Whole:
    """Return the low 32 bits as signed numbers, as JavaScript's bit operations see them."""
    return ((numbers + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def draw(seed: int, x: Whole, y: Whole, count: int) -> Whole:
    """Return LDtk's draw for cells: whole numbers from 0 to below ``count``.

    Args:
        seed: Of the layer, plus the rule's number.
        x: Columns, any shape.
        y: Rows, of the same shape.
        count: How many outcomes, 1 or more.
    """
    first = _cut(seed + x * 374761393 + y * 668265263)
    # The product passes 2**53 and is rounded, there and here.
    second = ((first ^ (first >> 13)).astype(np.float64) * 1274126177.0).astype(np.int64)
    hashed = _cut(second) ^ (_cut(second) >> 16)
    return hashed % count  # never negative: both halves of the last step have the same sign


def gradients() -> NDArray[np.float64] | None:
    """Return the noise's lattice vectors, shape (256, 2); None if the package that holds them is not there.

    Heaps took them from libnoise. The table is not ours to copy, so it is read from ``pynoise``, the port of
    libnoise to Python, which the extra ``ldtk`` brings.
    """
    try:
        table = import_module("pynoise.vectortable").vector
    except (ImportError, AttributeError):
        return None
    return np.array(table, np.float64).reshape(_GRADIENTS, 4)[:, :2] * _SCALE


def noise(
    table: NDArray[np.float64], seed: int, x: NDArray[np.float64], y: NDArray[np.float64], octaves: int
) -> NDArray[np.float64]:
    """Return the noise at points of 0 or more: the weighted mean of ``octaves`` octaves.

    Args:
        table: What `gradients` returned.
        seed: Of the layer, plus the rule's Perlin seed.
        x: In cells of the lattice, any shape.
        y: Of the same shape.
        octaves: 1 or more; each has half the weight and twice the frequency of the one before.
    """
    total = np.zeros(x.shape)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        total += _octave(table, seed + octave, x, y) * weight
        weights += weight
        weight *= 0.5
        x, y = x * 2.0, y * 2.0
    mean: NDArray[np.float64] = total / weights
    return mean


def _octave(
    table: NDArray[np.float64], seed: int, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    left, top = x.astype(np.int64), y.astype(np.int64)
    across, down = _curve(x - left), _curve(y - top)

    def corner(dx: int, dy: int) -> NDArray[np.float64]:
        column, row = left + dx, top + dy
        index = _cut(seed * 1013 + np.fmod(column, _PERIOD) * 1619 + np.fmod(row, _PERIOD) * 31337)
        place = (index ^ ((index & 0xFFFFFFFF) >> 8)) & 0xFF
        toward: NDArray[np.float64] = table[place, 0] * (x - column) + table[place, 1] * (y - row)
        return toward

    upper = _between(corner(0, 0), corner(1, 0), across)
    return _between(upper, _between(corner(0, 1), corner(1, 1), across), down)


def _curve(share: NDArray[np.float64]) -> NDArray[np.float64]:
    square = share * share
    curved: NDArray[np.float64] = square * share * (6.0 * square - 15.0 * share + 10.0)
    return curved


def _between(
    low: NDArray[np.float64], high: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    mixed: NDArray[np.float64] = low + share * (high - low)
    return mixed
