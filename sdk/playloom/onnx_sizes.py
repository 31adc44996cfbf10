"""How large a graph's tensors grow and how much work it is, found before anything is allocated.

A few nodes can ask for terabytes (Expand, Tile, Concat of a tensor with
itself, an outer product). So shapes are inferred node by node, every free dimension
a `PROBE`, and each is bounded before the next is looked at. What cannot be
inferred is refused: a size that depends on data has no bound.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid
from playloom.manifest import ELEMENTS_MOST, GraphSpec, part_of, terms_of
from playloom.onnx_operators import CONVOLUTIONS, HEAVY, POOLS, PRODUCTS
from playloom.onnx_traps import check_traps
from playloom.onnx_values import VALUES_MOST, evaluate

PROBE = 64  # size of every free dimension
FOLDED_MOST = 1 << 26  # elements that ONNX Runtime computes from constants when it loads the graph
WORK_MOST = 1 << 36  # multiply-adds of one run of the probe: about ten seconds on one core
SIDE_WORK = 1 << 20  # operations on constants that are not worth a word

_MEASURING = ("Shape", "Size")
STANDARD = ("", "ai.onnx")  # the names of its domain

_Shape = tuple[int, ...]
_Array = NDArray[Any]
ShapeRule = Callable[[Any, Mapping[str, _Shape], str], list[_Shape]]  # node, shapes, where -> its outputs


@dataclass(frozen=True)
class Bounds:
    """How large a graph may be, and operators that it may use beside the standard."""

    elements: int = ELEMENTS_MOST  # of one tensor
    folded: int = FOLDED_MOST
    work: float = WORK_MOST
    grows: bool = False  # a check at large sizes is taken to hold below them even where that is not certain
    contributed: Mapping[str, ShapeRule] = field(default_factory=dict)  # ONNX Runtime's own


PACKAGE = Bounds()


def check_sizes(
    model: Any,
    spec: GraphSpec,
    where: str,
    sizes: Mapping[str, int] | None = None,
    bounds: Bounds = PACKAGE,
) -> None:
    """Refuse a graph with a tensor of unknown or excessive size, too much work, or a division that can trap.

    Args:
        model: An ONNX model whose structure was already checked.
        spec: Its signature.
        where: Its path, for messages.
        sizes: Of the free dimensions by name; `PROBE` where it is silent.
        bounds: That it must keep.

    Raises:
        PackageInvalid: Names the node.
    """
    types: dict[str, Any] = {}
    shapes: dict[str, _Shape] = {}
    constant = {tensor.name for tensor in model.graph.initializer}
    folded = work = 0
    for node, place in _inferred(model, sizes or {}, types, shapes, where, bounds):
        effort = _work(node, shapes)
        # The size of a tensor is a constant too where it is fixed; taken as one everywhere.
        if node.op_type in _MEASURING or all(name in constant for name in node.input if name):
            if node.op_type in HEAVY and effort > SIDE_WORK:
                raise PackageInvalid(f"{place}: {node.op_type} of constants; store its result instead")
            made = [name for name in node.output if name]
            constant.update(made)
            folded += sum(math.prod(shapes[name]) for name in made)
        work += effort
        if folded > bounds.folded or work > bounds.work:
            raise PackageInvalid(
                f"{place}: up to here {folded} elements are made of constants and {work} operations are "
                f"needed; at most {bounds.folded} and {bounds.work} are run"
            )
    for tensor, value in zip(spec.outputs, model.graph.output, strict=True):
        found = shapes[tensor.name]
        fits = len(found) == len(tensor.shape) and all(
            isinstance(size, str) or size == real for size, real in zip(tensor.shape, found, strict=True)
        )
        if not fits or types[tensor.name].tensor_type.elem_type != value.type.tensor_type.elem_type:
            raise PackageInvalid(
                f"{where}: {tensor.name} comes out with shape {found}, or of another type than is declared: "
                f"{tensor.dtype} {list(tensor.shape)}; export the package again"
            )


def _inferred(
    model: Any,
    sizes: Mapping[str, int],
    types: dict[str, Any],
    shapes: dict[str, _Shape],
    where: str,
    bounds: Bounds,
) -> Iterator[tuple[Any, str]]:
    """Yield each node, and its place for messages, once what it makes is in ``types`` and ``shapes``."""
    import onnx

    opset = next(one.version for one in model.opset_import if one.domain in STANDARD)
    values: dict[str, _Array] = {}
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for value in model.graph.input:
        declared = value.type.tensor_type
        shape = tuple(d.dim_value or _size(d.dim_param, sizes) for d in declared.shape.dim)
        types[value.name] = onnx.helper.make_tensor_type_proto(declared.elem_type, shape)
        shapes[value.name] = shape
    for name, tensor in stored.items():
        types[name] = onnx.helper.make_tensor_type_proto(tensor.data_type, tensor.dims)
        shapes[name] = tuple(tensor.dims)
        if math.prod(tensor.dims) <= VALUES_MOST:
            values[name] = onnx.numpy_helper.to_array(tensor)
    for node in model.graph.node:
        place = f"{where}: node {ascii(node.name or node.op_type)[:80]}"
        if node.op_type not in bounds.contributed:
            schema = _schema(node, opset, place)
            check_traps(node, shapes, types, stored, place)
            found = _node_types(node, schema, opset, types, values, place)
        else:
            found = _contributed_types(node, bounds.contributed[node.op_type], types, shapes, place)
        for name in filter(None, node.output):
            types[name], shapes[name] = (
                found.get(name),
                _shape(name, found.get(name), place, bounds.elements),
            )
        value = _value(node, shapes, values)
        if value is not None and value.shape == shapes[node.output[0]]:
            values[node.output[0]] = value
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            stored[node.output[0]] = node.attribute[0].t
        yield node, place


def _size(dimension: str, sizes: Mapping[str, int]) -> int:
    return sum(sizes.get(name, PROBE) for name in terms_of(dimension)) // part_of(dimension)[1]


def _schema(node: Any, opset: int, where: str) -> Any:
    """Return what the standard says of a node's operator; refuse too few or too many inputs or outputs."""
    import onnx

    try:
        schema = onnx.defs.get_schema(node.op_type, opset, "")
    except onnx.defs.SchemaError:
        raise PackageInvalid(f"{where}: opset {opset} has no {node.op_type}; export again") from None
    inputs, outputs = len(node.input), len(node.output)
    few = inputs < schema.min_input or outputs < schema.min_output
    many = inputs > schema.max_input or outputs > schema.max_output
    if few or many or not all(node.input[: schema.min_input]) or not node.output[0]:
        raise PackageInvalid(
            f"{where}: {node.op_type} with {inputs} inputs and {outputs} outputs; export again"
        )
    return schema


