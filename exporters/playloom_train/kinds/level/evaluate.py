"""What a card says of a level package: loss on held-out maps, work left to repair, and copying.

Held-out maps are of the `heldout` split (real maps) and of another seed
(teachers); nothing is ever trained on them or chosen by them.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.package import Metric
from playloom_train.kinds.level import train as loop
from playloom_train.kinds.level.data import Cells, Collection, pack, real, taught
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.originality import WINDOW, ground_of, known_windows, nearest, share_known
from playloom_train.kinds.level.teachers import TEACHERS

SIDE = 32  # of the maps compared
_HELD_SEED = 1 << 20  # far from any training seed


def held_out(file: Path | None, each: int) -> list[Collection]:
    """Return held-out maps up to `SIDE` a side: of every teacher, and of people if ``file`` is given."""
    collections = [taught(name, 8 * each, SIDE, SIDE, _HELD_SEED) for name in TEACHERS]
    if file is not None:
        windows, _ = real(file, SIDE, 8 * each, 0, split="heldout")
        collections += [pack(style, cells, SIDE) for style, cells in windows.items()]
    return collections


def losses(net: LevelNet, held: list[Collection], styles: tuple[str, ...]) -> list[Metric]:
    """Return the loss on held-out maps, in all and for each style."""
    results = []
    for style in ("", *styles):
        some = [one for one in held if style in ("", one.style) and len(one.cells)]
        if some:
            batches = loop.Batches(some, styles, 777)
            loss = loop.validate(net, [batches.draw(32) for _ in range(8)], torch.device("cpu"))
            how = "mean cross-entropy of masked cells of held-out maps, nats"
            results.append(Metric(name=f"loss {style}".strip(), value=round(loss, 4), how=how))
    return results


def samples(generator: LevelGenerator, each: int) -> tuple[dict[str, list[Cells]], list[Metric]]:
    """Generate ``each`` maps of every style; return them with what repair had to do, by theme."""
    made: dict[str, list[Cells]] = {}
    results = []
    size = f"{SIDE}x{SIDE}"
    for theme, styles in generator.themes.items():
        edited = []
        for style in styles:
            for seed in range(each):
                request = LevelRequest(theme=theme, style=style, width=SIDE, height=SIDE, seed=seed)
                level = generator.generate(request)
                made.setdefault(style, []).append(level.cells)
                edited.append(len(level.evidence.edits) if level.evidence else 0)
        whole = sum(number == 0 for number in edited) / len(edited)
        share = sum(edited) / len(edited) / SIDE**2
        how = f"{len(edited)} maps of {size}, 8 steps"
        results += [
            Metric(name=f"{theme}: needs no repair", value=round(whole, 4), how=f"share of {how}"),
            Metric(name=f"{theme}: cells edited", value=round(share, 5), how=f"mean share of cells, {how}"),
        ]
    return made, results


def copying(made: dict[str, list[Cells]], training: list[Collection], held: list[Collection]) -> list[Metric]:
    """Return how much of the training maps comes back, beside the same for held-out maps."""
    each = max(len(cells) for cells in made.values())
    others = {one.style: list(_full(one)[:each]) for one in held}
    known = known_windows([ground for one in training for ground in ground_of(_full(one))])
    results = []
    for label, by_style in (("generated", made), ("held-out", others)):
        grounds = {style: ground_of(np.stack(maps)) for style, maps in by_style.items() if maps}
        number = sum(map(len, grounds.values()))
        share = share_known([ground for maps in grounds.values() for ground in maps], known)
        how = f"share of mixed {WINDOW}x{WINDOW} windows of ground, 8 symmetries, {number} maps"
        results.append(Metric(name=f"{label}: windows in training", value=round(share, 4), how=how))
        distances = np.concatenate([_distances(maps, style, training) for style, maps in grounds.items()])
        how = (
            f"share of ground cells unlike the nearest training map of the style, {SIDE}x{SIDE}, 8 symmetries"
        )
        for name, found in (("least", distances.min()), ("median", np.median(distances))):
            named = f"{label}: distance to training, {name}"
            results.append(Metric(name=named, value=round(float(found), 4), how=how))
    return results


def _full(one: Collection) -> Cells:
    """Return the maps of `SIDE` by `SIDE` cells."""
    fits = (
        (one.sizes == SIDE).all(axis=1) if one.cells.shape[1] == SIDE else np.zeros(len(one.cells), np.bool_)
    )
    full: Cells = one.cells[fits]
    return full


def _distances(grounds: Cells, style: str, training: list[Collection]) -> NDArray[np.float64]:
    pools = [ground_of(_full(one)) for one in training if one.style == style and len(_full(one))]
    return nearest(grounds, np.concatenate(pools)) if pools else np.zeros(0)
