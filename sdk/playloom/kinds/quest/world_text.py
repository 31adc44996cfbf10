"""Writes a world as the TOML that `world_file` reads, with a word on every table for whoever edits it."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from playloom.kinds.quest.world import World

_HEAD = """\
# A world for `playloom quest`. Rename, add and remove as you like, then run `playloom world check`.
# An id is a-z, 0-9 and _, and is there once; a name is what players read. What you leave out has a default.
# Keys and values are those of the schema that `playloom world schema` prints.
"""
_ABOUT = {
    "people": "who gives quests, and whom they are about.\n"
    "# relations: kin, friend, rival or foe of another one; persona says which lines suit them;\n"
    "# where: where they are when not at home; alive = false: they are only told of.",
    "places": 'names as they stand after "to" or "at"; connections go both ways;\n'
    "# needs: item to get in with; danger: 0 to 3.",
    "items": "one of each, without an article. where: a place or the person who has it; owner: whose it is,\n"
    "# which may be somebody else (lost, stolen); made_of: what somebody could make it of.",
    "enemies": 'tier: 1 a pest, 2 an enemy, 3 feared by all. The tag "speaks": one can talk with it.',
    "factions": "people who act as one; at_odds goes both ways.",
}


def world_toml(world: World) -> str:
    """Return a world as TOML; `parse_world` of it gives the same world."""
    lines = [_HEAD.rstrip(), ""]
    lines += [f"{key} = {_value(getattr(world, key))}" for key in ("name", "genre", "currency")]
    for table, about in _ABOUT.items():
        entries = getattr(world, table)
        if entries:
            lines += ["", f"# {table.capitalize()}: {about}"]
        for entry in entries:
            lines += ["", f"[[{table}]]", *_keys(entry)]
    return "\n".join(lines) + "\n"


def _keys(entry: msgspec.Struct) -> Iterator[str]:
    """Write the keys that differ from their defaults."""
    for field in msgspec.structs.fields(entry):
        value = getattr(entry, field.name)
        if field.required or value not in (field.default, {}, ()):
            yield f"{field.name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)
