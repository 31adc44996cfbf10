"""LDtk projects that are damaged or made to harm: refused by what is wrong, soon, and without a trace."""

import json
import time
from pathlib import Path
from typing import Any

import ldtk_projects as ldtk
import numpy as np
import pytest
from ldtk_projects import BACK, THINGS, TILES, TILESET, WALLS, Entry, group, rule

from playloom.errors import FileInvalid, PlayloomError, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import LdtkNames, LdtkTarget, read, write
from playloom.kinds.level.formats.ldtk.project import open_project, tile_layers
from playloom.kinds.level.formats.ldtk.retile import compare, retile
from playloom.kinds.level.vocabulary import CORE

CELLS = np.array([[CORE.by_char[char] for char in row] for row in ("#####", "#<.>#", "#####")], np.uint8)
PLAIN = Level(cells=CELLS, theme="dungeon")
WALL = ldtk.layer("IntGrid", WALLS, "Walls", group(rule(11, [1], [[2]])), tilesetDefUid=TILESET)
WALL |= {"intGridValues": ldtk.values("walls")}
STAND = ldtk.layer("Entities", THINGS, "Things")
PLAYER, EXIT = ldtk.entity(60, "Player"), ldtk.entity(61, "Exit")
ONE = ldtk.instance(WALL, ["1"])


def game(*levels: Entry, layers: list[Entry] | None = None, defs: Entry | None = None, **more: Any) -> Entry:
    known: Entry = {"entities": [PLAYER, EXIT]} | (defs or {})
    return ldtk.project(layers or [STAND, WALL], list(levels), defs=known) | more


def add(folder: Path, entry: Entry, level: Level = PLAIN) -> Entry:
    path = ldtk.save(folder, entry)
    write(level, path, target=LdtkTarget(path))
    found: Entry = json.loads(path.read_text())
    return found


# --- Files of levels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../evil.ldtkl", "not inside"),
        ("/tmp/evil.ldtkl", "not inside"),
        ("C:\\evil.ldtkl", "not inside"),
        ("game.ldtk", r"'game\.ldtk', which is no \.ldtkl file"),
        ("ruins.png", r"'ruins\.png', which is no \.ldtkl file"),
    ],
)
def test_a_level_is_written_to_no_file_but_one_of_a_level_in_the_projects_folder(
    name: str, message: str, tmp_path: Path
) -> None:
    folder = tmp_path / "game"
    folder.mkdir()
    entry = game(ldtk.level("Game", ONE, externalRelPath=name), externalLevels=True)
    before = json.dumps(entry, indent="\t")

    with pytest.raises(FileInvalid, match=message):
        add(folder, entry)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["game.ldtk"]
    assert (folder / "game.ldtk").read_text() == before


@pytest.mark.parametrize("name", [None, ""])
def test_a_level_that_lay_in_the_project_gets_a_file_of_its_own_where_the_project_has_such(
    name: str | None, tmp_path: Path
) -> None:
    found = add(tmp_path, game(ldtk.level("Game", ONE, externalRelPath=name), externalLevels=True))

    assert found["levels"][0]["externalRelPath"] == "Game.ldtkl"
    assert found["levels"][0]["layerInstances"] is None
    assert read(tmp_path / "game.ldtk").rows == PLAIN.rows


# --- Numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"uid": 2**31 - 1}, {"worldX": 2**31 - 1}])
def test_a_project_with_no_number_left_for_a_level_is_refused(change: Entry, tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match=r"those of the new one would pass 2147483648; repair"):
        add(tmp_path, game(ldtk.level("L", ONE, **change)))


def test_a_layer_whose_cells_are_too_many_in_the_level_is_refused_at_once(tmp_path: Path) -> None:
    fine = ldtk.layer("IntGrid", 8, "Fine", gridSize=1)
    coarse = WALL | {"gridSize": 4096}

    with pytest.raises(FileInvalid, match=r"'Fine' would have 20480x12288 cells of 1; a side can be 1024"):
        add(tmp_path, game(layers=[STAND | {"gridSize": 4096}, coarse, fine]))
    with pytest.raises(FileInvalid, match=r"a level of 5242880x3145728 pixels .* and 1048576 pixels"):
        add(tmp_path, game(layers=[STAND | {"gridSize": 1 << 20}, WALL | {"gridSize": 1 << 20}]))


