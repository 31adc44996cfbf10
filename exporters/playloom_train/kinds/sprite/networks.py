"""The networks of a sprite in three levels: a gist of the whole, a grid of codes, pixels.

A sprite is encoded into a grid of codes, a quarter of its resolution, and these into a gist of a few numbers
(VQ-VAE-2, Razavi et al. 2019, with finite scalar quantisation, Mentzer et al. 2023). The way back is three
masked decodings (MaskGIT, Chang et al. 2022; RCG, Li et al. 2023, for the gist), each told the level above.
What a network learns in days from pixels alone, where to put the head, the gist says from the first minutes.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import TOP, FoldingConv, squash, whole
from playloom_train.kinds.sprite.layers import (
    DIMENSIONS,
    NEIGHBOURS,
    SPECIAL,
    Blocks,
    KeyedPaletteNet,
    Lookup,
    PaletteNet,
    Told,
    code_of,
    code_planes,
    edges,
    neighbours,
    products,
    quantised,
    widest_sum,
)

MULTIPLE = 8  # width and height of a sprite are multiples of this


@dataclass(frozen=True)
class EncoderShape:
    """Sizes; ``widths`` at a half and a quarter of the resolution."""

    widths: tuple[int, int] = (48, 96)
    embedding: int = 12
    colour: int = 48
    told: int = 64


@dataclass(frozen=True)
class DenoiserShape:
    """Sizes; ``widths`` at a half of the resolution, a quarter and an eighth."""

    condition: int
    widths: tuple[int, int, int] = (40, 96, 160)
    fall: tuple[int, int, int] = (1, 1, 1)  # blocks at each resolution on the way down
    rise: tuple[int, int, int] = (1, 2, 1)  # and on the way up, in the same order
    embedding: int = 16  # channels of a token
    features: int = 24  # channels of a pixel and of a key
    told: int = 96
    colour: int = 64  # channels inside the network of a colour


class Encoder(nn.Module):
    """Tokens of a sprite to its codes."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        first, second = shape.widths
        self.shape = shape
        self.palette = PaletteNet(shape.colour)
        self.lookup = Lookup(shape.colour, shape.embedding)
        self.overview = FoldingConv(2 * shape.colour, shape.told, 1, normed=False)
        self.enter = FoldingConv(4 * shape.embedding, first, 3)
        self.high = Blocks(1, first, shape.told)
        self.down = FoldingConv(first, second, 2)
        self.low = Blocks(1, second, shape.told)
        self.last = FoldingConv(second, DIMENSIONS, 1, bias=2.0)

    def forward(self, tokens: Tensor, palette: Tensor, given: Tensor | None = None) -> Tensor:
        """Return the numbers of the codes (B, `DIMENSIONS`, H/4, W/4): 16, 48, 80 or 112, see `code_of`.

        Args:
            tokens: (B, H, W), whole numbers: 0..P-1 a colour, P transparent.
            palette: Colours (B, P, 3), 0..255.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        colours = self.palette.colours(palette)
        told = squash(self.overview(self.palette.told(colours, given)))
        x = squash(self.enter(F.pixel_unshuffle(self.lookup(tokens, colours), 2)))
        x = squash(self.down(self.high(x, told)))
        return quantised(self.last(self.low(x, told)))

    def codes(self, tokens: Tensor, palette: Tensor, given: Tensor | None = None) -> Tensor:
        """Return the codes (B, H/4, W/4), 0..255."""
        return code_of(self(tokens, palette, given))

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, ())


class Denoiser(nn.Module):
    """Codes, tokens, palette and condition in; alpha and colour logits out, whole numbers of 1/32 nat.

    To the products of features and keys it adds how much a pixel wants the colour that each known neighbour
    has (as in pointer networks, Vinyals et al. 2015).
    """

    def __init__(self, shape: DenoiserShape) -> None:
        super().__init__()
        (first, second, third), told = shape.widths, shape.told
        self.shape = shape
        self.palette = KeyedPaletteNet(shape.colour, shape.features)
        self.lookup = Lookup(shape.colour, shape.embedding)
        self.told = Told(shape.condition, shape.colour, told)
        self.enter = FoldingConv(4 * shape.embedding + 4, first, 3)
        self.down = nn.ModuleList([FoldingConv(first, second, 2), FoldingConv(second, third, 2)])
        self.code = FoldingConv(DIMENSIONS + 1, second, 3)
        # Each upward step makes four cells of one, every one from channels of its own.
        self.up = nn.ModuleList([FoldingConv(second, 4 * first, 1), FoldingConv(third, 4 * second, 1)])
        self.fall = nn.ModuleList([Blocks(n, w, told) for n, w in zip(shape.fall, shape.widths, strict=True)])
        self.rise = nn.ModuleList([Blocks(n, w, told) for n, w in zip(shape.rise, shape.widths, strict=True)])
        self.grow = FoldingConv(first, 4 * shape.features, 1)
        self.near = FoldingConv(shape.embedding, shape.features, 3)
        self.last = FoldingConv(shape.features, shape.features, 3)
        self.silhouette = FoldingConv(shape.features, 2, 1, 0.5, normed=False)
        self.copy = FoldingConv(shape.features, len(NEIGHBOURS) + 1, 1, 0.3, normed=False)

    def forward(
        self, codes: Tensor, tokens: Tensor, palette: Tensor, condition: Tensor, given: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return alpha (B, 2, H, W: transparent, solid) and colour (B, P, H, W).

        Args:
            codes: (B, H/4, W/4), or what `code_planes` makes of them (B, `DIMENSIONS` + 1, H/4, W/4).
            tokens: (B, H, W): 0..P-1 a colour, P transparent, P+1 solid, P+2 unknown.
            palette: Colours (B, P, 3), 0..255.
            condition: (B, C), whole numbers 0..127.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        planes = codes if codes.dim() == 4 else code_planes(codes)
        colours, key, summary = self.palette(palette, given)
        told = self.told(condition, summary)
        looked = self.lookup(tokens, colours)
        halved = F.pixel_unshuffle(looked, 2)
        fine = self.fall[0](squash(self.enter(torch.cat([halved, edges(halved)], 1))), told)
        middle = self.fall[1](squash(self.down[0](fine) + self.code(planes)), told)
        x = self.rise[2](self.fall[2](squash(self.down[1](middle)), told), told)
        x = self.rise[1](squash(F.pixel_shuffle(self.up[1](x), 2) + middle), told)
        x = self.rise[0](squash(F.pixel_shuffle(self.up[0](x), 2) + fine), told)
        near = F.pixel_shuffle(self.grow(x), 2) + self.near(looked)
        features = squash(self.last(squash(near)))
        wish = whole(self.copy(features)).clamp(-TOP, TOP)
        colour = products(features, key)
        # What neighbours without a known colour would give falls on the special tokens, and away.
        wide = F.pad(colour, (0, 0, 0, 0, 0, SPECIAL))
        copied = wide.scatter_add(1, neighbours(tokens, colour.shape[1]), wish)
        return whole(self.silhouette(features)), copied[:, : colour.shape[1]]

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        together = (("told.wanted", "told.overview"), ("grow", "near"), ("down.0", "code"))
        return widest_sum(self, together, self.shape.features)
