"""Levels go into LDtk projects and come out of them; what else a project holds stays as it is."""

import json
import subprocess
import sys
from ctypes.util import find_library
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import ldtk_projects as ldtk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ldtk_projects import THINGS, TILES, TILESET, WALLS, Entry, group, rule
from PIL import Image

from playloom.commands.level.tiling import tile_project
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import LdtkNames, LdtkTarget, read, read_ldtk_names, write
from playloom.kinds.level.formats.ldtk.names import identifiers
from playloom.kinds.level.formats.ldtk.splice import replaced
from playloom.kinds.level.formats.tiled import layers_of
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.vocabulary import CORE, SIDE, SOKOBAN, Passability, Role, Tile, Vocabulary

ROWS = ("########", "#<..k.e#", "##.##.C#", "#..#####", "#.#..$.#", "#.L.##.#", "#n##>..#", "########")
COMMAND = Path(sys.executable).parent / "playloom"


def cells(rows: tuple[str, ...] | list[str], vocabulary: Vocabulary = CORE) -> Any:
    return np.array([[vocabulary.by_char[char] for char in row] for row in rows], np.uint8)


CRYPT = Level(cells=cells(ROWS), theme="dungeon")
PLAIN = Level(cells=cells(["#####", "#<.>#", "#####"]), theme="dungeon")
FACE = rule(10, [0, 0, 0, 0, 1, 0, 0, -1, 0], [[1]])  # a wall with nothing below
WALL = ldtk.layer("IntGrid", WALLS, "Walls", group(FACE, rule(11, [1], [[2]])), tilesetDefUid=TILESET)
WALL |= {"intGridValues": ldtk.values("walls", "Deep_water")}
STAND = ldtk.layer("Entities", THINGS, "Things")
BEINGS = [ldtk.entity(60, "Player", pivotX=0.5, pivotY=1), ldtk.entity(61, "Exit", fieldDefs=[])]


@cache
def schema() -> Entry:
    found: Entry = json.loads((Path(__file__).parent / "ldtk" / "JSON_SCHEMA.json").read_text())
    return found


def game(*levels: Entry, **changes: Any) -> Entry:
    """A user's project: walls that are drawn by rules, and entities."""
    return ldtk.project([STAND, WALL], list(levels), defs={"entities": BEINGS}) | changes


def add(folder: Path, entry: Entry, level: Level = PLAIN, names: LdtkNames | None = None) -> Entry:
    """Put a level into a project, and return the project as it is then."""
    path = ldtk.save(folder, entry)
    write(level, path, target=LdtkTarget(path, names or LdtkNames()))
    found: Entry = json.loads(path.read_text())
    return found


