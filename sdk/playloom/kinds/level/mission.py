"""Start, locked doors, exit and keys: the order in which a level is to be solved.

Doors stand at chokepoints, so each one shuts a part of the map. The exit lies
in one with no door inside; the start holds a key, and every other shut part holds one.
Whichever door is opened first then pays its key back, except the last, which
opens the way to the exit: no order of doors can strand the player.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.chokepoints import Chokepoint, narrow, part
from playloom.kinds.level.content import LOCK_HIGH, LevelRequest, Range
from playloom.kinds.level.draft import closing_tiles
from playloom.kinds.level.place import Cell, Placing, Unplaceable, count
from playloom.kinds.level.solve import read_ground, solve
from playloom.kinds.level.vocabulary import Role

_LEAST_PART = 8  # cells that a locked door shuts, at least
_STARTS = 6  # places tried for the start under a path control


@dataclass(frozen=True)
class Mission:
    """What was placed: the start and the cells of the shortest solution."""

    start: Cell
    way: NDArray[np.bool_]  # (H, W)


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


def _one(placing: Placing, role: Role) -> int:
    tiles = placing.draft.vocabulary.ids(role)
    if not tiles:
        raise Unplaceable(role.value, f"this package has no {role.value} tile")
    return tiles[0]


def _held(placing: Placing, role: Role) -> list[Cell]:
    return [(y, x) for y, x in np.argwhere(_is(placing, role)).tolist()]


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
    ranked = placing.ranked(_one(placing, Role.START), "put start", placing.spots)
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


def distances(walkable: NDArray[np.bool_], start: Cell) -> NDArray[np.int64]:
    """Return the moves from ``start`` to each cell, shape (H, W); -1 where no way leads."""
    stride = walkable.shape[1] + 2
    free = np.pad(walkable, 1).ravel().tolist()
    steps = [-1] * len(free)
    first = (start[0] + 1) * stride + start[1] + 1
    steps[first] = 0
    queue = [first]
    for cell in queue:  # grows as it goes
        beyond = steps[cell] + 1
        for to in (cell - stride, cell + stride, cell - 1, cell + 1):
            if free[to] and steps[to] < 0:
                steps[to] = beyond
                queue.append(to)
    return np.array(steps, np.int64).reshape(-1, stride)[1:-1, 1:-1]


def _carry_out(placing: Placing, request: LevelRequest, plan: _Plan) -> Mission:
    draft, start = placing.draft, plan.start
    if draft.cells[start] not in draft.vocabulary.ids(Role.START):
        placing.put(start, _one(placing, Role.START))
    chosen = _choose_locks(placing, start, plan.locks, must=request.locks or request.keys)
    for point in chosen:
        placing.put(point.cell, _one(placing, Role.LOCK))
    parts = _shut_parts(placing, start, chosen)
    last = _exit_part(placing, chosen, parts) if plan.behind else 0
    _place_keys(placing, request, parts, last)
    _place_exit(placing, request, start, parts == last, chosen[last - 1].cell if last else None)
    return Mission(start, _way(placing, start))


def _choose_locks(placing: Placing, start: Cell, number: int, must: Range | None) -> list[Chokepoint]:
    """Return ``number`` chokepoints that each shut a part of their own; fewer where nothing was asked."""
    if not number:
        return []
    draft = placing.draft
    liking = placing.liking(_one(placing, Role.LOCK), "put locks")
    chosen: list[Chokepoint] = []
    for carved in range(2 * number + 1):
        parts = part(draft.walkable, start)
        able = [p for p in parts.points if p.behind >= _LEAST_PART and not draft.fixed[p.cell]]
        able = [p for p in able if not draft.vocabulary.objects[draft.cells[p.cell]]]
        cells = int(parts.number.max()) + 1
        # Small parts leave room for more doors.
        chosen = max(
            _choose(sorted(able, key=lambda p: -int(liking[p.cell])), number, cells),
            _choose(sorted(able, key=lambda p: p.behind), number, cells),
            key=len,
        )
        if len(chosen) == number or must is None:
            return chosen
        _carve(placing, [start, *(p.cell for p in chosen)], carved)
    if must is not None and placing.held(Role.LOCK) + len(chosen) < must[0]:
        raise Unplaceable(
            "locks", "too few narrow places for doors: ask for fewer keys and locks or less openness"
        )
    return chosen


def _choose(points: list[Chokepoint], number: int, cells: int) -> list[Chokepoint]:
    chosen: list[Chokepoint] = []
    for point in points:
        if len(chosen) < number and _apart([*chosen, point], cells):
            chosen.append(point)
    return chosen


def _apart(points: list[Chokepoint], cells: int) -> bool:
    """Whether each part, less what its inner doors shut, is large enough; the start's part too."""
    left = [cells, *(point.behind for point in points)]
    for point in points:
        around = [i for i, p in enumerate(points, 1) if p.first <= point.cell_number < p.last]
        home = min(around, key=lambda i: points[i - 1].behind, default=0)
        left[home] -= point.behind + 1
    return min(left) >= _LEAST_PART


