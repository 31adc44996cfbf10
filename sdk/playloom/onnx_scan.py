"""The safety scan of an ONNX graph, from its bytes: what may stand in it and what it must promise.

An allow-list throughout: standard operators of a plain data-flow graph, dense
tensors stored inside the file. No functions, subgraphs, sequences, optional
values, custom domains, external or sparse data, and no random operators: a
seed enters outside the graph.
"""

import math
from dataclasses import replace
from typing import Any

from playloom.errors import PackageInvalid
from playloom.manifest import DTYPES, ELEMENTS_MOST, GraphSpec, TensorSpec
from playloom.onnx_growth import grows
from playloom.onnx_operators import OPERATORS
from playloom.onnx_sizes import PACKAGE, STANDARD, Bounds, check_sizes
from playloom.onnx_wire import check_wire

OPSETS = range(13, 24)
IR_VERSIONS = range(7, 12)
CONTRIBUTED = "com.microsoft"  # the domain of operators that ONNX Runtime brings beside the standard
NODES_MOST = 10_000
CONSTANT_BYTES = 64 << 10  # in a Constant node; larger ones belong among the initializers

# ONNX element type -> (NumPy's name, field that holds it when raw_data does not).
_ELEMENTS = {
    1: ("float32", "float_data"),
    2: ("uint8", "int32_data"),
    3: ("int8", "int32_data"),
    4: ("uint16", "int32_data"),
    5: ("int16", "int32_data"),
    6: ("int32", "int32_data"),
    7: ("int64", "int64_data"),
    9: ("bool", "int32_data"),
    10: ("float16", "int32_data"),
    11: ("float64", "double_data"),
    12: ("uint32", "uint64_data"),
    13: ("uint64", "uint64_data"),
}
_STORES = ("float_data", "int32_data", "string_data", "int64_data", "double_data", "uint64_data")
_ATTRIBUTE_KINDS = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings"}


def scan_graph(data: bytes, spec: GraphSpec, where: str) -> None:
    """Refuse a graph that is not a plain, bounded, self-contained net with the signature ``spec``.

    Raises:
        PackageInvalid: Says what is wrong and where in the graph.
    """
    import onnx  # a quarter of a second, so only when a package is opened

    check_wire(data, onnx.ModelProto.DESCRIPTOR, where)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception as problem:  # protobuf's DecodeError; its module is not ours to import
        raise PackageInvalid(f"{where}: not an ONNX model: {problem}; export the package again") from None
    _check_model(model, where)
    check_graph(model.graph, where)
    _check_signature(model.graph, spec, where)
    check_sizes(model, spec, where)


def check_run(
    data: bytes, spec: GraphSpec, sizes: dict[str, int], where: str, bounds: Bounds = PACKAGE
) -> None:
    """Refuse to run a scanned graph at free dimensions of ``sizes`` if a tensor would grow too large.

    Raises:
        PackageInvalid: Names the node.
    """
    import onnx

    unhurried = replace(bounds, work=math.inf)
    check_sizes(onnx.ModelProto.FromString(data), spec, where, sizes, unhurried)


def only_grows(data: bytes) -> bool:
    """Whether a scanned graph that may run at some sizes may run at all smaller ones, see `onnx_growth`."""
    import onnx

    return grows(onnx.ModelProto.FromString(data))


def _present(message: Any, allowed: str) -> str:
    """Return the name of a field that is set and not allowed, or nothing."""
    return next((f.name for f, _ in message.ListFields() if f.name not in allowed.split()), "")


def _check_model(model: Any, where: str) -> None:
    # metadata_props can steer ONNX Runtime and carry paths; functions and training_info hold graphs.
    allowed = "ir_version opset_import producer_name producer_version model_version domain doc_string graph"
    if extra := _present(model, allowed):
        raise PackageInvalid(f"{where}: the model has {extra}; only plain graphs are run, export without it")
    if model.ir_version not in IR_VERSIONS:
        raise PackageInvalid(
            f"{where}: IR version {model.ir_version}; expected {IR_VERSIONS[0]} to {IR_VERSIONS[-1]}"
        )
    domains = [o.domain for o in model.opset_import]
    if domains not in ([""], ["ai.onnx"]):
        raise PackageInvalid(f"{where}: operator domains {ascii(domains)[:120]}; expected 'ai.onnx' alone")
    if model.opset_import[0].version not in OPSETS:
        raise PackageInvalid(
            f"{where}: opset {model.opset_import[0].version}; expected {OPSETS[0]} to {OPSETS[-1]}"
        )


def check_graph(graph: Any, where: str, bounds: Bounds = PACKAGE) -> None:
    """Refuse a graph that holds more than allowed nodes and dense tensors, or is not in order."""
    if extra := _present(graph, "node name initializer doc_string input output value_info"):
        raise PackageInvalid(f"{where}: the graph has {extra}; only dense tensors stored inside are read")
    if not 0 < len(graph.node) <= NODES_MOST:
        raise PackageInvalid(f"{where}: {len(graph.node)} nodes; expected 1 to {NODES_MOST}")
    made: set[str] = set()
    for tensor in graph.initializer:
        check_tensor(tensor, f"{where}: initializer {ascii(tensor.name)[:80]}", bounds.elements)
    for name in [v.name for v in graph.input] + [t.name for t in graph.initializer]:
        _make(name, made, where)
    for node in graph.node:
        place = f"{where}: node {ascii(node.name or node.op_type)[:80]}"
        _check_node(node, place, bounds)
        for name in node.input:
            if name and name not in made:
                raise PackageInvalid(f"{place}: input {ascii(name)[:80]} is made by nothing before it")
        for name in filter(None, node.output):
            _make(name, made, place)
    for value in graph.output:
        if value.name not in made:
            raise PackageInvalid(f"{where}: output {ascii(value.name)[:80]} is made by nothing")


