"""Whether the lines of a quest are filled, told apart, and name only what exists."""

import re
from collections import Counter
from collections.abc import Iterator

from playloom.kinds.quest.capitals import WORD, names_in
from playloom.kinds.quest.content import NARRATOR, PLAYER, Line, Quest
from playloom.kinds.quest.world import Enemy, Faction, Item, Person, Place, World

_SLOT = re.compile(r"\{([a-z_]+)\}")
_LINE_ID = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_ARTICLE = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
)
_SORTS: dict[str, type] = {
    "npc": Person,
    "target": Person,
    "home": Place,
    "place": Place,
    "faction": Faction,
    "item": Item,
    "items": Item,
    "reward": Item,
    "enemy": Enemy,
    "enemies": Enemy,
}
_PLURAL = ("items", "enemies")


def word_faults(quest: Quest, world: World) -> Iterator[str]:
    """Find lines that are empty, not filled or not printable, ids that are none, and what is there twice."""
    lines = quest.lines()
    for name, count in Counter(line.id for line in lines).items():
        if count > 1:
            yield f"line {name!r} is there {count} times"
        if not _LINE_ID.fullmatch(name):
            yield f"line {name!r} has an id with other signs than letters, digits and _"
    texts: dict[str, str] = {}
    for line in lines:
        if not line.text.strip() or not line.text.isprintable():
            yield f"line {line.id!r} is empty, or has control or invisible characters"
        if "{" in line.text or "}" in line.text:
            yield f"line {line.id!r} has a slot that is not filled: {line.text[:60]!r}"
        other = texts.setdefault(line.text.casefold(), line.id)
        if other != line.id:
            yield f"lines {other!r} and {line.id!r} say the same: {line.text[:60]!r}"


def name_faults(quest: Quest, world: World) -> Iterator[str]:
    """Find names that a line's slots should have brought and did not, and names that the world lacks."""
    known = _known_words(quest, world)
    for word in names_in(quest.title, title=True):
        if not _stems(word.casefold()) & known:
            yield f"the title names {word!r}, which is not in the world"
    for line in quest.lines():
        yield from _slot_faults(line, quest, world)
        for word in names_in(line.text):
            if not _stems(word.casefold()) & known:
                yield f"line {line.id!r} names {word!r}, which is not in the world"


def _stems(word: str) -> set[str]:
    """Return a word, and what it is without what follows an apostrophe: Bo's, Bo'll."""
    return {word, re.sub(r"['’](?:s|ll|d|re|ve)$", "", word)}


def _known_words(quest: Quest, world: World) -> set[str]:
    """Return every word of every name there is, of the currency and of numbers, in small letters."""
    texts = [entity.name for entity in world.by_id.values()]
    texts += [item.plural for item in world.items if item.plural is not None]
    texts += [enemy.plural for enemy in world.enemies if enemy.plural is not None]
    texts += [quest.names.get(PLAYER, ""), str(quest.request.get("player", "")), world.currency, _NUMBERS]
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def _slot_faults(line: Line, quest: Quest, world: World) -> Iterator[str]:
    """Each slot shows exactly the name of one thing of its sort, a leading article aside."""
    text = line.text.casefold()
    for slot, times in Counter(_SLOT.findall(line.template)).items():
        if slot not in _SORTS:
            continue
        names = [_shown(slot, world, key) for key in _candidates(slot, quest, world)]
        end = "" if slot in _PLURAL else r"(?!\w)"
        if not any(len(re.findall(rf"(?<!\w){re.escape(name)}{end}", text)) >= times for name in names):
            yield f"line {line.id!r} does not show what {{{slot}}} stands for: {line.text[:60]!r}"


def _candidates(slot: str, quest: Quest, world: World) -> list[str]:
    """Return the ids that a slot of this quest may stand for."""
    if slot == "npc":
        return [quest.giver]
    if slot == "target" and quest.target is not None:
        return [quest.target]
    keys = quest.names if quest.names else world.by_id
    return [key for key in keys if isinstance(world.by_id.get(key), _SORTS[slot]) and key != NARRATOR]


def _shown(slot: str, world: World, key: str) -> str:
    """Return what must stand in the text, in small letters: a name, or of a plural as much as is certain."""
    entity = world.by_id[key]
    if slot in _PLURAL and isinstance(entity, Item | Enemy):
        if entity.plural is not None:
            return entity.plural.casefold()
        return entity.name.casefold()[: max(1, len(entity.name) - 2)]  # "ies" and "ves" change the end
    return _ARTICLE.sub("", entity.name.casefold())