def _carve(placing: Placing, taken: list[Cell], number: int) -> None:
    """Close the cheapest cells around a place far from those ``taken``, but one: the door of a new part."""
    draft = placing.draft
    walkable = draft.walkable
    steps = np.min([distances(walkable, cell) for cell in taken], axis=0)
    chance = placing.stream.fork(f"carve {number}").bits(steps.size).reshape(steps.shape)
    remote = walkable & (steps * 4 >= int(steps.max()) * 3)
    y, x = np.unravel_index(int(np.where(remote, chance, 0).argmax()), steps.shape)
    around = distances(walkable, (int(y), int(x)))
    around[~walkable] = around.max() + 1
    radius = int(np.sort(around, axis=None)[2 * _LEAST_PART])
    tile, cost = draft.cheapest(closing_tiles(draft.vocabulary))
    keep = draft.fixed | draft.vocabulary.objects[draft.cells]
    inner, outer = walkable & (around <= radius), walkable & (around >= 3 * radius + 3)
    cut = narrow(walkable, np.where(keep, 0, cost), inner, outer) if outer.any() else None
    if cut is None or len(cut) < 2:
        return
    liking = placing.liking(_one(placing, Role.LOCK), f"door {number}")
    door = max(((y, x) for y, x in cut.tolist()), key=lambda cell: int(liking[cell]))
    for cell in ((y, x) for y, x in cut.tolist()):
        if cell != door:
            draft.change(*cell, int(tile[cell]), "narrows a way to a door's width")
            placing.spots[cell] = False


def _shut_parts(placing: Placing, start: Cell, chosen: list[Chokepoint]) -> NDArray[np.int64]:
    """Return (H, W): 0 where the start's part is, i behind the i-th lock alone, -1 elsewhere."""
    draft = placing.draft
    result = np.full(draft.cells.shape, -1, np.int64)
    locks = _is(placing, Role.LOCK)
    number = part(draft.walkable, start).number
    if not chosen:
        result[distances(draft.walkable & ~locks, start) >= 0] = 0
        return result
    result[(number >= 0) & ~locks] = 0
    for i in sorted(range(len(chosen)), key=lambda i: -chosen[i].behind):
        point = chosen[i]
        result[(number >= point.first) & (number < point.last) & ~locks] = i + 1
    result[(result == 0) & (distances(draft.walkable & ~locks, start) < 0)] = -1
    return result


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
    return inmost[placing.stream.fork("exit part").below(len(inmost))] if inmost else 0


def _place_keys(placing: Placing, request: LevelRequest, parts: NDArray[np.int64], last: int) -> None:
    """Put one key into the start's part and one into every shut part but the exit's; spare ones anywhere."""
    locks = placing.held(Role.LOCK)
    held = placing.held(Role.KEY)
    wanted = request.keys or (locks, max(locks, held))
    number = count(held, (max(wanted[0], locks), max(wanted[1], locks)), 0, int(placing.spots.sum()), "keys")
    if not number:
        return
    key = _one(placing, Role.KEY)
    shut = [i for i in range(1, int(parts.max()) + 1) if i != last]
    # With pinned keys or an exit at the start the scheme of the module's first lines does not
    # hold: then all keys lie before the first door, which is safe too.
    homes = [0, *shut] if last and not held else [0]
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
    tile = _one(placing, Role.EXIT)
    if door is None:
        moves = distances(draft.walkable & (where | _is(placing, Role.START)), start)
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


def _is(placing: Placing, role: Role) -> NDArray[np.bool_]:
    return placing.draft.vocabulary.having(role)[placing.draft.cells]


def _moves_to(placing: Placing, door: Cell) -> int:
    """Return the moves of the shortest way that ends by opening ``door``."""
    draft = placing.draft
    ground = read_ground(draft.cells.astype(np.uint8), draft.vocabulary)
    # With the door itself as the goal the solver stops when it opens.
    moves = solve(replace(ground, exits=((door[0] + 1) * ground.stride + door[1] + 1,)))
    if moves is None:
        raise Unplaceable("solvable", "a door cannot be reached with its key: ask for fewer locks")
    return len(moves)


def _way(placing: Placing, start: Cell) -> NDArray[np.bool_]:
    draft = placing.draft
    ground = read_ground(draft.cells.astype(np.uint8), draft.vocabulary)
    moves = solve(ground)
    if moves is None:
        raise Unplaceable("solvable", "start and exit are parted by pinned cells: free some of them")
    way = np.zeros(draft.cells.shape, np.bool_)
    y, x = start
    for move in moves:
        y, x = y + (move == "D") - (move == "U"), x + (move == "R") - (move == "L")
        way[y, x] = True
    return way
