"""`playloom level`: making levels through the installed command."""

import base64
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest
import pytiled_parser
from front_door import COMMAND, FOREIGN, LEGEND, Run, documents
from PIL import Image

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Evidence
from playloom.kinds.level.formats import read
from playloom.kinds.level.formats.preview import preview

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "theme": {"type": "string"},
        "seed": {"type": "integer", "minimum": 0},
        "width": {"type": "integer", "minimum": 8, "maximum": 1024},
        "height": {"type": "integer", "minimum": 8, "maximum": 1024},
        "rows": {"type": "array", "items": {"type": "string"}},
        "legend": {"type": "object", "additionalProperties": {"type": "string"}},
        "evidence": {"$ref": "#/$defs/Evidence"},
        "files": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["theme", "seed", "width", "height", "rows", "legend", "evidence", "files"],
    "additionalProperties": False,
    "$defs": msgspec.json.schema(Evidence)["$defs"],
}
FAILURE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "seed": {"type": "integer"},
        "error": {
            "type": "object",
            "properties": {
                "code": {"const": "generation_failed"},
                "message": {"type": "string"},
                "failed": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                "advice": {"type": "string"},
            },
            "required": ["code", "message", "failed", "advice"],
            "additionalProperties": False,
        },
    },
    "required": ["seed", "error"],
    "additionalProperties": False,
}
# An exit that nothing can reach: its walls are pinned. The rest may be filled.
SEALED = (
    "????????????",
    "????????????",
    "???###??????",
    "???#>#??????",
    "???###??????",
    *["????????????"] * 5,
)


def test_the_documented_command_writes_every_output(run: Run, tmp_path: Path) -> None:
    wishes = ("--size", "48x32", "--seed", "7", "--enemies", "6", "--keys", "1")
    done = run("level", "dungeon", *wishes, "-o", "crypt.tmx", "-o", "crypt.png", "-o", "crypt.json")

    level = read(tmp_path / "crypt.tmx")
    assert (level.width, level.height) == (48, 32)
    assert judge(level).measures["enemies"] == 6
    assert level.rows == read(tmp_path / "crypt.json").rows
    assert (tmp_path / "crypt.png").read_bytes().startswith(b"\x89PNG")
    assert "dungeon 48x32, seed 7" in done.stdout
    assert "crypt.tmx" in done.stdout


def test_without_output_it_draws_the_level_and_says_how_to_write_it(run: Run, tmp_path: Path) -> None:
    lines = run("level", "maze", "--size", "12x9").stdout.splitlines()

    assert [len(line) for line in lines[:9]] == [12] * 9
    assert "maze 12x9, seed 0" in lines[9]
    assert "-o" in lines[10]
    assert not list(tmp_path.iterdir())


def test_json_is_valid_and_alone_on_stdout(run: Run) -> None:
    done = run("level", "cave", "--seed", "3", "--size", "20x14", "--json", "--preview", "-o", "cave.txt")

    [document] = documents(done)
    jsonschema.validate(document, SCHEMA)
    assert document["files"] == ["cave.txt"]
    assert document["evidence"]["request"]["seed"] == 3
    assert len(document["rows"]) == 14


def test_a_failure_in_json_is_valid_too(run_here: Run) -> None:
    done = run_here("level", "cave", "--size", "8x8", "--enemies", "60", "--json", code=1)

    [document] = documents(done)
    jsonschema.validate(document, FAILURE)
    assert done.stderr.startswith("playloom: no level in 8 attempts")


@pytest.mark.parametrize("control", ["6", "4..8", "6..", "..3"])
def test_a_control_is_exact_or_a_range(run_here: Run, control: str) -> None:
    [document] = documents(run_here("level", "cave", "--enemies", control, "--json"))

    found = document["evidence"]["measures"]["enemies"]
    low, high = {"6": (6, 6), "4..8": (4, 8), "6..": (6, 4096), "..3": (0, 3)}[control]
    assert low <= found <= high


