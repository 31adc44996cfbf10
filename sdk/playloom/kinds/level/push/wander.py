"""Positions far from where the crates stand now, found by playing: backwards from solved ones, or forwards.

A crate that is pulled from its goal can be pushed back: every position that playing backwards meets can be
solved (Taylor and Parberry 2011 make puzzles this way). The search goes one pull at a time and keeps some
positions at each depth (beam search), those with the crates farthest away, by chance among equals.
"""

from dataclasses import dataclass

import numpy as np

from playloom.kinds.level.push.board import FAR, Bits, Board, cells_of, moved
from playloom.kinds.level.push.solve import Bound
from playloom.seeds import Stream

_WIDTH = (10, 40)  # positions kept at each depth: on large boards, on small ones
_WORK = 6000  # positions times open cells times crates at each depth, about
_LOOKED = 3  # times as many are looked at
_OFF = 4  # what a crate away from where any stood at first is worth, in pushes
_CHANCE = 8  # what chance is worth at most, in pushes
_WISH = 64  # what a crate where it must be is worth, and one where it must not be costs


@dataclass(frozen=True)
class Wish:
    """Where crates must and must not end up, and where the player must be able to stand (0: anywhere)."""

    must: Bits = 0
    never: Bits = 0
    player: Bits = 0

    def met(self, position: "Position") -> bool:
        """Whether ``position`` is as wished."""
        there = not self.player or bool(position.reached & self.player)
        return there and not self.must & ~position.crates and not position.crates & self.never


@dataclass(frozen=True)
class Position:
    """Crates, the cells that the player can walk to, and how far from the start it was found."""

    crates: Bits
    reached: Bits
    plays: int  # pulls or pushes: the way back needs as many pushes, or fewer by another way
    bound: int  # pushes that the way back needs at least; 0 when playing forwards


def wander(board: Board, deep: int, wish: Wish, stream: Stream, *, backwards: bool = True) -> list[Position]:
    """Return positions up to ``deep`` pulls or pushes from ``board`` that are as wished, nearest first.

    Args:
        board: Where the play begins; backwards, the player may be anywhere.
        deep: Depth at most.
        wish: What the positions must be like.
        stream: Chance.
        backwards: Pull from the goals instead of pushing from the start.
    """
    return _Wandering(board, wish, stream, backwards).run(deep)


class _Wandering:
    def __init__(self, board: Board, wish: Wish, stream: Stream, backwards: bool) -> None:
        self.board, self.wish, self.stream, self.backwards = board, wish, stream, backwards
        self.bound = Bound(board)
        self.seen: set[tuple[Bits, Bits]] = set()
        size = board.floor.bit_count() * board.crates.bit_count()
        self.width = min(max(_WORK // max(1, size), _WIDTH[0]), _WIDTH[1])

    def run(self, deep: int) -> list[Position]:
        board = self.board
        players = board.regions() if self.backwards else [board.starts]
        layer = self._best([(board.crates, player & -player) for player in players], 0)
        found: list[Position] = []
        for depth in range(1, deep + 1):
            after = dict.fromkeys(pair for position in layer for pair in self._plays(position))
            layer = self._best(self._some(list(after)), depth)
            if not layer:
                break
            found += [position for position in layer if self.wish.met(position)]
        return found

    def _plays(self, position: Position) -> list[tuple[Bits, Bits]]:
        """Return crates and player after each pull, or push, that ``position`` allows."""
        board, crates, reached = self.board, position.crates, position.reached
        free = board.floor & ~crates
        result = []
        for step in board.steps:
            if self.backwards:  # the player beside the crate draws it one cell on, and goes on before it
                able = crates & moved(reached, -step) & moved(free, -2 * step)
            else:
                able = crates & moved(reached, step) & moved(free, -step)
            for cell in cells_of(able):
                crate = 1 << cell
                onward = moved(crate, step)
                player = moved(onward, step) if self.backwards else crate
                result.append((crates ^ crate ^ onward, player))
        return result

    def _some(self, pairs: list[tuple[Bits, Bits]]) -> list[tuple[Bits, Bits]]:
        """Return as many as are worth a look, drawn by chance."""
        if len(pairs) <= _LOOKED * self.width:
            return pairs
        order = np.argsort(self.stream.bits(len(pairs)), kind="stable")[: _LOOKED * self.width]
        return [pairs[i] for i in order.tolist()]

    def _best(self, pairs: list[tuple[Bits, Bits]], depth: int) -> list[Position]:
        """Return the positions with the crates farthest away, with some chance; none that was met before."""
        bounds = [self.bound.of(crates) if self.backwards else 0 for crates, _ in pairs]
        chance = (self.stream.bits(len(pairs)) >> np.uint64(60)).astype(np.int64) * _CHANCE // 16
        worth = np.array(bounds, np.int64) + chance
        worth += np.array([self._worth(crates) for crates, _ in pairs], np.int64)
        result: list[Position] = []
        for i in np.argsort(-worth, kind="stable").tolist():
            crates, player = pairs[i]
            reached = self.board.reach(player, crates)
            key = (crates, reached & -reached)
            if key not in self.seen and bounds[i] < FAR:
                self.seen.add(key)
                result.append(Position(crates, reached, depth, bounds[i]))
                if len(result) == self.width:
                    break
        return result

    def _worth(self, crates: Bits) -> int:
        """Return what it is worth that crates are off where they were at first, and where they must be."""
        origin, wish = self.board.crates, self.wish
        wished = (crates & wish.must).bit_count() - (crates & wish.never).bit_count()
        return _OFF * (crates & ~origin).bit_count() + _WISH * wished
