"""`playloom.sprite` and its company: the short Python way."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pixel_art import HERO, sprite
from running import Run

import playloom
from playloom.api.packages import default_library
from playloom.errors import FileInvalid, KindUnknown, RequestInvalid
from playloom.kinds.sprite.palette import as_hex, find_palette


@pytest.fixture
def here(library: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def test_python_and_the_command_line_give_the_same_bytes(here: Path, run_here: Run, hero: np.ndarray) -> None:
    made = playloom.sprite("goblin", palette="pico-8", size=16, steps=3, seed=3, pieces=1, outline="inside")
    playloom.write_sprite(made, here / "python.png", here / "python.json")
    wishes = ("--pieces", "1", "--outline", "inside", "--palette", "pico-8", "--seed", "3")
    run_here("sprite", "goblin", "--steps", "3", "--size", "16", *wishes, "-o", "command.png")

    assert (here / "python.png").read_bytes() == (here / "command.png").read_bytes()
    assert playloom.check_sprite(made).passed and playloom.check_sprite(here / "python.png").passed
    assert playloom.read_sprite(here / "python.png").evidence == made.evidence
    wide = playloom.sprite("goblin", size=16, steps=3, pieces=(1, 9), silhouette=_loose())
    playloom.write_sprite(wide, here / "wide.png")
    assert playloom.check_sprite(here / "wide.png").passed  # to what was asked of it
    assert playloom.check_sprite(wide.rgba).failed == ("pieces", "strays")  # nobody knows what was asked


def _loose() -> np.ndarray:
    shape = np.zeros((16, 16, 4), np.uint8)
    shape[6:, 4:12] = 255
    shape[:5:4, 2::6] = 255  # six pixels, each alone
    return shape


def test_several_sprites_are_those_of_single_calls(here: Path) -> None:
    several = playloom.sprites("goblin", 3, seed=4, size=16, steps=2)

    alone = [playloom.sprite("goblin", seed=seed, size=16, steps=2) for seed in (4, 5, 6)]
    assert [made.pixels.tobytes() for made in several] == [made.pixels.tobytes() for made in alone]


def test_palettes_and_pictures_come_in_any_form(here: Path, hero: np.ndarray) -> None:
    mine = find_palette("pico-8")
    as_text = [as_hex(colour) for colour in mine.colours]
    made = [
        playloom.sprite("goblin", palette=form, size=16, steps=2).pixels.tobytes()
        for form in (mine, "pico-8", as_text)
    ]
    assert len({*made}) == 1
    drawn = sprite(HERO)
    like = [
        playloom.sprite("goblin", like=form, palette=mine, strength=0.2, steps=2).pixels.tobytes()
        for form in (drawn, hero, here / "hero.png", "hero.png")
    ]
    assert len({*like}) == 1


def test_wrong_arguments_are_refused(here: Path, hero: np.ndarray) -> None:
    for wrong, error, says in [
        ({"palette": 3}, RequestInvalid, "palette is 3"),
        ({"palette": ["ff004d"]}, RequestInvalid, "has 1 colours"),
        ({"palette": ["red", "blue"]}, RequestInvalid, "six hexadecimal digits"),
        ({"like": np.zeros((16, 16))}, RequestInvalid, "picture is none"),
        ({"like": np.zeros((16, 16, 4), np.uint8)}, RequestInvalid, "has 0 colours"),
        ({"like": "hero.png", "redo": [(0, 0, 0, 4)]}, RequestInvalid, "part to redo"),
        ({"like": "hero.png", "redo": [(0, 0, 4)]}, RequestInvalid, "part to redo"),
        ({"like": "hero.png", "redo": ["0,0,4,4"]}, RequestInvalid, "part to redo"),
        ({"like": "missing.png"}, FileInvalid, "cannot be read"),
        ({"package": 3}, RequestInvalid, "package is 3"),
        ({"package": "none such"}, KindUnknown, "there are pixels"),
    ]:
        with pytest.raises(error, match=says):
            playloom.sprite("goblin", **wrong)  # type: ignore[arg-type]
    with pytest.raises(RequestInvalid, match="count is 0"):
        playloom.sprites("goblin", 0)
    assert default_library().find("pixels").manifest.kind == "sprite"
