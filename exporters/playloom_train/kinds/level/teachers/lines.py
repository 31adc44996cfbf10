"""Lines across the overworld: a square with its streets, rivers, and where a road begins and ends."""

import numpy as np

from playloom_train.kinds.level.teachers.objects import grown_at
from playloom_train.kinds.level.teachers.terrain import (
    DECORATION,
    PATH,
    WATER,
    Cell,
    Cells,
    inside,
    lay,
    noise,
    route,
)


def square(rng: np.random.Generator, cells: Cells) -> list[Cell]:
    """Pave a square about the middle and streets from it to the edges; return where the streets end."""
    height, width = cells.shape
    shape = (height, width)
    tall, wide = (int(n) for n in rng.integers(2, min(7, min(shape) // 3 + 1), 2))
    top = int(rng.integers(height // 3, height - height // 3 - tall + 2))
    left = int(rng.integers(width // 3, width - width // 3 - wide + 2))
    middle = (min(top + tall // 2, height - 2), min(left + wide // 2, width - 2))
    pavement = np.zeros(shape, bool)
    pavement[top : top + tall, left : left + wide] = True
    pavement &= inside(shape)
    cost = np.where(inside(shape), 1 + rng.uniform(0, 2) * noise(rng, shape, 2.0), np.inf)
    at = [int(rng.integers(2, n - 2)) for n in (width, height, width, height)]
    ends = [(1, at[0]), (at[1], width - 2), (height - 2, at[2]), (at[3], 1)]
    order = [ends[i] for i in rng.permutation(4)[: int(rng.integers(2, 5))]]
    for end in order:
        way = route(np.where(cells == PATH, 0.5 * cost, cost), [end], grown_at(shape, middle, 0))
        lay(cells, way, PATH, over_open=True)
    cells[pavement] = PATH
    if min(tall, wide) >= 4 and rng.random() < 0.7:
        well = DECORATION if rng.random() < 0.4 else WATER
        cells[top + tall // 2 - 1 : top + tall // 2 + 1, left + wide // 2 - 1 : left + wide // 2 + 1] = well
    return order


def river(rng: np.random.Generator, cells: Cells, *, across: bool) -> None:
    """Let a river of one to three cells run from one edge to the opposite one."""
    height, width = cells.shape
    far = np.zeros((height, width), bool)
    if across:
        spring = (int(rng.integers(2, height - 2)), 0)
        far[2 : height - 2, -1] = True
    else:
        spring = (0, int(rng.integers(2, width - 2)))
        far[-1, 2 : width - 2] = True
    wide = int(rng.integers(1, 4))
    for y, x in route(1 + 8 * noise(rng, (height, width), 2.5), [spring], far):
        cells[y : y + wide, x : x + wide] = WATER


def opposite(rng: np.random.Generator, shape: tuple[int, int], upright: bool) -> tuple[Cell, Cell]:
    """Return two cells just inside the upper and lower edges, or the left and right ones, in either order."""
    height, width = shape
    ys, xs = (rng.integers(1, n - 1, 2).tolist() for n in shape)
    two = ((1, xs[0]), (height - 2, xs[1])) if upright else ((ys[0], 1), (ys[1], width - 2))
    return two if rng.random() < 0.5 else (two[1], two[0])
