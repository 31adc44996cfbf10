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
_BATCH = 1 << 18  # states whose moves are looked at together
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


@dataclass(frozen=True, eq=False)
class Fares:
    """What the cheapest ways between a set of states and every other cost, and where they go."""

    costs: Costs  # (S,); `FAR` where no way leads, or none that costs little enough
    graph: csr_array  # (S, S): what moves cost, from the set on; backwards where the ways lead to it

    @cached_property
    def nearer(self) -> NDArray[np.int32]:
        """Shape (S,): the next state on the way back to the set; of ways as cheap, the lowest."""
        result = np.full(len(self.costs), len(self.costs), np.int32)
        for first in range(0, len(self.costs), _BATCH):
            ends = self.graph.indptr[first : first + _BATCH + 1]
            moves = slice(ends[0], ends[-1])
            sources = np.repeat(np.arange(first, first + len(ends) - 1, dtype=np.int32), np.diff(ends))
            targets = self.graph.indices[moves]
            fits = self.costs[sources] + self.graph.data[moves].astype(np.int64) == self.costs[targets]
            np.minimum.at(result, targets[fits], sources[fits])
        return result

    def way(self, state: int) -> list[int]:
        """Return the states from ``state`` to one of the set."""
        way = [state]
        while self.costs[way[-1]]:
            way.append(int(self.nearer[way[-1]]))
        return way


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
        made = moves(self.terrain, self.arc)
        self.real = joined([made.held, made.air])

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

    def _added(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Costs]:
        """Return source, target and cost of the moves that changes would add."""
        price, stride, count = self.prices, self.terrain.stride, self.count
        below = np.clip(np.arange(count) + stride, 0, count - 1)
        hold = np.where(self.terrain.holds, 0, price.step[below])
        able = price.open < FAR
        cells = np.flatnonzero(able)
        sources, targets, costs = [], [], []

        def add(source: NDArray[np.intp], target: NDArray[np.intp], cost: Costs) -> None:
            wanted = (cost > 0) & (cost < FAR)
            sources.append(source[wanted].astype(np.int32))
            targets.append(target[wanted].astype(np.int32))
            costs.append(cost[wanted])

        for aside in (-1, 1):
            to = cells + aside
            add(cells, to, price.open[to] + hold[to])
        up, down = cells - stride, cells + stride
        up, down = np.maximum(up, 0), np.minimum(down, count - 1)
        add(cells, up, price.ladder[cells] + price.open[up])
        add(cells, down, price.open[down] + price.ladder[down])
        free = np.flatnonzero(self.free & ~self.terrain.holds)
        for phase in range(self.arc.top, self.arc.last + 1):
            add(phase * count + free, free, hold[free])
        return np.concatenate(sources), np.concatenate(targets), np.concatenate(costs)

    def fares_from(self, sources: Flags, most: int = FAR) -> Fares:
        """Return the cheapest ways from any of ``sources`` (S,) to each state that cost at most ``most``."""
        one, to, costs = self._added()
        return _fares(_priced(self.real, one, to, costs, sources), sources, most)

    def fares_to(self, goals: Flags) -> Fares:
        """Return the cheapest ways from each state to any of ``goals`` (S,)."""
        one, to, costs = self._added()
        return _fares(_priced(self._real_back, to, one, costs, goals), goals, FAR)

    def changes_from(self, fares: Fares, state: int) -> list[Change]:
        """Return the changes of the way to ``state``, given `fares_from`."""
        return self._changes(fares.way(state)[::-1], fares.costs)

    def changes_to(self, fares: Fares, state: int) -> list[Change]:
        """Return the changes of the way from ``state``, given `fares_to`."""
        return self._changes(fares.way(state), fares.costs)

    def _changes(self, way: list[int], costs: Costs) -> list[Change]:
        changes = []
        for one, to in pairwise(way):
            if abs(int(costs[one]) - int(costs[to])) > TICK:  # else the map as it is has such a move
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


def _priced(
    real: csr_array, sources: NDArray[np.int32], targets: NDArray[np.int32], costs: Costs, within: Flags
) -> csr_array:
    """Return a graph (S, S), each move of which costs a `TICK`, with more moves that cost so much beside.

    Moves into the states ``within`` (S,), at which the ways begin, are left out: no cheapest way has one.
    """
    kept = ~within[real.indices]
    before = np.zeros(len(kept) + 1, np.int32)
    np.cumsum(kept, out=before[1:])
    indptr = before[real.indptr]
    del before
    order = np.argsort(sources, kind="stable")
    order = order[~within[targets[order]]]
    # After the moves of the same state come those added to it.
    places = indptr[sources[order] + 1] + np.arange(len(order))
    own = np.ones(int(indptr[-1]) + len(order), np.bool_)
    own[places] = False
    indices, weights = np.empty(len(own), np.int32), np.full(len(own), float(TICK))
    indices[own], indices[places] = real.indices[kept], targets[order]
    weights[places] += costs[order]
    more = np.bincount(sources[order], minlength=len(indptr) - 1)
    indptr[1:] += np.cumsum(more, dtype=np.int32)
    return csr_array((weights, indices, indptr), shape=real.shape)


def _fares(graph: csr_array, sources: Flags, most: int) -> Fares:
    found = csgraph.dijkstra(graph, indices=np.flatnonzero(sources), min_only=True, limit=float(most))
    found[np.isinf(found)] = FAR
    return Fares(found.astype(np.int64), graph)
