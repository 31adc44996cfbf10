"""`playloom train sprite`: sprites, training of both networks, export, card."""

from dataclasses import replace

import torch
from rich.console import Console

from playloom.api.sprite_making import USUAL
from playloom.errors import RequestInvalid
from playloom.library import Library
from playloom.package import Package, check_target
from playloom_train import checkpoints, ranks
from playloom_train.bars import TrainingBar
from playloom_train.kinds.sprite import stages
from playloom_train.kinds.sprite import train_gan as gan_loop
from playloom_train.kinds.sprite.account import licensed, making
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.data import DataPlan, SpriteSet, gather
from playloom_train.kinds.sprite.export import export, opened
from playloom_train.kinds.sprite.family import Networks, begin, widened
from playloom_train.kinds.sprite.gan import Painter
from playloom_train.kinds.sprite.looking import look
from playloom_train.kinds.sprite.presets import PRESETS, Preset
from playloom_train.kinds.sprite.run import ANEW, Run, Start
from playloom_train.licences import admit
from playloom_train.splits import HELDOUT, TRAIN, VAL
from playloom_train.training import Progress as Standing
from playloom_train.training import Stage, train_stage

PAINTER_SHARE = 0.25  # of the minutes, where the GAN is trained too
OWN_HIGH = 2_000  # sprites, up to which a set is a developer's own rather than that of a default package


def train(plan: DataPlan, run: Run) -> Package | None:
    """Read the sprites, train, write the package; of several processes all but the first return None."""
    check_target(run.output)
    checkpoints.check_fresh(run.folder, resume=run.resume)
    with ranks.together():
        console = Console(stderr=True, quiet=ranks.rank() > 0)
        checkpoints.tell(run.folder, "--resume", console)
        first = ranks.rank() == 0
        sprites = look(plan, run.picture, as_json=run.as_json) if first else gather(plan)
        begun = _begun(sprites, run)
        admit(licensed(sprites, begun), run.allow)
        preset = PRESETS[_preset(sprites, begun)]
        start = _start(sprites, preset, begun, run)
        if begun is not None:
            console.print(f"going on from {begun.manifest.name} {begun.manifest.version}", highlight=False)
        if run.network != "painter":
            networks, standing = _train_networks(sprites, start, preset, run, console)
            start = replace(start, networks=networks)
        if run.network != "masked":
            painter, painted = _train_painter(sprites, start, preset, run, console)
            start = replace(start, networks=replace(start.networks, painter=painter))
            standing = painted if run.network == "painter" else standing
        if not first:
            return None
    about = making(plan, sprites, start, run, standing)
    package = export(start.networks, run.output, about)
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )
    return package


def _begun(sprites: SpriteSet, run: Run) -> Package | None:
    """Return the package to go on from: few sprites are learnt on top of what is known of others."""
    library = Library.default()
    if run.network == "painter" and run.start in (None, ANEW):
        raise RequestInvalid("a painter alone needs the package that it is for; say it with --from")
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


def _start(sprites: SpriteSet, preset: Preset, begun: Package | None, run: Run) -> Start:
    wanted = Vocabulary.of(sprites.of(TRAIN), preset.tag_often)
    if begun is None:
        return Start(wanted, begin(wanted, preset.sizes, run.seed))
    networks, known = opened(begun)
    if run.network == "painter":
        return Start(known, networks, begun)
    vocabulary = known.joined(wanted)
    return Start(vocabulary, widened(networks, known, vocabulary), begun)


def _train_networks(
    sprites: SpriteSet, start: Start, preset: Preset, run: Run, console: Console
) -> tuple[Networks, Standing]:
    """Train the three stages one after another; what a stage needs of those before is trained by then."""
    nets, frozen = start.networks, start.package is not None
    minutes = _minutes(preset, run) * (1 - PAINTER_SHARE if run.network == "both" else 1)
    whole = Standing()

    def trained(stage: Stage) -> None:
        pace = preset.pace(stage.name, minutes, run.steps)
        with TrainingBar(f"training {stage.what}", console, run.folder) as bar:
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
        whole.floating |= standing.floating
        whole.figures |= standing.figures

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


def _train_painter(
    sprites: SpriteSet, start: Start, preset: Preset, run: Run, console: Console
) -> tuple[Painter, Standing]:
    nets, share = start.networks, PAINTER_SHARE if run.network == "both" else 1.0
    settings = gan_loop.Settings(
        minutes=_minutes(preset, run) * share, batch=preset.painter_batch, steps=run.steps
    )
    with TrainingBar("training the painter", console, run.folder) as bar:
        painter, progress = gan_loop.train_gan(
            sprites.of(TRAIN),
            start.vocabulary,
            (nets.encoder, nets.gist_encoder),
            settings,
            run.folder,
            seed=run.seed,
            resume=run.resume and (run.folder / "gan.pt").is_file(),
            start=nets.painter,
            report=lambda progress, share, losses: bar(share, f"step {progress.step}, {losses.words()}"),
        )
    return painter, progress
