"""A tensor whose data lies in another file, in every place in which ONNX can hold a tensor."""

from collections.abc import Callable

import onnx
from hostile_graphs import FLOAT, node, real, whole
from onnx import AttributeProto, TensorProto, helper
from tiny_packages import model_of


def external_model(place: str, location: str) -> onnx.ModelProto:
    """A sound graph with one tensor more, which says that its data lies in ``location``."""
    model = model_of([node("Identity", "x")])
    tensor = TensorProto(name="far", data_type=FLOAT, dims=[3], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value=location)
    _PLACES[place](model, tensor)
    return model


def _attribute(kind: int, **fields: object) -> AttributeProto:
    return AttributeProto(name="value", type=kind, **fields)


def _with(model: onnx.ModelProto, attribute: AttributeProto) -> None:
    model.graph.node[0].attribute.append(attribute)


def _first(model: onnx.ModelProto, made: onnx.NodeProto) -> None:
    model.graph.node.insert(0, made)


def _subgraph(tensor: onnx.TensorProto) -> onnx.GraphProto:
    y = helper.make_tensor_value_info("inner", FLOAT, [3])
    return helper.make_graph([node("Identity", tensor.name, "inner")], "inner", [], [y], [tensor])


def _deep_subgraph(tensor: onnx.TensorProto) -> onnx.GraphProto:
    outer = _subgraph(real("plain", 3))
    outer.node.append(helper.make_node("If", ["plain"], ["z"], then_branch=_subgraph(tensor)))
    return outer


def _sparse(tensor: onnx.TensorProto) -> onnx.SparseTensorProto:
    return onnx.SparseTensorProto(values=tensor, indices=whole("i", 0, 1, 2), dims=[9])


def _sparse_by(tensor: onnx.TensorProto) -> onnx.SparseTensorProto:
    return onnx.SparseTensorProto(values=real("v", 3), indices=tensor, dims=[9])


def _function(model: onnx.ModelProto, tensor: onnx.TensorProto) -> None:
    body = [node("Constant", "", "b", value=tensor)]
    model.functions.append(helper.make_function("own", "F", [], ["b"], body, model.opset_import))


def _function_default(model: onnx.ModelProto, tensor: onnx.TensorProto) -> None:
    function = helper.make_function("own", "F", [], ["b"], [], model.opset_import)
    function.attribute_proto.append(_attribute(AttributeProto.TENSOR, t=tensor))
    model.functions.append(function)


_A = AttributeProto
_PLACES: dict[str, Callable[[onnx.ModelProto, onnx.TensorProto], object]] = {
    "initializer": lambda m, t: m.graph.initializer.append(t),
    "sparse initializer, values": lambda m, t: m.graph.sparse_initializer.append(_sparse(t)),
    "sparse initializer, indices": lambda m, t: m.graph.sparse_initializer.append(_sparse_by(t)),
    "constant": lambda m, t: _first(m, node("Constant", "", "c", value=t)),
    "sparse constant": lambda m, t: _first(m, node("Constant", "", "c", sparse_value=_sparse(t))),
    "constant of shape": lambda m, t: _first(m, node("ConstantOfShape", "x", "c", value=t)),
    "attribute": lambda m, t: _with(m, _attribute(_A.TENSOR, t=t)),
    "beside another attribute": lambda m, t: _with(m, _attribute(_A.INT, i=1, t=t)),
    "untyped attribute": lambda m, t: _with(m, _attribute(_A.UNDEFINED, t=t)),
    "list of tensors": lambda m, t: _with(m, _attribute(_A.TENSORS, tensors=[t])),
    "list beside another attribute": lambda m, t: _with(m, _attribute(_A.INT, i=1, tensors=[t])),
    "sparse attribute": lambda m, t: _with(m, _attribute(_A.SPARSE_TENSOR, sparse_tensor=_sparse(t))),
    "list of sparse": lambda m, t: _with(m, _attribute(_A.SPARSE_TENSORS, sparse_tensors=[_sparse(t)])),
    "subgraph": lambda m, t: _with(m, _attribute(_A.GRAPH, g=_subgraph(t))),
    "subgraph beside another attribute": lambda m, t: _with(m, _attribute(_A.INT, i=1, g=_subgraph(t))),
    "list of subgraphs": lambda m, t: _with(m, _attribute(_A.GRAPHS, graphs=[_subgraph(t)])),
    "subgraph of a subgraph": lambda m, t: _with(m, _attribute(_A.GRAPH, g=_deep_subgraph(t))),
    "function": _function,
    "function, default": _function_default,
    "training, start": lambda m, t: m.training_info.append(
        onnx.TrainingInfoProto(initialization=_subgraph(t))
    ),
    "training, step": lambda m, t: m.training_info.append(onnx.TrainingInfoProto(algorithm=_subgraph(t))),
}
PLACES = tuple(_PLACES)
