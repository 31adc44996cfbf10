"""A separate simulator: plays a list of moves on a level, one step at a time.

It knows the rules of the game and nothing of searching, so that a mistake in
the solver cannot hide in the replay.
"""

from dataclasses import dataclass

from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import Passability, Role


@dataclass(frozen=True)
class Replay:
    """How a play ended: ``problem`` is empty when it ended on the exit."""

    x: int
    y: int
    steps: int
    keys: int  # in hand at the end
    problem: str


def replay(level: Level, moves: str) -> Replay:
    """Play ``moves`` (letters U, D, L, R) from the level's start."""
    tiles = level.vocabulary.tiles
    world = [[tiles[i] for i in row] for row in level.cells.tolist()]
    starts = [(x, y) for y, row in enumerate(world) for x, tile in enumerate(row) if tile.role is Role.START]
    if len(starts) != 1:
        return Replay(0, 0, 0, 0, f"the map has {len(starts)} starts")
    x, y = starts[0]
    keys = 0
    taken: set[tuple[int, int]] = set()
    for number, letter in enumerate(moves):
        if letter not in "UDLR":
            return Replay(x, y, number, keys, f"move {number} is {letter!r}, not one of U, D, L, R")
        to_x = x + (letter == "R") - (letter == "L")
        to_y = y + (letter == "D") - (letter == "U")
        if not (0 <= to_x < level.width and 0 <= to_y < level.height):
            return Replay(x, y, number, keys, f"move {number} leaves the map at ({x}, {y})")
        tile = world[to_y][to_x]
        if tile.passability is not Passability.OPEN:
            return Replay(x, y, number, keys, f"move {number} runs into {tile.name} at ({to_x}, {to_y})")
        if (to_x, to_y) not in taken:
            if tile.role is Role.LOCK:
                if not keys:
                    return Replay(
                        x,
                        y,
                        number,
                        keys,
                        f"move {number} meets a locked door at ({to_x}, {to_y}) without a key",
                    )
                keys -= 1
                taken.add((to_x, to_y))
            elif tile.role is Role.KEY:
                keys += 1
                taken.add((to_x, to_y))
        x, y = to_x, to_y
    problem = "" if world[y][x].role is Role.EXIT else f"the moves end at ({x}, {y}), not on an exit"
    return Replay(x, y, len(moves), keys, problem)
