"""The words that a written line may be made of: those of scripts and steps, as they are spelt there.

A small network sometimes makes up words. A word that no writer has used is not let through, and neither is a
capital inside a sentence, which would name somebody of no world.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from playloom.kinds.quest.capitals import begins, names_in
from playloom.kinds.quest.scripts import Script, shipped_scripts
from playloom.kinds.quest.slots import SLOT
from playloom.kinds.quest.steps import step_lines

_WORD = re.compile(r"(?<![A-Za-z'])[A-Za-z]+(?:'[A-Za-z]+)*")


@dataclass(frozen=True)
class Lexicon:
    """Words, and all that they begin with."""

    small: frozenset[str]  # may stand anywhere; with a capital where a sentence begins
    capital: frozenset[str]  # may stand anywhere as they are: I, I'll
    small_starts: frozenset[str]
    capital_starts: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Lexicon":
        """Return the words of texts, slots left out."""
        small, capital = set[str](), set[str]()
        for text in texts:
            bare = SLOT.sub("0", text)
            for found in _WORD.finditer(bare):
                word = found[0]
                if word.islower() and (len(word) > 1 or word in ("a", "o")):
                    small.add(word)
                elif word[0].isupper() and not begins(bare, found.start()) and not any(names_in(f"x {word}")):
                    capital.add(word)
        return cls(frozenset(small), frozenset(capital), _starts(small), _starts(capital))

    def with_more(self, texts: Iterable[str]) -> "Lexicon":
        """Return this with the words of more texts."""
        more = Lexicon.of(texts)
        return Lexicon(
            self.small | more.small,
            self.capital | more.capital,
            self.small_starts | more.small_starts,
            self.capital_starts | more.capital_starts,
        )


def lexicon_of(scripts: Iterable[Script]) -> Lexicon:
    """Return the words of our own scripts and steps, and of a developer's scripts."""
    own = [script for script in scripts if script.origin != shipped_scripts()[0].origin]
    return _shipped().with_more(_texts(own)) if own else _shipped()


@cache
def _shipped() -> Lexicon:
    steps = [line for lines in step_lines().values() for line in lines]
    return Lexicon.of([*_texts(shipped_scripts()), *steps])


def _texts(scripts: Iterable[Script]) -> list[str]:
    """Return every line but titles, whose capitals say nothing."""
    return [text for script in scripts for act, text in script.lines.items() if act != "title"]


def _starts(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))
