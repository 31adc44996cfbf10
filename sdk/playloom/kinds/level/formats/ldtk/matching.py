"""Where one auto-layer rule matches, and the tiles that it puts there.

A rule's pattern is a square of numbers around a cell: 0 looks at nothing,
``v`` wants the value v, ``-v`` anything but v, 1000001 any value, -1000001
none; ``1000 * (g + 1)`` stands for every value of group g. A rule may also
match mirrored, on some cells only (modulus and checker), or by chance.

Source: LDtk 1.5.3 (MIT), ``AutoLayerRuleDef.hx`` and ``LayerInstance.hx``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.formats.ldtk.chance import draw, noise
from playloom.kinds.level.formats.ldtk.schema import SEED_HIGH, LayerDef, Rule, TilesetDef

ANYTHING = 1_000_001
GROUP = 1000  # (group + 1) times this
FLIP_X, FLIP_Y = 1, 2  # bits of `AutoTile.flips`

_OUTSIDE = -SEED_HIGH - 1  # a cell outside of the map for which the rule names no value; no value is it
_AREA = 10  # cells; the editor counts values by squares of this side
_WAYS = ((0, 1, 1), (FLIP_X, -1, 1), (FLIP_Y, 1, -1), (FLIP_X | FLIP_Y, -1, -1))

Grid: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


class AutoTile(NamedTuple):
    """One tile that a rule put."""

    x: int  # pixels, from the layer's corner
    y: int
    source_x: int  # pixels in the tileset's picture
    source_y: int
    flips: int  # `FLIP_X`, `FLIP_Y`
    tile: int  # number in the tileset
    rule: int  # the rule's uid
    cell: int  # the cell at which the rule matched: column + row * columns
    alpha: float = 1.0

    def line(self) -> str:
        """Return the tile as LDtk saves it."""
        alpha = int(self.alpha) if self.alpha == int(self.alpha) else self.alpha
        return (
            f'{{"px":[{self.x},{self.y}],"src":[{self.source_x},{self.source_y}],"f":{self.flips},'
            f'"t":{self.tile},"d":[{self.rule},{self.cell}],"a":{alpha}}}'
        )


TilesByCell: TypeAlias = dict[int, list[AutoTile]]
Shape: TypeAlias = list[tuple[int, int, int, int, int]]  # tile, place beside the cell, place in the picture


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the rules of a layer look at beside their own definition."""

    values: Grid  # (H, W) of the IntGrid that the layer reads
    groups: dict[int, int]  # value of that IntGrid -> its group
    columns: int  # of the layer itself, which may have another grid
    rows: int
    seed: int  # of the layer in this level
    optional: frozenset[int] = frozenset()  # optional groups that this level switches on
    biomes: frozenset[str] | None = None  # of this level; None: the layer has no biome field
    kept_free: Mask | None = None  # (rows, columns): cells where another layer forbids tiles


