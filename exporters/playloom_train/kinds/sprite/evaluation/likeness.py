"""How like real sprites a set of pictures is: by what a reader sees in them, and by shape and colour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom_train.kinds.level.evaluation.patterns import Patterns, jensen_shannon
from playloom_train.kinds.sprite.evaluation.figures import Likeness, Statistic
from playloom_train.kinds.sprite.evaluation.reader import Floats
from playloom_train.kinds.sprite.evaluation.shapes import STATISTICS, apart, patterns_of, statistics

NEIGHBOURS = 5  # whose distance is how far a real sprite reaches
SET_LOW = 20  # pictures: below it no distance between sets is told

Picture = NDArray[np.uint8]  # RGBA


@dataclass(frozen=True, eq=False)
class Described:
    """A set of pictures as it is compared."""

    features: Floats  # (N, D)
    counted: dict[str, list[float]]  # statistic -> of each picture
    silhouettes: Patterns
    shades: Patterns

    @classmethod
    def of(cls, pictures: Sequence[Picture], features: Floats) -> "Described":
        """Describe pictures whose features are known."""
        each = [statistics(picture) for picture in pictures]
        return cls(
            features, {name: [one[name] for one in each] for name in STATISTICS}, *patterns_of(pictures)
        )


def likeness(some: Described, real: Described) -> Likeness:
    """Return how like the real pictures some are; both sets have `SET_LOW` at least."""
    density, coverage = density_and_coverage(some.features, real.features)
    return Likeness(
        sprites=len(some.features),
        kid=round(kernel_distance(some.features, real.features), 4),
        density=round(density, 3),
        coverage=round(coverage, 3),
        silhouettes=round(jensen_shannon(some.silhouettes, real.silhouettes), 4),
        shades=round(jensen_shannon(some.shades, real.shades), 4),
        statistics={
            name: Statistic(round(float(np.mean(values)), 4), round(apart(values, real.counted[name]), 4))
            for name, values in some.counted.items()
        },
    )


def kernel_distance(some: Floats, others: Floats) -> float:
    """Return the kernel distance (KID) of two sets of features: 0 where both are drawn alike, on average.

    The unbiased estimate of the squared maximum mean discrepancy with the kernel (x.y / D + 1) ** 3; chance
    can make it a little negative.

    Source: Binkowski et al. 2018, arXiv:1801.01401, section 4.
    """
    first, second = some.astype(np.float64), others.astype(np.float64)
    within = [_kernel(one, one) for one in (first, second)]
    apart_from_itself = [
        (kernel.sum() - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1)) for kernel in within
    ]
    return float(sum(apart_from_itself) - 2 * _kernel(first, second).mean())


def density_and_coverage(some: Floats, real: Floats) -> tuple[float, float]:
    """Return how densely the real sprites are surrounded by some, and the share of them that has one near.

    Near is: within reach, the distance from a real sprite to its fifth neighbour among the real ones.

    Source: Naeem et al. 2020, arXiv:2002.09797.
    """
    neighbours = min(NEIGHBOURS, len(real) - 1)
    own = _squares(real, real)
    np.fill_diagonal(own, np.inf)
    reach = np.partition(own, neighbours - 1, axis=1)[:, neighbours - 1]
    near = _squares(real, some) <= reach[:, None]
    return float(near.sum() / (neighbours * len(some))), float(near.any(1).mean())


def _kernel(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    kernel: NDArray[np.float64] = (first @ second.T / first.shape[1] + 1) ** 3
    return kernel


def _squares(first: Floats, second: Floats) -> NDArray[np.float64]:
    one, other = first.astype(np.float64), second.astype(np.float64)
    apart_by: NDArray[np.float64] = (
        (one * one).sum(1)[:, None] - 2 * (one @ other.T) + (other * other).sum(1)[None]
    )
    return np.maximum(apart_by, 0)
