"""The graphs that lead from a sprite to its codes and from codes to a sprite."""

import numpy as np

from playloom.manifest import TensorSpec
from playloom_train.kinds.sprite.layers import DIMENSIONS, LEVELS, NEIGHBOURS, REACH, SPECIAL
from playloom_train.kinds.sprite.networks import Denoiser, DenoiserShape, Encoder, EncoderShape
from playloom_train.kinds.sprite.onnx_sketch import (
    CODE_GRID,
    PALETTE,
    TOKENS,
    Drawing,
    Orders,
    Sketch,
    blocks_first,
    condition,
)
from playloom_train.onnx_writer import tensor

_FAR = 2**31 - 1  # beyond every edge


def _draw_encoder(s: Sketch, shape: EncoderShape) -> None:
    g = s.g
    seen, both = s.colours()
    told = s.row("overview", s.summary(seen))
    halved = g.node("SpaceToDepth", [s.looked(both)], "halved", blocksize=2)
    x = s.blocks("high", s.layer("enter", halved), told)
    x = s.blocks("low", s.layer("down", x), told)
    weights = g.constant("weights", (LEVELS ** np.arange(DIMENSIONS, dtype=np.float32)).reshape(1, -1, 1, 1))
    parts = g.node("Mul", [s.levels("last", s.layer("last", x)), weights], "parts")
    s.as_whole(g.node("ReduceSum", [parts, s.axis(1)], "code", keepdims=0), "codes")


def _encoder_orders(shape: EncoderShape) -> Orders:
    return {"enter": blocks_first((shape.embedding, 2))}


def _draw_denoiser(s: Sketch, shape: DenoiserShape) -> None:
    g = s.g
    seen, both = s.colours()
    key, told, looked = s.keys(both), s.told(seen), s.looked(both)
    halved = g.node("SpaceToDepth", [looked], "halved", blocksize=2)
    entered = s.layer("enter", s.joined("entered", halved, s.edges(halved)))
    fine = s.blocks("fall.0", entered, told)
    middle = s.layer("down.0", fine, s.conv("code", s.planes()))
    middle = s.blocks("fall.1", middle, told)
    x = s.blocks("fall.2", s.layer("down.1", middle), told)
    x = s.blocks("rise.2", x, told)
    x = s.blocks("rise.1", s.widened("up.1", x, middle), told)
    x = s.blocks("rise.0", s.widened("up.0", x, fine), told)
    features = s.layer("last", s.widened("grow", x, s.conv("near", looked)))
    s.output("alpha", s.conv("silhouette", features, halved=True))
    _copied(s, features, s.products(features, key))


def _copied(s: Sketch, features: str, colour: str) -> None:
    """Make the output "colour": the products, and what each known neighbour's colour is given."""
    g = s.g
    wish = g.node("Floor", [s.conv("copy", features, halved=True)], "copy.floor")
    wish = g.node("Clip", [wish, "bottom", "top"], "wish")
    wide = g.node("Pad", [colour, s.numbers("room", 0, 0, 0, 0, 0, SPECIAL, 0, 0)], "colour.wide")
    given = g.node("ScatterElements", [wide, _neighbours(s), wish], "given", axis=1, reduction="add")
    g.node("Slice", [given, s.numbers("first", 0), s.size("palette", 0, 0), s.axis(1)], "colour")


def _neighbours(s: Sketch) -> str:
    """Return the tokens of the neighbours (1, N, H, W)."""
    g = s.g
    transparent = g.node("Squeeze", [s.size("palette", 0, 0), s.axis(0)], "transparent")
    around = s.numbers("around", 0, REACH, REACH, 0, REACH, REACH)
    padded = g.node("Pad", ["tokens", around, transparent], "tokens.padded")
    parts = []
    for i, (y, x) in enumerate(NEIGHBOURS):
        begin = s.numbers(f"neighbour{i}.begin", REACH + y, REACH + x)
        end = s.numbers(f"neighbour{i}.end", y - REACH or _FAR, x - REACH or _FAR)
        parts.append(g.node("Slice", [padded, begin, end, s.axis(1, 2)], f"neighbour{i}"))
    back = [s.numbers("back.begin", -1), s.numbers("back.end", -_FAR), s.axis(2), s.numbers("back.pace", -1)]
    parts.append(g.node("Slice", ["tokens", *back], "opposite"))
    return g.node("Unsqueeze", [g.node("Concat", parts, "neighbours.flat", axis=0), s.axis(0)], "neighbours")


def _denoiser_inputs(shape: DenoiserShape) -> tuple[TensorSpec, ...]:
    return CODE_GRID, TOKENS, PALETTE, condition(shape.condition)


def _denoiser_orders(shape: DenoiserShape) -> Orders:
    return {"enter": blocks_first((shape.embedding, 2), (4, 1))}


ENCODER = Drawing(
    EncoderShape,
    Encoder,
    inputs=lambda shape: (TOKENS, PALETTE),
    outputs=lambda shape: (CODE_GRID,),
    draw=_draw_encoder,
    orders=_encoder_orders,
    run="codes",
)

DENOISER = Drawing(
    DenoiserShape,
    Denoiser,
    inputs=_denoiser_inputs,
    outputs=lambda shape: (
        tensor("alpha", "float32", 1, 2, "height", "width"),
        tensor("colour", "float32", 1, "colours", "height", "width"),
    ),
    draw=_draw_denoiser,
    orders=_denoiser_orders,
)
