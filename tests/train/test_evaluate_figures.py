"""The figures of `playloom evaluate level` are those known by hand."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playloom.kinds.level.content import Edit, Evidence, Level
from playloom.kinds.level.vocabulary import CORE
from playloom.seeds import Stream
from playloom_train.kinds.level.evaluation.baselines import MarkovChain, strewn
from playloom_train.kinds.level.evaluation.comparing import Rules, Sets, compare
from playloom_train.kinds.level.evaluation.patterns import jensen_shannon, patterns, tile_pattern_divergence
from playloom_train.kinds.level.evaluation.sampling import proposal


def row(*tiles: int) -> NDArray[np.uint8]:
    return np.array([tiles], np.uint8)


def checkerboard(height: int, width: int, first: int = 0) -> NDArray[np.uint8]:
    y, x = np.indices((height, width))
    return ((y + x + first) % 2).astype(np.uint8)


# Divergences


def test_a_tile_pattern_divergence_is_what_one_reckons_by_hand() -> None:
    some, others = patterns([row(0, 0, 0, 1)], 1), patterns([row(0, 1, 1, 1)], 1)

    assert tile_pattern_divergence(some, others) == pytest.approx(math.log(3) / 2, abs=1e-4)
    half = patterns([row(0, 1)], 1)
    forth = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    back = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    assert tile_pattern_divergence(some, half, weight=1) == pytest.approx(forth, abs=1e-4)
    assert tile_pattern_divergence(some, half, weight=0) == pytest.approx(back, abs=1e-4)
    assert tile_pattern_divergence(some, half) == pytest.approx((forth + back) / 2, abs=1e-4)


def test_maps_are_as_near_as_can_be_to_themselves_and_far_from_what_shares_no_pattern() -> None:
    board, plain = patterns([checkerboard(8, 8)], 2), patterns([np.full((8, 8), 5, np.uint8)], 2)

    assert tile_pattern_divergence(board, board) == pytest.approx(0, abs=1e-12)
    assert jensen_shannon(board, board) == pytest.approx(0, abs=1e-12)
    assert jensen_shannon(board, plain) == pytest.approx(1)
    assert tile_pattern_divergence(board, plain) > 10


def windows(cells: NDArray[np.uint8], side: int) -> list[bytes]:
    height, width = cells.shape
    corners = [(y, x) for y in range(height - side + 1) for x in range(width - side + 1)]
    return [cells[y : y + side, x : x + side].tobytes() for y, x in corners]


@given(seed=st.integers(0, 1000), tiles=st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_the_divergence_is_that_of_the_windows_counted_one_by_one(seed: int, tiles: int) -> None:
    random = np.random.default_rng(seed)
    some, others = (random.integers(0, tiles, (6, 9)).astype(np.uint8) for _ in range(2))
    first, second = (Counter(windows(cells, 3)) for cells in (some, others))
    number = 4 * 7  # windows of each
    reckoned = sum(
        count / number * math.log2(2 * count / (first[window] + second[window])) / 2
        for counts in (first, second)
        for window, count in counts.items()
    )

    assert jensen_shannon(patterns([some], 3), patterns([others], 3)) == pytest.approx(reckoned)


def test_maps_that_may_be_turned_are_like_their_turned_selves() -> None:
    stripes = [np.repeat(np.array([0, 1, 2], np.uint8), 3)[:, None].repeat(9, 1)]
    turned = [np.rot90(stripes[0])]

    assert jensen_shannon(patterns(stripes, 3), patterns(turned, 3)) > 0.3
    ways = [patterns(maps, 3, "square") for maps in (stripes, turned)]
    assert jensen_shannon(*ways) == pytest.approx(0, abs=1e-12)


def test_a_map_smaller_than_a_pattern_has_none() -> None:
    assert len(patterns([checkerboard(2, 9)], 3).keys) == 0
    assert len(patterns([], 3).keys) == 0


# Baselines


@given(seed=st.integers(0, 2**40), height=st.integers(1, 9), width=st.integers(1, 9))
@settings(max_examples=12, deadline=None)
def test_a_chain_that_has_seen_checkerboards_draws_checkerboards(seed: int, height: int, width: int) -> None:
    chain = MarkovChain([checkerboard(6, 7), checkerboard(6, 7, 1)])

    for drawn in chain.draw(3, (height, width), Stream(seed, "test")):
        assert np.array_equal(drawn, checkerboard(height, width, int(drawn[0, 0])))


def test_a_chain_draws_as_often_as_it_saw_and_falls_back_where_it_never_was() -> None:
    random = np.random.default_rng(1)
    maps = [(random.random((20, 20)) < 0.2).astype(np.uint8) for _ in range(6)]
    drawn = MarkovChain(maps).draw(8, (20, 20), Stream(3, "test"))
    alone = MarkovChain([row(7)]).draw(2, (5, 6), Stream(3, "test"))

    assert 0.15 < drawn.mean() < 0.25
    assert len({one.tobytes() for one in drawn}) == 8
    assert (alone == 7).all()
    assert np.array_equal(drawn, MarkovChain(maps).draw(8, (20, 20), Stream(3, "test")))


def test_strewn_tiles_have_the_frequencies_of_the_maps_and_nothing_else() -> None:
    drawn = strewn([row(0, 0, 0, 9)], 4, (50, 50), Stream(5, "test"))

    assert set(np.unique(drawn)) == {0, 9}
    assert 0.22 < (drawn == 9).mean() < 0.28


# Copies


def caves(number: int, seed: int = 0) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(seed)
    floor, wall = CORE.id("floor"), CORE.id("wall")
    return [np.where(random.random((16, 16)) < 0.5, floor, wall).astype(np.uint8) for _ in range(number)]


def test_copied_maps_are_found_out_and_fresh_ones_are_not() -> None:
    seen, held = caves(8), caves(4, 1)
    rules = Rules(CORE, "none", (16, 16), 0)

    copied, _ = compare(Sets(seen[:4], seen, held), rules, "caves")
    fresh, _ = compare(Sets(caves(4, 2), seen, held), rules, "caves")

    assert copied["generated"].copied == 1
    assert copied["generated"].nearest_least == copied["generated"].nearest_mean == 0
    assert fresh["generated"].copied == fresh["held-out"].copied == 0
    assert fresh["generated"].nearest_least > 0.25
    assert fresh["generated"].tpkl2 < 0.1 < fresh["generated"].tpkl3
    assert set(fresh) == {"generated", "held-out", "training", "Markov chain", "strewn"}


def test_a_turned_copy_is_a_copy_where_maps_may_be_turned() -> None:
    seen = caves(6)
    turned = [np.rot90(cells) for cells in seen[:3]]

    for ways, share in (("square", 1.0), ("none", 0.0)):
        rows, _ = compare(Sets(turned, seen, ()), Rules(CORE, ways, (16, 16), 0), "caves")
        assert rows["generated"].copied == share
        assert (rows["generated"].nearest_mean == 0) == (ways == "square")


def test_what_cannot_be_compared_is_left_out() -> None:
    rules = Rules(CORE, "none", (16, 16), 0)

    alone, drawn = compare(Sets(caves(3), (), ()), rules, "caves")

    assert set(alone) == {"generated"}
    assert alone["generated"].tpkl2 is None
    assert alone["generated"].copied is None
    assert alone["generated"].self_distance > 0.25
    assert len(drawn) == 0
    assert compare(Sets((), caves(3), ()), rules, "caves") == ({}, ())


# Before repair


def test_the_proposal_is_the_level_with_its_edits_taken_back() -> None:
    floor, wall, chest = CORE.id("floor"), CORE.id("wall"), CORE.id("chest")
    cells = np.full((8, 8), floor, np.uint8)
    cells[1, 2], cells[3, 4], cells[5, 6] = floor, chest, chest
    edits = tuple(
        Edit(x=x, y=y, before=before, after="floor", nats=1.0, reason="test")
        for x, y, before in ((2, 1, "wall"), (4, 3, "path"), (6, 5, "wall"))
    )
    evidence = Evidence(
        package="p",
        version="1",
        package_hash="0",
        licence="MIT",
        promise="exact",
        request={},
        style="s",
        attempts=1,
        checks=(),
        edits=edits,
        measures={},
        solution="",
    )

    raw = proposal(Level(cells=cells, evidence=evidence))

    assert raw[1, 2] == wall
    assert raw[3, 4] == chest  # stands on what could be entered before
    assert raw[5, 6] == wall
    assert (raw != cells).sum() == 2
