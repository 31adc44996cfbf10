"""`playloom sprite` making sprites through the installed command."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest
import tiny_sprites
from PIL import Image
from pixel_art import HERO, PICO, sprite
from rich.console import Console
from running import COMMAND, Run, rgba

from playloom.commands.sprite.showing import half_blocks
from playloom.kinds.sprite.content import Evidence
from playloom.kinds.sprite.formats import picture
from playloom.library import VARIABLE

QUICK = ("--steps", "3", "--size", "16")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "words": {"type": "string"},
        "seed": {"type": "integer", "minimum": 0},
        "width": {"type": "integer", "enum": [16, 24, 32, 48]},
        "height": {"type": "integer", "enum": [16, 24, 32, 48]},
        "palette": {"type": "array", "items": {"type": "string", "pattern": "^#[0-9a-f]{6}$"}},
        "pixels": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        "evidence": {"$ref": "#/$defs/Evidence"},
        "notes": {"type": "array", "items": {"type": "string"}},
        "files": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["words", "seed", "width", "height", "palette", "pixels", "evidence", "notes", "files"],
    "additionalProperties": False,
    "$defs": msgspec.json.schema(Evidence)["$defs"],
}


def documents(done: subprocess.CompletedProcess[str]) -> list[Any]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_documented_command_writes_every_output(run: Run, tmp_path: Path) -> None:
    files = [f"goblin.{suffix}" for suffix in ("png", "json", "tres", "gif")]
    wishes = ("--palette", "pico-8", "--size", "32", "--seed", "3", "--margin", "1", "--baseline", "ground")
    outputs = [part for file in files for part in ("-o", file)]

    done = run("sprite", "goblin", "with", "axe", *wishes, "--outline", "outside", *outputs)

    assert done.stdout.startswith("goblin with axe 32x32, seed 3: creature round, ")
    assert {path.name for path in tmp_path.iterdir()} == {*files}
    shown = rgba(tmp_path / "goblin.png")
    opaque = shown[:, :, 3] > 0
    assert shown.shape == (32, 32, 4) and {*np.unique(shown[:, :, 3])} <= {0, 255}
    assert {tuple(colour) for colour in shown[opaque][:, :3].tolist()} <= set(PICO.colours)
    rows, columns = np.flatnonzero(opaque.any(1)), np.flatnonzero(opaque.any(0))
    assert rows[-1] == 30 and rows[0] >= 1 and columns[0] >= 1 and columns[-1] <= 30
    run("sprite", "check", "goblin.png", "--size", "32", "--palette", "pico-8", "--margin", "1")


def test_without_output_it_draws_the_sprite_and_says_how_to_write_it(run: Run, tmp_path: Path) -> None:
    lines = run("sprite", "Goblin, with (red) axe!", *QUICK).stdout.splitlines()

    assert [len(line) for line in lines[:16]] == [16] * 16
    assert "16x16, seed 0" in lines[16]
    assert "-o goblin-with-red-axe.png" in lines[17]
    assert not list(tmp_path.iterdir())


def test_json_is_valid_and_alone_on_stdout(run: Run) -> None:
    done = run("sprite", "gobblin", "--seed", "3", *QUICK, "--json", "--preview", "-o", "a.png")

    [document] = documents(done)
    jsonschema.validate(document, SCHEMA)
    assert document["files"] == ["a.png"] and document["seed"] == 3
    assert document["notes"] == ["'gobblin' is not known; taken for 'goblin'"]
    assert "taken for 'goblin'" in done.stderr


def test_a_failure_in_json_names_the_check(run_here: Run, tmp_path: Path) -> None:
    wishes = ("--pieces", "30..40", "--attempts", "1", "--json", "-o", "a.png")
    done = run_here("sprite", "goblin", *QUICK, *wishes, code=1)

    [document] = documents(done)
    assert document["seed"] == 0 and document["error"]["failed"] == ["pieces"]
    assert document["error"]["code"] == "generation_failed"
    assert not list(tmp_path.iterdir())


def test_several_are_those_of_their_seeds_whatever_runs_side_by_side(run_here: Run, tmp_path: Path) -> None:
    many = (
        "--count",
        "4",
        "--seed",
        "5",
        "--jobs",
        "3",
        "--sheet",
        "all.png",
        "-o",
        "g.png",
        "-o",
        "{seed}.gif",
    )
    done = run_here("sprite", "goblin", *QUICK, *many)

    assert [line.split(":")[0] for line in done.stdout.splitlines()[:-1:2]] == [
        f"goblin 16x16, seed {seed}" for seed in range(5, 9)
    ]
    names = [f"g-{seed}.png" for seed in range(5, 9)] + [f"{seed}.gif" for seed in range(5, 9)]
    assert {path.name for path in tmp_path.iterdir()} == {*names, "all.png"}
    run_here("sprite", "goblin", *QUICK, "--seed", "7", "-o", "one.png", "-q")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "g-7.png").read_bytes()
    assert rgba(tmp_path / "all.png").shape[0] > 2 * 16


def test_a_name_that_comes_out_of_two_seeds_is_still_one_file_each(run_here: Run, tmp_path: Path) -> None:
    run_here("sprite", "goblin", *QUICK, "--count", "2", "-o", "x.png", "-q")

    assert {path.name for path in tmp_path.iterdir()} == {"x-0.png", "x-1.png"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("--size", "16"),
        ("spaceship",),
        ("goblin", "--size", "20"),
        ("goblin", "--size", "32x32"),
        ("goblin", "--seed", "-1"),
        ("goblin", "--seed", str(2**63)),
        ("goblin", "--seed", str(2**63 - 1), "--count", "2"),
        ("goblin", "--seed", "seven"),
        ("goblin", "--palette", "pico-9"),
        ("goblin", "--category", "ship"),
        ("goblin", "--style", "baroque"),
        ("goblin", "--margin", "9"),
        ("goblin", "--pieces", "3..1"),
        ("goblin", "--pieces", "many"),
        ("goblin", "--steps", "0"),
        ("goblin", "--guidance", "9"),
        ("goblin", "--guidance", "nan"),
        ("goblin", "--attempts", "1000"),
        ("goblin", "--count", "0"),
        ("goblin", "--jobs", "0"),
        ("goblin", "--strength", "0.5"),
        ("goblin", "--redo", "0,0,4,4"),
        ("goblin", "--like", "hero.png", "--redo", "0,0,17,4"),
        ("goblin", "--like", "hero.png", "--redo", "1,2,3"),
        ("goblin", "--like", "hero.png", "--redo", "0,0,4,4", "--partial", "hero.png"),
        ("goblin", "--like", "hero.png", "--size", "32"),
        ("goblin", "--like", "missing.png"),
        ("goblin", "--partial", "hero.png", "--palette", "c64"),
        ("goblin", "--silhouette", "odd.png"),
        ("goblin", "--engine", "fast", "--size", "16"),
        ("floor", "--outline", "inside"),
        ("goblin", "-o", "a.bmp"),
        ("goblin", "-o", "a"),
        ("goblin", "-o", "missing/a.png"),
        ("goblin", "-o", "folder.png"),
        ("goblin", "-o", "a.png", "-o", "a.png"),
        ("goblin", "-o", "a.png", "--sheet", "a.png"),
        ("goblin", "--sheet", "a.gif"),
        ("goblin", "--scale", "2"),
        ("goblin", "--scale", "2", "-o", "a.json"),
        ("goblin", "--package", "no-such"),
        ("goblin", "--package", "./no-such"),
        ("goblin\x1b[2J",),
        ("goblin " * 40,),
    ],
)
def test_wrong_use_is_exit_code_2_and_writes_nothing(
    run_here: Run, tmp_path: Path, hero: np.ndarray, wrong: tuple[str, ...]
) -> None:
    (tmp_path / "folder.png").mkdir()
    Image.new("RGBA", (20, 16), (9, 9, 9, 255)).save(tmp_path / "odd.png")
    there = {*tmp_path.iterdir()}

    done = run_here("sprite", *wrong, code=2)

    assert done.stdout == ""
    assert 0 < len(done.stderr) < 700 and "\x1b" not in done.stderr
    assert {*tmp_path.iterdir()} == there


def test_a_sprite_is_varied_and_stays_as_it_is_at_strength_0(
    run_here: Run, tmp_path: Path, hero: np.ndarray
) -> None:
    run_here("sprite", "goblin", "--like", "hero.png", "--strength", "0", "-o", "same.png", "-q")
    run_here("sprite", "goblin", "--like", "hero.png", "--strength", "0.2", "-o", "near.png", "-q")
    run_here("sprite", "goblin", "--like", "hero.png", "--strength", "1", "-o", "far.png", "-q")

    own, same, near, far = (rgba(tmp_path / name) for name in ("hero.png", "same.png", "near.png", "far.png"))
    assert np.array_equal(own, same)  # in its own palette, at its own size
    differ = [(own != other).any(2).mean() for other in (near, far)]
    assert 0 < differ[0] < differ[1]


def test_a_redo_changes_its_part_alone(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    run_here(
        "sprite", "red goblin", "--like", "hero.png", "--redo", "4,6,8,5", "--seed", "2", "-o", "new.png"
    )

    changed = np.argwhere((rgba(tmp_path / "hero.png") != rgba(tmp_path / "new.png")).any(2))
    assert len(changed)
    assert changed.min(0).tolist() >= [6, 4] and (changed < [11, 12]).all()


def test_a_partial_picture_is_completed(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    torso = hero.copy()
    torso[9:] = 0
    Image.fromarray(torso).save(tmp_path / "torso.png")

    run_here("sprite", "goblin", "--partial", "torso.png", "--palette", "pico-8", "-o", "whole.png")

    whole = rgba(tmp_path / "whole.png")
    given = torso[:, :, 3] > 0
    assert np.array_equal(whole[given], torso[given])
    assert (whole[9:, :, 3] > 0).any()


@pytest.mark.parametrize("ground", [None, (255, 255, 255, 255)])
def test_a_silhouette_may_be_transparent_or_black_on_white(
    run_here: Run, tmp_path: Path, hero: np.ndarray, ground: tuple[int, ...] | None
) -> None:
    shape = hero.copy()[:, :, 3] > 0
    drawn = np.zeros((16, 16, 4), np.uint8)
    drawn[~shape] = ground or (0, 0, 0, 0)
    drawn[shape] = (0, 0, 0, 255)
    Image.fromarray(drawn).save(tmp_path / "shape.png")

    run_here("sprite", "sword", "--silhouette", "shape.png", "-o", "sword.png")

    assert np.array_equal(rgba(tmp_path / "sword.png")[:, :, 3] > 0, shape)


def test_an_enlarged_picture_is_a_preview(run_here: Run, tmp_path: Path) -> None:
    run_here("sprite", "goblin", *QUICK, "-o", "a.png", "-q")
    run_here("sprite", "goblin", *QUICK, "-o", "b.png", "--scale", "3", "-q")

    small, large = rgba(tmp_path / "a.png"), rgba(tmp_path / "b.png")
    assert np.array_equal(large, small.repeat(3, 0).repeat(3, 1))
    written = picture.read(tmp_path / "a.png")
    assert written.evidence is not None
    assert picture.read(tmp_path / "b.png", written.palette).evidence is None


def test_a_package_that_is_not_there_is_named_with_those_that_are(run: Run, tmp_path: Path) -> None:
    tiny_sprites.write(tmp_path / "mine", name="mine")

    done = run("sprite", "goblin", "--package", "oak", code=2, **{VARIABLE: str(tmp_path)})

    assert "no sprite package is called 'oak'; there are mine, pixels" in done.stderr
    assert VARIABLE in done.stderr
    run("sprite", "goblin", *QUICK, "--package", "mine", **{VARIABLE: str(tmp_path)})
    run("sprite", "goblin", *QUICK, "--package", "./mine")


@pytest.mark.parametrize(
    ("ending", "code", "said"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_an_ended_run_leaves_nothing_half_written(
    models: Path, tmp_path: Path, ending: signal.Signals, code: int, said: str
) -> None:
    command = [COMMAND, "sprite", "goblin", *QUICK, "--count", "4000", "--jobs", "2", "-o", "g.png"]
    process = subprocess.Popen(
        [*command, "--sheet", "all.png"],
        cwd=tmp_path,
        env={"PATH": "", VARIABLE: str(models)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("g-*.png"))) < 3:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)

    process.send_signal(ending)
    try:
        _, complaint = process.communicate(timeout=30)
    finally:
        process.kill()

    assert process.returncode == code
    assert complaint.strip() == f"playloom: {said}"
    for path in tmp_path.iterdir():
        assert path.name.startswith("g-")
        assert picture.read(path).evidence is not None


def completed(run: Run, words: str) -> list[str]:
    """Return what the shell would offer for the last of ``words``."""
    count = str(len(words.split(" ")) - 1)
    done = run(_PLAYLOOM_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.split()]


def test_completion_knows_subcommands_words_options_and_palettes(run: Run) -> None:
    assert {"check", "clean", "creature"} <= {*completed(run, "playloom sprite c")}
    assert {"goblin", "green"} == {*completed(run, "playloom sprite red g")}
    assert completed(run, "playloom sprite goblin --sil") == ["--silhouette"]
    assert completed(run, "playloom sprite goblin --palette pico") == ["pico-8"]
    assert completed(run, "playloom sprite goblin --style r") == ["round"]
    assert completed(run, "playloom sprite --category w") == ["weapon"]
    assert completed(run, "playloom sprite goblin --package p") == ["pixels"]


def test_a_terminal_shows_two_rows_of_pixels_a_line() -> None:
    drawn = sprite(HERO).rgba[:15]  # an odd number of rows
    lines = half_blocks(drawn)

    assert [len(line) for line in lines] == [16] * 8
    shown = np.zeros((16, 16, 4), np.uint8)
    for row, line in enumerate(lines):
        for column, character in enumerate(line.plain):
            style = line.get_style_at_offset(Console(), column)
            halves = {"▀": (style.color, style.bgcolor), "▄": (None, style.color), " ": (None, None)}
            for half, colour in enumerate(halves[character]):
                if colour is not None:
                    shown[2 * row + half, column] = (*colour.get_truecolor(), 255)
    assert np.array_equal(shown[:15], drawn)
    assert not shown[15].any()
