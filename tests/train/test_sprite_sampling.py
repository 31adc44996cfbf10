"""Which sprites an evaluation asks for, and what it counts of their making."""

from pathlib import Path

from judged_sprites import tiny

from playloom.kinds.sprite.contract import examine
from playloom.kinds.sprite.decode import PIXEL_PASSES
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import find_palette
from playloom.kinds.sprite.propose import FAST_GIST_PASSES
from playloom.kinds.sprite.request import STEPS, SpriteRequest
from playloom.kinds.sprite.terms import contract_of
from playloom.package import Package
from playloom_train.kinds.sprite.evaluation.counting import contract_figures
from playloom_train.kinds.sprite.evaluation.makers import makers_of
from playloom_train.kinds.sprite.evaluation.reference import Reference
from playloom_train.kinds.sprite.evaluation.sampling import PALETTES, free_samples, make, paired_samples
from playloom_train.kinds.sprite.evaluation.timing import time_sprites

# Samples


def test_makers_are_the_engines_that_a_package_takes_requests_for(
    generator: SpriteGenerator, tmp_path: Path
) -> None:
    slow = SpriteGenerator(Package.open(tiny.write(tmp_path / "slow", fast=False)))

    assert [(one.name, one.sizes) for one in makers_of(generator)] == [
        ("best", (16, 24, 32, 48)),
        ("fast", (32,)),
        ("hybrid", (32,)),
    ]
    assert [one.name for one in makers_of(slow)] == ["best"]


def test_a_proposal_counts_as_drawn_only_where_nothing_was_mended(generator: SpriteGenerator) -> None:
    plain = make(generator, SpriteRequest(category="creature", size=16, seed=1), "creature")
    moved = make(
        generator, SpriteRequest(category="creature", size=16, seed=1, baseline="ground"), "creature"
    )
    hopeless = make(
        generator, SpriteRequest(category="creature", size=16, pieces=(40, 50), attempts=2), "creature"
    )

    found = contract_figures([plain, moved, hopeless])

    assert plain.sprite is not None and plain.changed == 0 and plain.passed
    assert examine(plain.rgba, contract_of(plain.request, "creature")).passed
    assert moved.sprite is not None and moved.changed > 0
    assert (found.asked, found.made, found.passed, found.drawn, found.mended) == (3, 2, 2, 1, 2)
    assert found.failed == found.first_failed == {"pieces": 1}
    assert found.changed_most == round(moved.changed / 256, 5)
    assert set(found.mends) <= {"placed", "margin", "strays", "pieces", "speckle"} and found.mends


def test_a_refused_copy_is_told_though_another_attempt_made_a_sprite(
    generator: SpriteGenerator, tmp_path: Path
) -> None:
    request = SpriteRequest(category="creature", size=32, palette=find_palette("pico-8"))
    index = Index.of([("the original", generator.generate(request).rgba)])
    strict = SpriteGenerator(Package.open(tiny.write(tmp_path / "strict", originals=index.arrays())))

    found = make(strict, request, "creature")

    assert found.first_failed == ("original",) and found.sprite is not None and found.failed == ()
    assert found.distance is not None and found.distance > 0.1
    assert contract_figures([found]).mended == 0 and contract_figures([found]).attempts_mean == 2


def test_held_out_sprites_are_asked_for_with_their_words_size_and_colours(
    generator: SpriteGenerator, real: Reference
) -> None:
    best, fast, _ = makers_of(generator)
    held = real.held[:3]

    made = list(paired_samples(generator, best, held, 7))

    for one, asked in zip(made, held, strict=True):
        assert one.request.palette == asked.palette and one.request.size == 16
        assert one.request.words in ("red", "goblin") and one.category == asked.category
        assert one.request.style == "plain"
    assert len({one.request.seed for one in made}) == 3
    assert list(paired_samples(generator, fast, held, 7)) == []  # it makes no 16 x 16


def test_known_palettes_take_turns_with_every_size(generator: SpriteGenerator) -> None:
    best = makers_of(generator)[0]

    made = [one for one in free_samples(generator, best, 48, 1) if one.category == "weapon"]

    assert {one.request.palette.name for one in made} == set(PALETTES)
    sizes = [one.request.size for one in made]
    assert sizes.count(16) == 24 and {sizes.count(size) for size in (24, 32, 48)} == {8}
    assert {one.request.size for one in made if one.request.palette.name == "pico-8"} == {16, 24, 32}


def test_runs_of_networks_are_counted(generator: SpriteGenerator) -> None:
    best, fast, _ = makers_of(generator)

    rows = {one.name: time_sprites(generator, one, 3) for one in (best, fast)}

    assert [row.side for row in rows["best"]] == [16, 24, 32, 48]
    assert [(row.side, row.passes) for row in rows["fast"]] == [(32, FAST_GIST_PASSES + 1)]
    # Gist and layout, with and without the words at once, a number of the gist at a time, then the pixels.
    assert all(row.passes == tiny.GIST + STEPS + PIXEL_PASSES for row in rows["best"])
    assert all(row.median_ms > 0 for some in rows.values() for row in some)
