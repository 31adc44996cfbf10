"""Terrains of a Godot TileSet: read from its text, and placed as the engine's own brush places them."""

import json
import os
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import terrain_sheets as sheets
from hypothesis import given, settings
from hypothesis import strategies as st

import playloom
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import read_mapping, terrain_notes
from playloom.kinds.level.formats.terrain.resource_text import sections_of
from playloom.kinds.level.formats.terrain.tileset_resource import read_tile_set
from playloom.kinds.level.vocabulary import CORE

ROOT = Path(__file__).parents[2]
TERRAINS = '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\nwater = "Water"\ntree = "Grass"\n'
GROUNDS = ("floor", "wall", "water", "tree")
PROJECT = 'config_version=5\n\n[application]\n\nconfig/name="test"\n'
BEYOND = 4  # cells painted around the map, so that the engine sees it go on


def terrains(seed: int, count: int) -> np.ndarray:
    """Return a map of terrains 0 to count - 1: blobs of three cells and single ones."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, count, (7, 9)).repeat(3, 0).repeat(3, 1)
    return np.where(rng.random(coarse.shape) < 0.2, rng.integers(0, count, coarse.shape), coarse)


def level(numbers: np.ndarray) -> Level:
    return Level(cells=np.array([CORE.id(name) for name in GROUNDS], np.uint8)[numbers])


def project(folder: Path, text: str = TERRAINS, tileset: str = "res://cave.tres") -> Path:
    """Make a Godot project and return its mapping."""
    (folder / "project.godot").write_text(PROJECT)
    (folder / "terrain.toml").write_text(f'tileset = "{tileset}"\n{text}')
    return folder / "terrain.toml"


def run_script(engine: str, folder: Path, script: str, *arguments: str) -> str:
    """Run a script of tests/godot in a project; return what it prints."""
    shutil.copy(ROOT / "tests" / "godot" / script, folder)
    command = [engine, "--headless", "--path", str(folder), "-s", f"res://{script}", "--", *arguments]
    home = {
        name: str(folder / ".home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    }
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, env=os.environ | home
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "ERROR" not in said and "WARNING" not in said, said
    return done.stdout


def painted(engine: str, folder: Path, strokes: list[list[object]]) -> dict[str, dict[str, list[int]]]:
    """Return centre and peering bits of each cell, as the engine paints them and as our scene has them."""
    asked = {"tileset": "res://cave.tres", "scene": "res://cave.tscn", "strokes": strokes}
    (folder / "asked.json").write_text(json.dumps(asked))
    said = run_script(engine, folder, "terrain_paint.gd", "res://asked.json")
    line = next(line for line in said.splitlines() if line.startswith("PAINTED "))
    seen: dict[str, dict[str, list[int]]] = json.loads(line.removeprefix("PAINTED "))
    return seen


def strokes_of(numbers: np.ndarray, *, base: bool) -> list[list[object]]:
    """Return the brush's strokes: the first terrain everywhere or on its own cells, then each other one."""
    wide = np.pad(numbers, BEYOND, mode="edge")
    masks = [(0, wide >= 0)] if base else [(0, wide == 0)]
    masks += [(terrain, wide == terrain) for terrain in range(1, int(numbers.max()) + 1)]
    return [
        [terrain, [[int(x) - BEYOND, int(y) - BEYOND] for y, x in np.argwhere(mask)]]
        for terrain, mask in masks
    ]


