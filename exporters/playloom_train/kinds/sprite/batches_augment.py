"""A training sprite seen anew: mirrored, shifted, recoloured, enlarged, with fewer or more colours.

Tokens are 0 for transparent and i for colour i - 1, as in `data.Example`.
"""

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab

Tokens = NDArray[np.uint8]
Colours = NDArray[np.uint8]  # (K, 3)

_APART = 0.06  # distance in OKLab from which a colour that a sprite does not use is not one of its own
_SEAMLESS = 1.3  # steps across the border are at most this many times those inside


def box(tokens: Tokens) -> tuple[int, int, int, int]:
    """Return first and last row + 1, first and last column + 1 of what is opaque."""
    rows, columns = np.flatnonzero(tokens.any(1)), np.flatnonzero(tokens.any(0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def seamless(tokens: Tokens, colours: Colours) -> bool:
    """Return whether an opaque picture can be laid side by side with itself."""
    if not tokens.all():
        return False
    lab = oklab.oklab(colours)[tokens - 1]

    def steps(axis: int) -> tuple[float, float]:
        change = np.abs(lab - np.roll(lab, 1, axis)).sum(-1)
        change = np.moveaxis(change, axis, 0)
        return float(change[0].mean()), float(change[1:].mean())

    return all(border <= _SEAMLESS * inside + 1e-3 for border, inside in (steps(0), steps(1)))


def placed(tokens: Tokens, side: int) -> Tokens | None:
    """Return what is opaque on a canvas of ``side``, in its middle and as far from the ground, if it fits."""
    top, bottom, left, right = box(tokens)
    high, wide = bottom - top, right - left
    if high > side or wide > side:
        return None
    canvas = np.zeros((side, side), np.uint8)
    below = min(tokens.shape[0] - bottom, side - high) * side // max(side, tokens.shape[0])
    y, x = side - high - min(below, side - high), (side - wide) // 2
    canvas[y : y + high, x : x + wide] = tokens[top:bottom, left:right]
    return canvas


def scale2x(tokens: Tokens) -> Tokens:
    """Return the sprite twice as large with smoothed stairs (Scale2x, Mazzoleni 2001)."""
    high, wide = tokens.shape
    padded = np.pad(tokens, 1, mode="edge")
    above, below = padded[:-2, 1:-1], padded[2:, 1:-1]
    left, right = padded[1:-1, :-2], padded[1:-1, 2:]
    free = (above != below) & (left != right)
    out = np.empty((2 * high, 2 * wide), np.uint8)
    out[::2, ::2] = np.where(free & (left == above), left, tokens)
    out[::2, 1::2] = np.where(free & (right == above), right, tokens)
    out[1::2, ::2] = np.where(free & (left == below), left, tokens)
    out[1::2, 1::2] = np.where(free & (right == below), right, tokens)
    return out


def shifted(tokens: Tokens, most: int, random: np.random.Generator) -> Tokens:
    """Return the sprite moved by up to ``most`` pixels each way, none of it beyond the edge."""
    top, bottom, left, right = box(tokens)
    high, wide = tokens.shape
    dy = int(random.integers(-min(most, top), min(most, high - bottom) + 1))
    dx = int(random.integers(-min(most, left), min(most, wide - right) + 1))
    return np.roll(tokens, (dy, dx), (0, 1))


def recoloured(colours: Colours, random: np.random.Generator) -> Colours:
    """Return the colours with channels swapped, or hue, strength and brightness changed alike."""
    if random.random() < 0.4:
        return colours[:, random.permutation(3)]
    values = colours.astype(np.float64)
    grey = values @ np.array([0.299, 0.587, 0.114])
    angle, strength = random.uniform(-np.pi, np.pi), random.uniform(0.5, 1.4)
    axis = np.full(3, 3**-0.5)
    turned = (
        values * np.cos(angle)
        + np.cross(axis, values) * np.sin(angle)
        + np.outer(values @ axis, axis) * (1 - np.cos(angle))
    )
    bright, contrast = random.uniform(-20, 20), random.uniform(0.8, 1.2)
    mixed = grey[:, None] + (turned - grey[:, None]) * strength
    changed: Colours = np.clip(np.rint((mixed - 128) * contrast + 128 + bright), 0, 255).astype(np.uint8)
    return changed if len(np.unique(changed, axis=0)) == len(changed) else colours


def onto(tokens: Tokens, colours: Colours, palette: Colours) -> Tokens:
    """Return the tokens with each colour replaced by the nearest of ``palette``, in OKLab."""
    apart = ((oklab.oklab(colours)[:, None] - oklab.oklab(palette)[None]) ** 2).sum(-1)
    return np.concatenate([[0], apart.argmin(1) + 1]).astype(np.uint8)[tokens]


def with_others(colours: Colours, others: Colours, most: int) -> Colours:
    """Return the colours and after them some of ``others``, ``most`` in all, none near another."""
    lab, chosen = list(oklab.oklab(colours)), list(colours)
    for colour, place in zip(others, oklab.oklab(others), strict=True):
        if len(chosen) >= most:
            break
        if min(float(((place - one) ** 2).sum()) for one in lab) > _APART**2:
            chosen.append(colour)
            lab.append(place)
    return np.array(chosen, np.uint8)
