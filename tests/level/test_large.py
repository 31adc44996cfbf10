"""Large maps: made by windows without a seam, written and read whole, drawn small enough to open."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

import playloom
from playloom.errors import RequestInvalid
from playloom.kinds.level import formats, windows
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import overview
from playloom.kinds.level.formats.preview import preview
from playloom.kinds.level.vocabulary import CORE


def test_a_level_has_the_same_bytes_by_windows_and_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def make() -> bytes:
        level = playloom.level("dungeon", size=(210, 150), seed=5, steps=2)
        return formats.WRITERS[".json"](level, "level")["level.json"]

    at_once = make()
    monkeypatch.setattr(windows, "AREA_HIGH", 100)
    monkeypatch.setattr(windows, "CORE", 80)

    assert make() == at_once


@given(side=st.integers(1, 1024), multiple=st.integers(1, 64))
def test_windows_cover_a_side_and_show_all_that_matters(side: int, multiple: int) -> None:
    spans = list(windows.spans(side, multiple))

    assert spans[0][0].start == 0
    assert spans[-1][0].stop == side
    assert all(one.stop == other.start for (one, _), (other, _) in pairwise(spans))
    for kept, shown in spans:
        assert shown.start == 0 or (shown.start % multiple == 0 and kept.start - shown.start >= windows.HALO)
        assert shown.stop == side or shown.stop - kept.stop >= windows.HALO


def test_windows_hand_every_cell_its_own_logits() -> None:
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 1000, (700, 450))

    def run(part: NDArray[np.int64]) -> NDArray[np.int32]:
        assert part.size <= windows.AREA_HIGH * 2
        return np.stack([part, -part], axis=2).astype(np.int32)

    result = windows.run_by_windows(run, cells, 8)

    assert (result[:, :, 0] == cells).all()
    assert (result[:, :, 1] == -cells).all()


@pytest.fixture(scope="module")
def large() -> Level:
    """A map of 1,024 x 1,024 cells with few objects: tiles of a real one, side by side."""
    cells = playloom.level("dungeon", size=(64, 64), seed=3, steps=1).cells
    once = np.where(np.isin(cells, np.flatnonzero(CORE.objects)), CORE.id("floor"), cells)
    cells = np.tile(once, (16, 16)).astype(np.uint8)
    floor = np.argwhere(cells == CORE.id("floor"))
    cells[tuple(floor[0])], cells[tuple(floor[-1])] = CORE.id("start"), CORE.id("exit")
    return Level(cells=cells, theme="dungeon")


@pytest.mark.parametrize("suffix", [".tmx", ".tmj", ".json", ".txt"])
def test_the_largest_map_comes_back_from_its_file(large: Level, suffix: str, tmp_path: Path) -> None:
    playloom.write_level(large, tmp_path / f"large{suffix}")

    assert (playloom.read_level(tmp_path / f"large{suffix}").cells == large.cells).all()


def test_the_largest_map_becomes_a_godot_scene(large: Level, tmp_path: Path) -> None:
    playloom.write_level(large, tmp_path / "large.tscn")

    assert (tmp_path / "large.tscn").stat().st_size > 1 << 20


@pytest.mark.parametrize(
    ("width", "height", "side"), [(8, 8, 16), (256, 256, 16), (257, 8, 8), (8, 513, 4), (1024, 1024, 4)]
)
def test_tiles_are_drawn_smaller_on_larger_maps(width: int, height: int, side: int) -> None:
    assert overview.tile_side(Level(cells=np.ones((height, width), np.uint8))) == side


def test_the_picture_of_a_long_map_is_its_drawing_made_smaller(large: Level, tmp_path: Path) -> None:
    part = Level(cells=large.cells[:40, :600], theme="dungeon")
    playloom.write_level(part, tmp_path / "part.png")

    found = np.asarray(Image.open(tmp_path / "part.png").convert("RGB")).astype(int)
    expected = preview(part).reshape(160, 4, 2400, 4, 3).mean(axis=(1, 3))
    assert found.shape == expected.shape
    assert abs(found - expected).max() <= 3


def test_a_solution_is_marked_in_a_small_picture() -> None:
    cells = np.full((8, 600), CORE.id("floor"), np.uint8)
    cells[4, 3], cells[4, 590] = CORE.id("start"), CORE.id("exit")

    picture = overview.overview(Level(cells=cells), 4, solution="R" * 587)

    marked = (picture == (255, 64, 129)).all(axis=2)
    assert [*np.flatnonzero(marked.any(axis=0) & marked[17])][:2] == [13, 14]
    assert marked.sum() == 588 * 4


@pytest.mark.parametrize("wanted", [{"locks": 1}, {"keys": 1}, {"keys": 2, "locks": 0}])
def test_more_keys_than_so_large_a_side_view_can_be_searched_with_are_refused_at_once(
    wanted: dict[str, int],
) -> None:
    with pytest.raises(
        RequestInvalid, match="make over 16777216 states of the search; choose a smaller size"
    ):
        playloom.level("platformer", size=(1024, 1024), **wanted)