@dataclass(frozen=True)
class Site:
    """The layer on which rules put tiles."""

    layer: LayerDef
    tileset: TilesetDef
    around: Surroundings
    gradients: NDArray[np.float64] | None  # of Perlin noise; None if no rule looks at it
    _areas: dict[int, Mask] = field(default_factory=dict)

    def members(self, wanted: int) -> list[int]:
        """Return the values that a pattern's number, made positive, stands for."""
        if wanted < GROUP:
            return [wanted]
        return [value for value, group in self.around.groups.items() if group == wanted // GROUP - 1]

    def areas(self, wanted: int) -> Mask:
        """Return which areas of the map hold such a value; a last row and column, of none, stand for more."""
        if wanted not in self._areas:
            values = self.around.values
            marked = np.zeros((values.shape[0] // _AREA + 2, values.shape[1] // _AREA + 2), np.bool_)
            rows, columns = np.nonzero(np.isin(values, self.members(wanted)))
            marked[rows // _AREA, columns // _AREA] = True
            self._areas[wanted] = marked
        return self._areas[wanted]


def place(site: Site, rule: Rule, room: int) -> TilesByCell:
    """Return the tiles of one rule by cell; a cell where it matched may hold none.

    Raises:
        OverflowError: If there would be over ``room`` of them.
    """
    tiles: TilesByCell = {}
    alternatives = rule.alternatives()
    if not alternatives or rule.chance <= 0:
        return tiles
    allowed = _relevant(site, rule)
    if not allowed.any():
        return tiles
    y, x = np.ogrid[: site.around.rows, : site.around.columns]
    allowed &= _on_grid(rule, x, y)
    _by_chance(site, rule, x, y, allowed)
    matched = np.zeros_like(allowed)
    for flips, right, down in _WAYS:
        if (flips & FLIP_X and not rule.flipX) or (flips & FLIP_Y and not rule.flipY):
            continue
        still_open = allowed & ~matched if rule.breakOnMatch else allowed
        if not still_open.any():
            continue
        found = still_open & _matches(site, rule, right, down)
        matched |= found
        if site.around.kept_free is not None:
            found &= ~site.around.kept_free
        room -= int(found.sum()) * max(map(len, alternatives))
        if room < 0:
            raise OverflowError("more tiles than there is room for")
        _put(site, rule, found, flips, tiles)
    return tiles


def _on_grid(rule: Rule, x: Grid, y: Grid) -> Mask:
    """Return at which cells, columns ``x`` and rows ``y``, the rule's modulus and checker mode let it try."""
    if rule.checker == "Vertical":
        rows = np.fmod(y + np.fmod(x // rule.xModulo, 2), rule.yModulo) == 0
    else:
        rows = np.fmod(y - rule.yOffset, rule.yModulo) == 0
    if rule.checker == "Horizontal":
        columns = np.fmod(x + np.fmod(y // rule.yModulo, 2), rule.xModulo) == 0
    else:
        columns = np.fmod(x - rule.xOffset, rule.xModulo) == 0
    allowed: Mask = rows & columns
    return allowed


def _relevant(site: Site, rule: Rule) -> Mask:
    """Return near which cells the map holds every value that the pattern wants.

    Inside of the map this decides nothing. At its edge it does: there the editor does not try a rule if a
    value that it wants is nowhere near and is only said to lie outside.
    """
    rows, columns, radius = site.around.rows, site.around.columns, rule.size // 2
    allowed = np.ones((rows, columns), np.bool_)
    for wanted in sorted({number for number in rule.pattern if 0 < number != ANYTHING}):
        areas = site.areas(wanted)
        near = np.zeros_like(allowed)
        for dy in {-radius, radius}:
            down = _areas_of(rows, dy, areas.shape[0])
            for dx in {-radius, radius}:
                near |= areas[np.ix_(down, _areas_of(columns, dx, areas.shape[1]))]
        allowed &= near
    return allowed


def _areas_of(cells: int, step: int, areas: int) -> Grid:
    """Return in which area lies what is ``step`` away from each of a row of cells."""
    places: Grid = np.maximum(np.arange(cells) + step, 0) // _AREA
    return np.minimum(places, areas - 1)


def _by_chance(site: Site, rule: Rule, x: Grid, y: Grid, allowed: Mask) -> None:
    """Take out of ``allowed`` the cells at which the rule's chance or noise lets it not match."""
    seed = site.around.seed
    if rule.chance < 1:
        allowed &= draw(seed + rule.uid, x, y, 100) < rule.chance * 100
    if rule.perlinActive and site.gradients is not None:
        scale = np.float64(rule.perlinScale)
        across, down = np.broadcast_arrays(x * scale, y * scale)
        octaves = int(rule.perlinOctaves)
        allowed &= noise(site.gradients, seed + int(rule.perlinSeed), across, down, octaves) >= 0


def _matches(site: Site, rule: Rule, right: int, down: int) -> Mask:
    """Return at which cells the pattern, mirrored where -1, fits."""
    radius = rule.size // 2
    rows, columns = site.around.rows, site.around.columns
    outside = _OUTSIDE if rule.outOfBoundsValue is None else rule.outOfBoundsValue
    canvas = np.full((rows + 2 * radius, columns + 2 * radius), outside, np.int64)
    seen = site.around.values[: rows + radius, : columns + radius]
    canvas[radius : radius + seen.shape[0], radius : radius + seen.shape[1]] = seen
    fits = np.ones((rows, columns), np.bool_)
    for number, (row, column) in zip(rule.pattern, np.ndindex(rule.size, rule.size), strict=True):
        if number:
            top, left = radius + down * (row - radius), radius + right * (column - radius)
            fits &= _fits(site, number, canvas[top : top + rows, left : left + columns])
    return fits


def _fits(site: Site, number: int, values: Grid) -> Mask:
    """Return which values fit one number of a pattern."""
    wanted = abs(number)
    members = [] if wanted == ANYTHING else site.members(wanted)
    there: Mask
    if wanted == ANYTHING:
        there = (values != 0) & (values != _OUTSIDE)
    else:
        there = values == members[0] if len(members) == 1 else np.isin(values, members)
    return there if number > 0 else ~there & (values != _OUTSIDE)


def _put(site: Site, rule: Rule, found: Mask, flips: int, tiles: TilesByCell) -> None:
    """Put the rule's tiles at the cells found."""
    y, x = np.nonzero(found)
    alternatives = rule.alternatives()
    seed = rule.uid + site.around.seed
    choices = draw(seed + flips, x, y, len(alternatives))
    across = _shift(seed + flips, x, y, rule.tileXOffset, rule.tileRandomXMin, rule.tileRandomXMax)
    along = _shift(seed + 1, x, y, rule.tileYOffset, rule.tileRandomYMin, rule.tileRandomYMax)
    mirror_x, mirror_y = (-1 if flips & bit else 1 for bit in (FLIP_X, FLIP_Y))
    shapes = [_shape(site, rule, ids, mirror_x, mirror_y) for ids in alternatives]
    side = site.layer.gridSize
    for column, row, choice, dx, dy in zip(
        x.tolist(), y.tolist(), choices.tolist(), across.tolist(), along.tolist(), strict=True
    ):
        cell = column + row * site.around.columns
        left, top = column * side + mirror_x * dx, row * side + mirror_y * dy
        tiles.setdefault(cell, []).extend(
            AutoTile(left + right, top + down, source_x, source_y, flips, tile, rule.uid, cell, rule.alpha)
            for tile, right, down, source_x, source_y in shapes[choice]
        )


def _shift(seed: int, x: Grid, y: Grid, fixed: int, low: int, high: int) -> Grid:
    """Return the pixels by which tiles lie beside their cells along one axis."""
    if low == 0 and high == 0:
        return np.full(x.shape, fixed, np.int64)
    # As in JavaScript, where a remainder has the sign of the number that is divided, never of the divisor.
    return fixed + low + draw(seed, x, y, abs(high - low + 1) or 1)


def _shape(site: Site, rule: Rule, tile_ids: list[int], mirror_x: int, mirror_y: int) -> Shape:
    """Return where an alternative's tiles lie beside the cell and in the tileset's picture, in pixels."""
    tileset, layer = site.tileset, site.layer
    columns = max(tileset.columns, 1)
    step = tileset.tileGridSize + tileset.spacing
    across = [tile % columns for tile in tile_ids]
    along = [tile // columns for tile in tile_ids]
    right, down = [0] * len(tile_ids), [0] * len(tile_ids)
    if rule.tileMode == "Stamp":
        right = _spread(across, rule.pivotX, layer.tilePivotX, layer.gridSize)
        down = _spread(along, rule.pivotY, layer.tilePivotY, layer.gridSize)
    return [
        (
            tile_ids[i],
            mirror_x * right[i],
            mirror_y * down[i],
            tileset.padding + across[i] * step,
            tileset.padding + along[i] * step,
        )
        for i in range(len(tile_ids))
    ]


def _spread(places: list[int], pivot: float, of_layer: float, side: int) -> list[int]:
    """Return where the tiles of a stamp lie along one axis, from where they lie in the tileset."""
    if not places:
        return []
    first, last = min(places), max(places)
    return [int((place - first - pivot * (last - first) + of_layer) * side) for place in places]
