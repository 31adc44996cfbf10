"""Picking a tile for every cell with a terrain.

Where the set has tiles that show just what is wanted, one of them is drawn by their probabilities. Elsewhere
the nearest one is taken, as the editors do, in reading order: Tiled holds on to the points shared with cells
that are done and then counts how far the terrains of the others are from those wanted; Godot scores each
pattern by the constraints it breaks. A pick that shows something else changes what the cells after it should
show.

Sources: Tiled, src/tiled/wangfiller.cpp, WangFiller::apply and findBestMatch; Godot,
scene/2d/tile_map_layer.cpp, _get_best_terrain_pattern_for_constraints and terrain_fill_constraints.
"""

import heapq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.formats.terrain.points import wanted, wanted_on_dual_grid
from playloom.kinds.level.formats.terrain.sets import POINTS, TerrainSet
from playloom.seeds import Stream

# Godot's priorities of what a pattern may break: a point that was painted, one that a cell before decided,
# one that lies there; and ours, above them all, of a cell's own terrain.
_PAINTED, _DONE, _LYING = 10, 5, 1
_OWN = 1000

# The cells before a cell in reading order, each with (point of the cell, point of that one): (row, column)
# to step; in Tiled's order, where the later one decides about a corner that two of them touch.
_BEFORE: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...] = (
    (-1, -1, ((7, 3),)),
    (-1, 0, ((0, 4), (7, 5), (1, 3))),
    (-1, 1, ((1, 5),)),
    (0, -1, ((6, 2), (7, 1), (5, 3))),
)
_AFTER = tuple((-rows, -columns) for rows, columns, _ in _BEFORE)


@dataclass(frozen=True)
class Filled:
    """The tiles of a map of terrains, and how well they fit."""

    picks: NDArray[np.int64]  # (H, W) place in the set's tiles, -1 for none
    unfit: NDArray[np.bool_]  # (H, W): has a terrain, but no tile shows what was wanted there
    hidden: NDArray[np.bool_]  # (H, W): is too narrow to show its terrain, or in Tiled alone


def fill(terrains: NDArray[np.uint8], terrain_set: TerrainSet, between: int, stream: Stream) -> Filled:
    """Pick a tile for each cell with a terrain.

    Args:
        terrains: (H, W) number of each cell's terrain in the set, 0 for none.
        terrain_set: The tiles to pick from, at least one.
        between: The terrain of corners and sides where terrains meet, 0 for none.
        stream: Decides between tiles that fit alike; takes H * W words.
    """
    want = wanted(terrains, terrain_set, between)
    picks, shown = _pick(terrain_set, want, terrains, stream)
    hidden = (terrains > 0) & ~(want == terrains[..., None]).any(-1)
    unfit = (terrains > 0) & ~hidden & (shown != want).any(-1)
    return Filled(picks, unfit, hidden)


def fill_dual_grid(terrains: NDArray[np.uint8], terrain_set: TerrainSet, stream: Stream) -> Filled:
    """Pick tiles, (H + 1, W + 1), that lie half a cell up and to the left: each corner is a cell.

    Args:
        terrains: (H, W) number of each cell's terrain in the set, 0 for none.
        terrain_set: The tiles to pick from, at least one, of kind "corner"; centres do not count.
        stream: Decides between tiles that fit alike; takes (H + 1) * (W + 1) words.
    """
    cornered = replace(
        terrain_set, tiles=tuple(replace(tile, centre=0) for tile in terrain_set.tiles), centred=False
    )
    want = wanted_on_dual_grid(terrains, cornered)
    picks, shown = _pick(cornered, want, want.max(-1), stream)
    return Filled(picks, (shown != want).any(-1), np.zeros(picks.shape, bool))


