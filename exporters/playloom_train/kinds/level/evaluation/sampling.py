"""Making the levels that are measured: without wishes, then with wishes; and each as it was before repair."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.admission import check_controls
from playloom.kinds.level.check import judge
from playloom.kinds.level.content import CONTROLS, Level, LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Push
from playloom.seeds import Stream
from playloom_train.kinds.level.recipe import Cells

# Tiers of one sum, and keys that follow locks, are left to the request.
WISHES = tuple(name for name in CONTROLS if name not in ("common", "strong", "keys"))
_ROOM = 0.1  # share by which the length of a solution may differ from the one asked for
LENGTHS = ("path", "pushes")


@dataclass(frozen=True)
class Sample:
    """One request and what became of it."""

    theme: str
    style: str
    seed: int
    wishes: dict[str, tuple[float, float]]
    level: Level | None = None  # None: no attempt passed
    failed: tuple[str, ...] = ()  # the checks that none passed
    passed: bool = False  # judged once more
    raw: Cells | None = None  # the proposal, with the objects where they stand in the level
    raw_passed: bool = False  # the first proposal would have passed as it came
    raw_openness: float = 0.0  # its share of open cells
    measures: dict[str, float | int] = field(default_factory=dict)


def free_samples(generator: LevelGenerator, count: int, size: tuple[int, int], seed: int) -> Iterator[Sample]:
    """Yield ``count`` samples of each theme, its styles in turn, for consecutive seeds."""
    for theme, styles in generator.themes.items():
        for i in range(count):
            yield sample(generator, theme, styles[i % len(styles)], size, seed + i, {})


def wished_samples(
    generator: LevelGenerator, free: list[Sample], count: int, size: tuple[int, int], seed: int
) -> Iterator[Sample]:
    """Yield ``count`` samples of each theme that ask for what other levels of the style happened to have."""
    able = controls_of(generator)
    for theme, styles in generator.themes.items():
        stream = Stream(seed, f"wishes {theme}")
        known = {style: [one for one in free if one.style == style and one.level] for style in styles}
        for i in range(count if able else 0):
            style = styles[i % len(styles)]
            if known[style]:
                wishes = _wishes(known[style], able, generator, stream)
                yield sample(generator, theme, style, size, seed + i, wishes)


def controls_of(generator: LevelGenerator) -> tuple[str, ...]:
    """Return the controls that a package can be asked for."""
    able = []
    for name in WISHES:
        probe: dict[str, Any] = {name: (0.5, 0.5) if name == "openness" else (1, 1)}
        try:
            check_controls(LevelRequest(**probe), generator.vocabulary, generator.movement)
        except RequestInvalid:
            continue
        able.append(name)
    return tuple(able)


def _wishes(
    known: list[Sample], able: tuple[str, ...], generator: LevelGenerator, stream: Stream
) -> dict[str, tuple[float, float]]:
    """Return about half of the controls, each with the value of some level of the style; at least one."""
    wishes: dict[str, tuple[float, float]] = {}
    while not wishes:
        for name in able:
            found = known[stream.below(len(known))].measures.get(name)
            if not stream.below(2) or found is None:
                continue
            if name in LENGTHS:
                room = max(1, round(found * _ROOM))
                wishes[name] = (max(0, int(found) - room), int(found) + room)
            elif name == "openness":
                wishes[name] = (round(float(found), 2),) * 2
            else:
                wishes[name] = (int(found), int(found))
        if all(name not in one.measures for one in known for name in able):
            break
    if isinstance(generator.movement, Push) and "pushes" in wishes:
        wishes.pop("path", None)  # both lengths of one solution
    return wishes


def sample(
    generator: LevelGenerator,
    theme: str,
    style: str,
    size: tuple[int, int],
    seed: int,
    wishes: dict[str, tuple[float, float]],
) -> Sample:
    """Make one level of ``size`` (height, width), judge it anew, and judge its proposal."""
    height, width = size
    asked: dict[str, Any] = dict(wishes)
    request = LevelRequest(theme=theme, style=style, width=width, height=height, seed=seed, **asked)
    try:
        level = generator.generate(request)
    except GenerationFailed as error:
        return Sample(theme, style, seed, wishes, failed=error.failed)
    evidence = level.evidence
    assert evidence is not None, "a generator's level has evidence"
    judgement = judge(level, request, border=evidence.border)
    raw = proposal(level)
    first = evidence.attempts == 1
    if first and evidence.edits:
        draft = Level(
            cells=raw, vocabulary=level.vocabulary, movement=level.movement, adjacency=level.adjacency
        )
        first = judge(draft, border=evidence.border).passed
    return Sample(
        theme,
        style,
        seed,
        wishes,
        level=level,
        passed=judgement.passed,
        raw=raw,
        raw_passed=first,
        raw_openness=float(level.vocabulary.open[raw].mean()),
        measures=judgement.measures,
    )


def proposal(level: Level) -> Cells:
    """Return the map before repair: what the edits replaced is put back, also where an object stands now.

    An object stays where the proposal could be entered.
    """
    cells = level.cells.copy()
    vocabulary = level.vocabulary
    for edit in level.evidence.edits if level.evidence else ():
        before = vocabulary.id(edit.before)
        if not (vocabulary.objects[cells[edit.y, edit.x]] and vocabulary.open[before]):
            cells[edit.y, edit.x] = before
    return cells


def attempt_all(samples: Iterator[Sample], report: Callable[[float], None], done: int) -> list[Sample]:
    """Return every sample, reporting how many are done beyond ``done``."""
    made = []
    for one in samples:
        made.append(one)
        report(done + len(made))
    return made


def openness_of(samples: list[Sample]) -> list[tuple[float, float]]:
    """Return asked share and the proposal's share for each level that was asked for an openness."""
    return [
        (float(np.mean(one.wishes["openness"])), one.raw_openness)
        for one in samples
        if one.level and "openness" in one.wishes
    ]
