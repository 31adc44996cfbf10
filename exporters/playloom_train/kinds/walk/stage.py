"""What is trained of a walk: every frame from the front, the standing frame and a part of itself."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train import ranks
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.walk.batches import Batch, Batches
from playloom_train.kinds.walk.data import SIDES, Walker
from playloom_train.kinds.walk.walker import WalkerNet

ALPHA_WEIGHT = 2.0  # an error in the silhouette shows more than one in a colour
_ASIDE = 160  # frames set aside that are judged, of each size, in figures of 16x16


class WalkStage:
    """The stage of a run; see `train_stage`."""

    name, what = "walker", "walks"

    def __init__(
        self, walkers: Sequence[Walker], aside: Sequence[Walker], net: WalkerNet, size: int, seed: int
    ) -> None:
        """Prepare.

        Args:
            walkers: To learn from.
            aside: Walkers that only measure; may be empty: then those learnt from do.
            net: The network.
            size: Of a batch, in figures of 16x16.
            seed: Of all chances.
        """
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.nets = nn.ModuleDict({"walker": net})
        self.size, self.seed = size, seed
        self.batches = Batches(walkers, seed)
        checks = Batches(aside or walkers, 12345, plain=True)
        self.fixed = [self._on_device(checks.draw(_ASIDE, side)) for side in SIDES if side in checks.odds]

    def begin(self, step: int) -> None:
        """Draw the batches after ``step``."""
        self.batches.random = np.random.default_rng((self.seed, ranks.rank(), step))

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        """Return the loss of a batch and its size."""
        batch = self._on_device(self.batches.draw(self.size))
        alpha, colour = _losses(nets["walker"], batch)
        return ALPHA_WEIGHT * alpha + colour, len(batch.front)

    def validate(self, nets: nn.ModuleDict) -> dict[str, float]:
        """Return the losses of whole frames set aside, of which nothing is drawn, nats a pixel."""
        found = [_losses(nets["walker"], batch) for batch in self.fixed]
        means = (sum(float(pair[i]) for pair in found) / len(found) for i in (0, 1))
        return dict(zip(("alpha", "colour"), means, strict=True))

    def _on_device(self, batch: Batch) -> Batch:
        return Batch(*(getattr(batch, name).to(self.device) for name in Batch.__dataclass_fields__))


def _losses(net: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
    alpha, colour = net(batch.front, batch.standing, batch.drawn, batch.palette, batch.condition, batch.given)
    colour = colour.masked_fill(batch.given[:, :, None, None] == 0, -1e5)
    return tuple(  # type: ignore[return-value]  # two
        F.cross_entropy(logits / LOGITS_PER_NAT, asked, ignore_index=-1)
        for logits, asked in ((alpha, batch.alpha), (colour, batch.colour))
    )
