"""How the realiser is trained: on a CPU or a GPU, anew or from a package, small or large."""

from dataclasses import dataclass

from playloom_train.kinds.quest.writer import WriterShape
from playloom_train.training import Pace

MINUTES = 75.0  # on two cores, anew
TUNING_MINUTES = 10.0  # from a package
ROWS = 6  # of half the context
GPU_ROWS = 48
_RATE, _TUNING_RATE = 3e-3, 3e-4
_AVERAGE = 0.995
_DECAY = 0.05
_FEW = 150_000  # words, up to which a small network learns as much
_SMALL = {"width": 96, "blocks": 4, "heads": 2, "inner": 256}


@dataclass(frozen=True)
class Preset:
    """Rows of a batch and how fast."""

    rows: int
    pace: Pace


def preset(*, minutes: float | None, steps: int | None, tuning: bool, gpu: bool) -> Preset:
    """Return how to train.

    Args:
        minutes: None: as usual.
        steps: Instead of minutes.
        tuning: Go on from a package.
        gpu: Whether there is one.
    """
    usual = TUNING_MINUTES if tuning else MINUTES
    pace = Pace(
        minutes=usual if minutes is None else minutes,
        rate=_TUNING_RATE if tuning else _RATE,
        warm=20 if tuning else 100,
        decay=_DECAY,
        decayed=2,
        average=_AVERAGE,
        steps=steps,
    )
    return Preset(GPU_ROWS if gpu else ROWS, pace)


def shape_for(words: int, vocabulary: int) -> WriterShape:
    """Return the sizes of a new network.

    Args:
        words: To learn from.
        vocabulary: Tokens.
    """
    return WriterShape(vocabulary, **(_SMALL if words <= _FEW else {}))
