"""How unlike levels are, and picking some that are unlike one another.

The distance of two levels of one size is the share of cells whose ground is another to a player (open, solid,
liquid, harmful, a ladder, a platform), objects thought away, in the position in which they differ least:
turned and mirrored, or only mirrored where there is an up and a down. Another colour of floor makes no other
level. Where tiles have no roles, the tiles themselves are compared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed
from playloom.kinds.level.content import Cells, Level
from playloom.kinds.level.movement import Free, Platform
from playloom.kinds.level.vocabulary import OBJECT_ROLES, Passability

UNLIKE = 0.2  # by default: about what a free maze of 32x32 differs by from the nearest of 40
TRIES = 8  # seeds tried for each level wanted, at most
_KINDS = tuple(Passability)

Origin = TypeVar("Origin")


@dataclass(frozen=True)
class Pick:
    """How a level was picked: its distance to the nearest of those before it, 1 for the first."""

    distance: float
    skipped: int  # levels since the last pick that were too near to one


def ground(level: Level) -> Cells:
    """Return a number for the kind of ground in each cell, (H, W); the tile where none is known."""
    if isinstance(level.movement, Free):
        return level.cells
    tiles = level.vocabulary.tiles
    kinds = [Passability.OPEN if tile.role in OBJECT_ROLES else tile.passability for tile in tiles]
    cells: Cells = np.array([_KINDS.index(kind) for kind in kinds], np.uint8)[level.cells]
    return cells


def positions(level: Level) -> NDArray[np.uint8]:
    """Return the ground of a level in every position that keeps its size and sense, shape (P, H, W)."""
    cells = ground(level)
    turned = [cells, cells[:, ::-1]]
    if not isinstance(level.movement, Platform):
        turned += [side[::-1] for side in turned]
        if level.height == level.width:
            turned += [side.T for side in turned]
    return np.stack(turned)


def distance(level: Level, other: Level) -> float:
    """Return the share of cells in which two levels differ at least, 0 to 1; 1 if their sizes differ."""
    if level.cells.shape != other.cells.shape:
        return 1.0
    return _nearest(ground(level), positions(other))


def unlike(
    made: Iterable[tuple[Origin, Level | GenerationFailed]], number: int, by: float
) -> Iterator[tuple[Origin, Level, Pick]]:
    """Yield ``number`` of the levels made, each at least ``by`` from all before it.

    Args:
        made: Levels of one size in order, each with where it comes from; failures are left out.
        number: How many.
        by: The least distance, 0 to 1.

    Raises:
        GenerationFailed: After the last level that could be had, if ``made`` ends too early.
    """
    kept: list[NDArray[np.uint8]] = []
    skipped = tried = failed = 0
    for origin, outcome in made:
        tried += 1
        if isinstance(outcome, GenerationFailed):
            failed += 1
            continue
        here = ground(outcome)
        near = min((_nearest(here, other) for other in kept), default=1.0)
        if near < by:
            skipped += 1
            continue
        kept.append(positions(outcome))
        yield origin, outcome, Pick(near, skipped)
        skipped = 0
        if len(kept) == number:
            return
    advice = "ask for fewer, or for less between them (--distinct-by), or fix fewer controls"
    lost = f", of which {failed} gave no level" if failed else ""
    raise GenerationFailed(
        f"{len(kept)} of {number} levels were found in {tried} seeds{lost}, any two of which differ in "
        f"{100 * by:g} % of their cells; {advice}",
        failed=("distinct",),
        advice=advice,
    )


def _nearest(cells: Cells, others: NDArray[np.uint8]) -> float:
    return int((others != cells).sum(axis=(1, 2)).min()) / cells.size
