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
    key, overview = s.keys(both), s.conv("overview", s.summary(seen))
    values = s.floats("gist.values", value_of(torch.arange(LEVELS + 1)))
    dense = s.layer("dense", s.dot(g.node("Gather", [values, "gist"], "gist.numbers")))
    told = s.layer("wanted", s.dot("condition"), overview, s.conv("heard", dense))
    x = g.squash(s.wider("begin", dense, START), "begin")
    for i in reversed(range(len(shape.widths))):
        x = s.block(f"rise.{i}", x, told)
        if i > 0:
            x = g.squash(s.wider(f"up.{i - 1}", x), f"up.{i - 1}")
    x = s.block("fine", g.squash(s.wider("grow", x), "grow"), told)
    features = s.layer("last", x)
    s.output("alpha", s.conv("silhouette", features))
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
