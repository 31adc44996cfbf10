"""How fast levels are made on one thread, how much memory it takes, and beside what.

Everything is included: propose, repair, place, check. Beside it, from the same
run: the time inside ONNX Runtime alone, and wave function collapse
(npm wavefunctioncollapse) given one of our levels as its example.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from record import HERE, SEED, WORK, begin, console, save, show, spread
from rich.progress import track
from scipy import ndimage

from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.generator import LevelGenerator

STAGES = ("propose", "repair", "place", "check")
SIZES = ((64, 64), (23, 41), (128, 128), (256, 256))  # of dungeons, beside 32x32 of each theme
TARGETS = {"dungeon 32x32": 30.0, "dungeon 64x64": 100.0}  # ms, median
PEER = "wavefunctioncollapse@2.1.0"

FRESH = """
import time
from pathlib import Path
began = time.perf_counter()
from pathlib import Path
from playloom import LevelRequest, Package
from playloom.kinds.level.generator import LevelGenerator
imported = time.perf_counter()
generator = LevelGenerator(Package.open(Path({root!r})))
opened = time.perf_counter()
generator.generate(LevelRequest(seed={seed}))
first = time.perf_counter()
generator.generate(LevelRequest(seed={seed}, width=64, height=64))
import resource, sys
try:  # of this program alone: ru_maxrss also counts the parent that started it
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
except (OSError, StopIteration):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(imported - began, opened - imported, first - opened, first - began, peak / 1024)
"""


class TimedSession:
    """Stands before the ONNX Runtime session of a graph and adds up the time inside it."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.milliseconds = 0.0
        self.runs = 0

    def run(self, *arguments: Any) -> Any:
        """Run the session."""
        before = time.perf_counter()
        result = self._session.run(*arguments)
        self.milliseconds += (time.perf_counter() - before) * 1000
        self.runs += 1
        return result


def time_case(generator: LevelGenerator, session: TimedSession, theme: str, size: str, count: int) -> Any:
    """Time ``count`` levels of one theme and size; milliseconds."""
    width, height = (int(side) for side in size.split("x"))
    walls, cpus, inside, overheads = [], [], [], []
    stages: dict[str, list[float]] = {name: [] for name in STAGES}
    attempts = 0
    for number in range(count + 1):
        request = LevelRequest(theme=theme, width=width, height=height, seed=SEED + number)
        session.milliseconds, session.runs = 0.0, 0
        wall, cpu = time.perf_counter(), time.process_time()
        level = generator.generate(request)
        wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
        if number == 0:  # the first of a size is warm-up
            continue
        assert level.evidence is not None
        attempts += level.evidence.attempts
        walls.append(wall)
        cpus.append(cpu)
        inside.append(session.milliseconds)
        overheads.append(wall - session.milliseconds)
        for name in STAGES:
            stages[name].append(level.timings[name])
    return {
        "case": f"{theme} {size}",
        "levels": count,
        "wall_ms": spread(walls),
        "cpu_ms": spread(cpus),  # less than wall time where other programs held the core
        "runtime_ms": spread(inside),
        "ours_ms": spread(overheads),  # wall time outside ONNX Runtime
        "wall_over_runtime": round(float(np.median(walls) / np.median(inside)), 3),
        "stages_ms": {name: spread(values) for name, values in stages.items()},
        "attempts": round(attempts / count, 3),
    }


