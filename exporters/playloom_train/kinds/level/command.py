"""`playloom train level`: maps, training, export, card."""

import importlib.metadata
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from playloom.errors import RequestInvalid
from playloom.manifest import MANIFEST_FILE
from playloom.package import Package, check_target
from playloom_train import checkpoints, ranks
from playloom_train.kinds.level import train as loop
from playloom_train.kinds.level.calibrate import calibrate
from playloom_train.kinds.level.export import Findings, Making, export, settings
from playloom_train.kinds.level.gather import Material, gather, held_out
from playloom_train.kinds.level.measures import losses, measured
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.own import own_recipe
from playloom_train.kinds.level.recipe import Symmetries
from playloom_train.kinds.level.recipes import RECIPES
from playloom_train.kinds.level.showing import findings_of_own, tell_next, tell_of_maps
from playloom_train.licences import admit

# A shorter run is over before the compiler has paid off.
_WORTH_COMPILING, _STEPS_WORTH_COMPILING = 3.0, 1500  # minutes
# Levels of each theme for the card: as many as `playloom evaluate` makes; few after a small run.
_MEASURED, _FEW_MEASURED = 100, 8


@dataclass(frozen=True, kw_only=True)
class Run:
    """The options that every run has."""

    output: Path
    folder: Path  # of the maps and checkpoints
    minutes: float | None
    steps: int | None
    seed: int
    resume: bool
    finish: bool
    force: bool
    version: str
    allow: tuple[str, ...] = ()  # licences taken all the same, see `licences`


@dataclass(frozen=True, kw_only=True)
class OwnPlan:
    """The options of a run on the developer's own maps."""

    maps: tuple[Path, ...]
    legend: Path | None
    name: str
    licence: str
    symmetries: Symmetries | None


@dataclass(frozen=True, kw_only=True)
class DefaultPlan:
    """The options of a run for one of the default packages."""

    recipe: str
    data: Path | None
    preset: str | None
    maps: int | None


def run_own(run: Run, plan: OwnPlan) -> None:
    """Read the developer's maps, train on them, write the package and say what to do with it."""
    _check_output(run)
    preset = replace(loop.OWN, minutes=run.minutes or loop.OWN.minutes, steps=run.steps)
    command = "playloom train level MAPS..." + (" --legend legend.toml" if plan.legend else "")
    own = own_recipe(plan.maps, plan.legend, plan.name, plan.licence, plan.symmetries)

    def prepare(console: Console) -> Material:
        tell_of_maps(own, console)
        return gather(own.recipe, run.folder, None, 0, run.seed, console)

    def measure(package: Package, net: LevelNet, material: Material, console: Console) -> Findings:
        return findings_of_own(own, package, net, material, console)

    package = _make(run, preset, command, prepare, measure)
    if package is not None:
        tell_next(own, package, Console(stderr=True))


