"""The same request gives the same bytes over the bridge as from Python: real models, a real process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_process import sidecar, talk

import playloom
from playloom.kinds.quest.world_file import example_text


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with sidecar() as it:
        yield it.port


def ask(port: int, method: str, params: dict[str, Any], payload: bytes = b"") -> Any:
    return talk(port, lambda client: client.ask(method, params, payload=payload))


def test_a_level_is_the_same(port: int, tmp_path: Path) -> None:
    names = ("crypt.json", "crypt.tmx", "crypt.tscn", "crypt.png")
    answer = ask(
        port,
        "level",
        {"theme": "dungeon", "size": [24, 16], "seed": 7, "enemies": [2, None], "keys": 1, "files": names},
    )
    level = playloom.level("dungeon", size=(24, 16), seed=7, enemies=(2, None), keys=1)
    written = playloom.write_level(level, *(tmp_path / name for name in names))

    assert answer.blob("cells") == level.cells.astype("<u2").tobytes()
    assert json.loads(answer.blob("evidence")) == json.loads(json.dumps(level.record()))
    assert level.evidence is not None
    assert answer.result["solution"] == level.evidence.solution
    assert {path.name: path.read_bytes() for path in written} == {
        path.name: answer.blob(path.name) for path in written
    }
    assert answer.progress[0]["fraction"] > 0


def test_pinned_cells_come_in_the_payload_and_stay(port: int) -> None:
    pinned = np.full((16, 16), 255, np.uint8)
    pinned[5, 4:9] = 1
    wire = np.where(pinned == 255, 0xFFFF, pinned.astype("<u2")).astype("<u2").tobytes()
    answer = ask(port, "level", {"theme": "cave", "size": [16, 16], "seed": 3, "pinned": True}, wire)
    level = playloom.level("cave", size=(16, 16), seed=3, pinned=pinned)
    assert answer.blob("cells") == level.cells.astype("<u2").tobytes()
    judged = ask(port, "check", {"kind": "level", "theme": "cave", "size": [16, 16]}, answer.blob("cells"))
    assert judged.result["passed"]
    broken = ask(port, "check", {"kind": "level", "theme": "cave", "size": [16, 16]}, bytes(512))
    assert not broken.result["passed"] and broken.result["checks"][0]["name"] == "start"
    for payload in (b"", wire[:-1], wire + b"\0\0", np.full(256, 300, "<u2").tobytes()):
        refused = ask(port, "level", {"theme": "cave", "size": [16, 16], "pinned": True}, payload)
        assert refused.failure == "request_invalid"


def test_a_chunk_of_an_endless_level_is_the_same_whatever_was_asked_before(port: int) -> None:
    params = {"theme": "cave", "seed": 11, "chunk": [16, 16], "enemies": 1}
    answers = [ask(port, "chunk", params | {"x": x, "y": y}) for x, y in ((2, -1), (0, 0), (2, -1))]
    world = playloom.endless("cave", seed=11, chunk=(16, 16), enemies=1)
    chunks = [world.chunk(x, y) for x, y in ((2, -1), (0, 0), (2, -1))]
    assert [one.blob("cells") for one in answers] == [one.cells.astype("<u2").tobytes() for one in chunks]


def test_a_sprite_is_the_same(port: int, tmp_path: Path) -> None:
    params = {
        "words": "red potion",
        "size": 16,
        "seed": 5,
        "palette": "pico-8",
        "outline": "inside",
        "files": ["a.png"],
    }
    answer = ask(port, "sprite", params)
    sprite = playloom.sprite("red potion", size=16, seed=5, palette="pico-8", outline="inside")
    playloom.write_sprite(sprite, tmp_path / "a.png")
    assert answer.blob("rgba") == sprite.rgba.tobytes()
    assert answer.blob("a.png") == (tmp_path / "a.png").read_bytes()

    wishes = {"words": "red potion", "size": 16, "seed": 6, "palette": "pico-8", "strength": 0.4}
    varied = ask(port, "sprite", wishes | {"like": 16}, sprite.rgba.tobytes())
    own = playloom.sprite("red potion", size=16, seed=6, palette="pico-8", strength=0.4, like=sprite.rgba)
    assert varied.blob("rgba") == own.rgba.tobytes()
    judged = ask(
        port, "check", {"kind": "sprite", "size": [16, 16], "palette": "pico-8"}, answer.blob("rgba")
    )
    assert judged.result["passed"]
    stray = ask(port, "check", {"kind": "sprite", "size": [16, 16]}, bytes([0, 0, 0, 128]) * 256)
    assert not stray.result["passed"]

    walk = ask(port, "walk", {"side": 16}, sprite.rgba.tobytes())
    if not walk.failure:
        moving = playloom.walk(sprite.rgba)
        assert walk.blob("rgba") == np.stack([frame.rgba for frame in moving.frames]).tobytes()


def test_a_quest_is_the_same_also_in_a_world_of_the_clients(port: int, tmp_path: Path) -> None:
    answer = ask(
        port, "quest", {"world": "halcyon", "seed": 4, "depth": 1, "stream": True, "files": ["q.ink"]}
    )
    quest = playloom.quest("halcyon", seed=4, depth=1)
    playloom.write_quest(quest, tmp_path / "quest.json", tmp_path / "q.ink")
    assert answer.blob("quest") == (tmp_path / "quest.json").read_bytes()
    assert answer.blob("q.ink") == (tmp_path / "q.ink").read_bytes()
    assert [one["line"]["text"] for one in answer.progress] == [line.text for line in quest.lines()]
    own = ask(port, "quest", {"seed": 4, "depth": 1}, example_text("halcyon").encode())
    assert own.blob("quest") == answer.blob("quest")


def test_everything_that_can_be_asked_for_is_listed(port: int) -> None:
    def listed(what: str) -> Any:
        return json.loads(ask(port, "list", {"what": what}).blob("list"))

    themes = {style["theme"] for package in listed("themes") for style in package["styles"]}
    assert {"dungeon", "cave", "platformer", "sokoban"} <= themes
    tiles = {tile["name"]: tile["role"] for tile in listed("themes")[-1]["tiles"]}
    assert tiles["wall"] == "wall"
    assert "potion" in listed("words")["words"]
    assert "pico-8" in [palette["name"] for palette in listed("palettes")]
    assert {"kind": "sprite", "name": "pixels"}.items() <= next(
        one for one in listed("packages") if one["kind"] == "sprite"
    ).items()
