"""A network run on a large map by overlapping windows, so that memory does not grow with the map.

A convolutional network sees only so far. Windows overlap by more than that, so the logits of the
middle of each are those of one run on the whole map, to the last bit where arithmetic is exact:
there are no seams to hide, and a map has the same bytes whether it was made by windows or at once.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

# Cells that decide a logit lie within 63 of it in the networks of `playloom train level`. Of a network that
# sees further, what lies beyond is left out, the same on every machine.
HALO = 64
CORE = 352  # cells of a window's side that are kept, about
AREA_HIGH = 384 * 384  # cells run at once; more than that goes by windows

Run = Callable[[NDArray[np.int64]], NDArray[np.int32]]


def run_by_windows(run: Run, cells: NDArray[np.int64], multiple: int) -> NDArray[np.int32]:
    """Return ``run(cells)``, (H, W, V), computed window by window where the map is large.

    Args:
        run: The network: tokens (h, w) to logits (h, w, V); cells beyond HALO must not matter to it.
        cells: Shape (H, W).
        multiple: Windows begin at multiples of this, as the network's coarser levels are laid out.
    """
    if cells.size <= AREA_HIGH:
        return run(cells)
    result: NDArray[np.int32] | None = None
    for rows, shown_rows in spans(cells.shape[0], multiple):
        for columns, shown_columns in spans(cells.shape[1], multiple):
            logits = run(cells[shown_rows, shown_columns])
            if result is None:
                result = np.empty((*cells.shape, logits.shape[2]), np.int32)
            top, left = rows.start - shown_rows.start, columns.start - shown_columns.start
            result[rows, columns] = logits[
                top : top + rows.stop - rows.start, left : left + columns.stop - columns.start
            ]
    assert result is not None
    return result


def spans(side: int, multiple: int) -> Iterator[tuple[slice, slice]]:
    """Yield the parts of a side that windows keep, with what each window shows of it."""
    count = -(-side // CORE)
    length = -(-side // (count * multiple)) * multiple
    halo = -(-HALO // multiple) * multiple
    for start in range(0, side, length):
        stop = min(start + length, side)
        yield slice(start, stop), slice(max(0, start - halo), min(stop + halo, side))
