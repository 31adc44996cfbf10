"""`evaluate`: make sprites of every category, hold them to the contract, compare them with real sprites."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.originality import SPRITES_HIGH, Index
from playloom_train.kinds.sprite.evaluation.baselines import alike, chained, shuffled
from playloom_train.kinds.sprite.evaluation.counting import maker_figures, reading_of, real_figures
from playloom_train.kinds.sprite.evaluation.figures import (
    HELD,
    MARKOV,
    SEEN,
    SHUFFLED,
    Evaluation,
    Machine,
    Reading,
    SizeLikeness,
    alone,
)
from playloom_train.kinds.sprite.evaluation.likeness import SET_LOW, Described, likeness
from playloom_train.kinds.sprite.evaluation.makers import Maker, makers_of
from playloom_train.kinds.sprite.evaluation.reader import Floats, Reader
from playloom_train.kinds.sprite.evaluation.reference import Real, Reference
from playloom_train.kinds.sprite.evaluation.sampling import Sample, choose, free_samples, paired_samples
from playloom_train.kinds.sprite.evaluation.timing import time_sprites
from playloom_train.memory import peak_mebibytes

SEED = 1 << 22  # of the first sprite: far from the small seeds that people try
_SAMPLING, _TIMING = 0.75, 0.05  # of the work; the rest is comparing

Picture = NDArray[np.uint8]  # RGBA


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be measured."""

    sprites: int = 12  # of each category by category alone; as many in all are asked for as held-out ones
    seed: int = SEED
    times: bool = True


@dataclass(frozen=True)
class Shown:
    """Labelled pictures to look at, of every category in the order in which they came."""

    made: dict[str, list[tuple[str, Picture]]]  # maker -> category and picture
    held: list[tuple[str, Picture]]
    chain: list[tuple[str, Picture]]


@dataclass(frozen=True)
class Findings:
    """The figures, and pictures to look at."""

    evaluation: Evaluation
    shown: Shown


@dataclass(frozen=True)
class _Made:
    maker: Maker
    paired: list[Sample]
    free: list[Sample]


@dataclass(frozen=True)
class _Set:
    """Pictures of one label with what they were asked to be."""

    label: str
    pictures: list[Picture]
    categories: list[str]
    words: list[tuple[str, ...]]
    compared: bool = True  # with the held-out sprites: the kinds are mixed as theirs are


def evaluate(
    generator: SpriteGenerator,
    reference: Reference,
    plan: Plan,
    report: Callable[[float], None] = lambda share: None,
) -> Findings:
    """Measure a package.

    Args:
        generator: Of the package.
        reference: The sprites to compare with.
        plan: How much is measured.
        report: Called with the share of the work done.
    """
    settings = generator.settings
    held = choose(reference.held, plan.sprites * len(settings.categories), plan.seed)
    made = list(_make(generator, held, plan, lambda share: report(share * _SAMPLING)))
    machine = _times(generator, made, plan, lambda share: report(_SAMPLING + share * _TIMING))
    index = generator.originals or _index(reference.training)
    figures = [maker_figures(one.maker, one.paired, one.free, settings, index) for one in made]
    baselines = _baselines(reference.training, held, plan.seed)
    sets = [*_sets(made, held, set(settings.tags)), *baselines]
    report(_SAMPLING + 2 * _TIMING)

    def learnt(share: float) -> None:
        report(_SAMPLING + 2 * _TIMING + share * (1 - _SAMPLING - 2 * _TIMING) / 2)

    readings, groups = _compared(reference.training, held, sets, plan.seed, learnt)
    report(1.0)
    manifest = generator.package.manifest
    evaluation = Evaluation(
        package=manifest.name,
        version=manifest.version,
        package_hash=generator.package.hash,
        sprites=plan.sprites,
        held=len(held),
        training=len(reference.training),
        seed=plan.seed,
        notes=(*reference.notes, *_left_out(generator, reference, held)),
        makers=tuple(figures),
        real=real_figures(held, index) if held else None,
        likeness=groups,
        readings=readings,
        machine=machine,
    )
    chain = [one for one in baselines if one.label == MARKOV]
    return Findings(evaluation, _shown(made, held, chain))


def _make(
    generator: SpriteGenerator, held: Sequence[Real], plan: Plan, report: Callable[[float], None]
) -> Iterator[_Made]:
    makers = makers_of(generator)
    categories = len(generator.settings.categories)
    total = sum(plan.sprites * categories + sum(one.size in maker.sizes for one in held) for maker in makers)
    done = 0
    for maker in makers:
        both: list[list[Sample]] = []
        for samples in (
            paired_samples(generator, maker, held, plan.seed),
            free_samples(generator, maker, plan.sprites, plan.seed),
        ):
            both.append([])
            for one in samples:
                both[-1].append(one)
                done += 1
                report(done / total)
        yield _Made(maker, *both)


