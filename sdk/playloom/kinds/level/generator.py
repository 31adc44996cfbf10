"""The level kind: propose with the network, repair, place, and check; again until the check is passed.

The request's seed becomes one stream an attempt; nothing else is random.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.admission import (
    check_controls,
    check_openness,
    check_pinned,
    check_sides,
    open_border,
)
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.condition import vector
from playloom.kinds.level.content import Evidence, Level, LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.free.finish import finish as finish_free
from playloom.kinds.level.free.finish import harmonise
from playloom.kinds.level.movement import Free, Movement, Platform, Push
from playloom.kinds.level.place import Placing, Unplaceable
from playloom.kinds.level.platform.finish import finish as finish_platform
from playloom.kinds.level.proposer import Proposer
from playloom.kinds.level.push.finish import finish as finish_push
from playloom.kinds.level.settings import Style, read_settings
from playloom.kinds.level.shares import told_shares
from playloom.kinds.level.standing import Standing
from playloom.kinds.level.tiles import read_book
from playloom.kinds.level.vocabulary import Vocabulary
from playloom.kinds.level.walk.finish import finish as finish_walk
from playloom.kinds.level.work import Work
from playloom.package import Package
from playloom.seeds import Stream


@dataclass
class _Attempt:
    """One try: its draft, and its milliseconds by stage."""

    draft: Draft
    timings: dict[str, float]


class LevelGenerator:
    """Levels from one package. Holds no state between requests; safe to share between threads."""

    def __init__(self, package: Package) -> None:
        """Load the network.

        Raises:
            PackageInvalid: If the package's settings are not those of a level package.
        """
        settings = read_settings(package)
        self.package = package
        self.vocabulary = Vocabulary(settings.vocabulary)
        self.styles = {style.name: style for style in settings.styles}
        self.themes: dict[str, tuple[str, ...]] = {}
        for style in settings.styles:
            self.themes[style.theme] = (*self.themes.get(style.theme, ()), style.name)
        self.movement, self.sides, self.adjacency = settings.movement, settings.sides, settings.adjacency
        self.size = settings.usual_size  # (width, height) where none is asked for
        named = settings.tiles
        self.tiles = None if named is None else read_book(package, named, len(self.vocabulary))
        self.standing = None if self.tiles is None else Standing(self.tiles, self.vocabulary)
        self.proposer = Proposer(package, self.vocabulary, settings.multiple)

    def generate(self, request: LevelRequest, progress: Callable[[float], None] | None = None) -> Level:
        """Return a level that passes the independent check and meets every control of ``request``.

        Args:
            request: What is wanted.
            progress: Called with the share done, 0..1, of an attempt; starts anew with a further attempt.

        Raises:
            RequestInvalid: If theme, style or a pinned tile is unknown here.
            GenerationFailed: If no attempt passed; says which checks failed and what to loosen.
        """
        stream = Stream(request.seed, "level")
        style = self.style_of(request, stream)
        check_sides(request, self.sides)
        check_controls(request, self.vocabulary, self.movement)
        check_pinned(request, self.vocabulary)
        check_openness(request, self.vocabulary, closed=style.border)
        border = open_border(request, self.vocabulary) if style.border else None
        failed: dict[str, str] = {}
        for number in range(request.attempts):
            draw = stream.fork(f"attempt {number}")
            try:
                attempt = self._attempt(request, style, draw, progress or (lambda share: None))
            except Unplaceable as error:
                failed[error.check] = error.advice
                continue
            before = time.perf_counter()
            level = Level(
                cells=attempt.draft.cells.astype(np.uint8),
                vocabulary=self.vocabulary,
                theme=style.theme,
                movement=self.movement,
                tiles=self.tiles,
                adjacency=self.adjacency,
            )
            judgement = judge(level, request, border=border)
            attempt.timings["check"] = (time.perf_counter() - before) * 1000
            if judgement.passed:
                evidence = self._evidence(request, style, border, number + 1, attempt, judgement)
                return replace(level, evidence=evidence, timings=attempt.timings)
            failed |= {v.name: v.detail for v in judgement.verdicts if not v.passed}
        reasons = "; ".join(f"{name}: {advice}" for name, advice in failed.items())
        raise GenerationFailed(
            f"no level in {request.attempts} attempts. {reasons}", failed=tuple(failed), advice=reasons
        )

    def style_of(self, request: LevelRequest, stream: Stream) -> Style:
        """Return the style that is asked for, else one of the theme's, drawn from ``stream``.

        Raises:
            RequestInvalid: If theme or style is unknown here.
        """
        if request.theme not in self.themes:
            raise RequestInvalid(f"theme is {request.theme!r}; this package has {', '.join(self.themes)}")
        names = self.themes[request.theme]
        if request.style is None:
            return self.styles[names[stream.fork("style").below(len(names))]]
        if request.style not in names:
            raise RequestInvalid(f"style is {request.style!r}; {request.theme} has {', '.join(names)}")
        return self.styles[request.style]

    def told(self, request: LevelRequest, style: Style, stream: Stream) -> tuple[NDArray[np.float32], float]:
        """Return the network's condition for a request, and the share of walkable cells that is in it."""
        shares = told_shares(request, style, stream)
        return vector(len(self.styles), list(self.styles).index(style.name), shares), float(shares[0])

    def _attempt(
        self,
        request: LevelRequest,
        style: Style,
        stream: Stream,
        progress: Callable[[float], None],
    ) -> _Attempt:
        marks = time.perf_counter()
        told, openness = self.told(request, style, stream)
        share = None if isinstance(self.movement, Free) else openness
        draft = self.proposer.propose(request, told, stream, progress, closed=style.border, share=share)
        spans = {"propose": time.perf_counter() - marks}
        self._finish(request, style, draft, told, stream, spans)
        return _Attempt(draft, {stage: seconds * 1000 for stage, seconds in spans.items()})

    def _finish(
        self,
        request: LevelRequest,
        style: Style,
        draft: Draft,
        told: NDArray[np.float32],
        stream: Stream,
        spans: dict[str, float],
    ) -> None:
        """Make a level of the proposal by the package's movement; enter seconds into ``spans``."""
        began = [time.perf_counter()]

        def mark(stage: str) -> None:
            began.append(time.perf_counter())
            spans[stage] = began[-1] - began[-2]

        def redraw(mask: NDArray[np.bool_], barred: NDArray[np.bool_]) -> None:
            self.proposer.redraw(draft, mask, barred, told, stream.fork(f"redraw {len(redraws)}"))
            redraws.append(int(mask.sum()))

        def placing() -> Placing:
            grounds.append(draft.cells.copy())
            return self.proposer.placing(draft, told, stream)

        grounds: list[NDArray[np.int64]] = []  # before objects; the first is the ground that was repaired
        redraws: list[int] = []
        work = Work(
            draft=draft,
            request=request,
            style=style,
            movement=self.movement,
            adjacency=self.adjacency,
            stream=stream,
            mark=mark,
            placing=placing,
            redraw=redraw,
        )
        _finisher(self.movement)(work)
        if self.standing is not None and grounds:
            self.standing.settle(draft.cells, grounds[0], ~draft.fixed)
        if self.adjacency is not None and not isinstance(self.movement, Free):
            harmonise(draft, self.adjacency, stream.fork("adjacency"))
        mark("place")

    def _evidence(
        self,
        request: LevelRequest,
        style: Style,
        border: tuple[tuple[int, int], ...] | None,
        attempts: int,
        attempt: _Attempt,
        judgement: Judgement,
    ) -> Evidence:
        manifest = self.package.manifest
        return Evidence(
            package=manifest.name,
            version=manifest.version,
            package_hash=self.package.hash,
            licence=manifest.card.licence,
            promise=manifest.promise,
            request=request.record(),
            style=style.name,
            border=border,
            attempts=attempts,
            checks=judgement.verdicts,
            edits=attempt.draft.changes(),
            measures=judgement.measures,
            solution=judgement.solution,
            movement=self.movement,
        )


def _finisher(movement: Movement) -> Callable[[Work], None]:
    match movement:
        case Platform():
            return finish_platform
        case Push():
            return finish_push
        case Free():
            return finish_free
        case _:
            return finish_walk


class _LevelKind:
    """The entry of the level kind under `playloom.kinds`."""

    name = "level"

    def load(self, package: Package) -> LevelGenerator:
        """Return the generator of a level package."""
        return LevelGenerator(package)


KIND = _LevelKind()
