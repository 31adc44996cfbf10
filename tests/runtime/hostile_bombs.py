"""Small graphs that ask for much memory or time, while they are scanned, loaded or run."""

from collections.abc import Callable, Sequence

import numpy as np
import onnx
from hostile_graphs import FLOAT, INT64, Case, node, real, whole
from onnx import helper, numpy_helper
from tiny_packages import model_of


def ended(
    nodes: Sequence[onnx.NodeProto], last: str, stored: Sequence[onnx.TensorProto] = ()
) -> onnx.ModelProto:
    """A graph in which the tensor ``last``, however large, is reduced to what the signature wants."""
    tail = [node("ReduceMax", last, "m", keepdims=0), node("Add", "x m")]
    return model_of([*nodes, *tail], list(stored))


def chain(operator: str, inputs: str, count: int, **attributes: object) -> list[onnx.NodeProto]:
    """``count`` nodes from t0 to t``count``; ``#`` in ``inputs`` is the tensor before."""
    return [node(operator, inputs.replace("#", f"t{i}"), f"t{i + 1}", **attributes) for i in range(count)]


def scalar(name: str, value: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, np.int64), name)


def _sized(operator: str, shape: tuple[int, ...]) -> Callable[[], onnx.ModelProto]:
    """A tensor made to the size that a constant says."""
    rank = len(shape) // 2 if operator == "Pad" else len(shape)
    inputs = "s" if operator == "ConstantOfShape" else "v s"
    return lambda: ended([node(operator, inputs, "t")], "t", [whole("s", *shape), real("v", *[1] * rank)])


def _by_data(operator: str, inputs: str) -> Callable[[], onnx.ModelProto]:
    """A tensor whose size only the input's values tell."""

    def make() -> onnx.ModelProto:
        nodes = [
            node("ReduceMax", "x", "most", keepdims=0),
            node("Cast", "most", "n", to=INT64),
            node("Reshape", "n one", "n1"),
            node(operator, inputs, "t"),
            node("Cast", "t", "tf", to=FLOAT),
        ]
        stored = [whole("one", 1), whole("pair", 0, 1), real("v", 1), scalar("at0", 0), scalar("at1", 1)]
        return ended(nodes, "tf", stored)

    return make


def _doubling() -> onnx.ModelProto:
    return ended([node("Identity", "x", "t0"), *chain("Concat", "# #", 45, axis=1)], "t45")


def _doubling_shape() -> onnx.ModelProto:
    """Data that ONNX would carry along while it infers shapes."""
    nodes = [
        node("Shape", "x", "t0"),
        *chain("Concat", "# #", 45, axis=0),
        node("Cast", "t45", "f", to=FLOAT),
    ]
    return ended(nodes, "f")


def _doubling_rank() -> onnx.ModelProto:
    """Looking a tensor up in itself nearly doubles its dimensions."""
    nodes = [
        node("Cast", "x", "t0", to=INT64),
        *chain("Gather", "# #", 45),
        node("Cast", "t45", "f", to=FLOAT),
    ]
    return ended(nodes, "f")


def _growing_rank() -> onnx.ModelProto:
    return ended(
        [node("Identity", "x", "t0"), *chain("Unsqueeze", "# axes", 50)], "t50", [whole("axes", *range(99))]
    )


def _folded_products() -> onnx.ModelProto:
    """Minutes of matrix products that ONNX Runtime would do while it loads."""
    nodes = [node("Expand", "v s", "t0"), *chain("MatMul", "# #", 100)]
    return ended(nodes, "t100", [real("v", 1), whole("s", 4096, 4096)])


def _folded_tensors() -> onnx.ModelProto:
    nodes = [node("Expand", "v s", "t0"), *chain("Abs", "#", 30)]
    return ended(nodes, "t30", [real("v", 1), whole("s", 4096, 4096)])


