"""LDtk projects as own maps: IntGrid values, hand-drawn tiles and entities."""

from pathlib import Path

import numpy as np
import pytest
from ldtk_projects import (
    SIDE,
    TILES,
    TILESET,
    WALLS,
    group,
    instance,
    layer,
    level,
    project,
    rule,
    save,
    values,
)
from own_maps import names

from playloom.errors import FileInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import write
from playloom.kinds.level.movement import Free, Walk
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.vocabulary import Role

GRID = layer("IntGrid", WALLS, "Collisions", intGridValues=values("walls", "water"))
DRAWN = layer("Tiles", TILES, "Decor", tilesetDefUid=TILESET)


def tile(x: int, y: int, number: int, flip: int = 0) -> dict[str, object]:
    return {"px": [x * SIDE, y * SIDE], "src": [0, 0], "f": flip, "t": number, "d": [], "a": 1}


def entity(name: str, x: int, y: int) -> dict[str, object]:
    return {"__identifier": name, "px": [x * SIDE, y * SIDE], "__pivot": [0, 0], "width": 8, "height": 8}


def test_values_say_by_their_names_what_they_are_and_empty_cells_are_open(tmp_path: Path) -> None:
    things = layer("Entities", 9, "Things")
    placed = instance(things, ["000", "000"], entityInstances=[entity("Player", 1, 0), entity("Lamp", 2, 0)])
    one = level("One", placed, instance(GRID, ["100", "112"]))

    maps = read_maps([save(tmp_path, project([things, GRID], [one]))])

    roles = [[maps.vocabulary.tiles[i].role for i in row] for row in maps.maps[0]]
    assert roles == [[Role.WALL, Role.START, Role.FLOOR], [Role.WALL, Role.WALL, Role.WATER]]
    assert maps.movement == Walk()
    assert maps.names == ("game.ldtk#One",)
    assert "object:Lamp x1" in maps.notes[-1]


def test_every_level_is_a_map_and_tiles_of_rules_are_left_out_with_a_note(tmp_path: Path) -> None:
    ruled = GRID | {"autoRuleGroups": [group(rule(7, [1], [[3]]))], "tilesetDefUid": TILESET}
    levels = [level(name, instance(ruled, ["110", "100"]), uid=n) for n, name in enumerate(("A", "B"))]

    maps = read_maps([save(tmp_path, project([ruled], levels))])

    assert len(maps.maps) == 2
    assert maps.notes == (
        "game.ldtk#A and 1 more: tiles that rules draw were left out; LDtk draws them anew from the IntGrid",
    )


def test_stacked_and_flipped_tiles_go_out_to_tiled_in_the_own_tileset(tmp_path: Path) -> None:
    (tmp_path / "ruins.png").write_bytes(png.encode(np.full((80, 80, 3), 90, np.uint8)))
    tiles = [tile(0, 0, 3), tile(1, 0, 3), tile(1, 0, 12, 1), tile(2, 0, 12, 2)]
    one = level("One", instance(DRAWN, ["000"], gridTiles=tiles))

    maps = read_maps([save(tmp_path, project([DRAWN], [one]))])

    assert names(maps) == [["Ruins:3", "Ruins:3+Ruins:12^h", "Ruins:12^v"]]
    assert maps.movement == Free()
    (tmp_path / "out").mkdir()
    files = write(
        Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book), tmp_path / "out" / "a.tmx"
    )
    again = read_maps([files[0]])
    assert names(again) == names(maps)
    assert [layer.name for layer in again.book.layers] == ["Decor", "Decor"]  # type: ignore[union-attr]


