"""The graph of a walker, and back from the graph to the network."""

from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playloom.kinds.walk.frames import CONDITIONS
from playloom.manifest import GraphSpec
from playloom_train.kinds.sprite.layers import SPECIAL
from playloom_train.kinds.sprite.onnx_exact import check_exact, restored
from playloom_train.kinds.sprite.onnx_sketch import (
    PALETTE,
    Orders,
    Sketch,
    blocks_first,
    condition,
)
from playloom_train.kinds.walk.walker import REACH, WISHES, WalkerNet, WalkerShape
from playloom_train.onnx_writer import tensor

GRAPH = "walker"
CASES = ((16, 16, 6), (32, 32, 12), (16, 24, 2), (24, 16, 20))  # height, width, colours of the samples
_FAR = 2**31 - 1  # beyond every edge
_PICTURES = ("front", "standing", "drawn")


def graph_spec() -> GraphSpec:
    """Return the inputs and outputs of the graph, in the order of the network's own."""
    pictures = tuple(tensor(name, "int64", 1, "height", "width") for name in _PICTURES)
    outputs = (
        tensor("alpha", "float32", 1, 2, "height", "width"),
        tensor("colour", "float32", 1, "colours", "height", "width"),
    )
    return GraphSpec(f"{GRAPH}.onnx", (*pictures, PALETTE, condition(CONDITIONS)), outputs)


def graph(net: WalkerNet) -> bytes:
    """Return the serialized graph of a network.

    Raises:
        ValueError: If it is not folded, or some sum could leave the whole numbers that fp32 holds exactly.
    """
    check_exact(GRAPH, net)
    sketch = Sketch(net, _orders(net.shape))
    _draw(sketch)
    return sketch.g.serialized(GRAPH, graph_spec())


def network(data: bytes, sizes: dict[str, Any]) -> WalkerNet:
    """Return the network of a graph that `graph` wrote, of these sizes, to go on training."""
    shape = msgspec.convert(sizes, WalkerShape)
    return restored(WalkerNet(shape), data, _orders(shape))


def sizes_of(net: WalkerNet) -> dict[str, Any]:
    """Return what a package says of the network, so that training can go on from it."""
    return asdict(net.shape)


def outputs(net: nn.Module, *inputs: Tensor) -> tuple[Tensor, ...]:
    """Return what torch makes of the inputs of the graph; the network takes batches of palettes."""
    *pictures, palette, told = inputs
    with torch.no_grad():
        made: tuple[Tensor, ...] = net(*pictures, palette[None], told)
    return made


def _orders(shape: WalkerShape) -> Orders:
    return {"enter": blocks_first((len(_PICTURES) * shape.embedding, 2), (4, 1))}


def _draw(s: Sketch) -> None:
    g = s.g
    seen, both = s.colours()
    key, told, looked = s.keys(both), s.told(seen), _looked(s, both)
    halved = g.node("SpaceToDepth", [looked], "halved", blocksize=2)
    high = s.blocks("fall.0", s.layer("enter", s.joined("entered", halved, s.edges(halved))), told)
    middle = s.blocks("fall.1", s.layer("down.0", high), told)
    x = s.blocks("fall.2", s.layer("down.1", middle), told)
    x = s.blocks("rise.2", x, told)
    x = s.blocks("rise.1", s.widened("up.1", x, middle), told)
    x = s.blocks("rise.0", s.widened("up.0", x, high), told)
    near = s.widened("grow", x, s.conv("near", looked))
    features = s.layer("last", s.block("fine", near, told))
    s.output("alpha", s.conv("silhouette", features, halved=True))
    _copied(s, features, s.products(features, key))


def _looked(s: Sketch, both: str) -> str:
    """Return the values of the tokens of all pictures (1, 3 E, H, W)."""
    g = s.g
    values = g.node("Squeeze", [s.layer("lookup.value", both), s.axis(0, 3)], "lookup.columns")
    rows = g.node("Transpose", [values], "lookup.rows", perm=[1, 0])
    table = g.node("Concat", [rows, s.table("lookup.special")], "lookup.table", axis=0)
    return s.joined("looked", *(s.found(f"{name}.looked", table, name) for name in _PICTURES))


def _copied(s: Sketch, features: str, colour: str) -> None:
    """Make the output "colour": the products, and what the colours that are wished for are given."""
    g = s.g
    wish = g.node("Floor", [s.conv("copy", features, halved=True)], "copy.floor")
    wish = g.node("Clip", [wish, "bottom", "top"], "wish")
    wide = g.node("Pad", [colour, s.numbers("room", 0, 0, 0, 0, 0, SPECIAL, 0, 0)], "colour.wide")
    given = g.node("ScatterElements", [wide, _wished(s), wish], "given", axis=1, reduction="add")
    g.node("Slice", [given, s.numbers("first", 0), s.size("palette", 0, 0), s.axis(1)], "colour")


def _wished(s: Sketch) -> str:
    """Return the tokens whose colours each pixel may wish for (1, N, H, W)."""
    g = s.g
    transparent = g.node("Squeeze", [s.size("palette", 0, 0), s.axis(0)], "transparent")
    room = s.numbers("around", 0, REACH, REACH, 0, REACH, REACH)
    back = [s.numbers("back.begin", -1), s.numbers("back.end", -_FAR), s.axis(2), s.numbers("back.pace", -1)]
    parts = []
    for number, (name, mirrored, offsets) in enumerate(WISHES):
        tokens = g.node("Slice", [name, *back], f"{name}.mirrored") if mirrored else name
        padded = g.node("Pad", [tokens, room, transparent], f"wished{number}")
        for place, (y, x) in enumerate(offsets):
            part = f"wished{number}.{place}"
            begin = s.numbers(f"{part}.begin", REACH + y, REACH + x)
            end = s.numbers(f"{part}.end", y - REACH or _FAR, x - REACH or _FAR)
            parts.append(g.node("Slice", [padded, begin, end, s.axis(1, 2)], part))
    return g.node("Unsqueeze", [g.node("Concat", parts, "wished", axis=0), s.axis(0)], "wished.all")


def samples(net: WalkerNet, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Return inputs of the graph at random and torch's outputs, by "CASE/TENSOR"."""
    random, spec = np.random.default_rng(seed), graph_spec()
    recorded: dict[str, NDArray[Any]] = {}
    for number, (high, wide, colours) in enumerate(CASES):
        arrays: dict[str, NDArray[Any]] = {
            name: random.integers(0, colours + SPECIAL, (1, high, wide)) for name in _PICTURES
        }
        arrays["palette"] = random.integers(0, 256, (colours, 3)).astype(np.float32)
        told = np.zeros((1, CONDITIONS), np.float32)
        told[0, random.permutation(CONDITIONS)[:2]] = 127
        arrays["condition"] = told
        made = outputs(net, *(torch.from_numpy(arrays[one.name]) for one in spec.inputs))
        arrays |= {one.name: part.numpy() for one, part in zip(spec.outputs, made, strict=True)}
        recorded |= {f"{number}/{name}": array for name, array in arrays.items()}
    return recorded
