"""A sprite out of the masked network: its silhouette first, then its colours.

Both are masked-token decodings (`kernels.masked`). Silhouette first because a pixel that is transparent is
the surest thing almost everywhere: in one decoding thin things vanish before their colours are thought of.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.masked import Heat, Steering, decode
from playloom.seeds import Stream

SILHOUETTE_HEAT = Heat(first=13, corrector=6, order=6)
COLOUR_HEAT = Heat(first=12, corrector=5, order=6)

Grid = NDArray[np.int64]
Network = Callable[[Grid], tuple[NDArray[np.int32], NDArray[np.int32]]]


@dataclass(frozen=True)
class Tokens:
    """The tokens beyond the colours, which are 0 to ``colours`` - 1."""

    colours: int

    @property
    def transparent(self) -> int:
        """Nothing is there."""
        return self.colours

    @property
    def solid(self) -> int:
        """Something is there, of a colour not known yet."""
        return self.colours + 1

    @property
    def unknown(self) -> int:
        """Nothing is known."""
        return self.colours + 2


def paint(
    network: Network,
    start: Grid,
    colours: int,
    steps: tuple[int, int],
    stream: Stream,
    *,
    solid: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Grid:
    """Return the picture with every unknown and solid pixel of ``start`` decided.

    Args:
        network: Tokens (H, W) to logits of alpha (H, W, 2) and of colours (H, W, P), in 1/32 nat.
        start: Shape (H, W), see `Tokens`.
        colours: P, those of the palette.
        steps: Passes for the silhouette and for the colours.
        stream: The randomness.
        solid: How many pixels of the whole picture should be solid, if that is known.
        progress: Called with the share of passes done.

    Returns:
        Shape (H, W): a colour, or P where it is transparent.
    """
    tokens = Tokens(colours)
    grid, whole = start.copy(), sum(steps)
    unknown = grid == tokens.unknown
    if unknown.any():
        first = decode(
            lambda cells: network(_with_silhouette(grid, unknown, cells, tokens))[0],
            _alpha(grid, tokens),
            unknown,
            np.zeros((*grid.shape, 2), np.bool_),
            steps[0],
            stream.fork("silhouette"),
            steering=None if solid is None else Steering(np.array([False, True]), solid),
            heat=SILHOUETTE_HEAT,
            progress=lambda share: progress(share * steps[0] / whole),
        )
        grid = _with_silhouette(grid, unknown, first.cells, tokens)
    blank = grid == tokens.solid
    if blank.any():
        second = decode(
            lambda cells: network(cells)[1],
            grid,
            blank,
            np.zeros((*grid.shape, colours), np.bool_),
            steps[1],
            stream.fork("colours"),
            heat=COLOUR_HEAT,
            progress=lambda share: progress((steps[0] + share * steps[1]) / whole),
        )
        grid = second.cells
    return grid


def _alpha(grid: Grid, tokens: Tokens) -> Grid:
    """Return 0 where it is transparent, 1 where solid, 2 where unknown."""
    alpha = np.where(grid == tokens.transparent, 0, 1)
    return np.where(grid == tokens.unknown, 2, alpha)


def _with_silhouette(grid: Grid, unknown: NDArray[np.bool_], alpha: Grid, tokens: Tokens) -> Grid:
    table = np.array([tokens.transparent, tokens.solid, tokens.unknown])
    return np.where(unknown, table[alpha], grid)
