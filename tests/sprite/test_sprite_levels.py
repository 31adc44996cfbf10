"""The three levels of a sprite: what each is told, what is kept of a picture; packages that are no good."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_sprites
from hypothesis import given, settings
from hypothesis import strategies as st
from pixel_art import HERO, PICO, sprite
from tiny_sprites import CODES, DIGITS, GIST, LEVELS

from playloom.errors import PackageInvalid
from playloom.kinds.sprite.decode import Drawing
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.networks import CELL, Told, coarse_shape
from playloom.kinds.sprite.request import FREE, SpriteRequest
from playloom.kinds.sprite.start import Start, start_of
from playloom.package import Package
from playloom.seeds import Stream

COLOURS = len(PICO.colours)
CLEAR, SOLID, UNKNOWN = COLOURS, COLOURS + 1, COLOURS + 2
RED, BLUE = PICO.colours.index((255, 0, 77)) + 1, PICO.colours.index((41, 173, 255)) + 1


def request(**wishes: Any) -> SpriteRequest:
    return SpriteRequest(**{"words": "goblin", "palette": PICO, "steps": 4, "size": 32, **wishes})


def told(generator: SpriteGenerator, *, tile: bool = False) -> Told:
    conditions = generator.settings.condition("creature", None, 32, ())
    return Told(PICO.array.astype(np.float32), conditions, conditions, tile)


def start(generator: SpriteGenerator, seed: int = 0, *, tile: bool = False, **wishes: Any) -> Start:
    """What a request starts from, its palette in the order in which it is given."""
    return start_of(request(**wishes), told(generator, tile=tile), generator.networks, Stream(seed))


def scribble(seed: int = 0, size: int = 32) -> np.ndarray:
    """A picture of patches, some of them transparent."""
    patches = np.random.default_rng(seed).integers(0, COLOURS + 1, (size // 4, size // 4))
    return patches.repeat(4, 0).repeat(4, 1).astype(np.uint8)


def test_nothing_given_nothing_known(generator: SpriteGenerator) -> None:
    begun = start(generator)

    assert (begun.tokens == UNKNOWN).all() and (begun.codes == CODES).all()
    assert (begun.gist == LEVELS).all() and not begun.shape.any()


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([16, 24, 32, 48]), st.integers(0, 1000))
def test_a_silhouette_is_told_as_the_share_of_each_cell_that_is_solid(
    generator: SpriteGenerator, size: int, seed: int
) -> None:
    solid = np.random.default_rng(seed).random((size, size)) < 0.5

    shape = coarse_shape(np.where(solid, SOLID, CLEAR), told(generator))

    assert shape[-1] == 127
    for place, share in enumerate(shape[:-1]):
        top, left = place // 8 * size // 8, place % 8 * size // 8
        cell = solid[top : top + size // 8, left : left + size // 8]
        assert share == 127 * cell.sum() // cell.size
    hole = np.where(solid, SOLID, CLEAR)
    hole[3, 3] = UNKNOWN
    assert not coarse_shape(hole, told(generator)).any()


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 1.0), st.integers(0, 1000))
def test_strength_is_the_share_of_gist_and_codes_that_is_forgotten(
    generator: SpriteGenerator, strength: float, seed: int
) -> None:
    begun = start(generator, seed, like=scribble(seed), strength=strength)

    assert (begun.codes == CODES).sum() == round(strength * 64)
    assert (begun.gist == LEVELS).sum() == round(strength * GIST)
    whole = start(generator, like=scribble(seed), strength=0.0)
    known = begun.codes < CODES
    assert (begun.codes[known] == whole.codes[known]).all()
    assert not (whole.codes == CODES).any() and not whole.free(told(generator).tokens).any()
    kept = known.repeat(CELL, 0).repeat(CELL, 1)
    if strength > 0:  # what is kept is where the pixels begin, not where they must stay
        assert (begun.seen[~kept] == UNKNOWN).all() and (begun.tokens == UNKNOWN).all()
        assert (begun.seen[kept] == whole.tokens[kept]).all()


def test_of_a_picture_only_what_has_the_shape_asked_for_is_kept(generator: SpriteGenerator) -> None:
    shape = np.zeros((32, 32), np.bool_)
    shape[4:20, 8:28] = True
    like = scribble(3)

    begun = start(generator, like=like, strength=0.0, silhouette=shape)

    wrong = ((like > 0) != shape).reshape(8, 4, 8, 4).any((1, 3))
    assert np.array_equal(begun.codes == CODES, wrong) and 0 < wrong.sum() < 64
    assert np.array_equal(begun.tokens == CLEAR, ~shape)
    assert np.array_equal(begun.tokens == SOLID, shape & (like == 0))
    made = generator.generate(request(like=like, strength=0.0, silhouette=shape, pieces=(1, 9)))
    assert np.array_equal(made.pixels > 0, shape)
    assert np.array_equal(made.pixels[shape & (like > 0)], like[shape & (like > 0)])


def test_cells_that_are_pinned_throughout_are_known_by_their_codes(generator: SpriteGenerator) -> None:
    pinned = np.full((32, 32), FREE, np.uint8)
    pinned[4:14, 4:20] = RED

    begun = start(generator, pinned=pinned)

    known = np.zeros((8, 8), np.bool_)
    known[1:3, 1:5] = True  # rows 4..11: the cells below are pinned in part
    assert np.array_equal(begun.codes < CODES, known)
    assert np.array_equal(DIGITS[begun.codes[known]], np.tile([3, 3, 0, 1], (8, 1)))


def test_the_gist_that_fits_what_is_pinned_is_told_from_one_that_does_not(generator: SpriteGenerator) -> None:
    """With several gists drawn, what goes on from a red part is told a redder gist than from a blue one."""
    networks, asked = generator.networks, told(generator)
    pictures = {}
    for colour in (RED, BLUE):
        pictures[colour] = np.full((32, 32), FREE, np.uint8)
        pictures[colour][8:24, 8:16] = colour
    gists = {
        colour: networks.gist_of(networks.encode(np.full((32, 32), colour - 1), asked)) for colour in pictures
    }
    for colour, pinned in pictures.items():
        drawing = Drawing(networks, start(generator, pinned=pinned), asked, 16)
        assert min(gists, key=lambda one: drawing.fault(gists[one])) == colour
    whole = np.stack(
        [generator.generate(request(words="", category="creature", seed=seed, pinned=pictures[colour])).rgba
         for colour in (RED, BLUE) for seed in range(4)]
    ).astype(int)  # fmt: skip
    free = (pictures[RED] == FREE) & (whole[..., 3] > 0)
    warmth = [(one[..., 0] - one[..., 2])[shown].mean() for one, shown in zip(whole, free, strict=True)]
    assert np.mean(warmth[:4]) > np.mean(warmth[4:])


def test_the_networks_see_a_tile_beyond_its_edges(generator: SpriteGenerator) -> None:
    """Moved around by a cell, a tile is the same tile; a sprite is not the same sprite."""
    rng = np.random.default_rng(0)
    tokens, codes = rng.integers(0, COLOURS, (32, 32)), rng.integers(0, CODES + 1, (8, 8))
    moved = np.roll(tokens, (CELL, CELL), (0, 1)), np.roll(codes, (1, 1), (0, 1))
    gists = np.zeros((1, GIST), np.int64)
    for tile in (True, False):
        asked, networks = told(generator, tile=tile), generator.networks
        pairs = [
            (
                networks.pixel_logits(codes, tokens, asked, asked.full),
                networks.pixel_logits(moved[1], moved[0], asked, asked.full),
                CELL,
            ),
            (
                networks.code_logits(codes, gists, tokens, asked, asked.full),
                networks.code_logits(moved[1], gists, moved[0], asked, asked.full),
                1,
            ),
        ]
        for here, there, step in pairs:
            for one, other in zip(here, there, strict=True):
                assert np.array_equal(np.roll(one, (step, step), (0, 1)), other) == tile


def test_guidance_is_how_much_words_count(generator: SpriteGenerator) -> None:
    def made(words: str, guidance: float) -> list[np.ndarray]:
        return [
            generator.generate(request(words=words, guidance=guidance, seed=seed, colours=32)).rgba
            for seed in (1, 2)
        ]

    assert np.array_equal(made("red goblin", 0.0), made("blue goblin", 0.0))
    redness = [
        float(np.mean([(one[..., 0].astype(int) - one[..., 2])[one[..., 3] > 0].mean() for one in pictures]))
        for pictures in (made("red goblin", guidance) for guidance in (0.0, 0.5, 1.0))
    ]
    assert redness[0] < redness[1] <= redness[2]
    assert not np.array_equal(made("red goblin", 4.0), made("red goblin", 1.0))


def test_a_picture_in_one_palette_is_varied_in_its_colours_whatever_their_order(
    generator: SpriteGenerator,
) -> None:
    hero = sprite(HERO)
    order = np.random.default_rng(4).permutation(COLOURS)
    shuffled = type(PICO)("shuffled", tuple(PICO.colours[place] for place in order))
    place = np.array([0, *(int(np.flatnonzero(order == colour)[0]) + 1 for colour in range(COLOURS))])
    wishes: Any = {"size": 16, "strength": 0.4, "seed": 3}

    plain = generator.generate(request(like=hero.pixels, **wishes))
    other = generator.generate(request(like=place[hero.pixels], palette=shuffled, **wishes))

    assert np.array_equal(plain.rgba, other.rgba)
    assert not np.array_equal(plain.pixels, hero.pixels)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"codes": 1}, "codes is not within"),
        ({"codes": 10**9}, "codes is not within"),
        ({"levels": 1}, "levels is not within"),
        ({"gist": 0}, "gist is not within"),
        ({"gist": 10**9}, "gist is not within"),
        ({"codes": 128}, "outputs of layout are .*256.*; its settings ask for .*128"),
        ({"levels": 5}, "outputs of gist_prior"),
        ({"gist": 9}, "outputs of gist_encoder"),
        ({"tags": ("axe",), "tag_counts": {}}, "inputs of gist_prior are .*14.*; its settings ask for .*8"),
    ],
)
def test_settings_that_do_not_go_with_the_networks_are_refused(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    folder = tiny_sprites.write(tmp_path / "odd", settings=tiny_sprites.SETTINGS | change)

    with pytest.raises(PackageInvalid, match=says):
        SpriteGenerator(Package.open(folder))


@pytest.mark.parametrize("name", ["encoder", "gist_encoder", "gist_prior", "layout", "denoiser"])
def test_a_network_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    folder = tiny_sprites.write(tmp_path / "less", changes={name: None})

    with pytest.raises(PackageInvalid, match=f"no graph '{name}'"):
        SpriteGenerator(Package.open(folder))


def test_a_code_that_is_none_is_refused(tmp_path: Path) -> None:
    def draw(w: tiny_sprites.Writer) -> None:
        """Codes as ever, and 200 more."""
        tiny_sprites.draw_encoder(w)
        w.nodes[-1].output[0] = "usual"
        w.node("Add", "usual", w.constant(np.array(200)), output="codes")

    folder = tiny_sprites.write(tmp_path / "wild", changes={"encoder": tiny_sprites.graph("encoder", draw)})
    wild = SpriteGenerator(Package.open(folder))

    wild.generate(request())  # which needs no codes of a picture
    with pytest.raises(PackageInvalid, match=r"encoder makes 2\d\d\.\.4\d\d; expected 0\.\.255"):
        wild.generate(request(like=scribble(), strength=0.5))


def test_the_largest_sprite_takes_little_memory(generator: SpriteGenerator) -> None:
    asked = request(size=48, pinned=np.full((48, 48), FREE, np.uint8), like=scribble(size=48))
    generator.generate(asked)

    tracemalloc.start()
    try:
        generator.generate(asked)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 << 20  # bytes, without what the networks take
