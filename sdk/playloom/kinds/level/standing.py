"""Objects of own tiles stand on the ground that is there, not on the ground of the map they were learnt from.

A tile of a developer's own is a whole stack: an enemy on grass and the same
enemy on a path are two tiles. Which of them is right, the ground says.
"""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.tiles import Entry, TileBook
from playloom.kinds.level.vocabulary import Vocabulary

_Ground = tuple[Entry, ...]


class Standing:
    """For each object of a vocabulary, the same object on other grounds."""

    def __init__(self, book: TileBook, vocabulary: Vocabulary) -> None:
        """Find which tiles are the same object: same things, or else same topmost picture, and same role."""
        self._grounds = book.stacks
        self._same: dict[int, dict[_Ground, int]] = {}  # object -> ground -> the tile that is both
        families: dict[object, dict[_Ground, int]] = {}
        for tile in np.flatnonzero(vocabulary.objects).tolist():
            stack, things = book.stacks[tile], book.things[tile]
            meant = vocabulary.tiles[tile]
            ground = stack if things else stack[:-1]
            what = things or stack[-1:]
            family = families.setdefault((what, meant.role, meant.passability, meant.tier), {})
            family.setdefault(ground, tile)
            self._same[tile] = family

    def on(self, tile: int, ground: int) -> int:
        """Return the tile that shows the object of ``tile`` on the ground of tile ``ground``.

        Without one, the object on a ground that is alike in its lowest layer; else ``tile`` itself.
        """
        there, family = self._grounds[ground], self._same[tile]
        if there in family:
            return family[there]
        own = self._grounds[tile]
        if own[:1] == there[:1]:
            return tile
        return next((found for below, found in family.items() if below[:1] == there[:1] != ()), tile)

    def settle(self, cells: NDArray[np.int64], ground: NDArray[np.int64], free: NDArray[np.bool_]) -> None:
        """Put every object that was laid on ``ground`` (H, W) into ``cells`` (H, W) as what it is there.

        Args:
            cells: The finished map, changed in place.
            ground: The map before objects were placed.
            free: Shape (H, W): may be changed.
        """
        for y, x in np.argwhere(free & (cells != ground)).tolist():
            tile = int(cells[y, x])
            if tile in self._same and int(ground[y, x]) not in self._same:
                cells[y, x] = self.on(tile, int(ground[y, x]))
