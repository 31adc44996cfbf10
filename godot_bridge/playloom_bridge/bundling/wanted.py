"""Reading ``requests.toml``: the content that a pack is to hold, with the line of what is wrong in it."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from playloom.errors import FileInvalid
from playloom.files import read_text
from playloom_bridge.requests import METHODS, Place, Seed

ENTRIES_HIGH = 10_000  # of one pack
NOT_CONTENT = ("priority", "deadline_ms", "stream")  # fields that change nothing about what is made
_HEADER = re.compile(r"\s*\[\[\s*request\s*\]\]")
_RANGE = re.compile(r"([0-9]{1,19})\.\.([0-9]{1,19})")
_FIELD = re.compile(r"`\$\.([A-Za-z_]+)")  # in msgspec's messages
_SEEDLESS = ("walk", "list")
_PAYLOADS = ("sprite", "walk", "quest")  # that may start from a file, or from what was made before


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of ours in a ``[[request]]``; all others are those of its method."""

    method: Literal["level", "chunk", "sprite", "walk", "quest", "list"]
    count: Annotated[int, Meta(ge=1, le=ENTRIES_HIGH)] | None = None
    seeds: Annotated[tuple[Seed, ...], Meta(min_length=1, max_length=ENTRIES_HIGH)] | str | None = None
    area: tuple[Place, Place, Place, Place] | None = None
    name: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    of: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    payload: Annotated[str, Meta(min_length=1, max_length=1024)] | None = None


_OWN = frozenset(_Entry.__struct_fields__)


@dataclass(frozen=True)
class Wanted:
    """One request of a pack."""

    line: int  # of its ``[[request]]``
    method: str
    params: Any  # of the type in `METHODS`
    payload: Path | None = None  # a file that goes with it
    of: int | None = None  # the place in the list of the sprite that it starts from
    figure: str = ""  # that sprite's title

    @property
    def title(self) -> str:
        """The method, and what tells it from others of its ``[[request]]``."""
        if self.method == "chunk":
            return f"chunk ({self.params.x}, {self.params.y}), seed {self.params.seed}"
        if self.figure:
            return f"walk of {self.figure}"
        return self.method if self.method in _SEEDLESS else f"{self.method}, seed {self.params.seed}"


@dataclass(frozen=True)
class _Place:
    """Where a ``[[request]]`` stands, for messages."""

    path: Path
    line: int
    lines: tuple[str, ...]  # of it, the header first

    def error(self, message: str, field: str = "") -> FileInvalid:
        key = re.compile(rf"\s*\"?{re.escape(field)}\"?\s*=") if field else None
        ahead = next((n for n, text in enumerate(self.lines) if key and key.match(text)), 0)
        return FileInvalid(f"{self.path}: line {self.line + ahead}: {message}")


def read_wanted(path: Path) -> list[Wanted]:
    """Read the requests of a pack.

    Raises:
        FileInvalid: If the file is missing or not TOML, or a request cannot be; says on which line, as far as
            each has a ``[[request]]`` of its own.
    """
    lines = read_text(path, 1, "a list of requests, TOML", "a list of requests is at most that").splitlines()
    try:
        document = tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise FileInvalid(f"{path}: not TOML: {ascii(reason)[1:-1]}; docs/shipping.md shows one") from error
    tables = document.pop("request", None)
    if document:
        found = next(iter(document))
        raise FileInvalid(f"{path}: has {ascii(found)[:42]} outside of a [[request]]; put it into one")
    if not isinstance(tables, list) or not tables or not all(isinstance(one, dict) for one in tables):
        raise FileInvalid(f"{path}: has no [[request]]; write one for each sort of content")
    places = _places(path, lines, len(tables))
    wanted: list[Wanted] = []
    named: dict[str, range] = {}
    for table, place in zip(tables, places, strict=True):
        entry, fields = _entry(table, place)
        begun = len(wanted)
        wanted += _expand(entry, fields, place, named, wanted)
        if len(wanted) > ENTRIES_HIGH:
            raise place.error(f"the requests up to here ask for {len(wanted)}; {ENTRIES_HIGH} are the most")
        if entry.name is not None:
            if entry.name in named:
                raise place.error(f"{entry.name!r} is the name of another request, too; rename one", "name")
            named[entry.name] = range(begun, len(wanted))
    _check_different(path, wanted)
    return wanted


def _places(path: Path, lines: list[str], count: int) -> list[_Place]:
    heads = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if len(heads) != count:  # one is written as an inline table, or stands in a text of several lines
        return [_Place(path, 1, ())] * count
    ends = [*heads[1:], len(lines)]
    return [_Place(path, head + 1, tuple(lines[head:end])) for head, end in zip(heads, ends, strict=True)]


