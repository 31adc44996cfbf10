"""How likely held-out text is: to the network, and to n-gram models that learnt from the same lines."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from playloom.kernels.chance import FINE, GRID, negative_log_likelihood
from playloom.kinds.quest.realiser.language_model import Ids, Memory
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom_train.kinds.quest.corpus import SCRIPTS, Document
from playloom_train.kinds.quest.evaluation.figures import Likelihood, SourceLikelihood
from playloom_train.kinds.quest.evaluation.ngrams import NGrams
from playloom_train.kinds.quest.evaluation.rows import Row, rows_of

READ_AT_ONCE = 256  # tokens: what the runtime reads at a time, too
DOCUMENTS_HIGH = 60  # of one source


def read(realiser: PackageRealiser, ids: Ids) -> Memory:
    """Return a memory of one row that has read these tokens; at least one."""
    memory = realiser.model.read(ids[:READ_AT_ONCE])
    for start in range(READ_AT_ONCE, len(ids), READ_AT_ONCE):
        memory, _ = realiser.model.advance(memory, [ids[start : start + READ_AT_ONCE]])
    return memory


def nats_of(realiser: PackageRealiser, row: Row) -> float:
    """Return nats of the text of a row."""
    memory, total = realiser.model.read(row.ids[:1]), 0  # the first token is told
    for start in range(1, len(row.ids), READ_AT_ONCE):
        some = row.ids[start : start + READ_AT_ONCE]
        last = memory.last
        memory, logits = realiser.model.advance(memory, [some])
        told = negative_log_likelihood(np.concatenate([last, logits[0][:-1]]))
        each = told[np.arange(len(some)), np.array(some, np.intp)]
        total += int(each[row.judged[start : start + READ_AT_ONCE]].sum())
    return total / (GRID * FINE)


def ngrams_of(realiser: PackageRealiser, documents: Iterable[Document]) -> NGrams:
    """Return an n-gram model that learnt documents as the network is given them."""
    vocabulary = realiser.vocabulary
    rows = [row.ids for one in documents for row in rows_of(vocabulary, one, realiser.context)]
    return NGrams(rows, vocabulary.size)


def likelihoods(
    realiser: PackageRealiser,
    held: Sequence[Document],
    ngram: NGrams,
    scripts: NGrams,
    report: Callable[[float], None] = lambda share: None,
) -> tuple[SourceLikelihood, ...]:
    """Return the figures by source, our scripts first, then the sources with most text.

    Args:
        realiser: Of the package.
        held: Never trained on; of a source at most `DOCUMENTS_HIGH` are read, evenly picked.
        ngram: Learnt from all training documents.
        scripts: Learnt from our scripts alone.
        report: Called with the share of the work done.
    """
    by_source: dict[str, list[Document]] = {}
    for one in held:
        by_source.setdefault(one.source, []).append(one)
    picked = {source: some[:: -(-len(some) // DOCUMENTS_HIGH)] for source, some in sorted(by_source.items())}
    total = sum(len(some) for some in picked.values())
    done, found = 0, []
    for source, some in picked.items():
        rows, nats = [], []
        for one in some:
            more = list(rows_of(realiser.vocabulary, one, realiser.context))
            rows += more
            nats += [nats_of(realiser, row) for row in more]
            done += 1
            report(done / total)
        if not rows:
            continue
        counted = [_counted(model, rows) for model in (ngram, scripts)]
        found.append(
            SourceLikelihood(
                source=source,
                writer=_likelihood(len(some), rows, sum(nats)),
                ngram=_likelihood(len(some), rows, counted[0]),
                ngram_scripts=_likelihood(len(some), rows, counted[1]),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.source != SCRIPTS, -one.writer.words, one.source)))


def _counted(model: NGrams, rows: Sequence[Row]) -> float:
    return sum(float(model.nats(row.ids)[row.judged].sum()) for row in rows)


def _likelihood(documents: int, rows: Sequence[Row], nats: float) -> Likelihood:
    tokens, words = sum(int(row.judged.sum()) for row in rows), sum(row.words for row in rows)
    return Likelihood(
        documents=documents,
        tokens=tokens,
        words=words,
        a_token=round(nats / max(1, tokens), 4),
        a_word=round(nats / max(1, words), 4),
    )
