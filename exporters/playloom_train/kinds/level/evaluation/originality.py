"""How unlike maps are: to one another, and to the maps that a model was trained on.

Grounds are compared (objects count as floor), turned and mirrored. Maps that were set aside from
training give the same numbers for comparison: what a fresh map of the same source scores.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import CORE, Role, Vocabulary
from playloom_train.kinds.level.recipe import Symmetries

Ground = NDArray[np.uint8]  # (h, w)
Maps = NDArray[np.uint8]  # (N, H, W)
WINDOW = 6  # cells, side of the windows looked for in the training maps
_BLOCK = 128  # maps compared at once: what bounds the memory


def ground_of(cells: NDArray[np.uint8], vocabulary: Vocabulary = CORE) -> NDArray[np.uint8]:
    """Return maps without their objects: floor stands for each, if the vocabulary has one."""
    ground = np.flatnonzero(vocabulary.having(Role.FLOOR) & ~vocabulary.objects)
    if not len(ground):
        return cells
    return np.where(vocabulary.objects[cells], ground[0], cells).astype(np.uint8)


def _symmetries(maps: Maps, allowed: Symmetries = "square") -> Iterator[Maps]:
    """Yield the maps turned and mirrored, in the allowed ways that keep their shape; as they are first."""
    square = maps.shape[1] == maps.shape[2]
    for turns in range(0, 4, 1 if square else 2) if allowed == "square" else (0,):
        turned = np.rot90(maps, turns, (1, 2))
        yield turned
        if allowed != "none":
            yield turned[:, :, ::-1]


def _one_hot(maps: Maps, classes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (N, classes * H * W)."""
    flat = maps.reshape(len(maps), -1)
    return np.concatenate([flat == tile for tile in classes], axis=1).astype(np.float32)


def nearest(maps: Maps, pool: Maps | None = None, allowed: Symmetries = "square") -> NDArray[np.float64]:
    """Return for each ground the share of cells in which the nearest one of ``pool`` differs, shape (N,).

    Without a pool each map is compared with the others of ``maps``. Maps are turned in the allowed ways.
    """
    others = maps if pool is None else pool
    classes = np.unique(maps)
    most = np.zeros(len(maps), np.float32)  # cells that agree
    for first in range(0, len(maps), _BLOCK):
        block = np.arange(first, min(first + _BLOCK, len(maps)))
        asked = [_one_hot(turned, classes) for turned in _symmetries(maps[block], allowed)]
        for start in range(0, len(others), _BLOCK):
            told = _one_hot(others[start : start + _BLOCK], classes).T
            for one in asked:
                agree = one @ told
                if pool is None:
                    agree[block[:, None] == np.arange(start, start + agree.shape[1])] = 0  # itself
                most[block] = np.maximum(most[block], agree.max(axis=1))
    distance: NDArray[np.float64] = 1 - most.astype(np.float64) / (maps.shape[1] * maps.shape[2])
    return distance


def mean_distance(maps: Maps) -> float:
    """Return the mean share of cells in which two of the grounds differ."""
    number, cells = len(maps), maps.shape[1] * maps.shape[2]
    together = _one_hot(maps, np.unique(maps)).sum(axis=0, dtype=np.float64)
    agree = (float((together**2).sum()) - number * cells) / (number * (number - 1))
    return float(1 - agree / cells)


def _mixed(ground: Ground, vocabulary: Vocabulary = CORE) -> NDArray[np.uint8]:
    """Return the windows (N, WINDOW, WINDOW) that are neither nearly full nor nearly empty.

    The others are found everywhere. Where no tile can be walked on or every one can, those of nearly one
    tile alone count as such.
    """
    if min(ground.shape) < WINDOW:
        return np.zeros((0, WINDOW, WINDOW), np.uint8)
    windows: NDArray[np.uint8] = np.lib.stride_tricks.sliding_window_view(ground, (WINDOW, WINDOW))
    rest = WINDOW * (WINDOW - 1)
    if vocabulary.open.all() or not vocabulary.open.any():
        most = np.max([_counted(ground == tile) for tile in np.unique(ground)], axis=0)
        chosen = most <= rest
    else:
        walkable = _counted(vocabulary.open[ground])
        chosen = (walkable >= WINDOW) & (walkable <= rest)
    mixed: NDArray[np.uint8] = windows[chosen]
    return mixed


def _counted(cells: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return how many ``cells`` of each window are true."""
    height, width = (side - WINDOW + 1 for side in cells.shape)
    rows = cells[:height].astype(np.uint8)
    for i in range(1, WINDOW):
        rows += cells[i : i + height]
    both = rows[:, :width].copy()
    for i in range(1, WINDOW):
        both += rows[:, i : i + width]
    return both


def _hashes(windows: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the sum of (tile + 1) * odd of each window, which wraps around."""
    area = WINDOW * WINDOW
    odd = np.random.default_rng(area).integers(0, 1 << 63, area, np.uint64) * np.uint64(2) + np.uint64(1)
    hashes: NDArray[np.uint64] = windows.reshape(-1, area).astype(np.uint64) @ odd + odd.sum(dtype=np.uint64)
    return hashes


def known_windows(grounds: Sequence[Ground], vocabulary: Vocabulary = CORE) -> NDArray[np.uint64]:
    """Return the sorted hashes of the mixed windows of the training maps."""
    return np.sort(np.concatenate([_hashes(_mixed(ground, vocabulary)) for ground in grounds]))


def share_known(
    grounds: Sequence[Ground],
    known: NDArray[np.uint64],
    vocabulary: Vocabulary = CORE,
    allowed: Symmetries = "square",
) -> float:
    """Return the share of mixed windows that are, turned or mirrored in an allowed way, among ``known``."""
    windows = np.concatenate([_mixed(ground, vocabulary) for ground in grounds])
    if not len(windows) or not len(known):
        return 0.0
    found = np.zeros(len(windows), np.bool_)
    for turned in _symmetries(windows, allowed):
        asked = _hashes(np.ascontiguousarray(turned))
        found |= known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    return float(found.mean())
