"""Levels beside the maps that the package was trained on, and beside maps that it never saw."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.generator import LevelGenerator
from playloom_train.kinds.level.evaluation.originality import (
    ground_of,
    known_windows,
    nearest,
    share_known,
)
from playloom_train.kinds.level.evaluation.patterns import jensen_shannon, pattern_bits, patterns
from playloom_train.kinds.level.evaluation.reference import find_reference

Ground = NDArray[np.uint8]  # (h, w), objects count as floor
_SEEN_HIGH = 1000  # training maps whose patterns are counted


def compare_with_training(
    generator: LevelGenerator,
    made: dict[str, dict[str, list[Ground]]],
    run: Path,
    data: Path | None,
    sample: int,
) -> dict[str, Any]:
    """Compare the levels of each theme, and of each style, with the training maps.

    Args:
        generator: Of the package.
        made: Grounds of levels by theme and style, all of one size.
        run: The run folder of `playloom train level`.
        data: The levels file, if people's maps were trained on.
        sample: Most levels of a theme that are looked for among the training maps.
    """
    reference = find_reference(generator, training=[run], data=data, count=sample)
    seen, held = (
        {style: [ground_of(cells) for cells in maps] for style, maps in by_style.items()}
        for by_style in (reference.seen, reference.held)
    )
    result: dict[str, Any] = {"themes": {}, "styles": {}}
    for theme, by_style in made.items():
        names = generator.themes[theme]
        levels = [ground for some in by_style.values() for ground in some]
        theirs, fresh = ([one for name in names for one in maps.get(name, [])] for maps in (seen, held))
        result["themes"][theme] = _copies(levels, theirs, fresh, sample)
        for style in sorted(by_style.keys() & seen.keys()):
            known = patterns(seen[style][:_SEEN_HIGH], 3)
            ours = patterns(by_style[style], 3)
            beside = held.get(style)
            result["styles"][style] = {
                "pattern_bits": round(pattern_bits(ours), 3),
                "pattern_bits_training": round(pattern_bits(known), 3),
                "divergence": round(jensen_shannon(ours, known), 4),
                "divergence_set_aside": round(jensen_shannon(patterns(beside, 3), known), 4)
                if beside
                else None,
            }
    return result


def _copies(
    made: Sequence[Ground], seen: Sequence[Ground], held: Sequence[Ground], sample: int
) -> dict[str, Any]:
    """Look for levels among the training maps, and for maps set aside likewise."""
    known, shape = known_windows(seen), made[0].shape
    pool = np.stack([ground for ground in seen if ground.shape == shape])
    result: dict[str, Any] = {"training_maps": len(seen), "of_this_size": len(pool)}
    for name, grounds in (("generated", made), ("set_aside", held)):
        some = _spread([ground for ground in grounds if ground.shape == shape], sample)
        distance = nearest(np.stack(some), pool)
        result[name] = {
            "maps": len(some),
            "nearest_least": round(float(distance.min()), 4),
            "nearest_median": round(float(np.median(distance)), 4),
            "windows_known": round(share_known(some, known), 4),
        }
    return result


def _spread(grounds: Sequence[Ground], number: int) -> Sequence[Ground]:
    """Return at most ``number`` grounds, evenly from all."""
    if len(grounds) <= number:
        return grounds
    return [grounds[i * len(grounds) // number] for i in range(number)]
