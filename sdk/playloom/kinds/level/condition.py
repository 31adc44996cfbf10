"""What the network is told about a level, measured the same way in training and at run time."""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import Passability, Role, Vocabulary

FULL = 127  # a condition of 1.0, on the whole-number grid of the networks
CONTROLS = ("openness", "enemies", "treasure", "hazards", "locks")


def controls(cells: NDArray[np.uint8], vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Return the `CONTROLS` of a map (H, W), each in 0..1.

    Openness is the share of walkable cells; enemies and treasure are tenfold
    shares of the walkable cells; hazards fourfold the share of liquid and
    harmful cells; locks are counted up to four. Scales fill the range that levels use.
    """
    counts = np.bincount(cells.ravel(), minlength=len(vocabulary)).astype(np.float64)
    walkable = max(1.0, counts[vocabulary.open].sum())

    def count(*roles: Role) -> float:
        return float(counts[list(vocabulary.ids(*roles))].sum())

    wet = [
        i for i, t in enumerate(vocabulary.tiles) if t.passability in (Passability.LIQUID, Passability.HARM)
    ]
    shares = (
        counts[vocabulary.open].sum() / cells.size,
        10 * count(Role.ENEMY, Role.BOSS) / walkable,
        10 * count(Role.PICKUP, Role.CHEST) / walkable,
        4 * counts[wet].sum() / cells.size,
        count(Role.LOCK) / 4,
    )
    result: NDArray[np.float64] = np.minimum(1.0, np.array(shares))
    return result


def vector(styles: int, style: int, shares: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the network's condition, shape (styles + controls,), whole numbers 0..127.

    Args:
        styles: How many styles the package knows.
        style: Index of the style to make.
        shares: Shape (len(CONTROLS),), each in 0..1.
    """
    result = np.zeros(styles + len(CONTROLS), np.float32)
    result[style] = FULL
    result[styles:] = np.clip(np.rint(shares * FULL), 0, FULL)
    return result
