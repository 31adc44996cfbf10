"""Repair and placing of side views: whatever is proposed becomes a level that passes the check."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from platform_drafts import AIR, ROCK, draft_of, hills, noise, work_on

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.place import Unplaceable
from playloom.kinds.level.platform.finish import finish
from playloom.kinds.level.platform.repair import mend
from playloom.kinds.level.platform.solve import explore, states_of
from playloom.kinds.level.vocabulary import SIDE, Role
from playloom.seeds import Stream

SKY = ["............"] * 3


def level_of(draft: Draft, body: Platform | None = None) -> Level:
    return Level(cells=draft.cells.astype(np.uint8), vocabulary=SIDE, movement=body or Platform())


def mended(*rows: str, pinned: str = "<>") -> Draft:
    draft = draft_of(*rows, pinned=pinned)
    mend(draft, Platform(), Stream(1))
    return draft


def finished(draft: Draft, **controls: object) -> Draft:
    height, width = draft.cells.shape
    finish(work_on(draft, LevelRequest(theme="platformer", width=width, height=height, **controls)))
    return draft


def names(draft: Draft) -> set[str]:
    return {edit.after for edit in draft.changes()}


def test_what_can_be_played_already_is_left_alone() -> None:
    assert mended(*SKY, "<....==....>", "#####..#####").edits == []


def test_a_gap_too_wide_gets_a_platform() -> None:
    draft = mended(*["." * 18] * 5, "<................>", "###............###")

    assert judge(level_of(draft), border=None).passed
    assert names(draft) <= {"bridge", "wall"}
    assert len(draft.changes()) <= 2


def test_a_ledge_too_high_gets_a_way_up() -> None:
    draft = mended(*SKY, ".........>..", *[".......#####"] * 7, "<......#####", "############")

    assert judge(level_of(draft), border=None).passed
    assert 1 <= len(draft.changes()) <= 3


def test_a_wall_across_the_way_is_opened() -> None:
    draft = mended("############", "#<..###...>#", "############")

    assert judge(level_of(draft), border=()).passed
    assert [(edit.x, edit.after) for edit in draft.changes()] == [(4, "floor"), (5, "floor"), (6, "floor")]


def test_a_pit_gets_a_way_out() -> None:
    pit = [*SKY, "<..........>", *["#####..#####"] * 6, "############"]
    assert not judge(level_of(draft_of(*pit)), border=None).passed

    draft = mended(*pit)

    assert judge(level_of(draft), border=None).passed
    assert len(draft.changes()) <= 3


def test_a_deadly_pit_is_left_alone() -> None:
    assert mended(*SKY, "<..........>", *["#####..#####"] * 6, "#####^^#####").edits == []


def test_pinned_cells_are_not_changed() -> None:
    rows = ["############", "#....==....#", "#<..====..>#", "############"]
    draft = draft_of(*rows, pinned="<>=")
    draft.cells[1, 5:7] = draft.cells[2, 4:8] = ROCK  # pinned rock: the way leads over or under it
    draft.fixed[1, 5:7] = True
    mend(draft, Platform(), Stream(1))

    assert (draft.cells[draft.fixed & ~SIDE.objects[draft.cells]] == ROCK).all()
    assert judge(level_of(draft), border=None).passed


def test_pins_that_wall_the_exit_in_are_reported() -> None:
    with pytest.raises(Unplaceable, match="walled in by pinned cells"):
        mended("############", "#<..###...>#", "############", pinned="#<>")


def test_pinned_treasure_is_made_reachable() -> None:
    draft = mended("$...........", *SKY, *SKY, "<..........>", "############", pinned="<>$")

    assert judge(level_of(draft), border=None).passed
    assert draft.edits


def test_a_map_without_ground_is_refused() -> None:
    with pytest.raises(Unplaceable, match="no ground to start from"):
        mended(*SKY)


@pytest.mark.parametrize("make", [noise, hills])
def test_every_proposal_becomes_a_level_that_passes_the_check(make: Callable[[int, int, int], Draft]) -> None:
    made = 0
    for seed in range(75):
        draft = make(seed, 12, 24)
        before = draft.cells.copy()
        try:
            finish(work_on(draft, LevelRequest(theme="platformer", width=24, height=12, seed=seed)))
        except Unplaceable:
            continue
        made += 1
        assert judge(level_of(draft), border=None).failed == ()
        _explained(before, draft)
    assert made >= 65


def _explained(before: np.ndarray, draft: Draft) -> None:
    """Every cell that is not what was proposed is an edit's, or an object's."""
    after = before.copy()
    for edit in draft.changes():
        after[edit.y, edit.x] = SIDE.id(edit.after)
    moved = (after != draft.cells) & ~SIDE.objects[draft.cells]
    assert not moved.any()


@pytest.mark.parametrize("body", [Platform(), Platform(jump_height=2, jump_length=4, fall_speed=3)])
def test_other_bodies_are_served_too(body: Platform) -> None:
    for seed in range(12):
        draft = hills(seed, 14, 30)
        finish(work_on(draft, LevelRequest(theme="platformer", width=30, height=14, seed=seed), body))

        assert judge(level_of(draft, body), border=None).failed == ()


def test_every_control_is_met_exactly_or_refused() -> None:
    controls = {
        "enemies": (3, 3),
        "strong": (1, 1),
        "bosses": (1, 1),
        "treasure": (6, 6),
        "people": (2, 2),
        "locks": (1, 1),
        "keys": (2, 2),
        "openness": (0.7, 0.7),
    }
    made = 0
    for seed in range(8):
        draft = hills(seed, 14, 36)
        request = LevelRequest(theme="platformer", width=36, height=14, seed=seed, **controls)
        try:
            finish(work_on(draft, request))
        except Unplaceable:
            continue
        made += 1
        assert judge(level_of(draft), request, border=None).failed == ()
    assert made >= 4


def test_a_path_of_the_length_asked_for_is_found() -> None:
    for seed in range(8):
        draft = hills(seed, 14, 40)
        request = LevelRequest(theme="platformer", width=40, height=14, seed=seed, path=(20, 24))
        finish(work_on(draft, request))

        assert 20 <= judge(level_of(draft), request, border=None).measures["path"] <= 24


def test_a_short_way_is_found_though_the_start_is_left_for_good() -> None:
    # From the ledge on the left nobody comes back up, so the exit lies below: far from a start up there.
    draft = draft_of(*["." * 24] * 3, *["#" * 8 + "." * 16] * 7, "#" * 24)
    finished(draft, path=(1, 2))

    assert 1 <= judge(level_of(draft), border=None).measures["path"] <= 2


def test_start_and_exit_lie_far_apart_by_the_way_and_to_the_eye() -> None:
    for seed in range(8):
        draft = hills(seed, 14, 40)
        finished(draft, seed=seed)
        ((_, start),) = np.argwhere(SIDE.having(Role.START)[draft.cells]).tolist()
        ((_, end),) = np.argwhere(SIDE.having(Role.EXIT)[draft.cells]).tolist()
        ticks = explore(draft.cells, SIDE, Platform()).arrivals()

        assert abs(end - start) >= 20
        assert 5 * len(judge(level_of(draft), border=None).solution) >= 3 * ticks.max()


def test_coins_stand_in_rows_within_reach_of_some_ground() -> None:
    for seed in range(6):
        draft = hills(seed, 14, 40)
        finished(draft, seed=seed, treasure=(9, 9))
        coins = np.argwhere(SIDE.having(Role.PICKUP)[draft.cells]).tolist()
        beside = [[y, x] for y, x in coins if [y, x - 1] in coins or [y, x + 1] in coins]

        assert judge(level_of(draft), border=None).measures["treasure"] == 9
        assert judge(level_of(draft), border=None).passed
        assert 2 * len(beside) >= len(coins)


def test_a_locked_door_shuts_off_the_exit() -> None:
    for seed in range(6):
        draft = hills(seed, 14, 40)
        try:
            finished(draft, seed=seed, locks=(1, 1))
        except Unplaceable:
            continue
        walled = np.where(SIDE.having(Role.LOCK)[draft.cells], ROCK, draft.cells)
        assert explore(walled, SIDE, Platform()).solution() is None


def test_an_impossible_path_is_refused_with_the_lengths_that_are_possible() -> None:
    with pytest.raises(Unplaceable, match=r"ways here take \d+\.\.\d+ ticks"):
        finished(hills(1, 14, 40), path=(900, 900))


def test_hardly_any_ground_makes_no_level() -> None:
    with pytest.raises(Unplaceable, match="ticks away"):
        finished(draft_of(*["." * 30] * 8, "..###" + "." * 25, "." * 30))


def test_the_same_draft_is_finished_alike() -> None:
    one, two = (finished(hills(3, 14, 40), seed=3, locks=(1, 1), openness=(0.7, 0.7)) for _ in range(2))

    assert (one.cells == two.cells).all()
    assert one.edits == two.edits


def test_the_closed_border_stays_closed() -> None:
    for seed in range(10):
        draft = hills(seed, 14, 30)
        edge = np.ones(draft.cells.shape, np.bool_)
        edge[1:-1, 1:-1] = False
        draft.cells[edge] = ROCK
        draft.sealed[edge] = True
        finished(draft, seed=seed)

        assert judge(level_of(draft)).failed == ()


def test_objects_never_take_the_place_of_ladders_and_platforms() -> None:
    draft = noise(5, 12, 24)
    finished(draft, seed=5, treasure=(20, 20))
    ground = draft.cells.copy()
    ground[SIDE.objects[ground]] = AIR

    assert FREE not in ground
    assert judge(level_of(draft), border=None).passed


@pytest.mark.parametrize("make", [hills, noise])
def test_repair_and_search_hold_few_bytes_a_state(make: Callable[[int, int, int], Draft]) -> None:
    """The largest map has 7.4 million states: what is held for each decides whether it fits into memory."""
    made, body = make(3, 96, 96), Platform()
    states = states_of(made.cells.shape, body)

    mend(make(3, 16, 16), body, Stream(0, "mend"))  # imports and caches
    tracemalloc.start()
    try:
        start = mend(made, body, Stream(0, "mend"))
        repaired = tracemalloc.get_traced_memory()[1]
        made.cells.ravel()[_inner(start, 96)] = SIDE.id("start")
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        explore(made.cells, SIDE, body)
        searched = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

    assert repaired / states < 250
    assert searched / states < 90


def _inner(cell: int, width: int) -> int:
    """Return the place among all cells, row by row, of a cell of the frame."""
    y, x = divmod(cell, width + 2)
    return (y - 1) * width + x - 1
