"""The ground of the plane: drawn part by part by the network, joined, and kept while there is room."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, GRID, negative_log_likelihood
from playloom.kernels.masked import Steering, decode
from playloom.kinds.level.endless.join import join_between, join_middle
from playloom.kinds.level.endless.kept import Kept
from playloom.kinds.level.endless.lattice import Box, Key, Lattice, Part, Patch, needed, parts_of
from playloom.kinds.level.vocabulary import Vocabulary
from playloom.seeds import Stream

# Cells left and right of a part, and above and below, that the network is shown: finished ones, and masked
# ones where there are none yet. A strip is shown more of what it joins than of the corners at its ends.
_SHOWN: dict[Part, tuple[int, int]] = {"middle": (4, 4), "row": (4, 8), "column": (8, 4), "corner": (4, 4)}
_ASIDE = 3  # cells by which a middle may lie off the centre of what is shown
_RARE = 8 * GRID * FINE  # cost of a tile beyond which it makes no difference how rare it is
# Share of the network's habits taken off: with 3/5 halls still line the grid, with 1 coasts keep off it.
_TAKEN = 4, 5

Cells = NDArray[np.int64]


class Ground:
    """Draws parts of the plane: each is a pure function of the arguments and the part."""

    def __init__(
        self,
        network: Callable[[NDArray[np.int64]], NDArray[np.int32]],
        vocabulary: Vocabulary,
        lattice: Lattice,
        *,
        share: float,
        steps: int,
        stream: Stream,
        kept: int,
    ) -> None:
        """Prepare to draw.

        Args:
            network: Tokens (H, W) to logits (H, W, V); V is the token of a masked cell.
            vocabulary: V tiles; objects are not drawn.
            lattice: Where the parts lie.
            share: Of walkable cells.
            steps: Network passes for a middle; the parts between take three eighths as many.
            stream: The randomness of this plane.
            kept: Patches to keep.
        """
        self._network, self._vocabulary, self._lattice = network, vocabulary, lattice
        self._share, self._steps, self._stream = share, steps, stream
        shape = lattice.box(("middle", 0, 0)).grown(*_SHOWN["middle"]).shape
        self._unknown = network(np.full(shape, len(vocabulary), np.int64))  # the first pass of every middle
        self._habits = _habits(self._unknown, vocabulary)
        self._kept: Kept[Key, Patch] = Kept(kept)

    def of_chunk(self, x: int, y: int) -> list[Patch]:
        """Return all patches that chunk (x, y) has cells of."""
        return [self._patch(key) for key in parts_of(x, y)]

    def _patch(self, key: Key) -> Patch:
        return self._kept.get(key, lambda: self._draw(key))

    def _draw(self, key: Key) -> Patch:
        part, x, y = key
        vocabulary = self._vocabulary
        box = self._lattice.box(key)
        stream = self._stream.fork(f"{part} {x},{y}")
        shown = self._shown(key, box, stream)
        tokens = np.full(shown.shape, len(vocabulary), np.int64)
        joined = np.zeros(shown.shape, np.bool_)
        beside = [self._patch(other) for other in needed(key)]
        for patch in beside:
            patch.paste(shown, tokens, joined)
        drawn, costs = self._decode(part, tokens, box.within(shown), self._share_of(beside), stream)
        if part == "middle":
            cells, edits, main = join_middle(drawn, costs, vocabulary)
            return Patch(box, cells, main, edits)
        ring = box.grown(1).within(shown)
        if part == "corner":  # strips have joined what was left of the middles by now
            joined = np.append(vocabulary.open, False)[tokens]
        cells, edits = join_between(drawn, costs, tokens[ring], joined[ring], vocabulary)
        return Patch(box, cells, vocabulary.open[cells], edits)

    def _shown(self, key: Key, box: Box, stream: Stream) -> Box:
        """Return what the network is shown around a part; middles lie a little off its centre.

        Were they always at the same place in it, habits of maps near their border would show as a grid.
        """
        shown = box.grown(*_SHOWN[key[0]])
        if key[0] != "middle":
            return shown
        aside = stream.fork("aside")
        right, down = (aside.below(2 * _ASIDE + 1) - _ASIDE for _ in range(2))
        return shown._replace(x=shown.x + right, y=shown.y + down)

    def _share_of(self, beside: list[Patch]) -> float:
        """Return the share of walkable cells to aim at: of a strip or corner, what lies beside it."""
        if not beside:
            return self._share
        walkable = sum(int(self._vocabulary.open[patch.cells].sum()) for patch in beside)
        return walkable / sum(patch.cells.size for patch in beside)

    def _decode(
        self, part: Part, tokens: Cells, place: tuple[slice, slice], share: float, stream: Stream
    ) -> tuple[Cells, NDArray[np.int32]]:
        """Let the network draw; return the cells of ``place`` and what each tile would have cost there."""
        vocabulary = self._vocabulary
        masked = np.zeros(tokens.shape, np.bool_)
        # Around a middle all is drawn along and thrown away, so that it is a piece of a whole map.
        masked[... if part == "middle" else place] = True
        barred = np.zeros((*tokens.shape, len(vocabulary)), np.bool_)
        barred[:, :, vocabulary.objects] = True
        favoured = np.append(vocabulary.open, [False, False])  # what is masked or outside is not walkable yet
        target = int(favoured[tokens].sum()) + round(share * int(masked.sum()))
        done = decode(
            self._without_habits if part == "middle" else self._network,
            tokens,
            masked,
            barred,
            self._steps if part == "middle" else -(-self._steps * 3 // 8),
            stream,
            steering=Steering(favoured, target),
        )
        return done.cells[place], done.surprise[place]

    def _without_habits(self, tokens: Cells) -> NDArray[np.int32]:
        """Return the network's logits for a middle and what is around it, its habits taken off."""
        unknown = bool((tokens == len(self._vocabulary)).all())
        return (self._unknown if unknown else self._network(tokens)) - self._habits


def _habits(unknown: NDArray[np.int32], vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return (H, W, V) by how much likelier a tile is at each place of a map than on the whole, 1/GRID nats.

    Maps keep to their border: halls line it, coasts run along it. What a middle is drawn in has one on
    each side, so what a network knows of borders would show in every chunk, as a grid.

    Args:
        unknown: Shape (H, W, V): logits of a map of which nothing is known but its border.
        vocabulary: V tiles.
    """
    ground, (across, down) = ~vocabulary.objects, _SHOWN["middle"]
    costs = np.minimum(negative_log_likelihood(unknown[:, :, ground].astype(np.int64)), _RARE)
    usual = costs[down:-down, across:-across]
    usual = usual.sum(axis=(0, 1)) // (usual.shape[0] * usual.shape[1])
    habits = np.zeros(unknown.shape, np.int32)
    habits[:, :, ground] = (usual - costs) * _TAKEN[0] // (_TAKEN[1] * FINE)
    return habits
