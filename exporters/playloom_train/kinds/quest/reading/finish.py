"""From lines as files have them to lines to learn from: slots for inserts and names, and what is dropped."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from playloom.kinds.quest.slots import SLOT, begins_sentence
from playloom_train.kinds.quest.reading.found import Conversation, Ledger, Node, Said, SpokenLine
from playloom_train.kinds.quest.reading.inserts import slot_of, with_slots
from playloom_train.kinds.quest.reading.names import Names, names_of_speakers
from playloom_train.kinds.quest.reading.personal import personal
from playloom_train.kinds.quest.reading.replacing import Replacer

TEXT_HIGH = 1_000  # characters of a line; longer ones are prose, no dialogue
NPC, TARGET, PLAYER = "{npc}", "{target}", "{player}"
_PLAYERS = frozenset(("you", "player", "me", "pc", "hero", "mc", "the player"))
_NOBODIES = frozenset(("narrator", "narration", "narrative", "none", "null", "description", "system"))
_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))  # categories of Unicode
_JOINERS = "\u200c\u200d\ufe0f"  # part of how some languages and pictures are written
_NO_NAMES = frozenset(  # words with capitals that name nobody
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February",
     "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
     "Mr", "Mrs", "Ms")
)  # fmt: skip
_LOWER = re.compile(r"(?<![\w'’])[a-zß-öø-ÿ][\w]*")
_UPPER = re.compile(
    r"[^\W\d_a-z][a-zß-öø-ÿ][\w]*(?:['’-][A-Z]\w+)*(?: (?:of |the )?[^\W\d_a-z][a-zß-öø-ÿ]\w*)*"
)


@dataclass(frozen=True)
class File:
    """What one file says."""

    name: str
    nodes: list[Node]


def finish(files: Iterable[File], names: Names | None, ledger: Ledger) -> list[Conversation]:
    """Return conversations with everything in place that a line must keep.

    Args:
        files: In the order in which they are read.
        names: Of the developer's world; None: speakers are taken for people.
        ledger: Takes what is left out.
    """
    every = list(files)
    lowercase = frozenset(
        word
        for file in every
        for node in file.nodes
        for one in node.said
        for word in _LOWER.findall(one.text)
    )
    if names is None:
        labels = [one.speaker for file in every for node in file.nodes for one in node.said if one.speaker]
        names = names_of_speakers(filter(lambda label: role_of(label, Names()) is None, labels), lowercase)
    finishing = _Finishing(names, Replacer(names, lowercase), ledger)
    found = [finishing.conversation(file.name, node) for file in every for node in file.nodes]
    return [one for one in found if one is not None]


def role_of(label: str, names: Names) -> str | None:
    """Return "{player}" for the player's label, "" for the narrator's, None for anybody else's."""
    plain = label.strip().casefold()
    inside = re.fullmatch(r"\{([^{}]*)\}", label.strip())
    slot = slot_of(inside[1], names.inserts) if inside else None
    if plain in _PLAYERS or slot == "player" or names.sorts.get(label) == "player":
        return PLAYER
    if plain in _NOBODIES or not plain:
        return ""
    return f"{{{slot}}}" if slot in ("npc", "target") else None


class _Finishing:
    def __init__(self, names: Names, replacer: Replacer, ledger: Ledger) -> None:
        self.names, self.replacer, self.ledger = names, replacer, ledger

    def conversation(self, file: str, node: Node) -> Conversation | None:
        """Return a node's lines as they are learnt from; None if none is left."""
        giver, roles = self._roles(node.said)
        lines: list[SpokenLine] = []
        said_before: set[tuple[str | None, str]] = set()
        for one in node.said:
            text, reason = self._text(one.text, giver)
            speaker = roles.get(one.speaker or "")
            if not reason and (speaker, text) in said_before:
                reason = "the same said before in the conversation"
            if reason:
                self.ledger.leave(reason, f"{file}:{one.number}")
                continue
            said_before.add((speaker, text))
            lines.append(SpokenLine(text, speaker, one.act, one.step))
        if not lines:
            return None
        where = f"{file}:{node.said[0].number}"
        return Conversation(
            f"{file}#{node.name[:80]}" if node.name else file,
            tuple(lines),
            where,
            node.about.licence,
            node.about,
        )

    def _roles(self, said: list[Said]) -> tuple[str | None, dict[str, str | None]]:
        """Return who says most, but for player and narrator, and what each label becomes."""
        counts = Counter(one.speaker for one in said if one.speaker)
        known = {label: role_of(label, self.names) for label in counts}
        others = [label for label, _ in counts.most_common() if known[label] is None]
        roles = {label: label if role is None else role or None for label, role in known.items()}
        free = [slot for slot in (NPC, TARGET) if slot not in known.values()]
        roles |= dict(zip(others, free, strict=False))
        giver = next((label for label, role in roles.items() if role == NPC and label in others), None)
        return giver, roles

    def _text(self, text: str, giver: str | None) -> tuple[str, str]:
        """Return a line as it is learnt from, or why it is not."""
        text = " ".join(text.split())
        checks: tuple[tuple[Callable[[str], bool], str], ...] = (
            (lambda words: not re.search(r"[^\W_]", SLOT.sub("x", words)), "no words in it"),
            (_unprintable, "characters that are no text"),
            (lambda words: len(words) > TEXT_HIGH, f"longer than {TEXT_HIGH} characters"),
        )
        for is_so, reason in checks:
            if is_so(text):
                return "", reason
        if kind := personal(text):
            return "", f"personal data: {kind}"
        slotted = with_slots(text, self.names.inserts)
        if slotted is None:
            return "", "an insert of the game that is no slot we know"
        named = self.replacer(slotted, giver)
        if named is None:
            return "", "names more than there are slots for"
        return " ".join(named.split()), ""


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(char) in _UNPRINTABLE and char not in _JOINERS for char in text)


def unknown_names(conversations: Iterable[Conversation]) -> Counter[str]:
    """Count words with capitals inside sentences: perhaps names that nobody has told."""
    found: Counter[str] = Counter()
    lowercase: set[str] = set()
    for one in conversations:
        for line in one.lines:
            lowercase.update(_LOWER.findall(line.text))
            if line.act == "title":
                continue
            for name in _UPPER.finditer(line.text):
                rest = name[0].partition(" ")[2]
                # The word that a sentence begins with has its capital from there.
                found[rest if begins_sentence(line.text[: name.start()]) else name[0]] += 1
    del found[""]
    return Counter(
        {
            name: count
            for name, count in found.items()
            if name.lower() not in lowercase and name.removesuffix("s") not in _NO_NAMES
        }
    )
