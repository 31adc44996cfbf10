"""What a search found: all states that plays of a level seen from the side come to, and what follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playloom.kinds.level.platform.physics import AIR, HELD
from playloom.kinds.level.platform.reach import distances, ends_of

Nodes = NDArray[np.int64]
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Plays:
    """All states that plays from the start come to, numbered; and every move between them."""

    shape: tuple[int, int]  # H, W
    graph: csr_array  # (R, R); the data of each move is the place of its letter in HELD or AIR
    cells: Nodes  # (R,): cell of the frame
    held: NDArray[np.bool_]  # (R,)
    modes: NDArray[np.int64]  # (R, 2): bits of keys taken and doors opened
    start: int
    exits: Nodes  # nodes

    @property
    def letters(self) -> NDArray[np.uint8]:
        """Of each move of the graph, the place of its letter in HELD or AIR."""
        letters: NDArray[np.uint8] = self.graph.data
        return letters

    @cached_property
    def ticks(self) -> NDArray[np.int32]:
        """Shape (R,): ticks of the shortest play to each state."""
        return distances(self.graph, np.array([self.start]))

    @cached_property
    def left(self) -> NDArray[np.int32]:
        """Shape (R,): ticks from each state to the exit; -1 where it is out of reach."""
        return distances(self.graph.T.tocsr(), self.exits)

    def arrivals(self, *, held: bool = False) -> NDArray[np.int64]:
        """Return the ticks of the shortest play to each cell, shape (H, W); -1 where none leads.

        Args:
            held: Count only plays that end there standing or on a ladder.
        """
        far = 1 << 40
        first = np.full((self.shape[0] + 2) * (self.shape[1] + 2), far, np.int64)
        chosen = self.held if held else np.ones_like(self.held)
        np.minimum.at(first, self.cells[chosen], self.ticks[chosen])
        return self._grid(np.where(first == far, -1, first))

    @cached_property
    def touched(self) -> NDArray[np.bool_]:
        """Shape (H, W): some play ends a tick there."""
        flags = np.zeros((self.shape[0] + 2) * (self.shape[1] + 2), np.bool_)
        flags[self.cells] = True
        return self._grid(flags)

    def dead_ends(self) -> NDArray[np.bool_]:
        """Return the cells (H, W) where some play stands, alive, and can no longer get to the exit.

        A fall that cannot end but in death is none of them: the player starts again.
        """
        flags = np.zeros((self.shape[0] + 2) * (self.shape[1] + 2), np.bool_)
        flags[self.cells[self.held & (self.left < 0)]] = True
        return self._grid(flags)

    def solution(self) -> str | None:
        """Return the letters of a shortest play to the exit, or None if there is none."""
        if self.left[self.start] < 0:
            return None
        return "".join(letter for letter, _ in self._follow(self.left))

    def way(self, goals: Nodes) -> list[int]:
        """Return the nodes of a shortest play to one of the nodes ``goals`` that some play comes to."""
        left = distances(self.graph.T.tocsr(), goals)
        return [self.start, *(node for _, node in self._follow(left))]

    def _follow(self, left: NDArray[np.int32]) -> Iterator[tuple[str, int]]:
        """Yield letter and node of each tick from the start, ``left`` (R,) ticks before the end."""
        node = self.start
        while left[node]:
            row = slice(self.graph.indptr[node], self.graph.indptr[node + 1])
            best = int(np.flatnonzero(left[self.graph.indices[row]] == left[node] - 1)[0])
            letter = (HELD if self.held[node] else AIR)[self.letters[row][best]]
            node = int(self.graph.indices[row][best])
            yield letter, node

    def lasting(self) -> NDArray[np.bool_]:
        """Return the cells (H, W) where a player can come to be held whatever was played before.

        They lie in every part of the graph that no move leaves and where the player stays alive.
        """
        labels, ends = ends_of(self.graph, self.held)
        area = (self.shape[0] + 2) * (self.shape[1] + 2)
        inside = np.flatnonzero(self.held & ends[labels])
        # How many of the ends hold each cell; a cell may be in one end with several sets of keys.
        pairs = np.unique(labels[inside].astype(np.int64) * area + self.cells[inside])
        counts = np.bincount(pairs % area, minlength=area)
        return self._grid(counts == int(ends.sum())) if ends.any() else self._grid(counts > 0)

    def behind(self, door: int) -> NDArray[np.bool_]:
        """Return the cells (H, W) that plays come to only once the door of number ``door`` is open."""
        area = (self.shape[0] + 2) * (self.shape[1] + 2)
        flags = np.zeros(area, np.bool_)
        flags[self.cells] = True
        flags[self.cells[self.modes[:, 1] >> door & 1 == 0]] = False
        return self._grid(flags)

    def _grid(self, flat: NDArray[_T]) -> NDArray[_T]:
        return flat.reshape(self.shape[0] + 2, -1)[1:-1, 1:-1]
