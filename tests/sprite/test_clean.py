"""What was done to pixel art is found exactly and undone exactly, or it is said that it cannot be."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from playloom.kernels import oklab
from playloom.kinds.sprite.clean import (
    CANVASES,
    EMPTY,
    FLAT,
    LARGE,
    SOFT,
    TINY,
    UNEVEN,
    Cleaned,
    Cleaning,
    Dropped,
    clean,
    find_background,
    harden,
    on_canvas,
    remove_background,
)
from playloom.kinds.sprite.enlargement import (
    NOT_ENLARGED,
    find_enlargement,
    find_near_enlargement,
    find_uneven,
    restore,
    restore_near,
)
from playloom.kinds.sprite.quantise import reduce_colours, tokens_of

Pixels = NDArray[np.uint8]
INKS = np.array(
    [[0, 0, 0, 0], [20, 12, 28, 255], [208, 70, 72, 255], [222, 238, 214, 255], [89, 125, 206, 255]]
)
BACKDROP = (255, 0, 255)


def sprites(low: int = 4, high: int = 20) -> st.SearchStrategy[Pixels]:
    """Small sprites of up to four colours, any shape."""

    def draw(numbers: tuple[int, int, int, int]) -> Pixels:
        height, width, seed, coarse = numbers
        rng = np.random.default_rng(seed)
        places = rng.integers(0, len(INKS), (-(-height // coarse), -(-width // coarse)))
        return INKS[places.repeat(coarse, 0).repeat(coarse, 1)[:height, :width]].astype(np.uint8)

    side = st.integers(low, high)
    return st.tuples(side, side, st.integers(0, 2**32 - 1), st.integers(1, 2)).map(draw)


def hero(side: int = 16) -> Pixels:
    """A figure with an outline, a face and a hole between arm and body."""
    rows = [
        "................",
        ".....kkkkkk.....",
        "....krrrrrrk....",
        "....krwwwwrk....",
        "....kwkwwkwk....",
        "....kwwwwwwk....",
        ".....kwwwwk.....",
        "...kkkbbbbkkk...",
        "..kbbbbbbbbbbk..",
        "..kb.kbbbbk.bk..",
        "..kb.kbbbbk.bk..",
        "..kwk.bbbb.kwk..",
        "...k.kbbbbk.k...",
        "....kbbkkbbk....",
        "....kkkk.kkkk...",
        "................",
    ]
    place = {".": 0, "k": 1, "r": 2, "w": 3, "b": 4}
    figure = INKS[np.array([[place[char] for char in row] for row in rows])].astype(np.uint8)
    return figure.repeat(side // 16, 0).repeat(side // 16, 1)


def enlarged(pixels: Pixels, factor: int) -> Pixels:
    return pixels.repeat(factor, 0).repeat(factor, 1)


def cut(pixels: Pixels) -> Pixels:
    rows, columns = (np.flatnonzero(pixels[:, :, 3].any(axis=axis)) for axis in (1, 0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def painted(pixels: Pixels, colour: tuple[int, int, int] = BACKDROP) -> Pixels:
    whole = pixels.copy()
    whole[pixels[:, :, 3] == 0] = (*colour, 255)
    return whole


def cleaned(result: Cleaned | Dropped) -> Cleaned:
    assert isinstance(result, Cleaned), result
    return result


@settings(max_examples=200, deadline=None)
@given(sprites(), st.integers(1, 9), st.integers(0, 8), st.integers(0, 8))
@example(hero(), 4, 3, 1)
def test_an_enlarged_sprite_comes_back_from_any_factor_and_offset(
    sprite: Pixels, factor: int, left: int, top: int
) -> None:
    assume(sprite[:, :, 3].any())
    large = np.pad(enlarged(sprite, factor), ((top, 0), (left, 0), (0, 0)))

    found = find_enlargement(large)

    if found == NOT_ENLARGED:  # right, or there are no two lines to tell a distance by
        changes = [(np.diff(large.astype(int), axis=axis) != 0).any(axis=(1 - axis, 2)) for axis in (0, 1)]
        assert factor == 1 or max(int(lines.sum()) for lines in changes) <= 1
    else:
        assert found.factor % factor == 0  # more if the sprite itself is drawn in larger squares
        assert np.array_equal(cut(restore(large, found.by(factor))), cut(sprite))


@settings(max_examples=200, deadline=None)
@given(sprites(8, 24), st.integers(2, 9))
def test_of_any_lively_sprite_the_factor_is_sure(sprite: Pixels, factor: int) -> None:
    assume(find_enlargement(sprite) == NOT_ENLARGED)

    found = find_enlargement(enlarged(sprite, factor))

    assert found.factor == factor
    assert found.sure
    assert np.array_equal(restore(enlarged(sprite, factor), found), sprite)


def test_a_sprite_in_true_size_is_left_alone() -> None:
    assert find_enlargement(hero()) == NOT_ENLARGED
    assert np.array_equal(cleaned(clean(hero())).pixels, hero())


def test_two_squares_prove_no_enlargement() -> None:
    sprite = np.zeros((16, 16, 4), np.uint8)
    sprite[4:8, 4:8] = INKS[2]
    sprite[8:12, 8:12] = INKS[3]

    assert find_enlargement(sprite).factor == 4
    assert not find_enlargement(sprite).sure
    assert np.array_equal(cleaned(clean(sprite)).pixels, sprite)


@pytest.mark.parametrize("side", [24, 40, 100, 25])
def test_no_whole_number_is_refused_and_told(side: int) -> None:
    large = np.array(Image.fromarray(hero()).resize((side, side), Image.Resampling.NEAREST))

    result = clean(large)

    assert isinstance(result, Dropped)
    assert result.reason == UNEVEN
    assert find_uneven(large) == pytest.approx(side / 16, abs=0.05)


@pytest.mark.parametrize("factor", [3, 4, 5, 8])
def test_noise_in_the_squares_is_undone_when_asked(factor: int) -> None:
    flat = np.array([[40, 40, 60], [208, 70, 72], [222, 238, 214], [89, 125, 206]], np.uint8)
    sprite = np.dstack(
        [flat[np.random.default_rng(1).integers(0, 4, (16, 16))], np.full((16, 16), 255, np.uint8)]
    )
    noise = np.random.default_rng(2).integers(-6, 7, (16 * factor, 16 * factor, 3))
    large = enlarged(sprite, factor)
    large[:, :, :3] = (large[:, :, :3] + noise).clip(0, 255)

    found = find_near_enlargement(large)

    assert find_enlargement(large) == NOT_ENLARGED
    assert (found.factor, found.left, found.top) == (factor, 0, 0)
    assert np.abs(restore_near(large, found).astype(int) - sprite).max() <= 6
    assert cleaned(clean(large, Cleaning(near=True))).near
    assert not cleaned(clean(hero(), Cleaning(near=True))).near


@settings(max_examples=150, deadline=None)
@given(sprites(), st.integers(1, 6))
@example(hero(), 3)
def test_a_painted_background_is_removed_and_nothing_else(sprite: Pixels, factor: int) -> None:
    framed = np.pad(sprite, ((1, 1), (1, 1), (0, 0)))
    picture = enlarged(painted(framed, (10, 200, 10)), factor)

    colour = find_background(picture)
    assert colour == (10, 200, 10)
    outside, _ = ndimage.label(picture[:, :, 1] == 200)
    removed = remove_background(picture, colour)

    # What the border reaches is clear; what the sprite encloses stays; the sprite is untouched.
    assert np.array_equal(removed[:, :, 3] == 0, outside == outside[0, 0])
    assert np.array_equal(removed[removed[:, :, 3] > 0], picture[removed[:, :, 3] > 0])
    assert np.array_equal(remove_background(picture, colour, islands=True), enlarged(framed, factor))


def test_islands_stay_unless_asked_but_magenta_is_clear_everywhere() -> None:
    holes = int((remove_background(painted(hero(), (9, 9, 9)), (9, 9, 9))[:, :, 0] == 9).sum())

    kept = cleaned(clean(painted(hero(), (9, 9, 9))))
    assert kept.islands == holes > 0
    assert kept.background == (9, 9, 9)
    assert np.array_equal(
        cleaned(clean(painted(hero(), (9, 9, 9)), Cleaning(background="islands"))).pixels, hero()
    )
    assert np.array_equal(cleaned(clean(painted(hero()))).pixels, hero())
    assert (cleaned(clean(painted(hero()), Cleaning(background="keep"))).pixels[:, :, 3] == 255).all()


def test_a_border_of_several_colours_is_no_background() -> None:
    picture = painted(hero(), (9, 9, 9))
    picture[0, 3] = (80, 80, 80, 255)

    assert find_background(picture) is None
    assert find_background(picture, known=[(9, 9, 9)]) == (9, 9, 9)
    picture[5, 5, 3] = 0
    assert find_background(picture, known=[(9, 9, 9)]) is None


def test_a_picture_of_one_colour_is_not_emptied() -> None:
    plain = np.full((16, 16, 4), 255, np.uint8)

    assert clean(plain) == Dropped(FLAT)


def test_edges_become_hard_at_half() -> None:
    pixels = np.zeros((1, 5, 4), np.uint8)
    pixels[0, :, 0], pixels[0, :, 3] = 50, (0, 127, 128, 254, 255)

    hard, softened = harden(pixels)

    assert hard[0, :, 3].tolist() == [0, 0, 255, 255, 255]
    assert hard[0, :, 0].tolist() == [0, 0, 50, 50, 50]
    assert softened == 3


def test_reasons_for_dropping() -> None:
    glass = hero()
    glass[glass[:, :, 3] > 0, 3] = 120
    dot = np.zeros((16, 16, 4), np.uint8)
    dot[3, 3:6] = INKS[1]
    wide = np.zeros((20, 60, 4), np.uint8)
    wide[::3, ::2], wide[1::3, 1::2] = INKS[2], INKS[1]

    reasons = {
        SOFT: glass,
        EMPTY: np.zeros((16, 16, 4), np.uint8),
        TINY: dot,
        LARGE: wide,
        FLAT: np.where(hero() > 0, np.uint8(255), np.uint8(0)),
    }

    for reason, pixels in reasons.items():
        result = clean(pixels)
        assert isinstance(result, Dropped)
        assert result.reason == reason
    assert cleaned(clean(hero(32), Cleaning(factor=1))).factor == 1
    assert isinstance(clean(hero(), Cleaning(size=None)), Cleaned)


@settings(max_examples=100, deadline=None)
@given(sprites(1, 48))
def test_any_sprite_that_fits_is_put_in_the_middle_unchanged(sprite: Pixels) -> None:
    assume(sprite[:, :, 3].any())

    canvas = on_canvas(sprite)

    assert isinstance(canvas, np.ndarray)
    side = canvas.shape[0]
    assert canvas.shape == (side, side, 4)
    assert side in CANVASES
    assert np.array_equal(cut(canvas), cut(sprite))
    if sprite.shape != canvas.shape:
        tall, wide = cut(sprite).shape[:2]
        assert side == next(fit for fit in CANVASES if fit >= max(tall, wide))
        rows, columns = (np.flatnonzero(canvas[:, :, 3].any(axis=axis)) for axis in (1, 0))
        for lines in (rows, columns):
            assert 0 <= (side - 1 - lines[-1]) - lines[0] <= 1
    else:
        assert np.array_equal(canvas, sprite)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 400), st.integers(2, 32), st.integers(0, 2**32 - 1))
def test_fewer_colours_are_the_sprites_own_and_near(count: int, most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inks = np.unique(rng.integers(0, 256, (count, 3)), axis=0).astype(np.uint8)
    pixels = np.dstack([inks[rng.integers(0, len(inks), (24, 24))], np.full((24, 24), 255, np.uint8)])
    pixels[0] = 0

    reduced, changed = reduce_colours(pixels, most)

    before, after = (np.unique(one[1:, :, :3].reshape(-1, 3), axis=0) for one in (pixels, reduced))
    assert len(after) <= most
    assert {tuple(c) for c in after.tolist()} <= {tuple(c) for c in before.tolist()}
    assert np.array_equal(reduced[:, :, 3], pixels[:, :, 3])
    apart = oklab.oklab(reduced[:, :, :3]) - oklab.oklab(pixels[:, :, :3])
    assert np.sqrt((apart**2).sum(axis=-1)).max() == pytest.approx(changed, abs=1e-9)
    if len(before) <= most:
        assert np.array_equal(reduced, pixels)


def test_a_rare_but_distinct_colour_outlives_shades() -> None:
    ramp = np.zeros((16, 16, 4), np.uint8)
    ramp[:, :, 1] = np.arange(100, 116)[:, None] + np.arange(16)[None]
    ramp[:, :, 3] = 255
    ramp[5, 5] = (255, 0, 0, 255)  # an eye

    reduced, _ = reduce_colours(ramp, 4)

    assert reduced[5, 5].tolist() == [255, 0, 0, 255]


@settings(max_examples=60, deadline=None)
@given(sprites())
def test_tokens_and_colours_give_the_sprite_again(sprite: Pixels) -> None:
    assume(sprite[:, :, 3].any())

    tokens, colours = tokens_of(sprite)

    again = np.zeros_like(sprite)
    again[tokens > 0, :3], again[tokens > 0, 3] = colours[tokens[tokens > 0] - 1], 255
    assert np.array_equal(again, sprite)
    lightness = oklab.oklab(colours)[:, 0]
    assert (np.diff(lightness) >= 0).all()
