"""What does not hold together in a world: `faults` finds it, `check_world` refuses it."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import NARRATOR, PLAYER
from playloom.kinds.quest.world import Enemy, Entity, Faction, Item, Person, Place, World

FAULTS_SHOWN = 12
SIGNS = "'’‘\"“”«»-–—.,!?…"  # allowed in names besides letters, digits and spaces
_OPENING = "'’‘\"“«"
_SORTS: dict[type, tuple[str, str]] = {
    Person: ("people", "a person"),
    Place: ("places", "a place"),
    Item: ("items", "an item"),
    Enemy: ("enemies", "an enemy"),
    Faction: ("factions", "a faction"),
}
_TWICE = re.compile(rf"([ {re.escape(SIGNS)}])\1")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where: a key of the world, or of an entry of one of its tables."""

    table: str | None  # None: a key of the world itself
    index: int  # of the entry
    key: str
    text: str

    @property
    def where(self) -> str:
        """Return ``people[0].home``."""
        return self.key if self.table is None else f"{self.table}[{self.index}].{self.key}"

    def __str__(self) -> str:
        """Return ``people[0].home: ...``."""
        return f"{self.where}: {self.text}"


def check_world(world: World) -> None:
    """Refuse a world that does not hold together.

    Raises:
        RequestInvalid: Names up to twelve faults.
    """
    try:
        msgspec.convert(msgspec.to_builtins(world), World, strict=True)  # of Python, which checks no types
    except msgspec.ValidationError as error:
        raise RequestInvalid(f"world {world.name!r}: {error}") from error
    found = list(faults(world))
    if found:
        raise RequestInvalid(f"world {world.name!r}: {listed([str(fault) for fault in found])}")


def listed(texts: list[str]) -> str:
    """Return faults for a message: one on the line itself, several below each other."""
    if len(texts) == 1:
        return texts[0]
    more = [f"and {len(texts) - FAULTS_SHOWN} more"] if len(texts) > FAULTS_SHOWN else []
    return "\n  ".join([f"{len(texts)} things to mend", *texts[:FAULTS_SHOWN], *more])


def faults(world: World) -> Iterator[Fault]:
    """Find what is wrong with a world whose keys have the right types, entry by entry."""
    for key in ("name", "currency"):
        problem = text_problem(getattr(world, key))
        if problem:
            yield Fault(None, 0, key, problem)
    for table, entries in _tables(world):
        if not entries and table in ("people", "places"):
            yield Fault(None, 0, table, f"there are none; add one under [[{table}]]")
    seen: dict[str, str] = {}  # id -> where
    names: dict[str, str] = {}  # name in small letters -> id
    for table, entries in _tables(world):
        for index, entry in enumerate(entries):
            yield from _own_faults(table, index, entry, seen, names)
    by_id = {entry.id: entry for _, entries in _tables(world) for entry in entries}
    for table, entries in _tables(world):
        for index, entry in enumerate(entries):
            for key, wanted, sorts in _references(entry):
                problem = _reference_problem(entry, wanted, sorts, by_id)
                if problem:
                    yield Fault(table, index, key, problem)
    yield from _item_faults(world)


def texts_of(world: World) -> Iterator[tuple[str | None, int, str, str]]:
    """Find every text of a world that may be said or chosen by: table, index, key, text."""
    yield from ((None, 0, key, getattr(world, key)) for key in ("name", "currency"))
    for table, entries in _tables(world):
        for index, entry in enumerate(entries):
            for key in ("name", "plural", "role", "persona"):
                if text := getattr(entry, key, None):
                    yield table, index, key, text


def _tables(world: World) -> tuple[tuple[str, tuple[Entity, ...]], ...]:
    return (
        ("people", world.people),
        ("places", world.places),
        ("items", world.items),
        ("enemies", world.enemies),
        ("factions", world.factions),
    )


def _own_faults(
    table: str, index: int, entry: Entity, seen: dict[str, str], names: dict[str, str]
) -> Iterator[Fault]:
    if entry.id in (PLAYER, NARRATOR):
        yield Fault(table, index, "id", f"{entry.id!r} is kept for the {entry.id}; choose another one")
    elif entry.id in seen:
        yield Fault(table, index, "id", f"{entry.id!r} is {seen[entry.id]} already; every id is there once")
    seen.setdefault(entry.id, f"{table}[{index}]")
    for key in ("name", "role", "plural"):
        text = getattr(entry, key, None)
        problem = text_problem(text) if text is not None else ""
        if problem:
            yield Fault(table, index, key, problem)
    if isinstance(entry, Person) and not entry.persona.isprintable():
        yield Fault(table, index, "persona", "has control or invisible characters; remove them")
    other = names.setdefault(entry.name.casefold(), entry.id)
    if other != entry.id:
        yield Fault(table, index, "name", f"{entry.name!r} is the name of {other!r} too; tell them apart")


