"""What a level puts into the layers of a project, found by the names of its tiles."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of
from playloom.kinds.level.formats.ldtk.matching import Grid
from playloom.kinds.level.formats.ldtk.names import Names, entity_for, plain, said, value_for, value_said
from playloom.kinds.level.formats.ldtk.project import Opened, listed
from playloom.kinds.level.formats.ldtk.schema import EntityDef, LayerDef
from playloom.kinds.level.formats.mapping import check_names


@dataclass(frozen=True)
class Being:
    """An entity on a cell."""

    layer: int  # uid
    entity: EntityDef
    x: int  # cells
    y: int


@dataclass(frozen=True)
class Drawn:
    """A tile that is drawn by hand."""

    x: int  # cells
    y: int
    tile: int
    flips: int


@dataclass(frozen=True)
class Filling:
    """The content of layers, by their uid."""

    side: int  # pixels of a cell
    values: dict[int, Grid]  # of IntGrids, (H, W)
    drawn: dict[int, list[Drawn]] = field(default_factory=dict)  # of layers of tiles
    beings: list[Being] = field(default_factory=list)


def fill_by_names(opened: Opened, level: Level, names: Names) -> Filling:
    """Return the ground as values of one IntGrid, and objects as entities.

    Raises:
        RequestInvalid: If the project has no IntGrid or no name for a tile of the level, or ``names`` speaks
            of a tile that there is not.
    """
    check_names([*names.tiles, *names.entities], level.vocabulary)
    ground = _ground(opened, level, names)
    values = _values(opened, level, names, ground)
    return Filling(ground.gridSize, {ground.uid: values}, beings=_beings(opened, level, names, ground))


def _ground(opened: Opened, level: Level, names: Names) -> LayerDef:
    """Return the IntGrid that takes the ground: the one named, or else the one that knows most tiles."""
    grids = [layer for layer in opened.project.defs.layers if layer.type == "IntGrid"]
    wanted = [layer for layer in grids if names.layer in ("", layer.identifier)]
    if not wanted:
        raise RequestInvalid(
            f"{opened.where}: has no IntGrid layer {names.layer or 'at all'}; it has "
            f'{listed([layer.identifier for layer in grids])}; add one in LDtk, or name it: layer = "..."'
        )
    used = np.unique(ground_of(level.cells, level.vocabulary)).tolist()

    def known(layer: LayerDef) -> int:
        tiles = level.vocabulary.tiles
        told = sum(value_said(tiles[i].name, layer) is not None for i in used)
        return told + sum(bool(value_for(i, level.vocabulary, layer.intGridValues, names)) for i in used)

    return wanted[0] if len(wanted) == 1 else max(wanted, key=known)


def _values(opened: Opened, level: Level, names: Names, layer: LayerDef) -> Grid:
    """(H, W) numbers of the IntGrid."""
    own = [value_said(tile.name, layer) for tile in level.vocabulary.tiles]
    speaks = np.array([value is not None for value in own])[level.cells]
    ground = np.where(speaks, level.cells, ground_of(level.cells, level.vocabulary))
    numbers: dict[int, int] = {}
    missing: list[int] = []
    for tile in np.unique(ground).tolist():
        value = own[tile]
        if value is None or level.vocabulary.tiles[tile].name in names.tiles:
            value = value_for(tile, level.vocabulary, layer.intGridValues, names)
        if value is None:
            missing.append(tile)
        else:
            numbers[tile] = value
    if missing:
        have = listed([value.identifier or str(value.value) for value in layer.intGridValues])
        problem = f"layer {layer.identifier!r} has no value for"
        raise _unnamed(opened, level, "tiles", missing, problem, have)
    look_up = np.zeros(len(level.vocabulary), np.int64)
    look_up[list(numbers)] = list(numbers.values())
    return look_up[ground]


def _beings(opened: Opened, level: Level, names: Names, ground: LayerDef) -> list[Being]:
    """Return the objects, row by row."""
    vocabulary = level.vocabulary
    entities = {entity.identifier: entity for entity in opened.project.defs.entities}
    own = [said(tile.name, "object") for tile in vocabulary.tiles]
    # Ground that the IntGrid does not know can be an entity there: ladders and doors often are.
    alike = {plain(name): name for name in reversed(entities)}
    for tile in np.flatnonzero(~vocabulary.objects).tolist():
        name = alike.get(plain(vocabulary.tiles[tile].name))
        if name and not own[tile] and not value_for(tile, vocabulary, ground.intGridValues, names):
            own[tile] = [name]
    stands = vocabulary.objects | np.array([bool(one) for one in own])
    used = [i for i in np.unique(level.cells).tolist() if stands[i]]
    chosen: dict[int, list[str]] = {}
    missing: list[int] = []
    for tile in used:
        found = entity_for(tile, vocabulary, list(entities), names)
        chosen[tile] = [entity for entity in own[tile] if entity in entities] if found is None else [found]
        if found is None and not chosen[tile]:
            missing.append(tile)
    if missing:
        have = listed(list(entities))
        raise _unnamed(opened, level, "entities", missing, "has no entity for", have)
    if not any(name for found in chosen.values() for name in found):
        return []
    layer = _object_layer(opened, names).uid
    return [
        Being(layer, entities[name], x, y)
        for y, x in np.argwhere(stands[level.cells]).tolist()
        for name in chosen[int(level.cells[y, x])]
        if name
    ]


def _object_layer(opened: Opened, names: Names) -> LayerDef:
    layers = [layer for layer in opened.project.defs.layers if layer.type == "Entities"]
    for layer in layers:
        if names.entity_layer in ("", layer.identifier):
            return layer
    raise RequestInvalid(
        f"{opened.where}: has no layer of entities {names.entity_layer or 'at all'}; it has "
        f"{listed([layer.identifier for layer in layers])}; add one in LDtk, name it "
        '(entity_layer = "..."), or leave objects out: key = "" and so on under [entities]'
    )


def _unnamed(
    opened: Opened, level: Level, section: str, missing: Iterable[int], problem: str, have: str
) -> RequestInvalid:
    """Return the error that asks for names of tiles that the project has none for."""
    names = [level.vocabulary.tiles[i].name for i in missing]
    lines = ", ".join(f'{name} = "..."' for name in names)
    return RequestInvalid(
        f"{opened.where}: {problem} {', '.join(names)}; it has {have}; add them in LDtk, or give "
        f'names in a TOML file, under [{section}]: {lines} ("" leaves a tile out)'
    )
