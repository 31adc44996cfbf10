"""What the tiles of a map in the user's own tilesets mean: a mapping read the other way round."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.mapping import TileSetMapping, tiled_place
from playloom.kinds.level.formats.terrain.dress import Dressed, Terrains, terrains_of
from playloom.kinds.level.formats.terrain.wang import Sheet, read_sheet
from playloom.kinds.level.vocabulary import Role


def legend_of(mapping: TileSetMapping) -> dict[int | str, str]:
    """Return "tileset:id" to the name of our tile, for every plain tile and every tile of a mapped terrain.

    A tile of a terrain set means the terrain that it shows beside the one that lies between, else that one.

    Raises:
        FileInvalid: If a tileset cannot be read.
        RequestInvalid: If the mapping is for Godot, on a dual grid, or gives one tile two meanings.
    """
    if mapping.is_godot or mapping.dual_grid:
        kind = "for Godot, whose scenes are not read" if mapping.is_godot else "on a dual grid"
        raise RequestInvalid(f"the mapping is {kind}; keep the level as .json beside the map and read that")
    main = Path(mapping.tileset)
    sheets = {main: read_sheet(main)}
    legend: dict[int | str, str] = {}
    terrains = terrains_of(mapping, main, sheets[main].sets)
    if terrains:
        for number, name in _of_terrains(terrains):
            legend[f"{sheets[main].name}:{number}"] = name
    for name, where in mapping.tiles.items():
        elsewhere, number = tiled_place(name, where)
        key = f"{_sheet(sheets, main if elsewhere is None else Path(elsewhere)).name}:{number}"
        if key in legend and legend[key] in mapping.terrains and legend[key] != name:
            raise RequestInvalid(
                f"tile {key} is mapped to {name!r} and is one of terrain {mapping.terrains[legend[key]]!r} "
                f"({legend[key]!r}); a map of both cannot be read: give {name!r} a tile of its own"
            )
        legend.setdefault(key, name)
    return legend


def read_back_notes(level: Level, dressed: Dressed, mapping: TileSetMapping) -> tuple[str, ...]:
    """Return what is to be said where a map of Tiled, read with its own mapping, is another level.

    Args:
        level: What was drawn.
        dressed: How.
        mapping: With terrains of Tiled.

    Raises:
        FileInvalid: If a tileset cannot be read.
    """
    remedy = "keep the level as .json too (-o level.json), to check it or to go on from it"
    try:
        legend, names = legend_of(mapping), _meanings(mapping)
    except RequestInvalid as error:
        return (f"the map cannot be read again: {error}",)
    terrains, plain = names
    own = [tile.name for tile in level.vocabulary.tiles]
    by_plain = [legend.get(plain.get(name, ""), "") for name in own]
    by_terrain = [legend.get(key, "") for key in terrains]
    void = np.isin(level.cells, level.vocabulary.ids(Role.VOID))
    table = np.array([*by_plain, *by_terrain, ""])
    shown = np.where(dressed.terrain >= 0, len(own) + dressed.terrain, dressed.ground)
    shown = np.where(dressed.objects >= 0, dressed.objects, shown)
    other = (table[shown] != np.array(own)[level.cells]) & ~(void & (shown < 0))
    if not other.any():
        return ()
    y, x = np.argwhere(other)[0].tolist()
    return (
        f"{int(other.sum())} of {other.size} cells read again as something else (the first at {x},{y}: "
        f"{own[level.cells[y, x]]} as {table[shown[y, x]] or 'nothing known'}); {remedy}",
    )


def _meanings(mapping: TileSetMapping) -> tuple[list[str], dict[str, str]]:
    """Return "tileset:id" of each tile of the terrain set, and of each plain tile by our name."""
    main = Path(mapping.tileset)
    sheets = {main: read_sheet(main)}
    terrains = terrains_of(mapping, main, sheets[main].sets)
    tiles = terrains.terrain_set.tiles if terrains else ()
    plain = {}
    for name, where in mapping.tiles.items():
        elsewhere, number = tiled_place(name, where)
        plain[name] = f"{_sheet(sheets, main if elsewhere is None else Path(elsewhere)).name}:{number}"
    return [f"{sheets[main].name}:{tile.place[0]}" for tile in tiles], plain


def _sheet(sheets: dict[Path, Sheet], path: Path) -> Sheet:
    if path not in sheets:
        sheets[path] = read_sheet(path)
    return sheets[path]


def _of_terrains(terrains: Terrains) -> Iterator[tuple[int, str]]:
    """Yield id and name of each tile of the set that means one of the mapped terrains."""
    names = {number: name for name, number in reversed([*terrains.numbers.items()])}
    for tile in terrains.terrain_set.tiles:
        shown = set(tile.points) - {0}
        above = shown - {terrains.between} or shown
        if len(above) == 1 and (number := above.pop()) in names:
            yield tile.place[0], names[number]
