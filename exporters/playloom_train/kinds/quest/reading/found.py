"""What the readers hand on: conversations of spoken lines, and what was left out with the reason.

A reader of a format makes `Node`s: what stands in one knot, node, passage or title. Nodes that lead to each
other become one conversation; what becomes of its lines is `finish`'s.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from playloom.kinds.quest.slots import slots_of

EXAMPLES_HIGH = 3  # places that are told of each reason


@dataclass(frozen=True)
class SpokenLine:
    """One utterance to learn from."""

    text: str  # a template: names are slots where they are known
    speaker: str | None  # "{npc}", "{player}", "{target}", or as the file calls them; None: narration
    act: str | None  # one of `vocabulary.EVERY_ACT`, where it can be told surely
    step: str | None = None  # one of `vocabulary.STEPS`, where the file says it

    @property
    def slots(self) -> frozenset[str]:
        """The slots that its text names."""
        return slots_of(self.text)


@dataclass(frozen=True)
class About:
    """What a file says of a conversation; None: nothing."""

    licence: str | None = None
    strategy: str | None = None
    tone: str | None = None
    persona: str | None = None
    genre: str | None = None


@dataclass(frozen=True)
class Conversation:
    """Lines that belong together, in the order of the file."""

    name: str  # of the file, and of what stands in it: "inn.yarn#Barkeep"
    lines: tuple[SpokenLine, ...]
    where: str  # "inn.yarn:12", its first line
    licence: str | None
    about: About = About()


@dataclass(frozen=True)
class Said:
    """A line as a file has it: markup is gone, inserts stand in braces."""

    text: str
    speaker: str | None  # as written; None: nobody in particular
    number: int  # of its line or record in the file, from 1
    act: str | None = None
    step: str | None = None
    quest: str = ""  # which of Playloom's own quests the line is of, by its id


@dataclass
class Node:
    """Lines under one name in a file."""

    name: str
    said: list[Said] = field(default_factory=list)
    links: set[str] = field(default_factory=set)  # names of nodes that it leads to
    aliases: set[str] = field(default_factory=set)  # other names that lead to it
    about: About = About()


@dataclass
class Ledger:
    """Counts what is left out, by reason, with a few places of each."""

    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, reason: str, where: str) -> None:
        """Note one line or file that is not kept."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
        shown = self.places.setdefault(reason, [])
        if len(shown) < EXAMPLES_HIGH:
            shown.append(where)


def joined(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes in the order of the file, those as one that lead to each other or are of one quest."""
    every = [node for node in nodes if node.said or node.links]
    parents = list(range(len(every)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    known: dict[str, int] = {}
    for place, node in enumerate(every):
        for name in (node.name, *node.aliases, *(f"quest {said.quest}" for said in node.said if said.quest)):
            parents[root(place)] = root(known.setdefault(name, place))
    for place, node in enumerate(every):
        for link in node.links & known.keys():
            parents[root(place)] = root(known[link])
    groups: dict[int, Node] = {}
    for place, node in enumerate(every):
        whole = groups.setdefault(root(place), Node(node.name, about=node.about))
        whole.said += node.said
    return [node for node in groups.values() if node.said]
