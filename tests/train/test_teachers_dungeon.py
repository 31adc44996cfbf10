"""The teachers of dungeons and mazes make maps that can be played, in every size and repeatably."""

import numpy as np
import pytest

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers import dungeon, maze
from playloom_train.kinds.level.teachers.carve import chokes, distances, spare

STYLES = {**dungeon.STYLES, **maze.STYLES}
SIZES = [(10, 10), (48, 10), (10, 48), (48, 48), (11, 17), (33, 24)]
SIZES += [(int(w), int(h)) for w, h in np.random.default_rng(1).integers(10, 49, (14, 2))]
CHARACTER = {
    "rooms": "door",
    "halls": "void",
    "crypt": "locked_door",
    "flooded": "water",
    "braided": "wall",
    "hedge": "tree",
    "catacombs": "door",
}


@pytest.mark.parametrize("style", STYLES)
def test_maps_of_any_size_are_nearly_all_playable(style: str) -> None:
    rng = np.random.default_rng(2)
    accepted = 0
    for width, height in SIZES:
        cells = STYLES[style](rng, width, height)

        assert cells.shape == (height, width)
        assert cells.dtype == np.uint8
        assert int(cells.max()) < len(CORE)
        accepted += judge(Level(cells=cells)).passed
    assert accepted >= 0.7 * len(SIZES)


@pytest.mark.parametrize("style", STYLES)
def test_a_seed_gives_one_map_and_another_seed_another(style: str) -> None:
    first, again, other = (STYLES[style](np.random.default_rng(seed), 23, 31) for seed in (5, 5, 6))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_shows_what_it_is_named_for(style: str) -> None:
    rng = np.random.default_rng(3)

    shown = [bool((STYLES[style](rng, 32, 32) == CORE.id(CHARACTER[style])).any()) for _ in range(10)]

    assert sum(shown) >= 7


@pytest.mark.parametrize("style", STYLES)
def test_amounts_differ_widely_between_maps(style: str) -> None:
    rng = np.random.default_rng(4)
    found = [judge(Level(cells=STYLES[style](rng, 32, 32))).measures for _ in range(25)]

    for name in ("enemies", "treasure"):
        shares = [measures[name] / (measures["openness"] * 32 * 32) for measures in found]
        assert min(shares) < 0.008
        assert max(shares) > 0.025
    assert np.ptp([measures["openness"] for measures in found]) > 0.1


@pytest.mark.parametrize("style", ["rooms", "crypt", "catacombs"])
def test_every_locked_door_shuts_something_off(style: str) -> None:
    rng = np.random.default_rng(7)
    locked = 0
    for _ in range(10):
        cells = STYLES[style](rng, 32, 32)
        start = int(np.flatnonzero(cells == CORE.id("start"))[0])
        locks = np.argwhere(cells == CORE.id("locked_door"))
        assert len(locks) == (cells == CORE.id("key")).sum()
        for y, x in locks:
            ground = CORE.open[cells]
            everywhere = (distances(ground, start) >= 0).sum()
            ground[y, x] = False
            assert (distances(ground, start) >= 0).sum() <= everywhere - 4
        locked += len(locks)
    assert locked >= 5


def test_a_corridor_between_two_rooms_is_the_one_choke() -> None:
    rows = ["#######", "#..#..#", "#.....#", "#..#..#", "#######"]
    ground = np.array([[c == "." for c in row] for row in rows])

    order, found = chokes(ground, 1 * 7 + 1)

    assert [choke.cell for choke in found] == [2 * 7 + 3]
    behind = order[found[0].first : found[0].last]
    assert sorted(behind) == [y * 7 + x for y in (1, 2, 3) for x in (4, 5)]
    assert not spare(ground, 2, 3)
    assert spare(ground, 1, 1)
