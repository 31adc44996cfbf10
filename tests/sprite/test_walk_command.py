"""`playloom sprite walk` and `playloom.walk`: files, what they say, what they refuse."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_walks
from pixel_art import HERO, sprite
from running import Run, rgba, save

import playloom
from playloom.api.packages import default_library
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.sprite.originality import Index
from playloom.library import VARIABLE


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A library folder with a walk package, called like the usual one."""
    folder = tmp_path_factory.mktemp("walks")
    tiny_walks.write(folder / "walks")
    return folder


@pytest.fixture(scope="module")
def library(walks: Path, models: Path) -> Iterator[None]:
    """The tiny packages are what this process finds; other test files find theirs again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"{walks}:{models}")
        default_library.cache_clear()
        yield
    default_library.cache_clear()


TRY = ("sprite", "walk", "hero.png", "--experimental")


@pytest.mark.usefixtures("hero")
def test_without_saying_so_nothing_experimental_is_done(run_here: Run, tmp_path: Path) -> None:
    said = run_here("sprite", "walk", "hero.png", "-o", "walk.png", code=2)

    assert "walks are experimental" in said.stderr and "--experimental" in said.stderr
    assert not (tmp_path / "walk.png").exists()


def test_a_sheet_of_one_row_a_direction(run_here: Run, hero: np.ndarray, tmp_path: Path) -> None:
    said = run_here(*TRY, "-o", "walk.png")

    sheet = rgba(tmp_path / "walk.png")
    assert sheet.shape == (64, 64, 4)
    assert (sheet[:16, :16] == hero).all()
    assert "16 frames of 16x16 in 4 directions, all checks passed" in said.stdout


@pytest.mark.usefixtures("hero")
def test_all_formats_tell_the_directions(run_here: Run, tmp_path: Path) -> None:
    names = ("walk.json", "walk.tres", "walk.gif")
    run_here(*TRY, *(part for name in names for part in ("-o", name)), "--frames", "3", "-q")

    sheet = json.loads((tmp_path / "walk.json").read_text())
    tags = [tag["name"] for tag in sheet["meta"]["frameTags"]]
    assert tags == ["walk_down", "walk_left", "walk_right", "walk_up"]
    assert len(sheet["frames"]) == 12
    assert all(one["checks"] for one in sheet["meta"]["playloom_evidence"])
    godot = (tmp_path / "walk.tres").read_text()
    assert all(f'"name": &"{tag}"' in godot for tag in tags)
    assert (tmp_path / "walk.gif").read_bytes()[:6] == b"GIF89a"


@pytest.mark.usefixtures("hero")
def test_the_same_picture_gives_the_same_files(run_here: Run, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        run_here(*TRY, "-o", f"{folder}/walk.json", "-o", f"{folder}/walk.tres", "-o", f"{folder}/walk.gif")

    for name in ("walk.json", "walk.png", "walk.tres", "walk.gif"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.usefixtures("hero")
def test_json_tells_all_frames_and_checks(run_here: Run) -> None:
    told = json.loads(run_here(*TRY, "--json").stdout)

    assert [clip["name"] for clip in told["clips"]][1] == "walk_left"
    assert len(told["frames"]) == 16 and told["files"] == []
    for frame in told["frames"]:
        assert {"ground", "bulk"} <= {c["name"] for c in frame["evidence"]["checks"]} or frame["evidence"][
            "request"
        ]["frame"] == ["down", "stand"]


@pytest.mark.usefixtures("hero")
def test_without_an_output_the_sheet_is_drawn_in_the_terminal(run_here: Run) -> None:
    said = run_here(*TRY)

    assert len([line for line in said.stdout.splitlines() if len(line) == 64]) == 64


@pytest.mark.usefixtures("hero")
@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("-o", "walk.png", "--scale", "3"), "--scale is for .gif"),
        (("-o", "walk.xyz"), "format '.xyz' is unknown"),
        (("-o", "hero.json"), "would be written over hero.png"),
        (("-o", "nowhere/walk.png"), "does not exist"),
        (("--frames", "5"), "frames is 5; choose 3 or 4"),
        (("--milliseconds", "0"), "milliseconds is 0"),
        (("--package", "pixels"), "no walk package is called 'pixels'"),
    ],
)
def test_wrong_use_is_refused(run_here: Run, more: tuple[str, ...], message: str) -> None:
    assert message in run_here(*TRY, *more, code=2).stderr


def test_pictures_that_are_no_figure_are_refused(run_here: Run, hero: np.ndarray, tmp_path: Path) -> None:
    half = hero.copy()
    half[4, 4, 3] = 128
    save(tmp_path / "half.png", half)
    save(tmp_path / "large.png", np.pad(hero, ((0, 8), (0, 8), (0, 0))))
    save(tmp_path / "full.png", np.where(hero[:, :, 3:] > 0, hero, 255).astype(np.uint8))
    (tmp_path / "cut.png").write_bytes((tmp_path / "hero.png").read_bytes()[:60])
    (tmp_path / "text.png").write_text("no picture")

    for name, code, message in (
        ("half.png", 1, "is half transparent"),
        ("large.png", 2, "this package takes 16x16, 32x32"),
        ("full.png", 2, "give a figure on a transparent background"),
        ("cut.png", 1, "cut.png"),
        ("text.png", 1, "text.png"),
    ):
        assert message in run_here("sprite", "walk", name, "--experimental", code=code).stderr
    missing = run_here("sprite", "walk", "gone.png", "--experimental", code=2)
    assert "gone.png" in missing.stderr


def test_from_python_a_sprite_a_file_or_an_array(library: None, hero: np.ndarray, tmp_path: Path) -> None:
    walks = [playloom.walk(given) for given in (sprite(HERO), tmp_path / "hero.png", hero)]

    for walk in walks:
        assert [(frame.rgba == hero).all() for frame in walk.frames[:3]] == [True] * 3
        playloom.write_sprite(walk, tmp_path / "walk.tres")


@pytest.mark.usefixtures("hero")
def test_a_picture_unlike_all_that_was_learnt_from_is_told_of(run_here: Run, tmp_path: Path) -> None:
    for name, learnt in (("hero", sprite(HERO).rgba), ("bar", np.full((2, 16, 4), 255, np.uint8))):
        tiny_walks.write(tmp_path / name, learnt=Index.of([(name, learnt)]))

    like = run_here(*TRY, "--package", "hero", "-o", "walk.png")
    unlike = run_here(*TRY, "--package", "bar", "-o", "walk.png")
    found = json.loads(run_here(*TRY, "--package", "bar", "--json").stdout)

    assert "note" not in like.stderr
    assert re.search(r"hero is like none of the 1 figures that walks learnt from: \d+% of", unlike.stderr)
    assert (tmp_path / "walk.png").is_file() and len(found["notes"]) == 1


@pytest.mark.parametrize("given", [None, 3, np.zeros((16, 16), np.uint8), np.zeros((16, 16, 4), np.float32)])
def test_what_is_no_picture_is_refused(library: None, given: object) -> None:
    with pytest.raises(RequestInvalid, match=r"give a Sprite, a file, or a uint8 array"):
        playloom.walk(given)  # type: ignore[arg-type]
    with pytest.raises(RequestInvalid, match="package is 3"):
        playloom.walk(sprite(HERO), package=3)  # type: ignore[arg-type]


def test_an_array_that_is_half_transparent_and_a_file_that_is_gone_are_refused(
    library: None, hero: np.ndarray, tmp_path: Path
) -> None:
    hero[4, 4, 3] = 200
    with pytest.raises(RequestInvalid, match="half transparent"):
        playloom.walk(hero)
    with pytest.raises(FileInvalid):
        playloom.walk(tmp_path / "gone.png")
