"""Making a texture seamless: its middle is laid over its own seam and cut where both are most alike.

Source: the cut is that of Efros and Freeman 2001, "Image Quilting for Texture Synthesis and Transfer".
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab
from playloom.kinds.sprite.content import Pixels, Sprite


def seamless(texture: Sprite) -> Sprite:
    """Return the texture so that it meets itself on all sides; every pixel is one of its own.

    Raises:
        RequestInvalid: If it has transparent pixels or is smaller than 8x8.
    """
    if not texture.pixels.all() or min(texture.pixels.shape) < 8:
        raise RequestInvalid(
            f"texture is {texture.width}x{texture.height}, {int((texture.pixels == 0).sum())} pixels are "
            "transparent; give one of 8x8 or more without any"
        )
    lab = np.concatenate([np.zeros((1, 3), np.int64), oklab.whole(texture.palette.array)])
    across = _healed(texture.pixels, lab, around=False)
    down = _healed(across.T, lab, around=True).T
    return replace(texture, pixels=np.ascontiguousarray(down), evidence=None)


def _healed(pixels: Pixels, lab: NDArray[np.int64], *, around: bool) -> Pixels:
    """Return the pixels so that the left side meets the right one.

    Args:
        pixels: (H, W).
        lab: Colour of each pixel value.
        around: Whether the top meets the bottom already, and must go on doing so.
    """
    width = pixels.shape[1]
    rolled = np.roll(
        pixels, width // 2, 1
    )  # meets itself, but has a seam in the middle, where pixels has none
    cost = ((lab[pixels] - lab[rolled]) ** 2).sum(-1)
    middle, reach = width // 2, max(2, width // 4)
    left = _cut(cost[:, middle - reach : middle], around) + middle - reach
    right = _cut(cost[:, middle : middle + reach], around) + middle
    columns = np.arange(width)
    patch = (columns >= left[:, None]) & (columns <= right[:, None])
    return np.where(patch, pixels, rolled).astype(np.uint8)


def _cut(cost: NDArray[np.int64], around: bool) -> NDArray[np.int64]:
    """Return the columns of the cheapest path from top to bottom, (H,); its ends meet if ``around``.

    All paths that must meet themselves are followed at once, one row of ``total`` for each start.
    """
    height, width = cost.shape
    columns, far = np.arange(width), np.iinfo(np.int64).max // 4
    total = np.where(np.eye(width, dtype=np.bool_), cost[0], far) if around else cost[:1]
    came = np.zeros((height, *total.shape), np.int64)
    for row in range(1, height):
        before = np.pad(total, ((0, 0), (1, 1)), constant_values=far)
        steps = np.stack([before[:, :-2], before[:, 1:-1], before[:, 2:]])
        came[row] = steps.argmin(0) - 1
        total = steps.min(0) + cost[row]
    if around:
        total[np.abs(columns[:, None] - columns) > 1] = far
    start, column = divmod(int(total.argmin()), width)
    path = np.empty(height, np.int64)
    for row in range(height - 1, -1, -1):
        path[row] = column
        column += int(came[row, start, column])
    return path
