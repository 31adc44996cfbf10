"""The three stages of a sprite run: codes and pixels, layouts, gists."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playloom_train import ranks
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.sprite.batches import PALETTE, Batch, Batches, Vocabulary
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.gist import GistEncoder, GistPrior, coarse
from playloom_train.kinds.sprite.layers import CODES, LEVELS
from playloom_train.kinds.sprite.layout import Layout
from playloom_train.kinds.sprite.networks import Denoiser, Encoder

ALPHA_WEIGHT = 2.0  # an error in the silhouette shows more than one in a colour
_FIXED = (32, 32, 16)  # sides of the sprites set aside that are judged
_Gists = tuple[Tensor, ...]  # gist, palette, given, condition, outline; one row each
_POOL = 60_000  # gists of which the prior learns, each of a sprite seen anew


class Material:
    """Sprites to train on and those that only measure, as batches on the device."""

    def __init__(
        self,
        examples: Sequence[Example],
        aside: Sequence[Example],
        vocabulary: Vocabulary,
        size: int,
        seed: int,
    ) -> None:
        """Prepare; ``aside`` may be empty: then those trained on measure."""
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.size, self.vocabulary = size, vocabulary
        self.batches, self.seed = Batches(examples, vocabulary, seed), seed
        checks = Batches(aside or examples, vocabulary, 12345, plain=True)
        sides = [side for side in _FIXED if side in checks.fitting] or checks.sides
        self.fixed = [self._moved(checks.draw(32, side)) for side in sides for _ in range(2)]

    def begin(self, stage: int, step: int) -> None:
        """Draw what follows ``step`` of a stage; so a resumed run sees new batches."""
        seeds = (self.seed, ranks.rank(), stage, step)
        self.batches.random = np.random.default_rng(seeds)
        torch.manual_seed(int(self.batches.random.integers(1 << 62)))

    def draw(self) -> Batch:
        """Return a batch to train on."""
        return self._moved(self.batches.draw(self.size))

    def _moved(self, batch: Batch) -> Batch:
        return Batch(*(getattr(batch, name).to(self.device) for name in Batch.__dataclass_fields__))


class CodesStage:
    """Encoder and denoiser: sprites to codes, and codes and what is shown of a sprite back to the sprite."""

    name, what = "codes", "codes and pixels"

    def __init__(
        self, material: Material, encoder: Encoder, denoiser: Denoiser, *, frozen: bool = False
    ) -> None:
        """Train these; a ``frozen`` encoder stays as it is, so that what was learned of its codes holds."""
        self.material, self.frozen = material, frozen
        self.nets = nn.ModuleDict(
            {"denoiser": denoiser} if frozen else {"encoder": encoder, "denoiser": denoiser}
        )
        self.encoder = encoder.to(material.device).eval() if frozen else None

    def begin(self, step: int) -> None:
        """Draw the batches after ``step``."""
        self.material.begin(0, step)

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        """Return the loss of a batch and its size."""
        batch = self.material.draw()
        values, known = self._values(nets, batch)
        # Some codes hidden, all of them at times, so that it can do without; some wrong, as a layout may be.
        count, _, high, wide = values.shape
        chance = torch.rand(count, 1, 1, 1, device=values.device)
        single = (torch.rand(count, 1, high, wide, device=values.device) > chance * 1.5).float()
        known = torch.where(chance < 0.08, 0.0, torch.where(chance < 0.3, single, known))
        wrong = torch.rand_like(known) < 0.02
        others = values[torch.randperm(count, device=values.device)].roll(1, 2)
        alpha, colour = self._losses(nets, batch, torch.where(wrong, others, values), known)
        return ALPHA_WEIGHT * alpha + colour, count

    def validate(self, nets: nn.ModuleDict) -> dict[str, float]:
        """Return the losses of pixels whose codes are known."""
        found = [self._losses(nets, batch, *self._values(nets, batch)) for batch in self.material.fixed]
        return {name: _mean(pair[i] for pair in found) for i, name in enumerate(("alpha", "colour"))}

    def _values(self, nets: nn.ModuleDict, batch: Batch) -> tuple[Tensor, Tensor]:
        encoder = self.encoder or nets["encoder"]
        values = encoder(batch.whole, batch.palette, batch.given)
        return values, torch.ones_like(values[:, :1])

    def _losses(
        self, nets: nn.ModuleDict, batch: Batch, values: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        planes = torch.cat([values * known, known * 127], 1)
        alpha, colour = nets["denoiser"](planes, batch.tokens, batch.palette, batch.condition, batch.given)
        colour = colour.masked_fill(batch.given[:, :, None, None] == 0, -1e5)
        return _pixel_loss(alpha, batch.alpha), _pixel_loss(colour, batch.colour)


class LayoutStage:
    """Gist encoder and layout: codes to a gist, and the gist and what is known of the codes back to codes."""

    name, what = "layout", "gist and layout"

    def __init__(
        self, material: Material, encoder: Encoder, gist: GistEncoder, layout: Layout, *, frozen: bool = False
    ) -> None:
        """Train these; a ``frozen`` gist encoder stays as it is."""
        self.material = material
        self.encoder = encoder.to(material.device).eval()
        self.nets = nn.ModuleDict({"layout": layout} if frozen else {"gist_encoder": gist, "layout": layout})
        self.gist = gist.to(material.device).eval() if frozen else None

    def begin(self, step: int) -> None:
        """Draw the batches after ``step``."""
        self.material.begin(1, step)

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        """Return the loss of a batch and its size."""
        batch = self.material.draw()
        codes, gist = self._codes(nets, batch)
        count, device = len(codes), codes.device
        masked = _masked(codes.shape, torch.rand(count, 1, 1, device=device), whole=0.25)
        # The gist unknown at times, so that words weigh against none; some of it wrong, as a prior's may be.
        wrong = torch.rand_like(gist) < 0.03
        gist = torch.where(wrong, gist[torch.randperm(count, device=device)], gist)
        gist = gist * (torch.rand(count, 1, device=device) > 0.12)
        shown = torch.rand(count, 1, 1, device=device) < 0.2  # silhouettes
        tokens = torch.where(shown, batch.whole, PALETTE + 2)
        return _code_loss(nets["layout"], codes, masked, gist, tokens, batch), count

    def validate(self, nets: nn.ModuleDict) -> dict[str, float]:
        """Return the loss of hidden codes over all shares that are hidden, with the gist and without."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(5)
            told: list[Tensor] = []
            untold: list[Tensor] = []
            for batch in self.material.fixed:
                codes, gist = self._codes(nets, batch)
                shares = torch.linspace(0, 0.95, len(codes), device=codes.device)[:, None, None]
                masked = _masked(codes.shape, shares)
                nothing = torch.full_like(batch.whole, PALETTE + 2)
                for losses, known in ((told, gist), (untold, torch.zeros_like(gist))):
                    losses.append(_code_loss(nets["layout"], codes, masked, known, nothing, batch))
        return {"codes": _mean(told), "codes without gist": _mean(untold)}

    def _codes(self, nets: nn.ModuleDict, batch: Batch) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            codes = self.encoder.codes(batch.whole, batch.palette, batch.given)
        encoder = self.gist or nets["gist_encoder"]
        return codes, encoder(codes)


