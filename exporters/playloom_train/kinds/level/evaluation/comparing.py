"""Generated maps of one style beside real ones and beside baselines."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.vocabulary import Vocabulary
from playloom.seeds import Stream
from playloom_train.kinds.level.evaluation.baselines import MarkovChain, strewn
from playloom_train.kinds.level.evaluation.figures import Row
from playloom_train.kinds.level.evaluation.originality import (
    ground_of,
    known_windows,
    mean_distance,
    nearest,
    share_known,
)
from playloom_train.kinds.level.evaluation.patterns import (
    Patterns,
    jensen_shannon,
    pattern_bits,
    patterns,
    tile_pattern_divergence,
)
from playloom_train.kinds.level.recipe import Cells, Symmetries

GENERATED, HELD, SEEN, MARKOV, STREWN = "generated", "held-out", "training", "Markov chain", "strewn"
_STRIDE = 2  # cells between the windows of maps larger than the generated ones
_POOL_HIGH = 4096  # windows that are looked through for the nearest


@dataclass(frozen=True)
class Sets:
    """The maps of one style."""

    made: Sequence[Cells]  # all of one size
    seen: Sequence[Cells]
    held: Sequence[Cells]


@dataclass(frozen=True)
class Rules:
    """How maps of a package are compared."""

    vocabulary: Vocabulary
    symmetries: Symmetries
    size: tuple[int, int]  # height, width
    seed: int


def compare(sets: Sets, rules: Rules, style: str) -> tuple[dict[str, Row], Sequence[Cells]]:
    """Return what each set scores, and the Markov chain's maps.

    What is judged is cut to as many maps of each set, so that none is favoured by its number.
    """
    stream = Stream(rules.seed, f"baselines {style}")
    target = sets.held or sets.seen
    if not sets.made:
        return {}, ()
    number = min(len(sets.made), len(sets.seen) or len(sets.made))
    judged: dict[str, Sequence[Cells]] = {GENERATED: sets.made[:number]}
    if sets.held:
        judged[HELD] = _spread(sets.held, max(number, 2))
    drawn: Sequence[Cells] = ()
    if sets.seen:
        drawn = list(MarkovChain(sets.seen).draw(number, rules.size, stream.fork("markov")))
        if sets.held:  # else training maps are what the others are compared with
            judged[SEEN] = _spread(sets.seen, number)
        judged[MARKOV] = drawn
        judged[STREWN] = list(strewn(sets.seen, number, rules.size, stream.fork("strewn")))
    scale = _Scale(target, rules) if target else None
    copies = _Copies(sets.seen, rules) if sets.seen else None
    rows = {}
    for label, maps in judged.items():
        rows[label] = _row(
            maps,
            rules,
            None if label == HELD else scale,
            None if label == SEEN else copies,
            measured=label in (GENERATED, HELD),
        )
    return rows, drawn


class _Scale:
    """The patterns of the maps to be like."""

    def __init__(self, maps: Sequence[Cells], rules: Rules) -> None:
        self.rules = rules
        self.two, self.three = (patterns(maps, side, rules.symmetries) for side in (2, 3))
        self.ground = _ground_patterns(maps, rules)


class _Copies:
    """What can be copied from the training maps."""

    def __init__(self, seen: Sequence[Cells], rules: Rules) -> None:
        grounds = [ground_of(cells, rules.vocabulary) for cells in seen]
        self.known = known_windows(grounds, rules.vocabulary)
        self.pool = windows_of(grounds, rules.size)


def _row(
    maps: Sequence[Cells], rules: Rules, scale: _Scale | None, copies: _Copies | None, *, measured: bool
) -> Row:
    grounds = [ground_of(cells, rules.vocabulary) for cells in maps]
    ground = _ground_patterns(maps, rules)
    found: dict[str, float | None] = {"bits": pattern_bits(ground)}
    if scale is not None:
        two, three = (patterns(maps, side, rules.symmetries) for side in (2, 3))
        found |= {
            "tpkl2": tile_pattern_divergence(two, scale.two),
            "tpkl3": tile_pattern_divergence(three, scale.three),
            "divergence": jensen_shannon(ground, scale.ground),
        }
    if copies is not None:
        found["copied"] = share_known(grounds, copies.known, rules.vocabulary, rules.symmetries)
    # Distances of baselines and of training maps would say nothing that anybody asks.
    alike = windows_of(grounds if measured else (), rules.size, one_each=True)
    if copies is not None and len(alike) and len(copies.pool):
        distances = nearest(alike, copies.pool, rules.symmetries)
        found |= {"nearest_least": float(distances.min()), "nearest_mean": float(distances.mean())}
    if len(alike) > 1:
        found |= {
            "self_nearest": float(nearest(alike, None, rules.symmetries).mean()),
            "self_distance": mean_distance(alike),
        }
    return Row(len(maps), **{name: None if v is None else round(v, 4) for name, v in found.items()})


def _ground_patterns(maps: Sequence[Cells], rules: Rules) -> Patterns:
    grounds = [ground_of(cells, rules.vocabulary) for cells in maps]
    return patterns(grounds, 3, rules.symmetries)


def windows_of(maps: Sequence[Cells], size: tuple[int, int], *, one_each: bool = False) -> NDArray[np.uint8]:
    """Return windows (N, *size) of all maps that are large enough, or one of each, from its middle.

    Maps of that very size come first where there are more windows than are looked through.
    """
    height, width = size
    whole, parts = [], []
    for cells in maps:
        down, right = cells.shape[0] - height, cells.shape[1] - width
        if down < 0 or right < 0:
            continue
        if one_each or not (down or right):
            y, x = down // 2, right // 2
            whole.append(cells[y : y + height, x : x + width])
            continue
        corners = [(y, x) for y in range(0, down + 1, _STRIDE) for x in range(0, right + 1, _STRIDE)]
        parts += [cells[y : y + height, x : x + width] for y, x in corners]
    found = [*_spread(whole, _POOL_HIGH)]
    found += _spread(parts, _POOL_HIGH - len(found))
    return np.stack(found) if found else np.zeros((0, height, width), np.uint8)


def _spread(maps: Sequence[Cells], number: int) -> Sequence[Cells]:
    """Return at most ``number`` maps, evenly from all."""
    if len(maps) <= number:
        return maps
    return [maps[i * len(maps) // number] for i in range(number)]
