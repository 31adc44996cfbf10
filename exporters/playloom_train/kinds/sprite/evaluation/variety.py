"""How unlike sprites are: to those that a model was trained on, and to one another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.contract import COPY_BELOW
from playloom.kinds.sprite.originality import grounded, tones
from playloom.kinds.sprite.overlay import TONE_APART, TONES, Tones
from playloom_train.kinds.sprite.evaluation.figures import Nearness, Variety

GROUP_HIGH = 100  # sprites of one category and size that are compared pair by pair

Picture = NDArray[np.uint8]  # RGBA


def nearness(distances: Sequence[float]) -> Nearness | None:
    """Return how far sprites are from the training sprite nearest to each; None for no sprite."""
    if not distances:
        return None
    found = np.asarray(distances)
    return Nearness(
        sprites=len(found),
        mean=round(float(found.mean()), 4),
        tenth=round(float(np.quantile(found, 0.1)), 4),
        least=round(float(found.min()), 4),
        copies=int((found < COPY_BELOW).sum()),
    )


def variety(groups: Sequence[Sequence[Picture]]) -> Variety | None:
    """Return how unlike the sprites of a group are to each other; None where no group has two.

    Args:
        groups: Pictures of one size each; the first `GROUP_HIGH` of a group are compared.
    """
    found = [_pairs(group[:GROUP_HIGH]) for group in groups if len(group) > 1]
    if not found:
        return None
    distances = np.concatenate(found)
    return Variety(
        pairs=len(distances),
        mean=round(float(distances.mean()), 4),
        alike=int((distances < COPY_BELOW).sum()),
    )


def _pairs(group: Sequence[Picture]) -> NDArray[np.float64]:
    """Return the distance of every two pictures as `originality` has it, mirrored too but not moved."""
    side = max(picture.shape[0] for picture in group)
    found = [tones(picture) for picture in group]
    plain = np.stack([grounded(tone, side) for tone in found])
    mirrored = np.stack([grounded(tone[:, ::-1], side) for tone in found])
    least = np.minimum(_distances(plain, plain), _distances(mirrored, plain))
    return least[np.triu_indices(len(group), 1)]


def _distances(some: Tones, others: Tones) -> NDArray[np.float64]:
    """Return (N, M): the share of pixels that differ among those opaque in either."""
    first, second = (figures.reshape(len(figures), -1) for figures in (some, others))
    same = np.zeros((len(first), len(second)), np.float32)
    for tone in range(1, TONES + 1):
        near = (second > 0) & (np.abs(second.astype(np.int16) - tone) < TONE_APART)
        same += (first == tone).astype(np.float32) @ near.T.astype(np.float32)
    one, other = ((figures > 0).astype(np.float32) for figures in (first, second))
    union = one.sum(1)[:, None] + other.sum(1)[None] - one @ other.T
    return np.where(union > 0, 1 - same / np.maximum(union, 1), 0.0).astype(np.float64)
