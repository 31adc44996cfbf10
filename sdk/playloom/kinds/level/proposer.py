"""The network of a level package and what it is asked: a ground, what stands on it, and parts anew."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playloom.graph import Graph
from playloom.kernels.masked import Steering, decode
from playloom.kinds.level.admission import cells_open, edge_of
from playloom.kinds.level.content import FREE, LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.place import Placing
from playloom.kinds.level.vocabulary import Role, Vocabulary
from playloom.kinds.level.windows import run_by_windows
from playloom.package import Package
from playloom.seeds import Stream

_GRAPH = "denoiser"
_REDRAW_STEPS = 4  # network passes for cells drawn anew


class Proposer:
    """Proposals of one package's network. Holds no state between calls; safe to share between threads.

    ``told`` of its methods is the network's condition, as `condition.vector` makes it.
    """

    def __init__(self, package: Package, vocabulary: Vocabulary, multiple: int) -> None:
        """Load the network, which takes maps whose sides are multiples of ``multiple``.

        Raises:
            PackageInvalid: If the package has no such network.
        """
        self.graph = Graph.load(package, _GRAPH)
        self.vocabulary = vocabulary
        self._multiple = multiple
        self._mask, self._outside = len(vocabulary), len(vocabulary) + 1

    def logits(self, cells: NDArray[np.int64], told: NDArray[np.float32]) -> NDArray[np.int32]:
        """Run the network on a map of any size (H, W); return (H, W, V) in 1/32 nats.

        Args:
            cells: Tile ids; V stands for a cell that is not known.
            told: The condition.
        """
        return run_by_windows(lambda part: self._run(part, told), cells, self._multiple)

    def _run(self, cells: NDArray[np.int64], told: NDArray[np.float32]) -> NDArray[np.int32]:
        height, width = cells.shape
        sides = ((0, -height % self._multiple), (0, -width % self._multiple))
        fits = sides == ((0, 0), (0, 0))  # numpy takes its time over a padding of nothing
        tokens = cells if fits else np.pad(cells, sides, constant_values=self._outside)
        logits = self.graph.run({"tokens": tokens[None], "condition": told[None]})["logits"]
        whole: NDArray[np.int32] = logits[0, :, :height, :width].transpose(1, 2, 0).astype(np.int32)
        return whole

    def propose(
        self,
        request: LevelRequest,
        told: NDArray[np.float32],
        stream: Stream,
        progress: Callable[[float], None],
        *,
        closed: bool,
        share: float | None,
    ) -> Draft:
        """Decode the ground; objects come later, border cells stay closed.

        Args:
            request: Its size, pinned cells, openness and number of passes count here.
            told: The condition.
            stream: The randomness.
            progress: Called with the share done, 0..1.
            closed: Whether the outermost cells must not be walkable.
            share: Of walkable cells to aim at where the request asks for none; None leaves it to the network.
        """
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
        elif request.pinned is None and share is not None:  # what is pinned may be unlike the rest
            steering = Steering(self.vocabulary.open, round(share * fixed.size))
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

    def redraw(
        self,
        draft: Draft,
        mask: NDArray[np.bool_],
        barred: NDArray[np.bool_],
        told: NDArray[np.float32],
        stream: Stream,
    ) -> None:
        """Draw the cells of ``mask`` (H, W) anew, of the tiles not barred (H, W, V). Changes the draft."""
        tokens = np.where(mask, self._mask, draft.cells)
        done = decode(lambda cells: self.logits(cells, told), tokens, mask, barred, _REDRAW_STEPS, stream)
        draft.cells[mask] = done.cells[mask]
        draft.surprise[mask] = done.surprise[mask]

    def placing(self, draft: Draft, told: NDArray[np.float32], stream: Stream) -> Placing:
        """Ask the network once more, with all open cells masked, what stands where."""
        hidden = draft.walkable & ~draft.fixed
        logits = self.logits(np.where(hidden, self._mask, draft.cells), told)
        floor = self.vocabulary.having(Role.FLOOR)[draft.cells]
        return Placing(draft, logits, hidden & floor, stream.fork("objects"))
