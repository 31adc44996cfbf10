"""Godot scenes, judged by Godot itself: it loads them headless and tells what it sees."""

import json
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Evidence, Level, Verdict
from playloom.kinds.level.formats.art import ground_of
from playloom.kinds.level.formats.godot import encode
from playloom.kinds.level.formats.mapping import read_mapping
from playloom.kinds.level.vocabulary import CORE

ROOT = Path(__file__).parents[2]
MAP = """
############
#<..=~~,k..#
#.TT.~!,,..#
#o..+n.e^.##
#dHLC$EBt..#
########..>#
############
"""
PLACES = {"wall": (3, 1, 0), "floor": (3, 0, 0), "start": (3, 2, 1), "exit": (3, 3, 1)}
TILESET = """[gd_resource type="TileSet" format=3]

[sub_resource type="PlaceholderTexture2D" id="picture"]
size = Vector2(96, 48)

[sub_resource type="TileSetAtlasSource" id="atlas"]
texture = SubResource("picture")
texture_region_size = Vector2i(24, 24)
0:0/0 = 0
1:0/0 = 0
2:1/0 = 0
3:1/0 = 0

[resource]
tile_size = Vector2i(24, 24)
sources/3 = SubResource("atlas")
"""


def level(text: str = MAP) -> Level:
    return Level(cells=np.array([[CORE.by_char[c] for c in row] for row in text.split()], np.uint8))


def with_evidence(plain: Level, solution: str) -> Level:
    evidence = Evidence(
        package="tiny",
        version="1",
        package_hash="0" * 64,
        licence="MIT",
        promise="exact",
        request={"theme": "dungeon"},
        style='odd "style" \\ with é and\na line',
        attempts=1,
        checks=(Verdict(name="reachable", passed=True, detail=""),),
        edits=(),
        measures={"openness": 0.25},
        solution=solution,
    )
    return replace(plain, evidence=evidence)


