"""What is found of a package, as plain values: written as JSON, shown as tables, kept in its card."""

from collections.abc import Iterator
from typing import Any

import msgspec

from playloom.package import Metric

HELD, SEEN, MARKOV, SHUFFLED = "held-out", "training", "Markov chain", "shuffled"
ALONE = "by category alone"  # asked for with no words, no style and a known palette


class Contract(msgspec.Struct, frozen=True):
    """How many sprites there were, and what mending had to do.

    A first proposal is what the network drew at the first attempt; it is changed only where it breaks the
    contract, so one that passes unchanged passed as it was drawn.
    """

    asked: int
    made: int  # an attempt passed; the others ended in GenerationFailed
    passed: int  # of those made, passed the contract once more
    drawn: int  # first proposals that passed as drawn
    mended: int  # first proposals that passed, mended or not
    changed_mean: float  # share of the square's pixels that mending changed, of those made
    changed_most: float
    attempts_mean: float
    mends: dict[str, int]  # what was done -> sprites
    first_failed: dict[str, int]  # check -> first proposals that failed it, mended
    failed: dict[str, int]  # check -> requests in which no attempt passed it


class PaletteUse(msgspec.Struct, frozen=True):
    """How much of a palette that was asked for is used."""

    sprites: int
    colours: int  # of the palette; 0 where each sprite had another one
    used_mean: float  # colours of a sprite
    share_mean: float  # of the palette's colours


class Nearness(msgspec.Struct, frozen=True):
    """How far sprites are from the training sprite nearest to each: shares of differing pixels."""

    sprites: int
    mean: float
    tenth: float  # a tenth of the sprites is nearer
    least: float
    copies: int  # nearer than the limit of the contract


class Variety(msgspec.Struct, frozen=True):
    """How unlike two sprites of one category and size are: shares of differing pixels."""

    pairs: int
    mean: float
    alike: int  # pairs nearer than the limit below which a sprite counts as a copy


class Statistic(msgspec.Struct, frozen=True):
    """One count of shape or colour."""

    mean: float
    divergence: float  # bits, Jensen-Shannon, from held-out sprites


class Likeness(msgspec.Struct, frozen=True):
    """How like held-out sprites a set of pictures is."""

    sprites: int
    kid: float  # kernel distance in the reader's features
    density: float
    coverage: float
    silhouettes: float  # bits, Jensen-Shannon, 3x3 patterns of opaque and transparent
    shades: float  # the same of dark, middle, light and transparent
    statistics: dict[str, Statistic]


class SizeLikeness(msgspec.Struct, frozen=True):
    """All sets of one size against the held-out sprites of that size."""

    size: int  # pixels a side
    held: int
    means: dict[str, float]  # of the held-out sprites' statistics
    rows: dict[str, Likeness]  # set -> how like


class Reading(msgspec.Struct, frozen=True):
    """What the reader took pictures for that were asked to be of a category."""

    asked: int
    right: int
    by_category: dict[str, tuple[int, int]]  # right, asked
    words: float | None = None  # share of pairs in which the one that was asked for a word looks more like it
    pairs: int = 0


class MakerFigures(msgspec.Struct, frozen=True):
    """What one maker of the package does."""

    maker: str
    sizes: tuple[int, ...]
    contract: Contract
    by_category: dict[str, Contract]
    by_size: dict[str, Contract]
    palettes: dict[str, PaletteUse]
    own_palettes: PaletteUse | None  # of sprites that were asked for in a held-out sprite's colours
    figures: Nearness | None  # to training sprites; None: they are not known
    tiles: Nearness | None
    refused_copies: int  # first proposals that were too near to a training sprite
    variety: Variety | None
    variety_by_category: dict[str, Variety]


class RealFigures(msgspec.Struct, frozen=True):
    """The same of held-out sprites, where it can be said of them."""

    figures: Nearness | None
    tiles: Nearness | None
    variety: Variety | None
    variety_by_category: dict[str, Variety]


class TimeRow(msgspec.Struct, frozen=True):
    """How long sprites of one size take on this machine: one attempt, mended and checked."""

    side: int  # pixels
    sprites: int
    median_ms: float
    passes: float  # runs of a network


class Machine(msgspec.Struct, frozen=True):
    """What differs from machine to machine and from run to run."""

    times: dict[str, tuple[TimeRow, ...]]  # maker -> rows
    peak_mebibytes: float | None  # of the whole process; None where the system does not tell


