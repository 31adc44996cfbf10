"""A request that cannot be is refused where it is made, and says what can be."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixel_art import PICO

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.palette import Palette
from playloom.kinds.sprite.request import FREE, SpriteRequest
from playloom.kinds.sprite.terms import check_terms

SHAPE = np.zeros((32, 32), np.bool_)
SHAPE[8:24, 8:24] = True
PINNED = np.full((32, 32), FREE)


def shape(top: int, left: int, bottom: int = 24, right: int = 24) -> np.ndarray:
    made = np.zeros((32, 32), np.bool_)
    made[top:bottom, left:right] = True
    return made


def pinned(*places: tuple[int, int, int]) -> np.ndarray:
    made = PINNED.copy()
    for x, y, value in places:
        made[y, x] = value
    return made


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"words": 3}, "words are 3"),
        ({"words": "a" * 201}, "up to 200 characters"),
        ({"words": "goblin\x1b[2J"}, "printable"),
        ({"words": "go\nblin"}, "printable"),
        ({"words": "\ud800"}, "printable"),
        ({"palette": "pico-8"}, "give a Palette"),
        ({"size": 20}, "size is 20; choose 16, 24, 32, 48"),
        ({"size": 32.0}, "size is 32.0"),
        ({"size": True}, "size is True"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**63}, r"2\*\*63 - 1"),
        ({"seed": 1.0}, "seed is 1.0"),
        ({"engine": "slow"}, "choose best or fast or hybrid"),
        ({"engine": ["best"]}, "choose best or fast or hybrid"),
        ({"steps": 0}, "1 to 64"),
        ({"steps": 65}, "1 to 64"),
        ({"guidance": 4.1}, "0 to 4"),
        ({"guidance": float("nan")}, "0 to 4"),
        ({"guidance": True}, "0 to 4"),
        ({"strength": -0.1}, "0 to 1"),
        ({"attempts": 0}, "1 to 64"),
        ({"margin": 9}, "0 to 8"),
        ({"margin": -1}, "0 to 8"),
        ({"baseline": "sky"}, "any or ground or float"),
        ({"pieces": 0}, "1 to 64"),
        ({"pieces": (3, 1)}, "lower number first"),
        ({"pieces": (1, 2, 3)}, "pieces is"),
        ({"pieces": "1"}, "pieces is '1'"),
        ({"outline": "both"}, "outside or inside"),
        ({"shadow": 1}, "True or False"),
        ({"silhouette": [[1]]}, "2-D NumPy array"),
        ({"silhouette": np.ones((16, 16), np.bool_)}, "16x16 pixels; the request is 32x32"),
        ({"silhouette": np.ones((32, 32))}, "2-D NumPy array"),
        ({"pinned": np.full((32, 32), 17)}, "pinned holds 17; .*1 to 16.*255 is free"),
        ({"pinned": np.full((32, 32), -1)}, "pinned holds -1"),
        ({"like": np.full((32, 32), FREE)}, "like holds 255"),
        ({"like": np.zeros((32, 32, 3), np.uint8)}, "2-D NumPy array"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_possible(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        SpriteRequest(**{"palette": PICO, **wrong})


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"silhouette": np.zeros((32, 32), np.bool_)}, "silhouette is empty"),
        ({"silhouette": shape(0, 8), "margin": 1}, "silhouette has pixel 8,0, but margin"),
        ({"silhouette": shape(0, 8), "outline": "outside"}, "outer 1 pixels"),
        ({"silhouette": SHAPE, "baseline": "ground"}, "leaves 8 rows below it free, .*needs 0"),
        ({"silhouette": shape(8, 8, bottom=32), "baseline": "float"}, "forbids 0"),
        ({"silhouette": SHAPE, "pieces": (2, 3)}, "silhouette has 1 pieces"),
        ({"silhouette": SHAPE, "pinned": pinned((0, 0, 3))}, "0,0 contradicts the silhouette"),
        ({"silhouette": SHAPE, "pinned": pinned((9, 9, 0))}, "9,9 contradicts the silhouette"),
        ({"pinned": pinned((31, 4, 3)), "margin": 1}, "pinned pixel 31,4 is opaque"),
        ({"pinned": pinned((1, 4, 3)), "outline": "outside", "shadow": True}, "outer 2 pixels"),
    ],
)
def test_wishes_that_do_not_go_together_are_refused(wishes: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        check_terms(SpriteRequest(palette=PICO, **wishes), "creature")


@pytest.mark.parametrize(
    "wishes",
    [
        {"margin": 1},
        {"baseline": "ground"},
        {"pieces": 1},
        {"outline": "inside"},
        {"shadow": True},
        {"silhouette": SHAPE},
        {"pinned": pinned((0, 0, 0))},
    ],
)
def test_a_tile_has_no_figure_to_wish_for(wishes: dict[str, Any]) -> None:
    request = SpriteRequest(palette=PICO, **wishes)

    check_terms(request, "creature")
    with pytest.raises(RequestInvalid, match="'terrain-floor' is a tile, filled to its edges"):
        check_terms(request, "terrain-floor")


def test_pictures_are_copies_that_nobody_can_change() -> None:
    mine = SHAPE.copy()
    request = SpriteRequest(palette=PICO, silhouette=mine, pinned=PINNED, like=np.zeros((32, 32), np.int64))
    mine[:] = False

    assert request.silhouette is not None and request.silhouette.any()
    for picture in (request.silhouette, request.pinned, request.like):
        assert picture is not None and not picture.flags.writeable


@given(st.permutations(range(16)), st.integers(0, 2**32 - 1))
def test_the_order_of_a_palette_goes_out_and_comes_back(order: list[int], seed: int) -> None:
    palette = Palette("any order", tuple(PICO.colours[place] for place in order))
    picture = np.random.default_rng(seed).integers(0, 17, (16, 16))
    request = SpriteRequest(
        palette=palette, size=16, like=picture, pinned=np.where(picture == 3, FREE, picture)
    )

    ordered, back = request.in_order()

    assert ordered.palette.colours == tuple(sorted(PICO.colours))
    assert ordered.like is not None and np.array_equal(back[ordered.like], picture)
    assert ordered.pinned is not None and request.pinned is not None
    assert np.array_equal(ordered.pinned == FREE, request.pinned == FREE)
    kept = request.pinned != FREE
    assert np.array_equal(back[ordered.pinned[kept]], request.pinned[kept])
