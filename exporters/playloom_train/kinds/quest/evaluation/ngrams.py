"""An n-gram model of tokens: what counting alone can do, to compare a network with.

Interpolated Kneser-Ney (Kneser and Ney 1995; Chen and Goodman 1999, equations 24 to 27, one discount for
each order). N-grams are packed into 64-bit numbers and counted by sorting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.seeds import Stream

ORDER = 5  # fewer where the vocabulary is too large to pack so many
_BITS = 60  # of a packed n-gram

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Order:
    """The n-grams of one length."""

    grams: Keys  # sorted
    counts: Floats
    heads: Keys  # their first n - 1 tokens, sorted, each once
    totals: Floats  # counts of all that follow a head
    unlike: Floats  # how many unlike tokens follow it
    discount: float


class NGrams:
    """Learns from sequences; tokens are numbers below ``size``."""

    def __init__(self, sequences: Iterable[Sequence[int]], size: int, order: int = ORDER) -> None:
        """Count.

        Args:
            sequences: To learn from; before each stand as many zeros as a context is long.
            size: Of the vocabulary; 0 is a token that never follows.
            order: Of the longest n-grams.
        """
        self.size, self.bits = size, max(1, (size - 1).bit_length())
        self.order = max(1, min(order, _BITS // self.bits))
        windows = np.concatenate([self._windows(one) for one in sequences])
        self._orders: list[_Order] = []
        grams = np.sort(self._pack(windows, self.order))
        for length in range(self.order, 0, -1):
            keys, counts = np.unique(grams, return_counts=True)
            self._orders.insert(0, _order(keys, counts.astype(np.float64), self.bits))
            # Shorter ones are counted by how many unlike tokens they follow.
            grams = keys & np.uint64((1 << (self.bits * (length - 1))) - 1)

    def nats(self, ids: Sequence[int]) -> Floats:
        """Return -log likelihood of each token after those before it, shape (len(ids),)."""
        windows = self._windows(ids)
        found: Floats = np.full(len(ids), 1.0 / self.size)
        for length, order in enumerate(self._orders, 1):
            found = _mixed(order, self._pack(windows, length), self.bits, found)
        result: Floats = -np.log(found)
        return result

    def draw(self, before: Sequence[int], end: int, most: int, stream: Stream) -> list[int]:
        """Return tokens drawn one after another until ``end``, which is left out, or ``most``."""
        ids = list(before)
        every = np.arange(self.size, dtype=np.int64)
        for _ in range(most):
            context = [0] * self.order + ids
            windows = np.tile(np.array(context[-self.order :], np.int64), (self.size, 1))
            windows = np.concatenate([windows[:, 1:], every[:, None]], axis=1)
            shares: Floats = np.full(self.size, 1.0 / self.size)
            for length, order in enumerate(self._orders, 1):
                shares = _mixed(order, self._pack(windows, length), self.bits, shares)
            mark = int(stream.bits(1)[0]) / 2**64 * shares.sum()
            token = int(min(np.searchsorted(shares.cumsum(), mark), self.size - 1))
            if token == end:
                break
            ids.append(token)
        return ids[len(before) :]

    def _windows(self, ids: Sequence[int]) -> NDArray[np.int64]:
        """Return each token with those before it, shape (len(ids), order)."""
        whole = np.concatenate([np.zeros(self.order - 1, np.int64), np.asarray(ids, np.int64)])
        if not len(ids):
            return np.zeros((0, self.order), np.int64)
        return np.lib.stride_tricks.sliding_window_view(whole, self.order)

    def _pack(self, windows: NDArray[np.int64], length: int) -> Keys:
        keys = np.zeros(len(windows), np.uint64)
        for place in range(self.order - length, self.order):
            keys = (keys << np.uint64(self.bits)) | windows[:, place].astype(np.uint64)
        return keys


def _order(keys: Keys, counts: Floats, bits: int) -> _Order:
    heads, first = np.unique(keys >> np.uint64(bits), return_index=True)
    once, twice = float((counts == 1).sum()), float((counts == 2).sum())
    discount = once / (once + 2 * twice) if once else 0.5  # Ney, Essen and Kneser 1994
    unlike = np.diff(np.append(first, len(keys))).astype(np.float64)
    return _Order(keys, counts, heads, np.add.reduceat(counts, first), unlike, discount)


def _mixed(order: _Order, keys: Keys, bits: int, shorter: Floats) -> Floats:
    """Return likelihoods by n-grams of one length, what they leave over given to those by shorter ones."""
    head, known = _find(order.heads, keys >> np.uint64(bits))
    gram, seen = _find(order.grams, keys)
    count = np.where(seen, np.maximum(order.counts[gram] - order.discount, 0.0), 0.0)
    total = order.totals[head]
    left = order.discount * order.unlike[head] / total
    return np.where(known, count / total + left * shorter, shorter)


def _find(keys: Keys, wanted: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return place, keys[place] == wanted
