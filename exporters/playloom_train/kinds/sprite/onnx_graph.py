"""The sprite networks as ONNX graphs, and back from these graphs to networks.

How each is drawn stands in `onnx_codes`, `onnx_gist`, `onnx_layout` and `onnx_painter`.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from playloom.manifest import GraphSpec
from playloom_train.kinds.sprite.onnx_codes import DENOISER, ENCODER
from playloom_train.kinds.sprite.onnx_exact import check_exact, restored
from playloom_train.kinds.sprite.onnx_gist import GIST_ENCODER, GIST_PRIOR
from playloom_train.kinds.sprite.onnx_layout import LAYOUT
from playloom_train.kinds.sprite.onnx_painter import PAINTER
from playloom_train.kinds.sprite.onnx_sketch import Sketch

DRAWINGS = {
    "encoder": ENCODER,
    "gist_encoder": GIST_ENCODER,
    "gist_prior": GIST_PRIOR,
    "layout": LAYOUT,
    "denoiser": DENOISER,
    "painter": PAINTER,
}


def graph_spec(name: str, net: Any) -> GraphSpec:
    """Return the inputs and outputs of a network's graph; ``name`` is one of `DRAWINGS`."""
    drawing = DRAWINGS[name]
    return GraphSpec(f"{name}.onnx", drawing.inputs(net.shape), drawing.outputs(net.shape))


def graph(name: str, net: Any) -> bytes:
    """Return the serialized graph of a network.

    Raises:
        ValueError: If it is not folded, or some sum could leave the whole numbers that fp32 holds exactly.
    """
    check_exact(name, net)
    drawing = DRAWINGS[name]
    sketch = Sketch(net, drawing.orders(net.shape))
    drawing.draw(sketch, net.shape)
    return sketch.g.serialized(name, graph_spec(name, net))


def network(name: str, data: bytes, sizes: dict[str, Any]) -> nn.Module:
    """Return the network of a graph: the same function, on the same grids, to go on training.

    Args:
        name: One of `DRAWINGS`.
        data: The graph, as `graph` wrote it.
        sizes: What the package says of this network, see `network_settings`.
    """
    drawing = DRAWINGS[name]
    shape: Any = msgspec.convert(sizes, drawing.shape)
    return restored(drawing.net(shape), data, drawing.orders(shape))


def network_settings(net: Any) -> dict[str, Any]:
    """Return what a package says of a network, so that training can go on from it."""
    return asdict(net.shape)


def outputs(name: str, net: nn.Module, *inputs: Tensor) -> Sequence[Tensor]:
    """Return what torch makes of the inputs of a network's graph, one tensor for each output."""
    # Torch's networks take a palette for each picture, graphs one for all.
    specs, batch = DRAWINGS[name].inputs(net.shape), len(inputs[0])
    batched = [
        x.expand(batch, -1, -1) if spec.name == "palette" else x
        for spec, x in zip(specs, inputs, strict=True)
    ]
    with torch.no_grad():
        made = getattr(net, DRAWINGS[name].run)(*batched)
    return [made] if isinstance(made, Tensor) else made
