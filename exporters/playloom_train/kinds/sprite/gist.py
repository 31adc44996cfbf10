"""The gist of a sprite: a few numbers that say what the whole is like, found from its codes or drawn.

A prior over a learned summary, for which the rest is drawn, as in RCG (Li et al. 2023). Its numbers are drawn
in any order (Uria et al. 2014), so that some can be kept of a sprite that is varied.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import TOP, FoldingConv, squash, whole
from playloom_train.kinds.sprite.layers import (
    CELL,
    CODES,
    DIMENSIONS,
    LEVELS,
    Blocks,
    PaletteNet,
    code_planes,
    edges,
    level_of,
    on_grid,
    quantised,
    resized,
    widest_sum,
)

OVERALL = 8  # cells a side of the grid on which a gist sees the codes, and a silhouette is told to its prior


@dataclass(frozen=True)
class GistEncoderShape:
    """Sizes; ``widths`` on the grid of `OVERALL` and on half of it."""

    gist: int = 64  # numbers
    widths: tuple[int, int] = (96, 160)
    embedding: int = 32
    narrow: int = 48
    dense: int = 256


@dataclass(frozen=True)
class GistPriorShape:
    """Sizes."""

    condition: int
    gist: int = 64
    width: int = 512
    layers: int = 2
    colour: int = 48


class GistEncoder(nn.Module):
    """Codes of a sprite to its gist."""

    def __init__(self, shape: GistEncoderShape) -> None:
        super().__init__()
        first, second = shape.widths
        self.shape = shape
        self.embedding = nn.Parameter(torch.randn(CODES + 1, shape.embedding))
        self.enter = FoldingConv(DIMENSIONS + 1 + shape.embedding + 4, first, 3)
        self.high = Blocks(1, first, 1)
        self.down = FoldingConv(first, second, 2)
        self.low = Blocks(1, second, 1)
        self.narrow = FoldingConv(second, shape.narrow, 1)
        self.dense = FoldingConv(shape.narrow * (OVERALL // 2) ** 2, shape.dense, 1)
        self.last = FoldingConv(shape.dense, shape.gist, 1, bias=2.0)

    def forward(self, codes: Tensor) -> Tensor:
        """Return the numbers of the gist (B, G): 16, 48, 80 or 112; ``codes`` (B, h, w), h = w."""
        high = codes.shape[1]
        x = torch.cat([code_planes(codes), on_grid(self.embedding)[codes].permute(0, 3, 1, 2)], 1)
        x = resized(x, OVERALL, OVERALL)
        size = torch.full_like(x[:, :1], min(TOP, 2 * CELL * high))
        x = torch.cat([x, edges(x)[:, :3], size], 1)
        nothing = torch.zeros_like(x[:, :1, :1, :1])
        x = squash(self.down(self.high(squash(self.enter(x)), nothing)))
        x = squash(self.narrow(self.low(x, nothing))).flatten(1)[:, :, None, None]
        return quantised(self.last(squash(self.dense(x))))[:, :, 0, 0]

    def levels(self, codes: Tensor) -> Tensor:
        """Return the gist (B, G), 0..`LEVELS` - 1."""
        return level_of(self(codes))

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, ())


class GistPrior(nn.Module):
    """A gist of which some numbers are known, palette, condition and silhouette to logits of the others."""

    def __init__(self, shape: GistPriorShape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.palette = PaletteNet(shape.colour)
        self.wanted = FoldingConv(shape.condition, width, 1, normed=False)
        self.overview = FoldingConv(2 * shape.colour, width, 1, 0.5, normed=False)
        self.known = FoldingConv(shape.gist * LEVELS, width, 1, 0.7, normed=False)
        self.outline = FoldingConv(OVERALL**2 + 1, width, 1, 0.5, normed=False)
        self.first = nn.ModuleList([FoldingConv(width, width, 1) for _ in range(shape.layers)])
        self.second = nn.ModuleList([FoldingConv(width, width, 1, 0.4) for _ in range(shape.layers)])
        self.last = FoldingConv(width, shape.gist * LEVELS, 1, 0.5, normed=False)

    def forward(
        self,
        gist: Tensor,
        palette: Tensor,
        condition: Tensor,
        shape: Tensor,
        given: Tensor | None = None,
        dropped: float = 0.0,
    ) -> Tensor:
        """Return logits (B, G, `LEVELS`), whole numbers of 1/32 nat.

        Args:
            gist: (B, G), 0..`LEVELS` - 1, or `LEVELS` where unknown.
            palette: Colours (B, P, 3), 0..255.
            condition: (B, C), whole numbers 0..127.
            shape: (B, `OVERALL`**2 + 1), see `coarse`; zeros if no silhouette is given.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
            dropped: Share of hidden activations that are left out, in training.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        summary = self.palette.told(self.palette.colours(palette), given)
        known = F.one_hot(gist, LEVELS + 1)[..., :LEVELS].flatten(1) * float(TOP)
        told, drawn, outline = (part[:, :, None, None] for part in (condition, known, shape))
        x = squash(self.wanted(told) + self.known(drawn) + self.outline(outline) + self.overview(summary))
        for first, second in zip(self.first, self.second, strict=True):
            x = squash(x + second(F.dropout(squash(first(x)), dropped, self.training)))
        return whole(self.last(x)).view(len(x), -1, LEVELS)

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, (("wanted", "known", "outline", "overview"),))


def coarse(solid: Tensor) -> Tensor:
    """Return (B, `OVERALL`**2 + 1) of silhouettes (B, H, W): how solid each cell is, 0..127, and 127."""
    high, wide = solid.shape[1:]
    rows = torch.arange(OVERALL + 1, device=solid.device) * high // OVERALL
    columns = torch.arange(OVERALL + 1, device=solid.device) * wide // OVERALL
    sums = F.pad(solid.double().cumsum(1).cumsum(2), (1, 0, 1, 0))
    corners = sums[:, rows][:, :, columns]
    count = corners[:, 1:, 1:] - corners[:, :-1, 1:] - corners[:, 1:, :-1] + corners[:, :-1, :-1]
    area = (rows[1:] - rows[:-1])[:, None] * (columns[1:] - columns[:-1])
    share = (TOP * count / area).floor().float().flatten(1)
    return torch.cat([share, torch.full_like(share[:, :1], TOP)], 1)