def inspect(engine: str, folder: Path, scene: str, *cells: str) -> dict[str, Any]:
    """Return what Godot sees in a scene of a project made in ``folder``."""
    (folder / "project.godot").write_text('config_version=5\n\n[application]\n\nconfig/name="test"\n')
    shutil.copy(ROOT / "tests" / "godot" / "inspect_level.gd", folder)
    command = [
        engine,
        "--headless",
        "--path",
        str(folder),
        "-s",
        "res://inspect_level.gd",
        "--",
        scene,
        *cells,
    ]
    home = {
        name: str(folder / ".home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    }
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, env=os.environ | home
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "ERROR" not in said and "WARNING" not in said, said
    line = next(line for line in done.stdout.splitlines() if line.startswith("INSPECTED "))
    seen: dict[str, Any] = json.loads(line.removeprefix("INSPECTED "))
    return seen


def names(ids: list[int]) -> dict[str, int]:
    return dict(Counter(CORE.tiles[i].name for i in ids))


@pytest.mark.godot
def test_godot_reads_every_cell_and_all_that_belongs_to_it(engine: str, tmp_path: Path) -> None:
    made = with_evidence(level(), "RRRRRRRRDDDDR")
    (tmp_path / "crypt.tscn").write_bytes(encode(made, "crypt")["crypt.tscn"])

    seen = inspect(
        engine, tmp_path, "res://crypt.tscn", "0,0", "0,6", "1,1", "5,1", "3,4", "6,4", "5,3", "8,3"
    )

    assert seen["root"] == "crypt"
    assert seen["children"] == ["Ground", "Objects", "Start", "Exit", "Solution"]
    ground, objects = seen["layers"]["Ground"], seen["layers"]["Objects"]
    assert ground["counts"] == names(ground_of(made.cells, CORE).ravel().tolist())
    assert objects["counts"] == names(made.cells[CORE.objects[made.cells]].tolist())
    assert ground["texture"] == [16 * 24, 32]
    assert seen["evidence"] == json.loads(json.dumps(made.record()))
    assert seen["positions"] == {"Start": [24, 24], "Exit": [16 * 10 + 8, 16 * 5 + 8]}
    assert seen["line"] == {
        "points": len(made.evidence.solution) + 1 if made.evidence else 0,
        "visible": False,
    }
    wall = {"name": "wall", "role": "wall", "passability": "solid", "tier": 0, "polygons": 1}
    floor = {"name": "floor", "role": "floor", "passability": "open", "tier": 0, "polygons": 0}
    assert (ground["tiles"]["0,0"], ground["tiles"]["0,6"]) == (wall, wall)
    assert ground["tiles"]["1,1"] == floor
    assert ground["tiles"]["5,1"] == floor | {
        "name": "water",
        "role": "water",
        "passability": "liquid",
        "polygons": 1,
    }
    assert ground["tiles"]["8,3"] == floor | {"name": "trap", "role": "hazard", "passability": "harm"}
    assert objects["tiles"]["3,4"] == floor | {"name": "locked_door", "role": "lock"}
    assert objects["tiles"]["6,4"] == floor | {"name": "strong_enemy", "role": "enemy", "tier": 2}
    assert objects["tiles"]["5,3"] == wall | {"name": "person", "role": "person"}
    assert objects["tiles"]["0,0"] is None


@pytest.mark.godot
@pytest.mark.parametrize("side", [8, 256])
def test_the_smallest_and_the_largest_level_load(engine: str, tmp_path: Path, side: int) -> None:
    cells = (np.arange(side * side) % 24).astype(np.uint8).reshape(side, side)
    (tmp_path / "level.tscn").write_bytes(encode(Level(cells=cells, theme="cave"), "level")["level.tscn"])

    seen = inspect(engine, tmp_path, "res://level.tscn")

    assert seen["layers"]["Ground"]["cells"] == side * side
    assert seen["layers"]["Objects"]["counts"] == names(cells[CORE.objects[cells]].tolist())
    assert seen["evidence"] is None


@pytest.mark.godot
def test_the_games_own_tileset_is_used_by_mapping(engine: str, tmp_path: Path) -> None:
    (tmp_path / "tiles.tres").write_text(TILESET)
    made = level("##### #<.># #####")
    files = encode(made, "own", tileset="res://tiles.tres", mapping=PLACES, tile_size=(24, 24))
    (tmp_path / "own.tscn").write_bytes(files["own.tscn"])

    seen = inspect(engine, tmp_path, "res://own.tscn")

    assert seen["layers"]["Ground"]["counts"] == {"3,1,0": 12, "3,0,0": 3}
    assert seen["layers"]["Objects"]["counts"] == {"3,2,1": 1, "3,3,1": 1}
    assert seen["positions"] == {"Start": [36, 36], "Exit": [84, 36]}


def test_a_tile_without_a_place_is_named() -> None:
    with pytest.raises(RequestInvalid, match=r"uses key, path, which the mapping lacks"):
        encode(level("##### #<,># #.k.# #####"), "x", tileset="res://tiles.tres", mapping=PLACES)


def test_void_may_be_left_without_a_place() -> None:
    cells = level("#.").cells.copy()
    cells[0, 1] = CORE.id("void")

    text = encode(Level(cells=cells), "x", tileset="res://tiles.tres", mapping=PLACES)["x.tscn"].decode()

    assert 'tile_map_data = PackedByteArray("AAAAAAAAAwABAAAAAAA=")' in text  # u16 0 and a single cell


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tileset": "res://tiles.tres"}, "belong together"),
        ({"mapping": PLACES}, "belong together"),
        ({"tileset": "tiles.tres", "mapping": PLACES}, "res://... or uid://"),
        ({"tileset": 'res://a"\n[node]', "mapping": PLACES}, "res://... or uid://"),
        ({"tileset": "res://a", "mapping": {"wall": (0, -1, 0)}}, "mapping of 'wall'"),
        ({"tileset": "res://a", "mapping": {"wall": (0, 1)}}, "mapping of 'wall'"),
        ({"tileset": "res://a", "mapping": PLACES, "tile_size": (0, 16)}, "tile_size is"),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        encode(level("#<.>#"), "x", **options)


def test_a_stem_cannot_break_the_scene() -> None:
    text = encode(level("#<.>#"), 'a/b:"c".\n[x]')
    first = next(iter(text.values())).decode()

    assert '[node name="a_b__c___[x]" type="Node2D"]' in first


def test_the_scene_is_the_same_bytes_every_time() -> None:
    made = with_evidence(level(), "RRR")

    assert encode(made, "crypt") == encode(made, "crypt")


def test_a_mapping_is_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "tiles.toml"
    path.write_text('tileset = "res://tiles.tres"\ntile_size = [24, 24]\n[tiles]\nwall = [3, 1, 0]\n')

    mapping = read_mapping(path)

    assert (mapping.tileset, mapping.tile_size) == ("res://tiles.tres", (24, 24))
    assert mapping.tiles == {"wall": (3, 1, 0)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tiles]\nwall = [0, 0, 0]",
        'tileset = "res://a"\n[tiles]\nwall = [0, 0]',
        'tileset = "res://a"\n[tiles]\nwall = ["0", 0, 0]',
        'tileset = "res://a"\n[tiles]\nwall = [0, 0, 99999999999]',
        'tileset = "/etc/passwd"\n[tiles]',
        'tileset = "res://a"\nother = 1\n[tiles]',
        'tileset = "res://a"\n[tiles]\nwall = [0, 0, 0]\nwall = [0, 0, 1]',
        "\ud800",
    ],
)
def test_a_wrong_mapping_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tiles.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with pytest.raises(FileInvalid, match=r"tiles\.toml"):
        read_mapping(path)


def test_a_missing_mapping_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="none"):
        read_mapping(tmp_path / "none.toml")
