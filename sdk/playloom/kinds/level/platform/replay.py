"""A separate simulator: plays the moves of a solution on a level seen from the side, tick by tick.

It knows the rules that `physics` states, in its own words and code, and nothing of searching, so that a
mistake in the solver cannot hide in the replay.
"""

from dataclasses import dataclass

from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.vocabulary import Passability, Role, Tile

_ASIDE = {"L": -1, "R": 1, "[": -1, "]": 1}


@dataclass(frozen=True)
class Replay:
    """How a play ended: ``problem`` is empty when it ended on the exit."""

    cells: tuple[tuple[int, int], ...]  # (x, y) of every cell the body was in, the start first
    ticks: int
    jumps: int
    keys: int  # in hand at the end
    problem: str


class Misplay(Exception):
    """A move that the rules do not allow, or that kills."""


def replay(level: Level, moves: str) -> Replay:
    """Play ``moves`` (one letter a tick, as in `physics`) from the level's start."""
    starts = [
        (x, y)
        for y, row in enumerate(level.cells.tolist())
        for x, tile in enumerate(row)
        if level.vocabulary.tiles[tile].role is Role.START
    ]
    if len(starts) != 1 or not isinstance(level.movement, Platform):
        return Replay(
            (), 0, 0, 0, f"the map has {len(starts)} starts, or its movement is not seen from the side"
        )
    body = Body(level, *starts[0], level.movement)
    for number, letter in enumerate(moves):
        try:
            body.tick(letter)
        except Misplay as misplay:
            where = f"tick {number}, at ({body.x}, {body.y}): {misplay}"
            return Replay(tuple(body.passed), number, body.jumps, body.keys, where)
    role = level.vocabulary.tiles[level.cells[body.y, body.x]].role
    problem = "" if role is Role.EXIT else f"the moves end at ({body.x}, {body.y}), not on an exit"
    return Replay(tuple(body.passed), len(moves), body.jumps, body.keys, problem)


def cells_passed(level: Level, moves: str) -> list[tuple[int, int]]:
    """Return (row, column) of every cell the body was in, in order, the start first."""
    return [(y, x) for x, y in replay(level, moves).cells]


