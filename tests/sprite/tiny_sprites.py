"""A sprite package of a few hundred bytes whose networks are written by hand: nothing is trained.

The denoiser draws a figure in the middle, its pixels alike to their neighbours, and leans to the colours of
the words: "red", "green" and "blue" are directions in colour.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from playloom.npz import write_npz
from playloom.package import Card, Dataset, GraphSpec, TensorSpec, write_package

CATEGORIES = ("creature", "terrain-floor", "weapon")
STYLES = ("plain", "round")
SIZES = (16, 32)
TAGS = ("axe", "battleaxe", "blue", "goblin", "green", "red", "sword")
CONDITION = len(CATEGORIES) + len(STYLES) + len(SIZES) + len(TAGS)
NOISE = 16
SETTINGS: dict[str, Any] = {
    "categories": CATEGORIES,
    "styles": STYLES,
    "sizes": SIZES,
    "tags": TAGS,
    "seen": [
        {"category": "creature", "style": "round", "size": 32, "count": 60},
        {"category": "creature", "style": "plain", "size": 16, "count": 20},
        {"category": "terrain-floor", "style": "plain", "size": 16, "count": 20},
        {"category": "weapon", "style": "plain", "size": 16, "count": 10},
    ],
    "tag_counts": {
        "axe": {"creature": 12, "weapon": 5},
        "battleaxe": {"weapon": 2},
        "goblin": {"creature": 9},
        "red": {"creature": 4, "weapon": 1},
        "sword": {"creature": 14, "weapon": 4},
    },
    "hot": 127,
    "logits_per_nat": 32,
    "multiple": 8,
    "networks": {},
    "noise": NOISE,
}


class _Writer:
    """Nodes and constants of a graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, array: np.ndarray | float | list[int]) -> str:
        array = np.array(array, np.float32) if isinstance(array, float) else np.asarray(array)
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def whole(self, value: str, divisor: float, output: str = "") -> str:
        """Divide by a power of two and round down: exact wherever it runs."""
        scaled = self.node("Floor", self.node("Mul", value, self.constant(1 / divisor)))
        return self.node("Clip", scaled, self.constant(-900.0), self.constant(900.0), output=output)

    def model(self, inputs: list[Any], outputs: list[Any]) -> bytes:
        graph = helper.make_graph(self.nodes, "tiny", inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))


def _value(name: str, kind: int, *shape: int | str) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _wishes() -> np.ndarray:
    """Shape (CONDITION, 3): the colour that a condition leans to."""
    wishes = np.zeros((CONDITION, 3), np.float32)
    first = CONDITION - len(TAGS)
    for tag, colour in (("red", (2, -1, -1)), ("green", (-1, 2, -1)), ("blue", (-1, -1, 2))):
        wishes[first + TAGS.index(tag)] = colour
    return 8 * wishes


def denoiser() -> bytes:
    w = _Writer()
    count = w.node("Gather", w.node("Shape", "palette"), w.constant(np.array(0)), axis=0)  # P
    two = w.constant(np.array(2))
    clear = w.node("Cast", w.node("Equal", "tokens", count), to=TensorProto.FLOAT)
    unknown = w.node("Equal", "tokens", w.node("Add", count, two))
    known = w.node("Cast", w.node("Not", unknown), to=TensorProto.FLOAT)
    # 1 where something is, -1 where nothing is, 0 where nothing is known.
    solid = w.node("Sub", known, w.node("Mul", clear, w.constant(2.0)))
    plane = w.node("Unsqueeze", solid, w.constant([1]))
    around = w.node("Conv", plane, w.constant(np.full((1, 1, 3, 3), 12, np.float32)), pads=[1] * 4)
    ones = w.node("Add", w.node("Mul", plane, w.constant(0.0)), w.constant(1.0))
    inner = w.node("Conv", ones, w.constant(np.full((1, 1, 11, 11), 1, np.float32)), pads=[5] * 4)
    lean = w.node("Mul", w.node("Sub", inner, w.constant(100.0)), w.constant(4.0))
    alpha = w.node("Clip", w.node("Add", around, lean), w.constant(-400.0), w.constant(400.0))
    w.node("Concat", w.node("Neg", alpha), alpha, axis=1, output="alpha")
    # Colours of the pixels around, and the wish, as lightness-like vectors around the middle grey.
    grey = w.node("Sub", "palette", w.constant(128.0))
    table = w.node("Pad", grey, w.constant([0, 0, 3, 0]), w.constant(0.0))
    seen = w.node("Gather", table, "tokens", axis=0)
    channels = w.node("Transpose", seen, perm=[0, 3, 1, 2])
    kernel = np.zeros((3, 3, 3, 3), np.float32)
    kernel[range(3), range(3)] = 1
    near = w.node("Conv", channels, w.constant(kernel), pads=[1] * 4)
    wish = w.node("MatMul", "condition", w.constant(_wishes()))
    wanted = w.node("Add", near, w.node("Unsqueeze", wish, w.constant([2, 3])))
    last = w.node("Transpose", wanted, perm=[0, 2, 3, 1])
    dots = w.node("MatMul", last, w.node("Transpose", grey, perm=[1, 0]))
    w.whole(w.node("Transpose", dots, perm=[0, 3, 1, 2]), 1024.0, "colour")
    return w.model(
        [
            _value("tokens", TensorProto.INT64, 1, "height", "width"),
            _value("palette", TensorProto.FLOAT, "colours", 3),
            _value("condition", TensorProto.FLOAT, 1, CONDITION),
        ],
        [
            _value("alpha", TensorProto.FLOAT, 1, 2, "height", "width"),
            _value("colour", TensorProto.FLOAT, 1, "colours", "height", "width"),
        ],
    )


