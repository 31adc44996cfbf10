"""The teachers of side views make maps that can be played, in every size and repeatably."""

from collections.abc import Callable

import numpy as np
import pytest

from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import SIDE
from playloom_train.kinds.level.recipes import RECIPES
from playloom_train.kinds.level.teachers import metroidvania, platformer
from playloom_train.kinds.level.teachers.platformer_land import GAP, MOVEMENT, RISE

STYLES = {**platformer.STYLES, **metroidvania.STYLES}
CHARACTER = {
    "hills": ("wall", "bridge", "decoration"),
    "islands": ("bridge", "tree"),
    "castle": ("ladder", "crate"),
    "shafts": ("ladder", "bridge", "door"),
    "caverns": ("ladder", "bridge"),
}
SIZES = [(10, 10), (48, 10), (10, 48), (48, 24), (32, 32), (17, 13), (24, 40), (61, 18)]


def judged(cells: np.ndarray) -> Judgement:
    return judge(Level(cells=cells, vocabulary=SIDE, movement=MOVEMENT), border=None)


@pytest.mark.parametrize("style", STYLES)
def test_maps_of_any_size_are_nearly_all_playable(style: str) -> None:
    rng = np.random.default_rng(2)
    accepted = 0
    for width, height in SIZES * 2:
        cells = STYLES[style](rng, width, height)

        assert cells.shape == (height, width)
        assert cells.dtype == np.uint8
        assert int(cells.max()) < len(SIDE)
        accepted += judged(cells).passed
    assert accepted >= 12


@pytest.mark.parametrize("style", STYLES)
def test_a_seed_gives_one_map_and_another_seed_another(style: str) -> None:
    first, again, other = (STYLES[style](np.random.default_rng(seed), 31, 23) for seed in (5, 5, 6))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_shows_what_it_is_named_for(style: str) -> None:
    rng = np.random.default_rng(3)
    maps = [STYLES[style](rng, 48, 24) for _ in range(8)]

    for name in CHARACTER[style]:
        assert sum(bool((cells == SIDE.id(name)).any()) for cells in maps) >= 4


@pytest.mark.parametrize("style", STYLES)
def test_densities_differ_widely_between_maps(style: str) -> None:
    rng = np.random.default_rng(4)
    found = [judged(STYLES[style](rng, 48, 24)).measures for _ in range(16)]
    enemies = [measures["enemies"] for measures in found]
    openness = [measures["openness"] for measures in found]

    assert min(enemies) <= 2
    assert max(enemies) >= 5
    assert max(openness) - min(openness) > 0.1


def test_doors_lock_rooms_and_vaults_and_each_has_its_key() -> None:
    rng = np.random.default_rng(6)
    locks, keys = (
        [int((cells == SIDE.id(name)).sum()) for cells in maps]
        for maps in [[metroidvania.shafts(rng, 48, 24) for _ in range(12)]]
        for name in ("locked_door", "key")
    )

    assert locks == keys
    assert 1 <= max(locks) <= 6
    assert sum(n > 0 for n in locks) >= 4


def test_no_map_asks_for_a_perfect_jump() -> None:
    assert MOVEMENT.jump_height > RISE
    assert MOVEMENT.jump_length - 1 > GAP


def test_the_recipe_teaches_all_of_them_by_the_rules_they_were_made_for() -> None:
    recipe = RECIPES["sideview"]

    assert recipe.teachers.keys() == STYLES.keys()
    assert recipe.styles.keys() >= recipe.teachers.keys()
    assert recipe.movement == MOVEMENT
    assert recipe.vocabulary is SIDE


@pytest.mark.parametrize("teach", [platformer.castle, metroidvania.caverns])
def test_the_rim_of_a_closed_map_is_rock(teach: Callable[..., np.ndarray]) -> None:
    rng = np.random.default_rng(8)
    closed = 0
    for _ in range(8):
        cells = teach(rng, 40, 24)
        rim = np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])
        closed += bool((rim == SIDE.id("wall")).all())

    assert closed >= 5