def _make(name: str, made: set[str], where: str) -> None:
    if not name or name in made:
        raise PackageInvalid(f"{where}: tensor {ascii(name)[:80]} is nameless or made twice; export again")
    made.add(name)


def _check_node(node: Any, where: str, bounds: Bounds) -> None:
    own = node.op_type in bounds.contributed  # ONNX Runtime's, which some exporters name as standard
    if node.domain not in STANDARD and not (own and node.domain == CONTRIBUTED):
        raise PackageInvalid(f"{where}: operator domain {ascii(node.domain)[:80]}; expected 'ai.onnx'")
    if node.op_type not in OPERATORS and not own:
        found = ascii(node.op_type)[:80]
        raise PackageInvalid(
            f"{where}: operator {found} is not allowed; export without it (see onnx_operators.py)"
        )
    if extra := _present(node, "input output name op_type domain attribute doc_string"):
        raise PackageInvalid(f"{where}: has {extra}; export without it")
    for attribute in node.attribute:
        _check_attribute(attribute, f"{where}: attribute {ascii(attribute.name)[:80]}")


def _check_attribute(attribute: Any, where: str) -> None:
    kind = _ATTRIBUTE_KINDS.get(attribute.type)
    if kind is None:
        raise PackageInvalid(
            f"{where}: of type {attribute.type}; subgraphs, sparse tensors, lists of tensors and types "
            "are not allowed"
        )
    # A field beside the declared one is ignored by some readers and read by others.
    if extra := _present(attribute, f"name type doc_string {kind}"):
        raise PackageInvalid(f"{where}: holds {extra} beside {kind}; export again")
    if kind == "t":
        check_tensor(attribute.t, where)
        if attribute.t.ByteSize() > CONSTANT_BYTES:
            raise PackageInvalid(f"{where}: over {CONSTANT_BYTES} bytes; store it as an initializer")


def check_tensor(tensor: Any, where: str, most: int = ELEMENTS_MOST) -> None:
    """Refuse a stored tensor that lives elsewhere or whose data is not what its shape promises."""
    if tensor.external_data or tensor.data_location != 0:
        raise PackageInvalid(f"{where}: its data lies in another file; store it inside the graph")
    if tensor.data_type not in _ELEMENTS:
        raise PackageInvalid(f"{where}: element type {tensor.data_type}; expected one of {', '.join(DTYPES)}")
    dtype, store = _ELEMENTS[tensor.data_type]
    if extra := _present(tensor, f"dims data_type name doc_string data_location raw_data {store}"):
        raise PackageInvalid(f"{where}: has {extra}; expected {dtype} data only")
    dims = list(tensor.dims)
    if len(dims) > 8 or any(size < 0 for size in dims) or math.prod(dims) > most:
        raise PackageInvalid(f"{where}: shape {str(dims)[:80]}; expected at most 8 sizes and {most} elements")
    held = len(getattr(tensor, store))
    raw = len(tensor.raw_data)
    promised = math.prod(dims)
    if (held, raw) not in ((promised, 0), (0, promised * DTYPES[dtype])):
        raise PackageInvalid(
            f"{where}: shape {dims} promises {promised} elements of {dtype}; "
            f"{raw} bytes and {held} numbers are stored"
        )


def _check_signature(graph: Any, spec: GraphSpec, where: str) -> None:
    for value in graph.value_info:
        _tensor_type(value, where)
    for role, values, expected in (
        ("inputs", graph.input, spec.inputs),
        ("outputs", graph.output, spec.outputs),
    ):
        found = tuple(_declared(value, f"{where}: {role}") for value in values)
        if found != expected:
            raise PackageInvalid(
                f"{where}: {role} are {_words(found)}; manifest.json says {_words(expected)}; export again"
            )


def _declared(value: Any, where: str) -> TensorSpec:
    tensor = _tensor_type(value, where)
    if tensor.elem_type not in _ELEMENTS or not tensor.HasField("shape"):
        raise PackageInvalid(f"{where}: {ascii(value.name)[:80]} has no plain type and shape; export again")
    shape = tuple(d.dim_value if d.HasField("dim_value") else d.dim_param for d in tensor.shape.dim)
    return TensorSpec(value.name, _ELEMENTS[tensor.elem_type][0], shape)


def _tensor_type(value: Any, where: str) -> Any:
    if _present(value, "name type doc_string") or value.type.WhichOneof("value") != "tensor_type":
        raise PackageInvalid(f"{where}: {ascii(value.name)[:80]} is no plain tensor; export again")
    return value.type.tensor_type


def _words(tensors: tuple[TensorSpec, ...]) -> str:
    return ascii(", ".join(f"{t.name} {t.dtype} {list(t.shape)}" for t in tensors))[:300]
