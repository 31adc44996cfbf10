"""The addon in the real engine against the real server: every method, and the bytes that Python makes."""

import json
from pathlib import Path

import numpy as np
from addon_project import Project, serving

import playloom


def test_every_method_gives_the_bytes_of_python(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with serving(tmp_path) as server:
        project.passes("test_server.gd", out=out, **server)

    def made(name: str) -> bytes:
        return (out / name).read_bytes()

    level = playloom.level("dungeon", size=(24, 16), seed=7, enemies=(2, None), keys=1)
    assert made("level.cells") == level.cells.astype("<u2").tobytes()
    for path in playloom.write_level(level, tmp_path / "crypt.tscn", tmp_path / "crypt.png"):
        assert made(f"level.{path.name}") == path.read_bytes(), path.name
    pinned = playloom.level("dungeon", size=(24, 16), seed=8, pinned=level.cells)
    assert made("pinned.cells") == pinned.cells.astype("<u2").tobytes()
    assert json.loads(made("check.result"))["passed"] is True
    chunk = playloom.endless("cave", seed=7, chunk=(16, 16)).chunk(-3, 2)
    assert made("chunk.cells") == chunk.cells.astype("<u2").tobytes()
    palette = ["1a1c2c", "ff004d", "29adff", "ffccaa", "ffffff"]
    sprite = playloom.sprite("knight", size=32, seed=3, palette=palette, engine="fast")
    assert made("sprite.rgba") == sprite.rgba.tobytes()
    frames = [frame.rgba for frame in playloom.walk(sprite.rgba).frames]
    assert made("walk.rgba") == np.stack(frames).tobytes()
    quest = playloom.quest("thornford", seed=4)
    playloom.write_quest(quest, tmp_path / "quest.json", tmp_path / "q.ink")
    assert made("quest.quest") == (tmp_path / "quest.json").read_bytes()
    assert made("quest.q.ink") == (tmp_path / "q.ink").read_bytes()
    assert json.loads(made("list.list")) == ["halcyon", "saltmouth", "thornford"]
