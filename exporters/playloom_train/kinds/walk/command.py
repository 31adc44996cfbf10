"""`playloom train walk`: walkers, training, export, card."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console

from playloom.errors import GenerationFailed
from playloom.files import write_atomically
from playloom.kernels import png
from playloom.kernels.counting import counted
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import Palette
from playloom.kinds.walk.frames import DRAWN, Frame
from playloom.kinds.walk.generator import WalkGenerator, WalkRequest
from playloom.package import Dataset, Metric, Package, check_target
from playloom_train import checkpoints, ranks
from playloom_train.kinds.sprite.account import read_from
from playloom_train.kinds.sprite.data import rgba_of
from playloom_train.kinds.walk.batches import FIGURE
from playloom_train.kinds.walk.data import SIDES, Tokens, Walker, Walkers, read_walkers
from playloom_train.kinds.walk.export import Making, export
from playloom_train.kinds.walk.measuring import Maker, front_again, metrics, nearest_recoloured
from playloom_train.kinds.walk.showing import side_by_side
from playloom_train.kinds.walk.stage import WalkStage
from playloom_train.kinds.walk.walker import WalkerNet, WalkerShape
from playloom_train.licences import admit
from playloom_train.proven import Findings
from playloom_train.splits import HELDOUT, TRAIN, VAL
from playloom_train.training import Pace, Progress, train_stage

BATCH = 32  # figures of 16x16, or as many pixels of 32x32
RATE, AVERAGE = 3e-3, 0.995


@dataclass(frozen=True, kw_only=True)
class Run:
    """The options of a run."""

    data: Path
    output: Path
    name: str
    folder: Path  # of the checkpoint
    minutes: float
    steps: int | None
    seed: int
    resume: bool
    version: str
    picture: Path | None
    summary: str | None = None  # of the card
    allow: tuple[str, ...] = ()  # licences taken all the same, see `licences`


def train(run: Run) -> Package | None:
    """Read the walkers, train, write the package; of several processes all but the first return None."""
    check_target(run.output)
    checkpoints.check_fresh(run.folder, resume=run.resume)
    with ranks.together():
        console = Console(stderr=True, quiet=ranks.rank() > 0, highlight=False)
        checkpoints.tell(run.folder, "--resume", console)
        walkers = read_walkers(run.data)
        admit(_licensed(walkers), run.allow)
        _tell(walkers, console)
        net, progress = _trained(walkers, run, console)
        if ranks.rank() > 0:
            return None
    making = _making(walkers, run, progress)
    package = export(net, run.output, making, lambda trial: _measured(trial, walkers))
    if run.picture is not None:
        shown = walkers.of(HELDOUT, VAL) or walkers.of(TRAIN)
        write_atomically(run.picture, png.encode(side_by_side(shown, maker_of(package))))
        console.print(str(run.picture))
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )
    return package


def maker_of(package: Package) -> Maker:
    """Return what draws the frames of a walker with a package, as they are before anything is mended."""
    generator = WalkGenerator(package)

    def make(walker: Walker) -> dict[Frame, Tokens]:
        made = generator.drawn(walker.front, palette_of(walker))
        return {frame: made[frame] for frame in DRAWN}

    return make


def palette_of(walker: Walker) -> Palette:
    """Return the colours of a walker; a second one where it has but one."""
    colours = [(int(red), int(green), int(blue)) for red, green, blue in walker.colours]
    spare = next(one for one in ((0, 0, 0), (255, 255, 255)) if one not in colours[:1])
    return Palette("own", tuple(colours if len(colours) > 1 else [*colours, spare]))


def _tell(walkers: Walkers, console: Console) -> None:
    for split in (TRAIN, VAL, HELDOUT):
        console.print(f"{split}: {counted(len(walkers.of(split)), 'walker')}")
    for reason, count in walkers.left_out.items():
        console.print(f"left out: {count} {reason}")


def _trained(walkers: Walkers, run: Run, console: Console) -> tuple[WalkerNet, Progress]:
    torch.manual_seed(run.seed)
    net = WalkerNet(WalkerShape())
    stage = WalkStage(walkers.of(TRAIN), walkers.of(VAL), net, BATCH, run.seed)
    pace = Pace(minutes=run.minutes, rate=RATE, average=AVERAGE, steps=run.steps)

    def report(progress: Progress, share: float, figures: dict[str, float]) -> None:
        told = ", ".join(f"{value:.3f} nats {name}" for name, value in figures.items())
        console.print(f"{share:.0%}, step {progress.step}, {told}")

    nets, progress = train_stage(stage, pace, run.folder, resume=run.resume, report=report)
    trained = nets["walker"].eval()
    assert isinstance(trained, WalkerNet)
    return trained, progress


def _measured(package: Package, walkers: Walkers) -> Findings:
    makers = {
        "model": maker_of(package),
        "front copied": front_again,
        "nearest walker recoloured": nearest_recoloured(walkers.of(TRAIN)),
    }
    every = walkers.of(HELDOUT, VAL)
    sides = {
        "held-out": walkers.of(HELDOUT),
        "watched": walkers.of(VAL),
        "set-aside two-legged": tuple(one for one in every if one.category == FIGURE),
    }
    kept = (_kept(package, every),) if every else ()
    compared = (one for what, aside in sides.items() if aside for one in metrics(makers, aside, what))
    return Findings((*kept, *compared))


def _kept(package: Package, walkers: Sequence[Walker]) -> Metric:
    """Return how many walks pass the check of the pixel contract."""
    generator, passed = WalkGenerator(package), 0
    for walker in walkers:
        front = Sprite(pixels=walker.front, palette=palette_of(walker))
        with suppress(GenerationFailed):
            generator.generate(WalkRequest(front=front))
            passed += 1
    how = f"share of the walks of {len(walkers)} walkers set aside, mended"
    return Metric("model: keeps the contract", round(passed / len(walkers), 4), how)


def _making(walkers: Walkers, run: Run, progress: Progress) -> Making:
    trained = walkers.of(TRAIN)
    licences = sorted({one.licence for one in trained})
    length = f"--steps {run.steps}" if run.steps else f"--minutes {progress.seconds / 60:.1f}"
    return Making(
        name=run.name,
        version=run.version,
        licence=licences[0] if len(licences) == 1 else "that of the data: " + ", ".join(licences),
        summary=run.summary
        or f"Draws a walk in four directions of a figure seen from the front; learnt from "
        f"{counted(len(trained), 'walker')}.",
        datasets=_datasets(trained, run.data),
        learnt=learnt_from(trained),
        training={
            "command": f"playloom train walk {run.data.name} {length} --seed {run.seed}",
            "seed": run.seed,
            "code": f"playloom {importlib.metadata.version('playloom')}",
            "steps": progress.step,
            "images": progress.images,
            "minutes": round(progress.seconds / 60, 1),
            **admit(_licensed(walkers), run.allow),
        },
    )


def _licensed(walkers: Walkers) -> set[tuple[str, str]]:
    """Return name and licence of the data."""
    return {(one.source, one.licence) for one in walkers.all}


def learnt_from(walkers: Sequence[Walker]) -> Index:
    """Return the index of the fronts of walkers."""
    return Index.of([(one.name, rgba_of(one.front, one.colours)) for one in walkers], max(SIDES))


def _datasets(walkers: Sequence[Walker], folder: Path) -> tuple[Dataset, ...]:
    """Return what was learnt from, by source, with a hash of what it looks like."""
    by_source: dict[tuple[str, str], list[Walker]] = {}
    for one in walkers:
        by_source.setdefault((one.source, one.licence), []).append(one)
    found = []
    for (source, licence), each in sorted(by_source.items()):
        digest = hashlib.sha256()
        for walker in each:
            digest.update(f"{walker.name}\n".encode() + walker.colours.tobytes())
            for frames in (walker.frames, walker.mirrored):
                digest.update(b"".join(frames[frame].tobytes() for frame in sorted(frames)))
        found.append(
            Dataset(
                name=source,
                source=read_from(folder),
                licence=licence,
                count=len(each),
                sha256=digest.hexdigest(),
            )
        )
    return tuple(found)
