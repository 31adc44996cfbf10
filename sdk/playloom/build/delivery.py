"""Writing what was made: never over what somebody changed by hand, never other bytes than the lock has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playloom.build.cache import Cache
from playloom.build.digests import digest, digest_of_file
from playloom.build.job import Digests, Made
from playloom.build.lock import Line
from playloom.build.paths import is_inside, unfit
from playloom.build.status import Status, with_outputs
from playloom.build.turn import MARK
from playloom.errors import PlayloomError, WriteFailed
from playloom.files import write_all_atomically
from playloom.provenance import Parent, Record, record_of


class Difference(PlayloomError):
    """What was made differs from what the lock has, though the same was asked for."""

    code = "build_differs"


class Conflict(PlayloomError):
    """A file in the way is not ours to replace."""

    code = "build_conflict"


@dataclass(frozen=True)
class Delivered:
    """Files of one task."""

    written: list[str]
    kept: list[str]  # changed by hand, and left so


@dataclass
class Delivery:
    """Writes the files of one build, and gathers the lines of the lock and the records of the ledger."""

    folder: Path
    cache: Cache
    lock: Mapping[str, Line]  # by task, as it was read
    lines: dict[str, Line]  # as it will be written; begins as the lock, less what the project no longer has
    force: bool = False
    update: bool = False
    records: dict[str, Record] = field(default_factory=dict)  # by path, of what this build delivered

    def __post_init__(self) -> None:
        self._owners = {path: line.task for line in self.lines.values() for path in line.outputs}
        self._made = {path: sha for line in self.lock.values() for path, sha in line.outputs.items()}

    def deliver(self, status: Status, made: Made) -> Delivered:
        """Write what a task made.

        Raises:
            Difference: If the lock has other bytes for the same request, unless they may be updated.
            Conflict: If a file was changed or made by somebody else, unless force is used.
            WriteFailed: If the system refuses.
        """
        files = made.files()
        digests = {path: digest(data) for path, data in files.items()}
        self._compare(status, digests)
        line = with_outputs(status.now, digests)
        kept = self._check(status, digests)
        wanted = {
            self.folder / path: data
            for path, data in files.items()
            if path not in kept and digest_of_file(self.folder / path) != digests[path]
        }
        try:
            for place in wanted:
                place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteFailed(
                f"{place.parent}: cannot be made ({error.strerror or error}); a folder is to be there"
            ) from error
        write_all_atomically(wanted, mark=MARK)
        self.lines[status.task.id] = line
        self._owners |= dict.fromkeys(digests, status.task.id)
        self._record(line, made)
        return Delivered([path.relative_to(self.folder).as_posix() for path in wanted], kept)

    def _compare(self, status: Status, digests: Digests) -> None:
        before = status.before
        if before is None or status.wished or self.update or before.outputs == digests:
            return
        path = next(
            path
            for path in sorted({*before.outputs, *digests})
            if before.outputs.get(path) != digests.get(path)
        )
        had, has = before.outputs.get(path), digests.get(path)
        found = (
            f"SHA-256 is {has[:12]}, playloom.lock says {had[:12]}"
            if had and has
            else ("is made, playloom.lock does not name it" if has else "is not made, playloom.lock names it")
        )
        raise Difference(
            f"{path}: {found}: {_cause(status)}; take the version that the lock was made with, or accept "
            "what is made now with `playloom build --update`"
        )

    def _check(self, status: Status, digests: Digests) -> list[str]:
        """Return the files that stay as somebody changed them; refuse where that would not do."""
        before = status.before.outputs if status.before is not None else {}
        kept = []
        for path, sha in digests.items():
            if (why := unfit(path)) is not None or not is_inside(self.folder, path):
                raise Conflict(f"{path}: {why or 'a link leads it out of the project'}; choose another name")
            owner = self._owners.get(path)
            if owner not in (None, status.task.id) and self.lines[owner].outputs.get(path) != sha:
                raise Conflict(
                    f"{path}: {owner} writes other bytes there; choose another name for one of them"
                )
            there = digest_of_file(self.folder / path)
            ours = there is None or there in (sha, self._made.get(path)) or self.cache.has_blob(there)
            if ours or self.force:
                continue
            if before.get(path) == sha:  # what would be written is what somebody changed
                kept.append(path)
                continue
            how = (
                "was changed by hand since it was made"
                if path in self._made
                else "is there and no build made it"
            )
            raise Conflict(f"{path}: {how}; move it away, or write over it with `playloom build --force`")
        return kept

    def _record(self, line: Line, made: Made) -> None:
        parents = [Parent(path=path, sha256=sha) for path, sha in line.files.items()]
        for need in line.needs:
            if need in self.lines:
                parents += [Parent(path=path, sha256=sha) for path, sha in self.lines[need].outputs.items()]
        for part in made.parts:
            for path, data in part.files.items():
                self.records[path] = record_of(path, data, part.origin, parents)


def _cause(status: Status) -> str:
    """Return why the bytes differ, as far as it can be told."""
    before, now = status.before, status.now
    assert before is not None
    for name, sha in now.models.items():
        if (had := before.models.get(name)) != sha:
            return f"model {name} changed from {(had or 'none')[:12]} to {sha[:12]}"
    if before.code != now.code:
        return "Playloom's code for it changed"
    if before.needs != now.needs:
        return "what it is made from changed"
    return "request, model and code are the same, so this machine or the lock file is at fault"
