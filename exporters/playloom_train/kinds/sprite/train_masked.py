"""The training loop of the masked-palette network: progress, checkpoints, resume.

Loss: cross-entropy of what is hidden (absorbing-state diffusion, Austin et al.
2021; MaskGIT, Chang et al. 2022), of alpha and of colour.
"""

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from playloom_train import checkpoints, ranks
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.sprite.batches import Batch, Batches, Vocabulary
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.masked import MaskedNet, Shape

ALPHA_WEIGHT = 2.0  # an error in the silhouette shows more than one in a colour
_INPUTS = 64  # of a sum, up to which weights learn at the full rate
_CHECK_SECONDS = 120.0  # between validations, each with a checkpoint


@dataclass(frozen=True)
class Settings:
    """How a run is sized; one for each sort of machine."""

    minutes: float
    batch: int = 16  # sprites of 32x32, or as many pixels of other sizes
    rate: float = 6e-3  # peak of the learning rate of sums of few inputs
    warm: int = 100  # steps in which the rate rises to its peak
    decay: float = 1e-3  # of the weights
    average: float = 0.998  # of the running average of the weights
    steps: int | None = None  # ends the run instead of the minutes
    shape: dict[str, Any] = field(default_factory=dict)  # of the network, where it differs


PRESETS = {
    "cpu": Settings(minutes=70),
    "gpu": Settings(
        minutes=9,
        batch=512,
        average=0.9995,
        shape={"widths": (64, 128, 256), "fall": (2, 2, 2), "rise": (1, 2, 2), "features": 32, "told": 256},
    ),
    # Going on from a package's weights with a developer's own sprites.
    "own": Settings(minutes=12, batch=16, rate=2e-3, warm=50, average=0.995),
}


@dataclass
class Progress:
    """Where a run stands; saved in every checkpoint."""

    step: int = 0
    images: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Losses:
    """Nats for each hidden pixel."""

    alpha: float
    colour: float


Report = Callable[[Progress, float, Losses], None]  # progress, share of the run, losses in validation


