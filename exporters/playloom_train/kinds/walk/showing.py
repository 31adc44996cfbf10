"""Walks set aside as a picture: each as its artist drew it, and below as a model draws it from the front."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.walk.frames import GIVEN, PHASES, VIEWS, Frame
from playloom_train.kinds.walk.data import Tokens, Walker
from playloom_train.kinds.walk.measuring import Maker

_GROUND = (120, 140, 160, 255)  # colour of the picture
_BETWEEN = 4  # pixels
_ORDER = [(view, phase) for view in VIEWS for phase in PHASES]


def side_by_side(walkers: Sequence[Walker], make: Maker, scale: int = 4) -> NDArray[np.uint8]:
    """Return the picture, RGBA; a row is down, left and up, of each the standing frame and both steps."""
    parts = []
    for walker in walkers:
        made = {GIVEN: walker.front} | make(walker)
        parts += [_row(walker, walker.frames), _row(walker, made)]
    wide = max(part.shape[1] for part in parts)
    rows = []
    for number, part in enumerate(parts):
        below = _BETWEEN if number % 2 else 0
        row = np.empty((part.shape[0] + below, wide, 4), np.uint8)
        row[:] = _GROUND
        row[: part.shape[0], : part.shape[1]] = part
        rows.append(row)
    return np.ascontiguousarray(np.concatenate(rows).repeat(scale, 0).repeat(scale, 1))


def _row(walker: Walker, frames: dict[Frame, Tokens]) -> NDArray[np.uint8]:
    table = np.full((len(walker.colours) + 1, 4), 255, np.uint8)
    table[0], table[1:, :3] = _GROUND, walker.colours
    row: NDArray[np.uint8] = table[np.concatenate([frames[frame] for frame in _ORDER], axis=1)]
    return row