# --- A project of ours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", [CORE, SIDE, SOKOBAN])
def test_a_project_is_as_the_schema_says_and_drawn_like_every_other_map(
    vocabulary: Vocabulary, tmp_path: Path
) -> None:
    drawn = np.random.default_rng(3).integers(0, len(vocabulary), (14, 11)).astype(np.uint8)
    level = Level(cells=drawn, vocabulary=vocabulary, theme="dungeon")

    project, image = write(level, tmp_path / "map.ldtk")

    found = json.loads(project.read_text())
    jsonschema.Draft7Validator(schema()).validate(found)
    assert found["defs"]["tilesets"][0]["relPath"] == image.name
    _, ground = found["levels"][0]["layerInstances"]
    numbers = np.zeros((14, 11), np.int64)
    for tile in ground["autoLayerTiles"]:
        numbers[tile["px"][1] // 16, tile["px"][0] // 16] = tile["t"] + 1
    assert np.array_equal(numbers, layers_of(level)[0].gids)


CHARS = "abcdefghijklmnopqrstuvwxyz"
ENTRIES = st.builds(
    Tile,
    name=st.text("ab _-É1", min_size=1, max_size=6),
    char=st.sampled_from(CHARS),
    role=st.sampled_from(Role),
    passability=st.sampled_from(Passability),
    colour=st.just("#102030"),
)
VOCABULARIES = st.lists(ENTRIES, min_size=1, max_size=8, unique_by=(lambda t: t.name, lambda t: t.char)).map(
    lambda entries: Vocabulary(tuple(entries))
)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), vocabulary=st.sampled_from([CORE, SIDE, SOKOBAN]) | VOCABULARIES)
def test_what_is_written_comes_back(
    data: st.DataObject, vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shape = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    drawn = data.draw(arrays(np.uint8, shape, elements=st.integers(0, len(vocabulary) - 1)))
    level = Level(cells=drawn, vocabulary=vocabulary, theme=data.draw(st.text('aé"\\\n{}', max_size=5)))
    path = tmp_path_factory.mktemp("level") / "map.ldtk"

    write(level, path)
    again = read(path, vocabulary)

    assert again.rows == level.rows
    assert again.theme == level.theme
    assert again.notes == ()


def test_names_in_a_project_are_allowed_ones_and_no_two_are_alike() -> None:
    named = [
        replace(CORE.tiles[0], name=name, char=char)
        for name, char in zip(("a b", "a-b", "a_b", "7", "É"), "abcde", strict=True)
    ]

    found = identifiers(Vocabulary(tuple(named)))

    assert found == ["a_b", "a_b_", "a_b__", "T_7", "T__"]


def test_the_same_level_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(CRYPT, tmp_path / name / "map.ldtk")

    assert (tmp_path / "a" / "map.ldtk").read_bytes() == (tmp_path / "b" / "map.ldtk").read_bytes()


READER = """
import sys
import pyglet
pyglet.options["shadow_window"] = False  # nothing is to be drawn
from ldtk.pyglet_ldtk_loader import Ldtk
for level in Ldtk(sys.argv[1]).levels:
    for layer in level.layers:
        names = sorted(entity.identifier for entity in layer.entities)
        print(layer.identifier, layer.sizeCells, len(layer.tiles), names)
        print([layer.intgrid.intgrid[6] if layer.intgrid else (e.x, e.y) for e in layer.entities or [0]][0])
"""


@pytest.mark.skipif(find_library("GL") is None, reason="the independent reader loads OpenGL")
def test_another_reader_finds_the_same_in_a_project(tmp_path: Path) -> None:
    write(CRYPT, tmp_path / "map.ldtk")

    done = subprocess.run(
        [sys.executable, "-c", READER, tmp_path / "map.ldtk"], capture_output=True, text=True, check=False
    )

    wall, floor = CORE.id("wall") + 1, CORE.id("floor") + 1
    assert done.stdout.splitlines() == [
        "Ground [8, 8] 64 []",
        str([wall, floor, wall, wall, floor, floor, floor, wall]),
        "Objects [8, 8] 0 ['chest', 'enemy', 'exit', 'key', 'locked_door', 'person', 'pickup', 'start']",
        "(16.0, 96.0)",  # the start at cell (1, 1), counted from below as that reader does
    ], done.stderr


# --- The user's own project ---------------------------------------------------------------------------------


def test_a_level_is_tiled_by_the_rules_of_the_project_it_goes_into(tmp_path: Path) -> None:
    found = add(tmp_path, game(ldtk.level("Old", ldtk.instance(WALL, ["000"]))))

    jsonschema.Draft7Validator(schema()).validate(found)
    old, new = found["levels"]
    assert (old["identifier"], new["identifier"], new["uid"], found["nextUid"]) == ("Old", "Game", 500, 501)
    assert (new["worldX"], new["pxWid"], new["pxHei"]) == (24, 40, 24)  # beside the old one
    stand, walls = new["layerInstances"]
    assert walls["intGridCsv"] == [1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    # Above the floor walls show their face; at the edges the pattern looks beyond the map: unknown.
    assert [(tile["t"], tile["d"][1]) for tile in walls["autoLayerTiles"]] == [
        *[(2, cell) for cell in (0, 4, 5, 9, 10, 11, 12, 13, 14)],
        *[(1, cell) for cell in (1, 2, 3)],
    ]
    assert [(one["__identifier"], one["__grid"], one["px"]) for one in stand["entityInstances"]] == [
        ("Player", [1, 1], [12, 16]),  # its pivot is at the middle of its feet
        ("Exit", [3, 1], [24, 8]),
    ]
    assert read(tmp_path / "game.ldtk#Game").rows == PLAIN.rows


def test_nothing_else_in_a_project_changes_by_a_byte(tmp_path: Path) -> None:
    kept = '"customCommands": [],  "unknown": {"z": 1.50, "a": [1e2, "\\u00e9 "]},\r\n'
    text = json.dumps(game(ldtk.level("Old", ldtk.instance(WALL, ["000"]))), indent=3)
    text = "\ufeff" + text.replace('"customCommands": [],', kept)
    path = tmp_path / "game.ldtk"
    path.write_bytes(text.encode())

    write(PLAIN, path, target=LdtkTarget(path))

    new = path.read_bytes().decode()
    begin = new.index(',\n\t\t{\n\t\t\t"identifier": "Game"')
    end = begin + len(new) - len(text)
    assert new[:begin] + new[end:] == text.replace('"nextUid": 500', '"nextUid": 501')


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.text(max_size=3))))
def test_replaced_spans_leave_all_else_as_it_was(pieces: list[tuple[int, int, str]]) -> None:
    text, expected, place = "", "", 0
    edits: dict[tuple[int, int], str] = {}
    for kept, gone, new in pieces:
        text += "k" * kept + "g" * gone
        edits[place + kept, place + kept + gone] = new
        expected += "k" * kept + new
        place += kept + gone
    assert replaced(text + "end", edits) == expected + "end"


