"""The fewest pushes that bring every crate to a goal, found exactly or not at all.

A* (Hart, Nilsson, Raphael 1968) over positions: where the crates stand, and which cells the player can
walk to. The bound on the pushes left is the cheapest assignment of crates to goals, each crate as if it
were alone; a push lowers it by one at most, so the first solution found is the shortest. Positions that are
lost for certain are left out: a crate on a cell from which no goal can be reached, crates that hold each
other fast off their goals, and crates of which too few can reach a goal (Junghanns and Schaeffer 2001, on
all three).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from playloom.kinds.level.push.board import FAR, Bits, Board, cells_of, moved

POSITIONS_MOST = 200_000  # a few seconds
LETTERS = "UDLR"  # in the order of `Board.steps`

Push = tuple[int, int]  # the crate's cell before it, and the step


@dataclass(frozen=True)
class Search:
    """What a search found: a solution, the proof that there is none, or neither within its budget."""

    moves: str | None  # U, D, L, R, walking included; None: none, or none found
    line: tuple[Push, ...]  # the pushes of the solution; nothing solves it in fewer
    positions: int  # looked at
    decided: bool  # False: the budget ran out

    @property
    def pushes(self) -> int:
        """Pushes of the solution."""
        return len(self.line)


def solve(board: Board, positions_most: int = POSITIONS_MOST) -> Search:
    """Search for the solution with the fewest pushes; its walks are as short as they can be in between.

    Args:
        board: One start; any number of crates, at most as many as goals.
        positions_most: Positions looked at before it gives up undecided.
    """
    search = _Search(board)
    found, positions = search.run(positions_most)
    if found is None:
        return Search(None, (), positions, decided=not search.open)
    line = search.line(found)
    return Search(spell(board, line), line, positions, decided=True)


class Bound:
    """Lower bounds on the pushes that sets of crates need; remembers those it was asked for."""

    def __init__(self, board: Board) -> None:
        """Lay out the pushes of a lone crate from every cell to every goal."""
        self._rows: dict[int, list[int]] = {}  # columns: the goals
        for cell in cells_of(board.live):
            self._rows[cell] = [known.get(cell, FAR) for known in board.pushes_to.values()]
        self._known: dict[Bits, int] = {}

    def of(self, crates: Bits) -> int:
        """Return the bound, `FAR` or more if they cannot all be brought to goals; all on live cells."""
        bound = self._known.get(crates)
        if bound is None:
            costs = np.array([self._rows[cell] for cell in cells_of(crates)])
            bound = int(costs[linear_sum_assignment(costs)].sum()) if crates else 0
            self._known[crates] = bound
        return bound

    def homes(self, crates: Bits) -> dict[int, int]:
        """Return a column of goals for each crate's cell, as the bound assigns them."""
        cells = list(cells_of(crates))
        _, columns = linear_sum_assignment(np.array([self._rows[cell] for cell in cells]))
        return dict(zip(cells, columns.tolist(), strict=True))

    def after(self, crates: Bits, homes: dict[int, int], cell: int, to: int) -> int:
        """Return the bound once the crate of ``cell`` is pushed on to ``to``.

        A push lowers it by one at most, and one towards the assigned goal does: most need no assignment anew.
        """
        after = crates ^ 1 << cell ^ 1 << to
        bound = self._known.get(after)
        if bound is None and self._rows[to][homes[cell]] < self._rows[cell][homes[cell]]:
            bound = self._known[after] = self.of(crates) - 1
        return self.of(after) if bound is None else bound


def lost(board: Board, crates: Bits) -> bool:
    """Whether some crates hold each other fast for good, one of them off its goal.

    A crate cannot move along an axis with a wall or such a crate beside it, or with cells on both
    sides that no crate may enter. The crates left when all that can move are
    taken away, again and again, are fast.
    """
    stride, walls, across, along = board.stride, ~board.floor, board.no_use_across, board.no_use_along
    fast = crates
    while True:
        firm = walls | fast
        still = fast & (firm << 1 | firm >> 1 | across) & (firm << stride | firm >> stride | along)
        if still == fast:
            return bool(fast & ~board.goals)
        fast = still


class _Search:
    """Positions by number, in the order they were met: crates, player, and the push that led there."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.bound = Bound(board)
        self.crates: list[Bits] = []
        self.player: list[Bits] = []
        self.depth: list[int] = []
        self.came: list[int] = []  # position before; -1 at the start
        self.push: list[Push] = []
        self.open: dict[int, list[int]] = {}  # by pushes at least needed; the last in is the first out

    def run(self, positions_most: int) -> tuple[int | None, int]:
        """Return the number of a solved position (None: none found), and how many were looked at."""
        board, goals = self.board, self.board.goals
        if not board.crates & ~board.live and not lost(board, board.crates):
            self._add(board.crates, board.starts, 0, -1, (0, 0), self.bound.of(board.crates))
        closed: set[tuple[Bits, Bits]] = set()
        positions = 0
        while self.open:
            total = min(self.open)
            stack = self.open[total]
            number = stack.pop()
            if not stack:
                del self.open[total]
            crates = self.crates[number]
            reached = board.reach(self.player[number], crates)
            key = (crates, reached & -reached)
            if key in closed:
                continue
            if not crates & ~goals:
                return number, positions
            if positions == positions_most:
                self.open.setdefault(total, []).append(number)  # still to be looked at
                return None, positions
            closed.add(key)
            positions += 1
            self._expand(number, crates, reached)
        return None, positions

    def _expand(self, number: int, crates: Bits, reached: Bits) -> None:
        board = self.board
        free = board.live & ~crates
        depth = self.depth[number] + 1
        homes = self.bound.homes(crates)
        for step in board.steps:
            for cell in cells_of(crates & moved(reached, step) & moved(free, -step)):
                crate = 1 << cell
                after = crates ^ crate ^ moved(crate, step)
                if not lost(board, after):
                    bound = self.bound.after(crates, homes, cell, cell + step)
                    self._add(after, crate, depth, number, (cell, step), bound)

    def _add(self, crates: Bits, player: Bits, depth: int, came: int, push: Push, bound: int) -> None:
        if bound >= FAR:
            return
        self.open.setdefault(depth + bound, []).append(len(self.crates))
        self.crates.append(crates)
        self.player.append(player)
        self.depth.append(depth)
        self.came.append(came)
        self.push.append(push)

    def line(self, number: int) -> tuple[Push, ...]:
        """Return the pushes that lead to a position."""
        pushes = []
        while self.came[number] >= 0:
            pushes.append(self.push[number])
            number = self.came[number]
        return tuple(pushes[::-1])


def spell(board: Board, line: tuple[Push, ...]) -> str:
    """Return the moves of a row of pushes, with the shortest walks between them."""
    letters = dict(zip(board.steps, LETTERS, strict=True))
    crates, player = board.crates, board.starts.bit_length() - 1
    moves: list[str] = []
    for cell, step in line:
        moves += [letters[move] for move in _walk(board, crates, player, cell - step)]
        moves.append(letters[step])
        crates ^= 1 << cell ^ 1 << cell + step
        player = cell
    return "".join(moves)


def _walk(board: Board, crates: Bits, start: int, end: int) -> list[int]:
    """Return the steps of a shortest walk around the crates."""
    free = board.floor & ~crates
    came = {end: 0}
    queue = [end]
    for cell in queue:  # from the end, so that the steps come out in order
        if cell == start:
            break
        for step in board.steps:
            before = cell - step
            if free >> before & 1 and before not in came:
                came[before] = step
                queue.append(before)
    steps = []
    while start != end:
        steps.append(came[start])
        start += came[start]
    return steps