def painter() -> bytes:
    """Patches of 8x8 in the colours nearest to the noise, within a disc."""
    w = _Writer()
    split = w.node("Reshape", "noise", w.constant([1, 1, 4, 1, 4, 1]))
    wide = w.node("Expand", split, w.constant([1, 1, 4, 8, 4, 8]))
    field = w.node("Reshape", wide, w.constant([1, 1, 32, 32]))
    y, x = np.mgrid[:32, :32] - 15.5
    disc = np.where(x * x + y * y < 150, 200, -200).astype(np.float32)[None, None]
    heard = w.node("ReduceSum", "condition", w.constant([1]), keepdims=1)
    quiet = w.node("Mul", w.node("Unsqueeze", heard, w.constant([2, 3])), w.constant(0.0))
    solid = w.node("Add", w.node("Add", w.node("Mul", field, w.constant(0.0)), w.constant(disc)), quiet)
    w.node("Concat", w.node("Neg", solid), solid, axis=1, output="alpha")
    light = w.node("Floor", w.node("Mul", w.node("ReduceSum", "palette", w.constant([1])), w.constant(0.125)))
    level = w.node("Unsqueeze", light, w.constant([0, 3]))  # (1, P, 1, 1), 0 to 95
    w.node("Neg", w.node("Abs", w.node("Sub", field, level)), output="colour")
    return w.model(
        [
            _value("noise", TensorProto.FLOAT, 1, NOISE),
            _value("palette", TensorProto.FLOAT, "colours", 3),
            _value("condition", TensorProto.FLOAT, 1, CONDITION),
        ],
        [
            _value("alpha", TensorProto.FLOAT, 1, 2, 32, 32),
            _value("colour", TensorProto.FLOAT, 1, "colours", 32, 32),
        ],
    )


def _spec(name: str, dtype: str, *shape: int | str) -> TensorSpec:
    return TensorSpec(name=name, dtype=dtype, shape=shape)


def write(
    folder: Path,
    *,
    name: str = "pixels",
    settings: Mapping[str, Any] = SETTINGS,
    originals: Mapping[str, Any] | None = None,
    fast: bool = True,
) -> Path:
    """Write the package; ``originals`` are the arrays of an `Index`."""
    files, graphs = {"denoiser.onnx": denoiser()}, {}
    given = (_spec("palette", "float32", "colours", 3), _spec("condition", "float32", 1, CONDITION))
    for graph, first, sides in (
        ("denoiser", _spec("tokens", "int64", 1, "height", "width"), ("height", "width")),
        ("painter", _spec("noise", "float32", 1, NOISE), (32, 32)),
    ):
        graphs[graph] = GraphSpec(
            file=f"{graph}.onnx",
            inputs=(first, *given),
            outputs=(
                _spec("alpha", "float32", 1, 2, *sides),
                _spec("colour", "float32", 1, "colours", *sides),
            ),
        )
    if fast:
        files["painter.onnx"] = painter()
    else:
        del graphs["painter"]
        settings = {**settings, "noise": 0}
    if originals is not None:
        files["originals.npz"] = write_npz(originals)
    write_package(
        folder,
        kind="sprite",
        name=name,
        version="0.0.1",
        exact=True,
        graphs=graphs,
        settings=settings,
        card=Card(
            licence="MIT",
            summary="Networks made by hand for the tests.",
            datasets=(Dataset(name="none", source="here", licence="CC0-1.0", count=0, sha256="0" * 64),),
            training={},
            metrics=(),
        ),
        files=files,
        assets={} if originals is None else {"originals": "originals.npz"},
    )
    return folder