@pytest.mark.parametrize(
    ("defs", "message"),
    [
        ({"entities": [PLAYER | {"pivotX": 1e308}, EXIT]}, "<= 1000"),
        ({"entities": [PLAYER | {"tileRect": {"x": "a"}}, EXIT]}, "Expected `int`"),
        ({"levelFields": [{"uid": 7, "identifier": "f", "defaultOverride": {"id": "V_Int", "params": 5}}]},
         "Expected `array`"),
        ({"levelFields": [{"uid": 7, "identifier": "f", "defaultOverride": {"params": [5]}}]},
         "missing required field `id`"),
    ],
)  # fmt: skip
def test_a_damaged_definition_is_refused(defs: Entry, message: str, tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match=message):
        add(tmp_path, game(defs=defs))


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity", "1" * 5000, "[" * 5000 + "]" * 5000])
def test_what_json_cannot_hold_is_refused_where_it_is_looked_at(number: str, tmp_path: Path) -> None:
    path = ldtk.save(tmp_path, game(layers=[STAND, WALL | {"displayOpacity": 4711}]))
    path.write_text(path.read_text().replace("4711", number))

    with pytest.raises(FileInvalid):
        read(path)
    with pytest.raises(FileInvalid):
        write(PLAIN, path, target=LdtkTarget(path))


@pytest.mark.parametrize("depth", [100, 500, 900, 960, 990, 1000])
def test_what_is_not_looked_at_may_be_nested_or_is_refused(depth: int, tmp_path: Path) -> None:
    path = ldtk.save(tmp_path, game(ldtk.level("L", ONE), unknown=4711))
    path.write_text(path.read_text().replace("4711", "[" * depth + "]" * depth))

    for act in (
        lambda: read(path),
        lambda: retile(open_project(path, path.read_bytes())),
        lambda: write(PLAIN, path, target=LdtkTarget(path)),
    ):
        try:
            act()
        except PlayloomError as refusal:
            assert "game.ldtk" in str(refusal)


def test_rules_that_read_what_is_no_int_grid_are_refused() -> None:
    drawn = ldtk.layer("Tiles", TILES, "Drawn")
    back = ldtk.layer("AutoLayer", BACK, "Back", group(rule(12, [1], [[1]])), tilesetDefUid=TILESET)
    entry = game(layers=[drawn, back | {"autoSourceLayerDefUid": TILES}])

    with pytest.raises(FileInvalid, match=r"'Back' read 'Drawn', which is no IntGrid; choose another"):
        open_project(Path("game.ldtk"), json.dumps(entry).encode())


def test_two_levels_of_one_name_are_refused_by_it(tmp_path: Path) -> None:
    path = ldtk.save(tmp_path, game(ldtk.level("L", ONE), ldtk.level("L", ONE, uid=1)))

    with pytest.raises(FileInvalid, match="has 2 levels called 'L'; rename all but one"):
        read(path.with_name("game.ldtk#L"))


def test_a_name_of_no_tile_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = ldtk.save(tmp_path, game())

    with pytest.raises(RequestInvalid, match=r"no tile is called 'strat'; did you mean 'start'\?"):
        write(PLAIN, path, target=LdtkTarget(path, LdtkNames(entities={"strat": "Player"})))


def test_a_colours_default_is_written_as_a_colour(tmp_path: Path) -> None:
    tint = {"uid": 7, "identifier": "tint", "__type": "Color"}
    tint |= {"defaultOverride": {"id": "V_Int", "params": [8361387]}}

    (field,) = add(tmp_path, game(defs={"levelFields": [tint]}))["levels"][0]["fieldInstances"]

    assert field["__value"] == "#7F95AB"
    assert field["realEditorValues"] == [tint["defaultOverride"]]


