"""The network of a walk: it translates a figure seen from the front into one more frame of its walk.

Like the denoiser of sprites it chooses among the palette's colours by their keys, and may wish for the
colour that a pixel of the front, of the standing frame or of what is drawn already has (as in pointer
networks, Vinyals et al. 2015): identity and palette hold by construction. What is drawn is filled in within a
few passes, the surest pixels first (MaskGIT, Chang et al. 2022).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom.kinds.walk.frames import CONDITIONS
from playloom_train.dyadic import TOP, FoldingConv, squash, whole
from playloom_train.kinds.sprite.layers import (
    NEIGHBOURS,
    SPECIAL,
    Block,
    Blocks,
    KeyedPaletteNet,
    Lookup,
    Told,
    edges,
    products,
    widest_sum,
)

REACH = 2  # pixels to the farthest one whose colour may be wished for
_AROUND = tuple((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))
_WIDELY = tuple((y, x) for y in (-2, -1, 0, 1, 2) for x in (-2, -1, 0, 1, 2))
Offsets = tuple[tuple[int, int], ...]
# Of which picture, whether mirrored left for right, and how far from a pixel a colour may be wished for.
WISHES: tuple[tuple[str, bool, Offsets], ...] = (
    ("front", False, _WIDELY),
    ("front", True, _AROUND),
    ("standing", False, (*NEIGHBOURS, (0, 0))),
    ("drawn", False, NEIGHBOURS),
)
_MANY = sum(len(offsets) for _, _, offsets in WISHES)
TOGETHER = (("told.wanted", "told.overview"), ("grow", "near"))  # of which the sums are added


@dataclass(frozen=True)
class WalkerShape:
    """Sizes; ``widths`` at a half of the resolution, a quarter and an eighth."""

    widths: tuple[int, int, int] = (48, 80, 112)
    embedding: int = 12  # channels of a token
    features: int = 24  # channels of a pixel and of a key
    told: int = 48
    colour: int = 32  # channels inside the network of a colour


class WalkerNet(nn.Module):
    """Three pictures, palette and condition in; alpha and colour logits of the frame out, 1/32 nat each."""

    def __init__(self, shape: WalkerShape) -> None:
        super().__init__()
        (first, second, third), told, seen = shape.widths, shape.told, 3 * shape.embedding
        self.shape = shape
        self.palette = KeyedPaletteNet(shape.colour, shape.features)
        self.lookup = Lookup(shape.colour, shape.embedding)
        self.told = Told(CONDITIONS, shape.colour, told)
        self.enter = FoldingConv(4 * seen + 4, first, 3)
        self.down = nn.ModuleList([FoldingConv(first, second, 2), FoldingConv(second, third, 2)])
        # Each upward step makes four cells of one, every one from channels of its own.
        self.up = nn.ModuleList([FoldingConv(second, 4 * first, 1), FoldingConv(third, 4 * second, 1)])
        self.fall = nn.ModuleList([Blocks(1, width, told) for width in shape.widths])
        self.rise = nn.ModuleList([Blocks(1, width, told) for width in shape.widths])
        self.grow = FoldingConv(first, 4 * shape.features, 1)
        self.near = FoldingConv(seen, shape.features, 3)
        self.fine = Block(shape.features, told)
        self.last = FoldingConv(shape.features, shape.features, 3)
        self.silhouette = FoldingConv(shape.features, 2, 1, 0.5, normed=False)
        self.copy = FoldingConv(shape.features, _MANY, 1, 0.3, normed=False)

    def forward(
        self,
        front: Tensor,
        standing: Tensor,
        drawn: Tensor,
        palette: Tensor,
        condition: Tensor,
        given: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return alpha (B, 2, H, W: transparent, solid) and colour (B, P, H, W).

        Args:
            front: (B, H, W): 0..P-1 a colour, P transparent, P+1 solid, P+2 unknown.
            standing: The figure standing, seen as it is to be drawn; unknown if that is what is drawn.
            drawn: What is drawn already, unknown where nothing is.
            palette: Colours (B, P, 3), 0..255.
            condition: (B, `CONDITIONS`), 0 or 127, see `frames.places`.
            given: (B, P), 1 where a colour is and 0 where a batch is only filled up.
        """
        given = torch.ones_like(palette[..., 0]) if given is None else given
        colours, key, summary = self.palette(palette, given)
        told = self.told(condition, summary)
        pictures = {"front": front, "standing": standing, "drawn": drawn}
        looked = torch.cat([self.lookup(tokens, colours) for tokens in pictures.values()], 1)
        features = self._features(looked, told)
        wish = whole(self.copy(features)).clamp(-TOP, TOP)
        colour = products(features, key)
        # What pixels without a known colour would give falls on the special tokens, and away.
        wide = F.pad(colour, (0, 0, 0, 0, 0, SPECIAL))
        copied = wide.scatter_add(1, wished(pictures, colour.shape[1]), wish)
        return whole(self.silhouette(features)), copied[:, : colour.shape[1]]

    def _features(self, looked: Tensor, told: Tensor) -> Tensor:
        """Return what is known of each pixel (B, features, H, W)."""
        halved = F.pixel_unshuffle(looked, 2)
        high = self.fall[0](squash(self.enter(torch.cat([halved, edges(halved)], 1))), told)
        middle = self.fall[1](squash(self.down[0](high)), told)
        x = self.rise[2](self.fall[2](squash(self.down[1](middle)), told), told)
        x = self.rise[1](squash(F.pixel_shuffle(self.up[1](x), 2) + middle), told)
        x = self.rise[0](squash(F.pixel_shuffle(self.up[0](x), 2) + high), told)
        near = squash(F.pixel_shuffle(self.grow(x), 2) + self.near(looked))
        return squash(self.last(self.fine(near, told)))

    def widest_sum(self) -> int:
        """Return the largest sum, in grid steps, that any channel can reach; exact while below 2**24."""
        return widest_sum(self, TOGETHER, self.shape.features)


def wished(pictures: dict[str, Tensor], transparent: int) -> Tensor:
    """Return (B, N, H, W): the tokens whose colours each pixel may wish for, in the order of `WISHES`."""
    parts: list[Tensor] = []
    for name, mirrored, offsets in WISHES:
        tokens = pictures[name].flip(2) if mirrored else pictures[name]
        parts += around(tokens, offsets, transparent)
    return torch.stack(parts, 1)


def around(tokens: Tensor, offsets: Sequence[tuple[int, int]], transparent: int) -> list[Tensor]:
    """Return the tokens (B, H, W) at each offset from each pixel, transparent beyond the edges."""
    high, wide = tokens.shape[1:]
    padded = F.pad(tokens, (REACH,) * 4, value=transparent)
    return [padded[:, REACH + y : REACH + y + high, REACH + x : REACH + x + wide] for y, x in offsets]
