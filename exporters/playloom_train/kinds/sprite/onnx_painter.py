"""The painter of the GAN as an ONNX graph, and back from the graph to the network."""

from typing import Any

import msgspec

from playloom.manifest import GraphSpec
from playloom_train.dyadic import EXACT
from playloom_train.kinds.sprite.gan import SIDE, START, Painter, PainterShape
from playloom_train.kinds.sprite.masked import convolutions
from playloom_train.kinds.sprite.onnx_graph import Sketch
from playloom_train.onnx_writer import restore, stored, tensor

PAINTER_FILE = "painter.onnx"


def painter_spec(shape: PainterShape) -> GraphSpec:
    """Return the inputs and outputs of the painter's graph."""
    return GraphSpec(
        file=PAINTER_FILE,
        inputs=(
            tensor("noise", "float32", 1, shape.noise),
            tensor("palette", "float32", "colours", 3),
            tensor("condition", "float32", 1, shape.condition),
        ),
        outputs=(
            tensor("alpha", "float32", 1, 2, SIDE, SIDE),
            tensor("colour", "float32", 1, "colours", SIDE, SIDE),
        ),
    )


def painter_graph(net: Painter) -> bytes:
    """Return the serialized graph of a painter.

    Raises:
        ValueError: If some sum could leave the whole numbers that fp32 holds exactly.
    """
    if net.widest_sum() >= EXACT:
        raise ValueError(f"a sum can reach {net.widest_sum()} grid steps; below {EXACT} it would be exact")
    s = Sketch(net)
    g = s.g
    _, key, overview = s.palette()
    noise = s.conv("chance", g.node("Unsqueeze", ["noise", s.axis(2, 3)], "noise.wide"))
    s.tell(overview, noise)
    x = g.squash(s.wider("begin", "told.squash", START), "begin")
    for i in reversed(range(len(net.shape.widths))):
        x = s.block(f"rise.{i}", x)
        if i > 0:
            x = g.squash(s.wider(f"up.{i - 1}", x), f"up.{i - 1}")
    features = s.layer("last", g.squash(s.wider("grow", x), "grow"))
    s.silhouette(features)
    g.node("Identity", [s.products(features, key)], "colour")
    return g.serialized("painter", painter_spec(net.shape))


def painter_net(data: bytes, network: dict[str, Any]) -> Painter:
    """Return the network of a graph, to go on training; ``network`` is the package's `network_settings`."""
    net, constants = Painter(msgspec.convert(network, PainterShape)), stored(data)
    for name, conv in convolutions(net):
        restore(conv, name, constants)
    return net
