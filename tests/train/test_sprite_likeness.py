"""Distances, counts and baselines of the evaluation of sprites, and the reader that learns from them."""

import numpy as np
import pytest
from drawn_sprites import thing
from judged_sprites import HELD

from playloom_train.kinds.sprite.evaluation.baselines import alike, chained, shuffled
from playloom_train.kinds.sprite.evaluation.counting import reading_of
from playloom_train.kinds.sprite.evaluation.likeness import density_and_coverage, kernel_distance
from playloom_train.kinds.sprite.evaluation.reader import Reader
from playloom_train.kinds.sprite.evaluation.reference import Real, Reference
from playloom_train.kinds.sprite.evaluation.shapes import STATISTICS, apart, statistics
from playloom_train.kinds.sprite.evaluation.variety import variety

# Distances


def test_a_kernel_distance_is_what_one_reckons_by_hand() -> None:
    some, others = (np.array(rows, np.float32) for rows in ([[0.0], [2.0]], [[1.0], [3.0]]))

    def kernel(x: float, y: float) -> float:
        return (x * y + 1) ** 3

    within = kernel(0, 2) + kernel(1, 3)  # each set has one pair
    between = sum(kernel(x, y) for x in (0, 2) for y in (1, 3)) / 4
    assert kernel_distance(some, others) == pytest.approx(within - 2 * between)


def test_sets_drawn_alike_are_near_and_others_far() -> None:
    random = np.random.default_rng(2)
    first, second, far = (random.normal(shift, 1, (400, 8)).astype(np.float32) for shift in (0, 0, 1))

    assert abs(kernel_distance(first, second)) < 0.03
    assert kernel_distance(first, far) > 1
    assert density_and_coverage(first, second)[0] == pytest.approx(1, abs=0.15)
    assert density_and_coverage(first, second)[1] > 0.9
    assert density_and_coverage(far, second)[1] < 0.8


def test_repeating_what_is_usual_is_dense_and_covers_little() -> None:
    real = np.arange(20, dtype=np.float32)[:, None] * 10
    one = np.full((30, 1), 100, np.float32)  # one real sprite again and again

    density, coverage = density_and_coverage(one, real)

    # Its reach and that of two or three neighbours on each side hold the value 100; five would be all alike.
    assert density == pytest.approx(coverage * 20 / 5)
    assert 5 / 20 <= coverage <= 7 / 20


def test_numbers_that_share_no_bin_are_a_whole_bit_apart() -> None:
    ten = [float(i) for i in range(10)]

    assert apart(ten, ten) == pytest.approx(0, abs=1e-12)
    assert apart([0.0, 0.0], [1.0, 1.0]) == apart([1.0], [0.0]) == pytest.approx(1)
    assert 0 < apart(ten, [9.0 - i / 2 for i in range(10)]) < 1


# Counts


def test_the_statistics_of_a_small_drawing_are_counted_by_hand() -> None:
    drawn = np.zeros((8, 8, 4), np.uint8)
    drawn[2:7, 1:6] = (0, 0, 0, 255)  # a black frame of 5 x 5
    drawn[3:6, 2:5] = (255, 255, 255, 255)  # around white
    drawn[0, 7] = (255, 0, 0, 255)  # and a stray

    found = statistics(drawn)

    assert set(found) == set(STATISTICS)
    assert found["filling"] == 26 / 64
    assert (found["width"], found["height"]) == (7 / 8, 7 / 8)
    assert (found["pieces"], found["colours"], found["lonely pixels"]) == (2, 3, 1 / 26)
    assert found["edges"] == 12 / 40  # sides between black and white, of all between pixels of the frame
    red = 0.6279553639214311  # lightness of pure red in OKLab
    assert found["outline"] == pytest.approx(1 - red / 17, abs=1e-6)  # rim: 16 black pixels and the stray
    assert statistics(np.zeros((8, 8, 4), np.uint8)) == dict.fromkeys(STATISTICS, 0.0)


def test_symmetry_is_of_the_figure_wherever_it_stands() -> None:
    drawn = np.zeros((16, 16, 4), np.uint8)
    drawn[4:8, 9:15] = (9, 9, 9, 255)
    assert statistics(drawn)["symmetry"] == 1
    drawn[4:6, 9:12] = 0  # a quarter of the figure is gone
    assert statistics(drawn)["symmetry"] == pytest.approx(12 / 18)


