"""Reading levels out of LDtk projects: IntGrids by the names of their values, entities by theirs.

A file can hold many levels: ``game.ldtk#Level_0`` names one of them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.evidence import movement_of, restore
from playloom.kinds.level.formats.ldtk import schema
from playloom.kinds.level.formats.ldtk.names import tile_of
from playloom.kinds.level.formats.ldtk.project import (
    PROJECT_BYTES,
    SUFFIX,
    Opened,
    listed,
    open_project,
    values_of,
)
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.movement import vocabulary_for
from playloom.kinds.level.vocabulary import Role, Vocabulary

# Fields of a level in which a project of ours keeps what is no tile.
THEME, MOVEMENT = "playloom_theme", "playloom_movement"
EVIDENCE, EVIDENCE_OF = "playloom_evidence", "playloom_evidence_of"

_NOTHING = -1
_LEFT_OUT = -2  # the legend says so
_SHOWN = 6  # unknown names in one message


def split_name(path: Path) -> tuple[Path, str]:
    """Return file and level of a path like ``game.ldtk#Level_0``; the level is "" where none is named."""
    file, mark, name = path.name.partition(f"{SUFFIX}#")
    return (path.with_name(file + SUFFIX), name) if mark and file else (path, "")


def level_paths(path: Path) -> list[Path]:
    """Return a path for every level of a project, such as ``game.ldtk#Level_0``.

    Raises:
        FileInvalid: If it cannot be read.
    """
    return [
        path.with_name(f"{path.name}#{name}")
        for name in open_project(path, read_file(path, PROJECT_BYTES)).names()
    ]


