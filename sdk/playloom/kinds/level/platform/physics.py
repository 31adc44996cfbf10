"""How a body moves in a level seen from the side: the rules, and every single tick of them as arrays.

Time goes in ticks. The player fills one cell and is either *held* (stands, or is on a ladder) or in the air.
`Platform` gives three numbers: ``jump_height`` h, ``jump_length`` l, ``fall_speed``.

**Jump.** After t ticks a jump is ``h t (l - t) / (floor(l/2) ceil(l/2))`` cells above its take-off, rounded
to whole cells, halves up: a parabola through the take-off, through h at its top, and through the height of
the take-off again after l ticks, which are l cells at one cell sideways a tick. (Gravity is 2 h / (floor(l/2)
ceil(l/2)) cells a tick a tick.) From the top on, which is tick ceil(l/2), the body falls: at most
``fall_speed`` cells a tick, and once it is that fast it stays so. (A ``fall_speed`` lower than the arc needs
makes jumps longer.)

**A tick** in the air first moves the body up or down, cell by cell, then at most one cell to a side.

- Upwards it stops under a solid cell (a bumped head: the fall starts, as at the top of a jump). It then goes
  aside if the cell there, at its new height, is not solid.
- Downwards it stops above a solid cell, a one-way platform or the top of a ladder. It then goes aside only if
  all cells at that side, from its old to its new height, let it through: none is solid, and below the old
  height none is a one-way platform or the top of a ladder.
- A body that stops on the ground and leaves it sideways in the same tick starts a fall.

At the end of a tick that is at or past the top of the jump the body is held if it is on a ladder, or if the
cell below is solid, a one-way platform or the top of a ladder. While it still rises it neither lands nor
takes hold.

**What the player may do** in a tick. Held: run to a side (off an edge a fall starts, as at the top of a
jump); jump, straight up or to a side, but not from the middle of a ladder, where nothing carries the feet;
climb a ladder one cell up or down; let go downwards through a one-way platform. In the air: steer to a side
or not; and while rising, end the jump early (the fall starts, straight down). Held, he may also wait.

**What stands in the way.** The sides and the top of the map are solid; below it is death. Cells that harm,
and liquids, are death to a body that touches one, also in passing. One-way platforms and ladders let a body
in from below and from the sides, and through the middle of a ladder it falls freely. A locked door is solid,
and carries, until a held player with a key in hand runs into it from the side: that uses the key up and opens
the door for good. A key, the exit and whatever else is to be reached is touched by ending a tick in its cell;
each key is taken once. Nothing else moves, and nothing else stands in the way but what the vocabulary calls
solid.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.movement import Platform
from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

# Letters of what a player does in a tick, held and in the air; a solution takes the first that is shortest.
HELD = "LRJ[]UD"  # run left and right; jump up, to the left, to the right; climb up; climb or drop down
AIR = ".LRD"  # go on; steer left and right; end the jump
NEVER = -1  # no such move, or death

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Arc:
    """The ticks of a jump; phase 0 is held, phase t > 0 is in the air after t ticks."""

    rises: tuple[int, ...]  # cells gained in the tick that follows phase t = 0 ... last; falls are negative
    top: int  # the first phase that falls, lands and takes hold

    @property
    def last(self) -> int:
        """The phase of full fall speed, which goes on for good."""
        return len(self.rises) - 1


@cache
def arc(movement: Platform) -> Arc:
    """Return the ticks of a jump of ``movement``."""
    length = movement.jump_length
    span = (length // 2) * ((length + 1) // 2)

    def height(tick: int) -> int:
        return (2 * movement.jump_height * tick * (length - tick) + span) // (2 * span)

    top = (length + 1) // 2
    rises = [height(tick + 1) - height(tick) for tick in range(top)]
    while len(rises) == top or rises[-1] > -movement.fall_speed:
        tick = len(rises)
        rises.append(max(height(tick + 1) - height(tick), -movement.fall_speed))
    return Arc(tuple(rises), top)


@dataclass(frozen=True)
class Terrain:
    """A map as a body meets it: cells row by row in a frame one cell wide, solid but deadly below."""

    stride: int
    solid: Flags  # (N,), as all others
    deadly: Flags
    one_way: Flags
    ladder: Flags

    @cached_property
    def carrier(self) -> Flags:
        """Carries from above without being solid: one-way platforms and the tops of ladders."""
        above = np.zeros_like(self.ladder)
        above[self.stride :] = self.ladder[: -self.stride]
        return self.one_way | (self.ladder & ~above)

    @cached_property
    def footing(self) -> Flags:
        """Something below carries the feet."""
        below = np.zeros_like(self.solid)
        below[: -self.stride] = (self.solid | self.carrier)[self.stride :]
        return below

    @cached_property
    def holds(self) -> Flags:
        """A body that does not rise is held here."""
        return self.footing | self.ladder

    def opened(self, locks: tuple[int, ...]) -> "Terrain":
        """Return this terrain with the locked doors in ``locks`` open."""
        solid = self.solid.copy()
        solid[list(locks)] = False
        return Terrain(self.stride, solid, self.deadly, self.one_way, self.ladder)


def read_terrain(cells: NDArray[np.integer], vocabulary: Vocabulary) -> Terrain:
    """Return what matters to a body of ``cells`` (H, W), tile ids of ``vocabulary``; doors are shut."""
    tiles = vocabulary.tiles

    def framed(passabilities: set[Passability], *, sides: bool, bottom: bool) -> NDArray[np.bool_]:
        chosen = np.array([tile.passability in passabilities for tile in tiles])
        frame = np.pad(chosen[cells], 1, constant_values=sides)
        frame[-1] = bottom
        return frame

    solid = framed({Passability.SOLID}, sides=True, bottom=False)
    solid[1:-1, 1:-1] |= vocabulary.having(Role.LOCK)[cells]
    return Terrain(
        stride=cells.shape[1] + 2,
        solid=solid.ravel(),
        deadly=framed({Passability.HARM, Passability.LIQUID}, sides=False, bottom=True).ravel(),
        one_way=framed({Passability.ONE_WAY}, sides=False, bottom=False).ravel(),
        ladder=framed({Passability.CLIMB}, sides=False, bottom=False).ravel(),
    )


@dataclass(frozen=True)
class Moves:
    """Where every move leads; states are ``phase * N + cell``, `NEVER` where a move is none or death."""

    held: Numbers  # (N, len(HELD)), rows of cells where nobody is held mean nothing
    air: Numbers  # (last * N, len(AIR)), phase 1 first


def moves(terrain: Terrain, arc: Arc) -> Moves:
    """Return every move of one tick on ``terrain``."""
    count = len(terrain.solid)
    legs = _Legs(terrain)
    held = np.empty((count, len(HELD)), np.int32)
    air = np.empty((arc.last, count, len(AIR)), np.int32)
    for slot, aside in enumerate((-1, 1)):
        held[:, slot] = _run(terrain, arc, aside)
    jumps = terrain.footing | ~terrain.ladder
    for slot, aside in enumerate((0, -1, 1), 2):
        held[:, slot] = np.where(jumps, legs.tick(arc, 0, aside), NEVER)
    held[:, 5] = np.where(terrain.ladder, _climb(terrain, arc, -terrain.stride), NEVER)
    lets_go = terrain.ladder | np.roll(terrain.carrier, -terrain.stride)
    held[:, 6] = np.where(lets_go, _climb(terrain, arc, terrain.stride), NEVER)
    for phase in range(1, arc.last + 1):
        for slot, aside in enumerate((0, -1, 1)):
            air[phase - 1, :, slot] = legs.tick(arc, phase, aside)
    air[:, :, 3] = NEVER
    air[: arc.top - 1, :, 3] = air[arc.top - 1, :, 0]  # ending a jump: the tick after its top, straight down
    return Moves(held, air.reshape(-1, len(AIR)))


def _state(terrain: Terrain, arc: Arc, ends: NDArray[np.intp], phase: NDArray[np.int32] | int) -> Numbers:
    """Return the states of bodies that end a tick at ``ends`` in ``phase``, held where that is so."""
    held = terrain.holds[ends] & (np.asarray(phase) >= arc.top)
    return np.where(held, ends, np.asarray(phase) * len(terrain.solid) + ends).astype(np.int32)


def _near(terrain: Terrain, step: int) -> NDArray[np.intp]:
    """Return the cell ``step`` further on, of each cell; at the ends of the frame the cell there."""
    count = len(terrain.solid)
    return np.clip(np.arange(count) + step, 0, count - 1)


def _run(terrain: Terrain, arc: Arc, aside: int) -> Numbers:
    to = _near(terrain, aside)
    return np.where(terrain.solid[to] | terrain.deadly[to], NEVER, _state(terrain, arc, to, arc.top))


def _climb(terrain: Terrain, arc: Arc, step: int) -> Numbers:
    to = _near(terrain, step)
    return np.where(terrain.solid[to] | terrain.deadly[to], NEVER, _state(terrain, arc, to, arc.top))


class _Legs:
    """Ticks through the air from every cell; what depends on the cells gained alone is worked out once."""

    def __init__(self, terrain: Terrain) -> None:
        self.terrain = terrain
        self._upright: dict[int, tuple[NDArray[np.intp], Flags, Flags]] = {}
        self._aslant: dict[tuple[int, int], tuple[NDArray[np.intp], Flags, Flags]] = {}

    def tick(self, arc: Arc, phase: int, aside: int) -> Numbers:
        """Return the states after the tick that follows ``phase``."""
        ends, stopped, dead = self._leg(arc.rises[phase], aside)
        after = np.where(stopped, arc.top, min(phase + 1, arc.last)).astype(np.int32)
        return np.where(dead, NEVER, _state(self.terrain, arc, ends, after))

    def _leg(self, rise: int, aside: int) -> tuple[NDArray[np.intp], Flags, Flags]:
        """Return where each body gets, whether it was stopped upwards or downwards, and whether it died."""
        if rise not in self._upright:
            self._upright[rise] = self._straight(rise)
        if not aside:
            return self._upright[rise]
        if (rise, aside) not in self._aslant:
            self._aslant[rise, aside] = self._sideways(rise, aside)
        return self._aslant[rise, aside]

    def _straight(self, rise: int) -> tuple[NDArray[np.intp], Flags, Flags]:
        terrain = self.terrain
        count = len(terrain.solid)
        step = -terrain.stride if rise > 0 else terrain.stride
        bars = terrain.solid if rise > 0 else terrain.solid | terrain.carrier
        at = np.arange(count)
        stopped, dead = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        for _ in range(abs(rise)):
            to = np.clip(at + step, 0, count - 1)
            stopped |= bars[to]
            at = np.where(stopped, at, to)
            dead |= terrain.deadly[at]
        return at, stopped, dead

    def _sideways(self, rise: int, aside: int) -> tuple[NDArray[np.intp], Flags, Flags]:
        terrain = self.terrain
        at, stopped, dead = self._upright[rise]
        if rise >= 0:
            to = np.clip(at + aside, 0, len(at) - 1)
            barred = terrain.solid[to]
            return np.where(barred, at, to), stopped, dead | (terrain.deadly[to] & ~barred)
        to = _near(terrain, aside)
        barred, harm = terrain.solid[to], terrain.deadly[to]
        fallen = (at - np.arange(len(at))) // terrain.stride
        for row in range(1, -rise + 1):
            to = _near(terrain, aside + row * terrain.stride)
            passed = fallen >= row
            barred |= passed & (terrain.solid | terrain.carrier)[to]
            harm |= passed & terrain.deadly[to]
        ends = np.clip(np.where(barred, at, at + aside), 0, len(at) - 1)
        return ends, stopped, dead | (harm & ~barred)