# --- Rules --------------------------------------------------------------------------------------------------


def tiles(rows: list[str], *rules: Entry) -> list[tuple[int, int]]:
    """Return place and number of the tiles that rules put."""
    definition = WALL | {"autoRuleGroups": [group(*rules)]}
    level = ldtk.level("L", ldtk.instance(definition, rows))
    opened = open_project(Path("game.ldtk"), json.dumps(game(level, layers=[definition])).encode())
    ((_, found),) = tile_layers(opened, opened.level("L"))
    return [(tile.x, tile.tile) for tile in found]


def test_odd_values_mean_what_they_mean_in_the_editor() -> None:
    assert tiles(["1"], rule(10, [1], [[0]], chance=5)) == [(0, 0)]
    assert tiles(["1"], rule(10, [1], [[0]], chance=-1)) == []
    assert tiles(["1"], rule(10, [1], [[]])) == []
    assert tiles(["1"], rule(10, [1], [[]], tileMode="Stamp")) == []
    assert tiles(["1"], rule(10, [1], [[3]], perlinActive=True, perlinScale=0)) == [(0, 3)]  # noise of 0
    # A range given backwards: JavaScript's remainder of -2 is that of 2. One that is empty moves nothing.
    backwards = tiles(["1" * 40], rule(10, [1], [[0]], tileRandomXMin=3, tileRandomXMax=0))
    assert {x % ldtk.SIDE for x, _ in backwards} == {3, 4}
    assert tiles(["1"], rule(10, [1], [[0]], tileRandomXMin=3, tileRandomXMax=2)) == [(3, 0)]


def test_a_number_that_is_no_value_can_lie_outside() -> None:
    beside_a_wall = [0, 0, 0, 0, 1, -1, 0, 0, 0]

    assert tiles(["11"], rule(10, beside_a_wall, [[0]], outOfBoundsValue=-1)) == [(8, 0)]
    assert tiles(["11"], rule(10, beside_a_wall, [[0]], outOfBoundsValue=None)) == []


# --- Time ---------------------------------------------------------------------------------------------------


def test_hundreds_of_thousands_of_rules_are_refused() -> None:
    bare = [{"uid": uid, "size": 1, "pattern": [1], "tileRectsIds": [[0]]} for uid in range(100_000)]

    with pytest.raises(FileInvalid, match="the 100000 rules of layer 'Walls' are too many"):
        tiles(["1"], *bare)


def test_many_values_words_and_levels_take_no_longer_than_reading_them(tmp_path: Path) -> None:
    many = WALL | {"intGridValues": [{"value": value} for value in range(1, 200_000)], "autoRuleGroups": []}
    walls = game(ldtk.level("L", ldtk.instance(many, ["0" * 1000] * 1000)), layers=[many])
    drawn = ldtk.layer("Tiles", TILES, "Drawn", tilesetDefUid=TILESET)
    words = [{"enumValueId": "wall", "tileIds": list(range(200_000))}] * 4
    placed = [{"px": [tile % 100 * 8, 0], "t": tile} for tile in range(2_000)]
    instance = ldtk.instance(drawn, ["0" * 100] * 100, gridTiles=placed)
    tagged = game(
        ldtk.level("L", instance), layers=[drawn], defs={"tilesets": [ldtk.tileset(enumTags=words)]}
    )
    levels = game(*({"identifier": f"L{number}"} for number in range(20_000)))
    begun = time.process_time()

    with pytest.raises(FileInvalid, match="with anything in it"):
        read(ldtk.save(tmp_path, walls))
    assert set(read(ldtk.save(tmp_path, tagged)).rows[0]) == {"#"}
    opened = open_project(tmp_path / "game.ldtk", json.dumps(levels).encode())
    assert sum(len(list(compare(opened, opened.level(name)))) for name in opened.names()) == 0
    assert set(retile(opened)) == {tmp_path / "game.ldtk"}

    assert time.process_time() - begun < 60  # each took minutes, or hours, when it looked for them one by one
