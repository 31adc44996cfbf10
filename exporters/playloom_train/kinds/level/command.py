"""`playloom train level`: maps, training, export, card."""

import dataclasses
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.vocabulary import CORE
from playloom.package import Metric, Package, check_target
from playloom_train.kinds.level import train as loop
from playloom_train.kinds.level.data import Collection, Source, pack, real, taught
from playloom_train.kinds.level.evaluate import copying, held_out, losses, samples
from playloom_train.kinds.level.export import Making, export, settings
from playloom_train.kinds.level.model import LevelNet, Shape
from playloom_train.kinds.level.teachers import TEACHERS

SIDES = ((10, 32), (33, 64))  # low and high side of the two canvases
STATION = "station"  # the one style that real maps alone teach


@dataclass(frozen=True)
class Plan:
    """The command's options."""

    data: Path | None
    output: Path
    run_folder: Path
    preset: str | None
    minutes: float | None
    maps: int | None
    seed: int
    resume: bool
    version: str


def run(plan: Plan) -> None:
    """Gather maps, train, export, write the package."""
    console = Console(stderr=True)
    check_target(plan.output)
    name = plan.preset or ("gpu" if torch.cuda.is_available() else "cpu")
    preset = loop.PRESETS[name]
    preset = dataclasses.replace(
        preset, minutes=plan.minutes or preset.minutes, maps=plan.maps or preset.maps
    )
    collections, sources = gather(plan, preset.maps, console)
    styles = {t.name: (t.theme, t.border) for t in TEACHERS.values()}
    if any(one.style == STATION for one in collections):
        styles[STATION] = ("dungeon", True)
    fresh, held = _split(collections)
    net, progress = _train(plan, preset, fresh, held, tuple(styles), console)
    command = f"playloom train level --data levels.jsonl --preset {name} --minutes {preset.minutes:g}"
    command += f" --maps {preset.maps} --seed {plan.seed}"
    training: dict[str, str | int | float] = {
        "command": command,
        "seed": plan.seed,
        "code": _code(),
        "minutes": round(progress.seconds / 60, 1),
        "steps": progress.step,
        "batch": preset.batch,
    }
    making = Making(plan.version, settings(fresh, styles), sources, training)
    package = export(
        net, plan.output, making, lambda package: measure(package, net, fresh, plan.data, console)
    )
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )


def _train(
    plan: Plan,
    preset: loop.Preset,
    fresh: list[Collection],
    held: list[Collection],
    styles: tuple[str, ...],
    console: Console,
) -> tuple[LevelNet, loop.Progress]:
    """Train with a progress bar."""
    shape = Shape(len(CORE), len(styles) + len(CONTROLS))
    columns = (TextColumn("training"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0)

        def report(progress: loop.Progress, share: float, loss: float) -> None:
            text = f"step {progress.step}, {loss:.4f} nats on unseen maps"
            bar.update(task, completed=share, description=text)
            if not console.is_terminal:
                console.print(text)

        return loop.train(
            fresh,
            held,
            shape,
            styles,
            preset,
            plan.run_folder,
            seed=plan.seed,
            resume=plan.resume,
            report=report,
        )


def _code() -> str:
    """Return the version that trains, with the commit where it runs from a checkout."""
    version = f"playloom {importlib.metadata.version('playloom')}"
    git, root = shutil.which("git"), Path(__file__).parents[4]
    if git is None or not (root / ".git").exists():
        return version
    asked = [git, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    return version if told.returncode else f"{version}, commit {told.stdout.strip()}"


def gather(plan: Plan, maps: int, console: Console) -> tuple[list[Collection], list[Source]]:
    """Return all collections; teachers' maps are kept in the run folder and made once."""
    plan.run_folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (name, maps if high == SIDES[0][1] else maps // 6, low, high, plan.seed)
        for name in TEACHERS
        for low, high in SIDES
    ]
    collections = _drawn(plan.run_folder, jobs, console)
    count = sum(len(one.cells) for one in collections)
    digest = hashlib.sha256()
    for one in collections:
        digest.update(one.style.encode() + one.sizes.astype("<i2").tobytes() + one.cells.tobytes())
    sources = [
        Source("teachers", "maps drawn by Playloom's own programs", "CC0-1.0", count, digest.hexdigest())
    ]
    if plan.data is not None:
        for _, high in SIDES:
            windows, found = real(plan.data, high, 2 * maps, plan.seed)
            collections += [pack(style, cells, high) for style, cells in windows.items()]
        sources += found
    return collections, sources


def _drawn(folder: Path, jobs: list[tuple[str, int, int, int, int]], console: Console) -> list[Collection]:
    pool = ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1))
    try:
        made = pool.map(_cached, [(folder, *job) for job in jobs])
        with Progress(console=console) as bar:
            return list(bar.track(made, total=len(jobs), description="drawing maps"))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C too: no map is drawn for nobody


def _cached(job: tuple[Path, str, int, int, int, int]) -> Collection:
    folder, name, count, low, high, seed = job
    path = folder / f"maps-{name}-{count}-{high}-{seed}.npz"
    if path.is_file():
        with np.load(path) as stored:
            return Collection(name, stored["cells"], stored["sizes"])
    made = taught(name, count, low, high, seed)
    draft = path.with_name(f".{path.name}")
    with draft.open("wb") as file:
        np.savez_compressed(file, cells=made.cells, sizes=made.sizes)
    draft.replace(path)
    return made


def _split(collections: list[Collection]) -> tuple[list[Collection], list[Collection]]:
    """Set every twentieth map aside for early stopping; of few maps one, of fewer than four none."""
    fresh, held = [], []
    for one in collections:
        count = len(one.cells)
        aside = np.arange(count) % 20 == (min(19, count - 1) if count > 3 else 20)
        fresh.append(Collection(one.style, one.cells[~aside], one.sizes[~aside]))
        held.append(Collection(one.style, one.cells[aside], one.sizes[aside]))
    return fresh, held


def measure(
    package: Package, net: LevelNet, fresh: list[Collection], data: Path | None, console: Console
) -> list[Metric]:
    """Return the card's metrics."""
    generator = LevelGenerator(package)
    console.print("measuring: held-out maps, repairs, copies")
    each = max(2, min(25, len(fresh[0].cells) // 20))  # maps of a style; few after a small run
    held = held_out(data, each)
    made, repairs = samples(generator, each)
    return [*losses(net, held, tuple(generator.styles)), *repairs, *copying(made, fresh, held)]
