"""Graphs that a package must not bring, each with the words that its refusal must hold."""

from collections.abc import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tiny_packages import model_of, tiny_model

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
Case = tuple[str, Callable[[], onnx.ModelProto], str]


def whole(name: str, *numbers: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(numbers, np.int64), name)


def real(name: str, *shape: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ones(shape, np.float32), name)


def node(operator: str, inputs: str, outputs: str = "y", **attributes: object) -> onnx.NodeProto:
    return helper.make_node(operator, inputs.split(), outputs.split(), **attributes)


def _half_external(location: bool) -> onnx.ModelProto:
    model = tiny_model()
    if location:
        model.graph.initializer[0].external_data.add(key="location", value="secret")
    else:
        model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    return model


# --- Stored tensors that are not what they promise


def _stored(**fields: object) -> Callable[[], onnx.ModelProto]:
    def make() -> onnx.ModelProto:
        model = tiny_model()
        tensor = model.graph.initializer[0]
        for name, value in fields.items():
            if name in ("dims", "int32_data", "int64_data", "string_data", "float_data"):
                del getattr(tensor, name)[:]
                getattr(tensor, name).extend(value)
            elif name == "segment":
                tensor.segment.begin = 0
            else:
                setattr(tensor, name, value)
        return model

    return make


_TENSORS: list[Case] = [
    ("huge", _stored(dims=[2**40]), "shape"),
    ("overflows to nothing", _stored(dims=[2**32, 2**32], raw_data=b""), "shape"),
    ("overflows to its size", _stored(dims=[2**62 + 1, 4, 3]), "shape"),
    ("negative size", _stored(dims=[-3]), "shape"),
    ("two negative sizes", _stored(dims=[-1, -3]), "shape"),
    ("nine dimensions", _stored(dims=[1] * 8 + [3]), "shape"),
    ("hundred thousand dimensions", _stored(dims=[1] * 100_000 + [3]), "shape"),
    ("too little data", _stored(dims=[4]), "promises"),
    ("too much data", _stored(dims=[2]), "promises"),
    ("no data", _stored(raw_data=b""), "promises"),
    ("nothing promised", _stored(dims=[0]), "promises"),
    ("a scalar of three", _stored(dims=[]), "promises"),
    ("twice stored", _stored(int32_data=[1, 2, 3]), "promises"),
    ("wrong store", _stored(raw_data=b"", int64_data=[1, 2, 3]), "int64_data"),
    ("text", _stored(data_type=TensorProto.STRING, raw_data=b"", string_data=[b"a", b"b", b"c"]), "type"),
    ("complex numbers", _stored(data_type=TensorProto.COMPLEX64), "type"),
    ("bfloat16", _stored(data_type=TensorProto.BFLOAT16, raw_data=b"\0" * 6), "type"),
    ("half bytes", _stored(data_type=TensorProto.INT4, raw_data=b"\0" * 2), "type"),
    ("no type", _stored(data_type=0), "type"),
    ("type from the future", _stored(data_type=99), "type"),
    ("a segment", _stored(segment=True), "segment"),
    ("external without a location", lambda: _half_external(False), "another file"),
    ("a location without external", lambda: _half_external(True), "another file"),
]


# --- What stands in the model beside plain nodes


def _bent(bend: Callable[[onnx.ModelProto], object]) -> Callable[[], onnx.ModelProto]:
    def make() -> onnx.ModelProto:
        model = tiny_model()
        bend(model)
        return model

    return make


