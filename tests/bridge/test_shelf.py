"""Model packages in memory: within the budget, the least used goes first, what is lent stays."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

import playloom
from playloom.errors import KindUnknown
from playloom.library import Library
from playloom_bridge.making.shelf import FACTOR, FLOOR, Shelf

SHIPPED = Path(playloom.__file__).parent / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("topdown", "sideview", "sokoban"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_what_was_used_longest_ago_goes_when_the_budget_is_full(folder: Path) -> None:
    one = FLOOR + FACTOR * sum(path.stat().st_size for path in (folder / "topdown").iterdir())
    shelf = Shelf(2 * one + FLOOR, Library([folder]))
    roots = {name: shelf.root("level", name) for name in ("topdown", "sideview", "sokoban")}
    loaded = {}
    for name in ("topdown", "sideview", "topdown", "sokoban"):
        with shelf.generator("level", roots[name]) as generator:
            loaded.setdefault(name, generator)
            assert shelf.estimated <= 2 * one + FLOOR
    with shelf.generator("level", roots["topdown"]) as generator:
        assert generator is loaded["topdown"]
    with shelf.generator("level", roots["sideview"]) as generator:
        assert generator is not loaded["sideview"]


def test_what_is_lent_stays_and_who_needs_its_room_waits(folder: Path) -> None:
    shelf = Shelf(1, Library([folder]))
    order: list[str] = []

    def second() -> None:
        with shelf.generator("level", shelf.root("level", "sideview")):
            order.append("second")

    with shelf.generator("level", shelf.root("level", "topdown")) as first:
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        assert first.themes and waiting.is_alive()
        order.append("first")
    waiting.join(60)
    assert order == ["first", "second"]


def test_a_package_is_found_by_its_name_alone(folder: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(folder)
    shelf = Shelf(1 << 30, Library([folder / "topdown"]))
    assert shelf.root("level", "topdown") == folder / "topdown"
    for name in ("sideview", "./sideview", "..", ""):
        with pytest.raises(KindUnknown):
            shelf.root("level", name)
