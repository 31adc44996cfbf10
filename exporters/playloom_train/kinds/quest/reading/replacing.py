"""Names in a line become slots; a line that names more than there are slots for is given up.

The speaker with most lines of a conversation is ``{npc}``, anybody else ``{target}``; where the speaker is at
home is ``{home}``, anywhere else ``{place}``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playloom.kinds.quest.grammar import capital, number_words
from playloom.kinds.quest.slots import SLOT, begins_sentence
from playloom_train.kinds.quest.reading.names import Names, singular_currency

_WORD = re.compile(r"\w+")
_DETERMINED = re.compile(
    r"\b(?:the|an?|this|that|these|those|my|your|our|his|its|their|every|each|no)\s+$", re.I
)
_SMALL = sorted({part for n in (*range(100), 100, 1000) for part in number_words(n).split()}, key=len)[::-1]
_AMOUNT = rf"(?:(?:{'|'.join(_SMALL)})(?:[ -](?:{'|'.join(_SMALL)}|and))*|\d{{1,3}}(?:,\d{{3}})+|\d+)"
_COUNTED = re.compile(rf"\b(?!one\b|zero\b|1\b|0\b)({_AMOUNT}) (?=\{{(?:items|enemies)\}})", re.I)
_UNITS = re.compile(r"\{gold\} (?:gold )?(?:coins?|pieces?|crowns?|credits?|gold)\b(?! of)", re.I)
_SEVERAL = {"item": "items", "enemy": "enemies"}
_SAME = frozenset(("npc", "player", "home", "gold", "count"))  # of which a conversation has one


@dataclass(frozen=True)
class _Candidate:
    """A text that may stand in a line, and what it names."""

    text: str
    name: str  # of the thing or person
    slot: str  # or "person", "place"
    risky: bool  # a word that may begin a sentence without being the name


class Replacer:
    """Finds names in lines."""

    def __init__(self, names: Names, lowercase: frozenset[str]) -> None:
        """Prepare.

        Args:
            names: Of the developer's world.
            lowercase: Every word that the dialogue has in small letters; such a word is no part of a name.
        """
        self.names = names
        self._by_word: dict[str, list[_Candidate]] = {}
        for one in _candidates(names, lowercase):
            first = _WORD.search(one.text)
            if first:
                self._by_word.setdefault(first[0], []).append(one)
        for several in self._by_word.values():
            several.sort(key=lambda one: -len(one.text))
        units = {re.escape(unit) for unit in (names.currency, singular_currency(names.currency)) if unit}
        self._gold = re.compile(rf"\b{_AMOUNT} (?:{'|'.join(sorted(units))})\b", re.I) if units else None

    def __call__(self, text: str, giver: str | None) -> str | None:
        """Return a text with slots for names; None if there are more than slots.

        Args:
            text: With slots where the file had inserts.
            giver: Name of the speaker with most lines, if there is one.
        """
        taken: dict[str, str] = {slot: "" for slot in SLOT.findall(text)}
        out, at = "", 0
        while found := _WORD.search(text, at):
            one = self._at(text, found)
            if one is None:
                out, at = out + text[at : found.end()], found.end()
                continue
            start = found.start() - _offset(one.text)
            slot = self._slot(one, giver, taken)
            if slot is None:
                return None
            out, at = f"{out}{text[at:start]}{{{slot}}}", start + len(one.text)
        return self._numbers(out + text[at:], taken)

    def _at(self, text: str, word: re.Match[str]) -> _Candidate | None:
        for one in self._by_word.get(word[0], ()):
            start = word.start() - _offset(one.text)
            end = start + len(one.text)
            if start < 0 or text[start:end] != one.text or re.match(r"\w", text[end:]):
                continue
            before = text[:start]
            if before[-1:] == "{" or re.search(r"\w$", before):
                continue
            if one.slot == "person" and _DETERMINED.search(before) and " " not in one.text:
                continue
            if not (one.risky and begins_sentence(before)):
                return one
        return None

    def _slot(self, one: _Candidate, giver: str | None, taken: dict[str, str]) -> str | None:
        """Return the slot for a name, if it is free or holds that name already."""
        slot = one.slot
        if slot == "person":
            slot = "npc" if giver is not None and one.name == self.names.whole(giver) else "target"
        elif slot == "place" and giver is not None:
            slot = "home" if self.names.homes.get(self.names.whole(giver)) == one.name else "place"
        held = taken.setdefault(slot, one.name)
        return slot if held == one.name or (slot in _SAME and not held) else None

    def _numbers(self, text: str, taken: Mapping[str, str]) -> str:
        """Return a text with slots for amounts of money, and for how many of a thing."""
        if self._gold is not None and "gold" not in taken:
            text = self._gold.sub("{gold}", text)
        text = _UNITS.sub("{gold}", text)  # the slot has its unit
        return text if "count" in taken else _COUNTED.sub("{count} ", text)


def _offset(text: str) -> int:
    """Return where the first word of a name begins."""
    found = _WORD.search(text)
    return found.start() if found else 0


def _candidates(names: Names, lowercase: frozenset[str]) -> Iterable[_Candidate]:
    for name, sort in names.sorts.items():
        risky = sort in ("person", "npc", "target", "player") and name.lower() in lowercase
        for text in _cases(name, proper=sort not in ("item", "enemy", "place", "faction")):
            yield _Candidate(text, name, sort, risky)
    for several, name in names.several.items():
        slot = _SEVERAL.get(names.sorts.get(name, ""))
        for text in _cases(several, proper=False) if slot and several not in names.sorts else ():
            yield _Candidate(text, name, slot or "", risky=False)
    for part, name in names.aliases.items():
        if part.lower() not in lowercase and names.sorts.get(name) == "person":
            yield _Candidate(part, name, "person", risky=False)


def _cases(name: str, *, proper: bool) -> list[str]:
    """Return a name as it stands, and as it stands where a sentence begins."""
    return [name] if proper else list(dict.fromkeys((name, capital(name))))
