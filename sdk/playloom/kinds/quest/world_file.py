"""Reading ``world.toml``, with the line of everything that is wrong in it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from playloom.errors import FileInvalid, KindUnknown
from playloom.files import read_text
from playloom.kinds.quest.words import Rating, blocked_word
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_check import Fault, faults, listed, texts_of
from playloom.kinds.quest.world_types import uncounted, world_of

EXAMPLES = ("thornford", "halcyon", "saltmouth")  # unlike worlds that come with Playloom
_LINE_HIGH = 4000  # characters; a longer one is no world that somebody wrote
_HEADER = re.compile(r"\s*\[(\[)?\s*([A-Za-z_]+)\s*\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*(?:\.[^=]*)?=\s*")

_Where = tuple[str | None, int, str]  # table, index, key


@dataclass(frozen=True)
class Located:
    """A fault, and where in the file it is."""

    line: int | None  # None: the file does not give it a line of its own
    column: int | None
    fault: Fault

    def __str__(self) -> str:
        """Return ``line 8, column 8, people[0].home: ...``."""
        return f"line {self.line}, column {self.column}, {self.fault}" if self.line else str(self.fault)


def read_world(path: str | Path) -> World:
    """Read a world from TOML.

    Raises:
        FileInvalid: If the file is missing, not TOML, or the world does not hold together; says on which
            lines, as far as each entry has its own ``[[table]]``.
    """
    return parse_world(read_world_text(path), str(path))


def read_world_text(path: str | Path) -> str:
    """Return the text of a world file, its size and encoding checked.

    Raises:
        FileInvalid: If it cannot be read, is too large or no UTF-8.
    """
    return read_text(Path(path), 1, "a world file", "a world file is at most that")


def parse_world(text: str, where: str) -> World:
    """Read a world from the text of a TOML file; ``where`` names it in messages.

    Raises:
        FileInvalid: As `read_world`.
    """
    world, found = examine(text, where)
    if found:
        raise FileInvalid(f"{where}: {listed([str(one) for one in found])}")
    return world


def examine(text: str, where: str, rating: Rating | None = None) -> tuple[World, list[Located]]:
    """Return the world of a TOML file as far as it can be read, and everything that is wrong with it.

    Args:
        text: Of the file.
        where: Names it in messages.
        rating: Words that it keeps out are wrong; None: words are not looked at.

    Raises:
        FileInvalid: If it is no TOML, so that nothing else can be said of it.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > _LINE_HIGH:
            raise FileInvalid(f"{where}: line {number} has over {_LINE_HIGH} characters; break it up")
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise FileInvalid(
            f"{where}: not TOML: {ascii(reason)[1:-1]}; `playloom world new` shows how it looks"
        ) from error
    world, found, instead = world_of(document)
    found += uncounted(faults(world), instead)
    if rating is not None:
        found += uncounted(_kept_out(world, rating), instead)
    places = _places(lines)
    located = []
    for fault in found:
        whole = places.get((fault.table, fault.index, ""), (None, None))
        place: tuple[int, int] | tuple[None, None]
        place = places.get((fault.table, fault.index, fault.key), whole)
        located.append(Located(place[0], place[1], fault))
    return world, sorted(located, key=lambda one: one.line or 0)


def _kept_out(world: World, rating: Rating) -> Iterator[Fault]:
    """Find words that a rating keeps out."""
    for table, index, key, text in texts_of(world):
        if word := blocked_word(text, rating):
            yield Fault(table, index, key, f"{word!r} is kept out at rating {rating!r}; choose another word")


def _places(lines: list[str]) -> dict[_Where, tuple[int, int]]:
    """Return line and column of every entry (its key is "") and value, as far as headers tell them apart."""
    found: dict[_Where, tuple[int, int]] = {}
    table: str | None = None
    index, entries = 0, Counter[str]()
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table, index = header[2], entries[header[2]]
            entries[table] += 1
            found.setdefault((table, index, ""), (number, 1))
        elif key := _KEY.match(line):
            found.setdefault((table, index, key[1]), (number, key.end() + 1))
    return found


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
