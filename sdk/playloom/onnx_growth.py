"""Whether a graph's tensors only grow with its inputs: then a bound at large sizes holds at all smaller ones.

A graph can compute sizes as it likes: "a thousand less the length" is largest where the length is smallest.
So numbers that depend on sizes are followed through the graph; as long as they are only added, multiplied,
gathered and joined they rise with the sizes. Anything else that reaches the size of a tensor makes the
answer no, which costs a check at each new size and nothing more.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ENDLESS = 2**31 - 1  # exporters write "to the end" as this or more
_RISING = frozenset(
    (
        "Add", "Cast", "Concat", "Expand", "Gather", "Identity", "Max", "Min", "Mul", "Range", "ReduceMax",
        "ReduceProd", "ReduceSum", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze",
    )
)  # fmt: skip
_POSITIVE = frozenset(("Add", "Mul"))  # their constants must not be negative
_SIZES_AT: Mapping[str, tuple[int, ...]] = {  # inputs that say how large the output is
    "ConstantOfShape": (0,),
    "Expand": (1,),
    "OneHot": (1,),
    "Pad": (1,),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (2, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Tile": (1,),
    "TopK": (1,),
}
_RISE_ALLOWED = {("Range", 1), ("Slice", 2), ("Expand", 1), ("Tile", 1), ("ConstantOfShape", 0)}
_KERNELS = ("Conv", "ConvInteger", "ConvTranspose", "QLinearConv", "Pad", "Resize", "Split")
_Array = NDArray[Any]


def grows(model: Any) -> bool:
    """Whether no tensor of a graph is larger at smaller sizes of the free dimensions.

    Args:
        model: An ONNX model whose structure was already checked.

    Returns:
        True only where it is certain.
    """
    constant = dict(_constants(model))
    rising, bent = set[str](), set[str]()  # numbers that rise with the sizes; that do something else
    for node in model.graph.node:
        inputs = [name for name in node.input if name]
        if not _rises(node, rising, bent, constant):
            return False
        made = {name for name in node.output if name}
        if node.op_type in ("Shape", "Size"):
            rising |= made
        elif bent.intersection(inputs) or (
            rising.intersection(inputs) and not _keeps(node, rising, constant)
        ):
            bent |= made
        elif rising.intersection(inputs):
            rising |= made
    return True


def _keeps(node: Any, rising: set[str], constant: Mapping[str, _Array]) -> bool:
    """Whether what a node makes of rising numbers rises."""
    if node.op_type not in _RISING:
        return False
    others = [name for name in node.input if name and name not in rising]
    if not all(name in constant for name in others):
        return False
    # -1 in a shape stands for whatever is left, which falls where another size rises.
    signed = node.op_type in _POSITIVE or node.op_type in ("Concat", "Max", "Min")
    return not signed or all((constant[name] >= 0).all() for name in others)


def _rises(node: Any, rising: set[str], bent: set[str], constant: Mapping[str, _Array]) -> bool:
    """Whether the size of what a node makes rises with the sizes of its inputs and these numbers."""
    operator = node.op_type
    if operator in _KERNELS and any(name and name not in constant for name in node.input[1:]):
        return False  # a larger kernel makes less
    if operator == "Split" and any(a.name == "num_outputs" for a in node.attribute):
        return False  # the last part is what is left
    for place in _SIZES_AT.get(operator, ()):
        name = node.input[place] if place < len(node.input) else ""
        if not name or name in constant:
            continue
        if name in bent or (name in rising and (operator, place) not in _RISE_ALLOWED | {("Reshape", 1)}):
            return False
    return operator != "Slice" or _cut_rises(node, constant)


def _cut_rises(node: Any, constant: Mapping[str, _Array]) -> bool:
    """Whether a Slice takes more of more: from a fixed start, or the end, forwards."""
    starts, steps = constant.get(node.input[1]), np.ones(1)
    if len(node.input) > 4 and node.input[4]:
        steps = constant.get(node.input[4], np.zeros(1))
    if starts is None or (steps < 1).any():
        return False
    if (starts >= 0).all():
        return True
    ends = constant.get(node.input[2])
    return ends is not None and bool(((ends < 0) | (ends >= _ENDLESS)).all())


def _constants(model: Any) -> Iterator[tuple[str, _Array]]:
    """Yield the numbers that stand in the file; of large tensors, which are no sizes, the name alone."""
    import onnx

    for tensor in model.graph.initializer:
        small = int(np.prod(tensor.dims)) <= 64
        yield tensor.name, onnx.numpy_helper.to_array(tensor) if small else np.full(1, -1)
    for node in model.graph.node:
        if node.op_type == "Constant":
            held = onnx.helper.get_attribute_value(node.attribute[0])
            is_tensor = node.attribute[0].type == node.attribute[0].TENSOR
            yield node.output[0], onnx.numpy_helper.to_array(held) if is_tensor else np.array(held)
