"""Redraw the cells whose neighbours never stood beside them in training, until every pair is known.

Each spot with a strange pair is solved anew as a constraint problem: the cells
of a window around it, with those outside as they are. Arc consistency
(Mackworth 1977, AC-3) narrows what each cell can be; the cell with the fewest
choices takes the one that the network likes best, with a little chance; a dead
end goes back. Where a window has no solution, a larger one is tried.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kernels.chance import noise
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.free.pairs import strange, tables
from playloom.kinds.level.settings import Adjacency
from playloom.seeds import Stream

REASON = "its neighbours never stood beside it in training"
MARGINS = (0, 1, 2, 4, 8, 16)  # cells around a strange pair that are drawn anew, one after the other
_DEAD_ENDS = 64  # allowed in a window before a larger one is tried
_NO_COST = np.iinfo(np.int64).max

_Choices = NDArray[np.bool_]  # (H, W, V): what each cell can still be
_Window = tuple[slice, ...]


def settle(
    draft: Draft, adjacency: Adjacency, stream: Stream, *, instead: NDArray[np.bool_] | None = None
) -> bool:
    """Redraw cells of ``draft`` until all pairs are among ``adjacency``; return whether they are.

    Args:
        draft: Changed in place; pinned cells stay.
        adjacency: The pairs that are known.
        stream: The randomness.
        instead: Shape (V, V): which tiles a tile may become; None: any.
    """
    for margin in MARGINS:
        bad = _strange_cells(draft, adjacency)
        if not bad.any():
            return True
        side = 2 * margin + 1
        near = ndimage.binary_dilation(bad, np.ones((side, side), np.bool_)) if margin else bad
        labels, _ = ndimage.label(near, np.ones((3, 3), np.bool_))
        for number, window in enumerate(ndimage.find_objects(labels), 1):
            mask = (labels[window] == number) & ~draft.fixed[window]
            if mask.any():
                _redraw(draft, adjacency, mask, window, stream.fork(f"{margin} {number}"), instead)
    return not _strange_cells(draft, adjacency).any()


def _strange_cells(draft: Draft, adjacency: Adjacency) -> NDArray[np.bool_]:
    """Return the cells (H, W) of all pairs that were never seen."""
    across, below = strange(draft.cells, adjacency, len(draft.vocabulary))
    bad = np.zeros(draft.cells.shape, np.bool_)
    bad[:, :-1] |= across
    bad[:, 1:] |= across
    bad[:-1] |= below
    bad[1:] |= below
    return bad


def _redraw(
    draft: Draft,
    adjacency: Adjacency,
    mask: NDArray[np.bool_],
    window: _Window,
    stream: Stream,
    instead: NDArray[np.bool_] | None,
) -> None:
    """Draw the cells of ``mask`` (the window's size) anew, if they have a solution."""
    height, width = draft.cells.shape
    top, left = max(0, window[0].start - 1), max(0, window[1].start - 1)
    ring = slice(top, min(height, window[0].stop + 1)), slice(left, min(width, window[1].stop + 1))
    cells = draft.cells[ring]
    free = np.zeros(cells.shape, np.bool_)
    inside = (
        slice(window[0].start - top, window[0].stop - top),
        slice(window[1].start - left, window[1].stop - left),
    )
    free[inside] = mask
    choices: _Choices = np.zeros((*cells.shape, len(draft.vocabulary)), np.bool_)
    np.put_along_axis(choices, cells[:, :, None], True, axis=2)
    choices[free] = True if instead is None else instead[cells[free]]
    chance = noise(stream.bits(choices.size)).reshape(choices.shape)
    solver = _Solver(adjacency, choices, free, draft.surprise[ring] - chance // 2)
    if not solver.solve():
        return
    found = choices.argmax(axis=2)
    for y, x in np.argwhere(free & (found != cells)).tolist():
        draft.change(top + y, left + x, int(found[y, x]), REASON)


class _Solver:
    """Finds the likeliest filling of a window, within a number of dead ends."""

    def __init__(
        self, adjacency: Adjacency, choices: _Choices, free: NDArray[np.bool_], cost: NDArray[np.int64]
    ) -> None:
        """Work on ``choices``, (H, W, V), of the cells ``free``, (H, W), by ``cost``, (H, W, V)."""
        self.choices, self.free, self.cost = choices, free, cost
        right, down = (table.astype(np.float32) for table in tables(adjacency, choices.shape[2]))
        # Step to a neighbour, and what it allows there; products of 0 and 1 in float32 are exact counts.
        self._steps = ((0, 1, right), (0, -1, right.T), (1, 0, down), (-1, 0, down.T))
        self._trail: list[tuple[int, int, NDArray[np.bool_]]] = []  # what cells could be before

    def solve(self) -> bool:
        """Leave one choice a cell; return whether that was possible."""
        if not self._narrow(deque(map(tuple, np.argwhere(np.ones_like(self.free)).tolist()))):
            return False
        counts = np.where(self.free, self.choices.sum(axis=2), 0)
        decided: list[tuple[int, int, int, int]] = []  # place, tile, length of the trail before
        dead_ends = 0
        while (undecided := np.where(counts > 1, counts, 1 << 20)).min() < 1 << 20:
            y, x = divmod(int(undecided.argmin()), counts.shape[1])
            tile = int(np.where(self.choices[y, x], self.cost[y, x], _NO_COST).argmin())
            decided.append((y, x, tile, len(self._trail)))
            only = np.zeros(self.choices.shape[2], np.bool_)
            only[tile] = True
            while not self._set(y, x, only):
                dead_ends += 1
                if not decided or dead_ends > _DEAD_ENDS:
                    return False
                y, x, tile, length = decided.pop()
                self._go_back(length)
                only = self.choices[y, x].copy()
                only[tile] = False
            counts = np.where(self.free, self.choices.sum(axis=2), 0)
        return True

    def _set(self, y: int, x: int, choices: NDArray[np.bool_]) -> bool:
        """Narrow a cell and all that follows from it; return whether every cell still has a choice."""
        if not choices.any():
            return False
        self._trail.append((y, x, self.choices[y, x].copy()))
        self.choices[y, x] = choices
        return self._narrow(deque([(y, x)]))

    def _narrow(self, changed: "deque[tuple[int, ...]]") -> bool:
        """Take away what a changed neighbour does not allow, until nothing changes."""
        height, width, _ = self.choices.shape
        waiting = set(changed)
        while changed:
            y, x = changed.popleft()
            waiting.discard((y, x))
            held = self.choices[y, x].astype(np.float32)
            for down, across, table in self._steps:
                to_y, to_x = y + down, x + across
                if not (0 <= to_y < height and 0 <= to_x < width):
                    continue
                old = self.choices[to_y, to_x]
                if not self.free[to_y, to_x] and not self.free[y, x]:
                    continue  # what is wrong between cells that stay is for another window to mend
                kept = old & (held @ table > 0)
                if (kept == old).all():
                    continue
                if not kept.any():
                    return False
                self._trail.append((to_y, to_x, old.copy()))
                self.choices[to_y, to_x] = kept
                if (to_y, to_x) not in waiting:
                    waiting.add((to_y, to_x))
                    changed.append((to_y, to_x))
        return True

    def _go_back(self, length: int) -> None:
        while len(self._trail) > length:
            y, x, choices = self._trail.pop()
            self.choices[y, x] = choices
