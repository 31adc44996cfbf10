"""The level network as an ONNX graph, written node by node.

Written by hand rather than exported by torch: names are stable, no source
paths creep in, and weights travel as int8 (a quarter of the size), which ONNX Runtime folds
back to fp32 when it loads the graph.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from playloom_train.kinds.level.model import EXACT, GRID, TOP, DyadicConv, LevelNet

OPSET = 17
IR_VERSION = 9


class GraphWriter:
    """Collects nodes and constants."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        for name, value in (("zero", 0.0), ("half", 0.5), ("top", TOP), ("step", 1 / GRID)):
            self.constant(name, np.array(value, np.float32))

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add an initializer; return its name."""
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Add a node with one output of the node's own name; return it."""
        self.nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def convolution(self, conv: DyadicConv, name: str, x: str) -> str:
        """Add a convolution with int8 weights."""
        steps = conv.grid_weight().detach().numpy().astype(np.int8)
        packed = self.constant(f"{name}.weight8", steps)
        wide = self.node("Cast", [packed], f"{name}.weight32", to=TensorProto.FLOAT)
        weight = self.node("Mul", [wide, "step"], f"{name}.weight")
        bias = (conv.grid_bias().detach().numpy() / GRID).astype(np.float32)
        sides = {"strides": [conv.stride] * 2, "pads": [conv.padding] * 4}
        return self.node("Conv", [x, weight, self.constant(f"{name}.bias", bias)], name, **sides)

    def floor(self, x: str, name: str) -> str:
        """Round half up."""
        return self.node("Floor", [self.node("Add", [x, "half"], f"{name}.plus")], f"{name}.floor")

    def squash(self, x: str, name: str) -> str:
        """Round half up and clip to 0..127."""
        return self.node("Clip", [self.floor(x, name), "zero", "top"], f"{name}.squash")


def level_graph(net: LevelNet) -> bytes:
    """Return the serialized graph: tokens, condition -> logits, any height and width that halve often enough.

    Raises:
        ValueError: If some channel's sum could leave the whole numbers that fp32 holds exactly.
    """
    if net.widest_sum() >= EXACT:
        raise ValueError(f"a sum can reach {net.widest_sum()} grid steps; below {EXACT} it would be exact")
    g = GraphWriter()
    convs = dict(net.convolutions())

    def conv(name: str, x: str) -> str:
        return g.convolution(convs[name], name, x)

    def block(name: str, x: str) -> str:
        shifted = g.node("Add", [conv(f"{name}.first", x), conv(f"{name}.shift", "told")], f"{name}.sum")
        second = conv(f"{name}.second", g.squash(shifted, f"{name}.first"))
        return g.squash(g.node("Add", [x, second], f"{name}.residual"), name)

    table = g.constant("embedding", net.grid_embedding().detach().numpy().astype(np.float32))
    axes = g.constant("axes", np.array([2, 3], np.int64))
    g.node("Unsqueeze", ["condition", axes], "told")
    looked = g.node("Gather", [table, "tokens"], "looked", axis=0)
    x = g.squash(conv("enter", g.node("Transpose", [looked], "channels", perm=[0, 3, 1, 2])), "enter")
    kept = []
    depth = len(net.shape.widths)
    for i in range(depth):
        x = block(f"fall.{i}", x)
        if i < depth - 1:
            kept.append(x)
            x = g.squash(conv(f"down.{i}", x), f"down.{i}")
    for i in range(depth):
        x = block(f"rise.{i}", x)
        if i < depth - 1:
            # CRD is the order of channels of torch's pixel_shuffle.
            wider = g.node("DepthToSpace", [conv(f"up.{i}", x)], f"up.{i}.wider", blocksize=2, mode="CRD")
            x = g.squash(g.node("Add", [wider, kept[-1 - i]], f"up.{i}.sum"), f"up.{i}")
    g.node("Identity", [g.floor(conv("head", block("polish", x)), "head")], "logits")
    return bytes(_model(g, net).SerializeToString(deterministic=True))


def _model(g: GraphWriter, net: LevelNet) -> onnx.ModelProto:
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "height", "width"])
    told = helper.make_tensor_value_info("condition", TensorProto.FLOAT, [1, net.shape.condition])
    logits = helper.make_tensor_value_info(
        "logits", TensorProto.FLOAT, [1, net.shape.vocabulary, "height", "width"]
    )
    graph = helper.make_graph(g.nodes, "level", [tokens, told], [logits], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    model.producer_name = "playloom"
    onnx.checker.check_model(model)
    return model
