"""The file that keeps feedback: SQLite, opened with distrust, written by one process at a time.

What is committed is on the disk: write-ahead log, `synchronous=FULL`. A second writer is kept out by a lock
on a file beside it, since SQLite before 3.51.3 could damage a log that two connections wrote.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playloom.errors import FileInvalid, WriteFailed

VERSION = 1  # of the tables
APPLICATION = 0x504C4642  # "PLFB": marks the file as ours
BYTES_HIGH = 1 << 30
_WAIT_SECONDS = 10.0  # for a reader or writer of another process

_TABLES = {
    "content": """CREATE TABLE content (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, package TEXT NOT NULL, request TEXT NOT NULL,
  seed INTEGER NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL, features TEXT NOT NULL,
  UNIQUE (kind, package, request, seed, file)
) STRICT""",
    "event": """CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, profile TEXT NOT NULL,
  content INTEGER NOT NULL REFERENCES content (id), what TEXT NOT NULL, value TEXT NOT NULL,
  other INTEGER REFERENCES content (id), undone INTEGER NOT NULL DEFAULT 0
) STRICT""",
}


def open_writer(path: Path) -> tuple[sqlite3.Connection, int]:
    """Open or make the file for writing.

    Returns:
        The connection, and the handle of the lock that keeps others out until it is closed.

    Raises:
        FileInvalid: If it is damaged, not ours, or of a newer version.
        WriteFailed: If another process writes it, or the system refuses.
    """
    lock = _lock(path)
    try:
        fresh = not path.exists() or path.stat().st_size == 0
        with _checked(path, "rwc", fresh=fresh) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            return connection, lock
    except BaseException:
        os.close(lock)
        raise


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the file for reading; a writer may be at work.

    Raises:
        FileInvalid: If there is none, or it is damaged, not ours, or of a newer version.
    """
    if not path.is_file():
        raise FileInvalid(
            f"{path}: there is no feedback; `playloom review` makes it"
        ) from FileNotFoundError()
    with _checked(path, "ro") as connection:
        return connection


def _lock(path: Path) -> int:
    """Return the handle of a lock that ends with the process, however that ends."""
    place = path.with_name(f"{path.name}.lock")
    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WriteFailed(f"{place}: cannot be written ({error.strerror}); choose another place") from error
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise WriteFailed(
            f"{path}: another program is writing it; end the other `playloom review` first"
        ) from error
    return handle


@contextmanager
def _checked(path: Path, mode: str, *, fresh: bool = False) -> Iterator[sqlite3.Connection]:
    """Hand over a connection to a database that is ours and sound; closed again if the block fails."""
    if path.exists() and path.stat().st_size > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 30} GiB; no feedback grows to that")
    with told(path):
        # Transactions are ours to begin: each thing said is one.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=_WAIT_SECONDS,
        )
        try:
            connection.execute("PRAGMA trusted_schema=OFF")
            if fresh:
                _make(connection)
            _check(path, connection)
            yield connection
        except BaseException:
            connection.close()
            raise


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id={APPLICATION}")
    connection.execute(f"PRAGMA user_version={VERSION}")
    for statement in _TABLES.values():
        connection.execute(statement)
    connection.execute("COMMIT")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse what is not ours, newer, damaged, or has tables, triggers or views of somebody else."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise FileInvalid(f"{path}: a database, but not one of feedback; give the file of `playloom review`")
    if version != VERSION:
        raise FileInvalid(
            f"{path}: its tables are of version {version}, this Playloom knows {VERSION}; update Playloom"
        )
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    if dict(found) != _TABLES | {"sqlite_sequence": "CREATE TABLE sqlite_sequence(name,seq)"}:
        raise FileInvalid(f"{path}: its tables are not those of feedback; restore it from a copy")
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise FileInvalid(f"{path}: damaged ({verdict[:80]}); restore it, or import an export of it")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in our words what SQLite or the system complains of."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise WriteFailed(f"{path}: cannot be opened ({error}); check rights and room on the disk") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise FileInvalid(f"{path}: not a database of feedback ({error}); restore it from a copy") from error
