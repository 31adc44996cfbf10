"""The running average of a network in training, which is what is kept of it."""

import torch
from torch import nn


def follow(average: nn.Module, net: nn.Module, most: float, step: int) -> None:
    """Move an average towards the network after a step; what is no weight is copied.

    Args:
        average: Of the same layers as ``net``.
        net: As it is now.
        most: How much of the average stays, at most; less at first, so that it forgets how it began.
        step: The number of steps taken.
    """
    stays = min(most, step / (step + 19))
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), 1 - stays)
        for mine, theirs in zip(average.buffers(), net.buffers(), strict=True):
            mine.copy_(theirs)
