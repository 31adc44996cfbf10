"""The graph of the network that lays out the codes of a sprite."""

import numpy as np
import torch

from playloom.manifest import TensorSpec
from playloom_train.dyadic import TOP
from playloom_train.kinds.sprite.layers import CELL, CODES, DIMENSIONS, LEVELS, value_of
from playloom_train.kinds.sprite.layout import BRIEF, Layout, LayoutShape
from playloom_train.kinds.sprite.onnx_sketch import (
    BATCH,
    CELLS,
    PALETTE,
    Drawing,
    Orders,
    Sketch,
    blocks_first,
    condition,
)
from playloom_train.onnx_writer import tensor


def _draw(s: Sketch, shape: LayoutShape) -> None:
    g = s.g
    seen, _ = s.colours()
    dense = s.row("gist", _gist(s))
    told = s.row("gist_told", dense, s.told(seen))
    embedded = s.found("embedded", s.table("embedding"), "codes")
    entered = s.joined("entered", embedded, s.edges(embedded), s.planes(), _silhouette(s))
    kept = s.blocks("fall.0", s.layer("enter", entered), told)
    square = s.numbers("brief.shape", -1, shape.brief, BRIEF, BRIEF)
    brief = g.node("Reshape", [s.row("gist_map", dense), square], "brief")
    low = s.layer("down", kept, s.conv("join", _resized(s, brief)))
    low = s.blocks("rise.1", s.blocks("fall.1", low, told), told)
    x = s.blocks("rise.0", s.widened("up", low, kept), told)
    s.output("logits", s.conv("last", s.layer("features", x), halved=True))


def _gist(s: Sketch) -> str:
    """Return the numbers of the gist, and whether they are known (B, G + 1)."""
    g = s.g
    values = value_of(torch.arange(LEVELS + 1))
    numbers = g.node("Gather", [s.floats("gist.values", values), "gist"], "gist.numbers")
    one = g.node("Slice", ["gist", s.numbers("one.begin", 0), s.numbers("one.end", 1), s.axis(1)], "gist.one")
    known = g.node("Gather", [s.floats("gist.knowing", (values > 0) * TOP), one], "gist.known")
    return s.joined("gist.both", numbers, known)


def _silhouette(s: Sketch) -> str:
    """Return which pixels of each cell are transparent and which are not (B, 2 `CELL`**2, h, w)."""
    g = s.g
    after = g.node("Sub", ["tokens", s.size("palette", 0, 0)], "tokens.after")  # colours are below 0
    bounds = [
        g.constant("after.least", np.array(-1, np.int64)),
        g.constant("after.most", np.array(2, np.int64)),
    ]
    sort = g.node("Clip", [after, *bounds], "after.sort")
    rows = g.node("Add", [sort, s.numbers("after.first", 1)], "sort")
    # By sort: a colour, transparent, solid, unknown.
    planes = torch.tensor([[0, 1], [1, 0], [0, 1], [0, 0]]) * TOP
    wide = s.found("silhouette.wide", s.floats("silhouette.rows", planes), rows)
    return g.node("SpaceToDepth", [wide], "silhouette", blocksize=CELL)


def _resized(s: Sketch, x: str) -> str:
    """Return the map of the gist on a grid of half as many cells as there are codes."""
    g = s.g
    begin, pace = g.constant("begin", np.array(0)), g.constant("pace.place", np.array(1))
    many = s.floats("brief.count", BRIEF)
    half = s.numbers("half.cells", 2)
    for axis in (1, 2):
        cells = g.node("Div", [s.size("codes", axis, axis), half], f"half{axis}")
        count = g.node("Squeeze", [cells, s.axis(0)], f"half{axis}.count")
        every = s.as_float(g.node("Range", [begin, count, pace], f"every{axis}"))
        # Divided as floats, exactly enough: the scan takes no whole numbers divided by what is not stored.
        share = g.node(
            "Div", [g.node("Mul", [every, many], f"fine{axis}"), s.as_float(cells)], f"share{axis}"
        )
        places = s.as_whole(g.node("Floor", [share], f"floor{axis}"), f"places{axis}")
        x = g.node("Gather", [x, places], f"resized{axis}", axis=axis + 1)
    return x


def _inputs(shape: LayoutShape) -> tuple[TensorSpec, ...]:
    codes, gist = tensor("codes", "int64", BATCH, *CELLS), tensor("gist", "int64", BATCH, shape.gist)
    tokens = tensor("tokens", "int64", BATCH, "height", "width")
    return codes, gist, tokens, PALETTE, condition(shape.condition, BATCH)


def _orders(shape: LayoutShape) -> Orders:
    plain = shape.embedding + 4 + DIMENSIONS + 1
    return {"enter": blocks_first((plain, 1), (2, CELL))}


LAYOUT = Drawing(
    LayoutShape,
    Layout,
    inputs=_inputs,
    outputs=lambda shape: (tensor("logits", "float32", BATCH, CODES, *CELLS),),
    draw=_draw,
    orders=_orders,
)
