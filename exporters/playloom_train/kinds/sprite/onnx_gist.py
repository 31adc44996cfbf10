"""The graphs of the gist: how it is found from codes, and how it is drawn."""

import torch

from playloom.manifest import TensorSpec
from playloom_train.kinds.sprite.gist import (
    OVERALL,
    GistEncoder,
    GistEncoderShape,
    GistPrior,
    GistPriorShape,
)
from playloom_train.kinds.sprite.layers import CELL, LEVELS, edges
from playloom_train.kinds.sprite.onnx_sketch import BATCH, CODE_GRID, PALETTE, Drawing, Sketch, condition
from playloom_train.onnx_writer import tensor


def _draw_encoder(s: Sketch, shape: GistEncoderShape) -> None:
    g = s.g
    seen = s.joined("seen", s.planes(), s.found("embedded", s.table("embedding"), "codes"))
    grid = torch.zeros(1, 1, OVERALL, OVERALL)
    x = s.joined("entered", _resized(s, seen), s.floats("edges", edges(grid)[:, :3]), _size(s))
    nothing = s.floats("nothing", torch.zeros(1, 1))
    x = s.blocks("high", s.layer("enter", x), nothing)
    x = s.blocks("low", s.layer("down", x), nothing)
    long = s.numbers("long", 1, shape.narrow * (OVERALL // 2) ** 2)
    flat = g.node("Reshape", [s.layer("narrow", x), long], "flat")
    s.as_whole(s.levels("last", s.row("last", s.row("dense", flat))), "gist")


def _resized(s: Sketch, x: str) -> str:
    """Return what is seen of codes on the grid of `OVERALL` cells a side."""
    g = s.g
    cells, many = s.numbers("overall", *range(OVERALL)), s.numbers("overall.count", OVERALL)
    for axis in (1, 2):
        places = g.node("Mul", [cells, s.size("codes", axis, axis)], f"places{axis}.fine")
        places = g.node("Div", [places, many], f"places{axis}")
        x = g.node("Gather", [x, places], f"resized{axis}", axis=axis + 1)
    return x


def _size(s: Sketch) -> str:
    """Return the size of the sprite on every cell of the grid."""
    g = s.g
    pace = s.floats("size.pace", torch.full((1, 1, OVERALL, OVERALL), 2 * CELL))
    size = g.node("Mul", [s.as_float(s.size("codes", 1, 1)), pace], "size.wide")
    return g.node("Min", [size, "top"], "size")


def _draw_prior(s: Sketch, shape: GistPriorShape) -> None:
    g = s.g
    seen, _ = s.colours()
    numbers = g.node("Unsqueeze", ["gist", s.axis(2)], "gist.wide")
    equal = g.node("Equal", [numbers, s.numbers("levels", *range(LEVELS))], "gist.equal")
    hot = g.node("Mul", [s.as_float(equal), "top"], "gist.hot")
    hot = g.node("Reshape", [hot, s.numbers("long", -1, shape.gist * LEVELS)], "gist.flat")
    more = (s.dense("known", hot), s.dense("outline", "shape"), s.dense("overview", s.summary(seen)))
    x = s.row("wanted", "condition", *more)
    for i in range(shape.layers):
        hidden = s.row(f"first.{i}", x)
        x = g.cut(s.add(s.dense(f"second.{i}", hidden, halved=True), x), f"second.{i}")
    logits = g.node("Floor", [s.dense("last", x, halved=True)], "last.floor")
    g.node("Reshape", [logits, s.numbers("square", -1, shape.gist, LEVELS)], "logits")


def _prior_inputs(shape: GistPriorShape) -> tuple[TensorSpec, ...]:
    outline = tensor("shape", "float32", BATCH, OVERALL**2 + 1)
    return tensor("gist", "int64", BATCH, shape.gist), PALETTE, condition(shape.condition, BATCH), outline


GIST_ENCODER = Drawing(
    GistEncoderShape,
    GistEncoder,
    inputs=lambda shape: (CODE_GRID,),
    outputs=lambda shape: (tensor("gist", "int64", 1, shape.gist),),
    draw=_draw_encoder,
    run="levels",
)

GIST_PRIOR = Drawing(
    GistPriorShape,
    GistPrior,
    inputs=_prior_inputs,
    outputs=lambda shape: (tensor("logits", "float32", BATCH, shape.gist, LEVELS),),
    draw=_draw_prior,
)
