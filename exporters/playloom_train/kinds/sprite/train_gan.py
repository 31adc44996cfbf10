"""The training loop of the GAN: both losses told, checkpoints, resume.

Losses: non-saturating (Goodfellow et al. 2014) with a penalty on the judge's
gradient at real pictures (R1, Mescheder et al. 2018), taken every few steps (Karras et al. 2020).
"""

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playloom.errors import RequestInvalid
from playloom_train import checkpoints, ranks
from playloom_train.averaging import follow
from playloom_train.dyadic import TOP, fold, grids_of, put_on_grids
from playloom_train.kinds.sprite.batches import Batches, Vocabulary, filled
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.gan import SIDE, Judge, Painter, PainterShape, augmented, painted
from playloom_train.kinds.sprite.training import FOLDED_FROM, Progress

_SAVE_SECONDS = 120.0


@dataclass(frozen=True)
class Settings:
    """How long and how fast the GAN is trained."""

    minutes: float
    batch: int = 16
    rate: float = 1e-3  # of the painter
    judge_rate: float = 6e-4
    penalty: float = 0.1  # weight of R1
    lazy: int = 8  # steps from one penalty to the next
    warm: int = 20
    average: float = 0.995
    steps: int | None = None  # ends the run instead of the minutes
    shape: dict[str, Any] = field(default_factory=dict)  # of the painter, where it differs


@dataclass(frozen=True)
class GanLosses:
    """Means since the last report."""

    painter: float
    judge: float
    real: float  # mean score of real sprites
    made: float  # and of painted ones


Report = Callable[[Progress, float, GanLosses], None]
_Real = tuple[Tensor, Tensor, Tensor, Tensor]  # pictures, palette, given, condition


def train_gan(
    examples: Sequence[Example],
    vocabulary: Vocabulary,
    settings: Settings,
    folder: Path,
    *,
    seed: int = 0,
    resume: bool = False,
    start: Painter | None = None,
    report: Report = lambda progress, share, losses: None,
) -> tuple[Painter, Progress]:
    """Train for the minutes or steps of ``settings``; return the averaged painter and the progress.

    A checkpoint (`folder`/gan.pt, this machine's own work file, never part of a package) is written every
    two minutes, at the end and on Ctrl-C.

    Args:
        examples: To train on; those of 32x32 are.
        vocabulary: Of the conditions.
        settings: How long, how fast.
        folder: Of the checkpoint.
        seed: Of the first weights and the batches.
        resume: Go on from the checkpoint.
        start: A trained painter to go on from.
        report: Called at every checkpoint.

    Raises:
        FileInvalid: If ``resume`` finds no checkpoint, or one of another shape.
        RequestInvalid: If no sprite is 32x32.
    """
    state = _State(PainterShape(len(vocabulary.names), **settings.shape), settings, seed, start)
    path = folder / "gan.pt"
    if resume:
        state.restore(path)
    batches = Batches(examples, vocabulary, seed + state.progress.step + 7919 * ranks.rank())
    if SIDE not in batches.fitting:
        raise RequestInvalid(f"no sprite is {SIDE}x{SIDE}, the size a painter learns; train without it")
    state.random.manual_seed(seed + state.progress.step + 7919 * ranks.rank())
    first = ranks.rank() == 0
    began = time.monotonic() - state.progress.seconds
    saved = time.monotonic()
    try:
        while not state.progress.done:
            share = ranks.told(state.share(), state.device)
            state.update(state.moved(real(batches, settings.batch)), share)
            state.progress.seconds = time.monotonic() - began
            state.progress.done = share >= 1.0
            if first and time.monotonic() - saved > _SAVE_SECONDS:
                saved = time.monotonic()
                state.save(path)
                report(state.progress, share, state.losses())
    finally:
        if first:
            state.save(path)
    if first:
        report(state.progress, 1.0, state.losses())
    return state.average.cpu(), state.progress


def real(batches: Batches, count: int) -> _Real:
    """Return pictures of real sprites as `painted` makes them, with palettes and conditions."""
    seen = batches.seen(count, SIDE)
    pictures = np.zeros((count, 4, SIDE, SIDE), np.float32)
    for picture, (tokens, colours, _) in zip(pictures, seen, strict=True):
        table = np.concatenate([np.zeros((1, 3)), colours / 127.5 - 1]).astype(np.float32)
        picture[:3], picture[3] = table[tokens].transpose(2, 0, 1), tokens > 0
    palette, given = (np.stack(part) for part in zip(*(filled(c) for _, c, _ in seen), strict=True))
    told = np.stack([batches.vocabulary.vector(names) for _, _, names in seen])
    return (*(torch.from_numpy(array) for array in (pictures, palette, given, told)),)  # type: ignore[return-value]


