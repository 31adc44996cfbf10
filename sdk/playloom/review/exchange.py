"""Feedback as lines of canonical JSON: what is thought now, sorted, so that two files merge line by line.

Importing says again what the lines say, where it is not thought already; an export of that is the same lines.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec

from playloom.errors import FileInvalid, PackageInvalid, RequestInvalid
from playloom.feedback.events import (
    NOTE,
    PREFER,
    RATE,
    REDO,
    Content,
    Feedback,
    Said,
    check_said,
    standing_of,
)
from playloom.feedback.keys import Key
from playloom.files import read_regular
from playloom.strict_json import canonical_line, read_json

BYTES_HIGH = 256 << 20
LINES_HIGH = 2_000_000
FEATURES_HIGH = 256
_Measure = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)]


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One piece of content in a line."""

    kind: str
    package: str
    request: str
    seed: int
    file: str
    name: str
    features: Annotated[dict[str, _Measure], msgspec.Meta(max_length=FEATURES_HIGH)]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing said."""

    profile: str
    what: str
    content: Thing
    value: str = ""
    other: Thing | None = None


def exported(feedback: Feedback, profile: str | None = None) -> list[str]:
    """Return what is thought now, by one profile or by all, one line of JSON each, sorted."""
    names = feedback.profiles() if profile is None else [profile]
    return sorted({_line(said) for name in names for said in _current(feedback.events(name))})


def imported(feedback: Feedback, path: Path) -> int:
    """Say again what a file says, and return how much of it was new.

    Raises:
        FileInvalid: If a line cannot be read; then nothing of the file is taken.
    """
    said = read_lines(path)
    there = set(exported(feedback))
    fresh = [one for one in said if _line(one) not in there]
    feedback.say_all(fresh)
    return len(fresh)


def read_lines(path: Path) -> list[Said]:
    """Return what the lines of a file say; see `imported`."""
    data = read_regular(path, BYTES_HIGH + 1, "exported feedback")
    if len(data) > BYTES_HIGH or data.count(b"\n") > LINES_HIGH:
        raise FileInvalid(f"{path}: larger than feedback can be; split it")
    said = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            said.append(_said(msgspec.convert(read_json(line, where), Line, strict=True)))
        except (PackageInvalid, RequestInvalid, msgspec.ValidationError) as error:
            raise FileInvalid(f"{where}: no line of feedback ({error}); export it again") from error
    return said


def _current(events: list[Said]) -> Iterable[Said]:
    """Yield one thing said for each that still counts."""
    standing = standing_of(events)
    last = {(said.content.key, said.what): said for said in events}
    for (key, what), said in last.items():
        thinks = standing.get(key)
        if what in (PREFER, REDO) or thinks is None:
            continue
        if what in (thinks.verdict, RATE) or (what == NOTE and thinks.note):
            yield said
    yield from (said for said in events if said.what in (PREFER, REDO))


def _line(said: Said) -> str:
    record: dict[str, Any] = {"profile": said.profile, "what": said.what, "content": _thing(said.content)}
    if said.value:
        record["value"] = said.value
    if said.other is not None:
        record["other"] = _thing(said.other)
    return canonical_line(record, "feedback")


def _thing(content: Content) -> dict[str, Any]:
    key = content.key
    return {
        "kind": key.kind,
        "package": key.package,
        "request": key.request,
        "seed": key.seed,
        "file": key.file,
        "name": content.name,
        "features": dict(content.features),
    }


def _said(line: Line) -> Said:
    other = None if line.other is None else _content(line.other)
    said = Said(line.profile, _content(line.content), line.what, line.value, other)
    check_said(said)
    return said


def _content(thing: Thing) -> Content:
    key = Key(thing.kind, thing.package, thing.request, thing.seed, thing.file)
    return Content(key, thing.name, thing.features)
