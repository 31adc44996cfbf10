"""Drop shadows that are drawn into sprites, taken out: a game, or `playloom sprite finish`, draws its own."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels import oklab

_DARK = 0.12  # lightness in OKLab up to which a colour may be a shadow's
_REACH = 9  # pixels that a shadow falls to the right and down
_BELOW = 4  # pixels to the lower right of a shadow in which nothing else is drawn
_LOW, _HIGH = 0.04, 0.45  # of the opaque pixels: less is no shadow, more a dark thing

Tokens = NDArray[np.uint8]


def without_shadow(tokens: Tokens, colours: NDArray[np.uint8]) -> Tokens:
    """Return a sprite without the shadow that falls to its lower right; the same where it has none.

    Dark pixels with lighter ones beside them are outlines. Of the others, a piece that holds together is a
    shadow if it ends where the sprite does and most of it has lighter pixels to the upper left and none to
    the lower right.

    Args:
        tokens: (H, W), 0 transparent, i colour i - 1.
        colours: (K, 3), sRGB.
    """
    dark = np.concatenate([[False], oklab.oklab(colours)[:, 0] <= _DARK])[tokens]
    lit = (tokens > 0) & ~dark
    beside = lit.copy()
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            beside |= _moved(lit, down, right)
    above, below = np.zeros_like(lit), np.zeros_like(lit)
    for step in range(1, _REACH + 1):
        above |= _moved(lit, step, step)
    for step in range(1, _BELOW + 1):
        below |= _moved(lit, -step, -step)
    shadow = _mostly(dark & ~beside, above & ~below, tokens == 0)
    share = np.count_nonzero(shadow) / max(1, int(np.count_nonzero(tokens)))
    if not _LOW <= share <= _HIGH or tokens.all():
        return tokens
    return np.where(shadow, 0, tokens).astype(np.uint8)


def _mostly(
    within: NDArray[np.bool_], falls: NDArray[np.bool_], clear: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the pieces most of whose pixels fall to the right and down, beside or over what is clear."""
    labels, count = ndimage.label(within, np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    hits = np.bincount(labels[falls & within], minlength=count + 1)
    edge = np.bincount(labels[ndimage.binary_dilation(clear, np.ones((3, 3), np.bool_))], minlength=count + 1)
    chosen = (2 * hits > sizes) & (edge > 0)
    chosen[0] = False
    found: NDArray[np.bool_] = chosen[labels]
    return found


def _moved(where: NDArray[np.bool_], down: int, right: int) -> NDArray[np.bool_]:
    """Return what is true ``down`` and ``right`` of where it was."""
    high, wide = where.shape
    out = np.zeros_like(where)
    out[max(0, down) : high + min(0, down), max(0, right) : wide + min(0, right)] = where[
        max(0, -down) : high - max(0, down), max(0, -right) : wide - max(0, right)
    ]
    return out
