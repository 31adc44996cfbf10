"""Start, locked doors, exit and keys: the order in which a level is to be solved.

Doors stand at chokepoints, so each one shuts a part of the map. The exit lies
in one with no door inside; the start holds a key, and every other shut part holds one.
Whichever door is opened first then pays its key back, except the last, which
opens the way to the exit: no order of doors can strand the player.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.paths import distances
from playloom.kinds.level.chokepoints import Cell, Chokepoint
from playloom.kinds.level.content import LOCK_HIGH, LevelRequest
from playloom.kinds.level.doors import choose_locks, shut_parts
from playloom.kinds.level.place import Placing, Unplaceable, count
from playloom.kinds.level.solve import Ground, Undecided, read_ground, solve
from playloom.kinds.level.vocabulary import Role

_STARTS = 6  # places tried for the start under a path control


@dataclass(frozen=True)
class Mission:
    """What was placed: the start and the cells of the shortest solution."""

    start: Cell
    way: NDArray[np.bool_]  # (H, W)
    moves: str  # of that solution


@dataclass(frozen=True)
class _Plan:
    """One way to lay a mission out; the next is tried when it fails."""

    start: Cell
    locks: int
    behind: bool  # the exit lies behind a door, else before all doors


def lay_out(placing: Placing, request: LevelRequest) -> Mission:
    """Place start, locks, exit and keys under the request's controls.

    Raises:
        Unplaceable: If a control cannot be met on this ground.
    """
    plans = _plans(placing, request)
    cells, spots, edits = placing.draft.cells.copy(), placing.spots.copy(), len(placing.draft.edits)
    for number, plan in enumerate(plans):
        stream = placing.stream.fork(f"plan {number}")
        try:
            return _carry_out(Placing(placing.draft, placing.logits, placing.spots, stream), request, plan)
        except Unplaceable:
            if number == len(plans) - 1:
                raise
            placing.draft.cells[:], placing.spots[:] = cells, spots
            del placing.draft.edits[edits:]
    raise Unplaceable("start", "no floor is left for a start: pin fewer cells")


def _plans(placing: Placing, request: LevelRequest) -> list[_Plan]:
    """Return what to try: doors and an exit behind one first, then without what nobody asked for."""
    locks = _lock_number(placing, request)
    starts = _starts(placing, request)
    plans = [_Plan(start, locks, True) for start in starts]
    if locks and request.path is not None:
        plans += [_Plan(start, locks, False) for start in starts]
    if locks and request.locks is None and request.keys is None:
        plans += [_Plan(start, 0, False) for start in starts]
    return plans


def _held(placing: Placing, role: Role) -> list[Cell]:
    return [(y, x) for y, x in np.argwhere(placing.having(role)).tolist()]


def _lock_number(placing: Placing, request: LevelRequest) -> int:
    """Return how many locks to add."""
    tiles = placing.draft.vocabulary.ids(Role.LOCK)
    held = placing.held(Role.LOCK)
    wanted = request.locks
    if wanted is None and request.keys is not None:
        wanted = request.keys
    if wanted is not None and request.keys is not None:
        wanted = (wanted[0], max(wanted[0], min(wanted[1], request.keys[1])))
    if not tiles or not placing.draft.vocabulary.ids(Role.KEY):
        return count(held, wanted, 0, 0, "locks")
    expected = min(placing.expected(tiles, "expected locks"), LOCK_HIGH - held)
    return count(held, wanted, max(0, expected), int(placing.spots.sum()), "locks")


def _starts(placing: Placing, request: LevelRequest) -> list[Cell]:
    """Return places for the start, the best liked first; under a path control also the far ends."""
    held = _held(placing, Role.START)
    if held:
        return held[:1]
    ranked = placing.ranked(placing.tile(Role.START), "put start", placing.spots)
    if not ranked or request.path is None:
        return ranked[:2]
    ends = []
    cell = ranked[0]
    for _ in range(2):
        steps = distances(placing.draft.walkable, cell)
        reached = np.where(placing.spots, steps, -1)
        y, x = np.unravel_index(int(reached.argmax()), reached.shape)
        cell = (int(y), int(x))
        ends.append(cell)
    return [*ranked[: _STARTS - 2], *ends]


def _carry_out(placing: Placing, request: LevelRequest, plan: _Plan) -> Mission:
    draft, start = placing.draft, plan.start
    if draft.cells[start] not in draft.vocabulary.ids(Role.START):
        placing.put(start, placing.tile(Role.START))
    chosen = choose_locks(placing, start, plan.locks, must=request.locks or request.keys)
    for point in chosen:
        placing.put(point.cell, placing.tile(Role.LOCK))
    parts = shut_parts(placing, start, chosen)
    last = _exit_part(placing, chosen, parts) if plan.behind else 0
    _place_keys(placing, request, parts, last)
    _place_exit(placing, request, start, parts == last, chosen[last - 1].cell if last else None)
    way, moves = _way(placing, start)
    return Mission(start, way, moves)


def _exit_part(placing: Placing, chosen: list[Chokepoint], parts: NDArray[np.int64]) -> int:
    """Return the part for the exit: one with no door inside; 0 where a pinned exit forbids that."""
    inmost = [
        i
        for i, point in enumerate(chosen, 1)
        if not any(point.first <= other.cell_number < point.last for other in chosen)
    ]
    held = _held(placing, Role.EXIT)
    if held:
        here = int(parts[held[0]])
        return here if here in inmost else 0
    inmost = [i for i in inmost if (placing.spots & (parts == i)).any()]
    return inmost[placing.stream.fork("exit part").below(len(inmost))] if inmost else 0


def _place_keys(placing: Placing, request: LevelRequest, parts: NDArray[np.int64], last: int) -> None:
    """Put a key into the start's part and every shut part but the exit's; spare ones before all doors."""
    locks = placing.held(Role.LOCK)
    held = [int(parts[cell]) for cell in _held(placing, Role.KEY)]
    wanted = request.keys or (locks, max(locks, len(held)))
    wanted = (max(wanted[0], locks), max(wanted[1], locks))
    number = count(len(held), wanted, 0, int(placing.spots.sum()), "keys")
    if not number:
        return
    key = placing.tile(Role.KEY)
    # With the exit before a door the scheme of the module's first lines does not hold: then all
    # keys lie before the first door, which is safe too.
    homes = [0, *(i for i in range(1, int(parts.max()) + 1) if i != last)] if last else []
    for home in held:
        if home in homes:
            homes.remove(home)
    homes = (homes + [0] * number)[:number]
    for i, home in enumerate(homes):
        ranked = placing.ranked(key, f"put key {i}", placing.spots & (parts == home))
        if not ranked:
            raise Unplaceable("keys", "no floor is left for a key: ask for fewer keys or more openness")
        placing.put(ranked[0], key)


def _place_exit(
    placing: Placing, request: LevelRequest, start: Cell, where: NDArray[np.bool_], door: Cell | None
) -> None:
    """Place the exit at a distance that meets the path control; else far from the start.

    Raises:
        Unplaceable: If no free cell of ``where`` (H, W) lies at such a distance.
    """
    draft = placing.draft
    if _held(placing, Role.EXIT):
        return
    tile = placing.tile(Role.EXIT)
    if door is None:
        moves = distances(draft.walkable & (where | placing.having(Role.START)), start)
    else:
        inside = where.copy()
        inside[door] = True
        beyond = distances(inside, door)
        moves = np.where(beyond > 0, beyond + _moves_to(placing, door), -1)
    able = placing.spots & where & (moves > 0)
    if not able.any():
        raise Unplaceable("exit", "no floor is left for an exit: ask for fewer locks or more openness")
    low, high = request.path or (int(moves[able].max() * 3 // 5), int(moves[able].max()))
    fits = able & (moves >= low) & (moves <= high)
    if not fits.any():
        span = f"{int(moves[able].min())}..{int(moves[able].max())}"
        raise Unplaceable("path", f"ways here take {span} moves: ask for a path within that, or a larger map")
    placing.put(placing.ranked(tile, "put exit", fits)[0], tile)


def _moves_to(placing: Placing, door: Cell) -> int:
    """Return the moves of the shortest way that ends by opening ``door``."""
    draft = placing.draft
    ground = read_ground(draft.cells.astype(np.uint8), draft.vocabulary)
    # With the door itself as the goal the solver stops when it opens.
    moves = _solved(replace(ground, exits=((door[0] + 1) * ground.stride + door[1] + 1,)))
    if moves is None:
        raise Unplaceable("solvable", "a door cannot be reached with its key: ask for fewer locks")
    return len(moves)


def _solved(ground: Ground) -> str | None:
    try:
        return solve(ground)
    except Undecided as reason:
        raise Unplaceable("solvable", f"not decided, {reason}: ask for fewer keys and locks") from reason


def _way(placing: Placing, start: Cell) -> tuple[NDArray[np.bool_], str]:
    draft = placing.draft
    ground = read_ground(draft.cells.astype(np.uint8), draft.vocabulary)
    moves = _solved(ground)
    if moves is None:
        raise Unplaceable("solvable", "start and exit are parted by pinned cells: free some of them")
    way = np.zeros(draft.cells.shape, np.bool_)
    y, x = start
    for move in moves:
        y, x = y + (move == "D") - (move == "U"), x + (move == "R") - (move == "L")
        way[y, x] = True
    return way, moves
