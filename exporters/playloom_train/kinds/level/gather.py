"""The maps of a run: drawn by the teachers once, read from people's, and some set aside."""

import hashlib
import math
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

from playloom_train.kinds.level.data import pack, real, taught
from playloom_train.kinds.level.recipe import Collection, Recipe, Source

OWN_ASIDE = 5  # of a style's own maps every fifth is set aside
_BLOCK = 0.36  # of the height and width of a map: an eighth of its cells
_HELD_SEED = 1 << 20  # far from any training seed


@dataclass(frozen=True)
class Material:
    """What a run learns from and is judged by."""

    recipe: Recipe  # its styles are those that have maps
    fresh: list[Collection]  # to train on
    aside: list[Collection]  # for early stopping
    sources: list[Source]


def gather(
    recipe: Recipe, folder: Path, data: Path | None, maps: int, seed: int, console: Console
) -> Material:
    """Return the maps of a run; teachers' maps are kept in ``folder`` and made once.

    Args:
        recipe: What is taught.
        folder: The run's.
        data: The levels file with people's maps, if any.
        maps: Of each teacher on the usual canvas; a sixth of that on the others.
        seed: Of the maps.
        console: Where progress is shown.
    """
    folder.mkdir(parents=True, exist_ok=True)
    collections, sources = list(recipe.given), list(recipe.sources)
    if recipe.teachers:
        collections += _drawn(recipe, folder, maps, seed, console)
        digest = hashlib.sha256()
        for one in collections:
            digest.update(one.style.encode() + one.sizes.astype("<i2").tobytes() + one.cells.tobytes())
        count = sum(len(one.cells) for one in collections)
        origin = "maps drawn by Playloom's own programs"
        sources.append(Source("teachers", origin, "CC0-1.0", count, digest.hexdigest()))
    if data is not None and recipe.people is not None:
        for canvas in recipe.canvases:
            windows, found = real(recipe.people, recipe.vocabulary, data, canvas.high, 2 * maps, seed)
            collections += [pack(style, cells, canvas.high) for style, cells in windows.items()]
        sources += found
    present = {one.style for one in collections if len(one.cells)}
    styles = {name: told for name, told in recipe.styles.items() if name in present}
    fresh, aside = _split_own(collections) if recipe.given else split(collections)
    return Material(replace(recipe, styles=styles), fresh, aside, sources)


def held_out(recipe: Recipe, data: Path | None, each: int) -> list[Collection]:
    """Return maps that no run sees, on the usual canvas: of every teacher, and of people's from ``data``.

    Args:
        recipe: What is taught.
        data: The levels file with people's maps, if any.
        each: Most maps of a style; a teacher's are as many.
    """
    canvas = replace(recipe.canvases[0], low=recipe.canvases[0].high)
    collections = [taught(recipe, name, each, canvas, _HELD_SEED) for name in recipe.teachers]
    if data is not None and recipe.people is not None:
        windows, _ = real(recipe.people, recipe.vocabulary, data, canvas.high, each, 0, split="heldout")
        collections += [pack(style, cells, canvas.high) for style, cells in windows.items()]
    return collections


def _drawn(recipe: Recipe, folder: Path, maps: int, seed: int, console: Console) -> list[Collection]:
    jobs = [
        (recipe.name, folder, name, maps if i == 0 else maps // 6, i, seed)
        for name in recipe.teachers
        for i in range(len(recipe.canvases))
    ]
    pool = ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1))
    try:
        made = pool.map(_cached, jobs)
        with Progress(console=console) as bar:
            return list(bar.track(made, total=len(jobs), description="drawing maps"))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C too: no map is drawn for nobody


def _cached(job: tuple[str, Path, str, int, int, int]) -> Collection:
    from playloom_train.kinds.level.recipes import RECIPES

    which, folder, name, count, i, seed = job
    canvas = RECIPES[which].canvases[i]
    height, width = canvas.high
    side = f"{height}" if height == width else f"{height}x{width}"
    path = folder / f"maps-{name}-{count}-{side}-{seed}.npz"
    if path.is_file():
        with np.load(path) as stored:
            return Collection(name, stored["cells"], stored["sizes"])
    made = taught(RECIPES[which], name, count, canvas, seed)
    draft = path.with_name(f".{path.name}")
    with draft.open("wb") as file:
        np.savez_compressed(file, cells=made.cells, sizes=made.sizes)
    draft.replace(path)
    return made


def split(collections: list[Collection]) -> tuple[list[Collection], list[Collection]]:
    """Set every twentieth map aside; of few maps one, of fewer than four none."""
    fresh, aside = [], []
    for one in collections:
        count = len(one.cells)
        apart = np.arange(count) % 20 == (min(19, count - 1) if count > 3 else 20)
        fresh.append(Collection(one.style, one.cells[~apart], one.sizes[~apart]))
        aside.append(Collection(one.style, one.cells[apart], one.sizes[apart]))
    return fresh, aside


def _split_own(collections: list[Collection]) -> tuple[list[Collection], list[Collection]]:
    """Set every fifth map of a style aside; where there are fewer than five, a block of each."""
    fresh, aside = [], []
    for one in collections:
        if len(one.cells) >= OWN_ASIDE:
            apart = np.arange(len(one.cells)) % OWN_ASIDE == OWN_ASIDE - 1
            fresh.append(Collection(one.style, one.cells[~apart], one.sizes[~apart]))
            aside.append(Collection(one.style, one.cells[apart], one.sizes[apart]))
            continue
        block = np.zeros(one.cells.shape, np.bool_)
        for i, (height, width) in enumerate(one.sizes.tolist()):
            y, x, h, w = (math.floor(side * _BLOCK) for side in (height, width, height, width))
            # Off the edges, which a map has only one of each.
            block[i, height - y - h // 2 : height - h // 2, width - x - w // 2 : width - w // 2] = True
        fresh.append(replace(one, kept=block))
        aside.append(replace(one, asked=block))
    return fresh, aside
