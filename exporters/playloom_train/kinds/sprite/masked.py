"""The masked-palette network: which pixels of a sprite are solid, and which colour of a palette each has.

A token-to-logit U-Net (masked diffusion as in MaskGIT, Chang et al. 2022) on the
dyadic grid. It sees the real colours of the palette through a small network per
colour (as in Deep Sets, Zaheer et al. 2017), and its colour logits are products of pixel features
and keys of the colours, so that any palette in any order can be given. To these it adds
how much a pixel wants the colour that each known neighbour has (as in pointer networks, Vinyals et al. 2015).
Its capacity lies at a half to an eighth of the resolution; what is at full resolution is cheap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import INPUT_SCALE, TOP, DyadicConv, fitting_grid, squash, through, whole

SPECIAL = 3  # tokens after the colours: transparent, solid (of unknown colour), unknown
LOGIT_STEPS = 64  # products of features and keys to one step of a logit
REACH = 2  # pixels to the farthest neighbour
_NEAR = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]
NEIGHBOURS = (*_NEAR, (-2, 0), (2, 0), (0, -2), (0, 2))  # rows and columns from a pixel
EDGE_STEPS = 8  # activation steps to one cell of distance from an edge


def fine(inputs: int, outputs: int, kernel: int, gain: float = 1.0) -> DyadicConv:
    """Return a convolution on the grid that fits the length of its sums."""
    return DyadicConv(inputs, outputs, kernel, gain, grid=fitting_grid(inputs * kernel * kernel))


@dataclass(frozen=True)
class Shape:
    """Sizes of a network; ``widths`` at a half of the resolution, a quarter, and so on."""

    condition: int
    widths: tuple[int, ...] = (40, 80, 160)
    fall: tuple[int, ...] = (1, 1, 1)  # blocks at each resolution on the way down
    rise: tuple[int, ...] = (1, 1, 1)  # and on the way up, in the same order
    embedding: int = 16  # channels of a token
    features: int = 24  # channels of a pixel and of a key
    told: int = 128  # channels of what the condition and the palette tell
    colour: int = 64  # channels inside the network of a colour

    @property
    def multiple(self) -> int:
        """Width and height of a sprite are multiples of this."""
        return 1 << len(self.widths)


class Block(nn.Module):
    """Residual block: two convolutions, shifted by what is told."""

    def __init__(self, width: int, told: int) -> None:
        super().__init__()
        self.first = fine(width, width, 3, gain=0.6)
        self.second = fine(width, width, 3, gain=0.2)
        self.shift = fine(told, width, 1, gain=0.5)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        """Return activations of the same shape as ``x`` (B, width, h, w)."""
        hidden = squash(self.first(x) + self.shift(told))
        return squash(x + self.second(hidden))


class PaletteNet(nn.Module):
    """Palette (B, P, 3), 0..255, to what is seen of each colour, keys of the colours and a summary."""

    def __init__(self, width: int, features: int) -> None:
        super().__init__()
        self.enter = fine(3, width, 1)
        self.inner = fine(width, width, 1)
        self.key = fine(width + 3, features, 1, gain=0.5)
        self.summary = fine(width, width, 1)

    def forward(self, palette: Tensor, given: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return (B, width + 3, P, 1), keys (B, features, P) and summary (B, 2 width, 1, 1).

        ``given`` (B, P) is 1 where a colour is.
        """
        plain = torch.floor(palette / 2).transpose(1, 2)[..., None]
        x = squash(self.inner(squash(self.enter(plain))))
        both = torch.cat([x, plain], 1)
        key = whole(self.key(both)).clamp(-TOP, TOP)[..., 0]
        seen = squash(self.summary(x)) * given[:, None, :, None]
        mean = squash(seen.sum(2, keepdim=True) / given.sum(1)[:, None, None, None])
        return both, key, torch.cat([mean, seen.amax(2, keepdim=True)], 1)


