"""Pieces that the sprite networks share, on the dyadic grid.

Colours are seen through a small network per colour (as in Deep Sets, Zaheer et al. 2017), and colour logits
are products of pixel features and keys of the colours, so that any palette in any order can be given.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import INPUT_SCALE, TOP, DyadicConv, FoldingConv, squash, through, whole

SPECIAL = 3  # tokens after the colours: transparent, solid (of unknown colour), unknown
LOGIT_STEPS = 64  # products of features and keys to one step of a logit
REACH = 2  # pixels to the farthest neighbour
_NEAR = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]
NEIGHBOURS = (*_NEAR, (-2, 0), (2, 0), (0, -2), (0, 2))  # rows and columns from a pixel
EDGE_STEPS = 8  # activation steps to one cell of distance from an edge

LEVELS = 4  # of one number of a code or a gist
DIMENSIONS = 4  # numbers of a code
CODES = LEVELS**DIMENSIONS  # the code after the last one means unknown
CELL = 4  # pixels a side that one code stands for
_STEP = (TOP + 1) // LEVELS  # activation steps from level to level


class Block(nn.Module):
    """Residual block: two convolutions, shifted by what is told."""

    def __init__(self, width: int, told: int) -> None:
        super().__init__()
        self.first = FoldingConv(width, width, 3)
        self.second = FoldingConv(width, width, 3, 0.3)
        self.shift = FoldingConv(told, width, 1, 0.5, normed=False)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        """Return activations of the same shape as ``x`` (B, width, h, w)."""
        return squash(x + self.second(squash(self.first(x) + self.shift(told))))


class Blocks(nn.ModuleList):
    """Residual blocks one after another."""

    def __init__(self, count: int, width: int, told: int) -> None:
        super().__init__(Block(width, told) for _ in range(count))

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        """Return activations of the same shape as ``x``."""
        for block in self:
            x = block(x, told)
        return x


class PaletteNet(nn.Module):
    """Palette (B, P, 3), 0..255, to what is seen of each colour, and a summary."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = FoldingConv(3, width, 1, bias=0.3)
        self.inner = FoldingConv(width, width, 1, bias=0.3)
        self.summary = FoldingConv(width, width, 1, bias=0.3)

    def colours(self, palette: Tensor) -> Tensor:
        """Return what is seen of each colour, and the colour itself: (B, width + 3, P, 1)."""
        plain = torch.floor(palette / 2).transpose(1, 2)[..., None]
        return torch.cat([squash(self.inner(squash(self.enter(plain)))), plain], 1)

    def told(self, colours: Tensor, given: Tensor) -> Tensor:
        """Return the summary (B, 2 width, 1, 1) of `colours`; ``given`` (B, P) is 1 where a colour is."""
        seen = squash(self.summary(colours[:, :-3])) * given[:, None, :, None]
        mean = squash(seen.sum(2, keepdim=True) / given.sum(1)[:, None, None, None])
        return torch.cat([mean, seen.amax(2, keepdim=True)], 1)


