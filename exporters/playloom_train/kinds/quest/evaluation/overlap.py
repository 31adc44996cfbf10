"""How much of a line stands in training lines word for word, and how varied lines are."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

GRAM, NEAR = 6, 3  # words of what counts as copied; of what nearness is counted in
_WORD = re.compile(r"\{\w+\}|[^\W_]+(?:['’][^\W_]+)*")

Gram = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a line in small letters, slots among them, signs left out."""
    return _WORD.findall(text.lower())


def grams_of(text: str, size: int) -> list[Gram]:
    """Return every run of ``size`` words."""
    words = words_of(text)
    return [tuple(words[n : n + size]) for n in range(len(words) - size + 1)]


class Known:
    """The training lines, found by their words."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the lines; each counts once."""
        self.texts = list(dict.fromkeys(texts))
        self._lines = {" ".join(words_of(text)) for text in self.texts}
        self._grams = {gram for text in self.texts for gram in grams_of(text, GRAM)}
        self._holders: dict[Gram, list[int]] = defaultdict(list)
        for place, text in enumerate(self.texts):
            for gram in set(grams_of(text, NEAR)):
                self._holders[gram].append(place)

    def grams(self, texts: Iterable[str]) -> float:
        """Return the share of `GRAM`-grams that some training line has; 0 where there is none."""
        found = [gram in self._grams for text in texts for gram in grams_of(text, GRAM)]
        return sum(found) / max(1, len(found))

    def has(self, text: str) -> bool:
        """Whether a training line has these words and no others, signs and capitals aside."""
        return " ".join(words_of(text)) in self._lines

    def nearest(self, text: str) -> tuple[float, str]:
        """Return the share of a line's 3-grams that one training line has, and the line that has most."""
        grams = set(grams_of(text, NEAR))
        shared = Counter(place for gram in grams for place in self._holders.get(gram, ()))
        if not shared:
            return 0.0, ""
        place, count = min(shared.items(), key=lambda one: (-one[1], one[0]))
        return count / len(grams), self.texts[place]


def distinct(texts: Sequence[str]) -> tuple[float, float, float]:
    """Return the share of 1-, 2- and 3-grams that are unlike all others (Li et al. 2016, distinct-n)."""
    shares = []
    for size in (1, 2, 3):
        grams = [gram for text in texts for gram in grams_of(text, size)]
        shares.append(round(len(set(grams)) / max(1, len(grams)), 4))
    return shares[0], shares[1], shares[2]
