"""Maps for Tiled in the user's own tilesets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.mapping import TileSetMapping, tiled_place
from playloom.kinds.level.formats.terrain.dress import Dressed, Terrains, dress, terrains_of
from playloom.kinds.level.formats.terrain.wang import read_sheet
from playloom.kinds.level.formats.tiled import DUAL_GRID, Layer
from playloom.kinds.level.formats.tiled_map import PLAIN_GID


@dataclass(frozen=True)
class OwnSheets:
    """The user's tilesets as one map numbers them."""

    sources: tuple[tuple[int, str], ...]  # first number in the map, path from the map's folder
    tile_size: tuple[int, int]  # pixels
    gids: Mapping[str, int]  # number of each plain tile by our name
    terrains: Terrains | None

    def properties(self) -> dict[str, str]:
        """Return what the map is to say of how it is drawn."""
        return {DUAL_GRID: "true"} if self.terrains and self.terrains.dual_grid else {}

    def dress(self, level: Level) -> Dressed:
        """Choose the tiles of a level; see `dress`."""
        return dress(level, self.gids.keys(), self.terrains)

    def layers(self, level: Level) -> list[Layer]:
        """Return the layers of a level, bottom first, without those that would be empty.

        Raises:
            RequestInvalid: If the level uses a tile that the mapping lacks.
        """
        dressed = self.dress(level)
        plain = np.array([*(self.gids.get(tile.name, 0) for tile in level.vocabulary.tiles), 0], np.int64)
        layers = [Layer("ground", plain[dressed.ground])]  # -1, for none, is the last: 0
        more = int(self.terrains is not None and self.terrains.dual_grid)
        if self.terrains:
            tiles = self.terrains.terrain_set.tiles
            turned = [*(self.sources[0][0] + number | flags for number, flags in (t.place for t in tiles)), 0]
            gids = np.array(turned, np.int64)[dressed.terrain]
            layers.append(Layer("terrain", gids, offset=self.terrains.offset(self.tile_size)))
        layers.append(Layer("objects", plain[dressed.objects]))
        # All layers of a map are of one size.
        layers = [
            layer if layer.name == "terrain" else replace(layer, gids=np.pad(layer.gids, (0, more)))
            for layer in layers
        ]
        return [layer for layer in layers if layer.gids.any() or layer.name == "objects"]


def own_sheets(mapping: TileSetMapping, folder: Path) -> OwnSheets:
    """Return the tilesets of a mapping for maps in ``folder``.

    Raises:
        FileInvalid: If a tileset cannot be read.
        RequestInvalid: If it lacks a terrain or a tile, or lies on another drive than the map.
    """
    main = Path(mapping.tileset)
    places = {name: tiled_place(name, where) for name, where in mapping.tiles.items()}
    paths = [main, *dict.fromkeys(Path(path) for path, _ in places.values() if path is not None)]
    sheets = {path: read_sheet(path) for path in dict.fromkeys(paths)}
    first, firsts = 1, {}
    for path, sheet in sheets.items():
        firsts[path] = first
        first += sheet.numbers
    if first > PLAIN_GID:
        raise RequestInvalid(
            f"{main}: it and the mapping's other tilesets have {first - 1} tiles; a map can have {PLAIN_GID}"
        )
    gids = {}
    for name, (elsewhere, number) in places.items():
        sheet = sheets[main if elsewhere is None else Path(elsewhere)]
        if number >= sheet.numbers:
            raise RequestInvalid(
                f"{sheet.path}: has no tile {number}, which the mapping of {name!r} names; "
                f"its last is {sheet.numbers - 1}"
            )
        gids[name] = firsts[sheet.path] + number
    return OwnSheets(
        tuple((firsts[path], _from(folder, path)) for path in sheets),
        sheets[main].tile_size,
        gids,
        terrains_of(mapping, main, sheets[main].sets),
    )


def _from(folder: Path, path: Path) -> str:
    """Return the path from the map's folder, as Tiled writes it."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError as error:
        raise RequestInvalid(
            f"{path}: lies on another drive than {folder}; copy the tileset beside the map"
        ) from error
