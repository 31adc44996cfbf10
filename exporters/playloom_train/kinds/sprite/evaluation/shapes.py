"""What can be counted on a sprite, and how far two sets of sprites are apart in that.

`statistics` counts shape and colour of one picture; `apart` compares how a count is spread over two sets;
`patterns_of` counts squares of 3 x 3 pixels, of the silhouette alone and of dark, middle and light.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.originality import tones
from playloom_train.kinds.level.evaluation.patterns import Patterns, jensen_shannon, patterns

STATISTICS = (
    "filling", "width", "height", "symmetry", "pieces", "colours", "lightness", "contrast", "outline",
    "edges", "lonely pixels",
)  # fmt: skip
_BINS = 10
_SHADES = np.array([0, 1, 1, 2, 2, 2, 3, 3], np.uint8)  # of each tone: nothing, dark, middle, light

Picture = NDArray[np.uint8]  # RGBA


def statistics(picture: Picture) -> dict[str, float]:
    """Return the `STATISTICS` of a picture; of an empty one all are 0.

    Shares: filling and sides of the figure are of the square; symmetry is the share of the figure's pixels
    that are opaque on both sides of its middle; edges the share of touching pixels that differ in colour;
    lonely pixels touch nothing, or nothing like them. Lightness is OKLab's, 0 to 1; contrast is its spread;
    outline is how much darker the figure's rim is than its inside.
    """
    opaque = picture[:, :, 3] > 0
    if not opaque.any():
        return dict.fromkeys(STATISTICS, 0.0)
    left, top, right, bottom = measure.margins(opaque)
    height, width = opaque.shape
    figure = opaque[top : height - bottom, left : width - right]
    light = oklab.oklab(picture[:, :, :3])[:, :, 0]
    number = picture[:, :, :3].astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    rim = opaque & ~_inner(opaque)
    inside = opaque & ~rim
    outline = float(light[inside].mean() - light[rim].mean()) if rim.any() and inside.any() else 0.0
    lonely = measure.strays(opaque) | measure.speckle(oklab.whole(picture[:, :, :3]), opaque)
    return {
        "filling": float(opaque.mean()),
        "width": figure.shape[1] / width,
        "height": figure.shape[0] / height,
        "symmetry": float((figure & figure[:, ::-1]).sum() / figure.sum()),
        "pieces": float(len(measure.pieces(opaque)[1])),
        "colours": float(len(np.unique(number[opaque]))),
        "lightness": float(light[opaque].mean()),
        "contrast": float(light[opaque].std()),
        "outline": outline,
        "edges": _edges(number, opaque),
        "lonely pixels": float(lonely.sum() / opaque.sum()),
    }


def apart(some: Sequence[float], others: Sequence[float]) -> float:
    """Return how differently two sets of numbers are spread: Jensen-Shannon divergence in bits, 0 to 1.

    The numbers are put into ten bins that hold about as many of all of them each.
    """
    first, second = np.asarray(some), np.asarray(others)
    edges = np.unique(
        np.quantile(np.concatenate([first, second]), np.linspace(0, 1, _BINS + 1)[1:-1], method="lower")
    )
    counted = [
        np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1) for values in (first, second)
    ]
    keys = np.arange(len(edges) + 1, dtype=np.uint64)
    return jensen_shannon(*(Patterns(keys, counts.astype(np.int64)) for counts in counted))


def patterns_of(pictures: Sequence[Picture]) -> tuple[Patterns, Patterns]:
    """Return the 3 x 3 patterns of silhouettes and of shades."""
    tone = [tones(picture) for picture in pictures]
    return patterns([(one > 0).astype(np.uint8) for one in tone], 3), patterns(
        [_SHADES[one] for one in tone], 3
    )


def _inner(opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels with no transparent one beside them; beyond the picture nothing is transparent."""
    wide = np.pad(opaque, 1, constant_values=True)
    inner: NDArray[np.bool_] = wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
    return inner


def _edges(number: NDArray[np.int64], opaque: NDArray[np.bool_]) -> float:
    differ, both = 0, 0
    for ahead, behind in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        pair = opaque[ahead] & opaque[behind]
        both += int(pair.sum())
        differ += int((pair & (number[ahead] != number[behind])).sum())
    return differ / max(1, both)