class Evaluation(msgspec.Struct, frozen=True):
    """Everything that was found. All but ``machine`` is the same on every run on a machine."""

    package: str
    version: str
    package_hash: str
    sprites: int  # of each category, asked for by category alone, by each maker
    held: int  # sprites that were compared with, and asked for once more
    training: int
    seed: int
    notes: tuple[str, ...]  # what was left out, and why
    makers: tuple[MakerFigures, ...]
    real: RealFigures | None
    likeness: tuple[SizeLikeness, ...]
    readings: dict[str, Reading]  # set -> what it was read as
    machine: Machine | None = None  # None: not measured

    def document(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def alone(maker: str) -> str:
    """Return the name of a maker's set that was asked for by category alone."""
    return f"{maker}, {ALONE}"


def metrics(evaluation: Evaluation) -> tuple[Metric, ...]:
    """Return what the card says: nothing that depends on the machine."""
    found: list[Metric] = []
    for one in evaluation.makers:
        found += _of_contract(one)
        found += _of_training(one)
    if evaluation.real is not None:
        found += _of_nearness(HELD, evaluation.real.figures)
        found += _of_variety(HELD, evaluation.real.variety)
    for label, reading in evaluation.readings.items():
        if reading.asked:
            how = f"share of {reading.asked} that a reader learnt from training sprites takes for it"
            found.append(_metric(f"{label}: reads as its category", reading.right / reading.asked, how))
        if reading.words is not None:
            how = f"share of {reading.pairs} pairs of a category, with and without a word, told apart by it"
            found.append(_metric(f"{label}: words", reading.words, how))
    for group in evaluation.likeness:
        found += _of_likeness(group)
    return tuple(found)


def _of_contract(one: MakerFigures) -> Iterator[Metric]:
    contract = one.contract
    how = f"share of {contract.asked} requests, all categories, {', '.join(map(str, one.sizes))} pixels"
    for name, count in (
        ("keeps the contract", contract.passed),
        ("first proposal passes as drawn", contract.drawn),
        ("first proposal passes after mending", contract.mended),
    ):
        yield _metric(f"{one.maker}: {name}", count / max(1, contract.asked), how)
    how = f"mean share of the square, {contract.made} sprites"
    yield _metric(f"{one.maker}: pixels mended", contract.changed_mean, how, 5)
    if one.palettes:
        share = sum(use.share_mean * use.sprites for use in one.palettes.values())
        sprites = sum(use.sprites for use in one.palettes.values())
        how = f"mean share of the palette's colours, {sprites} sprites in {len(one.palettes)} palettes"
        yield _metric(f"{one.maker}: palette used", share / max(1, sprites), how)


def _of_training(one: MakerFigures) -> Iterator[Metric]:
    yield from _of_nearness(one.maker, one.figures)
    if one.figures is not None:
        how = f"share of {one.contract.asked} first proposals, refused and drawn again"
        yield _metric(f"{one.maker}: refused as copies", one.refused_copies / max(1, one.contract.asked), how)
    yield from _of_variety(one.maker, one.variety)


def _of_nearness(label: str, near: Nearness | None) -> Iterator[Metric]:
    if near is not None:
        how = (
            f"share of pixels unlike the nearest training sprite, moved and mirrored, {near.sprites} figures"
        )
        yield _metric(f"{label}: distance to training, mean", near.mean, how)
        yield _metric(f"{label}: distance to training, least", near.least, how)
        yield _metric(
            f"{label}: near copies", near.copies / near.sprites, "share nearer than the contract allows"
        )


def _of_variety(label: str, variety: Variety | None) -> Iterator[Metric]:
    if variety is not None:
        how = f"share of differing pixels, {variety.pairs} pairs of one category and size"
        yield _metric(f"{label}: two sprites differ in", variety.mean, how)


def _of_likeness(group: SizeLikeness) -> Iterator[Metric]:
    for label, row in group.rows.items():
        how = f"KID in the reader's features to {group.held} held-out sprites of {group.size} pixels"
        yield _metric(f"{label}: kernel distance, {group.size} pixels", row.kid, how)
        how = f"share of {group.held} held-out sprites of {group.size} pixels with one near"
        yield _metric(f"{label}: coverage, {group.size} pixels", row.coverage, how)


def _metric(name: str, value: float, how: str, digits: int = 4) -> Metric:
    return Metric(name=name, value=round(value, digits), how=how)
