"""A Llama in PyTorch (Touvron et al. 2023): what exported graphs are compared with, and tests export.

Pre-normalised blocks, rotary positions (Su et al. 2021) with the halves of a head apart as in Hugging Face's
code, grouped queries (Ainslie et al. 2023), a gated middle (Shazeer 2020); inputs and outputs in Optimum's
order.
"""

from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train.imported.weights import Shape


class Norm(nn.Module):
    """Divides by the root mean square."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width)."""
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Attention(nn.Module):
    """Causal attention with a cache."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head = shape.heads, shape.kv_heads, shape.head
        self.attn_q = nn.Linear(shape.width, shape.heads * shape.head, bias=False)
        self.attn_k = nn.Linear(shape.width, shape.kv_heads * shape.head, bias=False)
        self.attn_v = nn.Linear(shape.width, shape.kv_heads * shape.head, bias=False)
        self.attn_output = nn.Linear(shape.heads * shape.head, shape.width, bias=False)

    def forward(
        self, x: Tensor, turn: tuple[Tensor, Tensor], hidden: Tensor, past: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """(B, T, width), past keys and values (B, kv_heads, P, head) -> (B, T, width), both with P + T."""
        batch, time, _ = x.shape
        q = _turned(self.attn_q(x).view(batch, time, self.heads, self.head).transpose(1, 2), turn)
        k = _turned(self.attn_k(x).view(batch, time, self.kv_heads, self.head).transpose(1, 2), turn)
        v = self.attn_v(x).view(batch, time, self.kv_heads, self.head).transpose(1, 2)
        k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        group = self.heads // self.kv_heads
        keys, values = (one.repeat_interleave(group, 1) for one in (k, v))
        score = q @ keys.transpose(2, 3) * self.head**-0.5 + hidden
        mixed = score.softmax(-1) @ values
        return self.attn_output(mixed.transpose(1, 2).reshape(batch, time, -1)), k, v


class Block(nn.Module):
    """Attention and a gated middle."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attn_norm = Norm(shape.width, shape.epsilon)
        self.attention = Attention(shape)
        self.ffn_norm = Norm(shape.width, shape.epsilon)
        self.ffn_gate = nn.Linear(shape.width, shape.middle, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.middle, bias=False)
        self.ffn_down = nn.Linear(shape.middle, shape.width, bias=False)

    def forward(
        self, x: Tensor, turn: tuple[Tensor, Tensor], hidden: Tensor, past: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """See `Attention.forward`."""
        mixed, k, v = self.attention(self.attn_norm(x), turn, hidden, past)
        x = x + mixed
        y = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(y)) * self.ffn_up(y)), k, v


class Llama(nn.Module):
    """Tokens to logits, with the cache going in and out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, *past: Tensor
    ) -> tuple[Tensor, ...]:
        """Return logits and the grown cache.

        Args:
            input_ids: (B, T).
            attention_mask: (B, P + T), 0 where a token is padding.
            position_ids: (B, T).
            past: Keys and values of each layer, (B, kv_heads, P, head).
        """
        time, total = input_ids.shape[1], attention_mask.shape[1]
        angle = position_ids[..., None] * torch.from_numpy(frequencies(self.shape))
        angle = torch.cat([angle, angle], -1)[:, None]
        turn = angle.cos(), angle.sin()
        rows = torch.arange(time)[:, None] + (total - time)
        seen = (torch.arange(total)[None] <= rows)[None, None] & attention_mask.bool()[:, None, None]
        hidden = torch.where(seen, 0.0, -1e9)
        x = self.token_embd(input_ids)
        present: list[Tensor] = []
        for layer, block in enumerate(cast("list[Block]", [*self.blocks])):
            x, k, v = block(x, turn, hidden, (past[2 * layer], past[2 * layer + 1]))
            present += [k, v]
        return F.linear(self.output_norm(x), self.token_embd.weight), *present

    def load(self, dense: dict[str, NDArray[np.float32]]) -> None:
        """Take weights by the names of `weights.Weights`."""
        state = {}
        for name, value in dense.items():
            layer, _, part = name.partition(".")
            where = "attention." if part.startswith("attn") and part != "attn_norm" else ""
            key = f"blocks.{layer}.{where}{part}" if part else name
            state[f"{key}.weight"] = torch.from_numpy(value)
        self.load_state_dict(state)

    def empty(self, batch: int = 1) -> list[Tensor]:
        """Return a cache of length 0."""
        size = (batch, self.shape.kv_heads, 0, self.shape.head)
        return [torch.zeros(size) for _ in range(2 * self.shape.layers)]


def frequencies(shape: Shape) -> NDArray[np.float32]:
    """Return how far each pair of a head turns at each position, radians; shape (head / 2,)."""
    exponents = np.arange(0, shape.head, 2, dtype=np.float64) / shape.head
    return (shape.rope_base**-exponents).astype(np.float32)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * turn[0] + torch.cat([-second, first], -1) * turn[1]