class _State:
    """A painter, its running average, its judge, their optimisers and how far they have come."""

    def __init__(self, shape: PainterShape, settings: Settings, seed: int, start: Painter | None) -> None:
        torch.manual_seed(seed)
        self.settings = settings
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        painter = copy.deepcopy(start) if start else Painter(shape)
        self.painter = painter.to(self.device).train()
        self.judge = Judge(shape.condition).to(self.device)
        for net in (self.painter, self.judge):
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks this one
        self.average = copy.deepcopy(self.painter).eval()
        self.optimisers = {
            "painter": torch.optim.Adam(self.painter.parameters(), betas=(0.0, 0.99), fused=True),
            "judge": torch.optim.Adam(self.judge.parameters(), betas=(0.0, 0.99), fused=True),
        }
        self.random = torch.Generator()
        self.progress = Progress(folded=start is not None)
        self.told: list[tuple[float, float, float, float]] = []

    def share(self) -> float:
        """Return how much of the run is over; 1 ends it."""
        if self.settings.steps is not None:
            return (self.progress.step + 1) / self.settings.steps
        return self.progress.seconds / (self.settings.minutes * 60)

    def moved(self, batch: _Real) -> _Real:
        """Return the batch on the device."""
        pictures, palette, given, told = (part.to(self.device) for part in batch)
        return pictures, palette, given, told

    def update(self, batch: _Real, share: float) -> None:
        """Take one step of the judge and one of the painter."""
        settings, step = self.settings, self.progress.step + 1
        if share >= FOLDED_FROM and not self.progress.folded:
            self._fold()
        scale = min(1.0, step / settings.warm) * (0.5 + 0.5 * math.cos(math.pi * max(0.0, 2 * share - 1)))
        for name, rate in (("painter", settings.rate), ("judge", settings.judge_rate)):
            for group in self.optimisers[name].param_groups:
                group["lr"] = rate * max(scale, 0.02)
        pictures, palette, given, condition = batch
        noise = torch.randint(0, TOP + 1, (len(pictures), self.painter.shape.noise), generator=self.random)
        alpha, colour = self.painter(noise.to(self.device).float(), palette, condition, given)
        made = painted(alpha, colour, palette, given)
        judged = self._teach_judge(pictures, made.detach(), condition, step)
        self.judge.requires_grad_(False)
        score = self.judge(augmented(made, self.random), condition)
        loss = F.softplus(-score).mean()
        self._step("painter", self.painter, loss)
        self.judge.requires_grad_(True)
        self.told.append((float(loss.detach()), *judged))
        follow(self.average, self.painter, settings.average, step)
        self.progress.step = step
        self.progress.images += len(pictures) * ranks.count()

    def _fold(self) -> None:
        """Go on from the average, on the grid."""
        fold(self.average)
        self.painter = copy.deepcopy(self.average).train()
        self.progress.folded = True
        self.optimisers["painter"] = torch.optim.Adam(
            self.painter.parameters(), betas=(0.0, 0.99), fused=True
        )

    def _teach_judge(
        self, pictures: Tensor, made: Tensor, condition: Tensor, step: int
    ) -> tuple[float, float, float]:
        settings, lazily = self.settings, step % self.settings.lazy == 0
        shown = augmented(pictures, self.random).requires_grad_(lazily)
        scores = self.judge(shown, condition)
        false = self.judge(augmented(made, self.random), condition)
        loss = F.softplus(-scores).mean() + F.softplus(false).mean()
        total = loss
        if lazily:
            (slope,) = torch.autograd.grad(scores.sum(), shown, create_graph=True)
            total = loss + settings.penalty / 2 * settings.lazy * slope.square().sum((1, 2, 3)).mean()
        self._step("judge", self.judge, total)
        return float(loss.detach()), float(scores.mean().detach()), float(false.mean().detach())

    def _step(self, name: str, net: torch.nn.Module, loss: Tensor) -> None:
        self.optimisers[name].zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        ranks.average_gradients(net)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        self.optimisers[name].step()

    def losses(self) -> GanLosses:
        """Return means since the last call."""
        means = np.mean(self.told or [(math.nan,) * 4], axis=0)
        self.told = []
        return GanLosses(*(float(mean) for mean in means))

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "shape": asdict(self.painter.shape),
            "painter": self.painter.state_dict(),
            "judge": self.judge.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": {name: one.state_dict() for name, one in self.optimisers.items()},
            "progress": asdict(self.progress),
            "grids": grids_of(self.average),
        }
        checkpoints.save(path, state)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = checkpoints.load(path, asdict(self.painter.shape), self.device, "a GAN run")
        self.progress = Progress(**state["progress"])
        self.progress.done = self.share() > 1.0  # a finished run may go on for longer
        if self.progress.folded:
            self._fold()
        for net in (self.painter, self.average):
            put_on_grids(net, state["grids"])
        self.painter.load_state_dict(state["painter"])
        self.judge.load_state_dict(state["judge"])
        self.average.load_state_dict(state["average"])
        for name, one in self.optimisers.items():
            one.load_state_dict(state["optimisers"][name])
