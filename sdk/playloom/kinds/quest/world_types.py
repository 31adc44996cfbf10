"""Turns a decoded TOML document into a world, and finds every key of a wrong type, not only the first.

Where a value is wrong another takes its place, so that what hangs together can be judged nevertheless; what
is then said of such a place is left out.
"""

import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from playloom.kinds.quest.world import Enemy, Faction, Gender, Genre, Item, Person, Place, Relation, World
from playloom.kinds.quest.world_check import Fault, nearest

TABLES: dict[str, type[msgspec.Struct]] = {
    "people": Person,
    "places": Place,
    "items": Item,
    "enemies": Enemy,
    "factions": Faction,
}
_CHOICES = {"genre": get_args(Genre), "gender": get_args(Gender), "relations": get_args(Relation)}
_REFERENCES = ("home", "where", "faction", "needs", "owner", "made_of")
_AT = re.compile(r" - at `[^`]*`$")
_UNKNOWN_HIGH, _KEY_HIGH = 12, 40  # unknown keys that are told of one entry; characters shown of each
_UNUSED = "unused"  # stands where a text is missing

_Where = tuple[str | None, int, str]  # as in a Fault: table, index, key


def world_of(document: dict[str, Any]) -> tuple[World, list[Fault], set[_Where]]:
    """Return the world of a document, what is wrong with its types, and where another value stands."""
    found: list[Fault] = []
    given = dict(document)
    tables: dict[str, tuple[Any, ...]] = {}
    for table, sort in TABLES.items():
        entries = given.pop(table, [])
        high = _most(table)
        if not isinstance(entries, list) or len(entries) > high:
            what = f"{len(entries)} entries" if isinstance(entries, list) else _named(entries)
            found.append(Fault(None, 0, table, f"expected at most {high} entries [[{table}]], got {what}"))
            entries = []
        made = [_entry(table, index, sort, entry) for index, entry in enumerate(entries)]
        tables[table] = tuple(entry for entry, _ in made)
        found += [fault for _, faults in made for fault in faults]
    own = [one for one in msgspec.structs.fields(World) if one.name not in TABLES]
    values, faults = _values(None, 0, own, given, [one.name for one in msgspec.structs.fields(World)])
    world = World(**(values | tables))
    return world, [*faults, *found], {(one.table, one.index, one.key) for one in [*faults, *found]}


def _most(table: str) -> int:
    field = next(one for one in msgspec.structs.fields(World) if one.name == table)
    meta = get_args(field.type)[1]
    assert isinstance(meta, msgspec.Meta) and meta.max_length is not None
    return meta.max_length


def _entry(table: str, index: int, sort: type[msgspec.Struct], entry: Any) -> tuple[Any, list[Fault]]:
    """Return one entry of a table with what is wrong with it."""
    fields = msgspec.structs.fields(sort)
    wrong = []
    if not isinstance(entry, dict):
        wrong, entry = [Fault(table, index, "entry", f"expected a table of keys, got {_named(entry)}")], {}
    values, faults = _values(table, index, fields, entry, [one.name for one in fields])
    return sort(**values), wrong or faults


def _values(
    table: str | None, index: int, fields: Any, given: dict[str, Any], known: list[str]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the value of every field, and what is wrong with those given."""
    values, found = {}, []
    for field in fields:
        raw = given.get(field.name)
        if field.name in _REFERENCES and isinstance(raw, str):  # a name, say: judged with all the ids known
            values[field.name] = raw
            continue
        if field.name not in given:
            if field.required:
                found.append(Fault(table, index, field.name, "is missing; add it"))
                values[field.name] = f"{_UNUSED}_{index}"
            continue
        try:
            values[field.name] = msgspec.convert(raw, field.type, strict=True)
        except msgspec.ValidationError as error:
            found.append(Fault(table, index, field.name, _said(str(error), field.name, raw)))
            if field.required:
                values[field.name] = raw if isinstance(raw, str) and raw else f"{_UNUSED}_{index}"
    own = {field.name for field in fields}
    for key in [key for key in given if key not in own][:_UNKNOWN_HIGH]:
        near = nearest(key[:_KEY_HIGH], known) or "leave it out"
        text = f"no such key; {near} It can have {', '.join(known)}"
        found.append(Fault(table, index, ascii(key[:_KEY_HIGH])[1:-1], text))
    return values, found


def _said(message: str, key: str, value: Any) -> str:
    """Return what msgspec says of a value, in words for whoever wrote it."""
    text = _AT.sub("", message)
    text = re.sub(r" matching regex '\^\[a-z\].*'", " of a-z, 0-9 and _ that begins with a letter", text)
    choices = _CHOICES.get(key)
    if choices and text.startswith("Invalid enum value"):
        words = [*value.values()] if isinstance(value, dict) else [value]
        near = next(
            (nearest(word, choices) for word in words if isinstance(word, str) and word not in choices), ""
        )
        text = f"{text}; {f'{near} ' if near else ''}choose of {', '.join(choices)}"
    return text


def _named(value: Any) -> str:
    return {dict: "a table", list: "a list", str: "a text", bool: "true or false"}.get(
        type(value), "a number"
    )


def uncounted(faults: Iterator[Fault], instead: set[_Where]) -> Iterator[Fault]:
    """Leave out what is said of places where another value stands."""
    return (fault for fault in faults if (fault.table, fault.index, fault.key) not in instead)
