"""Training batches of a level model: a canvas, turned maps on it, a mask pattern for each."""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playloom.kinds.level.condition import controls, vector
from playloom.kinds.level.vocabulary import Vocabulary
from playloom_train.kinds.level.data import measures
from playloom_train.kinds.level.recipe import Collection, Recipe

Batch = tuple[Tensor, Tensor, Tensor]  # tokens (B, H, W), conditions (B, D), targets (B, H, W)
_USUAL = 0.8  # share of the batches on the usual canvas
# Beside an edge that is only a window's, the network would learn what maps look like at theirs.
_MARGIN = 4  # cells

Size = tuple[int, int]  # height, width


class Batches:
    """Draws batches for one recipe; what is drawn depends on nothing but the seed."""

    def __init__(self, recipe: Recipe, collections: list[Collection], seed: int) -> None:
        self.recipe = recipe
        self.styles = tuple(recipe.styles)
        self.random = np.random.default_rng(seed)
        self.groups: dict[Size, list[tuple[Collection, NDArray[np.float64]]]] = {}
        for one in collections:
            if len(one.cells):
                measured = measures(one, recipe.vocabulary)
                for canvas in [c.high for c in recipe.canvases] if recipe.given else [one.canvas]:
                    self.groups.setdefault(canvas, []).append((one, measured))
        self.canvases = sorted(self.groups, key=lambda size: (size[0] * size[1], size))
        self.odds = {
            canvas: np.cumsum([recipe.often.get(one.style, 1) for one, _ in group])
            for canvas, group in self.groups.items()
        }

    def draw(self, size: int) -> Batch:
        """Return tokens (B, H, W), conditions (B, D) and targets (B, H, W; -1 where nothing is asked)."""
        usual = self.canvases[0]
        canvas = usual if self.random.random() < _USUAL else self.canvases[-1]
        # A batch holds the same number of cells whatever its canvas.
        size = max(1, size * usual[0] * usual[1] // (canvas[0] * canvas[1]))
        drawn = [self._one(canvas) for _ in range(size)]
        tokens, told, targets = (np.stack(part) for part in zip(*drawn, strict=True))
        return torch.from_numpy(tokens), torch.from_numpy(told), torch.from_numpy(targets)

    def _one(self, canvas: Size) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        odds, random = self.odds[canvas], self.random
        place = int(np.searchsorted(odds, random.integers(odds[-1]), side="right"))
        collection, measured = self.groups[canvas][place]
        i = int(random.integers(len(collection.cells)))
        height, width = collection.sizes[i]
        cells, shares = collection.cells[i, :height, :width], measured[i]
        vocabulary = self.recipe.vocabulary
        asked, kept = np.ones(cells.shape, np.bool_), np.zeros(cells.shape, np.bool_)
        if collection.asked is not None:
            asked = collection.asked[i, :height, :width]
        if collection.kept is not None:
            kept = collection.kept[i, :height, :width]
        if height > canvas[0] or width > canvas[1]:
            part, inner = window((int(height), int(width)), canvas, random)
            cells, asked, kept = cells[part], asked[part] & inner, kept[part]
            shares = controls(cells, vocabulary)
        cells, asked, kept = self._turned(cells, asked, kept)
        mask = hide(cells, random, vocabulary) | kept
        targets = np.full(canvas, -1, np.int64)
        tokens = np.full(canvas, len(vocabulary) + 1, np.int64)
        h, w = cells.shape
        targets[:h, :w] = np.where(mask & asked & ~kept, cells.astype(np.int64), -1)  # -1 does not fit uint8
        if self.recipe.noise:
            wrong = random.random(cells.shape) < self.recipe.noise
            cells = np.where(wrong, random.permutation(cells.ravel()).reshape(cells.shape), cells)
        tokens[:h, :w] = np.where(mask, len(vocabulary), cells)
        return tokens, vector(len(self.styles), self.styles.index(collection.style), shares), targets

    def _turned(self, *parts: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """Return maps of one size, all turned in the same of the recipe's ways."""
        turns = int(self.random.integers(4)) if self.recipe.symmetries == "square" else 0
        mirrored = self.recipe.symmetries != "none" and self.random.random() < 0.5
        return tuple(np.rot90(part, turns)[:, :: -1 if mirrored else 1] for part in parts)


def window(
    size: Size, most: Size, random: np.random.Generator
) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """Return a window of at most ``most`` in a map of ``size``, and which of its cells may be asked for.

    Those beside an edge that is not the map's own are not; the map's own edges are met as often as its
    middle.
    """
    parts, inner = [], []
    for side, limit in zip(size, most, strict=True):
        length = min(side, limit)
        start = int(random.integers(-length // 4, side - length + length // 4 + 1))
        start = min(max(start, 0), side - length)
        parts.append(slice(start, start + length))
        places = np.arange(length)
        near = _MARGIN if start > 0 else 0
        far = _MARGIN if start + length < side else 0
        inner.append((places >= near) & (places < length - far))
    asked: NDArray[np.bool_] = inner[0][:, None] & inner[1][None, :]
    return (parts[0], parts[1]), asked


def hide(cells: NDArray[np.uint8], random: np.random.Generator, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return which cells to mask, in one of the patterns that decoding meets."""
    pattern = random.random()
    rate = math.cos(0.5 * math.pi * random.random())
    noise: NDArray[np.bool_] = random.random(cells.shape) < rate
    objects = vocabulary.objects[cells]
    if pattern < 0.25 or (pattern < 0.9 and not vocabulary.objects.any()):
        return noise
    if pattern < 0.7:  # the ground is drawn before any object is
        return noise | objects
    if pattern < 0.9:  # objects are placed on a finished ground
        shown = random.random(cells.shape) < 0.7 * random.random()
        return vocabulary.open[cells] & ~(shown & ~objects) | objects
    mask = np.zeros(cells.shape, np.bool_)  # a rectangle to redo, or a side to extend
    y, x = (int(random.integers(n)) for n in cells.shape)
    h, w = (int(random.integers(max(2, n // 4), n + 1)) for n in cells.shape)
    mask[y : y + h, x : x + w] = True
    return mask & (random.random(cells.shape) < max(rate, 0.3))
