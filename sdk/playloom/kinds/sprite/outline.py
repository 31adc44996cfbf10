"""Finishing touches on a sprite: a one-pixel outline and a drop shadow, in colours of its palette."""

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.content import Pixels, Sprite
from playloom.kinds.sprite.palette import Colour

Side = Literal["outside", "inside"]

_CROSS = ndimage.generate_binary_structure(2, 1)
_SQUARE = ndimage.generate_binary_structure(2, 2)
SHIFT_HIGH = 8  # pixels


def outlined(
    sprite: Sprite, *, side: Side = "outside", colour: Colour | None = None, corners: bool = False
) -> Sprite:
    """Return the sprite with an outline one pixel wide.

    Args:
        sprite: Any; outside, its outermost pixels must leave one free at each edge.
        side: "outside" adds pixels around the figure, "inside" recolours its own rim.
        colour: One of its palette; None: the darkest.
        corners: Whether pixels that touch at a corner alone belong to the outline.

    Raises:
        RequestInvalid: If the colour is not in the palette, or there is no room.
    """
    if side not in ("outside", "inside"):
        raise RequestInvalid(f"outline is {side!r}; choose outside or inside")
    value = _value(sprite, colour)
    opaque = sprite.pixels > 0
    touching = _SQUARE if corners else _CROSS
    if side == "inside":
        # Beyond the edge of the picture nothing is known: a figure that is cut there has no rim.
        rim = opaque & ~ndimage.binary_erosion(opaque, touching, border_value=1)
    else:
        if (opaque[[0, -1]]).any() or opaque[:, [0, -1]].any():
            raise RequestInvalid(
                f"the figure touches the edge of its {sprite.width}x{sprite.height} pixels; an outline "
                "outside needs a free pixel at each side: ask for a margin of 1, or an outline inside"
            )
        rim = ndimage.binary_dilation(opaque, touching) & ~opaque
    return _changed(sprite, np.where(rim, value, sprite.pixels))


def shadowed(sprite: Sprite, *, shift: tuple[int, int] = (1, 1), colour: Colour | None = None) -> Sprite:
    """Return the sprite on its drop shadow: the silhouette once more, moved and in one colour.

    Args:
        sprite: Any; what of the shadow falls outside of the picture is lost.
        shift: Pixels to the right and down.
        colour: One of its palette; None: the darkest.

    Raises:
        RequestInvalid: If the colour is not in the palette, or the shift is none or too far.
    """
    right, down = shift
    if (right, down) == (0, 0) or max(abs(right), abs(down)) > SHIFT_HIGH:
        raise RequestInvalid(f"shadow is moved by {shift}; choose up to {SHIFT_HIGH} pixels, not 0,0")
    value = _value(sprite, colour)
    shadow = ndimage.shift((sprite.pixels > 0).astype(np.uint8), (down, right), order=0) > 0
    return _changed(sprite, np.where((sprite.pixels == 0) & shadow, value, sprite.pixels))


def _value(sprite: Sprite, colour: Colour | None) -> int:
    return 1 + (sprite.palette.darkest if colour is None else sprite.palette.place(colour))


def _changed(sprite: Sprite, pixels: NDArray[np.integer]) -> Sprite:
    """Return the sprite with other pixels; what its evidence says of the old ones no longer holds."""
    new: Pixels = pixels.astype(np.uint8)
    return replace(sprite, pixels=new, evidence=None)
