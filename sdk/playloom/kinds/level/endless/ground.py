"""The ground of the plane: drawn part by part by the network, joined, and kept while there is room."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, GRID, negative_log_likelihood
from playloom.kernels.masked import Steering, decode
from playloom.kinds.level.endless.fringe import Fringe, ragged
from playloom.kinds.level.endless.join import join_between, join_middle
from playloom.kinds.level.endless.kept import Kept
from playloom.kinds.level.endless.lattice import Box, Key, Lattice, Part, Patch, needed, parts_of
from playloom.kinds.level.vocabulary import Vocabulary
from playloom.seeds import Stream

# Cells left and right of a part, and above and below, that the network is shown: finished ones, and masked
# ones where there are none yet.
_SHOWN = 4
_PASSES: dict[Part, int] = {"middle": 8, "row": 5, "column": 5, "corner": 3}  # eighths of those asked for
_ASIDE = -2, 0, 2  # cells by which a middle may lie off the centre of what is shown
_RARE = 8 * GRID * FINE  # cost of a tile beyond which it makes no difference how rare it is
_RIM = 7  # cells of a piece of a map, from its border, that get the same share of walkable ones as the rest

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
            steps: Network passes for a middle; the parts between take fewer.
            stream: The randomness of this plane.
            kept: Patches to keep.
        """
        self._network, self._vocabulary, self._lattice = network, vocabulary, lattice
        self._share, self._steps, self._stream = share, steps, stream
        shape = lattice.box(("middle", 0, 0)).grown(_SHOWN).shape
        self._zones = _zones(shape)
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
        box = self._lattice.box(key)
        stream = self._stream.fork(f"{part} {x},{y}")
        if part == "middle":
            return self._middle(box, stream)
        vocabulary = self._vocabulary
        shown = box.grown(_SHOWN)
        place, ring = box.within(shown), box.grown(1).within(shown)
        tokens = np.full(shown.shape, len(vocabulary), np.int64)
        joined = np.zeros(shown.shape, np.bool_)
        beside = [self._patch(other) for other in needed(key)]
        for patch in beside:
            patch.paste(shown, tokens, joined)
        known = np.zeros((*box.shape, len(vocabulary)), np.int32)
        if part == "corner":  # strips have joined what was left of the middles by now
            joined = np.append(vocabulary.open, False)[tokens]
        else:
            self._take_fringes(part, box, beside, tokens[place], known, stream.fork("edges"))
        drawn, surprise = self._decode(part, tokens, place, _share(beside, vocabulary), stream)
        taken = (tokens[place] != len(vocabulary))[:, :, None]
        cells, edits = join_between(
            drawn, np.where(taken, known, surprise), tokens[ring], joined[ring], vocabulary
        )
        return Patch(box, cells.astype(np.uint8), vocabulary.open[cells], edits)

    def _middle(self, box: Box, stream: Stream) -> Patch:
        """Draw a middle, somewhat off the centre of a piece of a map that is thrown away but for a fringe.

        Were it always at the same place in it, habits of maps near their border would show as a grid. Pieces
        begin at even places of the plane, as mazes have their walls at even places of a map.
        """
        vocabulary = self._vocabulary
        shown = box.grown(_SHOWN)
        aside = stream.fork("aside")
        right, down = (_ASIDE[aside.below(len(_ASIDE))] for _ in range(2))
        shown = shown._replace(x=shown.x + shown.x % 2 + right, y=shown.y + shown.y % 2 + down)
        tokens = np.full(shown.shape, len(vocabulary), np.int64)
        drawn, surprise = self._decode("middle", tokens, (slice(None), slice(None)), self._share, stream)
        place = box.within(shown)
        cells, edits, main = join_middle(drawn[place], surprise[place], vocabulary)
        return Patch(box, cells.astype(np.uint8), main, edits, Fringe.of(shown, drawn, surprise, vocabulary))

    def _take_fringes(
        self,
        part: Part,
        box: Box,
        beside: list[Patch],
        cells: Cells,
        surprise: NDArray[np.int32],
        stream: Stream,
    ) -> None:
        """Enter into ``cells`` and ``surprise`` of a strip what its middles' fringes have of it."""
        for number, patch in enumerate(beside):
            if patch.fringe is None:
                continue
            depth, length = box.shape if part == "row" else box.shape[::-1]
            able = ragged(depth, length, stream.fork(str(number)))
            able = able[::-1] if number else able
            patch.fringe.take(box, able if part == "row" else able.T, cells, surprise, self._vocabulary)

    def _decode(
        self, part: Part, tokens: Cells, place: tuple[slice, slice], share: float, stream: Stream
    ) -> tuple[Cells, NDArray[np.int32]]:
        """Let the network draw what ``place`` does not hold yet; return its cells and their surprise."""
        vocabulary = self._vocabulary
        masked = np.zeros(tokens.shape, np.bool_)
        masked[place] = tokens[place] == len(vocabulary)
        barred = np.zeros((*tokens.shape, len(vocabulary)), np.bool_)
        barred[:, :, vocabulary.objects] = True
        favoured = np.append(vocabulary.open, [False, False])  # what is masked or outside is not walkable yet
        if part == "middle":
            edge = _edge(tokens.shape)
            barred[edge] |= vocabulary.open  # a map's border is closed, and counts for nothing here
            sizes = np.bincount(self._zones[~edge]).tolist()
            steering = Steering(favoured, tuple(round(share * size) for size in sizes), self._zones)
        else:
            steering = Steering(favoured, int(favoured[tokens].sum()) + round(share * int(masked.sum())))
        done = decode(
            self._without_habits if part == "middle" else self._network,
            tokens,
            masked,
            barred,
            -(-self._steps * _PASSES[part] // 8),
            stream,
            steering=steering,
        )
        return done.cells[place], done.surprise[place]

    def _without_habits(self, tokens: Cells) -> NDArray[np.int32]:
        """Return the network's logits for a middle and what is around it, its habits taken off.

        The more of the map is known, the less it is habits that a logit comes from.
        """
        unknown = int((tokens == len(self._vocabulary)).sum())
        logits = self._unknown if unknown == tokens.size else self._network(tokens)
        return logits - self._habits * unknown // tokens.size


def _share(beside: list[Patch], vocabulary: Vocabulary) -> float:
    """Return the share of walkable cells of some patches."""
    walkable = sum(int(vocabulary.open[patch.cells].sum()) for patch in beside)
    return walkable / sum(patch.cells.size for patch in beside)


def _zones(shape: tuple[int, int]) -> NDArray[np.int64]:
    """Return in which zone (H, W) a cell of a map lies: 0 its rim, 1 the rest.

    The network would rather have halls along a border, and land or water in the middle of a map.
    """
    zones = np.zeros(shape, np.int64)
    zones[_RIM:-_RIM, _RIM:-_RIM] = 1
    return zones


def _edge(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    edge = np.ones(shape, np.bool_)
    edge[1:-1, 1:-1] = False
    return edge


def _habits(unknown: NDArray[np.int32], vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return (H, W, V) by how much likelier a tile is at each place of a map than on the whole, 1/GRID nats.

    Maps keep to their border: halls line it, coasts run along it. What a middle is drawn in has one on
    each side, so what a network knows of borders would show in every chunk, as a grid.

    Args:
        unknown: Shape (H, W, V): logits of a map of which nothing is known but its border.
        vocabulary: V tiles.
    """
    ground = ~vocabulary.objects
    costs = np.minimum(negative_log_likelihood(unknown[:, :, ground].astype(np.int64)), _RARE)
    usual = costs[_SHOWN:-_SHOWN, _SHOWN:-_SHOWN]
    usual = usual.sum(axis=(0, 1)) // (usual.shape[0] * usual.shape[1])
    habits = np.zeros(unknown.shape, np.int32)
    habits[:, :, ground] = (usual - costs) // FINE
    return habits
