"""From messy folders and atlases to training data, through the front door."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_sprites import (
    INKS,
    cut,
    large,
    looks,
    on_ground,
    picture,
    read,
    recoloured,
    save,
    sheet,
    thing,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playloom.errors import FileInvalid
from playloom.kinds.sprite.clean import Cleaning
from playloom.kinds.sprite.quantise import tokens_of
from playloom_train.kinds.sprite.duplicates import find_same, pattern
from playloom_train.kinds.sprite.labels import Label, guess, read_labels
from playloom_train.kinds.sprite.reading.atlas import AtlasChoice
from playloom_train.splits import FEW, split

COMMAND = str(Path(sys.executable).with_name("playloom"))


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *map(str, words)], capture_output=True, text=True, check=False)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """Sprites as people have them: enlarged, on coloured ground, in a sheet; and files that are none."""
    folder = tmp_path / "art"
    for n in range(4):
        save(folder / f"monsters/slime_{n}.png", large(thing(n), 4))
        save(
            folder / f"weapons/FireSword{n}.png", large(on_ground(thing(10 + n), (255, 0, 255)), 3)[:, :, :3]
        )
    save(folder / "food.png", large(on_ground(sheet([thing(20 + n) for n in range(12)], 4), (16, 32, 48)), 2))
    save(folder / "monsters/slime_0_copy.png", large(thing(0), 4))
    save(folder / "monsters/slime_red.png", large(recoloured(thing(1)), 4))
    save(folder / "monsters/slime_left.png", large(thing(2)[:, ::-1], 4))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n no")
    (folder / "old.aseprite").write_bytes(b"x")
    return folder


def test_messy_pictures_come_out_as_they_were_drawn(messy: Path) -> None:
    sprites = read(messy)

    drawn = [*(thing(n) for n in (*range(4), *range(10, 14), *range(20, 32)))]
    assert {cut(one) for one in drawn} <= looks(sprites)
    assert sprites.report.kept == len(drawn) + 2
    assert sprites.report.reasons() == {"not readable": 1, "an exact copy": 1}
    assert sprites.report.enlarged == {4: 7, 3: 4, 2: 12}
    assert sprites.report.backgrounds == {"#ff00ff": 4, "#102030": 12}
    assert sprites.report.categories == {"creature": 6, "weapon": 4, "food": 12}
    assert any("old.aseprite" in note or ".aseprite" in note for note in sprites.report.notes)


def test_recolours_and_mirrored_ones_are_of_one_group(messy: Path) -> None:
    groups = {example.name: example.group for example in read(messy).examples}

    assert groups["monsters/slime_1.png"] == groups["monsters/slime_red.png"]
    assert groups["monsters/slime_2.png"] == groups["monsters/slime_left.png"]
    assert len(set(groups.values())) == len(groups) - 2


def test_the_command_shows_what_would_be_trained_on(messy: Path, tmp_path: Path) -> None:
    shown = run("train", "sprite", messy, "--dry-run", "--picture", tmp_path / "sheet.png")
    counted = run("train", "sprite", messy, "--dry-run", "--json")

    assert shown.returncode == counted.returncode == 0, shown.stderr
    assert "dropped: an exact copy" in shown.stdout
    assert "slime_0_copy.png (of monsters/slime_0.png)" in " ".join(shown.stdout.split())
    document = json.loads(counted.stdout)
    assert document["kept"] == 22
    assert document["dropped"]["not readable"]["examples"][0]["name"] == "broken.png"
    with Image.open(tmp_path / "sheet.png") as image:
        colours = {tuple(c) for c in np.array(image.convert("RGB")).reshape(-1, 3).tolist()}
    assert {tuple(c) for c in INKS[:, :3].tolist()} <= colours
    assert run("train", "sprite", messy).returncode != 0  # neither a package nor --dry-run


def test_drafted_labels_are_read_back_and_obeyed(messy: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.toml"
    assert run("train", "sprite", messy, "--draft-labels", labels).returncode == 0
    again = run("train", "sprite", messy, "--draft-labels", labels)
    text = labels.read_text()

    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert '"weapons/FireSword0.png" = "weapon: fire sword weapon"' in text
    before = {example.name: (example.category, example.tags) for example in read(messy).examples}
    after = {
        example.name: (example.category, example.tags) for example in read(messy, labels=labels).examples
    }
    assert before == after
    labels.write_text('[folders]\nmonsters = "item: blob"\n[sprites]\n"food.png#r0c*" = "-"\n')
    changed = {
        example.name: (example.category, example.tags) for example in read(messy, labels=labels).examples
    }
    assert changed["monsters/slime_3.png"] == ("item", ("blob",))
    assert sorted(changed.keys() ^ before.keys()) == [f"food.png#r0c{n}" for n in range(4)]


def test_a_line_of_labels_that_fits_nothing_is_told_of(messy: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.toml"
    labels.write_text(
        '[folders]\nmonster = "creature"\n[sprites]\n"*/Fire*" = "weapon"\n"food.png" = "food"\n'
    )

    notes = read(messy, labels=labels).report.notes

    assert [note for note in notes if "no sprite is called" in note] == [
        f"{labels}: no sprite is called monster"
    ]


def test_labels_that_cannot_be_are_refused_with_their_line(tmp_path: Path) -> None:
    labels = tmp_path / "labels.toml"
    for text, said in (
        ('[sprites]\n"a.png" = "weapons: sword"\n', r"labels\.toml, line 2.*did you mean 'weapon'"),
        ("[tiles]\n", "unknown field"),
        ("not toml", r"\[folders\] and \[sprites\]"),
    ):
        labels.write_text(text)
        with pytest.raises(FileInvalid, match=said):
            read_labels(labels)


@pytest.mark.parametrize(
    ("name", "category", "tags"),
    [
        ("weapons/fire_sword_02.png", "weapon", ("fire", "sword", "weapon")),
        ("GoblinArcher-32x32.png", "creature", ("goblin", "archer")),
        ("enemies/knight_walk_left_3.png", "creature", ("knight", "enemy")),
        ("misc/red potion.png", "potion", ("red", "potion", "misc")),
        ("tiles/mossy_bricks.png", "terrain-wall", ("mossy", "brick")),
        ("tiles/flower_3.png", "terrain-floor", ("flower",)),
        ("dungeon/statue_orb.png", "decor", ("statue", "orb", "dungeon")),
        ("items/wolves.png", "creature", ("wolf", "item")),
        ("a/b/0001.png", None, ()),
    ],
)
def test_names_say_what_a_sprite_is(name: str, category: str | None, tags: tuple[str, ...]) -> None:
    assert guess(name) == Label(category, tags)


def atlas(folder: Path) -> None:
    """Eight sprites of our atlas format: of two tiers, one synthetic, one a further frame, two alike."""
    sprites = [*(thing(n) for n in range(7)), thing(0)]
    save(folder / "page.png", sheet(sprites, 4))
    lines = []
    for n in range(8):
        line = {
            "id": f"s{n}", "atlas": "page.png", "x": n % 4 * 16, "y": n // 4 * 16, "w": 16, "h": 16,
            "source": "tiny", "licence": "MIT" if n == 1 else "CC0-1.0", "tier": "mit" if n == 1 else "cc0",
            "category": "creature", "tags": ["orc"], "static": n != 2, "synthetic": n == 3, "group": f"g{n}",
            "split": "heldout" if n == 7 else "val" if n == 4 else "train", "anim": None, "more": [1],
        }  # fmt: skip
        lines.append(json.dumps(line))
    (folder / "index.jsonl").write_text("\n".join(lines) + "\n")


def test_an_atlas_is_filtered_and_its_splits_stand(tmp_path: Path) -> None:
    atlas(tmp_path)

    found = {example.name: example for example in read(tmp_path).examples}
    everything = read(tmp_path, atlas=AtlasChoice(tiers=(), static=False, synthetic_weight=0)).examples

    assert sorted(found) == [
        "s3",
        "s4",
        "s5",
        "s6",
        "s7",
    ]  # s0 is trained on and held out as s7: that one stays
    assert (found["s3"].weight, found["s5"].weight) == (0.25, 1.0)
    assert (found["s4"].split, found["s7"].split, found["s5"].split) == ("val", "heldout", "train")
    assert found["s5"].tags == ("orc",)
    assert picture(found["s5"]).tobytes() == thing(5).tobytes()
    assert sorted(example.name for example in everything) == ["s1", "s2", "s4", "s5", "s6", "s7"]


def test_the_drawing_of_one_that_is_set_aside_is_not_trained_on(tmp_path: Path) -> None:
    atlas(tmp_path)
    sprites = [*(thing(n) for n in range(7)), recoloured(thing(5))[:, ::-1]]
    save(tmp_path / "page.png", sheet(sprites, 4))

    read_ = read(tmp_path)

    assert read_.report.kept == 5
    assert read_.report.reasons()["the drawing of one that is set aside"] == 1
    names = {one.name: one.split for one in read_.examples}
    (left_out,) = read_.report.left_out["the drawing of one that is set aside"]
    aside = left_out.detail.split(",")[0]
    assert left_out.name not in names
    assert names[aside] != "train"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"atlas": "../page.png"}, "beside the index"),
        ({"x": 60}, "not inside page.png"),
        ({"category": "dragons"}, "category 'dragons'"),
        ({"w": "16"}, "not a sprite"),
    ],
)
def test_a_damaged_index_is_refused_with_its_line(tmp_path: Path, damage: dict[str, Any], said: str) -> None:
    atlas(tmp_path)
    lines = (tmp_path / "index.jsonl").read_text().splitlines()
    lines[4] = json.dumps(json.loads(lines[4]) | damage)
    (tmp_path / "index.jsonl").write_text("\n".join(lines))

    with pytest.raises(FileInvalid, match=f"line 5.*{said}"):
        read(tmp_path)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 9999), st.integers(0, 9999))
def test_a_pattern_is_the_drawing_without_its_colours(seed: int, other: int) -> None:
    rng = np.random.default_rng(seed)
    tokens = rng.integers(0, 5, (9, 7)).astype(np.uint8)
    order = np.append(0, 1 + np.random.default_rng(other).permutation(4)).astype(np.uint8)

    assert pattern(order[tokens]) == pattern(tokens)
    changed = tokens.copy()
    changed[4, 3] = (tokens[4, 3] + 1) % 5
    assert pattern(changed) != pattern(tokens) or len(np.unique(changed)) != len(np.unique(tokens))


def test_near_copies_are_grouped_and_other_things_are_not() -> None:
    blinking = thing(0, 24)
    blinking[10:12, 10:13] = INKS[0]
    moved = np.roll(thing(1, 24, margin=3), (1, 2), axis=(0, 1))
    moved[12, 12] = INKS[2]
    sprites = [thing(0, 24), blinking, thing(1, 24, margin=3), moved[:, ::-1], thing(2, 24), thing(3, 24)]

    same = find_same([tokens_of(sprite) for sprite in sprites], [""] * 6)

    assert same.group == (0, 0, 2, 2, 4, 5)
    assert same.counts == {"near copies": 2}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=80), st.integers(0, 999))
def test_splits_hold_groups_together_and_leave_enough(sizes: list[int], salt: int) -> None:
    keys = [f"{salt}/{n}" for n in range(len(sizes))]
    sides = split(keys, sizes)
    shuffled = split(keys[::-1], sizes[::-1])[::-1]

    assert sides == shuffled
    total = sum(sizes)
    count = {side: sum(n for n, one in zip(sizes, sides, strict=True) if one == side) for side in set(sides)}
    if total < FEW:
        assert set(sides) == {"train"}
    assert count["train"] >= 0.5 * total
    small = [n for n in sizes if n <= max(1, total // 10)]
    if total >= FEW and len(small) >= 4:
        assert count["val"] >= 1
        assert count["heldout"] >= 1


def test_one_canvas_for_all_and_what_is_larger_is_dropped(tmp_path: Path) -> None:
    save(tmp_path / "small.png", thing(1, 16))
    save(tmp_path / "large.png", thing(2, 32))

    found = read(tmp_path, cleaning=Cleaning(size=24))

    assert [example.tokens.shape for example in found.examples] == [(24, 24)]
    assert found.report.reasons() == {"larger than the canvas": 1}


def test_nothing_to_train_on_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no")

    with pytest.raises(FileInvalid, match=r"no sprite is left to train on \(1 not readable\)"):
        read(tmp_path)
    (tmp_path / "broken.png").unlink()
    with pytest.raises(FileInvalid, match="no picture is there"):
        read(tmp_path)
