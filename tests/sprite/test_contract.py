"""The pixel contract on drawn pictures: every breach is found where it is, and mending puts it right."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixel_art import HERO, PICO, sprite, texture

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.contract import Contract, examine, tile_contract
from playloom.kinds.sprite.mend import mend
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.outline import outlined, shadowed
from playloom.kinds.sprite.palette import find_palette
from playloom.kinds.sprite.recolour import recolour

STRICT = Contract(size=(16, 16), palette=PICO, margin=1, baseline="ground")


def changed(*places: tuple[int, int, int], text: str = HERO) -> Sprite:
    """Return the hero with values put at (x, y)."""
    pixels = sprite(text).pixels.copy()
    for x, y, value in places:
        pixels[y, x] = value
    return Sprite(pixels=pixels, palette=PICO)


def test_a_sound_sprite_passes_every_check() -> None:
    found = examine(sprite(HERO).rgba, STRICT)

    assert found.passed and not found.findings and not found.failed
    assert [check.name for check in found.checks] == [
        "size", "alpha", "palette", "filling", "margin", "baseline", "pieces", "strays", "speckle",
    ]  # fmt: skip
    measures = dict(found.measures)
    assert measures.pop("speckle") < 0.02  # type: ignore[operator]
    assert measures == {
        "width": 16, "height": 16, "colours": 5, "opaque": 0.4453, "pieces": 1, "strays": 0,
        "left": 2, "top": 1, "right": 2, "bottom": 1,
    }  # fmt: skip


BREACHES = {
    "margin": (changed((5, 0, 1)), 5, 0, "is in the margin"),
    "strays": (changed((14, 3, 1)), 14, 3, "stands alone"),
    "pieces": (changed((13, 3, 1), (14, 3, 1)), 13, 3, "a loose piece of 2 pixels"),
    "size": (Sprite(pixels=np.pad(sprite(HERO).pixels, ((1, 1), (0, 0))), palette=PICO), -1, -1, "is 16x18"),
    "baseline": (
        Sprite(pixels=np.roll(sprite(HERO).pixels, -1, 0), palette=PICO),
        4,
        13,
        "move it down by 1",
    ),
    "filling": (Sprite(pixels=np.zeros((16, 16), np.uint8), palette=PICO), -1, -1, "is empty"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_where_it_is(name: str) -> None:
    broken, x, y, says = BREACHES[name]

    found = examine(broken.rgba, STRICT)

    assert name in found.failed
    first = next(finding for finding in found.findings if finding.check == name)
    assert (first.x, first.y) == (x, y) and says in first.text
    assert str(first).startswith(f"{name} at {x},{y}: " if x >= 0 else f"{name}: ")


def test_strange_colours_and_half_transparent_pixels_are_named() -> None:
    rgba = sprite(HERO).rgba.copy()
    rgba[7, 7] = (254, 1, 78, 255)
    rgba[8, 8, 3] = 77

    found = examine(rgba, STRICT)

    assert found.failed == ("alpha", "palette")
    assert [str(finding) for finding in found.findings] == [
        "alpha at 8,8: is half transparent; make it 0 or 255",
        "palette at 7,7: #fe014e is not in the palette; the nearest is #ff004d",
    ]


def test_a_picture_without_background_and_one_of_many_colours_is_told_so() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 4)).astype(np.uint8)
    noise[..., 3] = 255

    found = examine(noise, Contract())

    assert {"palette", "filling", "speckle"} <= set(found.failed)
    assert any("make its background transparent" in finding.text for finding in found.findings)
    assert any("map it to a palette" in finding.text for finding in found.findings)


def test_speckle_is_what_differs_from_all_around() -> None:
    speckled = changed((6, 7, 8), (8, 8, 8), (7, 11, 12))

    assert examine(speckled.rgba, STRICT).passed  # few are allowed
    found = examine(speckled.rgba, replace(STRICT, speckle=0.0))
    assert found.failed == ("speckle",)
    assert {(f.x, f.y) for f in found.findings} >= {(6, 7), (8, 8), (7, 11)}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"size": (16, 300)}, "size is"),
        ({"size": (16, 16), "margin": 8}, "nothing is left"),
        ({"speckle": 2.0}, "speckle at most 1"),
        ({"pieces": (2, 1)}, "the lower number first"),
        ({"opaque": (0.5, 0.4)}, "the lower first"),
        ({"baseline": "sky"}, "choose any, ground or float"),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(fields: dict[str, object], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        Contract(**fields)  # type: ignore[arg-type]


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="give uint8"):
        examine(np.zeros((4, 4, 3), np.uint8), Contract())


@pytest.mark.parametrize("name", ["margin", "strays", "pieces", "baseline"])
def test_mending_puts_right_and_tells(name: str) -> None:
    broken = BREACHES[name][0]

    mended = mend(broken.pixels, PICO, STRICT)

    assert examine(Sprite(pixels=mended.pixels, palette=PICO).rgba, STRICT).passed
    assert mended.mends and all(done.pixels > 0 for done in mended.mends)


def test_mending_leaves_a_sound_sprite_alone() -> None:
    hero = sprite(HERO)

    mended = mend(hero.pixels, PICO, STRICT)

    assert np.array_equal(mended.pixels, hero.pixels) and mended.mends == ()


def test_mending_calms_as_many_speckles_as_are_too_many() -> None:
    speckled = changed((6, 7, 8), (8, 8, 8), (7, 11, 12), (8, 3, 12))
    limit = replace(STRICT, speckle=0.0)

    mended = mend(speckled.pixels, PICO, limit)

    rgba = Sprite(pixels=mended.pixels, palette=PICO).rgba
    assert examine(rgba, limit).passed
    assert int((mended.pixels != speckled.pixels).sum()) == mended.mends[0].pixels


@given(st.integers(0, 2**32), st.floats(0.02, 0.9), st.sampled_from(["any", "ground", "float"]))
@settings(max_examples=60, deadline=None)
def test_mending_keeps_the_contract_of_any_picture_that_can(seed: int, share: float, baseline: str) -> None:
    rng = np.random.default_rng(seed)
    pixels = np.where(rng.random((16, 16)) < share, rng.integers(1, 17, (16, 16)), 0).astype(np.uint8)
    contract = replace(STRICT, baseline=baseline, opaque=(0.0, 1.0))

    found = examine(Sprite(pixels=mend(pixels, PICO, contract).pixels, palette=PICO).rgba, contract)

    # Only what would need pixels to be invented, or room that a figure leaves no, may be left.
    possible = {"filling", "baseline", "pieces"}
    assert set(found.failed) <= possible | ({"strays"} if found.measures["opaque"] < 0.02 else set())


def test_a_seamless_tile_passes_and_a_broken_one_does_not() -> None:
    tile = texture(0, (2, 3, 6))
    assert examine(tile.rgba, tile_contract((16, 16), PICO)).passed

    broken = np.zeros((16, 16), np.uint8) + np.arange(1, 17, dtype=np.uint8)
    found = examine(Sprite(pixels=np.sort(broken), palette=find_palette("cga")).rgba, tile_contract((16, 16)))
    assert measure.seam(tile.rgba) < 1.3
    smooth = np.linspace(0, 240, 16).astype(np.uint8)
    rising = np.dstack([np.tile(smooth, (16, 1))] * 3 + [np.full((16, 16), 255, np.uint8)])
    assert examine(rising, tile_contract((16, 16))).failed == ("seam",)
    assert found.measures["seam"] > 0


def figures(count: int, seed: int = 0) -> list[tuple[str, np.ndarray]]:
    """Return sprites that share no more than chance: blobs in bands of colour."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        half = rng.random((16, 8)) < np.hypot(*np.mgrid[-1:1:16j, -1:0:8j]).clip(0.2, 1)[::-1]
        shape = np.concatenate([half, half[:, ::-1]], 1)
        rows = rng.integers(1, 17, 8).repeat(2)[:, None]
        pixels = np.where(shape, rows, 0)
        found.append((f"figure-{number}", Sprite(pixels=pixels, palette=PICO).rgba))
    return found


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.of([*figures(300), ("hero", sprite(HERO).rgba)])


