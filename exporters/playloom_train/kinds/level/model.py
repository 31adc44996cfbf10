"""The level network: a masked-token U-Net whose arithmetic is exact on every machine (see `dyadic`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import GRID, INPUT_SCALE, TOP, DyadicConv, squash, through, whole


@dataclass(frozen=True)
class Shape:
    """Sizes of a network; widths from full resolution down, each half of the one before."""

    vocabulary: int
    condition: int
    widths: tuple[int, ...] = (16, 48, 64, 128)


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
        table = through(self.grid_embedding(), soft)
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
        return whole(logits)

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