def test_a_level_of_the_same_name_is_replaced_where_it_is(tmp_path: Path) -> None:
    optional = group(rule(20, [-1], [[9]]), uid=91, isOptional=True)
    walls = WALL | {"autoRuleGroups": [*WALL["autoRuleGroups"], optional]}
    before = ldtk.instance(walls, ["000"], optionalRules=[91], seed=77)
    levels = [
        ldtk.level(name, before, uid=uid, worldX=400 + uid) for uid, name in enumerate(("A", "Game", "B"))
    ]
    whole = ldtk.project([STAND, walls], levels, defs={"entities": BEINGS})

    found = add(tmp_path, whole)
    again = add(tmp_path, found)

    assert found == again
    assert [level["identifier"] for level in found["levels"]] == ["A", "Game", "B"]
    new = found["levels"][1]
    assert (new["uid"], new["iid"], new["worldX"], found["nextUid"]) == (1, "level-1", 401, 500)
    assert (new["layerInstances"][1]["seed"], new["layerInstances"][1]["optionalRules"]) == (77, [91])
    assert 9 in {tile["t"] for tile in new["layerInstances"][1]["autoLayerTiles"]}
    assert found["levels"][::2] == levels[::2]


def test_projects_without_levels_of_one_line_and_of_several_worlds_take_a_level(tmp_path: Path) -> None:
    path = tmp_path / "game.ldtk"
    path.write_text(json.dumps(game()))
    write(PLAIN, path, target=LdtkTarget(path))
    assert [level["identifier"] for level in json.loads(path.read_text())["levels"]] == ["Game"]

    worlds = [{"iid": name, "identifier": name, "levels": []} for name in "ab"]
    found = add(tmp_path, game() | {"worlds": worlds})

    assert [[level["identifier"] for level in world["levels"]] for world in found["worlds"]] == [["Game"], []]
    assert read(path).rows == PLAIN.rows


