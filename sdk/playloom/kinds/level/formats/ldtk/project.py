"""An LDtk project opened within bounds, and its auto-layers computed anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import Allowance, decode_json, read_beside
from playloom.kinds.level.formats.ldtk.matching import ANYTHING, AutoTile, Grid, Mask, Surroundings
from playloom.kinds.level.formats.ldtk.rules import evaluate
from playloom.kinds.level.formats.ldtk.schema import (
    PATTERN_SIDE_HIGH,
    LayerDef,
    LayerInstance,
    Level,
    Project,
    Rule,
    TilesetDef,
)

SUFFIX = ".ldtk"
PROJECT_BYTES = 32 << 20  # of one file; a tile takes about 70
OBJECTS_HIGH, ARRAYS_HIGH = 600_000, 2_000_000  # of one file: what they take in memory is bounded with them
_MAIN_VERSION = 1  # of the project format; 1.0 came in 2022


@dataclass(frozen=True)
class Opened:
    """A project, where it lies, and look-ups by uid."""

    where: Path
    data: bytes
    project: Project
    layers: dict[int, LayerDef]
    tilesets: dict[int, TilesetDef]

    def names(self) -> list[str]:
        """Return the names of all levels, in the file's order."""
        return [level.identifier for level in self.project.every_level()]

    def level(self, name: str) -> Level:
        """Return a level with its layers, from its own file where it has one.

        Raises:
            FileInvalid: If there is no such level, or its file is missing or damaged.
        """
        found = self._named.get(name, [])
        if len(found) > 1:
            raise FileInvalid(
                f"{self.where}: has {len(found)} levels called {name[:80]!r}; rename all but one in LDtk"
            )
        if not found:
            raise FileInvalid(f"{self.where}: has no level {name[:80]!r}; choose of {listed(self.names())}")
        level = found[0]
        allowance = Allowance()
        if level.layerInstances is None and level.externalRelPath:
            file, data = read_beside(self.where, level.externalRelPath)
            allowance.take_bytes(self.where, len(data))
            level = decode_json(file, data, Level)
        self._check(level, allowance)
        return level

    @cached_property
    def _named(self) -> dict[str, list[Level]]:
        named: dict[str, list[Level]] = {}
        for level in self.project.every_level():
            named.setdefault(level.identifier, []).append(level)
        return named

    def _check(self, level: Level, allowance: Allowance) -> None:
        for layer in level.layerInstances or []:
            definition = self.layers.get(layer.layerDefUid)
            if definition is None:
                raise FileInvalid(
                    f"{self.where}: level {level.identifier!r} has a layer of uid {layer.layerDefUid}, "
                    "which is not defined; save the project again in LDtk"
                )
            cells = allowance.take_piece(self.where, layer.columns, layer.rows)
            if definition.type == "IntGrid" and len(layer.intGridCsv) != cells:
                raise FileInvalid(
                    f"{self.where}: layer {definition.identifier!r} of level {level.identifier!r} has "
                    f"{len(layer.intGridCsv)} numbers for {layer.columns}x{layer.rows} cells; "
                    "save the project again in LDtk"
                )
            allowance.take_objects(self.where, len(layer.entityInstances))


