"""Reading ``world.toml``, with the line of everything that is wrong in it."""

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import get_args

import msgspec

from playloom.errors import FileInvalid, KindUnknown
from playloom.files import read_regular
from playloom.kinds.quest.world import Enemy, Faction, Gender, Genre, Item, Person, Place, Relation, World
from playloom.kinds.quest.world_check import Fault, faults, listed, nearest

EXAMPLES = ("thornford", "halcyon", "saltmouth")  # unlike worlds that come with Playloom
_BYTES_HIGH = 1 << 20
_LINE_HIGH = 4000  # characters; a longer one is no world that somebody wrote
_TABLES = {"people": Person, "places": Place, "items": Item, "enemies": Enemy, "factions": Faction}
_CHOICES = {"genre": get_args(Genre), "gender": get_args(Gender), "relations": get_args(Relation)}
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z_]+)\s*\]")
_AT = re.compile(r" - at `(?:key in )?\$(?:\.([a-z_]+))?(?:\[(\d+)\])?(?:\.([a-z_]+))?[^`]*`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.{0,60})")


def read_world(path: str | Path) -> World:
    """Read a world from TOML.

    Raises:
        FileInvalid: If the file is missing, not TOML, or the world does not hold together; says on which
            lines, as far as each entry has its own ``[[table]]``.
    """
    path = Path(path)
    data = read_regular(path, _BYTES_HIGH + 1, "a world file")
    if len(data) > _BYTES_HIGH:
        raise FileInvalid(f"{path}: is larger than 1 MiB; a world file is at most that")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileInvalid(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    return parse_world(text, str(path))


def parse_world(text: str, where: str) -> World:
    """Read a world from the text of a TOML file; ``where`` names it in messages.

    Raises:
        FileInvalid: As `read_world`.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > _LINE_HIGH:
            raise FileInvalid(f"{where}: line {number} has over {_LINE_HIGH} characters; break it up")
    try:
        world = msgspec.toml.decode(text, type=World, strict=True)
    except msgspec.ValidationError as error:
        fault = _of_types(str(error))
        raise FileInvalid(f"{where}: {_located(fault, lines)}") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise FileInvalid(f"{where}: not TOML: {reason}; `playloom world new` shows how it looks") from error
    found = list(faults(world))
    if found:
        raise FileInvalid(f"{where}: {listed([_located(fault, lines) for fault in found])}")
    return world


def _of_types(message: str) -> Fault:
    """Turn what msgspec says of a wrong type into a fault."""
    at = _AT.search(message)
    table, index, key = (at[1], at[2], at[3]) if at else (None, None, None)
    text = message[: at.start()] if at else message
    unknown = _UNKNOWN.match(text)
    sort = _TABLES.get(table) if table is not None and index is not None else World
    if unknown and sort is not None:
        known = sort.__struct_fields__
        key = unknown[1].rstrip("`")
        near = nearest(key, known) or "leave it out"
        text = f"no such key; {near} It can have {', '.join(known)}"
    text = re.sub(r" matching regex '\^\[a-z\].*'", " of a-z, 0-9 and _ that begins with a letter", text)
    choices = _CHOICES.get(key or table or "")
    if text.startswith("Invalid enum value") and choices:
        text = f"{text}; choose of {', '.join(choices)}"
    if index is None:
        return Fault(None, 0, key or table or "world", text)
    return Fault(table, int(index), key or "entry", text)


def _located(fault: Fault, lines: list[str]) -> str:
    line = _line_of(fault, lines)
    return f"line {line}, {fault}" if line else str(fault)


def _line_of(fault: Fault, lines: list[str]) -> int | None:
    """Return the number of the line that a fault is on, where entries stand under headers of their own."""
    inside, seen, start = fault.table is None, -1, None
    key = re.compile(rf"\s*\"?{re.escape(fault.key)}\"?\s*[=.]")
    for number, line in enumerate(lines, 1):
        header = _HEADER.match(line)
        if header:
            own = header[1] == "[[" and header[2] == fault.table
            if (inside and start is not None) or fault.table is None:
                return start
            seen += own
            inside = own and seen == fault.index
            start = number if inside else None
        elif inside and key.match(line):
            return number
    return start


@cache
def example_world(name: str) -> World:
    """Return a world that comes with Playloom.

    Raises:
        KindUnknown: If there is none of that name.
    """
    return parse_world(example_text(name), f"{name}.toml")


def example_text(name: str) -> str:
    """Return the file of a world that comes with Playloom; raises as `example_world`."""
    if name not in EXAMPLES:
        raise KindUnknown(f"no example world is called {name!r}; there are {', '.join(EXAMPLES)}")
    return resources.files("playloom.kinds.quest").joinpath(f"worlds/{name}.toml").read_text("utf-8")
