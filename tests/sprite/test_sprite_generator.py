"""Sprites from a tiny package: the contract holds by the check that knows no generator, and bytes repeat."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_sprites
from hypothesis import given, settings
from hypothesis import strategies as st
from pixel_art import PICO

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.contract import Contract, examine, tile_contract
from playloom.kinds.sprite.decode import GIST_PASSES, PIXEL_PASSES
from playloom.kinds.sprite.finishing import finished
from playloom.kinds.sprite.formats import picture
from playloom.kinds.sprite.generator import KIND, SpriteGenerator
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import Palette, find_palette, known_palettes
from playloom.kinds.sprite.request import FREE, SpriteRequest
from playloom.kinds.sprite.terms import contract_of
from playloom.library import VARIABLE
from playloom.package import Package

QUICK = 4  # passes over the layout


def request(**wishes: Any) -> SpriteRequest:
    return SpriteRequest(**{"words": "goblin", "palette": PICO, "steps": QUICK, "size": 16, **wishes})


def disc(radius: float, middle: tuple[float, float] = (15.5, 15.5)) -> np.ndarray:
    y, x = np.mgrid[:32, :32]
    found: np.ndarray = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius * radius
    return found


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    size=st.sampled_from([16, 24, 32, 48]),
    palette=st.sampled_from(sorted(known_palettes())),
    margin=st.integers(0, 3),
    baseline=st.sampled_from(["any", "ground", "float"]),
    outline=st.sampled_from([None, "outside", "inside"]),
    shadow=st.booleans(),
    words=st.sampled_from(["goblin", "red sword", "blue", ""]),
)
def test_the_contract_holds_whatever_is_wished(
    generator: SpriteGenerator, palette: str, margin: int, baseline: Any, size: int, **wishes: Any
) -> None:
    asked = request(palette=find_palette(palette), margin=margin, baseline=baseline, size=size, **wishes)
    made = generator.generate(asked)

    contract = Contract(
        size=(size, size), palette=asked.palette, margin=margin, baseline=baseline, pieces=(1, 3)
    )
    found = examine(made.rgba, contract)
    assert found.passed, found.findings
    assert made.evidence is not None and all(check.passed for check in made.evidence.checks)
    assert made.palette == asked.palette
    if asked.outline == "outside":
        darkest = asked.palette.darkest + 1
        figure = made.pixels > 0
        rim = figure & (np.pad(figure, 1)[2:, 1:-1] == 0)  # what has nothing below it
        assert (made.pixels[rim] == darkest).all()


@pytest.mark.parametrize("engine", ["best", "fast", "hybrid"])
def test_a_figure_that_fills_its_room_floats_all_the_same(generator: SpriteGenerator, engine: Any) -> None:
    wishes: Any = {"size": 32, "margin": 7, "outline": "outside", "shadow": True, "baseline": "float"}
    made = generator.generate(request(engine=engine, **wishes))

    found = examine(made.rgba, Contract(margin=7, baseline="float", pieces=(1, 3)))
    assert found.passed, found.findings
    assert made.evidence is not None and "baseline" in [one.action for one in made.evidence.mends]


@pytest.mark.parametrize("size", [16, 24, 32, 48])
def test_a_tile_is_filled_and_meets_itself(generator: SpriteGenerator, size: int) -> None:
    for seed in range(6):
        made = generator.generate(request(words="floor", size=size, seed=seed))

        assert examine(made.rgba, tile_contract((size, size), PICO)).passed
        assert measure.seam(made.rgba) <= measure.SEAM_HIGH


def test_the_same_request_gives_the_same_bytes_here_in_threads_and_in_another_process(
    generator: SpriteGenerator, models: Path
) -> None:
    asked = [request(seed=seed, size=32) for seed in range(6)]
    first = [picture.encode(generator.generate(one), "x")["x.png"] for one in asked]

    with ThreadPoolExecutor(3) as pool:
        assert [picture.encode(made, "x")["x.png"] for made in pool.map(generator.generate, asked)] == first
    program = (
        "import playloom, hashlib, pathlib\n"
        "for seed in range(6):\n"
        "    made = playloom.sprite('goblin', palette='pico-8', steps=4, seed=seed)\n"
        "    [path] = playloom.write_sprite(made, 'x.png')\n"
        "    print(path.read_bytes().hex())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=models,
        env={**os.environ, VARIABLE: str(models), "PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
        text=True,
    )
    (models / "x.png").unlink()
    assert done.stdout.split() == [data.hex() for data in first]


def test_seeds_and_words_make_a_difference(generator: SpriteGenerator) -> None:
    made = [generator.generate(request(seed=seed)).pixels for seed in range(4)]
    assert len({pixels.tobytes() for pixels in made}) == 4

    def redness(words: str) -> float:
        sprites = [generator.generate(request(words=words, seed=seed)) for seed in range(4)]
        shown = [s.rgba[s.pixels > 0].astype(int) for s in sprites]
        return float(np.mean([pixels[:, 0].mean() - pixels[:, 2].mean() for pixels in shown]))

    assert redness("red goblin") > redness("goblin") > redness("blue goblin")


@given(order=st.permutations(range(16)), seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_palette_changes_nothing_that_is_seen(
    generator: SpriteGenerator, order: list[int], seed: int
) -> None:
    shuffled = Palette("shuffled", tuple(PICO.colours[place] for place in order))
    finish: Any = {"seed": seed, "outline": "outside", "shadow": True, "margin": 1}

    plain = generator.generate(request(**finish))
    other = generator.generate(request(palette=shuffled, **finish))

    assert np.array_equal(plain.rgba, other.rgba)
    assert other.palette.colours == shuffled.colours


@pytest.mark.parametrize("outline", [None, "outside", "inside"])
@pytest.mark.parametrize("shadow", [False, True])
def test_a_silhouette_is_kept_to_the_pixel(generator: SpriteGenerator, outline: Any, shadow: bool) -> None:
    shape = disc(9) | disc(3, (26, 6))  # a figure, and something loose beside it
    shape[4, 4] = True  # and a lone pixel, which nobody may clear

    made = generator.generate(request(size=32, silhouette=shape, outline=outline, shadow=shadow))

    expected = shape.copy()
    if outline == "outside":
        for step, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            expected |= np.roll(shape, step, axis)
    if shadow:
        expected |= np.roll(expected, (1, 1), (0, 1))
    assert np.array_equal(made.pixels > 0, expected)
    assert made.evidence is not None and "silhouette" in [check.name for check in made.evidence.checks]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 1.0), finish=st.booleans())
def test_pinned_pixels_are_kept_whatever_they_are(
    generator: SpriteGenerator, seed: int, share: float, finish: bool
) -> None:
    """Even speckle that mending would calm, loose pixels, and holes that an outline would fill."""
    rng = np.random.default_rng(seed)
    picture = np.where(rng.random((16, 16)) < share, rng.integers(0, 17, (16, 16)), FREE)
    picture[:2], picture[-2:], picture[:, :2], picture[:, -2:] = FREE, FREE, FREE, FREE
    touch: Any = {"outline": "outside", "shadow": True} if finish else {}

    made = generator.generate(request(pinned=picture, seed=seed, pieces=(1, 64), **touch))

    assert np.array_equal(made.pixels[picture != FREE], picture[picture != FREE])


def test_strength_says_how_far_to_go_from_a_sprite(generator: SpriteGenerator) -> None:
    def kept(strength: float, seed: int) -> float:
        first = generator.generate(request(size=32, seed=seed, steps=8))
        wishes: Any = {"like": first.pixels, "strength": strength, "seed": seed + 100}
        varied = generator.generate(request(size=32, steps=8, **wishes))
        return float((varied.pixels == first.pixels).mean())

    shares = [np.mean([kept(strength, seed) for seed in range(8)]) for strength in (0.0, 0.2, 1.0)]
    unrelated = [generator.generate(request(size=32, seed=seed, steps=8)).pixels for seed in range(8)]
    apart = np.mean([(one == other).mean() for one, other in pairwise(unrelated)])
    assert shares[0] == 1.0
    assert shares[0] > shares[1] > shares[2]
    assert shares[2] < apart + 0.1  # all is forgotten


def test_a_copy_of_a_training_sprite_is_refused_but_what_one_gives_oneself(tmp_path: Path) -> None:
    plain = KIND.load(Package.open(tiny_sprites.write(tmp_path / "plain")))
    made = plain.generate(request(size=32))
    index = Index.of([("the original", made.rgba)])
    strict = KIND.load(Package.open(tiny_sprites.write(tmp_path / "strict", originals=index.arrays())))

    with pytest.raises(GenerationFailed, match="'the original'") as failure:
        strict.generate(request(size=32, attempts=1))
    assert failure.value.failed == ("original",)
    again = strict.generate(request(size=32, attempts=2))
    assert again.evidence is not None and again.evidence.attempts == 2
    assert again.evidence.measures["nearest"] == "the original"
    kept = strict.generate(request(size=32, like=made.pixels, strength=0.0))
    assert kept.evidence is not None and kept.evidence.measures["nearest_distance"] == 0.0


def test_a_contract_that_cannot_be_kept_fails_with_what_to_loosen(generator: SpriteGenerator) -> None:
    with pytest.raises(
        GenerationFailed, match=r"no sprite in 2 attempts\. pieces: \d+ connected pieces?,"
    ) as failure:
        generator.generate(request(pieces=(40, 50), attempts=2))
    assert failure.value.failed == ("pieces",)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"category": "ship"}, "category is 'ship'; this package has creature, terrain-floor, weapon"),
        ({"style": "baroque"}, "style is 'baroque'; this package has plain, round"),
        ({"words": "spaceship"}, "no word of 'spaceship' is known"),
        ({"words": "floor", "margin": 1}, "is a tile"),
    ],
)
def test_what_the_package_lacks_is_refused(
    generator: SpriteGenerator, wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(RequestInvalid, match=says):
        generator.generate(request(**wrong))


def test_evidence_tells_the_request_and_holds_nothing_of_the_machine(
    generator: SpriteGenerator, tmp_path: Path
) -> None:
    asked = request(words="gobblin with axe", seed=5, margin=1, like=np.zeros((16, 16), np.uint8))
    made = generator.generate(asked)
    picture_file = tmp_path / "goblin.png"
    picture_file.write_bytes(picture.encode(made, "goblin")["goblin.png"])

    back = picture.read(picture_file, PICO)
    assert back.evidence == made.evidence and made.evidence is not None
    told = made.evidence.request
    assert (told["words"], told["category"], told["tags"]) == (
        "gobblin with axe",
        "creature",
        ["goblin", "axe"],
    )
    assert (told["seed"], told["margin"], told["style"]) == (5, 1, "plain")
    assert told["contract"]["margin"] == 1 and told["contract"]["copy_below"] == 0.0
    assert str(tmp_path) not in json.dumps(made.record())
    assert made.evidence.package_hash == generator.package.hash
    assert [*made.notes] == ["'gobblin' is not known; taken for 'goblin'"]


def test_progress_goes_up_to_the_whole(generator: SpriteGenerator) -> None:
    seen: list[float] = []
    generator.generate(request(steps=9), seen.append)

    assert seen == sorted(seen) and seen[-1] == pytest.approx(1.0)
    assert len(seen) == min(GIST_PASSES, tiny_sprites.GIST) + 9 + PIXEL_PASSES
    again: list[float] = []
    picture = np.zeros((16, 16), np.uint8)
    picture[4:12, 4:12] = 5
    generator.generate(request(like=picture, strength=0.0), again.append)
    assert again == [1.0]


def test_a_tile_whose_edges_do_not_meet_is_mended_where_that_helps() -> None:
    asked = request(words="floor")
    contract = contract_of(asked, "terrain-floor")
    blocks = np.random.default_rng(3).choice([3, 10, 11], (4, 4)).repeat(4, 0).repeat(4, 1)

    made, mends = finished(asked, blocks, contract)

    before = Sprite(pixels=blocks + 1, palette=PICO)
    assert measure.seam(made.rgba) < measure.seam(before.rgba) / 2
    [mend] = mends
    assert (mend.action, mend.pixels) == ("seam", int((made.pixels != blocks + 1).sum()))
    stripes = np.repeat(np.arange(16)[None] // 2, 16, 0) + 4  # whose middle meets no better
    kept, nothing = finished(asked, stripes, contract)
    assert np.array_equal(kept.pixels, stripes + 1) and not nothing