def test_copies_are_alike_mirrored_and_recoloured_ones_too() -> None:
    first, other = thing(1), thing(2)

    copies = variety([[first, first[:, ::-1], first]])
    mixed = variety([[first, other], [thing(3)]])

    assert copies is not None and (copies.pairs, copies.alike, copies.mean) == (3, 3, 0.0)
    assert mixed is not None and (mixed.pairs, mixed.alike) == (1, 0) and mixed.mean > 0.2
    assert variety([[first], []]) is None


# Baselines


def test_shuffled_sprites_keep_their_pixels_and_lose_their_place() -> None:
    drawn = [thing(seed) for seed in range(3)]

    for before, after in zip(drawn, shuffled(drawn, 5), strict=True):
        assert not np.array_equal(before, after)
        assert sorted(before.reshape(-1, 4).tolist()) == sorted(after.reshape(-1, 4).tolist())
    assert all(map(np.array_equal, shuffled(drawn, 5), shuffled(drawn, 5)))


def test_a_chain_draws_in_the_palette_as_it_has_seen(real: Reference) -> None:
    held = [one for one in real.held if one.category != "weapon"]
    for asked, drawn in zip(held, chained(real.training, held, 3), strict=True):
        shown = drawn[drawn[:, :, 3] > 0]
        assert drawn.shape == asked.rgba.shape
        assert {tuple(colour) for colour in shown[:, :3].tolist()} <= set(asked.palette.colours)
        assert (len(shown) == 256) == (asked.category == "terrain-floor")  # tiles have no hole, figures do


def test_training_sprites_of_the_same_kind_stand_beside(real: Reference) -> None:
    same = alike(real.training, real.held, 1)

    assert [one.category for one in same] == [one.category for one in real.held]
    assert {one.name for one in same} <= {one.name for one in real.training}
    assert alike([one for one in real.training if one.category == "weapon"], real.held[:1], 1) == []


# The reader


def test_the_reader_reads_sprites_it_never_saw_and_not_their_shuffled_blocks(
    reader: Reader, real: Reference
) -> None:
    figures = [one for one in real.held if one.category != "terrain-floor"]
    categories = [one.category for one in figures]
    shown = [one.rgba for one in figures]

    read = reading_of(reader, reader.features(shown), categories)
    mixed = reading_of(reader, reader.features(shuffled(shown, 2)), categories)

    assert read.right >= 0.9 * read.asked == 0.9 * 2 * HELD
    assert mixed.right < read.right
    assert read.by_category.keys() == {"creature", "weapon"}


def test_the_reader_does_not_go_by_colours(reader: Reader, real: Reference) -> None:
    """Another palette in the same order of lightness is read the same."""
    one = next(one for one in real.held if one.category == "creature")
    greys = np.linspace(20, 240, len(one.palette.colours)).astype(np.uint8)
    other = one.rgba.copy()
    for colour, place in zip(one.palette.by_lightness, range(len(greys)), strict=True):
        at = (one.rgba[:, :, :3] == one.palette.array[colour]).all(2) & (one.rgba[:, :, 3] > 0)
        other[at, :3] = greys[place]

    first, second = reader.features([one.rgba, other])

    assert not np.array_equal(one.rgba, other)
    assert np.allclose(first, second, atol=1e-4)


def test_a_word_that_shows_is_told_and_one_that_does_not_is_chance(real: Reference) -> None:
    """Half of the training sprites bear a word: once it goes with a margin, once with nothing."""
    framed = [_with(one, framed=bool(i % 2)) for i, one in enumerate(real.training)]
    held = [_with(one, framed=bool(i % 2)) for i, one in enumerate(real.held)]
    reader = Reader(framed, 0)

    def told(some: list[Real]) -> float:
        words, categories = [one.tags for one in some], [one.category for one in some]
        share = reading_of(reader, reader.features([one.rgba for one in some]), categories, words).words
        assert share is not None
        return share

    assert told(held) > 0.9
    blank = [
        _with(one, framed=False, tags=with_it.tags) for one, with_it in zip(real.held, held, strict=True)
    ]
    assert 0.2 < told(blank) < 0.8


def _with(one: Real, *, framed: bool, tags: tuple[str, ...] | None = None) -> Real:
    rgba = one.rgba.copy()
    if framed:
        rgba[[0, -1]], rgba[:, [0, -1]] = (250, 250, 250, 255), (250, 250, 250, 255)
    return Real(
        name=one.name,
        rgba=rgba,
        palette=one.palette,
        category=one.category,
        style=one.style,
        tags=(("framed",) if framed else ("bare",)) if tags is None else tags,
    )
