"""Sprites drawn in ramps of known palettes, and freed of the shadows that are drawn into them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sprite_balls import BALLS

from playloom.kernels import oklab
from playloom.kinds.sprite.palette import known_palettes
from playloom_train.kinds.sprite.batches_ramps import Ramps, drawn_in, ramps
from playloom_train.kinds.sprite.shadows import without_shadow

COLOURS = np.array([(0, 0, 0), (90, 60, 40), (200, 120, 60), (240, 220, 160)], np.uint8)
BLACK = 1


@pytest.fixture(scope="module")
def pool() -> list[Ramps]:
    return ramps(np.random.default_rng(0))


def test_ramps_are_of_known_palettes_or_those_turned(pool: list[Ramps]) -> None:
    known = {colour for one in known_palettes().values() for colour in one.palette.colours}
    inside = [set(map(tuple, one.colours.tolist())) <= known for one in pool]

    assert 0.5 < np.mean(inside) < 0.75
    assert all(len(np.unique(one.colours, axis=0)) == len(one.colours) >= 5 for one in pool)
    assert {part for one in pool for part in one.part.tolist()} == {0, 1, 2}


def test_a_sprite_in_ramps_keeps_its_silhouette_and_light_stays_light(pool: list[Ramps]) -> None:
    random = np.random.default_rng(1)
    rose = []
    for number in range(200):
        one, to = BALLS[number % len(BALLS)], pool[int(random.integers(len(pool)))]
        drawn = drawn_in(one.tokens, one.colours, to, random)
        opaque = one.tokens > 0
        assert np.array_equal(drawn > 0, opaque)
        assert drawn.max() <= len(to.colours)
        before = oklab.oklab(one.colours)[one.tokens[opaque] - 1, 0]
        after = oklab.oklab(to.colours)[drawn[opaque].astype(int) - 1, 0]
        if before.std() > 0.05:
            rose.append(np.corrcoef(before, after)[0, 1] if after.std() > 0 else 0.0)
    assert np.median(rose) > 0.8


def figure(side: int = 32) -> NDArray[np.uint8]:
    """Return a tower with a dark outline, and a window in it that is dark as well."""
    tokens = np.zeros((side, side), np.uint8)
    tokens[6:26, 8:18] = BLACK
    tokens[7:25, 9:17] = 3
    tokens[7:25, 9:11] = 4
    tokens[10:16, 11:16] = BLACK
    return tokens


def shaded(tokens: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """Return the figure with its shadow behind it."""
    shadow = np.roll(tokens > 0, (down, right), (0, 1))
    return np.where((tokens == 0) & shadow, BLACK, tokens).astype(np.uint8)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6))
def test_a_shadow_goes_and_outline_and_window_stay(down: int, right: int) -> None:
    tokens = figure()
    lit = without_shadow(shaded(tokens, down, right), COLOURS)

    assert np.array_equal(lit[tokens > 0], tokens[tokens > 0])
    left = np.count_nonzero(lit[tokens == 0])
    cast = np.count_nonzero(shaded(tokens, down, right)) - np.count_nonzero(tokens)
    assert left <= 0.3 * cast


def test_what_has_no_shadow_stays_the_same_array() -> None:
    night = np.full((16, 16), BLACK, np.uint8)  # a texture
    cloak = np.zeros((16, 16), np.uint8)  # all dark but for a face
    cloak[3:15, 4:12], cloak[5:7, 6:10] = BLACK, 4
    for tokens in (figure(), night, cloak):
        assert without_shadow(tokens, COLOURS) is tokens
    brown = COLOURS.copy()
    brown[0] = 120, 110, 100  # too light for a shadow
    lit = shaded(figure(), 3, 3)
    assert without_shadow(lit, brown) is lit
