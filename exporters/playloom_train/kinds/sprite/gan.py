"""The painter: a sprite of 32x32 in one pass, told its gist.

The decoder of a VAE-GAN (Larsen et al. 2016) whose latent numbers are a sprite's gist: these come from the
prior of gists, so that shapes vary as they do among sprites; what noise alone was told to it painted one pose
a category. It is on the dyadic grid and chooses among the palette's colours by their keys, like the denoiser.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import FoldingConv, squash, whole
from playloom_train.kinds.sprite.layers import Block, KeyedPaletteNet, products, value_of, widest_sum

START = 4  # pixels a side of the first canvas
SIDE = 32  # of the sprite


@dataclass(frozen=True)
class PainterShape:
    """Sizes of a painter; ``widths`` at 16x16, 8x8 and 4x4."""

    condition: int
    gist: int = 64
    widths: tuple[int, ...] = (40, 80, 128)
    features: int = 24
    told: int = 128
    dense: int = 192
    colour: int = 48


class Painter(nn.Module):
    """Gist, palette and condition in; alpha and colour logits of 32x32 out, whole numbers of 1/32 nat."""

    def __init__(self, shape: PainterShape) -> None:
        super().__init__()
        widths, told = shape.widths, shape.told
        self.shape = shape
        self.palette = KeyedPaletteNet(shape.colour, shape.features)
        self.wanted = FoldingConv(shape.condition, told, 1, normed=False)
        self.overview = FoldingConv(2 * shape.colour, told, 1, normed=False)
        self.dense = FoldingConv(shape.gist, shape.dense, 1)
        self.heard = FoldingConv(shape.dense, told, 1, normed=False)
        self.begin = FoldingConv(shape.dense, widths[-1] * START * START, 1)
        self.up = nn.ModuleList([FoldingConv(deep, 4 * wide, 1) for wide, deep in pairwise(widths)])
        self.rise = nn.ModuleList([Block(width, told) for width in widths])
        self.grow = FoldingConv(widths[0], 4 * shape.features, 1)
        self.fine = Block(shape.features, told)
        self.last = FoldingConv(shape.features, shape.features, 3)
        self.silhouette = FoldingConv(shape.features, 2, 1, 0.5, normed=False)

    def forward(
        self, gist: Tensor, palette: Tensor, condition: Tensor, given: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return alpha (B, 2, 32, 32: transparent, solid) and colour (B, P, 32, 32).

        Args:
            gist: (B, G), 0..`LEVELS` - 1; `LEVELS`, unknown, is taken for nothing.
            palette: Colours (B, P, 3), 0..255.
            condition: (B, C), whole numbers 0..127.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        _, key, summary = self.palette(palette, given)
        dense = squash(self.dense(value_of(gist)[:, :, None, None]))
        told = self.wanted(condition[:, :, None, None]) + self.overview(summary) + self.heard(dense)
        told = squash(told)
        x = F.pixel_shuffle(squash(self.begin(dense)), START)
        for i in reversed(range(len(self.rise))):
            x = self.rise[i](x, told)
            if i > 0:
                x = squash(F.pixel_shuffle(self.up[i - 1](x), 2))
        # Two looks around at every pixel of what came in blocks of four; without them there are streaks.
        x = self.fine(squash(F.pixel_shuffle(self.grow(x), 2)), told)
        features = squash(self.last(x))
        return whole(self.silhouette(features)), products(features, key)

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, (("wanted", "overview", "heard"),), self.shape.features)
