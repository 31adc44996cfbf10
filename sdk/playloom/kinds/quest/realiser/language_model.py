"""Runs a causal language model token by token: what it has read is a value that can be gone on from twice.

The graph has the layout of Hugging Face Optimum: `input_ids`, `attention_mask`, perhaps `position_ids`,
`past_key_values.N.key|value`, and out come `logits` and `present.N.key|value`. Rows of a batch may have
different lengths; what fills the shorter ones up is masked and counts for no position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid
from playloom.kernels.chance import GRID, negative_log_likelihood

SCORED_AT_ONCE = 16  # rows, so that logits of a long batch fit into memory

Ids = Sequence[int]
_Past = tuple[NDArray[Any], ...]


class Session(Protocol):
    """Runs the graph."""

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the graph's outputs by name."""
        ...


@dataclass(frozen=True)
class Layout:
    """What differs between graphs of the layout."""

    blocks: int
    heads: int  # of keys and values
    width: int  # of a head
    positions: bool = False  # whether it is fed `position_ids`
    dtype: str = "float32"  # of keys and values
    logits_per_nat: int = 1  # whole logits of an exact graph stand for parts of a nat


@dataclass(frozen=True)
class Memory:
    """What the model has read, row by row."""

    past: _Past  # keys and values of each block, (rows, heads, tokens, width)
    real: NDArray[np.int64]  # (rows, tokens): 1, or 0 for what fills up
    last: NDArray[np.int64]  # (rows, vocabulary): logits of the next token, in 1/GRID nats

    @property
    def tokens(self) -> int:
        """How many tokens the longest row has."""
        return int(self.real.shape[1])

    def rows(self, chosen: Sequence[int]) -> "Memory":
        """Return some of the rows, each as often as it is named."""
        places = np.array(chosen, np.intp)
        return Memory(tuple(one[places] for one in self.past), self.real[places], self.last[places])


class LanguageModel:
    """A model and how it is fed. Holds no state; safe to share between threads if its session is."""

    def __init__(self, session: Session, layout: Layout) -> None:
        """Take a loaded graph."""
        self._session, self.layout = session, layout

    def read(self, ids: Ids) -> Memory:
        """Return a memory of one row that has read these tokens; at least one."""
        layout = self.layout
        nothing = np.zeros((1, layout.heads, 0, layout.width), layout.dtype)
        empty = Memory(
            (nothing,) * (2 * layout.blocks), np.zeros((1, 0), np.int64), np.zeros((1, 0), np.int64)
        )
        return self.advance(empty, [ids])[0]

    def advance(self, memory: Memory, more: Sequence[Ids]) -> tuple[Memory, NDArray[np.int64]]:
        """Read on.

        Args:
            memory: Is not changed.
            more: The tokens that follow in each row, at least one.

        Returns:
            The new memory, and the logits after each token, (rows, tokens, vocabulary), in 1/GRID nats.

        Raises:
            PackageInvalid: If the graph fails, or its logits are no finite numbers.
        """
        lengths = np.array([len(row) for row in more])
        time = int(lengths.max())
        ids = np.zeros((len(more), time), np.int64)
        for place, row in enumerate(more):
            ids[place, : len(row)] = row
        real = np.concatenate([memory.real, (np.arange(time) < lengths[:, None]).astype(np.int64)], axis=1)
        feeds: dict[str, NDArray[Any]] = {"input_ids": ids, "attention_mask": real}
        if self.layout.positions:
            feeds["position_ids"] = np.maximum(real.cumsum(axis=1) - 1, 0)[:, -time:]
        for number in range(self.layout.blocks):
            for place, part in enumerate(("key", "value")):
                feeds[f"past_key_values.{number}.{part}"] = memory.past[2 * number + place]
        made = self._session.run(feeds)
        logits = self._whole(made["logits"])
        past = tuple(
            made[f"present.{number}.{part}"]
            for number in range(self.layout.blocks)
            for part in ("key", "value")
        )
        return Memory(past, real, logits[np.arange(len(more)), lengths - 1]), logits

    def surprise(self, memory: Memory, prompts: Sequence[Ids], texts: Sequence[Ids]) -> list[int]:
        """Return how surprising texts are, each after its prompt: -log likelihood in `chance` units.

        Args:
            memory: Of one row, read before each prompt.
            prompts: Are read, not judged; may be empty.
            texts: At least one token each.
        """
        found: list[int] = []
        for start in range(0, len(texts), SCORED_AT_ONCE):
            pairs = list(zip(prompts, texts, strict=True))[start : start + SCORED_AT_ONCE]
            wide = memory.rows([0] * len(pairs))
            _, logits = self.advance(wide, [[*prompt, *text] for prompt, text in pairs])
            for row, (prompt, text) in enumerate(pairs):
                before = np.concatenate([memory.last, logits[row]])
                told = before[len(prompt) : len(prompt) + len(text)]
                every = negative_log_likelihood(told)
                found.append(int(every[np.arange(len(text)), np.array(text)].sum()))
        return found

    def _whole(self, logits: NDArray[Any]) -> NDArray[np.int64]:
        """Return logits on the grid of `chance`."""
        if not np.isfinite(logits).all():
            raise PackageInvalid("the language model's logits are no finite numbers; export it again")
        scaled = (
            logits if self.layout.logits_per_nat == GRID else logits * (GRID / self.layout.logits_per_nat)
        )
        return np.rint(scaled).astype(np.int64)
