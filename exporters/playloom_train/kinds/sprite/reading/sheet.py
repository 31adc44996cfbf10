"""Sprite sheets on a grid: finding the grid, and cutting.

A line of the grid runs between sprites, so few pixels continue across it, while a
line through sprites cuts many. The figure compared is the share of like-coloured
neighbours across the candidate's lines, beside that across all other lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.sprite.reading import Pixels

CELLS_HIGH = 16_384  # of a sheet
SIDES = (8, 12, 16, 20, 24, 32, 40, 48, 64)  # pixels, of a cell that is looked for
CUT_HIGH = 0.3  # times as many pixels continue across the grid's lines as across others
CUT_CLEAR = 0.1  # above it the grid is doubtful
EXPECTED_LOW = 10  # pixels that other lines would cut; fewer prove nothing
LINES_LOW = 3  # lines below which a grid is doubtful
_GAPS = ((0, 0), (0, 1), (1, 1), (0, 2), (2, 2))  # margin and spacing, pixels
_ALIKE = 24  # of 255, the largest difference of a channel between neighbours that continue each other

_IN_NAME = re.compile(r"(?<!\d)(\d{1,3})x(\d{1,3})(?!\d)")


@dataclass(frozen=True)
class Grid:
    """Cells of a sheet, pixels."""

    width: int
    height: int
    margin: int = 0  # around all cells
    spacing: int = 0  # between two cells
    cut: float = 0.0  # share of pixels that continue across its lines, beside other lines
    doubt: str = ""  # why it may be another

    def fits(self, height: int, width: int) -> bool:
        """Whether the cells fill a picture of this size."""
        return all(
            side >= cell + 2 * self.margin
            and (side - 2 * self.margin + self.spacing) % (cell + self.spacing) == 0
            for side, cell in ((height, self.height), (width, self.width))
        )

    def __str__(self) -> str:
        gaps = f", margin {self.margin}, spacing {self.spacing}" if self.margin or self.spacing else ""
        return f"{self.width}x{self.height}{gaps}"


def cells(where: str, pixels: Pixels, grid: Grid) -> Iterator[tuple[int, int, Pixels]]:
    """Yield row, column and pixels of each cell that shows anything.

    Raises:
        FileInvalid: If there are too many cells.
    """
    height, width = pixels.shape[:2]
    rows, columns = (
        range(grid.margin, side - cell + 1, cell + grid.spacing)
        for side, cell in ((height, grid.height), (width, grid.width))
    )
    if len(rows) * len(columns) > CELLS_HIGH:
        raise FileInvalid(
            f"{where}: {len(rows) * len(columns)} cells of {grid}; at most {CELLS_HIGH}, give larger cells"
        )
    for (row, top), (column, left) in product(enumerate(rows), enumerate(columns)):
        cell = pixels[top : top + grid.height, left : left + grid.width]
        if cell[:, :, 3].any():
            yield row, column, np.ascontiguousarray(cell)


def find_grid(pixels: Pixels, name: str = "") -> Grid | None:
    """Return the grid of a sheet in true size, or None if none cuts cleanly.

    Args:
        pixels: RGBA, alpha 0 or 255.
        name: Of the file; a size in it ("tiles_16x16.png") is believed if the cells fill the sheet.
    """
    height, width = pixels.shape[:2]
    for wide, tall in _IN_NAME.findall(name):
        named = Grid(int(wide), int(tall))
        if (
            min(named.width, named.height) >= min(SIDES)
            and named.fits(height, width)
            and (named.width < width or named.height < height)
        ):
            return named
    joined = _joined(pixels)
    alpha = pixels[:, :, 3]
    filled = np.asarray(alpha.any(axis=0)), np.asarray(alpha.any(axis=1))
    found = [
        scored
        for margin, spacing in _GAPS
        for grid in _candidates(height, width, margin, spacing)
        if (scored := _scored(grid, filled, joined)) is not None
    ]
    if not found:
        return None
    best = min(found, key=lambda grid: (grid.width * grid.height, grid.width != grid.height, grid.cut))
    return Grid(best.width, best.height, best.margin, best.spacing, best.cut, _doubt(best, height, width))


def _candidates(height: int, width: int, margin: int, spacing: int) -> Iterator[Grid]:
    tall = [*SIDES, *([height] if height not in SIDES and height <= max(SIDES) else [])]
    wide = [*SIDES, *([width] if width not in SIDES and width <= max(SIDES) else [])]
    for cell_high, cell_wide in product(tall, wide):
        grid = Grid(cell_wide, cell_high, margin, spacing)
        whole = cell_high == height and cell_wide == width
        if (
            grid.fits(height, width)
            and not whole
            and max(cell_high, cell_wide) <= 2 * min(cell_high, cell_wide)
        ):
            yield grid


def _joined(pixels: Pixels) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many pixels continue from column x - 1 to x, and from row y - 1 to y; index 0 is unused."""
    counts = []
    for turned in (pixels, pixels.transpose(1, 0, 2)):
        before, after = turned[:, :-1], turned[:, 1:]
        apart = np.maximum(before, after) - np.minimum(before, after)  # in 8 bits
        alike = (apart <= _ALIKE).all(axis=2) & (before[:, :, 3] > 0)
        counts.append(np.concatenate([[0], alike.sum(axis=0)]).astype(np.int64))
    return counts[0], counts[1]


def _scored(
    grid: Grid,
    filled: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    joined: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Grid | None:
    """Return the grid with its share of cut pixels; None if it cuts too many or its gaps are not empty."""
    shares: list[float] = []
    expected = 0.0
    for counts, cell, shown in zip(joined, (grid.width, grid.height), filled, strict=True):
        side = len(counts)
        starts = np.arange(grid.margin, side, cell + grid.spacing)
        gap = np.ones(side, np.bool_)
        for start in starts:
            gap[start : start + cell] = False
        if shown[gap].any():
            return None
        lines = starts[1:]
        if not len(lines):
            continue
        on_lines = np.zeros(side, np.bool_)
        on_lines[lines] = True
        others = counts[1:][~on_lines[1:] & ~gap[1:]]
        expected += float(others.mean()) * len(lines)
        shares.append(float(counts[on_lines].mean() / max(1e-9, others.mean())))
    if not shares or max(shares) > CUT_HIGH or expected < EXPECTED_LOW:
        return None
    return Grid(grid.width, grid.height, grid.margin, grid.spacing, max(shares))


def _doubt(grid: Grid, height: int, width: int) -> str:
    lines = (width // grid.width - 1) + (height // grid.height - 1)
    if grid.cut > CUT_CLEAR:
        return f"its lines cut {grid.cut:.2f} times as many pixels as others"
    if lines < LINES_LOW:
        return f"{lines} lines tell little"
    return ""
