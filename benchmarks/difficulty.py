"""What the difficulty control is worth: its scale, how a simulated player fares, how exactly it is met.

Free levels of every theme, of the usual size, give the scores at which its scale has its knots. Simulated
players play them: on foot (`explorer.py`), from the side (`jumper.py`) and Sokoban (`pusher.py`); how their
trouble goes with difficulty is Spearman's rank correlation. Then levels are made at given difficulties.
"""

import argparse
import time
from typing import Any

import numpy as np
from explorer import Explorer
from jumper import Jumper
from pusher import Pusher
from record import SEED, console, machine_record, package_record, save, show
from scipy.stats import spearmanr

from playloom.api import level_generator
from playloom.errors import GenerationFailed
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.difficulty import platform, push, walk
from playloom.kinds.level.difficulty.rating import rate
from playloom.kinds.level.difficulty.scale import SHARES, Gauge, Part
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Platform, Push
from playloom.kinds.level.push.replay import replay

PLAYS = 6  # of one level
WANTED = (0.1, 0.3, 0.5, 0.7, 0.9)


def score(level: Level, solution: str) -> int:
    """Return the score of a level before it goes on the scale."""
    parts: tuple[Part, ...]
    if isinstance(level.movement, Push):
        play = replay(level, solution)
        parts = push.parts(play.pushes, play.lines, play.pushed)
    else:
        gauge: Gauge
        if isinstance(level.movement, Platform):
            gauge = platform.gauge(level, solution)
        else:
            gauge = walk.gauge(level.cells, level.vocabulary, solution, level.theme)
        threat = gauge.threat(level.cells, level.vocabulary)
        parts = (*gauge.parts, Part("danger", gauge.danger, threat, gauge.half))
    return sum(part.weight * part.share for part in parts) // sum(part.weight for part in parts)


def trouble(level: Level, solution: str, seed: int) -> dict[str, float]:
    """Return what simulated players go through."""
    rng = np.random.default_rng(seed)
    if isinstance(level.movement, Push):
        return {"positions": Pusher(level).play(rng)}
    side = level.width + level.height
    if isinstance(level.movement, Platform):
        jumper = Jumper(level)
        runs = [jumper.play(rng) for _ in range(PLAYS)]
        lost, moves = (float(np.mean([getattr(run, name) for run in runs])) for name in ("lost", "ticks"))
        deaths = {"deaths": float(np.mean([run.deaths for run in runs]))}
    else:
        plays = [Explorer(level, rng).play() for _ in range(PLAYS)]
        lost, moves = (float(np.mean([getattr(play, name) for play in plays])) for name in ("lost", "moves"))
        deaths = {}
    return {"health lost": lost / side, "moves": moves / side, "both": (4 * lost + moves / 4) / side} | deaths


def free(
    generator: LevelGenerator, theme: str, size: tuple[int, int], seeds: range
) -> list[dict[str, float]]:
    """Make levels with no wishes and return score, difficulty and trouble of each."""
    rows = []
    for seed in seeds:
        try:
            made = generator.generate(LevelRequest(theme=theme, width=size[0], height=size[1], seed=seed))
        except GenerationFailed:
            continue
        assert made.evidence is not None
        moves = made.evidence.solution
        rows.append(
            {"score": score(made, moves), "difficulty": rate(made, moves), **trouble(made, moves, seed)}
        )
    return rows


def aimed(
    generator: LevelGenerator, theme: str, size: tuple[int, int], wanted: float, seeds: range
) -> dict[str, Any]:
    """Make levels of one difficulty and return how many came, how far off they are, and how long it took."""
    off, attempts, spans = [], [], []
    for seed in seeds:
        request = LevelRequest(
            theme=theme, width=size[0], height=size[1], seed=seed, difficulty=(wanted, wanted)
        )
        began = time.process_time()
        try:
            made = generator.generate(request)
        except GenerationFailed:
            continue
        finally:
            spans.append((time.process_time() - began) * 1000)
        assert made.evidence is not None
        off.append(abs(float(made.evidence.measures["difficulty"]) - wanted))
        attempts.append(made.evidence.attempts)
    return {
        "made": len(off),
        "asked": len(seeds),
        "mean_off": round(float(np.mean(off)), 4) if off else None,
        "attempts": round(float(np.mean(attempts)), 2) if off else None,
        "cpu_ms": round(float(np.median(spans)), 1),
    }


def measure(package: str, count: int, tries: int) -> dict[str, Any]:
    """Measure one package."""
    generator = level_generator(package)
    results: dict[str, Any] = {"package": package_record(generator), "free": {}, "aimed": {}}
    size = generator.size
    pool: list[int] = []
    for theme in generator.themes:
        rows = free(generator, theme, size, range(SEED, SEED + count))
        pool += [int(row["score"]) for row in rows]
        hard = [row["difficulty"] for row in rows]
        names = [name for name in rows[0] if name not in ("score", "difficulty")]
        results["free"][theme] = {
            "levels": len(rows),
            "scores": _quantiles([row["score"] for row in rows]),
            "spearman": {
                name: round(float(spearmanr(hard, [row[name] for row in rows])[0]), 3) for name in names
            },
        }
        results["aimed"][f"{theme} {size[0]}x{size[1]}"] = {
            str(wanted): aimed(generator, theme, size, wanted, range(SEED, SEED + tries)) for wanted in WANTED
        }
    results["knots of all themes"] = _quantiles(pool)
    return results


def _quantiles(values: list[float] | list[int]) -> list[int]:
    return [int(value) for value in np.quantile(values, [share / 1000 for share in SHARES])]


def main() -> None:
    """Run the benchmark and write its results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=["topdown", "sideview", "sokoban"])
    parser.add_argument("--count", type=int, default=100, help="free levels of each theme")
    parser.add_argument("--tries", type=int, default=20, help="levels of each theme and difficulty")
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine_record(), "packages": {}}
    for package in options.packages:
        found = measure(package, options.count, options.tries)
        results["packages"][package] = found
        console.print(f"{package}: scores of free levels at {SHARES}:")
        for theme, row in found["free"].items():
            console.print(f"  {theme}: {row['scores']}")
        console.print(f"  all: {found['knots of all themes']}")
        show(
            "free",
            ("theme", "levels", "median", *(names := list(_first(found["free"])["spearman"]))),
            [
                (theme, row["levels"], row["scores"][3], *(row["spearman"][name] for name in names))
                for theme, row in found["free"].items()
            ],
        )
        show(
            "made of asked, at each difficulty",
            ("theme and size", *map(str, WANTED), "off", "cpu ms"),
            [
                (
                    name,
                    *(f"{cell['made']}/{cell['asked']}" for cell in row.values()),
                    float(np.mean([cell["mean_off"] or 0 for cell in row.values()])),
                    float(np.mean([cell["cpu_ms"] for cell in row.values()])),
                )
                for name, row in found["aimed"].items()
            ],
        )
    save("difficulty", results)


def _first(rows: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(iter(rows.values()))
    return found


if __name__ == "__main__":
    main()
