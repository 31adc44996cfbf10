"""Batches of the realiser: documents as `prompt` writes them, in rows of one length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.vocabulary import SLOT_TOKENS, SPECIAL, Vocabulary
from playloom.kinds.quest.slots import SLOTS, slots_of
from playloom_train.kinds.quest.corpus import SCRIPTS, Document, Spoken

SHARES = {  # of the rows, by source; sources that are not named share `OTHERS`
    SCRIPTS: 0.62, "own dialogue": 0.6, "coffeemud": 0.05, "light-world": 0.08, "light-maps": 0.03,
    "freedink": 0.04, "openclonk": 0.01, "inkle-intercept": 0.02, "coming-out-simulator-2014": 0.01,
    "seed-cc0": 0.04, "textworld-grammar": 0.005, "pd-shakespeare": 0.01,
}  # fmt: skip
OTHERS = 0.085
_CONDITION_WEIGHT = 0.1  # of a token that only says what comes, against one of the text
_STEPS_MOST = 4  # lines of steps put into a script


@dataclass(frozen=True)
class Row:
    """Tokens, and how much each is learnt."""

    ids: list[int]
    weights: list[float]


class Batches:
    """Draws rows for training."""

    def __init__(
        self,
        documents: Sequence[Document],
        steps: Sequence[Spoken],
        vocabulary: Vocabulary,
        shares: Mapping[str, float] = SHARES,
    ) -> None:
        """Take documents to train on.

        Args:
            documents: At least one.
            steps: Lines of steps, put between those of scripts; may be none.
            vocabulary: Of the network.
            shares: Of the rows by source.
        """
        self.vocabulary, self.steps = vocabulary, steps
        self.by_source: dict[str, list[Document]] = {}
        for one in documents:
            self.by_source.setdefault(one.source, []).append(one)
        self.sources = sorted(self.by_source)
        others = max(1, sum(source not in shares for source in self.sources))
        raw = np.array([shares.get(source, OTHERS / others) for source in self.sources])
        self.odds: NDArray[np.float64] = raw / raw.sum()
        self.random = np.random.default_rng(0)
        self._encoded: dict[str, list[int]] = {}

    def draw(self, rows: int, length: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return ids, the ids that follow and their weights, each (rows, length)."""
        ids = np.zeros((rows, length + 1), np.int64)
        weights = np.zeros((rows, length + 1), np.float32)
        for place in range(rows):
            row = Row([], [])
            while len(row.ids) < length + 1:
                more = self._document()
                row.ids.extend(more.ids)
                row.weights.extend(more.weights)
            ids[place] = row.ids[: length + 1]
            weights[place] = row.weights[: length + 1]
        whole, weighed = torch.from_numpy(ids), torch.from_numpy(weights)
        return whole[:, :-1], whole[:, 1:], weighed[:, 1:]

    def _document(self) -> Row:
        random = self.random
        each = self.by_source[self.sources[random.choice(len(self.sources), p=self.odds)]]
        document = each[random.integers(len(each))]
        setting, lines = document.setting, list(document.lines)
        if document.script:
            lines = self._played(lines)
        used = slots_of(*(line.text for line in lines))
        spare = {slot for slot in SLOTS if random.random() < 0.15}
        setting = prompt.Setting(
            setting.strategy if random.random() < 0.9 else "",
            setting.tone if random.random() < 0.9 else "",
            setting.genre if random.random() < 0.9 else "",
            setting.persona if random.random() < 0.75 else "",
            tuple(used | spare) if random.random() < 0.9 else (),
        )
        row = self.row(setting, ())
        for line in lines:
            self._add(row, line, self._must(line))
        return row

    def _played(self, lines: list[Spoken]) -> list[Spoken]:
        """Leave lines of a script out, and put lines of steps where the errands are."""
        random = self.random
        kept = 1.0 if random.random() < 0.5 else random.uniform(0.2, 1.0)
        found = [line for line in lines if random.random() < kept] or lines[:1]
        if self.steps and random.random() < 0.5:
            order = {act: place for place, act in enumerate(prompt.ACT_ORDER)}
            at = next((n for n, line in enumerate(found) if order[line.act] > order["go"]), len(found))
            picks = random.integers(len(self.steps), size=random.integers(1, _STEPS_MOST + 1))
            found[at:at] = [self.steps[pick] for pick in picks]
        return found

    def _must(self, line: Spoken) -> frozenset[str]:
        """Return the slots that are told before a line: all, some or none of them."""
        slots, chance = slots_of(line.text), self.random.random()
        if chance < 0.6:
            return slots
        if chance < 0.8:
            return frozenset(slot for slot in slots if self.random.random() < 0.5)
        return frozenset()

    def row(self, setting: prompt.Setting, lines: Sequence[Spoken]) -> Row:
        """Return a document as it is told when everything is known."""
        ids = prompt.header(self.vocabulary, setting)
        row = Row(ids, [0.0, *(0.0 if self._named(one) else _CONDITION_WEIGHT for one in ids[1:])])
        for line in lines:
            self._add(row, line, slots_of(line.text))
        return row

    def _named(self, token: int) -> bool:
        return len(SPECIAL) - len(SLOT_TOKENS) <= token < len(SPECIAL)

    def _add(self, row: Row, line: Spoken, must: frozenset[str]) -> None:
        opening = prompt.opening(self.vocabulary, line.act, must, line.step)
        text = self._encoded.get(line.text)
        if text is None:
            text = self._encoded[line.text] = [*self.vocabulary.encode(line.text), self.vocabulary.end]
        row.ids.extend([*opening, *text])
        row.weights.extend([_CONDITION_WEIGHT, *([0.0] * (len(opening) - 1)), *([1.0] * len(text))])
