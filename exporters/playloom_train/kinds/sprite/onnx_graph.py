"""The sprite networks as ONNX graphs, and back from these graphs to networks."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from torch import nn

from playloom.manifest import GraphSpec
from playloom_train.dyadic import EXACT, INPUT_SCALE, TOP
from playloom_train.kinds.sprite.masked import (
    EDGE_STEPS,
    LOGIT_STEPS,
    NEIGHBOURS,
    REACH,
    SPECIAL,
    MaskedNet,
    Shape,
    convolutions,
)
from playloom_train.onnx_writer import GraphWriter, restore, stored, tensor

DENOISER_FILE = "denoiser.onnx"


def denoiser_spec(shape: Shape) -> GraphSpec:
    """Return the inputs and outputs of the masked network's graph."""
    return GraphSpec(
        file=DENOISER_FILE,
        inputs=(
            tensor("tokens", "int64", 1, "height", "width"),
            tensor("palette", "float32", "colours", 3),
            tensor("condition", "float32", 1, shape.condition),
        ),
        outputs=(
            tensor("alpha", "float32", 1, 2, "height", "width"),
            tensor("colour", "float32", 1, "colours", "height", "width"),
        ),
    )


def denoiser_graph(net: MaskedNet) -> bytes:
    """Return the serialized graph of a masked network.

    Raises:
        ValueError: If some sum could leave the whole numbers that fp32 holds exactly.
    """
    if net.widest_sum() >= EXACT:
        raise ValueError(f"a sum can reach {net.widest_sum()} grid steps; below {EXACT} it would be exact")
    return _denoiser(net).serialized("denoiser", denoiser_spec(net.shape))


class Sketch:
    """Writes the pieces that both networks have."""

    def __init__(self, net: nn.Module, orders: Mapping[str, NDArray[np.int64]] | None = None) -> None:
        """Begin; ``orders`` are of input channels by convolution, where they differ from torch's."""
        self.g, self.convs, self.orders = GraphWriter(), dict(convolutions(net)), orders or {}

    def conv(self, name: str, x: str) -> str:
        """Add a convolution of the network."""
        return self.g.convolution(self.convs[name], name, x, self.orders.get(name))

    def layer(self, name: str, x: str) -> str:
        """Add a convolution and what rounds and clips it."""
        return self.g.squash(self.conv(name, x), name)

    def axis(self, *axes: int) -> str:
        """Add axes as a constant."""
        name = "axis." + ".".join(map(str, axes))
        if all(one.name != name for one in self.g.constants):
            self.g.constant(name, np.array(axes, np.int64))
        return name

    def palette(self) -> tuple[str, str, str]:
        """Return what is seen of each colour, keys as weights (P, F, 1, 1), and what the summary tells."""
        g = self.g
        half = g.node("Floor", [g.node("Mul", ["palette", "half"], "palette.half")], "palette.whole")
        rows = g.node("Transpose", [half], "palette.rows", perm=[1, 0])
        plain = g.node("Unsqueeze", [rows, self.axis(0, 3)], "palette.wide")
        x = self.layer("palette.inner", self.layer("palette.enter", plain))
        both = g.node("Concat", [x, plain], "palette.both", axis=1)
        key = g.floor(self.conv("palette.key", both), "palette.key")
        low = g.constant("bottom", np.array(-TOP, np.float32))
        key = g.node("Clip", [key, low, "top"], "palette.key.clipped")
        key = g.node("Transpose", [key], "key", perm=[2, 1, 0, 3])
        seen = self.layer("palette.summary", x)
        total = g.node("ReduceSum", [seen, self.axis(2)], "total")
        count = g.node("Shape", ["palette"], "count.whole", start=0, end=1)
        count = g.node("Cast", [count], "count", to=TensorProto.FLOAT)
        mean = g.squash(g.node("Div", [total, count], "mean"), "mean")
        most = g.node("ReduceMax", [seen], "most", axes=[2], keepdims=1)
        return both, key, self.conv("overview", g.node("Concat", [mean, most], "summary", axis=1))

    def tell(self, overview: str, *more: str) -> None:
        """Make "told.squash" of the condition and the palette."""
        g = self.g
        told = self.conv("wanted", g.node("Unsqueeze", ["condition", self.axis(2, 3)], "condition.wide"))
        for i, part in enumerate((overview, *more)):
            told = g.node("Add", [told, part], f"told.sum{i}")
        self.layer("told", g.squash(told, "told.sum"))

    def block(self, name: str, x: str) -> str:
        """Add a residual block."""
        g = self.g
        shift = self.conv(f"{name}.shift", "told.squash")
        shifted = g.node("Add", [self.conv(f"{name}.first", x), shift], f"{name}.sum")
        second = self.conv(f"{name}.second", g.squash(shifted, f"{name}.first"))
        return g.squash(g.node("Add", [x, second], f"{name}.residual"), name)

    def wider(self, name: str, x: str, side: int = 2) -> str:
        """Add a convolution and make several pixels of one."""
        # CRD is the order of channels of torch's pixel_shuffle.
        return self.g.node("DepthToSpace", [self.conv(name, x)], f"{name}.wider", blocksize=side, mode="CRD")

    def silhouette(self, features: str) -> None:
        """Make the output "alpha"."""
        g = self.g
        g.node("Identity", [g.floor(self.conv("silhouette", features), "silhouette")], "alpha")

    def products(self, features: str, key: str) -> str:
        """Return the logits of colours with these keys."""
        g = self.g
        fine = g.node("Conv", [features, key], "products")
        steps = g.node("Mul", [fine, g.constant("fine", np.array(1 / LOGIT_STEPS, np.float32))], "steps")
        return g.floor(steps, "steps")


