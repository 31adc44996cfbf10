"""The GAN: a painter that makes a sprite of 32x32 in one pass, and the judge that trains it.

A conditional DCGAN-style generator (Radford et al. 2016, Goodfellow et al. 2014)
on the dyadic grid; like the denoiser it chooses among the palette's colours by
their keys, so that what it paints is in the palette by construction. The judge is ordinary floating
point and never leaves the training machine.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import LOGITS_PER_NAT, FoldingConv, squash, whole
from playloom_train.kinds.sprite.layers import Block, KeyedPaletteNet, products, widest_sum

START = 4  # pixels a side of the first canvas
SIDE = 32  # of the sprite


@dataclass(frozen=True)
class PainterShape:
    """Sizes of a painter; ``widths`` at 16x16, 8x8 and 4x4."""

    condition: int
    noise: int = 64
    widths: tuple[int, ...] = (40, 80, 160)
    features: int = 24
    told: int = 128
    colour: int = 64


class Painter(nn.Module):
    """Noise, palette and condition in; alpha and colour logits of 32x32 out, whole numbers of 1/32 nat."""

    def __init__(self, shape: PainterShape) -> None:
        super().__init__()
        widths, told = shape.widths, shape.told
        self.shape = shape
        self.palette = KeyedPaletteNet(shape.colour, shape.features)
        self.wanted = FoldingConv(shape.condition, told, 1, normed=False)
        self.overview = FoldingConv(2 * shape.colour, told, 1, normed=False)
        self.chance = FoldingConv(shape.noise, told, 1, normed=False)
        self.inner = FoldingConv(told, told, 1)
        self.begin = FoldingConv(told, widths[-1] * START * START, 1)
        self.up = nn.ModuleList([FoldingConv(deep, 4 * wide, 1) for wide, deep in pairwise(widths)])
        self.rise = nn.ModuleList([Block(width, told) for width in widths])
        self.grow = FoldingConv(widths[0], 4 * shape.features, 1)
        self.last = FoldingConv(shape.features, shape.features, 3)
        self.silhouette = FoldingConv(shape.features, 2, 1, 0.5, normed=False)

    def forward(
        self, noise: Tensor, palette: Tensor, condition: Tensor, given: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return alpha (B, 2, 32, 32: transparent, solid) and colour (B, P, 32, 32).

        Args:
            noise: (B, Z), whole numbers 0..127.
            palette: Colours (B, P, 3), 0..255.
            condition: (B, C), whole numbers 0..127.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        _, key, summary = self.palette(palette, given)
        told = self.wanted(condition[:, :, None, None]) + self.overview(summary)
        told = squash(self.inner(squash(told + self.chance(noise[:, :, None, None]))))
        x = F.pixel_shuffle(squash(self.begin(told)), START)
        for i in reversed(range(len(self.rise))):
            x = self.rise[i](x, told)
            if i > 0:
                x = squash(F.pixel_shuffle(self.up[i - 1](x), 2))
        features = squash(self.last(squash(F.pixel_shuffle(self.grow(x), 2))))
        return whole(self.silhouette(features)), products(features, key)

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, (("wanted", "overview", "chance"),), self.shape.features)


def painted(alpha: Tensor, colour: Tensor, palette: Tensor, given: Tensor) -> Tensor:
    """Return pictures (B, 4, H, W) of the most likely choices: colour -1..1 times alpha, alpha 0 or 1.

    The gradient goes straight through the choice to the probabilities.
    """
    colour = colour.masked_fill(given[:, :, None, None] == 0, -1e5)
    solid = _chosen(alpha)[:, 1:]
    mixed = torch.einsum("bphw,bpc->bchw", _chosen(colour), palette / 127.5 - 1)
    return torch.cat([mixed * solid, solid], 1)


def _chosen(logits: Tensor) -> Tensor:
    soft = (logits / LOGITS_PER_NAT).softmax(1)
    hard = torch.zeros_like(soft).scatter_(1, soft.argmax(1, keepdim=True), 1.0)
    return hard + soft - soft.detach()


class Judge(nn.Module):
    """Says how real a picture (B, 4, 32, 32) looks that should keep a condition (B, C)."""

    def __init__(self, condition: int, widths: tuple[int, ...] = (48, 96, 160), told: int = 96) -> None:
        super().__init__()
        self.enter = nn.Conv2d(16, widths[0], 3, padding=1)
        self.layers = nn.ModuleList(
            [nn.Conv2d(wide, deep, 4, stride=2, padding=1) for wide, deep in pairwise(widths)]
        )
        self.inner = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for width in widths])
        self.last = nn.Conv2d(widths[-1] + 1, widths[-1], 3, padding=1)
        self.dense = nn.Linear(widths[-1] * START * START, told)
        self.told = nn.Linear(condition, told)
        self.score = nn.Linear(told, 1)

    def forward(self, pictures: Tensor, condition: Tensor) -> Tensor:
        """Return scores (B,); above 0 means real (projection, Miyato and Koyama 2018)."""
        x = F.leaky_relu(self.enter(F.pixel_unshuffle(pictures, 2)), 0.2)
        for i, inner in enumerate(self.inner):
            x = (x + F.leaky_relu(inner(x), 0.2)) * 0.7
            if i < len(self.layers):
                x = F.leaky_relu(self.layers[i](x), 0.2)
        x = F.leaky_relu(self.last(torch.cat([x, _spread(x)], 1)), 0.2)
        x = F.leaky_relu(self.dense(x.flatten(1)), 0.2)
        match = (x * self.told(condition / 127)).sum(1) / x.shape[1] ** 0.5
        return cast(Tensor, self.score(x)[:, 0] + match)


def _spread(x: Tensor, group: int = 8) -> Tensor:
    """Return (B, 1, h, w): how much pictures of one group differ (Karras et al. 2018)."""
    group = group if len(x) % group == 0 else len(x)
    parts = x.view(len(x) // group, group, *x.shape[1:])
    # A small term under the root keeps its gradient finite where all are alike.
    spread = (parts.var(1, unbiased=False) + 1e-6).sqrt().mean((1, 2, 3))
    return spread.repeat_interleave(group)[:, None, None, None].expand(-1, 1, *x.shape[2:])


def augmented(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Return pictures moved, cut out and tinted at random, differentiably (DiffAugment, Zhao et al. 2020)."""
    count, _, high, wide = pictures.shape
    device = pictures.device

    def chance(*size: int) -> Tensor:
        return torch.rand(size, generator=random).to(device)

    colour, alpha = pictures[:, :3], pictures[:, 3:]
    tint = (chance(count, 1, 1, 1) - 0.5) * 0.6
    colour = (colour + tint * alpha) * (0.7 + 0.6 * chance(count, 1, 1, 1))
    x = torch.cat([colour, alpha], 1)
    reach = high // 8
    x = F.pad(x, (reach,) * 4)
    moves = torch.randint(0, 2 * reach + 1, (count, 2), generator=random).to(device)
    rows = (torch.arange(high, device=device)[None] + moves[:, :1])[:, None, :, None]
    columns = (torch.arange(wide, device=device)[None] + moves[:, 1:])[:, None, None, :]
    x = x.gather(2, rows.expand(-1, 4, -1, x.shape[3])).gather(3, columns.expand(-1, 4, high, -1))
    middle = chance(count, 2, 1, 1) * high
    far = (torch.arange(high, device=device) - middle[:, 0]).abs()[:, :, :] > high // 5
    wide_off = (torch.arange(wide, device=device) - middle[:, 1]).abs() > wide // 5
    kept = far.transpose(1, 2) | wide_off | (chance(count, 1, 1) < 0.5)
    return x * kept[:, None]