def test_levels_in_files_of_their_own_are_read_and_written_there(tmp_path: Path) -> None:
    old = ldtk.level("Old", ldtk.instance(WALL, ["101"]), externalRelPath=None)
    (tmp_path / "levels").mkdir()
    (tmp_path / "levels" / "Old.ldtkl").write_text(json.dumps(old))
    stub = old | {"layerInstances": None, "externalRelPath": "levels/Old.ldtkl"}

    found = add(tmp_path, game(stub, externalLevels=True))

    assert found["levels"][0] == stub
    assert (found["levels"][1]["externalRelPath"], found["levels"][1]["layerInstances"]) == (
        "Game.ldtkl",
        None,
    )
    assert read(tmp_path / "game.ldtk#Game").rows == PLAIN.rows
    assert read(tmp_path / "game.ldtk#Old").rows == ["#.#"]


def test_fields_get_their_defaults_and_the_evidence_its_place_where_there_is_one(tmp_path: Path) -> None:
    kinds: list[Entry] = [
        {"identifier": "playloom_theme", "__type": "String", "canBeNull": True, "defaultOverride": None},
        {"identifier": "Mood", "__type": "String", "canBeNull": True}
        | {"defaultOverride": {"id": "V_String", "params": ["grim"]}},
        {"identifier": "Depth", "__type": "Int", "canBeNull": False, "defaultOverride": None},
        {"identifier": "Loot", "__type": "Array<Int>", "isArray": True, "canBeNull": False},
    ]
    fields = [{"uid": 70 + place, "isArray": False} | kind for place, kind in enumerate(kinds)]
    whole = game()
    whole["defs"] |= {"levelFields": fields}

    level = add(tmp_path, whole)["levels"][0]

    assert {field["__identifier"]: field["__value"] for field in level["fieldInstances"]} == {
        "playloom_theme": "dungeon", "Mood": "grim", "Depth": 0, "Loot": [],
    }  # fmt: skip
    assert read(tmp_path / "game.ldtk").theme == "dungeon"