class GistStage:
    """The prior of gists; it learns from a pool of sprites seen anew, many times over."""

    name, what = "gist", "prior of gists"

    def __init__(
        self, material: Material, encoder: Encoder, gist: GistEncoder, prior: GistPrior, batch: int = 512
    ) -> None:
        """Train the prior."""
        self.material, self.batch = material, batch
        self.encoder = encoder.to(material.device).eval()
        self.gist = gist.to(material.device).eval()
        self.nets = nn.ModuleDict({"gist_prior": prior})
        self.pool: list[Tensor] = []
        self.filled = 0  # sprites ever put into the pool
        self.fixed = [self._told(one) for one in material.fixed]

    def begin(self, step: int) -> None:
        """Draw the batches after ``step``."""
        self.material.begin(2, step)

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        """Return the loss of a batch and how many sprites were seen anew for it."""
        fresh = self._told(self.material.draw(), outlined=0.25)
        self._keep(fresh)
        places = torch.randint(0, min(self.filled, _POOL), (self.batch,))
        gist, *told = (part[places].to(self.material.device) for part in self.pool)
        return self._loss(nets, (gist, *told)), len(fresh[0])

    def validate(self, nets: nn.ModuleDict) -> dict[str, float]:
        """Return the loss of a hidden number over all shares that are hidden; no silhouette known."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            return {"gist": _mean(self._loss(nets, one) for one in self.fixed)}

    def _told(self, batch: Batch, outlined: float = 0.0) -> _Gists:
        """Return gists and what they are told by, the silhouette for a share of ``outlined`` of them."""
        with torch.no_grad():
            gist = self.gist.levels(self.encoder.codes(batch.whole, batch.palette, batch.given))
        outline = coarse(batch.whole != PALETTE)
        outline *= torch.rand(len(outline), 1, device=outline.device) < outlined
        return gist, batch.palette, batch.given, batch.condition, outline

    def _keep(self, fresh: _Gists) -> None:
        if not self.pool:
            self.pool = [torch.empty((_POOL, *part.shape[1:]), dtype=part.dtype) for part in fresh]
        places = torch.arange(self.filled, self.filled + len(fresh[0])) % _POOL
        for kept, part in zip(self.pool, fresh, strict=True):
            kept[places] = part.cpu()
        self.filled += len(places)

    def _loss(self, nets: nn.ModuleDict, gists: _Gists) -> Tensor:
        gist, palette, given, condition, outline = gists
        masked = torch.rand(gist.shape, device=gist.device) < torch.rand(len(gist), 1, device=gist.device)
        masked[:, 0] |= ~masked.any(1)
        shown = torch.where(masked, LEVELS, gist)
        logits = nets["gist_prior"](shown, palette, condition, outline, given, dropped=0.2) / LOGITS_PER_NAT
        losses = F.cross_entropy(logits.flatten(0, 1), gist.flatten(), reduction="none").view_as(gist)
        # Each sprite counts alike, however much of it is hidden (Uria et al. 2014).
        return ((losses * masked).sum(1) / masked.sum(1)).mean()


def _masked(shape: Sequence[int], share: Tensor, whole: float = 0.0) -> Tensor:
    """Return which codes are hidden: a cosine of ``share`` (B, 1, 1), or all in ``whole`` of the sprites."""
    masked = torch.rand(*shape, device=share.device) < torch.cos(0.5 * torch.pi * share)
    masked |= torch.rand_like(share) < whole
    masked[:, 0, 0] |= ~masked.flatten(1).any(1)
    return masked


def _code_loss(
    layout: nn.Module, codes: Tensor, masked: Tensor, gist: Tensor, tokens: Tensor, batch: Batch
) -> Tensor:
    shown = torch.where(masked, CODES, codes)
    logits = layout(shown, gist, tokens, batch.palette, batch.condition, batch.given) / LOGITS_PER_NAT
    losses = F.cross_entropy(logits, codes, reduction="none")
    return (losses * masked).sum() / masked.sum()


def _pixel_loss(logits: Tensor, asked: Tensor) -> Tensor:
    """Return a mean, nats a pixel, in which a sprite weighs by the root of the pixels that are asked of it.

    Otherwise large opaque textures, hard to foretell, would be most of what is learned.
    """
    losses = F.cross_entropy(logits / LOGITS_PER_NAT, asked, ignore_index=-1, reduction="none").sum((1, 2))
    count = (asked >= 0).sum((1, 2)).clamp(min=1)
    return (losses / count.sqrt()).sum() / ((asked >= 0).any(1).any(1) * count.sqrt()).sum().clamp(min=1)


def _mean(losses: Iterable[Tensor]) -> float:
    values = [float(one) for one in losses]
    return sum(values) / len(values)
