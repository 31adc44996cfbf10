"""Putting right, with as few changed pixels as can be, what the contract would refuse; every change is told.

The check does not know this file: what is mended is examined like anything else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import Mend, Pixels
from playloom.kinds.sprite.contract import SPECKLE_FREE, Contract
from playloom.kinds.sprite.palette import Palette

_ROUNDS = 4
_AROUND = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]


@dataclass(frozen=True, eq=False)
class Mended:
    """The pixels after mending, and what was done to them."""

    pixels: Pixels
    mends: tuple[Mend, ...]


def mend(pixels: Pixels, palette: Palette, contract: Contract) -> Mended:
    """Return the pixels with loose ones cleared, the figure in its place and speckle toned down.

    What cannot be put right without inventing pixels (an empty picture, too few pieces) is left as it is.
    """
    work = pixels.copy()
    mends: list[Mend] = []
    for _ in range(_ROUNDS):  # what one step clears can leave another one something to do
        before = len(mends)
        for step in (_place, _clear_margin, _lift, _clear_strays, _clear_pieces):
            work, done = step(work, contract)
            mends += done
        if len(mends) == before:
            break
    work, done = _calm_speckle(work, palette, contract)
    return Mended(work, (*mends, *done))


def _clear_strays(pixels: Pixels, contract: Contract) -> tuple[Pixels, list[Mend]]:
    lone = measure.strays(pixels > 0)
    count = int(lone.sum())
    most = int((pixels > 0).sum())
    if count <= contract.strays or count == most:  # a picture of strays alone is no sprite: the check says so
        return pixels, []
    return np.where(lone, 0, pixels).astype(np.uint8), [
        Mend("strays", count, "cleared pixels that stood alone")
    ]


def _clear_pieces(pixels: Pixels, contract: Contract) -> tuple[Pixels, list[Mend]]:
    """Keep the largest pieces."""
    if contract.pieces is None:
        return pixels, []
    labels, sizes = measure.pieces(pixels > 0)
    most = contract.pieces[1]
    if len(sizes) <= most:
        return pixels, []
    loose = np.isin(labels, np.argsort(-sizes, kind="stable")[most:] + 1)
    count = int(loose.sum())
    detail = f"cleared {len(sizes) - most} loose pieces, the largest of {np.sort(sizes)[::-1][most]} pixels"
    return np.where(loose, 0, pixels).astype(np.uint8), [Mend("pieces", count, detail)]


def _place(pixels: Pixels, contract: Contract) -> tuple[Pixels, list[Mend]]:
    """Move the figure out of the margin and to its baseline, where it fits."""
    opaque = pixels > 0
    if not opaque.any():
        return pixels, []
    left, top, right, bottom = measure.margins(opaque)
    margin = contract.margin
    across = _shift(left, right, margin)
    down = _shift(top, bottom, margin)
    if contract.baseline == "ground" and top + bottom >= 2 * margin:
        down = bottom - margin
    elif contract.baseline == "float" and bottom - down == margin and top + down > margin:
        down -= 1
    if (across, down) == (0, 0):
        return pixels, []
    moved = np.roll(pixels, (down, across), (0, 1))  # nothing goes over the edge: the figure fits
    changed = int((moved != pixels).sum())
    return moved, [Mend("placed", changed, f"moved the figure by {across},{down}")]


def _shift(before: int, after: int, margin: int) -> int:
    """Return the smallest move that leaves the margin free on both sides; 0 if the figure is too large."""
    if before + after < 2 * margin:
        return 0
    return max(margin - before, 0) - max(margin - after, 0)


def _clear_margin(pixels: Pixels, contract: Contract) -> tuple[Pixels, list[Mend]]:
    """Clear what a figure larger than the square has in the margin."""
    margin = contract.margin
    if not margin:
        return pixels, []
    kept = np.zeros_like(pixels)
    inside = np.s_[margin:-margin, margin:-margin]
    kept[inside] = pixels[inside]
    count = int((kept != pixels).sum())
    return kept, [Mend("margin", count, "cleared pixels in the margin")] if count else []


def _lift(pixels: Pixels, contract: Contract) -> tuple[Pixels, list[Mend]]:
    """Clear the lowest row of a figure that is to float and has no room to be moved up."""
    if contract.baseline != "float" or not pixels.any():
        return pixels, []
    _, top, _, bottom = measure.margins(pixels > 0)
    if bottom != contract.margin or top > contract.margin:
        return pixels, []
    lifted = pixels.copy()
    lifted[pixels.shape[0] - 1 - bottom] = 0
    count = int((lifted != pixels).sum())
    return lifted, [Mend("baseline", count, "cleared the lowest row: the figure is to float")]


def _calm_speckle(pixels: Pixels, palette: Palette, contract: Contract) -> tuple[Pixels, list[Mend]]:
    """Give as many speckles as are too many the colour of the neighbour they resemble most, dullest first."""
    work = pixels.copy()
    opaque = pixels > 0
    limit = max(SPECKLE_FREE, int(contract.speckle * int(opaque.sum())))
    lab = oklab.whole(palette.array)
    changed = 0
    for _ in range(_ROUNDS):  # a changed pixel can leave another one alone
        sharp = measure.contrast(lab[np.maximum(work, 1).astype(np.int64) - 1], opaque)
        speckle = np.argwhere(sharp >= measure.APART)
        excess = len(speckle) - limit
        if excess <= 0:
            break
        order = np.argsort(sharp[tuple(speckle.T)], kind="stable")[:excess]
        for y, x in speckle[order].tolist():
            work[y, x] = _likest(work, y, x, lab)
        changed += excess
    return work, [Mend("speckle", changed, "gave single pixels a neighbour's colour")] if changed else []


def _likest(pixels: Pixels, y: int, x: int, lab: NDArray[np.int64]) -> int:
    height, width = pixels.shape
    around = [(y + dy, x + dx) for dy, dx in _AROUND if 0 <= y + dy < height and 0 <= x + dx < width]
    colours = sorted({int(pixels[place]) for place in around} - {0})
    own = lab[int(pixels[y, x]) - 1]
    return min(colours, key=lambda colour: int(((lab[colour - 1] - own) ** 2).sum()))
