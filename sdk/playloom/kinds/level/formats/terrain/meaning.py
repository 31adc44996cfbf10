"""What the tiles of a map in the user's own tilesets mean: a mapping read the other way round."""

from collections.abc import Iterator
from pathlib import Path

from playloom.errors import RequestInvalid
from playloom.kinds.level.formats.mapping import TileSetMapping, tiled_place
from playloom.kinds.level.formats.terrain.dress import Terrains, terrains_of
from playloom.kinds.level.formats.terrain.wang import Sheet, read_sheet


def legend_of(mapping: TileSetMapping) -> dict[int | str, str]:
    """Return "tileset:id" to the name of our tile, for every plain tile and every tile of a mapped terrain.

    A tile of a terrain set means the terrain that it shows beside the one that lies between, else that one.

    Raises:
        FileInvalid: If a tileset cannot be read.
        RequestInvalid: If the mapping is for Godot, on a dual grid, or gives one tile two meanings.
    """
    if mapping.is_godot or mapping.dual_grid:
        kind = "for Godot, whose scenes are not read" if mapping.is_godot else "on a dual grid"
        raise RequestInvalid(f"the mapping is {kind}; keep the level as .json beside it and read that")
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