@pytest.mark.godot
@pytest.mark.parametrize("kind", sheets.KINDS)
@pytest.mark.parametrize("count", [2, 3])
def test_every_cell_has_the_peering_bits_that_the_engines_own_brush_gives_it(
    engine: str, kind: str, count: int, tmp_path: Path
) -> None:
    sheets.tres(tmp_path, sheets.complete(kind, count - 1), kind)
    numbers = terrains(count, count)
    made = level(numbers)
    mapping = project(tmp_path)
    for line in GROUNDS[count:]:
        mapping.write_text(re.sub(f"{line} = .*\n", "", mapping.read_text()))

    playloom.write_level(made, tmp_path / "cave.tscn", tileset=mapping)

    seen = painted(engine, tmp_path, strokes_of(numbers, base=True))
    inside = [f"{x},{y}" for y, x in np.ndindex(numbers.shape)]
    assert {cell: seen["ours"][cell] for cell in inside} == {cell: seen["painted"][cell] for cell in inside}
    assert terrain_notes(made, read_mapping(mapping)) == ()


@pytest.mark.godot
def test_terrains_with_rims_end_beside_each_other_as_in_the_engine(engine: str, tmp_path: Path) -> None:
    tiles = [tile for terrain in (1, 2, 3) for tile in sheets.over("mixed", terrain, 0)]
    sheets.tres(tmp_path, tiles, "mixed")
    numbers = terrains(7, 3)
    mapping = project(tmp_path, TERRAINS.replace('tree = "Grass"\n', ""))

    playloom.write_level(level(numbers), tmp_path / "cave.tscn", tileset=mapping)

    seen = painted(engine, tmp_path, strokes_of(numbers, base=False))
    inside = [f"{x},{y}" for y, x in np.ndindex(numbers.shape)]
    assert {cell: seen["ours"][cell] for cell in inside} == {cell: seen["painted"][cell] for cell in inside}


@pytest.mark.godot
def test_without_an_exact_tile_no_cell_gives_up_its_terrain_and_the_scene_loads(
    engine: str, tmp_path: Path
) -> None:
    whole = sheets.complete("mixed", 2)
    kept = [tile for i, tile in enumerate(whole) if i % 3 or tile[1] == sheets.full("mixed", tile[0])[1]]
    sheets.tres(tmp_path, kept, "mixed")
    numbers = terrains(5, 3)
    mapping = project(tmp_path, TERRAINS.replace('tree = "Grass"\n', ""))

    playloom.write_level(level(numbers), tmp_path / "cave.tscn", tileset=mapping)

    ours = painted(engine, tmp_path, [])["ours"]
    assert [ours[f"{x},{y}"][0] for y, x in np.ndindex(numbers.shape)] == numbers.ravel().tolist()
    [note] = terrain_notes(level(numbers), read_mapping(mapping))
    assert re.search(
        r"\d+ of 567 cells have no tile that fits; the nearest was taken \(Cliff \d+, Water", note
    )


@pytest.mark.godot
def test_on_a_dual_grid_each_corner_of_a_tile_is_a_cell(engine: str, tmp_path: Path) -> None:
    corners = [(0, a, 0, b, 0, c, 0, d) for a, b, c, d in product((1, 2, 3), repeat=4)]
    sheets.tres(tmp_path, [(points[1], points) for points in corners], "corner")
    numbers = terrains(9, 3)
    text = "dual_grid = true\n" + TERRAINS.replace('tree = "Grass"\n', "")

    [written] = playloom.write_level(level(numbers), tmp_path / "cave.tscn", tileset=project(tmp_path, text))

    ours = painted(engine, tmp_path, [])["ours"]
    wide = np.pad(numbers, 1, mode="edge")
    around = np.stack([wide[:-1, 1:], wide[1:, 1:], wide[1:, :-1], wide[:-1, :-1]], -1)
    assert len(ours) == around[..., 0].size
    for y, x in np.ndindex(around.shape[:2]):
        assert ours[f"{x},{y}"][2::2] == around[y, x].tolist()
    assert (
        'name="Terrain" type="TileMapLayer" parent="."]\nposition = Vector2(-8.0, -8.0)'
        in written.read_text()
    )


# The scene's text


