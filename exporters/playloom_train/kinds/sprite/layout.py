"""The network that lays out the codes of a sprite, told its gist."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import TOP, FoldingConv, squash, whole
from playloom_train.kinds.sprite.layers import (
    CELL,
    CODES,
    DIMENSIONS,
    Blocks,
    PaletteNet,
    Told,
    code_planes,
    edges,
    on_grid,
    resized,
    shape_planes,
    value_of,
    widest_sum,
)

BRIEF = 4  # cells a side of the map that a gist becomes


@dataclass(frozen=True)
class LayoutShape:
    """Sizes; ``widths`` on the grid of codes and on half of it."""

    condition: int
    gist: int = 64
    widths: tuple[int, int] = (112, 224)
    fall: tuple[int, int] = (1, 1)
    rise: tuple[int, int] = (2, 1)
    embedding: int = 48
    features: int = 64
    told: int = 128
    colour: int = 48
    brief: int = 48  # channels of the map that the gist becomes
    dense: int = 256


class Layout(nn.Module):
    """Codes of which some are known, gist, known silhouette, palette and condition to logits of the codes."""

    def __init__(self, shape: LayoutShape) -> None:
        super().__init__()
        (first, second), told = shape.widths, shape.told
        self.shape = shape
        self.palette = PaletteNet(shape.colour)
        self.told = Told(shape.condition, shape.colour, told)
        self.gist = FoldingConv(shape.gist + 1, shape.dense, 1)
        self.gist_told = FoldingConv(shape.dense, told, 1)
        self.gist_map = FoldingConv(shape.dense, shape.brief * BRIEF**2, 1)
        self.join = FoldingConv(shape.brief, second, 3)
        self.embedding = nn.Parameter(torch.randn(CODES + 1, shape.embedding))
        self.enter = FoldingConv(shape.embedding + 4 + DIMENSIONS + 1 + 2 * CELL**2, first, 3)
        self.down = FoldingConv(first, second, 2)
        self.up = FoldingConv(second, 4 * first, 1)
        self.fall = nn.ModuleList([Blocks(n, w, told) for n, w in zip(shape.fall, shape.widths, strict=True)])
        self.rise = nn.ModuleList([Blocks(n, w, told) for n, w in zip(shape.rise, shape.widths, strict=True)])
        self.features = FoldingConv(first, shape.features, 1)
        self.last = FoldingConv(shape.features, CODES, 1, 0.5, normed=False)

    def forward(
        self,
        codes: Tensor,
        gist: Tensor,
        tokens: Tensor,
        palette: Tensor,
        condition: Tensor,
        given: Tensor | None = None,
    ) -> Tensor:
        """Return logits (B, `CODES`, h, w), whole numbers of 1/32 nat.

        Args:
            codes: (B, h, w), 0..`CODES` - 1, or `CODES` where unknown; h and w are even.
            gist: (B, G), 0..`LEVELS` - 1, or `LEVELS` throughout where unknown; or, in training, its numbers.
            tokens: (B, 4 h, 4 w); of what is known only whether it is transparent matters.
            palette: Colours (B, P, 3), 0..255.
            condition: (B, C), whole numbers 0..127.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        summary = self.palette.told(self.palette.colours(palette), given)
        numbers = gist if gist.is_floating_point() else value_of(gist)
        known = (numbers[:, :1] > 0) * float(TOP)
        dense = squash(self.gist(torch.cat([numbers, known], 1)[:, :, None, None]))
        told = squash(self.told(condition, summary) + self.gist_told(dense))
        x = on_grid(self.embedding)[codes].permute(0, 3, 1, 2)
        planes = [code_planes(codes), shape_planes(tokens, palette.shape[1])]
        kept = self.fall[0](squash(self.enter(torch.cat([x, edges(x), *planes], 1))), told)
        brief = squash(self.gist_map(dense)).view(len(x), -1, BRIEF, BRIEF)
        low = self.down(kept)
        low = squash(low + self.join(resized(brief, *low.shape[2:])))
        low = self.rise[1](self.fall[1](low, told), told)
        x = self.rise[0](squash(F.pixel_shuffle(self.up(low), 2) + kept), told)
        return whole(self.last(squash(self.features(x))))

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, (("told.wanted", "told.overview"), ("down", "join")))
