"""Pictures for tiles that have none: a square of the tile's colour, made when the maps are read."""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import Vocabulary

SIDE = 16  # pixels, where the maps do not say
_INK_LIGHT, _INK_DARK = (245, 243, 250, 255), (24, 20, 32, 255)
_LUMA = (299, 587, 114)  # weights of red, green and blue, thousandths (ITU-R BT.601)


def faint_squares(colours: list[str], size: tuple[int, int], alpha: int) -> NDArray[np.uint8]:
    """Return squares side by side, RGBA; a colour of "" is clear.

    Args:
        colours: "#rrggbb" each.
        size: Width and height of a square in pixels.
        alpha: Of the squares, 0 to 255.
    """
    pixels = np.zeros((size[1], size[0] * len(colours), 4), np.uint8)
    for number, colour in enumerate(colours):
        if colour:
            pixels[:, number * size[0] : (number + 1) * size[0]] = (*bytes.fromhex(colour[1:]), alpha)
    return pixels


def lettered_squares(vocabulary: Vocabulary, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a square a tile, side by side, RGBA: its colour, with its character where there is room."""
    from PIL import Image, ImageDraw, ImageFont

    colours = [tile.colour for tile in vocabulary.tiles]
    picture = Image.fromarray(faint_squares(colours, size, 255))
    ink = ImageDraw.Draw(picture)
    font = ImageFont.load_default_imagefont()  # drawn by the library itself, whatever fonts a machine has
    for number, tile in enumerate(vocabulary.tiles):
        if tile.char.isspace() or not tile.char.isascii() or min(size) < 12:
            continue
        red, green, blue = bytes.fromhex(tile.colour[1:])
        bright = (red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]) // 1000 > 127
        left, top, right, bottom = font.getbbox(tile.char)
        place = (
            number * size[0] + (size[0] - int(right - left)) // 2,
            (size[1] - int(bottom - top)) // 2,
        )
        ink.text(place, tile.char, _INK_DARK if bright else _INK_LIGHT, font)
    return np.array(picture, np.uint8)