def test_a_copy_is_found_shifted_mirrored_recoloured_and_touched_up(index: Index) -> None:
    hero = changed((6, 7, 8), (9, 11, 12))
    lopsided = changed((1, 8, 1), (1, 7, 1), (6, 7, 8))
    for name, rgba in {
        "same": sprite(HERO).rgba,
        "shifted": np.roll(hero.rgba, (0, 1), (0, 1)),
        "mirrored": np.ascontiguousarray(lopsided.rgba[:, ::-1]),
        "recoloured": recolour(hero, find_palette("endesga-32"), distinct=True).sprite.rgba,
        "padded": np.pad(hero.rgba, ((8, 8), (3, 13), (0, 0))),
    }.items():
        near = index.nearest(rgba)
        assert near and near.name == "hero" and near.distance < 0.1, (name, near)
    same = index.nearest(sprite(HERO).rgba)
    assert same and same.distance == 0
    found = examine(hero.rgba, Contract(), index)
    assert found.failed == ("original",) and "take another seed" in found.findings[-1].text


def test_another_figure_is_no_copy(index: Index) -> None:
    for _, rgba in figures(20, seed=9):
        near = index.nearest(rgba)
        assert near and near.distance > 0.1
    assert index.nearest(np.zeros((16, 16, 4), np.uint8)) is None


