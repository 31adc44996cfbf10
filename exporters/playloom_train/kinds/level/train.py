"""The training loop of a level model: progress, checkpoints, resume, early stopping.

Loss: cross-entropy on the masked cells (absorbing-state diffusion, Austin et
al. 2021; MaskGIT, Chang et al. 2022).
"""

import copy
import math
import pickle  # for the error that torch raises on a damaged checkpoint
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from playloom.errors import FileInvalid
from playloom.kinds.level.condition import vector
from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.data import Collection, measures
from playloom_train.kinds.level.model import LOGITS_PER_NAT, LevelNet, Shape

MASK, OUTSIDE = len(CORE), len(CORE) + 1
# How often a style is drawn, where not once: closed houses along roads are the hardest thing to learn.
OFTEN = {"village": 7, "roads": 4, "coast": 2, "wilds": 2}


@dataclass(frozen=True)
class Preset:
    """How a run is sized; one for each sort of machine."""

    minutes: float
    batch: int
    rate: float  # peak of the learning rate
    maps: int  # of each teacher and size
    patience: int  # validations without a better loss before stopping
    compiled: bool = True  # by torch.compile where a C++ compiler is at hand: twice as fast on a CPU


PRESETS = {
    "cpu": Preset(minutes=60, batch=32, rate=2e-3, maps=2000, patience=40),
    "gpu": Preset(minutes=20, batch=128, rate=3e-3, maps=6000, patience=30),
}


Batch = tuple[Tensor, Tensor, Tensor]  # tokens (B, H, W), conditions (B, D), targets (B, H, W)


