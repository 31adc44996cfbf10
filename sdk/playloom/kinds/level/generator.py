"""The level kind: propose with the network, repair, place, and check; again until the check is passed.

The request's seed becomes one stream an attempt; nothing else is random.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.graph import Graph
from playloom.kernels.masked import Steering, decode
from playloom.kinds.level.admission import (
    cells_open,
    check_controls,
    check_openness,
    check_pinned,
    check_sides,
    edge_of,
    open_border,
)
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.condition import CONTROLS, vector
from playloom.kinds.level.content import FREE, Evidence, Level, LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.free.finish import finish as finish_free
from playloom.kinds.level.free.finish import harmonise
from playloom.kinds.level.movement import Free, Movement, Platform, Push
from playloom.kinds.level.place import Placing, Unplaceable
from playloom.kinds.level.platform.finish import finish as finish_platform
from playloom.kinds.level.push.finish import finish as finish_push
from playloom.kinds.level.settings import Style, read_settings
from playloom.kinds.level.tiles import read_book
from playloom.kinds.level.vocabulary import Role, Vocabulary
from playloom.kinds.level.walk.finish import finish as finish_walk
from playloom.kinds.level.windows import run_by_windows
from playloom.kinds.level.work import Work
from playloom.package import Package
from playloom.seeds import Stream

_GRAPH = "denoiser"
_REDRAW_STEPS = 4  # network passes for cells drawn anew


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
        self._multiple = settings.multiple
        self._graph = Graph.load(package, _GRAPH)
        self._mask, self._outside = len(self.vocabulary), len(self.vocabulary) + 1

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

    def _attempt(
        self,
        request: LevelRequest,
        style: Style,
        stream: Stream,
        progress: Callable[[float], None],
    ) -> _Attempt:
        marks = time.perf_counter()
        shares = self.shares(request, style, stream)
        told = vector(len(self.styles), list(self.styles).index(style.name), shares)
        draft = self._propose(request, style.border, told, shares, stream, progress)
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
            self._redraw(draft, mask, barred, told, stream.fork(f"redraw {len(redraws)}"))
            redraws.append(int(mask.sum()))

        redraws: list[int] = []
        work = Work(
            draft=draft,
            request=request,
            style=style,
            movement=self.movement,
            adjacency=self.adjacency,
            stream=stream,
            mark=mark,
            placing=lambda: self._placing(draft, told, stream),
            redraw=redraw,
        )
        _finisher(self.movement)(work)
        if self.adjacency is not None and not isinstance(self.movement, Free):
            harmonise(draft, self.adjacency, stream.fork("adjacency"))
        mark("place")

    def _redraw(
        self,
        draft: Draft,
        mask: NDArray[np.bool_],
        barred: NDArray[np.bool_],
        told: NDArray[np.float32],
        stream: Stream,
    ) -> None:
        tokens = np.where(mask, self._mask, draft.cells)
        done = decode(lambda cells: self.logits(cells, told), tokens, mask, barred, _REDRAW_STEPS, stream)
        draft.cells[mask] = done.cells[mask]
        draft.surprise[mask] = done.surprise[mask]

    def shares(self, request: LevelRequest, style: Style, stream: Stream) -> NDArray[np.float64]:
        """Return the controls told to the network: what was asked for, else what the style's maps have."""
        draw = stream.fork("controls")
        shares = {name: _quantile(style.controls[name], draw.below(1 << 16) / (1 << 16)) for name in CONTROLS}
        if request.openness is not None:
            shares["openness"] = sum(request.openness) / 2
        walkable = max(1.0, shares["openness"] * request.width * request.height)
        enemies = request.enemies or _sum(request.common, request.strong)
        if enemies is not None:
            shares["enemies"] = 10 * _towards(shares["enemies"] * walkable / 10, enemies) / walkable
        if request.treasure is not None:
            shares["treasure"] = (
                10 * _towards(shares["treasure"] * walkable / 10, request.treasure) / walkable
            )
        locks = request.locks or request.keys
        if locks is not None:
            shares["locks"] = _towards(shares["locks"] * 4, locks) / 4
        told: NDArray[np.float64] = np.minimum(1.0, np.array([shares[name] for name in CONTROLS]))
        return told

    def logits(self, cells: NDArray[np.int64], told: NDArray[np.float32]) -> NDArray[np.int32]:
        """Run the network on a map of any size (H, W); return (H, W, V) in 1/32 nats."""
        return run_by_windows(lambda part: self._run(part, told), cells, self._multiple)

    def _run(self, cells: NDArray[np.int64], told: NDArray[np.float32]) -> NDArray[np.int32]:
        height, width = cells.shape
        sides = ((0, -height % self._multiple), (0, -width % self._multiple))
        fits = sides == ((0, 0), (0, 0))  # numpy takes its time over a padding of nothing
        tokens = cells if fits else np.pad(cells, sides, constant_values=self._outside)
        logits = self._graph.run({"tokens": tokens[None], "condition": told[None]})["logits"]
        whole: NDArray[np.int32] = logits[0, :, :height, :width].transpose(1, 2, 0).astype(np.int32)
        return whole

    def _propose(
        self,
        request: LevelRequest,
        closed: bool,
        told: NDArray[np.float32],
        shares: NDArray[np.float64],
        stream: Stream,
        progress: Callable[[float], None],
    ) -> Draft:
        """Decode the ground; objects come later, border cells stay closed."""
        shape = (request.height, request.width)
        pinned = np.full(shape, FREE, np.uint8) if request.pinned is None else request.pinned
        fixed = pinned != FREE
        tokens = np.where(fixed, pinned, self._mask).astype(np.int64)
        sealed = edge_of(request) if closed else np.zeros(shape, np.bool_)
        barred = np.zeros((*shape, len(self.vocabulary)), np.bool_)
        barred[:, :, self.vocabulary.objects] = True
        barred[sealed] |= self.vocabulary.open
        wanted = cells_open(request)
        steering = None
        if wanted is not None:
            steering = Steering(self.vocabulary.open, sum(wanted) // 2)
        elif request.pinned is None and not isinstance(
            self.movement, Free
        ):  # what is pinned may be unlike the rest
            steering = Steering(self.vocabulary.open, round(float(shares[0]) * fixed.size))
        done = decode(
            lambda cells: self.logits(cells, told),
            tokens,
            ~fixed,
            barred,
            request.steps,
            stream.fork("ground"),
            steering=steering,
            progress=progress,
        )
        return Draft(done.cells, fixed, sealed, done.surprise, self.vocabulary)

    def _placing(self, draft: Draft, told: NDArray[np.float32], stream: Stream) -> Placing:
        """Ask the network once more, with all open cells masked, what stands where."""
        hidden = draft.walkable & ~draft.fixed
        logits = self.logits(np.where(hidden, self._mask, draft.cells), told)
        floor = self.vocabulary.having(Role.FLOOR)[draft.cells]
        return Placing(draft, logits, hidden & floor, stream.fork("objects"))

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
            promise="exact" if manifest.exact else "machine",
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


def _quantile(known: tuple[float, float, float], chance: float) -> float:
    """Return a value between the 10 % and the 90 % quantile, below the median half of the time."""
    low, middle, high = known
    return low + (middle - low) * chance * 2 if chance < 0.5 else middle + (high - middle) * (chance * 2 - 1)


def _towards(value: float, wanted: tuple[int, int]) -> float:
    return min(max(value, wanted[0]), wanted[1])


def _sum(*ranges: tuple[int, int] | None) -> tuple[int, int] | None:
    known = [r for r in ranges if r is not None]
    return (sum(r[0] for r in known), sum(r[1] for r in known)) if known else None


class _LevelKind:
    """The entry of the level kind under `playloom.kinds`."""

    name = "level"

    def load(self, package: Package) -> LevelGenerator:
        """Return the generator of a level package."""
        return LevelGenerator(package)


KIND = _LevelKind()
