"""The training loop of the painter: sprites from their gists, then beside a judge; all losses told.

First it learns to draw real sprites again from their gists. Then a judge joins in: non-saturating losses
(Goodfellow et al. 2014) with a penalty on the judge's gradient at real pictures (R1, Mescheder et al. 2018),
taken every few steps (Karras et al. 2020). What the judge asks for weighs a fixed share of what the sprite
asks for (VQGAN, Esser et al. 2021), so neither drowns the other.
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
from playloom_train.dyadic import LOGITS_PER_NAT, fold, grids_of, put_on_grids
from playloom_train.kinds.sprite.batches import PALETTE, Batches, Vocabulary
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.gan import SIDE, Painter, PainterShape
from playloom_train.kinds.sprite.gist import GistEncoder
from playloom_train.kinds.sprite.gist_pool import Pool, Told
from playloom_train.kinds.sprite.judge import Judge, augmented, painted, pictures
from playloom_train.kinds.sprite.networks import Encoder
from playloom_train.training import FOLDED_FROM, Progress

_SAVE_SECONDS = 60.0
_ALPHA_WEIGHT = 2.0  # an error in the silhouette shows more than one in a colour
_WRONG = 0.03  # share of the numbers of a gist that are those of another sprite: a prior errs too
_LISTENING = 0.15  # share of the run in which what the judge asks for rises to its full weight
_TUNED = 0.2  # of the rate, for a painter that was trained before


@dataclass(frozen=True)
class Settings:
    """How long and how fast the painter is trained."""

    minutes: float
    batch: int = 32
    rate: float = 2e-3  # peak, of the painter
    judge_rate: float = 5e-4
    judged_from: float = 0.35  # share of the run after which the judge joins in
    judged: float = 0.6  # weight of what it asks for, in that of the sprite itself
    penalty: float = 0.1  # weight of R1
    lazy: int = 8  # steps from one penalty to the next
    warm: int = 50
    average: float = 0.998
    steps: int | None = None  # ends the run instead of the minutes
    shape: dict[str, Any] = field(default_factory=dict)  # of the painter, where it differs


@dataclass(frozen=True)
class GanLosses:
    """Means since the last report; those of the judge are nan before it joins in."""

    alpha: float  # nats a pixel of the sprite itself
    colour: float  # nats an opaque pixel
    painter: float
    judge: float
    real: float  # mean score of real sprites
    made: float  # and of painted ones

    def words(self) -> str:
        """Return them for people."""
        told = f"{self.alpha:.3f} nats alpha, {self.colour:.3f} nats colour"
        if math.isnan(self.judge):
            return told
        return f"{told}, painter {self.painter:.2f}, judge {self.judge:.2f}"


Report = Callable[[Progress, float, GanLosses], None]
Ask = tuple[Tensor, ...]  # gradients at the logits of alpha and of colours


def train_gan(
    examples: Sequence[Example],
    vocabulary: Vocabulary,
    encoders: tuple[Encoder, GistEncoder],
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
    minute, at the end and on Ctrl-C.

    Args:
        examples: To train on; those of 32x32 are.
        vocabulary: Of the conditions.
        encoders: Trained, of sprites to codes and codes to gists.
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
    gist = encoders[1].shape.gist
    state = _State(PainterShape(len(vocabulary.names), gist, **settings.shape), settings, seed, start)
    path = folder / "gan.pt"
    if resume:
        state.restore(path)
    batches = Batches(examples, vocabulary, seed)
    if SIDE not in batches.fitting:
        raise RequestInvalid(f"no sprite is {SIDE}x{SIDE}, the size a painter learns; train without it")
    # Every process, and a run that goes on, draws batches of its own.
    batches.random = np.random.default_rng((seed, ranks.rank(), state.progress.step))
    torch.manual_seed(int(batches.random.integers(1 << 62)))
    pool = Pool(batches, encoders, SIDE, state.device)
    first = ranks.rank() == 0
    began = time.monotonic() - state.progress.seconds
    saved = time.monotonic()
    try:
        while not state.progress.done:
            share = ranks.told(state.share(), state.device)
            state.update(pool.draw(settings.batch), share)
            state.progress.seconds = time.monotonic() - began
            state.progress.done = share >= 1.0
            if first and (state.progress.done or time.monotonic() - saved > _SAVE_SECONDS):
                saved = time.monotonic()
                state.save(path)
                report(state.progress, min(share, 1.0), state.losses())
    finally:
        if first:
            state.save(path)
    return state.average.cpu(), state.progress


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
        self.optimisers = {"painter": _adam(self.painter, 0.9), "judge": _adam(self.judge, 0.0)}
        self.progress = Progress(folded=start is not None)
        self.tuned = self.progress.folded  # what was folded before is only tuned
        self.asks: list[float] = []  # running size of what the sprite and what the judge ask for
        self.told: list[tuple[float, ...]] = []

    def share(self) -> float:
        """Return how much of the run is over; 1 ends it."""
        if self.settings.steps is not None:
            return (self.progress.step + 1) / self.settings.steps
        return self.progress.seconds / (self.settings.minutes * 60)

    def update(self, batch: Told, share: float) -> None:
        """Take one step of the painter and, once it has joined in, of the judge."""
        settings, step = self.settings, self.progress.step + 1
        if share >= FOLDED_FROM and not self.progress.folded:
            self._fold()
        self._pace(step, share)
        whole, palette, given, condition, gist = batch
        wrong = torch.rand(gist.shape, device=self.device) < _WRONG
        heard = torch.where(wrong, gist.roll(1, 0), gist)
        alpha, colour = logits = self.painter(heard, palette, condition, given)
        loss, figures = _drawn_again(alpha, colour, whole, given)
        asked = torch.autograd.grad(loss, logits, retain_graph=True)
        judged = (math.nan,) * 4
        if share >= settings.judged_from:
            made = painted(alpha, colour, palette, given)
            told = condition, palette, given
            judged_alone = self._teach_judge(pictures(whole, palette), made.detach(), told, step)
            self.judge.requires_grad_(False)
            wished = F.softplus(-self.judge(augmented(made), *told)).mean()
            self.judge.requires_grad_(True)
            judged = (float(wished.detach()), *judged_alone)
            heard_of = min(1.0, (share - settings.judged_from) / _LISTENING)
            wishes = torch.autograd.grad(wished, logits, retain_graph=True)
            asked = self._together(asked, wishes, settings.judged * heard_of)
        self.optimisers["painter"].zero_grad(set_to_none=True)
        torch.autograd.backward(logits, asked)
        self._step("painter", self.painter)
        self.told.append((*figures, *judged))
        follow(self.average, self.painter, settings.average, step)
        self.progress.step = step
        self.progress.images += len(whole) * ranks.count()

    def _pace(self, step: int, share: float) -> None:
        settings = self.settings
        warm = min(1.0, step / settings.warm)
        scale = warm * (0.5 + 0.5 * math.cos(math.pi * min(1.0, share))) * (_TUNED if self.tuned else 1)
        for group in self.optimisers["painter"].param_groups:
            group["lr"] = settings.rate * max(scale, 0.02)
        for group in self.optimisers["judge"].param_groups:
            group["lr"] = settings.judge_rate

    def _together(self, sprite: Ask, judge: Ask, share: float) -> Ask:
        """Return what both ask of the logits, the judge ``share`` as much as the sprite."""
        sizes = [math.sqrt(sum(float(part.square().sum()) for part in ask)) for ask in (sprite, judge)]
        self.asks = [0.95 * old + 0.05 * new for old, new in zip(self.asks or sizes, sizes, strict=True)]
        weight = share * self.asks[0] / max(self.asks[1], 1e-12)
        return tuple(one + weight * other for one, other in zip(sprite, judge, strict=True))

    def _fold(self) -> None:
        """Go on from the average, on the grid."""
        fold(self.average)
        self.painter = copy.deepcopy(self.average).train()
        self.progress.folded = True
        self.optimisers["painter"] = _adam(self.painter, 0.9)

    def _teach_judge(
        self, real: Tensor, made: Tensor, told: tuple[Tensor, ...], step: int
    ) -> tuple[float, float, float]:
        settings, lazily = self.settings, step % self.settings.lazy == 0
        shown = augmented(real).requires_grad_(lazily)
        scores = self.judge(shown, *told)
        false = self.judge(augmented(made), *told)
        loss = F.softplus(-scores).mean() + F.softplus(false).mean()
        total = loss
        if lazily:
            (slope,) = torch.autograd.grad(scores.sum(), shown, create_graph=True)
            total = loss + settings.penalty / 2 * settings.lazy * slope.square().sum((1, 2, 3)).mean()
        self.optimisers["judge"].zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        self._step("judge", self.judge)
        return float(loss.detach()), float(scores.mean().detach()), float(false.mean().detach())

    def _step(self, name: str, net: torch.nn.Module) -> None:
        ranks.average_gradients(net)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0 if name == "painter" else 10.0)
        self.optimisers[name].step()

    def losses(self) -> GanLosses:
        """Return means since the last call."""
        columns = list(zip(*self.told, strict=True)) or [()] * 6
        self.told = []
        return GanLosses(*(_mean([one for one in column if not math.isnan(one)]) for column in columns))

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
            "asks": self.asks,
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
        self.asks = state["asks"]
        for name, one in self.optimisers.items():
            one.load_state_dict(state["optimisers"][name])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _adam(net: torch.nn.Module, momentum: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(net.parameters(), betas=(momentum, 0.99), fused=True)


def _drawn_again(
    alpha: Tensor, colour: Tensor, whole: Tensor, given: Tensor
) -> tuple[Tensor, tuple[float, float]]:
    """Return the loss of a sprite (B, H, W) that is known, and its parts in nats."""
    solid = whole != PALETTE
    colour = colour.masked_fill(given[:, :, None, None] == 0, -1e5)
    first = F.cross_entropy(alpha / LOGITS_PER_NAT, solid.long())
    # A sprite weighs by the root of its pixels: else large textures would be most of what is learned.
    asked = whole.masked_fill(~solid, -1)
    second = F.cross_entropy(colour / LOGITS_PER_NAT, asked, ignore_index=-1, reduction="none")
    count = solid.sum((1, 2)).clamp(min=1)
    second = (second.sum((1, 2)) / count.sqrt()).sum() / count.sqrt().sum()
    return _ALPHA_WEIGHT * first + second, (float(first.detach()), float(second.detach()))
