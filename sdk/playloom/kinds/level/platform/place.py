"""Put the objects on a ground that can be played: start, locked doors, exit, and what stands around.

Where an object may go follows from the plays of the map; among those places the network's own odds choose, as
in `playloom.kinds.level.place`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.chance import GRID
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.place import Placing, Unplaceable, count, scatter, several
from playloom.kinds.level.platform.plays import Plays
from playloom.kinds.level.platform.solve import explore
from playloom.kinds.level.platform.ways import tiles_of
from playloom.kinds.level.solve import Undecided
from playloom.kinds.level.vocabulary import Passability, Role

Cell = tuple[int, int]  # y, x
Flags = NDArray[np.bool_]

_AFLOAT = 12 * GRID  # what it counts against a thing of the ground to hang in the air
_AWAY = 8 * GRID  # what it counts against an enemy to stand where nobody comes
_HIGH = 4 * GRID  # what it counts against a coin to hang far above any ground
_OVER = 3  # cells over the ground that are not far
_ROW = 3  # coins in a row
_CARRIES = (Passability.SOLID, Passability.ONE_WAY, Passability.CLIMB)
_CLEAR = 4  # cells around the start that enemies leave free
_SHORT = 3  # a way of fewer ticks than one in so many of width and height makes no level
_ABOUT = (9, 10)  # what counts as about as far
_GROUNDED = (Role.START, Role.EXIT, Role.KEY, Role.CHEST, Role.ENEMY, Role.BOSS, Role.PERSON)
_NEAR = np.ones((5, 5), np.bool_)


@dataclass
class Scene:
    """A map in which objects are being placed."""

    placing: Placing
    movement: Platform
    start: Cell

    def plays(self) -> Plays:
        """Return the plays of the map as it is now.

        Raises:
            Unplaceable: If keys and doors can be used in too many orders.
        """
        draft = self.placing.draft
        try:
            return explore(draft.cells, draft.vocabulary, self.movement)
        except Undecided as reason:
            raise Unplaceable("solvable", f"not decided, {reason}: ask for fewer keys and locks") from reason

    @property
    def air(self) -> int:
        """Return a tile that a body moves through."""
        vocabulary = self.placing.draft.vocabulary
        return int(np.flatnonzero(tiles_of(vocabulary, Passability.OPEN, role=Role.FLOOR))[0])

    @property
    def grounded(self) -> Flags:
        """Shape (H, W): what is below carries, and is solid."""
        return on_ground(self.placing)

    def ranked(self, role: Role, name: str, where: Flags) -> list[Cell]:
        """Return the free cells of ``where`` (H, W), best liked for a tile of ``role`` first."""
        return self.placing.ranked(self.placing.tile(role), name, self.placing.spots & where)

    def held(self, role: Role) -> list[Cell]:
        """Return the cells that hold a tile of ``role``."""
        return [(y, x) for y, x in np.argwhere(self.placing.having(role)).tolist()]


def on_ground(placing: Placing) -> Flags:
    """Return the cells (H, W) above a solid one."""
    draft = placing.draft
    solid = np.array([t.passability is Passability.SOLID for t in draft.vocabulary.tiles])[draft.cells]
    return np.vstack([solid[1:], np.zeros((1, solid.shape[1]), np.bool_)])


def on_air(draft: Draft) -> Flags:
    """Return the cells (H, W) that bodies move through freely: no ladders, no platforms."""
    return np.array([t.passability is Passability.OPEN for t in draft.vocabulary.tiles])[draft.cells]


def scene(placing: Placing, movement: Platform, start: Cell) -> Scene:
    """Return the scene of a mended ground, the start in place.

    Objects go where air is, never in place of a ladder or a platform; things of the ground seldom hang in the
    air.
    """
    draft = placing.draft
    logits = placing.logits.copy()
    grounded = draft.vocabulary.having(*_GROUNDED)
    logits -= _AFLOAT * (~on_ground(placing)[:, :, None] & grounded)
    made = Scene(replace(placing, logits=logits, spots=placing.spots & on_air(draft)), movement, start)
    if not made.held(Role.START):
        made.placing.put(start, placing.tile(Role.START))
    return made


def place_exit(made: Scene, request: LevelRequest, *, behind: bool) -> None:
    """Place the exit where every play can end, at a distance that meets the request.

    Args:
        made: Where to.
        request: The path control.
        behind: Behind the last door, if there is one.

    Raises:
        Unplaceable: If no such place is left.
    """
    if made.held(Role.EXIT):
        return
    plays = made.plays()
    ticks = plays.arrivals()
    able = plays.lasting() & made.placing.spots & (ticks > 0)
    doors = len(made.held(Role.LOCK))
    if behind and doors:
        able &= plays.behind(last_door(plays, doors))
    if not able.any():
        raise Unplaceable("exit", "no ground is left for an exit: ask for fewer locks or another size")
    farthest = int(ticks[able].max())
    if request.path is None and farthest * _SHORT < sum(ticks.shape):
        raise Unplaceable("exit", f"the farthest ground is {farthest} ticks away: ask for less openness")
    low, high = request.path or (farthest * 3 // 5, farthest)
    fits = able & (ticks >= low) & (ticks <= high)
    if not fits.any():
        span = f"{int(ticks[able].min())}..{int(ticks[able].max())}"
        raise Unplaceable("path", f"ways here take {span} ticks: ask for a path within that, or a larger map")
    fits = fits & made.grounded if (fits & made.grounded).any() else fits
    fits = _far_off(fits, ticks, made.start)
    made.placing.put(made.ranked(Role.EXIT, "put exit", fits)[0], made.placing.tile(Role.EXIT))


def _far_off(fits: Flags, ticks: NDArray[np.int64], start: Cell) -> Flags:
    """Return the cells of ``fits`` (H, W) that lie about as far off as any, by the way and to the eye alike.

    By the way alone the exit of a winding map may lie next to the start; to the eye alone, behind one wall.
    """
    y, x = np.ogrid[: fits.shape[0], : fits.shape[1]]
    apart = np.maximum(abs(y - start[0]), abs(x - start[1]))
    farthest = max(1, int(apart[fits].max()))
    share = 1000 * ticks // max(1, int(ticks[fits].max())) + 1000 * apart // farthest
    far: Flags = fits & (share * _ABOUT[1] >= _ABOUT[0] * int(share[fits].max()))
    return far


def last_door(plays: Plays, doors: int) -> int:
    """Return which of so many ``doors`` has fewest, but some, of the cells behind it that last."""
    lasting = plays.lasting()
    sizes = [int((plays.behind(door) & lasting).sum()) for door in range(doors)]
    return min((size, door) for door, size in enumerate(sizes) if size)[1] if any(sizes) else 0


def furnish(made: Scene, request: LevelRequest) -> None:
    """Place people, bosses, enemies and treasure under the request's controls.

    Raises:
        Unplaceable: If a control cannot be met.
    """
    placing = made.placing
    touched = made.plays().touched
    height, width = touched.shape
    y, x = np.ogrid[:height, :width]
    close = abs(y - made.start[0]) + abs(x - made.start[1]) <= _CLEAR
    nowhere = np.zeros_like(touched)
    vocabulary = placing.draft.vocabulary
    held = np.bincount(placing.draft.cells.ravel(), minlength=len(vocabulary))
    fighters = placing.logits.copy()
    near = ndimage.binary_dilation(touched, _NEAR)
    fighters -= _AWAY * (~near[:, :, None] & vocabulary.having(Role.ENEMY, Role.BOSS))
    arena = replace(placing, logits=fighters)  # the same spots: what is put here is taken there too
    within = replace(placing, spots=placing.spots & touched)
    _people(within, request)
    placing.spots &= within.spots | ~touched
    several(arena, {}, vocabulary.ids(Role.BOSS), request.bosses, held, "bosses", close)
    enemies = vocabulary.ids(Role.ENEMY)
    by_tier = {i: (request.common, request.strong)[vocabulary.tiles[i].tier >= 2] for i in enemies}
    tiers = {i: wanted for i, wanted in by_tier.items() if wanted is not None}
    several(arena, tiers, enemies, request.enemies, held, "enemies", close)
    before = placing.draft.cells.copy()
    low = placing.logits - _HIGH * (~_low(placing)[:, :, None] & vocabulary.having(Role.PICKUP))
    within = replace(placing, logits=low, spots=placing.spots & touched)
    treasure = vocabulary.ids(Role.PICKUP, Role.CHEST)
    several(within, {}, treasure, request.treasure, held, "treasure", nowhere)
    _line_up(within, before)


def _low(placing: Placing) -> Flags:
    """Return the cells (H, W) at most `_OVER` above what carries: a coin there hangs over some ground."""
    draft = placing.draft
    carries = np.array([tile.passability in _CARRIES for tile in draft.vocabulary.tiles])[draft.cells]
    low = np.zeros_like(carries)
    for rows in range(1, _OVER + 1):
        low[:-rows] |= carries[rows:]
    return low


def _line_up(placing: Placing, before: NDArray[np.int64]) -> None:
    """Move pickups that were scattered beside one another, into rows of up to `_ROW`.

    Args:
        placing: With the pickups; its spots are where one may be.
        before: Shape (H, W): the ground without them.
    """
    draft = placing.draft
    placed = draft.vocabulary.having(Role.PICKUP)[draft.cells] & (draft.cells != before)
    low, left = _low(placing), [(y, x) for y, x in np.argwhere(placed).tolist()]
    while left:
        y, x = left.pop(0)
        row = 1
        for aside in (-1, 1):
            to = y, x + aside
            while left and row < _ROW and 0 <= to[1] < placed.shape[1] and placing.spots[to] and low[to]:
                taken = left.pop()
                tile = int(draft.cells[taken])
                draft.cells[taken], placing.spots[taken] = before[taken], True
                placing.put(to, tile)
                row += 1
                to = y, to[1] + aside


def _people(placing: Placing, request: LevelRequest) -> None:
    """Place people, who do not stand in the way of a side view's tiles.

    Raises:
        Unplaceable: If there is no room, or this package's people do stand in the way.
    """
    tiles = placing.draft.vocabulary.ids(Role.PERSON)
    walked = [tile for tile in tiles if placing.draft.vocabulary.open[tile]]
    if not walked:
        if request.people and request.people[0]:
            raise Unplaceable("people", "this package's people would stand in the way: ask for none")
        return
    expected = placing.expected(tiles, "expected people")
    room = int(placing.spots.sum())
    number = count(placing.held(Role.PERSON), request.people, expected, room, "people")
    scatter(placing, walked[0], number, "put people", np.zeros_like(placing.spots))