def _entry(table: dict[str, Any], place: _Place) -> tuple[_Entry, dict[str, Any]]:
    """Split a table into our fields and those of its method."""
    try:
        entry = msgspec.convert({key: table[key] for key in table.keys() & _OWN}, _Entry)
    except msgspec.ValidationError as problem:
        raise place.error(_plain(problem), _field_of(problem)) from None
    for field in ("seed", "x", "y", *NOT_CONTENT):
        if field in table:
            instead = "area" if field in "xy" else "seeds or count" if field == "seed" else "nothing"
            raise place.error(f"{field} is not for a pack; write {instead} instead", field)
    return entry, {key: value for key, value in table.items() if key not in _OWN}


def _expand(
    entry: _Entry, fields: dict[str, Any], place: _Place, named: dict[str, range], before: list[Wanted]
) -> list[Wanted]:
    """Return every request that an entry stands for."""
    seeds = _seeds(entry, place)
    if (entry.area is None) is (entry.method == "chunk"):
        raise place.error(
            "area = [x, y, x, y], the second corner not included, is needed by chunk, and by it alone"
        )
    if entry.payload and entry.method not in _PAYLOADS:
        raise place.error(f"{entry.method} starts from no file; leave payload out", "payload")
    if entry.of and entry.method != "walk":
        raise place.error("only a walk is of a sprite; leave of out", "of")
    if entry.method == "walk" and (entry.of is None) is (entry.payload is None):
        raise place.error(
            "a walk takes either of = the name of a request for sprites, or payload = a picture"
        )
    payload = place.path.parent / entry.payload if entry.payload else None
    if entry.of is None:
        variants = _variants(entry, fields, seeds, place)
        return [Wanted(place.line, entry.method, _params(entry, one, place), payload) for one in variants]
    sprites = named.get(entry.of, range(0))
    if not sprites or any(before[number].method != "sprite" for number in sprites):
        raise place.error(f"no request for sprites before this one has name = {entry.of!r}", "of")
    params = _params(entry, fields, place)
    return [Wanted(place.line, "walk", params, None, number, before[number].title) for number in sprites]


def _seeds(entry: _Entry, place: _Place) -> Iterable[int]:
    if entry.method in _SEEDLESS:
        if entry.seeds is not None or entry.count is not None:
            raise place.error(f"{entry.method} has no seed; leave seeds and count out", "seeds")
        return (0,)
    if entry.seeds is not None and entry.count is not None:
        raise place.error("give count or seeds, not both", "count")
    if not isinstance(entry.seeds, str):
        return entry.seeds or range(entry.count or 1)
    found = _RANGE.fullmatch(entry.seeds)
    low, high = (int(found[1]), int(found[2])) if found else (1, 0)
    if not low <= high < 2**63 or high - low >= ENTRIES_HIGH:
        raise place.error(
            f'seeds is {entry.seeds[:40]!r}; write [3, 8] or "0..11", both ends included', "seeds"
        )
    return range(low, high + 1)


def _variants(
    entry: _Entry, fields: dict[str, Any], seeds: Iterable[int], place: _Place
) -> Iterable[dict[str, Any]]:
    if entry.method in _SEEDLESS:
        return [fields]
    if entry.area is None:
        return [fields | {"seed": seed} for seed in seeds]
    left, top, right, bottom = entry.area
    if not (left < right and top < bottom) or (right - left) * (bottom - top) > ENTRIES_HIGH:
        raise place.error(
            f"area holds no chunk, or over {ENTRIES_HIGH}; write [0, 0, 4, 4] for sixteen", "area"
        )
    spots = [{"x": x, "y": y} for y in range(top, bottom) for x in range(left, right)]
    return [fields | {"seed": seed} | spot for seed in seeds for spot in spots]


def _params(entry: _Entry, fields: dict[str, Any], place: _Place) -> Any:
    try:
        params = msgspec.convert(fields, METHODS[entry.method])
    except msgspec.ValidationError as problem:
        found = re.search(r"unknown field `(\w+)`", str(problem))
        raise place.error(
            f"{entry.method}: {_plain(problem)}", found[1] if found else _field_of(problem)
        ) from None
    if getattr(params, "pinned", False):
        raise place.error("cells to keep come from a running game; leave pinned out", "pinned")
    like = getattr(params, "like", None)
    if entry.method == "sprite" and (like is None) is not (entry.payload is None):
        raise place.error(
            "a sprite like another takes both like = its side and payload = its picture", "like"
        )
    return params


def _plain(problem: msgspec.ValidationError) -> str:
    return (
        str(problem)
        .replace("Object contains ", "")
        .replace("Object missing", "it lacks the")
        .replace(" - at `$.", " at `")
    )


def _field_of(problem: msgspec.ValidationError) -> str:
    found = _FIELD.search(str(problem))
    return found[1] if found else ""


def _check_different(path: Path, wanted: list[Wanted]) -> None:
    seen: dict[Any, int] = {}
    for one in wanted:
        key = (one.method, msgspec.json.encode(one.params), one.payload, one.of)
        if key in seen:
            raise FileInvalid(
                f"{path}: line {one.line}: asks again for {one.title}, as line {seen[key]} does"
            )
        seen[key] = one.line