class KeyedPaletteNet(PaletteNet):
    """The same with a key for each colour, whose products with features are logits."""

    def __init__(self, width: int, features: int) -> None:
        super().__init__(width)
        self.key = FoldingConv(width + 3, features, 1, 0.8)

    def forward(self, palette: Tensor, given: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return `colours`, keys (B, features, P) and the summary."""
        colours = self.colours(palette)
        return colours, whole(self.key(colours)).clamp(-TOP, TOP)[..., 0], self.told(colours, given)


class Lookup(nn.Module):
    """Tokens (B, H, W) to values (B, E, H, W): those of the colours, or of the special tokens."""

    def __init__(self, colour: int, embedding: int) -> None:
        super().__init__()
        self.value = FoldingConv(colour + 3, embedding, 1)
        self.special = nn.Parameter(torch.randn(SPECIAL, embedding))

    def forward(self, tokens: Tensor, colours: Tensor) -> Tensor:
        """Return the values; ``colours`` is what `PaletteNet` sees of each."""
        value = squash(self.value(colours))[..., 0]
        special = on_grid(self.special).T.expand(len(value), -1, -1)
        table = torch.cat([value, special], 2)  # (B, E, P + 3)
        places = tokens.flatten(1)[:, None].expand(-1, table.shape[1], -1)
        return table.gather(2, places).view(len(value), -1, *tokens.shape[1:])


class Told(nn.Module):
    """Condition (B, C) and summary of the palette to (B, told, 1, 1)."""

    def __init__(self, condition: int, colour: int, told: int) -> None:
        super().__init__()
        self.wanted = FoldingConv(condition, told, 1, normed=False)
        self.overview = FoldingConv(2 * colour, told, 1, normed=False)
        self.inner = FoldingConv(told, told, 1, normed=False)

    def forward(self, condition: Tensor, summary: Tensor) -> Tensor:
        """Return what the blocks are told."""
        first = squash(self.wanted(condition[:, :, None, None]) + self.overview(summary))
        return squash(self.inner(first))


class _Level(torch.autograd.Function):
    """Round to the middle of one of `LEVELS` steps (finite scalar quantisation, Mentzer et al. 2023)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return ((x + 0.5).floor().clamp(0, TOP) / _STEP).floor() * _STEP + _STEP // 2

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        # What lies beyond the last level may only come back.
        away = ((x < 0) & (grads[0] > 0)) | ((x > TOP) & (grads[0] < 0))
        return grads[0].masked_fill(away, 0.0)


def quantised(x: Tensor) -> Tensor:
    """Return the middle of the level, of `LEVELS`, that each sum falls on: 16, 48, 80 or 112."""
    return cast(Tensor, _Level.apply(x))  # type: ignore[no-untyped-call]  # torch's own


def level_of(values: Tensor) -> Tensor:
    """Return the numbers 0..`LEVELS` - 1 of what `quantised` made."""
    return (values / _STEP).floor().long()


def value_of(levels: Tensor) -> Tensor:
    """Return what `quantised` makes of levels; 0 for `LEVELS`, which means unknown."""
    return ((levels * _STEP + _STEP // 2) * (levels < LEVELS)).float()


def code_of(values: Tensor) -> Tensor:
    """Return codes (B, h, w) of the numbers (B, `DIMENSIONS`, h, w) that `quantised` made."""
    weights = LEVELS ** torch.arange(DIMENSIONS, device=values.device)
    return (level_of(values) * weights[:, None, None]).sum(1)


def code_planes(codes: Tensor) -> Tensor:
    """Return (B, `DIMENSIONS` + 1, h, w): the numbers of each code and whether it is known, 0 or 127."""
    known = (codes < CODES)[:, None]
    weights = LEVELS ** torch.arange(DIMENSIONS, device=codes.device)
    levels = codes[:, None] // weights[:, None, None] % LEVELS
    return torch.cat([value_of(levels) * known, known * float(TOP)], 1)


def on_grid(table: Tensor) -> Tensor:
    """Return learned values as activations 0..127."""
    soft = (table * INPUT_SCALE + INPUT_SCALE).clamp(0, TOP)
    return through(soft.round(), soft)


def shape_planes(tokens: Tensor, transparent: Tensor | int) -> Tensor:
    """Return (B, 2 `CELL`**2, h, w): which pixels of a cell are transparent, which are not; 127 where known.

    Args:
        tokens: (B, H, W).
        transparent: The token of transparent; a colour comes before it, solid is the next, unknown the last.
    """
    opaque = (tokens < transparent) | (tokens == transparent + 1)
    both = torch.stack([tokens == transparent, opaque], 1).float() * TOP
    return F.pixel_unshuffle(both, CELL)


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


def resized(x: Tensor, high: int, wide: int) -> Tensor:
    """Return ``x`` (B, C, h, w) on another grid: cell (i, j) is that at (floor(i h / high), ...)."""
    rows = torch.arange(high, device=x.device) * x.shape[2] // high
    columns = torch.arange(wide, device=x.device) * x.shape[3] // wide
    return x[:, :, rows][:, :, :, columns]


def convolutions(net: nn.Module) -> Iterator[tuple[str, DyadicConv]]:
    """Every convolution of a network with its name."""
    for name, module in net.named_modules():
        if isinstance(module, DyadicConv):
            yield name, module


def widest_sum(net: nn.Module, together: Sequence[tuple[str, ...]], features: int = 0) -> int:
    """Return the largest sum, in grid steps, that any channel of a folded network can reach.

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
