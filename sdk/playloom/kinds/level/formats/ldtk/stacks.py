"""A level of tiles that were learnt from LDtk projects, put back as what they were there.

The book of such a level says which layers, values, drawn tiles and entities
each of its tiles stood for; in a project with the same layers they come back.
"""

from pathlib import Path

import numpy as np

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import parse_xml
from playloom.kinds.level.formats.ldtk.filling import Being, Drawn, Filling
from playloom.kinds.level.formats.ldtk.matching import FLIP_X, FLIP_Y, Grid
from playloom.kinds.level.formats.ldtk.project import Opened, listed
from playloom.kinds.level.formats.ldtk.schema import LayerDef
from playloom.kinds.level.tiles import FLIP_ACROSS, FLIP_DIAGONAL, FLIP_DOWN, Entry, Sheet, TileBook


def fill_by_book(opened: Opened, level: Level) -> Filling | None:
    """Return what the level's own tiles stood for; None if they know no layer of the project.

    Raises:
        RequestInvalid: If they know one, and the project lacks something else that the level uses.
    """
    book = level.tiles
    layers = {layer.identifier: layer for layer in opened.project.defs.layers}
    if book is None or not any(style.name in layers for style in book.layers):
        return None
    return _Putting(opened, level, book, layers).filling()


class _Putting:
    """Finds what stands for a tile in one project."""

    def __init__(self, opened: Opened, level: Level, book: TileBook, layers: dict[str, LayerDef]) -> None:
        self.opened, self.level, self.book, self.layers = opened, level, book, layers
        self.entities = {entity.identifier: entity for entity in opened.project.defs.entities}
        self.titles: dict[int, dict[int, str]] = {}  # of sheets that were made for values

    def filling(self) -> Filling:
        """Return everything, cell by cell in reading order."""
        cells, book = self.level.cells, self.book
        side = 0
        values: dict[int, Grid] = {}
        drawn: dict[int, list[Drawn]] = {}
        beings: list[Being] = []
        for tile in np.unique(cells).tolist():
            here = np.argwhere(cells == tile).tolist()
            for entry in book.stacks[tile]:
                layer = self._layer(book.layers[entry.layer].name)
                side = layer.gridSize
                if layer.type == "IntGrid":
                    grid = values.setdefault(layer.uid, np.zeros(cells.shape, np.int64))
                    grid[cells == tile] = self._value(layer, entry)
                else:
                    flips = self._flips(layer, entry)
                    drawn.setdefault(layer.uid, []).extend(Drawn(x, y, entry.tile, flips) for y, x in here)
            for thing in book.things[tile]:
                name = thing.kind or thing.name
                if name not in self.entities:
                    raise self._lacks(f"entity {name!r}", list(self.entities))
                uid = self._layer(thing.layer).uid
                beings += [Being(uid, self.entities[name], x, y) for y, x in here]
        for placed in drawn.values():
            placed.sort(key=lambda one: (one.y, one.x))  # stable: what lay below stays below
        beings.sort(key=lambda one: (one.y, one.x))
        return Filling(side or book.tile_width, values, drawn, beings)

    def _layer(self, name: str) -> LayerDef:
        if name not in self.layers:
            raise self._lacks(f"layer {name!r}", list(self.layers))
        return self.layers[name]

    def _lacks(self, what: str, have: list[str]) -> RequestInvalid:
        return RequestInvalid(
            f"{self.opened.where}: has no {what}, from which the level's tiles were learnt; it has "
            f"{listed(have)}; give the project of the training maps, or names in a TOML file"
        )

    def _value(self, layer: LayerDef, entry: Entry) -> int:
        """Return the number of an IntGrid: its picture in the book says its name."""
        title = self._title(entry)
        if title == f"{layer.identifier}:0":
            return 0
        for value in layer.intGridValues:
            if title in (value.identifier, f"{layer.identifier}:{value.value}"):
                return value.value
        have = [value.identifier or str(value.value) for value in layer.intGridValues]
        raise self._lacks(f"value {title!r} in layer {layer.identifier!r}", have)

    def _title(self, entry: Entry) -> str:
        if entry.sheet not in self.titles:
            root = parse_xml(Path(self.book.sheets[entry.sheet].name), self._text(entry).encode(), "tileset")
            self.titles[entry.sheet] = {
                int(tile.get("id", "-1")): tile.get("type") or tile.get("class") or ""
                for tile in root.iterfind("tile")
            }
        return self.titles[entry.sheet].get(entry.tile, "")

    def _text(self, entry: Entry) -> str:
        sheet: Sheet = self.book.sheets[entry.sheet]
        return sheet.text if sheet.form == "tsx" else "<tileset/>"

    def _flips(self, layer: LayerDef, entry: Entry) -> int:
        """Return how LDtk flips a drawn tile, whose tileset must be the layer's."""
        uid = layer.tilesetDefUid
        tileset = self.opened.tilesets.get(uid) if uid is not None else None
        sheet = self.book.sheets[entry.sheet]
        if tileset is None or tileset.identifier != sheet.name:
            have = [tileset.identifier] if tileset else []
            raise self._lacks(f"tileset {sheet.name!r} in layer {layer.identifier!r}", have)
        if entry.flip & FLIP_DIAGONAL:
            raise RequestInvalid(
                f"{self.opened.where}: tile {entry.tile} of {sheet.name!r} is turned by a quarter, which "
                "LDtk cannot show; write .tmx"
            )
        return (FLIP_X if entry.flip & FLIP_ACROSS else 0) | (FLIP_Y if entry.flip & FLIP_DOWN else 0)
