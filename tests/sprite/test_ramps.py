"""Which colours of a palette a sprite is drawn in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.kernels import oklab
from playloom.kinds.sprite.palette import Palette, find_palette
from playloom.kinds.sprite.ramps import chosen
from playloom.seeds import Stream

COLOUR = st.tuples(*[st.integers(0, 255)] * 3)


@given(st.lists(COLOUR, min_size=2, max_size=32, unique=True), st.integers(2, 32), st.integers(0, 2**63 - 1))
def test_the_choice_is_a_part_of_the_palette_with_its_darkest(
    colours: list[tuple[int, int, int]], count: int, seed: int
) -> None:
    palette = Palette("any", tuple(colours))
    places = chosen(palette, count, (), Stream(seed, "ramps"))

    assert 2 <= len(places) <= max(count, 2) or len(colours) <= count
    assert list(places) == sorted(set(places)) and places[-1] < len(colours)
    assert oklab.whole(palette.array)[:, 0].argmin() in places
    if len(colours) <= count:
        assert len(places) == len(colours)


def test_a_word_that_is_a_colour_chooses_the_first_ramp() -> None:
    palette = find_palette("endesga-32")
    lab = oklab.whole(palette.array)

    def greenness(words: tuple[str, ...]) -> float:
        means = [lab[chosen(palette, 8, words, Stream(seed, "ramps")), 1].mean() for seed in range(40)]
        return -float(np.mean(means)) / oklab.UNIT

    assert greenness(("green", "snake")) > greenness(("snake",)) + 0.02 > greenness(("red",)) + 0.04


@pytest.mark.parametrize("count", [3, 5, 8])
def test_a_ramp_goes_from_dark_to_light(count: int) -> None:
    palette = find_palette("pico-8")
    for seed in range(20):
        places = chosen(palette, count, (), Stream(seed, "ramps"))
        assert len(places) == count
        lightness = np.sort(oklab.whole(palette.array)[places, 0]) / oklab.UNIT
        # Two ramps: no three colours are equally light.
        assert (lightness[2:] - lightness[:-2] > 0.02).all()
