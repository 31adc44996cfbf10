"""Seeded streams: same seed, same bits, whatever the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.errors import RequestInvalid
from playloom.seeds import SEED_LIMIT, Stream


def test_the_first_words_of_a_stream_never_change() -> None:
    assert Stream(7, "a").bits(2).tolist() == [11393792076497754948, 17502266611048532717]


@given(st.integers(0, SEED_LIMIT - 1), st.integers(0, 40), st.integers(0, 40))
def test_bits_do_not_depend_on_how_they_are_drawn(seed: int, first: int, second: int) -> None:
    stream = Stream(seed, "map")
    parts = stream.bits(first).tolist() + stream.bits(second).tolist()

    assert parts == Stream(seed, "map").bits(first + second).tolist()


@given(st.integers(0, SEED_LIMIT - 1))
def test_forks_are_independent_of_what_was_drawn_before(seed: int) -> None:
    used = Stream(seed)
    used.bits(5)

    assert used.fork("a").bits(3).tolist() == Stream(seed).fork("a").bits(3).tolist()
    assert used.fork("a").bits(3).tolist() != used.fork("b").bits(3).tolist()


def test_below_is_close_to_even() -> None:
    stream = Stream(3)
    counts = [0] * 6
    for _ in range(6000):
        counts[stream.below(6)] += 1

    assert min(counts) > 850
    assert max(counts) < 1150


@pytest.mark.parametrize("seed", [-1, SEED_LIMIT, 1.5, True, "7", None])
def test_a_seed_out_of_range_is_refused(seed: object) -> None:
    with pytest.raises(RequestInvalid, match="seed is"):
        Stream(seed)  # type: ignore[arg-type]
