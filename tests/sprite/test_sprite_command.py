"""Finishing, sheets, tiles, palettes and words: on pictures that Pillow wrote, and files that others read."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pixel_art import PICO, texture
from running import Run, rgba, save

from playloom.kinds.level.formats.terrain.wang import read_sheet
from playloom.kinds.sprite.formats.palette_file import read_palette
from playloom.kinds.sprite.measure import SEAM_HIGH, seam
from playloom.kinds.sprite.palette import find_palette, known_palettes


def test_what_cannot_be_cleaned_says_why(run_here: Run, tmp_path: Path) -> None:
    save(tmp_path / "flat.png", np.full((16, 16, 4), 255, np.uint8))
    save(tmp_path / "large.png", np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8))

    assert (
        "flat.png: a single colour" in run_here("sprite", "clean", "flat.png", "-o", "x.png", code=1).stderr
    )
    assert "larger than the canvas" in run_here("sprite", "clean", "large.png", "-o", "x.png", code=1).stderr
    assert not (tmp_path / "x.png").exists()


def test_a_sprite_is_recoloured_and_its_shading_kept(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    run_here("sprite", "finish", "hero.png", "--palette", "grey-4", "-o", "grey.png")

    grey = rgba(tmp_path / "grey.png")
    shown = hero[:, :, 3] > 0
    assert np.array_equal(grey[:, :, 3] > 0, shown)
    assert {tuple(c) for c in grey[shown][:, :3].tolist()} <= set(find_palette("grey-4").colours)
    lightness = hero[shown][:, :3].astype(int) @ (2, 7, 1)
    after = grey[shown][:, 0].astype(int)
    dark, light = lightness.argmin(), lightness.argmax()
    assert after[dark] < after[light]
    complaint = run_here(
        "sprite", "finish", "hero.png", "--palette", "grey-4", "--match", "distinct", "-o", "x.png", code=2
    )
    assert "5 colours cannot stay distinct" in complaint.stderr


def test_outline_and_shadow_come_on_top(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    run_here(
        "sprite", "finish", "hero.png", "--outline", "outside", "--shadow", "-o", "big.png", "-o", "big.gif"
    )

    big = rgba(tmp_path / "big.png")
    inside = hero[:, :, 3] > 0
    assert np.array_equal(big[inside], hero[inside])
    added = (big[:, :, 3] > 0) & ~inside
    assert added.any() and (big[added] == (0, 0, 0, 255)).all()
    full = np.full((16, 16, 4), 255, np.uint8)
    full[4:9] = (9, 9, 9, 255)
    save(tmp_path / "full.png", full)
    complaint = run_here("sprite", "finish", "full.png", "--outline", "outside", "-o", "x.png", code=2).stderr
    assert "touches the edge" in complaint
    run_here("sprite", "finish", "full.png", "--pad", "1", "--outline", "outside", "-o", "room.png")
    assert rgba(tmp_path / "room.png").shape == (18, 18, 4)


def test_frames_become_a_sheet_that_others_read(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    for shift in range(4):
        save(tmp_path / f"walk-{shift}.png", np.roll(hero, shift - 1, 1))
    names = [f"walk-{shift}.png" for shift in range(4)]
    clips = ("--clip", "left=2", "--clip", "right=2", "--milliseconds", "120")

    run_here("sprite", "sheet", *names, *clips, "-o", "walk.json", "-o", "walk.gif", "--scale", "2")

    told = json.loads((tmp_path / "walk.json").read_text())
    whole = rgba(tmp_path / told["meta"]["image"])
    for number, frame in enumerate(told["frames"].values()):
        at = frame["frame"]
        cut = whole[at["y"] : at["y"] + at["h"], at["x"] : at["x"] + at["w"]]
        assert np.array_equal(cut, np.roll(hero, number - 1, 1)) and frame["duration"] == 120
    assert [(t["name"], t["from"], t["to"]) for t in told["meta"]["frameTags"]] == [
        ("left", 0, 1),
        ("right", 2, 3),
    ]
    with Image.open(tmp_path / "walk.gif") as image:
        assert image.n_frames == 4 and image.size == (32, 32)
    run_here("sprite", "sheet", "walk.gif", "-o", "again.png", code=0)
    assert (
        "clips are 3 frames, the pictures 4"
        in run_here("sprite", "sheet", *names, "--clip", "a=3", "-o", "x.json", code=2).stderr
    )


def test_two_textures_become_a_terrain_that_levels_are_drawn_in(
    run: Run, tmp_path: Path, hero: np.ndarray
) -> None:
    save(tmp_path / "grass.png", texture(1, (4, 12, 12, 12)).rgba)
    save(tmp_path / "dirt.png", texture(2, (5, 5, 5, 6)).rgba)
    save(tmp_path / "door.png", hero[::-1])
    objects = ("--object", "start=hero.png", "--object", "exit=door.png")

    run("sprite", "tiles", "grass.png", "dirt.png", *objects, "-o", "land.tsx", "--mapping", "land.toml")

    sheet = rgba(tmp_path / "land.png")
    assert np.array_equal(sheet[-16:, :16], hero) and np.array_equal(sheet[-16:, 16:32], hero[::-1])
    assert read_sheet(tmp_path / "land.tsx")
    map_rows = ["########", "#<....>#", "#.##...#", "#.##...#", *["#......#"] * 3, "########"]
    (tmp_path / "map.txt").write_text("\n".join(map_rows) + "\n")
    done = run("level", "convert", "map.txt", "--tileset", "land.toml", "-o", "map.tmx")
    assert "no tile that fits" not in done.stderr and "lacks" not in done.stderr
    placed = {int(number) for number in re.findall(r"\d+", (tmp_path / "map.tmx").read_text())}
    assert {1 + 48, 1 + 49} <= placed  # of 48 pictures of terrain, counted from 1


def test_a_terrain_of_godot_holds_its_objects(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    save(tmp_path / "grass.png", texture(1, (4, 12, 12, 12)).rgba)
    words = ("grass.png", "--set", "corner", "--object", "start=hero.png", "-o", "land.tres")

    run_here("sprite", "tiles", *words, "--mapping", "land.toml", "--tileset-path", "res://land.tres")

    assert '"start" = [0, 7, 1]' in (tmp_path / "land.toml").read_text()
    assert "\n7:1/0 = 0\n" in (tmp_path / "land.tres").read_text()
    complaint = run_here("sprite", "tiles", *words, "--mapping", "land.toml", code=2).stderr
    assert "--tileset-path res://land.tres" in complaint
    save(tmp_path / "wide.png", np.pad(hero, ((0, 0), (0, 4), (0, 0))))
    wide = ("grass.png", "--object", "start=wide.png", "-o", "x.tsx")
    assert "picture of 'start' is 20x16" in run_here("sprite", "tiles", *wide, code=2).stderr


def test_a_texture_is_made_seamless(run_here: Run, tmp_path: Path) -> None:
    ramp = np.zeros((16, 16, 4), np.uint8)
    ramp[..., 3] = 255
    ramp[..., 0] = (np.arange(16) // 2 * 30)[None]
    save(tmp_path / "ramp.png", ramp)
    done = run_here("sprite", "tiles", "ramp.png", "-o", "land.tsx")
    assert "its opposite edges do not meet" in done.stderr

    run_here("sprite", "finish", "ramp.png", "--seamless", "-o", "whole.png")

    assert seam(rgba(tmp_path / "whole.png")) < seam(ramp)
    assert seam(ramp) > SEAM_HIGH


def test_palettes_are_listed_with_their_makers(run: Run) -> None:
    listed = run("sprite", "palette", "list").stdout

    assert all(name in listed and one.author in listed for name, one in known_palettes().items())
    documents = json.loads(run("sprite", "palette", "list", "--json").stdout)
    assert len(documents) == len(known_palettes())
    shown = run("sprite", "palette", "show", "PICO-8").stdout
    assert "Joseph White" in shown and "#ff004d" in shown


@pytest.mark.parametrize("suffix", [".hex", ".gpl", ".pal", ".png"])
def test_a_palette_goes_through_every_format(run_here: Run, tmp_path: Path, suffix: str) -> None:
    run_here("sprite", "palette", "convert", "pico-8", "-o", f"p{suffix}")
    run_here("sprite", "palette", "convert", f"p{suffix}", "-o", "back.hex")

    assert read_palette(tmp_path / "back.hex").palette.colours == PICO.colours


def test_a_palette_is_taken_out_of_a_picture(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    done = run_here("sprite", "palette", "extract", "hero.png", "-n", "8", "-o", "hero.gpl")

    assert done.stdout.startswith("5 colours")  # it has no more
    used = {tuple(c) for c in hero[hero[:, :, 3] > 0][:, :3].tolist()}
    assert set(read_palette(tmp_path / "hero.gpl").palette.colours) == used
    run_here("sprite", "palette", "extract", "hero.png", "-n", "1", "-o", "x.hex", code=2)
    run_here("sprite", "palette", "convert", "pico-8", "--riff", "-o", "x.hex", code=2)
    assert not (tmp_path / "x.hex").exists()


def test_words_lists_what_the_model_knows(run_here: Run) -> None:
    told = json.loads(run_here("sprite", "words", "--json").stdout)

    assert told["categories"] == {"creature": 80, "terrain-floor": 20, "weapon": 10}
    assert told["styles"] == {"plain": 50, "round": 60}
    assert told["words"]["axe"] == 17
    only = run_here("sprite", "words", "--category", "weapon").stdout
    assert "axe, sword, battleaxe, red" in only and "goblin" not in only
    run_here("sprite", "words", "--category", "ship", code=2)


@pytest.mark.parametrize(
    "wrong",
    [
        ("check",),
        ("check", "missing.png"),
        ("check", "hero.png", "--tile", "--margin", "1"),
        ("check", "hero.png", "--size", "0"),
        ("check", "hero.png", "--size", "a"),
        ("check", "hero.png", "--palette", "none such"),
        ("clean", "hero.png"),
        ("clean", "hero.png", "-o", "x.gif"),
        ("finish", "hero.png", "-o", "x.bmp"),
        ("finish", "hero.png", "-o", "x.png", "--scale", "0"),
        ("sheet", "hero.png", "-o", "x.json", "--clip", "walk"),
        ("sheet", "hero.png", "-o", "x.json", "--scale", "2"),
        ("sheet", "hero.png", "-o", "x.json", "--milliseconds", "0"),
        ("sheet", "hero.png", "-o", "hero.json"),  # whose picture would go over the one that is read
        ("finish", "hero.png", "-o", "./hero.json"),
        ("tiles", "hero.png", "-o", "hero.tsx"),
        ("goblin", "--like", "hero.png", "-o", "hero.json"),
        ("tiles", "hero.png", "-o", "x.tsx"),
        ("tiles", "hero.png", "-o", "x.tsx", "--draw", "wall=hero"),
        ("tiles", "hero.png", "-o", "x.png"),
        ("palette", "show", "none such"),
        ("palette", "convert", "pico-8", "-o", "x.txt"),
    ],
)
def test_wrong_use_is_exit_code_2_and_writes_nothing(
    run_here: Run, tmp_path: Path, hero: np.ndarray, wrong: tuple[str, ...]
) -> None:
    done = run_here("sprite", *wrong, code=2)

    assert done.stdout == "" and done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"hero.png"}
