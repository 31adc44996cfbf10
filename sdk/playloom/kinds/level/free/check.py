"""The rules of a level whose tiles have no known roles: every pair of neighbours was seen in training."""

import numpy as np

from playloom.kinds.level.content import Level, Verdict
from playloom.kinds.level.free.pairs import strange
from playloom.kinds.level.verdicts import places_named


def ways(level: Level) -> tuple[list[Verdict], str]:
    """Judge which tiles stand side by side, and say that playing was not checked; there is no solution."""
    verdicts = [Verdict("playable", True, "not checked: the tiles have no roles")]
    if level.adjacency is None:
        return [
            *verdicts,
            Verdict("adjacency", True, "not checked: which tiles go together is not known here"),
        ], ""
    across, below = strange(level.cells, level.adjacency, len(level.vocabulary))
    places = [(x, y) for y, x in (*np.argwhere(across).tolist(), *np.argwhere(below).tolist())]
    count = across.size + below.size
    if not places:
        return [
            *verdicts,
            Verdict("adjacency", True, f"all {count} pairs of neighbours were seen in training"),
        ], ""
    detail = (
        f"{len(places)} of {count} pairs of neighbours were never seen in training: at {places_named(places)}"
    )
    return [*verdicts, Verdict("adjacency", False, detail)], ""


def measures(level: Level, solution: str) -> dict[str, float | int]:
    """Return the share of pairs of neighbours that were seen in training, 0..1."""
    if level.adjacency is None:
        return {}
    across, below = strange(level.cells, level.adjacency, len(level.vocabulary))
    count = across.size + below.size
    return {"known_pairs": (count - int(across.sum() + below.sum())) / max(1, count)}
