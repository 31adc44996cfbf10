"""Sokoban text: read as its players write it, written as they read it, and hostile files refused."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import read, write, xsb
from playloom.kinds.level.movement import Push
from playloom.kinds.level.vocabulary import CORE, SOKOBAN

COMMAND = Path(sys.executable).parent / "playloom"
PUZZLE = """####
# .#
#  ###
#*@  #
#  $ #
#  ###
####
"""


def level_of(text: str) -> Level:
    return xsb.decode(text.encode(), Path("a.xsb"))


def test_a_level_comes_back_as_it_was_written(tmp_path: Path) -> None:
    level = level_of(PUZZLE)
    write(level, tmp_path / "a.xsb")

    assert (tmp_path / "a.xsb").read_text() == PUZZLE
    again = read(tmp_path / "a.xsb")
    assert again.rows == level.rows == [
        "####  ", "#-.#  ", "#--###", "#*@--#", "#--$-#", "#--###", "####  "
    ]  # fmt: skip
    assert again.movement == Push()
    assert again.vocabulary == SOKOBAN


@pytest.mark.parametrize(
    "text",
    [
        PUZZLE.replace(" ", "-"),
        PUZZLE.replace(" ", "_"),
        PUZZLE.replace("\n", "\r\n"),
        f"Title: a puzzle\n; by nobody\n\n{PUZZLE}\nAuthor: me",
        "4#|#-.#|#--3#|#*@2-#|#2-$-#|#2-3#|4#",
        "\ufeff" + PUZZLE,
    ],
)
def test_the_usual_ways_to_write_a_level_are_all_read(text: str) -> None:
    assert level_of(text).rows == level_of(PUZZLE).rows


def test_of_a_collection_the_first_level_is_read_and_the_others_are_mentioned() -> None:
    level = level_of(f"{PUZZLE}\nSecond\n\n{PUZZLE}\n; third\n{PUZZLE}")

    assert level.rows == level_of(PUZZLE).rows
    assert "the first of 3 levels" in level.notes[0]


def test_text_with_a_player_in_it_is_sokoban_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PUZZLE)
    (tmp_path / "b.txt").write_text("####\n#<>#\n####\n")

    assert read(tmp_path / "a.txt").movement == Push()
    assert read(tmp_path / "b.txt").vocabulary == CORE


def test_walls_with_a_gap_let_the_outside_in() -> None:
    level = level_of("####\n#@$.\n####")

    assert level.rows == ["####", "#@$.", "####"]
    assert "-" in level_of("#####\n#@$.\n####").rows[1]


@given(st.text(alphabet="#@+$*. -_\n;T3|", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        level = level_of(text)
    except FileInvalid:
        return
    assert level_of(xsb.encode(level, "a")["a.xsb"].decode()).cells.size <= level.cells.size


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no row of a Sokoban level"),
        (b"hello\nworld\n", "no row of a Sokoban level"),
        (b"#" * 2000, "a side can be 1 to 1024"),
        (b"9999#|" * 300, "stands for"),
        ((b"9999#|" * 100 + b"\n") * 300, "its run-length notation stands for over"),
        (
            b"#" * 400_000 + b"x",
            "no row of a Sokoban level",
        ),  # a searching pattern takes a quarter of an hour
        (b"####\n#\xff#\n####", "not UTF-8"),
        (b"#\n" * 2000, "a side can be 1 to 1024"),
    ],
)
def test_hostile_files_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FileInvalid, match=reason):
        xsb.decode(data, Path("a.xsb"))


def test_a_long_line_that_is_almost_a_level_is_told_apart_at_once() -> None:
    assert not xsb.looks_like(b"#" * 400_000 + b"x", Path("a.txt"))


def test_tiles_that_sokoban_lacks_are_not_written() -> None:
    level = Level(cells=np.array([[CORE.id("wall"), CORE.id("lava")]], np.uint8))

    with pytest.raises(RequestInvalid, match="lava"):
        xsb.encode(level, "a")


def test_the_command_line_judges_a_level_of_sokoban_players(tmp_path: Path) -> None:
    (tmp_path / "good.xsb").write_text(PUZZLE)
    (tmp_path / "bad.xsb").write_text("#####\n#@ .#\n#  $#\n#####\n")

    good, bad = (
        subprocess.run(
            [COMMAND, "level", "check", tmp_path / name], capture_output=True, text=True, check=False
        )
        for name in ("good.xsb", "bad.xsb")
    )

    assert good.returncode == 0, good.stdout
    assert "8 pushes, the fewest" in " ".join(good.stdout.split())
    assert bad.returncode == 1
    assert "no way, proven" in " ".join(bad.stdout.split())
