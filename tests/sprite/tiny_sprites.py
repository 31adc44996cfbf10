"""A sprite package of a few kilobytes whose networks are written by hand: nothing is trained.

A code is four digits of 0..3: how solid its cell is, and how red, green and blue on average; a gist is the
largest and the smallest of each digit. The layout leans to a figure in the middle, in colours of the gist,
the denoiser to what the codes say, to pixels alike to their neighbours, and to the colours of the words:
"red", "green" and "blue" are directions in colour.
"""

from collections.abc import Callable, Mapping
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
CODES, LEVELS, GIST = 256, 4, 8
DIGITS = np.arange(CODES)[:, None] // LEVELS ** np.arange(4) % LEVELS  # (256, 4)
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
    "codes": CODES,
    "levels": LEVELS,
    "gist": GIST,
    "networks": {},
}


class Writer:
    """Nodes and constants of a graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, array: np.ndarray | float | list[int]) -> str:
        array = np.asarray(array)
        array = array.astype(np.float32) if array.dtype.kind == "f" else array
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


def _digits(w: Writer) -> str:
    """Shape (1, 5, h, w): the digits of the codes, and 1 where a code is known."""
    table = np.zeros((CODES + 1, 5), np.float32)
    table[:CODES, :4], table[:CODES, 4] = DIGITS, 1
    return w.node("Transpose", w.node("Gather", w.constant(table), "codes", axis=0), perm=[0, 3, 1, 2])


def _solid(w: Writer) -> str:
    """Shape (1, 1, H, W): 1 where something is, -1 where nothing is, 0 where nothing is known."""
    count = w.node("Gather", w.node("Shape", "palette"), w.constant(np.array(0)), axis=0)  # P
    clear = w.node("Cast", w.node("Equal", "tokens", count), to=TensorProto.FLOAT)
    unknown = w.node("Equal", "tokens", w.node("Add", count, w.constant(np.array(2))))
    known = w.node("Cast", w.node("Not", unknown), to=TensorProto.FLOAT)
    plane = w.node("Sub", known, w.node("Mul", clear, w.constant(2.0)))
    return w.node("Unsqueeze", plane, w.constant([1]))


def _seen(w: Writer, table: str) -> str:
    """Shape (1, F, H, W): a table of colours (P, F), looked up; 0 at the tokens beyond the colours."""
    whole = w.node("Pad", table, w.constant([0, 0, 3, 0]), w.constant(0.0))
    return w.node("Transpose", w.node("Gather", whole, "tokens", axis=0), perm=[0, 3, 1, 2])


def _conv(w: Writer, value: str, kernel: np.ndarray, **attributes: Any) -> str:
    return w.node("Conv", value, w.constant(kernel.astype(np.float32)), **attributes)


def draw_encoder(w: Writer) -> None:
    solid = w.node("Pad", "palette", w.constant([0, 1, 0, 0]), w.constant(1.0))  # before its colour
    sums = _conv(w, _seen(w, solid), np.ones((4, 1, 4, 4)), strides=[4, 4], group=4)
    scale = np.array([3 / 16, *[1 / 1024] * 3], np.float32).reshape(1, 4, 1, 1)
    digits = w.node("Floor", w.node("Mul", sums, w.constant(scale)))
    code = _conv(w, digits, (4 ** np.arange(4)).reshape(1, 4, 1, 1))
    w.node("Cast", w.node("Squeeze", code, w.constant([1])), output="codes", to=TensorProto.INT64)


def _draw_gist_encoder(w: Writer) -> None:
    digits = w.node("Slice", _digits(w), w.constant([0]), w.constant([4]), w.constant([1]))
    ends = [w.node(op, digits, axes=[2, 3], keepdims=0) for op in ("ReduceMax", "ReduceMin")]
    w.node("Cast", w.node("Concat", *ends, axis=1), output="gist", to=TensorProto.INT64)


def _draw_gist_prior(w: Writer) -> None:
    """What is drawn leans to levels that are there already, words and palette to the colours they name."""
    table = np.concatenate([np.eye(LEVELS), np.zeros((1, LEVELS))]).astype(np.float32)
    shown = w.node("Gather", w.constant(table), "gist", axis=0)
    there = w.node("Mul", w.node("ReduceSum", shown, w.constant([1]), keepdims=1), w.constant(128.0))
    rising = np.zeros((3, GIST, LEVELS), np.float32)
    rising[range(3), range(1, 4)] = rising[range(3), range(5, 8)] = np.arange(LEVELS) - 1
    rising = rising.reshape(3, -1)
    wish = w.node("MatMul", "condition", w.constant(_wishes() @ rising / 8))
    light = w.node("MatMul", w.node("ReduceMax", "palette", axes=[0], keepdims=1), w.constant(rising))
    outline = w.node("MatMul", "shape", w.constant((np.arange(65 * 32) % 7 - 3.0).reshape(65, 32) / 32))
    heard = w.node("Add", w.node("Add", wish, light), outline)
    told = w.node("Reshape", heard, w.constant([-1, GIST, LEVELS]))
    w.whole(w.node("Add", told, there), 8.0, "logits")


def _draw_layout(w: Writer) -> None:
    digits, solid = _digits(w), _solid(w)
    known = _conv(w, solid, np.full((1, 1, 4, 4), 2), strides=[4, 4])
    ones = w.node("Add", w.node("Mul", known, w.constant(0.0)), w.constant(1.0))
    inner = _conv(w, ones, np.full((1, 1, 3, 3), 16), pads=[1] * 4)
    alpha = w.node("Add", w.node("Sub", inner, w.constant(104.0)), known)
    gist = w.node("Gather", w.constant(np.array([0, 8, 16, 24, 12], np.float32)), "gist", axis=0)
    middle = w.node("MatMul", gist, w.constant(np.tile(np.eye(4, dtype=np.float32)[:, 1:], (2, 1))))
    wish = w.node("MatMul", "condition", w.constant(_wishes() / 64))
    light = w.node("Mul", w.node("ReduceMax", "palette", axes=[0], keepdims=1), w.constant(1 / 32))
    colour = w.node("Unsqueeze", w.node("Add", w.node("Add", middle, wish), light), w.constant([2, 3]))
    wide = w.node("Add", colour, w.node("Mul", known, w.constant(0.0)))
    near = np.zeros((4, 5, 3, 3))
    near[range(4), range(4)], near[:, 4] = 1, -1.5
    around = _conv(w, digits, near, pads=[1] * 4)
    goal = w.node("Floor", w.node("Add", w.node("Concat", alpha, wide, axis=1), around))
    goal = w.node("Clip", goal, w.constant(0.0), w.constant(48.0))  # sixteenths of a digit
    # How far a code is from its goal, squared; less what is the same for all codes.
    weights = np.array([1, 2, 2, 2])
    bias = w.constant((-8 * DIGITS**2 @ weights).astype(np.float32))
    kernel = w.constant((weights * DIGITS).reshape(CODES, 4, 1, 1).astype(np.float32))
    w.node("Conv", goal, kernel, bias, output="logits")


def _draw_denoiser(w: Writer) -> None:
    solid = _solid(w)
    below = _digits(w)
    above = w.node("Add", below, w.constant(np.array([0, 0.5, 0.5, 0.5, 0]).reshape(1, 5, 1, 1)))
    cells = w.node("Concat", *[above] * 8, *[below] * 8, axis=1)  # the upper half of each is lit
    wide = w.node("DepthToSpace", cells, blocksize=4)
    around = _conv(w, solid, np.full((1, 1, 3, 3), 12), pads=[1] * 4)
    ones = w.node("Add", w.node("Mul", solid, w.constant(0.0)), w.constant(1.0))
    inner = _conv(w, ones, np.full((1, 1, 11, 11), 1), pads=[5] * 4)
    said = _conv(w, wide, np.array([120, 0, 0, 0, -180]).reshape(1, 5, 1, 1))
    lean = w.node("Add", w.node("Sub", inner, w.constant(100.0)), said)
    alpha = w.node("Clip", w.node("Add", around, lean), w.constant(-400.0), w.constant(400.0))
    w.node("Concat", w.node("Neg", alpha), alpha, axis=1, output="alpha")
    # Colours of the cell, of the pixels around, and the wish, as vectors around the middle grey.
    grey = w.node("Sub", "palette", w.constant(128.0))
    kernel = np.zeros((3, 3, 3, 3))
    kernel[range(3), range(3)] = 1
    near = _conv(w, _seen(w, grey), kernel, pads=[1] * 4)
    cell = np.zeros((3, 5, 1, 1))
    cell[range(3), range(1, 4)], cell[:, 4] = 1024, -1536
    wish = w.node("MatMul", "condition", w.constant(_wishes()))
    wanted = w.node(
        "Add", w.node("Add", near, _conv(w, wide, cell)), w.node("Unsqueeze", wish, w.constant([2, 3]))
    )
    last = w.node("Transpose", wanted, perm=[0, 2, 3, 1])
    dots = w.node("MatMul", last, w.node("Transpose", grey, perm=[1, 0]))
    # Less their own lengths: the nearest is the likeliest.
    far = w.node("ReduceSum", w.node("Mul", grey, grey), w.constant([1]), keepdims=0)
    near = w.node("Sub", dots, w.node("Mul", far, w.constant(8.0)))
    w.whole(w.node("Transpose", near, perm=[0, 3, 1, 2]), 2048.0, "colour")


def _draw_painter(w: Writer) -> None:
    """Patches of 16x8 in colours as light as the levels of the gist are high, within a disc."""
    lights = w.node("Gather", w.constant(np.array([10, 35, 60, 85], np.float32)), "gist", axis=0)
    split = w.node("Reshape", lights, w.constant([1, 1, 2, 1, 4, 1]))
    wide = w.node("Expand", split, w.constant([1, 1, 2, 16, 4, 8]))
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


def _spec(name: str, dtype: str, *shape: int | str, batch: int | str = 1) -> TensorSpec:
    return TensorSpec(name=name, dtype=dtype, shape=(batch, *shape))


def _batched(*specs: TensorSpec) -> tuple[TensorSpec, ...]:
    """The same for any number of pictures; a palette is for all of them."""
    return tuple(
        one if one.name == "palette" else _spec(one.name, one.dtype, *one.shape[1:], batch="batch")
        for one in specs
    )


TOKENS, CELLS = _spec("tokens", "int64", "height", "width"), _spec("codes", "int64", "height/4", "width/4")
PALETTE = TensorSpec("palette", "float32", ("colours", 3))
TOLD = _spec("condition", "float32", CONDITION)
BRIEF = _spec("gist", "int64", GIST)
SIGNATURES = {
    "encoder": (draw_encoder, (TOKENS, PALETTE), (CELLS,)),
    "gist_encoder": (_draw_gist_encoder, (CELLS,), (BRIEF,)),
    "gist_prior": (
        _draw_gist_prior,
        _batched(BRIEF, PALETTE, TOLD, _spec("shape", "float32", 65)),
        _batched(_spec("logits", "float32", GIST, LEVELS)),
    ),
    "layout": (
        _draw_layout,
        _batched(CELLS, BRIEF, TOKENS, PALETTE, TOLD),
        _batched(_spec("logits", "float32", CODES, "height/4", "width/4")),
    ),
    "denoiser": (
        _draw_denoiser,
        (CELLS, TOKENS, PALETTE, TOLD),
        (
            _spec("alpha", "float32", 2, "height", "width"),
            _spec("colour", "float32", "colours", "height", "width"),
        ),
    ),
    "painter": (
        _draw_painter,
        (BRIEF, PALETTE, TOLD),
        (_spec("alpha", "float32", 2, 32, 32), _spec("colour", "float32", "colours", 32, 32)),
    ),
}


def graph(name: str, draw: Callable[[Writer], None] | None = None) -> tuple[bytes, GraphSpec]:
    """Return one graph and its signature; ``draw`` writes other nodes than its own."""
    usual, inputs, outputs = SIGNATURES[name]
    w = Writer()
    (draw or usual)(w)
    kinds = {"int64": TensorProto.INT64, "float32": TensorProto.FLOAT}
    values = [[_value(one.name, kinds[one.dtype], *one.shape) for one in ends] for ends in (inputs, outputs)]
    return w.model(*values), GraphSpec(f"{name}.onnx", inputs, outputs)


def write(
    folder: Path,
    *,
    name: str = "pixels",
    settings: Mapping[str, Any] = SETTINGS,
    originals: Mapping[str, Any] | None = None,
    fast: bool = True,
    changes: Mapping[str, tuple[bytes, GraphSpec] | None] | None = None,
) -> Path:
    """Write the package.

    Args:
        folder: Where.
        name: Of the package.
        settings: Of the package.
        originals: The arrays of an `Index`.
        fast: Whether it has a painter.
        changes: Other graphs in the places of some, or none there.
    """
    drawn = {one: graph(one) for one in SIGNATURES if fast or one != "painter"} | dict(changes or {})
    graphs = {one: pair[1] for one, pair in drawn.items() if pair}
    files = {pair[1].file: pair[0] for pair in drawn.values() if pair}
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
