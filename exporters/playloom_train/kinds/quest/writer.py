"""The network of the realiser: a decoder-only Transformer (Vaswani et al. 2017) for the dyadic grid.

Its numbers are steps: after a normalisation and in every head they lie within 127 of them, so that whole
numbers lose little. Normalisation divides by the mean size (the L1 norm) instead of the root mean square,
positions are turned into queries and keys (Su et al. 2021), the middle of a block is gated (Shazeer 2020,
with ReLU). It learns in plain floating point; folding (`dyadic.fold`) puts weights and activations on the
grid, after which every sum is exact on every machine and the rest of training sees the rounding.
"""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.dyadic import LOGITS_PER_NAT, TOP, GridLinear, foldable, through

SIZE = 32.0  # mean size of a normalised activation, in steps
RESIDUAL = 16.0  # steps of the residual stream to one of an activation
RESIDUAL_TOP = 16383.0
TURN = 128.0  # steps of a cosine to the unit
SCORE = 2.0**-9  # scores to a product of query and key
SCORES_PER_NAT = 16.0
SCORE_LOW = 255.0  # below the best score nothing is heard
WEIGHTS = 4096.0  # of the best score, before they are made to add up to SHARES
SHARES = 8192.0
GATE = 1 / 32.0
EMBEDDING = 32.0  # steps to the unit of what is learnt
LOGIT = 2.0**-8  # logits to a product of activation and embedding
Cache = tuple[tuple[Tensor, Tensor], ...]  # key and value of each block, (batch, heads, past, head width)


@dataclass(frozen=True)
class WriterShape:
    """Sizes of a network."""

    vocabulary: int
    context: int = 1024  # tokens
    width: int = 192
    blocks: int = 6
    heads: int = 4
    inner: int = 512  # width in the middle of a block

    @property
    def head_width(self) -> int:
        """Numbers of a head."""
        return self.width // self.heads


def rounded(x: Tensor, top: float) -> Tensor:
    """Round, halves to even, and clip to -top..top; the gradient passes within."""
    soft = x.clamp(-top, top)
    return through(soft.round(), soft)


