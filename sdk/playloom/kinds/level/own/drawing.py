"""One map as it was drawn: layers of parts, whatever the file was."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.own.gallery import Gallery
from playloom.kinds.level.tiles import LayerStyle, Thing

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


@dataclass
class Parts:
    """All parts met so far, each once, and the pictures they come from."""

    gallery: Gallery
    all: list[Part] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)

    def add(self, part: Part, key: object = None) -> int:
        """Return the place of a part; parts with the same ``key`` (by default: the part) are one."""
        key = part if key is None else key
        if key not in self._places:
            self._places[key] = len(self.all)
            self.all.append(part)
        return self._places[key]


@dataclass(frozen=True)
class Place:
    """Where a map file was found."""

    path: Path
    folder: str  # first folder below the one that was named; "" for none
