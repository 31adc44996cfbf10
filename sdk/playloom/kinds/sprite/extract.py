"""A palette out of a picture: its own colours if they are few, else those that stand best for all."""

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab
from playloom.kinds.sprite.palette import COLOURS_HIGH, COLOURS_LOW, Palette

DISTINCT_HIGH = 1 << 16  # colours that are looked at; of more, the most frequent
_ROUNDS = 24  # of moving the centres


def extract_palette(rgba: NDArray[np.uint8], count: int = 16, name: str = "extracted") -> Palette:
    """Return ``count`` colours of a picture, each a colour that is in it; fewer if it has no more.

    Clusters in OKLab, weighted by how often a colour occurs: the centres begin far apart from each other and
    Lloyd's algorithm moves them. Whole numbers decide: the same picture gives the same palette everywhere.

    Args:
        rgba: (H, W, 4); transparent pixels do not count.
        count: 2 to 32.
        name: Of the palette.

    Raises:
        RequestInvalid: If ``count`` is out of range, or fewer than two colours are opaque.
    """
    if not COLOURS_LOW <= count <= COLOURS_HIGH:
        raise RequestInvalid(f"{count} colours are to be extracted; choose {COLOURS_LOW} to {COLOURS_HIGH}")
    opaque = rgba[rgba[:, :, 3] >= 128][:, :3]
    colours, weights = np.unique(opaque.reshape(-1, 3), axis=0, return_counts=True)
    if len(colours) < COLOURS_LOW:
        raise RequestInvalid(
            f"the picture has {len(colours)} opaque colours; a palette needs at least {COLOURS_LOW}"
        )
    if len(colours) > DISTINCT_HIGH:
        kept = np.sort(np.argsort(-weights, kind="stable")[:DISTINCT_HIGH])
        colours, weights = colours[kept], weights[kept]
    chosen = colours if len(colours) <= count else colours[_clustered(colours, weights, count)]
    order = np.argsort(oklab.whole(chosen)[:, 0], kind="stable")
    return Palette(name, tuple((int(r), int(g), int(b)) for r, g, b in chosen[order]))


def _clustered(colours: NDArray[np.uint8], weights: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return which colours stand best for all, (count,) or fewer."""
    lab = oklab.whole(colours)
    centres = _spread(lab, weights, count)
    for _ in range(_ROUNDS):
        nearest = _nearest(lab, centres)
        moved = np.stack([_mean(lab, weights, nearest == place, centres[place]) for place in range(count)])
        if (moved == centres).all():
            break
        centres = moved
    return np.unique(np.concatenate([_nearest(centres[[place]], lab) for place in range(count)]))


def _spread(lab: NDArray[np.int64], weights: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return ``count`` colours, (count, 3): the most frequent, then each time the one worst represented."""
    # The root, so that a rare accent counts, but single pixels of noise do not.
    often = np.sqrt(weights).astype(np.int64)
    chosen = [int(weights.argmax())]
    apart = oklab.distances(lab, lab[chosen])[:, 0]
    while len(chosen) < count:
        chosen.append(int((apart * often).argmax()))
        apart = np.minimum(apart, oklab.distances(lab, lab[chosen[-1:]])[:, 0])
    return lab[chosen]


def _mean(
    lab: NDArray[np.int64],
    weights: NDArray[np.int64],
    members: NDArray[np.bool_] | NDArray[np.int64],
    otherwise: NDArray[np.int64],
) -> NDArray[np.int64]:
    total = int(weights[members].sum())
    if not total:
        return otherwise
    mean: NDArray[np.int64] = (lab[members] * weights[members, None]).sum(0) // total
    return mean


def _nearest(colours: NDArray[np.int64], centres: NDArray[np.int64]) -> NDArray[np.int64]:
    blocks = [colours[start : start + 4096] for start in range(0, len(colours), 4096)]
    return np.concatenate([oklab.distances(block, centres).argmin(1) for block in blocks])
