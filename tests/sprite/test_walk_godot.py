"""A walk in Godot: its SpriteFrames are loaded, with every frame and its evidence."""

import base64
from pathlib import Path

import pytest
import tiny_walks
from inspecting import inspect
from pixel_art import HERO, sprite

import playloom


@pytest.mark.godot
@pytest.mark.parametrize("frames", [3, 4])
def test_godot_plays_a_walk_in_four_directions(engine: str, tmp_path: Path, frames: int) -> None:
    tiny_walks.write(tmp_path / "walks")
    walk = playloom.walk(sprite(HERO), package=tmp_path / "walks", frames=frames, milliseconds=125)
    project = tmp_path / "project"
    project.mkdir()
    playloom.write_sprite(walk, project / "hero.tres")

    seen = inspect(engine, project, "hero.tres")

    assert list(seen["clips"]) == ["walk_down", "walk_left", "walk_right", "walk_up"]
    assert all(clip["loop"] and clip["speed"] == 8 for clip in seen["clips"].values())
    shown = [base64.b64decode(one) for clip in seen["clips"].values() for one in clip["pictures"]]
    assert shown == [frame.rgba.tobytes() for frame in walk.frames]
    assert seen["evidence"]["package"] == "walks" and seen["evidence"]["checks"]
