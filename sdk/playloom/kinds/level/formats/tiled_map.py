"""A map as read from Tiled, whatever the notation, and the level that it means.

Tile numbers are mere pictures; what they mean comes from a legend of the
caller, or from what the tileset says of each tile.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import check_size
from playloom.kinds.level.formats.evidence import movement_of, restore
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.formats.tiled import EVIDENCE, EVIDENCE_OF, MOVEMENT, THEME
from playloom.kinds.level.movement import vocabulary_for
from playloom.kinds.level.vocabulary import Role, Vocabulary

PLAIN_GID = 0x0FFFFFFF  # the four high bits flip and rotate the picture; the tile means the same
_KINDS_HIGH = 65_536  # different tiles in one map
_SHOWN = 8  # unknown tiles listed in a message
_NOTHING = -1


@dataclass(frozen=True)
class Labels:
    """What a tile or an object says of itself: names by falling trust, and a character."""

    names: tuple[str, ...] = ()
    char: str = ""


@dataclass(frozen=True)
class Tileset:
    """The part of a tileset that matters to a level: numbers and labels. Its pictures stay unread."""

    first: int  # the map's number of tile 0
    name: str
    count: int | None  # tiles, where the file says so
    labels: dict[int, Labels]
    home: Path = Path()  # the file that holds it and names its pictures
    raw: Element | bytes = b""  # all that it says, as XML or JSON


@dataclass(frozen=True)
class Piece:
    """Tiles of a layer or of one chunk of it."""

    x: int  # cells
    y: int
    gids: NDArray[np.int64]  # (H, W), below 2**32
    layer: int = 0  # place in `TiledMap.layers`


@dataclass(frozen=True)
class LayerHead:
    """What a layer says of itself."""

    name: str
    opacity: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)  # pixels


@dataclass(frozen=True)
class Mark:
    """A point, rectangle or tile of an object layer: its centre in pixels."""

    number: int  # the object's id
    x: float
    y: float
    gid: int  # 0: no picture
    labels: Labels
    name: str = ""
    kind: str = ""  # its class
    size: tuple[float, float] = (0.0, 0.0)  # pixels
    layer: str = ""


@dataclass(kw_only=True)
class TiledMap:
    """Everything of a map that can matter to a level; hidden layers are already left out."""

    width: int  # cells
    height: int
    infinite: bool
    tile_width: int  # pixels
    tile_height: int
    properties: dict[str, str]
    tilesets: list[Tileset] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)  # bottom first
    marks: list[Mark] = field(default_factory=list)
    layers: list[LayerHead] = field(default_factory=list)  # tile layers, bottom first
    hidden: list[str] = field(default_factory=list)  # names of layers left out since they are not shown
    unused: list[str] = field(
        default_factory=list
    )  # names of layers of images, and kinds of objects, left out


def check_head(where: Path, orientation: str, tile_width: int, tile_height: int) -> None:
    """Refuse maps whose cells are not a grid of rectangles."""
    if orientation != "orthogonal":
        raise FileInvalid(
            f"{where}: orientation is {orientation[:40]!r}; only orthogonal maps can be read "
            "(Tiled: Map > Map Properties > Orientation)"
        )
    if not (1 <= tile_width <= 4096 and 1 <= tile_height <= 4096):
        raise FileInvalid(f"{where}: tiles are {tile_width}x{tile_height} pixels; expected 1 to 4096")


def check_layer(where: Path, tiled: TiledMap, width: int, height: int) -> None:
    """Refuse a layer of another size than its map; chunks of infinite maps may have any."""
    if not tiled.infinite and (width, height) != (tiled.width, tiled.height):
        raise FileInvalid(
            f"{where}: a layer is {width}x{height} cells, the map {tiled.width}x{tiled.height}; "
            "save the map again in Tiled"
        )


def place_mark(
    where: Path,
    *,
    number: int,
    corner: tuple[float, float],
    size: tuple[float, float],
    gid: int,
    labels: Labels,
    template: str,
    name: str = "",
    kind: str = "",
    layer: str = "",
) -> Mark:
    """Return an object by its centre: its corner is at the top left, of pictures at the bottom left."""
    if template and not gid and not labels.names:
        raise FileInvalid(
            f"{where}: object {number} comes from a template; detach it in Tiled (right click > Detach)"
        )
    half_width, half_height = size[0] / 2, size[1] / 2
    y = corner[1] - half_height if gid else corner[1] + half_height
    return Mark(number, corner[0] + half_width, y, gid, labels, name, kind, size, layer)


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


def frame_of(where: Path, tiled: TiledMap) -> tuple[int, int, int, int]:
    """Return left, top, width, height in cells; of infinite maps what is filled."""
    if not tiled.pieces:
        raise FileInvalid(f"{where}: has no visible tile layer with tiles; show or draw one")
    if not tiled.infinite:
        check_size(where, tiled.width, tiled.height)
        return 0, 0, tiled.width, tiled.height
    corners: list[tuple[int, int]] = []
    for piece in tiled.pieces:
        filled = np.argwhere(piece.gids & PLAIN_GID)
        if len(filled):
            corners += [(piece.x + int(x), piece.y + int(y)) for y, x in (filled.min(0), filled.max(0))]
    if not corners:
        raise FileInvalid(f"{where}: the infinite map is empty; draw something")
    left, top = (min(corner[i] for corner in corners) for i in (0, 1))
    right, bottom = (max(corner[i] for corner in corners) + 1 for i in (0, 1))
    check_size(where, right - left, bottom - top)
    return left, top, right - left, bottom - top


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
            f"{self._where}: tiles without a known meaning: {', '.join(listed)}{more}; give each tile "
            f'the class or a property "name" of {", ".join(self._by_name)} in Tiled, or give a legend that '
            f'says "{label}" = "{self._vocabulary.tiles[0].name}", or {gid} = "" (leaves it out)'
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
