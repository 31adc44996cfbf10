"""Adding a level to an LDtk project, tiled by the project's own rules.

The level fills IntGrids, layers of tiles and entities (`filling`, `stacks`),
and every auto-layer gets the tiles that LDtk's editor would compute.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import SIDE_HIGH, Allowance
from playloom.kinds.level.formats.evidence import evidence_line, fingerprint
from playloom.kinds.level.formats.ldtk import schema
from playloom.kinds.level.formats.ldtk.filling import Drawn, fill_by_names
from playloom.kinds.level.formats.ldtk.names import Names
from playloom.kinds.level.formats.ldtk.placing import Spot, find_spot, instance_id, put
from playloom.kinds.level.formats.ldtk.project import Opened, open_project, tile_layers
from playloom.kinds.level.formats.ldtk.read import EVIDENCE, EVIDENCE_OF, MOVEMENT, THEME
from playloom.kinds.level.formats.ldtk.splice import Lines, pretty
from playloom.kinds.level.formats.ldtk.stacks import fill_by_book
from playloom.kinds.level.formats.notation import json_line, utf8
from playloom.kinds.level.movement import movement_line

_SEEDS = 10_000_000  # LDtk draws a layer's seed below this
_PLAIN_VALUES = {"Int": 0, "Float": 0, "Bool": False}  # of fields that cannot be null

_Entry = dict[str, Any]


def level_name(level: Level, stem: str) -> str:
    """Return what a level is called in a project: its theme and seed, or else the file's name."""
    seed = level.evidence.request.get("seed") if level.evidence else None
    name = re.sub("[^A-Za-z0-9_]", "_", stem if seed is None else f"{level.theme}_{seed}")
    return name[:1].upper() + name[1:] if re.match("[A-Za-z]", name) else f"Level_{name}"


def add_level(level: Level, name: str, where: Path, data: bytes, names: Names) -> dict[str, bytes]:
    """Return the project with the level in it, and the level's own file where the project keeps such.

    Args:
        level: What to add.
        name: Of the level in the project; one of that name is replaced, keeping its place and the rules that
            it switches on.
        where: The project, whose folder holds the files of its levels.
        data: The project.
        names: What our tiles are called there.

    Returns:
        File name to bytes, the project first.

    Raises:
        FileInvalid: If the project is damaged, out of bounds, or has rules that cannot be followed.
        RequestInvalid: If the project has no IntGrid, no name for a tile of the level, or needs the extra
            ``ldtk`` for its rules.
    """
    opened = open_project(where, data)
    text = data.decode()
    spot = find_spot(opened, text, name)
    head, layers, tail = _Adding(opened, level, names, spot).parts()
    files: dict[str, bytes] = {}
    if opened.project.externalLevels:
        header = {"__header__": {"fileType": "LDtk Level JSON", "app": "LDtk", "doc": "https://ldtk.io/json"}}
        files[spot.file] = utf8(pretty(header | head | {"layerInstances": layers} | tail) + "\n")
        head["externalRelPath"], layers = spot.file, None
    entry = pretty(head | {"layerInstances": layers} | tail, depth=spot.tabs)
    return {where.name: utf8(put(opened, text, spot, entry)), **files}


