"""The graph of the painter."""

import torch

from playloom.manifest import TensorSpec
from playloom_train.kinds.sprite.gan import SIDE, START, Painter, PainterShape
from playloom_train.kinds.sprite.layers import LEVELS, value_of
from playloom_train.kinds.sprite.onnx_sketch import PALETTE, Drawing, Sketch, condition
from playloom_train.onnx_writer import tensor


def _draw(s: Sketch, shape: PainterShape) -> None:
    g = s.g
    seen, both = s.colours()
    key, overview = s.keys(both), s.dense("overview", s.summary(seen))
    values = s.floats("gist.values", value_of(torch.arange(LEVELS + 1)))
    dense = s.row("dense", g.node("Gather", [values, "gist"], "gist.numbers"))
    told = s.row("wanted", "condition", overview, s.dense("heard", dense))
    x = g.cut(s.larger("begin", s.dot(s.dense("begin", dense, halved=True)), START), "begin")
    for i in reversed(range(len(shape.widths))):
        x = s.block(f"rise.{i}", x, told)
        if i > 0:
            x = s.widened(f"up.{i - 1}", x)
    features = s.layer("last", s.block("fine", s.widened("grow", x), told))
    s.output("alpha", s.conv("silhouette", features, halved=True))
    g.node("Identity", [s.products(features, key)], "colour")


def _inputs(shape: PainterShape) -> tuple[TensorSpec, ...]:
    return tensor("gist", "int64", 1, shape.gist), PALETTE, condition(shape.condition)


PAINTER = Drawing(
    PainterShape,
    Painter,
    inputs=_inputs,
    outputs=lambda shape: (
        tensor("alpha", "float32", 1, 2, SIDE, SIDE),
        tensor("colour", "float32", 1, "colours", SIDE, SIDE),
    ),
    draw=_draw,
)
