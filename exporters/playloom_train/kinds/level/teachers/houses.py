"""Houses of the overworld: a frame of wall, a door, a floor, and the path that leads to it."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers.objects import CHEST, LOCK, pick
from playloom_train.kinds.level.teachers.terrain import (
    CRATE,
    DECORATION,
    FLOOR,
    PATH,
    WALL,
    Cell,
    Cells,
    Field,
    Mask,
    lay,
    route,
    windows,
)

DOOR = CORE.id("door")


@dataclass(frozen=True)
class House:
    """Where a house stands; ``front`` is the cell before its ``door``."""

    top: int
    left: int
    height: int  # cells, walls included
    width: int
    door: Cell
    front: Cell

    @property
    def room(self) -> tuple[slice, slice]:
        """The cells within the walls."""
        return (
            slice(self.top + 1, self.top + self.height - 1),
            slice(self.left + 1, self.left + self.width - 1),
        )

    def mask(self, shape: tuple[int, int], margin: int = 0) -> Mask:
        """Return the house's cells, and those within ``margin`` around it."""
        mask = np.zeros(shape, bool)
        rows = slice(max(0, self.top - margin), self.top + self.height + margin)
        mask[rows, max(0, self.left - margin) : self.left + self.width + margin] = True
        return mask


def build(
    rng: np.random.Generator,
    cells: Cells,
    free: Mask,
    liking: Field,
    count: int,
    *,
    roads: Mask,
    largest: int = 8,
) -> list[House]:
    """Build up to ``count`` houses on ``free`` cells where ``liking`` is high, doors towards ``roads``.

    ``free`` loses the houses and one cell around each, so that a way leads round every house.
    """
    away = ndimage.distance_transform_edt(~roads) if roads.any() else np.zeros(cells.shape)
    houses: list[House] = []
    for _ in range(count):
        height, width = (int(n) for n in rng.integers(4, largest, 2))
        if height * width > 36:
            height = 5
        fits = windows(free, height + 2, width + 2)
        weights = fits * np.roll(liking, (-height // 2, -width // 2), (0, 1))
        for top, left in pick(rng, weights, 1):
            house = _frame(rng, cells, (top + 1, left + 1, height, width), away)
            free &= ~house.mask(cells.shape, 1)
            houses.append(house)
    return houses


def _frame(rng: np.random.Generator, cells: Cells, box: tuple[int, int, int, int], away: Field) -> House:
    top, left, height, width = box
    middle_y, middle_x = top + int(rng.integers(1, height - 1)), left + int(rng.integers(1, width - 1))
    sides = [
        ((top, middle_x), (top - 1, middle_x)),
        ((top + height - 1, middle_x), (top + height, middle_x)),
        ((middle_y, left), (middle_y, left - 1)),
        ((middle_y, left + width - 1), (middle_y, left + width)),
    ]
    scores = [float(away[front]) + rng.random() - 0.8 * (i == 1) for i, (_, front) in enumerate(sides)]
    door, front = sides[int(np.argmin(scores))]
    house = House(top, left, height, width, door, front)
    cells[house.mask(cells.shape)] = WALL
    cells[house.room] = FLOOR
    cells[door] = DOOR
    return house


def lead_to(cells: Cells, houses: list[House], cost: Field) -> None:
    """Lay a path from every house's door to the nearest path; the first house starts one if there is none."""
    shape = (cells.shape[0], cells.shape[1])
    cost = cost.copy()
    for house in houses:
        cost[house.mask(shape)] = np.inf
    for house in houses:
        paths = np.isin(cells, (PATH, CORE.id("bridge")))
        if paths.any():
            lay(cells, route(np.where(paths, 0.3, cost), [house.front], paths), PATH, over_open=True)
        cells[house.front] = PATH


def furnish(rng: np.random.Generator, cells: Cells, houses: list[House]) -> Mask:
    """Put furniture into corners and lock some houses over a chest; return the locked cells.

    The caller lays one key outside for each lock.
    """
    locked = np.zeros(cells.shape, bool)
    chance = rng.choice([0.0, 0.25, 0.6], p=[0.45, 0.35, 0.2])
    for house in houses:
        room = cells[house.room]
        tall, wide = room.shape
        corners = [(y, x) for y in {0, tall - 1} for x in {0, wide - 1} if not _beside_door(house, y, x)]
        rng.shuffle(corners)
        if rng.random() < chance and np.count_nonzero(cells == LOCK) < 3:
            cells[house.door] = LOCK
            locked[house.room] = True
            room[corners.pop()] = CHEST
        if corners and room.size > 4 and rng.random() < 0.5:
            room[corners.pop()] = DECORATION if rng.random() < 0.6 else CRATE
    return locked


def _beside_door(house: House, y: int, x: int) -> bool:
    return abs(house.top + 1 + y - house.door[0]) + abs(house.left + 1 + x - house.door[1]) <= 1


def ruin(rng: np.random.Generator, cells: Cells, free: Mask) -> Mask:
    """Build the broken walls of a house on ``free`` cells; return the cells within, none if nothing fits."""
    room = np.zeros(cells.shape, bool)
    height, width = (int(n) for n in rng.integers(4, 8, 2))
    for top, left in pick(rng, windows(free, height + 2, width + 2).astype(float), 1):
        house = _frame(rng, cells, (top + 1, left + 1, height, width), np.zeros(cells.shape))
        frame = house.mask(cells.shape)
        room[house.room] = True
        fallen = frame & ~room & (rng.random(cells.shape) < rng.uniform(0.1, 0.45))
        cells[fallen] = FLOOR
        cells[house.door] = FLOOR
        free &= ~house.mask(cells.shape, 1)
    return room
