"""What people said: accept, reject, rate, compare, note, redo; kept event by event, undone one by one.

An event is on the disk when `Feedback.say` returns. What counts is the last thing said and not undone.
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid, RequestInvalid, WriteFailed
from playloom.feedback.database import open_reader, open_writer, told
from playloom.feedback.keys import Key, check_profile
from playloom.strict_json import canonical_line

ACCEPT, REJECT, RATE, PREFER, NOTE, REDO = "accept", "reject", "rate", "prefer", "note", "redo"
VERDICTS = (ACCEPT, REJECT)
RATINGS = ("1", "2", "3", "4", "5")
NOTE_HIGH = 500  # characters
NAME_HIGH = 300
_TOKEN_LOW, _TOKEN_HIGH = 8, 64


@dataclass(frozen=True)
class Content:
    """What can be spoken of: its key, where it was seen last, and what its measures were then."""

    key: Key
    name: str  # path of the file as seen from the database's folder
    features: Mapping[str, int]  # see `features`


@dataclass(frozen=True)
class Said:
    """One thing that one profile said."""

    profile: str
    content: Content
    what: str
    value: str = ""
    other: Content | None = None  # PREFER: what it was preferred to; REDO: what came of it


@dataclass(frozen=True)
class Standing:
    """What a profile thinks of one piece of content now; "" is nothing."""

    verdict: str = ""
    rating: str = ""
    note: str = ""


class Feedback:
    """An open database of feedback; one writer, safe to share between threads."""

    def __init__(self, path: Path, *, write: bool = True) -> None:
        """Open it; see `open_writer` and `open_reader` for what is raised."""
        self.path = path
        self._lock = threading.RLock()
        self._hold: int | None = None  # handle that keeps other writers out
        if write:
            self._connection, self._hold = open_writer(path)
        else:
            self._connection = open_reader(path)

    def __enter__(self) -> "Feedback":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; nothing that was said is lost without."""
        with self._lock:
            self._connection.close()
            if self._hold is not None:
                os.close(self._hold)
                self._hold = None

    def say(self, said: Said, token: str | None = None) -> int:
        """Keep one event; on the disk when this returns.

        Args:
            said: The event.
            token: Named by the one who says it: the same token again says nothing new.

        Returns:
            Its number; that of before where the token was known.

        Raises:
            RequestInvalid: If it says nothing that can be said.
            WriteFailed: If the system refuses.
        """
        check_said(said)
        token = secrets.token_hex(16) if token is None else token
        if not _TOKEN_LOW <= len(token) <= _TOKEN_HIGH or not token.isalnum() or not token.isascii():
            raise RequestInvalid("an event is named by 8 to 64 letters and digits; draw them at random")
        with self._lock, self._transaction() as run:
            known = run.execute("SELECT id FROM event WHERE token = ?", (token,)).fetchone()
            return self._enter(run, said, token) if known is None else int(known[0])

    def say_all(self, every: Sequence[Said]) -> None:
        """Keep several events, all of them or none; raises as `say`."""
        for said in every:
            check_said(said)
        with self._lock, self._transaction() as run:
            for said in every:
                self._enter(run, said, secrets.token_hex(16))

    def undo(self, profile: str) -> Said | None:
        """Take back the last thing that a profile said, and return it; None where there is nothing."""
        with self._lock, self._transaction() as run:
            last = run.execute(
                "SELECT max(id) FROM event WHERE profile = ? AND undone = 0", (profile,)
            ).fetchone()[0]
            if last is None:
                return None
            said = next(self._events("WHERE event.id = ?", (last,)))
            run.execute("UPDATE event SET undone = 1 WHERE id = ?", (last,))
            return said

    def events(self, profile: str | None = None, about: Key | None = None) -> list[Said]:
        """Return everything said and not undone, in order; of one profile or all, about one thing or all."""
        where, values = ["undone = 0"], list[object]()
        if profile is not None:
            where, values = [*where, "profile = ?"], [*values, profile]
        if about is not None:
            where += [f"content.{name} = ?" for name in ("kind", "package", "request", "seed", "file")]
            values += [about.kind, about.package, about.request, about.seed, about.file]
        with self._lock, told(self.path):
            return list(self._events("WHERE " + " AND ".join(where), tuple(values)))

    def profiles(self) -> list[str]:
        """Return the names of those who said something."""
        with self._lock, told(self.path):
            rows = self._connection.execute("SELECT DISTINCT profile FROM event WHERE undone = 0")
            return sorted(str(row[0]) for row in rows)

    def standing(self, profile: str) -> dict[Key, Standing]:
        """Return what a profile thinks of each piece of content now."""
        return standing_of(self.events(profile))

    def _events(self, where: str, values: tuple[object, ...]) -> Iterator[Said]:
        columns = ", ".join(
            f"{table}.{name}"
            for table in ("content", "other")
            for name in ("kind", "package", "request", "seed", "file", "name", "features")
        )
        rows = self._connection.execute(
            f"SELECT profile, what, value, {columns} FROM event JOIN content ON content.id = event.content "  # noqa: S608  # our own words
            f"LEFT JOIN content AS other ON other.id = event.other {where} ORDER BY event.id",
            values,
        )
        for profile, what, value, *parts in rows:
            other = None if parts[7] is None else self._content(parts[7:])
            yield Said(profile, self._content(parts[:7]), what, value, other)

    def _content(self, parts: list[object]) -> Content:
        kind, package, request, seed, file, name, features = parts
        try:
            key = Key(str(kind), str(package), str(request), int(str(seed)), str(file))
            return Content(key, str(name), msgspec.json.decode(str(features), type=dict[str, int]))
        except (RequestInvalid, ValueError) as error:  # msgspec's errors are ValueErrors
            raise FileInvalid(
                f"{self.path}: holds feedback that cannot be read ({error}); restore it from a copy"
            ) from error

    def _enter(self, run: sqlite3.Connection, said: Said, token: str) -> int:
        other = None if said.other is None else self._place(run, said.other)
        row = (token, said.profile, self._place(run, said.content), said.what, said.value, other)
        done = run.execute(
            "INSERT INTO event (token, profile, content, what, value, other) VALUES (?,?,?,?,?,?)", row
        )
        return int(done.lastrowid or 0)

    def _place(self, run: sqlite3.Connection, content: Content) -> int:
        """Return the number of a piece of content, entered where it is new; its name may have changed."""
        key = content.key
        features = canonical_line(dict(content.features), "the measures")
        row = (key.kind, key.package, key.request, key.seed, key.file, content.name, features)
        found = run.execute(
            "INSERT INTO content (kind, package, request, seed, file, name, features) VALUES (?,?,?,?,?,?,?) "
            "ON CONFLICT DO UPDATE SET name = excluded.name, features = excluded.features RETURNING id",
            row,
        ).fetchone()
        return int(found[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise WriteFailed(
                f"{self.path}: cannot be written ({error}); make room or check the rights"
            ) from error


def standing_of(events: list[Said]) -> dict[Key, Standing]:
    """Return what the events of one profile come to, by content."""
    found: dict[Key, dict[str, str]] = {}
    for said in events:
        field = "verdict" if said.what in VERDICTS else {RATE: "rating", NOTE: "note"}.get(said.what)
        if field is not None:
            value = said.what if said.what in VERDICTS else said.value
            found.setdefault(said.content.key, {})[field] = value
    return {key: Standing(**fields) for key, fields in found.items()}


def check_said(said: Said) -> None:
    """Refuse what says nothing.

    Raises:
        RequestInvalid: Says what is wrong.
    """
    check_profile(said.profile)
    fits = {
        ACCEPT: not said.value,
        REJECT: not said.value,
        RATE: said.value in RATINGS,
        PREFER: not said.value and said.other is not None and said.other.key != said.content.key,
        NOTE: len(said.value) <= NOTE_HIGH and (said.value.isprintable() or not said.value),
        REDO: 0 < len(said.value) <= NOTE_HIGH and said.value.isprintable() and said.other is not None,
    }
    if said.other is not None and said.what not in (PREFER, REDO):
        raise RequestInvalid(f"{said.what} is about one thing, and two are named; name one")
    if not fits.get(said.what, False):
        raise RequestInvalid(
            f"{said.what!r:.40} with {said.value!r:.60} cannot be said; accept, reject, rate 1 to 5, prefer "
            f"one of two, or note one line of up to {NOTE_HIGH} characters"
        )
    for content in (said.content, said.other):
        if content is not None and not (0 < len(content.name) <= NAME_HIGH and content.name.isprintable()):
            raise RequestInvalid(f"name of content is {content.name!r:.60}; give 1 to {NAME_HIGH} characters")
