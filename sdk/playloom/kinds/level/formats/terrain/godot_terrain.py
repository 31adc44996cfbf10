"""Godot scenes with the terrains of the game's own TileSet."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.mapping import Place, TileSetMapping
from playloom.kinds.level.formats.terrain.dress import Terrains, dress, terrains_of
from playloom.kinds.level.formats.terrain.tileset_resource import TileSetFile, read_tile_set

_EMPTY = (-1, -1, -1, 0)  # leaves the cell without a tile


def own_tile_set(mapping: TileSetMapping) -> tuple[TileSetFile, Terrains] | None:
    """Return the TileSet of a mapping with its terrains; None if the mapping uses none.

    Raises:
        FileInvalid: If the TileSet cannot be read.
        RequestInvalid: If it is not known where it lies, or it lacks a terrain.
    """
    if not mapping.terrains:
        return None
    inside = PurePosixPath(mapping.tileset.removeprefix("res://"))
    if not mapping.tileset.startswith("res://") or ".." in inside.parts or inside.is_absolute():
        raise RequestInvalid(
            f"tileset is {mapping.tileset!r}; to use its terrains give its path in the project, such as "
            "res://tiles/ruins.tres"
        )
    if not mapping.project:
        raise RequestInvalid(
            f"{mapping.tileset}: its terrains cannot be read, for no folder above the mapping holds "
            'project.godot; say where the project is with project = "path"'
        )
    found = read_tile_set(Path(mapping.project) / inside)
    terrains = terrains_of(mapping, found.path, found.sets)
    assert terrains is not None  # the mapping names some
    return found, terrains


def scene_layers(
    level: Level, mapping: Mapping[str, Place], terrains: Terrains
) -> list[tuple[str, NDArray[np.int64]]]:
    """Return name and places, (H, W, 4) with the alternative, of each layer, bottom first.

    Raises:
        RequestInvalid: If the level uses a tile that has no place.
    """
    dressed = dress(level, mapping.keys(), terrains)
    plain = [(*mapping[tile.name], 0) if tile.name in mapping else _EMPTY for tile in level.vocabulary.tiles]
    table = np.array([*plain, _EMPTY], np.int64)  # the last, -1, is none
    tiles = np.array([*(tile.place for tile in terrains.terrain_set.tiles), _EMPTY], np.int64)
    return [
        ("Ground", table[dressed.ground]),
        ("Terrain", tiles[dressed.terrain]),
        ("Objects", table[dressed.objects]),
    ]