class Body:
    """The player: a place, and ``clock``, the ticks since take-off; None while held."""

    def __init__(self, level: Level, x: int, y: int, movement: Platform) -> None:
        self.movement = movement
        self.width, self.height = level.width, level.height
        self.tiles: list[list[Tile]] = [
            [level.vocabulary.tiles[tile] for tile in row] for row in level.cells.tolist()
        ]
        self.x, self.y = x, y
        self.keys = self.jumps = 0
        self.spent: set[tuple[int, int]] = set()  # keys taken, doors opened
        self.passed = [(x, y)]
        self.apex = (movement.jump_length + 1) // 2
        self.clock: int | None = None if self.held() else self.apex

    def tick(self, letter: str) -> None:
        """Play one tick."""
        if self.clock is None:
            self._from_hold(letter)
        else:
            if letter == "D" and self.clock < self.apex:
                self.clock = self.apex
            elif letter not in ".LR":
                raise Misplay(f"{letter!r} is no move in the air")
            self._fly(_ASIDE.get(letter, 0))
        here = (self.x, self.y)
        if self._passability(*here) is not None and here not in self.spent and self._role(*here) is Role.KEY:
            self.spent.add(here)
            self.keys += 1

    def _from_hold(self, letter: str) -> None:
        if letter == ".":
            return
        if letter in "J[]":
            if self._ladder(self.x, self.y) and not self.stands():
                raise Misplay("a jump from the middle of a ladder")
            self.jumps += 1
            self.clock = 0
            self._fly(_ASIDE.get(letter, 0))
            return
        if letter in "LR":
            to = (self.x + _ASIDE[letter], self.y)
            if self._shut(*to) and self.keys:
                self.keys -= 1
                self.spent.add(to)
        elif letter == "U" and self._ladder(self.x, self.y):
            to = (self.x, self.y - 1)
        elif letter == "D" and (self._ladder(self.x, self.y) or self._carries_softly(self.x, self.y + 1)):
            to = (self.x, self.y + 1)
        else:
            raise Misplay(f"{letter!r} is no move here")
        if self._solid(*to):
            raise Misplay(f"({to[0]}, {to[1]}) stands in the way")
        self._enter(*to)
        self.clock = None if self.held() else self.apex

    def _fly(self, aside: int) -> None:
        """One tick in the air: first up or down, cell by cell, then aside."""
        assert self.clock is not None
        top = self.y
        gain = self._height(self.clock + 1) - self._height(self.clock)
        gain = max(gain, -self.movement.fall_speed)
        if self.falls_fast(self.clock):
            gain = -self.movement.fall_speed
        stopped = False
        for _ in range(abs(gain)):
            to = self.y - 1 if gain > 0 else self.y + 1
            if self._solid(self.x, to) or (gain < 0 and self._carries_softly(self.x, to)):
                stopped = True
                break
            self._enter(self.x, to)
        if aside:
            self._steer(aside, top)
        self.clock = self.apex if stopped else self.clock + 1
        if self.clock >= self.apex and self.held():
            self.clock = None

    def _steer(self, aside: int, top: int) -> None:
        """Go one cell aside if every row passed on the way down lets the body through."""
        x = self.x + aside
        rows = range(top, self.y + 1) if self.y > top else range(self.y, self.y + 1)
        if any(self._solid(x, y) or (y > top and self._carries_softly(x, y)) for y in rows):
            return
        for y in rows:
            if self._harms(x, y):
                raise Misplay(f"({x}, {y}) harms")
        self._enter(x, self.y)

    def _height(self, ticks: int) -> int:
        """Cells above take-off after ``ticks``: the parabola, to the nearest cell, halves up."""
        length = self.movement.jump_length
        span = (length // 2) * (length - length // 2)
        return (2 * self.movement.jump_height * ticks * (length - ticks) + span) // (2 * span)

    def falls_fast(self, clock: int) -> bool:
        """Whether an earlier tick of the fall was at full speed; it stays so."""
        speed = self.movement.fall_speed
        return any(self._height(t) - self._height(t + 1) >= speed for t in range(self.apex, clock))

    def _enter(self, x: int, y: int) -> None:
        if self._harms(x, y):
            raise Misplay(f"({x}, {y}) harms")
        self.x, self.y = x, y
        self.passed.append((x, y))

    def held(self) -> bool:
        """Whether a body that does not rise is held here."""
        return self._ladder(self.x, self.y) or self.stands()

    def stands(self) -> bool:
        """Whether the cell below carries."""
        below = (self.x, self.y + 1)
        return self._solid(*below) or self._carries_softly(*below)

    def _passability(self, x: int, y: int) -> Passability | None:
        """Return what the map says; None outside of it."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return None
        return self.tiles[y][x].passability

    def _role(self, x: int, y: int) -> Role:
        return self.tiles[y][x].role

    def _shut(self, x: int, y: int) -> bool:
        inside = self._passability(x, y) is not None
        return inside and self._role(x, y) is Role.LOCK and (x, y) not in self.spent

    def _solid(self, x: int, y: int) -> bool:
        if y >= self.height and 0 <= x < self.width:
            return False  # the pit below the map
        return self._passability(x, y) in (None, Passability.SOLID) or self._shut(x, y)

    def _harms(self, x: int, y: int) -> bool:
        if y >= self.height:
            return True
        return self._passability(x, y) in (Passability.HARM, Passability.LIQUID)

    def _ladder(self, x: int, y: int) -> bool:
        return self._passability(x, y) is Passability.CLIMB

    def _carries_softly(self, x: int, y: int) -> bool:
        """Carries from above, without being solid: a one-way platform, the top of a ladder."""
        kind = self._passability(x, y)
        return kind is Passability.ONE_WAY or (kind is Passability.CLIMB and not self._ladder(x, y - 1))
