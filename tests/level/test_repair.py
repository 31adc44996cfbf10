"""Repair: one region, pins and border untouched, the cheaper of joining and filling, all of it listed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from playloom.kinds.level.chokepoints import narrow, part
from playloom.kinds.level.draft import NATS, Draft
from playloom.kinds.level.repair import connect, resize
from playloom.kinds.level.vocabulary import CORE
from playloom.seeds import Stream

FLOOR, WALL = CORE.id("floor"), CORE.id("wall")


def draft_of(*rows: str, pinned: str = "", wall_nats: int = 3, floor_nats: int = 2) -> Draft:
    """Make a draft in which opening any wall costs ``wall_nats`` and filling any floor ``floor_nats``."""
    cells = np.array([[CORE.by_char[char] for char in row] for row in rows], np.int64)
    surprise = np.full((*cells.shape, len(CORE)), 50 * NATS, np.int64)
    surprise[:, :, FLOOR], surprise[:, :, WALL] = wall_nats * NATS, floor_nats * NATS
    sealed = np.zeros(cells.shape, np.bool_)
    sealed[[0, -1]] = sealed[:, [0, -1]] = True
    fixed = np.array([[char in pinned for char in row] for row in rows])
    return Draft(cells, fixed, sealed, surprise, CORE)


def random_draft(seed: int, height: int, width: int) -> Draft:
    bits = Stream(seed, "map").bits(height * width * 3).reshape(3, height, width)
    draft = draft_of(*["#" * width] * height)
    draft.cells[1:-1, 1:-1] = np.where(bits[0] % 5 < 2, FLOOR, WALL)[1:-1, 1:-1]
    draft.surprise[:, :, FLOOR] = bits[1] % (8 * NATS)
    draft.surprise[:, :, WALL] = bits[2] % (8 * NATS)
    return draft


def regions(cells: NDArray[np.int64]) -> int:
    return int(ndimage.label(CORE.open[cells])[1])


def test_a_thin_wall_between_two_rooms_is_opened() -> None:
    draft = draft_of("#######", "#..#..#", "#..#..#", "#######")

    assert connect(draft)
    assert [(edit.x, edit.after) for edit in draft.edits] == [(3, "floor")]
    assert draft.edits[0].nats == 3.0


def test_a_small_pocket_behind_thick_rock_is_filled() -> None:
    draft = draft_of("##########", "#...####.#", "#...######", "##########")

    assert connect(draft)
    assert [(edit.x, edit.y, edit.after) for edit in draft.edits] == [(8, 1, "wall")]


def test_a_pinned_pocket_is_joined_whatever_that_costs() -> None:
    draft = draft_of("###########", "#...####,.#", "#...#######", "###########", pinned=",")

    assert connect(draft)
    assert {edit.reason for edit in draft.edits} == {"opens a way to a pocket"}
    assert draft.cells[1, 8] == CORE.id("path")


def test_a_pocket_walled_in_by_pins_is_reported() -> None:
    assert not connect(draft_of("#######", "#..T,T#", "#..TTT#", "#######", pinned="T,"))


def test_two_pockets_are_joined_together_where_that_is_cheaper_than_filling_each() -> None:
    # Joining the nearer one costs 5, the other then nothing more; filling costs 3 each.
    draft = draft_of("########", "#..#.#.#", "########")
    draft.surprise[1, 3, FLOOR], draft.surprise[1, 5, FLOOR] = 5 * NATS, 1
    draft.surprise[1, 4, WALL] = draft.surprise[1, 6, WALL] = 3 * NATS

    assert connect(draft)
    assert {(edit.x, edit.after) for edit in draft.edits} == {(3, "floor"), (5, "floor")}


def test_a_pocket_that_pins_wall_in_is_filled() -> None:
    draft = draft_of("##########", "#....T.T.#", "#....TTT.#", "#........#", "##########", pinned="T")

    assert connect(draft)
    assert [(edit.x, edit.y, edit.after) for edit in draft.edits] == [(6, 1, "wall")]


def cheapest_by_trial(draft: Draft, count: int) -> int:
    """Least cost over all choices of cells to open or fill that leave one region; for small maps."""
    labels = ndimage.label(draft.walkable)[0]
    sizes = np.bincount(labels.ravel())[1:]
    main = int(sizes.argmax()) + 1
    closed = np.argwhere(~draft.walkable & ~draft.sealed)
    best = 1 << 60
    for dropped in range(1 << (count - 1)):
        others = [i for i in range(1, count + 1) if i != main]
        lost = [label for bit, label in enumerate(others) if dropped >> bit & 1]
        fill = sum(int(draft.surprise[y, x, WALL]) for y, x in np.argwhere(np.isin(labels, lost)))
        for opened in range(1 << len(closed)):
            cells = [tuple(cell) for bit, cell in enumerate(closed.tolist()) if opened >> bit & 1]
            cost = fill + sum(int(draft.surprise[y, x, FLOOR]) for y, x in cells)
            if cost < best:
                free = draft.walkable & ~np.isin(labels, lost)
                for cell in cells:
                    free[cell] = True
                best = cost if ndimage.label(free)[1] == 1 else best
    return best


@pytest.mark.parametrize("seed", range(12))
def test_with_two_regions_nothing_cheaper_can_be_found(seed: int) -> None:
    draft = random_draft(seed, 5, 6)
    draft.cells[1:-1, 1:-1] = WALL
    draft.cells[1, 1], draft.cells[3, 4], draft.cells[3, 3] = FLOOR, FLOOR, FLOOR
    least = cheapest_by_trial(draft, 2)

    assert connect(draft)
    spent = sum(int(draft.surprise[e.y, e.x, CORE.id(e.after)]) for e in draft.edits)
    assert spent == least


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(6, 14), st.integers(6, 14))
def test_random_pins_stay_and_a_refusal_is_true(seed: int, height: int, width: int) -> None:
    draft = random_draft(seed, height, width)
    draft.fixed[:] = Stream(seed, "pins").bits(height * width).reshape(height, width) % 2 == 0
    before = draft.cells.copy()

    joined = connect(draft)

    assert (draft.cells == before)[draft.fixed].all()
    if joined and CORE.open[draft.cells].any():
        assert regions(draft.cells) == 1
    elif CORE.open[before].any():
        # Even with every free cell opened, what is pinned open does not hang together.
        free = CORE.open[before] | (~draft.fixed & ~draft.sealed)
        labels = ndimage.label(free)[0]
        assert len(np.unique(labels[draft.fixed & CORE.open[before]])) > 1 or labels.max() > 1


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 16), st.integers(5, 16))
def test_any_ground_becomes_one_region_and_lists_every_edit(seed: int, height: int, width: int) -> None:
    draft = random_draft(seed, height, width)
    before = draft.cells.copy()
    if not CORE.open[before].any():
        return

    assert connect(draft)
    assert regions(draft.cells) == 1
    assert not (CORE.open[draft.cells] & draft.sealed).any()
    changed = {(int(x), int(y)) for y, x in np.argwhere(before != draft.cells)}
    assert changed == {(edit.x, edit.y) for edit in draft.changes()}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(8, 16), st.floats(0.1, 0.5), st.booleans())
def test_openness_is_met_exactly_and_the_region_stays_one(
    seed: int, side: int, share: float, stubs_only: bool
) -> None:
    draft = random_draft(seed, side, side)
    connect(draft)
    ways = draft.walkable.copy()
    wanted = round(share * side * side)

    met = resize(draft, wanted, wanted, stubs_only=stubs_only)

    assert regions(draft.cells) == 1
    assert met == (int(draft.walkable.sum()) == wanted)
    assert stubs_only or met
    assert not (draft.walkable & draft.sealed).any()
    if stubs_only and met and wanted < int(ways.sum()):
        assert not (draft.walkable & ~ways).any()


def test_chokepoints_are_the_cells_whose_loss_parts_the_ground() -> None:
    for seed in range(40):
        draft = random_draft(seed, 12, 14)
        connect(draft)
        free = draft.walkable
        start = tuple(int(n) for n in np.argwhere(free)[0])
        found = {point.cell: point for point in part(free, (start[0], start[1])).points}
        for y, x in np.argwhere(free).tolist():
            around = sum(bool(free[y + dy, x + dx]) for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)))
            if (y, x) == start or around != 2:
                continue
            without = free.copy()
            without[y, x] = False
            labels, count = ndimage.label(without)
            assert ((y, x) in found) == (count == 2)
            if count == 2:
                behind = int((labels > 0).sum()) - int((labels == labels[start]).sum())
                assert found[y, x].behind == behind


def test_the_cheapest_cut_is_found_and_no_cell_of_the_ends_is_cut() -> None:
    draft = draft_of("########", "#......#", "#......#", "#......#", "########")
    cost = np.full((5, 8), 9, np.int64)
    cost[1:4, 4] = 2
    near, far = np.zeros((5, 8), np.bool_), np.zeros((5, 8), np.bool_)
    near[1:4, 1], far[1:4, 6] = True, True

    cut = narrow(draft.walkable, cost, near, far)

    assert cut is not None
    assert cut.tolist() == [[1, 4], [2, 4], [3, 4]]
    cost[1:4, 2:6] = 0
    assert narrow(draft.walkable, cost, near, far) is None


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_parts_the_ground_at_the_least_price(seed: int) -> None:
    draft = random_draft(seed, 7, 9)
    connect(draft)
    free = draft.walkable
    cells = np.argwhere(free)
    near, far = np.zeros(free.shape, np.bool_), np.zeros(free.shape, np.bool_)
    near[tuple(cells[0])], far[tuple(cells[-1])] = True, True

    cut = narrow(free, np.ones(free.shape, np.int64), near, far)

    def parted(closed: NDArray[np.int64]) -> bool:
        without = free.copy()
        without[tuple(closed.T)] = False
        labels = ndimage.label(without)[0]
        return bool(labels[tuple(cells[0])] != labels[tuple(cells[-1])])

    if cut is None:
        assert abs(cells[0] - cells[-1]).sum() == 1
        return
    assert parted(cut)
    if len(cut) == 2:  # then no single cell would have done
        assert not any(parted(cells[i : i + 1]) for i in range(1, len(cells) - 1))


def test_openness_never_shuts_somebody_in() -> None:
    draft = draft_of("#######", "#.....#", "#n#####", "#######")

    assert resize(draft, 3, 3, stubs_only=True)
    assert [(edit.x, edit.y) for edit in draft.edits] == [(5, 1), (4, 1)]
    assert not resize(draft, 0, 0, stubs_only=True)
