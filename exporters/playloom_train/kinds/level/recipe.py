"""What a level model is taught: tiles, movement, styles, and where its maps come from.

The default packages each have a recipe in `recipes`; the developer's own maps
become one in `own`. Everything else in training works for any recipe.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.movement import WALK, Movement
from playloom.kinds.level.vocabulary import Vocabulary
from playloom_train.kinds.level.teachers import Style

Cells = NDArray[np.uint8]  # (H, W) tile ids
# How maps may be turned and still be maps of their style: 8 ways, left for right, not at all.
Symmetries = Literal["square", "mirror", "none"]


@dataclass(frozen=True)
class Collection:
    """Maps of one style (N, H, W), padded at right and bottom; their true sizes (N, 2) as (h, w)."""

    style: str
    cells: NDArray[np.uint8]
    sizes: NDArray[np.int16]
    kept: NDArray[np.bool_] | None = None  # (N, H, W): cells that are neither shown nor asked for
    asked: NDArray[np.bool_] | None = None  # (N, H, W): the only cells that are asked for

    @property
    def canvas(self) -> tuple[int, int]:
        """Height and width of the padded maps."""
        return int(self.cells.shape[1]), int(self.cells.shape[2])


@dataclass(frozen=True)
class Source:
    """One line of the licence record: where maps came from and how many."""

    name: str
    origin: str
    licence: str
    count: int
    sha256: str


@dataclass(frozen=True)
class Canvas:
    """Sizes that maps are drawn and trained at, (height, width): the smallest, and that of the batch."""

    low: tuple[int, int]
    high: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class People:
    """Which maps of a levels file teach: its records are JSON, one a line."""

    view: str
    sources: Mapping[str, tuple[str, tuple[str, ...], str]]  # source -> (style, themes used, origin)
    fits: Callable[[Cells], bool]  # whether a window teaches anything
    legend: str = "core"
    chars: Mapping[str, str] | None = None  # the legend's character -> tile name; None: the vocabulary's own


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that tells one level model from another."""

    name: str  # of the package
    summary: str
    vocabulary: Vocabulary
    styles: Mapping[str, tuple[str, bool]]  # name -> (theme, border closed); in the order of the condition
    canvases: tuple[Canvas, ...]  # the usual one first
    teachers: Mapping[str, Style] = field(default_factory=dict)
    judged: bool = True  # a teacher's map must pass the check of levels
    people: People | None = None
    given: tuple[Collection, ...] = ()  # whole maps of any size; windows of them are drawn while training
    sources: tuple[Source, ...] = ()  # of the given maps
    movement: Movement = WALK
    symmetries: Symmetries = "square"
    often: Mapping[str, int] = field(default_factory=dict)  # how often a style is drawn, where not once
    sides: tuple[int, int] = (8, 1024)  # cells, of the levels that the package makes
    widths: tuple[int, ...] = (16, 48, 64, 128)  # channels; each halves the resolution
    dropout: float = 0.0  # share of channels, against learning few maps by heart
    noise: float = 0.0  # share of the shown cells that show another tile, likewise
    calibrated: bool = False  # rare tiles of the ground are made to come as often as in the maps
    licence: str = "MIT"
    settings: Mapping[str, Any] = field(default_factory=dict)  # more of the package's
    files: Mapping[str, bytes] = field(default_factory=dict)  # more of the package's

    def __post_init__(self) -> None:
        for canvas in self.canvases:
            if any(side % self.multiple for side in canvas.high):
                raise ValueError(f"canvas {canvas.high} of {self.name}: choose multiples of {self.multiple}")
            if self.symmetries == "square" and canvas.high[0] != canvas.high[1]:
                raise ValueError(f"canvas {canvas.high} of {self.name}: maps are turned; make it square")

    @property
    def multiple(self) -> int:
        """What height and width of the network's input are multiples of."""
        return int(2 ** (len(self.widths) - 1))
