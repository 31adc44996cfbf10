"""Sprites that are the same drawing: copies, recolours, mirrored, moved, and frames of one motion.

Exact copies are dropped; all others stay, but in one group, so that a drawing is
never trained on in one colour and tested in another.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import oklab

NEIGHBOURS = 8  # looked at of each sprite
SHIFT_HIGH = 2  # pixels a near copy may be moved by
SAME_HIGH = 0.06  # OKLab distance of colours that count as one
SAME_LOW = 0.8  # of the pixels must agree in a near copy
OUTLINE_LOW = 0.95  # of the silhouette must agree in a near recolour
LINES_LOW = 0.7  # correlation of the lines inside it
_POOLED, _BLOCK = 8, 6  # blocks a side of the descriptor, pixels a block
_SIDE = _POOLED * _BLOCK
_ALIKE = 0.45  # distance of descriptors, above which nothing is looked at more closely
_CHUNK = 512  # sprites compared with all others at a time

Tokens = NDArray[np.uint8]
Colours = NDArray[np.uint8]


@dataclass(frozen=True)
class Same:
    """Which of a list of sprites are the same drawing."""

    copy_of: tuple[int | None, ...]  # an earlier sprite, pixel for pixel; None: of no other
    group: tuple[int, ...]  # the first sprite of its group
    counts: dict[str, int]  # how many belong to an earlier one, and how


class _Groups:
    """Sets that grow together."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def find(self, one: int) -> int:
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def join(self, one: int, other: int) -> bool:
        """Join two sets; False if they were one already."""
        low, high = sorted((self.find(one), self.find(other)))
        self.parent[high] = low
        return low != high


def find_same(
    sprites: Sequence[tuple[Tokens, Colours]], series: Sequence[str], *, given: Sequence[bool] = ()
) -> Same:
    """Return copies and groups.

    Args:
        sprites: Tokens (H, W) and colours (K, 3), as `tokens_of` numbers them.
        series: Sprites of one series are a group; "" for none.
        given: Sprites whose groups are known; near copies of them are not looked for.
    """
    cut = [(_cut(tokens), colours) for tokens, colours in sprites]
    groups = _Groups(len(cut))
    counts: Counter[str] = Counter()
    copy_of: list[int | None] = [None] * len(cut)
    first: dict[Hashable, int] = {}
    for i, (tokens, colours) in enumerate(cut):
        seen = first.setdefault((tokens.shape, tokens.tobytes(), colours.tobytes()), i)
        if seen != i:
            copy_of[i] = seen
            groups.join(i, seen)
            counts["copies"] += 1
    patterns: dict[Hashable, int] = {}
    for i, (tokens, _) in enumerate(cut):
        if copy_of[i] is None:
            plain, mirrored = pattern(tokens), pattern(tokens[:, ::-1])
            seen = patterns.setdefault((tokens.shape, min(plain, mirrored)), i)
            if seen != i and groups.join(i, seen):
                counts["recolours or mirrored"] += 1
    for name in set(series) - {""}:
        members = [i for i, one in enumerate(series) if one == name]
        counts["of one series"] += sum(groups.join(members[0], i) for i in members[1:])
    rest = [i for i in range(len(cut)) if copy_of[i] is None and not (given and given[i])]
    for one, other in _near(cut, rest):
        counts["near copies"] += groups.join(one, other)
    return Same(tuple(copy_of), tuple(groups.find(i) for i in range(len(cut))), dict(counts))


