"""Levels of LDtk projects as drawings: IntGrid values, hand-drawn tiles and entities.

Tiles that LDtk's rules draw are left out: they follow from the IntGrid, and
LDtk, or `formats.ldtk`, draws them anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.ldtk.project import PROJECT_BYTES, Opened, open_project, values_of
from playloom.kinds.level.formats.ldtk.schema import (
    EntityInstance,
    LayerDef,
    LayerInstance,
    Level,
    TilesetDef,
)
from playloom.kinds.level.formats.tiled_map import Tileset
from playloom.kinds.level.own.drawing import (
    NOTHING,
    Drawing,
    DrawnLayer,
    Part,
    Parts,
    Piles,
    Place,
    check_extent,
)
from playloom.kinds.level.own.gallery import plain
from playloom.kinds.level.own.meanings import meaning_of_name
from playloom.kinds.level.tiles import FLIP_ACROSS, FLIP_DOWN, LayerStyle, Thing

_NAMED = 4  # fields of an entity named in a note
_FLIPS = {0: 0, 1: FLIP_ACROSS, 2: FLIP_DOWN, 3: FLIP_ACROSS | FLIP_DOWN}  # by LDtk's "f"


def read_ldtk(place: Place, parts: Parts) -> Iterator[Drawing]:
    """Yield every level of a project that has something in it.

    Raises:
        FileInvalid: If the project is damaged or out of bounds, or no level has an IntGrid or tiles.
    """
    opened = open_project(place.path, read_file(place.path, PROJECT_BYTES))
    levels = [opened.level(name) for name in opened.names()]
    reading = _Reading(place, opened, parts, levels)
    empty = True
    for level in levels:
        drawing = reading.draw(level)
        if drawing is not None:
            empty = False
            yield drawing
    if empty:
        raise FileInvalid(f"{place.path}: no level has a visible IntGrid or tiles; draw something")


class _Reading:
    """Turns the numbers of one project into parts."""

    def __init__(self, place: Place, opened: Opened, parts: Parts, levels: list[Level]) -> None:
        self.place, self.opened, self.parts = place, opened, parts
        self._last: Counter[int] = Counter()  # highest tile in use, by tileset
        for layer in (layer for level in levels for layer in level.layerInstances or []):
            uid = self._tileset(layer)
            for tile in layer.gridTiles if uid is not None else ():
                self._last[uid or 0] = max(self._last[uid or 0], tile.t)
        self._sheets: dict[int, int] = {}
        self._words: dict[int, dict[int, list[str]]] = {}  # what is written on tiles, by tileset

    def draw(self, level: Level) -> Drawing | None:
        """Return a level; None if nothing is drawn in it."""
        shown = [layer for layer in reversed(level.layerInstances or []) if layer.visible]  # bottom first
        drawn = [layer for layer in shown if self._kind(layer) == "IntGrid" or layer.gridTiles]
        if not drawn:
            return None
        side = self.opened.layers[drawn[0].layerDefUid].gridSize
        notes = [f"layer {self._name(one)!r} is hidden and was left out" for one in _hidden(level, shown)]
        width, height = drawn[0].columns, drawn[0].rows
        ruled = any(self._kind(layer) == "IntGrid" and any(layer.intGridCsv) for layer in drawn)
        layers: list[DrawnLayer] = []
        piles = Piles(f"{self.place.path}#{level.identifier}", (height, width))
        lowest = next((layer for layer in drawn if self._kind(layer) == "IntGrid"), None)
        for layer in drawn:
            fits = self.opened.layers[layer.layerDefUid].gridSize == side and (layer.columns, layer.rows) == (
                width,
                height,
            )
            if not fits:
                notes.append(f"layer {self._name(layer)!r} has cells of another size and was left out")
                continue
            if self._kind(layer) == "IntGrid":
                layers += self._values(layer, bottom=layer is lowest)
            layers += self._tiles(layer, side, piles, notes, scenery=ruled)
        for layer in shown:
            layers += self._entities(layer, side, (height, width), piles, notes)
        if any(self.opened.layers[layer.layerDefUid].autoRuleGroups for layer in shown):
            notes.append("tiles that rules draw were left out; LDtk draws them anew from the IntGrid")
        return Drawing(
            name=f"{self.place.path.name}#{level.identifier}",
            folder=self.place.folder,
            height=height,
            width=width,
            tile_size=(side, side),
            layers=tuple(layers),
            notes=tuple(dict.fromkeys(notes)),
        )

    def _values(self, layer: LayerInstance, *, bottom: bool) -> Iterator[DrawnLayer]:
        """Yield an IntGrid; cells without a value are open ground where no IntGrid is below."""
        definition = self.opened.layers[layer.layerDefUid]
        values = values_of(definition, layer)
        grid = np.full(values.shape, NOTHING, np.int32)
        for value in definition.intGridValues:
            title = plain(value.identifier or "")
            label = f"{definition.identifier}:{title or value.value}"
            colour = value.color.lower() if len(value.color) == 7 else ""
            part = Part(label, meaning_of_name(title), title, colour=colour)
            if (here := values == value.value).any():
                grid[here] = self.parts.add(part, ("value", label))
        if bottom and (values == 0).any():
            empty = Part(f"{definition.identifier}:0", "floor")
            grid[values == 0] = self.parts.add(empty, ("value", empty.label))
        yield DrawnLayer(LayerStyle(plain(definition.identifier)), grid)

    def _tiles(
        self, layer: LayerInstance, side: int, piles: Piles, notes: list[str], *, scenery: bool
    ) -> Iterator[DrawnLayer]:
        """Yield the hand-drawn tiles, a further layer for each tile that shares its cell."""
        uid = self._tileset(layer)
        if uid is None or not layer.gridTiles:
            return
        name = plain(self._name(layer))
        for tile in layer.gridTiles:
            x, y = tile.px[0] // side, tile.px[1] // side
            if 0 <= x < layer.columns and 0 <= y < layer.rows:
                piles.put(name, (y, x), self._part(uid, tile.t, tile.f & 3, scenery=scenery))
            else:
                notes.append(f"tiles of layer {name!r} that lie outside of the level were left out")
            if tile.px[0] % side or tile.px[1] % side:
                notes.append(f"tiles of layer {name!r} that lie between cells were moved into their cells")
        opacity = min(max(self._definition(layer).displayOpacity, 0.0), 1.0)
        style = LayerStyle(name, opacity, (float(layer.total_x), float(layer.total_y)))
        for _, grid in piles.take():
            yield DrawnLayer(style, grid)

    def _part(self, uid: int, tile: int, flip: int, *, scenery: bool) -> int:
        """Return the part of a tile; beside an IntGrid, tiles without a word on them are scenery."""
        tileset = self.opened.tilesets[uid]
        if uid not in self._sheets:
            self._sheets[uid] = self.parts.gallery.add(self.place.path, self._as_tileset(tileset))
        if uid not in self._words:
            self._words[uid] = _words_of(tileset)
        words = self._words[uid].get(tile, [])
        said = next((meaning for word in words if (meaning := meaning_of_name(word))), None)
        number = self._sheets[uid]
        label = f"{self.parts.gallery.pages[number].sheet.name}:{tile}"
        part = Part(
            label,
            said or ("decoration" if scenery else None),
            plain(words[0]) if words else "",
            sheet=number,
            tile=tile,
            flip=_FLIPS[flip],
        )
        return self.parts.add(part, ("tile", number, tile, part.flip))

    def _as_tileset(self, tileset: TilesetDef) -> Tileset:
        """Return an LDtk tileset as one of Tiled, which is what its tiles go out with."""
        columns = max(1, tileset.columns)
        count = -(-(self._last[tileset.uid] + 1) // columns) * columns
        side = str(tileset.tileGridSize)
        root = Element("tileset", {"version": "1.10", "name": tileset.identifier, "tilewidth": side})
        sizes = {"tileheight": side, "tilecount": str(count), "columns": str(columns)}
        for name, value in sizes.items():
            root.set(name, value)
        for name, number in (("margin", tileset.padding), ("spacing", tileset.spacing)):
            if number:
                root.set(name, str(number))
        SubElement(root, "image", {"source": tileset.relPath or ""})
        return Tileset(1, tileset.identifier, count, {}, self.place.path, root)

    def _entities(
        self, layer: LayerInstance, side: int, shape: tuple[int, int], piles: Piles, notes: list[str]
    ) -> Iterator[DrawnLayer]:
        name = plain(self._name(layer))
        for entity in layer.entityInstances:
            x, y = _cell_of(entity, layer, side)
            if not (0 <= y < shape[0] and 0 <= x < shape[1]):
                notes.append(f"entity {entity.identifier!r} lies outside of the level and was left out")
                continue
            kind = plain(entity.identifier)
            check_extent(self.place.path, f"entity {kind[:40]!r}", entity.width, entity.height)
            thing = Thing(layer=name, kind=kind, width=entity.width, height=entity.height)
            part = self.parts.add(
                Part(f"object:{kind}", meaning_of_name(kind), kind, thing=thing), ("object", name, kind)
            )
            piles.put(name, (y, x), part)
            first = self.parts.all[part].thing or thing
            if (first.width, first.height) != (thing.width, thing.height):
                notes.append(f"entities {kind!r} differ in size; new ones have that of the first")
            if entity.fieldInstances:
                fields = ", ".join(plain(field.identifier)[:40] for field in entity.fieldInstances[:_NAMED])
                notes.append(f"fields of entities {kind!r} are not kept, such as {fields}")
        for _, grid in piles.take():
            yield DrawnLayer(LayerStyle(name), grid, objects=True)

    def _definition(self, layer: LayerInstance) -> LayerDef:
        return self.opened.layers[layer.layerDefUid]

    def _kind(self, layer: LayerInstance) -> str:
        return self._definition(layer).type

    def _name(self, layer: LayerInstance) -> str:
        return self._definition(layer).identifier

    def _tileset(self, layer: LayerInstance) -> int | None:
        uid = layer.overrideTilesetUid
        uid = self._definition(layer).tilesetDefUid if uid is None else uid
        return uid if uid in self.opened.tilesets else None


def _hidden(level: Level, shown: list[LayerInstance]) -> Iterable[LayerInstance]:
    return (layer for layer in level.layerInstances or [] if layer not in shown)


def _cell_of(entity: EntityInstance, layer: LayerInstance, side: int) -> tuple[int, int]:
    """Return column and row; a pivot on the far edge is the last pixel of its cell, as LDtk counts."""
    x, y = (
        (place + offset - (pivot == 1)) // side
        for place, offset, pivot in zip(entity.px, (layer.total_x, layer.total_y), entity.pivot, strict=True)
    )
    return x, y


def _words_of(tileset: TilesetDef) -> dict[int, list[str]]:
    """Return the enum values and then the custom data of each tile that has some."""
    words: dict[int, list[str]] = {}
    for tag in tileset.enumTags:
        for tile in dict.fromkeys(tag.tileIds):
            words.setdefault(tile, []).append(tag.enumValueId)
    for entry in tileset.customData:
        words.setdefault(entry.tileId, []).append(entry.data)
    return words
