"""`playloom level convert`: a map in other formats, cell by cell as it was."""

from pathlib import Path

import pytest
import pytiled_parser
from front_door import FOREIGN, LEGEND, Run, documents

from playloom.kinds.level.formats import read
from playloom.kinds.level.movement import Platform


@pytest.fixture
def cave(run_here: Run, tmp_path: Path) -> Path:
    """A map for Tiled with its evidence, and the same level as JSON."""
    run_here("level", "cave", "--size", "20x14", "--enemies", "2", "-q", "-o", "cave.tmx", "-o", "cave.json")
    return tmp_path


@pytest.mark.parametrize("suffix", [".json", ".tmj", ".ldtk", ".txt"])
def test_a_map_is_written_in_another_format_as_it_is(run: Run, cave: Path, suffix: str) -> None:
    said = run("level", "convert", "cave.tmx", "-o", f"new{suffix}").stdout.splitlines()

    assert said[0] == "cave 20x14" and f"new{suffix}" in said[1].split()
    old, new = read(cave / "cave.tmx"), read(cave / f"new{suffix}")
    assert new.rows == old.rows
    assert suffix == ".txt" or new.evidence == old.evidence


def test_the_bytes_are_those_that_making_would_have_written(run: Run, cave: Path) -> None:
    run("level", "convert", "cave.tmx", "-q", "-o", "again.json", "-o", "again.tscn")

    assert (cave / "again.json").read_bytes() == (cave / "cave.json").read_bytes()
    assert b'type="TileMapLayer"' in (cave / "again.tscn").read_bytes()


def test_a_text_map_takes_the_rules_of_a_theme(run: Run, tmp_path: Path) -> None:
    run("level", "platformer", "--size", "40x20", "--seed", "1", "-q", "-o", "side.txt")

    guessed = run("level", "convert", "side.txt", "-o", "guessed.tmx")
    assert "side.txt: the map does not say its rules" in guessed.stderr
    told = run("level", "convert", "side.txt", "--theme", "platformer", "-o", "side.tmx")
    assert told.stderr == ""

    level = read(tmp_path / "side.tmx")
    assert isinstance(level.movement, Platform) and level.theme == "platformer"
    assert "ticks" in run("level", "check", "side.tmx").stdout
    assert "solvable" in run("level", "check", "guessed.tmx", code=1).stdout


def test_a_foreign_map_is_taken_with_a_legend_into_a_games_own_tileset(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ruins.tmx").write_text(FOREIGN)
    (tmp_path / "legend.toml").write_text(LEGEND)

    assert "ruins:0" in run("level", "convert", "ruins.tmx", "-o", "new.tmj", code=1).stderr
    [told] = documents(
        run("level", "convert", "ruins.tmx", "--legend", "legend.toml", "--json", "-o", "new.tmj")
    )

    assert told["file"] == "ruins.tmx" and told["files"][0] == "new.tmj"
    assert pytiled_parser.parse_map(tmp_path / "new.tmj").map_size == (8, 8)
    assert read(tmp_path / "new.tmj").rows[1] == "#<.....#"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("missing.tmx", "-o", "a.json"), "does not exist"),
        (("cave.tmx",), "Missing option '-o'"),
        (("cave.tmx", "-o", "a.doc"), "format '.doc' is unknown"),
        (("cave.tmx", "-o", "a.xsb"), "Sokoban has no character"),
        (("cave.tmx", "--solution", "-o", "a.json"), "--solution is for .png files"),
        (("cave.tmx", "--theme", "nowhere", "-o", "a.json"), "no theme is called 'nowhere'"),
    ],
)
def test_what_cannot_be_written_is_wrong_use_and_leaves_nothing(
    run: Run, cave: Path, wrong: tuple[str, ...], said: str
) -> None:
    there = {*cave.iterdir()}

    assert said in run("level", "convert", *wrong, code=2).stderr
    assert {*cave.iterdir()} == there


def test_making_with_nothing_to_fill_names_the_command_that_converts(run: Run, cave: Path) -> None:
    refused = run("level", "--from", "cave.tmx", "-o", "cave.tscn", code=2)

    assert "`playloom level convert cave.tmx -o FILE`" in refused.stderr