def _loop() -> onnx.ModelProto:
    """An endless loop."""
    body = helper.make_graph(
        [node("Identity", "go", "go_on"), node("Identity", "v", "w")],
        "body",
        [
            helper.make_tensor_value_info("i", INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", FLOAT, [1, "length", 3]),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("w", FLOAT, [1, "length", 3]),
        ],
    )
    true = numpy_helper.from_array(np.array(True), "true")
    return model_of([helper.make_node("Loop", ["", "true", "x"], ["y"], body=body)], [true])


def _set_domain(model: onnx.ModelProto, domain: str, *, imported: bool) -> None:
    model.graph.node[0].domain = domain
    if imported:
        model.opset_import.append(helper.make_opsetid(domain, 1))


def _function(model: onnx.ModelProto) -> None:
    body = [node("Identity", "a", "b")]
    model.functions.append(helper.make_function("own", "F", ["a"], ["b"], body, model.opset_import))


def _type(model: onnx.ModelProto, kind: str, where: str) -> None:
    value = (
        getattr(model.graph, where)[0] if where != "value_info" else model.graph.value_info.add(name="scaled")
    )
    plain = helper.make_tensor_type_proto(FLOAT, [1])
    value.type.CopyFrom(
        {
            "sequence": helper.make_sequence_type_proto(plain),
            "optional": helper.make_optional_type_proto(plain),
            "map": helper.make_map_type_proto(INT64, plain),
            "sparse": helper.make_sparse_tensor_type_proto(FLOAT, [1]),
            "nothing": onnx.TypeProto(),
        }[kind]
    )


_FORBIDDEN = """
    If Loop Scan SequenceConstruct SequenceEmpty SequenceMap SplitToSequence ConcatFromSequence Optional
    OptionalGetElement RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial Bernoulli
    Dropout NonZero Unique Compress NonMaxSuppression StringConcat StringNormalizer RegexFullMatch
    ImageDecoder TfIdfVectorizer LSTM GRU RNN Einsum MelWeightMatrix EPContext PyOp PythonOp Custom
"""

_DOMAINS = (
    "com.microsoft",
    "com.microsoft.nchwc",
    "ai.onnx.ml",
    "ai.onnx.training",
    "own",
    "AI.ONNX",
    " ",
    "x" * 4000,
)

_MODELS: list[Case] = [
    ("endless loop", _loop, "Loop"),
    ("function", _bent(_function), "functions"),
    ("metadata", _bent(lambda m: m.metadata_props.add(key="ort_config", value="{}")), "metadata_props"),
    ("metadata of a node", _bent(lambda m: m.graph.node[0].metadata_props.add(key="a")), "metadata_props"),
    ("metadata of the graph", _bent(lambda m: m.graph.metadata_props.add(key="a")), "metadata_props"),
    ("devices", _bent(lambda m: m.configuration.add(name="a")), "configuration"),
    ("devices of a node", _bent(lambda m: m.graph.node[0].device_configurations.add()), "device_conf"),
    ("overload", _bent(lambda m: setattr(m.graph.node[0], "overload", "a")), "overload"),
    ("annotation", _bent(lambda m: m.graph.quantization_annotation.add(tensor_name="x")), "quantization"),
    (
        "reference to an attribute",
        _bent(lambda m: setattr(m.graph.node[0].attribute[0], "ref_attr_name", "a")),
        "ref_",
    ),
    ("no operator set", _bent(lambda m: m.ClearField("opset_import")), "domains"),
    ("operator set twice", _bent(lambda m: m.opset_import.append(helper.make_opsetid("", 17))), "domains"),
    ("operator set of the past", _bent(lambda m: setattr(m.opset_import[0], "version", 1)), "opset"),
    ("operator set of the future", _bent(lambda m: setattr(m.opset_import[0], "version", 2**40)), "opset"),
    ("negative operator set", _bent(lambda m: setattr(m.opset_import[0], "version", -1)), "opset"),
    ("IR of the past", _bent(lambda m: setattr(m, "ir_version", 3)), "IR version"),
    ("IR of the future", _bent(lambda m: setattr(m, "ir_version", 2**60)), "IR version"),
    ("no graph", _bent(lambda m: m.ClearField("graph")), "nodes"),
    ("no nodes", _bent(lambda m: m.graph.ClearField("node")), "nodes"),
    ("too many nodes", _bent(lambda m: m.graph.node.extend([node("Abs", "x", "a")] * 10_001)), "nodes"),
    ("a tensor made twice", _bent(lambda m: m.graph.node.append(node("Abs", "x", "y"))), "made twice"),
    (
        "an input with a default",
        _bent(lambda m: m.graph.initializer.append(real("x", 1, 1, 3))),
        "made twice",
    ),
    ("initializer twice", _bent(lambda m: m.graph.initializer.append(m.graph.initializer[0])), "made twice"),
    ("a nameless initializer", _bent(lambda m: m.graph.initializer.append(real("", 1))), "nameless"),
    (
        "a circle",
        lambda: model_of([node("Add", "x b", "a"), node("Abs", "a", "b"), node("Abs", "a")]),
        "before",
    ),
    ("an input from nowhere", lambda: model_of([node("Abs", "ghost")]), "nothing"),
    ("an output from nowhere", lambda: model_of([node("Abs", "x", "z")]), "made by nothing"),
    (
        "a large constant",
        lambda: model_of([node("Constant", "", "c", value=real("", 20_000)), node("Abs", "x")]),
        "init",
    ),
    *[
        (f"operator {name}", lambda name=name: model_of([node(name, "x")]), name)
        for name in _FORBIDDEN.split()
    ],
    *[
        (
            f"domain {name[:12]!r}, {'' if known else 'not '}imported",
            _bent(lambda m, name=name, known=known: _set_domain(m, name, imported=known)),
            "domain",
        )
        for name in _DOMAINS
        for known in (True, False)
    ],
    *[
        (f"{kind} type in {where}", _bent(lambda m, kind=kind, where=where: _type(m, kind, where)), "plain")
        for kind in ("sequence", "optional", "map", "sparse", "nothing")
        for where in ("input", "output", "value_info")
    ],
]


# --- Graphs whose signature is not the manifest's


def _value(model: onnx.ModelProto, where: str, kind: int, shape: list[int | str] | None, name: str) -> None:
    value = helper.make_tensor_value_info(name, kind, shape)
    getattr(model.graph, where)[0].CopyFrom(value)


_SIGNATURES: list[Case] = [
    ("input of another type", _bent(lambda m: _value(m, "input", INT64, [1, "length", 3], "x")), "inputs"),
    ("input of another rank", _bent(lambda m: _value(m, "input", FLOAT, [1, "length"], "x")), "inputs"),
    ("input of another size", _bent(lambda m: _value(m, "input", FLOAT, [2, "length", 3], "x")), "inputs"),
    ("input of fixed size", _bent(lambda m: _value(m, "input", FLOAT, [1, 5, 3], "x")), "inputs"),
    ("input of free size", _bent(lambda m: _value(m, "input", FLOAT, ["batch", "length", 3], "x")), "inputs"),
    ("input of nameless size", _bent(lambda m: _value(m, "input", FLOAT, [1, None, 3], "x")), "inputs"),
    ("input of negative size", _bent(lambda m: _value(m, "input", FLOAT, [1, -1, 3], "x")), "inputs"),
    ("input without shape", _bent(lambda m: _value(m, "input", FLOAT, None, "x")), "no plain type"),
    (
        "text as input",
        _bent(lambda m: _value(m, "input", TensorProto.STRING, [1, "length", 3], "x")),
        "plain",
    ),
    (
        "an input more",
        _bent(lambda m: m.graph.input.add().CopyFrom(helper.make_tensor_value_info("z", FLOAT, [1]))),
        "inputs",
    ),
    (
        "an output more",
        _bent(lambda m: m.graph.output.add().CopyFrom(helper.make_tensor_value_info("scaled", FLOAT, [1]))),
        "outputs",
    ),
    (
        "output of another name",
        _bent(lambda m: _value(m, "output", FLOAT, [1, "length", 3], "scaled")),
        "outputs",
    ),
    ("output of another type", _bent(lambda m: _value(m, "output", INT64, [1, "length", 3], "y")), "outputs"),
    ("output of another size", _bent(lambda m: _value(m, "output", FLOAT, [1, "length", 4], "y")), "outputs"),
    ("output without shape", _bent(lambda m: _value(m, "output", FLOAT, None, "y")), "no plain type"),
    ("output of a size it has not", lambda: model_of([node("Concat", "x x", axis=2)]), "declared"),
    ("output of a rank it has not", lambda: model_of([node("ReduceMax", "x", keepdims=0)]), "declared"),
    ("output of a type it has not", lambda: model_of([node("Cast", "x", to=INT64)]), "declared"),
    ("shapes that do not fit", lambda: model_of([node("Add", "x w")], [real("w", 7)]), "not fit"),
]


CASES: list[Case] = [*_TENSORS, *_MODELS, *_SIGNATURES]
