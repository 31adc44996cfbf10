"""The definitions of an LDtk project of ours, with every field that LDtk 1.5.3 writes."""

from typing import Any

from playloom.kinds.level.formats.ldtk.placing import instance_id
from playloom.kinds.level.vocabulary import Vocabulary

VERSION, BUILD = "1.5.3", 473702  # the LDtk that we write like
TILESET = 1  # uid

Entry = dict[str, Any]


def project(iid: str, defs: Entry, next_uid: int, side: int) -> Entry:
    """Return a project without levels, of cells of ``side`` pixels."""
    return {
        "__header__": {
            "fileType": "LDtk Project JSON",
            "app": "LDtk",
            "doc": "https://ldtk.io/json",
            "schema": "https://ldtk.io/files/JSON_SCHEMA.json",
            "appVersion": VERSION,
        },
        "iid": iid,
        "jsonVersion": VERSION,
        "appBuildId": BUILD,
        "nextUid": next_uid,
        "identifierStyle": "Free",
        "toc": [],
        "worldLayout": "Free",
        "worldGridWidth": 256,
        "worldGridHeight": 256,
        "defaultLevelWidth": 512,
        "defaultLevelHeight": 512,
        "defaultPivotX": 0,
        "defaultPivotY": 0,
        "defaultGridSize": side,
        "defaultEntityWidth": side,
        "defaultEntityHeight": side,
        "bgColor": "#14121C",
        "defaultLevelBgColor": "#14121C",
        "minifyJson": False,
        "externalLevels": False,
        "exportTiled": False,
        "simplifiedExport": False,
        "imageExportMode": "None",
        "exportLevelBg": True,
        "pngFilePattern": None,
        "backupOnSave": False,
        "backupLimit": 10,
        "backupRelPath": None,
        "levelNamePattern": "Level_%idx",
        "tutorialDesc": None,
        "customCommands": [],
        "flags": ["UseMultilinesType"],
        "defs": defs,
        "levels": [],
        "worlds": [],
        "dummyWorldIid": instance_id(iid, "world"),
    }


def layer(kind: str, uid: int, name: str, side: int) -> Entry:
    """Return a layer of a kind: "IntGrid", "Entities" or "Tiles"."""
    return {
        "__type": kind,
        "identifier": name,
        "type": kind,
        "uid": uid,
        "doc": None,
        "uiColor": None,
        "gridSize": side,
        "guideGridWid": 0,
        "guideGridHei": 0,
        "displayOpacity": 1,
        "inactiveOpacity": 1,
        "hideInList": False,
        "hideFieldsWhenInactive": True,
        "canSelectWhenInactive": True,
        "renderInWorldView": True,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "parallaxFactorX": 0,
        "parallaxFactorY": 0,
        "parallaxScaling": True,
        "requiredTags": [],
        "excludedTags": [],
        "autoTilesKilledByOtherLayerUid": None,
        "uiFilterTags": [],
        "useAsyncRender": False,
        "intGridValues": [],
        "intGridValuesGroups": [],
        "autoRuleGroups": [],
        "autoSourceLayerDefUid": None,
        "tilesetDefUid": None,
        "tilePivotX": 0,
        "tilePivotY": 0,
        "biomeFieldUid": None,
    }


def rule_group(uid: int, name: str, rules: list[Entry]) -> Entry:
    """Return rules that always apply."""
    return {
        "uid": uid,
        "name": name,
        "color": None,
        "icon": None,
        "active": True,
        "isOptional": False,
        "rules": rules,
        "usesWizard": False,
        "requiredBiomeValues": [],
        "biomeRequirementMode": 0,
    }


