"""What is measured on levels, see `features`."""

from playloom.api.level_files import border_of
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.expressive_range import measure
from playloom.review.features import with_names

_COUNTED = ("keys", "locks", "people", "bosses", "crates", "pushes")
_GROUND = ("water", "lava", "trap", "tree", "decoration", "bridge", "ladder")


def of_level(level: Level) -> dict[str, int]:
    """Return what tells levels apart: how open, long, dangerous, branched; theme and style."""
    evidence = level.evidence
    if evidence is None:
        found = judge(level, border=border_of(level, open_border=False))
    else:
        found = Judgement(evidence.checks, evidence.measures, evidence.solution)
    features = {name: round(value * 1000) for name, value in measure(level, found).items()}
    features |= {name: int(found.measures[name]) * 1000 for name in _COUNTED if name in found.measures}
    features |= {"width": level.width, "height": level.height, "moves": len(found.solution)}
    ground = {tile.name: level.cells == number for number, tile in enumerate(level.vocabulary.tiles)}
    for name in _GROUND:
        if name in ground:
            features[name] = int(ground[name].sum()) * 1000 // level.cells.size
    return with_names(features, theme=level.theme, style="" if evidence is None else evidence.style)
