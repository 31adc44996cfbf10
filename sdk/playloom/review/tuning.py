"""From feedback to a taste, and the proof that it learnt something: agreement on content it was not shown."""

import numpy as np

from playloom.errors import RequestInvalid
from playloom.kernels.counting import counted
from playloom.review.answers import Answers, Heard
from playloom.review.learning import Matrix, fit, learnt, scale_of
from playloom.review.taste import KindTaste, Measured
from playloom.seeds import Stream

JUDGED_LOW = 24  # pieces of content, before anything is learnt
SIDE_LOW = 6  # of them liked, and as many disliked
FOLDS = 4
SHUFFLES = 19  # a taste must beat all of them: by chance one in twenty does


def tuned(said: Heard, kind: str, *, anyway: bool = False) -> KindTaste:
    """Return the taste in a kind.

    Args:
        said: Of one profile.
        kind: Its name, for messages.
        anyway: Also where it foretells no better than chance.

    Raises:
        RequestInvalid: If too little was said, or what was learnt foretells no better than chance.
    """
    judged = len(said.features)
    if judged < JUDGED_LOW or min(said.liked, said.disliked) < SIDE_LOW:
        raise RequestInvalid(
            f"{counted(judged, kind)} judged, {said.liked} liked and {said.disliked} not; a taste needs "
            f"{JUDGED_LOW}, {SIDE_LOW} of them liked and {SIDE_LOW} not: review more"
        )
    scale = scale_of(said.features)
    if not scale.names:
        raise RequestInvalid(f"all {kind}s that were judged measure the same; review some that differ")
    measures = scale.of(said.features)
    stream = Stream(0, f"tune {kind}")
    folds = _folds(judged, said.answers, stream.fork("folds"))
    agreed, pairs = _agreement(measures, said.answers, folds)
    orders = (np.argsort(stream.fork(f"shuffle {n}").bits(judged), kind="stable") for n in range(SHUFFLES))
    # Answers about other content than they were given on: what is left is chance.
    chance = [_agreement(measures[order], said.answers, folds)[0] for order in orders]
    if pairs == 0:
        raise RequestInvalid(f"no two {kind}s were put in order; accept and reject some, or compare some")
    measured = Measured(
        pairs=pairs,
        agreement=agreed * 1000 // (2 * pairs),
        shuffled=sum(chance) * 1000 // (2 * pairs * SHUFFLES),
        judged=judged,
        compared=len(said.answers.pairs),
    )
    if agreed <= max(chance) and not anyway:
        raise RequestInvalid(
            f"what {counted(judged, kind)} teach foretells {measured.agreement / 10:.0f} % of "
            f"{counted(pairs, 'pair')} it was not shown, and shuffled answers up to "
            f"{max(chance) * 50 / pairs:.0f} %: no better than chance; review more, or --anyway"
        )
    return KindTaste(learnt(scale, fit(measures, said.answers)), measured)


def _folds(judged: int, answers: Answers, stream: Stream) -> list[set[int]]:
    """Return parts of the content to hold out in turn; two that were compared in one part if that can be."""
    order = np.argsort(stream.bits(judged), kind="stable").tolist()
    partner: dict[int, int] = {}
    for better, worse in answers.pairs:
        if better not in partner and worse not in partner:
            partner[better], partner[worse] = worse, better
    folds: list[set[int]] = [set() for _ in range(FOLDS)]
    placed: set[int] = set()
    for place in order:
        if place not in placed:
            both = {place, partner.get(place, place)}
            min(folds, key=len).update(both)
            placed |= both
    return folds


def _agreement(measures: Matrix, answers: Answers, folds: list[set[int]]) -> tuple[int, int]:
    """Return twice the held-out pairs that come out in the right order, ties as half, and all pairs.

    Of the content of a part nothing is looked at while its weights are learnt.
    """
    agreed = pairs = 0
    for fold in folds:
        used = np.ones(len(measures), np.bool_)
        used[list(fold)] = False
        scores = np.rint(measures @ fit(measures, answers, used) * 1e6).astype(np.int64)
        for better, worse in answers.ordered(fold):
            pairs += 1
            agreed += 1 + int(np.sign(scores[better] - scores[worse]))
    return agreed, pairs
