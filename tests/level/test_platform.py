"""Side view: the physics as stated, the solver against a search that plays every letter, and the check."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from platform_search import State, every_state, lasting, ticks_from, ticks_to

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.check import ways
from playloom.kinds.level.platform.physics import arc
from playloom.kinds.level.platform.replay import replay
from playloom.kinds.level.platform.solve import explore
from playloom.kinds.level.vocabulary import SIDE, Role, Vocabulary

BODIES = st.builds(
    Platform,
    jump_height=st.integers(1, 5),
    jump_length=st.integers(2, 8),
    fall_speed=st.integers(1, 3),
)
FAR_JUMPERS = st.sampled_from([(16, 32, 4), (9, 13, 8), (16, 2, 8), (2, 16, 2), (1, 16, 1)]).map(
    lambda numbers: Platform(*numbers)
)


def level_of(*rows: str, body: Platform | None = None) -> Level:
    cells = np.array([[SIDE.by_char[char] for char in row] for row in rows], np.uint8)
    return Level(cells=cells, vocabulary=SIDE, movement=body or Platform())


def solution(*rows: str, body: Platform | None = None) -> str | None:
    level = level_of(*rows, body=body)
    assert isinstance(level.movement, Platform)
    return explore(level.cells, level.vocabulary, level.movement).solution()


def failed(*rows: str) -> set[str]:
    verdicts, _ = ways(level_of(*rows))
    return {verdict.name for verdict in verdicts if not verdict.passed}


@pytest.mark.parametrize("height", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("length", [2, 3, 5, 6, 9])
def test_a_jump_gets_onto_a_ledge_of_its_height_and_not_one_higher(height: int, length: int) -> None:
    def ledge(cells: int) -> list[str]:
        sky = ["..........."] * (height + 3 - cells)
        return [*sky, "........>..", *["........###"] * (cells - 1), "<.......###", "###########"]

    body = Platform(jump_height=height, jump_length=length, fall_speed=2)
    assert solution(*ledge(height), body=body)
    assert solution(*ledge(height + 1), body=body) is None


@pytest.mark.parametrize(("height", "length"), [(2, 4), (3, 5), (3, 6), (4, 8)])
def test_a_jump_crosses_a_gap_one_less_than_its_length_and_no_more(height: int, length: int) -> None:
    def gap(cells: int) -> list[str]:
        sky = ["." * (10 + cells)] * (height + 2)
        return [*sky, "<...." + "." * cells + "...>.", "#####" + "." * cells + "#####"]

    body = Platform(jump_height=height, jump_length=length, fall_speed=8)
    assert solution(*gap(length - 1), body=body)
    assert solution(*gap(length), body=body) is None


def test_the_arc_passes_through_height_and_length() -> None:
    body = Platform(jump_height=3, jump_length=6, fall_speed=2)

    heights = np.cumsum(arc(body).rises)

    assert heights.max() == 3
    assert heights[5] == 0  # after six ticks
    assert arc(body).rises[-1] == -2


def test_a_body_that_takes_too_long_to_fall_is_refused() -> None:
    with pytest.raises(ValueError, match="choose a higher jump_height"):
        Platform(jump_height=1, jump_length=32, fall_speed=8)


def test_a_low_ceiling_cuts_a_jump_short() -> None:
    high = ("...........", "...........", "...........", "<.........>", "###.....###")
    low = ("###########", "###########", "...........", "<.........>", "###.....###")

    assert solution(*high)
    assert solution(*low) is None


def test_a_jump_can_be_ended_early() -> None:
    # Only a jump that does not touch the spikes above gets up the step.
    assert solution("......", "^^^^..", "......", "..###>", "<.####", "######")


@pytest.mark.parametrize("deadly", "^!~")
def test_what_harms_is_never_touched_not_even_in_passing(deadly: str) -> None:
    wide = deadly * 6
    assert solution("..........", "..........", "<........>", "##" + wide + "##") is None
    assert solution("..........", "..........", "..........", "<........>", "###" + deadly * 4 + "###")


def test_below_the_map_is_death_and_above_it_is_no_way() -> None:
    assert solution("<.>", "#.#", "#.#") == "RR"  # the fall has hardly begun
    assert solution("<......>", "#......#") is None
    assert solution("..##..", "<.##.>", "######") is None


def test_a_one_way_platform_carries_from_above_and_lets_through_from_below() -> None:
    assert solution("..>..", ".===.", ".....", "<....", "#####")
    assert solution("<....", "====.", "##.#.", ".>.#.", "####.")  # through it downwards
    assert solution("..>..", ".###.", ".....", "<....", "#####") is not None
    assert solution("#.>.#", "#####", "#...#", "#<..#", "#####") is None


def test_a_ladder_is_climbed_and_carries_at_its_top() -> None:
    moves = solution("....>", "H####", "H....", "H....", "H....", "H....", "<....", "#####")

    assert moves is not None
    assert moves.count("U") >= 2
    assert solution("....>", ".####", ".....", ".....", ".....", ".....", "<....", "#####") is None


def test_nobody_jumps_from_the_middle_of_a_ladder() -> None:
    level = level_of(".....", "H....", "H....", "H....", "H<..>", "#####")

    assert "middle of a ladder" in replay(level, "LUJ").problem
    assert replay(level, "LJ").jumps == 1  # at its foot
    assert replay(level, "LUUUUJ").jumps == 1  # on its top


def test_a_locked_door_takes_a_key_each() -> None:
    assert solution("#######", "<.k.L.>", "#######") == "RRRRRR"
    assert solution("#########", "<.k.L.L.>", "#########") is None
    assert solution("#######", "<...L.>", "#######") is None


def test_a_door_is_solid_until_it_is_opened() -> None:
    # It carries the player across the gap while it is shut; only from the side does he open it.
    assert solution(".......", "<.....>", "##LLL##"[:7], ".......") == "RRRRRR"


def test_a_pit_without_a_way_out_is_a_dead_end_and_a_deadly_one_is_not() -> None:
    pit = ["......", "<....>", "#.####", "#.####", "#.####", "#.####"]

    assert failed(*pit, "######") == {"no dead end"}
    assert failed(*pit, "#^####") == set()
    assert failed(*pit, "#.####") == set()  # falls out of the map


def test_a_key_wasted_on_the_wrong_door_is_a_dead_end() -> None:
    rows = ("..L<k.L.>", "#########")

    assert "no dead end" in failed(*rows)
    assert "no dead end" not in failed("k.L<k.L.>", "#########")


def test_treasure_out_of_reach_is_named() -> None:
    verdicts, moves = ways(
        level_of("$......", "##.....", ".......", ".......", ".......", "<.....>", "#######")
    )

    assert moves
    (found,) = [verdict for verdict in verdicts if verdict.name == "reachable"]
    assert not found.passed
    assert "(0, 0)" in found.detail


def test_the_check_judges_a_side_view_by_its_own_rules() -> None:
    level = level_of("........", "........", "........", "<..~~..>", "###~~###")

    judgement = judge(level, border=None)

    assert judgement.passed
    assert judgement.measures["path"] == len(judgement.solution)
    assert judgement.measures["jumps"] == 1


def test_the_replay_refuses_what_the_rules_do_not_allow() -> None:
    level = level_of("....", "<.>.", "##..")

    assert replay(level, "RR").problem == ""
    assert "stands in the way" in replay(level, "L").problem
    assert "no move here" in replay(level, "U").problem
    assert "no move here" in replay(level, "?").problem
    assert "harms" in replay(level, "RRR.....").problem
    assert "not on an exit" in replay(level, "R").problem


def test_more_keys_than_can_be_searched_are_not_decided() -> None:
    verdicts, moves = ways(level_of("." * 16, "<" + "k" * 13 + ".>", "#" * 16))

    assert moves == ""
    assert [v.detail for v in verdicts] == [
        "not decided: 13 keys and 0 locked doors, the search takes up to 12 of each"
    ]


def test_tiles_without_an_exit_are_not_judged_and_the_verdict_says_so() -> None:
    tiles = Vocabulary(tuple(tile for tile in SIDE.tiles if tile.role is not Role.EXIT))

    verdicts, moves = ways(Level(cells=np.ones((8, 8), np.uint8), vocabulary=tiles, movement=Platform()))

    assert moves == ""
    assert [(v.passed, v.detail) for v in verdicts] == [
        (True, "not judged: these tiles have no start or no exit")
    ]


def test_a_start_in_the_air_falls() -> None:
    assert solution("<.....", "......", "......", "....>.", "######") is not None


SMALL = st.text(alphabet=".........######===HH^^kL$", min_size=42, max_size=42)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(SMALL, st.integers(0, 41), st.integers(0, 41), BODIES)
def test_the_solver_agrees_with_a_search_that_plays_every_letter(
    text: str, start: int, exit_: int, body: Platform
) -> None:
    tiles = list(text)
    tiles[exit_], tiles[start] = ">", "<"
    if text.count("k") > 3 or text.count("L") > 3 or start == exit_:
        tiles = [tile if tile not in "kL" else "." for tile in tiles]
        tiles[exit_ if exit_ != start else (exit_ + 1) % 42] = ">"
    level = level_of(*("".join(tiles[i : i + 7]) for i in range(0, 42, 7)), body=body)
    everything = every_state(level)
    exits = {s for s in everything if level.vocabulary.tiles[level.cells[s[1], s[0]]].role is Role.EXIT}
    left = ticks_to(everything, exits)
    first = next(iter(everything))
    plays = explore(level.cells, level.vocabulary, body)
    moves = plays.solution()

    assert (None if moves is None else len(moves)) == left.get(first)
    if moves is not None:
        assert replay(level, moves).problem == ""
    touched = np.zeros(level.cells.shape, np.bool_)
    stuck = np.zeros(level.cells.shape, np.bool_)
    for state in everything:
        touched[state[1], state[0]] = True
        stuck[state[1], state[0]] |= state[2] is None and state not in left
    assert (touched == plays.touched).all()
    assert (stuck == plays.dead_ends()).all()
    assert len(everything) == len(plays.cells)


TINY_TILES = ["......######===HH^^kL$", "......####=H^!~kkLL", ".......k.L.#=", "..............H=^"]


@st.composite
def tiny_maps(draw: st.DrawFn) -> list[str]:
    """Maps of 1x2 to 9x8 cells, open at every border, with up to two keys and two locked doors."""
    width, height = draw(st.integers(1, 9)), draw(st.integers(2, 8))
    area = width * height
    tiles = draw(st.lists(st.sampled_from(draw(st.sampled_from(TINY_TILES))), min_size=area, max_size=area))
    for char in "kL":
        for place in [i for i, tile in enumerate(tiles) if tile == char][2:]:
            tiles[place] = "."
    start, exit_ = draw(st.lists(st.integers(0, area - 1), min_size=2, max_size=2, unique=True))
    tiles[start], tiles[exit_] = "<", ">"
    return ["".join(tiles[y * width : (y + 1) * width]) for y in range(height)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(tiny_maps(), BODIES | FAR_JUMPERS)
def test_what_placing_asks_of_the_plays_agrees_with_that_search_too(rows: list[str], body: Platform) -> None:
    level = level_of(*rows, body=body)
    everything = every_state(level)
    plays = explore(level.cells, level.vocabulary, body)
    first = ticks_from(everything, next(iter(everything)))

    def soonest(states: list[State]) -> list[list[int]]:
        ticks = np.full(level.cells.shape, -1)
        for x, y, *_ in states:
            ticks[y, x] = min(first[state] for state in states if state[:2] == (x, y))
        return ticks.tolist()

    assert soonest(list(everything)) == plays.arrivals().tolist()
    assert soonest([s for s in everything if s[2] is None]) == plays.arrivals(held=True).tolist()
    assert lasting(everything) == {(x, y) for y, x in np.argwhere(plays.lasting()).tolist()}
    for number, (y, x) in enumerate(np.argwhere(SIDE.having(Role.LOCK)[level.cells]).tolist()):
        before = {s[:2] for s in everything if (x, y) not in s[3]}
        behind = {s[:2] for s in everything} - before
        assert behind == {(x, y) for y, x in np.argwhere(plays.behind(number)).tolist()}


def test_a_map_with_more_states_than_can_be_searched_is_not_decided_and_quickly_so() -> None:
    cells = np.full((1024, 1024), SIDE.id("floor"), np.uint8)
    cells[-1] = SIDE.id("wall")
    cells[-2, 1], cells[-2, -2] = SIDE.id("start"), SIDE.id("exit")
    far = Platform(jump_height=16, jump_length=32, fall_speed=4)

    verdicts, moves = ways(Level(cells=cells, vocabulary=SIDE, movement=far))

    assert moves == ""
    assert verdicts[0].detail.startswith("not decided: 45265068 states of a body that flies up to 42 ticks")
