"""What a line may be, decided piece by piece while it is written: `Draft` follows a text as far as it is.

A piece of text is let through only if the line can still become a proper one: words of the lexicon, slots of
the plan where they can be filled, capitals where sentences begin, signs where they belong, no four words that
the quest has had in this order. A line may end where its last sentence does, all that it must name named.
"""

import re
from dataclasses import dataclass, field, replace

from playloom.kinds.quest.realiser.lexicon import Lexicon
from playloom.kinds.quest.slots import SLOTS

GRAM = 4  # words in a row that a quest has once
_OWN_ENDS = ("'s", "'ll", "'d")  # what may follow a slot
_PAUSES, _ENDS, _SIGNS_MOST = ",;:", ".?!", 3
_CHUNK = re.compile(r"\{[a-z_]+\}|.", re.DOTALL)
_A = frozenset(("a", "an"))
_OF_ONE = frozenset(("every", "each", "one", "this", "that", "another", *_A))
_DETERMINERS = frozenset(
    (
        "the", "this", "that", "my", "your", "our", "his", "her", "its", "their", "any", "no", "every",
        "each", "one", "another", "what", "which", "whose", "some",
    )
)  # fmt: skip
_NAMES = frozenset(slot for slot, sort in SLOTS.items() if sort in ("name", "place")) | {"who"}
_APART = ' "'
_REACH = 3  # words between a thing and its determiner, itself among them

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """What holds for one line."""

    lexicon: Lexicon
    slots: frozenset[str]  # that may be named, each once
    must: frozenset[str] = frozenset()  # that must be
    high: int = 180  # characters, slots as they are written
    low: int = 8
    title: bool = False  # every word may have a capital, and no sentence has to end
    said: frozenset[str] = frozenset()  # lines that the quest has, in small letters
    grams: frozenset[Gram] = frozenset()  # of `GRAM` words that it has