def _pick(
    terrain_set: TerrainSet, want: NDArray[np.uint8], terrains: NDArray[np.uint8], stream: Stream
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the picks, (H, W), for cells that have a terrain, and what they show, (H, W, 9)."""
    words = stream.bits(terrains.size).reshape(terrains.shape)
    shown, picks = want.copy(), np.full(terrains.shape, -1, np.int64)
    missing = _pick_exact(terrain_set, want, terrains, words, picks)
    missing &= want.any(-1)  # a tile that shows nothing is none
    _pick_nearest(terrain_set, terrains, missing, words, shown, picks)
    return picks, shown


def _pick_exact(
    terrain_set: TerrainSet,
    want: NDArray[np.uint8],
    terrains: NDArray[np.uint8],
    words: NDArray[np.uint64],
    picks: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Pick where a tile shows just what is wanted; return where none does."""
    used, numbered = np.unique(want, return_inverse=True)
    places = len(used) ** np.arange(want.shape[-1], dtype=np.int64)  # fits: see MAPPED_HIGH
    codes = (numbered.reshape(want.shape) * places).sum(-1)
    kinds, which = np.unique(codes, return_inverse=True)
    which = which.reshape(terrains.shape)
    missing = np.zeros(terrains.shape, bool)
    first = np.zeros(len(kinds), np.int64)
    first[which.ravel()[::-1]] = np.arange(which.size)[::-1]  # one cell of each kind
    for kind in range(len(kinds)):
        pattern = want.reshape(-1, want.shape[-1])[first[kind]]
        here = (which == kind) & (terrains > 0)
        fitting = np.flatnonzero((terrain_set.patterns == pattern).all(1))
        if len(fitting):
            picks[here] = _draw(fitting, terrain_set.weights[fitting], words[here])
        else:
            missing |= here
    return missing


def _draw(
    fitting: NDArray[np.int64], weights: NDArray[np.int64], words: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Draw one of the fitting tiles for each word; those of weight 0 only where all have it."""
    ends = np.cumsum(weights if weights.any() else np.ones_like(weights))
    drawn = ((words >> np.uint64(40)) * np.uint64(ends[-1])) >> np.uint64(24)
    return fitting[np.searchsorted(ends, drawn.astype(np.int64), side="right")]


def _pick_nearest(
    terrain_set: TerrainSet,
    terrains: NDArray[np.uint8],
    missing: NDArray[np.bool_],
    words: NDArray[np.uint64],
    shown: NDArray[np.uint8],
    picks: NDArray[np.int64],
) -> None:
    """Pick the nearest tile for the ``missing`` cells, and anew for those that must now fit to them."""
    height, width = terrains.shape
    waiting = np.flatnonzero(missing).tolist()
    known: dict[bytes, NDArray[np.int64]] = {}
    last = -1
    while waiting:
        cell = heapq.heappop(waiting)
        if cell == last:
            continue
        last = cell
        y, x = divmod(cell, width)
        before = shown[y, x].copy()
        want, done = _around(terrains, shown, y, x)
        want[0] = before[0]
        key = want.tobytes() + done.tobytes() + terrains[y, x].tobytes()
        if key not in known:
            known[key] = _nearest(terrain_set, int(terrains[y, x]), want, done)
        fitting = known[key]
        pick = _draw(fitting, terrain_set.weights[fitting], words[y, x, None])[0]
        picks[y, x], shown[y, x] = pick, terrain_set.patterns[pick]
        if (shown[y, x] != before).any():
            for rows, columns in _AFTER:
                if y + rows < height and 0 <= x + columns < width and terrains[y + rows, x + columns]:
                    heapq.heappush(waiting, (y + rows) * width + x + columns)


def _around(
    terrains: NDArray[np.uint8], shown: NDArray[np.uint8], y: int, x: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return what a cell should show beside the cells before it, (9,), and which points they decide, (8,)."""
    want, done = shown[y, x].copy(), np.zeros(POINTS, bool)
    for rows, columns, shared in _BEFORE:
        row, column = y + rows, x + columns
        if row >= 0 and 0 <= column < terrains.shape[1] and terrains[row, column]:
            for mine, theirs in shared:
                want[1 + mine] = shown[row, column, 1 + theirs]
                done[mine] = True
    return want, done


def _nearest(
    terrain_set: TerrainSet, terrain: int, want: NDArray[np.uint8], done: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the tiles that come nearest to ``want``, (9,); ``done`` points, (8,), belong to cells before."""
    counting = terrain_set.counting
    points, target = terrain_set.patterns[:, 1:][:, counting], want[1:][counting]
    done = done[counting]
    if terrain_set.centred:
        return _fewest_broken(terrain_set, terrain, points, target, done, int(want[0]))
    distances = terrain_set.distances
    steps = np.where(distances < 0, max(1, int(distances.max())) + 1, distances)
    apart = steps[target[None], points]
    fitting = (points == target)[:, done].all(1)
    penalties = apart.sum(1)
    if fitting.any():
        penalties = np.where(fitting, penalties, penalties.max() + 1)
    return np.flatnonzero(penalties == penalties.min())


def _fewest_broken(
    terrain_set: TerrainSet,
    terrain: int,
    points: NDArray[np.uint8],
    target: NDArray[np.uint8],
    done: NDArray[np.bool_],
    centre: int,
) -> NDArray[np.int64]:
    """Return the tiles of the pattern that breaks the fewest constraints, the first of several."""
    centres = terrain_set.patterns[:, 0]
    prices = np.where(done, _DONE, np.where(target == terrain, _PAINTED, _LYING))
    broken = points != target
    # Unlike the engine's, our cells never give up their own terrain: what can be walked on has to look so.
    scores = (broken * prices).sum(1) + _OWN * (centres != centre)
    # Points that nothing constrains stay empty, if there is such a tile; the engine would leave a hole.
    kept = ~(broken & (target == 0) & ~done).any(1)
    if kept.any():
        scores = np.where(kept, scores, scores.max() + 1)
    first = int(scores.argmin())  # tiles are sorted as Godot sorts patterns
    return np.flatnonzero((terrain_set.patterns == terrain_set.patterns[first]).all(1))
