"""The level network as an ONNX graph."""

import numpy as np

from playloom.manifest import GraphSpec
from playloom_train.dyadic import EXACT
from playloom_train.kinds.level.model import LevelNet, Shape
from playloom_train.onnx_writer import GraphWriter, tensor

GRAPH_FILE = "denoiser.onnx"


def level_spec(shape: Shape) -> GraphSpec:
    """Return the inputs and outputs of the level network's graph."""
    return GraphSpec(
        file=GRAPH_FILE,
        inputs=(
            tensor("tokens", "int64", 1, "height", "width"),
            tensor("condition", "float32", 1, shape.condition),
        ),
        outputs=(tensor("logits", "float32", 1, shape.vocabulary, "height", "width"),),
    )


def level_graph(net: LevelNet) -> bytes:
    """Return the serialized graph: tokens, condition -> logits, any height and width that halve often enough.

    Raises:
        ValueError: If some channel's sum could leave the whole numbers that fp32 holds exactly.
    """
    if net.widest_sum() >= EXACT:
        raise ValueError(f"a sum can reach {net.widest_sum()} grid steps; below {EXACT} it would be exact")
    g = GraphWriter()
    convs = dict(net.convolutions())

    def conv(name: str, x: str) -> str:
        return g.convolution(convs[name], name, x)

    def block(name: str, x: str) -> str:
        shifted = g.node("Add", [conv(f"{name}.first", x), conv(f"{name}.shift", "told")], f"{name}.sum")
        second = conv(f"{name}.second", g.squash(shifted, f"{name}.first"))
        return g.squash(g.node("Add", [x, second], f"{name}.residual"), name)

    table = g.constant("embedding", net.grid_embedding().detach().numpy().astype(np.float32))
    axes = g.constant("axes", np.array([2, 3], np.int64))
    g.node("Unsqueeze", ["condition", axes], "told")
    looked = g.node("Gather", [table, "tokens"], "looked", axis=0)
    x = g.squash(conv("enter", g.node("Transpose", [looked], "channels", perm=[0, 3, 1, 2])), "enter")
    kept = []
    depth = len(net.shape.widths)
    for i in range(depth):
        x = block(f"fall.{i}", x)
        if i < depth - 1:
            kept.append(x)
            x = g.squash(conv(f"down.{i}", x), f"down.{i}")
    for i in range(depth):
        x = block(f"rise.{i}", x)
        if i < depth - 1:
            # CRD is the order of channels of torch's pixel_shuffle.
            wider = g.node("DepthToSpace", [conv(f"up.{i}", x)], f"up.{i}.wider", blocksize=2, mode="CRD")
            x = g.squash(g.node("Add", [wider, kept[-1 - i]], f"up.{i}.sum"), f"up.{i}")
    g.node("Identity", [g.floor(conv("head", block("polish", x)), "head")], "logits")
    return g.serialized("level", level_spec(net.shape))
