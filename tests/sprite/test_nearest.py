"""The nearest training sprite: found in a hurry, the same as by comparing pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playloom.kinds.sprite.likely import BLOCK, CANDIDATES, Likely
from playloom.kinds.sprite.originality import Index, apart, grounded, tones
from playloom.kinds.sprite.overlay import SHIFT, TONES, best_overlay

WAYS = [(down, right) for down in range(2 * SHIFT + 1) for right in range(2 * SHIFT + 1)]


def figures(rng: np.random.Generator, count: int, side: int) -> np.ndarray:
    """Patches of tones in random rectangles, some of them nearly alike."""
    made = np.zeros((count, side, side), np.uint8)
    for one in made:
        high, wide = rng.integers(1, side + 1, 2)
        patches = rng.integers(0, TONES + 1, (-(-high // 3), -(-wide // 3))).repeat(3, 0).repeat(3, 1)
        one[side - high :, :wide] = patches[:high, :wide]
    some = rng.integers(0, count, count // 3)
    made[: len(some)] = np.where(rng.random((len(some), side, side)) < 0.03, 1, made[some])
    made[:, -1, side // 2] |= 1  # none is empty
    return made


def coarse(figure: np.ndarray) -> np.ndarray:
    """The opaque pixels and the halved lightness of each square, one by one."""
    side = len(figure)
    squares = [
        figure[y : y + BLOCK, x : x + BLOCK].astype(int)
        for y in range(0, side, BLOCK)
        for x in range(0, side, BLOCK)
    ]
    return np.array([[int((one > 0).sum()) for one in squares], [int(one.sum()) // 8 for one in squares]])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(8, 16), (300, 16), (600, 32), (40, 64)]))
def test_the_likely_ones_are_those_with_the_nearest_squares(seed: int, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(seed)
    every = figures(rng, *size)
    seen = figures(rng, 2, size[1])

    found = Likely(every).candidates(seen)

    expected = set()
    for picture in seen:
        distances = np.array([((coarse(one) - coarse(picture)) ** 2).sum() for one in every])
        last = np.sort(distances)[min(CANDIDATES, len(every)) - 1]
        expected |= set(np.flatnonzero(distances <= last).tolist())
    assert found.tolist() == sorted(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(1, 8), (5, 16), (9, 32), (3, 60), (3, 64)]))
def test_the_best_overlay_is_that_of_the_pixels(seed: int, size: tuple[int, int]) -> None:
    """Of each sprite, either way round, the three places are compared in which the silhouettes fit best."""
    rng = np.random.default_rng(seed)
    every, seen = figures(rng, *size), figures(rng, 2, size[1])

    found = best_overlay(seen, every)

    wide = [np.pad(one, SHIFT) for one in every]
    best: list[tuple[float, int, int, int, int]] = []
    for mirrored, picture in enumerate(seen):
        room = np.pad(picture, 2 * SHIFT)
        moved = [room[y : y + len(wide[0]), x : x + len(wide[0])] for y, x in WAYS]
        for number, one in enumerate(wide):
            shapes = [apart((part > 0).astype(np.uint8), (one > 0).astype(np.uint8)) for part in moved]
            for rank, way in enumerate(np.argsort(shapes, kind="stable")[:3].tolist()):
                best.append((apart(moved[way], one), mirrored, rank, number, way))
    distance, mirrored, _, number, way = min(best)
    down, right = WAYS[way]
    assert found.distance == pytest.approx(distance, abs=1e-12)
    assert (found.mirrored, found.sprite) == (bool(mirrored), number)
    assert found.shift == (SHIFT - right, SHIFT - down)


def test_sprites_that_are_as_near_as_the_last_likely_one_are_all_compared() -> None:
    """Of equals none is left out: which one would be is not the same on every machine."""
    rng = np.random.default_rng(5)
    others = figures(rng, 400, 16)
    same = figures(rng, 1, 16)
    every = np.concatenate([others, same.repeat(2 * CANDIDATES, 0)])
    names = [f"sprite {number}" for number in range(len(every))]
    palette = np.zeros((TONES + 1, 4), np.uint8)
    palette[1:] = np.linspace(20, 240, TONES).astype(np.uint8)[:, None]
    palette[1:, 3] = 255
    picture = palette[same[0]]
    assert np.array_equal(grounded(tones(picture), 16) > 0, grounded(same[0], 16) > 0)

    likely = Likely(every).candidates(same)
    near = Index(names, every).nearest(picture)

    assert set(range(len(others), len(every))) <= set(likely.tolist())
    assert near and near.name