@pytest.mark.parametrize(
    "wrong",
    [
        ("--size", "0x0"),
        ("--size", "-1x-1"),
        ("--size", "1000000000x1000000000"),
        ("--size", "7x300"),
        ("--size", "48"),
        ("--size", "9" * 5000 + "x8"),
        ("--seed", "-1"),
        ("--seed", str(2**63)),
        ("--seed", "seven"),
        ("--seed", str(2**63 - 1), "--count", "2"),
        ("--enemies", "8..4"),
        ("--enemies", "-2"),
        ("--enemies", ".."),
        ("--enemies", "many"),
        ("--keys", "2000"),
        ("--size", "8x8", "--enemies", "65"),
        ("--keys", "1", "--locks", "3"),
        ("--openness", "1.5"),
        ("--openness", "nan"),
        ("--openness", "0.6..0.4"),
        ("--steps", "0"),
        ("--attempts", "1000"),
        ("--style", "no such"),
        ("--count", "0"),
        ("--jobs", "0"),
        ("--redo", "1,1,2,2"),
        ("--extend", "right", "4"),
        ("-o", "level.doc"),
        ("-o", "level"),
        ("-o", "missing/level.tmx"),
        ("-o", "folder.tmx"),
        ("-o", "a.tmx", "-o", "a.tmx"),
        ("--from", "missing.tmx"),
        ("--solution", "-o", "level.tmx"),
        ("--tileset", "mapping.toml", "-o", "level.txt"),
        ("--tileset", "missing.toml", "-o", "level.tscn"),
        ("--legend", "mapping.toml"),
        ("--from", "sketch.txt", "--legend", "mapping.toml"),
        ("and", "more"),
    ],
)
def test_wrong_use_is_exit_code_2_and_writes_nothing(
    run_here: Run, tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    (tmp_path / "folder.tmx").mkdir()
    for name in ("mapping.toml", "sketch.txt"):
        (tmp_path / name).write_text("")
    there = {*tmp_path.iterdir()}

    done = run_here("level", "dungeon", *wrong, code=2)

    assert done.stdout == ""
    assert 0 < len(done.stderr) < 500
    assert {*tmp_path.iterdir()} == there


@pytest.mark.parametrize("size", ["0x0", "-1x8", "1000000000x1000000000"])
def test_an_impossible_size_says_what_is_possible(run: Run, size: str) -> None:
    done = run("level", "dungeon", "--size", size, "-o", "level.tmx", code=2)

    assert done.stderr.startswith("playloom: width is ")
    assert done.stderr.endswith("choose a whole number, 8 to 1024\n")


def test_an_unknown_theme_names_the_themes_and_the_nearest(run: Run) -> None:
    complaint = run("level", "dungoen", code=2).stderr

    assert "cave, dungeon, maze, metroidvania, overworld, platformer, sokoban" in complaint
    assert "did you mean 'dungeon'" in complaint


def test_an_unknown_package_is_named(run: Run) -> None:
    assert "'nowhere'" in run("level", "dungeon", "--package", "nowhere", code=2).stderr


def test_controls_that_cannot_be_met_say_what_to_loosen(run_here: Run, tmp_path: Path) -> None:
    done = run_here("level", "dungeon", "--size", "8x8", "--enemies", "60", "-o", "full.tmx", code=1)

    assert "enemies" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_exit_inside_a_sealed_wall_fails_with_the_check_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sealed.txt").write_text("\n".join(SEALED) + "\n")

    done = run("level", "dungeon", "--from", "sealed.txt", "-o", "out.tmx", code=1)

    assert "no level in 8 attempts" in done.stderr
    assert not (tmp_path / "out.tmx").exists()


@pytest.mark.parametrize("text", ["", "##\n#", "#&#\n" * 8, "\0" * 100])
def test_an_unreadable_map_is_named(run_here: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "map.txt").write_text(text)

    assert "map.txt" in run_here("level", "dungeon", "--from", "map.txt", "--redo", "0,0,1,1", code=1).stderr


def test_a_map_with_nothing_to_fill_is_refused(run_here: Run) -> None:
    run_here("level", "dungeon", "-q", "-o", "map.txt")

    assert "nothing is to be filled" in run_here("level", "dungeon", "--from", "map.txt", code=2).stderr


def test_redo_keeps_everything_outside_and_the_theme_of_the_map(run_here: Run, tmp_path: Path) -> None:
    run_here("level", "cave", "-q", "-o", "old.tmx")
    run_here("level", "--from", "old.tmx", "--redo", "4,4,12,8", "--seed", "9", "-q", "-o", "new.tmx")

    old, new = read(tmp_path / "old.tmx"), read(tmp_path / "new.tmx")
    differs = old.cells != new.cells
    assert differs.any()
    differs[4:12, 4:16] = False
    assert not differs.any()
    assert new.theme == "cave"


@pytest.mark.parametrize("side", ["right", "left", "up", "down"])
def test_extending_joins_the_new_part(run_here: Run, tmp_path: Path, side: str) -> None:
    run_here("level", "dungeon", "--size", "20x20", "-q", "-o", "old.json")
    run_here("level", "--from", "old.json", "--extend", side, "10", "-q", "-o", "new.json")

    new = read(tmp_path / "new.json")
    assert (new.width, new.height) == ((30, 20) if side in ("right", "left") else (20, 30))
    assert judge(new).passed


def test_a_map_is_extended_to_several_sides_one_after_the_other(run_here: Run, tmp_path: Path) -> None:
    run_here("level", "dungeon", "--size", "20x20", "-q", "-o", "old.json")
    sides = ("--extend", "right", "8", "--extend", "down", "6", "--extend", "right", "2")
    run_here("level", "--from", "old.json", *sides, "-q", "-o", "new.json")

    old, new = read(tmp_path / "old.json"), read(tmp_path / "new.json")
    assert (new.width, new.height) == (30, 26)
    assert (new.cells[:17, :17] == old.cells[:17, :17]).all()
    assert judge(new).passed


def test_unset_cells_of_a_text_map_are_filled(run_here: Run, tmp_path: Path) -> None:
    rows = ["?" * 16] * 6 + ["?<" + "?" * 12 + ">?"] + ["?" * 16] * 6
    (tmp_path / "sketch.txt").write_text("\n".join(rows) + "\n")

    run_here("level", "dungeon", "--from", "sketch.txt", "-q", "-o", "done.txt")

    assert (tmp_path / "done.txt").read_text().splitlines()[6][1::13] == "<>"


def test_many_levels_are_named_by_seed_and_do_not_depend_on_threads(run: Run, tmp_path: Path) -> None:
    for jobs in ("1", "4"):
        (tmp_path / jobs).mkdir()
        outputs = ("-o", f"{jobs}/crypt.tmx", "-o", f"{jobs}/map {{seed}}.json")
        run("level", "dungeon", "--seed", "7", "--count", "6", "--jobs", jobs, *outputs)

    alone, together = tmp_path / "1", tmp_path / "4"
    names = sorted(path.name for path in alone.iterdir())
    assert names == sorted(path.name for path in together.iterdir())
    assert {f"crypt-{seed}.tmx" for seed in range(7, 13)} | {"map 7.json", "map 12.json"} <= set(names)
    for name in names:
        assert (alone / name).read_bytes() == (together / name).read_bytes(), name


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.parametrize(
    ("template", "maps", "tiles"),
    [
        ("caves/cave", ["cave-4", "cave-5", "cave-6"], "cave.tiles"),
        ("caves/{seed}", ["4", "5", "6"], "levels.tiles"),
        ("caves/{seed}-deep", ["4-deep", "5-deep", "6-deep"], "deep.tiles"),
    ],
)
def test_maps_of_one_run_share_their_tileset(
    run_here: Run, tmp_path: Path, template: str, maps: list[str], tiles: str, jobs: str
) -> None:
    folder = tmp_path / "caves"
    folder.mkdir()
    outputs = ("-o", f"{template}.tmx", "-o", f"{template}.tmj")
    wishes = ("--seed", "4", "--size", "12x12", "--count", "3", "--jobs", jobs, "--json")
    found = documents(run_here("level", "cave", *wishes, *outputs))

    shared = {f"{tiles}.png", f"{tiles}.tsx"}
    names = {f"{name}{suffix}" for name in maps for suffix in (".tmx", ".tmj")}
    assert {path.name for path in folder.iterdir()} == names | shared
    for name, document in zip(maps, found, strict=True):
        listed = {Path(file).name for file in document["files"]}
        assert listed == {f"{name}.tmx", f"{name}.tmj"} | shared
        for suffix in (".tmx", ".tmj"):
            parsed = pytiled_parser.parse_map(folder / f"{name}{suffix}")
            assert parsed.tilesets[1].image is not None
            assert parsed.tilesets[1].image.name == f"{tiles}.png"
            assert read(folder / f"{name}{suffix}").rows == document["rows"]


def test_a_link_stays_and_the_map_it_leads_to_is_replaced(run_here: Run, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "maze.txt").write_text("old")
    for link, target in (("maze.txt", "real/maze.txt"), ("new.json", "real/new.json")):
        (tmp_path / link).symlink_to(target)

    run_here("level", "maze", "--size", "12x9", "-q", "-o", "maze.txt", "-o", "new.json")

    assert (tmp_path / "maze.txt").is_symlink() and (tmp_path / "new.json").is_symlink()
    assert (tmp_path / "real" / "maze.txt").read_text().splitlines() == read(tmp_path / "new.json").rows
    assert {path.name for path in (tmp_path / "real").iterdir()} == {"maze.txt", "new.json"}


def test_the_bytes_are_those_of_python(run: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    wishes = ["--size", "30x17", "--seed", "5", "--enemies", "2..4", "--treasure", "3"]
    run("level", "cave", *wishes, "--openness", "0.45..0.6", "-o", "command.json", "-o", "command.png")
    script = (
        "import playloom\n"
        "wishes = dict(enemies=(2, 4), treasure=3, openness=(0.45, 0.6))\n"
        "level = playloom.level('cave', size=(30, 17), seed=5, **wishes)\n"
        "playloom.write_level(level, 'python.json', 'python.png')\n"
    )
    python = COMMAND.parent / "python"
    subprocess.run([python, "-c", script], cwd=tmp_path, env=environment, check=True)

    for suffix in (".json", ".png"):
        assert (tmp_path / f"command{suffix}").read_bytes() == (tmp_path / f"python{suffix}").read_bytes()


def test_the_solution_is_drawn_into_pictures_on_request(run: Run, tmp_path: Path) -> None:
    run("level", "maze", "-q", "-o", "plain.png")
    run("level", "maze", "-q", "--solution", "-o", "solved.png", "-o", "maze.json")

    level = read(tmp_path / "maze.json")
    for name, solution in (("plain.png", False), ("solved.png", True)):
        drawn = np.asarray(Image.open(tmp_path / name).convert("RGB"))
        assert (drawn == preview(level, solution=solution)).all()


# Where a game's own TileSet has the tiles that the tiny package uses in bare caves.
MAPPING = """
tileset = "res://tiles/cave.tres"
tile_size = [24, 24]

[tiles]
floor = [0, 3, 1]
wall = [0, 4, 1]
path = [0, 5, 1]
tree = [0, 6, 1]
start = [1, 0, 0]
exit = [1, 1, 0]
"""
BARE = ("--enemies", "0", "--bosses", "0", "--treasure", "0", "--keys", "0", "--people", "0")


def test_a_scene_uses_the_games_own_tileset(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING)

    run("level", "cave", *BARE, "--tileset", "mapping.toml", "-q", "-o", "cave.tscn", "-o", "cave.json")

    text = (tmp_path / "cave.tscn").read_text()
    level = read(tmp_path / "cave.json")
    assert '[ext_resource type="TileSet" path="res://tiles/cave.tres" id="tileset"]' in text
    [packed] = re.findall(r'name="Objects".*\ntile_map_data = PackedByteArray\("(.*)"\)', text)
    fields = np.frombuffer(base64.b64decode(packed)[2:], "<i2").reshape(-1, 6).tolist()
    found = {(x, y): (source, column, row) for x, y, source, column, row, _ in fields}
    places = {(x, y): level.rows[y][x] for x, y in found}
    assert sorted(places.values()) == ["<", ">"]
    assert {places[cell]: place for cell, place in found.items()} == {"<": (1, 0, 0), ">": (1, 1, 0)}


def test_a_mapping_that_lacks_a_tile_of_the_level_is_refused_and_nothing_is_written(
    run_here: Run, tmp_path: Path
) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING)
    outputs = ("-o", "cave.json", "-o", "cave.tscn")

    done = run_here("level", "cave", "--people", "1", "--tileset", "mapping.toml", *outputs, code=2)

    assert "person" in done.stderr and "which the mapping lacks" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mapping.toml"]


@pytest.mark.parametrize(
    "text", ["", "tileset = 7", MAPPING.replace("res:", "file:"), MAPPING.replace("3, 1", "3"), "[[["]
)
def test_a_wrong_mapping_is_refused_before_anything_is_made(run_here: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "mapping.toml").write_text(text)
    # Enough levels that making them first would take minutes.
    wishes = ("--count", "5000", "--tileset", "mapping.toml", "-o", "cave.tscn")

    assert run_here("level", "cave", *wishes, code=1).stderr.startswith("playloom: mapping.toml: ")


def test_a_foreign_map_is_completed_with_a_legend(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ruins.tmx").write_text(FOREIGN)
    (tmp_path / "legend.toml").write_text(LEGEND)
    wishes = ("--from", "ruins.tmx", "--extend", "right", "8", "-q", "-o", "wider.json")

    assert "ruins:0" in run("level", "cave", *wishes, code=1).stderr
    run("level", "cave", "--legend", "legend.toml", *wishes)

    assert read(tmp_path / "wider.json").rows[1][:3] == "#<."


@pytest.mark.skipif(os.name == "nt", reason="needs limits of a POSIX system")
def test_a_file_that_the_system_refuses_is_a_failure(environment: dict[str, str], tmp_path: Path) -> None:
    limited = ["bash", "-c", 'ulimit -f 1; exec "$0" "$@"', COMMAND, "level", "maze", "-o", "maze.json"]

    done = subprocess.run(limited, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("playloom: maze.json: cannot be written (File too large); choose another")
    assert not [*tmp_path.iterdir()]


def test_a_random_seed_is_told_and_gives_the_level_again(run: Run) -> None:
    [drawn] = documents(run("level", "maze", "--size", "16x16", "--seed", "random", "--json"))
    [again] = documents(run("level", "maze", "--size", "16x16", "--seed", str(drawn["seed"]), "--json"))

    assert drawn == again


def test_other_levels_are_made_when_one_fails(run_here: Run, tmp_path: Path) -> None:
    # Some of these maps have no way that long.
    wishes = ["--size", "12x12", "--path", "20..30", "--attempts", "1"]
    done = run_here("level", "cave", *wishes, "--count", "30", "-o", "c.txt", code=1)

    made = len(list(tmp_path.glob("c-*.txt")))
    assert 0 < made < 30, "the wish is to be neither easy nor impossible"
    assert f"{30 - made} of 30 levels failed" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_the_progress_bar_is_drawn_on_a_terminal_and_keeps_off_stdout(
    environment: dict[str, str], tmp_path: Path
) -> None:
    ours, theirs = os.openpty()
    command = [COMMAND, "level", "maze", "--size", "12x12", "--count", "3", "--json"]
    process = subprocess.Popen(
        command,
        env={**environment, "TERM": "xterm"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    out, _ = process.communicate(timeout=60)
    drawn = os.read(ours, 4096).decode(errors="replace")
    os.close(ours)

    assert [json.loads(line)["seed"] for line in out.splitlines()] == [0, 1, 2]
    assert "Making levels" in drawn and "100%" not in out


@pytest.mark.parametrize("wish", ["0", "..0"])
def test_no_enemies_means_no_boss_unless_one_is_asked_for(run: Run, wish: str) -> None:
    # Seed 1 of the shipped package has a boss where nothing is said of enemies.
    for more, bosses in (((), 0), (("--bosses", "1"), 1)):
        [made] = documents(
            run("level", "dungeon", "--seed", "1", "--enemies", wish, *more, "--json", PLAYLOOM_MODELS="")
        )
        measures = made["evidence"]["measures"]
        assert (measures["enemies"], measures["bosses"]) == (0, bosses)


@pytest.mark.parametrize(
    ("ending", "code", "said"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_an_ended_run_leaves_nothing_half_written(
    environment: dict[str, str], tmp_path: Path, ending: signal.Signals, code: int, said: str
) -> None:
    command = [COMMAND, "level", "dungeon", "--count", "100000", "--jobs", "2", "-o", "d.json"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("d-*.json"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)

    process.send_signal(ending)
    try:
        _, complaint = process.communicate(timeout=30)
    finally:
        process.kill()

    assert process.returncode == code
    assert complaint.strip() == f"playloom: {said}"
    for path in tmp_path.iterdir():
        assert path.suffix == ".json" and not path.name.startswith(".")
        assert json.loads(path.read_text())["evidence"]


def test_a_redo_keeps_the_controls_of_the_map_and_an_extension_says_that_it_does_not(
    run_here: Run, tmp_path: Path
) -> None:
    run_here("level", "dungeon", "--enemies", "3", "--keys", "1", "-q", "-o", "a.json")
    redone = run_here("level", "--from", "a.json", "--redo", "4,4,12,8", "--seed", "8", "-o", "b.json")
    extended = run_here("level", "--from", "a.json", "--extend", "right", "8", "-o", "c.json")

    asked = json.loads((tmp_path / "b.json").read_text())["evidence"]["request"]
    assert (asked["enemies"], asked["keys"]) == ([3, 3], [1, 1])
    assert "held for its old size" not in redone.stderr
    assert "--enemies, --keys of a.json held for its old size" in extended.stderr
