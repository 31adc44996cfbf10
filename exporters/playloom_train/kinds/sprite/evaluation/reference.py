"""What a package is compared with: real sprites that were set aside from training, and those trained on."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.palette import Palette
from playloom_train.kinds.sprite.data import DataPlan, Example, gather
from playloom_train.splits import HELDOUT, TRAIN, VAL

_SPARE = ((0, 0, 0), (255, 255, 255))  # the second colour of a sprite of one colour: palettes have two


@dataclass(frozen=True, eq=False)
class Real:
    """One real sprite and what it shows."""

    name: str
    rgba: NDArray[np.uint8]  # (side, side, 4)
    palette: Palette  # its own colours
    category: str
    style: str
    tags: tuple[str, ...]
    weight: float = 1.0  # in training

    @property
    def size(self) -> int:
        """Pixels a side."""
        return int(self.rgba.shape[0])


@dataclass(frozen=True)
class Reference:
    """Real sprites to compare with; either may be missing."""

    training: tuple[Real, ...] = ()
    held: tuple[Real, ...] = ()
    notes: tuple[str, ...] = ()


def find_reference(plan: DataPlan, categories: Iterable[str]) -> Reference:
    """Return the sprites of a package's training data, split as in training.

    Those of categories that the package does not know are left out.

    Raises:
        FileInvalid: If a path is missing or damaged, or no sprite is left.
    """
    sprites = gather(plan)
    known, notes = set(categories), []
    strange = sorted({one.category for one in sprites.examples} - known)
    if strange:
        notes.append(f"left out: sprites of categories that the package does not know: {', '.join(strange)}")
    sides = {
        side: [one for one in sprites.of(side) if one.category in known] for side in (TRAIN, VAL, HELDOUT)
    }
    held = sides[HELDOUT] or sides[VAL]
    if held and not sides[HELDOUT]:
        notes.append("no sprite is held out; those watched while training are compared with instead")
    return Reference(tuple(map(_real, sides[TRAIN])), tuple(map(_real, held)), tuple(notes))


def _real(example: Example) -> Real:
    colours = [(int(red), int(green), int(blue)) for red, green, blue in example.colours]
    if len(colours) < 2:
        colours.append(next(spare for spare in _SPARE if spare not in colours))
    return Real(
        name=example.name,
        rgba=example.rgba,
        palette=Palette("own", tuple(colours)),
        category=example.category,
        style=example.style,
        tags=example.tags,
        weight=example.weight,
    )
