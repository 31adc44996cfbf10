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
from playloom_train.dyadic import GRID, INPUT_SCALE, TOP, DyadicConv, FoldingConv, GridLinear

OPSET = 17
IR_VERSION = 9
PLAIN, HALVED = ".bias", ".bias.half"  # after the name of a convolution; the second has a half added
_WEIGHT, _SCALED = ".weight", ".scaled"  # after it: what the step of its grid makes of weights, of products
_TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}


class GraphWriter:
    """Collects nodes and constants."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        for name, value in (
            ("zero", 0.0),
            ("half", 0.5),
            ("top", TOP),
            ("below", TOP + 0.5),
            ("step", 1 / GRID),
        ):
            self.constant(name, np.array(value, np.float32))

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add an initializer; return its name."""
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """Add a node with one output of the node's own name; return it."""
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name, **attributes))
        return name

    def convolution(
        self,
        conv: DyadicConv,
        name: str,
        x: str,
        order: NDArray[np.int64] | None = None,
        *,
        halved: bool = False,
    ) -> str:
        """Add a convolution with int8 weights.

        Args:
            conv: On its grid.
            name: Of the node.
            x: (B, C, H, W).
            order: Takes the input channels in another order.
            halved: Add the half already that `cut` asks for.
        """
        steps = conv.grid_weight().detach().numpy().astype(np.int8)
        weight = self._weight(steps if order is None else steps[:, order], conv.grid, name)
        sides = {"strides": [conv.stride] * 2, "pads": [conv.padding] * 4}
        return self.node("Conv", [x, weight, self._bias(conv, name, halved)], name, **sides)

    def dense(self, conv: DyadicConv, name: str, x: str, *, halved: bool = False) -> str:
        """Add a convolution of a single pixel as a product of whole numbers.

        A quarter of the bytes are read for each pass, which is what such a product costs. No product of 8
        bits saturates, on any machine: two of 127 times 127 are below 2**15.

        Args:
            conv: On its grid.
            name: Of the last node.
            x: (B, C), whole numbers 0..127, as floats.
            halved: Add the half already that `cut` asks for.
        """
        steps = conv.grid_weight().detach().numpy().astype(np.int8)[:, :, 0, 0]
        weight = self.constant(f"{name}.weight8", np.ascontiguousarray(steps.T))
        small = f"{x}.bytes"
        if all(one.name != small for one in self.nodes):
            self.node("Cast", [x], small, to=TensorProto.UINT8)
        products = self.node("MatMulInteger", [small, weight], f"{name}.products")
        wide = self.node("Cast", [products], f"{name}.products32", to=TensorProto.FLOAT)
        scaled = self.node("Mul", [wide, self.step(conv.grid)], f"{name}{_SCALED}")
        return self.node("Add", [scaled, self._bias(conv, name, halved)], name)

    def _weight(self, steps: NDArray[np.int8], grid: int, name: str) -> str:
        packed = self.constant(f"{name}.weight8", np.ascontiguousarray(steps))
        wide = self.node("Cast", [packed], f"{name}.weight32", to=TensorProto.FLOAT)
        return self.node("Mul", [wide, self.step(grid)], f"{name}{_WEIGHT}")

    def _bias(self, conv: DyadicConv, name: str, halved: bool) -> str:
        bias = conv.grid_bias().detach().numpy() / conv.grid + (0.5 if halved else 0.0)
        return self.constant(f"{name}{HALVED if halved else PLAIN}", bias.astype(np.float32))

    def split(self, x: str, sizes: str, names: Sequence[str], axis: int) -> Sequence[str]:
        """Add a node that splits ``x`` along an axis into parts of these sizes; return their names."""
        self.nodes.append(helper.make_node("Split", [x, sizes], list(names), f"{x}.split", axis=axis))
        return names

    def matrices(self, linears: Sequence[GridLinear], name: str, x: str) -> str:
        """Add a product with int8 weights, the outputs of several matrices side by side."""
        steps = [linear.grid_weight().detach().numpy().astype(np.int8).T for linear in linears]
        grids = [np.full(linear.weight.shape[0], 1 / linear.grid, np.float32) for linear in linears]
        packed = self.constant(f"{name}.weight8", np.concatenate(steps, 1))
        wide = self.node("Cast", [packed], f"{name}.weight32", to=TensorProto.FLOAT)
        columns = self.constant(f"{name}.steps", np.concatenate(grids))
        weight = self.node("Mul", [wide, columns], f"{name}.weight")
        return self.node("MatMul", [x, weight], name)

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

    def cut(self, x: str, name: str) -> str:
        """Round down and clip to 0..127: `squash` of what has its half added."""
        # In this order ONNX Runtime makes one kernel of a convolution and the clip.
        return self.node("Floor", [self.node("Clip", [x, "zero", "below"], f"{name}.clip")], f"{name}.cut")

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
    # The step is a constant of the grid, which many share: what multiplies by it names it.
    steps = {
        f"{node.name.removesuffix(end)}.step": constants[node.input[1]]
        for node in graph.node
        for end in (_WEIGHT, _SCALED)
        if node.op_type == "Mul" and node.name.endswith(end)
    }
    return constants | steps


def restore(
    conv: DyadicConv, name: str, constants: Mapping[str, NDArray[Any]], order: NDArray[np.int64] | None = None
) -> None:
    """Set a convolution to what `GraphWriter.convolution` or `dense` wrote; one that folds is folded.

    Args:
        conv: Of the same shape.
        name: In the graph.
        constants: See `stored`.
        order: Of the input channels, if it was written in one.
    """
    steps = constants[f"{name}.weight8"].astype(np.float32)
    if steps.ndim == 2:
        steps = steps.T.reshape(conv.weight.shape)
    if order is not None:
        steps = steps[:, np.argsort(order)]
    if isinstance(conv, FoldingConv):
        conv.fold()
    conv.grid = round(1 / float(constants[f"{name}.step"]))
    halved = name + HALVED in constants
    bias = constants[name + HALVED] - np.float32(0.5) if halved else constants[name + PLAIN]
    with torch.no_grad():
        conv.weight.copy_(torch.from_numpy(steps / conv.grid))
        conv.bias.copy_(torch.from_numpy(bias / INPUT_SCALE))


def restore_matrices(linears: Sequence[GridLinear], name: str, constants: Mapping[str, NDArray[Any]]) -> None:
    """Set matrices to what `GraphWriter.matrices` wrote, folded.

    Args:
        linears: Of the same shapes.
        name: In the graph.
        constants: See `stored`.
    """
    steps = constants[f"{name}.weight8"].astype(np.float32) * constants[f"{name}.steps"]
    start = 0
    for linear in linears:
        end = start + linear.weight.shape[0]
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(np.ascontiguousarray(steps[:, start:end].T)))
        linear.put_on_grid(round(1 / float(constants[f"{name}.steps"][start])))
        start = end
