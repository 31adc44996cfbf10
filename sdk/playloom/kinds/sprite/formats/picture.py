"""PNG files of sprites: a palette in the palette's own order, and what the sprite says of itself as text."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kernels import png
from playloom.kinds.sprite.content import SIDE_HIGH, Evidence, Sprite
from playloom.kinds.sprite.formats.evidence import notes_of, notes_of_preview, read_evidence
from playloom.kinds.sprite.palette import COLOURS_HIGH, COLOURS_LOW, NAME_HIGH, Palette, parse_colour
from playloom.kinds.sprite.reading import BYTES_HIGH, read_picture

ZOOM_HIGH = 32


def encode(sprite: Sprite, stem: str, *, scale: int = 1) -> dict[str, bytes]:
    """Return one PNG file; its colour 0 is transparent, the others are the palette's.

    A picture made larger is a preview: it carries no evidence, which speaks of the sprite's own pixels.

    Raises:
        RequestInvalid: If ``scale`` is no whole number from 1 to 32.
    """
    pixels = enlarged(sprite.pixels, scale)
    notes = notes_of(sprite) if scale == 1 else notes_of_preview(made=sprite.evidence is not None)
    return {f"{stem}.png": png.encode_indexed(pixels, sprite.table, text=notes)}


def enlarged(picture: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """Return the picture (H, W) or (H, W, C) with each pixel a square.

    Raises:
        RequestInvalid: If ``scale`` is no whole number from 1 to 32.
    """
    if type(scale) is not int or not 1 <= scale <= ZOOM_HIGH:
        raise RequestInvalid(f"scale is {scale!r}; choose a whole number, 1 to {ZOOM_HIGH}")
    return np.ascontiguousarray(picture.repeat(scale, 0).repeat(scale, 1))


def read(path: Path, palette: Palette | None = None) -> Sprite:
    """Return the sprite in a picture file; one of ours comes back with its evidence, if its pixels still are.

    Args:
        path: A picture of one frame.
        palette: That of the sprite; None: the one it was made in, else its own colours, from the darkest.

    Raises:
        FileInvalid: If it cannot be read, is too large, has half transparent pixels, or colours that are too
            many or not in the palette.
    """
    found = read_picture(path)
    rgba = found.frames[0]
    if len(found.frames) > 1 or max(rgba.shape[:2]) > SIDE_HIGH:
        raise FileInvalid(
            f"{path}: has {len(found.frames)} frames of {rgba.shape[1]}x{rgba.shape[0]}; give one of at most "
            f"{SIDE_HIGH}x{SIDE_HIGH}"
        )
    alpha = rgba[:, :, 3]
    if ((alpha > 0) & (alpha < 255)).any():
        y, x = np.argwhere((alpha > 0) & (alpha < 255))[0].tolist()
        raise FileInvalid(f"{path}: pixel {x},{y} is half transparent; make it 0 or 255")
    evidence, notes = read_evidence(path.read_bytes()[:BYTES_HIGH], rgba)
    sprite = _in_palette(path, rgba, palette or _made_in(evidence, rgba))
    return replace(sprite, evidence=evidence, notes=(*found.notes, *notes))


def _made_in(evidence: Evidence | None, rgba: NDArray[np.uint8]) -> Palette | None:
    """Return the palette of the request that a sprite came of, if it says one and that has its colours."""
    colours = evidence.request.get("palette") if evidence else None
    if not isinstance(colours, list) or not all(isinstance(colour, str) for colour in colours):
        return None
    try:
        palette = Palette("own", tuple(parse_colour(colour) for colour in colours))
    except RequestInvalid:
        return None
    used = {tuple(colour) for colour in rgba[rgba[:, :, 3] > 0][:, :3].tolist()}
    return palette if used <= set(palette.colours) else None


def _in_palette(path: Path, rgba: NDArray[np.uint8], palette: Palette | None) -> Sprite:
    opaque = rgba[:, :, 3] > 0
    used, places = np.unique(rgba[opaque][:, :3], axis=0, return_inverse=True)
    colours = [(int(red), int(green), int(blue)) for red, green, blue in used]
    name = "".join(char for char in path.stem if char.isprintable())[:NAME_HIGH] or "own"
    if palette is None:
        if not COLOURS_LOW <= len(colours) <= COLOURS_HIGH:
            raise FileInvalid(
                f"{path}: has {len(colours)} colours; {COLOURS_LOW} to {COLOURS_HIGH} are possible: name a "
                "palette that has them, or map the picture to one"
            )
        palette = Palette(name, tuple(colours))
        palette = Palette(name, tuple(colours[place] for place in palette.by_lightness))
    try:
        values = np.array([palette.place(colour) + 1 for colour in colours], np.uint8)
    except RequestInvalid as error:
        raise FileInvalid(f"{path}: {error}; map the picture to the palette") from error
    pixels = np.zeros(opaque.shape, np.uint8)
    pixels[opaque] = values[places.ravel()]
    return Sprite(pixels=pixels, palette=palette, name=name)
