"""Every play of a level seen from the side, and the shortest one to the exit.

Exact for the rules of `physics`. A state is a phase and a cell; the keys taken and doors opened so far make a
*mode*, and every mode has its copy of the states. Only modes that some play brings about are made, so the
graph stays small. Breadth-first searches over it answer what the check asks.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.physics import (
    HELD,
    NEVER,
    Numbers,
    Terrain,
    arc,
    moves,
    read_terrain,
)
from playloom.kinds.level.platform.plays import Nodes, Plays
from playloom.kinds.level.platform.reach import distances, graph_of, joined
from playloom.kinds.level.solve import SEARCH_LIMIT, Undecided
from playloom.kinds.level.vocabulary import Role, Vocabulary

NODES_MOST = 1 << 24  # states times modes; some ten seconds, and about a gigabyte

_Mode = tuple[int, int]  # keys taken, doors opened; as bits


def states_of(shape: tuple[int, ...], movement: Platform) -> int:
    """Return how many states a body has on a map of ``shape`` (H, W): one a phase and a cell of the frame."""
    return (shape[0] + 2) * (shape[1] + 2) * (arc(movement).last + 1)


def searchable(shape: tuple[int, ...], movement: Platform, keys: int, doors: int) -> bool:
    """Whether a map of ``shape`` (H, W) is small enough for so many keys and doors that one play uses up.

    That play alone goes through as many modes, and one more; others may take other modes.
    """
    return (keys + doors + 1) * states_of(shape, movement) <= NODES_MOST


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


@dataclass(frozen=True, eq=False)
class _Moves:
    """Every move of a body with certain doors open, and which of them end on a key."""

    blocks: tuple[Numbers, Numbers]  # (N, len(HELD)) and (S - N, len(AIR))
    keyed: tuple[Nodes, Nodes]  # of each block, flat


@dataclass(frozen=True, eq=False)
class _Copy:
    """The states reached in one mode; a move leads to a state, or to ``S + k``, which is ``onward[k]``."""

    rows: csr_array  # (states reached, S + K)
    reached: Nodes  # states, ascending: those held come first
    onward: Nodes  # (K,): nodes of other modes, as mode number times S plus state


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
        self._moves: dict[int, _Moves] = {}

    def play_mode(self) -> None:
        """Take the next mode, find the states reached in it, and hand on those that lead to other modes."""
        _, number = heapq.heappop(self.waiting)
        blocks, onward = self._within(number)
        sinks = np.full((len(onward), 1), NEVER, np.int32)
        graph = joined([*blocks, sinks])
        found = distances(graph, np.unique(np.concatenate(self.entries[number]))) >= 0
        reached = np.flatnonzero(found[: self.states])
        self.copies[number] = _Copy(graph[reached], reached, onward)
        onward = onward[found[self.states :]]
        for other in np.unique(onward // self.states).tolist():
            if other not in self.entries:
                heapq.heappush(self.waiting, (_used(self.modes[other]), other))
            there = onward[onward // self.states == other] % self.states
            self.entries.setdefault(other, []).append(there)

    def _within(self, number: int) -> tuple[list[Numbers], Nodes]:
        """Return the moves of a mode and the nodes beyond it.

        A move that takes a key or opens a door leads to the mode that follows; here it leads to ``S + k``,
        which stands for node k of those beyond.
        """
        taken, opened = self.modes[number]
        every = self._every(opened)
        follows = [
            number if taken >> bit & 1 else self._number((taken | 1 << bit, opened))
            for bit in range(len(self.keys))
        ]
        leaving: list[tuple[Nodes, Nodes]] = []  # of each block: flat places, and nodes
        for block, keyed in zip(every.blocks, every.keyed, strict=True):
            ends = block.ravel()[keyed]
            modes = np.array(follows, np.int64)[np.searchsorted(self.keys, ends % self.count)]
            out = modes != number
            leaving.append((keyed[out], modes[out] * self.states + ends[out]))
        if taken.bit_count() > opened.bit_count():
            leaving[0] = self._through_doors(number, *leaving[0])
        onward = np.unique(np.concatenate([nodes for _, nodes in leaving]))
        if not len(onward):
            return list(every.blocks), onward
        blocks = [block.copy() for block in every.blocks]
        for block, (places, nodes) in zip(blocks, leaving, strict=True):
            block.ravel()[places] = self.states + np.searchsorted(onward, nodes)
        return blocks, onward

    def _through_doors(self, number: int, places: Nodes, nodes: Nodes) -> tuple[Nodes, Nodes]:
        """Return flat places and nodes of held moves that leave a mode, with those that open a door."""
        taken, opened = self.modes[number]
        for bit, lock in enumerate(self.locks.tolist()):
            if not opened >> bit & 1:
                mode = (taken, opened | 1 << bit)
                to = self._number(mode) * self.states + self._landed(self._terrain(mode[1]), lock)
                left, right = lock - 1, lock + 1
                beside = left * len(HELD) + HELD.index("R"), right * len(HELD) + HELD.index("L")
                places, nodes = np.append(places, beside), np.append(nodes, (to, to))
        return places, nodes

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

    def _every(self, opened: int) -> _Moves:
        if opened not in self._moves:
            made = moves(self._terrain(opened), self.arc)
            on_key = np.zeros(self.states + 1, np.bool_)  # the last stands for `NEVER`
            on_key[:-1].reshape(-1, self.count)[:, self.keys] = True
            held, air = (
                np.flatnonzero(on_key[part]) if len(self.keys) else np.empty(0, np.int64)
                for part in (made.held, made.air)
            )
            self._moves[opened] = _Moves((made.held, made.air), (held, air))
        return self._moves[opened]

    def plays(self) -> Plays:
        """Return the graph of all that was reached: nodes by mode, then by state."""
        self._moves.clear()
        copies = sorted(self.copies.items())
        names = np.concatenate([copy.reached + np.int64(number * self.states) for number, copy in copies])
        indices, first = [], 0
        for _, copy in copies:
            places = np.empty(self.states + len(copy.onward), np.int32)
            places[copy.reached] = np.arange(first, first + len(copy.reached), dtype=np.int32)
            places[self.states :] = np.searchsorted(names, copy.onward)
            indices.append(places[copy.rows.indices])
            first += len(copy.reached)
        lengths = np.concatenate([np.diff(copy.rows.indptr) for _, copy in copies])
        indptr = np.append(np.int32(0), np.cumsum(lengths, dtype=np.int32))
        letters = np.concatenate([copy.rows.data for _, copy in copies])
        states = names % self.states
        cells = states % self.count
        return Plays(
            shape=self.shape,
            graph=graph_of(np.concatenate(indices), indptr, letters),
            cells=cells,
            held=states < self.count,
            modes=np.array(self.modes)[names // self.states],
            start=int(np.searchsorted(names, self.start)),
            exits=np.flatnonzero(np.isin(cells, self.exits)),
        )


def _used(mode: _Mode) -> int:
    return mode[0].bit_count() + mode[1].bit_count()