def test_an_index_survives_its_package_and_damage_is_refused(index: Index) -> None:
    arrays = index.arrays()

    again = Index.read(arrays, "tiny")

    assert again.names == index.names and np.array_equal(again.figures, index.figures)
    for damage in (
        {"side": np.array([4096], np.int32)},
        {"side": np.array([], np.int32)},
        {"tones": arrays["tones"][:-9]},
        {"tones": np.zeros(9, np.uint8)},
        {"names": arrays["tones"]},
    ):
        with pytest.raises(PackageInvalid, match="tiny: index of training sprites is damaged"):
            Index.read(arrays | damage, "tiny")
    with pytest.raises(PackageInvalid, match="damaged"):
        Index.read({}, "tiny")


def test_outlines_and_shadows_go_where_they_belong() -> None:
    hero = sprite(HERO)

    outside = outlined(hero)
    added = outside.pixels != hero.pixels
    assert (hero.pixels[added] == 0).all() and (outside.pixels[added] == PICO.darkest + 1).all()
    assert added[0, 5:11].all() and not added[0, 4]
    assert outlined(hero, corners=True).pixels[0, 4] == PICO.darkest + 1
    inside = outlined(hero, side="inside", colour=(255, 0, 77))
    assert ((inside.pixels > 0) == (hero.pixels > 0)).all() and inside.pixels[1, 5] == 9
    shadow = shadowed(hero, shift=(1, 1))
    assert (
        shadow.pixels[15, 5] == PICO.darkest + 1
        and (shadow.pixels[hero.pixels > 0] == hero.pixels[hero.pixels > 0]).all()
    )


def test_an_outline_needs_room_and_a_colour_of_the_palette() -> None:
    at_the_edge = BREACHES["margin"][0]
    with pytest.raises(RequestInvalid, match="ask for a margin of 1, or an outline inside"):
        outlined(at_the_edge)
    with pytest.raises(
        RequestInvalid, match="#ff004e is no colour of palette 'pico-8'; the nearest is #ff004d"
    ):
        outlined(sprite(HERO), colour=(255, 0, 78))
    with pytest.raises(RequestInvalid, match="not 0,0"):
        shadowed(sprite(HERO), shift=(0, 0))
