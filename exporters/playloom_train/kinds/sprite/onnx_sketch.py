"""The pieces of which the sprite graphs are drawn: palette, conditions, blocks, tables, places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from torch import Tensor, nn

from playloom.manifest import TensorSpec
from playloom_train.dyadic import TOP
from playloom_train.kinds.sprite.layers import (
    CELL,
    CODES,
    EDGE_STEPS,
    LEVELS,
    LOGIT_STEPS,
    code_planes,
    convolutions,
    on_grid,
)
from playloom_train.onnx_writer import GraphWriter, tensor

SUMS = ".sums"  # after the name of a convolution, which could be that of an input
ROWS = ".rows8"  # after the name of a learned table

Orders = Mapping[str, NDArray[np.int64]]  # of input channels, by convolution, where they differ from torch's

# What several graphs take. A batch is one picture told as asked and, for guidance, with no words.
BATCH = "batch"
CELLS = (f"height/{CELL}", f"width/{CELL}")
CODE_GRID = tensor("codes", "int64", 1, *CELLS)
TOKENS = tensor("tokens", "int64", 1, "height", "width")
PALETTE = tensor("palette", "float32", "colours", 3)


def condition(count: int, batch: int | str = 1) -> TensorSpec:
    """Return what a graph says of its conditions."""
    return tensor("condition", "float32", batch, count)


@dataclass(frozen=True)
class Drawing:
    """How one sort of network becomes a graph."""

    shape: type
    net: Callable[[Any], nn.Module]  # from its shape
    inputs: Callable[[Any], tuple[TensorSpec, ...]]  # from its shape; in the order of the network's own
    outputs: Callable[[Any], tuple[TensorSpec, ...]]
    draw: Callable[["Sketch", Any], None]
    orders: Callable[[Any], Orders] = lambda shape: {}
    run: str = "forward"  # the network's method that gives the outputs


def blocks_first(*parts: tuple[int, int]) -> NDArray[np.int64]:
    """Return ONNX's order of the input channels of a convolution, where torch has another.

    Args:
        parts: Channels, and the side of the blocks that were made channels, 1 if none were. Of these
            torch's pixel_unshuffle keeps together what was one channel, SpaceToDepth what was one place.
    """
    orders, before = [], 0
    for channels, side in parts:
        many = channels * side * side
        orders.append(before + np.arange(many).reshape(channels, -1).T.ravel())
        before += many
    return np.concatenate(orders)


class Sketch:
    """Draws the graph of one network; what belongs to a convolution is called as in torch."""

    def __init__(self, net: nn.Module, orders: Orders) -> None:
        self.g, self.net, self.orders = GraphWriter(), net, orders
        self.convs = dict(convolutions(net))

    def numbers(self, name: str, *values: int) -> str:
        """Add a row of whole numbers."""
        return self.g.constant(name, np.array(values, np.int64))

    def floats(self, name: str, values: Tensor | float) -> str:
        """Add a stored tensor."""
        return self.g.constant(name, np.ascontiguousarray(torch.as_tensor(values).float().numpy()))

    def axis(self, *axes: int) -> str:
        """Add axes, once."""
        name = "axis." + ".".join(map(str, axes))
        known = any(one.name == name for one in self.g.constants)
        return name if known else self.numbers(name, *axes)

    def size(self, x: str, first: int, last: int) -> str:
        """Return the sizes of a tensor along the axes ``first`` to ``last``, a row of numbers, once."""
        name = f"{x}.size.{first}.{last}"
        known = any(node.name == name for node in self.g.nodes)
        return name if known else self.g.node("Shape", [x], name, start=first, end=last + 1)

    def conv(self, name: str, x: str, *, halved: bool = False) -> str:
        """Add a convolution of the network; ``halved`` adds the half that rounding needs, once a sum."""
        return self.g.convolution(self.convs[name], name + SUMS, x, self.orders.get(name), halved=halved)

    def dense(self, name: str, x: str, *, halved: bool = False) -> str:
        """Add a convolution of the network to rows (B, C): a picture of one pixel."""
        return self.g.dense(self.convs[name], name + SUMS, x, halved=halved)

    def add(self, first: str, *more: str) -> str:
        """Add tensors up."""
        for part in more:
            first = self.g.node("Add", [first, part], f"{first}+")
        return first

    def layer(self, name: str, x: str, *more: str) -> str:
        """Add a convolution, what is added to its sums, and what rounds and clips them all."""
        return self.g.cut(self.add(self.conv(name, x, halved=True), *more), name)

    def row(self, name: str, x: str, *more: str) -> str:
        """Add the same for rows (B, C)."""
        return self.g.cut(self.add(self.dense(name, x, halved=True), *more), name)

    def as_float(self, x: str) -> str:
        """Return numbers as floats."""
        return self.g.node("Cast", [x], f"{x}.float", to=TensorProto.FLOAT)

    def as_whole(self, x: str, name: str) -> str:
        """Return floats as whole numbers."""
        return self.g.node("Cast", [x], name, to=TensorProto.INT64)

    def output(self, name: str, halved: str) -> None:
        """Make an output of sums that have their half: round down."""
        self.g.node("Floor", [halved], name)

    def joined(self, name: str, *parts: str) -> str:
        """Put channels beside one another."""
        return self.g.node("Concat", list(parts), name, axis=1)

    def dot(self, x: str) -> str:
        """Make rows of numbers (B, C) pictures of one pixel."""
        return self.g.node("Unsqueeze", [x, self.axis(2, 3)], f"{x}.dot")

    def colours(self) -> tuple[str, str]:
        """Return what is seen of each colour (1, F, P, 1): without the colour itself, and with it."""
        g = self.g
        half = g.node("Floor", [g.node("Mul", ["palette", "half"], "palette.half")], "palette.whole")
        rows = g.node("Transpose", [half], "palette.rows", perm=[1, 0])
        plain = g.node("Unsqueeze", [rows, self.axis(0, 3)], "palette.wide")
        seen = self.layer("palette.inner", self.layer("palette.enter", plain))
        return seen, self.joined("palette.both", seen, plain)

    def keys(self, both: str) -> str:
        """Return the keys of the colours, as weights (P, F, 1, 1)."""
        g = self.g
        key = g.node("Floor", [self.conv("palette.key", both, halved=True)], "palette.key.floor")
        key = g.node("Clip", [key, self.floats("bottom", -TOP), "top"], "palette.key.clipped")
        return g.node("Transpose", [key], "key", perm=[2, 1, 0, 3])

    def summary(self, seen: str) -> str:
        """Return what of all colours together is told, a row (1, 2 F)."""
        g = self.g
        each = self.layer("palette.summary", seen)
        total = g.node("ReduceSum", [each, self.axis(2, 3)], "palette.total", keepdims=0)
        count = self.as_float(self.size("palette", 0, 0))
        mean = g.squash(g.node("Div", [total, count], "palette.mean"), "palette.mean")
        most = g.node("ReduceMax", [each], "palette.most", axes=[2, 3], keepdims=0)
        return self.joined("palette.told", mean, most)

    def told(self, seen: str) -> str:
        """Return what blocks are told of the condition and the colours, rows."""
        overview = self.dense("told.overview", self.summary(seen))
        return self.row("told.inner", self.row("told.wanted", "condition", overview))

    def blocks(self, name: str, x: str, told: str) -> str:
        """Add the residual blocks of this name, one after another; ``told`` are rows."""
        i = 0
        while f"{name}.{i}.first" in self.convs:
            x = self.block(f"{name}.{i}", x, told)
            i += 1
        return x

    def block(self, name: str, x: str, told: str) -> str:
        """Add a residual block."""
        hidden = self.layer(f"{name}.first", x, self.dot(self.dense(f"{name}.shift", told)))
        return self.g.cut(self.add(self.conv(f"{name}.second", hidden, halved=True), x), name)

    def widened(self, name: str, x: str, *more: str) -> str:
        """Add a convolution, make four pixels of one, add to that; and what rounds and clips the sums."""
        sums = self.larger(name, self.conv(name, x, halved=True), 2)
        return self.g.cut(self.add(sums, *more), name)

    def larger(self, name: str, x: str, side: int) -> str:
        """Make a square of pixels of the channels of one, in the order of torch's pixel_shuffle."""
        return self.g.node("DepthToSpace", [x], f"{name}.wider", blocksize=side, mode="CRD")

    def products(self, features: str, key: str) -> str:
        """Return the logits of colours with these keys."""
        g = self.g
        fine = self.floats("fine", 1 / LOGIT_STEPS)
        steps = g.node("Mul", [g.node("Conv", [features, key], "products"), fine], "products.steps")
        return g.floor(steps, "products")

    def table(self, name: str) -> str:
        """Return a learned table, a row of activations for each thing looked up."""
        rows = on_grid(self.net.get_parameter(name)).detach().numpy().astype(np.int8)
        return self.as_float(self.g.constant(name + ROWS, rows))

    def found(self, name: str, rows: str, places: str) -> str:
        """Return the rows of a table at places (1, H, W), as channels (1, C, H, W)."""
        last = self.g.node("Gather", [rows, places], f"{name}.last", axis=0)
        return self.g.node("Transpose", [last], name, perm=[0, 3, 1, 2])

    def looked(self, both: str) -> str:
        """Return the values of the tokens (1, E, H, W); ``both`` is what is seen of each colour."""
        g = self.g
        values = g.node("Squeeze", [self.layer("lookup.value", both), self.axis(0, 3)], "lookup.columns")
        rows = g.node("Transpose", [values], "lookup.rows", perm=[1, 0])
        table = g.node("Concat", [rows, self.table("lookup.special")], "lookup.table", axis=0)
        return self.found("looked", table, "tokens")

    def planes(self) -> str:
        """Return the numbers of the codes and whether they are known (1, D + 1, h, w)."""
        every = code_planes(torch.arange(CODES + 1)[None, None])[0, :, 0]
        return self.found("planes", self.floats("planes.rows", every.T), "codes")

    def levels(self, name: str, squashed: str) -> str:
        """Return on which of the `LEVELS` numbers of 0..127 fall, as floats."""
        step = self.floats("level", LEVELS / (TOP + 1))
        share = self.g.node("Mul", [squashed, step], f"{name}.share")
        return self.g.node("Floor", [share], f"{name}.level")

    def edges(self, x: str) -> str:
        """Return the distances of each cell of ``x`` from the edges (1, 4, h, w)."""
        g = self.g
        channel = [self.numbers("channel.begin", 0), self.numbers("channel.end", 1), self.axis(1)]
        none = g.node("Mul", [g.node("Slice", [x, *channel], "channel"), "zero"], "channel.none")
        pace = g.node("Add", [none, self.floats("pace", EDGE_STEPS)], "paces")
        ways = []
        for axis in (2, 3):
            along = self.g.constant(f"along{axis}", np.array(axis, np.int64))
            for reverse in (0, 1):
                ways.append(g.node("CumSum", [pace, along], f"edge{axis}{reverse}", reverse=reverse))
        return g.node("Clip", [self.joined("edges.wide", *ways), "zero", "top"], "edges")
