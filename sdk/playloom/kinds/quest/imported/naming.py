"""Follows a text with names, as a model spells it, as a template: names come out whole or not at all.

A model that knows nothing of slots writes "Bring the silver key to Mira". Letter by letter each way to read
that is kept: words of the lexicon, or a name of the plan that is on its way, one path down the trie of all
names. A capital inside a sentence can only be a name's, so that once one is begun it can only be finished.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from playloom.kinds.quest.realiser.constraint import Draft, Rules
from playloom.kinds.quest.slots import Filling

WAYS_MOST = 8
_BEFORE_NAME = ("", " ", '"')  # what a name may stand behind
_ONLY_ASKED = ("count", "gold")  # slots that are common words, taken as such where they must be named


@dataclass(frozen=True)
class _Way:
    draft: Draft
    begun: str = ""  # of a name, as the world spells it


@dataclass(frozen=True)
class Reading:
    """A line as far as it is spelt, in every way that it can be read."""

    names: Mapping[str, str]  # slot -> what stands in it
    ways: tuple[_Way, ...]

    @classmethod
    def begin(cls, rules: Rules, fillings: Mapping[str, Filling]) -> "Reading":
        """Begin a line."""
        names = {
            slot: fillings[slot].text
            for slot in sorted(rules.slots)
            if slot in rules.must or slot not in _ONLY_ASKED
        }
        return cls(names, (_Way(Draft(rules)),))

    def add(self, piece: str) -> "Reading | None":
        """Return the reading with a piece more, or None where it cannot be read."""
        ways = self.ways if piece else ()
        for char in piece:
            after: dict[tuple[str, str], _Way] = {}
            for way in ways:
                for one in self._further(way, char):
                    after.setdefault((one.draft.text, one.begun), one)
            ways = tuple(after.values())[:WAYS_MOST]
        return replace(self, ways=ways) if ways else None

    def finished(self) -> Draft | None:
        """Return the line if it may end here, read with as many names as can be."""
        ended = [draft for way in self.ways for draft in self._ended(way) if draft.finished()]
        return max(ended, key=lambda draft: len(draft.named), default=None)

    @property
    def text(self) -> str:
        """The template so far; a name that is not finished is left out."""
        return self.ways[0].draft.text

    @property
    def missing(self) -> tuple[str, ...]:
        """Names that the line must have and has not."""
        rules = self.ways[0].draft.rules
        named = max((way.draft.named for way in self.ways), key=len)
        return tuple(self.names[slot] for slot in sorted(rules.must - named))

    @property
    def rests(self) -> tuple[str, ...]:
        """What a name that is begun must go on with, if there is no other way to read the line."""
        if not all(way.begun for way in self.ways):
            return ()
        every = (
            name[len(way.begun) :]
            for way in self.ways
            for name in self.names.values()
            if name.startswith(way.begun)
        )
        return tuple(sorted({rest for rest in every if rest}))

    def _further(self, way: _Way, char: str) -> list[_Way]:
        if way.begun:
            longer = way.begun + char
            found = [replace(way, begun=longer)] if self._begins(longer) else []
            if not char.isalnum():
                found += [_Way(draft) for one in self._ended(way) if (draft := one.add(char)) is not None]
            return found
        found = []
        draft = way.draft
        if not draft.word and draft.text[-1:] in _BEFORE_NAME:
            cases = (char, char.lower()) if draft.fresh else (char,)  # "Silver key in hand, ..."
            found += [replace(way, begun=one) for one in dict.fromkeys(cases) if self._begins(one)]
        plain = draft.add(char)
        return found if plain is None else [*found, _Way(plain)]

    def _begins(self, text: str) -> bool:
        return any(name.startswith(text) for name in self.names.values())

    def _ended(self, way: _Way) -> list[Draft]:
        """Return the drafts in which the name that was begun is the slot that it stands in."""
        if not way.begun:
            return [way.draft]
        slots = [slot for slot, name in self.names.items() if name == way.begun]
        found = (way.draft.add(f"{{{slot}}}") for slot in slots)
        return [draft for draft in found if draft is not None]
