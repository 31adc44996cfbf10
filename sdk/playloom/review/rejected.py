"""Which seeds were rejected: what a build and the commands leave out. Loads no NumPy."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from playloom.review.database import NAME as DATABASE
from playloom.review.database import open_reader, told
from playloom.review.feedback import REJECT, VERDICTS
from playloom.review.keys import request_key

__all__ = ["DATABASE", "rejected", "request_key"]


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
    if not database.exists():
        return frozenset()
    connection = open_reader(database)
    with told(database), closing(connection):
        rows = connection.execute(
            "SELECT seed, what, profile, file FROM event JOIN content ON content.id = event.content "
            "WHERE kind = ? AND package = ? AND request = ? AND seed >= 0 AND undone = 0 AND what IN (?, ?) "
            "ORDER BY event.id",
            (kind, package, request_key(request), *VERDICTS),
        ).fetchall()
    last = {(seed, who, file): what for seed, what, who, file in rows if profile in (None, who)}
    return frozenset(seed for (seed, _, _), what in last.items() if what == REJECT)
