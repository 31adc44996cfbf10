"""What people rejected in `playloom review`: never used again, other seeds take its place.

The lock remembers which seeds a table does without, so that whoever has no feedback builds the same.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from playloom.build.lock import Line
from playloom.build.status import Status
from playloom.build.tasks import MANY
from playloom.feedback.keys import DATABASE, Key, request_key
from playloom.provenance import LEDGER_FILE, Origin, Record, read_ledger

LeftOut = dict[str, frozenset[int]]  # by table, "level.crypt": seeds


@dataclass(frozen=True)
class Rejections:
    """What the feedback beside a project says."""

    folder: Path
    keys: frozenset[Key]

    def has(self, line: Line, files: Iterable[tuple[str, Origin]]) -> bool:
        """Return whether what a task made was rejected.

        Args:
            line: Of the task.
            files: SHA-256 and origin of each of its files.
        """
        sort = line.task.partition(".")[0]
        if sort == "quest":  # its request does not hold the world, so that very quest is meant
            return any(sha in self._quests for sha, _ in files)
        if sort not in MANY or not self._asked:
            return False
        package = next(iter(line.models.values()), "")
        return any(
            (sort, package, request_key(one.request), line.seed) in self._asked
            for _, one in files
            if one.kind == sort
        )

    @cached_property
    def _quests(self) -> frozenset[str]:
        return frozenset(key.file for key in self.keys if key.kind == "quest")

    @cached_property
    def _asked(self) -> frozenset[tuple[str, str, str, int]]:
        return frozenset((key.kind, key.package, key.request, key.seed) for key in self.keys)

    def among(self, statuses: Iterable[Status]) -> LeftOut:
        """Return the seeds whose content, as the ledger tells of it, was rejected."""
        found: LeftOut = {}
        for status in statuses if self.keys else ():
            line = status.before
            if line is None or status.wished or line.models != status.now.models:
                continue
            records = [self._ledger[path] for path in line.outputs if path in self._ledger]
            if self.has(line, [(record.sha256, record.origin) for record in records]):
                found = joined(found, {status.task.asset: frozenset([line.seed])})
        return found

    @cached_property
    def _ledger(self) -> Mapping[str, Record]:
        path = self.folder / LEDGER_FILE
        return read_ledger(path) if path.exists() else {}


def read_rejections(folder: Path) -> Rejections:
    """Read the feedback beside a project.

    Raises:
        FileInvalid: If it is damaged, not ours, or of a newer version.
    """
    if not (folder / DATABASE).exists():
        return Rejections(folder, frozenset())
    from playloom.feedback.rejected import every_rejected  # loads SQLite

    return Rejections(folder, every_rejected(folder / DATABASE))


def joined(*parts: Mapping[str, Collection[int]]) -> LeftOut:
    """Return the seeds that any of them leaves out."""
    found: LeftOut = {}
    for part in parts:
        for asset, seeds in part.items():
            found[asset] = found.get(asset, frozenset()) | frozenset(seeds)
    return found


def remembered(lines: Iterable[Line]) -> LeftOut:
    """Return what a lock leaves out."""
    return joined(*({line.task.partition("#")[0]: line.left_out} for line in lines if line.left_out))


def outdated(statuses: Iterable[Status]) -> set[str]:
    """Return the tables that ask for something else than when the lock left seeds out."""
    return {
        status.task.asset
        for status in statuses
        if status.before is not None
        and status.before.left_out
        and (status.wished or status.before.models != status.now.models)
    }


def spared(first: int, count: int, left_out: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return ``count`` seeds from ``first`` upwards, each with those left out right before it."""
    found: dict[int, tuple[int, ...]] = {}
    before: list[int] = []
    seed = first
    while len(found) < count:
        if seed in left_out:
            before.append(seed)
        else:
            found[seed] = tuple(before)
            before = []
        seed += 1
    return found
