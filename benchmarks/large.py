"""Time and memory of maps up to 1,024 x 1,024, by theme and size, and of chunks of an endless level.

The maps of a theme and size are made in a process of their own, so that its peak memory is theirs. Processor
time is given beside wall time: where other programs hold the core, trust the former, and ratios.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from itertools import product
from typing import Any

from record import SEED, console, machine_record, package_record, save, show, spread
from rich.progress import track

from playloom.api import level_generator
from playloom.kinds.level.content import ENDLESS_STEPS, LevelRequest
from playloom.kinds.level.endless.world import World
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Push, Walk

PACKAGES = ("topdown", "sideview", "sokoban")
SIDES = (32, 64, 128, 256, 512, 1024)
PUZZLE_SIDES = (8, 10, 16, 24)
AREA = 24 * 1024  # cells of the maps made of each theme and size, about; 1 to 15 maps
WITHIN = 600  # seconds; what takes longer is given up
TARGETS = {("dungeon", 512): 12.0, ("dungeon", 1024): 60.0}  # seconds on one core
MEMORY_TARGET = 1536  # MiB, of the largest
STAGES = ("propose", "repair", "place", "check")
CHUNK_TARGET = 40.0  # ms, of a chunk of 32 x 32 on the way

FRESH = """
import json, sys, time
from pathlib import Path
from playloom import LevelRequest, Package
from playloom.kinds.level.generator import LevelGenerator
root, theme, *numbers = sys.argv[1:]
side, seed, count = map(int, numbers)
generator = LevelGenerator(Package.open(Path(root)))
rows = []
for number in range(count + (count > 1)):  # the first of several is warm-up
    wall, cpu = time.perf_counter(), time.process_time()
    level = generator.generate(LevelRequest(theme=theme, width=side, height=side, seed=seed + number))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stages = {name: value / 1000 for name, value in level.timings.items()}
    rows.append({"wall_s": wall, "cpu_s": cpu, "stages_s": stages, "attempts": level.evidence.attempts,
                 "edits": len(level.evidence.edits)})
try:  # of this program alone: ru_maxrss also counts the parent that started it
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
except (OSError, StopIteration):
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peak_mib": peak / 1024, "maps": rows[-count:]}))
"""


def sides_of(generator: LevelGenerator) -> list[int]:
    """Return the sides that the package takes, its largest among them."""
    low, high = generator.sides
    sides = PUZZLE_SIDES if isinstance(generator.movement, Push) else SIDES
    return sorted({min(side, high) for side in sides if side >= low})


def time_maps(generator: LevelGenerator, theme: str, side: int) -> dict[str, Any]:
    """Make maps in a process of their own; medians in seconds, and MiB, or why there are none."""
    count = min(15, max(1, AREA // side**2))
    numbers = [str(number) for number in (side, SEED, count)]
    command = [sys.executable, "-c", FRESH, str(generator.package.root), theme, *numbers]
    case = {"package": generator.package.manifest.name, "theme": theme, "side": side}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN)
    except subprocess.TimeoutExpired:
        return case | {"failed": f"not done within {WITHIN} s"}
    if done.returncode:
        return case | {"failed": done.stderr.strip().splitlines()[-1]}
    found = json.loads(done.stdout)
    made = found.pop("maps")
    median = {name: _median([one[name] for one in made]) for name in ("wall_s", "cpu_s", "attempts", "edits")}
    stages = {name: _median([one["stages_s"][name] for one in made]) for name in made[0]["stages_s"]}
    return case | found | median | {"stages_s": stages, "levels": count}


def _median(values: list[float]) -> float:
    return float(f"{statistics.median(values):.4g}")


def time_chunks(generator: LevelGenerator, theme: str, count: int) -> dict[str, Any]:
    """Time the first chunk of a world, and a walk through it: a chunk further, with the one beside it."""
    first_wall, first_cpu, walls, cpus = [], [], [], []
    for seed in range(SEED, SEED + 3):
        world = World(generator, LevelRequest(theme=theme, seed=seed, steps=ENDLESS_STEPS))
        for x, y in product(range(count), range(2)):
            wall, cpu = time.perf_counter(), time.process_time()
            world.chunk(x, y)
            wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
            if (x, y) == (0, 0):
                first_wall.append(wall)
                first_cpu.append(cpu)
            elif x > 1:
                walls.append(wall)
                cpus.append(cpu)
    square = World(generator, LevelRequest(theme=theme, seed=SEED + 3, steps=ENDLESS_STEPS))
    cpu = time.process_time()
    square.region(0, 0, 8, 8)
    inner = (time.process_time() - cpu) * 1000 / 64
    return {
        "case": f"{theme} 32x32",
        "first_wall_ms": spread(first_wall),
        "first_cpu_ms": spread(first_cpu),
        "walk_wall_ms": spread(walls),
        "walk_cpu_ms": spread(cpus),
        "square_cpu_ms": round(inner, 2),  # a chunk of 8x8 chunks
    }


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", action="append", help="name or folder; default: the shipped ones")
    parser.add_argument("--most", action="append", metavar="THEME=SIDE", help="largest side of a theme")
    parser.add_argument("--walk", type=int, default=10, help="chunks to walk in each world")
    arguments = parser.parse_args()
    generators = [level_generator(name) for name in arguments.package or PACKAGES]
    results: dict[str, Any] = {
        "packages": [package_record(generator) for generator in generators],
        "machine": machine_record(),
    }
    most = {theme: int(side) for theme, _, side in (text.partition("=") for text in arguments.most or ())}
    plan = [
        (generator, theme, side)
        for generator in generators
        for theme in generator.themes
        for side in sides_of(generator)
        if side <= most.get(theme, max(SIDES))
    ]
    maps = [time_maps(*one) for one in track(plan, "maps", console=console)]
    walked = [(g, theme) for g in generators if isinstance(g.movement, Walk) for theme in g.themes]
    chunks = [time_chunks(*one, arguments.walk) for one in track(walked, "chunks", console=console)]
    results |= {"maps": maps, "chunks": chunks}
    report(results)
    save("large", results)


def report(results: dict[str, Any]) -> None:
    """Print what was measured."""
    rows: list[tuple[object, ...]] = []
    for found in results["maps"]:
        case = f"{found['theme']} {found['side']}x{found['side']} ({found.get('levels', 0)})"
        if "failed" in found:
            rows.append((f"{case}: {found['failed']}", *[""] * (len(STAGES) + 4)))
            continue
        stages = (found["stages_s"].get(name, "") for name in STAGES)
        target = TARGETS.get((found["theme"], found["side"]))
        wanted = f"< {target:g}" if target else ""
        rows.append((case, found["wall_s"], found["cpu_s"], *stages, found["peak_mib"], wanted))
    title = f"One map (median of so many), one thread; seconds (target of memory: {MEMORY_TARGET} MiB)"
    show(title, ("case", "wall", "cpu", *STAGES, "peak MiB", "target"), rows)
    rows = [
        (
            found["case"],
            found["first_wall_ms"]["median"],
            found["first_cpu_ms"]["median"],
            found["walk_wall_ms"]["median"],
            found["walk_wall_ms"]["p95"],
            found["walk_cpu_ms"]["median"],
            found["square_cpu_ms"],
        )
        for found in results["chunks"]
    ]
    title = f"One chunk of an endless level, one thread; milliseconds (target on the way: {CHUNK_TARGET:g})"
    show(title, ("case", "first", "cpu", "on the way", "p95", "cpu", "of a square, cpu"), rows)


if __name__ == "__main__":
    main()