def test_the_tile_size_comes_from_the_tileset_and_objects_stand_on_terrain(tmp_path: Path) -> None:
    path = sheets.tres(tmp_path, sheets.complete("corner"), "corner")
    path.write_text(path.read_text().replace("[resource]", "[resource]\ntile_size = Vector2i(24, 32)"))
    cells = np.array([[CORE.by_char[c] for c in row] for row in ("####", "#<>#", "####")], np.uint8)
    text = '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n[tiles]\nstart = [0, 1, 0]\nexit = [0, 2, 0]\n'
    mapping = project(tmp_path, text)

    [written] = playloom.write_level(Level(cells=cells), tmp_path / "cave.tscn", tileset=mapping)

    scene = written.read_text()
    assert "position = Vector2(36.0, 48.0)" in scene
    assert re.findall(r'name="(\w+)" type="TileMapLayer"', scene) == ["Ground", "Terrain", "Objects"]
    assert playloom.write_level(Level(cells=cells), tmp_path / "again.tscn", tileset=mapping)
    assert (tmp_path / "again.tscn").read_text() == scene.replace('"cave"', '"again"')


def test_alternatives_and_probabilities_are_read(tmp_path: Path) -> None:
    path = sheets.tres(tmp_path, [sheets.full("edge", 1)], "edge")
    more = (
        "0:0/1 = 1\n0:0/1/terrain_set = 0\n0:0/1/terrain = 0\n0:0/1/probability = 0.25\n0:0/1/flip_h = true\n"
    )
    more += "".join(f"0:0/1/terrains_peering_bit/{bit} = 0\n" for bit in sheets.BITS[::2])
    path.write_text(path.read_text().replace("0:0/0 = 0\n", f"{more}0:0/0 = 0\n"))

    [found] = read_tile_set(path).sets

    assert [(tile.place, tile.weight) for tile in found.tiles] == [((0, 0, 0, 0), 4096), ((0, 0, 0, 1), 1024)]
    assert found.tiles[0].points == found.tiles[1].points == (1, 0, 1, 0, 1, 0, 1, 0)


@pytest.mark.godot
@pytest.mark.parametrize("kind", sheets.KINDS)
def test_what_the_engine_saves_is_read_the_same(engine: str, kind: str, tmp_path: Path) -> None:
    path = sheets.tres(tmp_path, sheets.complete(kind, 2), kind, likely={1: 0.25, 2: 3})
    project(tmp_path)

    run_script(engine, tmp_path, "terrain_save.gd")

    [before], [after] = read_tile_set(path).sets, read_tile_set(tmp_path / "saved.tres").sets
    more = [tile for tile in after.tiles if tile not in before.tiles]
    assert [(tile.place, tile.weight) for tile in more] == [((0, 0, 0, 3), 2048)]
    assert [tile for tile in after.tiles if tile not in more] == [*before.tiles]
    assert (after.names, after.kind) == (before.names, before.kind)


def test_values_may_hold_brackets_quotes_and_lines() -> None:
    text = '[gd_resource type="TileSet" format=3]\n; note\n[resource]\n'
    text += 'names = ["a]", "b\\"\n", {\n"c": Vector2(1, 2)}]\n'
    text += '"odd name" = "=\n[resource]\n"\nlast = 3'

    [_, main] = sections_of(Path("x.tres"), text)

    assert main.values == {
        "names": '["a]", "b\\"\n", {\n"c": Vector2(1, 2)}]',
        "odd name": '"=\n[resource]\n"',
        "last": "3",
    }