def decode(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None = None) -> Level:
    """Return one level of a project; ``path`` says which one if there are several.

    Cells take the topmost IntGrid value that means something; below no value lies a floor, unless the legend
    says otherwise under "0". Without IntGrids, tiles count that have a meaning: by the legend ("tileset:id"),
    by an enum's word on them, or by their custom data.

    Args:
        data: The project file.
        path: Where it lies; ``game.ldtk#Level_0`` names the level.
        vocabulary: What numbers, tiles and entities can mean.
        legend: "layer:number" or "tileset:id" of the project, or a name, to tile; "" leaves it out.

    Raises:
        FileInvalid: If it is damaged, out of bounds, or has values without a meaning.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    file, name = split_name(path)
    opened = open_project(file, data)
    names = opened.names()
    if not name and len(names) != 1:
        raise FileInvalid(
            f"{file}: has {len(names)} levels; name one of them, such as "
            f"{file.name}#{names[0] if names else 'Level_0'}; it has {listed(names)}"
        )
    found = opened.level(name or names[0])
    texts = {field.identifier: field.value for field in found.fieldInstances}
    theme, line, evidence, of = (
        str(texts.get(field) or "") for field in (THEME, MOVEMENT, EVIDENCE, EVIDENCE_OF)
    )
    movement = movement_of(file, line)
    reading = _Reading(opened, found, vocabulary_for(movement, vocabulary), legend or {})
    level = Level(
        cells=reading.cells(),
        vocabulary=reading.vocabulary,
        theme=theme,
        movement=movement,
        notes=tuple(reading.notes),
    )
    return restore(file, level, evidence, of)


class _Reading:
    """Turns names into tiles, and remembers those that mean nothing."""

    def __init__(
        self, opened: Opened, level: schema.Level, vocabulary: Vocabulary, legend: Mapping[int | str, str]
    ) -> None:
        self.opened, self.level, self.vocabulary = opened, level, vocabulary
        self.legend = _checked(legend, vocabulary)
        self.unknown: list[str] = []
        self.notes: list[str] = []

    def cells(self) -> NDArray[np.uint8]:
        """Return the map."""
        shown = [layer for layer in self.level.layerInstances or [] if layer.visible]
        grounds = self._layers(shown, "IntGrid", self._values)
        if all((ids < 0).all() for _, ids in grounds):
            grounds = self._layers(shown, "Tiles", self._tiles)
        self._refuse_unknown()
        grounds = [(layer, ids) for layer, ids in grounds if (ids >= 0).any()]
        if not grounds:
            raise FileInvalid(
                f"{self.opened.where}: level {self.level.identifier!r} has no visible IntGrid or Tiles layer "
                "with anything in it; draw something, or show a layer"
            )
        frame = grounds[0][0]
        side = self.opened.layers[frame.layerDefUid].gridSize
        cells = np.full((frame.rows, frame.columns), _NOTHING, np.int16)
        for layer, ids in grounds:  # the topmost first
            definition = self.opened.layers[layer.layerDefUid]
            if ids.shape != cells.shape or definition.gridSize != side:
                raise FileInvalid(
                    f"{self.opened.where}: layer {definition.identifier!r} has cells of another size than "
                    f"{self.opened.layers[frame.layerDefUid].identifier!r}; hide one of them, or leave its "
                    f'values out in a legend: "{definition.identifier}:1" = ""'
                )
            cells = np.where(cells >= 0, cells, ids)
        self._fill(cells)
        self._stand(shown, cells, side)
        return cells.astype(np.uint8)

    def _layers(
        self,
        shown: list[schema.LayerInstance],
        kind: str,
        read: Callable[[schema.LayerInstance], NDArray[np.int16]],
    ) -> list[tuple[schema.LayerInstance, NDArray[np.int16]]]:
        chosen = [layer for layer in shown if self.opened.layers[layer.layerDefUid].type == kind]
        return [(layer, read(layer)) for layer in chosen]

    def _values(self, layer: schema.LayerInstance) -> NDArray[np.int16]:
        """(H, W) tiles of an IntGrid."""
        definition = self.opened.layers[layer.layerDefUid]
        values = values_of(definition, layer)
        known = {value.value: value for value in definition.intGridValues}
        used, places = np.unique(values, return_inverse=True)
        meanings = [self._value(definition, known[i]) if i in known else _NOTHING for i in used.tolist()]
        return np.array(meanings, np.int16)[places.reshape(values.shape)]

    def _value(self, layer: schema.LayerDef, value: schema.IntGridValue) -> int:
        label = f"{layer.identifier}:{value.value}"
        found = self._said(label, f"{layer.identifier}:{value.identifier}", value.identifier or "")
        if found is None and value.identifier:
            found = tile_of(value.identifier, self.vocabulary)
        if found is None and not value.identifier:
            alike = [i for i, t in enumerate(self.vocabulary.tiles) if t.colour == value.color.lower()]
            found = alike[0] if len(alike) == 1 else None
        return self._remembered(found, label, value.identifier or "no name")

    def _tiles(self, layer: schema.LayerInstance) -> NDArray[np.int16]:
        """(H, W) tiles of a layer of drawn tiles; the last one with a meaning counts."""
        definition = self.opened.layers[layer.layerDefUid]
        uid = definition.tilesetDefUid if layer.overrideTilesetUid is None else layer.overrideTilesetUid
        tileset = None if uid is None else self.opened.tilesets.get(uid)
        ids = np.full((layer.rows, layer.columns), _NOTHING, np.int16)
        if tileset is None:
            return ids
        known: dict[int, int] = {}
        words = _words_of(tileset)
        for tile in layer.gridTiles:
            x, y = tile.px[0] // definition.gridSize, tile.px[1] // definition.gridSize
            if not (0 <= x < layer.columns and 0 <= y < layer.rows):
                continue
            if tile.t not in known:
                known[tile.t] = self._drawn(f"{tileset.identifier}:{tile.t}", words.get(tile.t, []))
            if known[tile.t] >= 0:
                ids[y, x] = known[tile.t]
        return ids

    def _drawn(self, label: str, words: list[str]) -> int:
        found = self._said(label)
        for word in words:
            found = tile_of(word, self.vocabulary) if found is None else found
        return self._remembered(found, label, ", ".join(words) or "no word on it")

    def _said(self, *keys: str) -> int | None:
        """Return what the legend says under the first key that it has."""
        for key in keys:
            if key and key in self.legend:
                return self.legend[key]
        return None

    def _remembered(self, found: int | None, label: str, name: str) -> int:
        if found is None:
            self.unknown.append(f"{label[:60]} ({name[:40]})")
            return _NOTHING
        return found

    def _refuse_unknown(self) -> None:
        if not self.unknown:
            return
        shown = ", ".join(self.unknown[:_SHOWN])
        more = f" and {len(self.unknown) - _SHOWN} more" if len(self.unknown) > _SHOWN else ""
        key = self.unknown[0].partition(" ")[0]
        names = ", ".join(tile.name for tile in self.vocabulary.tiles)
        raise FileInvalid(
            f"{self.opened.where}: without a known meaning: {shown}{more}; give them names of tiles in LDtk "
            f'({names}), or give a legend that says "{key}" = "{self.vocabulary.tiles[0].name}", '
            f'or "{key}" = "" to leave it out'
        )

    def _fill(self, cells: NDArray[np.int16]) -> None:
        """Give cells without a value theirs."""
        empty = cells < 0
        if not empty.any():
            return
        said = self._said("0")
        floors = self.vocabulary.ids(Role.FLOOR)
        if said is None and not floors:
            y, x = np.argwhere(empty)[0]
            raise FileInvalid(
                f"{self.opened.where}: cell ({x}, {y}) has no value and the vocabulary has no floor; "
                'say in a legend what 0 means, such as 0 = "floor"'
            )
        cells[empty] = floors[0] if said is None else said
        if said is None:
            name = self.vocabulary.tiles[floors[0]].name
            self.notes.append(
                f'{int(empty.sum())} cells without a value were read as {name}; 0 = "wall" in a '
                "legend reads them as walls"
            )

    def _stand(self, shown: list[schema.LayerInstance], cells: NDArray[np.int16], side: int) -> None:
        """Put the entities that mean something on their cells."""
        strange: dict[str, None] = {}
        outside = 0
        for layer in reversed(shown):  # the topmost last
            for entity in layer.entityInstances:
                found = self._said(entity.identifier)
                if found is None:
                    found = tile_of(entity.identifier, self.vocabulary, objects=True)
                if found is None:
                    strange[entity.identifier[:40]] = None
                    continue
                if found == _LEFT_OUT:
                    continue
                # A pivot on the far edge is the last pixel of its cell, as LDtk counts.
                x, y = (
                    (place + offset - (pivot == 1)) // side
                    for place, offset, pivot in zip(
                        entity.px, (layer.total_x, layer.total_y), entity.pivot, strict=True
                    )
                )
                if 0 <= x < cells.shape[1] and 0 <= y < cells.shape[0]:
                    cells[y, x] = found
                else:
                    outside += 1
        if strange:
            self.notes.append(f"entities without a meaning were left out: {listed(list(strange))}")
        if outside:
            self.notes.append(f"{outside} entities outside of the map were left out")


def _words_of(tileset: schema.TilesetDef) -> dict[int, list[str]]:
    """Return what is written on each tile: the words of enums, then its custom data."""
    words: dict[int, list[str]] = {}
    for tag in tileset.enumTags:
        for tile in tag.tileIds:
            words.setdefault(tile, []).append(tag.enumValueId)
    for entry in tileset.customData:
        words.setdefault(entry.tileId, []).append(entry.data)
    return words


def _checked(legend: Mapping[int | str, str], vocabulary: Vocabulary) -> dict[str, int]:
    """Return the legend with tile ids."""
    by_name = {tile.name: i for i, tile in enumerate(vocabulary.tiles)}
    for key, name in legend.items():
        if name and name not in by_name:
            known = ", ".join(sorted(by_name))
            raise RequestInvalid(f"legend: {key!r} is to mean {name!r}, which is no tile; choose of {known}")
    said = {str(key): by_name[name] if name else _LEFT_OUT for key, name in legend.items()}
    if said.get("0") == _LEFT_OUT:
        raise RequestInvalid('legend: 0 = "" leaves cells without anything; name the tile that lies there')
    return said
