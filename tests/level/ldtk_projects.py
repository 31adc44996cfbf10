"""Small LDtk projects made by hand, for the tests."""

import json
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
SIDE = 8  # pixels of a cell
TILESET, WALLS, BACK, TILES, THINGS = 1, 2, 3, 4, 5  # uids


def rule(uid: int, pattern: list[int], tiles: list[list[int]], **changes: Any) -> Entry:
    """A rule; ``pattern`` is a square, row by row."""
    size = int(len(pattern) ** 0.5)
    entry = {"uid": uid, "active": True, "size": size, "tileRectsIds": tiles, "alpha": 1, "chance": 1}
    entry |= {"breakOnMatch": True, "pattern": pattern, "flipX": False, "flipY": False, "xModulo": 1}
    entry |= {"yModulo": 1, "xOffset": 0, "yOffset": 0, "tileXOffset": 0, "tileYOffset": 0}
    entry |= {"tileRandomXMin": 0, "tileRandomXMax": 0, "tileRandomYMin": 0, "tileRandomYMax": 0}
    entry |= {"checker": "None", "tileMode": "Single", "pivotX": 0, "pivotY": 0, "outOfBoundsValue": None}
    entry |= {"invalidated": False, "perlinActive": False, "perlinSeed": 7, "perlinScale": 0.2}
    return entry | {"perlinOctaves": 2} | changes


def group(*rules: Entry, uid: int = 90, **changes: Any) -> Entry:
    """Rules that are switched together."""
    entry = {"uid": uid, "name": f"Group {uid}", "active": True, "isOptional": False, "rules": list(rules)}
    return entry | {"usesWizard": False, "requiredBiomeValues": [], "biomeRequirementMode": 0} | changes


def layer(kind: str, uid: int, name: str, *groups: Entry, **changes: Any) -> Entry:
    """The definition of a layer, with what the schema wants."""
    entry = {"__type": kind, "identifier": name, "type": kind, "uid": uid, "gridSize": SIDE}
    entry |= {"displayOpacity": 1, "inactiveOpacity": 1, "pxOffsetX": 0, "pxOffsetY": 0, "hideInList": False}
    entry |= {"parallaxFactorX": 0, "parallaxFactorY": 0, "parallaxScaling": True, "guideGridWid": 0}
    entry |= {"guideGridHei": 0, "canSelectWhenInactive": True, "hideFieldsWhenInactive": True}
    entry |= {"renderInWorldView": True, "requiredTags": [], "excludedTags": [], "uiFilterTags": []}
    entry |= {"useAsyncRender": False, "tilePivotX": 0, "tilePivotY": 0, "intGridValues": []}
    entry |= {"intGridValuesGroups": [], "autoRuleGroups": list(groups), "autoSourceLayerDefUid": None}
    return entry | {"tilesetDefUid": None, "biomeFieldUid": None} | changes


def values(*names: str | None, groups: dict[int, int] | None = None) -> list[Entry]:
    """The values 1, 2, … of an IntGrid; ``groups`` says which group a value is in."""
    return [
        {"value": number, "identifier": name, "color": f"#0000{number:02X}", "tile": None}
        | {"groupUid": (groups or {}).get(number, 0)}
        for number, name in enumerate(names, start=1)
    ]


def tileset(**changes: Any) -> Entry:
    """A picture of 10 x 10 tiles."""
    entry = {"__cWid": 10, "__cHei": 10, "identifier": "Ruins", "uid": TILESET, "relPath": "ruins.png"}
    entry |= {"pxWid": 80, "pxHei": 80, "tileGridSize": SIDE, "spacing": 0, "padding": 0, "tags": []}
    return entry | {"enumTags": [], "customData": [], "savedSelections": []} | changes


