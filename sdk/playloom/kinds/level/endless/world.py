"""A world without end: chunk (x, y) of a seed is the same whoever asks for it, when, in whatever order."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.admission import check_controls
from playloom.kinds.level.content import SIDE_HIGH, Edit, Evidence, Level, LevelRequest
from playloom.kinds.level.endless.check import judge_region
from playloom.kinds.level.endless.furnishing import furnish_chunk
from playloom.kinds.level.endless.ground import Ground
from playloom.kinds.level.endless.kept import Kept
from playloom.kinds.level.endless.lattice import CHUNK_HIGH, CHUNK_LOW, DEPTH, Box, Lattice
from playloom.kinds.level.movement import Walk
from playloom.kinds.level.place import Unplaceable
from playloom.seeds import Stream

if TYPE_CHECKING:
    from playloom.kinds.level.generator import LevelGenerator

REACH = 1 << 48  # chunks from the middle in each direction
_UNASKED = ("openness", "keys", "locks", "path", "crates", "pushes", "pinned")
_KEPT, _KEPT_CELLS = 1024, 1 << 22  # chunks, and four times as many parts of ground; fewer of large ones


class World:
    """An endless level of one package, theme, seed and chunk size. Safe to share between threads."""

    def __init__(self, generator: "LevelGenerator", request: LevelRequest) -> None:
        """Lay out a world; nothing is drawn yet.

        Args:
            generator: Of the package.
            request: Width and height are those of a chunk; controls hold in every chunk.

        Raises:
            RequestInvalid: If the package has no such levels, or chunks cannot have that size or control.
        """
        _check(generator, request)
        stream = Stream(request.seed, "endless")
        self.request, self.style = request, generator.style_of(request, stream)
        self._generator, self._stream = generator, stream
        self._lattice = Lattice(request.width, request.height)
        self._told, share = generator.told(request, self.style, stream)
        kept = min(_KEPT, _KEPT_CELLS // (request.width * request.height))
        self._ground = Ground(
            self._logits,
            generator.vocabulary,
            self._lattice,
            share=share,
            steps=request.steps,
            stream=stream.fork("ground"),
            kept=4 * kept,
        )
        self._chunks: Kept[tuple[int, int], Level] = Kept(kept)

    def chunk(self, x: int, y: int) -> Level:
        """Return chunk (x, y); y grows downwards. The start is in chunk (0, 0); there are no exits or locks.

        Each chunk has a region of open cells that comes to all four sides and is joined to those of the
        four neighbours: so a way leads from every chunk to every other. Open cells on the rim that belong
        to a neighbour's ground may be reached from there alone.

        Raises:
            RequestInvalid: If x or y is no whole number within 2**48 of 0.
            GenerationFailed: If a control could not be met in this chunk.
        """
        _check_place(x=x, y=y)
        return self._chunks.get((x, y), lambda: self._make(x, y))

    def region(self, x0: int, y0: int, x1: int, y1: int) -> Level:
        """Return chunks x0 to x1 - 1 and y0 to y1 - 1 as one level.

        Raises:
            RequestInvalid: If there is no chunk among them, they have over 1,024 cells a side, or a corner is
                no whole number within 2**48 of 0.
            GenerationFailed: If a control could not be met in one of them.
        """
        _check_place(x0=x0, y0=y0, x1=x1, y1=y1)
        width, height = (x1 - x0) * self.request.width, (y1 - y0) * self.request.height
        if not (0 < width <= SIDE_HIGH and 0 < height <= SIDE_HIGH):
            raise RequestInvalid(
                f"chunks {x0},{y0} to {x1},{y1} are {width}x{height} cells; the second corner is "
                f"not included, and a side can have {CHUNK_LOW} to {SIDE_HIGH} cells"
            )
        rows = [[self.chunk(x, y) for x in range(x0, x1)] for y in range(y0, y1)]
        if x1 - x0 == y1 - y0 == 1:
            return rows[0][0]
        cells = np.concatenate([np.concatenate([chunk.cells for chunk in row], axis=1) for row in rows])
        edits: list[Edit] = []
        attempts = 1
        for number, row in enumerate(rows):
            for column, chunk in enumerate(row):
                if chunk.evidence is not None:
                    right, down = column * self.request.width, number * self.request.height
                    edits += [structs.replace(e, x=e.x + right, y=e.y + down) for e in chunk.evidence.edits]
                    attempts = max(attempts, chunk.evidence.attempts)
        return self._vouched(cells, (x0, y0, x1, y1), edits, attempts)

    def _make(self, x: int, y: int) -> Level:
        began = time.perf_counter()
        box = self._lattice.chunk(x, y)
        shown = box.grown(DEPTH)
        tokens = np.zeros(shown.shape, np.int64)
        edits: list[Edit] = []
        for patch in self._ground.of_chunk(x, y):
            patch.paste(shown, tokens)
            edits += _moved(patch.edits, patch.box, box)
        failed: dict[str, str] = {}
        for number in range(self.request.attempts):
            stream = self._stream.fork(f"chunk {x},{y}/attempt {number}")
            try:
                cells = furnish_chunk(
                    tokens,
                    box.within(shown),
                    self._logits,
                    self._generator.vocabulary,
                    self.request,
                    stream,
                    start=(x, y) == (0, 0),
                )
            except Unplaceable as error:
                failed[error.check] = error.advice
                continue
            if self._generator.standing is not None:
                self._generator.standing.settle(
                    cells, tokens[box.within(shown)], np.ones(cells.shape, np.bool_)
                )
            level = self._vouched(cells.astype(np.uint8), (x, y, x + 1, y + 1), edits, number + 1)
            return replace(level, timings={"chunk": (time.perf_counter() - began) * 1000})
        reasons = "; ".join(f"{name}: {advice}" for name, advice in failed.items())
        raise GenerationFailed(
            f"chunk ({x}, {y}): nothing in {self.request.attempts} attempts. {reasons}",
            failed=tuple(failed),
            advice=reasons,
        )

    def _logits(self, tokens: NDArray[np.int64]) -> NDArray[np.int32]:
        return self._generator.proposer.logits(tokens, self._told)

    def _vouched(
        self, cells: NDArray[np.uint8], region: tuple[int, int, int, int], edits: list[Edit], attempts: int
    ) -> Level:
        """Judge a region and return it with its evidence.

        Raises:
            GenerationFailed: If a check fails: an unusable region is never returned.
        """
        generator, request = self._generator, self.request
        level = Level(
            cells=cells,
            vocabulary=generator.vocabulary,
            theme=self.style.theme,
            movement=generator.movement,
            tiles=generator.tiles,
            adjacency=generator.adjacency,
        )
        asked = {k: v for k, v in request.record().items() if k not in ("width", "height")}
        asked |= {"chunk": [request.width, request.height], "region": list(region)}
        judgement = judge_region(level, asked)
        if not judgement.passed:
            reasons = "; ".join(f"{v.name}: {v.detail}" for v in judgement.verdicts if not v.passed)
            raise GenerationFailed(f"chunks {region}: {reasons}", failed=judgement.failed, advice=reasons)
        manifest = generator.package.manifest
        evidence = Evidence(
            package=manifest.name,
            version=manifest.version,
            package_hash=generator.package.hash,
            licence=manifest.card.licence,
            promise=manifest.promise,
            request=asked,
            style=self.style.name,
            border=None,
            attempts=attempts,
            checks=judgement.verdicts,
            edits=tuple(sorted(edits, key=lambda edit: (edit.y, edit.x))),
            measures=judgement.measures,
            solution="",
            movement=generator.movement,
        )
        return replace(level, evidence=evidence)


def _check(generator: "LevelGenerator", request: LevelRequest) -> None:
    """Refuse what no endless world can be.

    Raises:
        RequestInvalid: With what is possible.
    """
    if not isinstance(generator.movement, Walk):
        raise RequestInvalid(
            "endless worlds are seen from above and walked through; "
            f"package {generator.package.manifest.name} makes other levels"
        )
    for name in _UNASKED:
        if getattr(request, name) is not None:
            raise RequestInvalid(f"{name}: an endless world does not take it; leave it out")
    for name in ("width", "height"):
        side = getattr(request, name)
        if not CHUNK_LOW <= side <= CHUNK_HIGH:
            raise RequestInvalid(f"a chunk's {name} is {side}; choose {CHUNK_LOW} to {CHUNK_HIGH} cells")
    check_controls(request, generator.vocabulary, generator.movement)


def _check_place(**numbers: object) -> None:
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int) or not -REACH <= value <= REACH:
            raise RequestInvalid(f"chunk {name} is {value!r}; choose a whole number within 2**48 of 0")


def _moved(edits: tuple[Edit, ...], of: Box, to: Box) -> list[Edit]:
    """Return those edits of one box that lie in another one, with their places there."""
    right, down = of.x - to.x, of.y - to.y
    moved = (structs.replace(edit, x=edit.x + right, y=edit.y + down) for edit in edits)
    return [edit for edit in moved if 0 <= edit.x < to.width and 0 <= edit.y < to.height]
