"""How often which tile pattern occurs in maps, and how far two such countings are apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.seeds import Stream
from playloom_train.kinds.level.recipe import Cells, Symmetries

_EPSILON = 1e-5  # count given to a pattern that one side lacks


@dataclass(frozen=True)
class Patterns:
    """Square patterns of one size by their hash, ascending, with how often each was met."""

    keys: NDArray[np.uint64]  # (N,)
    counts: NDArray[np.int64]  # (N,)


def turned(cells: Cells, symmetries: Symmetries) -> list[Cells]:
    """Return a map in every way in which maps of its style may be turned, as it is first."""
    turns = range(4) if symmetries == "square" else (0,)
    ways = [np.rot90(cells, n) for n in turns]
    return ways if symmetries == "none" else [*ways, *(way[:, ::-1] for way in ways)]


def patterns(maps: Sequence[Cells], side: int, symmetries: Symmetries = "none") -> Patterns:
    """Count every window of ``side`` x ``side`` cells in ``maps``, each map in every allowed way.

    Maps smaller than a window have none.
    """
    keys = [_keys(way, side) for cells in maps for way in turned(cells, symmetries)]
    found, counts = np.unique(np.concatenate([np.zeros(0, np.uint64), *keys]), return_counts=True)
    return Patterns(found, counts.astype(np.int64))


def tile_pattern_divergence(some: Patterns, others: Patterns, weight: float = 0.5) -> float:
    """Return TPKL-Div in nats: 0 alike; what one side has and the other lacks weighs heavily.

    Args:
        some: Patterns of the maps that are judged.
        others: Patterns of the maps to be like.
        weight: Of the divergence of ``some`` from ``others``; the rest is that of ``others`` from ``some``.

    Source: Lucas and Volz 2019, arXiv:1904.09960, "Tile pattern KL-divergence".
    """
    first, second = _aligned(some, others)
    p, q = _smoothed(first), _smoothed(second)
    log = np.log(p / q)
    return float(weight * (p * log).sum() - (1 - weight) * (q * log).sum())


def jensen_shannon(some: Patterns, others: Patterns) -> float:
    """Return the Jensen-Shannon divergence in bits: 0 alike, 1 nothing in common."""
    first, second = (counts / max(1.0, counts.sum()) for counts in _aligned(some, others))
    return _entropy((first + second) / 2) - (_entropy(first) + _entropy(second)) / 2


def pattern_bits(some: Patterns) -> float:
    """Return the entropy of the patterns in bits: higher is more varied."""
    return _entropy(some.counts / max(1, int(some.counts.sum())))


def _keys(cells: Cells, side: int) -> NDArray[np.uint64]:
    """Return one hash a window: a sum of odd multiples, which wraps around."""
    height, width = (length - side + 1 for length in cells.shape)
    if height < 1 or width < 1:
        return np.zeros(0, np.uint64)
    odd = Stream(side, "patterns").bits(side * side) | np.uint64(1)
    plus = cells.astype(np.uint64) + np.uint64(1)
    keys = np.zeros((height, width), np.uint64)
    for place, factor in enumerate(odd):
        y, x = divmod(place, side)
        keys += plus[y : y + height, x : x + width] * factor
    return keys.ravel()


def _aligned(some: Patterns, others: Patterns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both counts over all patterns that occur in either."""
    keys = np.union1d(some.keys, others.keys)
    both = []
    for one in (some, others):
        counts = np.zeros(len(keys))
        counts[np.searchsorted(keys, one.keys)] = one.counts
        both.append(counts)
    return both[0], both[1]


def _smoothed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares without a zero, by the paper's formula."""
    smoothed: NDArray[np.float64] = (counts + _EPSILON) / ((counts.sum() + _EPSILON) * (1 + _EPSILON))
    return smoothed


def _entropy(shares: NDArray[np.float64]) -> float:
    known = shares[shares > 0]
    return float(-(known * np.log2(known)).sum())
