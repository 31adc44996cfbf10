"""Levels unlike one another: the distance, and the picking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from playloom.api import distinct_levels
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Free, Platform
from playloom.kinds.level.variety import distance, ground, unlike
from playloom.kinds.level.vocabulary import CORE, SIDE

grounds = arrays.arrays(
    np.uint8, st.tuples(st.integers(2, 6), st.integers(2, 6)), elements=st.integers(0, 23)
)
squares = arrays.arrays(np.uint8, (5, 5), elements=st.integers(0, 23))


@given(squares, squares)
def test_the_distance_is_the_same_both_ways_and_zero_to_itself(one: np.ndarray, other: np.ndarray) -> None:
    a, b = Level(cells=one), Level(cells=other)

    assert distance(a, b) == distance(b, a)
    assert distance(a, a) == 0
    assert 0 <= distance(a, b) <= 1


@given(grounds)
def test_a_turned_or_mirrored_level_is_the_same_one(cells: np.ndarray) -> None:
    here = Level(cells=cells)
    turned = [cells[::-1], cells[:, ::-1], cells[::-1, ::-1]]
    if cells.shape[0] == cells.shape[1]:
        turned += [np.rot90(cells), cells.T]

    assert all(distance(here, Level(cells=other)) == 0 for other in turned)


def test_a_side_view_stands_on_its_feet() -> None:
    cells = np.full((4, 4), SIDE.id("floor"), np.uint8)
    cells[3] = SIDE.id("wall")
    here = Level(cells=cells, vocabulary=SIDE, movement=Platform())
    fallen = Level(cells=cells[::-1], vocabulary=SIDE, movement=Platform())

    assert distance(here, fallen) == 0.5


def test_objects_and_colours_of_floor_make_no_other_level_where_roles_are_known() -> None:
    floor = np.full((4, 4), CORE.id("floor"), np.uint8)
    other = floor.copy()
    other[0, 0], other[1, 1], other[2, 2] = CORE.id("enemy"), CORE.id("path"), CORE.id("person")

    assert distance(Level(cells=floor), Level(cells=other)) == 0
    assert distance(Level(cells=floor, movement=Free()), Level(cells=other, movement=Free())) == 3 / 16
    assert ground(Level(cells=other)).tolist() == ground(Level(cells=floor)).tolist()


@given(st.lists(squares, min_size=1, max_size=8), st.integers(1, 8), st.floats(0, 1))
def test_every_two_picked_are_far_enough_apart_and_none_that_fits_is_left(
    maps: list[np.ndarray], number: int, by: float
) -> None:
    made = [(i, Level(cells=cells)) for i, cells in enumerate(maps)]
    picked: list[tuple[int, Level, float]] = []
    try:
        for origin, level, pick in unlike(made, number, by):
            picked.append((origin, level, pick.distance))
    except GenerationFailed as failure:
        assert failure.failed == ("distinct",)
        assert len(picked) < number

    for place, (_, level, stated) in enumerate(picked):
        before = [distance(level, other) for _, other, _ in picked[:place]]
        assert stated == min(before, default=1.0) >= by
    chosen = {origin for origin, _, _ in picked}
    for origin, level in made[: max(chosen, default=-1)]:
        if origin not in chosen:
            assert any(distance(level, other) < by for i, other, _ in picked if i < origin)


def test_too_few_unlike_levels_are_told_with_their_number() -> None:
    same = [(seed, Level(cells=np.ones((4, 4), np.uint8))) for seed in range(5)]

    with pytest.raises(GenerationFailed, match=r"1 of 2 levels were found in 5 seeds, .* differ in 20 %"):
        list(unlike(same, 2, 0.2))


def test_python_gives_levels_that_are_unlike() -> None:
    levels = distinct_levels("cave", 3, by=0.25, size=(16, 16), seed=5, enemies=2)

    assert min(distance(a, b) for i, a in enumerate(levels) for b in levels[:i]) >= 0.25
    assert [level.evidence.measures["enemies"] for level in levels if level.evidence] == [2, 2, 2]


def test_no_levels_at_all_cannot_be_asked_for() -> None:
    with pytest.raises(RequestInvalid, match="choose 1 or more"):
        distinct_levels("cave", 0)
