"""What the realiser is trained on and judged by, as a stage of the training loop."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from playloom.kinds.quest.realiser.prompt import CONTEXT
from playloom_train import ranks
from playloom_train.kinds.quest.batches import Batches, Row
from playloom_train.kinds.quest.corpus import Document
from playloom_train.kinds.quest.writer import WriterNet, loss_of

_WHOLE = 0.25  # of the batches are rows of the whole context


class WriterStage:
    """Learns to write line after line by the likelihood of the next token."""

    name, what = "writer", "the writer of quests"

    def __init__(
        self, batches: Batches, aside: Sequence[Document], net: WriterNet, rows: int, seed: int
    ) -> None:
        """Train a network.

        Args:
            batches: To learn from.
            aside: Documents that only measure; if there are none, one that is learnt measures.
            net: The network.
            rows: In a batch of rows of half the context.
            seed: Of what is drawn.
        """
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.batches, self.rows, self.seed = batches, rows, seed
        self.nets = nn.ModuleDict({"writer": net})
        shown = aside or next(iter(batches.by_source.values()))[:1]
        self.fixed = [batches.row(one.setting, one.lines) for one in shown]

    def begin(self, step: int) -> None:
        """Draw the batches after ``step``."""
        self.batches.random = np.random.default_rng((self.seed, ranks.rank(), step))
        torch.manual_seed(int(self.batches.random.integers(1 << 62)))

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        """Return the loss of a batch and its rows."""
        # Whole scripts every so often; most rows are half as long, which is more rows in the same time.
        whole = self.batches.random.random() < _WHOLE
        rows, length = (self.rows // 2, CONTEXT) if whole else (self.rows, CONTEXT // 2)
        ids, targets, weights = (one.to(self.device) for one in self.batches.draw(rows, length))
        logits, _ = nets["writer"](ids)
        return loss_of(logits, targets, weights), rows

    def validate(self, nets: nn.ModuleDict) -> dict[str, float]:
        """Return nats a token of the text of the documents set aside."""
        return {"a token": nats_of(nets["writer"], self.fixed)}


def nats_of(net: nn.Module, rows: Sequence[Row], length: int = CONTEXT) -> float:
    """Return nats a token of text, over the first ``length`` tokens of each row."""
    total, count = 0.0, 0.0
    for row in rows:
        ids = torch.tensor([row.ids[: length + 1]])
        text = torch.tensor([[float(one == 1.0) for one in row.weights[1 : length + 1]]])
        device = next(net.parameters()).device
        logits, _ = net(ids[:, :-1].to(device))
        nats = loss_of(logits, ids[:, 1:].to(device), text.to(device))
        total += float(nats.detach()) * float(text.sum())
        count += float(text.sum())
    return total / max(count, 1.0)
