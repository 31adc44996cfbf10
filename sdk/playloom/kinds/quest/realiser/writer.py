"""Writes lines one token after another, several at a time, each a draw that a line's rules let through.

Of the tokens that are most likely one is drawn by Gumbel noise in whole numbers; where the rules refuse it
the next is taken, which is the same as a draw among those that they allow.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, negative_log_likelihood, noise
from playloom.kinds.quest.realiser.constraint import Draft, Rules
from playloom.kinds.quest.realiser.language_model import LanguageModel, Memory
from playloom.seeds import Stream

TOKENS_HIGH = 80  # of a line

Heard = Callable[[str], None]  # is given the text so far


@dataclass(frozen=True)
class Choosing:
    """How tokens are drawn."""

    temperature: int = 80  # percent: below 100 what is likely becomes likelier
    likeliest: int = 40  # tokens of which one is drawn, if the rules let any of them through


@dataclass(frozen=True)
class Written:
    """A line that was written."""

    text: str  # a template
    ids: tuple[int, ...]  # its tokens, without the one that ends it
    surprise: int  # -log likelihood where it was written, its end included, in `chance` units; 0: not judged
    memory: Memory  # of one row, that has read the line up to its end


@dataclass
class _Row:
    """A line that is being written."""

    draft: Draft
    stream: Stream
    ids: list[int]
    surprise: int = 0


def write(
    model: LanguageModel,
    pieces: Sequence[str],
    end: int,
    memory: Memory,
    rules: Rules,
    streams: Sequence[Stream],
    choosing: Choosing,
    heard: Heard | None = None,
    *,
    judged: bool = True,
) -> list[Written | None]:
    """Return a line for each stream, or None where none came to its end.

    Args:
        model: Writes.
        pieces: What each token spells; nothing for those that are never written.
        end: The token that ends a line.
        memory: Of one row, that has read everything before the line.
        rules: What the line must keep.
        streams: Draw the tokens; a line depends on its own stream alone.
        choosing: How.
        heard: Is given the text of the first line as it grows.
        judged: Whether to find out how surprising the lines are; it takes time.
    """
    rows = [_Row(Draft(rules), stream, []) for stream in streams]
    found: list[Written | None] = [None] * len(rows)
    live = list(range(len(rows)))
    memory = memory.rows([0] * len(rows))
    for _ in range(TOKENS_HIGH):
        every = negative_log_likelihood(memory.last) if judged else None
        going: list[int] = []  # places in `live`
        for place, number in enumerate(live):
            row = rows[number]
            token = _draw(memory.last[place], pieces, end, row, choosing)
            if token is None:
                continue
            row.surprise += 0 if every is None else int(every[place, token])
            if token == end:
                found[number] = Written(row.draft.text, tuple(row.ids), row.surprise, memory.rows([place]))
                continue
            row.ids.append(token)
            going.append(place)
            if heard is not None and number == 0:
                heard(row.draft.text)
        if not going:
            break
        if len(going) < len(live):
            memory = memory.rows(going)
            live = [live[place] for place in going]
        memory, _ = model.advance(memory, [[rows[number].ids[-1]] for number in live])
    return found


def _draw(
    logits: NDArray[np.int64], pieces: Sequence[str], end: int, row: _Row, choosing: Choosing
) -> int | None:
    """Return the next token of a row, whose draft then has it; None: nothing likely can follow."""
    count = min(choosing.likeliest, len(logits))
    least = np.partition(logits, len(logits) - count)[len(logits) - count]
    places = np.flatnonzero(logits >= least)  # more than asked for where several are the least
    drawn = logits[places] * (FINE * 100) // choosing.temperature + noise(row.stream.bits(len(places)))
    for place in np.argsort(-drawn, kind="stable"):
        token = int(places[place])
        if token == end:
            if row.draft.finished():
                return token
            continue
        draft = row.draft.add(pieces[token])
        if draft is not None:
            row.draft = draft
            return token
    return None
