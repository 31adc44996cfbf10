"""The Sokoban solver against a plain search over every state, its pruning, and the replay."""

from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Push
from playloom.kinds.level.push.board import Board, bits_of, cells_of, read_board
from playloom.kinds.level.push.puzzle import tally
from playloom.kinds.level.push.replay import replay
from playloom.kinds.level.push.solve import Search, lost, solve
from playloom.kinds.level.push.wander import Wish, wander
from playloom.kinds.level.vocabulary import SOKOBAN
from playloom.seeds import Stream

HARD = """
#########
#---#---#
#-$-#-$-#
#--.-.--#
##.#@#.##
#--$-$--#
#-------#
#########
"""


def sokoban(text: str) -> Level:
    """Return the level of lines of Sokoban characters."""
    rows = text.strip("\n").split("\n")
    cells = np.array([[SOKOBAN.by_char[char] for char in row] for row in rows], np.uint8)
    return Level(cells=cells, vocabulary=SOKOBAN, movement=Push())


def board_of(level: Level) -> Board:
    return read_board(level.cells, level.vocabulary)


@st.composite
def tiny_levels(draw: st.DrawFn) -> Level:
    """Maps of up to 5x4 cells within walls, with 1 to 3 crates and as many goals anywhere."""
    width, height = draw(st.integers(3, 5)), draw(st.integers(3, 4))
    kinds = draw(st.lists(st.sampled_from("-----#"), min_size=width * height, max_size=width * height))
    places = draw(st.permutations(range(width * height)))
    crates = draw(st.integers(1, 3))
    for place, what in zip(places, ["@"] + ["$"] * crates + ["."] * crates, strict=False):
        kinds[place] = what
    if draw(st.booleans()):  # a crate that stands on a goal at first
        kinds[places[1]], kinds[places[1 + crates]] = "*", "-"
    middle = ["#" + "".join(kinds[y * width : (y + 1) * width]) + "#" for y in range(height)]
    return sokoban("\n".join(["#" * (width + 2), *middle, "#" * (width + 2)]))


def fewest_pushes(board: Board, crates: int | None = None, player: int | None = None) -> int | None:
    """Search every state of player and crates, walks free and pushes at one each; None if unsolvable."""
    state = (player or board.starts.bit_length() - 1, board.crates if crates is None else crates)
    cost = {state: 0}
    queue = deque([state])
    while queue:
        here, crates = state = queue.popleft()
        if not crates & ~board.goals:
            return cost[state]
        for step in board.steps:
            to, after, price = here + step, crates, 0
            if not board.floor >> to & 1:
                continue
            if crates >> to & 1:
                beyond = to + step
                if not board.floor >> beyond & 1 or crates >> beyond & 1:
                    continue
                after, price = crates ^ 1 << to ^ 1 << beyond, 1
            if cost[state] + price < cost.get((to, after), 1 << 30):
                cost[to, after] = cost[state] + price
                (queue.append if price else queue.appendleft)((to, after))
    return None


@given(tiny_levels())
@settings(max_examples=120, deadline=None)
def test_the_solver_needs_as_few_pushes_as_a_search_over_every_state(level: Level) -> None:
    board = board_of(level)
    found = solve(board)

    assert found.decided
    assert (found.pushes if found.moves is not None else None) == fewest_pushes(board)
    if found.moves is not None:
        play = replay(level, found.moves)
        assert play.problem == ""
        assert play.pushes == found.pushes
        assert (play.pushed, play.lines) == tally(found.line)


@given(tiny_levels())
@settings(max_examples=60, deadline=None)
def test_what_is_left_out_as_lost_is_lost(level: Level) -> None:
    board = board_of(level)
    if lost(board, board.crates) or board.crates & ~board.live:
        for cell in cells_of(board.floor & ~board.crates):
            assert fewest_pushes(board, player=cell) is None


