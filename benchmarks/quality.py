"""What the levels are like: valid, exact, little repaired, all different, no copies.

For each theme and size two runs: free requests, and requests with a random mix of exact
controls. Each level is written to a file, read back, and judged again from what the file says.
"""

import argparse
import multiprocessing
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from contact_sheet import write_sheet
from numpy.typing import NDArray
from quality_report import report
from quality_training import compare_with_training
from record import SEED, begin, console, save
from rich.progress import Progress

from playloom.api import level_generator
from playloom.errors import GenerationFailed
from playloom.kinds.level import formats
from playloom.kinds.level.check import judge
from playloom.kinds.level.content import CONTROLS, LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Platform, Push, Walk
from playloom.library import SHIPPED_LEVELS
from playloom_train.kinds.level.evaluation.originality import ground_of, mean_distance, nearest
from playloom_train.kinds.level.evaluation.patterns import pattern_bits, patterns

CONNECTING = {"opens a way to a pocket", "fills a pocket out of reach"}  # reasons of edits
ASKED = {"opens a cell for openness", "closes a cell for openness"}  # edits that a control asked for
# (width, height) with the share of seeds, by package; the first size is the usual one.
SIZES = {
    "sideview": (((48, 24), 1.0), ((96, 32), 0.1), ((40, 64), 0.1)),
    "sokoban": (((10, 10), 1.0), ((16, 16), 0.1), ((9, 14), 0.1)),
}
USUAL_SIZES = (((32, 32), 1.0), ((64, 64), 0.1), ((23, 41), 0.1))
CHUNK = 10  # levels a task


@dataclass(frozen=True)
class Task:
    """A few levels of one run."""

    package: str | None
    theme: str
    size: tuple[int, int]
    controlled: bool
    seeds: range


@dataclass
class Outcome:
    """One request and what became of it."""

    seed: int
    wishes: dict[str, Any]
    failed: tuple[str, ...] = ()  # checks named by GenerationFailed
    style: str = ""
    attempts: int = 0
    edited: int = 0  # cells, those that an openness control asked for left out
    connecting: int = 0  # of them, cells changed to make one region; where nobody walks, all
    wrong: tuple[str, ...] = ()  # checks that the level read back from its file does not pass
    measures: dict[str, float] = field(default_factory=dict)
    cells: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))


