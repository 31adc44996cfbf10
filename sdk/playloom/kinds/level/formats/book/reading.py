"""Maps in the developer's own tiles, read as levels of the package that made them or learnt from them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.evidence import restore
from playloom.kinds.level.formats.tiled import EVIDENCE, EVIDENCE_OF, THEME
from playloom.kinds.level.formats.tiled_map import PLAIN_GID, Mark, TiledMap, Tileset, frame_of
from playloom.kinds.level.tiles import Entry, Thing, TileBook
from playloom.kinds.level.vocabulary import Vocabulary

_TURN_HEXAGONS = 1 << 28  # means nothing on square cells
_Shown = tuple[str, str, str, int, int]  # layer, name and class of an object, sheet and tile of its picture
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
    entries: dict[tuple[int, int], list[Entry]] = {}
    sheets = _Sheets(where, tiled.tilesets, book)
    layers = _layers(tiled, book)
    for piece in tiled.pieces:
        for y, x in np.argwhere(piece.gids & PLAIN_GID).tolist():
            gid = int(piece.gids[y, x]) & ~_TURN_HEXAGONS
            place = piece.y + y - top, piece.x + x - left
            layer = layers[piece.layer]
            if layer is None:
                name = tiled.layers[piece.layer].name
                raise FileInvalid(
                    f"{where}: layer {name[:40]!r} is not among the package's; remove or hide it"
                )
            entries.setdefault(place, []).append(Entry(layer, *sheets.tile(gid), gid >> 29))
    marks: dict[tuple[int, int], list[_Shown]] = {}
    known = {_shown(thing) for things in book.things for thing in things}
    for mark in tiled.marks:
        shown = _shown_by(mark, sheets)
        place = int(mark.y // tiled.tile_height) - top, int(mark.x // tiled.tile_width) - left
        if shown in known:
            marks.setdefault(place, []).append(shown)
    ids = _ids(book)
    cells = np.empty((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            key = frozenset(entries.get((y, x), ())), tuple(sorted(marks.get((y, x), ())))
            if key not in ids:
                raise FileInvalid(
                    f"{where}: cell ({x}, {y}) holds {_words(key, book)}, which is no tile of the package; "
                    "draw it with tiles that stood together in the training maps"
                )
            cells[y, x] = ids[key]
    level = Level(cells=cells, vocabulary=vocabulary, theme=tiled.properties.get(THEME, ""))
    return restore(where, level, tiled.properties.get(EVIDENCE, ""), tiled.properties.get(EVIDENCE_OF, ""))


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
        self._book = book

    def tile(self, gid: int) -> tuple[int, int]:
        """Return sheet and tile of a number in the map.

        Raises:
            FileInvalid: If the book has no such tileset or tile.
        """
        plain = gid & PLAIN_GID
        tileset = next((one for one in reversed(self._tilesets) if one.first <= plain), None)
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
    return thing.layer, thing.name, thing.kind, thing.sheet, thing.tile


def _shown_by(mark: Mark, sheets: _Sheets) -> _Shown:
    gid = mark.gid & ~_TURN_HEXAGONS
    sheet, tile = sheets.tile(gid) if gid & PLAIN_GID else (-1, 0)
    return mark.layer, "" if mark.kind else mark.name, mark.kind, sheet, tile


def _words(key: _Key, book: TileBook) -> str:
    entries, shown = key
    tiles = sorted(f"{book.sheets[e.sheet].name}:{e.tile} on {book.layers[e.layer].name!r}" for e in entries)
    things = sorted(f"object {name or kind!r}" for _, name, kind, _, _ in shown)
    return " with ".join([*tiles, *things]) or "no tile"
