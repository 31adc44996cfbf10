"""The training loop of every kind but levels: one stage after another, progress, checkpoints, resume.

A stage trains networks in plain floating point for most of its time, then folds their normalisation into
weights on the dyadic grid (`dyadic.fold`) and goes on with those as they will be exported.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from playloom_train import checkpoints, ranks
from playloom_train.averaging import follow
from playloom_train.dyadic import fold, foldable, grids_of, put_on_grids

FOLDED_FROM = 0.86  # share of a stage after which its networks are folded
_FOLDED_RATE = 0.05  # of the peak rate, where training goes on after that
_CHECK_SECONDS = 60.0  # between validations, each with a checkpoint


@dataclass(frozen=True)
class Pace:
    """How long and how fast a stage is trained."""

    minutes: float
    rate: float = 3e-3  # peak of the learning rate
    warm: int = 100  # steps in which the rate rises to its peak
    decay: float = 0.02  # of the weights
    decayed: int = 4  # dimensions of the weights that decay: kernels have 4, matrices 2
    average: float = 0.998  # of the running average of the weights
    steps: int | None = None  # ends the stage instead of the minutes


@dataclass
class Progress:
    """Where a stage stands; saved in every checkpoint."""

    step: int = 0
    images: int = 0
    seconds: float = 0.0
    folded: bool = False
    done: bool = False
    floating: dict[str, float] = field(default_factory=dict)  # figures before the networks were folded
    figures: dict[str, float] = field(default_factory=dict)  # and the last ones


class Stage(Protocol):
    """What is trained, and how it is judged."""

    name: str  # of its checkpoint
    what: str  # that it trains, for people
    nets: nn.ModuleDict

    def begin(self, step: int) -> None:
        """Draw batches of their own for what comes after ``step``."""

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        """Return the loss of a batch of its own, in nats, and how many examples are in it."""

    def validate(self, nets: nn.ModuleDict) -> dict[str, float]:
        """Return figures of examples set aside, in nats."""


Report = Callable[[Progress, float, dict[str, float]], None]  # progress, share of the stage, figures


def train_stage(
    stage: Stage,
    pace: Pace,
    folder: Path,
    *,
    resume: bool = False,
    report: Report = lambda progress, share, figures: None,
) -> tuple[nn.ModuleDict, Progress]:
    """Train for the minutes or steps of ``pace``; return the averaged networks, folded, and the progress.

    A checkpoint (`folder`/NAME.pt, this machine's own work file, never part of a package) is written every
    minute, at the end and on Ctrl-C. Networks that are folded already, those of a package, stay so.

    Args:
        stage: What is trained.
        pace: How long, how fast.
        folder: Of the checkpoint.
        resume: Go on from the checkpoint, if there is one.
        report: Called at every validation.

    Raises:
        FileInvalid: If the checkpoint is none, or of networks of another shape.
    """
    state = _State(stage, pace)
    path = folder / f"{stage.name}.pt"
    if resume and path.is_file():
        state.restore(path)
    stage.begin(state.progress.step)
    first, progress = ranks.rank() == 0, state.progress
    began = time.monotonic() - progress.seconds
    checked = time.monotonic()
    try:
        while not progress.done:
            share = ranks.told(state.share(), state.device)
            folds = share >= FOLDED_FROM and not progress.folded
            if folds:
                progress.floating = state.figures()
                report(replace(progress), share, progress.floating)
                state.fold()
            state.update(share)
            progress.seconds = time.monotonic() - began
            progress.done = share >= 1.0
            due = progress.done or folds or time.monotonic() - checked > _CHECK_SECONDS
            if first and due:
                checked = time.monotonic()
                progress.figures = state.figures()
                state.save(path)
                report(replace(progress), min(share, 1.0), progress.figures)
    finally:
        if first:
            state.save(path)
    return state.average.cpu(), progress


class _State:
    """Networks in training, their running average, their optimiser and how far they have come."""

    def __init__(self, stage: Stage, pace: Pace) -> None:
        self.stage, self.pace = stage, pace
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.nets = stage.nets.to(self.device).train()
        self.nets.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks this one
        self.average = copy.deepcopy(self.nets).eval()
        self.progress = Progress(folded=all(conv.folded for conv in foldable(self.nets)))
        # What was folded before is only tuned.
        self.tuned = self.progress.folded
        self.optimiser = self._optimiser()
        self.shape = {name: [*value.shape] for name, value in self.nets.state_dict().items()}

    def _optimiser(self) -> torch.optim.Optimizer:
        kernels = [one for one in self.nets.parameters() if one.dim() == self.pace.decayed]
        others = [one for one in self.nets.parameters() if one.dim() != self.pace.decayed]
        decay = 0.0 if self.progress.folded else self.pace.decay
        groups = [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)

    def share(self) -> float:
        """Return how much of the stage is over; 1 ends it."""
        if self.pace.steps is not None:
            return (self.progress.step + 1) / self.pace.steps
        return self.progress.seconds / (self.pace.minutes * 60)

    def rate(self, share: float) -> float:
        """Return the learning rate: a cosine (Loshchilov and Hutter 2017), and a line after folding."""
        pace = self.pace
        warm = min(1.0, (self.progress.step + 1) / pace.warm)
        if self.progress.folded and not self.tuned:
            return max(pace.rate * _FOLDED_RATE * (1 - share) / (1 - FOLDED_FROM), pace.rate * 1e-4)
        return max(pace.rate * warm * (0.5 + 0.5 * math.cos(math.pi * min(share, 1.0))), pace.rate * 0.005)

    def update(self, share: float) -> None:
        """Take one step; ``share`` of the stage, 0..1, sets the rate."""
        progress = self.progress
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(share)
        self.optimiser.zero_grad(set_to_none=True)
        loss, images = self.stage.loss(self.nets)
        loss.backward()  # type: ignore[no-untyped-call]
        ranks.average_gradients(self.nets)
        torch.nn.utils.clip_grad_norm_(self.nets.parameters(), 1.0)
        self.optimiser.step()
        progress.step += 1
        progress.images += images * ranks.count()
        follow(self.average, self.nets, self.pace.average, progress.step)

    def figures(self) -> dict[str, float]:
        """Return those of examples set aside."""
        with torch.no_grad():
            return self.stage.validate(self.average)

    def fold(self) -> None:
        """Go on from the average, on the grid."""
        fold(self.average)
        self.nets = copy.deepcopy(self.average).train()
        self.progress.folded = True
        self.optimiser = self._optimiser()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "shape": self.shape,
            "nets": self.nets.state_dict(),
            "average": self.average.state_dict(),
            "grids": grids_of(self.average),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        checkpoints.save(path, state)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = checkpoints.load(path, self.shape, self.device, f"a run that trains {self.stage.what}")
        self.progress = Progress(**state["progress"])
        if self.progress.folded and not self.tuned:
            fold(self.average)
            fold(self.nets)
            self.optimiser = self._optimiser()
        for net in (self.nets, self.average):
            put_on_grids(net, state["grids"])
        self.nets.load_state_dict(state["nets"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
