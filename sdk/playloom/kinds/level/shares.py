"""The controls that the network is told, as shares: what was asked for, else what a style's maps have."""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.settings import Style
from playloom.seeds import Stream


def told_shares(request: LevelRequest, style: Style, stream: Stream) -> NDArray[np.float64]:
    """Return a share 0..1 for each of `CONTROLS`; what was not asked for is drawn from ``stream``."""
    draw = stream.fork("controls")
    shares = {name: _quantile(style.controls[name], draw.below(1 << 16) / (1 << 16)) for name in CONTROLS}
    if request.openness is not None:
        shares["openness"] = sum(request.openness) / 2
    walkable = max(1.0, shares["openness"] * request.width * request.height)
    enemies = request.enemies or _sum(request.common, request.strong)
    if enemies is not None:
        shares["enemies"] = 10 * _towards(shares["enemies"] * walkable / 10, enemies) / walkable
    if request.treasure is not None:
        shares["treasure"] = 10 * _towards(shares["treasure"] * walkable / 10, request.treasure) / walkable
    locks = request.locks or request.keys
    if locks is not None:
        shares["locks"] = _towards(shares["locks"] * 4, locks) / 4
    told: NDArray[np.float64] = np.minimum(1.0, np.array([shares[name] for name in CONTROLS]))
    return told


def _quantile(known: tuple[float, float, float], chance: float) -> float:
    """Return a value between the 10 % and the 90 % quantile, below the median half of the time."""
    low, middle, high = known
    return low + (middle - low) * chance * 2 if chance < 0.5 else middle + (high - middle) * (chance * 2 - 1)


def _towards(value: float, wanted: tuple[int, int]) -> float:
    return min(max(value, wanted[0]), wanted[1])


def _sum(*ranges: tuple[int, int] | None) -> tuple[int, int] | None:
    known = [r for r in ranges if r is not None]
    return (sum(r[0] for r in known), sum(r[1] for r in known)) if known else None
