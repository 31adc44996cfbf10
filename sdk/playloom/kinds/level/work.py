"""What a movement's finishing step is handed: the proposal, the request, and ways to ask the network more."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.movement import Movement
from playloom.kinds.level.place import Placing
from playloom.kinds.level.settings import Adjacency, Style
from playloom.seeds import Stream


@dataclass(frozen=True)
class Work:
    """One attempt after the proposal; finishing makes a level of ``draft`` or raises `Unplaceable`."""

    draft: Draft
    request: LevelRequest
    style: Style
    movement: Movement
    adjacency: Adjacency | None
    stream: Stream
    mark: Callable[[str], None]  # ends a stage of the attempt, for the timings
    placing: Callable[[], Placing]  # asks the network, all open cells masked, what stands where
    redraw: Callable[[NDArray[np.bool_], NDArray[np.bool_]], None]
    """Draws the cells of a mask (H, W) anew; of the tiles barred nowhere in (H, W, V). Changes the draft."""
