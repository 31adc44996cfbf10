"""How the plane falls into parts, and which part needs which others drawn first.

The middle of a chunk stands alone. A strip lies astride the line that parts two chunks, between
their middles; a corner lies where four chunks meet, between four strips. Middles are drawn first and depend
on nothing, strips then join two middles, corners four strips. So no chunk depends on how far another one has
got, and the order in which chunks are asked for cannot matter.

Cells of the plane are whole numbers without bound; chunk (x, y) holds the cells from (x * width, y * height).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.content import Edit

if TYPE_CHECKING:
    from playloom.kinds.level.endless.fringe import Fringe

CHUNK_LOW, CHUNK_HIGH = 16, 128  # cells of a chunk's side
DEPTH = 4  # cells of a strip or corner on each side of a line

Part = Literal["middle", "row", "column", "corner"]  # a row lies along a chunk's top, a column along its left
Key = tuple[Part, int, int]  # with the chunk (x, y) to whose top left it belongs


class Box(NamedTuple):
    """A rectangle of the plane, in cells."""

    x: int
    y: int
    width: int
    height: int

    def grown(self, by: int) -> "Box":
        """Return the box with so many cells more on each side; fewer if negative."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def within(self, other: "Box") -> tuple[slice, slice]:
        """Return where this box lies in an array of ``other``, (rows, columns), cut off at its sides."""
        left, top = self.x - other.x, self.y - other.y
        rows = slice(max(0, top), max(0, min(other.height, top + self.height)))
        return rows, slice(max(0, left), max(0, min(other.width, left + self.width)))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.height, self.width


@dataclass(frozen=True)
class Patch:
    """A finished part of the ground."""

    box: Box
    cells: NDArray[np.uint8]  # tile ids, shape of the box
    joined: NDArray[np.bool_]  # shape of the box: open cells known to be joined to the rest of the plane
    edits: tuple[Edit, ...]  # what repair changed; places within the box
    fringe: "Fringe | None" = None  # of a middle

    def paste(self, box: Box, cells: NDArray[np.int64], joined: NDArray[np.bool_] | None = None) -> None:
        """Enter into ``cells`` and ``joined``, arrays of ``box``, what of this patch lies there."""
        there, here = self.box.within(box), box.within(self.box)
        cells[there] = self.cells[here]
        if joined is not None:
            joined[there] = self.joined[here]


@dataclass(frozen=True)
class Lattice:
    """The parts of a plane of chunks of one size."""

    width: int
    height: int

    def chunk(self, x: int, y: int) -> Box:
        """Return the cells of chunk (x, y)."""
        return Box(x * self.width, y * self.height, self.width, self.height)

    def box(self, key: Key) -> Box:
        """Return the cells of a part."""
        part, x, y = key
        left, top = x * self.width, y * self.height
        match part:
            case "middle":
                return self.chunk(x, y).grown(-DEPTH)
            case "row":
                return Box(left + DEPTH, top - DEPTH, self.width - 2 * DEPTH, 2 * DEPTH)
            case "column":
                return Box(left - DEPTH, top + DEPTH, 2 * DEPTH, self.height - 2 * DEPTH)
            case "corner":
                return Box(left - DEPTH, top - DEPTH, 2 * DEPTH, 2 * DEPTH)


def needed(key: Key) -> tuple[Key, ...]:
    """Return the parts that must be there before this one: those around it that it is to join."""
    part, x, y = key
    match part:
        case "middle":
            return ()
        case "row":
            return (("middle", x, y - 1), ("middle", x, y))
        case "column":
            return (("middle", x - 1, y), ("middle", x, y))
        case "corner":
            strips: tuple[Key, ...] = (
                ("row", x - 1, y),
                ("row", x, y),
                ("column", x, y - 1),
                ("column", x, y),
            )
            return (*strips, *(("middle", x - left, y - up) for up in (0, 1) for left in (0, 1)))


def parts_of(x: int, y: int) -> tuple[Key, ...]:
    """Return the parts that chunk (x, y) has cells of."""
    strips: tuple[Key, ...] = (
        ("row", x, y),
        ("row", x, y + 1),
        ("column", x, y),
        ("column", x + 1, y),
    )
    corners: tuple[Key, ...] = tuple(("corner", x + right, y + down) for down in (0, 1) for right in (0, 1))
    return (("middle", x, y), *strips, *corners)
