"""Documents as the tokens that a network is given, and which of them are text to be judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.vocabulary import Vocabulary
from playloom.kinds.quest.slots import slots_of
from playloom_train.kinds.quest.corpus import Document, Spoken


@dataclass(frozen=True)
class Row:
    """A piece of a document."""

    ids: list[int]
    judged: NDArray[np.bool_]  # shape (ids,): words of text and what ends a line
    words: int  # of the text that is judged


def rows_of(vocabulary: Vocabulary, document: Document, context: int) -> Iterator[Row]:
    """Yield a document in pieces of at most ``context`` tokens, each with the head; every line is in one.

    A line that is longer than fits is left out.
    """
    head = prompt.header(vocabulary, document.setting)
    ids, judged, words = list(head), [False] * len(head), 0
    for line in document.lines:
        opening = prompt.opening(vocabulary, line.act, slots_of(line.text), line.step)
        text = [*vocabulary.encode(line.text), vocabulary.end]
        if len(head) + len(opening) + len(text) > context:
            continue
        if len(ids) + len(opening) + len(text) > context:
            yield Row(ids, np.array(judged), words)
            ids, judged, words = list(head), [False] * len(head), 0
        ids += [*opening, *text]
        judged += [*([False] * len(opening)), *([True] * len(text))]
        words += len(line.text.split())
    if words:
        yield Row(ids, np.array(judged), words)


def before(vocabulary: Vocabulary, setting: prompt.Setting, lines: Sequence[Spoken], room: int) -> list[int]:
    """Return the head and as many of the last lines as fit into ``room`` tokens."""
    head = prompt.header(vocabulary, setting)
    kept: list[int] = []
    for line in reversed(lines):
        ids = prompt.line(vocabulary, line.act, line.text, slots_of(line.text), line.step)
        if len(head) + len(ids) + len(kept) > room:
            break
        kept = [*ids, *kept]
    return [*head, *kept]
