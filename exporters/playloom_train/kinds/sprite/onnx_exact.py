"""What holds for the graph of every network on the grid: sums are exact, and it leads back to the network."""

from typing import Any, TypeVar

import torch
from torch import nn

from playloom_train.dyadic import EXACT, INPUT_SCALE
from playloom_train.kinds.sprite.layers import convolutions
from playloom_train.kinds.sprite.onnx_sketch import ROWS, SUMS, Orders
from playloom_train.onnx_writer import restore, stored

Net = TypeVar("Net", bound=nn.Module)


def check_exact(name: str, net: Any) -> None:
    """Refuse to draw a network whose graph would not be exact.

    Raises:
        ValueError: If it is not folded, or some sum could leave the whole numbers that fp32 holds exactly.
    """
    unfolded = [part for part, conv in convolutions(net) if not getattr(conv, "folded", True)]
    if unfolded:
        raise ValueError(f"{name}: {unfolded[0]} is not folded; fold the network before it is exported")
    grids = [conv.grid for _, conv in convolutions(net)]
    if min(grids) < 2:
        raise ValueError(
            f"{name}: weights on a grid of {min(grids)}; the half that rounding adds needs one of 2"
        )
    widest = net.widest_sum() + max(grids) // 2  # with that half
    if widest >= EXACT:
        raise ValueError(f"{name}: a sum can reach {widest} grid steps; below {EXACT} it would be exact")


def restored(net: Net, data: bytes, orders: Orders) -> Net:
    """Return a network with the weights and tables of its graph, to go on training.

    Args:
        net: New, of the same shape.
        data: The graph.
        orders: Of input channels, as the graph was drawn.
    """
    constants = stored(data)
    for part, conv in convolutions(net):
        restore(conv, part + SUMS, constants, orders.get(part))
    with torch.no_grad():
        for part, table in net.named_parameters():
            if part + ROWS in constants:
                table.copy_(torch.from_numpy(constants[part + ROWS] / INPUT_SCALE - 1))
    return net.eval()