def text_problem(text: str) -> str:
    """Return what is wrong with a name that players will read, "" if nothing is.

    Letters and digits of any script, spaces and a few signs: no markup of any writer's tool can be made of
    them.
    """
    for sign in text:
        if sign not in SIGNS and sign != " " and unicodedata.category(sign)[0] not in "LMN":
            return f"{text[:40]!a} has {sign!a}; use letters, digits, spaces and {' '.join(SIGNS)}"
    if not any(unicodedata.category(sign)[0] == "L" for sign in text):
        return f"{text[:40]!a} has no letter; write a name"
    if unicodedata.normalize("NFC", text) != text:
        return f"{text[:40]!a} has letters apart from their accents; write it in composed form (NFC)"
    if text != text.strip() or _TWICE.search(text):
        return f"{text[:40]!a} has a space at an end, or a space or sign twice in a row; remove it"
    if unicodedata.category(text[0])[0] not in "LN" and text[0] not in _OPENING:
        return f"{text[:40]!a} begins with {text[0]!a}; begin with a letter, a digit or a quotation mark"
    return ""


def _references(entry: Entity) -> Iterator[tuple[str, str, tuple[type, ...]]]:
    """Find the ids that an entry speaks of: key, id, what it may be."""
    match entry:
        case Person():
            yield "home", entry.home, (Place,)
            yield from (("where", key, (Place,)) for key in (entry.where,) if key)
            yield from (("faction", key, (Faction,)) for key in (entry.faction,) if key)
            yield from (("relations", key, (Person,)) for key in entry.relations)
        case Place():
            yield from (("connections", key, (Place,)) for key in entry.connections)
            yield from (("needs", key, (Item,)) for key in (entry.needs,) if key)
        case Item():
            yield from (("where", key, (Place, Person)) for key in (entry.where,) if key)
            yield from (("owner", key, (Person, Faction)) for key in (entry.owner,) if key)
            yield from (("made_of", key, (Item,)) for key in (entry.made_of,) if key)
        case Enemy():
            yield "where", entry.where, (Place,)
        case Faction():
            yield from (("at_odds", key, (Faction,)) for key in entry.at_odds)


def _reference_problem(entry: Entity, wanted: str, sorts: tuple[type, ...], by_id: dict[str, Entity]) -> str:
    expected = " or ".join(_SORTS[sort][1] for sort in sorts)
    if wanted == entry.id:
        return f"{wanted!r} is the entry itself; expected the id of another one, {expected}"
    found = by_id.get(wanted)
    if found is None:
        known = {key: key for key, other in by_id.items() if isinstance(other, sorts) and key != entry.id}
        known |= {by_id[key].name.casefold(): key for key in [*known]}
        tables = " or ".join(f"[[{_SORTS[sort][0]}]]" for sort in sorts)
        hint = nearest(wanted.casefold(), known) or f"add {expected} under {tables}"
        return f"nothing has the id {wanted[:40]!r}; {hint}"
    if not isinstance(found, sorts):
        return f"{wanted!r} is {_SORTS[type(found)][1]}; expected the id of {expected}"
    return ""


def nearest(name: str, known: Collection[str] | Mapping[str, str]) -> str:
    """Return words that name the likeliest of ``known``, "" if none is like it; a mapping: its value."""
    near = difflib.get_close_matches(name, known, n=1)
    meant = [known[one] if isinstance(known, Mapping) else one for one in near]
    return f"did you mean {meant[0]!r}?" if meant else ""


def _item_faults(world: World) -> Iterator[Fault]:
    people = {person.id: person for person in world.people}
    made_of = {item.id: item.made_of for item in world.items}
    for index, item in enumerate(world.items):
        if item.where is None and item.made_of is None:
            yield Fault(
                "items",
                index,
                "where",
                f"{item.id!r} is nowhere; name a place or a person, or what it is made_of",
            )
        if item.where in people and not people[item.where].alive:
            yield Fault("items", index, "where", f"{item.where!r} is dead; name the place where it lies")
        above, source = {item.id}, item.made_of
        while source is not None and source not in above:
            above.add(source)
            source = made_of.get(source)
        if source == item.id:
            yield Fault(
                "items", index, "made_of", f"{item.id!r} is in the end made of itself; break the circle"
            )
