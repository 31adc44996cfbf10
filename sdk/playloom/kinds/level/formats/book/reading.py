"""Maps in the developer's own tiles, read as levels of the package that made them or learnt from them."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.columns import distinct_columns
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import LAYERED_HIGH
from playloom.kinds.level.formats.evidence import restore
from playloom.kinds.level.formats.tiled import EVIDENCE, EVIDENCE_OF, THEME
from playloom.kinds.level.formats.tiled_map import PLAIN_GID, Mark, TiledMap, Tileset, frame_of
from playloom.kinds.level.tiles import Entry, Thing, TileBook
from playloom.kinds.level.vocabulary import Vocabulary

_TURN_HEXAGONS = 1 << 28  # means nothing on square cells
_UNKNOWN = -1
_NONE = Entry(0, 0, 0)  # has the number of nothing, and is never looked up
# Layer, name and class of an object; sheet, tile and flip of its picture.
_Shown = tuple[str, str, str, int, int, int]
_Key = tuple[frozenset[Entry], tuple[_Shown, ...]]  # objects sorted: two alike are not one


def level_through(where: Path, tiled: TiledMap, book: TileBook, vocabulary: Vocabulary) -> Level:
    """Return the level that a map drawn with the tiles of ``book`` shows.

    Layers, tilesets and objects are known by their names. Objects that the book does not know are no tiles;
    layers that it does not know may be empty alone.

    Raises:
        FileInvalid: If a cell holds what no tile of the vocabulary looks like; says which.
    """
    left, top, width, height = frame_of(where, tiled)
    if (tiled.tile_width, tiled.tile_height) != (book.tile_width, book.tile_height):
        raise FileInvalid(
            f"{where}: its cells are {tiled.tile_width}x{tiled.tile_height} pixels, those of the package "
            f"{book.tile_width}x{book.tile_height}; give a map of the package's tiles"
        )
    sheets = _Sheets(where, tiled.tilesets, book)
    grids, entries = _shown_tiles(where, tiled, book, sheets, (left, top, width, height))
    marks: dict[int, list[_Shown]] = {}  # by place of the cell in reading order
    known = {_shown(thing) for things in book.things for thing in things}
    for mark in tiled.marks:
        shown = _shown_by(mark, sheets)
        if not (math.isfinite(mark.x) and math.isfinite(mark.y)):
            raise FileInvalid(f"{where}: object {mark.number} has no place; delete it")
        x, y = int(mark.x // tiled.tile_width) - left, int(mark.y // tiled.tile_height) - top
        if shown in known and 0 <= x < width and 0 <= y < height:
            marks.setdefault(y * width + x, []).append(shown)
    ids = _ids(book)
    columns, places = distinct_columns(grids, height * width)
    stacks = [frozenset(entries[code] for code in column if code) for column in columns.tolist()]
    plain = np.array([ids.get((stack, ()), _UNKNOWN) for stack in stacks], np.int16)
    cells = plain[places]
    for place, standing in marks.items():
        cells[place] = ids.get((stacks[places[place]], tuple(sorted(standing))), _UNKNOWN)
    if (cells == _UNKNOWN).any():
        place = int((cells == _UNKNOWN).argmax())
        key = stacks[places[place]], tuple(sorted(marks.get(place, ())))
        raise FileInvalid(
            f"{where}: cell ({place % width}, {place // width}) holds {_words(key, book)}, which is no tile "
            "of the package; draw it with tiles that stood together in the training maps"
        )
    level = Level(
        cells=cells.reshape(height, width).astype(np.uint8),
        vocabulary=vocabulary,
        theme=tiled.properties.get(THEME, ""),
    )
    return restore(where, level, tiled.properties.get(EVIDENCE, ""), tiled.properties.get(EVIDENCE_OF, ""))


def _shown_tiles(
    where: Path, tiled: TiledMap, book: TileBook, sheets: "_Sheets", frame: tuple[int, int, int, int]
) -> tuple[list[NDArray[np.int32]], list[Entry]]:
    """Return what each layer of the book shows as numbers (H, W), 0 for nothing, and what they stand for.

    Raises:
        FileInvalid: If a layer or tile is not the package's, or the layers are too many for the map's size.
    """
    left, top, width, height = frame
    grids: dict[int, NDArray[np.int32]] = {}
    numbers: dict[Entry, int] = {}
    layers = _layers(tiled, book)
    for piece in tiled.pieces:
        used, codes = np.unique(piece.gids & ~_TURN_HEXAGONS, return_inverse=True)
        if not (used & PLAIN_GID).any():
            continue
        layer = layers[piece.layer]
        if layer is None:
            name = tiled.layers[piece.layer].name
            raise FileInvalid(f"{where}: layer {name[:40]!r} is not among the package's; remove or hide it")
        if layer not in grids:
            if (len(grids) + 1) * width * height > LAYERED_HIGH:
                raise FileInvalid(f"{where}: layers hold over {LAYERED_HIGH} cells; split the map")
            grids[layer] = np.zeros((height, width), np.int32)
        found = [
            numbers.setdefault(Entry(layer, *sheets.tile(gid), gid >> 29), len(numbers) + 1)
            if gid & PLAIN_GID
            else 0
            for gid in used.tolist()
        ]
        shown = np.array(found, np.int32)[codes.reshape(piece.gids.shape)]
        rows, columns = np.nonzero(shown)
        grids[layer][rows + piece.y - top, columns + piece.x - left] = shown[rows, columns]
    return list(grids.values()), [_NONE, *numbers]


def _ids(book: TileBook) -> dict[_Key, int]:
    """Return the tile id of each look."""
    looks = zip(book.stacks, book.things, strict=True)
    keys = [(frozenset(stack), tuple(sorted(map(_shown, things)))) for stack, things in looks]
    return {key: number for number, key in reversed([*enumerate(keys)])}  # the first of equals


def _layers(tiled: TiledMap, book: TileBook) -> list[int | None]:
    """Return the place in the book of each tile layer of a map; layers of one name count in their order."""
    left: dict[str, list[int]] = {}
    for place, layer in enumerate(book.layers):
        left.setdefault(layer.name, []).append(place)
    return [left[head.name].pop(0) if left.get(head.name) else None for head in tiled.layers]


class _Sheets:
    """Finds a map's tiles in the book."""

    def __init__(self, where: Path, tilesets: Sequence[Tileset], book: TileBook) -> None:
        self._where = where
        self._tilesets = sorted(tilesets, key=lambda tileset: tileset.first)
        self._firsts = [tileset.first for tileset in self._tilesets]
        self._book = book

    def tile(self, gid: int) -> tuple[int, int]:
        """Return sheet and tile of a number in the map.

        Raises:
            FileInvalid: If the book has no such tileset or tile.
        """
        plain = gid & PLAIN_GID
        index = bisect_right(self._firsts, plain) - 1
        tileset = self._tilesets[index] if index >= 0 else None
        if tileset is None:
            raise FileInvalid(
                f"{self._where}: tile number {plain} is in no tileset; save the map again in Tiled"
            )
        tile = plain - tileset.first
        for number, sheet in enumerate(self._book.sheets):
            if sheet.name == tileset.name and tile < sheet.count:
                return number, tile
        known = ", ".join(sheet.name for sheet in self._book.sheets)
        raise FileInvalid(
            f"{self._where}: uses tile {tile} of tileset {tileset.name[:40]!r}, which the package does not "
            f"have; it has {known}"
        )


def _shown(thing: Thing) -> _Shown:
    return thing.layer, thing.name, thing.kind, thing.sheet, thing.tile, thing.flip


def _shown_by(mark: Mark, sheets: _Sheets) -> _Shown:
    gid = mark.gid & ~_TURN_HEXAGONS
    sheet, tile = sheets.tile(gid) if gid & PLAIN_GID else (-1, 0)
    return mark.layer, "" if mark.kind else mark.name, mark.kind, sheet, tile, gid >> 29


def _words(key: _Key, book: TileBook) -> str:
    entries, shown = key
    tiles = sorted(f"{book.sheets[e.sheet].name}:{e.tile} on {book.layers[e.layer].name!r}" for e in entries)
    things = sorted(f"object {name or kind!r}" for _, name, kind, *_ in shown)
    return " with ".join([*tiles, *things]) or "no tile"