# Refusals


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('type="TileSet"', 'type="Theme"', r"cave\.tres: is no TileSet"),
        ("[resource]", "[resource]\ntile_shape = 1", r"only Godot's tile shape Square"),
        ("[resource]", "[resource]\ntile_size = Vector2i(0, 16)", r"tile_size is"),
        ("mode = 1", "mode = 7", r"terrain_set_0/mode is 7; expected 0, 1 or 2"),
        ("mode = 1", "mode = ((", r"line \d+ is not of a Godot text resource"),
        ("mode = 1", 'mode = "1', r"line \d+ is not of a Godot text resource"),
        ("mode = 1", "mode = " + "[" * 70, r"nested deeper than 64"),
        ("0:0/0/terrain = 0", "0:0/0/terrain = 9", r"has a terrain that its terrain set has not"),
        ("0:0/0/terrain = 0", "0:0/0/terrain = -7", r"has a terrain that its terrain set has not"),
        ("0:0/0/terrain = 0", "0:0/0/probability = nan", r"has the probability 'nan'"),
        ("0:0/0 = 0", "99999:0/0 = 0", r"is beyond 32767"),
        ("terrain_set_0/", "terrain_set_999/", r"has over 254 terrains"),
        ('sources/0 = SubResource("atlas")', "", r"no tile has the terrain 'Dirt'"),
        ("terrain_set_0/", "other_0/", r"has no terrain set; add one in the tileset's editor"),
        ('name = "Cliff"', 'name = "Rock"', r"has no terrain 'Cliff'; it has Dirt, Rock"),
    ],
)
def test_a_tileset_that_is_damaged_or_of_another_kind_is_refused(
    before: str, after: str, message: str, tmp_path: Path
) -> None:
    path = sheets.tres(tmp_path, sheets.complete("corner"), "corner")
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    mapping = project(tmp_path, '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n')

    with pytest.raises((FileInvalid, RequestInvalid), match=message) as refused:
        playloom.write_level(level(np.eye(3, dtype=int)), tmp_path / "cave.tscn", tileset=mapping)
    assert "cave.tres" in str(refused.value)
    assert not (tmp_path / "cave.tscn").exists()


@pytest.mark.parametrize(
    ("tileset", "message"),
    [
        ("uid://b4t1le", r"give its path in the project, such as res://"),
        ("res://../cave.tres", r"give its path in the project, such as res://"),
        ("res:///etc/cave.tres", r"give its path in the project, such as res://"),
        ("res://cave.res", r"terrains are read from \.tres files"),
        ("res://none.tres", r"none\.tres: cannot be read"),
    ],
)
def test_a_tileset_whose_text_is_not_at_hand_is_refused(tileset: str, message: str, tmp_path: Path) -> None:
    with pytest.raises((FileInvalid, RequestInvalid), match=message):
        playloom.write_level(
            level(np.eye(3, dtype=int)), tmp_path / "cave.tscn", tileset=project(tmp_path, tileset=tileset)
        )


def test_the_project_is_named_where_no_folder_above_is_one(tmp_path: Path) -> None:
    (tmp_path / "game").mkdir()
    sheets.tres(tmp_path / "game", sheets.complete("corner"), "corner")
    mapping = tmp_path / "terrain.toml"
    text = 'tileset = "res://cave.tres"\n%s[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n'
    mapping.write_text(text % "")

    with pytest.raises(RequestInvalid, match='say where the project is with project = "path"'):
        playloom.write_level(level(np.eye(3, dtype=int)), tmp_path / "cave.tscn", tileset=mapping)
    mapping.write_text(text % 'project = "game"\n')
    assert playloom.write_level(level(np.eye(3, dtype=int)), tmp_path / "cave.tscn", tileset=mapping)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sheets.tres(tmp_path_factory.mktemp("damaged"), sheets.complete("corner"), "corner")


PIECES = st.binary(max_size=6) | st.sampled_from(
    [b'"', b"[", b"(", b"\n", b"-1", b"= ", b"\\", b";", b"9999999"]
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 40), PIECES)
def test_a_damaged_tileset_is_read_or_refused_and_nothing_else(
    whole: Path, start: int, cut: int, piece: bytes
) -> None:
    text = whole.read_bytes()
    broken = whole.with_name("broken.tres")
    broken.write_bytes(text[:start] + piece + text[start + cut :])

    try:
        read_tile_set(broken)
    except FileInvalid as refused:
        assert "broken.tres" in str(refused)
