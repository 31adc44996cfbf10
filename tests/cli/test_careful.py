"""What the commands of levels do not do without a word: write over, take wrong names, keep silent."""

from pathlib import Path

import pytest
from front_door import FOREIGN, Run

from playloom.commands import output

SMALL = ("--size", "12x12", "-q")


def test_a_tile_image_that_nobody_named_is_not_written_over_unless_it_is_the_maps_own(
    run_here: Run, tmp_path: Path
) -> None:
    (tmp_path / "m.tiles.png").write_bytes(b"somebody's picture")

    complaint = run_here("level", "cave", *SMALL, "-o", "m.tmx", code=2).stderr

    assert "m.tiles.png: is there already and does not belong to m.tmx" in complaint
    assert [file.name for file in tmp_path.iterdir()] == ["m.tiles.png"]
    (tmp_path / "m.tiles.png").unlink()
    run_here("level", "cave", *SMALL, "-o", "m.tmx")
    image = (tmp_path / "m.tiles.png").read_bytes()
    # Of another theme: another picture, and the map's own is replaced.
    run_here("level", "dungeon", *SMALL, "-o", "m.tmx")
    assert (tmp_path / "m.tiles.png").read_bytes() != image


def test_maps_of_one_run_and_of_the_next_share_their_tile_image(run_here: Run, tmp_path: Path) -> None:
    for seed in ("1", "3"):
        run_here("level", "cave", *SMALL, "--count", "2", "--seed", seed, "-o", "c.tmj")

    assert len(list(tmp_path.glob("c-*.tmj"))) == 4 and (tmp_path / "c.tiles.png").exists()


@pytest.mark.parametrize(
    ("command", "known"),
    [
        (("level", "cave", "-o", "a-{z}.tmx"), "{seed}"),
        (("level", "cave", "--count", "2", "-o", "{theme}/a-{seed}.tmx"), "{seed}"),
        (("level", "endless", "cave", "-o", "a_{x}_{y}_{z}.tmx"), "{x}, {y}"),
        (("level", "endless", "cave", "-o", "a-{seed}.tmx"), "{x}, {y}"),
    ],
)
def test_a_placeholder_that_is_not_replaced_is_refused(
    run_here: Run, tmp_path: Path, command: tuple[str, ...], known: str
) -> None:
    complaint = run_here(*command, code=2).stderr

    assert f"is no placeholder; known here: {known}" in " ".join(complaint.split())
    assert not list(tmp_path.iterdir())


def test_convert_has_no_placeholders(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("########\n#<....>#\n" + "#......#\n" * 5 + "########\n")

    complaint = run("level", "convert", "m.txt", "-o", "m-{seed}.tmx", code=2).stderr

    assert "m-{seed}.tmx: {seed} is no placeholder; nothing is replaced here" in " ".join(complaint.split())


def test_a_mapping_that_names_a_tileset_that_is_not_there_is_wrong_use(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("########\n#<....>#\n" + "#......#\n" * 5 + "########\n")
    (tmp_path / "map.toml").write_text('tileset = "gone.tsx"\n[tiles]\nwall = 1\n')

    words = ("level", "convert", "m.txt", "--tileset", "map.toml", "-o", "m.tmx")
    assert "gone.tsx: cannot be read (No such file" in run(*words, code=2).stderr
    (tmp_path / "gone.tsx").write_text("<tileset")  # there, and damaged
    assert "gone.tsx" in run(*words, code=1).stderr


@pytest.mark.parametrize(
    "command",
    [
        ("level", "convert", "notes.doc", "-o", "m.tmx"),
        ("level", "cave", "--from", "notes.doc", "--redo", "0,0,4,4"),
        ("level", "range", "notes.doc"),
        ("level", "legend", "notes.doc"),
    ],
)
def test_a_format_that_cannot_be_read_is_wrong_use(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "notes.doc").write_text("no map")

    complaint = run(*command, code=2).stderr

    assert "notes.doc" in complaint and ".tmx" in complaint


def test_a_map_in_ones_own_style_is_told_first_to_name_its_package(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ruins.tmx").write_text(FOREIGN)

    complaint = run("level", "check", "ruins.tmx", code=1).stderr

    assert 0 < complaint.index("--package") < complaint.index("ruins:0") < complaint.index("--legend")
    assert complaint.index("--package") < 140


def test_what_lasts_long_says_so_in_a_pipe_now_and_then(
    run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    cave = ("level", "cave", "--size", "12x12", "--count", "4", "-o", "c.txt")
    assert run_here(*cave).stderr == ""  # over before there is anything to say

    monkeypatch.setattr(output, "LINE_SECONDS", 0.0)

    told = run_here(*cave)
    assert [line.split(",")[0] for line in told.stderr.splitlines()] == [
        f"Making levels: {share}%" for share in (25, 50, 75)
    ]
    assert "Making levels" not in told.stdout
    assert run_here(*cave, "-q").stderr == ""
