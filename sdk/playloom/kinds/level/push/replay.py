"""A separate simulator: plays a list of moves on a Sokoban level, one step at a time.

It knows the rules of the game and nothing of searching or sets of bits, so
that a mistake in the solver cannot hide in the replay.
"""

from dataclasses import dataclass

from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import Passability, Role

_MOVES = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}

Place = tuple[int, int]  # (x, y)


@dataclass(frozen=True)
class Play:
    """How a play ended: ``problem`` is empty when every crate ended on a goal."""

    line: tuple[tuple[Place, str], ...]  # each push: where the crate stood at the very first, and the letter
    problem: str

    @property
    def pushes(self) -> int:
        """Pushes made."""
        return len(self.line)

    @property
    def pushed(self) -> int:
        """Crates that were pushed at least once."""
        return len({crate for crate, _ in self.line})

    @property
    def lines(self) -> int:
        """Rows of pushes of one crate in one direction (box lines, Taylor and Parberry 2011)."""
        return sum(i == 0 or self.line[i - 1] != push for i, push in enumerate(self.line))


def replay(level: Level, moves: str) -> Play:
    """Play ``moves`` (letters U, D, L, R) from the level's start."""
    tiles = level.vocabulary.tiles
    world = {(x, y): tiles[i] for y, row in enumerate(level.cells.tolist()) for x, i in enumerate(row)}
    starts = [place for place, tile in world.items() if tile.role is Role.START]
    if len(starts) != 1:
        return Play((), f"the map has {len(starts)} starts")
    x, y = starts[0]
    crates = {place: place for place, tile in world.items() if tile.role in (Role.CRATE, Role.STORED)}
    line: list[tuple[Place, str]] = []

    def shut(place: Place) -> bool:
        return place not in world or world[place].passability is not Passability.OPEN

    for number, letter in enumerate(moves):
        if letter not in _MOVES:
            return Play(tuple(line), f"move {number} is {letter!r}, not one of U, D, L, R")
        right, down = _MOVES[letter]
        to, beyond = (x + right, y + down), (x + 2 * right, y + 2 * down)
        if shut(to):
            return Play(tuple(line), f"move {number} runs into a wall at {to}")
        if to in crates:
            if shut(beyond) or beyond in crates:
                return Play(
                    tuple(line), f"move {number} pushes a crate from {to} against something at {beyond}"
                )
            crates[beyond] = crates.pop(to)
            line.append((crates[beyond], letter))
        x, y = to
    goal = {place for place, tile in world.items() if tile.role in (Role.GOAL, Role.STORED)}
    goal |= {place for place in starts if world[place].name == "start_on_goal"}
    bare = [place for place in crates if place not in goal]
    return Play(tuple(line), f"the moves leave a crate off its goal, at {bare[0]}" if bare else "")
