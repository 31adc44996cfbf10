"""Walkers to learn from: which frames are which, what is left out or refused; and how walks are scored."""

from pathlib import Path

import numpy as np
import pytest
from small_walkers import Atlas, figure, small_atlas

from playloom.errors import FileInvalid
from playloom.kinds.walk.frames import DRAWN, GIVEN
from playloom_train.kinds.walk.data import on_ground, read_walkers
from playloom_train.kinds.walk.measuring import front_again, metrics, nearest_recoloured, score
from playloom_train.kinds.walk.showing import side_by_side


def test_frames_are_named_whether_a_walk_has_four_three_or_two(tmp_path: Path) -> None:
    atlas = Atlas()
    for frames in (4, 3, 2):
        atlas.walker(1, frames=frames)

    four, three, two = read_walkers(atlas.write(tmp_path)).all

    for walker in (four, three, two):
        assert set(walker.frames) == {GIVEN, *DRAWN}
        for frame in DRAWN:
            assert (walker.frames[frame] == four.frames[frame]).all()
    shown = figure(1, "down", 0)[:, :, 3] > 0
    assert ((four.front > 0) == shown).all()


def test_all_frames_stand_on_the_ground_of_the_front(tmp_path: Path) -> None:
    for walker in read_walkers(small_atlas(tmp_path)).all:
        for frames in (walker.frames, walker.mirrored):
            assert {int(np.flatnonzero(grid.any(axis=1))[-1]) for grid in frames.values()} == {13}


def test_the_mirrored_figure_walks_on_the_other_foot_and_its_left_was_its_right(tmp_path: Path) -> None:
    atlas = Atlas()
    atlas.walker(0)

    (walker,) = read_walkers(atlas.write(tmp_path)).all

    for view in ("down", "up"):
        assert (walker.mirrored[view, "step"] == walker.frames[view, "counterstep"][:, ::-1]).all()
    # Our left and right are mirrors of one another but for the feet, which `figure` does not turn.
    assert (walker.mirrored["left", "stand"] == walker.frames["left", "stand"]).mean() > 0.99


def test_colours_are_those_of_the_front(tmp_path: Path) -> None:
    atlas = Atlas()
    line = atlas.walker(0)
    strange = figure(0, "left", 0)
    strange[8, 8] = (255, 0, 255, 255)
    line["clips"]["walk"]["left"][0] = atlas.add(strange, "train")

    (walker,) = read_walkers(atlas.write(tmp_path)).all

    assert (255, 0, 255) not in {tuple(colour) for colour in walker.colours.tolist()}
    assert all(grid.max() <= len(walker.colours) for grid in walker.frames.values())


def test_what_is_no_walker_is_left_out_with_the_reason(tmp_path: Path) -> None:
    atlas = Atlas()
    atlas.walker(0)
    atlas.walker(1, tier="mit")
    atlas.walker(2, size=24)
    atlas.walker(3)["clips"]["walk"].pop("up")
    atlas.walker(4)["clips"]["walk"]["up"] = ["gone"] * 4
    atlas.walker(5)["clips"]["walk"]["up"] = [atlas.add(np.zeros((16, 16, 4), np.uint8), "train")] * 4
    atlas.walker(6)["clips"]["walk"]["up"] *= 2

    found = read_walkers(atlas.write(tmp_path))

    assert [one.name for one in found.all] == ["w0"]
    assert sorted(found.left_out.values()) == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"group": 1}',
        b'{"group": "a", "source": "b", "licence": "c", "tier": "cc0", "size": 1e400}',
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: bytes) -> None:
    small_atlas(tmp_path)
    path = tmp_path / "anim.jsonl"
    path.write_bytes(path.read_bytes() + line)

    with pytest.raises(FileInvalid, match=r"anim\.jsonl, line 7: not an animation"):
        read_walkers(tmp_path)


def test_an_unknown_split_a_missing_file_and_an_empty_list_are_refused(tmp_path: Path) -> None:
    atlas = Atlas()
    atlas.walker(0, "test")
    for line in atlas.lines:
        line["split"] = "train"
    with pytest.raises(FileInvalid, match=r"anim\.jsonl, line 1: split is 'test'"):
        read_walkers(atlas.write(tmp_path))
    (tmp_path / "anim.jsonl").write_bytes(b"")
    with pytest.raises(FileInvalid, match=r"no walker is left \(it is empty\)"):
        read_walkers(tmp_path)
    (tmp_path / "anim.jsonl").unlink()
    with pytest.raises(FileInvalid, match=r"has no anim\.jsonl"):
        read_walkers(tmp_path)


def test_a_frame_is_scored_against_the_artists() -> None:
    truth = np.zeros((8, 8), np.uint8)
    truth[2:6, 2:6] = 1
    other = truth.copy()
    other[2, 2], other[3, 3] = 0, 2

    assert score(truth, truth).overlap == score(truth, truth).exact == 1.0
    assert score(other, truth).overlap == 15 / 16
    assert score(other, truth).exact == 14 / 16


def test_the_baselines_copy_the_front_or_recolour_the_nearest(tmp_path: Path) -> None:
    atlas = Atlas()
    for number in (0, 1, 3):  # the last is the first in other colours
        atlas.walker(number)
    first, second, recoloured = read_walkers(atlas.write(tmp_path)).all

    copied = front_again(first)
    found = nearest_recoloured([second, recoloured])(first)

    assert all((copied[frame] == first.front).all() for frame in DRAWN)
    assert all(score(found[frame], first.frames[frame]).exact == 1.0 for frame in DRAWN)
    told = metrics({"nearest": nearest_recoloured([second, recoloured])}, [first], "held-out")
    assert [one.value for one in told] == [1.0] * 4
    picture = side_by_side([first], front_again)
    assert picture.shape == (4 * 36, 4 * 9 * 16, 4) and (picture[:, :, 3] == 255).all()


@pytest.mark.parametrize("ground", [5, 9, 13])
def test_a_figure_is_moved_to_the_ground(ground: int) -> None:
    tokens = np.zeros((16, 16), np.uint8)
    tokens[6:10, 4:8] = 3

    moved = on_ground(tokens, ground)

    assert int(np.flatnonzero(moved.any(axis=1))[-1]) == ground
    assert (moved > 0).sum() == 16
