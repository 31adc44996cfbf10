"""Rare tiles as often as in the training maps.

Decoding in few passes prefers what is likely: ledges, spikes or plants come out far too seldom. What is
added here to the network's logits, one number a tile, makes up for that (logit adjustment, Menon et al.
2021); it is found by drawing maps and counting.
"""

from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray

from playloom.kernels.masked import Steering, decode
from playloom.kinds.level.condition import controls, vector
from playloom.kinds.level.movement import Free
from playloom.seeds import Stream
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.level.gather import Material
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.onnx_graph import level_graph
from playloom_train.kinds.level.recipe import Collection, Recipe

_ROUNDS = 10
_MAPS = 10  # of each style and round
_STEPS = 8  # network passes, as in a request that asks for nothing else
_PACE, _LEAP = 0.6, 0.8  # share of the way gone in a round, and the most of it, nats
_LEAST = 2e-5  # a share of cells that counts as none


@dataclass(frozen=True)
class _Sample:
    """One training map to draw anew under the same conditions."""

    cells: NDArray[np.uint8]  # (H, W)
    style: int


def calibrate(net: LevelNet, material: Material, seed: int) -> dict[str, float]:
    """Change the bias of the network's last layer; return what was added, nats, by the tile's name.

    Tiles of the ground count, but for the two most common ones. Rounds that swing about the aim are evened
    out: the mean of the later half counts.
    """
    recipe = material.recipe
    rng = np.random.default_rng(seed)
    samples = _samples(recipe, material, rng)
    if not samples:
        return {}
    wanted = _shares(recipe, [one.cells for one in samples])
    tiles = _rare(recipe, wanted)
    network = _Network(net)
    tried = []
    for turn in range(_ROUNDS):
        stream = Stream(seed, f"calibrate {turn}")
        drawn = [_draw(network, recipe, one, stream.fork(f"map {i}")) for i, one in enumerate(samples)]
        found = _shares(recipe, drawn)
        step = _PACE * np.log((wanted + _LEAST) / (found + _LEAST))
        tried.append(network.added.copy())
        network.added[tiles] += np.clip(step, -_LEAP, _LEAP)[tiles]
    added = np.round(np.stack(tried[_ROUNDS // 2 :]).mean(axis=0), 2)
    with torch.no_grad():
        net.head.bias.add_(torch.from_numpy(added).float())
    names = [tile.name for tile in recipe.vocabulary.tiles]
    return {names[i]: float(added[i]) for i in tiles.tolist() if added[i]}


class _Network:
    """The network as it runs, several times faster than in torch, with nats to be added to its logits."""

    def __init__(self, net: LevelNet) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(level_graph(net), options, providers=["CPUExecutionProvider"])
        self.added = np.zeros(net.shape.vocabulary)

    def __call__(self, cells: NDArray[np.int64], told: NDArray[np.float32]) -> NDArray[np.int32]:
        logits = self._session.run(["logits"], {"tokens": cells[None], "condition": told[None]})[0]
        lifts = np.rint(self.added * LOGITS_PER_NAT).astype(np.int32)
        result: NDArray[np.int32] = logits[0].transpose(1, 2, 0).astype(np.int32) + lifts
        return result


def _samples(recipe: Recipe, material: Material, rng: np.random.Generator) -> list[_Sample]:
    """Return some maps of each style that teachers teach, as large as the usual canvas, or of given ones."""
    samples = []
    size = recipe.canvases[0].high
    for one in material.fresh:
        if recipe.given:
            samples += _cuts(recipe, one, rng)
            continue
        full = np.flatnonzero((one.sizes == size).all(axis=1))
        if one.style in recipe.teachers and one.canvas == size and len(full):
            for i in rng.permutation(full)[:_MAPS]:
                samples.append(_Sample(one.cells[i], list(recipe.styles).index(one.style)))
    return samples


def _cuts(recipe: Recipe, one: Collection, rng: np.random.Generator) -> list[_Sample]:
    """Return windows of given maps, of sides that the network takes."""
    cuts = []
    for i in range(_MAPS if len(one.cells) else 0):
        height, width = one.sizes[i % len(one.cells)].tolist()
        h, w = (
            min(side, most) // recipe.multiple * recipe.multiple
            for side, most in zip((height, width), recipe.canvases[0].high, strict=True)
        )
        y, x = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
        cells = one.cells[i % len(one.cells), y : y + h, x : x + w]
        cuts.append(_Sample(cells, list(recipe.styles).index(one.style)))
    return cuts


def _shares(recipe: Recipe, maps: list[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """Return the share of the cells that each tile of the ground takes, shape (V,)."""
    counts = np.zeros(len(recipe.vocabulary))
    for cells in maps:
        counts += np.bincount(cells.ravel(), minlength=len(counts))
    shares: NDArray[np.float64] = np.where(recipe.vocabulary.objects, 0.0, counts / counts.sum())
    return shares


def _rare(recipe: Recipe, wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the tiles to calibrate: those of the ground that occur, but for the two most common."""
    order = np.argsort(-wanted, kind="stable")[2:]
    return np.sort(order[wanted[order] > _LEAST])


def _draw(network: _Network, recipe: Recipe, one: _Sample, stream: Stream) -> NDArray[np.uint8]:
    """Draw the ground of a map as the generator does, under the conditions that ``one`` measures."""
    vocabulary = recipe.vocabulary
    told = vector(len(recipe.styles), one.style, controls(one.cells, vocabulary))
    shape = one.cells.shape
    steering = Steering(vocabulary.open, int(vocabulary.open[one.cells].sum()))
    done = decode(
        lambda cells: network(cells, told),
        np.full(shape, len(vocabulary), np.int64),
        np.ones(shape, np.bool_),
        np.broadcast_to(vocabulary.objects, (*shape, len(vocabulary))),
        _STEPS,
        stream,
        steering=None if isinstance(recipe.movement, Free) else steering,
    )
    return done.cells.astype(np.uint8)
