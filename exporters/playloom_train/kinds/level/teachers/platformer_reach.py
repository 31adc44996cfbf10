"""Where a player gets to on a land that is not furnished yet; by the rules of `platform.physics`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.platform.solve import explore
from playloom.kinds.level.vocabulary import SIDE
from playloom_train.kinds.level.teachers.platformer_land import AIR, LOCK, MOVEMENT, Cell, Cells, Mask

_START, _EXIT, _KEY = SIDE.id("start"), SIDE.id("exit"), SIDE.id("key")


@dataclass(frozen=True)
class Reach:
    """What a player gets to from the start, shape (H, W) each."""

    ticks: NDArray[np.int64]  # until a cell is first touched, -1 if never
    stuck: Mask  # held there, but the exit cannot be reached any more; nowhere if there is no exit yet


def reach(cells: Cells, start: Cell, exit_: Cell | None, *, unlocked: bool = True) -> Reach:
    """Return where a player gets to from ``start``, with all locks open or all shut."""
    trial = cells.copy()
    trial[np.isin(cells, (_START, _EXIT, _KEY)) | ((cells == LOCK) & unlocked)] = AIR
    trial[start] = _START
    if exit_ is not None:
        trial[exit_] = _EXIT
    plays = explore(trial, SIDE, MOVEMENT)
    stuck = np.zeros(cells.shape, np.bool_) if exit_ is None else plays.dead_ends()
    return Reach(plays.arrivals(), stuck)
