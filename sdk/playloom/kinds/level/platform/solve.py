"""Every play of a level seen from the side, and the shortest one to the exit.

Exact for the rules of `physics`. A state is a phase and a cell; the keys taken and doors opened so far make a
*mode*, and every mode has its copy of the states. Only modes that some play brings about are made, so the
graph stays small. Breadth-first searches over it answer what the check asks.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.physics import (
    AIR,
    HELD,
    NEVER,
    Numbers,
    Terrain,
    arc,
    moves,
    read_terrain,
)
from playloom.kinds.level.platform.reach import distances, ends_of, joined
from playloom.kinds.level.solve import SEARCH_LIMIT, Undecided
from playloom.kinds.level.vocabulary import Role, Vocabulary

NODES_MOST = 1 << 24  # states times modes; some ten seconds and three gigabytes

Nodes = NDArray[np.int64]
_T = TypeVar("_T", bound=np.generic)
_Mode = tuple[int, int]  # keys taken, doors opened; as bits


@dataclass(frozen=True, eq=False)
class Plays:
    """All states that plays from the start come to, numbered; and every move between them."""

    shape: tuple[int, int]  # H, W
    graph: csr_array  # (R, R)
    letters: NDArray[np.uint8]  # of each move of the graph, its place in HELD or AIR
    cells: Nodes  # (R,): cell of the frame
    held: NDArray[np.bool_]  # (R,)
    modes: NDArray[np.int64]  # (R, 2): bits of keys taken and doors opened
    start: int
    exits: Nodes  # nodes

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


def states_of(shape: tuple[int, ...], movement: Platform) -> int:
    """Return how many states a body has on a map of ``shape`` (H, W): one a phase and a cell of the frame."""
    return (shape[0] + 2) * (shape[1] + 2) * (arc(movement).last + 1)


def explore(cells: NDArray[np.integer], vocabulary: Vocabulary, movement: Platform) -> Plays:
    """Return all plays of a map (H, W) of tile ids that has one start.

    Raises:
        Undecided: If there are over `SEARCH_LIMIT` keys or locks, or over `NODES_MOST` states.
        ValueError: If there is not exactly one start.
    """
    search = _Search(cells, vocabulary, movement)
    while search.waiting:
        search.play_mode()
    return search.plays()


@dataclass(eq=False)
class _Copy:
    """The states of one mode and where each move leads, as mode number times S plus state."""

    held: Numbers  # (N, len(HELD))
    air: Numbers  # (S - N, len(AIR))
    reached: NDArray[np.intp]  # states, ascending: those held come first

    def blocks(self) -> list[Numbers]:
        """Return the moves of the states reached."""
        split = int(np.searchsorted(self.reached, len(self.held)))
        return [self.held[self.reached[:split]], self.air[self.reached[split:] - len(self.held)]]


class _Search:
    """The search for modes; each is played after all that lead to it, in which less has been used."""

    def __init__(self, cells: NDArray[np.integer], vocabulary: Vocabulary, movement: Platform) -> None:
        framed = np.pad(cells.astype(np.int16), 1, constant_values=-1).ravel()
        starts, self.exits, self.keys, self.locks = (
            np.flatnonzero(np.isin(framed, vocabulary.ids(role)))
            for role in (Role.START, Role.EXIT, Role.KEY, Role.LOCK)
        )
        if len(starts) != 1:
            raise ValueError("plays begin at one start")
        if max(len(self.keys), len(self.locks)) > SEARCH_LIMIT:
            found = f"{len(self.keys)} keys and {len(self.locks)} locked doors"
            raise Undecided(f"{found}, the search takes up to {SEARCH_LIMIT} of each")
        self.shape = (int(cells.shape[0]), int(cells.shape[1]))
        self.terrain, self.arc = read_terrain(cells, vocabulary), arc(movement)
        self.count = len(framed)  # N
        self.states = states_of(cells.shape, movement)  # S
        if self.states > NODES_MOST:
            raise Undecided(
                f"{self.states} states of a body that flies up to {self.arc.last} ticks, on "
                f"{cells.shape[1]}x{cells.shape[0]} cells; up to {NODES_MOST} are searched"
            )
        self.start = self._landed(self.terrain, int(starts[0]))
        self.modes: list[_Mode] = [(0, 0)]
        self.numbers = {(0, 0): 0}
        self.entries: dict[int, list[Nodes]] = {0: [np.array([self.start])]}
        self.waiting = [(0, 0)]  # keys and doors used, and number, of modes to play
        self.copies: dict[int, _Copy] = {}
        self._moves: dict[int, list[Numbers]] = {}

    def play_mode(self) -> None:
        """Take the next mode, find the states reached in it, and hand on those that lead to other modes."""
        _, number = heapq.heappop(self.waiting)
        copy = self._copy(number)
        self.copies[number] = copy
        inner = [copy.held, copy.air]
        if len(self.modes) > 1:
            offset = number * self.states
            inner = [np.where(part // self.states == number, part - offset, NEVER) for part in inner]
        entries = np.unique(np.concatenate(self.entries[number]))
        copy.reached = np.flatnonzero(distances(joined(inner)[0], entries) >= 0)
        if len(self.modes) == 1:
            return
        onward = np.unique(np.concatenate([block.ravel() for block in copy.blocks()]))
        for other in np.unique(onward[onward >= 0] // self.states).tolist():
            if other != number:
                if other not in self.entries:
                    heapq.heappush(self.waiting, (_used(self.modes[other]), other))
                there = onward[onward // self.states == other] % self.states
                self.entries.setdefault(other, []).append(there)

    def _copy(self, number: int) -> _Copy:
        """Return the moves of a mode; those that take a key or open a door lead to the mode that follows."""
        taken, opened = self.modes[number]
        offset = np.int32(number * self.states)  # below NODES_MOST, or 0
        held, air = (np.where(part >= 0, part + offset, NEVER) for part in self._base(opened))
        for bit, key in enumerate(self.keys.tolist()):
            if not taken >> bit & 1:
                after = (self._number((taken | 1 << bit, opened)) - number) * self.states
                for part in (held, air):
                    part[(part >= 0) & (part % self.states % self.count == key)] += after
        if taken.bit_count() > opened.bit_count():
            for bit, lock in enumerate(self.locks.tolist()):
                if not opened >> bit & 1:
                    mode = (taken, opened | 1 << bit)
                    to = self._number(mode) * self.states + self._landed(self._terrain(mode[1]), lock)
                    held[lock - 1, HELD.index("R")] = held[lock + 1, HELD.index("L")] = to
        return _Copy(held, air, np.empty(0, np.intp))

    def _landed(self, terrain: Terrain, cell: int) -> int:
        """Return the state of a body at ``cell`` that does not rise."""
        return cell if terrain.holds[cell] else self.arc.top * self.count + cell

    def _number(self, mode: _Mode) -> int:
        if mode not in self.numbers:
            self.numbers[mode] = len(self.modes)
            self.modes.append(mode)
            if len(self.modes) * self.states > NODES_MOST:
                raise Undecided(f"over {NODES_MOST} states with keys taken and doors opened")
        return self.numbers[mode]

    def _terrain(self, opened: int) -> Terrain:
        return self.terrain.opened(
            tuple(lock for bit, lock in enumerate(self.locks.tolist()) if opened >> bit & 1)
        )

    def _base(self, opened: int) -> list[Numbers]:
        if opened not in self._moves:
            made = moves(self._terrain(opened), self.arc)
            self._moves[opened] = [made.held, made.air]
        return self._moves[opened]

    def plays(self) -> Plays:
        """Return the graph of all that was reached: nodes by mode, then by state."""
        numbers = sorted(self.copies)
        names = np.concatenate([self.copies[n].reached + np.int64(n * self.states) for n in numbers])
        places = np.full(len(self.modes) * self.states, NEVER, np.int32)
        places[names] = np.arange(len(names))
        blocks = [
            np.where(block >= 0, places[block], NEVER) for n in numbers for block in self.copies[n].blocks()
        ]
        graph, letters = joined(blocks)
        states = names % self.states
        cells = states % self.count
        return Plays(
            shape=self.shape,
            graph=graph,
            letters=letters,
            cells=cells,
            held=states < self.count,
            modes=np.array(self.modes)[names // self.states],
            start=int(places[self.start]),
            exits=np.flatnonzero(np.isin(cells, self.exits)),
        )


def _used(mode: _Mode) -> int:
    return mode[0].bit_count() + mode[1].bit_count()
