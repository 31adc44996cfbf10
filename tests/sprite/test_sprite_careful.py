"""What the commands of sprites do not do without a word: write over, harden, take a name that is none."""

import json
from pathlib import Path

import numpy as np
import pytest
from pixel_art import texture
from running import Run, rgba, save


@pytest.fixture
def textures(tmp_path: Path) -> Path:
    """grass.png and dirt.png, and pictures of somebody else's called as companions would be."""
    save(tmp_path / "grass.png", texture(1, (4, 12, 12, 12)).rgba)
    save(tmp_path / "dirt.png", texture(2, (5, 5, 5, 6)).rgba)
    for name in ("walk.png", "land.png"):
        save(tmp_path / name, texture(7, (1, 2)).rgba)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "main", "picture"),
    [
        (("sprite", "sheet", "grass.png"), "walk.json", "walk.png"),
        (("sprite", "finish", "grass.png"), "walk.json", "walk.png"),
        (("sprite", "tiles", "grass.png", "dirt.png"), "land.tsx", "land.png"),
    ],
)
def test_a_picture_that_nobody_named_is_not_written_over_unless_it_is_the_files_own(
    run_here: Run, textures: Path, command: tuple[str, ...], main: str, picture: str
) -> None:
    theirs = (textures / picture).read_bytes()

    complaint = run_here(*command, "-o", main, code=2).stderr

    assert f"{picture}: is there already and does not belong to {main}" in complaint
    assert (textures / picture).read_bytes() == theirs and not (textures / main).exists()
    (textures / picture).rename(textures / "elsewhere.png")
    run_here(*command, "-o", main)
    first = (textures / picture).read_bytes()
    assert first != theirs
    # Made again in another way: now the picture is the main file's own.
    run_here(command[0], command[1], "dirt.png", "-o", main)
    assert (textures / picture).read_bytes() != first


def test_a_picture_that_is_named_too_is_written_over(run_here: Run, textures: Path) -> None:
    theirs = (textures / "walk.png").read_bytes()

    run_here("sprite", "sheet", "grass.png", "-o", "walk.json", "-o", "walk.png")

    assert (textures / "walk.png").read_bytes() != theirs
    assert json.loads((textures / "walk.json").read_text())["meta"]["image"] == "walk.png"


def test_half_transparent_pixels_that_were_hardened_are_counted(
    run_here: Run, tmp_path: Path, hero: np.ndarray
) -> None:
    soft = hero.copy()
    shown = np.argwhere(soft[:, :, 3] > 0)[:5]
    soft[shown[:3, 0], shown[:3, 1], 3] = 200
    soft[shown[3:, 0], shown[3:, 1], 3] = 90
    save(tmp_path / "soft.png", soft)
    finish = ("sprite", "finish", "soft.png", "--palette", "pico-8", "-o", "hard.png")

    done = run_here(*finish)

    assert done.stderr == "playloom: soft.png: 5 half transparent pixels made opaque or clear\n"
    hard = rgba(tmp_path / "hard.png")
    assert set(np.unique(hard[:, :, 3])) == {0, 255}
    assert (hard[:, :, 3] > 0).sum() == (hero[:, :, 3] > 0).sum() - 2
    told = json.loads(run_here(*finish, "--json").stdout)
    assert (told["hardened"], told["files"]) == (5, ["hard.png"])
    assert json.loads(run_here("sprite", "finish", "hero.png", *finish[3:], "--json").stdout)["hardened"] == 0


def test_shading_is_kept_also_where_pixels_were_hardened(
    run_here: Run, tmp_path: Path, hero: np.ndarray
) -> None:
    soft = hero.copy()
    soft[0, 0] = (9, 9, 9, 60)
    save(tmp_path / "soft.png", soft)

    for name in ("hero", "soft"):
        run_here("sprite", "finish", f"{name}.png", "--palette", "grey-4", "-q", "-o", f"{name}-grey.png")

    assert np.array_equal(rgba(tmp_path / "hero-grey.png"), rgba(tmp_path / "soft-grey.png"))


def test_what_more_than_32_colours_do_to_match_is_told(run_here: Run, tmp_path: Path) -> None:
    ramp = np.full((16, 16, 4), 255, np.uint8)
    ramp[:, :, 0] = np.arange(256, dtype=np.uint8).reshape(16, 16)
    save(tmp_path / "ramp.png", ramp)

    done = run_here("sprite", "finish", "ramp.png", "--palette", "grey-4", "-o", "x.png")

    assert (
        "ramp.png: has 256 colours, --match shades is for 32 or fewer: each became its nearest" in done.stderr
    )


@pytest.mark.parametrize("option", ["--object", "--draw"])
def test_a_tile_that_no_level_has_is_refused_with_the_nearest(
    run_here: Run, textures: Path, option: str
) -> None:
    value = "chset=grass.png" if option == "--object" else "chset=grass"
    command = ("sprite", "tiles", "grass.png", option, value, "-o", "new.tsx", "--mapping", "new.toml")

    complaint = run_here(*command, code=2).stderr

    assert "no tile is called 'chset'; did you mean 'chest'?" in complaint
    assert not (textures / "new.tsx").exists() and not (textures / "new.toml").exists()


def test_a_picture_of_an_object_that_is_not_there_is_wrong_use(run_here: Run, textures: Path) -> None:
    command = ("sprite", "tiles", "grass.png", "--object", "chest=gone.png", "-o", "new.tsx")

    assert "gone.png: cannot be read" in run_here(*command, code=2).stderr


@pytest.mark.parametrize("name", ["g-{z}.png", "{Seed}.png", "{seed}/{x}.png"])
def test_a_placeholder_that_is_not_replaced_is_refused(run_here: Run, tmp_path: Path, name: str) -> None:
    complaint = run_here("sprite", "goblin", "-o", name, code=2).stderr

    assert "is no placeholder; known here: {seed}" in complaint and not list(tmp_path.iterdir())
    complaint = run_here("sprite", "goblin", "--count", "2", "--sheet", "all-{seed}.png", code=2).stderr
    assert "all-{seed}.png: {seed} is no placeholder; nothing is replaced here" in complaint


def test_the_sheet_does_not_go_over_the_picture_of_a_sprite(run_here: Run) -> None:
    words = ("sprite", "goblin", "--count", "2", "-o", "g.json", "--sheet", "g-1.png")

    assert "g-1.png: is given twice" in run_here(*words, code=2).stderr


def test_a_texture_that_is_no_sprite_is_told_of_the_option_for_tiles(run_here: Run, tmp_path: Path) -> None:
    board = np.full((16, 16, 4), 255, np.uint8)
    board[np.indices((16, 16)).sum(0) % 2 == 0, :3] = 0
    save(tmp_path / "board.png", board)

    assert "check it as a tile (--tile)" in run_here("sprite", "check", "board.png", code=1).stdout
    assert "board.png: passed" in run_here("sprite", "check", "board.png", "--tile").stdout


def test_numbers_and_what_they_count_agree(run_here: Run, tmp_path: Path) -> None:
    dot = np.zeros((16, 16, 4), np.uint8)
    dot[4:12, 4:12] = (255, 0, 77, 255)
    dot[0, 0] = (255, 0, 77, 255)
    save(tmp_path / "dot.png", dot)

    checks = run_here("sprite", "check", "dot.png", "--margin", "1", code=1).stdout

    assert "1 colour, at most 32" in checks
    assert "1 pixel in the margin" in checks and "1 lone pixel," in checks
    assert "0 half transparent pixels" in checks