def test_names_say_what_tiles_are_called_where_they_differ(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text(
        'layer = "Walls"\nentity_layer = "Things"\n[tiles]\nwall = 2\nfloor = "walls"\n'
        '[entities]\nstart = "Exit"\nexit = ""\n'
    )

    found = add(tmp_path, game(), names=read_ldtk_names(path))["levels"][0]["layerInstances"]

    assert found[1]["intGridCsv"] == [2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert [one["__identifier"] for one in found[0]["entityInstances"]] == ["Exit"]


@pytest.mark.parametrize(
    ("change", "names", "message"),
    [
        ({}, LdtkNames(layer="Floor"), 'no IntGrid layer Floor; it has Walls'),
        ({}, LdtkNames(tiles={"wall": "stone"}), "wall = 'stone', which the IntGrid does not have.*walls"),
        ({}, LdtkNames(entities={"exit": "Stairs"}), "exit = 'Stairs', which is no entity.*Player, Exit"),
        ({}, LdtkNames(entity_layer="Beings"), "no layer of entities Beings; it has Things"),
        ({"entities": []}, LdtkNames(), r"no entity for start, exit; it has none.*\[entities\]: start = "),
        ({"layers": [STAND]}, LdtkNames(), "has no IntGrid layer at all; it has none"),
        (
            {"layers": [STAND, WALL | {"intGridValues": ldtk.values("grass")}]},
            LdtkNames(),
            r"has no value for wall; it has grass.*\[tiles\]: wall = ",
        ),
    ],
)  # fmt: skip
def test_a_name_that_is_missing_is_asked_for(
    change: Entry, names: LdtkNames, message: str, tmp_path: Path
) -> None:
    whole = game()
    whole["defs"] |= change
    path = ldtk.save(tmp_path, whole)
    before = path.read_bytes()

    with pytest.raises(RequestInvalid, match=message):
        write(PLAIN, path, target=LdtkTarget(path, names))
    assert path.read_bytes() == before


# --- Tiles that were learnt from a project -----------------------------------------------------------------


DRAWN = ldtk.layer("Tiles", TILES, "Decor", tilesetDefUid=TILESET)
LADDER = ldtk.entity(62, "Ladder")


def learnt_from(folder: Path, *layers: Entry) -> tuple[Entry, Level]:
    """Return a project with one level, and that level as our own maps are read."""
    definitions = [
        layer for layer in (STAND, DRAWN, WALL) if layer["uid"] in {x["layerDefUid"] for x in layers}
    ]
    whole = ldtk.project(definitions, [ldtk.level("Old", *layers)], defs={"entities": [*BEINGS, LADDER]})
    maps = read_maps([ldtk.save(folder, whole)])
    return whole, Level(
        cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book, movement=maps.movement
    )


def thing(name: str, x: int, y: int, **changes: Any) -> Entry:
    return {"__identifier": name, "px": [x, y], "__pivot": [0, 0], "width": 8, "height": 8} | changes


def content(level: Entry) -> list[Any]:
    return [
        [
            layer["intGridCsv"],
            sorted((tile["px"], tile["t"], tile["f"], tile["src"]) for tile in layer["gridTiles"]),
            sorted((one["__identifier"], one["px"]) for one in layer["entityInstances"]),
        ]
        for layer in level["layerInstances"]
    ]


@pytest.mark.parametrize("pictures", [True, False])
def test_what_was_learnt_from_a_project_goes_back_as_what_it_was(pictures: bool, tmp_path: Path) -> None:
    if pictures:
        (tmp_path / "ruins.png").write_bytes(png.encode(np.full((80, 80, 3), 90, np.uint8)))
    placed = [{"px": [8 * x, 0], "src": [8 * (t % 10), 8 * (t // 10)], "f": f, "t": t, "d": [x], "a": 1}
              for x, t, f in ((0, 12, 1), (1, 12, 0), (1, 23, 2))]  # fmt: skip
    beings = [thing("Player", 12, 8, __pivot=[0.5, 1]), thing("Ladder", 16, 0)]
    layers = [
        ldtk.instance(STAND, ["000"] * 2, entityInstances=beings),
        ldtk.instance(DRAWN, ["000"] * 2, gridTiles=placed),
        # Without pictures the name "start" is all that is left of the cell, and not what it stood on.
        ldtk.instance(WALL, ["020" if pictures else "000", "111"]),
    ]
    whole, level = learnt_from(tmp_path, *(layers if pictures else [layers[0], layers[2]]))

    found = add(tmp_path, whole, level)

    old, new = found["levels"]
    assert content(new) == content(old)
    assert new["layerInstances"][-1]["autoLayerTiles"]


def test_what_was_learnt_elsewhere_is_named_with_what_the_project_has(tmp_path: Path) -> None:
    (tmp_path / "ruins.png").write_bytes(png.encode(np.full((80, 80, 3), 90, np.uint8)))
    placed = [{"px": [0, 0], "src": [0, 0], "f": 0, "t": 3, "d": [0], "a": 1}]
    layers = [ldtk.instance(DRAWN, gridTiles=placed), ldtk.instance(WALL, ["110"])]
    whole, level = learnt_from(tmp_path, *layers)
    whole["defs"]["layers"] = [DRAWN | {"identifier": "Other"}, WALL]

    with pytest.raises(RequestInvalid, match=r"has no layer 'Decor', from which.*it has Other, Walls"):
        add(tmp_path, whole, level)


def test_a_new_project_shows_the_pictures_of_own_tiles(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (80, 80, 3)).astype(np.uint8)
    (tmp_path / "ruins.png").write_bytes(png.encode(pixels))
    placed = [{"px": [8 * x, 0], "src": [0, 0], "f": f, "t": t, "d": [x], "a": 1}
              for x, t, f in ((0, 12, 1), (1, 3, 0))]  # fmt: skip
    _, level = learnt_from(tmp_path, ldtk.instance(DRAWN, ["00"], gridTiles=placed))

    project, image = write(level, tmp_path / "new.ldtk")

    found = json.loads(project.read_text())
    jsonschema.Draft7Validator(schema()).validate(found)
    drawn = np.asarray(Image.open(image).convert("RGB"))
    side = found["defs"]["layers"][1]["gridSize"]
    assert side == 8
    shown = {tuple(t["px"]): drawn[t["src"][1] :, t["src"][0] :][:side, :side]
             for t in found["levels"][0]["layerInstances"][1]["autoLayerTiles"]}  # fmt: skip
    assert np.array_equal(shown[0, 0], pixels[8:16, 16:24][:, ::-1])
    assert np.array_equal(shown[8, 0], pixels[0:8, 24:32])
    assert read(project, level.vocabulary).rows == level.rows


# --- Reading ------------------------------------------------------------------------------------------------


def test_one_of_several_levels_is_named_after_the_file(tmp_path: Path) -> None:
    levels = [ldtk.level(name, ldtk.instance(WALL, [row]), uid=uid) for uid, (name, row) in
              enumerate((("First", "110"), ("Second", "011")))]  # fmt: skip
    path = ldtk.save(tmp_path, game(*levels))

    assert read(f"{path}#Second").rows == [".##"]
    with pytest.raises(FileInvalid, match=r"has 2 levels; name one.*game\.ldtk#First; it has First, Second"):
        read(path)
    with pytest.raises(FileInvalid, match=r"no level 'Third'; choose of First, Second"):
        read(f"{path}#Third")


def test_names_colours_and_a_legend_give_values_their_meaning(tmp_path: Path) -> None:
    named = ldtk.values("WALLS", "locked-door", None, "Lava", "mystery")
    named[2]["color"] = CORE.tiles[CORE.id("water")].colour.upper()
    walls = WALL | {"intGridValues": named}
    path = ldtk.save(tmp_path, ldtk.project([walls], [ldtk.level("L", ldtk.instance(walls, ["12340"]))]))

    level = read(path)

    assert level.rows == ["#L~!."]
    assert level.notes == (
        '1 cells without a value were read as floor; 0 = "wall" in a legend reads them as walls',
    )
    legend = {"Walls:1": "tree", "Lava": "trap", "Walls:locked-door": "door", "0": "path"}
    assert read(path, legend=legend).rows == ["T+~^,"]

    unknown = ldtk.save(tmp_path, ldtk.project([walls], [ldtk.level("L", ldtk.instance(walls, ["15"]))]))
    with pytest.raises(
        FileInvalid, match=r'without a known meaning: Walls:5 \(mystery\).*"Walls:5" = "void"'
    ):
        read(unknown)
    assert read(unknown, legend={"mystery": ""}).rows == ["#."]
    with pytest.raises(RequestInvalid, match="'mystery' is to mean 'fog', which is no tile"):
        read(unknown, legend={"mystery": "fog"})


def test_entities_stand_on_the_cell_of_their_pivot(tmp_path: Path) -> None:
    beings = [
        thing("Player", 12, 16, __pivot=[0.5, 1]),
        thing("coin", 16, 15),
        thing("Balloon", 0, 0),
        thing("Exit", 24, 8, __pivot=[1, 0]),
        thing("Key", 999, 8),
    ]
    stand = ldtk.instance(STAND, ["000", "000"], entityInstances=beings)
    path = ldtk.save(tmp_path, game(ldtk.level("L", ldtk.instance(WALL, ["000", "111"]), stand)))

    level = read(path, legend={"coin": "chest"})

    assert level.rows == ["...", "#<>"]
    assert level.notes[1:] == (
        "entities without a meaning were left out: Balloon",
        "1 entities outside of the map were left out",
    )


def test_drawn_tiles_mean_what_is_written_on_them(tmp_path: Path) -> None:
    marked = ldtk.tileset(
        enumTags=[{"enumValueId": "Wall", "tileIds": [3]}], customData=[{"tileId": 4, "data": "exit"}]
    )
    drawn = ldtk.layer("Tiles", TILES, "Drawn", tilesetDefUid=TILESET)
    placed = [{"px": [8 * x, 0], "src": [0, 0], "f": 0, "t": t, "d": [x], "a": 1}
              for x, t in ((0, 3), (1, 4), (1, 5), (2, 6))]  # fmt: skip
    level = ldtk.level("L", ldtk.instance(drawn, ["000"], gridTiles=placed))
    path = ldtk.save(tmp_path, ldtk.project([drawn], [level], defs={"tilesets": [marked]}))

    with pytest.raises(FileInvalid, match=r"meaning: Ruins:5 \(no word on it\), Ruins:6"):
        read(path)
    assert read(path, legend={"Ruins:5": "", "Ruins:6": "start"}).rows == ["#><"]


def test_hidden_layers_are_left_out_and_cells_of_two_sizes_are_refused(tmp_path: Path) -> None:
    fine = ldtk.layer("IntGrid", 8, "Fine", gridSize=4, intGridValues=ldtk.values("water"))

    def saved(**changes: Any) -> Path:
        layers = [ldtk.instance(fine, ["111111"], **changes), ldtk.instance(WALL, ["110"])]
        return ldtk.save(tmp_path, ldtk.project([fine, WALL], [ldtk.level("L", *layers)]))

    assert read(saved(visible=False)).rows == ["##."]
    with pytest.raises(
        FileInvalid, match=r"'Walls' has cells of another size than 'Fine'.*\"Walls:1\" = \"\""
    ):
        read(saved())
    assert read(saved(), legend={"Fine:1": ""}).rows == ["##."]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"jsonVersion": "0.9.3"}, "LDtk '0.9.3'; open and save it with LDtk 1.0"),
        ({"jsonVersion": 5}, "Expected `str`"),
        ({"defs": {"layers": [WALL, WALL]}}, "two definitions have one uid"),
        ({"levels": []}, "has 0 levels"),
        ({"levels": [ldtk.level("L")]}, "no visible IntGrid or Tiles layer"),
        ({"levels": [ldtk.level("L", ldtk.instance(WALL, ["000"]))]}, "no visible IntGrid or Tiles layer"),
        ({"levels": [ldtk.level("L", ldtk.instance(WALL, ["1"], __cWid=2))]}, "has 1 numbers for 2x1 cells"),
        ({"levels": [ldtk.level("L", ldtk.instance(WALL, ["1"], __cWid=2000))]}, "map is 2000x1"),
        ({"levels": [ldtk.level("L", ldtk.instance(WALL, ["1"], layerDefUid=77))]}, "uid 77, which is not"),
        ({"levels": [ldtk.level("L", layerInstances=None, externalRelPath="../../etc/x")]}, "not inside"),
        ({"levels": [ldtk.level("L", layerInstances=None, externalRelPath="gone.ldtkl")]}, "cannot be read"),
    ],
)  # fmt: skip
def test_a_damaged_or_hostile_project_is_refused_by_what_is_wrong(
    change: Entry, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FileInvalid, match=message):
        read(ldtk.save(tmp_path, game(ldtk.level("L", ldtk.instance(WALL, ["1"]))) | change))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"jsonVersion": "1.5.3"}', b'{"a":' * 99999, b"\xff{}"])
def test_what_is_no_project_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "game.ldtk").write_bytes(data)

    with pytest.raises(FileInvalid):
        read(tmp_path / "game.ldtk")


