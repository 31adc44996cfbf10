"""What is up to date and what is not, and why: the plan beside the lock file and the files that are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from playloom.build.cache import Cache
from playloom.build.digests import code_of, digest_of, digest_of_file
from playloom.build.job import Digests
from playloom.build.lock import Line
from playloom.build.tasks import Plan, Task
from playloom.errors import FileInvalid

FORMAT = 1  # of keys: raised when what they are made of changes


@dataclass(frozen=True)
class Status:
    """What is to be done about one task."""

    task: Task
    key: str  # names what comes of it in the cache
    now: Line  # what it would be made from; its outputs are those of the lock
    before: Line | None  # the line of the lock
    reason: str | None  # why it is not up to date; None: it is
    edited: tuple[str, ...]  # outputs that somebody changed by hand
    cached: bool  # whether the cache may have it

    @property
    def wished(self) -> bool:
        """Whether the developer asked for something else than what the lock has."""
        return self.before is None or self.before.wish != self.now.wish


def judge(plan: Plan, folder: Path, lock: dict[str, Line], cache: Cache) -> list[Status]:
    """Return the status of every task, in the order of the plan.

    Raises:
        FileInvalid: If a file that something is made from cannot be read.
    """
    disk = Disk(folder)
    found: dict[str, Status] = {}
    for task in plan.tasks:
        before = lock.get(task.id)
        now = _line(task, disk, found, before)
        key = _key(now)
        reason, edited = _why(now, before, disk, cache)
        found[task.id] = Status(task, key, now, before, reason, edited, cache.has_entry(key))
    return list(found.values())


class Disk:
    """Hashes of the project's files, each taken once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = cache(self._output)

    def _output(self, path: str) -> str | None:
        return digest_of_file(self.folder / path)

    def given(self, path: str) -> str:
        """Return the hash of a file that must be there.

        Raises:
            FileInvalid: If it is not.
        """
        found = self.output(path)
        if found is None:
            raise FileInvalid(f"{path}: there is no such file in the project; put it back")
        return found


def _line(task: Task, disk: Disk, others: dict[str, Status], before: Line | None) -> Line:
    request = digest_of(
        {"sort": task.sort, "seed": task.seed, "fields": task.fields, "outputs": task.outputs}
        | ({} if task.shared is None else {"shared": task.shared})
    )
    files = {path: disk.given(path) for path in task.files}
    needs = {name: others[name].key for name in task.needs}
    wishes = {name: others[name].now.wish for name in task.needs}
    return Line(
        task=task.id,
        seed=task.seed,
        request=request,
        files=files,
        needs=needs,
        wish=digest_of([request, files, wishes]),
        models={pin.name: pin.sha256 for pin in task.pins},
        code=code_of(task.sort),
        outputs={} if before is None else before.outputs,
        left_out=task.left_out,
    )


def _key(line: Line) -> str:
    return digest_of([FORMAT, line.task, line.request, line.files, line.needs, line.models, line.code])


def _why(now: Line, before: Line | None, disk: Disk, cache: Cache) -> tuple[str | None, tuple[str, ...]]:
    """Return why something is to be made, and which of its files somebody changed."""
    if before is None:
        return "new", ()
    edited, missing, other = list[str](), list[str](), list[str]()
    for path, sha in before.outputs.items():
        there = disk.output(path)
        if there is None:
            missing.append(path)
        elif there != sha:
            (other if cache.has_blob(there) else edited).append(path)
    reason = _changed(now, before)
    if reason is None and missing:
        reason = f"{missing[0]} is missing"
    if reason is None and other:
        reason = f"{other[0]} is of another build"
    return reason, tuple(edited)


def _changed(now: Line, before: Line) -> str | None:
    if now.request != before.request:
        return "request changed"
    if (path := _first_difference(now.files, before.files)) is not None:
        return f"{path} changed"
    if (model := _first_difference(now.models, before.models)) is not None:
        return f"model {model} changed"
    if now.code != before.code:
        return f"code of {now.task.partition('.')[0]}s changed"
    if (need := _first_difference(now.needs, before.needs)) is not None:
        return f"made from {need}, which changed"
    return None


def _first_difference(now: Digests, before: Digests) -> str | None:
    names = sorted({*now, *before})
    return next((name for name in names if now.get(name) != before.get(name)), None)


def with_outputs(line: Line, outputs: Digests) -> Line:
    """Return a line with what was made."""
    return msgspec.structs.replace(line, outputs=dict(sorted(outputs.items())))


def stale(lock: dict[str, Line], lines: Iterable[Line]) -> dict[str, str]:
    """Return the files that the lock names and no line of now does, with their hashes."""
    kept = {path for line in lines for path in line.outputs}
    return {path: sha for line in lock.values() for path, sha in line.outputs.items() if path not in kept}
