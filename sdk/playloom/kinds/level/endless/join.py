"""Repair of the parts of the plane, so that all open ground of it is one region.

By induction. A middle has a main region that comes to all four of its sides; its other open cells lie in
pockets on its rim, for a strip to join. A strip joins the main regions on both sides of it, the pockets
beside it, and its own open cells; a corner then has only joined cells around it, and joins its own or fills
them.
So every open cell is joined to a middle, and every middle to its four neighbours.
"""

import numpy as np
from msgspec import structs
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.content import Edit
from playloom.kinds.level.draft import Draft, closing_tiles, opening_tiles
from playloom.kinds.level.repair import connect
from playloom.kinds.level.vocabulary import Vocabulary

_FRAME = 3  # cells around a strip or corner: what really lies there, and what stands for the ground beyond

Cells = NDArray[np.int64]
Mask = NDArray[np.bool_]


def join_middle(
    cells: Cells, surprise: NDArray[np.int32], vocabulary: Vocabulary
) -> tuple[Cells, tuple[Edit, ...], Mask]:
    """Return the repaired cells of a middle, what was changed, and which cells are its main region.

    Args:
        cells: Shape (H, W): as drawn.
        surprise: Shape (H, W, V): what each tile would cost, see `Draft`.
        vocabulary: V tiles.
    """
    nothing = np.zeros(cells.shape, np.bool_)
    draft = Draft(cells.copy(), nothing.copy(), nothing, surprise, vocabulary)
    _pin_sides(draft)
    labels, _ = ndimage.label(draft.walkable)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    kept = {0, int(sizes.argmax()), *np.unique(labels[draft.fixed]).tolist()}
    pockets = np.isin(labels, np.setdiff1d(labels[_rim(cells.shape)], list(kept)))
    before = draft.cells[pockets]
    draft.cells[pockets] = int(np.flatnonzero(closing_tiles(vocabulary))[0])
    draft.fixed |= pockets
    joined = connect(draft)
    draft.cells[pockets] = before
    if not joined:  # pockets shut a side off
        draft.fixed &= ~pockets
        connect(draft)
    labels, _ = ndimage.label(draft.walkable)
    pinned = draft.fixed & ~pockets
    main: Mask = labels == labels[pinned][0]
    return draft.cells, draft.changes(), main


def _rim(shape: tuple[int, ...]) -> Mask:
    rim = np.ones(shape, np.bool_)
    rim[1:-1, 1:-1] = False
    return rim


def _pin_sides(draft: Draft) -> None:
    """Pin an open cell on each side: of the largest region if it comes so far, else the cheapest to open."""
    labels, count = ndimage.label(draft.walkable)
    sizes = np.bincount(labels.ravel(), minlength=2)
    sizes[0] = 0
    largest = labels == int(sizes.argmax()) if count else np.zeros(labels.shape, np.bool_)
    tile, cost = draft.cheapest(opening_tiles(draft.vocabulary))
    cost = np.where(draft.walkable, 0, cost)
    height, width = labels.shape
    top, left = [(0, x) for x in range(width)], [(y, 0) for y in range(height)]
    bottom, right = [(height - 1, x) for _, x in top], [(y, width - 1) for y, _ in left]
    for side in (top, bottom, left, right):
        main = [cell for cell in side if largest[cell]]
        y, x = main[len(main) // 2] if main else min(side, key=lambda cell: int(cost[cell]))
        if not draft.walkable[y, x]:
            draft.change(y, x, int(tile[y, x]), "opens a side to the next chunk")
        draft.fixed[y, x] = True


def join_between(
    cells: Cells,
    surprise: NDArray[np.int32],
    around: Cells,
    joined: Mask,
    vocabulary: Vocabulary,
) -> tuple[Cells, tuple[Edit, ...]]:
    """Return the repaired cells of a strip or corner, and what was changed.

    Args:
        cells: Shape (H, W): as drawn.
        surprise: Shape (H, W, V): what each tile would cost, see `Draft`.
        around: Shape (H + 2, W + 2): the finished cells beside the part; V where there are none yet.
        joined: Shape (H + 2, W + 2): cells around that are known to be joined beyond, to the others
            of their side; of a strip those of its two main regions are, of a corner all open ones.
        vocabulary: V tiles.
    """
    draft = _framed(cells, surprise, around, joined, vocabulary)
    anchored = bool((draft.walkable & draft.fixed).any())
    if not (anchored and connect(draft)):  # a corner between walls: there is nothing to join it to
        tile, _ = draft.cheapest(closing_tiles(vocabulary))
        for y, x in np.argwhere(draft.walkable & ~draft.fixed).tolist():
            draft.change(y, x, int(tile[y, x]), "fills a pocket out of reach")
    edits = (structs.replace(e, x=e.x - _FRAME, y=e.y - _FRAME) for e in draft.changes())
    return draft.cells[_FRAME:-_FRAME, _FRAME:-_FRAME].copy(), tuple(edits)


def _framed(
    cells: Cells, surprise: NDArray[np.int32], around: Cells, joined: Mask, vocabulary: Vocabulary
) -> Draft:
    """Return the draft of a part in a pinned frame of three rings.

    The inner ring is what lies there. The outer one is open along the sides where cells are joined
    beyond, and the one between lets those through: so they are one region here, as they are in the plane.
    """
    opening = int(np.flatnonzero(opening_tiles(vocabulary))[0])
    closing = int(np.flatnonzero(closing_tiles(vocabulary))[0])
    inside = slice(_FRAME, -_FRAME), slice(_FRAME, -_FRAME)
    framed = np.full([side + 2 * _FRAME for side in cells.shape], closing, np.int64)
    for line, beyond, last in (
        ((0, slice(None)), (1, slice(2, -2)), joined[0]),
        ((-1, slice(None)), (-2, slice(2, -2)), joined[-1]),
        ((slice(None), 0), (slice(2, -2), 1), joined[:, 0]),
        ((slice(None), -1), (slice(2, -2), -2), joined[:, -1]),
    ):
        if last[1:-1].any():
            framed[line] = opening
            framed[beyond] = np.where(last, opening, closing)
    framed[2:-2, 2:-2] = np.where(around == len(vocabulary), closing, around)
    framed[inside] = cells
    fixed = np.ones(framed.shape, np.bool_)
    fixed[inside] = False
    costs = np.zeros((*framed.shape, len(vocabulary)), np.int32)
    costs[inside] = surprise
    return Draft(framed, fixed, np.zeros(framed.shape, np.bool_), costs, vocabulary)
