"""The safety scan of a language model that a developer brings, in the layout of Hugging Face Optimum.

As for our own packages an allow-list throughout, with larger bounds and some operators of ONNX Runtime's own.
What was scanned is what runs: names that carry paths or settings are dropped, sizes are named anew, and the
graph is written again from what was read.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playloom.errors import FileInvalid, PackageInvalid
from playloom.manifest import GraphSpec, TensorSpec
from playloom.onnx_scan import CONTRIBUTED, IR_VERSIONS, OPSETS, check_graph
from playloom.onnx_sizes import FOLDED_MOST, STANDARD, Bounds, check_sizes
from playloom.onnx_wire import check_wire

MODEL_BYTES = (1 << 31) - 1  # protobuf reads no more
ELEMENTS_MOST = 1 << 28  # of one tensor: a vocabulary of 2**17 and a width of 2**11
WORK_MOST = 1 << 44  # as `onnx_sizes` counts it, of reading `SIZES`; two thousand million weights need less
BLOCKS_MOST = 128
SIZES = {"batch": 1, "time": 64, "past": 64}

_PAST = re.compile(r"past_key_values\.(0|[1-9][0-9]{0,2})\.(key|value)", re.ASCII)
_FLOATS, _WHOLE = {1: "float32", 10: "float16"}, 7
_Shape = tuple[int, ...]
_Signature = dict[str, tuple[str, tuple[int | str, ...]]]  # name -> dtype and sizes
_ADVICE = "export it with Optimum: optimum-cli export onnx --task text-generation-with-past"


@dataclass(frozen=True)
class Imported:
    """A graph that may run."""

    data: bytes
    spec: GraphSpec
    bounds: Bounds
    blocks: int
    heads: int  # of keys and values
    width: int  # of a head
    dtype: str  # of keys and values
    vocabulary: int
    positions: bool  # whether `position_ids` go in


def scan_language_model(data: bytes, where: str) -> Imported:
    """Refuse a graph that is not a plain, bounded, self-contained language model with a cache.

    Args:
        data: The file's bytes.
        where: Its path, for messages.

    Raises:
        FileInvalid: Says what is wrong and what to do.
    """
    import onnx

    if len(data) > MODEL_BYTES:
        raise FileInvalid(f"{where}: more than {MODEL_BYTES} bytes; quantise it")
    try:
        check_wire(data, onnx.ModelProto.DESCRIPTOR, where)
        model = onnx.ModelProto()
        try:
            model.ParseFromString(data)
        except Exception as problem:  # protobuf's DecodeError; its module is not ours to import
            raise PackageInvalid(f"{where}: not an ONNX model: {problem}") from None
        _strip(model)
        _check_model(model, where)
        # What exporters write computes its masks in ways of which `onnx_growth` cannot be certain.
        bounds = Bounds(ELEMENTS_MOST, max(FOLDED_MOST, len(data)), WORK_MOST, grows=True, contributed=_RULES)
        check_graph(model.graph, where, bounds)
        found = _layout(model, bounds, where)
        check_sizes(model, found.spec, where, SIZES, bounds)
    except PackageInvalid as fault:
        raise FileInvalid(str(fault)) from None
    return found


def _strip(model: Any) -> None:
    """Drop what only describes: metadata carries paths, and settings for ONNX Runtime."""
    model.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    for part in (*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output):
        part.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    model.graph.ClearField("quantization_annotation")


def _check_model(model: Any, where: str) -> None:
    if model.functions or model.training_info:
        raise PackageInvalid(f"{where}: has functions or training graphs; {_ADVICE}")
    if model.ir_version not in IR_VERSIONS:
        raise PackageInvalid(
            f"{where}: IR version {model.ir_version}; expected {IR_VERSIONS[0]} to {IR_VERSIONS[-1]}"
        )
    opsets = {one.domain: one.version for one in model.opset_import}
    standard = [version for domain, version in opsets.items() if domain in STANDARD]
    # Exporters list domains that no node is of; what nodes are of is looked at node by node.
    if len(opsets) < len(model.opset_import) or len(standard) != 1 or standard[0] not in OPSETS:
        raise PackageInvalid(
            f"{where}: operator sets {ascii(opsets)[:120]}; expected one standard set, "
            f"{OPSETS[0]} to {OPSETS[-1]}; {_ADVICE}"
        )
    for place in range(len(model.opset_import) - 1, -1, -1):
        if model.opset_import[place].domain not in (*STANDARD, CONTRIBUTED):
            del model.opset_import[place]


def _layout(model: Any, bounds: Bounds, where: str) -> Imported:
    """Find what each input and output is, and name its free sizes."""
    graph = model.graph
    past: dict[tuple[int, str], Any] = {}
    positions = False
    for value in graph.input:
        found = _PAST.fullmatch(value.name)
        if found:
            past[int(found[1]), found[2]] = value
        elif value.name not in ("input_ids", "attention_mask", "position_ids"):
            raise PackageInvalid(
                f"{where}: has an input {ascii(value.name)[:80]}; {_ADVICE} --no-post-process"
            )
        positions |= value.name == "position_ids"
    blocks = len(past) // 2
    if not 1 <= blocks <= BLOCKS_MOST or past.keys() != {
        (n, p) for n in range(blocks) for p in ("key", "value")
    }:
        raise PackageInvalid(
            f"{where}: {len(past)} inputs past_key_values.N.key and .value; expected both for each N from 0, "
            f"at most {BLOCKS_MOST} of each; {_ADVICE}"
        )
    heads, width, dtype = _cache(past[0, "key"], where)
    vocabulary = _vocabulary(graph, where)
    cache = ("batch", heads, "past", width), ("batch", heads, "past+time", width)
    rows, seen = ("batch", "time"), ("batch", "past+time")
    inputs: _Signature = {"input_ids": ("int64", rows), "attention_mask": ("int64", seen)}
    if positions:
        inputs["position_ids"] = ("int64", rows)
    outputs: _Signature = {
        "logits": (_dtype(_named(graph.output, "logits", where), where), (*rows, vocabulary))
    }
    for number in range(blocks):
        for part in ("key", "value"):
            inputs[f"past_key_values.{number}.{part}"] = (dtype, cache[0])
            outputs[f"present.{number}.{part}"] = (dtype, cache[1])
    spec = GraphSpec(
        "model.onnx", _named_anew(graph.input, inputs, where), _named_anew(graph.output, outputs, where)
    )
    return Imported(
        bytes(model.SerializeToString(deterministic=True)),
        spec, bounds, blocks, heads, width, dtype, vocabulary, positions,
    )  # fmt: skip


def _named(values: Any, name: str, where: str) -> Any:
    for value in values:
        if value.name == name:
            return value
    raise PackageInvalid(f"{where}: has no {name!r}; {_ADVICE}")


def _dtype(value: Any, where: str) -> str:
    dtype = _FLOATS.get(value.type.tensor_type.elem_type)
    if dtype is None:
        raise PackageInvalid(f"{where}: {value.name} is of another type than {', '.join(_FLOATS.values())}")
    return dtype


def _cache(value: Any, where: str) -> tuple[int, int, str]:
    """Return heads, width and dtype of keys and values."""
    sizes = [one.dim_value for one in value.type.tensor_type.shape.dim]
    if len(sizes) != 4 or min(sizes[1], sizes[3]) < 1:
        raise PackageInvalid(
            f"{where}: {value.name} has sizes {sizes}; expected batch, heads, past, width, heads and width "
            f"fixed; {_ADVICE}"
        )
    return sizes[1], sizes[3], _dtype(value, where)


def _vocabulary(graph: Any, where: str) -> int:
    sizes = [one.dim_value for one in _named(graph.output, "logits", where).type.tensor_type.shape.dim]
    if len(sizes) != 3 or sizes[2] < 2:
        raise PackageInvalid(
            f"{where}: logits have sizes {sizes}; expected batch, time, vocabulary, the last fixed; {_ADVICE}"
        )
    return int(sizes[2])


def _named_anew(
    values: Any, expected: Mapping[str, tuple[str, tuple[int | str, ...]]], where: str
) -> tuple[TensorSpec, ...]:
    """Write the sizes of the layout into the graph; what contradicts them is refused."""
    if extra := {value.name for value in values} ^ expected.keys():
        raise PackageInvalid(f"{where}: {ascii(sorted(extra)[0])[:80]} is missing or too many; {_ADVICE}")
    specs = []
    for value in values:
        dtype, shape = expected[value.name]
        tensor = value.type.tensor_type
        fixed = [one.dim_value for one in tensor.shape.dim]
        fits = len(fixed) == len(shape) and all(
            size in (0, real) for size, real in zip(fixed, shape, strict=True)
        )
        right = tensor.elem_type == _WHOLE if dtype == "int64" else _FLOATS.get(tensor.elem_type) == dtype
        if value.type.WhichOneof("value") != "tensor_type" or not fits or not right:
            raise PackageInvalid(
                f"{where}: {value.name} has sizes {fixed} of type {tensor.elem_type}; expected {dtype} "
                f"{list(shape)}, named sizes free; {_ADVICE}"
            )
        for one, size in zip(tensor.shape.dim, shape, strict=True):
            one.Clear()
            if isinstance(size, int):
                one.dim_value = size
            else:
                one.dim_param = size
        specs.append(TensorSpec(value.name, dtype, shape))
    return tuple(specs)


def _whole_attributes(node: Any, names: tuple[str, ...], where: str) -> list[int]:
    held = {attribute.name: attribute.i for attribute in node.attribute}
    values = [held.get(name, 0) for name in names]
    if min(values) < 1:
        raise PackageInvalid(f"{where}: {', '.join(names)} are {values}; expected numbers above 0")
    return values


def _product(node: Any, shapes: Mapping[str, _Shape], where: str) -> list[_Shape]:
    """MatMulNBits: a product with a matrix (N, K) stored in blocks."""
    inner, outer, bits, block = _whole_attributes(node, ("K", "N", "bits", "block_size"), where)
    x, stored, scales = (shapes[name] for name in node.input[:3])
    blocks = -(-inner // block)
    bytes_ = outer * blocks * (block * bits // 8)
    if not x or x[-1] != inner or bits not in (4, 8) or block not in (16, 32, 64, 128, 256):
        raise PackageInvalid(f"{where}: K {inner}, bits {bits}, block {block} do not fit an input of {x}")
    if math.prod(stored) != bytes_ or math.prod(scales) != outer * blocks:
        raise PackageInvalid(
            f"{where}: stores {stored} and scales {scales}; expected {bytes_} bytes, {outer * blocks} scales"
        )
    return [(*x[:-1], outer)]


def _norm(node: Any, shapes: Mapping[str, _Shape], where: str) -> list[_Shape]:
    """SimplifiedLayerNormalization, and with a skip: outputs are as large as the input."""
    x, skipped = shapes[node.input[0]], node.op_type.startswith("Skip")
    sides = [shapes[name] for name in node.input[1:] if name]
    if not x or any(side not in (x, x[-1:]) for side in sides):
        raise PackageInvalid(f"{where}: gain or skip of {sides} do not fit an input of {x}")
    small = (*x[:-1], 1)
    return [x, small, small, x] if skipped else [x, small]


def _same(node: Any, shapes: Mapping[str, _Shape], where: str) -> list[_Shape]:
    return [shapes[node.input[0]]]


_RULES = {
    "MatMulNBits": _product,
    "SimplifiedLayerNormalization": _norm,
    "SkipSimplifiedLayerNormalization": _norm,
    "FastGelu": _same,
    "QuickGelu": _same,
}
