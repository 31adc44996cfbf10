"""Recorded inputs of each graph and what torch makes of them, to be made again on every machine."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from playloom.manifest import TensorSpec, part_of
from playloom_train.kinds.sprite.batches import HOT
from playloom_train.kinds.sprite.layers import CODES, LEVELS, SPECIAL
from playloom_train.kinds.sprite.onnx_graph import graph_spec, outputs
from playloom_train.kinds.sprite.onnx_sketch import BATCH

# Height, width, colours and batch; and whether gist and silhouette are known (None: only some of the gist).
CASES = ((32, 32, 12, 2, True), (16, 16, 2, 1, False), (48, 24, 32, 2, None), (24, 40, 5, 1, True))
_HOLDING = 6  # conditions, about

Arrays = dict[str, NDArray[Any]]
Case = tuple[int, int, int, int, bool | None]


def samples(name: str, net: nn.Module, cases: Sequence[Case] = CASES, seed: int = 0) -> Arrays:
    """Return inputs and torch's outputs of a network's graph, by "CASE/TENSOR"."""
    random = np.random.default_rng(seed)
    spec = graph_spec(name, net)
    recorded: Arrays = {}
    for number, case in enumerate(cases):
        arrays = {one.name: _drawn(one, case, random) for one in spec.inputs}
        made = outputs(name, net, *map(torch.from_numpy, arrays.values()))
        arrays |= {one.name: part.numpy() for one, part in zip(spec.outputs, made, strict=True)}
        recorded |= {f"{number}/{tensor}": array for tensor, array in arrays.items()}
    return recorded


def _drawn(spec: TensorSpec, case: Case, random: np.random.Generator) -> NDArray[Any]:
    """Return one input at random."""
    high, wide, colours, batch, known = case
    free = {"height": high, "width": wide, "colours": colours, BATCH: batch}
    shape = tuple(_size(size, free) for size in spec.shape)
    highest = {"tokens": colours + SPECIAL, "codes": CODES + 1, "gist": LEVELS + 1, "palette": 256}
    array = random.integers(0, highest.get(spec.name, HOT + 1), shape).astype(spec.dtype)
    if spec.name == "condition":
        return np.where(random.random(shape) < _HOLDING / shape[1], HOT, 0).astype(spec.dtype)
    if spec.name == "gist" and known is not None:
        return array % LEVELS if known else np.full_like(array, LEVELS)
    if spec.name == "shape":
        array[:, -1] = HOT
        return array if known else np.zeros_like(array)
    return array


def _size(dimension: int | str, free: Mapping[str, int]) -> int:
    if isinstance(dimension, int):
        return dimension
    name, divisor = part_of(dimension)
    return free[name] // divisor
