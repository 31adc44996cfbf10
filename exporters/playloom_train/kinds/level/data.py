"""Training data of a level model: maps of teachers and of people, checked, with what they measure."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.check import judge
from playloom.kinds.level.condition import controls
from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.teachers import TEACHERS, Style

Cells = NDArray[np.uint8]

# Sources of real maps, by licence and by what they look like: source -> (style, themes used, origin).
REAL = {
    "freedoom": ("station", ("dungeon", "arena"), "Freedoom and FreeDM 0.12.1, the Freedoom contributors"),
    "ldtk-samples": ("rooms", ("dungeon",), "sample projects of LDtk, Sebastien Benard"),
    "minihack": ("rooms", ("dungeon",), "MiniHack's own maps, Facebook"),
    "griddly": ("braided", ("maze",), "Griddly's own games, Chris Bamford"),
}
LICENCES = {"CC0-1.0", "MIT", "BSD-3-Clause", "Apache-2.0"}


@dataclass(frozen=True)
class Collection:
    """Maps of one style (N, side, side), padded at right and bottom; their true sizes (N, 2) as (h, w)."""

    style: str
    cells: Cells
    sizes: NDArray[np.int16]


@dataclass(frozen=True)
class Source:
    """One line of the licence record: where maps came from and how many."""

    name: str
    origin: str
    licence: str
    count: int
    sha256: str


def draw(style: Style, rng: np.random.Generator, height: int, width: int) -> Cells:
    """Return a map of ``style`` that passes the check; draws again until one does."""
    for _ in range(200):
        cells = style.teach(rng, width, height)
        if judge(Level(cells=cells), border=() if style.border else None).passed:
            return cells
    raise RuntimeError(f"teacher {style.name} made no valid map in 200 tries at {width}x{height}")


def taught(name: str, count: int, low: int, high: int, seed: int) -> Collection:
    """Return ``count`` checked maps of teacher ``name``, sides ``low`` to ``high``, half of them full."""
    rng = np.random.default_rng([seed, high, *name.encode()])
    cells = np.zeros((count, high, high), np.uint8)
    sizes = np.full((count, 2), high, np.int16)
    for i in range(count):
        if rng.random() < 0.5:
            sizes[i] = rng.integers(low, high + 1, 2)
        h, w = (int(n) for n in sizes[i])
        cells[i, :h, :w] = draw(TEACHERS[name], rng, h, w)
    return Collection(name, cells, sizes)


def real(
    file: Path, side: int, limit: int, seed: int, *, split: str = "train"
) -> tuple[dict[str, list[Cells]], list[Source]]:
    """Return windows (at most ``side`` a side) of the real top-down maps of a split, by style.

    Windows that are nearly all void or all floor teach nothing and are left out.

    Raises:
        FileInvalid: If ``file`` is not the levels file.
    """
    rng = np.random.default_rng([seed, side])
    by_style: dict[str, list[Cells]] = {}
    counts: dict[tuple[str, str], int] = {}
    raw = file.read_bytes()
    for number, line in enumerate(raw.splitlines(), 1):
        try:
            level = json.loads(line)
            style, themes, _ = REAL.get(level["source"], ("", (), ""))
            if level["view"] != "topdown" or level["split"] != split or level["theme"] not in themes:
                continue
            if level["legend"] != "core" or level["licence"] not in LICENCES:
                continue
            cells = np.array([[CORE.by_char[c] for c in row] for row in level["rows"]], np.uint8)
        except (ValueError, KeyError, TypeError) as error:
            raise FileInvalid(f"{file.name}, line {number}: not a level of levels.jsonl ({error})") from error
        found = list(_windows(cells, side, rng))
        by_style.setdefault(style, []).extend(found)
        key = (level["source"], level["licence"])
        counts[key] = counts.get(key, 0) + 1
    for windows in by_style.values():
        rng.shuffle(windows)
        del windows[limit:]
    digest = hashlib.sha256(raw).hexdigest()
    found_counts = sorted(counts.items())
    return by_style, [Source(name, REAL[name][2], licence, n, digest) for (name, licence), n in found_counts]


def _windows(cells: Cells, side: int, rng: np.random.Generator) -> list[Cells]:
    height, width = cells.shape
    if height < 8 or width < 8:
        return []
    result = []
    step = side // 2
    for y in range(0, max(1, height - step), step):
        for x in range(0, max(1, width - step), step):
            y0 = max(0, min(y + int(rng.integers(-3, 4)), height - side))
            x0 = max(0, min(x + int(rng.integers(-3, 4)), width - side))
            window = cells[y0 : y0 + side, x0 : x0 + side]
            openness = float(CORE.open[window].mean())
            if 0.15 < openness < 0.75 and float((window == 0).mean()) < 0.6:
                result.append(window)
    return result


def pack(style: str, maps: list[Cells], side: int) -> Collection:
    """Return ``maps`` as a collection, each padded to ``side``."""
    cells = np.zeros((len(maps), side, side), np.uint8)
    sizes = np.zeros((len(maps), 2), np.int16)
    for i, one in enumerate(maps):
        cells[i, : one.shape[0], : one.shape[1]] = one
        sizes[i] = one.shape
    return Collection(style, cells, sizes)


def measures(collection: Collection) -> NDArray[np.float64]:
    """Return the controls of every map, shape (N, len(CONTROLS))."""
    pairs = zip(collection.cells, collection.sizes, strict=True)
    return np.array([controls(cells[:h, :w], CORE) for cells, (h, w) in pairs])
