"""The training loop of a level model: progress, checkpoints, resume, early stopping.

Loss: cross-entropy on the masked cells (absorbing-state diffusion, Austin et
al. 2021; MaskGIT, Chang et al. 2022).
"""

import copy
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from playloom.kinds.level.condition import CONTROLS
from playloom_train import checkpoints, ranks
from playloom_train.averaging import follow
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.level.batches import Batch, Batches
from playloom_train.kinds.level.gather import Material
from playloom_train.kinds.level.model import LevelNet, Shape


@dataclass(frozen=True)
class Preset:
    """How a run is sized; one for each sort of machine."""

    minutes: float
    batch: int
    rate: float  # peak of the learning rate
    maps: int  # of each teacher and size
    patience: int  # validations without a better loss before stopping
    steps: int | None = None  # ends the run instead of the minutes
    warm: int = 100  # steps in which the rate rises to its peak
    compiled: bool = True  # by torch.compile where a C++ compiler is at hand: twice as fast on a CPU


PRESETS = {
    "cpu": Preset(minutes=60, batch=32, rate=2e-3, maps=2000, patience=40),
    "gpu": Preset(minutes=20, batch=128, rate=3e-3, maps=6000, patience=30),
}
# The developer's own maps, on any machine.
OWN = Preset(minutes=8, batch=16, rate=2e-3, maps=0, patience=20, warm=20)


def loss_of(net: Callable[[Tensor, Tensor], Tensor], batch: Batch) -> Tensor:
    """Return the mean cross-entropy of the masked cells, in nats."""
    tokens, told, targets = batch
    return F.cross_entropy(net(tokens, told) / LOGITS_PER_NAT, targets, ignore_index=-1)


@dataclass
class Progress:
    """Where a run stands; saved in every checkpoint."""

    step: int = 0
    seconds: float = 0.0
    best: float = math.inf
    stale: int = 0


CHECKPOINT = "checkpoint.pt"
Report = Callable[[Progress, float, float], None]  # progress, share of the time used, validation loss


def train(
    material: Material,
    preset: Preset,
    folder: Path,
    *,
    seed: int = 0,
    resume: bool = False,
    finish: bool = False,
    report: Report = lambda progress, share, loss: None,
) -> tuple[LevelNet, Progress]:
    """Train for the preset's minutes or until it stops improving; return the best averaged net and progress.

    A checkpoint (`folder`/checkpoint.pt, this machine's own work file, never part of a package) is
    written at every validation, at the end and on Ctrl-C. Without anything set aside, the loss is that on the
    maps trained on, and only the time ends the run.

    Args:
        material: The maps.
        preset: The size of the run; one by steps gives the same net again on the same machine.
        folder: Of the checkpoint.
        seed: Of the first weights and the batches.
        resume: Go on from the checkpoint.
        finish: Take the checkpoint as it stands; no step is taken.
        report: Called at every validation.

    Raises:
        FileInvalid: If ``resume`` or ``finish`` finds no checkpoint, or one of another shape.
    """
    recipe, path = material.recipe, folder / CHECKPOINT
    shape = Shape(len(recipe.vocabulary), len(recipe.styles) + len(CONTROLS), recipe.widths)
    state = _State(shape, recipe.dropout, preset, seed)
    if resume or finish:
        state.restore(path)
    if not finish:
        _run(state, material, path, seed, report)
    if math.isinf(state.progress.best) or not any(len(one.cells) for one in material.aside):
        state.best.load_state_dict(state.average.state_dict())  # no validation has chosen one
    return state.best.cpu(), state.progress


def _run(state: "_State", material: Material, path: Path, seed: int, report: Report) -> None:
    """Take steps until the run is over; keep the checkpoint in ``path``."""
    recipe, preset, progress, first = material.recipe, state.preset, state.progress, ranks.rank() == 0
    aside = any(len(one.cells) for one in material.aside)
    # Every process draws batches of its own.
    batches = Batches(recipe, material.fresh, seed + progress.step + 7919 * ranks.rank())
    checks = Batches(replace(recipe, noise=0.0), material.aside if aside else material.fresh, 12345)
    fixed = [checks.draw(32) for _ in range(6)]
    began = time.monotonic() - progress.seconds
    try:
        while (share := ranks.told(state.share(aside), state.device)) < 1.0:
            state.update(batches.draw(preset.batch), share)
            progress.seconds = time.monotonic() - began
            if progress.step % 100 == 0 and first:
                loss = validate(state.average, fixed, state.device)
                state.choose(loss, aside)
                state.save(path)
                report(progress, share, loss)
    except KeyboardInterrupt:
        if first:
            state.save(path)
        raise
    if first:
        state.save(path)


class _State:
    """A net in training, its running average, the best of these, its optimiser and how far it has come."""

    def __init__(self, shape: Shape, dropout: float, preset: Preset, seed: int) -> None:
        torch.manual_seed(seed)
        self.preset = preset
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = LevelNet(shape).to(self.device)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks this one
        self.net.drop(dropout)
        self.average = copy.deepcopy(self.net).eval()
        self.best = copy.deepcopy(self.average)
        self.forward: Callable[[Tensor, Tensor], Tensor] = self.net
        if preset.compiled and shutil.which("g++"):
            self.forward = torch.compile(self.net, dynamic=False)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), lr=preset.rate, weight_decay=1e-3, betas=(0.9, 0.98)
        )
        self.progress = Progress()

    def share(self, aside: bool) -> float:
        """Return how much of the run is over; 1 ends it. Only loss on maps set ``aside`` can end it early."""
        if aside and self.progress.stale >= self.preset.patience:
            return 1.0
        if self.preset.steps is not None:
            return self.progress.step / self.preset.steps
        return self.progress.seconds / (self.preset.minutes * 60)

    def choose(self, loss: float, aside: bool) -> None:
        """Enter a validation; the best net has the least loss on maps set ``aside``, or is the last one."""
        progress = self.progress
        progress.stale = 0 if loss < progress.best - 1e-4 else progress.stale + 1
        if loss < progress.best or not aside:
            progress.best = loss
            self.best.load_state_dict(self.average.state_dict())

    def update(self, batch: Batch, share: float) -> None:
        """Take one step; ``share`` of the run, 0..1, sets the rate (cosine, Loshchilov and Hutter 2017)."""
        step = self.progress.step + 1
        rate = self.preset.rate * min(1.0, step / self.preset.warm) * (0.5 + 0.5 * math.cos(math.pi * share))
        for group in self.optimiser.param_groups:
            group["lr"] = max(rate, self.preset.rate * 0.01)
        tokens, told, targets = (part.to(self.device) for part in batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss_of(self.forward, (tokens, told, targets)).backward()  # type: ignore[no-untyped-call]
        ranks.average_gradients(self.net)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        follow(self.average, self.net, 0.998, step)
        self.progress.step = step

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "shape": asdict(self.net.shape),
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "best": self.best.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        checkpoints.save(path, state)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = checkpoints.load(path, asdict(self.net.shape), self.device, "a level run")
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.best.load_state_dict(state["best"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(**state["progress"] | {"stale": 0})  # patience starts anew


def validate(net: LevelNet, batches: list[Batch], device: torch.device) -> float:
    """Return the mean loss over ``batches``, in nats a masked cell."""
    with torch.no_grad():
        losses = [float(loss_of(net, (a.to(device), b.to(device), c.to(device)))) for a, b, c in batches]
    return sum(losses) / len(losses)
