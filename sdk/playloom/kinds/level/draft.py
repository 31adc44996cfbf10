"""A level in the making: its cells, what may still change, and what each change would cost."""

from dataclasses import dataclass, field

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, GRID
from playloom.kinds.level.content import Edit
from playloom.kinds.level.vocabulary import Passability, Vocabulary

NATS = GRID * FINE  # units of cost to the nat


@dataclass
class Draft:
    """Cells under repair; every change is entered in ``edits``."""

    cells: NDArray[np.int64]  # (H, W) tile ids
    fixed: NDArray[np.bool_]  # (H, W): pinned
    sealed: NDArray[np.bool_]  # (H, W): must not become walkable (the closed border)
    surprise: NDArray[np.int32]  # (H, W, V): cost of each tile, 1/NATS nats
    vocabulary: Vocabulary
    edits: list[Edit] = field(default_factory=list)  # in the order they were made

    @property
    def walkable(self) -> NDArray[np.bool_]:
        """Shape (H, W): may be walked on, locks included."""
        return self.vocabulary.open[self.cells]

    def cheapest(self, tiles: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each cell the likeliest of ``tiles`` (V,), and its cost (at least 1), both (H, W)."""
        ids = np.flatnonzero(tiles)
        part = self.surprise[:, :, ids]
        best = part.argmin(axis=2)
        cost = np.take_along_axis(part, best[:, :, None], 2)[:, :, 0].astype(np.int64)
        return ids[best], np.maximum(cost, 1)

    def change(self, y: int, x: int, tile: int, reason: str) -> None:
        """Set a cell and enter it in the list of edits."""
        before = int(self.cells[y, x])
        tiles = self.vocabulary.tiles
        nats = round(int(self.surprise[y, x, tile]) / NATS, 3)
        self.edits.append(
            Edit(x=x, y=y, before=tiles[before].name, after=tiles[tile].name, nats=nats, reason=reason)
        )
        self.cells[y, x] = tile

    def changes(self) -> tuple[Edit, ...]:
        """Return what repair changed in all: one edit a cell, from the proposal to the end; last reasons."""
        merged: dict[tuple[int, int], Edit] = {}
        for edit in self.edits:
            first = merged.get((edit.y, edit.x))
            if first is None:
                merged[edit.y, edit.x] = edit
            else:
                merged[edit.y, edit.x] = structs.replace(edit, before=first.before)
        return tuple(merged[place] for place in sorted(merged) if merged[place].before != merged[place].after)


def opening_tiles(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return which tiles (V,) can open a cell: walkable ground."""
    return vocabulary.open & ~vocabulary.objects


def closing_tiles(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return which tiles (V,) can close a cell: solid or liquid ground; nothing that harms."""
    harmless = np.array([tile.passability is not Passability.HARM for tile in vocabulary.tiles])
    closing: NDArray[np.bool_] = ~vocabulary.open & ~vocabulary.objects & harmless
    return closing
