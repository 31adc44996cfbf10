"""A simulated player of levels on foot, who knows only what it has seen; for `difficulty.py`.

It sees six moves far, goes to the exit once it knows one, else to the nearest key, door it can open, or edge
of what it knows; which of several equally near ones is chance. It fights every foe within two moves and loses
up to that foe's threat, and slips one time in ten beside what harms. It knows nothing of our measures
but how strong foes are.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.content import Level
from playloom.kinds.level.difficulty.scale import threats
from playloom.kinds.level.vocabulary import Passability, Role

_SIGHT, _FIGHT = 6, 2  # moves
_SLIP, _SLIP_LOSS = 0.1, 2
_PATIENCE = 20  # moves for each cell of width and height


@dataclass
class Play:
    """How one play went."""

    arrived: bool
    lost: int  # health
    moves: int


class Explorer:
    """One play of one level."""

    def __init__(self, level: Level, rng: np.random.Generator) -> None:
        vocabulary = level.vocabulary
        framed = np.pad(level.cells.astype(np.int64), 1, constant_values=-1)

        def cells(chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
            return (np.append(chosen, False)[framed]).ravel()

        def places(role: Role) -> set[int]:
            return set(np.flatnonzero(cells(vocabulary.having(role))).tolist())

        stride = level.width + 2
        self.steps = [-stride, stride, -1, 1]
        self.rng = rng
        self.open = cells(vocabulary.open).tolist()
        harms = np.array([tile.passability is Passability.HARM for tile in vocabulary.tiles])
        self.harms = cells(harms).tolist()
        worth = np.append(threats(vocabulary), 0)[framed].ravel()
        self.foes = {int(cell): int(worth[cell]) for cell in np.flatnonzero(worth)}
        self.keys, self.doors = places(Role.KEY), places(Role.LOCK)
        (self.place,), (self.goal,) = places(Role.START), places(Role.EXIT)
        self.known: set[int] = set()
        self.hand = self.lost = self.moves = 0
        self.most = _PATIENCE * (level.width + level.height)

    def play(self) -> Play:
        """Play until the exit, until nothing is left to try, or until patience ends."""
        self._look()
        while self.place != self.goal and self.moves < self.most:
            way = self._choose()
            if not way:
                return Play(False, self.lost, self.moves)
            for cell in way:
                size = len(self.known)
                self._enter(cell)
                if len(self.known) > size:  # think again
                    break
        return Play(self.place == self.goal, self.lost, self.moves)

    def _around(self, cell: int, moves: int) -> set[int]:
        """Return the open cells within so many moves; doors that are shut are seen, not seen through."""
        seen, ring = {cell}, [cell]
        for _ in range(moves):
            further = []
            for here in ring:
                for step in self.steps:
                    to = here + step
                    if self.open[to] and to not in seen:
                        seen.add(to)
                        if to not in self.doors:
                            further.append(to)
            ring = further
        return seen

    def _look(self) -> None:
        self.known |= self._around(self.place, _SIGHT)

    def _enter(self, cell: int) -> None:
        self.place = cell
        self.moves += 1
        if cell in self.keys:
            self.keys.discard(cell)
            self.hand += 1
        if cell in self.doors:
            self.doors.discard(cell)
            self.hand -= 1
        self._look()
        for foe in sorted(self._around(cell, _FIGHT) & self.foes.keys()):
            self.lost += int(self.rng.integers(0, self.foes.pop(foe) + 1))
        if any(self.harms[cell + step] for step in self.steps) and self.rng.random() < _SLIP:
            self.lost += _SLIP_LOSS

    def _choose(self) -> list[int]:
        """Return the cells to the place chosen; none if there is nothing left to try."""
        before = {self.place: self.place}
        queue = deque([self.place])
        target = -1
        steps = [self.steps[i] for i in self.rng.permutation(4)]
        while queue:
            cell = queue.popleft()
            if cell == self.goal:
                target = cell
                break
            if target < 0 and cell != self.place and self._tempts(cell):
                target = cell
            if cell in self.doors:
                continue
            for step in steps:
                to = cell + step
                if to in self.known and to not in before and (to not in self.doors or self.hand):
                    before[to] = cell
                    queue.append(to)
        way: list[int] = []
        while target >= 0 and target != self.place:
            way.append(target)
            target = before[target]
        return way[::-1]

    def _tempts(self, cell: int) -> bool:
        edge = any(self.open[cell + step] and cell + step not in self.known for step in self.steps)
        return cell in self.keys or cell in self.doors or (edge and cell not in self.doors)
