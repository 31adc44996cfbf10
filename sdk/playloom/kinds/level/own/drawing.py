"""One map as it was drawn: layers of parts, whatever the file was."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import LAYERED_HIGH
from playloom.kinds.level.own.gallery import Gallery
from playloom.kinds.level.tiles import EXTENT_HIGH, PILE_HIGH, LayerStyle, Thing

NOTHING = -1
FLIPS = {4: "h", 2: "v", 1: "d"}  # as labels say them

Grid = NDArray[np.int32]  # (H, W) places in `Parts.all`, NOTHING where empty


@dataclass(frozen=True)
class Part:
    """One thing that can be in a cell: a picture, an object, a character or a value."""

    label: str  # what a legend calls it
    said: str | None = None  # the meaning that the map gives it
    title: str = ""  # the author's own name for it
    char: str = ""
    colour: str = ""  # "#rrggbb" where the file gives one
    sheet: int = NOTHING
    tile: int = 0
    flip: int = 0
    thing: Thing | None = None

    @property
    def full_label(self) -> str:
        """The label with flips: ``ruins:5^hv``."""
        turned = "".join(letter for bit, letter in FLIPS.items() if self.flip & bit)
        return f"{self.label}^{turned}" if turned else self.label


@dataclass(frozen=True, eq=False)
class DrawnLayer:
    """Parts of one layer; objects that share a cell lie on layers of the same name."""

    style: LayerStyle
    parts: Grid
    objects: bool = False


@dataclass(frozen=True, eq=False)
class Drawing:
    """A map: its layers, bottom first."""

    name: str
    folder: str  # sub-folder that it was found in, "" for none
    height: int
    width: int
    tile_size: tuple[int, int] | None  # (width, height) in pixels; None: it has no pictures
    layers: tuple[DrawnLayer, ...]
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Cells of all layers; a map without layers counts as one."""
        return self.height * self.width * max(1, len(self.layers))


@dataclass
class Parts:
    """All parts met so far, each once, and the pictures they come from."""

    gallery: Gallery
    all: list[Part] = field(default_factory=list)
    disputed: dict[str, dict[str, None]] = field(default_factory=dict)  # label -> meanings, where several
    _places: dict[object, int] = field(default_factory=dict)

    def add(self, part: Part, key: object) -> int:
        """Return the place of a part; parts with the same ``key`` are one, and what the first says counts."""
        if key not in self._places:
            self._places[key] = len(self.all)
            self.all.append(part)
        first = self.all[self._places[key]]
        if part.said != first.said:
            said = self.disputed.setdefault(first.label, {first.said or "": None})
            said[part.said or ""] = None
        return self._places[key]


@dataclass(frozen=True)
class Place:
    """Where a map file was found."""

    path: Path
    folder: str  # first folder below the one that was named; "" for none


class Piles:
    """Things that may share a cell, as grids: the first of each cell, the second, and so on.

    Grids are kept within bounds, however many things a file piles up.
    """

    def __init__(self, where: object, shape: tuple[int, int]) -> None:
        """Start empty, for one map of ``shape`` (H, W); ``where`` is named in messages."""
        self._where, self._shape = where, shape
        self._grids: dict[str, list[Grid]] = {}
        self._count = 0

    def put(self, layer: str, cell: tuple[int, int], part: int) -> None:
        """Lay a part of a layer on a cell (row, column) over what is there.

        Raises:
            FileInvalid: If the cell then holds over 64 things of the layer, or all grids over 4 million
                cells.
        """
        grids = self._grids.setdefault(layer, [])
        depth = next((i for i, grid in enumerate(grids) if grid[cell] == NOTHING), len(grids))
        if depth == len(grids):
            self._grow(layer, cell, grids)
        grids[depth][cell] = part

    def take(self) -> list[tuple[str, Grid]]:
        """Hand out the grids with the names of their layers, in the order in which these were first met.

        They still count for the bounds on what comes after.
        """
        taken = [(name, grid) for name, grids in self._grids.items() for grid in grids]
        self._grids.clear()
        return taken

    def _grow(self, layer: str, cell: tuple[int, int], grids: list[Grid]) -> None:
        height, width = self._shape
        if len(grids) == PILE_HIGH:
            raise FileInvalid(
                f"{self._where}: cell ({cell[1]}, {cell[0]}) holds over {PILE_HIGH} things of layer "
                f"{layer[:40]!r}; delete those that lie on top of one another"
            )
        self._count += 1
        if self._count * height * width > LAYERED_HIGH:
            raise FileInvalid(
                f"{self._where}: things need {self._count} layers of {width}x{height} cells, over "
                f"{LAYERED_HIGH} cells in all; put them into fewer layers, or split the map"
            )
        grids.append(np.full(self._shape, NOTHING, np.int32))


def check_extent(where: object, what: str, width: float, height: float) -> None:
    """Refuse an object whose size is none.

    Raises:
        FileInvalid: If a side is negative, not a number, or over 65,536 pixels.
    """
    if not (0 <= width <= EXTENT_HIGH and 0 <= height <= EXTENT_HIGH):
        raise FileInvalid(f"{where}: {what} is {width:g}x{height:g} pixels; a side can be 0 to {EXTENT_HIGH}")