def rule(uid: int, pattern: list[int], tile: int, outside: int | None) -> Entry:
    """Return a rule that puts one tile where a pattern of 1x1 or 3x3 fits, and ends there."""
    return {
        "uid": uid,
        "active": True,
        "size": 3 if len(pattern) > 1 else 1,
        "tileRectsIds": [[tile]],
        "alpha": 1,
        "chance": 1,
        "breakOnMatch": True,
        "pattern": pattern,
        "flipX": False,
        "flipY": False,
        "xModulo": 1,
        "yModulo": 1,
        "xOffset": 0,
        "yOffset": 0,
        "tileXOffset": 0,
        "tileYOffset": 0,
        "tileRandomXMin": 0,
        "tileRandomXMax": 0,
        "tileRandomYMin": 0,
        "tileRandomYMax": 0,
        "checker": "None",
        "tileMode": "Single",
        "pivotX": 0,
        "pivotY": 0,
        "outOfBoundsValue": outside,
        "invalidated": False,
        "perlinActive": False,
        "perlinSeed": uid,
        "perlinScale": 0.2,
        "perlinOctaves": 2,
    }


def int_grid_value(value: int, name: str, colour: str, group: int) -> Entry:
    """Return what a number of an IntGrid means."""
    return {"value": value, "identifier": name, "color": colour.upper(), "tile": None, "groupUid": group}


def tileset(vocabulary: Vocabulary, image: str, side: int, rows: int) -> Entry:
    """Return the tile image with the names of its tiles."""
    return {
        "__cWid": len(vocabulary),
        "__cHei": rows,
        "identifier": "Playloom",
        "uid": TILESET,
        "relPath": image,
        "embedAtlas": None,
        "pxWid": side * len(vocabulary),
        "pxHei": side * rows,
        "tileGridSize": side,
        "spacing": 0,
        "padding": 0,
        "tags": [],
        "tagsSourceEnumUid": None,
        "enumTags": [],
        "customData": [{"tileId": i, "data": tile.name} for i, tile in enumerate(vocabulary.tiles)],
        "savedSelections": [],
        "cachedPixelData": None,
    }


def entity(uid: int, name: str, colour: str, tile: int, side: int) -> Entry:
    """Return a thing of one cell that looks like a tile of the first row of the tile image."""
    return {
        "identifier": name,
        "uid": uid,
        "tags": [],
        "exportToToc": False,
        "allowOutOfBounds": False,
        "doc": None,
        "width": side,
        "height": side,
        "resizableX": False,
        "resizableY": False,
        "minWidth": None,
        "maxWidth": None,
        "minHeight": None,
        "maxHeight": None,
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 0,
        "lineOpacity": 0,
        "hollow": False,
        "color": colour.upper(),
        "renderMode": "Tile",
        "showName": False,
        "tilesetId": TILESET,
        "tileRenderMode": "FitInside",
        "tileRect": {"tilesetUid": TILESET, "x": tile * side, "y": 0} | {"w": side, "h": side},
        "uiTileRect": None,
        "nineSliceBorders": [],
        "maxCount": 0,
        "limitScope": "PerLevel",
        "limitBehavior": "MoveLastOne",
        "pivotX": 0,
        "pivotY": 0,
        "fieldDefs": [],
    }


def text_field(uid: int, name: str) -> Entry:
    """Return a text of a level that the editor does not show."""
    return {
        "identifier": name,
        "doc": None,
        "__type": "String",
        "uid": uid,
        "type": "F_String",
        "isArray": False,
        "canBeNull": True,
        "arrayMinLength": None,
        "arrayMaxLength": None,
        "editorDisplayMode": "Hidden",
        "editorDisplayScale": 1,
        "editorDisplayPos": "Above",
        "editorLinkStyle": "StraightArrow",
        "editorDisplayColor": None,
        "editorAlwaysShow": False,
        "editorShowInWorld": False,
        "editorCutLongValues": True,
        "editorTextSuffix": None,
        "editorTextPrefix": None,
        "useForSmartColor": False,
        "exportToToc": False,
        "searchable": False,
        "min": None,
        "max": None,
        "regex": None,
        "acceptFileTypes": None,
        "defaultOverride": None,
        "textLanguageMode": None,
        "symmetricalRef": False,
        "autoChainRef": False,
        "allowOutOfLevelRef": False,
        "allowedRefs": "OnlySame",
        "allowedRefsEntityUid": None,
        "allowedRefTags": [],
        "tilesetUid": None,
    }
