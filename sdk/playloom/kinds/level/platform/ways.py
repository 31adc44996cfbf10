"""Ways through a map seen from the side, and what it would cost to make new ones.

The graph of all states of `physics` has one move for every tick that is possible on the map as it is, and
beside them moves that would be possible if a cell or two were other tiles: dig into a solid cell, put a
platform under the feet, put up a ladder. Such a move costs what its changes cost under the network's own
odds.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from playloom.kinds.level.draft import NATS, Draft
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.physics import Arc, Terrain, arc, moves, read_terrain
from playloom.kinds.level.platform.reach import distances, joined
from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

TICK = 16  # what a tick costs beside changes, 1/NATS nats: of ways as cheap, the shorter one
FAR = 1 << 40  # the price of what cannot be changed
_AGAIN = 8 * NATS  # a cell changed before costs so much more: ways must not take it from one another
_BLOCK = 4 * NATS  # a solid block in mid-air stands in the way of what comes from below

Flags = NDArray[np.bool_]
Costs = NDArray[np.int64]


@dataclass(frozen=True)
class Change:
    """One cell to be changed."""

    cell: int  # of the frame
    tile: int
    reason: str


@dataclass(frozen=True)
class Prices:
    """Per cell of the frame (N,): the likeliest tile of a sort, and what it costs to put it there."""

    open_tile: Costs
    open: Costs  # 0 where the cell is open already
    step_tile: Costs  # what carries
    step: Costs
    ladder_tile: Costs
    ladder: Costs  # 0 where there is one


def tiles_of(vocabulary: Vocabulary, *passabilities: Passability, role: Role) -> Flags:
    """Return which tiles (V,) are ground of a role that lets bodies through in a certain way."""
    return np.array([t.role is role and t.passability in passabilities for t in vocabulary.tiles])


def prices(draft: Draft, terrain: Terrain, changed: Costs) -> Prices:
    """Return what every change would cost; pinned cells and the closed border stay as they must.

    Args:
        draft: The map.
        terrain: What it is to a body.
        changed: Shape (H, W): how often repair has changed each cell.
    """
    vocabulary = draft.vocabulary
    air = tiles_of(vocabulary, Passability.OPEN, role=Role.FLOOR)
    one_way = tiles_of(vocabulary, Passability.ONE_WAY, role=Role.FLOOR)
    ladder = tiles_of(vocabulary, Passability.CLIMB, role=Role.FLOOR)
    block = tiles_of(vocabulary, Passability.SOLID, role=Role.WALL)
    held = draft.fixed | vocabulary.objects[draft.cells]
    open_tile, open_cost = _cheapest(draft, air, held | draft.sealed)
    thin_tile, thin_cost = _cheapest(draft, one_way, held | draft.sealed)
    block_tile, block_cost = _cheapest(draft, block, held)
    ladder_tile, ladder_cost = _cheapest(draft, ladder, held | draft.sealed)
    below = np.append(terrain.solid[terrain.stride :], np.ones(terrain.stride, np.bool_))
    again = np.pad(changed * _AGAIN, 1).ravel()
    block_cost = np.where(below, block_cost, np.minimum(block_cost + _BLOCK, FAR))
    shut = terrain.solid | terrain.deadly
    return Prices(
        open_tile=open_tile,
        open=np.where(shut, open_cost + again, 0),
        step_tile=np.where(thin_cost <= block_cost, thin_tile, block_tile),
        step=np.minimum(thin_cost, block_cost) + again,
        ladder_tile=ladder_tile,
        ladder=np.where(terrain.ladder, 0, ladder_cost + again),
    )


def _cheapest(draft: Draft, tiles: Flags, barred: Flags) -> tuple[Costs, Costs]:
    """Return per cell of the frame the likeliest of ``tiles`` and its cost; `FAR` where ``barred`` (H, W)."""
    if not tiles.any():
        nothing = np.zeros((draft.cells.shape[0] + 2) * (draft.cells.shape[1] + 2), np.int64)
        return nothing, nothing + FAR
    tile, cost = draft.cheapest(tiles)
    return np.pad(tile, 1).ravel(), np.pad(np.where(barred, FAR, cost), 1, constant_values=FAR).ravel()


class Ways:
    """The moves of a draft as it is, and those that changes would add."""

    def __init__(self, draft: Draft, movement: Platform, changed: Costs) -> None:
        """Read the draft; locked doors stand open, since a way may lead through them."""
        self.draft, self.changed = draft, changed
        terrain = read_terrain(draft.cells, draft.vocabulary)
        locks = np.flatnonzero(np.pad(draft.vocabulary.having(Role.LOCK)[draft.cells], 1))
        self.terrain: Terrain = terrain.opened(tuple(locks.tolist()))
        self.arc: Arc = arc(movement)
        self.count = len(terrain.solid)  # N; states are phase * N + cell
        self._moves = moves(self.terrain, self.arc)
        self.real, _ = joined([self._moves.held, self._moves.air])

    @property
    def free(self) -> Flags:
        """Shape (N,): a body can be there unharmed."""
        return ~(self.terrain.solid | self.terrain.deadly)

    @property
    def stands(self) -> Flags:
        """Shape (N,): a body is held there."""
        return self.free & self.terrain.holds

    def landed(self, cell: int) -> int:
        """Return the state of a body at ``cell`` that does not rise."""
        return cell if self.terrain.holds[cell] else self.arc.top * self.count + cell

    def reached(self, start: int) -> Flags:
        """Return the states, shape (S,), that plays from state ``start`` come to."""
        return distances(self.real, np.array([start])) >= 0

    def leading(self, goals: Flags) -> Flags:
        """Return the states, shape (S,), from which a play comes to one of ``goals`` (S,)."""
        return distances(self._real_back, np.flatnonzero(goals)) >= 0

    @cached_property
    def _real_back(self) -> csr_array:
        return self.real.T.tocsr()

    def cells(self, states: Flags) -> Flags:
        """Return the cells, shape (N,), of ``states`` (S,)."""
        result: Flags = np.logical_or.reduce(states.reshape(-1, self.count), axis=0)
        return result

    @cached_property
    def prices(self) -> Prices:
        """What every change would cost."""
        return prices(self.draft, self.terrain, self.changed)

    @cached_property
    def _priced(self) -> csr_array:
        """The real moves and those that changes would add, (S, S), weighted by cost."""
        sources, targets, costs = self._added()
        states = self.real.shape[0]
        rows = np.repeat(np.arange(states, dtype=np.int32), np.diff(self.real.indptr))
        rows = np.concatenate([rows, sources])
        order = np.argsort(rows, kind="stable")
        columns = np.concatenate([self.real.indices, targets])[order]
        weights = np.concatenate([np.full(len(self.real.indices), TICK), costs + TICK])[order]
        starts = np.append(0, np.cumsum(np.bincount(rows, minlength=states)))
        arrays = (weights.astype(np.float64), columns.astype(np.int32), starts.astype(np.int32))
        return csr_array(arrays, shape=(states, states))

    @cached_property
    def _priced_back(self) -> csr_array:
        return self._priced.T.tocsr()

    def _added(self) -> tuple[Costs, Costs, Costs]:
        """Return source, target and cost of the moves that changes would add."""
        price, stride, count = self.prices, self.terrain.stride, self.count
        below = np.clip(np.arange(count) + stride, 0, count - 1)
        hold = np.where(self.terrain.holds, 0, price.step[below])
        able = price.open < FAR
        cells = np.flatnonzero(able)
        parts = []
        for aside in (-1, 1):
            to = cells + aside
            parts.append((cells, to, price.open[to] + hold[to]))
        up, down = cells - stride, cells + stride
        up, down = np.maximum(up, 0), np.minimum(down, count - 1)
        parts.append((cells, up, price.ladder[cells] + price.open[up]))
        parts.append((cells, down, price.open[down] + price.ladder[down]))
        free = np.flatnonzero(self.free & ~self.terrain.holds)
        for phase in range(self.arc.top, self.arc.last + 1):
            parts.append((phase * count + free, free, hold[free]))
        sources, targets, costs = (np.concatenate([part[i] for part in parts]) for i in range(3))
        wanted = (costs > 0) & (costs < FAR)
        return sources[wanted], targets[wanted], costs[wanted]

    def costs_from(self, sources: Flags, most: int = FAR) -> Costs:
        """Return the cost of the cheapest way from any of ``sources`` (S,) to each state.

        `FAR` where none leads or all cost over ``most``.
        """
        return _costs(self._priced, sources, most)

    def costs_to(self, goals: Flags) -> Costs:
        """Return the cost of the cheapest way from each state to any of ``goals`` (S,)."""
        return _costs(self._priced_back, goals, FAR)

    def way_from(self, costs: Costs, state: int) -> list[Change]:
        """Return the changes of the way to ``state``, given `costs_from`."""
        return self._changes(_follow(self._priced_back, costs, state)[::-1])

    def way_to(self, costs: Costs, state: int) -> list[Change]:
        """Return the changes of the way from ``state``, given `costs_to`."""
        return self._changes(_follow(self._priced, costs, state))

    def _changes(self, way: list[int]) -> list[Change]:
        changes = []
        for one, to in pairwise(way):
            row = self.real.indices[self.real.indptr[one] : self.real.indptr[one + 1]]
            if to not in row:
                changes += self._needed(one, to)
        return changes

    def _needed(self, one: int, to: int) -> list[Change]:
        """Return the changes that a move between two states, held at its end, needs."""
        price, stride = self.prices, self.terrain.stride
        here, there = one % self.count, to % self.count
        changes = []
        if price.open[there]:
            changes.append(Change(there, int(price.open_tile[there]), "opens a way"))
        if there == here - stride:
            changes.append(Change(here, int(price.ladder_tile[here]), "puts up a ladder"))
        elif there == here + stride:
            changes.append(Change(there, int(price.ladder_tile[there]), "puts up a ladder"))
        elif not self.terrain.holds[there]:
            below = there + stride
            changes.append(Change(below, int(price.step_tile[below]), "puts a platform under a way"))
        return changes


def _costs(graph: csr_array, sources: Flags, most: int) -> Costs:
    found = csgraph.dijkstra(graph, indices=np.flatnonzero(sources), min_only=True, limit=float(most))
    return np.where(np.isinf(found), FAR, found).astype(np.int64)


def _follow(graph: csr_array, costs: Costs, state: int) -> list[int]:
    """Return the states from ``state`` down to one of cost 0; of moves as cheap, the lowest state."""
    way = [state]
    while costs[state]:
        row = slice(graph.indptr[state], graph.indptr[state + 1])
        nexts = graph.indices[row]
        fits = costs[nexts] + graph.data[row].astype(np.int64) == costs[state]
        state = int(nexts[fits].min())
        way.append(state)
    return way