def listed(names: list[str], most: int = 12) -> str:
    """Return names in one line, cut where there are many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(name[:40] for name in names[:most]) or "none") + more


def open_project(where: Path, data: bytes) -> Opened:
    """Return the project in ``data``; levels in files of their own are read from its folder when asked for.

    Raises:
        FileInvalid: If it is no LDtk project, too old, damaged, or uses rules of an unknown kind.
    """
    if data.count(b"{") > OBJECTS_HIGH or data.count(b"[") > ARRAYS_HIGH:
        raise FileInvalid(
            f"{where}: holds over {OBJECTS_HIGH} objects or {ARRAYS_HIGH} arrays; have LDtk save levels to "
            "separate files (Project settings > Advanced)"
        )
    project = decode_json(where, data, Project)
    main = project.jsonVersion.partition(".")[0]
    if not main.isdecimal() or int(main) < _MAIN_VERSION:
        raise FileInvalid(
            f"{where}: is of LDtk {project.jsonVersion[:20]!r}; open and save it with LDtk 1.0 or newer"
        )
    defs = project.defs
    layers = {layer.uid: layer for layer in defs.layers}
    tilesets = {tileset.uid: tileset for tileset in defs.tilesets}
    if len(layers) != len(defs.layers) or len(tilesets) != len(defs.tilesets):
        raise FileInvalid(f"{where}: two definitions have one uid; save the project again in LDtk")
    for layer in defs.layers:
        source = None if layer.autoSourceLayerDefUid is None else layers.get(layer.autoSourceLayerDefUid)
        if source is not None and source.type != "IntGrid":
            raise FileInvalid(
                f"{where}: the rules of layer {layer.identifier!r} read {source.identifier!r}, which is no "
                "IntGrid; choose another source for it in LDtk"
            )
        for group in layer.autoRuleGroups:
            for rule in group.rules:
                _check_rule(where, layer, rule)
    return Opened(where, data, project, layers, tilesets)


def _check_rule(where: Path, layer: LayerDef, rule: Rule) -> None:
    problem = ""
    if rule.size % 2 == 0 or len(rule.pattern) != rule.size**2:
        problem = (
            f"has {len(rule.pattern)} numbers for a pattern of {rule.size}x{rule.size}; "
            f"the side can be odd and at most {PATTERN_SIDE_HIGH}"
        )
    elif rule.tileMode not in ("Single", "Stamp"):
        problem = f"has the tile mode {rule.tileMode[:20]!r}; Single and Stamp are known here"
    elif rule.checker not in ("None", "Horizontal", "Vertical"):
        problem = f"has the checker mode {rule.checker[:20]!r}; None, Horizontal and Vertical are known here"
    elif any(abs(number) > ANYTHING for number in rule.pattern):
        problem = f"has a number over {ANYTHING} in its pattern"
    if problem:
        raise FileInvalid(
            f"{where}: rule {rule.uid} of layer {layer.identifier!r} {problem}; change or delete the rule"
        )


def tile_layers(opened: Opened, level: Level) -> Iterator[tuple[LayerInstance, list[AutoTile]]]:
    """Yield every auto-layer of a level with the tiles that its rules put, the first layer on top.

    Raises:
        FileInvalid: If rules cannot be followed: their tileset is gone, or they would put too many tiles.
        RequestInvalid: If rules look at Perlin noise and the extra ``ldtk`` is not installed.
    """
    for layer in level.layerInstances or []:
        definition = opened.layers[layer.layerDefUid]
        source = _source(definition, layer, level)
        if source is None or definition.tilesetDefUid is None:
            continue
        uid = definition.tilesetDefUid if layer.overrideTilesetUid is None else layer.overrideTilesetUid
        if uid not in opened.tilesets:
            raise FileInvalid(
                f"{opened.where}: layer {definition.identifier!r} uses tileset {uid}, which is not defined; "
                "choose a tileset for it in LDtk"
            )
        around = _surroundings(opened, level, layer, source)
        yield layer, evaluate(opened.where, definition, opened.tilesets[uid], around)


def _source(definition: LayerDef, layer: LayerInstance, level: Level) -> LayerInstance | None:
    """Return the IntGrid layer that a layer's rules read."""
    if definition.type == "IntGrid":
        return layer
    if definition.type != "AutoLayer" or definition.autoSourceLayerDefUid is None:
        return None
    return instance(level, definition.autoSourceLayerDefUid)


def instance(level: Level, uid: int) -> LayerInstance | None:
    """Return a level's layer by the uid of its definition."""
    return next((layer for layer in level.layerInstances or [] if layer.layerDefUid == uid), None)


def values_of(definition: LayerDef, layer: LayerInstance) -> Grid:
    """Return (H, W) values of an IntGrid; numbers that are not defined are 0, as the editor takes them."""
    known = [value.value for value in definition.intGridValues]
    values = np.array(layer.intGridCsv, np.int64).reshape(layer.rows, layer.columns)
    return np.where(np.isin(values, known), values, 0)


def _surroundings(opened: Opened, level: Level, layer: LayerInstance, source: LayerInstance) -> Surroundings:
    definition, read = opened.layers[layer.layerDefUid], opened.layers[source.layerDefUid]
    return Surroundings(
        values=values_of(read, source),
        groups={value.value: value.groupUid for value in read.intGridValues},
        columns=layer.columns,
        rows=layer.rows,
        seed=layer.seed,
        optional=frozenset(layer.optionalRules),
        biomes=_biomes(definition, level),
        kept_free=_kept_free(opened, definition, layer, level),
    )


def _biomes(definition: LayerDef, level: Level) -> frozenset[str] | None:
    if definition.biomeFieldUid is None:
        return None
    values = [field.value for field in level.fieldInstances if field.defUid == definition.biomeFieldUid]
    if not values:
        return None
    return frozenset(str(name) for name in (values[0] if isinstance(values[0], list) else values[:1]))


def _kept_free(opened: Opened, definition: LayerDef, layer: LayerInstance, level: Level) -> Mask | None:
    """(rows, columns): cells where the tiles of another layer stand in the way of the rules'."""
    uid = definition.autoTilesKilledByOtherLayerUid
    other = None if uid is None else instance(level, uid)
    if other is None:
        return None
    side = opened.layers[other.layerDefUid].gridSize
    mask = np.zeros((layer.rows, layer.columns), np.bool_)
    for tile in other.gridTiles:
        x, y = tile.px[0] // side, tile.px[1] // side
        if 0 <= x < layer.columns and 0 <= y < layer.rows:
            mask[y, x] = True
    return mask
