"""Walks a level by the rules of a game seen from above, apart from the code that made it."""

from collections import deque

from playloom.packing.reading import Map, Spot

_MOVES = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}
_SHUT = frozenset({"solid", "liquid", "harm"})


class Broken(Exception):
    """A reference that leads nowhere; says which."""


def walk(level: Map) -> list[Spot]:
    """Return the cells that the solution passes, the start first.

    Raises:
        Broken: If a step is against the rules, or it does not end on the exit.
    """
    starts = [spot for spot, role in level.objects.items() if role == "start"]
    if len(starts) != 1:
        raise Broken(f"the level has {len(starts)} starts, expected one")
    at, keys, passed = starts[0], 0, starts
    taken: set[Spot] = set()
    for number, move in enumerate(level.solution, 1):
        across, down = _MOVES.get(move, (0, 0))
        at = (at[0] + across, at[1] + down)
        role = level.objects.get(at)
        if move not in _MOVES or level.ground.get(at, "solid") in _SHUT or role == "crate":
            raise Broken(
                f"move {number} of the solution, {move!r}, leads to column {at[0]}, row {at[1]}: no way"
            )
        if role in ("key", "lock") and at not in taken:
            keys += 1 if role == "key" else -1
            taken.add(at)
        if keys < 0:
            raise Broken(f"move {number} of the solution opens a door without a key")
        passed.append(at)
    if level.objects.get(at) != "exit":
        raise Broken("the solution does not end on the exit")
    return passed


def reach(level: Map) -> set[Spot]:
    """Return the cells that can be reached from the start without a key."""
    open_now = deque(spot for spot, role in level.objects.items() if role == "start")
    seen = {*open_now}
    while open_now:
        x, y = open_now.popleft()
        for across, down in _MOVES.values():
            spot = (x + across, y + down)
            shut = level.ground.get(spot, "solid") in _SHUT or level.objects.get(spot) == "lock"
            if spot not in seen and not shut:
                seen.add(spot)
                open_now.append(spot)
    return seen