def entity(uid: int, name: str, **changes: Any) -> Entry:
    """The definition of an entity."""
    entry = {"identifier": name, "uid": uid, "tags": [], "exportToToc": False, "allowOutOfBounds": False}
    entry |= {"width": SIDE, "height": SIDE, "resizableX": False, "resizableY": False, "hollow": False}
    entry |= {
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 1,
        "lineOpacity": 1,
        "color": "#FF0000",
    }
    entry |= {"renderMode": "Rectangle", "showName": True, "tileRenderMode": "FitInside", "maxCount": 0}
    entry |= {"nineSliceBorders": [], "limitScope": "PerLevel", "limitBehavior": "MoveLastOne", "pivotX": 0}
    return entry | {"pivotY": 0, "fieldDefs": []} | changes


def instance(of: Entry, rows: list[str] | None = None, **changes: Any) -> Entry:
    """A layer of a level; ``rows`` are the digits of an IntGrid, and give the size."""
    rows = rows or ["000"]
    entry = {
        "__identifier": of["identifier"],
        "__type": of["type"],
        "__cWid": len(rows[0]),
        "__cHei": len(rows),
    }
    entry |= {"__gridSize": of["gridSize"], "__opacity": 1, "__pxTotalOffsetX": 0, "__pxTotalOffsetY": 0}
    entry |= {"__tilesetDefUid": of["tilesetDefUid"], "iid": f"layer-{of['uid']}", "levelId": 0}
    entry |= {"layerDefUid": of["uid"], "pxOffsetX": 0, "pxOffsetY": 0, "visible": True, "optionalRules": []}
    numbers = [int(digit) for row in rows for digit in row] if of["type"] == "IntGrid" else []
    entry |= {"intGridCsv": numbers, "autoLayerTiles": [], "seed": 1234567, "overrideTilesetUid": None}
    return entry | {"gridTiles": [], "entityInstances": []} | changes


def level(name: str, *layers: Entry, uid: int = 0, **changes: Any) -> Entry:
    """A level of the size of its first layer."""
    wide, high = (layers[0]["__cWid"], layers[0]["__cHei"]) if layers else (3, 1)
    entry = {"identifier": name, "iid": f"level-{uid}", "uid": uid, "worldX": 0, "worldY": 0, "worldDepth": 0}
    entry |= {"pxWid": wide * SIDE, "pxHei": high * SIDE, "__bgColor": "#000000", "useAutoIdentifier": False}
    entry |= {"bgPivotX": 0.5, "bgPivotY": 0.5, "__smartColor": "#888888", "externalRelPath": None}
    return entry | {"fieldInstances": [], "layerInstances": list(layers), "__neighbours": []} | changes


def project(layers: list[Entry], levels: list[Entry], **changes: Any) -> Entry:
    """A project that the schema of LDtk 1.5.3 accepts."""
    defs = {"layers": layers, "entities": [], "tilesets": [tileset()], "enums": [], "externalEnums": []}
    entry = {"iid": "p", "jsonVersion": "1.5.3", "appBuildId": 1, "nextUid": 500, "identifierStyle": "Free"}
    entry |= {"toc": [], "bgColor": "#000000", "defaultLevelBgColor": "#111111", "defaultPivotX": 0}
    entry |= {"defaultPivotY": 0, "defaultGridSize": SIDE, "defaultEntityWidth": SIDE}
    entry |= {"defaultEntityHeight": SIDE, "minifyJson": False, "externalLevels": False, "exportTiled": False}
    entry |= {
        "simplifiedExport": False,
        "imageExportMode": "None",
        "exportLevelBg": True,
        "backupOnSave": False,
    }
    entry |= {"backupLimit": 10, "levelNamePattern": "Level_%idx", "customCommands": [], "flags": []}
    entry |= {"worldLayout": "Free", "defs": defs | {"levelFields": []} | changes.pop("defs", {})}
    return entry | {"levels": levels, "worlds": [], "dummyWorldIid": "w"} | changes


def save(folder: Path, entry: Entry, name: str = "game.ldtk") -> Path:
    """Write a project as LDtk does: indented by tabs."""
    path = folder / name
    path.write_text(json.dumps(entry, indent="\t"))
    return path
