"""`playloom sprite check` and `clean` on pictures of anybody, the hostile ones included."""

import json
import time
from pathlib import Path

import numpy as np
import tiny_sprites
from hostile_images import REFUSED, make
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from running import Run, rgba, save

from playloom.kinds.sprite.originality import Index


def findings(run_here: Run, *arguments: str, code: int = 1) -> tuple[list[str], list[str]]:
    """Return the checks that failed, and what was found where."""
    [document] = [
        json.loads(line)
        for line in run_here("sprite", "check", *arguments, "--json", code=code).stdout.splitlines()
    ]
    failed = [check["name"] for check in document["checks"] if not check["passed"]]
    assert document["passed"] == (not failed)
    return failed, [f"{one['check']} {one['x']},{one['y']}" for one in document["findings"]]


def test_a_sound_sprite_of_anybody_passes(run: Run, hero: np.ndarray) -> None:
    wishes = (
        "--size",
        "16x16",
        "--palette",
        "pico-8",
        "--margin",
        "1",
        "--baseline",
        "ground",
        "--pieces",
        "1",
    )
    done = run("sprite", "check", "hero.png", *wishes)

    assert done.stdout.startswith(("✓ hero.png: passed", "ok hero.png: passed"))
    assert run("sprite", "check", "hero.png", "-q").stdout == ""


def test_every_breach_is_found_where_it_is(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    spoilt = hero.copy()
    spoilt[2, 14] = (255, 0, 77, 255)  # alone
    spoilt[0, 5] = (1, 2, 3, 255)  # in the margin and of no palette
    spoilt[5, 7, 3] = 100  # half transparent
    save(tmp_path / "spoilt.png", spoilt)

    failed, places = findings(run_here, "spoilt.png", "--palette", "pico-8", "--margin", "1")

    assert failed == ["alpha", "palette", "margin", "strays"]
    assert places == ["alpha 7,5", "palette 5,0", "margin 5,0", "strays 14,2"]
    text = run_here("sprite", "check", "spoilt.png", code=1).stdout
    assert "strays at 14,2: stands alone; clear it or join it" in text


def test_options_of_the_contract_reach_it(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    assert findings(run_here, "hero.png", "--size", "32")[0] == ["size"]
    assert findings(run_here, "hero.png", "--palette", "game-boy")[0] == ["palette"]
    assert findings(run_here, "hero.png", "--colours", "3")[0] == ["palette"]
    assert findings(run_here, "hero.png", "--margin", "3")[0] == ["margin"]
    assert findings(run_here, "hero.png", "--baseline", "ground")[0] == ["baseline"]
    assert findings(run_here, "hero.png", "--pieces", "2..3")[0] == ["pieces"]
    assert findings(run_here, "hero.png", "--tile")[0] == ["filling"]
    stray = hero.copy()
    stray[2, 14] = hero[2, 6]
    save(tmp_path / "stray.png", stray)
    assert findings(run_here, "stray.png")[0] == ["strays"]
    assert findings(run_here, "stray.png", "--strays", "1", code=0)[0] == []


def test_an_enlarged_picture_is_not_on_the_grid_until_it_is_cleaned(
    run_here: Run, tmp_path: Path, hero: np.ndarray
) -> None:
    large = hero.repeat(5, 0).repeat(5, 1)
    large[large[:, :, 3] == 0] = (255, 0, 255, 255)
    save(tmp_path / "bought.png", large)
    assert "grid" in findings(run_here, "bought.png")[0]

    done = run_here("sprite", "clean", "bought.png", "-o", "hero2.png")

    assert "80x80 to 16x16; enlarged 5 times; background #ff00ff made transparent" in done.stdout
    assert np.array_equal(rgba(tmp_path / "hero2.png"), hero)
    run_here("sprite", "check", "hero2.png")


def test_one_of_ours_is_held_to_what_was_asked_until_somebody_changes_it(
    run_here: Run, tmp_path: Path
) -> None:
    wishes = ("--size", "16", "--steps", "3", "--margin", "2", "--palette", "pico-8")
    run_here("sprite", "goblin", *wishes, "-o", "made.png", "-q")
    run_here("sprite", "check", "made.png")
    assert findings(run_here, "made.png", "--margin", "7")[0] == ["margin"]  # an option goes before

    changed = np.roll(rgba(tmp_path / "made.png"), 1, 0)
    with Image.open(tmp_path / "made.png") as image:
        notes = {name: text for name, text in image.info.items() if isinstance(text, str)}
    info = PngInfo()
    for name, text in notes.items():
        info.add_text(name, text)
    save(tmp_path / "edited.png", changed, pnginfo=info)

    done = run_here("sprite", "check", "edited.png", "--margin", "1")
    assert "speaks of other pixels" in done.stdout


def test_an_animation_is_checked_frame_by_frame(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    frames = [Image.fromarray(np.roll(hero, shift, 1)) for shift in (0, 1)]
    lone = hero.copy()
    lone[0, 0] = (255, 0, 77, 255)
    frames.append(Image.fromarray(lone))
    frames[0].save(tmp_path / "walk.png", save_all=True, append_images=frames[1:], duration=100)

    done = run_here("sprite", "check", "walk.png", "--json", code=1)

    assert [json.loads(line)["passed"] for line in done.stdout.splitlines()] == [True, True, False]


def test_hostile_pictures_are_judged_or_refused_and_nothing_else(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    wanted = make(folder)
    begun = time.monotonic()

    done = run("sprite", "check", *(f"hostile/{name}" for name in sorted(wanted)), "--json", code=1)

    assert time.monotonic() - begun < 100
    seen = {Path(d["file"].split(", frame")[0]).name: d for d in map(json.loads, done.stdout.splitlines())}
    assert seen.keys() == wanted.keys()
    for name, outcome in wanted.items():
        if outcome == REFUSED:
            assert seen[name]["error"]["code"] == "file_invalid", name
    for command in (
        ("clean", "hostile/4096x4096.png", "-o", "x.png"),
        ("finish", "hostile/announced_50000x50000.png", "-o", "x.png"),
        ("finish", "hostile/4096x4096.png", "--palette", "pico-8", "-o", "x.png"),
        ("sheet", "hostile/cut_at_60.png", "-o", "x.json"),
        ("palette", "extract", "hostile/4096x4096.png", "-o", "x.hex"),
        ("tiles", "hostile/1x1.png", "-o", "x.tsx"),
        ("goblin", "--like", "hostile/many_frames.gif", "-o", "x.png"),
    ):
        complaint = run("sprite", *command, code=1).stderr
        assert complaint.startswith("playloom: ") and len(complaint) < 500
    assert {path.name for path in tmp_path.iterdir()} == {"hostile"}


def test_a_copy_of_the_training_data_is_found(run_here: Run, tmp_path: Path, hero: np.ndarray) -> None:
    index = Index.of([("the hero", hero)])
    tiny_sprites.write(tmp_path / "own", originals=index.arrays())
    save(tmp_path / "moved.png", np.roll(hero[:, ::-1], 2, 1))

    assert findings(run_here, "moved.png", "--package", "./own")[0] == ["original"]
    assert findings(run_here, "moved.png", code=0)[0] == []