def _node_types(
    node: Any, schema: Any, opset: int, types: Mapping[str, Any], values: Mapping[str, _Array], where: str
) -> dict[str, Any]:
    """Return the types of a node's outputs, from the types and small values of its inputs."""
    import onnx

    try:
        known = {name: onnx.numpy_helper.from_array(values[name]) for name in node.input if name in values}
        found: dict[str, Any] = onnx.shape_inference.infer_node_outputs(
            schema,
            node,
            {name: types[name] for name in node.input if name},
            known,
            opset_imports=[onnx.helper.make_opsetid("", opset)],
        )
    except (
        Exception
    ) as problem:  # onnx raises errors of several modules, none of which is a base of the others
        said = ascii(str(problem))[1:200]
        raise PackageInvalid(
            f"{where}: {node.op_type} does not fit its inputs: {said}; export again"
        ) from None
    return found


def _contributed_types(
    node: Any, rule: ShapeRule, types: Mapping[str, Any], shapes: Mapping[str, _Shape], where: str
) -> dict[str, Any]:
    """Return the types of the outputs of a node beside the standard: the type of its first input."""
    import onnx

    made = rule(node, shapes, where)
    if len(made) < len(node.output):
        raise PackageInvalid(
            f"{where}: {node.op_type} with {len(node.output)} outputs; expected {len(made)} at most"
        )
    element = types[node.input[0]].tensor_type.elem_type
    pairs = zip(node.output, made, strict=False)
    return {name: onnx.helper.make_tensor_type_proto(element, shape) for name, shape in pairs if name}


def _shape(name: str, found: Any, where: str, most: int) -> _Shape:
    tensor = found.tensor_type if found is not None else None
    if (
        tensor is None
        or not tensor.HasField("shape")
        or not all(d.HasField("dim_value") for d in tensor.shape.dim)
    ):
        raise PackageInvalid(
            f"{where}: the size of {ascii(name)[:80]} depends on data; use fixed or input sizes"
        )
    shape = tuple(d.dim_value for d in tensor.shape.dim)
    if len(shape) > 8 or any(size < 0 for size in shape) or math.prod(shape) > most:
        raise PackageInvalid(
            f"{where}: makes a tensor of shape {str(shape)[:80]}; at most 8 dimensions and "
            f"{most} elements are run"
        )
    return shape


def _value(node: Any, shapes: Mapping[str, _Shape], values: Mapping[str, _Array]) -> _Array | None:
    """Return a node's output where it is small and follows from sizes and small constants."""
    import onnx

    attributes: dict[str, Any] = {}
    for attribute in node.attribute:
        held = onnx.helper.get_attribute_value(attribute)
        attributes[attribute.name] = (
            onnx.numpy_helper.to_array(held) if attribute.type == attribute.TENSOR else held
        )
    if node.op_type == "Shape":
        bounds = slice(attributes.get("start", 0), attributes.get("end"))
        return np.array(shapes[node.input[0]], np.int64)[bounds]
    if node.op_type == "Size":
        return np.array(math.prod(shapes[node.input[0]]), np.int64)
    if node.op_type == "Constant" and "value" in attributes:
        return attributes["value"] if attributes["value"].size <= VALUES_MOST else None
    if not all(name in values for name in node.input if name):
        return None
    if node.op_type == "Cast":
        attributes["to"] = onnx.helper.tensor_dtype_to_np_dtype(attributes["to"])
    return evaluate(node.op_type, attributes, [values[name] if name else None for name in node.input])


def _work(node: Any, shapes: Mapping[str, _Shape]) -> int:
    """Return about how many multiply-adds a node takes."""
    elements = sum(math.prod(shapes[name]) for name in (*node.input, *node.output) if name)
    factor = 1
    if node.op_type in CONVOLUTIONS:
        factor = math.prod(shapes[node.input[3 if node.op_type == "QLinearConv" else 1]][1:])
    if node.op_type in PRODUCTS:
        factor = max(shapes[node.input[0]][-2:], default=1)
    if node.op_type in POOLS:
        kernel = next((list(a.ints) for a in node.attribute if a.name == "kernel_shape"), [])
        factor = max(1, math.prod(kernel))
    return elements * factor
