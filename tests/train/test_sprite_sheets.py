"""Sheets: on a grid, by Aseprite's JSON, as animations; what leads out of the folder is not read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_sprites import cut, large, looks, picture, read, save, sheet, thing
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from playloom_train.kinds.sprite.reading.sheet import Grid, cells, find_grid


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 5),
    st.integers(2, 5),
    st.sampled_from([12, 16, 24, 32]),
    st.integers(0, 2),
    st.integers(0, 9999),
)
def test_sheets_are_cut_as_they_were_put_together(
    rows: int, columns: int, side: int, gap: int, seed: int
) -> None:
    sprites = [thing(seed + n, side) for n in range(rows * columns)]
    grid = Grid(side, side, gap, gap)
    whole = sheet(sprites, columns, gap, gap)

    again = [cell for _, _, cell in cells("x", whole, grid)]

    assert all(np.array_equal(one, other) for one, other in zip(again, sprites, strict=True))
    found = find_grid(whole)
    assume(found is not None and not found.doubt)
    assert found is not None
    assert [cut(cell) for _, _, cell in cells("x", whole, found)] == [cut(sprite) for sprite in sprites]


def test_a_sheet_that_shows_no_grid_is_dropped_until_it_is_said(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    noise[:, :, 3] = 255
    save(tmp_path / "noise.png", noise)
    save(tmp_path / "one.png", thing(1))

    assert read(tmp_path).report.reasons() == {"larger than the canvas, and no grid was found": 1}
    assert read(tmp_path, grid=Grid(16, 16)).report.kept == 17
    assert read(tmp_path, grid=Grid(24, 24)).report.reasons() == {"does not fit the grid": 1}


@pytest.mark.parametrize("form", ["hash", "array"])
@pytest.mark.parametrize("factor", [1, 3])
def test_aseprite_s_json_gives_trimmed_frames_and_tags(tmp_path: Path, form: str, factor: int) -> None:
    sprites = [thing(n, 24, margin=4) for n in range(3)]
    whole, frames, left = np.zeros((16, 80, 4), np.uint8), {}, 1
    for number, sprite in enumerate(sprites):
        rows, columns = (np.flatnonzero(sprite[:, :, 3].any(axis=axis)) for axis in (1, 0))
        top, start, high, wide = rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1
        whole[:high, left : left + wide] = sprite[top : top + high, start : start + wide]
        size = {"w": int(wide) * factor, "h": int(high) * factor}
        frames[f"goblin {number}.aseprite"] = {
            "frame": {"x": left * factor, "y": 0, **size},
            "rotated": False,
            "trimmed": True,
            "spriteSourceSize": {"x": int(start) * factor, "y": int(top) * factor, **size},
            "sourceSize": {"w": 24 * factor, "h": 24 * factor},
            "duration": 100,
        }
        left += int(wide) + 2
    listed = [{"filename": name, **frame} for name, frame in frames.items()]
    meta = {
        "image": "goblin.png",
        "frameTags": [{"name": "walk", "from": 1, "to": 2, "direction": "forward"}],
    }
    save(tmp_path / "goblin.png", large(whole, factor))
    document = {"frames": frames if form == "hash" else listed, "meta": meta}
    (tmp_path / "goblin.json").write_text(json.dumps(document))

    found = read(tmp_path)

    assert [picture(example).tobytes() for example in found.examples] == [
        sprite.tobytes() for sprite in sprites
    ]
    assert [example.name for example in found.examples] == [
        "goblin.png#goblin/0",
        "goblin.png#walk/goblin/1",
        "goblin.png#walk/goblin/2",
    ]
    assert {example.group for example in found.examples} == {found.examples[0].group}
    assert {example.category for example in found.examples} == {"creature"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"meta": {"image": "../outside.png"}}, "not readable"),
        ({"frames": {"a": {"frame": {"x": 10, "y": 0, "w": 16, "h": 16}}}}, "outside the sheet"),
        ({"frames": {"a": {"frame": {"x": -1, "y": 0, "w": 16, "h": 16}}}}, "not readable"),
        ({"frames": {"a": {"frame": {"x": 0, "y": 0, "w": 16, "h": 16}, "rotated": True}}},
         "rotated on the sheet"),
        ({"frames": [{"frame": {"x": 0, "y": 0, "w": 16, "h": 16}, "trimmed": True,
                      "spriteSourceSize": {"x": 0, "y": 0, "w": 16, "h": 16},
                      "sourceSize": {"w": 9_999_999, "h": 9_999_999}}]}, "not readable"),
    ],
)  # fmt: skip
def test_a_json_file_leads_nowhere_else(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    save(tmp_path / "outside.png", thing(7))
    save(tmp_path / "art/sheet.png", thing(8))
    save(tmp_path / "art/other.png", thing(9))
    sound = {"frames": {"a": {"frame": {"x": 0, "y": 0, "w": 16, "h": 16}}}, "meta": {"image": "sheet.png"}}
    (tmp_path / "art/sheet.json").write_text(json.dumps(sound | change))

    found = read(tmp_path / "art")

    assert cut(thing(7)) not in looks(found)
    assert found.report.reasons() == {reason: 1}


def test_links_are_not_followed(tmp_path: Path) -> None:
    save(tmp_path / "outside/secret.png", thing(7))
    save(tmp_path / "art/own.png", thing(8))
    (tmp_path / "art/link.png").symlink_to(tmp_path / "outside/secret.png")
    (tmp_path / "art/loop").symlink_to(tmp_path / "art")

    found = read(tmp_path / "art")

    assert looks(found) == {cut(thing(8))}
    assert "2 links were not followed" in found.report.notes


def test_frames_of_an_animation_are_one_group(tmp_path: Path) -> None:
    images = [Image.fromarray(large(thing(n), 2)) for n in range(3)]
    images[0].save(tmp_path / "walk.png", save_all=True, append_images=images[1:], duration=100)
    save(tmp_path / "other.png", thing(9))

    found = read(tmp_path)

    assert [example.name for example in found.examples] == [
        "other.png",
        "walk.png#0",
        "walk.png#1",
        "walk.png#2",
    ]
    assert len({example.group for example in found.examples}) == 2
    assert {cut(thing(n)) for n in (0, 1, 2, 9)} == looks(found)