def wishes_of(seed: int, generator: LevelGenerator, theme: str, size: tuple[int, int]) -> dict[str, Any]:
    """Draw a style and a mix of exact controls that it should be able to meet."""
    rng = np.random.default_rng([seed, *theme.encode(), *size])
    style = generator.styles[str(rng.choice(generator.themes[theme]))]
    if isinstance(generator.movement, Push):
        crates = int(rng.integers(2, 5))
        pushes = int(rng.integers(3 * crates, 5 * crates))
        return {"style": style.name, "crates": (crates, crates), "pushes": (pushes, pushes + 4)}
    room = size[0] * size[1] / 1024
    low, _, high = style.controls["openness"]
    keys = int(rng.integers(0, 4))
    drawn: dict[str, float] = {
        "treasure": int(rng.integers(0, int(9 * room))),
        "bosses": int(rng.integers(0, 2)),
        "keys": keys,
        "people": int(rng.integers(0, 4)),
        "openness": round(float(rng.uniform(low, high)), 2),
        "path": int(rng.integers(sum(size) // 2, sum(size) * 3 // 2)),
    }
    if isinstance(generator.movement, Platform):
        # How long a jump takes leaves gaps between the lengths that are possible.
        keys = min(keys, 1)
        drawn |= {"keys": keys, "path": int(rng.integers(size[0] // 2, size[0]))}
    kept = {name: value for name, value in drawn.items() if rng.random() < 0.5}
    if "keys" in kept:
        kept["locks"] = int(rng.integers(0, keys + 1))
    if rng.random() < 0.5:
        kept["enemies"] = int(rng.integers(0, int(13 * room)))
    elif rng.random() < 0.5:
        kept |= {"common": int(rng.integers(0, int(9 * room))), "strong": int(rng.integers(0, int(5 * room)))}
    exact = {name: (value, value) for name, value in kept.items()}
    if "path" in exact and isinstance(generator.movement, Platform):
        exact["path"] = (kept["path"], kept["path"] * 5 // 4)
    return {"style": style.name} | exact


def run_task(task: Task) -> list[Outcome]:
    """Make the levels of a task; runs in a process of its own."""
    generator = level_generator(task.package)
    with tempfile.TemporaryDirectory() as folder:
        return [_outcome(task, seed, generator, Path(folder)) for seed in task.seeds]


def _outcome(task: Task, seed: int, generator: LevelGenerator, folder: Path) -> Outcome:
    wishes = wishes_of(seed, generator, task.theme, task.size) if task.controlled else {}
    width, height = task.size
    request = LevelRequest(theme=task.theme, width=width, height=height, seed=seed, **wishes)
    outcome = Outcome(seed, wishes)
    try:
        level = generator.generate(request)
    except GenerationFailed as error:
        outcome.failed = error.failed
        return outcome
    evidence = level.evidence
    assert evidence is not None
    path = folder / ("level.tmx" if seed % 5 == 0 else "level.txt")  # TMX takes a while
    formats.write(level, path)
    # A text map says nothing of how the player moves.
    back = replace(formats.read(path, level.vocabulary), movement=level.movement)
    judgement = judge(back, request, border=evidence.border)
    outcome.wrong = judgement.failed
    if not np.array_equal(back.cells, level.cells):
        outcome.wrong += ("file",)
    outcome.style, outcome.attempts = evidence.style, evidence.attempts
    outcome.edited = len({(edit.x, edit.y) for edit in evidence.edits if edit.reason not in ASKED})
    walked = isinstance(level.movement, Walk)
    mended = [e for e in evidence.edits if e.reason in CONNECTING or not walked]
    outcome.connecting = len({(e.x, e.y) for e in mended})
    outcome.measures, outcome.cells = judgement.measures, level.cells
    return outcome


def summary(outcomes: list[Outcome], controlled: bool) -> dict[str, Any]:
    """Count one run."""
    made = [one for one in outcomes if not one.failed]
    result: dict[str, Any] = {"requests": len(outcomes), "levels": len(made)}
    result["failed_by_check"] = dict(Counter(name for one in outcomes for name in one.failed))
    result["failed"] = [{"seed": one.seed, "wishes": one.wishes} for one in outcomes if one.failed][:20]
    if not made:
        return result
    result["passing"] = sum(not one.wrong for one in made)
    result["wrong_by_check"] = dict(Counter(name for one in made for name in one.wrong))
    area = made[0].cells.size
    edited = np.array([one.edited for one in made]) / area * 100
    attempts = np.array([one.attempts for one in made])
    result |= {
        # The first proposal was one region as it came from the network.
        "valid_before_repair": round(float(np.mean([not o.connecting and o.attempts == 1 for o in made])), 4),
        "edited_percent_mean": round(float(edited.mean()), 3),
        "edited_percent_p95": round(float(np.quantile(edited, 0.95)), 3),
        "attempts_mean": round(float(attempts.mean()), 3),
        "attempts_most": int(attempts.max()),
    }
    if controlled:
        asked = {name: [one for one in made if name in one.wishes] for name in CONTROLS}
        result["met_exactly"] = {
            name: f"{sum(name not in one.wrong for one in some)}/{len(some)}"
            for name, some in asked.items()
            if some
        }
    return result


def variety(outcomes: list[Outcome]) -> dict[str, Any]:
    """Say how different the levels of one free run are from one another."""
    made = [one for one in outcomes if not one.failed]
    cells = np.stack([one.cells for one in made])
    different = len({one.cells.tobytes() for one in made})
    result: dict[str, Any] = {"duplicates": len(made) - different}
    if len(made) < 2:
        return result
    grounds = ground_of(cells)
    apart = nearest(grounds)
    result |= {
        "nearest_least": round(float(apart.min()), 4),
        "nearest_median": round(float(np.median(apart)), 4),
        "mean_distance": round(mean_distance(grounds), 4),
        "styles": {},
    }
    for style in sorted({one.style for one in made}):
        some = [one for one in made if one.style == style]
        numbers: dict[str, Any] = {"levels": len(some)}
        for name in ("openness", "path", "enemies", "treasure", "locks"):
            values = [one.measures[name] for one in some]
            numbers[name] = [round(float(q), 3) for q in np.quantile(values, (0.1, 0.5, 0.9))]
        numbers["pattern_bits"] = round(pattern_bits(patterns([ground_of(one.cells) for one in some], 3)), 3)
        result["styles"][style] = numbers
    return result


def sizes_of(generator: LevelGenerator) -> tuple[tuple[tuple[int, int], float], ...]:
    """Return the sizes to measure a package at, with the share of seeds."""
    return SIZES.get(generator.package.manifest.name, USUAL_SIZES)


def plan_tasks(generator: LevelGenerator, arguments: argparse.Namespace) -> list[Task]:
    """Return every task, the largest first."""
    tasks = []
    for size, share in reversed(sizes_of(generator)):
        count = max(1, round(arguments.seeds * share))
        for theme in arguments.theme or generator.themes:
            for controlled in (False, True):
                for first in range(0, count, CHUNK):
                    seeds = range(SEED + first, SEED + min(first + CHUNK, count))
                    tasks.append(Task(arguments.package, theme, size, controlled, seeds))
    return tasks


def run_all(tasks: list[Task], processes: int) -> dict[tuple[str, str, bool], list[Outcome]]:
    """Make every level; returns the outcomes of each run in the order of the seeds."""
    runs: dict[tuple[str, str, bool], list[Outcome]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool, Progress(console=console) as bar:
        shown = bar.add_task("making levels", total=sum(len(task.seeds) for task in tasks))
        for task, outcomes in zip(tasks, pool.map(run_task, tasks), strict=True):
            key = (task.theme, f"{task.size[0]}x{task.size[1]}", task.controlled)
            runs.setdefault(key, []).extend(outcomes)
            bar.advance(shown, len(task.seeds))
    return runs


def of_styles(outcomes: list[Outcome]) -> dict[str, list[NDArray[np.uint8]]]:
    """Return the grounds of the levels by style."""
    by_style: dict[str, list[NDArray[np.uint8]]] = {}
    for one in outcomes:
        if not one.failed:
            by_style.setdefault(one.style, []).append(ground_of(one.cells))
    return by_style


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", help="name or folder; default: the shipped one")
    parser.add_argument("--theme", action="append", help="may be repeated; default: all")
    parser.add_argument("--seeds", type=int, default=1000, help="a theme at its usual size; else a tenth")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--training", type=Path, metavar="FOLDER", help="run folder of `playloom train level`"
    )
    parser.add_argument("--data", type=Path, metavar="FILE", help="levels.jsonl, if it was trained on")
    parser.add_argument("--sample", type=int, default=400, help="levels compared with the training maps")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE", help="write a contact sheet (.png) and no results"
    )
    arguments = parser.parse_args()
    generator, results = begin(arguments.package)
    if arguments.sheet:
        theme = arguments.theme[0] if arguments.theme else "dungeon"
        requests = [LevelRequest(theme=theme, seed=SEED + i) for i in range(min(100, arguments.seeds))]
        maps = [generator.generate(request).cells for request in requests]
        write_sheet(arguments.sheet, maps, generator.vocabulary)
        return
    runs = run_all(plan_tasks(generator, arguments), arguments.processes)
    results |= {"seeds": arguments.seeds, "runs": []}
    order = [
        (theme, f"{w}x{h}", controls)
        for (w, h), _ in sizes_of(generator)
        for theme in generator.themes
        for controls in (False, True)
    ]
    for theme, size, controlled in (key for key in order if key in runs):
        outcomes = runs[theme, size, controlled]
        found = {"theme": theme, "size": size, "controls": controlled} | summary(outcomes, controlled)
        if not controlled and "passing" in found:
            found["variety"] = variety(outcomes)
        results["runs"].append(found)
    if arguments.training:
        (width, height), _ = sizes_of(generator)[0]
        size = f"{width}x{height}"
        made = {theme: of_styles(runs[theme, size, False]) for theme, _, _ in runs}
        results["training"] = compare_with_training(
            generator, made, arguments.training, arguments.data, arguments.sample
        )
    else:
        results["training"] = None
        console.print("[bold red]LEFT OUT: the comparison with the training maps: give --training FOLDER[/]")
    report(results)
    name = generator.package.manifest.name
    save("quality" if name == SHIPPED_LEVELS[0] else f"quality-{name}", results)


if __name__ == "__main__":
    main()
