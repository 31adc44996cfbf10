"""A simulated player of Sokoban, who follows his nose; for `difficulty.py`.

He takes up the position whose crates lie nearest to goals, each crate by itself and as the crow flies, with
some chance; he puts no crate in a corner, and goes back to an earlier position when that looks better. How
many positions he looks at is the trouble that a puzzle gives him. He knows the rules, and nothing of the
solver's bounds and prunings or of what the measure counts. (One who tries every push in turn gave up on four
puzzles in five of the usual size.)
"""

import heapq
from collections.abc import Iterator

import numpy as np

from playloom.kinds.level.content import Level
from playloom.kinds.level.push.board import Bits, cells_of, moved, read_board

POSITIONS_MOST = 3000  # positions; who has not solved it by then gives up
_CHANCE = 3.0  # cells by which the player may be wrong about a position

Position = tuple[Bits, Bits]  # crates, and the first of the cells that the player can walk to


class Pusher:
    """The puzzle of a level, to be played."""

    def __init__(self, level: Level) -> None:
        self.board = board = read_board(level.cells, level.vocabulary)
        self.first = self._position(board.crates, board.starts)
        places = {cell: board.place(cell) for cell in cells_of(board.floor)}
        goals = [places[goal] for goal in cells_of(board.goals)]
        self.far = {
            cell: min(abs(x - goal[0]) + abs(y - goal[1]) for goal in goals)
            for cell, (x, y) in places.items()
        }
        up, down, left, right = (moved(~board.floor, -step) for step in board.steps)
        self.corners = (up | down) & (left | right) & board.floor & ~board.goals

    def play(self, rng: np.random.Generator) -> int:
        """Return how many positions the player looks at."""
        queue = [(0.0, 0, self.first)]
        seen = {self.first}
        looked = 0
        while queue and looked < POSITIONS_MOST:
            looked += 1
            position = heapq.heappop(queue)[2]
            if not position[0] & ~self.board.goals:
                return looked
            for after in self._pushes(position):
                if after not in seen and not after[0] & ~position[0] & self.corners:
                    seen.add(after)
                    worth = sum(self.far[crate] for crate in cells_of(after[0])) + _CHANCE * rng.random()
                    heapq.heappush(queue, (worth, len(seen), after))
        return POSITIONS_MOST

    def _position(self, crates: Bits, player: Bits) -> Position:
        walked = self.board.reach(player, crates)
        return crates, walked & -walked

    def _pushes(self, position: Position) -> Iterator[Position]:
        """Yield what each push leads to."""
        board, (crates, player) = self.board, position
        walked, free = board.reach(player, crates), board.floor & ~crates
        for step in board.steps:
            for cell in cells_of(crates & moved(walked, step) & moved(free, -step)):
                crate = 1 << cell
                yield self._position(crates ^ crate ^ moved(crate, step), crate)
