"""`evaluate`: make levels of every style, judge them, and compare them with real maps and baselines."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from playloom.kinds.level.check import judge, measure
from playloom.kinds.level.content import Level
from playloom.kinds.level.generator import LevelGenerator
from playloom_train.kinds.level.evaluation.comparing import Rules, Sets, compare
from playloom_train.kinds.level.evaluation.figures import (
    ControlFigures,
    Evaluation,
    Machine,
    Spread,
    StyleFigures,
    Validity,
    Wished,
)
from playloom_train.kinds.level.evaluation.reference import Reference
from playloom_train.kinds.level.evaluation.sampling import (
    Sample,
    attempt_all,
    controls_of,
    free_samples,
    openness_of,
    wished_samples,
)
from playloom_train.kinds.level.evaluation.timing import steps_of, time_levels
from playloom_train.kinds.level.recipe import Cells
from playloom_train.memory import peak_mebibytes

_SEED = 1 << 21  # of the first level: far from the small seeds that people try
SHOWN = 12  # maps of a style to look at
_SPREADS = ("openness", "path", "pushes", "enemies", "treasure", "people", "crates", "strange")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be measured."""

    count: int = 100  # levels of each theme without wishes; half as many with
    size: tuple[int, int] | None = None  # height, width; None: as the maps compared with usually have
    seed: int = _SEED
    times: bool = True

    def steps(self, generator: LevelGenerator) -> int:
        """Return how much there is to do, in levels."""
        themes = len(generator.themes)
        wished = themes * self.wished if controls_of(generator) else 0
        return themes * self.count + wished + len(generator.styles) + steps_of(generator) * self.times

    @property
    def wished(self) -> int:
        """Levels of each theme that are asked for something."""
        return -(-self.count // 2)


@dataclass(frozen=True)
class Shown:
    """Maps of one style to look at."""

    made: Sequence[Level]
    held: Sequence[Level]
    chain: Sequence[Level]


@dataclass(frozen=True)
class Findings:
    """The figures, and maps to look at by style."""

    evaluation: Evaluation
    shown: dict[str, Shown]


def evaluate(
    generator: LevelGenerator,
    reference: Reference,
    plan: Plan,
    report: Callable[[float], None] = lambda done: None,
) -> Findings:
    """Measure a package.

    Args:
        generator: Of the package.
        reference: The maps to compare with.
        plan: How much is measured.
        report: Called with how much of ``plan.steps`` is done.
    """
    size = plan.size or reference.size(generator.sides)
    free = attempt_all(free_samples(generator, plan.count, size, plan.seed), report, 0)
    done = len(free)
    wished = attempt_all(
        wished_samples(generator, free, plan.wished, size, plan.seed + (1 << 20)), report, done
    )
    done += len(wished)
    rules = Rules(generator.vocabulary, reference.symmetries, size, plan.seed)
    styles, shown = [], {}
    for theme, names in generator.themes.items():
        for name in names:
            figures, shown[name] = _style(generator, reference, rules, theme, name, free)
            styles.append(figures)
            done += 1
            report(done)
    machine = None
    if plan.times:
        machine = Machine(time_levels(generator, plan.seed, report, done), peak_mebibytes())
    manifest = generator.package.manifest
    evaluation = Evaluation(
        package=manifest.name,
        version=manifest.version,
        package_hash=generator.package.hash,
        count=plan.count,
        size=(size[1], size[0]),
        seed=plan.seed,
        symmetries=reference.symmetries,
        notes=(*reference.notes, *_left_out(generator, reference)),
        styles=tuple(styles),
        wished=tuple(_wished(theme, wished) for theme in generator.themes) if wished else (),
        controls=tuple(_controls(generator, wished)),
        machine=machine,
    )
    return Findings(evaluation, shown)


def _style(
    generator: LevelGenerator,
    reference: Reference,
    rules: Rules,
    theme: str,
    name: str,
    free: list[Sample],
) -> tuple[StyleFigures, Shown]:
    some = [one for one in free if one.style == name]
    levels = [one.level for one in some if one.level]
    seen, held = reference.seen.get(name, []), reference.held.get(name, [])

    def drawn(maps: Sequence[Cells]) -> list[Level]:
        return [
            Level(
                cells=cells,
                vocabulary=generator.vocabulary,
                theme=theme,
                movement=generator.movement,
                tiles=generator.tiles,
                adjacency=generator.adjacency,
            )
            for cells in maps
        ]

    rows, chain_maps = compare(Sets([level.cells for level in levels], seen, held), rules, name)
    chain = drawn(chain_maps)
    figures = StyleFigures(
        style=name,
        theme=theme,
        validity=_validity(some),
        compared="held-out" if held else "training",
        rows=rows,
        chain_passed=sum(judge(level, border=None).passed for level in chain),
        spreads=_spreads(some, held, generator),
    )

    return figures, Shown(levels[:SHOWN], drawn((held or seen)[:SHOWN]), chain[:SHOWN])


def _validity(some: list[Sample]) -> Validity:
    made = [one for one in some if one.level]
    edited = [len(one.level.evidence.edits) for one in made if one.level and one.level.evidence]
    shares = [n / one.level.cells.size for n, one in zip(edited, made, strict=True) if one.level]
    attempts = [one.level.evidence.attempts for one in made if one.level and one.level.evidence]
    return Validity(
        asked=len(some),
        made=len(made),
        passed=sum(one.passed for one in made),
        raw_passed=sum(one.raw_passed for one in made),
        unedited=sum(not n for n in edited),
        edited_mean=round(float(np.mean(shares)), 5) if made else 0.0,
        edited_most=round(max(shares, default=0.0), 5),
        attempts_mean=round(float(np.mean(attempts)), 3) if made else 0.0,
        failed=dict(sorted(Counter(name for one in some for name in one.failed).items())),
    )


def _spreads(some: list[Sample], held: list[Cells], generator: LevelGenerator) -> dict[str, Spread]:
    """Return the values of each measure that differs among the levels."""
    theirs = [measure(cells, generator.vocabulary) for cells in held]
    spreads = {}
    for name in _SPREADS:
        made = tuple(round(float(one.measures[name]), 4) for one in some if name in one.measures)
        if len(set(made)) > 1:
            values = tuple(round(float(one[name]), 4) for one in theirs if name in one)
            spreads[name] = Spread(made, values)
    return spreads


def _wished(theme: str, wished: list[Sample]) -> Wished:
    some = [one for one in wished if one.theme == theme]
    failed = dict(sorted(Counter(name for one in some for name in one.failed).items()))
    return Wished(theme=theme, asked=len(some), made=sum(bool(one.level) for one in some), failed=failed)


def _controls(generator: LevelGenerator, wished: list[Sample]) -> list[ControlFigures]:
    figures = []
    for theme in generator.themes:
        for name in controls_of(generator):
            some = [one for one in wished if one.theme == theme and name in one.wishes]
            if not some:
                continue
            errors, met = [], 0
            for one in some:
                if one.level is None:
                    continue
                low, high = one.wishes[name]
                found = float(one.measures.get(name, 0))
                errors.append(abs(found - (low + high) / 2))
                # A share falls between two counts of cells.
                slack = 0.5 / one.level.cells.size if name == "openness" else 0.0
                met += low - slack <= found <= high + slack
            own = openness_of(some) if name == "openness" else []
            figures.append(
                ControlFigures(
                    theme=theme,
                    name=name,
                    asked=len(some),
                    met=met,
                    error_mean=round(float(np.mean(errors)), 4) if errors else 0.0,
                    error_most=round(max(errors, default=0.0), 4),
                    proposal_error=round(float(np.mean([abs(a - b) for a, b in own])), 4) if own else None,
                )
            )
    return figures


def _left_out(generator: LevelGenerator, reference: Reference) -> list[str]:
    """Say which figures are missing, and what would bring them."""
    notes = []
    unseen = [name for name in generator.styles if not reference.seen.get(name)]
    unheld = [name for name in generator.styles if not reference.held.get(name)]
    if unseen:
        notes.append(
            f"left out for {_named(unseen, generator)}: copies, distance to training and the baselines; "
            "give the training maps with --training"
        )
    if unheld:
        notes.append(
            f"left out for {_named(unheld, generator)}: likeness to maps that were never trained on; "
            "give some with --maps (or --data for a default package)"
        )
    if not controls_of(generator):
        notes.append("left out: controls; the package's tiles have no roles that could be counted")
    return notes


def _named(names: list[str], generator: LevelGenerator) -> str:
    return "every style" if len(names) == len(generator.styles) else ", ".join(names)
