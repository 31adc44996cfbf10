"""Training data of a level model: maps of teachers and of people, checked, with what they measure."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.check import judge
from playloom.kinds.level.condition import controls
from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import Vocabulary
from playloom_train.kinds.level.recipe import Canvas, Cells, Collection, People, Recipe, Source
from playloom_train.kinds.level.teachers import Style

LICENCES = {"CC0-1.0", "MIT", "BSD-3-Clause", "Apache-2.0"}
SIDE_LOW = 8  # cells; a smaller map teaches nothing


def draw(recipe: Recipe, style: Style, rng: np.random.Generator, height: int, width: int) -> Cells:
    """Return a map of ``style`` that passes the check, if the recipe wants it; draws again until one does."""
    for _ in range(200):
        cells = style.teach(rng, width, height)
        level = Level(cells=cells, vocabulary=recipe.vocabulary, movement=recipe.movement)
        if not recipe.judged or judge(level, border=() if style.border else None).passed:
            return cells
    raise RuntimeError(f"teacher {style.name} made no valid map in 200 tries at {width}x{height}")


def taught(recipe: Recipe, name: str, count: int, canvas: Canvas, seed: int) -> Collection:
    """Return ``count`` maps of teacher ``name``, of any size on the canvas, half of them filling it."""
    low, high = canvas.low, canvas.high
    square = high[0] == high[1]
    rng = np.random.default_rng([seed, *(high[:1] if square else high), *name.encode()])
    cells = np.zeros((count, *high), np.uint8)
    sizes = np.full((count, 2), high, np.int16)
    for i in range(count):
        if rng.random() < 0.5:
            sizes[i] = [rng.integers(least, most + 1) for least, most in zip(low, high, strict=True)]
        h, w = (int(n) for n in sizes[i])
        cells[i, :h, :w] = draw(recipe, recipe.teachers[name], rng, h, w)
    return Collection(name, cells, sizes)


def real(
    people: People,
    vocabulary: Vocabulary,
    file: Path,
    size: tuple[int, int],
    limit: int,
    seed: int,
    *,
    split: str = "train",
) -> tuple[dict[str, list[Cells]], list[Source]]:
    """Return windows (at most ``size``, height and width) of the real maps of a split, by style.

    Args:
        people: Which maps.
        vocabulary: Their tiles.
        file: The levels file.
        size: Largest height and width of a window.
        limit: Most windows of a style.
        seed: Where the windows lie.
        split: "train", "val" or "heldout".

    Raises:
        FileInvalid: If ``file`` is not the levels file.
    """
    rng = np.random.default_rng([seed, size[0]] if size[0] == size[1] else [seed, *size])
    ids = vocabulary.by_char
    if people.chars is not None:
        ids = {char: vocabulary.id(name) for char, name in people.chars.items()}
    by_style: dict[str, list[Cells]] = {}
    counts: dict[tuple[str, str], int] = {}
    raw = file.read_bytes()
    for number, line in enumerate(raw.splitlines(), 1):
        try:
            level = json.loads(line)
            style, themes, _ = people.sources.get(level["source"], ("", (), ""))
            if level["view"] != people.view or level["split"] != split or level["theme"] not in themes:
                continue
            if level["legend"] != people.legend or level["licence"] not in LICENCES:
                continue
            cells = np.array([[ids[c] for c in row] for row in level["rows"]], np.uint8)
        except (ValueError, KeyError, TypeError) as error:
            raise FileInvalid(f"{file.name}, line {number}: not a level of levels.jsonl ({error})") from error
        by_style.setdefault(style, []).extend(_windows(cells, size, rng, people.fits))
        key = (level["source"], level["licence"])
        counts[key] = counts.get(key, 0) + 1
    for windows in by_style.values():
        rng.shuffle(windows)
        del windows[limit:]
    digest = hashlib.sha256(raw).hexdigest()
    return by_style, [
        Source(name, people.sources[name][2], licence, n, digest)
        for (name, licence), n in sorted(counts.items())
    ]


def _windows(
    cells: Cells, size: tuple[int, int], rng: np.random.Generator, fits: Callable[[Cells], bool]
) -> list[Cells]:
    if min(cells.shape) < SIDE_LOW:
        return []
    result = []
    (height, width), (h, w) = cells.shape, size
    for y in range(0, max(1, height - h // 2), h // 2):
        for x in range(0, max(1, width - w // 2), w // 2):
            y0 = max(0, min(y + int(rng.integers(-3, 4)), height - h))
            x0 = max(0, min(x + int(rng.integers(-3, 4)), width - w))
            window = cells[y0 : y0 + h, x0 : x0 + w]
            if fits(window):
                result.append(window)
    return result


def pack(style: str, maps: list[Cells], size: tuple[int, int]) -> Collection:
    """Return ``maps`` as a collection, each padded to ``size``."""
    cells = np.zeros((len(maps), *size), np.uint8)
    sizes = np.zeros((len(maps), 2), np.int16)
    for i, one in enumerate(maps):
        cells[i, : one.shape[0], : one.shape[1]] = one
        sizes[i] = one.shape
    return Collection(style, cells, sizes)


def measures(collection: Collection, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Return the controls of every map, shape (N, len(CONTROLS))."""
    pairs = zip(collection.cells, collection.sizes, strict=True)
    return np.array([controls(cells[:h, :w], vocabulary) for cells, (h, w) in pairs])
