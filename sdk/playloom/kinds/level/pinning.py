"""From a map and a wish to the pinned cells of a request: redo a part, extend a side, fill what is unset.

Pure array logic. A pinned map holds tile ids, and `FREE` wherever the model may choose.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import CONTROLS, FREE
from playloom.kinds.level.vocabulary import Passability, Role, Tile, Vocabulary

SIDES = ("right", "left", "up", "down")
SEAM_DEPTH = 3  # cells of each row or column that an extension opens, border included

Cells = NDArray[np.uint8]
Side = Literal["right", "left", "up", "down"]


class Rectangle(NamedTuple):
    """A part of a map, in cells; (0, 0) is the top left cell."""

    x: int
    y: int
    width: int
    height: int


def redo(cells: Cells, rectangles: Iterable[Rectangle]) -> Cells:
    """Return ``cells`` (H, W) with every cell of ``rectangles`` set free.

    Raises:
        RequestInvalid: If a rectangle is empty or leaves the map.
    """
    pinned = cells.copy()
    height, width = cells.shape
    for x, y, wide, high in rectangles:
        if wide < 1 or high < 1 or x < 0 or y < 0 or x + wide > width or y + high > height:
            raise RequestInvalid(
                f"rectangle {x},{y},{wide},{high} is not within the map of {width}x{height} cells; "
                "give X,Y,WIDTH,HEIGHT counted from the top left cell 0,0"
            )
        pinned[y : y + high, x : x + wide] = FREE
    return pinned


def lasting_controls(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the controls of a level's request that hold on when a part is made anew.

    The solution's length is free: it is what a redo may change.
    """
    lasting = [name for name in CONTROLS if name in asked and name not in ("path", "pushes")]
    return {name: tuple(asked[name]) for name in lasting}


def extend(cells: Cells, vocabulary: Vocabulary, side: Side, count: int) -> Cells:
    """Return ``cells`` (H, W) with ``count`` free columns or rows added on one side.

    The old border on the seam is set free as well, and with it the closed
    cells behind, up to `SEAM_DEPTH` in each row or column, until the first
    open cell: without that no way could join the two parts. Where all are
    deeper, as deep as the shallowest. Objects stay.

    Raises:
        RequestInvalid: If ``side`` is unknown or ``count`` below 1.
    """
    if side not in SIDES:
        raise RequestInvalid(f"side is {side!r}; choose one of {', '.join(SIDES)}")
    if count < 1:
        raise RequestInvalid(f"extending by {count} cells adds nothing; choose 1 or more")
    turned = _turn(cells, side)
    pinned = np.pad(_loosen_seam(turned, vocabulary), ((0, 0), (0, count)), constant_values=FREE)
    return np.ascontiguousarray(_turn(pinned, side))


def _turn(cells: Cells, side: Side) -> Cells:
    """Bring ``side`` to the right; turning again brings it back."""
    if side == "left":
        return cells[:, ::-1]
    if side == "down":
        return cells.T
    if side == "up":
        return cells[::-1, ::-1].T
    return cells


def _loosen_seam(cells: Cells, vocabulary: Vocabulary) -> Cells:
    """Set free the seam, which is the last column, and the closed cells behind it."""
    pinned = cells.copy()
    unset = 256 - len(vocabulary)  # cells that are free already stay free
    kept = np.append(vocabulary.objects, np.zeros(unset, np.bool_))
    shut = np.append(~vocabulary.open, np.ones(unset, np.bool_)) & ~kept
    inwards = cells[:, ::-1]
    closed = np.logical_and.accumulate(shut[inwards], axis=1)
    depths = closed.sum(axis=1)
    # Rows whose closed cells end at a walkable one; a deep forest may leave none within SEAM_DEPTH.
    ends = inwards[np.arange(len(cells)), np.minimum(depths, cells.shape[1] - 1)]
    ways = depths[np.append(vocabulary.open, np.zeros(unset, np.bool_))[ends]]
    loose = closed
    loose[:, max(SEAM_DEPTH, int(ways.min()) if ways.size else 0) :] = False
    loose[:, 0] = ~kept[inwards[:, 0]]
    pinned[:, ::-1][loose] = FREE
    return pinned


def recode(cells: Cells, old: Vocabulary, new: Vocabulary) -> Cells:
    """Return ``cells`` in the ids that ``new`` gives to the tiles of the same names.

    Raises:
        RequestInvalid: If the map uses a tile that ``new`` does not have.
    """
    ids = np.full(256, FREE, np.uint8)
    known = {tile.name: i for i, tile in enumerate(new.tiles)}
    for i in np.unique(cells[cells != FREE]).tolist():
        name = old.tiles[i].name
        if name not in known:
            raise RequestInvalid(
                f"the map uses tile {name!r}, which the package does not have; choose another package, "
                f"or replace it by one of {', '.join(known)}"
            )
        ids[i] = known[name]
    return ids[cells]


def sketch_vocabulary(vocabulary: Vocabulary) -> Vocabulary:
    """Return ``vocabulary`` with one more tile, ``?``: a cell that is not set yet."""
    unset = Tile(name="unset", char="?", role=Role.VOID, passability=Passability.SOLID, colour="#000000")
    return Vocabulary((*vocabulary.tiles, unset))


def unset_to_free(cells: Cells, vocabulary: Vocabulary) -> Cells:
    """Return ``cells`` read with `sketch_vocabulary` as a pinned map: unset cells become `FREE`."""
    return np.where(cells == len(vocabulary), FREE, cells).astype(np.uint8)
