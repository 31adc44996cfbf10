"""What is drawn around a middle: the strips beside take it over, down to a ragged line.

A strip drawn from nothing draws the rims it lies between out into straight bars, and has to make them meet in
the middle of it. Along a straight line that shows, all over the plane, as a grid.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.endless.lattice import Box
from playloom.kinds.level.vocabulary import Vocabulary
from playloom.seeds import Stream

_DEPTH = 3  # cells of a middle's surroundings that a strip takes over, at most
_COST_HIGH = np.iinfo(np.int16).max


@dataclass(frozen=True)
class Fringe:
    """A middle with what was drawn around it, less the outermost ring, which is that of a map."""

    box: Box
    cells: NDArray[np.uint8]  # shape of the box
    costs: NDArray[
        np.int16
    ]  # (*shape, G): of the tiles of the ground, see `Draft.surprise`; cut off at the top

    @classmethod
    def of(
        cls, shown: Box, drawn: NDArray[np.int64], surprise: NDArray[np.int32], vocabulary: Vocabulary
    ) -> "Fringe":
        """Keep what a strip can need of the arrays of ``shown``, (H, W) and (H, W, V)."""
        inner = slice(1, -1), slice(1, -1)
        costs = np.minimum(surprise[inner][:, :, ~vocabulary.objects], _COST_HIGH)
        return cls(shown.grown(-1), drawn[inner].astype(np.uint8), costs.astype(np.int16))

    def take(
        self,
        box: Box,
        able: NDArray[np.bool_],
        cells: NDArray[np.int64],
        surprise: NDArray[np.int32],
        vocabulary: Vocabulary,
    ) -> None:
        """Enter into ``cells`` and ``surprise``, arrays of ``box``, what is known of ``able`` cells."""
        there, here = self.box.within(box), box.within(self.box)
        taken = able[there]
        cells[there][taken] = self.cells[here][taken]
        costs = surprise[there][taken]
        costs[:, ~vocabulary.objects] = self.costs[here][taken]
        surprise[there][taken] = costs


def ragged(depth: int, length: int, stream: Stream) -> NDArray[np.bool_]:
    """Return which cells of a strip lie above a ragged line near its upper side, shape (depth, length)."""
    steps = stream.bits(length + 1) >> np.uint64(32)
    line, at = [], 1 + int(steps[0] % np.uint64(_DEPTH))
    for step in (steps[1:] % np.uint64(3)).tolist():
        at = min(max(at + step - 1, 0), _DEPTH)
        line.append(at)
    above: NDArray[np.bool_] = np.arange(depth)[:, None] < np.array(line)
    return above