def _folded_by_shape() -> onnx.ModelProto:
    """The size of an input is a constant too, where it is fixed."""
    nodes = [node("Shape", "x", "s", start=2), node("Mul", "s thousand", "side")]
    nodes += [node("Concat", "side side", "two", axis=0), node("ConstantOfShape", "two", "t0")]
    return ended([*nodes, *chain("MatMul", "# #", 50)], "t50", [whole("thousand", 1000)])


def _outer(operator: str) -> Callable[[], onnx.ModelProto]:
    nodes = [node("Reshape", "w tall", "a"), node("Reshape", "w wide", "b"), node(operator, "a b", "t")]
    stored = [real("w", 100_000), whole("tall", -1, 1), whole("wide", 1, -1)]
    return lambda: ended(nodes, "t", stored)


def _long_run() -> onnx.ModelProto:
    """Hours of products that need the input, so that only the run would show them."""
    nodes = [
        node("ReduceMax", "x", "m0", keepdims=0),
        node("Mul", "w m0", "t0"),
        *chain("MatMul", "# w", 3000),
    ]
    return ended(nodes, "t3000", [real("w", 1500, 1500)])


def _image(operator: str, inputs: str = "image k", **attributes: object) -> Callable[[], onnx.ModelProto]:
    nodes = [node("Unsqueeze", "x axis", "image"), node(operator, inputs, "t", **attributes)]
    return lambda: ended(nodes, "t", [whole("axis", 1), real("k", 1, 1, 1, 1)])


def _gathered() -> onnx.ModelProto:
    """Each step looks the rows up nine hundred times."""
    rows = numpy_helper.from_array(np.zeros((30, 30), np.int64), "rows")
    return ended(
        [node("Identity", "w", "t0"), *chain("Gather", "# rows", 6, axis=0)], "t6", [real("w", 1, 1000), rows]
    )


def _own_size(times: int) -> Callable[[], onnx.ModelProto]:
    """The input's own size, multiplied with itself; 64 ** 16 is 0 in 64 bits."""
    nodes = [node("Shape", "x", "t0", start=1, end=2), *chain("Mul", "# #", times)]
    return lambda: ended([*nodes, node("ConstantOfShape", f"t{times}", "t")], "t")


def _one_hot() -> onnx.ModelProto:
    nodes = [node("OneHot", "i depth values", "t")]
    return ended(nodes, "t", [whole("i", 0, 1), scalar("depth", 2**40), real("values", 2)])


def _resized() -> onnx.ModelProto:
    scales = numpy_helper.from_array(np.array([1, 1e6, 1e6], np.float32), "scales")
    return ended([helper.make_node("Resize", ["x", "", "scales"], ["t"], mode="nearest")], "t", [scales])


def _range() -> onnx.ModelProto:
    nodes = [node("Range", "a b c", "r"), node("Cast", "r", "t", to=FLOAT)]
    return ended(nodes, "t", [scalar("a", 0), scalar("b", 2**50), scalar("c", 1)])


