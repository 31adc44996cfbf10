"""What we look at in an LDtk project; everything else in the file passes through untouched.

Field names are LDtk's own (JSON schema of LDtk 1.5.3, https://ldtk.io/json).
"""

from typing import Annotated, Any

import msgspec

PATTERN_SIDE_HIGH = 9  # cells; LDtk's editor makes 1, 3, 5, 7 and 9
SEED_HIGH = 1 << 31
PIXELS_HIGH = 1 << 20  # of a level

Whole = Annotated[int, msgspec.Meta(ge=-SEED_HIGH, lt=SEED_HIGH)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 20)]
Modulus = Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Ratio = Annotated[float, msgspec.Meta(ge=-1000, le=1000)]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One auto-layer rule: where its pattern is found, its tiles are put."""

    uid: Whole
    size: Annotated[int, msgspec.Meta(ge=1, le=PATTERN_SIDE_HIGH)]
    pattern: list[Whole]  # (size * size) row by row; see `rules`
    active: bool = True
    tileRectsIds: list[list[Count]] = []  # alternatives, each one tile or the tiles of a stamp
    tileIds: list[Count] | None = None  # before LDtk 1.5.3
    alpha: Share = 1.0
    chance: Ratio = 1.0
    breakOnMatch: bool = False
    outOfBoundsValue: Whole | None = None
    flipX: bool = False
    flipY: bool = False
    xModulo: Modulus = 1
    yModulo: Modulus = 1
    xOffset: Whole = 0
    yOffset: Whole = 0
    tileXOffset: Whole = 0
    tileYOffset: Whole = 0
    tileRandomXMin: Whole = 0
    tileRandomXMax: Whole = 0
    tileRandomYMin: Whole = 0
    tileRandomYMax: Whole = 0
    checker: str = "None"  # "Horizontal", "Vertical"
    tileMode: str = "Single"  # "Stamp"
    pivotX: Ratio = 0.0
    pivotY: Ratio = 0.0
    perlinActive: bool = False
    perlinSeed: Annotated[float, msgspec.Meta(ge=-SEED_HIGH, lt=SEED_HIGH)] = 0.0
    perlinScale: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0.2
    perlinOctaves: Annotated[float, msgspec.Meta(ge=1, le=16)] = 2.0

    def alternatives(self) -> list[list[int]]:
        """Return the alternatives between which the rule draws, in today's form."""
        if self.tileIds is None:
            return self.tileRectsIds
        return [self.tileIds] if self.tileMode == "Stamp" else [[tile] for tile in self.tileIds]

    @property
    def moves(self) -> bool:
        """Whether the tiles may lie beside their cell."""
        across = (self.tileXOffset, self.tileRandomXMin, self.tileRandomXMax)
        along = (self.tileYOffset, self.tileRandomYMin, self.tileRandomYMax)
        return any((*across, *along))


class RuleGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that are switched together."""

    uid: Whole = -1
    name: str = ""
    active: bool = True
    isOptional: bool = False  # off unless a level switches it on
    rules: list[Rule] = []
    requiredBiomeValues: list[str] = []
    biomeRequirementMode: int = 0  # 0 any of them, 1 all of them


class IntGridValue(msgspec.Struct, frozen=True, kw_only=True):
    """What one number of an IntGrid means."""

    value: Count
    identifier: str | None = None
    color: str = ""
    groupUid: Whole = 0


class LayerDef(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that every level has."""

    uid: Whole
    identifier: str
    type: str  # "IntGrid", "AutoLayer", "Tiles", "Entities"
    gridSize: Modulus
    pxOffsetX: Whole = 0
    pxOffsetY: Whole = 0
    displayOpacity: float = 1.0
    intGridValues: list[IntGridValue] = []
    autoRuleGroups: list[RuleGroup] = []
    autoSourceLayerDefUid: Whole | None = None
    autoTilesKilledByOtherLayerUid: Whole | None = None
    tilesetDefUid: Whole | None = None
    tilePivotX: Ratio = 0.0
    tilePivotY: Ratio = 0.0
    biomeFieldUid: Whole | None = None


class EnumTag(msgspec.Struct, frozen=True, kw_only=True):
    """A word on tiles of a tileset."""

    enumValueId: str
    tileIds: list[Count] = []


class CustomData(msgspec.Struct, frozen=True, kw_only=True):
    """A text on a tile of a tileset."""

    tileId: Count
    data: str = ""


class CachedPixels(msgspec.Struct, frozen=True, kw_only=True):
    """What the editor knows of a tileset's picture."""

    opaqueTiles: str = ""  # one "0" or "1" a tile