class Batches:
    """Draws training batches: a canvas, augmented maps on it, a mask pattern for each."""

    def __init__(self, collections: list[Collection], styles: tuple[str, ...], seed: int) -> None:
        self.styles = styles
        self.random = np.random.default_rng(seed)
        self.groups: dict[int, list[tuple[Collection, NDArray[np.float64]]]] = {}
        for one in collections:
            if len(one.cells):
                self.groups.setdefault(one.cells.shape[1], []).append((one, measures(one)))
        self.sides = sorted(self.groups)
        self.odds = {
            side: np.cumsum([OFTEN.get(one.style, 1) for one, _ in group])
            for side, group in self.groups.items()
        }

    def draw(self, size: int) -> Batch:
        """Return tokens (B, H, W), conditions (B, D) and targets (B, H, W; -1 where nothing is asked)."""
        side = self.sides[0] if self.random.random() < 0.8 else self.sides[-1]
        size = max(1, size * self.sides[0] ** 2 // side**2)  # a batch holds the same number of cells
        drawn = [self._one(side) for _ in range(size)]
        tokens, told, targets = (np.stack(part) for part in zip(*drawn, strict=True))
        return torch.from_numpy(tokens), torch.from_numpy(told), torch.from_numpy(targets)

    def _one(self, side: int) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        group = self.groups[side]
        odds = self.odds[side]
        place = int(np.searchsorted(odds, self.random.integers(odds[-1]), side="right"))
        collection, shares = group[place]
        i = int(self.random.integers(len(collection.cells)))
        height, width = collection.sizes[i]
        cells = np.rot90(collection.cells[i, :height, :width], int(self.random.integers(4)))
        if self.random.random() < 0.5:
            cells = cells[:, ::-1]
        mask = hide(cells, self.random)
        targets = np.full((side, side), -1, np.int64)
        tokens = np.full((side, side), OUTSIDE, np.int64)
        h, w = cells.shape
        targets[:h, :w] = np.where(mask, cells.astype(np.int64), -1)  # -1 does not fit uint8
        tokens[:h, :w] = np.where(mask, MASK, cells)
        told = vector(len(self.styles), self.styles.index(collection.style), shares[i])
        return tokens, told, targets


def hide(cells: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return which cells to mask, in one of the patterns that decoding meets."""
    pattern = random.random()
    rate = math.cos(0.5 * math.pi * random.random())
    noise: NDArray[np.bool_] = random.random(cells.shape) < rate
    if pattern < 0.25:
        return noise
    if pattern < 0.7:  # the ground is drawn before any object is
        return noise | CORE.objects[cells]
    if pattern < 0.9:  # objects are placed on a finished ground
        shown = random.random(cells.shape) < 0.7 * random.random()
        return CORE.open[cells] & ~(shown & ~CORE.objects[cells]) | CORE.objects[cells]
    mask = np.zeros(cells.shape, np.bool_)  # a rectangle to redo, or a side to extend
    y, x = (int(random.integers(n)) for n in cells.shape)
    h, w = (int(random.integers(max(2, n // 4), n + 1)) for n in cells.shape)
    mask[y : y + h, x : x + w] = True
    return mask & (random.random(cells.shape) < max(rate, 0.3))


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


Report = Callable[[Progress, float, float], None]  # progress, share of the time used, validation loss


def train(
    train_maps: list[Collection],
    val_maps: list[Collection],
    shape: Shape,
    styles: tuple[str, ...],
    preset: Preset,
    folder: Path,
    *,
    seed: int = 0,
    resume: bool = False,
    report: Report = lambda progress, share, loss: None,
) -> tuple[LevelNet, Progress]:
    """Train for the preset's minutes or until it stops improving; return the averaged net and its progress.

    A checkpoint (`folder`/checkpoint.pt, this machine's own work file, never part of a package) is
    written at every validation and on Ctrl-C.

    Raises:
        FileInvalid: If ``resume`` finds no checkpoint, or one of another shape.
    """
    state = _State(shape, preset, seed)
    if resume:
        state.restore(folder / "checkpoint.pt")
    progress = state.progress
    batches = Batches(train_maps, styles, seed + progress.step)
    checks = Batches(val_maps, styles, 12345)
    fixed = [checks.draw(32) for _ in range(6)]
    began = time.monotonic() - progress.seconds
    budget = preset.minutes * 60
    try:
        while progress.seconds < budget and progress.stale < preset.patience:
            state.update(batches.draw(preset.batch), progress.seconds / budget)
            progress.seconds = time.monotonic() - began
            if progress.step % 100 == 0:
                loss = validate(state.average, fixed, state.device)
                progress.stale = 0 if loss < progress.best - 1e-4 else progress.stale + 1
                progress.best = min(progress.best, loss)
                state.save(folder / "checkpoint.pt")
                report(progress, min(1.0, progress.seconds / budget), loss)
    except KeyboardInterrupt:
        state.save(folder / "checkpoint.pt")
        raise
    return state.average.cpu().eval(), progress


class _State:
    """A net in training, its running average, its optimiser and how far it has come."""

    def __init__(self, shape: Shape, preset: Preset, seed: int) -> None:
        torch.manual_seed(seed)
        self.preset = preset
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = LevelNet(shape).to(self.device)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks this one
        self.average = copy.deepcopy(self.net)
        self.forward: Callable[[Tensor, Tensor], Tensor] = self.net
        if preset.compiled and shutil.which("g++"):
            self.forward = torch.compile(self.net, dynamic=False)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), lr=preset.rate, weight_decay=1e-3, betas=(0.9, 0.98)
        )
        self.progress = Progress()

    def update(self, batch: Batch, share: float) -> None:
        """Take one step; ``share`` of the run, 0..1, sets the rate (cosine, Loshchilov and Hutter 2017)."""
        step = self.progress.step + 1
        rate = self.preset.rate * min(1.0, step / 100) * (0.5 + 0.5 * math.cos(math.pi * share))
        for group in self.optimiser.param_groups:
            group["lr"] = max(rate, self.preset.rate * 0.01)
        tokens, told, targets = (part.to(self.device) for part in batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss_of(self.forward, (tokens, told, targets)).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        decay = min(0.998, step / (step + 19))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.net.parameters(), strict=True):
                mean.lerp_(now, 1 - decay)
        self.progress.step = step

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        state = {
            "shape": asdict(self.net.shape),
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        torch.save(state, draft)
        draft.replace(path)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint."""
        if not path.is_file():
            raise FileInvalid(f"{path} is not there; leave --resume out to begin a new run")
        try:
            state = torch.load(path, weights_only=True, map_location=self.device)
            same = state["shape"] == asdict(self.net.shape)
        except (RuntimeError, KeyError, TypeError, EOFError, pickle.UnpicklingError) as error:
            raise FileInvalid(f"{path} is not a checkpoint of a level run ({error}); start anew") from error
        if not same:
            raise FileInvalid(
                f"{path} is of another network or vocabulary; choose another folder or start anew"
            )
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        # Patience starts anew: the maps set aside may be others now.
        self.progress = Progress(step=state["progress"]["step"], seconds=state["progress"]["seconds"])


def validate(net: LevelNet, batches: list[Batch], device: torch.device) -> float:
    """Return the mean loss over ``batches``, in nats a masked cell."""
    with torch.no_grad():
        losses = [float(loss_of(net, (a.to(device), b.to(device), c.to(device)))) for a, b, c in batches]
    return sum(losses) / len(losses)
