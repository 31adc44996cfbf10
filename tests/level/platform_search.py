"""The judge of the platform solver: a search over full states that plays every letter on the simulator."""

from copy import copy

from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.replay import Body, Misplay
from playloom.kinds.level.vocabulary import Role

State = tuple[int, int, int | None, frozenset[tuple[int, int]]]


def every_state(level: Level) -> dict[State, dict[str, State]]:
    """Return each state that plays reach (x, y, clock, keys taken and doors opened), with its moves."""
    assert isinstance(level.movement, Platform)
    ((x, y),) = [
        (x, y)
        for y, row in enumerate(level.cells.tolist())
        for x, tile in enumerate(row)
        if level.vocabulary.tiles[tile].role is Role.START
    ]
    bodies = [Body(level, x, y, level.movement)]
    moves: dict[State, dict[str, State]] = {_state(bodies[0]): {}}
    for body in bodies:  # grows as it goes
        for letter in "LRUDJ[].":
            after = copy(body)
            after.spent, after.passed = set(body.spent), []
            try:
                after.tick(letter)
            except Misplay:
                continue
            if _state(after) not in moves:
                moves[_state(after)] = {}
                bodies.append(after)
            moves[_state(body)][letter] = _state(after)
    return moves


def _state(body: Body) -> State:
    # All clocks of a fall at full speed are one.
    clock = body.clock
    while clock is not None and body.falls_fast(clock):
        clock -= 1
    return body.x, body.y, clock, frozenset(body.spent)


def ticks_from(moves: dict[State, dict[str, State]], first: State) -> dict[State, int]:
    """Return the ticks of the shortest play from ``first`` to each state in its reach."""
    ticks, queue = {first: 0}, [first]
    for state in queue:  # grows as it goes
        for after in moves[state].values():
            if after not in ticks:
                ticks[after] = ticks[state] + 1
                queue.append(after)
    return ticks


def lasting(moves: dict[State, dict[str, State]]) -> set[tuple[int, int]]:
    """Return the places (x, y) in which the player can be held yet, from whichever state he survives."""
    held = {state for state in moves if state[2] is None}
    places: set[tuple[int, int]] | None = None
    for state in ticks_to(moves, held):
        reached = ticks_from(moves, state)
        allowed = {after[:2] for after in reached if after[2] is None}
        places = allowed if places is None else places & allowed
    return places or set()


def ticks_to(moves: dict[State, dict[str, State]], goals: set[State]) -> dict[State, int]:
    """Return the ticks from each state to the nearest of ``goals``; absent where none is in reach."""
    before: dict[State, set[State]] = {}
    for state, nexts in moves.items():
        for after in nexts.values():
            before.setdefault(after, set()).add(state)
    ticks = dict.fromkeys(goals, 0)
    queue = list(goals)
    for state in queue:  # grows as it goes
        for earlier in before.get(state, ()):
            if earlier not in ticks:
                ticks[earlier] = ticks[state] + 1
                queue.append(earlier)
    return ticks
