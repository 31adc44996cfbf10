"""What lies over one another on each cell of a map of several layers, every combination looked at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def distinct_columns(
    grids: Sequence[NDArray[np.int32]], cells: int
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return the different columns of layers, and which of them each cell has.

    Args:
        grids: Layers of one shape (H, W).
        cells: H * W, where there are no layers too.

    Returns:
        Shape (K, layers) in no useful order, and shape (H * W,) of places in it.
    """
    places = np.zeros(cells, np.intp)
    for grid in grids:
        used, codes = np.unique(grid.ravel(), return_inverse=True)
        if len(used) > 1:
            _, places = np.unique(places * len(used) + codes, return_inverse=True)
    _, first, places = np.unique(places, return_index=True, return_inverse=True)
    columns = [grid.ravel()[first] for grid in grids]
    return np.array(columns, np.int32).reshape(len(grids), len(first)).T, places
