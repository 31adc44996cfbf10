"""A Sokoban map as sets of cells, each set one whole number: bit i stands for cell i of a framed map.

Sets of a thousand cells are joined, cut and moved by a step in one operation
each, which is what makes a search in plain Python quick.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

Bits = int  # a set of cells
FAR = 1 << 20  # pushes, where no row of pushes leads


@dataclass(frozen=True)
class Board:
    """What stands where; cells are numbered row by row in a frame of one blocked cell."""

    stride: int
    floor: Bits  # may be entered by the player, crates and goals included
    goals: Bits
    crates: Bits
    starts: Bits

    @property
    def steps(self) -> tuple[int, int, int, int]:
        """What a move up, down, left and right adds to a cell's number."""
        return -self.stride, self.stride, -1, 1

    def place(self, cell: int) -> tuple[int, int]:
        """Return (x, y) of a cell."""
        return cell % self.stride - 1, cell // self.stride - 1

    def cell(self, x: int, y: int) -> int:
        """Return the number of the cell at (x, y)."""
        return (y + 1) * self.stride + x + 1

    def reach(self, player: Bits, crates: Bits) -> Bits:
        """Return the cells that a player somewhere in ``player`` can walk to, ``player`` included."""
        free = self.floor & ~crates
        stride = self.stride
        reached = edge = player
        while edge:
            edge = (edge << 1 | edge >> 1 | edge << stride | edge >> stride) & free & ~reached
            reached |= edge
        return reached

    def regions(self) -> list[Bits]:
        """Return the regions that the crates part the floor into."""
        left, regions = self.floor & ~self.crates, []
        while left:
            regions.append(self.reach(left & -left, self.crates))
            left &= ~regions[-1]
        return regions

    def movable_from(self, crates: Bits) -> Bits:
        """Return the free cells with two more in a row beyond: a crate there can be pulled."""
        free = self.floor & ~crates
        able = 0
        for step in self.steps:
            able |= free & moved(free, -step) & moved(free, -2 * step)
        return able

    @cached_property
    def pushes_to(self) -> dict[int, dict[int, int]]:
        """For each goal, the pushes that bring a lone crate there from each cell; see `distances`."""
        return {goal: self.distances(goal) for goal in cells_of(self.goals)}

    def distances(self, goal: int) -> dict[int, int]:
        """Return the pushes to ``goal`` from every cell from which a lone crate can be pushed there.

        A lower bound where there are other crates, or the player cannot get round the one.
        """
        known = {goal: 0}
        queue = [goal]
        for cell in queue:  # grows as it goes
            for step in self.steps:
                back = cell - step  # the crate comes from here, the player from behind it
                if back not in known and self.floor >> back & 1 and self.floor >> (back - step) & 1:
                    known[back] = known[cell] + 1
                    queue.append(back)
        return known

    @cached_property
    def live(self) -> Bits:
        """Cells from which a lone crate can be pushed to some goal; a crate on any other is lost."""
        return bits_of({cell for known in self.pushes_to.values() for cell in known})

    @cached_property
    def no_use_across(self) -> Bits:
        """Cells from which a crate pushed left or right is lost, either way."""
        dead = ~self.live
        return dead << 1 & dead >> 1

    @cached_property
    def no_use_along(self) -> Bits:
        """Cells from which a crate pushed up or down is lost, either way."""
        dead = ~self.live
        return dead << self.stride & dead >> self.stride


def moved(cells: Bits, step: int) -> Bits:
    """Return the cells, each moved on by ``step``."""
    return cells << step if step > 0 else cells >> -step


def cells_of(bits: Bits) -> Iterator[int]:
    """Yield the numbers of the cells, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def bits_of(cells: set[int]) -> Bits:
    """Return the set of the cells numbered ``cells``."""
    return sum(1 << cell for cell in cells)


def read_board(cells: NDArray[np.uint8], vocabulary: Vocabulary) -> Board:
    """Return what matters of ``cells`` (H, W), tile ids of ``vocabulary``.

    A start that is a goal as well is the tile called ``start_on_goal``.
    """
    framed = np.pad(cells.astype(np.int16), 1, constant_values=-1)

    def where(chosen: list[bool]) -> Bits:
        known = np.flatnonzero(np.isin(framed, np.flatnonzero(chosen)).ravel())
        return bits_of(set(known.tolist()))

    tiles = vocabulary.tiles
    return Board(
        stride=framed.shape[1],
        floor=where([tile.passability is Passability.OPEN for tile in tiles]),
        goals=where(
            [tile.role in (Role.GOAL, Role.STORED) or tile.name == "start_on_goal" for tile in tiles]
        ),
        crates=where([tile.role in (Role.CRATE, Role.STORED) for tile in tiles]),
        starts=where([tile.role is Role.START for tile in tiles]),
    )