@dataclass(frozen=True)
class _Adding:
    """One level on its way into one project."""

    opened: Opened
    level: Level
    names: Names
    spot: Spot

    def parts(self) -> tuple[_Entry, list[_Entry] | None, _Entry]:
        """Return the level's entry: what stands before its layers, the layers, what stands after."""
        fill = fill_by_book(self.opened, self.level) if self.names == Names() else None
        fill = fill or fill_by_names(self.opened, self.level, self.names)
        size = self.level.width * fill.side, self.level.height * fill.side
        self._check_size(size)
        layers = [self._layer(layer, size) for layer in self.opened.project.defs.layers]
        by_uid = {layer["layerDefUid"]: layer for layer in layers}
        for uid, values in fill.values.items():
            by_uid[uid]["intGridCsv"] = values.ravel().tolist()
        for uid, drawn in fill.drawn.items():
            by_uid[uid]["gridTiles"] = self._drawn(uid, drawn)
        for being in fill.beings:
            entry = self._entity(being.entity, being.x, being.y, fill.side)
            by_uid[being.layer]["entityInstances"].append(entry)
        head = self._head(size)
        tail: _Entry = {"__neighbours": []}
        whole = utf8(json_line(head | {"layerInstances": layers}))
        for instance, tiles in tile_layers(self.opened, msgspec.json.decode(whole, type=schema.Level)):
            by_uid[instance.layerDefUid]["autoLayerTiles"] = Lines([tile.line() for tile in tiles])
        for uid in fill.drawn:
            by_uid[uid]["gridTiles"] = Lines([json_line(tile) for tile in by_uid[uid]["gridTiles"]])
        return head, layers, tail

    def _check_size(self, size: tuple[int, int]) -> None:
        """Refuse a level whose layers nobody could read again."""
        where, allowance = self.opened.where, Allowance()
        for layer in self.opened.project.defs.layers:
            columns, rows = (-(-side // layer.gridSize) for side in size)
            if max(columns, rows) > SIDE_HIGH or max(size) > schema.PIXELS_HIGH:
                raise FileInvalid(
                    f"{where}: in a level of {size[0]}x{size[1]} pixels layer {layer.identifier!r} would "
                    f"have {columns}x{rows} cells of {layer.gridSize}; a side can be {SIDE_HIGH} cells and "
                    f"{schema.PIXELS_HIGH} pixels: make a smaller level, or change the grid in LDtk"
                )
            allowance.take_piece(where, columns, rows)

    def _head(self, size: tuple[int, int]) -> _Entry:
        colour = self.opened.project.defaultLevelBgColor
        return {
            "identifier": self.spot.name,
            "iid": self.spot.iid,
            "uid": self.spot.uid,
            "worldX": self.spot.x,
            "worldY": self.spot.y,
            "worldDepth": self.spot.world_depth,
            "pxWid": size[0],
            "pxHei": size[1],
            "__bgColor": colour,
            "bgColor": None,
            "useAutoIdentifier": False,
            "bgRelPath": None,
            "bgPos": None,
            "bgPivotX": 0.5,
            "bgPivotY": 0.5,
            "__smartColor": colour,
            "__bgPos": None,
            "externalRelPath": None,
            "fieldInstances": self._fields(),
        }

    def _layer(self, layer: schema.LayerDef, size: tuple[int, int]) -> _Entry:
        """Return an empty layer."""
        before = self.spot.before.get(layer.uid)
        columns, rows = (-(-side // layer.gridSize) for side in size)
        tileset = None if layer.tilesetDefUid is None else self.opened.tilesets.get(layer.tilesetDefUid)
        iid = instance_id(self.spot.iid, "layer", str(layer.uid))
        return {
            "__identifier": layer.identifier,
            "__type": layer.type,
            "__cWid": columns,
            "__cHei": rows,
            "__gridSize": layer.gridSize,
            "__opacity": layer.displayOpacity,
            "__pxTotalOffsetX": layer.pxOffsetX,
            "__pxTotalOffsetY": layer.pxOffsetY,
            "__tilesetDefUid": tileset.uid if tileset else None,
            "__tilesetRelPath": tileset.relPath if tileset else None,
            "iid": iid,
            "levelId": self.spot.uid,
            "layerDefUid": layer.uid,
            "pxOffsetX": 0,
            "pxOffsetY": 0,
            "visible": before.visible if before else True,
            "optionalRules": before.optionalRules if before else [],
            "intGridCsv": [0] * (columns * rows) if layer.type == "IntGrid" else [],
            "autoLayerTiles": [],
            "seed": before.seed if before else int(iid[:8], 16) % _SEEDS,
            "overrideTilesetUid": None,
            "gridTiles": [],
            "entityInstances": [],
        }

    def _drawn(self, uid: int, drawn: list[Drawn]) -> list[_Entry]:
        """Return tiles that no rule put."""
        layer = self.opened.layers[uid]
        tileset = self.opened.tilesets[layer.tilesetDefUid or 0]
        columns, step = max(tileset.columns, 1), tileset.tileGridSize + tileset.spacing
        return [
            {
                "px": [one.x * layer.gridSize, one.y * layer.gridSize],
                "src": [tileset.padding + place * step for place in reversed(divmod(one.tile, columns))],
                "f": one.flips,
                "t": one.tile,
                "d": [one.x + one.y * self.level.width],
                "a": 1,
            }
            for one in drawn
        ]

    def _entity(self, entity: schema.EntityDef, x: int, y: int, side: int) -> _Entry:
        # LDtk's own snapping: the pivot lies in the cell as it lies in the entity.
        place = [int((x + entity.pivotX) * side), int((y + entity.pivotY) * side)]
        return {
            "__identifier": entity.identifier,
            "__grid": [x, y],
            "__pivot": [entity.pivotX, entity.pivotY],
            "__tags": entity.tags,
            "__tile": entity.tileRect,
            "__smartColor": entity.color,
            "iid": instance_id(self.spot.iid, "entity", entity.identifier, str(x), str(y)),
            "width": entity.width,
            "height": entity.height,
            "defUid": entity.uid,
            "px": place,
            "fieldInstances": [_field(definition) for definition in entity.fieldDefs],
            "__worldX": self.spot.x + place[0],
            "__worldY": self.spot.y + place[1],
        }

    def _fields(self) -> list[_Entry]:
        """Return the level's own fields: ours where the project has them, others with their defaults."""
        ours = {THEME: self.level.theme, MOVEMENT: movement_line(self.level.movement)}
        if line := evidence_line(self.level):
            ours |= {EVIDENCE: line, EVIDENCE_OF: fingerprint(self.level)}
        return [_field(one, ours.get(one.identifier)) for one in self.opened.project.defs.levelFields]


def _field(definition: schema.FieldDef, text: str | None = None) -> _Entry:
    """Return a field with a text of ours, else with its default."""
    default = definition.defaultOverride
    if text:
        value: Any = text
        stored = [{"id": "V_String", "params": [text]}]
    elif definition.isArray:
        value, stored = [], []
    else:
        value = default.params[0] if default and default.params else None
        if value is None and not definition.canBeNull:
            value = _PLAIN_VALUES.get(definition.kind)
        if definition.kind == "Color" and isinstance(value, int):
            value = f"#{value & 0xFFFFFF:06X}"
        stored = [default.stored()] if default else []
    return {
        "__identifier": definition.identifier,
        "__type": definition.kind,
        "__value": value,
        "__tile": None,
        "defUid": definition.uid,
        "realEditorValues": stored,
    }
