"""What is found of a quest package, as plain values: written as JSON, shown as tables, kept in its card."""

from collections.abc import Iterator
from typing import Any

import msgspec

from playloom.package import Metric

HELD = "held-out lines"  # written by people, never trained on
USED = "writer, as used"  # the rules of a line kept, the best of several tries
FREE = "writer, free"  # one draw from the network, no rules
NGRAM = "5-gram"
SEEDS = "templates"


class Likelihood(msgspec.Struct, frozen=True):
    """How likely a text is: nats are those of its words alone, after all that is told before them."""

    documents: int
    tokens: int
    words: int
    a_token: float  # nats
    a_word: float  # nats


class SourceLikelihood(msgspec.Struct, frozen=True):
    """The same held-out text to the network and to n-gram models."""

    source: str
    writer: Likelihood
    ngram: Likelihood  # learnt from all that the network learnt from
    ngram_scripts: Likelihood  # learnt from our scripts alone


class Lines(msgspec.Struct, frozen=True):
    """What the lines of one maker are like."""

    lines: int  # that were wanted
    ended: int  # of these, came to an end (and, by rules, keep them)
    words_mean: float
    must: tuple[int, int]  # slots named that had to be, of how many
    strange: int  # lines with a slot that the quest does not fill
    distinct: tuple[float, float, float]  # share of 1-, 2- and 3-grams that are unlike all others
    grams_known: float  # share of 6-grams of words that stand in a training line
    lines_known: int  # whole lines that do
    nearest_mean: float  # share of a line's 3-grams that the one training line nearest to it has
    act: tuple[int, int]  # taken for its act by a classifier, of how many
    tone: tuple[int, int]


class Ranking(msgspec.Struct, frozen=True):
    """How often the true next line is ranked first among others of its act."""

    asked: int
    others: int  # lines beside the true one
    writer: int  # right: by how much likelier the lines before make it
    alone: int  # right: by likelihood alone
    words: int  # right: by words shared with the lines before


class Machine(msgspec.Struct, frozen=True):
    """What differs from machine to machine and from run to run."""

    line_ms: float  # median of a line as used, one try
    lines_ms: float  # the same with several tries, the best of which is taken
    tries: int
    first_ms: float  # median until the first token of a line is there
    tokens_second: float  # read one after another, one row
    tokens_second_rows: float  # the same, several rows at a time
    rows: int
    peak_mebibytes: float | None


class Evaluation(msgspec.Struct, frozen=True):
    """Everything that was found. All but ``machine`` is the same on every run on a machine."""

    package: str
    version: str
    package_hash: str
    seed: int
    training: int  # lines
    held: int  # scripts set aside
    notes: tuple[str, ...]
    likelihood: tuple[SourceLikelihood, ...]
    lines: dict[str, Lines]  # maker -> what its lines are like
    ranking: Ranking | None
    machine: Machine | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def metrics(evaluation: Evaluation) -> tuple[Metric, ...]:
    """Return what the card says: nothing that depends on the machine."""
    return (*_likely(evaluation), *_written(evaluation), *_ranked(evaluation))


def _likely(evaluation: Evaluation) -> Iterator[Metric]:
    for one in evaluation.likelihood:
        how = f"{one.writer.documents} documents, {one.writer.words} words, never trained on"
        yield _metric(f"held-out {one.source}: nats a token", one.writer.a_token, how)
        yield _metric(f"held-out {one.source}: nats a word", one.writer.a_word, how)
        best = min(one.ngram.a_word, one.ngram_scripts.a_word)
        yield _metric(f"held-out {one.source}: nats a word by a 5-gram model", best, how)


def _written(evaluation: Evaluation) -> Iterator[Metric]:
    for maker, one in evaluation.lines.items():
        how = f"of {one.lines} lines"
        if maker in (USED, FREE):
            if one.must[1]:
                share = one.must[0] / one.must[1]
                yield _metric(f"{maker}: slots named that had to be", share, f"of {one.must[1]}")
            yield _metric(f"{maker}: came to an end", one.ended / max(1, one.lines), how)
            yield _metric(f"{maker}: lines with a slot that the quest lacks", one.strange, how)
        yield _metric(f"{maker}: distinct-2", one.distinct[1], f"share of word pairs, {how}")
        yield _metric(f"{maker}: 6-grams that training lines have", one.grams_known, how)
        yield _metric(f"{maker}: whole lines that training has", one.lines_known, how)
        for what, (right, asked) in (("act", one.act), ("tone", one.tone)):
            if asked:
                yield _metric(
                    f"{maker}: {what} as asked, by a classifier", right / asked, f"of {asked} lines"
                )


def _ranked(evaluation: Evaluation) -> Iterator[Metric]:
    one = evaluation.ranking
    if one is not None and one.asked:
        how = (
            f"of {one.asked}, among {one.others} others of the same act; by chance {1 / (one.others + 1):.2f}"
        )
        yield _metric("true next line ranked first", one.writer / one.asked, how)
        yield _metric("true next line ranked first, by likelihood alone", one.alone / one.asked, how)
        yield _metric("true next line ranked first, by shared words", one.words / one.asked, how)


def _metric(name: str, value: float, how: str) -> Metric:
    return Metric(name=name, value=round(float(value), 4), how=how)
