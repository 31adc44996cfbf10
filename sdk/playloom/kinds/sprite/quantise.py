"""Fewer colours for a sprite: those that look most alike become one, rare but distinct ones stay."""

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab
from playloom.kinds.sprite.reading import Pixels

_MANY = 192  # colours; above it neighbours are put together first, so that every pair can be compared
_Colours = NDArray[np.uint8]


def tokens_of(pixels: Pixels) -> tuple[NDArray[np.uint8], _Colours]:
    """Return (H, W) places and (K, 3) colours: 0 is transparent, i is colour i - 1, the darkest first.

    Args:
        pixels: Of at most 255 colours, alpha 0 or 255.
    """
    shown = pixels[:, :, 3] > 0
    colours, places, _ = colours_of(pixels)
    order = np.argsort(oklab.oklab(colours)[:, 0], kind="stable")
    tokens = np.zeros(shown.shape, np.uint8)
    tokens[shown] = np.argsort(order)[places] + 1
    return tokens, colours[order]


def reduce_colours(pixels: Pixels, most: int) -> tuple[Pixels, float]:
    """Return a sprite of at most ``most`` colours, all of them its own, and the largest change.

    Clusters are merged pair by pair so that the squared error in OKLab grows least (Ward 1963).

    Returns:
        The sprite, and the largest distance in OKLab between a pixel before and after.
    """
    shown = pixels[:, :, 3] > 0
    colours, places, counts = colours_of(pixels)
    if len(colours) <= most:
        return pixels, 0.0
    lab = oklab.oklab(colours)
    cluster = _merge(lab, counts.astype(np.float64), _neighbourhoods(colours), most)
    weight = np.bincount(cluster, weights=counts)
    sums = np.stack([np.bincount(cluster, weights=counts * lab[:, i]) for i in range(3)], 1)
    mean = sums / np.maximum(weight, 1)[:, None]
    apart = ((lab - mean[cluster]) ** 2).sum(axis=1)
    order = np.lexsort((apart, cluster))  # the member nearest to the mean comes first in its cluster
    first = np.append(True, np.diff(cluster[order]) > 0)
    nearest = np.zeros(len(weight), np.int64)
    nearest[cluster[order][first]] = order[first]
    stand_in = nearest[cluster]
    reduced = pixels.copy()
    reduced[shown, :3] = colours[stand_in][places]
    return reduced, float(np.sqrt(((lab - lab[stand_in]) ** 2).sum(axis=1)).max())


def colours_of(pixels: Pixels) -> tuple[_Colours, NDArray[np.int64], NDArray[np.int64]]:
    """Return (N, 3) the colours shown, the place among them of each visible pixel, and how many have each."""
    shown = pixels[pixels[:, :, 3] > 0][:, :3].astype(np.int64)
    numbers = shown[:, 0] << 16 | shown[:, 1] << 8 | shown[:, 2]
    found, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.uint8)
    return colours, places.ravel(), counts


def _neighbourhoods(colours: _Colours) -> NDArray[np.int64]:
    """Return (N,): which colours start in one cluster: each alone, or, of very many, near ones together."""
    for bits in range(9):
        _, start = np.unique(colours >> bits, axis=0, return_inverse=True)
        if int(start.max()) < _MANY:
            break
    places: NDArray[np.int64] = start.ravel().astype(np.int64)
    return places


def _merge(
    lab: NDArray[np.float64], counts: NDArray[np.float64], start: NDArray[np.int64], most: int
) -> NDArray[np.int64]:
    """Return (N,): the cluster of each colour, at most ``most`` different ones."""
    count = int(start.max()) + 1
    weight: NDArray[np.float64] = np.bincount(start, weights=counts).astype(np.float64)
    mean = np.stack([np.bincount(start, weights=counts * lab[:, i]) for i in range(3)], 1) / weight[:, None]
    owner = np.arange(count)
    cost = _costs(mean[:, None], mean[None], weight[:, None], weight[None])
    np.fill_diagonal(cost, np.inf)
    for _ in range(count - most):
        kept, gone = sorted(int(i) for i in np.unravel_index(cost.argmin(), cost.shape))
        total = weight[kept] + weight[gone]
        mean[kept] = (mean[kept] * weight[kept] + mean[gone] * weight[gone]) / total
        weight[kept] = total
        owner[owner == gone] = kept
        cost[gone, :] = cost[:, gone] = np.inf
        fresh = _costs(mean[kept], mean, weight[kept], weight)
        fresh[np.isinf(cost[kept])] = np.inf  # itself and those that are gone
        cost[kept, :] = cost[:, kept] = fresh
    return owner[start]


def _costs(
    mean: NDArray[np.float64],
    other: NDArray[np.float64],
    weight: NDArray[np.float64],
    more: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return by how much the squared error grows when two clusters become one."""
    grown: NDArray[np.float64] = ((mean - other) ** 2).sum(axis=-1) * weight * more / (weight + more)
    return grown
