"""The level that a map of Tiled means.

Tile numbers are mere pictures; what they mean comes from a legend of the
caller, or from what the tileset says of each tile.
"""

import math
from bisect import bisect_right
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.evidence import movement_of, restore
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.tiled import DUAL_GRID, EVIDENCE, EVIDENCE_OF, MOVEMENT, THEME
from playloom.kinds.level.formats.tiled_map import PLAIN_GID, Labels, Mark, TiledMap, Tileset, frame_of
from playloom.kinds.level.movement import vocabulary_for
from playloom.kinds.level.vocabulary import Role, Vocabulary

_KINDS_HIGH = 65_536  # different tiles in one map
_SHOWN = 8  # unknown tiles listed in a message
_NOTHING = -1


def level_of(where: Path, tiled: TiledMap, vocabulary: Vocabulary, legend: Legend | None = None) -> Level:
    """Return the level that a map means.

    Layers are laid bottom to top: the topmost object of a cell counts (start, key, enemy and so on), else its
    topmost ground. Objects of object layers count as tiles where they name an object of the vocabulary.

    Args:
        where: Named in messages.
        tiled: The map.
        vocabulary: What tiles can mean.
        legend: What tiles mean, before what the map says; without 0, empty cells are the first void.

    Raises:
        FileInvalid: If tiles have no known meaning, cells are empty or the map is out of bounds.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    if tiled.properties.get(DUAL_GRID):
        raise FileInvalid(
            f"{where}: is drawn on a dual grid, where a tile shows parts of four cells, so its cells cannot "
            "be read; give the .json file of the level, which -o level.json writes beside the map"
        )
    left, top, width, height = frame_of(where, tiled)
    movement = movement_of(where, tiled.properties.get(MOVEMENT, ""))
    vocabulary = vocabulary_for(movement, vocabulary)
    reading = _Reading(where, tiled.tilesets, vocabulary, _checked(legend or {}, vocabulary))
    ground = np.full((height, width), _NOTHING, np.int16)
    things = np.full((height, width), _NOTHING, np.int16)
    for piece in tiled.pieces:
        ids = reading.ids(piece.gids)
        rows, columns = np.nonzero(ids != _NOTHING)
        ids = ids[rows, columns]
        for cells, chosen in ((things, vocabulary.objects[ids]), (ground, ~vocabulary.objects[ids])):
            cells[rows[chosen] + piece.y - top, columns[chosen] + piece.x - left] = ids[chosen]
    for mark in tiled.marks:
        number = reading.mark(mark)
        if number != _NOTHING:
            place = _cell(where, mark, tiled, (left, top, width, height))
            (things if vocabulary.objects[number] else ground)[place] = number
    reading.refuse_unknown()
    cells = np.where(things != _NOTHING, things, ground)
    cells[cells == _NOTHING] = reading.empty(cells)
    level = Level(
        cells=cells.astype(np.uint8),
        vocabulary=vocabulary,
        theme=tiled.properties.get(THEME, ""),
        movement=movement,
    )
    return restore(where, level, tiled.properties.get(EVIDENCE, ""), tiled.properties.get(EVIDENCE_OF, ""))


def _checked(legend: Legend, vocabulary: Vocabulary) -> dict[str, str]:
    names = {tile.name for tile in vocabulary.tiles}
    for key, name in legend.items():
        if name and name not in names:
            known = ", ".join(sorted(names))
            raise RequestInvalid(f"legend: {key!r} is to mean {name!r}, which is no tile; choose of {known}")
    return {str(key): name for key, name in legend.items()}


def _cell(where: Path, mark: Mark, tiled: TiledMap, frame: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return row and column of the cell that a mark lies in."""
    left, top, width, height = frame
    if not (math.isfinite(mark.x) and math.isfinite(mark.y)):
        raise FileInvalid(f"{where}: object {mark.number} has no place; delete it")
    x, y = int(mark.x // tiled.tile_width) - left, int(mark.y // tiled.tile_height) - top
    if not (0 <= x < width and 0 <= y < height):
        raise FileInvalid(f"{where}: object {mark.number} lies outside of the map; move or delete it")
    return y, x


class _Reading:
    """Turns numbers into meanings, and remembers those that have none."""

    def __init__(
        self, where: Path, tilesets: list[Tileset], vocabulary: Vocabulary, legend: dict[str, str]
    ) -> None:
        self._where = where
        for tileset in tilesets:
            if not 1 <= tileset.first <= PLAIN_GID:
                raise FileInvalid(
                    f"{where}: a tileset has firstgid {tileset.first}; save the map again in Tiled"
                )
        self._tilesets = sorted(tilesets, key=lambda tileset: tileset.first)
        self._firsts = [tileset.first for tileset in self._tilesets]
        self._vocabulary = vocabulary
        self._by_name = {tile.name: i for i, tile in enumerate(vocabulary.tiles)}
        self._legend = legend
        self._known: dict[int, int] = {0: _NOTHING}
        self._unknown: dict[str, int] = {}  # "tileset:id" -> a number in the map

    def ids(self, gids: NDArray[np.int64]) -> NDArray[np.int16]:
        """(H, W) numbers -> (H, W) tile ids, _NOTHING where empty, left out or unknown."""
        used, places = np.unique(gids & PLAIN_GID, return_inverse=True)
        if len(used) + len(self._known) > _KINDS_HIGH:
            raise FileInvalid(f"{self._where}: uses over {_KINDS_HIGH} different tiles; use fewer")
        meanings = np.array([self._meaning(gid) for gid in used.tolist()], np.int16)
        result: NDArray[np.int16] = meanings[places.reshape(gids.shape)]
        return result

    def mark(self, mark: Mark) -> int:
        """Return the tile id an object stands for: by its own labels, else by its picture."""
        own = self._labelled(mark.labels)
        if mark.gid & PLAIN_GID:
            return self._meaning(mark.gid & PLAIN_GID) if own == _NOTHING else own
        return own if own != _NOTHING and self._vocabulary.objects[own] else _NOTHING

    def empty(self, cells: NDArray[np.int16]) -> int:
        """Return the tile id of cells without any tile."""
        name = self._legend.get("0")
        voids = self._vocabulary.ids(Role.VOID)
        if name or voids:
            return self._by_name[name] if name else voids[0]
        places = np.argwhere(cells == _NOTHING)
        if len(places):
            y, x = places[0]
            raise FileInvalid(
                f"{self._where}: cell ({x}, {y}) is empty and the vocabulary has no void tile; "
                'fill the cell, or say in a legend what 0 means, such as 0 = "floor"'
            )
        return 0

    def refuse_unknown(self) -> None:
        """Raise FileInvalid if any number had no meaning."""
        if not self._unknown:
            return
        listed = [f"{label} (number {gid})" for label, gid in [*self._unknown.items()][:_SHOWN]]
        more = f" and {len(self._unknown) - _SHOWN} more" if len(self._unknown) > _SHOWN else ""
        label, gid = next(iter(self._unknown.items()))
        raise FileInvalid(
            f"{self._where}: has tiles without a known meaning; if it is in the style of your own maps, name "
            f"its package with --package. They are {', '.join(listed)}{more}. Or give a legend (--legend) "
            f'that says "{label}" = "{self._vocabulary.tiles[0].name}", or {gid} = "" (leaves it out), or '
            f'give each tile in Tiled the class or a property "name" of {", ".join(self._by_name)}'
        )

    def _meaning(self, gid: int) -> int:
        if gid not in self._known:
            self._known[gid] = self._look_up(gid)
        return self._known[gid]

    def _look_up(self, gid: int) -> int:
        index = bisect_right(self._firsts, gid) - 1
        tileset = self._tilesets[index] if index >= 0 else None
        if tileset is None or (tileset.count is not None and gid - tileset.first >= tileset.count):
            raise FileInvalid(
                f"{self._where}: tile number {gid} is in no tileset; save the map again in Tiled"
            )
        label = f"{tileset.name[:40]}:{gid - tileset.first}"
        name = self._legend.get(str(gid), self._legend.get(f"{tileset.name}:{gid - tileset.first}"))
        if name is not None:
            return self._by_name[name] if name else _NOTHING
        found = self._labelled(tileset.labels.get(gid - tileset.first, Labels()))
        if found == _NOTHING:
            self._unknown[label] = gid
        return found

    def _labelled(self, labels: Labels) -> int:
        named = (self._by_name[name] for name in labels.names if name in self._by_name)
        return next(named, self._vocabulary.by_char.get(labels.char, _NOTHING))