# --- The command --------------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_a_project_is_tiled_from_the_command_line_and_nothing_else_changes(tmp_path: Path) -> None:
    stale = ldtk.instance(
        WALL, ["110"], autoLayerTiles=[{"px": [0, 0], "src": [0, 0], "f": 0, "t": 5, "d": [11, 0], "a": 1}]
    )
    path = ldtk.save(tmp_path, game(ldtk.level("L", stale), worlds=[{"levels": []}]))
    before = json.loads(path.read_text())

    compared = run(tmp_path, "level", "ldtk", "game.ldtk", "--json")
    tiled = run(tmp_path, "level", "ldtk", "game.ldtk", "-o", "game.ldtk")

    assert compared.returncode == 1
    layer = {"level": "L", "layer": "Walls", "stored": 1, "computed": 2, "equal": 0, "same": False}
    assert json.loads(compared.stdout) == {"file": "game.ldtk", "layers": [layer], "output": None}
    assert tiled.returncode == 0, tiled.stderr
    assert "0 of 1 tiles in the file are as its rules say\n  game.ldtk" in tiled.stdout
    now = json.loads(path.read_text())
    found = now["levels"][0]["layerInstances"][0]
    assert [(tile["t"], tile["px"]) for tile in found["autoLayerTiles"]] == [(2, [0, 0]), (2, [8, 0])]
    found["autoLayerTiles"] = before["levels"][0]["layerInstances"][0]["autoLayerTiles"]
    assert now == before
    (tmp_path / "other").mkdir()
    with pytest.raises(RequestInvalid, match=r"not in the folder of .* the project finds its pictures"):
        tile_project(path, tmp_path / "other" / "game.ldtk", as_json=False, quiet=True)


