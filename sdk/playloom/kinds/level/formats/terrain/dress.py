"""A level in the user's own tiles: plain ones by name, terrains by what lies around.

Each cell has up to three tiles, one above the other: a plain ground, a terrain, an object. A tile that is
mapped to a terrain is drawn with that; one that is mapped to both has the plain tile below, where it shows
through, and the plain tile alone where it is too narrow for the terrain.
Under all that stands on a ground, such as doors, trees and objects, lies the ground of the neighbours.
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of
from playloom.kinds.level.formats.mapping import TileSetMapping, check_names, lacking
from playloom.kinds.level.formats.terrain.fill import Filled, fill, fill_dual_grid
from playloom.kinds.level.formats.terrain.sets import MAPPED_HIGH, TerrainSet
from playloom.kinds.level.vocabulary import Role
from playloom.seeds import SEED_LIMIT, Stream


@dataclass(frozen=True)
class Terrains:
    """Which tiles of ours are which terrains of a set."""

    terrain_set: TerrainSet
    numbers: Mapping[str, int]  # name of our tile to terrain
    between: int  # the terrain where others meet, 0 for none
    dual_grid: bool  # each corner of a tile is a cell: half a tile up and to the left, one wider and higher

    def offset(self, tile_size: tuple[int, int]) -> tuple[float, float]:
        """Return how far the layer of terrain is moved, in pixels."""
        return (-tile_size[0] / 2, -tile_size[1] / 2) if self.dual_grid else (0.0, 0.0)


@dataclass(frozen=True)
class Dressed:
    """What is drawn in each cell, and what is to be said about it."""

    ground: NDArray[np.int64]  # (H, W) tile id of the plain tile, -1 for none
    terrain: NDArray[np.int64]  # (H, W), on a dual grid one more: place in the set's tiles, -1 for none
    objects: NDArray[np.int64]  # (H, W) tile id, -1 for none
    notes: tuple[str, ...]


def terrains_of(mapping: TileSetMapping, where: Path, sets: Collection[TerrainSet]) -> Terrains | None:
    """Find the terrains that a mapping names among the sets of the tileset at ``where``; None if it has none.

    Raises:
        RequestInvalid: If there is no such set or terrain, or it is not clear which set is meant.
    """
    if not mapping.terrains:
        return None
    terrain_set = _set_of(mapping, where, sets)
    names = {name: number for number, name in reversed([*enumerate(terrain_set.names, 1)])}
    drawable = set(
        np.unique(terrain_set.patterns[:, 0] if terrain_set.centred else terrain_set.patterns).tolist()
    )

    def number(name: str) -> int:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise RequestInvalid(
                f"{where}: terrain set {terrain_set.name!r} has no terrain {name!r}; "
                f"it has {', '.join(terrain_set.names) or 'none'}{hint}"
            )
        if names[name] not in drawable:
            raise RequestInvalid(
                f"{where}: no tile has the terrain {name!r}; mark its tiles in the tileset's editor"
            )
        return names[name]

    numbers = {tile: number(name) for tile, name in mapping.terrains.items()}
    if len(set(numbers.values())) > MAPPED_HIGH:
        raise RequestInvalid(f"{where}: over {MAPPED_HIGH} terrains are mapped; map fewer")
    if mapping.between is None:
        between = next(iter(numbers.values())) if terrain_set.has_transitions else 0
    else:
        between = number(mapping.between) if mapping.between else 0
    if mapping.dual_grid and terrain_set.kind != "corner":
        raise RequestInvalid(
            f"{where}: terrain set {terrain_set.name!r} is of kind {terrain_set.kind!r}; "
            "dual_grid needs one of corners"
        )
    return Terrains(terrain_set, numbers, between, mapping.dual_grid)


def _set_of(mapping: TileSetMapping, where: Path, sets: Collection[TerrainSet]) -> TerrainSet:
    if not sets:
        raise RequestInvalid(
            f"{where}: has no terrain set; add one in the tileset's editor, or map plain tiles"
        )
    wanted = set(mapping.terrains.values())
    if mapping.terrain_set is not None:
        found = [each for each in sets if each.name == str(mapping.terrain_set)]
    else:
        found = [each for each in sets if wanted <= set(each.names)] or (list(sets) if len(sets) == 1 else [])
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{each.name!r} ({', '.join(each.names)})" for each in sets)
    if mapping.terrain_set is not None:
        many = "no terrain set" if not found else f"{len(found)} terrain sets"
        raise RequestInvalid(f"{where}: has {many} {mapping.terrain_set!r}; it has {names}")
    why = "no terrain set holds all of" if not found else "several terrain sets hold"
    raise RequestInvalid(
        f"{where}: {why} {', '.join(sorted(wanted))}; choose one with terrain_set = ..., "
        f"and terrains of it alone, out of {names}"
    )


def dress(level: Level, plain: Collection[str], terrains: Terrains | None) -> Dressed:
    """Choose what is drawn in each cell.

    Args:
        level: Any; the seed of its evidence decides between tiles that fit alike.
        plain: Names of our tiles that have a plain tile.
        terrains: Those that are drawn with a terrain set.

    Raises:
        RequestInvalid: If the level uses a tile that has neither.
    """
    vocabulary, cells = level.vocabulary, level.cells
    numbers: Mapping[str, int] = terrains.numbers if terrains else {}
    check_names([*numbers, *plain], vocabulary)
    number_of = np.array([numbers.get(tile.name, 0) for tile in vocabulary.tiles], np.uint8)
    is_plain = np.array([tile.name in plain for tile in vocabulary.tiles])
    void = np.isin(cells, vocabulary.ids(Role.VOID))
    below = ground_of(cells, vocabulary, below_all=True)
    own = number_of[cells] > 0  # drawn as a terrain itself, whatever it stands on
    below = np.where(own, cells, below)
    standing = (cells != below) & ~void
    _check_used(level, below[~void], cells[standing], number_of, is_plain)
    ground = np.where(is_plain[below], below.astype(np.int64), -1)
    objects = np.where(standing, cells.astype(np.int64), -1)
    if terrains is None:
        return Dressed(ground, np.full(cells.shape, -1), objects, ())
    stream = Stream(_seed_of(level), "terrain")
    if terrains.dual_grid:
        filled = fill_dual_grid(number_of[below], terrains.terrain_set, stream)
        return Dressed(ground, filled.picks, objects, _misfits(filled, terrains.terrain_set))
    filled = fill(number_of[below], terrains.terrain_set, terrains.between, stream)
    lone = filled.hidden & is_plain[below]  # its plain tile shows what the terrain cannot
    picks = np.where(lone, -1, filled.picks)
    return Dressed(ground, picks, objects, _notes(filled, lone, number_of[below], terrains.terrain_set))


def _check_used(
    level: Level,
    below: NDArray[np.uint8],
    standing: NDArray[np.uint8],
    number_of: NDArray[np.uint8],
    is_plain: NDArray[np.bool_],
) -> None:
    missing = {int(i) for i in np.unique(below) if not (number_of[i] or is_plain[i])}
    missing |= {int(i) for i in np.unique(standing) if not is_plain[i]}
    if missing:
        tiles = enumerate(level.vocabulary.tiles)
        have = [tile.name for i, tile in tiles if number_of[i] or is_plain[i]]
        used = [level.vocabulary.tiles[i].name for i in missing]
        how = "add each of them under [tiles], or grounds under [terrains]"
        raise lacking(used, have, level.vocabulary, how)


def _seed_of(level: Level) -> int:
    seed = level.evidence.request.get("seed", 0) if level.evidence else 0
    return seed if isinstance(seed, int) and 0 <= seed < SEED_LIMIT else 0


def _misfits(filled: Filled, terrain_set: TerrainSet) -> tuple[str, ...]:
    if not filled.unfit.any():
        return ()
    y, x = np.argwhere(filled.unfit)[0].tolist()
    return (
        f"terrain set {terrain_set.name!r}: {int(filled.unfit.sum())} of {filled.unfit.size} tiles of the "
        f"dual grid do not fit; the nearest were taken (the first at {x},{y})",
    )


def _notes(
    filled: Filled, lone: NDArray[np.bool_], terrains: NDArray[np.uint8], terrain_set: TerrainSet
) -> tuple[str, ...]:
    total = int((terrains > 0).sum())
    notes = []
    wider = "; dual_grid = true shows them all" if terrain_set.kind == "corner" else ""
    for cells, text in (
        (filled.unfit, "have no tile that fits; the nearest was taken"),
        (filled.hidden & ~lone, "do not show their terrain, which needs to be two cells wide there" + wider),
        (lone, "are too narrow for their terrain and have their plain tile"),
    ):
        if cells.any():
            counts = np.bincount(terrains[cells], minlength=len(terrain_set.names) + 1)
            each = ", ".join(
                f"{terrain_set.names[i - 1]} {counts[i]}" for i in np.flatnonzero(counts).tolist()
            )
            y, x = np.argwhere(cells)[0].tolist()
            notes.append(
                f"terrain set {terrain_set.name!r}: {int(cells.sum())} of {total} cells {text} "
                f"({each}; the first at {x},{y})"
            )
    return tuple(notes)
