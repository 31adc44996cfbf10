"""Drafts of side views as a network might propose them, badly: made of a seed, with odds of their own."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.draft import NATS, Draft
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.place import Placing
from playloom.kinds.level.settings import Style
from playloom.kinds.level.vocabulary import SIDE, Role
from playloom.kinds.level.work import Work
from playloom.seeds import Stream

# Nats that each tile costs on average where it was not proposed.
_COSTS = {"floor": 1, "wall": 2, "bridge": 5, "ladder": 6, "trap": 6, "lava": 7, "crate": 6, "decoration": 6}
_LIKES = {"enemy": 4, "strong_enemy": 5, "boss": 8, "pickup": 4, "chest": 5, "key": 6, "person": 7}
AIR, ROCK = SIDE.id("floor"), SIDE.id("wall")


def draft_of(*rows: str, pinned: str = "") -> Draft:
    """Make a draft of text; the odds of tiles are the same everywhere."""
    cells = np.array([[SIDE.by_char[char] for char in row] for row in rows], np.int64)
    return draft(cells, np.array([[char in pinned for char in row] for row in rows]), None)


def draft(cells: NDArray[np.int64], fixed: NDArray[np.bool_], stream: Stream | None) -> Draft:
    surprise = np.full((*cells.shape, len(SIDE)), 12 * NATS, np.int32)
    for name, nats in _COSTS.items():
        surprise[:, :, SIDE.id(name)] = nats * NATS
    if stream is not None:
        chances = stream.bits(surprise.size).reshape(surprise.shape) % np.uint64(NATS)
        surprise = surprise // 2 + surprise * chances.astype(np.int64) // NATS
    surprise = surprise.astype(np.int32)
    np.put_along_axis(surprise, cells[:, :, None], 100, 2)
    return Draft(cells, fixed, np.zeros(cells.shape, np.bool_), surprise, SIDE)


def noise(seed: int, height: int, width: int) -> Draft:
    """Return a draft of noise: a third rock, and a little of everything else."""
    stream = Stream(seed, "noise")
    chances = (stream.bits(height * width) % np.uint64(100)).astype(np.int64).reshape(height, width)
    cells = np.full((height, width), AIR, np.int64)
    low = 0
    for name, share in (
        ("wall", 30),
        ("bridge", 3),
        ("ladder", 2),
        ("trap", 2),
        ("lava", 1),
        ("decoration", 2),
    ):
        cells[(chances >= low) & (chances < low + share)] = SIDE.id(name)
        low += share
    return draft(cells, np.zeros(cells.shape, np.bool_), stream)


def hills(seed: int, height: int, width: int) -> Draft:
    """Return a draft of hills with gaps too wide, steps too high, pits and ledges."""
    stream = Stream(seed, "hills")
    cells = np.full((height, width), AIR, np.int64)
    top, x = height - 3, 0
    while x < width:
        run = 2 + stream.below(7)
        if stream.below(4):
            cells[top:, x : x + run] = ROCK
        if not stream.below(3):
            y = 2 + stream.below(height - 4)
            cells[y, x : x + run] = SIDE.id("bridge")
        top = min(height - 1, max(height // 3, top + stream.below(11) - 5))
        x += run
    return draft(cells, np.zeros(cells.shape, np.bool_), stream)


def work_on(made: Draft, request: LevelRequest, body: Platform | None = None) -> Work:
    """Return the work of finishing a draft; what stands where is liked at random."""
    stream = Stream(request.seed, "work")

    def placing() -> Placing:
        logits = -(made.surprise.astype(np.int64) // 32)
        for name, nats in _LIKES.items():
            chances = stream.fork(name).bits(made.cells.size).reshape(made.cells.shape)
            logits[:, :, SIDE.id(name)] = (chances % np.uint64(64)).astype(np.int64) - 32 * nats
        floor = SIDE.having(Role.FLOOR)[made.cells] & ~made.fixed
        return Placing(made, logits, floor, stream.fork("objects"))

    nothing: Callable[[str], None] = lambda stage: None  # noqa: E731
    return Work(
        draft=made,
        request=request,
        style=Style(name="rough", theme="platformer", border=False, controls={}),
        movement=body or Platform(),
        adjacency=None,
        stream=stream,
        mark=nothing,
        placing=placing,
        redraw=lambda mask, barred: None,
    )