@given(tiny_levels(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_position_found_by_playing_backwards_can_be_solved(level: Level, seed: int) -> None:
    board = board_of(level)
    solved = replace(board, crates=board.goals, starts=0)

    for position in wander(solved, 6, Wish(), Stream(seed, "test"))[:20]:
        start = position.reached & -position.reached
        found = solve(replace(solved, crates=position.crates, starts=start))
        assert found.moves is not None
        assert position.bound <= found.pushes <= position.plays
        assert found.pushes % 2 == position.plays % 2


@given(tiny_levels(), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_goals_found_by_playing_forwards_can_be_reached(level: Level, seed: int) -> None:
    board = replace(board_of(level), goals=0)

    for position in wander(board, 6, Wish(), Stream(seed, "test"), backwards=False)[:20]:
        found = solve(replace(board, goals=position.crates))
        assert found.moves is not None
        assert found.pushes <= position.plays


def test_the_solver_says_which_of_three_things_it_found() -> None:
    board = board_of(sokoban(HARD))
    enough, little = solve(board), solve(board, 3)
    stuck = solve(board_of(sokoban("#####\n#@$.#\n#--$#\n#-.-#\n#####")))

    assert enough.decided and enough.moves is not None
    assert little == Search(None, (), 3, decided=False)
    assert stuck.decided and stuck.moves is None


def test_the_same_board_gives_the_same_solution_every_time() -> None:
    board = board_of(sokoban(HARD))
    assert solve(board).moves == solve(replace(board)).moves


@pytest.mark.parametrize(
    ("moves", "problem"),
    [
        ("R", "off its goal, at (3, 1)"),
        ("X", "not one of U, D, L, R"),
        ("U", "runs into a wall"),
        ("RRR", "pushes a crate"),
        ("RR", ""),
    ],
)
def test_the_replay_knows_the_rules(moves: str, problem: str) -> None:
    level = sokoban("######\n#@$-.#\n######")

    assert problem in replay(level, moves).problem
    assert bool(replay(level, moves).problem) == bool(problem)


@pytest.mark.parametrize(
    ("text", "check", "detail"),
    [
        ("#####\n#@$-#\n#####", "goals", "crates 1, goals 0"),
        ("######\n#@*-##\n######", "solvable", "nothing to solve"),
        ("#######\n#@-$.##\n####-##\n#######\n#--####\n#######", "reachable", "out of reach: (1, 4), (2, 4)"),
        ("#####\n#@-.#\n#--$#\n#####", "solvable", "no way, proven"),
        ("#####\n#@$.-\n#####", "border", "open at (4, 1)"),
        ("#####\n#--.#\n#-$-#\n#####", "start", "found 0"),
        ("#####\n#@$.#\n#@--#\n#####", "start", "found 2"),
    ],
)
def test_the_check_says_what_is_wrong_with_a_level(text: str, check: str, detail: str) -> None:
    judgement = judge(sokoban(text))
    failed = {verdict.name: verdict.detail for verdict in judgement.verdicts if not verdict.passed}

    assert not judgement.passed
    assert detail in failed[check]


def test_a_good_level_passes_with_its_measures() -> None:
    judgement = judge(sokoban(HARD))

    assert judgement.passed, judgement.verdicts
    assert judgement.measures["crates"] == 4
    assert judgement.measures["path"] == len(judgement.solution)
    assert judgement.measures["pushes"] <= judgement.measures["path"]


def test_a_level_too_large_to_search_is_undecided_and_quickly_so() -> None:
    cells = np.full((300, 300), SOKOBAN.id("floor"), np.uint8)
    cells[[0, -1]] = cells[:, [0, -1]] = SOKOBAN.id("wall")
    cells[2:100:3, 2:100:3] = SOKOBAN.id("crate")
    cells[102:200:3, 2:100:3] = SOKOBAN.id("goal")
    cells[1, 1] = SOKOBAN.id("start")
    judgement = judge(Level(cells=cells, vocabulary=SOKOBAN, movement=Push()))

    failed = {verdict.name: verdict.detail for verdict in judgement.verdicts if not verdict.passed}
    assert failed.keys() == {"solvable"}
    assert failed["solvable"].startswith("not decided: 1089 crates")


def test_sets_of_cells_are_read_as_they_were_written() -> None:
    assert list(cells_of(bits_of({3, 70, 1000}))) == [3, 70, 1000]
