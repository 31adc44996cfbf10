"""Sprites with their gists, of which a painter learns."""

import torch
from torch import Tensor

from playloom_train.kinds.sprite.batches import Batch, Batches
from playloom_train.kinds.sprite.gist import GistEncoder
from playloom_train.kinds.sprite.networks import Encoder

_POOL = 16_000  # sprites that are kept
_FRESH = 4  # a sprite in so many of a batch is seen anew

Told = tuple[Tensor, ...]  # whole (B, H, W), palette, given, condition, gist


class Pool:
    """Sprites seen anew, with their gists; most of a batch has been seen before, which costs nothing."""

    def __init__(
        self, batches: Batches, encoders: tuple[Encoder, GistEncoder], side: int, device: torch.device
    ) -> None:
        """Draw sprites of ``side`` from ``batches``."""
        self.batches, self.side, self.device = batches, side, device
        self.encoder, self.gist = encoders[0].to(device).eval(), encoders[1].to(device).eval()
        self.kept: list[Tensor] = []
        self.filled = 0  # sprites ever put in

    def draw(self, count: int) -> Told:
        """Return a batch on the device."""
        fresh = count if self.filled < count else max(1, count // _FRESH)
        self._keep(self._told(self.batches.draw(fresh, self.side)))
        places = torch.randint(0, min(self.filled, _POOL), (count,))
        return tuple(part[places].to(self.device) for part in self.kept)

    def _told(self, batch: Batch) -> Told:
        whole, palette, given = (part.to(self.device) for part in (batch.whole, batch.palette, batch.given))
        with torch.no_grad():
            gist = self.gist.levels(self.encoder.codes(whole, palette, given))
        return whole, palette, given, batch.condition, gist

    def _keep(self, fresh: Told) -> None:
        if not self.kept:
            self.kept = [torch.empty((_POOL, *part.shape[1:]), dtype=part.dtype) for part in fresh]
        places = torch.arange(self.filled, self.filled + len(fresh[0])) % _POOL
        for kept, part in zip(self.kept, fresh, strict=True):
            kept[places] = part.cpu()
        self.filled += len(places)
