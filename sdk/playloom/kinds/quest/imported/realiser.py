"""Writes and ranks the lines of quests with somebody's model, as `realiser.telling` wants it.

The model reads and writes names; what it writes goes back to a template at once (see `naming`), so that every
rule, check and format is that of our own model. Lines are read again as text rather than kept as tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.chance import FINE, GRID, noise
from playloom.kinds.quest.imported import prompting
from playloom.kinds.quest.imported.folder import CONTEXT, LARGEST, ModelFolder, open_folder
from playloom.kinds.quest.imported.naming import Reading
from playloom.kinds.quest.imported.tokens import Tokens
from playloom.kinds.quest.realiser.constraint import Rules, grams_of
from playloom.kinds.quest.realiser.language_model import LanguageModel, Memory
from playloom.kinds.quest.realiser.lexicon import Lexicon
from playloom.kinds.quest.realiser.prompt import Setting
from playloom.kinds.quest.realiser.telling import Candidate, Fillings, Heard, Telling
from playloom.kinds.quest.realiser.writer import TOKENS_HIGH, Choosing
from playloom.kinds.quest.slots import slots_of
from playloom.seeds import Stream

LIFT = 2 * GRID  # added to the logit of what begins a name that is still to come, in 1/GRID nats
LOGITS_MOST = 1 << 25  # held at a time
_READ_AT_ONCE = 64  # tokens
_SECOND_LOOK = 10  # times as many tokens are looked at where none of the likeliest can follow


class ImportedRealiser:
    """A model that a developer brought. The promise is the same bytes on the same machine."""

    exact = False
    fluent = True  # whoever brings a model has heard it; ours has read too little

    def __init__(self, folder: ModelFolder) -> None:
        """Take a folder that was read."""
        self.folder, self.model, self.tokens = folder, folder.model, folder.tokens
        self.label = f"{folder.root.resolve().name}-{folder.hash[:8]}"
        self.choosing = Choosing()

    def begin(self, setting: Setting, fillings: Fillings | None = None) -> Telling:
        """Begin a quest."""
        return _ImportedTelling(self, setting, prompting.example_names() if fillings is None else fillings)


def imported_realiser(path: Path) -> ImportedRealiser:
    """Load the model in a folder.

    Raises:
        FileInvalid: If it is none that can be run.
    """
    return ImportedRealiser(open_folder(path))


class _ImportedTelling:
    """Keeps the lines as text; the model has read what is before them."""

    def __init__(self, realiser: ImportedRealiser, setting: Setting, fillings: Fillings) -> None:
        self.model, self.tokens, self.choosing = realiser.model, realiser.tokens, realiser.choosing
        self.fillings = fillings
        example = prompting.example_of(setting.tone, setting.genre)
        told = prompting.example_text(example) + prompting.setting_text(setting, fillings)
        self.example = frozenset().union(*(grams_of(line) for line in example.lines.values()))
        self.begun = self._read(None, self.tokens.encode(told))
        self.memory, self.unread = self.begun, list[int]()
        self.lines: list[list[int]] = []

    def write(
        self,
        act: str,
        rules: Rules,
        streams: Sequence[Stream],
        step: str = "",
        heard: Heard | None = None,
        fillings: Fillings | None = None,
    ) -> list[Candidate]:
        """Return lines that may come next, the best first, see `Telling`."""
        names = self._names(fillings)
        opening = self.tokens.encode(prompting.opening_text(act, rules.must, names))
        before = self._caught_up()
        rules = replace(rules, grams=rules.grams | self.example, lexicon=_without_names(rules.lexicon))
        reading = Reading.begin(rules, names)
        texts = _write(self.model, self.tokens, self._read(before, opening), reading, streams,
                       self.choosing, heard)  # fmt: skip
        different = [*{text.casefold(): text for text in texts if text is not None}.values()]
        scores = self.rank(act, different, step, fillings) if len(different) > 1 else [0] * len(different)
        found = [Candidate(text, score, _WRITTEN) for text, score in zip(different, scores, strict=True)]
        return sorted(found, key=lambda one: -one.score)

    def rank(
        self, act: str, texts: Sequence[str], step: str = "", fillings: Fillings | None = None
    ) -> list[int]:
        """Return how well each text goes with what was said before, see `Telling`."""
        names = self._names(fillings)
        openings, spoken = list[list[int]](), list[list[int]]()
        for text in texts:
            opening = prompting.opening_text(act, slots_of(text), names)
            whole = prompting.line_text(act, text, slots_of(text), names)
            openings.append(self.tokens.encode(opening))
            spoken.append(self.tokens.encode(whole.removeprefix(opening)) + self.tokens.line_end)
        here = self._surprise(self._caught_up(), openings, spoken)
        anywhere = self._surprise(self.begun, openings, spoken)
        return [(other - mine) // len(text) for mine, other, text in zip(here, anywhere, spoken, strict=True)]

    def add(
        self, act: str, text: str, step: str = "", kept: Any = None, fillings: Fillings | None = None
    ) -> None:
        """Take a line as said, see `Telling`."""
        spoken = prompting.line_text(act, text, slots_of(text), self._names(fillings))
        line = self.tokens.encode(spoken) + self.tokens.line_end
        self.lines.append(line)
        self.unread += line

    def _surprise(
        self, memory: Memory, openings: Sequence[list[int]], spoken: Sequence[list[int]]
    ) -> list[int]:
        """Return how surprising texts are, a few at a time so that their logits can be held."""
        longest = max(len(one) + len(other) for one, other in zip(openings, spoken, strict=True))
        rows = min(LARGEST["batch"], max(1, LOGITS_MOST // (longest * self.tokens.size)))
        found: list[int] = []
        for start in range(0, len(spoken), rows):
            part = slice(start, start + rows)
            found += self.model.surprise(memory, openings[part], spoken[part])
        return found

    def _names(self, fillings: Fillings | None) -> Fillings:
        """Return what stands in slots; a step's own before the quest's."""
        return self.fillings if fillings is None else {**self.fillings, **fillings}

    def _caught_up(self) -> Memory:
        """Return the memory of all that was said, or of the last of it where that is too much."""
        if self.memory.tokens + len(self.unread) > CONTEXT - 2 * TOKENS_HIGH:
            kept: list[int] = []
            room = max(CONTEXT - 2 * TOKENS_HIGH - self.begun.tokens, 0) // 2
            for line in reversed(self.lines):
                if len(kept) + len(line) > room:
                    break
                kept = [*line, *kept]
            self.memory, self.unread = self.begun, kept
        self.memory, self.unread = self._read(self.memory, self.unread), []
        return self.memory

    def _read(self, memory: Memory | None, ids: Sequence[int]) -> Memory:
        for start in range(0, len(ids), _READ_AT_ONCE):
            part = ids[start : start + _READ_AT_ONCE]
            memory = self.model.read(part) if memory is None else self.model.advance(memory, [part])[0]
        assert memory is not None
        return memory


_WRITTEN = object()  # what a line of the model has in `Candidate.kept`, where nothing else is kept


@lru_cache(maxsize=8)
def _without_names(lexicon: Lexicon) -> Lexicon:
    """Return a lexicon without capitals but I and its kin: scripts speak of months, offices and the dead."""
    capital = frozenset(word for word in lexicon.capital if word.partition("'")[0] == "I")
    starts = frozenset(word[:end] for word in capital for end in range(1, len(word) + 1))
    return replace(lexicon, capital=capital, capital_starts=starts)


@dataclass
class _Row:
    """A line that is being written."""

    reading: Reading
    stream: Stream
    last: int = 0  # token


def _write(
    model: LanguageModel,
    tokens: Tokens,
    memory: Memory,
    reading: Reading,
    streams: Sequence[Stream],
    choosing: Choosing,
    heard: Heard | None,
) -> list[str | None]:
    """Return a line for each stream, as a template, or None where none came to its end."""
    rows = [_Row(reading, stream) for stream in streams]
    found: list[str | None] = [None] * len(rows)
    live = list(range(len(rows)))
    memory = memory.rows([0] * len(rows))
    for _ in range(TOKENS_HIGH):
        going: list[int] = []  # places in `live`
        for place, number in enumerate(live):
            drawn = _draw(memory.last[place], tokens, rows[number], choosing)
            if isinstance(drawn, str):
                found[number] = drawn
            elif drawn:
                going.append(place)
                if heard is not None and number == 0:
                    heard(rows[0].reading.text)
        if not going:
            break
        if len(going) < len(live):
            memory = memory.rows(going)
            live = [live[place] for place in going]
        memory, _ = model.advance(memory, [[rows[number].last] for number in live])
    return found


def _draw(logits: NDArray[np.int64], tokens: Tokens, row: _Row, choosing: Choosing) -> str | bool:
    """Take one token more into a row; return the line if it ends, or whether it goes on."""
    lifted = logits.copy()
    if missing := row.reading.missing:
        lifted[[*tokens.beginning(missing)]] += LIFT
    bits = row.stream.bits(choosing.likeliest * _SECOND_LOOK)
    spelt: dict[str, Reading | None] = {"": row.reading}
    for count in (choosing.likeliest, choosing.likeliest * _SECOND_LOOK):
        places = np.sort(np.argpartition(-lifted, min(count, len(lifted) - 1))[:count])
        for token in _in_order(places, lifted, bits, choosing):
            if taken := _take(token, tokens, row, spelt):
                return taken
        if rests := row.reading.rests:  # a name is begun: whatever the model would, it is finished
            forced = sorted({number for rest in rests for number in tokens.going_on(rest)})[: len(bits)]
            order = _in_order(np.array(forced, np.int64), lifted, bits, choosing)
            return any(_take(token, tokens, row, spelt) for token in order)
    return False


def _in_order(
    places: NDArray[np.int64], logits: NDArray[np.int64], bits: NDArray[np.uint64], choosing: Choosing
) -> list[int]:
    """Return tokens as Gumbel noise orders them: to take the first that may be is a draw among those."""
    drawn = logits[places] * (FINE * 100) // choosing.temperature + noise(bits[: len(places)])
    order: list[int] = places[np.argsort(-drawn, kind="stable")].tolist()
    return order


def _take(token: int, tokens: Tokens, row: _Row, spelt: dict[str, Reading | None]) -> str | bool:
    """Take a token into a row if it may be; see `_draw`."""
    piece, ends, _ = tokens.pieces[token].partition("\n")
    after = _after(piece, spelt)
    if ends or token in tokens.ends:
        draft = after.finished() if after is not None else None
        return False if draft is None else draft.text
    if not piece or after is None:
        return False
    row.reading, row.last = after, token
    return True


def _after(piece: str, spelt: dict[str, Reading | None]) -> Reading | None:
    """Return the reading with a piece more; what many tokens begin with is read once."""
    reading = spelt[""]
    for end in range(1, len(piece) + 1):
        start = piece[:end]
        if start not in spelt:
            assert reading is not None
            spelt[start] = reading.add(start[-1])
        reading = spelt[start]
        if reading is None:
            return None
    return reading