def test_levels_are_made_into_a_project_and_judged_there(tmp_path: Path) -> None:
    ldtk.save(tmp_path, game(ldtk.level("Old", ldtk.instance(WALL, ["111", "101", "111"]))))
    (tmp_path / "names.toml").write_text(
        "[entities]\n" + "".join(f'{t.name} = ""\n' for t in CORE.tiles if t.name not in ("start", "exit"))
    )

    made = run(
        tmp_path, "level", "dungeon", "--size", "16x16", "--seed", "4", "--locks", "0",
        "--ldtk", "game.ldtk", "--ldtk-names", "names.toml", "-o", "game.ldtk",
    )  # fmt: skip
    checked = run(tmp_path, "level", "check", "game.ldtk")

    assert made.returncode == 0, made.stderr
    jsonschema.Draft7Validator(schema()).validate(json.loads((tmp_path / "game.ldtk").read_text()))
    assert "✗ game.ldtk#Old: failed" in checked.stdout
    assert "✓ game.ldtk#Dungeon_4: passed" in checked.stdout
    assert tile_project(tmp_path / "game.ldtk", None, as_json=False, quiet=True) == 1  # Old was never tiled
    kept = run(
        tmp_path, "level", "--from", "game.ldtk#Dungeon_4", "--redo", "4,4,6,6", "dungeon", "-o", "new.txt"
    )
    assert kept.returncode == 0, kept.stderr