class Block(nn.Module):
    """Attention, then the gated middle; both add to the residual stream."""

    def __init__(self, shape: WriterShape, dropout: float) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        width, inner, deep = shape.width, shape.inner, (2 * shape.blocks) ** -0.5
        self.query, self.key, self.value = (GridLinear(width, width) for _ in range(3))
        self.out = GridLinear(width, width, deep)
        self.gate, self.up = GridLinear(width, inner), GridLinear(width, inner)
        self.down = GridLinear(inner, width, deep)

    def forward(
        self, x: Tensor, turns: tuple[Tensor, Tensor], past: tuple[Tensor, Tensor] | None, exact: bool
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return the stream and key and value of every position so far."""
        seen = normed(x, exact)
        query, key, value = (
            self._heads(fitted(one(seen), exact)) for one in (self.query, self.key, self.value)
        )
        query, key = (turned(one, turns, exact) for one in (query, key))
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        mixed = self._attend(query, key, value, exact)
        batch, _, time, _ = mixed.shape
        mixed = mixed.transpose(1, 2).reshape(batch, time, self.shape.width)
        x = added(x, self._dropped(self.out(mixed)), exact)
        seen = normed(x, exact)
        inner = F.relu(fitted(self.gate(seen), exact)) * fitted(self.up(seen), exact) * GATE
        x = added(x, self._dropped(self.down(fitted(inner, exact))), exact)
        return x, (key, value)

    def _heads(self, x: Tensor) -> Tensor:
        batch, time, _ = x.shape
        return x.view(batch, time, self.shape.heads, self.shape.head_width).transpose(1, 2)

    def _dropped(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training)

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, exact: bool) -> Tensor:
        time, total = query.shape[2], key.shape[2]
        if not exact:
            scale = SCORE / SCORES_PER_NAT
            return F.scaled_dot_product_attention(query, key, value, is_causal=True, scale=scale)
        scores = query @ key.transpose(-1, -2) * SCORE
        allowed = torch.ones(time, total, dtype=torch.bool).tril(total - time)
        scores = scores.masked_fill(~allowed, -1e5)
        soft = torch.softmax(scores / SCORES_PER_NAT, -1) * SHARES
        with torch.no_grad():
            whole = scores.floor()
            below = (whole.amax(-1, keepdim=True) - whole).clamp(0, SCORE_LOW)
            weights = score_weights()[below.long()]
            shares = (weights * (SHARES / weights.sum(-1, keepdim=True))).round()
        return rounded(through(shares.to(soft.dtype), soft) @ value * (1 / SHARES), float(TOP))


def score_weights() -> Tensor:
    """Shape (256,): how much a score so far below the best is heard, whole numbers."""
    steps = torch.arange(SCORE_LOW + 1, dtype=torch.float64)
    return (torch.exp(-steps / SCORES_PER_NAT) * WEIGHTS).round().float()


def clipped(x: Tensor, top: float) -> Tensor:
    """Clip to -top..top."""
    return x.clamp(-top, top)


def fitted(x: Tensor, exact: bool) -> Tensor:
    """Return what fits into a step count of an activation."""
    return rounded(x, float(TOP)) if exact else clipped(x, float(TOP))


def normed(x: Tensor, exact: bool) -> Tensor:
    """Return x with mean size `SIZE` over the last axis."""
    return fitted(x * (SIZE * x.shape[-1] / (x.abs().sum(-1, keepdim=True) + 1.0)), exact)


def added(x: Tensor, more: Tensor, exact: bool) -> Tensor:
    """Return the residual stream with ``more`` activation steps added."""
    more = more * RESIDUAL
    return clipped(x + (rounded(more, RESIDUAL_TOP) if exact else more), RESIDUAL_TOP)


def turned(x: Tensor, turns: tuple[Tensor, Tensor], exact: bool) -> Tensor:
    """Return queries or keys turned by their positions."""
    first, second = x.chunk(2, -1)
    cos, sin = turns
    both = torch.cat([first * cos - second * sin, second * cos + first * sin], -1) * (1 / TURN)
    return fitted(both, exact)


def turn_tables(shape: WriterShape) -> tuple[Tensor, Tensor]:
    """Return cosine and sine in whole steps, each (context, head width / 2)."""
    half = shape.head_width // 2
    speeds = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(shape.context, dtype=torch.float64)[:, None] * speeds
    return (angles.cos() * TURN).round().float(), (angles.sin() * TURN).round().float()


class WriterNet(nn.Module):
    """From tokens to logits of the next one."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: WriterShape, dropout: float = 0.1) -> None:
        """Begin with random weights."""
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.embedding = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * 0.3)
        self.blocks = nn.ModuleList(Block(shape, dropout) for _ in range(shape.blocks))
        cos, sin = turn_tables(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    @property
    def exact(self) -> bool:
        """Whether it is folded: weights and activations are whole steps."""
        return all(linear.folded for linear in foldable(self))

    def grid_embedding(self) -> Tensor:
        """Embeddings in whole steps, -127..127."""
        return (self.embedding * EMBEDDING).round().clamp(-TOP, TOP)

    def forward(self, ids: Tensor, past: Cache | None = None) -> tuple[Tensor, Cache]:
        """Return logits in 1/32 nats, (batch, time, vocabulary), and the cache.

        Args:
            ids: (batch, time).
            past: Of the tokens before; only of a folded network.
        """
        exact = self.exact
        table = (self.embedding * EMBEDDING).clamp(-TOP, TOP)
        if exact:
            table = through(self.grid_embedding(), table)
        before = past[0][0].shape[2] if past else 0
        turns = (self.cos[before : before + ids.shape[1]], self.sin[before : before + ids.shape[1]])
        x = F.dropout(F.embedding(ids, table) * RESIDUAL, self.dropout, self.training)
        if exact:
            x = rounded(x, RESIDUAL_TOP)
        found = []
        for number, block in enumerate(self.blocks):
            x, held = cast(Block, block)(x, turns, past[number] if past else None, exact)
            found.append(held)
        logits = F.linear(normed(x, exact), table) * LOGIT
        return (through(logits.round(), logits) if exact else logits), tuple(found)


def loss_of(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats a token.

    Args:
        logits: (batch, time, vocabulary), in 1/32 nats.
        targets: (batch, time).
        weights: (batch, time); 0 where nothing is learnt.
    """
    each = F.cross_entropy((logits / LOGITS_PER_NAT).flatten(0, 1), targets.flatten(), reduction="none")
    return (each * weights.flatten()).sum() / weights.sum().clamp(min=1)
