"""Difficulty: what it counts, that it is exact, and that levels come out as hard as asked."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.api import level as make
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.difficulty import push, walk
from playloom.kinds.level.difficulty.platform import deadly_below
from playloom.kinds.level.difficulty.platform import gauge as gauge_side
from playloom.kinds.level.difficulty.ranks import WALK, knots_of
from playloom.kinds.level.difficulty.rating import rate
from playloom.kinds.level.difficulty.scale import FULL, SHARES, Gauge, Part, band, on_scale
from playloom.kinds.level.difficulty.steer import cast_of
from playloom.kinds.level.movement import Free, Platform, Push
from playloom.kinds.level.vocabulary import CORE, SIDE, SOKOBAN, Vocabulary

QUIET = """
############
#<.......>.#
#..........#
#..........#
#..........#
############
"""
SIDE_VIEW = """
............
............
............
<..........>
####..####.#
####..####.#
"""
knots = st.lists(st.integers(1, FULL), min_size=len(SHARES), max_size=len(SHARES), unique=True).map(
    lambda scores: tuple(sorted(scores))
)


def level_of(text: str, vocabulary: Vocabulary = CORE, **settings: Any) -> Level:
    rows = text.strip("\n").split("\n")
    cells = np.array([[vocabulary.by_char[char] for char in row] for row in rows], np.uint8)
    return Level(cells=cells, vocabulary=vocabulary, **settings)


def hardness(text: str) -> float:
    found = level_of(text)
    return rate(found, judge(found).solution)


def test_enemies_by_the_way_weigh_more_than_those_far_off_and_strong_ones_more_than_common() -> None:
    quiet = hardness(QUIET)
    wide = QUIET.replace("#..........#\n############", "#..........#\n" * 3 + "############")
    near = hardness(wide.replace("<...", "<..e"))
    far = hardness(_with_far_enemy(wide))
    strong = hardness(wide.replace("<...", "<..E"))
    boss = hardness(wide.replace("<...", "<..B"))

    assert hardness(wide) <= quiet < far < near < strong < boss


def _with_far_enemy(text: str) -> str:
    lines = text.strip("\n").split("\n")
    lines[-2] = "#....e.....#"
    return "\n".join(lines)


def test_harmful_cells_beside_the_way_count_and_others_do_not() -> None:
    beside = QUIET.replace("#..........#", "#..^.......#", 1)
    apart = QUIET.replace("#..........#\n############", "#..^.......#\n############")

    assert hardness(QUIET) == hardness(apart) < hardness(beside)


def test_a_way_that_has_to_fetch_a_key_is_harder_than_the_same_way_to_an_open_door() -> None:
    locked = "##########\n#k......<#\n########.#\n#>...L...#\n##########"

    assert hardness(locked.replace("L", "+")) < hardness(locked)


@given(knots, st.integers(0, FULL), st.integers(0, FULL))
def test_the_scale_never_falls_and_meets_its_knots(scores: tuple[int, ...], one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert on_scale(low, scores) <= on_scale(high, scores)
    assert [on_scale(score, scores) for score in scores] == list(SHARES)


@given(knots, st.integers(0, 400), st.integers(1, 99), st.integers(0, FULL), st.integers(0, FULL))
def test_the_threat_that_a_gauge_names_is_graded_as_asked_and_none_beside_it_is(
    scores: tuple[int, ...], length: int, half: int, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    gauge = Gauge((Part("length", 3, length, 50),), 6, half, 0, np.zeros((1, 1), np.bool_), scores)

    found = gauge.range_of(low, high)

    if found is not None:
        least, most = found
        assert all(low <= gauge.grade(threat) <= high for threat in (least, most))
        assert least == 0 or gauge.grade(least - 1) < low
        assert gauge.grade(most + 1) > high or most > 1 << 19


def test_one_number_is_met_within_a_twentieth_and_a_range_as_it_stands() -> None:
    assert band((0.5, 0.5)) == (450, 550)
    assert band((0.2, 0.6)) == (200, 600)


@pytest.mark.parametrize("theme", ["dungeon", "cave", "maze", "overworld"])
@pytest.mark.parametrize("side", [16, 32])
def test_levels_come_out_as_hard_as_asked_and_the_check_says_so(theme: str, side: int) -> None:
    for wanted in (0.1, 0.5, 0.9):
        made = make(theme, size=(side, side), seed=4, difficulty=wanted)
        assert made.evidence is not None
        bare = Level(cells=made.cells, vocabulary=made.vocabulary, theme=theme)

        measured = rate(bare, judge(bare, border=None).solution)

        assert abs(measured - wanted) <= 0.0505
        assert made.evidence.measures["difficulty"] == measured
        assert [v.passed for v in made.evidence.checks if v.name == "difficulty"] == [True]


def test_what_else_is_asked_stays_as_asked() -> None:
    made = make("cave", seed=2, difficulty=(0.7, 0.8), enemies=3, keys=1, people=1)
    assert made.evidence is not None
    measures = made.evidence.measures

    assert 0.7 <= measures["difficulty"] <= 0.8
    assert (measures["enemies"], measures["keys"], measures["locks"], measures["people"]) == (3, 1, 1, 1)


def test_without_the_control_nothing_is_measured_and_the_bytes_stay() -> None:
    made = make("cave", size=(16, 16), seed=1)

    assert made.evidence is not None
    assert "difficulty" not in made.evidence.measures


def test_the_check_refuses_a_level_that_is_easier_than_asked() -> None:
    found = level_of(QUIET)
    request = LevelRequest(width=12, height=8, difficulty=(0.9, 0.9))

    verdict = next(v for v in judge(found, request).verdicts if v.name == "difficulty")

    assert not verdict.passed
    assert verdict.detail.endswith("asked 0.9")


@pytest.mark.parametrize("wanted", [(-0.1, 0.5), (0.6, 0.4), (0.5, 1.5), (True, True)])
def test_a_difficulty_off_the_scale_is_refused(wanted: Any) -> None:
    with pytest.raises(RequestInvalid, match="difficulty"):
        LevelRequest(difficulty=wanted)


@given(
    st.integers(0, 400),
    st.integers(0, FULL),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 9),
)
def test_a_cast_keeps_what_the_caller_fixed(
    points: int, aimed: int, enemies: int | None, common: int | None, strong: int | None
) -> None:
    fixed = {"enemies": enemies, "common": common, "strong": strong}
    wishes = {name: (number, number) for name, number in fixed.items() if number is not None}
    try:
        request = LevelRequest(**wishes)  # type: ignore[arg-type]
    except RequestInvalid:
        return

    cast = cast_of(request, points, aimed, CORE)

    assert all(getattr(cast, name) == span for name, span in wishes.items())
    assert cast.common and cast.strong and cast.bosses


@pytest.mark.parametrize("theme", ["dungeon", "cave", "maze", "overworld", "platformer", "metroidvania"])
def test_every_theme_has_a_scale_of_its_own(theme: str) -> None:
    scores = knots_of(theme, WALK)

    assert scores != WALK
    assert len(scores) == len(SHARES)
    assert list(scores) == sorted(set(scores))


def test_a_map_ranks_among_levels_of_its_theme_and_else_among_all() -> None:
    busy = QUIET.replace("<...", "<..E")
    ranks = {}
    for theme in ("cave", "maze", "", "of my own"):
        found = level_of(busy, theme=theme)
        ranks[theme] = rate(found, judge(found).solution)

    assert ranks[""] == ranks["of my own"]
    assert len(set(ranks.values())) == 3


@pytest.mark.parametrize("wanted", [0.1, 0.5, 0.9])
def test_puzzles_of_the_usual_size_come_out_as_hard_as_asked(wanted: float) -> None:
    for seed in (1, 2):
        made = make("sokoban", seed=seed, difficulty=wanted)
        assert made.evidence is not None
        bare = Level(cells=made.cells, vocabulary=made.vocabulary, movement=Push())

        assert abs(rate(bare, judge(bare).solution) - wanted) <= 0.0505


def test_a_puzzle_that_cannot_be_so_hard_is_refused_with_what_was_found() -> None:
    with pytest.raises(GenerationFailed, match=r"puzzles on this ground came to 0\..*ask for a larger map"):
        make("sokoban", size=(8, 8), seed=1, difficulty=1.0, crates=1, attempts=1)


def test_longer_puzzles_of_more_turns_and_crates_are_harder() -> None:
    easy, longer, twisted, crowded = (
        push.graded(*numbers) for numbers in ((10, 7, 3), (30, 7, 3), (30, 20, 3), (30, 20, 6))
    )
    assert easy < longer < twisted < crowded


def test_a_puzzle_is_rated_by_its_fewest_pushes() -> None:
    found = level_of("#######\n#@$---#\n#----.#\n#-$--.#\n#######", SOKOBAN, movement=Push())

    assert 0 <= rate(found, judge(found).solution) < 0.2


def test_pits_and_wide_gaps_make_a_side_view_harder() -> None:
    filled = SIDE_VIEW.replace("####..####.#", "############")

    def hard(text: str) -> float:
        found = level_of(text, SIDE, movement=Platform())
        return rate(found, judge(found, border=None).solution)

    assert hard(filled) < hard(SIDE_VIEW)


def test_a_fall_is_deadly_over_pits_and_spikes_and_not_over_platforms() -> None:
    found = level_of("....\n.=..\n....\n#.^.", SIDE, movement=Platform())

    over = deadly_below(found.cells, SIDE)

    assert over[0].tolist() == [False, False, True, True]
    assert over[2].tolist() == [False, True, True, True]


def test_a_side_view_without_foes_has_a_gauge_all_the_same() -> None:
    found = level_of(SIDE_VIEW, SIDE, movement=Platform())

    gauge = gauge_side(found, judge(found, border=None).solution)

    assert gauge.threat(found.cells, SIDE) == 0
    assert gauge.grade(0) < gauge.grade(50)


def test_tiles_without_roles_have_no_difficulty() -> None:
    with pytest.raises(RequestInvalid, match="no roles"):
        rate(level_of(QUIET, movement=Free()), "")


def test_the_way_is_measured_on_the_map_and_not_on_what_was_meant() -> None:
    found = level_of(QUIET)

    assert [part.amount for part in walk.gauge(found.cells, CORE, judge(found).solution, "").parts] == [8, 0]
