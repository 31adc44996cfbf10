"""How long a line takes, and how many tokens a second are read, on this machine and one thread."""

import time
from collections.abc import Sequence

import numpy as np

from playloom.kinds.quest.realiser.lexicon import lexicon_of
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.seeds import Stream
from playloom_train.kinds.quest.evaluation.figures import Machine
from playloom_train.kinds.quest.evaluation.sampling import TRIES, Place, rules_of
from playloom_train.memory import peak_mebibytes

EACH = 20  # lines
TOKENS, ROWS = 100, 8  # read one after another; rows at a time


def timed(realiser: PackageRealiser, places: Sequence[Place], stream: Stream) -> Machine | None:
    """Return the times at the first places; None without any."""
    if not places:
        return None
    one = [_line(realiser, place, stream, 1) for place in places[:EACH]]
    several = [_line(realiser, place, stream, TRIES)[0] for place in places[:EACH]]
    return Machine(
        line_ms=_median([whole for whole, _ in one]),
        lines_ms=_median(several),
        tries=TRIES,
        first_ms=_median([first for _, first in one if first is not None]),
        tokens_second=_tokens_second(realiser, 1),
        tokens_second_rows=_tokens_second(realiser, ROWS),
        rows=ROWS,
        peak_mebibytes=peak_mebibytes(),
    )


def _line(realiser: PackageRealiser, place: Place, stream: Stream, tries: int) -> tuple[float, float | None]:
    """Return milliseconds of a line after those before it were read, and until its first piece is there."""
    rules = rules_of(place, lexicon_of(shipped_scripts()))
    telling = realiser.begin(place.document.setting)
    for line in place.document.lines[: place.number]:
        telling.add(line.act, line.text, line.step)
    telling.rank(place.line.act, [place.line.text], place.line.step)  # reads what was said
    pieces: list[float] = []
    streams = [stream.fork(f"try {number}") for number in range(tries)]
    began = time.perf_counter()
    telling.write(
        place.line.act, rules, streams, place.line.step, lambda text: pieces.append(time.perf_counter())
    )
    whole = time.perf_counter() - began
    return 1000 * whole, 1000 * (pieces[0] - began) if pieces else None


def _tokens_second(realiser: PackageRealiser, rows: int) -> float:
    says = realiser.vocabulary.says
    memory = realiser.model.read([says]).rows([0] * rows)
    began = time.perf_counter()
    for _ in range(TOKENS):
        memory, _ = realiser.model.advance(memory, [[says]] * rows)
    return round(rows * TOKENS / (time.perf_counter() - began), 1)


def _median(values: Sequence[float]) -> float:
    return round(float(np.median(values)), 1) if values else 0.0
