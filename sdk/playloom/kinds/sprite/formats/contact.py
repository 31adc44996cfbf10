"""Contact sheets: many sprites side by side on a chequered ground, enlarged, each with its name."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import png
from playloom.kinds.sprite.formats.evidence import notes_of_preview
from playloom.kinds.sprite.formats.lettering import HEIGHT, WIDTH, lettering
from playloom.kinds.sprite.formats.picture import enlarged

SPRITES_HIGH = 4096
PIXELS_HIGH = 64 << 20
_GAP = 6
_SQUARE = 4  # of the ground's squares, in pixels of a sprite
_LIGHT, _DARK = (116, 116, 124), (100, 100, 108)
_PAPER, _INK = (38, 38, 44), (222, 222, 226)


def encode(
    sprites: Sequence[tuple[str, NDArray[np.uint8]]], stem: str, *, zoom: int = 3, columns: int | None = None
) -> dict[str, bytes]:
    """Return one PNG file of sprites that were made; see `contact_sheet`."""
    picture = contact_sheet(sprites, zoom=zoom, columns=columns)
    return {f"{stem}.png": png.encode(picture, text=notes_of_preview(made=True))}


def contact_sheet(
    sprites: Sequence[tuple[str, NDArray[np.uint8]]], *, zoom: int = 3, columns: int | None = None
) -> NDArray[np.uint8]:
    """Return the picture, (H, W, 3).

    Args:
        sprites: Label and RGBA of each, of any sizes; a label is cut to the width of its cell.
        zoom: Pixels a pixel.
        columns: Sprites in a row; None: about as many as rows.

    Raises:
        RequestInvalid: If there are none or too many, or the picture would be too large.
    """
    if not 1 <= len(sprites) <= SPRITES_HIGH:
        raise RequestInvalid(f"a contact sheet of {len(sprites)} sprites; give 1 to {SPRITES_HIGH}")
    high = zoom * max(rgba.shape[0] for _, rgba in sprites)
    wide = zoom * max(rgba.shape[1] for _, rgba in sprites)
    label = HEIGHT + 3 if any(text for text, _ in sprites) else 0
    columns = columns or max(1, math.ceil(math.sqrt(len(sprites) * high / wide)))
    rows = -(-len(sprites) // columns)
    shape = (rows * (high + label + _GAP) + _GAP, columns * (wide + _GAP) + _GAP)
    if shape[0] * shape[1] > PIXELS_HIGH:
        raise RequestInvalid(f"contact sheet would be {shape[1]}x{shape[0]}; take fewer sprites or less zoom")
    picture = np.empty((*shape, 3), np.uint8)
    picture[:] = _PAPER
    for place, (text, rgba) in enumerate(sprites):
        top = _GAP + place // columns * (high + label + _GAP)
        left = _GAP + place % columns * (wide + _GAP)
        drawn = enlarged(_on_ground(rgba), zoom)
        picture[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
        if label:
            ink = lettering(text[: (wide + 1) // (WIDTH + 1)])
            under = picture[top + high + 2 : top + high + 2 + HEIGHT, left : left + ink.shape[1]]
            under[ink] = _INK
    return picture


def _on_ground(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the sprite over squares of two greys."""
    height, width = rgba.shape[:2]
    y, x = np.mgrid[:height, :width] // _SQUARE
    ground = np.where(((y + x) % 2)[:, :, None], _DARK, _LIGHT)
    alpha = rgba[:, :, 3:].astype(np.int64)
    mixed = (rgba[:, :, :3] * alpha + ground * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
