"""Writes ONNX graphs of dyadic networks node by node.

Written by hand rather than exported by torch: names are stable, no source
paths creep in, and weights travel as int8 (a quarter of the size), which ONNX Runtime folds
back to fp32 when it loads the graph.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from playloom.manifest import GraphSpec, TensorSpec
from playloom_train.dyadic import GRID, INPUT_SCALE, TOP, DyadicConv, FoldingConv

OPSET = 17
IR_VERSION = 9
_TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}


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

    def node(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """Add a node with one output of the node's own name; return it."""
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name, **attributes))
        return name

    def convolution(self, conv: DyadicConv, name: str, x: str, order: NDArray[np.int64] | None = None) -> str:
        """Add a convolution with int8 weights; ``order`` takes its input channels in another order."""
        steps = conv.grid_weight().detach().numpy().astype(np.int8)
        packed = self.constant(f"{name}.weight8", steps if order is None else steps[:, order])
        wide = self.node("Cast", [packed], f"{name}.weight32", to=TensorProto.FLOAT)
        weight = self.node("Mul", [wide, self.step(conv.grid)], f"{name}.weight")
        bias = (conv.grid_bias().detach().numpy() / conv.grid).astype(np.float32)
        sides = {"strides": [conv.stride] * 2, "pads": [conv.padding] * 4}
        return self.node("Conv", [x, weight, self.constant(f"{name}.bias", bias)], name, **sides)

    def step(self, grid: int) -> str:
        """Return the constant that holds a step of a grid."""
        name = "step" if grid == GRID else f"step{grid}"
        if all(one.name != name for one in self.constants):
            self.constant(name, np.array(1 / grid, np.float32))
        return name

    def floor(self, x: str, name: str) -> str:
        """Round half up."""
        return self.node("Floor", [self.node("Add", [x, "half"], f"{name}.plus")], f"{name}.floor")

    def squash(self, x: str, name: str) -> str:
        """Round half up and clip to 0..127."""
        return self.node("Clip", [self.floor(x, name), "zero", "top"], f"{name}.squash")

    def serialized(self, name: str, spec: GraphSpec) -> bytes:
        """Return the graph with the inputs and outputs of ``spec``."""
        inputs, outputs = (
            [helper.make_tensor_value_info(one.name, _TYPES[one.dtype], list(one.shape)) for one in side]
            for side in (spec.inputs, spec.outputs)
        )
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        model.producer_name = "playloom"
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))


def tensor(name: str, dtype: str, *shape: int | str) -> TensorSpec:
    """Return what a graph says of an input or output."""
    return TensorSpec(name=name, dtype=dtype, shape=shape)


def stored(data: bytes) -> Mapping[str, NDArray[Any]]:
    """Return the constants of a graph that `GraphWriter` wrote by name, and NAME.step of each convolution."""
    graph = onnx.load_from_string(data).graph
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    nodes = {node.name: node for node in graph.node}
    # The step is a constant of the grid, which many share: what scales the weights names it.
    scaled = {name: nodes.get(f"{name}.weight") for name, node in nodes.items() if node.op_type == "Conv"}
    steps = {f"{name}.step": constants[scale.input[1]] for name, scale in scaled.items() if scale}
    return constants | steps


def restore(
    conv: DyadicConv, name: str, constants: Mapping[str, NDArray[Any]], order: NDArray[np.int64] | None = None
) -> None:
    """Set a convolution to what `GraphWriter.convolution` wrote; one that folds is folded.

    Args:
        conv: Of the same shape.
        name: In the graph.
        constants: See `stored`.
        order: Of the input channels, if it was written in one.
    """
    steps = constants[f"{name}.weight8"].astype(np.float32)
    if order is not None:
        steps = steps[:, np.argsort(order)]
    if isinstance(conv, FoldingConv):
        conv.fold()
    conv.grid = round(1 / float(constants[f"{name}.step"]))
    with torch.no_grad():
        conv.weight.copy_(torch.from_numpy(steps / conv.grid))
        conv.bias.copy_(torch.from_numpy(constants[f"{name}.bias"] / INPUT_SCALE))
