"""Sokoban levels from the default package: solved by the check, exact in their controls, the same again."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.check import judge
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.formats import read, record, write
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Push
from playloom.kinds.level.push.replay import replay
from playloom.kinds.level.vocabulary import SOKOBAN
from playloom.library import Library

COMMAND = Path(sys.executable).parent / "playloom"
STYLES = ("warehouse", "rooms", "hall")


@pytest.fixture(scope="module")
def generator() -> LevelGenerator:
    made = Library.default().generator("level", "sokoban")
    assert isinstance(made, LevelGenerator)
    return made


def request(**controls: object) -> LevelRequest:
    return LevelRequest(**{"theme": "sokoban", "width": 10, "height": 10, **controls})  # type: ignore[arg-type]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("width", "height"), [(8, 8), (10, 10), (13, 9), (16, 16)])
def test_every_level_is_solved_by_the_check(
    generator: LevelGenerator, style: str, width: int, height: int
) -> None:
    for seed in range(3):
        wanted = request(style=style, width=width, height=height, seed=seed)
        level = generator.generate(wanted)
        found = judge(Level(cells=level.cells, vocabulary=SOKOBAN, movement=Push()), wanted)

        assert found.passed, found.verdicts
        assert level.evidence is not None
        play = replay(level, level.evidence.solution)
        assert play.problem == ""
        assert play.pushed == found.measures["crates"] >= 2  # no crate is there for nothing
        assert play.pushes >= 2 * play.pushed


@pytest.mark.parametrize("crates", [1, 2, 3, 4, 5])
def test_the_number_of_crates_is_exact(generator: LevelGenerator, crates: int) -> None:
    for seed in range(3):
        level = generator.generate(request(width=12, height=12, crates=(crates, crates), seed=seed))
        assert level.evidence is not None
        assert level.evidence.measures["crates"] == crates


@pytest.mark.parametrize("pushes", [(4, 8), (12, 16), (20, 26)])
def test_the_solution_is_as_long_as_asked(generator: LevelGenerator, pushes: tuple[int, int]) -> None:
    for seed in range(3):
        level = generator.generate(request(width=12, height=12, pushes=pushes, seed=seed))
        assert level.evidence is not None
        assert pushes[0] <= level.evidence.measures["pushes"] <= pushes[1]


def test_the_open_share_is_as_asked(generator: LevelGenerator) -> None:
    level = generator.generate(request(width=12, height=12, openness=(0.4, 0.45)))
    assert level.evidence is not None
    assert 0.4 <= level.evidence.measures["openness"] <= 0.45


def test_the_same_request_gives_the_same_level(generator: LevelGenerator) -> None:
    first, second = (generator.generate(request(seed=11)) for _ in range(2))
    other = generator.generate(request(seed=12))

    assert record.encode(first, "a") == record.encode(second, "a")
    assert first.rows != other.rows


def test_pinned_walls_goals_and_player_stay(generator: LevelGenerator) -> None:
    pinned = np.full((10, 10), FREE, np.uint8)
    pinned[4, 2:8] = SOKOBAN.id("floor")
    pinned[5, 3] = pinned[5, 5] = SOKOBAN.id("goal")
    pinned[6, 4] = SOKOBAN.id("start")
    wanted = request(pinned=pinned, crates=(3, 3), seed=4)
    level = generator.generate(wanted)

    kept = pinned != FREE
    assert (level.cells[kept] == pinned[kept]).all()
    assert judge(level, wanted).passed


def test_pinned_crates_find_goals(generator: LevelGenerator) -> None:
    pinned = np.full((10, 10), FREE, np.uint8)
    pinned[3:7, 3:7] = SOKOBAN.id("floor")
    pinned[4, 4] = pinned[5, 5] = SOKOBAN.id("crate")
    wanted = request(pinned=pinned, seed=1)
    level = generator.generate(wanted)

    assert (level.cells[pinned != FREE] == pinned[pinned != FREE]).all()
    assert judge(level, wanted).passed


def test_a_puzzle_that_is_pinned_whole_comes_back(generator: LevelGenerator) -> None:
    whole = generator.generate(request(seed=2))
    again = generator.generate(request(seed=5, pinned=whole.cells))

    assert (again.cells == whole.cells).all()


def test_pinned_crates_that_cannot_move_are_refused_with_advice(generator: LevelGenerator) -> None:
    pinned = np.full((10, 10), FREE, np.uint8)
    pinned[1:5, 1:5] = SOKOBAN.id("floor")
    pinned[1, 1] = SOKOBAN.id("crate")
    pinned[2, 2] = SOKOBAN.id("goal")

    with pytest.raises(GenerationFailed, match="pinned"):
        generator.generate(request(pinned=pinned, crates=(1, 1), attempts=2))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"enemies": (1, 2)}, "enemies"),
        ({"width": 40}, "8 to 24"),
        ({"crates": (-1, 2)}, "crates"),
        ({"pushes": (9, 3)}, "pushes"),
    ],
)
def test_what_no_puzzle_has_is_refused(
    generator: LevelGenerator, wrong: dict[str, object], reason: str
) -> None:
    with pytest.raises(RequestInvalid, match=reason):
        generator.generate(request(**wrong))


def test_what_cannot_be_made_says_what_to_change(generator: LevelGenerator) -> None:
    with pytest.raises(GenerationFailed, match="widen the range of pushes"):
        generator.generate(request(width=8, height=8, pushes=(200, 210), attempts=1))


@pytest.mark.parametrize("suffix", [".json", ".tmx", ".xsb"])
def test_a_level_comes_back_from_its_file(generator: LevelGenerator, suffix: str, tmp_path: Path) -> None:
    level = generator.generate(request(style="warehouse", seed=3))
    path = tmp_path / f"a{suffix}"
    write(level, path)
    back = read(path, SOKOBAN)

    assert back.rows == level.rows
    assert judge(replace(back, movement=Push())).passed


def test_the_command_line_makes_a_puzzle_and_judges_it(tmp_path: Path) -> None:
    wishes = ["--size", "10x10", "--crates", "3", "--pushes", "9..15", "--seed", "6"]
    files = [tmp_path / "a.xsb", tmp_path / "a.json"]
    outputs = [word for path in files for word in ("-o", str(path))]
    made = subprocess.run(
        [COMMAND, "level", "sokoban", *wishes, *outputs], capture_output=True, text=True, check=False
    )
    judged = subprocess.run([COMMAND, "level", "check", *files], capture_output=True, text=True, check=False)

    assert made.returncode == 0, made.stderr
    assert judged.returncode == 0, judged.stdout
    assert files[0].read_text().count("$") == 3
    assert "stored solution" in judged.stdout
