"""From a picture of pixel art to a sprite: true size, clear background, hard edges, few colours, a canvas.

Every step is exact or reported: what was done is in `Cleaned`, what cannot be
done is `Dropped` with the reason. Nothing is scaled but by undoing an enlargement.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.sprite import enlargement
from playloom.kinds.sprite.enlargement import NOT_ENLARGED, Enlargement
from playloom.kinds.sprite.quantise import colours_of, reduce_colours
from playloom.kinds.sprite.reading import Pixels

CANVASES = (16, 24, 32, 48)  # pixels a side
COLOURS_HIGH = 32
OPAQUE = 128  # the alpha from which on a pixel is opaque; below it is clear
VISIBLE_LOW = 6  # pixels; less is a dot, not a sprite
SOFT_BAND = (16, 240)  # the alpha of half-transparent pixels lies between
SOFT_HIGH = 0.5  # of the visible pixels may be half-transparent; more is glass or a glow, not edges

BORDER_SHARE = 0.5  # of the border that a background has at least, where sprites touch it
SHEET_SHARE = 0.4  # of a sheet that its background has at least
Background = Literal["border", "islands", "keep"]
Colour = tuple[int, int, int]
KEYS: tuple[Colour, ...] = ((255, 0, 255),)  # magenta stands for clear by custom

EMPTY = "nothing visible"
TINY = f"under {VISIBLE_LOW} visible pixels"
FLAT = "a single colour"
LARGE = "larger than the canvas"
UNEVEN = "enlarged by no whole number"
SOFT = "mostly half-transparent"


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """What is done to a picture."""

    background: Background = "border"  # "islands": holes of the background's colour become clear too
    factor: int | None = None  # the enlargement, where it is known; None: found
    near: bool = False  # also undo enlargements with noise, as a lossy format leaves it
    size: int | None = None  # the canvas; None: the smallest that holds the sprite
    known: tuple[Colour, ...] = KEYS  # backgrounds, also of pictures whose sprites touch the border
    colours: int = COLOURS_HIGH


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A picture or sprite, and what was done to it."""

    pixels: Pixels
    factor: int = 1  # of the enlargement that was undone
    near: bool = False  # the enlargement had noise
    background: Colour | None = None  # the colour that was made clear
    islands: int = 0  # pixels of that colour that the sprite encloses, and that stayed
    softened: int = 0  # half-transparent pixels that became opaque or clear
    colours: int = 0  # before there were fewer
    changed: float = 0.0  # the largest change of a colour, in OKLab


@dataclass(frozen=True)
class Dropped:
    """Why a picture is no sprite."""

    reason: str  # one of the constants above
    detail: str = ""


def clean(pixels: Pixels, how: Cleaning | None = None) -> Cleaned | Dropped:
    """Return the sprite in a picture of one sprite, on its canvas."""
    how = how or Cleaning()
    picture = clean_picture(pixels, how)
    if isinstance(picture, Dropped):
        return picture
    return clean_sprite(picture, how)


def clean_picture(pixels: Pixels, how: Cleaning, found: Enlargement | None = None) -> Cleaned | Dropped:
    """Return a picture of one or many sprites in true size, on a clear background, with hard edges.

    Args:
        pixels: RGBA.
        how: What to do.
        found: The enlargement, where more is known than this picture tells; None: only if sure.
    """
    hard, softened = harden(pixels)
    if is_soft(pixels):
        return Dropped(SOFT)
    grid, near = _enlargement(hard, how, found)
    if grid is None:
        scale = enlargement.find_uneven(hard)
        if scale is not None:
            return Dropped(UNEVEN, f"{scale:.3g} times; give the picture as it was drawn")
        grid = NOT_ENLARGED
    true = enlargement.restore_near(hard, grid) if near else enlargement.restore(hard, grid)
    colour = find_background(true, how.known) if how.background != "keep" else None
    if colour is not None:
        islands = how.background == "islands" or colour in KEYS
        cleared = remove_background(true, colour, islands=islands)
        true, colour = (cleared, colour) if cleared[:, :, 3].any() else (true, None)
    return Cleaned(
        pixels=true,
        factor=grid.factor,
        near=near,
        background=colour,
        islands=count_islands(true, colour),
        softened=softened,
    )


def _enlargement(pixels: Pixels, how: Cleaning, found: Enlargement | None) -> tuple[Enlargement | None, bool]:
    """Return the grid to undo, None if there is none, and whether it has noise."""
    if how.factor is not None:
        exact = enlargement.find_enlargement(pixels)
        fits = exact.factor % how.factor == 0
        return (exact.by(how.factor) if fits else Enlargement(how.factor, 0, 0, 0.0)), not fits
    exact = found or enlargement.find_enlargement(pixels)
    if exact.factor > 1 and (found is not None or exact.sure):
        return exact, False
    if how.near:
        near = enlargement.find_near_enlargement(pixels)
        if near.sure:
            return near, True
    return None, False


