"""Which seeds were rejected: what a build and the commands leave out. Loads no NumPy."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from playloom.feedback.database import open_reader, told
from playloom.feedback.events import REJECT, VERDICTS
from playloom.feedback.keys import DATABASE, Key, request_key

__all__ = ["DATABASE", "every_rejected", "rejected", "request_key"]


def rejected(
    database: Path, kind: str, package: str, request: Mapping[str, Any], profile: str | None = None
) -> frozenset[int]:
    """Return the seeds of a request that somebody rejected, and did not accept again later.

    Args:
        database: Of feedback; where there is none yet, nothing is rejected.
        kind: level, sprite or quest.
        package: SHA-256 of the model's manifest.json; "" where no model takes part.
        request: As evidence tells it; its seed does not count.
        profile: Whose word counts; None: anybody's.

    Raises:
        FileInvalid: If the database is damaged, not ours, or of a newer version.
    """
    same = (kind, package, request_key(request))
    every = every_rejected(database, profile)
    return frozenset(one.seed for one in every if (one.kind, one.package, one.request) == same)


def every_rejected(database: Path, profile: str | None = None) -> frozenset[Key]:
    """Return everything that somebody rejected, and did not accept again later; see `rejected`."""
    if not database.exists():
        return frozenset()
    connection = open_reader(database)
    with told(database), closing(connection):
        rows = connection.execute(
            "SELECT kind, package, request, seed, file, what, profile FROM event "
            "JOIN content ON content.id = event.content "
            "WHERE seed >= 0 AND undone = 0 AND what IN (?, ?) ORDER BY event.id",
            VERDICTS,
        ).fetchall()
    last = {(tuple(key), who): what for *key, what, who in rows if profile in (None, who)}
    return frozenset(Key(*key) for (key, _), what in last.items() if what == REJECT)
