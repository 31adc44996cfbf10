"""Locked doors in a level seen from the side, each across the way on, and their keys before them.

A door alone seldom shuts a part of such a map: whoever can, jumps over it. So the column above it is walled
up to the next solid cell. A place is taken only if the exact search finds that this shuts off a part, and
that no order of keys and doors strands the player.
"""

from dataclasses import dataclass

import numpy as np

from playloom.kernels.chance import noise
from playloom.kinds.level.content import LOCK_HIGH, LevelRequest
from playloom.kinds.level.draft import NATS
from playloom.kinds.level.place import Unplaceable, count
from playloom.kinds.level.platform.place import Cell, Flags, Scene, last_door
from playloom.kinds.level.platform.plays import Plays
from playloom.kinds.level.platform.solve import explore, searchable
from playloom.kinds.level.platform.ways import tiles_of
from playloom.kinds.level.vocabulary import Passability, Role

_TRIALS = 8  # places tried for one door
_LIKELY = 2  # doors at most where the request leaves them to the network
_DEAR = 24 * NATS  # the most that a gate nobody asked for may cost
_ROOM = 4  # cells at least that a door must shut off
_LOST = 8  # at most one in so many of the cells in reach may be lost to the wall
_WORTH = (Role.KEY, Role.LOCK, Role.PICKUP, Role.CHEST, Role.PERSON, Role.EXIT)


@dataclass(frozen=True)
class _Gate:
    """A door in a way, and the cells above it to be walled up."""

    door: Cell
    wall: tuple[Cell, ...]
    cost: int


def place_gates(made: Scene, request: LevelRequest, *, likely: bool) -> None:
    """Place keys and locked doors under the request's controls.

    Args:
        made: Where to.
        request: The controls.
        likely: Also doors that nobody asked for, if the network expects some.

    Raises:
        Unplaceable: If a control cannot be met.
    """
    wanted, number = _number(made, request, likely=likely)
    held = len(made.held(Role.LOCK))
    short = held - len(made.held(Role.KEY))
    for _ in range(max(0, short)):
        _put_key(made, "put key for a pinned door", None)
    added = 0
    while added < number and _add_gate(made, f"gate {added}", asked=wanted):
        added += 1
    if wanted and added < number:
        raise Unplaceable("locks", f"only {added} places for doors shut off a part: ask for fewer locks")
    keys = len(made.held(Role.KEY))
    span = request.keys or (held + added, max(held + added, keys))
    for _ in range(count(keys, (max(span[0], held + added), max(span[1], held + added)), 0, 4096, "keys")):
        _put_key(made, "put spare key", None)


def _number(made: Scene, request: LevelRequest, *, likely: bool) -> tuple[bool, int]:
    """Return whether doors were asked for, and how many to add."""
    placing = made.placing
    tiles = placing.draft.vocabulary.ids(Role.LOCK)
    held = placing.held(Role.LOCK)
    wanted = request.locks if request.locks is not None else request.keys
    if wanted is not None and request.keys is not None:
        wanted = (wanted[0], max(wanted[0], min(wanted[1], request.keys[1])))
    if not tiles or not placing.draft.vocabulary.ids(Role.KEY):
        return wanted is not None, count(held, wanted, 0, 0, "locks")
    expected = min(placing.expected(tiles, "expected locks"), LOCK_HIGH - held)
    if wanted is None:
        likely &= searchable(placing.draft.cells.shape, made.movement, keys=1, doors=1)
        return False, min(max(expected, 0), _LIKELY) if likely else 0
    return True, count(held, wanted, max(expected, 0), int(placing.spots.sum()), "locks")


def _put_key(made: Scene, name: str, where: Flags | None) -> bool:
    """Put a key where it can be fetched whatever was played before; return whether there was such a place.

    Raises:
        Unplaceable: If there is none and no part was named in which it must be.
    """
    able = made.plays().lasting() & made.placing.spots
    places = able if where is None else able & where
    if not places.any():
        if where is None:
            raise Unplaceable("keys", "no ground is left for a key: ask for fewer keys")
        return False
    places = places & made.grounded if (places & made.grounded).any() else places
    made.placing.put(made.ranked(Role.KEY, name, places)[0], made.placing.tile(Role.KEY))
    return True


def _add_gate(made: Scene, name: str, *, asked: bool) -> bool:
    """Put one more door across the way to the farthest place, and its key before it."""
    plays = made.plays()
    doors = len(made.held(Role.LOCK))
    beyond = plays.behind(last_door(plays, doors)) if doors else np.ones(plays.shape, np.bool_)
    gates = [gate for gate in _on_the_way(made, plays, beyond, name) if asked or gate.cost <= _DEAR][:_TRIALS]
    if asked:
        gates += _across(made, plays, beyond, name)[:_TRIALS]
    return any(_try_gate(made, gate, plays.touched, beyond, name) for gate in gates)


