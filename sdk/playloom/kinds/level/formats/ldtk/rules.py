"""LDtk's auto-layer rules without the editor: numbers of an IntGrid in, tiles out.

`evaluate` gives what LDtk's editor would save as ``autoLayerTiles``: the same
tiles, in the same order. Every rule is tried at every cell (`matching`); then
the rules are gone through in the order of the list: the tiles of a rule that
breaks on match, or that fill their cell, hide those of the rules after it.

Source: LDtk 1.5.3 (MIT), ``LayerInstance.hx``.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats.ldtk.chance import gradients
from playloom.kinds.level.formats.ldtk.matching import AutoTile, Mask, Site, Surroundings, TilesByCell, place
from playloom.kinds.level.formats.ldtk.schema import LayerDef, Rule, RuleGroup, TilesetDef

TILES_HIGH = 4 << 20  # of one layer
LOOKS_HIGH = 1 << 33  # cells times numbers of patterns, of one layer
_LOOKS_MORE = 4  # at each cell, whatever the pattern
_LOOKS_LEAST = 1 << 18  # of one rule, however small the map


def evaluate(where: Path, layer: LayerDef, tileset: TilesetDef, around: Surroundings) -> list[AutoTile]:
    """Return the tiles of an auto-layer, the lowest first, as LDtk's editor saves them.

    Args:
        where: The project, for messages.
        layer: The layer's definition with its rules.
        tileset: From which the layer takes its tiles.
        around: The IntGrid that the rules read, and what the level sets.

    Raises:
        FileInvalid: If the rules are out of bounds: too many looks, or over 4 million tiles.
        RequestInvalid: If a rule looks at Perlin noise and the extra ``ldtk`` is not installed.
    """
    groups = [group for group in layer.autoRuleGroups if applied(group, around)]
    rules = [rule for group in groups for rule in group.rules if rule.active]
    cells = around.rows * around.columns
    looks = (rule.size**2 * (1 + rule.flipX) * (1 + rule.flipY) + _LOOKS_MORE for rule in rules)
    if sum(max(each * cells, _LOOKS_LEAST) for each in looks) > LOOKS_HIGH:
        raise FileInvalid(
            f"{where}: the {len(rules)} rules of layer {layer.identifier!r} are too many for a level of "
            f"{around.columns}x{around.rows} cells; use fewer or smaller ones"
        )
    site = Site(layer, tileset, around, _gradients(where, layer, rules))
    placed: list[TilesByCell] = []
    room = TILES_HIGH
    for rule in rules:
        try:
            placed.append(place(site, rule, room))
        except OverflowError as error:
            raise FileInvalid(
                f"{where}: the rules of layer {layer.identifier!r} put over {TILES_HIGH} tiles; "
                "use fewer rules or smaller stamps"
            ) from error
        room -= sum(map(len, placed[-1].values()))
    _hide(rules, placed, tileset, np.zeros(cells, np.bool_))
    return [tile for tiles in reversed(placed) for cell in sorted(tiles) for tile in tiles[cell]]


def applied(group: RuleGroup, around: Surroundings) -> bool:
    """Return whether a group's rules count in this level."""
    if group.active and group.requiredBiomeValues and around.biomes is not None:
        found = [name in around.biomes for name in group.requiredBiomeValues]
        return any(found) if group.biomeRequirementMode == 0 else all(found)
    return (group.active and not group.isOptional) or group.uid in around.optional


def _gradients(where: Path, layer: LayerDef, rules: list[Rule]) -> NDArray[np.float64] | None:
    """Return the lattice of the noise if a rule looks at it."""
    if not any(rule.perlinActive for rule in rules):
        return None
    table = gradients()
    if table is None:
        raise RequestInvalid(
            f"{where}: rules of layer {layer.identifier!r} look at Perlin noise, which needs one more "
            "package: pip install 'playloom[ldtk]'"
        )
    return table


def _hide(rules: list[Rule], placed: list[TilesByCell], tileset: TilesetDef, hidden: Mask) -> None:
    """Take out the tiles of cells that an earlier rule has closed; ``hidden`` (cells,) says which are."""
    for rule, tiles in zip(rules, placed, strict=True):
        here = np.array(sorted(tiles), np.int64)
        shown = here[~hidden[here]]
        for cell in here[hidden[here]].tolist():
            del tiles[cell]
        if rule.breakOnMatch:
            hidden[shown] = True
        elif not rule.moves and rule.alpha >= 1:
            full = [any(_fills(tileset, tile.tile) for tile in tiles[cell]) for cell in shown.tolist()]
            hidden[shown[np.array(full, np.bool_)]] = True


def _fills(tileset: TilesetDef, tile: int) -> bool:
    """Return whether the editor knows the tile to have no see-through pixel."""
    known = tileset.cachedPixelData.opaqueTiles if tileset.cachedPixelData else ""
    return tile < len(known) and known[tile] == "1"
