"""What is trained on, what is watched while training, and what is held out to the end."""

import hashlib
from collections.abc import Sequence

TRAIN, VAL, HELDOUT = "train", "val", "heldout"
SHARE = 0.05  # of the examples, watched, and as many held out
FEW = 20  # examples, below which all are trained on
_LARGE = 10  # a group of over a tenth of all examples is trained on


def split(keys: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Return "train", "val" or "heldout" for each group, by the hash of its key.

    The same group goes the same way whatever else there is, but for this: a small set
    gives each side at least one group where it has ``FEW`` examples, and a group of over
    a tenth of all examples is trained on.
    """
    total = sum(sizes)
    chance = [int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48 for key in keys]
    aside = [size <= max(1, total // _LARGE) and total >= FEW for size in sizes]
    sides = [
        (TRAIN if not may or at >= 2 * SHARE else (HELDOUT, VAL)[at >= SHARE])
        for at, may in zip(chance, aside, strict=True)
    ]
    order = sorted((i for i in range(len(keys)) if aside[i]), key=lambda i: chance[i])
    for side in (HELDOUT, VAL):
        wanted = max(1, round(SHARE * total / 2))  # half the share is enough not to move any
        have = sum(size for size, one in zip(sizes, sides, strict=True) if one == side)
        for i in order:
            if have >= wanted or len(order) < 4:
                break
            if sides[i] == TRAIN:
                sides[i] = side
                have += sizes[i]
    return sides
