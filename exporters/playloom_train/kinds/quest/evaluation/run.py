"""`evaluate`: read held-out text, write lines in held-out scripts, rank, and measure what came out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.slots import slots_of
from playloom.package import Package
from playloom.seeds import Stream
from playloom_train.kinds.quest.corpus import Document, of_split
from playloom_train.kinds.quest.evaluation.classifier import Classifier
from playloom_train.kinds.quest.evaluation.figures import Evaluation, Lines
from playloom_train.kinds.quest.evaluation.likelihood import likelihoods, ngrams_of
from playloom_train.kinds.quest.evaluation.overlap import Known, distinct, words_of
from playloom_train.kinds.quest.evaluation.ranking import ranked
from playloom_train.kinds.quest.evaluation.sampling import Place, Sample, places_of, samples
from playloom_train.kinds.quest.evaluation.timing import timed
from playloom_train.splits import HELDOUT, TRAIN, VAL

SEED = 1 << 22  # far from the small seeds that people try
TEMPLATES = "seed-cc0"  # source of our own templates
_LIKELIHOOD, _WRITING, _RANKING = 0.3, 0.4, 0.3  # of the work


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be measured."""

    lines: int = 400  # of each maker
    ranked: int = 200  # places at which lines are ranked
    seed: int = SEED
    times: bool = True


@dataclass(frozen=True)
class Findings:
    """The figures, and lines to look at."""

    evaluation: Evaluation
    shown: dict[str, list[Sample]]  # maker -> lines, in the order of the scripts
    known: Known  # the training lines


def evaluate(
    realiser: PackageRealiser,
    package: Package,
    documents: Sequence[Document],
    plan: Plan,
    report: Callable[[float], None] = lambda share: None,
) -> Findings:
    """Measure a package.

    Args:
        realiser: Of the package.
        package: What is measured.
        documents: All of training's, with what was set aside.
        plan: How much is measured.
        report: Called with the share of the work done.
    """
    stream = Stream(plan.seed, "evaluate quest")
    train, held = of_split(documents, TRAIN), of_split(documents, HELDOUT)
    scripts = [one for one in train if one.script]
    templates = [line for one in documents if one.source == TEMPLATES for line in one.lines]
    counted = ngrams_of(realiser, scripts)
    likely = likelihoods(
        realiser, held, ngrams_of(realiser, train), counted, lambda share: report(share * _LIKELIHOOD)
    )
    places = places_of(held, plan.lines, stream.fork("places"))
    made = samples(
        realiser,
        places,
        counted,
        templates,
        stream.fork("lines"),
        lambda share: report(_LIKELIHOOD + share * _WRITING),
    )
    known = Known(line.text for one in train for line in one.lines)
    aside = [one for one in (*of_split(documents, VAL), *held) if one.script]
    ranking = ranked(
        realiser,
        places_of(held, plan.ranked, stream.fork("ranked")),
        aside,
        stream.fork("others"),
        lambda share: report(_LIKELIHOOD + _WRITING + share * _RANKING),
    )
    judges = _Judges(scripts)
    evaluation = Evaluation(
        package=package.manifest.name,
        version=package.manifest.version,
        package_hash=package.hash,
        seed=plan.seed,
        training=sum(len(one.lines) for one in train),
        held=sum(one.script for one in held),
        notes=_left_out(places, ranking is None),
        likelihood=likely,
        lines={maker: _lines(some, known, judges) for maker, some in made.items()},
        ranking=ranking,
        machine=timed(realiser, places, stream.fork("time")) if plan.times else None,
    )
    return Findings(evaluation, made, known)


class _Judges:
    """Tell act and tone of a line; learnt from the scripts of training."""

    def __init__(self, scripts: Sequence[Document]) -> None:
        pairs = [(one, line) for one in scripts for line in one.lines]
        texts = [line.text for _, line in pairs]
        self.act = Classifier(texts, [line.act for _, line in pairs]) if pairs else None
        self.tone = Classifier(texts, [one.setting.tone for one, _ in pairs]) if pairs else None


def _lines(some: Sequence[Sample], known: Known, judges: _Judges) -> Lines:
    ended = [(one.place, one.text) for one in some if one.text]
    texts = [text for _, text in ended]
    acts = [place.line.act for place, _ in ended]
    tones = [place.document.setting.tone for place, _ in ended]
    nearest = [known.nearest(text)[0] for text in texts]
    return Lines(
        lines=len(some),
        ended=len(ended),
        words_mean=round(sum(len(words_of(text)) for text in texts) / max(1, len(texts)), 2),
        must=_named(some),
        strange=sum(not slots_of(text) <= {*place.document.setting.slots} for place, text in ended),
        distinct=distinct(texts),
        grams_known=round(known.grams(texts), 4),
        lines_known=sum(known.has(text) for text in texts),
        nearest_mean=round(sum(nearest) / max(1, len(nearest)), 4),
        act=judges.act.right(texts, acts) if judges.act else (0, 0),
        tone=judges.tone.right(texts, tones) if judges.tone else (0, 0),
    )


def _named(some: Sequence[Sample]) -> tuple[int, int]:
    """Return how many of the slots that were to be named are, and how many were to be."""
    wanted = [(slot, one.text or "") for one in some for slot in one.place.must]
    return sum(slot in slots_of(text) for slot, text in wanted), len(wanted)


def _left_out(places: Sequence[Place], unranked: bool) -> tuple[str, ...]:
    """Say which figures are missing, and what would bring them."""
    notes = []
    if not places:
        notes.append("left out: lines; the data set no script aside as heldout")
    elif unranked:
        notes.append("left out: ranking; the scripts set aside have too few lines of one act")
    return tuple(notes)
