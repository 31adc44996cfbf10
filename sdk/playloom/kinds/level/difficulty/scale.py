"""The scale of difficulty: what a level is made up of, weighed, and put beside levels of its theme.

Whole numbers throughout, in thousandths, so that every machine grades alike. Each part of a score is
``amount / (amount + half)``: 0 without any, one half at ``half``, near 1 for much. The weighed mean of the
parts then goes through the ``knots`` of the level's theme (`ranks`), measured over levels made with no
wishes: 0.1, 0.25, 0.5, 0.75 and 0.9 are the scores that so large a share of them stays below. So a maze of
0.5 is as hard as the middle one of mazes for which nothing was asked, and one of 0.9 harder than nine in ten.
(Levels of 32x32 on foot, of 48x24 from the side, Sokoban of 10x10; of larger ones more are hard, of smaller
ones fewer.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import Role, Vocabulary

FULL = 1000  # thousandths
BAND = 50  # an exact difficulty is met within so much
COMMON, STRONG, BOSS = 2, 5, 12  # the threat of a foe
SHARES = (0, 100, 250, 500, 750, 900, 1000)  # of free levels, at the knots of a scale


@dataclass(frozen=True)
class Part:
    """One part of a score."""

    name: str
    weight: int
    amount: int
    half: int  # the amount that makes half of the weight, at least 1

    @property
    def share(self) -> int:
        """Thousandths of the weight."""
        return FULL * self.amount // (self.amount + self.half)


@dataclass(frozen=True, eq=False)  # eq: an array has no single answer to ==
class Gauge:
    """A level without its foes, ready to tell how hard it is with them."""

    parts: tuple[Part, ...]
    danger: int  # weight of the threat; 0 where there are no foes
    half: int  # threat that makes half of that weight
    dangers: int  # threat that lies in the ground itself
    near: NDArray[np.bool_]  # (H, W): who stands here will be met; others may be
    knots: tuple[int, ...]  # scores at `SHARES`, ascending

    def threat(self, cells: NDArray[np.integer], vocabulary: Vocabulary) -> int:
        """Return the threat of a map (H, W): twice that of foes near the way, once that of others."""
        each = threats(vocabulary)[cells]
        return int(each.sum() + each[self.near].sum()) + self.dangers

    def grade(self, threat: int) -> int:
        """Return the difficulty at so much threat, in thousandths."""
        parts = [*self.parts, Part("danger", self.danger, threat, self.half)]
        score = sum(part.weight * part.share for part in parts) // sum(part.weight for part in parts)
        return on_scale(score, self.knots)

    def range_of(self, low: int, high: int) -> tuple[int, int] | None:
        """Return the least and most threat that is graded ``low`` to ``high``; None if none is."""
        least, most = self._first(low), self._first(high + 1) - 1
        return (least, most) if least <= most else None

    def _first(self, grade: int) -> int:
        """Return the least threat of at least this grade; ``_TOP`` if there is none."""
        low, high = 0, _TOP
        while low < high:
            middle = (low + high) // 2
            if self.grade(middle) >= grade:
                high = middle
            else:
                low = middle + 1
        return low


_TOP = 1 << 20  # more threat than a map holds


def on_scale(score: int, knots: tuple[int, ...]) -> int:
    """Return the share of free levels, in thousandths, that score less: linear between ``knots``."""
    if score <= knots[0]:
        return SHARES[0]
    for i in range(1, len(knots)):
        if score < knots[i]:
            run, rise = knots[i] - knots[i - 1], SHARES[i] - SHARES[i - 1]
            return SHARES[i - 1] + rise * (score - knots[i - 1]) // run
    return FULL


def threats(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the threat of each tile, shape (V,)."""
    worth = [
        BOSS if tile.role is Role.BOSS else (STRONG if tile.tier >= 2 else COMMON) * (tile.role is Role.ENEMY)
        for tile in vocabulary.tiles
    ]
    return np.array(worth, np.int64)


def band(wanted: tuple[float, float]) -> tuple[int, int]:
    """Return the least and the greatest difficulty that meet a control, in thousandths."""
    low, high = (round(FULL * share) for share in wanted)
    return (low - BAND, high + BAND) if low == high else (low, high)
