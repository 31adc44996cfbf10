"""Lines to judge: those that people wrote in held-out scripts, and what makers write in their places.

Each place is an act of a script; before it the maker is given what the people wrote.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from playloom.kernels.chance import FINE, noise
from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.admission import lengths_of
from playloom.kinds.quest.realiser.constraint import Rules, grams_of
from playloom.kinds.quest.realiser.language_model import Memory
from playloom.kinds.quest.realiser.lexicon import Lexicon, lexicon_of
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.realiser.writer import TOKENS_HIGH
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.kinds.quest.slots import slots_of
from playloom.seeds import Stream
from playloom_train.kinds.quest.corpus import Document, Spoken
from playloom_train.kinds.quest.evaluation.figures import FREE, HELD, NGRAM, SEEDS, USED
from playloom_train.kinds.quest.evaluation.likelihood import read
from playloom_train.kinds.quest.evaluation.ngrams import NGrams
from playloom_train.kinds.quest.evaluation.rows import before

TRIES = 4  # of a line as used


@dataclass(frozen=True)
class Place:
    """A line that is wanted."""

    document: Document
    number: int  # of the line that people wrote there

    @property
    def line(self) -> Spoken:
        """What people wrote."""
        return self.document.lines[self.number]

    @property
    def must(self) -> frozenset[str]:
        """The slots that are to be named: those that they named."""
        return slots_of(self.line.text)


@dataclass(frozen=True)
class Sample:
    """What a maker wrote at a place; nothing if no line came to its end."""

    place: Place
    text: str | None


def places_of(held: Sequence[Document], count: int, stream: Stream) -> list[Place]:
    """Return places in held-out scripts, drawn by lot, at most ``count``, in the order of the scripts."""
    every = [Place(one, number) for one in held if one.script for number in range(len(one.lines))]
    drawn = np.argsort(stream.bits(len(every)), kind="stable")[:count]
    return [every[number] for number in sorted(drawn.tolist())]


def samples(
    realiser: PackageRealiser,
    places: Sequence[Place],
    ngram: NGrams,
    templates: Sequence[Spoken],
    stream: Stream,
    report: Callable[[float], None] = lambda share: None,
) -> dict[str, list[Sample]]:
    """Return what each maker writes at each place.

    Args:
        realiser: Of the package.
        places: Where.
        ngram: Learnt from our scripts, and draws line by line without rules.
        templates: Our own, of which one of the act is drawn; an act that has none has no line.
        stream: Of what is drawn.
        report: Called with the share of the work done.
    """
    found: dict[str, list[Sample]] = {HELD: [Sample(one, one.line.text) for one in places]}
    lexicon = lexicon_of(shipped_scripts())
    found |= {maker: [] for maker in (USED, FREE, NGRAM, SEEDS)}
    by_act: dict[str, list[str]] = {}
    for line in templates:
        by_act.setdefault(line.act, []).append(line.text)
    for number, place in enumerate(places):
        part = stream.fork(f"{place.document.name} {place.number}")
        found[USED].append(Sample(place, _used(realiser, place, lexicon, part.fork(USED))))
        found[FREE].append(Sample(place, _free(realiser, place, part.fork(FREE))))
        found[NGRAM].append(Sample(place, _counted(realiser, place, ngram, part.fork(NGRAM))))
        some = by_act.get(place.line.act)
        if some:
            found[SEEDS].append(Sample(place, some[part.fork(SEEDS).below(len(some))]))
        report((number + 1) / len(places))
    return {maker: some for maker, some in found.items() if some}


def rules_of(place: Place, lexicon: Lexicon) -> Rules:
    """Return what a line at a place must keep, as a quest would ask."""
    act, lines = place.line.act, [line.text for line in place.document.lines[: place.number]]
    low, high = lengths_of(act)
    return Rules(
        lexicon=lexicon,
        slots=frozenset(place.document.setting.slots),
        must=place.must,
        high=high,
        low=low,
        title=act == "title",
        said=frozenset(text.casefold() for text in lines),
        grams=frozenset(gram for text in lines for gram in grams_of(text)),
    )


def _used(realiser: PackageRealiser, place: Place, lexicon: Lexicon, stream: Stream) -> str | None:
    telling = realiser.begin(place.document.setting)
    for line in place.document.lines[: place.number]:
        telling.add(line.act, line.text, line.step)
    streams = [stream.fork(f"try {number}") for number in range(TRIES)]
    found = telling.write(place.line.act, rules_of(place, lexicon), streams, place.line.step)
    return found[0].text if found else None


def _free(realiser: PackageRealiser, place: Place, stream: Stream) -> str | None:
    """Return one draw of the network itself."""
    vocabulary, memory = realiser.vocabulary, read(realiser, _prompt(realiser, place))
    ids: list[int] = []
    for _ in range(TOKENS_HIGH):
        token = _drawn(realiser, memory, stream)
        if token == vocabulary.end:
            return vocabulary.decode(ids)
        ids.append(token)
        memory, _ = realiser.model.advance(memory, [[token]])
    return None


def _drawn(realiser: PackageRealiser, memory: Memory, stream: Stream) -> int:
    logits, how = memory.last[0], realiser.choosing
    likeliest = np.argsort(-logits, kind="stable")[: how.likeliest]
    marks = logits[likeliest] * (FINE * 100) // how.temperature + noise(stream.bits(len(likeliest)))
    return int(likeliest[marks.argmax()])


def _counted(realiser: PackageRealiser, place: Place, ngram: NGrams, stream: Stream) -> str | None:
    vocabulary = realiser.vocabulary
    opening = prompt.opening(vocabulary, place.line.act, place.must, place.line.step)
    ids = ngram.draw(opening, vocabulary.end, TOKENS_HIGH, stream)
    return vocabulary.decode(ids) if len(ids) < TOKENS_HIGH else None


def _prompt(realiser: PackageRealiser, place: Place) -> list[int]:
    lines = place.document.lines[: place.number]
    opening = prompt.opening(realiser.vocabulary, place.line.act, place.must, place.line.step)
    room = realiser.context - TOKENS_HIGH - len(opening)
    return [*before(realiser.vocabulary, place.document.setting, lines, room), *opening]
