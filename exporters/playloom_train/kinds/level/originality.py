"""How unlike maps are: to one another, and to the maps that a model was trained on.

Grounds are compared (objects count as floor), turned and mirrored. Maps that were set aside from
training give the same numbers for comparison: what a fresh map of the same source scores.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import CORE, Vocabulary
from playloom_train.kinds.level.data import real
from playloom_train.kinds.level.teachers import TEACHERS

Ground = NDArray[np.uint8]  # (h, w)
Maps = NDArray[np.uint8]  # (N, H, W)
WINDOW = 6  # cells, side of the windows looked for in the training maps
PATTERN = 3  # cells, side of the patterns whose frequencies are compared


@dataclass
class Training:
    """The grounds of one style: what was trained on, and what was set aside."""

    seen: list[Ground] = field(default_factory=list)
    held: list[Ground] = field(default_factory=list)


def read_training(folder: Path, levels: Path | None) -> dict[str, Training]:
    """Return the maps of each style from a run folder of `playloom train level`, split as in training.

    Args:
        folder: Holds maps-STYLE-COUNT-SIDE-SEED.npz.
        levels: The real maps of the training data, if any were used.
    """
    by_style: dict[str, Training] = {}
    found = sorted(folder.glob("maps-*.npz"))
    if not found:
        raise SystemExit(f"{folder}: no maps-*.npz; give the run folder of `playloom train level`")
    for path in found:
        style = path.stem.split("-")[1]
        with np.load(path) as stored:
            _split(by_style.setdefault(style, Training()), stored["cells"], stored["sizes"])
    if levels is not None:
        seed = int(found[0].stem.split("-")[4])
        for side in (32, 64):
            for style, cells in real(levels, side, 4000, seed)[0].items():
                # All count as seen: windows of one map overlap, so those set aside are no fresh maps.
                by_style.setdefault(style, Training()).seen += [ground_of(one) for one in cells]
    return by_style


def _split(training: Training, cells: Maps, sizes: NDArray[np.int16]) -> None:
    """Add maps; every twentieth was set aside by the training command."""
    for i, (height, width) in enumerate(sizes.tolist()):
        part = training.held if i % 20 == 19 else training.seen
        part.append(ground_of(cells[i, :height, :width]))


def theme_of(style: str) -> str:
    """Return the theme of a style of the training command."""
    return TEACHERS[style].theme if style in TEACHERS else "dungeon"


def ground_of(cells: NDArray[np.uint8], vocabulary: Vocabulary = CORE) -> NDArray[np.uint8]:
    """Return maps without their objects: floor stands for each."""
    return np.where(vocabulary.objects[cells], vocabulary.id("floor"), cells).astype(np.uint8)


def _symmetries(maps: Maps) -> Iterator[Maps]:
    """Yield the maps turned and mirrored, in the ways that keep their shape; as they are first."""
    square = maps.shape[1] == maps.shape[2]
    for turns in range(0, 4, 1 if square else 2):
        turned = np.rot90(maps, turns, (1, 2))
        yield turned
        yield turned[:, :, ::-1]


def _one_hot(maps: Maps, classes: NDArray[np.uint8]) -> NDArray[np.float32]:
    flat = maps.reshape(len(maps), -1)
    hot: NDArray[np.bool_] = (flat[:, :, None] == classes).reshape(len(maps), -1)
    return hot.astype(np.float32)


def nearest(maps: Maps, pool: Maps | None = None) -> NDArray[np.float64]:
    """Return for each ground the share of cells in which the nearest one of ``pool`` differs, shape (N,).

    Without a pool each map is compared with the others of ``maps``.
    """
    others = maps if pool is None else pool
    classes = np.unique(maps)
    most = np.zeros(len(maps), np.float32)  # cells that agree
    for turned in _symmetries(maps):
        asked = _one_hot(turned, classes)
        for start in range(0, len(others), 256):
            agree = asked @ _one_hot(others[start : start + 256], classes).T
            if pool is None:
                rows = np.arange(start, start + agree.shape[1])
                agree[rows, rows - start] = 0  # itself
            most = np.maximum(most, agree.max(axis=1))
    distance: NDArray[np.float64] = 1 - most.astype(np.float64) / (maps.shape[1] * maps.shape[2])
    return distance


def mean_distance(maps: Maps) -> float:
    """Return the mean share of cells in which two of the grounds differ."""
    number, cells = len(maps), maps.shape[1] * maps.shape[2]
    together = _one_hot(maps, np.unique(maps)).sum(axis=0, dtype=np.float64)
    agree = (float((together**2).sum()) - number * cells) / (number * (number - 1))
    return float(1 - agree / cells)


def _views(ground: Ground, side: int) -> NDArray[np.uint8]:
    """Return every window, (N, side, side)."""
    if min(ground.shape) < side:
        return np.zeros((0, side, side), np.uint8)
    views: NDArray[np.uint8] = np.lib.stride_tricks.sliding_window_view(ground, (side, side))
    return views.reshape(-1, side, side)


def _mixed(ground: Ground) -> NDArray[np.uint8]:
    """Return the windows that are neither nearly full nor nearly empty: the others are found everywhere."""
    views = _views(ground, WINDOW)
    walkable = CORE.open[views].sum(axis=(1, 2))
    mixed: NDArray[np.uint8] = views[(walkable >= WINDOW) & (walkable <= WINDOW * (WINDOW - 1))]
    return mixed


def _hashes(views: NDArray[np.uint8]) -> NDArray[np.uint64]:
    area = views.shape[1] * views.shape[2]
    odd = np.random.default_rng(area).integers(0, 1 << 63, area, np.uint64) * np.uint64(2) + np.uint64(1)
    weighed = (views.reshape(-1, area).astype(np.uint64) + np.uint64(1)) * odd
    hashes: NDArray[np.uint64] = weighed.sum(axis=1, dtype=np.uint64)
    return hashes


def known_windows(grounds: Sequence[Ground]) -> NDArray[np.uint64]:
    """Return the sorted hashes of the mixed windows of the training maps."""
    return np.unique(np.concatenate([_hashes(_mixed(ground)) for ground in grounds]))


def share_known(grounds: Sequence[Ground], known: NDArray[np.uint64]) -> float:
    """Return the share of mixed windows that are, turned or mirrored in any way, among ``known``."""
    views = np.concatenate([_mixed(ground) for ground in grounds])
    if not len(views):
        return 0.0
    found = np.zeros(len(views), np.bool_)
    for turned in _symmetries(views):
        asked = _hashes(np.ascontiguousarray(turned))
        found |= known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    return float(found.mean())


def pattern_entropy(grounds: Sequence[Ground]) -> float:
    """Return the entropy of the frequencies of 3x3 patterns, bits: higher is more varied."""
    return _entropy(_frequencies(grounds))


def pattern_divergence(some: Sequence[Ground], others: Sequence[Ground]) -> float:
    """Return the Jensen-Shannon divergence of the frequencies of 3x3 patterns, bits: 0 alike, 1 disjoint."""
    first, second = _frequencies(some), _frequencies(others)
    keys = first.keys() | second.keys()
    mixture = {key: (first.get(key, 0.0) + second.get(key, 0.0)) / 2 for key in keys}
    return _entropy(mixture) - (_entropy(first) + _entropy(second)) / 2


def _frequencies(grounds: Sequence[Ground]) -> dict[int, float]:
    hashes = np.concatenate([_hashes(_views(ground, PATTERN)) for ground in grounds])
    keys, counts = np.unique(hashes, return_counts=True)
    return dict(zip(keys.tolist(), (counts / len(hashes)).tolist(), strict=True))


def _entropy(frequencies: dict[int, float]) -> float:
    shares = np.fromiter(frequencies.values(), np.float64)
    return float(-(shares * np.log2(shares)).sum())


def copies(maps: Maps, by_style: dict[str, Training], theme: str, sample: int) -> dict[str, Any]:
    """Compare the grounds of one theme with its training maps, and the maps set aside likewise."""
    styles = [one for style, one in by_style.items() if theme_of(style) == theme]
    seen = [ground for one in styles for ground in one.seen]
    held = [ground for one in styles for ground in one.held]
    known = known_windows(seen)
    shape = maps.shape[1:]
    pool = np.stack([ground for ground in seen if ground.shape == shape])
    fresh = np.stack([ground for ground in held if ground.shape == shape][:sample])
    result: dict[str, Any] = {"training_maps": len(seen), "of_this_size": len(pool)}
    for name, grounds in (("generated", maps[:sample]), ("set_aside", fresh)):
        distance = nearest(grounds, pool)
        result[name] = {
            "maps": len(grounds),
            "nearest_least": round(float(distance.min()), 4),
            "nearest_median": round(float(np.median(distance)), 4),
            "windows_known": round(share_known(list(grounds), known), 4),
        }
    return result