def _times(
    generator: SpriteGenerator, made: Sequence[_Made], plan: Plan, report: Callable[[float], None]
) -> Machine | None:
    if not plan.times:
        return None
    total = sum(len(one.maker.sizes) for one in made)
    done = iter(range(1, total + 1))
    times = {
        one.maker.name: time_sprites(generator, one.maker, plan.seed, lambda: report(next(done) / total))
        for one in made
    }
    return Machine(times, peak_mebibytes())


def _index(training: Sequence[Real]) -> Index | None:
    some = [(one.name, one.rgba) for one in training[:SPRITES_HIGH]]
    return Index.of(some) if some else None


def _baselines(training: Sequence[Real], held: Sequence[Real], seed: int) -> list[_Set]:
    """Return training sprites of the kinds that the held-out ones are, a chain's, and shuffled ones."""
    known = {one.category for one in training}
    asked = [one for one in held if one.category in known]
    if not asked:
        return []
    same = alike(training, asked, seed)
    pictures = [one.rgba for one in same]
    categories = [one.category for one in asked]
    nothing: list[tuple[str, ...]] = [()] * len(asked)
    return [
        _Set(SEEN, pictures, categories, nothing),
        _Set(MARKOV, chained(training, asked, seed), categories, nothing),
        _Set(SHUFFLED, shuffled(pictures, seed), categories, nothing),
    ]


def _sets(made: Sequence[_Made], held: Sequence[Real], known: set[str]) -> list[_Set]:
    """Return the held-out sprites and what each maker made; words are those that the package knows."""

    def words_of(real: Real | None) -> tuple[str, ...]:
        return tuple(tag for tag in real.tags if tag in known) if real else ()

    pictures, categories = [one.rgba for one in held], [one.category for one in held]
    sets = [_Set(HELD, pictures, categories, [words_of(one) for one in held])]
    for maker in made:
        name = maker.maker.name
        for label, samples in ((name, maker.paired), (alone(name), maker.free)):
            some = [one for one in samples if one.sprite]
            pictures, categories = [one.rgba for one in some], [one.category for one in some]
            words = [words_of(one.real) for one in some]
            sets.append(_Set(label, pictures, categories, words, compared=label == name))
    return [one for one in sets if one.pictures]


def _compared(
    training: Sequence[Real],
    held: Sequence[Real],
    sets: Sequence[_Set],
    seed: int,
    report: Callable[[float], None],
) -> tuple[dict[str, Reading], tuple[SizeLikeness, ...]]:
    """Return what the sets are read as, and how like the held-out sprites they are."""
    if len({one.category for one in training}) < 2:
        return {}, ()
    reader = Reader(training, seed, report)
    features = {one.label: reader.features(one.pictures) for one in sets}
    readings = {
        one.label: reading_of(
            reader, features[one.label], one.categories, one.words if any(one.words) else ()
        )
        for one in sets
        if one.label != SEEN  # which the reader has learnt by heart
    }
    groups = []
    for size in sorted({one.size for one in held}):
        some = {
            one.label: described
            for one in sets
            if one.compared and (described := _described(one.pictures, features[one.label], size))
        }
        real = some.pop(HELD, None)
        if real is None:
            continue
        groups.append(
            SizeLikeness(
                size=size,
                held=len(real.features),
                means={name: round(float(np.mean(values)), 4) for name, values in real.counted.items()},
                rows={label: likeness(described, real) for label, described in some.items()},
            )
        )
    return readings, tuple(groups)


def _described(pictures: Sequence[Picture], features: Floats, size: int) -> Described | None:
    """Return the pictures of a size; None for too few."""
    places = [i for i, picture in enumerate(pictures) if picture.shape[0] == size]
    if len(places) < SET_LOW:
        return None
    return Described.of([pictures[i] for i in places], features[places])


def _shown(made: Sequence[_Made], held: Sequence[Real], chain: Sequence[_Set]) -> Shown:
    return Shown(
        made={
            one.maker.name: [
                (sample.category, sample.rgba) for sample in (*one.free, *one.paired) if sample.sprite
            ]
            for one in made
        },
        held=[(one.category, one.rgba) for one in held],
        chain=[pair for one in chain for pair in zip(one.categories, one.pictures, strict=True)],
    )


def _left_out(generator: SpriteGenerator, reference: Reference, held: Sequence[Real]) -> list[str]:
    """Say which figures are missing, and what would bring them."""
    notes = []
    if not reference.held:
        notes.append(
            "left out: likeness to sprites that were never trained on, and what held-out sprites score; "
            "give the training data with --data, at least 20 sprites"
        )
    elif all(sum(one.size == size for one in held) < SET_LOW for size in {one.size for one in held}):
        notes.append(
            f"left out: likeness; {len(held)} held-out sprites are too few, {SET_LOW} of one size are needed"
        )
    if not reference.training:
        notes.append("left out: what sprites are read as; give the training data with --data")
    elif len({one.category for one in reference.training}) < 2:
        notes.append("left out: what sprites are read as; the training data have one category")
    if generator.originals is None and not reference.training:
        notes.append("left out: distance to training sprites; the package has no index of them")
    elif generator.originals is None:
        notes.append(
            "the package has no index of its training sprites: no copy was refused, those of --data count"
        )
    return notes
