"""What every benchmark shares: the package measured, the machine described, the results file.

A results file names the processor, the versions and how busy the machine was, and
no host, user or path.
"""

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from rich.console import Console
from rich.table import Table

from playloom.api import level_generator
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.sprite.generator import SpriteGenerator

HERE = Path(__file__).parent
RESULTS = HERE / "results"
WORK = HERE / ".work"  # what benchmarks fetch and build; ignored by git
SEED = 20_000  # the first seed of every benchmark: none of those used while the product was tuned

console = Console()
if not console.is_terminal:
    console = Console(width=150)


def package_record(generator: LevelGenerator | SpriteGenerator) -> dict[str, Any]:
    """Return which model package was measured."""
    manifest = generator.package.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "sha256": generator.package.hash,
        "exact": manifest.exact,
    }


def machine_record() -> dict[str, Any]:
    """Return what the numbers depend on besides the code."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "playloom": version("playloom"),
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "onnxruntime": onnxruntime.__version__,
        "load_before": round(os.getloadavg()[0], 1),  # runnable processes; above 0.5 others slowed us down
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def begin(package: str | None) -> tuple[LevelGenerator, dict[str, Any]]:
    """Load the package to measure and return it with the head of the results file."""
    generator = level_generator(package)
    return generator, {"package": package_record(generator), "machine": machine_record()}


def save(name: str, results: dict[str, Any]) -> None:
    """Write results/NAME.json, whole or not at all."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(results, indent=1) + "\n")
    draft.replace(path)
    console.print(f"results: benchmarks/results/{name}.json")


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; the first column is text, the others are numbers."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    console.print(table)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, 95 % quantile and largest of some values, rounded to four digits."""
    array = np.asarray(values, np.float64)
    picked = {"median": np.median(array), "p95": np.quantile(array, 0.95), "most": array.max()}
    return {name: float(f"{value:.4g}") for name, value in picked.items()}
