"""`playloom train sprite`: sprites, training of both networks, export, card."""

import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from playloom.errors import FileInvalid
from playloom.package import Dataset, Package, check_target
from playloom_train import ranks
from playloom_train.kinds.sprite import train_gan as gan_loop
from playloom_train.kinds.sprite import train_masked as masked_loop
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.data import DataPlan, SpriteSet, gather
from playloom_train.kinds.sprite.export import Making, export, opened
from playloom_train.kinds.sprite.gan import Painter
from playloom_train.kinds.sprite.looking import look
from playloom_train.kinds.sprite.masked import MaskedNet
from playloom_train.kinds.sprite.splits import HELDOUT, TRAIN, VAL

PAINTER_SHARE = 0.3  # of the minutes, where both networks are trained
MINUTES = {"own": 15.0, "cpu": 100.0, "gpu": 13.0}  # of both networks together, unless it is said
OWN_HIGH = 2_000  # sprites, up to which a set is a developer's own rather than that of a default package
TAG_OFTEN = {"own": 2, "cpu": 10, "gpu": 10}  # uses of a word that make it a condition


@dataclass(frozen=True, kw_only=True)
class Run:
    """The options of a run."""

    output: Path
    name: str
    folder: Path  # of the checkpoints
    painter: bool  # the GAN's network too
    start: Path | None  # a package whose networks to go on from
    minutes: float | None
    steps: int | None
    seed: int
    resume: bool
    version: str
    picture: Path | None
    as_json: bool


@dataclass(frozen=True)
class _Start:
    """Networks to go on from, with the conditions they know."""

    vocabulary: Vocabulary
    masked: MaskedNet | None = None
    painter: Painter | None = None


def train(plan: DataPlan, run: Run) -> Package | None:
    """Read the sprites, train, write the package; of several processes all but the first return None."""
    check_target(run.output)
    with ranks.together():
        console = Console(stderr=True, quiet=ranks.rank() > 0)
        first = ranks.rank() == 0
        sprites = look(plan, run.picture, as_json=run.as_json) if first else gather(plan)
        preset = _preset(sprites, run)
        start = _start(sprites, preset, run)
        minutes = run.minutes or MINUTES[preset]
        masked, masked_progress = _train_masked(sprites, start, preset, minutes, run, console)
        painter = None
        if run.painter:
            painter, _ = _train_painter(sprites, replace(start, masked=masked), preset, minutes, run, console)
        if not first:
            return None
    making = _making(plan, sprites, start, run, masked_progress)
    package = export(masked, painter, run.output, making)
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )
    return package


def _preset(sprites: SpriteSet, run: Run) -> str:
    """Return which sizes of the networks and of the run fit: few sprites are learnt from what is known."""
    if run.start is not None or len(sprites.of(TRAIN)) <= OWN_HIGH:
        return "own"
    return "gpu" if torch.cuda.is_available() else "cpu"


def _start(sprites: SpriteSet, preset: str, run: Run) -> _Start:
    if run.start is None:
        return _Start(Vocabulary.of(sprites.of(TRAIN), TAG_OFTEN[preset]))
    package = Package.open(run.start)
    if package.manifest.kind != "sprite":
        raise FileInvalid(
            f"{run.start}: is a package of kind {package.manifest.kind}; give one of kind sprite"
        )
    masked, painter, vocabulary = opened(package)
    unknown = sorted(set(sprites.categories) - set(vocabulary.categories))
    if unknown:
        raise FileInvalid(
            f"{run.start}: does not know the categories {', '.join(unknown)}; it knows "
            f"{', '.join(vocabulary.categories)}: say so with --labels, or leave --from out"
        )
    return _Start(vocabulary, masked, painter)


def _train_masked(
    sprites: SpriteSet, start: _Start, preset: str, minutes: float, run: Run, console: Console
) -> tuple[MaskedNet, masked_loop.Progress]:
    settings = replace(
        masked_loop.PRESETS[preset],
        minutes=minutes * (1 - PAINTER_SHARE if run.painter else 1),
        steps=run.steps,
    )
    with _Bar("training the masked network", console, run) as bar:
        return masked_loop.train_masked(
            sprites.of(TRAIN),
            sprites.of(VAL) or sprites.of(HELDOUT),
            start.vocabulary,
            settings,
            run.folder,
            seed=run.seed,
            resume=run.resume,
            start=start.masked,
            report=lambda progress, share, losses: bar(
                share,
                f"step {progress.step}, {losses.alpha:.3f} nats alpha, {losses.colour:.3f} nats colour",
            ),
        )


def _train_painter(
    sprites: SpriteSet, start: _Start, preset: str, minutes: float, run: Run, console: Console
) -> tuple[Painter, masked_loop.Progress]:
    settings = replace(gan_loop.PRESETS[preset], minutes=minutes * PAINTER_SHARE, steps=run.steps)
    with _Bar("training the painter", console, run) as bar:
        return gan_loop.train_gan(
            sprites.of(TRAIN),
            start.vocabulary,
            settings,
            run.folder,
            seed=run.seed,
            resume=run.resume and (run.folder / "gan.pt").is_file(),
            start=start.painter or start.masked,
            report=lambda progress, share, losses: bar(
                share, f"step {progress.step}, painter {losses.painter:.2f}, judge {losses.judge:.2f}"
            ),
        )


class _Bar:
    """A progress bar; where nobody sees it move, lines. Ctrl-C says how to go on."""

    def __init__(self, title: str, console: Console, run: Run) -> None:
        columns = (TextColumn(title), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self.bar = Progress(*columns, console=console, disable=console.quiet)
        self.console, self.run = console, run

    def __enter__(self) -> Callable[[float, str], None]:
        self.bar.start()
        task = self.bar.add_task("", total=1.0)

        def report(share: float, text: str) -> None:
            self.bar.update(task, completed=share, description=text)
            if not self.console.is_terminal:
                self.console.print(text)

        return report

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.bar.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self.console.print(
                f"a checkpoint is kept in {self.run.folder}: the same command with --resume goes on",
                markup=False,
                highlight=False,
            )


def _making(
    plan: DataPlan, sprites: SpriteSet, start: _Start, run: Run, progress: masked_loop.Progress
) -> Making:
    sources = sprites.sources()
    licences = sorted({licence for _, licence, _, _ in sources})
    length = f"--steps {run.steps}" if run.steps else f"--minutes {progress.seconds / 60:.1f}"
    going_on = f" --from {run.start.name}" if run.start else ""
    return Making(
        name=run.name,
        version=run.version,
        licence=licences[0] if len(licences) == 1 else "that of the data: " + ", ".join(licences),
        summary=f"Learnt from {len(sprites.of(TRAIN))} sprites: {', '.join(sprites.categories)}.",
        vocabulary=start.vocabulary,
        examples=sprites.of(TRAIN),
        datasets=tuple(
            Dataset(name=name, source=name, licence=licence, count=count, sha256=digest)
            for name, licence, count, digest in sources
        ),
        training={
            "command": f"playloom train sprite {' '.join(path.name for path in plan.paths)}{going_on} "
            f"{length} --seed {run.seed}",
            "seed": run.seed,
            "code": f"playloom {importlib.metadata.version('playloom')}",
            "steps": progress.step,
            "images": progress.images,
            "minutes": round(progress.seconds / 60, 1),
        },
    )
