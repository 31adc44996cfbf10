"""A walk package of a few hundred bytes whose network is written by hand: it draws the front again.

Asked to, it draws it some rows higher, with a pixel alone in a corner, or nothing at all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto
from tiny_sprites import Writer, _value

from playloom.kinds.sprite.originality import Index
from playloom.kinds.walk.frames import CONDITIONS
from playloom.manifest import GraphSpec, TensorSpec
from playloom.npz import write_npz
from playloom.package import Card, write_package

SETTINGS: dict[str, Any] = {
    "sizes": [16, 32],
    "hot": 127,
    "logits_per_nat": 32,
    "passes": 2,
    "network": {},
}
SURE = 64.0  # what a choice leads by
_PICTURES = ("front", "standing", "drawn")


def write(
    folder: Path,
    *,
    higher: int = 0,
    stray: bool = False,
    empty: bool = False,
    settings: Mapping[str, Any] = SETTINGS,
    spec: GraphSpec | None = None,
    learnt: Index | None = None,
) -> None:
    """Write the package called walks; ``learnt`` are the figures that it says it learnt from."""
    write_package(
        folder,
        kind="walk",
        name="walks",
        version="1.0.0",
        exact=True,
        graphs={"walker": spec or graph_spec()},
        settings=settings,
        card=Card(licence="CC0-1.0", summary="Draws the front again.", datasets=(), training={}, metrics=()),
        files={"walker.onnx": _graph(higher, stray, empty)}
        | ({"originals.npz": write_npz(learnt.arrays())} if learnt else {}),
        assets={"originals": "originals.npz"} if learnt else {},
    )


def graph_spec() -> GraphSpec:
    pictures = tuple(TensorSpec(name, "int64", (1, "height", "width")) for name in _PICTURES)
    inputs = (
        *pictures,
        TensorSpec("palette", "float32", ("colours", 3)),
        TensorSpec("condition", "float32", (1, CONDITIONS)),
    )
    outputs = (
        TensorSpec("alpha", "float32", (1, 2, "height", "width")),
        TensorSpec("colour", "float32", (1, "colours", "height", "width")),
    )
    return GraphSpec("walker.onnx", inputs, outputs)


def _graph(higher: int, stray: bool, empty: bool) -> bytes:
    w = Writer()
    many = w.node("Gather", w.node("Shape", "palette"), w.constant(np.array(0)), axis=0)  # P, transparent
    front = "front"
    if higher:
        below = w.node("Pad", front, w.constant([0, 0, 0, 0, higher, 0]), many)
        far = w.constant([2**31 - 1])
        front = w.node("Slice", below, w.constant([higher]), far, w.constant([1]))
    if stray:
        corner = w.constant([[[0, 0, 0]]])
        front = w.node("ScatterND", front, corner, w.constant(np.zeros((1, 1), np.int64)))
    wide = w.node("Unsqueeze", front, w.constant([1]))  # (1, 1, H, W)
    row = w.node("Range", w.constant(np.array(0)), many, w.constant(np.array(1)))
    column = w.node("Unsqueeze", row, w.constant([0, 2, 3]))
    same = w.node("Cast", w.node("Equal", wide, column), to=TensorProto.FLOAT)
    w.node("Mul", same, w.constant(SURE), output="colour")
    clear = w.node("Cast", w.node("Equal", wide, many), to=TensorProto.FLOAT)
    if empty:
        clear = w.node("Add", w.node("Mul", clear, w.constant(0.0)), w.constant(1.0))
    solid = w.node("Sub", w.constant(1.0), clear)
    w.node("Mul", w.node("Concat", clear, solid, axis=1), w.constant(SURE), output="alpha")
    pictures = [_value(name, TensorProto.INT64, 1, "height", "width") for name in _PICTURES]
    given = [
        *pictures,
        _value("palette", TensorProto.FLOAT, "colours", 3),
        _value("condition", TensorProto.FLOAT, 1, CONDITIONS),
    ]
    made = [
        _value("alpha", TensorProto.FLOAT, 1, 2, "height", "width"),
        _value("colour", TensorProto.FLOAT, 1, "colours", "height", "width"),
    ]
    return w.model(given, made)