def test_tiles_beside_an_intgrid_are_scenery_and_values_keep_a_look(tmp_path: Path) -> None:
    (tmp_path / "ruins.png").write_bytes(png.encode(np.full((80, 80, 3), 90, np.uint8)))
    drawn = instance(DRAWN, ["000"], gridTiles=[tile(1, 0, 5)])
    one = level("One", drawn, instance(GRID, ["100"]))

    maps = read_maps([save(tmp_path, project([DRAWN, GRID], [one]))])

    assert maps.movement == Walk()
    assert [maps.vocabulary.tiles[i].role for i in maps.maps[0][0]] == [Role.WALL, Role.FLOOR, Role.FLOOR]
    assert maps.book is not None
    assert [sheet.name for sheet in maps.book.sheets] == ["Ruins", "values"]
    (tmp_path / "out").mkdir()
    level_read = Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book)
    again = read_maps([write(level_read, tmp_path / "out" / "a.tmx")[0]])
    assert len(again.vocabulary) == len(maps.vocabulary)  # nothing lost its look


def test_layers_of_another_cell_size_and_hidden_ones_are_named(tmp_path: Path) -> None:
    fine = layer("IntGrid", 8, "Fine", intGridValues=values("walls"), gridSize=4)
    secret = layer("IntGrid", 7, "Secret", intGridValues=values("walls"))
    one = level(
        "One", instance(secret, ["111"], visible=False), instance(fine, ["111111"]), instance(GRID, ["100"])
    )

    notes = "\n".join(read_maps([save(tmp_path, project([secret, fine, GRID], [one]))]).notes)

    assert "'Secret' is hidden" in notes
    assert "'Fine' has cells of another size" in notes


def test_a_project_without_anything_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="no level has a visible IntGrid or tiles"):
        read_maps([save(tmp_path, project([DRAWN], [level("One", instance(DRAWN, ["000"]))]))])


def test_what_a_level_of_own_tiles_cannot_hold_is_named(tmp_path: Path) -> None:
    things = layer("Entities", 9, "Things")
    field = {"__identifier": "hp", "__type": "Int", "__value": 7, "defUid": 3}
    beings = [
        entity("Player", 0, 0) | {"fieldInstances": [field]},
        entity("Slime", 1, 0),
        entity("Slime", 2, 0) | {"width": 16},
    ]
    between = tile(0, 0, 3) | {"px": [3, 0]}
    drawn = instance(DRAWN, ["000"], gridTiles=[between, tile(7, 0, 3)])
    one = level("One", instance(things, ["000"], entityInstances=beings), drawn, instance(GRID, ["100"]))

    notes = "\n".join(read_maps([save(tmp_path, project([things, DRAWN, GRID], [one]))]).notes)

    for words in (
        "fields of entities 'Player' are not kept, such as hp",
        "entities 'Slime' differ in size",
        "tiles of layer 'Decor' that lie between cells were moved",
        "tiles of layer 'Decor' that lie outside of the level were left out",
    ):
        assert words in notes


def test_opacity_and_offset_of_a_layer_of_drawn_tiles_are_kept(tmp_path: Path) -> None:
    faint = DRAWN | {"displayOpacity": 0.5}
    drawn = instance(faint, ["000"], gridTiles=[tile(0, 0, 3)], __pxTotalOffsetX=2, __pxTotalOffsetY=-3)

    maps = read_maps([save(tmp_path, project([faint], [level("One", drawn)]))])

    assert maps.book is not None
    assert [(one.opacity, one.offset) for one in maps.book.layers] == [(0.5, (2.0, -3.0))]


def test_a_tile_that_is_scenery_in_one_level_and_alone_in_another_is_named(tmp_path: Path) -> None:
    drawn = instance(DRAWN, ["000"], gridTiles=[tile(1, 0, 5)])
    both = level("Both", drawn, instance(GRID, ["100"]))
    alone = level("Alone", drawn, uid=1)

    maps = read_maps([save(tmp_path, project([DRAWN, GRID], [both, alone]))])

    assert "one look has several meanings: 'Ruins:5' is 'decoration' and nothing known" in "\n".join(
        maps.notes
    )
    looks = [entry for stack in maps.book.stacks for entry in stack]  # type: ignore[union-attr]
    assert sum(entry.tile == 5 and entry.sheet == 0 for entry in looks) == 2  # on open ground, and alone
