"""What a card says of a level package: loss on held-out maps, work left to repair, and copying.

Held-out maps are of the `heldout` split (real maps) and of another seed
(teachers); nothing is ever trained on them or chosen by them.
"""

from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.vocabulary import CORE, Role
from playloom.package import Metric
from playloom_train.kinds.level import train as loop
from playloom_train.kinds.level.data import Cells, Collection, pack, real, taught
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.teachers import TEACHERS

SIDE = 32  # of the maps compared
WINDOW = 6  # side of the windows whose verbatim copies are counted
_Number = TypeVar("_Number", bound=np.generic)
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
    known = np.sort(np.concatenate([_windows(_ground(one.cells)) for one in training if _full(one)]))
    each = max(len(cells) for cells in made.values())
    others = {one.style: list(one.cells[(one.sizes == SIDE).all(1)][:each]) for one in held}
    results = []
    for label, maps in (("generated", made), ("held-out", others)):
        copied = [share for cells in maps.values() for share in _copied(cells, known)]
        nearest = [n for style, cells in maps.items() for n in _nearest(cells, style, training)]
        where = f"{WINDOW}x{WINDOW} windows of ground, more than one tile, 8 symmetries, {len(copied)} maps"
        value = round(float(np.mean(copied)), 4)
        results.append(Metric(name=f"{label}: windows in training", value=value, how=f"share of {where}"))
        how = f"share of ground cells unlike the nearest training map of the style, {SIDE}x{SIDE}, turned"
        for name, number in (("least", min(nearest)), ("median", float(np.median(nearest)))):
            named = f"{label}: distance to training, {name}"
            results.append(Metric(name=named, value=round(number, 4), how=how))
    return results


def _full(one: Collection) -> bool:
    return one.cells.shape[1] == SIDE and bool(len(one.cells))


def _ground(cells: Cells) -> Cells:
    """Return maps (N, H, W) with every object replaced by floor."""
    plain = np.arange(len(CORE), dtype=np.uint8)
    plain[CORE.objects] = CORE.ids(Role.FLOOR)[0]
    ground: Cells = plain[cells]
    return ground


def _windows(ground: Cells) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each window of maps (N, H, W) that holds more than one tile."""
    views = np.lib.stride_tricks.sliding_window_view(ground, (WINDOW, WINDOW), axis=(1, 2))
    flat = views.reshape(-1, WINDOW * WINDOW)
    mixed = flat[(flat != flat[:, :1]).any(axis=1)]
    key = np.zeros(len(mixed), np.uint64)
    for column in mixed.T:  # FNV-1a (Fowler, Noll, Vo) over 64 bits
        key = (key ^ column.astype(np.uint64)) * np.uint64(0x100000001B3) + np.uint64(0x9E3779B97F4A7C15)
    return key


def _symmetries(cells: NDArray[_Number]) -> list[NDArray[_Number]]:
    turned = [np.rot90(cells, k) for k in range(4)]
    return turned + [one[:, ::-1] for one in turned]


def _copied(maps: list[Cells], known: NDArray[np.uint64]) -> list[float]:
    """Return for each map the share of its windows that training maps hold in some symmetry."""
    shares = []
    for cells in maps:
        ground = _ground(cells)
        found = np.zeros(0, np.bool_)
        for turned in _symmetries(_numbered(ground)):
            keys = _windows_at(ground, turned)
            place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            hit = known[place] == keys
            found = hit if not len(found) else found | hit
        shares.append(float(found.mean()) if len(found) else 0.0)
    return shares


def _numbered(ground: Cells) -> NDArray[np.int64]:
    return np.arange(ground.size).reshape(ground.shape)


def _windows_at(ground: Cells, turned: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the hashes of the windows of ``ground`` turned, in the order of the windows unturned."""
    seen = ground.ravel()[turned]
    views = np.lib.stride_tricks.sliding_window_view(turned, (WINDOW, WINDOW))
    corner = views.min(axis=(2, 3)).ravel()  # the window's first cell in the unturned map
    flat = np.lib.stride_tricks.sliding_window_view(seen, (WINDOW, WINDOW)).reshape(len(corner), -1)
    order = np.argsort(corner, kind="stable")
    mixed = (flat != flat[:, :1]).any(axis=1)
    keys = np.zeros(len(flat), np.uint64)
    keys[mixed] = _windows(seen[None])
    in_order: NDArray[np.uint64] = keys[order][mixed[order]]
    return in_order


def _nearest(maps: list[Cells], style: str, training: list[Collection]) -> list[float]:
    """Return for each map the share of cells in which the nearest training map of its style differs."""
    same = [
        _ground(one.cells[(one.sizes == SIDE).all(1)])
        for one in training
        if one.style == style and _full(one)
    ]
    if not same:
        return []
    known = np.concatenate(same)
    return [
        min(float((known != turned).mean(axis=(1, 2)).min()) for turned in _symmetries(_ground(cells)))
        for cells in maps
    ]
