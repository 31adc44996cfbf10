"""The level network: a masked-token U-Net whose arithmetic is exact on every machine.

Every activation is a whole number 0..127 and every weight a multiple of
1/128 (the dyadic grid of the design), so that sums stay below 2**24 steps of the grid and fp32 adds
them exactly in any order. Training sees the rounding and passes gradients
straight through it (Bengio et al. 2013).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

GRID = 128  # weight steps to the unit
TOP = 127  # highest activation and highest weight step
EXACT = 1 << 24  # whole numbers below are exact in fp32
INPUT_SCALE = 32.0  # embeddings and biases are learned in units of this many activation steps
LOGITS_PER_NAT = 32.0


@dataclass(frozen=True)
class Shape:
    """Sizes of a network; widths from full resolution down, each half of the one before."""

    vocabulary: int
    condition: int
    widths: tuple[int, ...] = (16, 48, 64, 128)


def _through(exact: Tensor, soft: Tensor) -> Tensor:
    """Value of ``exact``, gradient of ``soft``."""
    return soft + (exact - soft).detach()


class DyadicConv(nn.Module):
    """Convolution with weights on the grid; kernel 1 or 3 with padding, or 2 with stride 2."""

    def __init__(self, inputs: int, outputs: int, kernel: int, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.weight.data *= gain * (2.0 / (inputs * kernel * kernel)) ** 0.5
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.stride, self.padding = (2, 0) if kernel == 2 else (1, kernel // 2)

    def grid_weight(self) -> Tensor:
        """Weights in steps of 1/128, whole numbers -127..127."""
        return (self.weight * GRID).round().clamp(-TOP, TOP)

    def grid_bias(self) -> Tensor:
        """Bias in steps of 1/128 of an activation step, whole numbers."""
        return (self.bias * (INPUT_SCALE * GRID)).round()

    def forward(self, x: Tensor) -> Tensor:
        """Return the exact sums, multiples of 1/128."""
        weight = _through(self.grid_weight() / GRID, self.weight)
        bias = _through(self.grid_bias() / GRID, self.bias * INPUT_SCALE)
        return F.conv2d(x, weight, bias, self.stride, self.padding)


def squash(x: Tensor) -> Tensor:
    """Round half up and clip to 0..127."""
    soft = x.clamp(0, TOP)
    return _through(torch.floor(x + 0.5).clamp(0, TOP), soft)


class Block(nn.Module):
    """Residual block: two convolutions, shifted by the condition; channels between them may be dropped."""

    def __init__(self, width: int, condition: int) -> None:
        super().__init__()
        self.dropout = 0.0  # while training
        self.first = DyadicConv(width, width, 3)
        self.second = DyadicConv(width, width, 3, gain=0.3)
        self.shift = DyadicConv(condition, width, 1, gain=0.3)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Return activations of the same shape as ``x`` (B, width, h, w)."""
        hidden = squash(self.first(x) + self.shift(condition))
        if self.training and self.dropout:
            hidden = F.dropout2d(hidden, self.dropout)
        return squash(x + self.second(hidden))


class LevelNet(nn.Module):
    """Tokens (B, H, W) and condition (B, D) in, logits (B, V, H, W) out.

    H and W are multiples of 2 to the number of widths but one.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths, told = shape.widths, shape.condition
        self.shape = shape
        self.embedding = nn.Parameter(torch.randn(shape.vocabulary + 2, widths[0]))
        self.enter = DyadicConv(widths[0], widths[0], 3)
        self.down = nn.ModuleList([DyadicConv(wide, deep, 2) for wide, deep in pairwise(widths)])
        # Each upward step makes four cells of one, every one from channels of its own.
        self.up = nn.ModuleList([DyadicConv(deep, 4 * wide, 1) for deep, wide in pairwise(widths[::-1])])
        self.fall = nn.ModuleList([Block(width, told) for width in widths])
        self.rise = nn.ModuleList([Block(width, told) for width in widths[::-1]])
        self.polish = Block(widths[0], told)
        self.head = DyadicConv(widths[0], shape.vocabulary, 1, gain=0.5)

    def grid_embedding(self) -> Tensor:
        """One row of activations 0..127 a token."""
        return (self.embedding * INPUT_SCALE + INPUT_SCALE).round().clamp(0, TOP)

    def forward(self, tokens: Tensor, condition: Tensor) -> Tensor:
        """Return logits in steps of 1/32 nat, whole numbers."""
        soft = (self.embedding * INPUT_SCALE + INPUT_SCALE).clamp(0, TOP)
        table = _through(self.grid_embedding(), soft)
        x = squash(self.enter(F.embedding(tokens, table).permute(0, 3, 1, 2)))
        told = condition[:, :, None, None]
        kept = []
        for i, block in enumerate(self.fall):
            x = block(x, told)
            if i < len(self.down):
                kept.append(x)
                x = squash(self.down[i](x))
        for i, block in enumerate(self.rise):
            x = block(x, told)
            if i < len(self.up):
                x = squash(F.pixel_shuffle(self.up[i](x), 2) + kept[-1 - i])
        logits = cast(Tensor, self.head(self.polish(x, told)))
        return _through(torch.floor(logits + 0.5), logits)

    def drop(self, share: float) -> None:
        """Have each block drop this share of its channels while training."""
        for module in self.modules():
            if isinstance(module, Block):
                module.dropout = share

    def convolutions(self) -> Iterator[tuple[str, DyadicConv]]:
        """Every convolution with its name."""
        for name, module in self.named_modules():
            if isinstance(module, DyadicConv):
                yield name, module

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        sums = {
            name: conv.grid_weight().abs().sum((1, 2, 3)) * TOP + conv.grid_bias().abs()
            for name, conv in self.convolutions()
        }
        worst = 0.0
        for name, alone in sums.items():
            shift = sums.get(name.removesuffix("first") + "shift") if name.endswith(".first") else None
            total = alone if shift is None else alone + shift
            worst = max(
                worst, float(total.detach().max()) + TOP * GRID + GRID
            )  # the residual and the half that rounds
        return int(worst)
