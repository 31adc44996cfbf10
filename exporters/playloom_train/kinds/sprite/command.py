"""`playloom train sprite`: sprites, training of both networks, export, card."""

import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from playloom.api.sprite_making import USUAL
from playloom.errors import RequestInvalid
from playloom.kernels.counting import counted
from playloom.kinds.sprite.generator import ORIGINALS, read_originals
from playloom.kinds.sprite.originality import Index
from playloom.library import Library
from playloom.npz import write_npz
from playloom.package import Dataset, Package, check_target
from playloom_train import checkpoints, ranks
from playloom_train.kinds.sprite import stages
from playloom_train.kinds.sprite import train_gan as gan_loop
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.data import DataPlan, Example, SpriteSet, gather
from playloom_train.kinds.sprite.export import Making, export, opened
from playloom_train.kinds.sprite.family import Networks, begin, widened
from playloom_train.kinds.sprite.gan import Painter
from playloom_train.kinds.sprite.looking import look
from playloom_train.kinds.sprite.presets import PRESETS, Preset
from playloom_train.kinds.sprite.splits import HELDOUT, TRAIN, VAL
from playloom_train.kinds.sprite.training import Progress as Standing
from playloom_train.kinds.sprite.training import Stage, train_stage

PAINTER_SHARE = 0.25  # of the minutes, where the GAN is trained too
ORIGINALS_FILE = "originals.npz"
INDEXED_SIDE = 48  # pixels a side, the largest sprite's
ANEW = "nothing"  # says that a run starts from no package
OWN_HIGH = 2_000  # sprites, up to which a set is a developer's own rather than that of a default package


@dataclass(frozen=True, kw_only=True)
class Run:
    """The options of a run."""

    output: Path
    name: str
    folder: Path  # of the checkpoints
    painter: bool  # the GAN's network too
    start: str | None  # a package whose networks to go on from; `ANEW`: none; None: what fits the data
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
    networks: Networks
    package: Package | None = None  # theirs


def train(plan: DataPlan, run: Run) -> Package | None:
    """Read the sprites, train, write the package; of several processes all but the first return None."""
    check_target(run.output)
    _check_folder(run)
    with ranks.together():
        console = Console(stderr=True, quiet=ranks.rank() > 0)
        checkpoints.tell(run.folder, "--resume", console)
        first = ranks.rank() == 0
        sprites = look(plan, run.picture, as_json=run.as_json) if first else gather(plan)
        begun = _begun(sprites, run)
        preset = PRESETS[_preset(sprites, begun)]
        start = _start(sprites, preset, begun, run.seed)
        if begun is not None:
            console.print(f"going on from {begun.manifest.name} {begun.manifest.version}", highlight=False)
        networks, standing = _train_networks(sprites, start, preset, run, console)
        if run.painter:
            networks = replace(networks, painter=_train_painter(sprites, start, preset, run, console))
        if not first:
            return None
    making = _making(plan, sprites, start, run, standing)
    package = export(networks, run.output, making)
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )
    return package


def _check_folder(run: Run) -> None:
    """Refuse to train over the checkpoints of another run, before an hour's work.

    Raises:
        RequestInvalid: If there are some, and nothing says that the run goes on from them.
    """
    if not run.resume and any(run.folder.glob("*.pt")):
        raise RequestInvalid(
            f"{run.folder}: holds checkpoints of an earlier run; --resume goes on from them, to train anew "
            "delete the folder or choose another one with --checkpoints"
        )


def _begun(sprites: SpriteSet, run: Run) -> Package | None:
    """Return the package to go on from: few sprites are learnt on top of what is known of others."""
    library = Library.default()
    if run.start == ANEW:
        return None
    if run.start is not None:
        return library.find(run.start, "sprite")
    few = len(sprites.of(TRAIN)) <= OWN_HIGH
    shipped = any(manifest.name == USUAL for _, manifest in library.manifests("sprite"))
    return library.find(USUAL, "sprite") if few and shipped else None


def _preset(sprites: SpriteSet, begun: Package | None) -> str:
    """Return which sizes of the networks and of the run fit."""
    if begun is not None:
        return "tuned"
    if len(sprites.of(TRAIN)) <= OWN_HIGH:
        return "own"
    return "gpu" if torch.cuda.is_available() else "cpu"


def _start(sprites: SpriteSet, preset: Preset, begun: Package | None, seed: int) -> _Start:
    wanted = Vocabulary.of(sprites.of(TRAIN), preset.tag_often)
    if begun is None:
        return _Start(wanted, begin(wanted, preset.sizes, seed))
    networks, known = opened(begun)
    vocabulary = known.joined(wanted)
    return _Start(vocabulary, widened(networks, known, vocabulary), begun)