def _cut(tokens: Tokens) -> Tokens:
    """Return a sprite without its clear margins."""
    rows, columns = (np.flatnonzero(tokens.any(axis=axis)) for axis in (1, 0))
    return np.ascontiguousarray(tokens[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def pattern(tokens: Tokens) -> bytes:
    """Return a drawing without its colours: they are numbered as they come."""
    flat = tokens.ravel()
    values, first, places = np.unique(flat, return_index=True, return_inverse=True)
    order = np.argsort(np.where(values == 0, -1, first))  # clear stays clear
    ranks = np.empty(len(values), np.uint8)
    ranks[order] = np.arange(len(values)) + (0 if values[0] == 0 else 1)
    return ranks[places].tobytes()


def _near(cut: list[tuple[Tokens, Colours]], rest: list[int]) -> list[tuple[int, int]]:
    """Return pairs that are near copies."""
    if len(rest) < 2:
        return []
    plain = np.stack([_descriptor(*cut[i]) for i in rest]).astype(np.float32)
    turned = np.stack([_descriptor(cut[i][0][:, ::-1], cut[i][1]) for i in rest]).astype(np.float32)
    pairs: set[tuple[int, int]] = set()
    most = min(NEIGHBOURS + 1, len(rest))
    for start in range(0, len(rest), _CHUNK):
        rows = plain[start : start + _CHUNK]
        for others in (plain, turned):
            apart = np.sqrt(np.maximum(0, 2 - 2 * rows @ others.T))  # all are of length 1
            for row, near in enumerate(np.argpartition(apart, most - 1, axis=1)[:, :most]):
                here = start + row
                pairs |= {
                    (min(here, int(other)), max(here, int(other)))
                    for other in near
                    if other != here and apart[row, other] <= _ALIKE
                }
    return [
        (rest[one], rest[other]) for one, other in sorted(pairs) if _alike(cut[rest[one]], cut[rest[other]])
    ]


def _descriptor(tokens: Tokens, colours: Colours) -> NDArray[np.float64]:
    """Return a vector of length 1: how much is shown, and how light it is beside the rest, block by block."""
    shown = tokens > 0
    lightness = np.append(0.0, oklab.oklab(colours)[:, 0])[tokens]
    mean, spread = lightness[shown].mean(), max(0.05, float(lightness[shown].std()))
    layers = np.stack([shown.astype(np.float64), (lightness - mean) / spread * shown], axis=2)
    longer = max(tokens.shape)
    square = np.zeros((longer, longer, 2))
    top, left = (longer - tokens.shape[0]) // 2, (longer - tokens.shape[1]) // 2
    square[top : top + tokens.shape[0], left : left + tokens.shape[1]] = layers
    places = np.arange(_SIDE) * longer // _SIDE  # nearest pixel: small sprites are looked at as closely
    pooled = square[np.ix_(places, places)].reshape(_POOLED, _BLOCK, _POOLED, _BLOCK, 2).mean(axis=(1, 3))
    return np.asarray(pooled.ravel() / max(1e-9, float(np.linalg.norm(pooled))))


def _alike(one: tuple[Tokens, Colours], other: tuple[Tokens, Colours]) -> bool:
    """Whether two drawings agree, mirrored or moved a little, in colour or at least in lines."""
    (tokens, colours), (more, others) = one, other
    if any(abs(a - b) > 2 * SHIFT_HIGH for a, b in zip(tokens.shape, more.shape, strict=True)):
        return False
    height, width = (max(a, b) + 2 * SHIFT_HIGH for a, b in zip(tokens.shape, more.shape, strict=True))
    apart = np.abs(oklab.oklab(colours)[:, None] - oklab.oklab(others)[None]).max(axis=2)
    alike = np.zeros((len(colours) + 1, len(others) + 1), np.bool_)
    alike[1:, 1:] = apart < SAME_HIGH
    still = _placed(tokens, height, width)
    shown, lines = still > 0, _lines(still)
    for turned in (more, more[:, ::-1]):
        wide = _placed(turned, height + 2 * SHIFT_HIGH, width + 2 * SHIFT_HIGH)
        for down, across in product(range(2 * SHIFT_HIGH + 1), repeat=2):
            moved = wide[down : down + height, across : across + width]
            both = shown & (moved > 0)
            overlap, either = np.count_nonzero(both), np.count_nonzero(shown | (moved > 0))
            if overlap < SAME_LOW * either:
                continue
            if np.count_nonzero(alike[still, moved]) >= SAME_LOW * either:
                return True
            if overlap >= OUTLINE_LOW * either and _agreement(lines, _lines(moved), both) >= LINES_LOW:
                return True
    return False


def _placed(tokens: Tokens, height: int, width: int) -> Tokens:
    """Return a sprite in the middle of a larger one."""
    whole = np.zeros((height, width), np.uint8)
    top, left = (height - tokens.shape[0]) // 2, (width - tokens.shape[1]) // 2
    whole[top : top + tokens.shape[0], left : left + tokens.shape[1]] = tokens
    return whole


def _lines(tokens: Tokens) -> NDArray[np.bool_]:
    """Return (H, W, 2): where the colour changes to the right, and below."""
    across = np.zeros((*tokens.shape, 2), np.bool_)
    across[:, :-1, 0] = tokens[:, 1:] != tokens[:, :-1]
    across[:-1, :, 1] = tokens[1:] != tokens[:-1]
    return across


def _agreement(lines: NDArray[np.bool_], others: NDArray[np.bool_], both: NDArray[np.bool_]) -> float:
    """Return the correlation of two drawings' lines; 0 where one has none."""
    one, other = lines[both].ravel().astype(np.float64), others[both].ravel().astype(np.float64)
    if not 0 < one.mean() < 1 or not 0 < other.mean() < 1:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
