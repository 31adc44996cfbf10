"""Arithmetic on shapes inside a graph, done here so that later sizes are known before the graph runs.

Exporters compute the sizes of Reshape, Resize, Expand and others from the
sizes of tensors. These are vectors of a few numbers; whatever is longer is left
unknown. ONNX's own data propagation is not used: it allocates what Range asks for.
"""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

VALUES_MOST = 512  # elements; longer tensors are no shapes
_EXACT = (
    2**31
)  # results beyond are taken as unknown, so that no product of two can wrap around to a small one

Array = NDArray[Any]
_Attributes = dict[str, Any]


def evaluate(op_type: str, attributes: _Attributes, inputs: Sequence[Array | None]) -> Array | None:
    """Return a node's one output, or None where it is not known or not small.

    Args:
        op_type: Its operator.
        attributes: Its attributes by name.
        inputs: Small arrays, None for an input that is left out; an unknown one must not be passed.
    """
    rule = _RULES.get(op_type)
    if rule is None:
        return None
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(rule(attributes, *inputs))
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None  # shape inference says what is wrong with it
    return found if found.size <= VALUES_MOST and _is_exact(found) else None


def _is_exact(array: Array) -> bool:
    return array.dtype.kind in "bf" or bool(((array >= -_EXACT) & (array <= _EXACT)).all())


def _exactly(rule: Callable[..., Any]) -> Callable[..., Any]:
    """Make a rule for arithmetic, which is only followed for numbers that cannot wrap around."""

    def checked(_: _Attributes, *parts: Array) -> Any:
        if not all(map(_is_exact, parts)):
            raise OverflowError
        return rule(*parts)

    return checked


def _constant(attributes: _Attributes) -> Array:
    (name, held), *_ = attributes.items()
    return np.array(held, np.int64 if name.startswith("value_int") else np.float32)


def _gather(attributes: _Attributes, data: Array, indices: Array) -> Array:
    if data.ndim > 1 or data.size * indices.size > VALUES_MOST**2:
        raise ValueError("not a vector")
    return data.take(indices.astype(np.int64), axis=attributes.get("axis", 0))


def _slice(
    _: _Attributes,
    data: Array,
    starts: Array,
    ends: Array,
    axes: Array | None = None,
    steps: Array | None = None,
) -> Array:
    if data.ndim != 1 or starts.size != 1:
        raise ValueError("not a vector")
    step = 1 if steps is None else int(steps[0])
    start, end = (int(np.clip(bound[0], -(2**31), 2**31)) for bound in (starts, ends))
    # An end before the start of the data cannot be written as a Python slice: -n - 1 means that.
    return data[slice(start, None if step < 0 and end < -data.size else end, step)]


def _squeeze(_: _Attributes, data: Array, axes: Array | None = None) -> Array:
    return np.squeeze(data, axis=None if axes is None else tuple(axes.tolist()))


def _unsqueeze(_: _Attributes, data: Array, axes: Array) -> Array:
    return np.expand_dims(data, tuple(axes.tolist())) if axes.size <= 8 else data


def _divide(a: Array, b: Array) -> Array:
    """Whole numbers towards zero, as ONNX does; the scan has refused divisors that are not above zero."""
    if a.dtype.kind == "f":
        return a / b
    whole: Array = np.sign(a) * (np.abs(a) // b)
    return whole


def _concat(attributes: _Attributes, *parts: Array) -> Array:
    if sum(part.size for part in parts) > VALUES_MOST:
        raise ValueError("not small")
    return np.concatenate(parts, axis=attributes["axis"])


def _filled(attributes: _Attributes, shape: Array) -> Array:
    sizes = [int(size) for size in shape]
    if len(sizes) > 1 or any(not 0 <= size <= VALUES_MOST for size in sizes):
        raise ValueError("not a small vector")
    value = attributes.get("value", np.zeros(1, np.float32))
    return np.full(sizes, value.reshape(()), value.dtype)


def _range(_: _Attributes, start: Array, limit: Array, step: Array) -> Array:
    count = math.ceil((limit.item() - start.item()) / step.item())
    if count > VALUES_MOST:
        raise ValueError("not small")
    made: Array = start + np.arange(count).astype(start.dtype) * step
    return made


def _cast(attributes: _Attributes, data: Array) -> Array:
    return data.astype(attributes["to"])


def _product(attributes: _Attributes, data: Array, axes: Array | None = None) -> Array:
    whole = math.prod(data.ravel().tolist())  # Python's numbers do not wrap around
    if data.ndim != 1 or abs(whole) > _EXACT:
        raise OverflowError
    return np.array([whole] if attributes.get("keepdims", 1) else whole, data.dtype)


_RULES: dict[str, Callable[..., Any]] = {
    "Abs": _exactly(np.abs),
    "Add": _exactly(operator.add),
    "And": lambda _, a, b: a & b,
    "Cast": _cast,
    "Ceil": lambda _, a: np.ceil(a),
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _filled,
    "Div": _exactly(_divide),
    "Equal": lambda _, a, b: a == b,
    "Floor": lambda _, a: np.floor(a),
    "Gather": _gather,
    "Greater": lambda _, a, b: a > b,
    "Identity": lambda _, a: a,
    "Less": lambda _, a, b: a < b,
    "Max": lambda _, *parts: np.maximum.reduce(parts),
    "Min": lambda _, *parts: np.minimum.reduce(parts),
    "Mod": lambda _, a, b: np.mod(a, b),
    "Mul": _exactly(operator.mul),
    "Neg": _exactly(operator.neg),
    "Not": lambda _, a: ~a,
    "Or": lambda _, a, b: a | b,
    "Range": _range,
    "ReduceProd": _product,
    "Reshape": lambda _, a, shape: a.reshape([int(size) for size in shape]),
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Sub": _exactly(operator.sub),
    "Unsqueeze": _unsqueeze,
    "Where": lambda _, a, b, c: np.where(a, b, c),
}