def _train_networks(
    sprites: SpriteSet, start: _Start, preset: Preset, run: Run, console: Console
) -> tuple[Networks, Standing]:
    """Train the three stages one after another; what a stage needs of those before is trained by then."""
    nets, frozen = start.networks, start.package is not None
    minutes = _minutes(preset, run) * (1 - PAINTER_SHARE if run.painter else 1)
    whole = Standing()

    def trained(stage: Stage) -> None:
        pace = preset.pace(stage.name, minutes, run.steps)
        with _Bar(f"training {stage.what}", console, run) as bar:
            done, standing = train_stage(
                stage,
                pace,
                run.folder,
                resume=run.resume,
                report=lambda progress, share, figures: bar(share, _figures(progress, figures)),
            )
        nonlocal nets
        nets = replace(nets, **dict(done.eval().items()))  # type: ignore[arg-type]  # by their names
        whole.step += standing.step
        whole.images += standing.images
        whole.seconds += standing.seconds

    aside = sprites.of(VAL) or sprites.of(HELDOUT)
    material = stages.Material(sprites.of(TRAIN), aside, start.vocabulary, preset.batch, run.seed)
    torch.manual_seed(run.seed)
    trained(stages.CodesStage(material, nets.encoder, nets.denoiser, frozen=frozen))
    trained(stages.LayoutStage(material, nets.encoder, nets.gist_encoder, nets.layout, frozen=frozen))
    trained(stages.GistStage(material, nets.encoder, nets.gist_encoder, nets.gist_prior))
    return nets, whole


def _minutes(preset: Preset, run: Run) -> float:
    return run.minutes or preset.minutes


def _figures(progress: Standing, figures: dict[str, float]) -> str:
    told = ", ".join(f"{value:.3f} nats {name}" for name, value in figures.items())
    return f"step {progress.step}, {told}"


def _train_painter(sprites: SpriteSet, start: _Start, preset: Preset, run: Run, console: Console) -> Painter:
    settings = gan_loop.Settings(
        minutes=_minutes(preset, run) * PAINTER_SHARE, batch=preset.painter_batch, steps=run.steps
    )
    with _Bar("training the painter", console, run) as bar:
        painter, _ = gan_loop.train_gan(
            sprites.of(TRAIN),
            start.vocabulary,
            settings,
            run.folder,
            seed=run.seed,
            resume=run.resume and (run.folder / "gan.pt").is_file(),
            start=start.networks.painter,
            report=lambda progress, share, losses: bar(
                share, f"step {progress.step}, painter {losses.painter:.2f}, judge {losses.judge:.2f}"
            ),
        )
    return painter


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


def _index(examples: Sequence[Example], before: Package | None) -> bytes:
    """Return the index of what was trained on, by which copies are noticed; with that of a package before."""
    index = Index.of([(one.name, one.rgba) for one in examples], INDEXED_SIDE)
    known = read_originals(before) if before else None
    if known is not None and known.figures.shape[1:] == index.figures.shape[1:]:
        index = Index((*index.names, *known.names), np.concatenate([index.figures, known.figures]))
    return write_npz(index.arrays())


def _making(plan: DataPlan, sprites: SpriteSet, start: _Start, run: Run, progress: Standing) -> Making:
    sources = sprites.sources()
    licences = sorted({licence for _, licence, _, _ in sources})
    length = f"--steps {run.steps}" if run.steps else f"--minutes {progress.seconds / 60:.1f}"
    going_on = f" --from {start.package.manifest.name}" if start.package else f" --from {ANEW}"
    return Making(
        name=run.name,
        version=run.version,
        licence=licences[0] if len(licences) == 1 else "that of the data: " + ", ".join(licences),
        summary=f"Learnt from {counted(len(sprites.of(TRAIN)), 'sprite')}: {', '.join(sprites.categories)}.",
        vocabulary=start.vocabulary,
        examples=sprites.of(TRAIN),
        files={ORIGINALS_FILE: _index(sprites.of(TRAIN), start.package)},
        assets={ORIGINALS: ORIGINALS_FILE},
        datasets=(
            *(
                Dataset(name=name, source=name, licence=licence, count=count, sha256=digest)
                for name, licence, count, digest in sources
            ),
            # What the networks that it goes on from have learnt of is in it too.
            *(start.package.manifest.card.datasets if start.package else ()),
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
