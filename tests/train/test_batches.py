"""What the network is shown while it learns: canvases, windows of large maps, turns, masks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from playloom.kinds.level.vocabulary import CORE, Passability, Role, Tile, Vocabulary  # noqa: E402
from playloom_train.kinds.level.batches import Batches, hide, window  # noqa: E402
from playloom_train.kinds.level.data import pack  # noqa: E402
from playloom_train.kinds.level.recipe import Canvas, Collection, Recipe, Symmetries  # noqa: E402

ROLELESS = Vocabulary(
    tuple(
        Tile(name=f"tile {n}", char=char, role=Role.PROP, passability=Passability.OPEN, colour="#000000")
        for n, char in enumerate("abcdefgh")
    )
)


def recipe(
    given_maps: list[NDArray[np.uint8]],
    canvas: tuple[int, int],
    *,
    symmetries: Symmetries = "none",
    vocabulary: Vocabulary = ROLELESS,
) -> Recipe:
    size = (max(m.shape[0] for m in given_maps), max(m.shape[1] for m in given_maps))
    return Recipe(
        name="tried",
        summary="",
        vocabulary=vocabulary,
        styles={"own": ("tried", False)},
        canvases=(Canvas((8, 8), canvas),),
        given=(pack("own", given_maps, size),),
        symmetries=symmetries,
        widths=(16, 32),
    )


def drawn(one: Recipe, size: int = 64) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return tokens and targets."""
    tokens, _, targets = Batches(one, list(one.given), 0).draw(size)
    return tokens.numpy(), targets.numpy()


def whole(tokens: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what was shown or asked for, -1 where the network is told nothing."""
    return np.where(targets >= 0, targets, np.where(tokens < len(ROLELESS), tokens, -1))


@given(st.integers(9, 60), st.integers(9, 60), st.integers(0, 1000))
def test_a_window_is_part_of_the_map_and_asks_for_nothing_beside_its_own_edges(
    height: int, width: int, seed: int
) -> None:
    cells = np.arange(height * width).reshape(height, width)  # every cell is another
    place, asked = window((height, width), (24, 16), np.random.default_rng(seed))
    part = cells[place]

    y, x = (int(n) for n in divmod(int(part[0, 0]), width))
    assert (part == cells[y : y + 24, x : x + 16]).all()
    assert part.shape == (min(height, 24), min(width, 16))
    assert asked[0].any() == (y == 0)
    assert asked[-1].any() == (y + part.shape[0] == height)
    assert asked[:, 0].any() == (x == 0)
    assert asked[:, -1].any() == (x + part.shape[1] == width)


def test_the_edges_of_a_large_map_are_asked_for_as_often_as_its_middle() -> None:
    cells = np.arange(40 * 40).reshape(40, 40)
    asked_for = np.zeros(40 * 40, int)
    random = np.random.default_rng(0)
    for _ in range(2000):
        place, asked = window((40, 40), (16, 16), random)
        asked_for[cells[place][asked]] += 1

    asked_for = asked_for.reshape(40, 40)
    assert asked_for.min() > 0
    assert asked_for[0].mean() > 0.5 * asked_for.mean()
    assert asked_for[:, -1].mean() > 0.5 * asked_for.mean()


def test_maps_of_a_canvas_that_is_not_square_are_mirrored_but_never_turned() -> None:
    cells = np.zeros((8, 24), np.uint8)
    cells[0], cells[:, 0] = 1, 2  # marks what is up and what is left
    tokens, targets = drawn(recipe([cells], (8, 24), symmetries="mirror"))
    seen = whole(tokens, targets)

    lefts = (seen[:, 1:, 0] == 2).any(axis=1)
    rights = (seen[:, 1:, -1] == 2).any(axis=1)
    assert lefts.any()
    assert rights.any()
    assert not (lefts & rights).any()
    assert ((seen[:, 0, 1:-1] == 1) | (seen[:, 0, 1:-1] == -1)).all()


def test_untouched_maps_come_as_they_are_and_smaller_ones_show_what_lies_outside() -> None:
    cells = np.random.default_rng(0).integers(0, 8, (10, 12)).astype(np.uint8)
    tokens, targets = drawn(recipe([cells], (16, 16)))

    assert (whole(tokens, targets)[:, :10, :12] == cells).all()
    assert (tokens[:, 10:] == len(ROLELESS) + 1).all()
    assert (targets[:, :, 12:] == -1).all()


@pytest.mark.parametrize("vocabulary", [CORE, ROLELESS])
def test_masks_hide_everything_and_nearly_nothing_whatever_the_tiles(vocabulary: Vocabulary) -> None:
    random = np.random.default_rng(0)
    cells = random.integers(0, len(vocabulary), (16, 16)).astype(np.uint8)
    shares = [hide(cells, random, vocabulary).mean() for _ in range(400)]

    assert max(shares) > 0.95
    assert min(shares) < 0.1


def test_noise_changes_what_is_shown_and_never_what_is_asked_for() -> None:
    cells = np.arange(64, dtype=np.uint8).reshape(8, 8) % 8
    one = recipe([cells], (8, 8))
    noisy = Recipe(**{**{n: getattr(one, n) for n in one.__dataclass_fields__}, "noise": 0.3})
    tokens, targets = drawn(noisy)

    asked = targets >= 0
    assert (targets[asked] == np.broadcast_to(cells, targets.shape)[asked]).all()
    shown = tokens < len(ROLELESS)
    wrong = (tokens != cells)[shown].mean()
    assert 0.15 < wrong < 0.35


def test_a_recipe_whose_canvas_the_network_cannot_halve_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 2"):
        recipe([np.zeros((9, 9), np.uint8)], (9, 9))


def test_a_collection_tells_its_canvas() -> None:
    assert Collection("own", np.zeros((3, 8, 24), np.uint8), np.full((3, 2), 8, np.int16)).canvas == (8, 24)
