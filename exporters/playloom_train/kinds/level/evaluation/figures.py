"""What is found of a package, as plain values: written as JSON, shown as tables, kept in its card."""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from playloom.package import Metric


class Validity(msgspec.Struct, frozen=True):
    """How many levels there were, and what repair had to do. Shares are of ``asked``."""

    asked: int
    made: int  # an attempt passed; the others ended in GenerationFailed
    passed: int  # of those made, passed the check once more
    raw_passed: int  # the first proposal would have passed as it came
    unedited: int  # levels in which no cell was edited
    edited_mean: float  # share of cells
    edited_most: float
    attempts_mean: float
    failed: dict[str, int]  # check -> requests in which no attempt passed it


class Row(msgspec.Struct, frozen=True):
    """What a set of maps scores; None where it was not compared."""

    maps: int
    tpkl2: float | None = None  # nats, 2x2 patterns of all tiles, to the maps compared with
    tpkl3: float | None = None  # 3x3
    divergence: float | None = None  # bits, Jensen-Shannon, 3x3 patterns of ground
    bits: float | None = None  # entropy of 3x3 patterns of ground
    copied: float | None = None  # share of mixed 6x6 windows of ground that training maps have
    nearest_least: float | None = None  # share of cells unlike the nearest training map
    nearest_mean: float | None = None
    self_nearest: float | None = None  # mean share of cells unlike the nearest other map of the set
    self_distance: float | None = None  # mean share of cells in which two maps of the set differ


class Spread(msgspec.Struct, frozen=True):
    """The values of one measure."""

    made: tuple[float, ...]
    held: tuple[float, ...]  # of held-out maps; empty where it is not measured there


class StyleFigures(msgspec.Struct, frozen=True):
    """One style."""

    style: str
    theme: str
    validity: Validity
    compared: str  # "held-out" or "training": the maps that divergences are to
    rows: dict[str, Row]  # generated, held-out, training, Markov chain, strewn
    chain_passed: int  # of the Markov chain's maps
    spreads: dict[str, Spread]  # measure -> values


class ControlFigures(msgspec.Struct, frozen=True):
    """One control over all levels that were asked for it."""

    theme: str
    name: str
    asked: int
    met: int
    error_mean: float  # |asked - measured| of the levels made, the middle of a range
    error_most: float
    proposal_error: float | None  # of the network alone, before steering by repair


class Wished(msgspec.Struct, frozen=True):
    """The requests with wishes, by theme."""

    theme: str
    asked: int
    made: int
    failed: dict[str, int]


class TimeRow(msgspec.Struct, frozen=True):
    """How long levels of one size take on this machine."""

    side: int  # cells; square
    levels: int
    median_ms: float
    stages: dict[str, float]  # share of the time; what is left is not a stage


class Machine(msgspec.Struct, frozen=True):
    """What differs from machine to machine and from run to run."""

    times: tuple[TimeRow, ...]
    peak_mebibytes: float | None  # of the whole process; None where the system does not tell


class Evaluation(msgspec.Struct, frozen=True):
    """Everything that was found. All but ``machine`` is the same on every run."""

    package: str
    version: str
    package_hash: str
    count: int  # levels of each theme
    size: tuple[int, int]  # width, height
    seed: int
    symmetries: str
    notes: tuple[str, ...]  # what was left out, and why
    styles: tuple[StyleFigures, ...]
    wished: tuple[Wished, ...]
    controls: tuple[ControlFigures, ...]
    machine: Machine | None = None  # None: not measured

    def document(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @property
    def themes(self) -> dict[str, list[StyleFigures]]:
        """The styles of each theme, in their order."""
        found: dict[str, list[StyleFigures]] = {}
        for one in self.styles:
            found.setdefault(one.theme, []).append(one)
        return found


def metrics(evaluation: Evaluation) -> tuple[Metric, ...]:
    """Return what the card says: by theme and in all, nothing that depends on the machine."""
    width, height = evaluation.size
    found: list[Metric] = []
    for theme, styles in evaluation.themes.items():
        found += _of_validity(theme, [one.validity for one in styles], f"{width}x{height}")
        found += _of_controls(theme, evaluation)
        found += _of_patterns(theme, styles)
    for label in ("generated", "held-out"):
        found += _of_copies(label, evaluation)
    return tuple(found)


def _of_validity(theme: str, some: list[Validity], size: str) -> Iterator[Metric]:
    asked, made = sum(v.asked for v in some), sum(v.made for v in some)
    how = f"{asked} seeds, {size}"
    yield _metric(f"{theme}: made", made / max(1, asked), f"share of {how} that give a level")
    if not made:
        return
    raw = sum(v.raw_passed for v in some) / asked
    yield _metric(f"{theme}: valid before repair", raw, f"share of first proposals that pass, {how}")
    whole = sum(v.unedited for v in some) / made
    yield _metric(f"{theme}: needs no repair", whole, f"share of {made} levels without an edit, {size}")
    share = sum(v.edited_mean * v.made for v in some) / made
    yield _metric(f"{theme}: cells edited", share, f"mean share of cells, {made} levels of {size}", 5)


def _of_controls(theme: str, evaluation: Evaluation) -> Iterator[Metric]:
    some = [one for one in evaluation.controls if one.theme == theme]
    asked = sum(one.asked for one in some)
    if asked:
        met = sum(one.met for one in some) / asked
        yield _metric(f"{theme}: controls met", met, f"share of {asked} wishes, several a level")


def _of_patterns(theme: str, styles: list[StyleFigures]) -> Iterator[Metric]:
    for label in ("generated", "training", "Markov chain"):
        values = [row.tpkl2 for one in styles if (row := one.rows.get(label)) and row.tpkl2 is not None]
        if values:
            how = f"TPKL-Div of 2x2 patterns to {styles[0].compared} maps, nats; mean of {len(values)} styles"
            yield _metric(f"{theme}: pattern divergence, {label}", float(np.mean(values)), how)


def _of_copies(label: str, evaluation: Evaluation) -> Iterator[Metric]:
    rows = [one.rows[label] for one in evaluation.styles if label in one.rows]
    number = sum(row.maps for row in rows)
    known = [(row.copied, row.maps) for row in rows if row.copied is not None]
    if known:
        share = sum(value * maps for value, maps in known) / sum(maps for _, maps in known)
        how = f"share of mixed 6x6 windows of ground, {evaluation.symmetries} symmetries, {number} maps"
        yield _metric(f"{label}: windows in training", share, how)
    least = [row.nearest_least for row in rows if row.nearest_least is not None]
    mean = [row.nearest_mean for row in rows if row.nearest_mean is not None]
    if least and mean:
        how = f"share of ground cells unlike the nearest training map of the style, {number} maps"
        yield _metric(f"{label}: distance to training, least", min(least), how)
        yield _metric(f"{label}: distance to training, mean", float(np.mean(mean)), how)


def _metric(name: str, value: float, how: str, digits: int = 4) -> Metric:
    return Metric(name=name, value=round(value, digits), how=how)
