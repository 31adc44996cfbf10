"""Decoding: every masked cell is filled, pins and bars hold, draws follow the network and the steering."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playloom.kernels.masked import Steering, decode
from playloom.seeds import Stream

MASK = 4


def favour_even(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Logits of a tiny net: three tokens, likelier beside their like."""
    logits = np.zeros((*cells.shape, 4), np.int64)
    for token in range(4):
        same = np.pad(cells == token, 1)
        logits[:, :, token] = 24 * (same[2:, 1:-1].astype(np.int64) + same[:-2, 1:-1] + same[1:-1, 2:])
    return logits


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 9), st.integers(0, 1000))
def test_everything_masked_is_filled_and_nothing_else(height: int, width: int, steps: int, seed: int) -> None:
    bits = Stream(seed, "case").bits(height * width).reshape(height, width)
    masked = bits % 3 > 0
    tokens = np.where(masked, MASK, (bits >> np.uint64(8)).astype(np.int64) % 4)
    barred = np.zeros((height, width, 4), np.bool_)
    barred[:, :, 2] = True
    barred[0, :, 1] = True

    done = decode(favour_even, tokens, masked, barred, steps, Stream(seed))

    assert (done.cells[~masked] == tokens[~masked]).all()
    assert (done.cells < MASK).all()
    assert not np.take_along_axis(barred, done.cells[:, :, None], 2)[:, :, 0][masked].any()


def test_the_same_seed_draws_the_same_grid_and_another_does_not() -> None:
    tokens = np.full((16, 16), MASK)
    masked, barred = np.ones((16, 16), np.bool_), np.zeros((16, 16, 4), np.bool_)
    first, again, other = (decode(favour_even, tokens, masked, barred, 8, Stream(s)).cells for s in (5, 5, 6))

    assert (first == again).all()
    assert (first != other).any()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 8), st.integers(0, 100))
def test_without_second_looks_what_was_drawn_stays(steps: int, seed: int) -> None:
    tokens = np.full((6, 6), MASK)
    masked, barred = np.ones((6, 6), np.bool_), np.zeros((6, 6, 4), np.bool_)
    looks: list[NDArray[np.int64]] = []

    def network(cells: NDArray[np.int64]) -> NDArray[np.int64]:
        looks.append(cells.copy())
        return favour_even(cells)

    done = decode(network, tokens, masked, barred, steps, Stream(seed), correctors=0)

    assert len(looks) == steps
    for before, after in pairwise([*looks, done.cells]):
        assert (after[before != MASK] == before[before != MASK]).all()
        assert (after != MASK).sum() > (before != MASK).sum()
    looks.clear()
    decode(network, tokens, masked, barred, steps + 2, Stream(seed), correctors=2)
    assert all((one == MASK).any() for one in looks)
    assert len(looks) == steps + 2 and (looks[-1] != MASK).any() and (looks[steps] != MASK).any()


def test_steering_meets_the_wanted_number_nearly() -> None:
    tokens = np.full((20, 20), MASK)
    masked, barred = np.ones((20, 20), np.bool_), np.zeros((20, 20, 4), np.bool_)
    favoured = np.array([True, False, False, False])
    for target in (40, 200, 320):
        done = decode(favour_even, tokens, masked, barred, 8, Stream(1), steering=Steering(favoured, target))
        assert abs(int((done.cells == 0).sum()) - target) <= 24