def time_fresh(generator: LevelGenerator, times: int) -> dict[str, Any]:
    """Time the first level of fresh processes, and their peak memory after a 32x32 and a 64x64 level."""
    code = FRESH.format(root=str(generator.package.root), seed=SEED)
    rows = []
    for _ in range(times):
        before = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        rows.append([*map(float, done.stdout.split()), time.perf_counter() - before])
    names = ("import_s", "open_and_load_s", "level_s", "to_first_level_s", "peak_mib", "process_s")
    return {name: spread(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def time_help(times: int) -> dict[str, float]:
    """Time `playloom --help`, seconds."""
    command = shutil.which("playloom", path=str(Path(sys.executable).parent)) or "playloom"
    spans = []
    for _ in range(times):
        before = time.perf_counter()
        subprocess.run([command, "--help"], capture_output=True, check=True)
        spans.append(time.perf_counter() - before)
    return spread(spans)


def install_peer() -> str | None:
    """Install the peer into the work folder; say loudly if that cannot be, and return None."""
    folder = WORK / "peer"
    if not (shutil.which("node") and shutil.which("npm")):
        console.print("[bold red]LEFT OUT: the peer: no node and npm on the PATH[/]")
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    command = ["npm", "install", "--no-audit", "--no-fund", "--save-exact", PEER]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        console.print(f"[bold red]LEFT OUT: the peer: npm could not install {PEER}[/]\n{done.stderr[-500:]}")
        return None
    return str(folder)


def time_peer(folder: str, level: Level, cells: Any, count: int, seconds: int) -> dict[str, Any]:
    """Let the peer make maps as large as ``cells`` (H, W), from them; one pixel a cell."""
    colours = level.vocabulary.colours
    pixels = np.dstack([colours[cells], np.full(cells.shape, 255, np.uint8)])
    order = {
        "width": cells.shape[1],
        "height": cells.shape[0],
        "pixels": pixels.ravel().tolist(),
        "count": count,
        "seconds": seconds,
        "attempts": 10_000,
        "seed": SEED,
    }
    done = subprocess.run(
        ["node", str(HERE / "wfc_peer.mjs"), folder],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    result = {
        "input": f"{cells.shape[1]}x{cells.shape[0]}",
        "patterns": found["patterns"],
        "load_ms": round(found["load"], 1),
        "spent_s": round(found["spent"] / 1000, 1),
        "outputs": len(found["outputs"]),
        "unfinished": found["unfinished"],
    }
    if not found["outputs"]:
        return result
    by_colour = {tuple(colour): tile for tile, colour in enumerate(colours.tolist())}
    connected = 0
    for output in found["outputs"]:
        flat = np.array(output["pixels"], np.uint8).reshape(*cells.shape, 4)
        made = np.array([[by_colour[tuple(pixel[:3])] for pixel in row] for row in flat.tolist()])
        connected += ndimage.label(level.vocabulary.open[made])[1] == 1
    return result | {
        "wall_ms": spread([output["milliseconds"] for output in found["outputs"]]),
        "tries": spread([output["tries"] for output in found["outputs"]]),
        "one_region": connected,
    }


def compare_with_peer(generator: LevelGenerator, cases: list[Any], arguments: Any) -> list[Any]:
    """Time the peer on the same input map and size as our dungeons, with and without their objects."""
    folder = install_peer()
    if folder is None:
        return []
    results = []
    ours = {case["case"]: case["wall_ms"]["median"] for case in cases}
    for side in (32, 64):
        level = generator.generate(LevelRequest(width=side, height=side, seed=SEED))
        bare = np.where(level.vocabulary.objects[level.cells], level.vocabulary.id("floor"), level.cells)
        for name, cells in (("whole map", level.cells), ("ground alone", bare)):
            console.print(f"peer: {side}x{side}, {name}, up to {arguments.peer_seconds} s")
            found = time_peer(folder, level, cells, arguments.peer_count, arguments.peer_seconds)
            found = {"example": name, "ours_ms": ours[f"dungeon {side}x{side}"]} | found
            if "wall_ms" in found:
                found["times_ours"] = round(found["wall_ms"]["median"] / found["ours_ms"], 2)
            results.append(found)
    return results


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", help="name or folder; default: the shipped one")
    parser.add_argument(
        "--levels", type=int, default=200, help="of each theme at 32x32; fewer of larger sizes"
    )
    parser.add_argument("--fresh", type=int, default=9, help="fresh processes")
    parser.add_argument("--peer-count", type=int, default=20, help="maps the peer makes of each input")
    parser.add_argument("--peer-seconds", type=int, default=60, help="the peer's time for each input")
    arguments = parser.parse_args()
    generator, results = begin(arguments.package)
    graph = generator.proposer.graph
    session = TimedSession(graph._session)
    graph._session = session
    count = arguments.levels
    plan = [(theme, "32x32", count) for theme in generator.themes]
    for width, height in SIZES:
        plan.append(("dungeon", f"{width}x{height}", max(3, min(count, count * 1024 // (width * height)))))
    cases = []
    for theme, size, levels in track(plan, "timing", console=console):
        cases.append(time_case(generator, session, theme, size, levels))
    results |= {
        "cases": cases,
        "fresh_process": time_fresh(generator, arguments.fresh),
        "help_s": time_help(arguments.fresh),
        "peer": {"package": PEER, "runs": compare_with_peer(generator, cases, arguments)},
    }
    report(results)
    save("speed", results)


def report(results: dict[str, Any]) -> None:
    """Print what was measured."""
    rows = []
    for case in results["cases"]:
        wall, stages = case["wall_ms"], case["stages_ms"]
        rows.append(
            (
                f"{case['case']} ({case['levels']})",
                wall["median"],
                wall["p95"],
                case["cpu_ms"]["median"],
                case["runtime_ms"]["median"],
                case["wall_over_runtime"],
                *(stages[name]["median"] for name in STAGES),
                f"< {TARGETS[case['case']]:g}" if case["case"] in TARGETS else "",
            )
        )
    show(
        "One level, everything included, one thread; milliseconds, medians",
        ("case", "wall", "p95", "cpu", "in ORT", "wall/ORT", *STAGES, "target"),
        rows,
    )
    fresh = results["fresh_process"]
    rows = [(re.sub("_", " ", name), value["median"], value["p95"]) for name, value in fresh.items()]
    rows.append(("playloom --help s", results["help_s"]["median"], results["help_s"]["p95"]))
    title = "Fresh process (targets: to first level < 1 s, peak < 300 MB, --help < 0.3 s)"
    show(title, ("what", "median", "p95"), rows)
    rows = []
    for run in results["peer"]["runs"]:
        wall = run.get("wall_ms", {"median": "-", "p95": "-"})
        tries = run.get("tries", {"median": "-"})
        rows.append(
            (
                f"{run['input']}, {run['example']}",
                run["ours_ms"],
                wall["median"],
                wall["p95"],
                run.get("times_ours", "-"),
                tries["median"],
                f"{run['outputs']} + {run['unfinished']} unfinished",
                run.get("one_region", "-"),
            )
        )
    show(
        f"Peer {results['peer']['package']}: milliseconds an output, restarts included",
        ("input", "ours", "peer", "peer p95", "peer/ours", "tries", "outputs", "one region"),
        rows,
    )


if __name__ == "__main__":
    main()
