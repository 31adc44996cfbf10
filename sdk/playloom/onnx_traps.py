"""Nodes that end the process in onnx or ONNX Runtime where they should raise an error; fuzzing found them."""

from collections.abc import Mapping
from typing import Any

from playloom.errors import PackageInvalid

_WHOLE_SIGNED = (3, 5, 6, 7)  # ONNX element types int8 to int64
_FREE = ("value_int", "value_ints")  # attributes of a Constant, which are data
_ATTRIBUTE_MOST = 2**31 - 1


def check_traps(
    node: Any,
    shapes: Mapping[str, tuple[int, ...]],
    types: Mapping[str, Any],
    stored: Mapping[str, Any],
    where: str,
) -> None:
    """Refuse a node whose attributes, inputs or outputs its implementations do not check.

    Args:
        node: An ONNX node.
        shapes: Of its inputs.
        types: Of its inputs.
        stored: The graph's constants by name.
        where: Its place, for messages.

    Raises:
        PackageInvalid: Says what is wrong.
    """
    for attribute in node.attribute:
        for number in (attribute.i, *attribute.ints):
            if abs(number) > _ATTRIBUTE_MOST and attribute.name not in _FREE:
                raise PackageInvalid(f"{where}: {attribute.name} is {number}; expected 32 bits or less")
    if node.op_type == "LayerNormalization" and not all(node.input):
        raise PackageInvalid(f"{where}: names its bias and leaves it empty; drop the empty name")
    if node.op_type == "Split":
        _check_split(node, shapes, where)
    if node.op_type in ("Div", "Mod"):
        _check_division(node, types, stored, where)
    if node.op_type == "GatherND" and any(a.name == "batch_dims" and a.i < 0 for a in node.attribute):
        raise PackageInvalid(f"{where}: batch_dims is below 0")


def _check_split(node: Any, shapes: Mapping[str, tuple[int, ...]], where: str) -> None:
    """onnx 1.23 writes behind the end of a list of sizes that is shorter than the outputs."""
    parts = {a.i for a in node.attribute if a.name == "num_outputs"}
    if len(node.input) > 1 and node.input[1]:
        parts |= set(shapes[node.input[1]])
    if parts - {len(node.output)}:
        raise PackageInvalid(f"{where}: splits into {sorted(parts)} parts but has {len(node.output)} outputs")


def _check_division(node: Any, types: Mapping[str, Any], stored: Mapping[str, Any], where: str) -> None:
    """ONNX Runtime 1.31 traps where the lowest whole number is divided by -1."""
    import onnx

    if types[node.input[0]].tensor_type.elem_type not in _WHOLE_SIGNED:
        return
    divisor = stored.get(node.input[1])
    if divisor is None or (onnx.numpy_helper.to_array(divisor) <= 0).any():
        raise PackageInvalid(
            f"{where}: divides whole numbers by what is not a stored number above 0; store one"
        )
