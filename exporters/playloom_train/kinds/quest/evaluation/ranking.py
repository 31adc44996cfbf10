"""Whether the line that comes next is told from other lines of its act by what was said before."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.slots import slots_of
from playloom.seeds import Stream
from playloom_train.kinds.quest.corpus import Document
from playloom_train.kinds.quest.evaluation.figures import Ranking
from playloom_train.kinds.quest.evaluation.overlap import words_of
from playloom_train.kinds.quest.evaluation.sampling import Place

OTHERS = 19  # lines beside the true one


def ranked(
    realiser: PackageRealiser,
    places: Sequence[Place],
    others: Sequence[Document],
    stream: Stream,
    report: Callable[[float], None] = lambda share: None,
) -> Ranking | None:
    """Return how often the true line wins; None where too few lines of no act are there to choose from.

    Args:
        realiser: Of the package.
        places: Where; those with nothing said before, and titles, are left out.
        others: Scripts that the other lines are drawn from, none of them trained on.
        stream: Of the draw.
        report: Called with the share of the work done.
    """
    by_act: dict[str, list[tuple[str, str]]] = {}
    for one in others:
        for line in one.lines:
            by_act.setdefault(line.act, []).append((one.name, line.text))
    rarity = _Rarity([line.text for one in others for line in one.lines])
    asked = right = alone = words = 0
    for number, place in enumerate(places):
        act, name = place.line.act, place.document.name
        pool = [text for where, text in by_act.get(act, ()) if where != name]
        if place.number and act != "title" and len(pool) >= OTHERS:
            draw = stream.fork(f"{name} {place.number}")
            lines = [place.line.text, *(pool.pop(draw.below(len(pool))) for _ in range(OTHERS))]
            said = " ".join(line.text for line in place.document.lines[: place.number])
            asked += 1
            right += _first(_by_meaning(realiser, place, lines))
            alone += _first(_by_likelihood(realiser, place, lines))
            words += _first([rarity.shared(said, text) for text in lines])
        report((number + 1) / len(places))
    return Ranking(asked, OTHERS, right, alone, words) if asked else None


def _first(scores: Sequence[float]) -> bool:
    """Whether the first is the best; a draw is lost."""
    return scores[0] > max(scores[1:])


def _by_meaning(realiser: PackageRealiser, place: Place, lines: Sequence[str]) -> list[int]:
    telling = realiser.begin(place.document.setting)
    for line in place.document.lines[: place.number]:
        telling.add(line.act, line.text, line.step)
    return telling.rank(place.line.act, lines, place.line.step)


def _by_likelihood(realiser: PackageRealiser, place: Place, lines: Sequence[str]) -> list[float]:
    """Return the likelihood of a token without what was said before."""
    vocabulary, model = realiser.vocabulary, realiser.model
    memory = model.read(prompt.header(vocabulary, place.document.setting))
    act, step = place.line.act, place.line.step
    openings = [prompt.opening(vocabulary, act, slots_of(text), step) for text in lines]
    spoken = [[*vocabulary.encode(text), vocabulary.end] for text in lines]
    every = model.surprise(memory, openings, spoken)
    return [-each / len(ids) for each, ids in zip(every, spoken, strict=True)]


class _Rarity:
    """How much a word says: the fewer lines have it, the more."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.lines = len(texts)
        self.counts = Counter(word for text in texts for word in set(words_of(text)))

    def shared(self, said: str, text: str) -> float:
        """Return the weight of the words that a line has from what was said, by its length."""
        words = set(words_of(text))
        both = words & set(words_of(said))
        return sum(log(self.lines / max(1, self.counts[word])) for word in sorted(both)) / max(1, len(words))
