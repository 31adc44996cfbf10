"""The teachers of caves and of the overworld make maps that can be played, in every size and repeatably."""

import numpy as np
import pytest

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers import cave, overworld

STYLES = {**cave.STYLES, **overworld.STYLES}
CHARACTER = {
    "cavern": "decoration",
    "lakes": "water",
    "tunnels": "crate",
    "lava": "lava",
    "village": "person",
    "roads": "path",
    "coast": "water",
    "wilds": "tree",
}
EXTREMES = [(10, 10), (48, 10), (10, 48), (48, 48)]


def sizes(count: int = 20) -> list[tuple[int, int]]:
    rng = np.random.default_rng(1)
    drawn = [(int(w), int(h)) for w, h in rng.integers(10, 49, (count - len(EXTREMES), 2))]
    return EXTREMES + drawn


@pytest.mark.parametrize("style", STYLES)
def test_maps_of_any_size_are_nearly_all_playable(style: str) -> None:
    rng = np.random.default_rng(2)
    accepted = 0
    for width, height in sizes():
        cells = STYLES[style](rng, width, height)

        assert cells.shape == (height, width)
        assert cells.dtype == np.uint8
        assert int(cells.max()) < len(CORE)
        accepted += judge(Level(cells=cells)).passed
    assert accepted >= 14


@pytest.mark.parametrize("style", STYLES)
def test_a_seed_gives_one_map_and_another_seed_another(style: str) -> None:
    first, again, other = (STYLES[style](np.random.default_rng(seed), 23, 31) for seed in (5, 5, 6))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_shows_what_it_is_named_for(style: str) -> None:
    rng = np.random.default_rng(3)
    tile = CORE.id(CHARACTER[style])

    shown = [bool((STYLES[style](rng, 32, 32) == tile).any()) for _ in range(10)]

    assert sum(shown) >= 7


@pytest.mark.parametrize("style", STYLES)
def test_densities_differ_widely_between_maps(style: str) -> None:
    rng = np.random.default_rng(4)
    found = [judge(Level(cells=STYLES[style](rng, 32, 32))).measures for _ in range(25)]
    enemies = [measures["enemies"] for measures in found]
    openness = [measures["openness"] for measures in found]

    assert min(enemies) <= 3
    assert max(enemies) >= 8
    assert max(openness) - min(openness) > 0.12


def test_locked_doors_and_their_keys_come_up_in_caves_and_towns() -> None:
    rng = np.random.default_rng(6)
    for style in ("cavern", "tunnels", "village"):
        maps = [STYLES[style](rng, 32, 32) for _ in range(15)]
        locks = [int((cells == CORE.id("locked_door")).sum()) for cells in maps]
        keys = [int((cells == CORE.id("key")).sum()) for cells in maps]

        assert locks == keys
        assert max(locks) <= 3
        assert sum(n > 0 for n in locks) >= 3