def clean_sprite(picture: Cleaned, how: Cleaning) -> Cleaned | Dropped:
    """Return one sprite of a cleaned picture on its canvas, with few enough colours."""
    pixels = picture.pixels
    shown = pixels[:, :, 3] > 0
    count = int(shown.sum())
    if count < VISIBLE_LOW:
        return Dropped(TINY, f"{count}") if count else Dropped(EMPTY)
    colours = len(colours_of(pixels)[0])
    if colours < 2:
        return Dropped(FLAT)
    placed = on_canvas(pixels, (how.size,) if how.size else CANVASES)
    if isinstance(placed, Dropped):
        return placed
    reduced, changed = reduce_colours(placed, how.colours)
    islands = count_islands(pixels, picture.background)
    return replace(picture, pixels=reduced, islands=islands, colours=colours, changed=changed)


def harden(pixels: Pixels) -> tuple[Pixels, int]:
    """Return the picture with alpha 0 or 255 only, and how many pixels were in between.

    A pixel of alpha 128 or more becomes opaque in its own colour, any other clear.
    """
    alpha = pixels[:, :, 3]
    soft = int(((alpha > 0) & (alpha < 255)).sum())
    hard = pixels.copy()
    hard[:, :, 3] = np.where(alpha >= OPAQUE, 255, 0)
    hard *= (alpha >= OPAQUE).view(np.uint8)[:, :, None]
    return hard, soft


def is_soft(pixels: Pixels) -> bool:
    """Whether a picture is glass or a glow rather than pixel art with soft edges."""
    alpha = pixels[:, :, 3]
    low, high = SOFT_BAND
    return int(((alpha > low) & (alpha < high)).sum()) > SOFT_HIGH * int((alpha > 0).sum())


def find_background(pixels: Pixels, known: Collection[Colour] = KEYS) -> Colour | None:
    """Return the colour of the background of an opaque picture, or None.

    It is the colour of the whole border. Where sprites touch the border, it is the colour
    of half of it or more, if that is ``known`` as a background, or if the picture is larger
    than any sprite and two fifths of it are of that colour: then it is a sheet.
    """
    if not (pixels[:, :, 3] == 255).all():
        return None
    border = np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])[:, :3]
    colours, counts = np.unique(border, axis=0, return_counts=True)
    most = int(counts.argmax())
    red, green, blue = (int(part) for part in colours[most])
    share = counts[most] / counts.sum()
    if share < 1.0 and (red, green, blue) not in known:
        everywhere = (pixels[:, :, :3] == colours[most]).all(axis=2).mean()
        if max(pixels.shape[:2]) <= max(CANVASES) or everywhere < SHEET_SHARE:
            return None
    return (red, green, blue) if share >= BORDER_SHARE else None


def remove_background(pixels: Pixels, colour: Colour, *, islands: bool = False) -> Pixels:
    """Return the picture with all of ``colour`` made clear that is connected with its border by sides.

    Args:
        pixels: RGBA.
        colour: Of the background.
        islands: Also what the sprite encloses.
    """
    same = (pixels[:, :, :3] == np.array(colour)).all(axis=2) & (pixels[:, :, 3] > 0)
    cleared = pixels.copy()
    cleared[same if islands else _from_border(same)] = 0
    return cleared


def count_islands(pixels: Pixels, colour: Colour | None) -> int:
    """Return how many pixels of a background's colour are left."""
    if colour is None:
        return 0
    return int(((pixels[:, :, :3] == np.array(colour)).all(axis=2) & (pixels[:, :, 3] > 0)).sum())


def _from_border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the parts of a mask that touch the border."""
    parts, _ = ndimage.label(mask)
    touching = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    reached: NDArray[np.bool_] = np.isin(parts, touching[touching > 0])
    return reached


def on_canvas(pixels: Pixels, canvases: tuple[int, ...] = CANVASES) -> Pixels | Dropped:
    """Return a sprite on the smallest square canvas that holds it.

    A picture that has the size of a canvas stays as it is, since its artist chose where the
    sprite stands. Another is cut to what is visible and put in the middle; a pixel that
    cannot be shared goes to the right and below.
    """
    height, width = pixels.shape[:2]
    if height == width and height in canvases:
        return pixels
    rows, columns = (np.flatnonzero(pixels[:, :, 3].any(axis=axis)) for axis in (1, 0))
    cut = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    tall, wide = cut.shape[:2]
    side = next((side for side in canvases if side >= max(tall, wide)), None)
    if side is None:
        return Dropped(LARGE, f"{wide}x{tall}, the canvas is {max(canvases)}")
    canvas = np.zeros((side, side, 4), np.uint8)
    top, left = (side - tall) // 2, (side - wide) // 2
    canvas[top : top + tall, left : left + wide] = cut
    return canvas
