"""Says what a line is for, or how it sounds: softmax regression on its words and pairs of words.

It learns from training lines alone. On people's lines that it never saw it shows how well it can tell.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

STEPS = 150  # full passes over the lines
RATE, PULL = 0.1, 1e-5  # Adam's step; pull of the weights towards nothing
OFTEN_LOW = 2  # lines in which a feature must stand
_TOKEN = re.compile(r"\{\w+\}|[^\W_]+(?:['’][^\W_]+)*|[.?!,;:…\"]")

Floats = NDArray[np.float32]


class Classifier:
    """Tells labels by words."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn.

        Args:
            texts: Lines, at least one.
            labels: Of each; at least one label, those that are rare weigh as much as others.
        """
        self.labels = sorted(set(labels))
        counted = Counter(one for text in texts for one in set(features(text)))
        kept = sorted(name for name, count in counted.items() if count >= OFTEN_LOW)
        self._places = {name: place for place, name in enumerate(kept)}
        wanted = np.array([self.labels.index(label) for label in labels])
        self._weights = _learnt(self._rows(texts), wanted, len(self.labels))

    def tell(self, texts: Sequence[str]) -> list[str]:
        """Return the likeliest label of each text."""
        if not texts:
            return []
        scores = self._rows(texts) @ self._weights
        return [self.labels[place] for place in scores.argmax(axis=1)]

    def right(self, texts: Sequence[str], labels: Sequence[str]) -> tuple[int, int]:
        """Return how many are told as labelled, and of how many; labels it never saw are left out."""
        pairs = [pair for pair in zip(texts, labels, strict=True) if pair[1] in self.labels]
        told = self.tell([text for text, _ in pairs])
        return sum(one == label for one, (_, label) in zip(told, pairs, strict=True)), len(pairs)

    def _rows(self, texts: Sequence[str]) -> csr_array:
        """Return a row for each text, of length one; the last column is the same for all."""
        columns, starts, values = list[int](), [0], list[float]()
        for text in texts:
            found = sorted({self._places[one] for one in features(text) if one in self._places})
            columns += [*found, len(self._places)]
            values += [1.0 / np.sqrt(len(found) + 1)] * (len(found) + 1)
            starts.append(len(columns))
        shape = (len(texts), len(self._places) + 1)
        return csr_array((np.array(values, np.float32), np.array(columns), np.array(starts)), shape=shape)


def features(text: str) -> list[str]:
    """Return words and signs, pairs of them, and the first and last one marked."""
    words = [word.lower() for word in _TOKEN.findall(text)]
    if not words:
        return []
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    return [*words, *pairs, f"^{words[0]}", f"{words[-1]}$"]


def _learnt(rows: csr_array, wanted: NDArray[np.intp], labels: int) -> Floats:
    """Return weights, (features, labels), by Adam over all rows (Kingma and Ba 2015)."""
    weights = np.zeros((rows.shape[1], labels), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    counts = np.bincount(wanted, minlength=labels)
    share = (len(wanted) / labels / np.maximum(counts, 1))[wanted].astype(np.float32)[:, None]
    target = np.eye(labels, dtype=np.float32)[wanted]
    across = rows.T.tocsr()
    for step in range(1, STEPS + 1):
        scores = rows @ weights
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        slope = across @ ((likely - target) * share) / len(wanted) + PULL * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        lean = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        weights = (weights - RATE * lean).astype(np.float32)
    return weights
