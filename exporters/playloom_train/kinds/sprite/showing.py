"""A contact sheet of what is trained on, so that one can look before hours are spent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from playloom_train.kinds.sprite.data import Example

SHOWN_HIGH = 480  # sprites on a sheet
_CELL, _GAP = 64, 4  # pixels
_COLUMNS = 20
_LABEL_WIDE = 112
_CHECKER = ((46, 44, 54), (54, 52, 62))  # below clear pixels, in squares of 8
_BACKDROP, _INK = (28, 26, 34), (235, 232, 240)
_MARKS = {"val": (242, 184, 46), "heldout": (79, 200, 217)}  # of what is not trained on
_MARK = 6  # pixels a side


def contact_sheet(examples: Sequence["Example"], most: int = SHOWN_HIGH) -> NDArray[np.uint8]:
    """Return a picture, RGB: sprites by category with their number, enlarged by a whole number.

    Where there are more than ``most``, every category shows its share, at least a few of each.
    A mark in the corner is yellow on sprites that are watched, blue on those that are held out.
    """
    from PIL import Image, ImageDraw, ImageFont

    rows = _rows(examples, most)
    width = _LABEL_WIDE + _COLUMNS * (_CELL + _GAP) + _GAP
    sheet = np.full((len(rows) * (_CELL + _GAP) + _GAP, width, 3), _BACKDROP, np.uint8)
    for row, (_, line) in enumerate(rows):
        top = _GAP + row * (_CELL + _GAP)
        for column, example in enumerate(line):
            left = _LABEL_WIDE + column * (_CELL + _GAP)
            sheet[top : top + _CELL, left : left + _CELL] = _cell(example)
    image = Image.fromarray(sheet)
    ink, font = ImageDraw.Draw(image), ImageFont.load_default_imagefont()
    for row, (label, _) in enumerate(rows):
        ink.multiline_text((_GAP, _GAP * 2 + row * (_CELL + _GAP)), label, _INK, font)
    return np.array(image, np.uint8)


def _rows(examples: Sequence["Example"], most: int) -> list[tuple[str, list["Example"]]]:
    """Return the lines of the sheet: what stands beside each, and its sprites."""
    by_category: dict[str, list[Example]] = {}
    for example in examples:
        by_category.setdefault(example.category, []).append(example)
    share = min(1.0, most / max(1, len(examples)))
    rows = []
    for category, all_ in sorted(by_category.items()):
        count = min(len(all_), max(round(share * len(all_)), _COLUMNS // 2))
        shown = [all_[i * len(all_) // count] for i in range(count)]
        for start in range(0, count, _COLUMNS):
            label = f"{category}\n{len(all_)}" if start == 0 else ""
            rows.append((label, shown[start : start + _COLUMNS]))
    return rows


def _cell(example: "Example") -> NDArray[np.uint8]:
    """Return one sprite on a checkered ground, RGB."""
    squares = np.add.outer(np.arange(_CELL) // 8, np.arange(_CELL) // 8) % 2
    cell: NDArray[np.uint8] = np.array(_CHECKER, np.uint8)[squares]
    tokens = example.tokens
    factor = max(1, _CELL // max(tokens.shape))
    large = tokens.repeat(factor, 0).repeat(factor, 1)[:_CELL, :_CELL]
    top, left = (_CELL - large.shape[0]) // 2, (_CELL - large.shape[1]) // 2
    part = cell[top : top + large.shape[0], left : left + large.shape[1]]
    part[large > 0] = example.colours[large[large > 0] - 1]
    if example.split in _MARKS:
        cell[:_MARK, :_MARK] = _MARKS[example.split]
    return cell