def _denoiser(net: MaskedNet) -> GraphWriter:
    s = Sketch(net, {"enter": _blocks_first(net.shape)})
    g, shape = s.g, net.shape
    colours, key, overview = s.palette()
    s.tell(overview)
    value = g.node("Squeeze", [s.layer("value", colours), s.axis(3)], "values")
    looked = _looked(s, net, value)
    halved = g.node("SpaceToDepth", [looked], "halved", blocksize=2)
    x = s.layer("enter", g.node("Concat", [halved, _edges(s)], "entered", axis=1))
    kept = []
    for i, count in enumerate(shape.fall):
        for j in range(count):
            x = s.block(f"fall.{i}.{j}", x)
        if i < len(shape.widths) - 1:
            kept.append(x)
            x = s.layer(f"down.{i}", x)
    for i in reversed(range(len(shape.rise))):
        for j in range(shape.rise[i]):
            x = s.block(f"rise.{i}.{j}", x)
        if i > 0:
            up = f"up.{i - 1}"
            x = g.squash(g.node("Add", [s.wider(up, x), kept[i - 1]], f"{up}.sum"), up)
    near = g.node("Add", [s.wider("grow", x), s.conv("near", looked)], "near.sum")
    features = s.layer("last", g.squash(near, "near"))
    s.silhouette(features)
    _copied(s, features, s.products(features, key))
    return g


def _copied(s: Sketch, features: str, colour: str) -> None:
    """Make the output "colour": the products, and what each known neighbour's colour is given."""
    g = s.g
    wish = g.node("Clip", [g.floor(s.conv("copy", features), "copy"), "bottom", "top"], "wish")
    room = g.constant("room", np.array([0, 0, 0, 0, 0, SPECIAL, 0, 0], np.int64))
    wide = g.node("Pad", [colour, room], "colour.wide")
    given = g.node("ScatterElements", [wide, _neighbours(s), wish], "given", axis=1, reduction="add")
    first = g.constant("first", np.array([0], np.int64))
    g.node("Slice", [given, first, "count.whole", s.axis(1)], "colour")