BOMBS: list[Case] = [
    ("constant of a terabyte", _sized("ConstantOfShape", (2**20, 2**20)), ""),
    ("constant that overflows to nothing", _sized("ConstantOfShape", (2**32, 2**32)), ""),
    ("constant of negative size", _sized("ConstantOfShape", (-5, 3)), ""),
    ("expanded to a terabyte", _sized("Expand", (2**20, 2**20)), ""),
    ("tiled to a terabyte", _sized("Tile", (2**20, 2**20)), ""),
    ("tiled until it overflows", _sized("Tile", (2**62, 4, 4)), ""),
    ("padded to a terabyte", _sized("Pad", (0, 0, 2**20, 2**20)), ""),
    ("one-hot of a terabyte", _one_hot, ""),
    ("range of a petabyte", _range, ""),
    ("resized by a million", _resized, ""),
    ("concatenated with itself", _doubling, ""),
    ("a shape concatenated with itself", _doubling_shape, ""),
    ("looked up in itself", _doubling_rank, "dimensions"),
    ("ever more dimensions", _growing_rank, ""),
    ("outer sum", _outer("Add"), ""),
    ("outer product", _outer("MatMul"), ""),
    ("gathered again and again", _gathered, ""),
    ("its own size to the eighth", _own_size(3), ""),
    ("its own size to the sixteenth", _own_size(4), ""),
    ("convolution padded to a terabyte", _image("Conv", pads=[2**20] * 4), ""),
    ("convolution with a negative pad", _image("Conv", pads=[-(2**20)] * 4), ""),
    (
        "transposed convolution of huge stride",
        _image("ConvTranspose", strides=[2**20] * 2),
        "",
    ),
    ("convolution without weights", lambda: model_of([node("Conv", "x")]), ""),
    ("products while loading", _folded_products, "MatMul of constants"),
    ("gigabytes while loading", _folded_tensors, "made of constants"),
    ("products of a fixed size while loading", _folded_by_shape, ""),
    ("hours of work", _long_run, "operations"),
    ("range by data", _by_data("Range", "at0 n at1"), "depends on data"),
    ("constant by data", _by_data("ConstantOfShape", "n1"), "depends on data"),
    ("expanded by data", _by_data("Expand", "v n1"), "depends on data"),
    ("tiled by data", _by_data("Tile", "v n1"), "depends on data"),
    ("one-hot by data", _by_data("OneHot", "pair n pair"), "depends on data"),
]


# --- Nodes that end the process in onnx or ONNX Runtime


def _divided(operator: str, divisor: str) -> Callable[[], onnx.ModelProto]:
    nodes = [
        node("Cast", "x", "i", to=INT64),
        node(operator, f"i {divisor}", "t"),
        node("Cast", "t", "f", to=FLOAT),
    ]
    return lambda: ended(nodes, "f", [whole("zero", 0), whole("minus", -1), whole("some", 3, -1, 5)])


def _split(outputs: str, parts: tuple[int, ...] = (), **attributes: object) -> Callable[[], onnx.ModelProto]:
    made = node("Split", "x parts" if parts else "x", outputs, axis=2, **attributes)
    nodes = [made, node("ReduceMax", "t", "m", keepdims=0), node("Add", "x m")]
    return lambda: model_of(nodes, [whole("parts", *parts)] if parts else [], opset=18)


TRAPS: list[Case] = [
    *[
        (f"{name} by {by}", _divided(name, by), "above 0")
        for name in ("Div", "Mod")
        for by in ("zero", "minus", "some")
    ],
    ("Div by data", _divided("Div", "i"), "above 0"),
    ("Split into fewer parts than outputs", _split("t u", num_outputs=1), "outputs"),
    ("Split into more parts than outputs", _split("t", num_outputs=3), "outputs"),
    ("Split into sizes fewer than outputs", _split("t u v", (1, 2)), "outputs"),
    (
        "GatherND with negative batches",
        lambda: model_of([node("GatherND", "x i", batch_dims=-1)], [whole("i", 0)]),
        "batch",
    ),
    (
        "LayerNormalization with an empty bias",
        lambda: model_of([helper.make_node("LayerNormalization", ["x", "w", ""], ["y"])], [real("w", 3)]),
        "bias",
    ),
    ("attribute of 64 bits", lambda: model_of([node("Softmax", "x", axis=-(2**63))]), "32 bits"),
    ("no input at all", lambda: model_of([node("Div", "")]), "0 inputs"),
    ("an input left out", lambda: model_of([helper.make_node("Div", ["x", ""], ["y"])]), "inputs"),
    ("an input too many", lambda: model_of([node("Abs", "x x")]), "2 inputs"),
    ("an output too many", lambda: model_of([node("Abs", "x", "y z")]), "2 outputs"),
    ("an operator that came later", lambda: model_of([node("Gelu", "x")]), "opset 17 has no Gelu"),
]
