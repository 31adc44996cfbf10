"""The shortest way from start to exit, with keys used up by locked doors.

Exact: breadth-first walks between the places that matter (start, keys, locks,
exit) become the edges of a small graph; Dijkstra (1959) searches it over the
sets of keys taken and locks opened. Taking a key never hurts, so a walk may
pass over one without its being counted.

Written against the rules alone. The generator asks it how long a way is when it places an exit, so tests
hold it against a search over full states, on random maps and on generated ones.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

STATES_MOST = 200_000  # about two seconds
SEARCH_LIMIT = 12  # keys and locks each; beyond it the search over their subsets is not attempted
_MOVES = (("U", -1, 0), ("D", 1, 0), ("L", 0, -1), ("R", 0, 1))


@dataclass(frozen=True)
class Ground:
    """A level as its solver sees it; cells are numbered row by row in a frame of one blocked cell."""

    stride: int
    free: tuple[bool, ...]  # may be entered without a key
    locks: tuple[int, ...]
    keys: tuple[int, ...]
    starts: tuple[int, ...]
    exits: tuple[int, ...]

    def place(self, cell: int) -> tuple[int, int]:
        """Return (x, y) of a cell of the frame."""
        return cell % self.stride - 1, cell // self.stride - 1

    @cached_property
    def zones(self) -> "_Zones":
        """The zones between the doors; three questions of the check ask for them."""
        return _Zones(self)


def read_ground(cells: NDArray[np.uint8], vocabulary: Vocabulary) -> Ground:
    """Return what matters of ``cells`` (H, W), tile ids of ``vocabulary``."""
    framed = np.pad(cells.astype(np.int16), 1, constant_values=-1).ravel()

    def where(role: Role) -> tuple[int, ...]:
        return tuple(np.flatnonzero(np.isin(framed, vocabulary.ids(role))).tolist())

    passable = [
        i
        for i, tile in enumerate(vocabulary.tiles)
        if tile.passability is Passability.OPEN and tile.role is not Role.LOCK
    ]
    return Ground(
        stride=cells.shape[1] + 2,
        free=tuple(np.isin(framed, passable).tolist()),
        locks=where(Role.LOCK),
        keys=where(Role.KEY),
        starts=where(Role.START),
        exits=where(Role.EXIT),
    )


def walk(ground: Ground, source: int) -> list[int]:
    """Return, for each cell, the one before it on a shortest walk from ``source``; -1 where none leads.

    Locks end a walk: they are reached, never passed. The source maps to itself.
    """
    free, stride = ground.free, ground.stride
    locks = set(ground.locks)
    before = [-1] * len(free)
    before[source] = source
    queue = [source]
    for cell in queue:  # grows as it goes
        for to in (cell - stride, cell + stride, cell - 1, cell + 1):
            if before[to] < 0:
                if free[to]:
                    before[to] = cell
                    queue.append(to)
                elif to in locks:
                    before[to] = cell
    return before


def trace(before: list[int], target: int) -> list[int]:
    """Return the cells of a walk after its source, ``target`` last."""
    cells = []
    while before[target] != target:
        cells.append(target)
        target = before[target]
    return cells[::-1]


class Undecided(Exception):
    """There are too many orders of taking keys and opening doors to find the shortest solution."""


def solve(ground: Ground) -> str | None:
    """Return the moves (U, D, L, R) of a shortest solution, or None if there is none.

    Raises:
        Undecided: If there are over `SEARCH_LIMIT` keys or locks, or over `STATES_MOST` states to look at.
        ValueError: If there is not exactly one start.
    """
    if len(ground.starts) != 1:
        raise ValueError("solve needs one start")
    if max(len(ground.keys), len(ground.locks)) > SEARCH_LIMIT:
        found = f"{len(ground.keys)} keys and {len(ground.locks)} locked doors"
        raise Undecided(f"{found}, the search takes up to {SEARCH_LIMIT} of each")
    if not _winnable(ground):
        return None
    walks: dict[int, list[int]] = {}
    spots = {cell: i for i, cell in enumerate((*ground.keys, *ground.locks))}
    first = (ground.starts[0], 0, 0)  # place, spots used so far as bits, keys in hand
    best: dict[tuple[int, int, int], int] = {first: 0}
    came: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    heap = [(0, first)]
    locks, exits = set(ground.locks), set(ground.exits)
    while heap:
        length, state = heapq.heappop(heap)
        if length > best[state]:
            continue
        cell, used, hand = state
        if cell in exits:
            return _moves(ground, walks, came, state)
        if len(best) > STATES_MOST:
            raise Undecided(f"over {STATES_MOST} orders of taking keys and opening doors")
        if cell not in walks:
            walks[cell] = walk(ground, cell)
        for to in (*spots, *exits):
            taken = to in spots and bool(used >> spots[to] & 1)
            # A key is fetched once; a door once opened is a way for good.
            pays = to in locks and not taken
            if walks[cell][to] < 0 or to == cell or (taken and to not in locks) or (pays and not hand):
                continue
            fetched = to in spots and not taken and to not in locks
            after = (to, used | 1 << spots[to] if to in spots else used, hand + fetched - pays)
            total = length + len(trace(walks[cell], to))
            if total < best.get(after, total + 1):
                best[after] = total
                came[after] = state
                heapq.heappush(heap, (total, after))
    raise AssertionError("a winnable level has a solution")


def _moves(
    ground: Ground,
    walks: dict[int, list[int]],
    came: dict[tuple[int, int, int], tuple[int, int, int]],
    state: tuple[int, int, int],
) -> str:
    letters = {dy * ground.stride + dx: letter for letter, dy, dx in _MOVES}
    legs: list[list[int]] = []
    while state in came:
        earlier = came[state]
        legs.append([earlier[0], *trace(walks[earlier[0]], state[0])])
        state = earlier
    return "".join(letters[b - a] for leg in reversed(legs) for a, b in pairwise(leg))


def reach(ground: Ground) -> set[int]:
    """Return every cell a walker reaches without opening a door."""
    free, stride = ground.free, ground.stride
    seen = set(ground.starts)
    queue = list(ground.starts)
    for cell in queue:  # grows as it goes
        for to in (cell - stride, cell + stride, cell - 1, cell + 1):
            if free[to] and to not in seen:
                seen.add(to)
                queue.append(to)
    return seen


def _winnable(ground: Ground) -> bool:
    """Whether some order of opening doors, each with a key, brings an exit into reach or is itself a goal."""
    zones = ground.zones
    return any(zones.exits & region for _, region, _ in zones.openings(stop_at_exit=True))


class _Zones:
    """The ground between the doors, as a small graph: zones of free cells, and doors that join them."""

    def __init__(self, ground: Ground) -> None:
        free = np.array(ground.free).reshape(-1, ground.stride)
        labels, count = ndimage.label(free)
        flat = labels.ravel()
        self.flat = flat
        self.start = int(flat[ground.starts[0]])
        self.doors = {lock: count + 1 + i for i, lock in enumerate(ground.locks)}  # doors are nodes too
        places = flat.tolist()
        for lock, node in self.doors.items():
            places[lock] = node
        steps = (-ground.stride, ground.stride, -1, 1)
        self.beside = {
            node: {places[lock + step] for step in steps} - {0} for lock, node in self.doors.items()
        }
        self.keys = [places[key] for key in ground.keys]
        self.exits = {places[goal] for goal in ground.exits}

    def reach(self, opened: frozenset[int]) -> set[int]:
        """Return the nodes a walker reaches when the doors ``opened``, nodes themselves, stand open."""
        seen = {self.start}
        shut = set(opened)
        grown = True
        while grown:
            near = {door for door in shut if self.beside[door] & seen}
            shut -= near
            grown = bool(near)
            for door in near:
                seen |= {door} | {node for node in self.beside[door] if node not in self.beside}
        return seen

    def openings(self, *, stop_at_exit: bool) -> Iterator[tuple[frozenset[int], set[int], bool]]:
        """Yield each set of doors that can stand open, with the nodes then in reach and whether it is final.

        With ``stop_at_exit`` a set that brings an exit into reach is yielded but not opened further.
        """
        pending = [frozenset[int]()]
        seen = set(pending)
        while pending:
            opened = pending.pop()
            region = self.reach(opened)
            if stop_at_exit and self.exits & region:
                yield opened, region, False
                continue
            hand = sum(zone in region for zone in self.keys) - len(opened)
            near = [door for door in self.beside if door not in opened and self.beside[door] & region]
            yield opened, region, hand <= 0 or not near
            for door in near if hand > 0 else ():
                after = opened | {door}
                if after not in seen:
                    seen.add(after)
                    pending.append(after)


def strandings(ground: Ground) -> frozenset[int] | None:
    """Return a set of opened locks after which the exit is out of reach for good, or None.

    Explores every order in which doors can be opened; regions only grow, so a
    player is stranded when no key is left in hand and the exit is not in reach.
    """
    zones = ground.zones
    ways = zones.openings(stop_at_exit=True)
    stranded = next((opened for opened, _, final in ways if final), None)
    return None if stranded is None else frozenset(lock for lock, n in zones.doors.items() if n in stranded)


def widest(ground: Ground) -> set[int]:
    """Return the cells of the largest region that some order of opening doors brings into reach."""
    zones = ground.zones
    sizes = np.bincount(zones.flat)

    def cells(nodes: set[int]) -> int:
        return sum(int(sizes[node]) if node < len(sizes) else 1 for node in nodes)

    best = max((region for _, region, _ in zones.openings(stop_at_exit=False)), key=cells)
    inside = np.isin(zones.flat, [node for node in best if node < len(sizes)])
    return {*np.flatnonzero(inside).tolist(), *(lock for lock, node in zones.doors.items() if node in best)}