class TilesetDef(msgspec.Struct, frozen=True, kw_only=True):
    """A picture cut into tiles."""

    uid: Whole
    identifier: str
    tileGridSize: Modulus
    columns: Annotated[int, msgspec.Meta(ge=0, le=1 << 20)] = msgspec.field(name="__cWid", default=0)
    relPath: str | None = None
    spacing: Count = 0
    padding: Count = 0
    enumTags: list[EnumTag] = []
    customData: list[CustomData] = []
    cachedPixelData: CachedPixels | None = None


class Default(msgspec.Struct, frozen=True, kw_only=True):
    """What a field holds where nothing was set."""

    id: str  # its type, such as "V_Int"
    params: list[Any]

    def stored(self) -> dict[str, Any]:
        """Return it as LDtk saves it."""
        return {"id": self.id, "params": self.params}


class FieldDef(msgspec.Struct, frozen=True, kw_only=True):
    """A field that levels or entities have."""

    uid: Whole
    identifier: str
    kind: str = msgspec.field(name="__type", default="")
    isArray: bool = False
    canBeNull: bool = True
    defaultOverride: Default | None = None


class EntityDef(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that can stand in a level."""

    uid: Whole
    identifier: str
    width: Count = 0
    height: Count = 0
    color: str = "#FFFFFF"
    pivotX: Ratio = 0.0
    pivotY: Ratio = 0.0
    tags: list[str] = []
    tileRect: dict[str, int] | None = None
    fieldDefs: list[FieldDef] = []


class Defs(msgspec.Struct, frozen=True, kw_only=True):
    """The definitions of a project."""

    layers: list[LayerDef] = []
    entities: list[EntityDef] = []
    tilesets: list[TilesetDef] = []
    levelFields: list[FieldDef] = []


class GridTile(msgspec.Struct, frozen=True, kw_only=True):
    """A tile of a layer; the JSON's short names."""

    px: tuple[Whole, Whole]
    t: Count
    f: int = 0


class EntityField(msgspec.Struct, frozen=True, kw_only=True):
    """That an entity has a field; its value passes through."""

    identifier: str = msgspec.field(name="__identifier", default="")


class EntityInstance(msgspec.Struct, frozen=True, kw_only=True):
    """A thing in a level."""

    identifier: str = msgspec.field(name="__identifier")
    px: tuple[Whole, Whole]  # of its pivot, within the layer
    pivot: tuple[float, float] = msgspec.field(name="__pivot", default=(0.0, 0.0))
    width: Whole = 0
    height: Whole = 0
    fieldInstances: list[EntityField] = []


class LayerInstance(msgspec.Struct, frozen=True, kw_only=True):
    """A layer of a level."""

    layerDefUid: Whole
    columns: Annotated[int, msgspec.Meta(ge=0, le=1 << 20)] = msgspec.field(name="__cWid")
    rows: Annotated[int, msgspec.Meta(ge=0, le=1 << 20)] = msgspec.field(name="__cHei")
    visible: bool = True
    seed: Whole = 0
    optionalRules: list[Whole] = []
    overrideTilesetUid: Whole | None = None
    intGridCsv: list[Whole] = []
    gridTiles: list[GridTile] = []
    entityInstances: list[EntityInstance] = []
    autoLayerTiles: msgspec.Raw = msgspec.Raw(b"[]")
    total_x: Whole = msgspec.field(name="__pxTotalOffsetX", default=0)
    total_y: Whole = msgspec.field(name="__pxTotalOffsetY", default=0)


class FieldInstance(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a field."""

    defUid: Whole = -1
    identifier: str = msgspec.field(name="__identifier", default="")
    kind: str = msgspec.field(name="__type", default="")
    value: Any = msgspec.field(name="__value", default=None)


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """A level; without layers where they are in a file of their own."""

    identifier: str
    uid: Whole = 0
    worldX: Whole = 0
    worldY: Whole = 0
    pxWid: Annotated[int, msgspec.Meta(ge=0, le=PIXELS_HIGH)] = 0
    pxHei: Annotated[int, msgspec.Meta(ge=0, le=PIXELS_HIGH)] = 0
    externalRelPath: str | None = None
    fieldInstances: list[FieldInstance] = []
    layerInstances: list[LayerInstance] | None = None


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Levels that lie together."""

    levels: list[Level]
    identifier: str = ""


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A whole project."""

    jsonVersion: str
    defs: Defs
    levels: list[Level]
    nextUid: Whole = 0
    externalLevels: bool = False
    defaultLevelBgColor: str = "#696A79"
    worlds: list[World] = []

    def every_level(self) -> list[Level]:
        """Return the levels of all worlds, in the file's order."""
        return [*self.levels, *(level for world in self.worlds for level in world.levels)]
