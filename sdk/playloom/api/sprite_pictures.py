"""Pictures that a request starts from: files, sprites or arrays, in the colours and size of the request."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.sprite.clean import find_background, remove_background
from playloom.kinds.sprite.content import Pixels, Sprite
from playloom.kinds.sprite.palette import COLOURS_HIGH, COLOURS_LOW, Palette
from playloom.kinds.sprite.quantise import colours_of
from playloom.kinds.sprite.reading import read_picture
from playloom.kinds.sprite.recolour import recolour, to_palette
from playloom.kinds.sprite.request import FREE
from playloom.kinds.sprite.settings import SIZES

PIXELS_HIGH = 1 << 22  # of a picture that is worked on as a whole
Picture = Sprite | str | Path | NDArray[np.uint8]  # an array is RGBA, (height, width, 4)


def rgba_of(given: Picture) -> NDArray[np.uint8]:
    """Return the pixels of a picture of one frame.

    Raises:
        FileInvalid: If the file cannot be read or is animated.
        RequestInvalid: If it is no picture.
    """
    if isinstance(given, Sprite):
        return given.rgba
    if isinstance(given, str | Path):
        frames = read_picture(Path(given)).frames
        if len(frames) > 1:
            raise FileInvalid(f"{given}: has {len(frames)} frames; give a picture of one")
        return check_pixels(given, frames[0], PIXELS_HIGH)
    if not isinstance(given, np.ndarray) or given.dtype != np.uint8 or given.ndim != 3 or given.shape[2] != 4:
        raise RequestInvalid("picture is none; give a Sprite, a file, or a uint8 array (height, width, 4)")
    return given


def check_pixels(where: object, rgba: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """Return the picture if it is not too large to be worked on as a whole.

    Raises:
        FileInvalid: If it has more than ``most`` pixels.
    """
    height, width = rgba.shape[:2]
    if height * width > most:
        raise FileInvalid(
            f"{where}: is {width}x{height}; at most {most >> 20} million pixels are looked at: "
            "cut it into sprites"
        )
    return rgba


def side_of(given: Picture) -> int:
    """Return the side of a picture to start from.

    Raises:
        RequestInvalid: If it is no square of a size that sprites have.
    """
    height, width = rgba_of(given).shape[:2]
    if height != width or height not in SIZES:
        known = ", ".join(f"{size}x{size}" for size in SIZES)
        raise RequestInvalid(
            f"{_name(given)}: is {width}x{height}; give {known} (`playloom sprite clean` puts a "
            "picture on such a canvas)"
        )
    return int(height)


def own_palette_of(*given: Picture | None) -> Palette | None:
    """Return the palette of the first picture that is given: a sprite's own, else the colours that are used.

    Raises:
        RequestInvalid: If it has too few or too many colours.
    """
    source = next((one for one in given if one is not None), None)
    if source is None or isinstance(source, Sprite):
        return None if source is None else source.palette
    rgba = rgba_of(source)
    colours = colours_of(np.where(rgba[:, :, 3:] >= 128, rgba, 0).astype(np.uint8))[0]
    if not COLOURS_LOW <= len(colours) <= COLOURS_HIGH:
        raise RequestInvalid(
            f"{_name(source)}: has {len(colours)} colours, a palette {COLOURS_LOW} to {COLOURS_HIGH}; name "
            "the palette to draw in"
        )
    own = Palette("own", tuple((int(red), int(green), int(blue)) for red, green, blue in colours))
    return Palette("own", tuple(own.colours[place] for place in own.by_lightness))


def like_of(given: Picture, palette: Palette, side: int) -> Pixels:
    """Return the pixel values of a sprite to vary, its colours mapped to the palette."""
    rgba = _sized(given, side)
    if isinstance(given, Sprite):
        return recolour(given, palette).sprite.pixels
    return to_palette(rgba, palette).pixels


def kept_of(given: Picture, palette: Palette, side: int) -> Pixels:
    """Return the pixel values to keep, `FREE` where the picture is transparent.

    Raises:
        RequestInvalid: If an opaque pixel is no colour of the palette: then it could not stay as it is.
    """
    rgba = _sized(given, side)
    found = to_palette(rgba, palette)
    wrong = np.argwhere((rgba[:, :, 3] > 0) & (found.rgba != rgba).any(axis=2))
    if len(wrong):
        y, x = wrong[0].tolist()
        red, green, blue, alpha = rgba[y, x].tolist()
        if alpha < 255:
            raise RequestInvalid(f"{_name(given)}: pixel {x},{y} is half transparent; make it 0 or 255")
        try:
            palette.place((red, green, blue))
        except RequestInvalid as error:
            raise RequestInvalid(
                f"{_name(given)}: pixel {x},{y}: {error}; recolour it first (`playloom sprite finish`)"
            ) from error
    return np.where(found.pixels == 0, FREE, found.pixels).astype(np.uint8)


def shape_of(given: Picture, side: int) -> NDArray[np.bool_]:
    """Return where a picture is opaque; of an opaque one, where it is not its border's colour.

    Raises:
        RequestInvalid: If nothing tells shape from background.
    """
    rgba = _sized(given, side)
    if (rgba[:, :, 3] == 255).all():
        background = find_background(rgba)
        if background is None:
            raise RequestInvalid(
                f"{_name(given)}: is opaque everywhere and its border has several colours; make what is not "
                "the shape transparent"
            )
        rgba = remove_background(rgba, background, islands=True)
    shape: NDArray[np.bool_] = rgba[:, :, 3] >= 128
    return shape


def _sized(given: Picture, side: int) -> NDArray[np.uint8]:
    rgba = rgba_of(given)
    if rgba.shape[:2] != (side, side):
        raise RequestInvalid(
            f"{_name(given)}: is {rgba.shape[1]}x{rgba.shape[0]}, the sprite {side}x{side}; ask for the "
            "picture's size, or put it on another canvas (`playloom sprite clean`)"
        )
    return rgba


def _name(given: Picture) -> str:
    return str(given) if isinstance(given, str | Path) else "picture"