def test_several_levels_go_into_one_project(tmp_path: Path) -> None:
    ldtk.save(tmp_path, game())
    (tmp_path / "names.toml").write_text(
        '[tiles]\nlava = "Deep_water"\ntrap = ""\n[entities]\n'
        + "".join(f'{t.name} = ""\n' for t in CORE.tiles)
    )

    made = run(
        tmp_path, "level", "cave", "--size", "12x12", "--seed", "7", "--count", "2", "--ldtk", "game.ldtk",
        "--ldtk-names", "names.toml", "-o", "game.ldtk", "-o", "map.txt", "-q",
    )  # fmt: skip

    assert made.returncode == 0, made.stderr
    found = json.loads((tmp_path / "game.ldtk").read_text())
    assert [(level["identifier"], level["worldX"]) for level in found["levels"]] == [
        ("Cave_7", 0),
        ("Cave_8", 96),
    ]
    assert {path.name for path in tmp_path.glob("*.txt")} == {"map-7.txt", "map-8.txt"}


def test_a_project_is_refused_before_a_level_is_made(tmp_path: Path) -> None:
    (tmp_path / "game.ldtk").write_text("{}")

    refused = run(tmp_path, "level", "dungeon", "--ldtk", "game.ldtk", "-o", "game.ldtk")
    pointless = run(tmp_path, "level", "dungeon", "--ldtk", "game.ldtk", "-o", "map.tmx")

    assert refused.returncode == 1
    assert "game.ldtk: Object missing required field" in refused.stderr
    assert pointless.returncode == 2
    assert "--ldtk is for .ldtk files" in pointless.stderr
