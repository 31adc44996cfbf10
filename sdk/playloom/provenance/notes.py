"""What a single file says of its own origin, without a ledger: pictures, maps, scenes, dialogue.

A note is a claim of the file. It tells a picture that somebody found on a disk from one that a person drew,
and it lets `verify` hold the ledger against the files; it proves nothing by itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from playloom.files import read_regular
from playloom.provenance.record import checks_of
from playloom.provenance.terms import SOURCE_TYPES, XMP_KEYWORD, SourceType, source_term, source_type_of

BYTES_HIGH = 64 << 20  # of a file that is looked into
TEXT_BYTES_HIGH = 16 << 20
NOTES_HIGH = 512  # in one file

_TILED, _OURS = "playloom.evidence", "playloom_evidence"
_XML = re.compile(rb'<property name="playloom\.evidence"(?: value="([^"]{0,1048576})"|>([^<]{0,1048576})<)')
_GODOT = re.compile(rb'^metadata/playloom_evidence(?:_[0-9]{1,4})? = ("(?:[^"\\\n]|\\.){0,1048576}")', re.M)
_LINE = re.compile(rb"^(?://|#)? ?playloom: (\{[^\n]{0,1048576}\})\r?$", re.M)
_TWEE = re.compile(rb'^  "playloom": ("(?:[^"\\\n]|\\.){0,1048576}")', re.M)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself."""

    source_type: SourceType
    evidence: tuple[dict[str, Any], ...] = ()  # of each content in it; a preview has none

    @property
    def models(self) -> frozenset[str]:
        """The SHA-256 of the model packages that it names."""
        return frozenset(str(one["package_hash"]) for one in self.evidence if "package_hash" in one)

    @property
    def requests(self) -> list[Any]:
        """The requests that it names."""
        return [one["request"] for one in self.evidence if "request" in one]

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that its first content passed."""
        return checks_of(self.evidence[0]) if self.evidence else ()


def read_note(path: Path) -> Note | None:
    """Return what a file says of its own origin; None if it says nothing that can be read.

    Raises:
        FileInvalid: If the file cannot be read at all.
    """
    reader = _READERS.get(path.suffix.lower())
    return None if reader is None else note_in(read_regular(path, BYTES_HIGH, "a file"), path.suffix.lower())


def note_in(data: bytes, suffix: str) -> Note | None:
    """Return what the bytes of a file say of its own origin; see `read_note`."""
    reader = _READERS.get(suffix)
    if reader is None or len(data) >= BYTES_HIGH:
        return None
    found: list[dict[str, Any]] = []
    term: SourceType | None = None
    for said in reader(data):
        if isinstance(said, str):
            term = source_term(said) or term
        elif isinstance(said, Mapping):
            found.append(dict(said))
        if len(found) > NOTES_HIGH:
            return None
    if found and term is None:
        terms = {source_type_of(one) for one in found}
        term = next(one for one in SOURCE_TYPES if one in terms)
    return None if term is None else Note(source_type=term, evidence=tuple(found))


def _png(data: bytes) -> Iterator[Any]:
    from playloom.kernels.png import read_notes

    notes = read_notes(data)
    yield notes.get(XMP_KEYWORD, "")
    yield _json(notes.get(_OURS, ""))


def _gif(data: bytes) -> Iterator[Any]:
    """The comment stands before the first picture."""
    head = data[: 1 << 12]
    if head.startswith(b"GIF89a"):
        yield head.decode("latin-1")


def _tmx(data: bytes) -> Iterator[Any]:
    from html import unescape

    for found in _XML.finditer(data[:TEXT_BYTES_HIGH]):
        yield _json(unescape((found[1] or found[2] or b"").decode("utf-8", "replace")))


def _godot(data: bytes) -> Iterator[Any]:
    for found in _GODOT.finditer(data[:TEXT_BYTES_HIGH]):
        yield _json(_json(found[1]))


def _dialogue(data: bytes) -> Iterator[Any]:
    found = _LINE.search(data[:TEXT_BYTES_HIGH])
    if found:
        yield _json(found[1])


def _twee(data: bytes) -> Iterator[Any]:
    found = _TWEE.search(data[:TEXT_BYTES_HIGH])
    if found:
        yield _json(_json(found[1]))


def _json_file(data: bytes) -> Iterator[Any]:
    if b"playloom" not in data or len(data) > TEXT_BYTES_HIGH:
        return
    plain = _json(data)
    if not isinstance(plain, dict):
        return
    quest = plain.get("quest")
    if isinstance(quest, dict) and isinstance(quest.get("evidence"), dict):
        yield {**quest["evidence"], "request": quest.get("request")}
        return
    if isinstance(plain.get("evidence"), dict) and "package_hash" in plain["evidence"]:
        yield plain["evidence"]
        return
    yield from _marked(plain)


def _marked(plain: Any) -> Iterator[Any]:
    """Walk through JSON for evidence under its names: properties, fields, a sheet's meta."""
    waiting = [plain]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if part.get("name") == _TILED:
                yield _json(part.get("value"))
            if part.get("__identifier") == _OURS:
                yield _json(part.get("__value"))
            if isinstance(part.get(_OURS), list):
                yield from part[_OURS]
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _json(text: Any) -> Any:
    """Return what JSON says, None for what is no JSON."""
    if not isinstance(text, str | bytes) or not text:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


_READERS: dict[str, Callable[[bytes], Iterator[Any]]] = {
    ".png": _png,
    ".gif": _gif,
    ".tmx": _tmx,
    ".tmj": _json_file,
    ".json": _json_file,
    ".ldtk": _json_file,
    ".tscn": _godot,
    ".tres": _godot,
    ".ink": _dialogue,
    ".yarn": _dialogue,
    ".dialogue": _dialogue,
    ".pot": _dialogue,
    ".twee": _twee,
}