def run_default(run: Run, plan: DefaultPlan) -> None:
    """Draw maps and read people's, train, write the package."""
    _check_output(run)
    name = plan.preset or ("gpu" if torch.cuda.is_available() else "cpu")
    preset = loop.PRESETS[name]
    minutes, maps = run.minutes or preset.minutes, plan.maps or preset.maps
    preset = replace(preset, minutes=minutes, maps=maps, steps=run.steps)
    command = f"playloom train level --recipe {plan.recipe}"
    command += " --data levels.jsonl" if plan.data is not None else ""
    command += f" --preset {name} --maps {preset.maps}"

    def prepare(console: Console) -> Material:
        return gather(RECIPES[plan.recipe], run.folder, plan.data, preset.maps, run.seed, console)

    def measure(package: Package, net: LevelNet, material: Material, console: Console) -> Findings:
        console.print("measuring: held-out maps, repairs, copies")
        recipe = material.recipe
        count = max(_FEW_MEASURED, min(_MEASURED, len(material.fresh[0].cells) // 5))
        held = held_out(recipe, plan.data, count)
        figures, _ = measured(recipe, package, material.fresh, held, count=count)
        return Findings((*losses(recipe, net, held), *figures))

    _make(run, preset, command, prepare, measure)


def _check_output(run: Run) -> None:
    """Refuse folders that hold something already, before an hour's work.

    Raises:
        FileInvalid: If that of the package holds something else than one.
        RequestInvalid: If there is a package or a checkpoint, and nothing says that it is to be replaced.
    """
    check_target(run.output)
    if run.resume or run.finish or run.force:
        return
    if (run.output / MANIFEST_FILE).is_file():
        raise RequestInvalid(
            f"{run.output}: holds a package already; --resume goes on from its last checkpoint and "
            "replaces it, --force trains anew and replaces it, or choose another folder"
        )
    if (run.folder / loop.CHECKPOINT).is_file():
        raise RequestInvalid(
            f"{run.folder}: holds the checkpoint of an earlier run; --resume goes on from it, --finish makes "
            "a package of it, --force trains anew over it, or choose another folder with --checkpoints"
        )


def _make(
    run: Run,
    preset: loop.Preset,
    command: str,
    prepare: Callable[[Console], Material],
    measure: Callable[[Package, LevelNet, Material, Console], Findings],
) -> Package | None:
    """Train and write the package; of several processes the first one writes, the others return None."""
    long = (
        preset.minutes >= _WORTH_COMPILING if preset.steps is None else preset.steps >= _STEPS_WORTH_COMPILING
    )
    preset = replace(preset, compiled=preset.compiled and long)
    with ranks.together():
        console = Console(stderr=True, quiet=ranks.rank() > 0)
        checkpoints.tell(run.folder, "--resume and --finish", console)
        if ranks.rank() == 0:
            material = prepare(console)
        ranks.wait()  # the first one draws the maps, the others read them
        if ranks.rank() > 0:
            material = prepare(console)
        net, progress = _train(run, preset, material, console)
        processes = ranks.count()
        if ranks.rank() > 0:
            return None
    length = f"--minutes {preset.minutes:g}" if preset.steps is None else f"--steps {preset.steps}"
    training: dict[str, str | int | float] = {
        "command": f"{command} {length} --seed {run.seed}",
        "seed": run.seed,
        "code": _code(),
        "minutes": round(progress.seconds / 60, 1),
        "steps": progress.step,
        "batch": preset.batch,
        **admit(((one.name, one.licence) for one in material.sources), run.allow),
    }
    recipe = material.recipe
    if recipe.calibrated:
        console.print("calibrating: rare tiles as often as in the maps")
        training["calibrated tiles"] = len(calibrate(net, material, run.seed))
    if processes > 1:
        training["processes"] = processes
    making = Making(recipe, run.version, settings(recipe, material.fresh), material.sources, training)
    package = export(net, run.output, making, lambda package: measure(package, net, material, console))
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )
    return package


def _train(
    run: Run, preset: loop.Preset, material: Material, console: Console
) -> tuple[LevelNet, loop.Progress]:
    """Train with a progress bar."""
    columns = (TextColumn("training"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    seen = "what is set aside" if any(len(one.cells) for one in material.aside) else "the maps themselves"
    with Progress(*columns, console=console, disable=console.quiet) as bar:
        task = bar.add_task("", total=1.0)

        def report(progress: loop.Progress, share: float, loss: float) -> None:
            text = f"step {progress.step}, {loss:.4f} nats on {seen}"
            bar.update(task, completed=share, description=text)
            if not console.is_terminal:
                console.print(text)

        try:
            return loop.train(
                material,
                preset,
                run.folder,
                seed=run.seed,
                resume=run.resume,
                finish=run.finish,
                report=report,
            )
        except KeyboardInterrupt:
            bar.stop()
            console.print(
                f"a checkpoint is kept in {run.folder}: the same command with --resume goes on, "
                "with --finish it makes a package of it",
                markup=False,
                highlight=False,
            )
            raise


def _code() -> str:
    """Return the version that trains, with the commit where it runs from a checkout."""
    version = f"playloom {importlib.metadata.version('playloom')}"
    git, root = shutil.which("git"), Path(__file__).parents[4]
    if git is None or not (root / ".git").exists():
        return version
    asked = [git, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    return version if told.returncode else f"{version}, commit {told.stdout.strip()}"