class MaskedNet(nn.Module):
    """Tokens, palette and condition in; alpha and colour logits out, whole numbers of 1/32 nat.

    Tokens (B, H, W): 0..P-1 a colour, P transparent, P+1 solid, P+2 unknown. H and W are multiples of
    ``shape.multiple``.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths, told = shape.widths, shape.told
        self.shape = shape
        self.palette = PaletteNet(shape.colour, shape.features)
        self.value = fine(shape.colour + 3, shape.embedding, 1)
        self.special = nn.Parameter(torch.randn(SPECIAL, shape.embedding))
        self.wanted = DyadicConv(shape.condition, told, 1)  # few conditions hold: its sums are short
        self.overview = fine(2 * shape.colour, told, 1)
        self.told = fine(told, told, 1)
        self.enter = fine(4 * shape.embedding + 4, widths[0], 3, gain=0.6)
        self.down = nn.ModuleList([fine(wide, deep, 2) for wide, deep in pairwise(widths)])
        # Each upward step makes four cells of one, every one from channels of its own.
        self.up = nn.ModuleList([fine(deep, 4 * wide, 1) for wide, deep in pairwise(widths)])
        self.fall = nn.ModuleList(
            [
                nn.ModuleList([Block(w, told) for _ in range(n)])
                for w, n in zip(widths, shape.fall, strict=True)
            ]
        )
        self.rise = nn.ModuleList(
            [
                nn.ModuleList([Block(w, told) for _ in range(n)])
                for w, n in zip(widths, shape.rise, strict=True)
            ]
        )
        self.grow = fine(widths[0], 4 * shape.features, 1)
        self.near = fine(shape.embedding, shape.features, 3)
        self.last = fine(shape.features, shape.features, 3)
        self.silhouette = fine(shape.features, 2, 1, gain=0.5)
        self.copy = fine(shape.features, len(NEIGHBOURS) + 1, 1, gain=0.3)

    def grid_special(self) -> Tensor:
        """One row of activations 0..127 for each special token."""
        return (self.special * INPUT_SCALE + INPUT_SCALE).round().clamp(0, TOP)

    def forward(
        self, tokens: Tensor, palette: Tensor, condition: Tensor, given: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return alpha (B, 2, H, W: transparent, solid) and colour (B, P, H, W).

        Args:
            tokens: Whole numbers (B, H, W).
            palette: Colours (B, P, 3), 0..255.
            condition: (B, C), whole numbers 0..127.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        colours, key, summary = self.palette(palette, given)
        value = squash(self.value(colours))[..., 0]
        told = squash(self.wanted(condition[:, :, None, None]) + self.overview(summary))
        told = squash(self.told(told))
        soft = (self.special * INPUT_SCALE + INPUT_SCALE).clamp(0, TOP)
        special = through(self.grid_special(), soft).T.expand(len(value), -1, -1)
        table = torch.cat([value, special], 2)  # (B, E, P + 3)
        places = tokens.flatten(1)[:, None].expand(-1, self.shape.embedding, -1)
        looked = table.gather(2, places).view(len(value), -1, *tokens.shape[1:])
        x = F.pixel_unshuffle(looked, 2)
        x = squash(self.enter(torch.cat([x, edges(x)], 1)))
        x = self._body(x, told)
        near = F.pixel_shuffle(self.grow(x), 2) + self.near(looked)
        features = squash(self.last(squash(near)))
        wish = whole(self.copy(features)).clamp(-TOP, TOP)
        colour = products(features, key)
        # What neighbours without a known colour would give falls on the special tokens, and away.
        wide = F.pad(colour, (0, 0, 0, 0, 0, SPECIAL))
        copied = wide.scatter_add(1, neighbours(tokens, colour.shape[1]), wish)
        return whole(self.silhouette(features)), copied[:, : colour.shape[1]]

    def _body(self, x: Tensor, told: Tensor) -> Tensor:
        kept = []
        for i, blocks in enumerate(self.fall):
            for block in cast(nn.ModuleList, blocks):
                x = block(x, told)
            if i < len(self.down):
                kept.append(x)
                x = squash(self.down[i](x))
        for i in reversed(range(len(self.rise))):
            for block in cast(nn.ModuleList, self.rise[i]):
                x = block(x, told)
            if i > 0:
                x = squash(F.pixel_shuffle(self.up[i - 1](x), 2) + kept[i - 1])
        return x

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, (("wanted", "overview"), ("grow", "near")), self.shape.features)


def convolutions(net: nn.Module) -> Iterator[tuple[str, DyadicConv]]:
    """Every convolution of a network with its name."""
    for name, module in net.named_modules():
        if isinstance(module, DyadicConv):
            yield name, module


def widest_sum(net: nn.Module, together: Sequence[tuple[str, ...]], features: int) -> int:
    """Return the largest sum, in grid steps, that any channel of a network can reach.

    Args:
        net: Of convolutions and blocks.
        together: Convolutions of which the sums are added, beside those of blocks.
        features: Channels of a product of features and keys.
    """
    convs = dict(convolutions(net))
    blocks = [(name, f"{name[:-5]}shift") for name in convs if name.endswith(".first")]
    worst = features * TOP * TOP
    for names in (*((name,) for name in convs), *together, *blocks):
        grid = max(convs[name].grid for name in names)
        total = sum(convs[name].widest_sum() * grid // convs[name].grid for name in names)
        worst = max(worst, total + TOP * grid + grid)  # the residual and the half that rounds
    return worst


def products(features: Tensor, key: Tensor) -> Tensor:
    """Return the logits (B, P, H, W) of colours with these keys (B, F, P)."""
    return whole(torch.einsum("bfhw,bfp->bphw", features, key) / LOGIT_STEPS)


def neighbours(tokens: Tensor, transparent: int) -> Tensor:
    """Return (B, N, H, W): the token of each of a pixel's `NEIGHBOURS`, and of the pixel opposite."""
    high, wide = tokens.shape[1:]
    padded = F.pad(tokens, (REACH,) * 4, value=transparent)
    shifted = [padded[:, REACH + y :, REACH + x :][:, :high, :wide] for y, x in NEIGHBOURS]
    return torch.stack([*shifted, tokens.flip(2)], 1)


def edges(x: Tensor) -> Tensor:
    """Return (B, 4, h, w): distance of each cell of ``x`` from the top, bottom, left and right edge."""
    one = torch.ones_like(x[:, :1])
    down, right = one.cumsum(2), one.cumsum(3)
    up, left = x.shape[2] + 1 - down, x.shape[3] + 1 - right
    return (torch.cat([down, up, right, left], 1) * EDGE_STEPS).clamp(max=TOP)
