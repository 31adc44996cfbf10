"""Make a proposed ground playable from a start to everywhere that matters, by cheap changes.

Two faults are mended, in rounds, until the exact search finds neither: ground that no play gets to (joined if
that costs less than the ground is worth, and in any case until most of it is in reach), and places from which
there is no way on for good. Both become cheapest ways in the graph of `ways`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.draft import NATS, Draft
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.place import Unplaceable
from playloom.kinds.level.platform.reach import ends_of, graph_of
from playloom.kinds.level.platform.ways import FAR, Change, Flags, Ways
from playloom.kinds.level.vocabulary import Role
from playloom.seeds import Stream

_ROUNDS = 24
_GENEROUS = 4  # rounds in which ground is joined for its own sake
_LEDGE, _LEDGE_MOST = 2 * NATS, 16 * NATS  # what a cell of ground, and a whole ledge, is worth joining
_MOST = (3, 5)  # this share of the ground is joined whatever that costs
_SINK = 4  # an end holds an exit if it is one part in so many of the ground in reach
_STARTS = 6  # places looked at for a start
_ROW = np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]])
_WORTH = (Role.EXIT, Role.KEY, Role.PICKUP, Role.CHEST, Role.PERSON)


def mend(draft: Draft, movement: Platform, stream: Stream) -> int:
    """Change the draft until it can be played; return the start, a cell of the frame.

    Raises:
        Unplaceable: If there is no ground to start from, or pinned cells forbid a way.
    """
    start = None
    changed = np.zeros(draft.cells.shape, np.int64)
    for number in range(_ROUNDS):
        start, changes = _look(draft, movement, changed, start, stream, generous=number < _GENEROUS)
        if not changes:
            return start
        for change in changes:
            y, x = divmod(change.cell, draft.cells.shape[1] + 2)
            if draft.cells[y - 1, x - 1] != change.tile:
                draft.change(y - 1, x - 1, change.tile, change.reason)
                changed[y - 1, x - 1] += 1
    raise Unplaceable("solvable", "ways opened at one place close others: ask for another size or openness")


def _look(
    draft: Draft,
    movement: Platform,
    changed: NDArray[np.int64],
    start: int | None,
    stream: Stream,
    *,
    generous: bool,
) -> tuple[int, list[Change]]:
    """Return the start, chosen if there is none yet, and what to change in one round.

    A function of its own, so that the graphs of one round are gone before the next: they are most of the
    memory that a large map takes.
    """
    ways = Ways(draft, movement, changed)
    if start is None:
        start = _start(ways, stream)
    reached = ways.reached(ways.landed(start))
    return start, _joins(ways, reached, generous=generous) or _escapes(ways, reached)


def _pinned(draft: Draft, *roles: Role) -> NDArray[np.intp]:
    """Return the cells of the frame that hold objects of ``roles``; before placing all of them are pinned."""
    return np.flatnonzero(np.pad(draft.vocabulary.having(*roles)[draft.cells], 1))


def _start(ways: Ways, stream: Stream) -> int:
    """Return the pinned start, or ground far left and low from which much is in reach."""
    draft = ways.draft
    pinned = _pinned(draft, Role.START)
    if len(pinned):
        return int(pinned[0])
    height, width = draft.cells.shape
    floor = np.pad(draft.vocabulary.having(Role.FLOOR)[draft.cells] & ~draft.fixed, 1).ravel()
    above = np.roll(ways.terrain.solid, ways.terrain.stride)
    able = np.flatnonzero(
        ways.stands & ways.terrain.footing & ~ways.terrain.ladder & ~ways.terrain.one_way & floor
    )
    if not len(able):
        raise Unplaceable(
            "start", "there is no ground to start from: ask for less openness or pin fewer cells"
        )
    y, x = np.divmod(able, ways.terrain.stride)
    # In wide maps left counts most, in tall maps low does; a low ceiling counts against a place.
    far = np.where(
        width >= height, 2 * x * height + (height - y) * width, x * height + 2 * (height - y) * width
    )
    far = far + above[able] * height * width
    best = able[np.argsort(far, kind="stable")[:_STARTS]]
    sizes = [int(ways.cells(ways.reached(ways.landed(int(cell)))).sum()) for cell in best]
    good = [int(cell) for cell, size in zip(best, sizes, strict=True) if 2 * size >= max(sizes)]
    return good[stream.fork("start").below(len(good))]


def _joins(ways: Ways, reached: Flags, *, generous: bool) -> list[Change]:
    """Return the changes that bring more ground into reach; none if what is left is not worth them.

    Args:
        ways: The draft.
        reached: Shape (S,).
        generous: Join whatever is worth it, not only what must be.
    """
    touched = ways.cells(reached)
    ground = ways.stands
    left = ground & ~touched
    wanted = [int(cell) for cell in _pinned(ways.draft, *_WORTH) if not touched[cell]]
    labels, count = ndimage.label(left.reshape(-1, ways.terrain.stride), _ROW)
    labels = labels.ravel()
    sizes = np.bincount(labels, minlength=count + 1)
    missing = _MOST[0] * int(ground.sum()) // _MOST[1] - int((ground & touched).sum())
    worth = np.minimum(sizes * _LEDGE, _LEDGE_MOST) * generous
    if not wanted and missing <= 0 and not (generous and count):
        return []
    most = FAR if wanted or missing > 0 else int(worth[1:].max())
    fares = ways.fares_from(reached, most)
    costs = fares.costs
    changes: list[Change] = []
    for cell in wanted:
        states = cell + ways.count * np.arange(ways.arc.last + 1)
        best = int(states[costs[states].argmin()])
        if costs[best] >= FAR:
            raise Unplaceable("reachable", "a pinned object is walled in by pinned cells: free some of them")
        changes += ways.changes_from(fares, best)
    cells = np.flatnonzero(labels)
    nearest = np.full(count + 1, FAR, np.int64)
    np.minimum.at(nearest, labels[cells], costs[cells])
    # The cheapest for their size first.
    for label in sorted(range(1, count + 1), key=lambda i: (int(nearest[i]) // int(sizes[i]), i)):
        if nearest[label] > worth[label] and (missing <= 0 or nearest[label] >= FAR):
            continue
        of_it = cells[labels[cells] == label]
        changes += ways.changes_from(fares, int(of_it[costs[of_it].argmin()]))
        missing -= int(sizes[label])
    return changes


@dataclass(frozen=True)
class _Parts:
    """The states in reach, and the parts of them in which every state leads to every other."""

    states: NDArray[np.intp]  # ascending
    labels: NDArray[np.int32]  # part of each
    held: NDArray[np.int64]  # states of each part in which the body is held
    ends: Flags  # parts that a player who stays alive cannot leave

    def of(self, part: int, count: int) -> Flags:
        """Return the states of a part as flags, shape (count,)."""
        flags = np.zeros(count, np.bool_)
        flags[self.states[self.labels == part]] = True
        return flags


def _parts(ways: Ways, reached: Flags) -> _Parts:
    states = np.flatnonzero(reached)
    places = np.full(len(reached), -1, np.int32)
    places[states] = np.arange(len(states))
    rows = ways.real[states]
    graph = graph_of(places[rows.indices], rows.indptr, rows.data)
    labels, ends = ends_of(graph, states < ways.count)
    return _Parts(states, labels, np.bincount(labels[states < ways.count], minlength=len(ends)), ends)


def main_part(parts: _Parts) -> int:
    """Return the part for the exit: the largest end if it is large enough, else the largest part."""
    inside = np.where(parts.ends, parts.held, 0)
    best = inside if int(inside.max()) * _SINK >= int(parts.held.sum()) else parts.held
    # Numbers of parts are the search's own affair: of parts as large, take the one with the lowest state.
    largest = np.flatnonzero(best == best.max())
    return int(parts.labels[np.isin(parts.labels, largest).argmax()])


def _escapes(ways: Ways, reached: Flags) -> list[Change]:
    """Return the changes that lead on from where a player would stay for good."""
    parts = _parts(ways, reached)
    exits = _pinned(ways.draft, Role.EXIT)
    if len(exits):
        goals = np.isin(np.arange(len(reached)) % ways.count, exits) & reached
    else:
        goals = parts.of(main_part(parts), len(reached))
    safe = ways.leading(goals)
    stuck = [
        part
        for part in np.flatnonzero(parts.ends).tolist()
        if not safe[parts.states[parts.labels == part][0]]
    ]
    if not stuck:
        return []
    fares = ways.fares_to(safe)
    costs = fares.costs
    changes: list[Change] = []
    for first in sorted(int(parts.states[parts.labels == part][0]) for part in stuck):
        part = parts.labels[np.searchsorted(parts.states, first)]
        inside = parts.states[(parts.labels == part) & (parts.states < ways.count)]
        best = int(inside[costs[inside].argmin()])
        if costs[best] >= FAR:
            raise Unplaceable("no dead end", "pinned cells leave no way out of a pit: free some of them")
        changes += ways.changes_to(fares, best)
    return changes