def losses_of(net: Callable[..., tuple[Tensor, Tensor]], batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the mean cross-entropy of the alpha asked for and of the colours, in nats a pixel."""
    alpha, colour = net(batch.tokens, batch.palette, batch.condition, batch.given)
    colour = colour.masked_fill(batch.given[:, :, None, None] == 0, -1e5)
    return _mean(alpha, batch.alpha), _mean(colour, batch.colour)


def _mean(logits: Tensor, asked: Tensor) -> Tensor:
    """Return a mean in which a sprite weighs by the root of the pixels that are asked of it.

    Otherwise large opaque textures, hard to foretell, would be most of what is learned.
    """
    losses = F.cross_entropy(logits / LOGITS_PER_NAT, asked, ignore_index=-1, reduction="none").sum((1, 2))
    count = (asked >= 0).sum((1, 2)).clamp(min=1)
    return (losses / count.sqrt()).sum() / ((asked >= 0).any(1).any(1) * count.sqrt()).sum().clamp(min=1)


def train_masked(
    examples: Sequence[Example],
    aside: Sequence[Example],
    vocabulary: Vocabulary,
    settings: Settings,
    folder: Path,
    *,
    seed: int = 0,
    resume: bool = False,
    start: MaskedNet | None = None,
    report: Report = lambda progress, share, losses: None,
) -> tuple[MaskedNet, Progress]:
    """Train for the minutes or steps of ``settings``; return the averaged net and the progress.

    A checkpoint (`folder`/masked.pt, this machine's own work file, never part of a package) is written
    every two minutes, at the end and on Ctrl-C.

    Args:
        examples: To train on.
        aside: Sprites that only measure the loss; those trained on where there are none.
        vocabulary: Of the conditions.
        settings: See `PRESETS`.
        folder: Of the checkpoint.
        seed: Of the first weights and the batches.
        resume: Go on from the checkpoint.
        start: A trained net to go on from.
        report: Called at every validation.

    Raises:
        FileInvalid: If ``resume`` finds no checkpoint, or one of another shape.
    """
    state = _State(Shape(len(vocabulary.names), **settings.shape), settings, seed, start)
    path = folder / "masked.pt"
    if resume:
        state.restore(path)
    # Every process draws batches of its own.
    batches = Batches(examples, vocabulary, seed + state.progress.step + 7919 * ranks.rank())
    checks = Batches(aside or examples, vocabulary, 12345, plain=True)
    sides = [side for side in (32, 32, 16) if side in checks.fitting] or checks.sides
    fixed = [checks.draw(32, side) for side in sides for _ in range(2)]
    first = ranks.rank() == 0
    began = time.monotonic() - state.progress.seconds
    checked = time.monotonic()
    try:
        while (share := ranks.told(state.share(), state.device)) < 1.0:
            state.update(batches.draw(settings.batch), share)
            state.progress.seconds = time.monotonic() - began
            if first and time.monotonic() - checked > _CHECK_SECONDS:
                checked = time.monotonic()
                state.save(path)
                report(state.progress, share, validate(state.average, fixed, state.device))
    finally:
        if first:
            state.save(path)
    if first:
        report(state.progress, 1.0, validate(state.average, fixed, state.device))
    return state.average.cpu(), state.progress


class _State:
    """A net in training, its running average, its optimiser and how far it has come."""

    def __init__(self, shape: Shape, settings: Settings, seed: int, start: MaskedNet | None) -> None:
        torch.manual_seed(seed)
        self.settings = settings
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = (copy.deepcopy(start) if start else MaskedNet(shape)).train().to(self.device)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks this one
        self.average = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(
            paced(self.net), weight_decay=settings.decay, betas=(0.9, 0.98), fused=True
        )
        self.progress = Progress()

    def share(self) -> float:
        """Return how much of the run is over; 1 ends it."""
        if self.settings.steps is not None:
            return self.progress.step / self.settings.steps
        return self.progress.seconds / (self.settings.minutes * 60)

    def update(self, batch: Batch, share: float) -> None:
        """Take one step; ``share`` of the run, 0..1, sets the rate (cosine, Loshchilov and Hutter 2017)."""
        step, settings = self.progress.step + 1, self.settings
        rate = settings.rate * min(1.0, step / settings.warm) * (0.5 + 0.5 * math.cos(math.pi * share))
        for group in self.optimiser.param_groups:
            group["lr"] = max(rate, settings.rate * 0.005) * group["pace"]
        self.optimiser.zero_grad(set_to_none=True)
        alpha, colour = losses_of(self.net, moved(batch, self.device))
        (ALPHA_WEIGHT * alpha + colour).backward()  # type: ignore[no-untyped-call]
        ranks.average_gradients(self.net)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        decay = min(settings.average, step / (step + 19))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.net.parameters()), 1 - decay)
        self.progress.step = step
        self.progress.images += len(batch.tokens) * ranks.count()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "shape": asdict(self.net.shape),
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        checkpoints.save(path, state)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = checkpoints.load(path, asdict(self.net.shape), self.device, "a sprite run")
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(**state["progress"])


def paced(net: torch.nn.Module) -> list[dict[str, Any]]:
    """Return the parameters in groups by how fast they may learn.

    Nothing normalizes activations on the grid, and one step of Adam moves all weights of a sum alike: the
    more inputs a sum has, the smaller the step must be (Yang et al. 2021), or channels saturate.
    """
    groups: dict[float, list[Tensor]] = {}
    for name, parameter in net.named_parameters():
        inputs = parameter[0].numel() if name.endswith("weight") else 1
        if name == "wanted.weight":  # few conditions hold at a time
            inputs = 1
        groups.setdefault(min(1.0, _INPUTS / inputs), []).append(parameter)
    return [{"params": parameters, "pace": pace} for pace, parameters in groups.items()]


def moved(batch: Batch, device: torch.device) -> Batch:
    """Return the batch on another device."""
    return Batch(*(getattr(batch, name).to(device) for name in Batch.__dataclass_fields__))


def validate(net: MaskedNet, batches: list[Batch], device: torch.device) -> Losses:
    """Return the mean losses over ``batches``."""
    with torch.no_grad():
        found = [losses_of(net, moved(batch, device)) for batch in batches]
    return Losses(*(sum(float(pair[i]) for pair in found) / len(found) for i in (0, 1)))
