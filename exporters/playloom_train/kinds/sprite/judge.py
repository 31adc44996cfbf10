"""The judge that a painter learns from: it tells painted sprites from real ones, and never leaves training.

Ordinary floating point. What it is shown is changed at random in ways that gradients pass (DiffAugment, Zhao
et al. 2020), so that a few thousand sprites are not learnt by heart.
"""

from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import LOGITS_PER_NAT

_END = 4  # cells a side at which it comes to a score


def painted(alpha: Tensor, colour: Tensor, palette: Tensor, given: Tensor) -> Tensor:
    """Return pictures (B, 4, H, W) of the most likely choices: colour -1..1 times alpha, alpha 0 or 1.

    The gradient goes straight through the choice to the probabilities.
    """
    colour = colour.masked_fill(given[:, :, None, None] == 0, -1e5)
    solid = _chosen(alpha)[:, 1:]
    mixed = torch.einsum("bphw,bpc->bchw", _chosen(colour), palette / 127.5 - 1)
    return torch.cat([mixed * solid, solid], 1)


def pictures(tokens: Tensor, palette: Tensor) -> Tensor:
    """Return real sprites (B, H, W) as `painted` makes them; the token after the palette is transparent."""
    table = F.pad(palette / 127.5 - 1, (0, 1, 0, 1))
    table[:, :-1, 3] = 1
    places = tokens.flatten(1)[..., None].expand(-1, -1, 4)
    return table.gather(1, places).transpose(1, 2).reshape(len(tokens), 4, *tokens.shape[1:])


def _chosen(logits: Tensor) -> Tensor:
    soft = (logits / LOGITS_PER_NAT).softmax(1)
    hard = torch.zeros_like(soft).scatter_(1, soft.argmax(1, keepdim=True), 1.0)
    return hard + soft - soft.detach()


class Judge(nn.Module):
    """Says how real a picture (B, 4, 32, 32) looks that should keep a condition and fit a palette."""

    def __init__(self, condition: int, widths: tuple[int, ...] = (32, 64, 128), told: int = 96) -> None:
        super().__init__()
        self.enter = nn.Conv2d(16, widths[0], 3, padding=1)
        self.down = nn.ModuleList(
            [nn.Conv2d(wide, deep, 4, stride=2, padding=1) for wide, deep in pairwise(widths)]
        )
        self.inner = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for width in widths])
        self.last = nn.Conv2d(widths[-1] + 1, widths[-1], 3, padding=1)
        self.dense = nn.Linear(widths[-1] * _END * _END, told)
        self.told = nn.Linear(condition, told)
        self.colour = nn.Sequential(nn.Linear(3, told), nn.LeakyReLU(0.2), nn.Linear(told, told))
        self.score = nn.Linear(told, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                # Torch's own first weights let a picture fade from layer to layer, and the judge learns late.
                nn.init.kaiming_normal_(layer.weight, 0.2)

    def forward(self, shown: Tensor, condition: Tensor, palette: Tensor, given: Tensor) -> Tensor:
        """Return scores (B,); above 0 means real (projection, Miyato and Koyama 2018)."""
        x = F.leaky_relu(self.enter(F.pixel_unshuffle(shown, 2)), 0.2)
        for i, inner in enumerate(self.inner):
            x = (x + F.leaky_relu(inner(x), 0.2)) * 0.7
            if i < len(self.down):
                x = F.leaky_relu(self.down[i](x), 0.2)
        x = F.leaky_relu(self.last(torch.cat([x, _spread(x)], 1)), 0.2)
        x = F.leaky_relu(self.dense(x.flatten(1)), 0.2)
        colours = self.colour(palette / 127.5 - 1) * given[..., None]
        told = self.told(condition / 127) + colours.sum(1) / given.sum(1, keepdim=True)
        return cast(Tensor, self.score(x)[:, 0] + (x * told).sum(1) / x.shape[1] ** 0.5)


def _spread(x: Tensor, group: int = 8) -> Tensor:
    """Return (B, 1, h, w): how much pictures of one group differ (Karras et al. 2018)."""
    group = group if len(x) % group == 0 else len(x)
    parts = x.view(len(x) // group, group, *x.shape[1:])
    # A small term under the root keeps its gradient finite where all are alike.
    spread = (parts.var(1, unbiased=False) + 1e-6).sqrt().mean((1, 2, 3))
    return spread.repeat_interleave(group)[:, None, None, None].expand(-1, 1, *x.shape[2:])


def augmented(shown: Tensor) -> Tensor:
    """Return pictures (B, 4, H, W) moved and half of them with a hole; their colours vary in the data."""
    count, _, high, wide = shown.shape
    device = shown.device

    def chance(*size: int) -> Tensor:
        return torch.rand(size, device=device)

    reach = high // 8
    x = F.pad(shown, (reach,) * 4)
    moves = torch.randint(0, 2 * reach + 1, (count, 2), device=device)
    rows = (torch.arange(high, device=device)[None] + moves[:, :1])[:, None, :, None]
    columns = (torch.arange(wide, device=device)[None] + moves[:, 1:])[:, None, None, :]
    x = x.gather(2, rows.expand(-1, 4, -1, x.shape[3])).gather(3, columns.expand(-1, 4, high, -1))
    middle = chance(count, 2, 1, 1) * high
    far = (torch.arange(high, device=device) - middle[:, 0]).abs()[:, :, :] > high // 5
    wide_off = (torch.arange(wide, device=device) - middle[:, 1]).abs() > wide // 5
    kept = far.transpose(1, 2) | wide_off | (chance(count, 1, 1) < 0.5)
    return x * kept[:, None]
