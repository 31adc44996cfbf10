"""A contact sheet: every tile of a set of maps with its name, to fill in a legend by."""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.own.draft import Use
from playloom.kinds.level.own.gallery import Gallery
from playloom.kinds.level.tiles import BACKDROP, TileBook

_CELL_WIDE, _CELL_HIGH, _PICTURE = 112, 88, 48  # pixels
_COLUMNS = 8
_INK, _FAINT = (235, 232, 240), (150, 145, 165)
_MARGIN = 8
_LETTERS = 17  # characters that fit below a picture


def contact_sheet(uses: list[Use], gallery: Gallery, meanings: list[str]) -> NDArray[np.uint8]:
    """Return a picture, RGB: each part's picture, or character, above its label and meaning.

    Args:
        uses: The parts.
        gallery: Their pictures.
        meanings: Of each part, as a legend has it.
    """
    from PIL import Image, ImageDraw, ImageFont

    rows = -(-len(uses) // _COLUMNS)
    columns = min(len(uses), _COLUMNS)
    canvas = Image.new("RGB", (columns * _CELL_WIDE + _MARGIN, rows * _CELL_HIGH + _MARGIN), BACKDROP)
    ink = ImageDraw.Draw(canvas)
    font = ImageFont.load_default_imagefont()  # drawn by the library itself, whatever fonts a machine has
    book = _book(gallery)
    for number, (use, meaning) in enumerate(zip(uses, meanings, strict=True)):
        left = number % _COLUMNS * _CELL_WIDE + _MARGIN
        top = number // _COLUMNS * _CELL_HIGH + _MARGIN
        part, label = use.part, _latin(use.part.label.removeprefix("object:"))
        found = book.picture(part.sheet, part.tile, 0) if part.sheet >= 0 else None
        if found is not None:
            factor = max(1, _PICTURE // max(found.shape[:2]))
            enlarged = found.repeat(factor, 0).repeat(factor, 1)[:_PICTURE, :_PICTURE]
            picture = Image.fromarray(np.ascontiguousarray(enlarged))
            canvas.paste(picture, (left, top), picture)
        else:
            ink.rectangle((left, top, left + _PICTURE - 1, top + _PICTURE - 1), outline=_FAINT)
            ink.text((left + 20, top + 18), label[:1], _INK, font)
        ink.text((left, top + _PICTURE + 4), label[-_LETTERS:], _INK, font)
        ink.text((left, top + _PICTURE + 16), _latin(meaning)[:_LETTERS], _FAINT, font)
        ink.text((left + _PICTURE + 4, top), f"x{use.cells}", _FAINT, font)
    return np.array(canvas, np.uint8)


def _latin(text: str) -> str:
    """Return what the font can draw."""
    return text.encode("latin-1", "replace").decode("latin-1")


def _book(gallery: Gallery) -> TileBook:
    """Return the pictures alone."""
    sheets = tuple(page.sheet for page in gallery.pages)
    return TileBook(
        tile_width=1, tile_height=1, layers=(), sheets=sheets, stacks=(), things=(), images=gallery.images
    )
