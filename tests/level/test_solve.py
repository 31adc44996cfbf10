"""The solver against hand-made maps, the separate simulator and a brute-force search over full states."""

import numpy as np
import pytest
from full_search import shortest_by_full_search
from hypothesis import given, settings
from hypothesis import strategies as st

from playloom.kinds.level.content import Level
from playloom.kinds.level.replay import replay
from playloom.kinds.level.solve import Ground, Undecided, read_ground, solve, strandings, widest
from playloom.kinds.level.vocabulary import CORE


def level_of(*rows: str) -> Level:
    return Level(cells=np.array([[CORE.by_char[char] for char in row] for row in rows], np.uint8))


def solution_of(level: Level) -> str | None:
    return solve(read_ground(level.cells, level.vocabulary))


def test_a_straight_corridor_is_walked() -> None:
    assert solution_of(level_of("#####", "#<.>#", "#####")) == "RR"


def test_a_locked_door_needs_its_key_fetched_first() -> None:
    assert solution_of(level_of("######", "#<.L>#", "#k####", "######")) == "DURRR"


def test_a_door_without_a_key_is_no_way() -> None:
    assert solution_of(level_of("<.L>")) is None


@pytest.mark.parametrize("hazard", ["^", "!", "~", "T", "o", "n"])
def test_the_solution_never_crosses_harm_water_or_people(hazard: str) -> None:
    assert solution_of(level_of(f"<{hazard}>")) is None


def test_a_player_who_opens_the_wrong_door_is_stranded() -> None:
    ground = read_ground(level_of("#########", "#C.L<kL>#", "#########").cells, CORE)

    wrong = strandings(ground)

    assert wrong is not None
    assert [ground.place(lock) for lock in wrong] == [(3, 1)]
    assert solve(ground) is not None


def test_with_a_key_for_every_door_nobody_is_stranded() -> None:
    assert (
        strandings(read_ground(level_of("k.L.<k.L>").cells, CORE)) is None
    )  # the left door pays back its key
    assert strandings(read_ground(level_of("C.L.<kk.L>").cells, CORE)) is None


def test_a_door_that_was_opened_is_a_way_back() -> None:
    # Into the room with two keys, back through its door, and on through two more.
    level = level_of(
        "############", "#<k.#..k.###", "#...L..k.###", "#.###....###", "#L##########", "#.L.>#######"
    )

    moves = solution_of(level)

    assert moves is not None
    assert len(moves) == shortest_by_full_search(level)
    assert replay(level, moves).problem == ""


def closets(exit_row: str) -> Level:
    """A hall with twelve keys and twelve locked closets: about 2**24 sets of keys taken and doors opened."""
    hall = ["#" + "." * 48 + "#" for _ in range(5)]
    hall[0] = "#<" + "." * 47 + "#"
    hall[2] = "#" + "k..." * 12 + "#"
    doors = "#" + "L###" * 12 + "#"
    return level_of("#" * 50, *hall, doors, "#" + ".###" * 12 + "#", "#" * 50, exit_row, "#" * 50)


def test_a_sealed_exit_behind_hopelessly_many_orders_is_found_out_at_once() -> None:
    assert solution_of(closets("#" * 47 + ">##")) is None


def test_too_many_orders_are_admitted_instead_of_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playloom.kinds.level.solve.STATES_MOST", 500)
    level = closets("#" * 50)
    cells = level.cells.copy()
    cells[7, 1 + 4 * 11] = CORE.by_char[">"]  # in the last closet

    with pytest.raises(Undecided, match="orders"):
        solve(read_ground(cells, CORE))


def random_level(width: int, height: int, random: object) -> Level:
    tiles = random.choice((".......##kL!", "....###kLLL"))  # type: ignore[attr-defined]
    chars = [random.choice(tiles) for _ in range(width * height)]  # type: ignore[attr-defined]
    spots = random.sample(range(width * height), 2)  # type: ignore[attr-defined]
    chars[spots[0]], chars[spots[1]] = "<", ">"
    for char, most in (("k", 4), ("L", 7)):
        for place in [i for i, found in enumerate(chars) if found == char][most:]:
            chars[place] = "."
    return level_of(*["".join(chars[y * width : (y + 1) * width]) for y in range(height)])


def cells_in_reach(ground: Ground, opened: frozenset[int]) -> set[int]:
    seen = set(ground.starts)
    queue = list(ground.starts)
    for cell in queue:
        for to in (cell - ground.stride, cell + ground.stride, cell - 1, cell + 1):
            if (ground.free[to] or to in opened) and to not in seen:
                seen.add(to)
                queue.append(to)
    return seen


def every_state(ground: Ground, *, until_exit: bool) -> list[tuple[set[int], bool]]:
    """For each set of doors a player can open: the cells in reach, and whether no door opens next."""
    states = {frozenset[int](): cells_in_reach(ground, frozenset())}
    result = []
    for opened in (queue := [frozenset[int]()]):
        region = states[opened]
        if until_exit and region & set(ground.exits):
            continue
        next_doors = []
        if sum(key in region for key in ground.keys) > len(opened):
            steps = (-1, 1, -ground.stride, ground.stride)
            shut = set(ground.locks) - opened
            next_doors = [lock for lock in shut if {lock + step for step in steps} & region]
        result.append((region, not next_doors))
        for lock in next_doors:
            after = opened | {lock}
            if after not in states:
                states[after] = cells_in_reach(ground, after)
                queue.append(after)
    return result


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 9), st.integers(2, 6), st.randoms(use_true_random=False))
def test_dead_ends_and_reach_agree_with_trying_every_order_cell_by_cell(
    width: int, height: int, random: object
) -> None:
    level = random_level(width, height, random)
    ground = read_ground(level.cells, level.vocabulary)

    largest = max(len(region) for region, _ in every_state(ground, until_exit=False))
    assert len(widest(ground)) == largest
    stuck = any(final for _, final in every_state(ground, until_exit=True))
    assert (strandings(ground) is not None) == stuck


@settings(max_examples=300, deadline=None)
@given(st.integers(2, 7), st.integers(2, 6), st.randoms(use_true_random=False))
def test_the_solver_agrees_with_brute_force_and_the_simulator(
    width: int, height: int, random: object
) -> None:
    level = random_level(width, height, random)

    moves = solution_of(level)

    assert (None if moves is None else len(moves)) == shortest_by_full_search(level)
    if moves is not None:
        assert replay(level, moves).problem == ""


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        ("R", "end at"),
        ("LL", "leaves the map"),
        ("RRR", "locked door"),
        ("D", "runs into wall"),
        ("x", "not one of"),
    ],
)
def test_the_simulator_names_the_move_that_fails(moves: str, says: str) -> None:
    assert says in replay(level_of(".<.L>", "#####"), moves).problem