@dataclass(frozen=True)
class Draft:
    """A line as far as it is written."""

    rules: Rules
    text: str = ""
    word: str = ""  # letters since the last that is none
    words: tuple[str, ...] = ()  # those that are whole, slots among them
    named: frozenset[str] = frozenset()
    quoted: bool = False  # inside a quotation
    fresh: bool = field(default=True)  # a sentence begins with the next word
    began: bool = False  # the word began a sentence

    def add(self, piece: str) -> "Draft | None":
        """Return the draft with a piece more, or None where that cannot be.

        Args:
            piece: Text, a slot in braces as one. The first piece begins with a space.
        """
        if not piece:
            return None
        draft: Draft | None = self
        for chunk in _CHUNK.findall(piece):
            if draft is None or len(draft.text) + len(chunk) > self.rules.high:
                return None
            draft = draft._chunk(chunk)
        return draft

    def finished(self) -> bool:
        """Whether the line may end here."""
        draft = self._word_ends()
        rules = self.rules
        if draft is None or draft.quoted or rules.must - draft.named or len(draft.text) < rules.low:
            return False
        last = draft.text.rstrip('"')[-1:]
        proper = (last.isalpha() or last in "}?!") if rules.title else last != "" and last in _ENDS
        return proper and draft.text.casefold() not in rules.said

    def _chunk(self, chunk: str) -> "Draft | None":
        if len(chunk) > 1:
            return self._slot(chunk)
        if chunk.isascii() and chunk.isalpha():
            return self._letter(chunk)
        if chunk == "'":
            return self._apostrophe()
        draft = self._word_ends()
        if draft is None or chunk not in _APART:
            return None if draft is None else draft._sign(chunk)
        return draft._space() if chunk == " " else draft._quote()

    @property
    def _before(self) -> str:
        return self.text[-1:]

    def _letter(self, char: str) -> "Draft | None":
        # After a slot come signs, spaces or 's.
        if not self.word and self._before and self._before not in ' "-':
            return None
        word, began = self.word + char, self.began if self.word else self.fresh
        if word.startswith("'"):
            known = any(ending.startswith(word) for ending in _OWN_ENDS)
        elif began and not self.rules.title and word[0].islower():
            known = self._may_go_on and word in self.rules.lexicon.small_starts
        else:
            known = self._known(
                word, began, self.rules.lexicon.small_starts, self.rules.lexicon.capital_starts
            )
        if not known:
            return None
        return replace(self, text=self.text + char, word=word, began=began, fresh=False)

    @property
    def _may_go_on(self) -> bool:
        """Whether a sentence may go on in small letters although it seems to have ended: "Go!" she said."""
        before = self.text[: len(self.text) - len(self.word)].rstrip(" ")
        return before.endswith(("...", '"')) and not self.quoted

    def _known(self, word: str, began: bool, small: frozenset[str], capital: frozenset[str]) -> bool:
        """Whether a word is one of these; where one may begin with a capital it need not be spelt with it."""
        plain = word[0].lower() + word[1:] if began or self.rules.title else word
        return word in capital or plain in small

    def _apostrophe(self) -> "Draft | None":
        if self._before == "}":
            return replace(self, text=f"{self.text}'", word="'")
        if self.word.startswith("'") or not self.word:
            return None
        word, lexicon = f"{self.word}'", self.rules.lexicon
        if not self._known(word, self.began, lexicon.small_starts, lexicon.capital_starts):
            return None
        return replace(self, text=f"{self.text}'", word=word)

    def _word_ends(self) -> "Draft | None":
        """Return the draft with its last word taken as whole, or None if it is none."""
        word, lexicon = self.word, self.rules.lexicon
        if not word:
            return self
        if word.startswith("'"):
            plural = self.words[-1] in ("{items}", "{enemies}")
            return self._with_word(word) if word in _OWN_ENDS or (word == "'" and plural) else None
        if not self._known(word, self.began, lexicon.small, lexicon.capital):
            return None
        return self._with_word(word.lower())

    def _with_word(self, word: str) -> "Draft | None":
        words = (*self.words, word)
        gram = words[-GRAM:]
        if gram in self.rules.grams or gram in _grams(self.words):
            return None
        return replace(self, words=words, word="")

    def _space(self) -> "Draft | None":
        if self._before in ("", " ", "-") and self.text:
            return None
        if self.quoted and self._before == '"':
            return None
        if not self.text:  # every line begins with one, which is no part of it
            return self if not self.words else None
        return replace(self, text=f"{self.text} ")

    def _quote(self) -> "Draft | None":
        if self.quoted:
            closes = self._before in (*_ENDS, ",")
            return replace(self, text=f'{self.text}"', quoted=False) if closes else None
        if self._before not in ("", " "):
            return None
        return replace(self, text=f'{self.text}"', quoted=True, fresh=True)

    def _sign(self, char: str) -> "Draft | None":
        before = self._before
        spoken = (
            before.isalpha() or before in ("}", "'") or (before == '"' and not self.quoted and self.words)
        )
        if char == "-" and before.isalpha() and self.words:
            return replace(self, text=f"{self.text}-")
        if char in _PAUSES and spoken:
            return replace(self, text=self.text + char)
        if char in _ENDS and (spoken or self.text.endswith(tuple(_ENDS))):
            run = self.text[len(self.text.rstrip(_ENDS)) :] + char
            if len(run) > _SIGNS_MOST or (len(run) > 1 and char == "." and set(run) != {"."}):
                return None
            return replace(self, text=self.text + char, fresh=True)
        return None

    def _slot(self, chunk: str) -> "Draft | None":
        slot = chunk[1:-1]
        if slot not in self.rules.slots or slot in self.named or self.word:
            return None
        if self._before not in ("", " ", '"') or not _fits(slot, self.words):
            return None
        named = replace(self, text=self.text + chunk, named=self.named | {slot}, fresh=False)
        return named._with_word(chunk)


def _fits(slot: str, words: tuple[str, ...]) -> bool:
    """Whether a slot can be filled after these words: a thing wants a determiner, a name has none."""
    last = words[-1] if words else ""
    if slot in ("item", "enemy", "reward"):
        owned = any(word in _DETERMINERS or word.endswith("'s") for word in words[-_REACH:])
        return owned and last not in _A
    if slot in ("items", "enemies"):
        return last not in _OF_ONE
    if slot in ("gold", "count"):
        return last not in _A
    return slot not in _NAMES or last not in ("the", *_A)


def grams_of(template: str) -> frozenset[Gram]:
    """Return all of `GRAM` words in a row that a line has."""
    words = re.findall(r"\{[a-z_]+\}|[a-z]+(?:'[a-z]+)*", template.lower())
    return _grams(tuple(words))


def _grams(words: tuple[str, ...]) -> frozenset[Gram]:
    return frozenset(words[place : place + GRAM] for place in range(len(words) - GRAM + 1))