def _on_the_way(made: Scene, plays: Plays, beyond: Flags, name: str) -> list[_Gate]:
    """Return gates across the way to the farthest place of ``beyond`` (H, W), the best first."""
    ticks = np.where(plays.lasting() & beyond, plays.arrivals(held=True), -1)
    if ticks.max() <= 0:
        return []
    stride = plays.shape[1] + 2
    y, x = divmod(int(ticks.argmax()), plays.shape[1])
    way = plays.way(np.flatnonzero((plays.cells == (y + 1) * stride + x + 1) & plays.held))
    cells, held = plays.cells[way].tolist(), plays.held[way].tolist()
    chances = noise(made.placing.stream.fork(name).bits(len(cells)))
    found: dict[Cell, tuple[int, _Gate]] = {}
    for i in range(len(cells) // 8 + 1, len(cells) - 1):
        here = (cells[i] // stride - 1, cells[i] % stride - 1)
        run = all(held[i - 1 : i + 2]) and abs(cells[i + 1] - cells[i - 1]) == 2
        if run and cells[i] - cells[i - 1] in (-1, 1) and beyond[here] and here not in found:
            gate = _gate(made, here, whole=False)
            if gate is not None:
                # In the middle of the way rather than at its ends.
                found[here] = (gate.cost + abs(2 * i - len(cells)) * NATS // 4 - int(chances[i]), gate)
    return [gate for _, gate in sorted(found.values(), key=lambda pair: (pair[0], pair[1].door))]


def _across(made: Scene, plays: Plays, beyond: Flags, name: str) -> list[_Gate]:
    """Return gates that part the map from top to bottom, at most one a column, the best first."""
    held = plays.arrivals(held=True) >= 0
    able = np.zeros_like(held)
    able[:, 1:-1] = held[:, 1:-1] & held[:, :-2] & held[:, 2:]
    able &= beyond & made.placing.spots & made.grounded
    width = able.shape[1]
    chances = noise(made.placing.stream.fork(f"{name} across").bits(able.size)).reshape(able.shape)
    found = []
    for x in np.flatnonzero(able.any(axis=0)).tolist():
        rows = np.flatnonzero(able[:, x])
        y = int(rows[chances[rows, x].argmax()])
        gate = _gate(made, (y, x), whole=True)
        if gate is not None and abs(x - made.start[1]) > width // 8:
            found.append((gate.cost + abs(2 * x - width) * NATS // 4 - int(chances[y, x]), gate))
    return [gate for _, gate in sorted(found, key=lambda pair: (pair[0], pair[1].door))]


def _gate(made: Scene, door: Cell, *, whole: bool) -> _Gate | None:
    """Return the gate at ``door``, walled up to the next solid cell or as a ``whole`` column.

    None where pinned cells or objects forbid it.
    """
    draft = made.placing.draft
    solid = np.array([t.passability is Passability.SOLID for t in draft.vocabulary.tiles])
    block = tiles_of(draft.vocabulary, Passability.SOLID, role=Role.WALL)
    if not (made.placing.spots[door] and made.grounded[door] and block.any()):
        return None
    y, x = door
    shut = solid[draft.cells[:, x]]
    above = np.flatnonzero(shut[:y])
    top = 0 if whole or not len(above) else int(above[-1]) + 1
    rows = [row for row in range(top, len(shut) if whole else y) if not shut[row] and row != y]
    if any(draft.fixed[row, x] or draft.vocabulary.objects[draft.cells[row, x]] for row in rows):
        return None
    cost = sum(int(draft.surprise[row, x, block].min()) for row in rows)
    return _Gate(door, tuple((row, x) for row in rows), cost)


def _try_gate(made: Scene, gate: _Gate, touched: Flags, beyond: Flags, name: str) -> bool:
    """Put up a gate and its key if the door then shuts off a part and strands nobody; else leave no trace."""
    if int((touched & ~_short_of(made, gate)).sum()) < _ROOM:
        return False
    placing = made.placing
    draft = placing.draft
    before = draft.cells.copy(), placing.spots.copy(), len(draft.edits)
    block = np.flatnonzero(tiles_of(draft.vocabulary, Passability.SOLID, role=Role.WALL))
    for y, x in gate.wall:
        tile = int(block[draft.surprise[y, x, block].argmin()])
        draft.change(y, x, tile, "walls up the way over a locked door")
        placing.spots[y, x] = False
    placing.put(gate.door, placing.tile(Role.LOCK))
    shut = touched & ~made.plays().touched
    near = beyond & ~shut
    keyed = int(shut.sum()) >= _ROOM and _put_key(made, f"{name}: put key", near)
    if keyed and _still_good(made, touched, shut):
        return True
    draft.cells[:], placing.spots[:] = before[0], before[1]
    del draft.edits[before[2] :]
    return False


def _still_good(made: Scene, touched: Flags, shut: Flags) -> bool:
    """Whether with a new door nearly all of ``touched`` (H, W) still is, and plays can end in ``shut``."""
    placing = made.placing
    plays = made.plays()
    lost, lasting = touched & ~plays.touched, plays.lasting()
    if (lost & placing.draft.vocabulary.having(*_WORTH)[placing.draft.cells]).any():
        return False
    ends = all(lasting[cell] for cell in made.held(Role.EXIT)) and (lasting & shut & placing.spots).any()
    return bool(ends) and int(lost.sum()) * _LOST <= int(touched.sum())


def _short_of(made: Scene, gate: _Gate) -> Flags:
    """Return what plays touch (H, W) while a gate is shut and all other doors open: a quick first look."""
    draft = made.placing.draft
    vocabulary = draft.vocabulary
    cells = draft.cells.copy()
    cells[vocabulary.having(Role.KEY, Role.LOCK)[cells]] = made.air
    for cell in (gate.door, *gate.wall):
        cells[cell] = np.flatnonzero(tiles_of(vocabulary, Passability.SOLID, role=Role.WALL))[0]
    return explore(cells, vocabulary, made.movement).touched