def _neighbours(s: Sketch) -> str:
    """Return the tokens of the neighbours (1, N, H, W)."""
    g, far = s.g, 2**31 - 1
    transparent = g.node("Squeeze", ["count.whole", s.axis(0)], "count.scalar")
    around = g.constant("around", np.array([0, REACH, REACH, 0, REACH, REACH], np.int64))
    padded = g.node("Pad", ["tokens", around, transparent], "tokens.padded")

    def part(x: str, name: str, **numbers: list[int]) -> str:
        names = [g.constant(f"{name}.{key}", np.array(value, np.int64)) for key, value in numbers.items()]
        return g.node("Slice", [x, *names], name)

    parts = [
        part(
            padded,
            f"neighbour{i}",
            begin=[REACH + y, REACH + x],
            end=[y - REACH or far, x - REACH or far],
            plane=[1, 2],
        )
        for i, (y, x) in enumerate(NEIGHBOURS)
    ]
    parts.append(part("tokens", "opposite", begin=[-1], end=[-far], plane=[2], pace=[-1]))
    return g.node("Unsqueeze", [g.node("Concat", parts, "neighbours.flat", axis=0), s.axis(0)], "neighbours")


def _looked(s: Sketch, net: MaskedNet, value: str) -> str:
    """Return the embedding of each token (1, E, H, W)."""
    g = s.g
    special = net.grid_special().detach().numpy().astype(np.float32).T[None]
    table = g.node("Concat", [value, g.constant("special", np.ascontiguousarray(special))], "table", axis=2)
    rows = g.node(
        "Squeeze", [g.node("Transpose", [table], "table.rows", perm=[0, 2, 1]), s.axis(0)], "table.flat"
    )
    found = g.node("Gather", [rows, "tokens"], "looked.last", axis=0)
    return g.node("Transpose", [found], "looked", perm=[0, 3, 1, 2])


def _edges(s: Sketch) -> str:
    """Return the distances from the edges (1, 4, H/2, W/2)."""
    g = s.g
    numbers = {"begin": [0, 0], "end": [2**31 - 1] * 2, "plane": [1, 2], "pace": [2, 2]}
    names = [g.constant(name, np.array(value, np.int64)) for name, value in numbers.items()]
    every = g.node("Slice", ["tokens", *names], "tokens.half")
    none = g.node("Mul", [g.node("Cast", [every], "half.float", to=TensorProto.FLOAT), "zero"], "none")
    pace = g.node("Add", [none, g.constant("pace.edge", np.array(EDGE_STEPS, np.float32))], "paces")
    pace = g.node("Unsqueeze", [pace, s.axis(1)], "paces.wide")
    ways = []
    for axis in (2, 3):
        place = g.constant(f"along{axis}", np.array(axis, np.int64))
        for reverse in (0, 1):
            ways.append(g.node("CumSum", [pace, place], f"edge{axis}{reverse}", reverse=reverse))
    return g.node("Clip", [g.node("Concat", ways, "edges.wide", axis=1), "zero", "top"], "edges")


def _blocks_first(shape: Shape) -> NDArray[np.int64]:
    """Return ONNX's order of the channels that torch's pixel_unshuffle makes, and the edges after them."""
    wide = 4 * shape.embedding
    return np.concatenate([np.arange(wide).reshape(-1, 4).T.ravel(), np.arange(wide, wide + 4)])


def network_settings(shape: Any) -> dict[str, Any]:
    """Return what a package says of its network, so that training can go on from it."""
    return asdict(shape)


def denoiser_net(data: bytes, network: dict[str, Any]) -> MaskedNet:
    """Return the network of a graph: the same function, on the same grid, to go on training.

    Args:
        data: The graph, as `denoiser_graph` wrote it.
        network: The package's `network_settings`.
    """
    shape = msgspec.convert(network, Shape)
    net, constants = MaskedNet(shape), stored(data)
    for name, conv in convolutions(net):
        restore(conv, name, constants, _blocks_first(shape) if name == "enter" else None)
    special = constants["special"][0].T.reshape(SPECIAL, -1)
    with torch.no_grad():
        net.special.copy_(torch.from_numpy(special / INPUT_SCALE - 1))
    return net
