"""One project as it stands: its plan, its lock, its cache, and what a build does with them."""

import difflib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from playloom.build.cache import Cache
from playloom.build.delivery import Delivery
from playloom.build.digests import digest_of, digest_of_file
from playloom.build.lock import Line, lock_bytes, read_lock
from playloom.build.outcome import Outcome, Report
from playloom.build.paths import LOCK_FILE, PROJECT_FILE, STATE, is_inside, remove
from playloom.build.rejections import LeftOut, Rejections, joined, outdated, read_rejections, remembered
from playloom.build.remembered import plan_of
from playloom.build.status import Status, judge, stale
from playloom.build.tasks import Plan
from playloom.build.turn import MARK, Turn
from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically
from playloom.provenance import LEDGER_FILE, Record, carry_edits, ledger_bytes, read_ledger

CACHE_VARIABLE = "PLAYLOOM_CACHE"
_LEDGER_SEEN = "ledger"  # file of the state: hash of the ledger and the lock that it went with


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How a build is to be done."""

    assets: tuple[str, ...] = ()  # "level", "level.crypt" or "level.crypt#7"; none: all
    jobs: int = 1
    force: bool = False  # write over what was changed by hand
    update: bool = False  # take other bytes than the lock has


@dataclass(frozen=True)
class Session:
    """A project whose files were read."""

    folder: Path
    plan: Plan
    lock: dict[str, Line]
    cache: Cache
    statuses: dict[str, Status]  # by task, in the order of the plan
    unrecorded: frozenset[str]  # tasks of whose files the ledger says nothing
    rejections: Rejections

    @property
    def left_out(self) -> list[str]:
        """The seeds that were rejected, as tasks would be called: "level.crypt#8"."""
        return [
            f"{status.task.asset}#{seed}"
            for status in self.statuses.values()
            for seed in status.task.left_out
        ]

    def rejected(self, name: str) -> LeftOut:
        """Return a task as one to do without."""
        task = self.statuses[name].task
        return {task.asset: frozenset([task.seed])}

    def reason(self, name: str) -> str | None:
        """Return why a task is to be made; None if it is up to date."""
        status = self.statuses[name]
        return status.reason or (f"{LEDGER_FILE} has no record" if name in self.unrecorded else None)

    def stale(self) -> dict[str, str]:
        """Return the files of the lock that nothing makes any more, with their hashes."""
        found = stale(self.lock, (status.now for status in self.statuses.values()))
        planned = {path for status in self.statuses.values() for path in status.task.outputs}
        return {path: sha for path, sha in found.items() if path not in planned}

    def chosen(self, assets: Sequence[str]) -> list[str]:
        """Return the tasks that are meant.

        Raises:
            RequestInvalid: If there is none; with the nearest name.
        """
        if not assets:
            return [*self.statuses]
        found: dict[str, None] = {}
        for asset in assets:
            meant = [
                name
                for name, status in self.statuses.items()
                if asset in (name, status.task.asset, status.task.sort)
            ]
            if not meant and asset in self.left_out:
                raise RequestInvalid(f"{asset}: was rejected in a review; another seed took its place")
            if not meant:
                known = dict.fromkeys(status.task.asset for status in self.statuses.values())
                near = difflib.get_close_matches(asset, known, n=1) or list(known)[:12]
                raise RequestInvalid(
                    f"{PROJECT_FILE} has no {asset!r}; "
                    + (f"there is {', '.join(near)}" if near else "nothing")
                )
            found |= dict.fromkeys(meant)
        return [*found]


def find_folder(given: Path | None) -> Path:
    """Return the folder of a project: the one given, else the nearest upwards that has a project file.

    Raises:
        RequestInvalid: If there is none.
    """
    if given is not None:
        folder = given.parent if given.name == PROJECT_FILE else given
        if not (folder / PROJECT_FILE).is_file():
            raise RequestInvalid(f"{folder}: has no {PROJECT_FILE}; `playloom new {folder}` starts a project")
        return folder.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise RequestInvalid(
        f"no {PROJECT_FILE} in this folder or above it; `playloom new` starts a project, --project names one"
    )


def open_session(
    folder: Path, cache: Path | None, *, update: bool = False, rejected: LeftOut | None = None
) -> Session:
    """Read a project.

    Args:
        folder: With its project file.
        cache: Folder of the cache; None: PLAYLOOM_CACHE, else within the project.
        update: Forget which seeds the lock leaves out.
        rejected: Seeds that a build before has found to be rejected.

    Raises:
        FileInvalid: If the project file, the lock, the ledger or the feedback cannot be read.
        PackageInvalid: If a folder of PLAYLOOM_MODELS is not there.
    """
    store = cache_of(folder, cache)
    lock, rejections = read_lock(folder / LOCK_FILE), read_rejections(folder)
    known = {} if update else remembered(lock.values())
    found = rejected or {}
    while True:
        plan = plan_of(folder, joined(known, found))
        statuses = judge(plan, folder, lock, store)
        if old := outdated(statuses) & known.keys():
            known = {asset: seeds for asset, seeds in known.items() if asset not in old}
        elif more := rejections.among(statuses):
            found = joined(found, more)
        else:
            break
    by_task = {status.task.id: status for status in statuses}
    return Session(folder, plan, lock, store, by_task, _unrecorded(folder, lock), rejections)


def build(
    session: Session,
    turn: Turn,
    wishes: Wishes,
    report: Report,
    executor: Callable[[], Executor] | None = None,
) -> tuple[Outcome, list[str]]:
    """Bring a project up to date; return what became of it, and the files that were removed.

    Args:
        session: As it stands.
        turn: Holds the project for this process.
        wishes: How.
        report: Is told how far it is, 0 to 1.
        executor: Makes what makes the jobs; None: processes of this machine.

    Raises:
        RequestInvalid: If a wish names no asset.
        WriteFailed: If the system refuses; what was written before is whole and in the lock.
    """
    chosen = session.chosen(wishes.assets)
    lines = _lines(session, chosen, everything=not wishes.assets)
    delivery = Delivery(session.folder, session.cache, session.lock, lines, wishes.force, wishes.update)
    if turn.left_half:
        _sweep(session, turn)
    wanted = [
        name
        for name in chosen
        if session.reason(name) is not None or (wishes.force and session.statuses[name].edited)
    ]
    edited = [path for name in chosen if name not in wanted for path in session.statuses[name].edited]
    outcome = Outcome(kept=edited)
    removed: list[str] = []
    with _ending(session, turn, delivery, bool(wanted)):
        if wanted:
            from playloom.build.building import Builder  # loads what makes processes

            Builder(
                session.folder,
                session.cache,
                session.statuses,
                delivery,
                wishes.jobs,
                report,
                executor,
                outcome,
                session.rejections,
            ).run(wanted)
        removed = _remove(session, delivery, outcome)
    return outcome, removed


def _lines(session: Session, chosen: Sequence[str], *, everything: bool) -> dict[str, Line]:
    """Return the lines of the lock without those of tasks that the tables meant no longer have."""
    tables = {session.statuses[name].task.asset for name in chosen}
    lines = {}
    for name, line in session.lock.items():
        if name in session.statuses:
            lines[name] = msgspec.structs.replace(line, left_out=session.statuses[name].task.left_out)
        elif not everything and name.partition("#")[0] not in tables:
            lines[name] = line
    return lines


@contextmanager
def _ending(session: Session, turn: Turn, delivery: Delivery, making: bool) -> Iterator[None]:
    """Write ledger and lock when the block ends, also by an error or Ctrl-C, if they changed."""
    if making:
        turn.begin()
    try:
        yield
    finally:
        if delivery.lines != session.lock or delivery.records or session.unrecorded:
            _write(session, delivery)
        turn.end()


def _write(session: Session, delivery: Delivery) -> None:
    """Write the ledger, then the lock; the ledger tells of every file that the lock names."""
    ledger, lock = session.folder / LEDGER_FILE, session.folder / LOCK_FILE
    old = read_ledger(ledger) if ledger.exists() else {}
    named = {path: sha for line in delivery.lines.values() for path, sha in line.outputs.items()}
    fresh = [delivery.records.get(path) or old.get(path) for path in named]
    records: list[Record] = carry_edits(old, [record for record in fresh if record is not None])
    files = {ledger: ledger_bytes(records), lock: lock_bytes(delivery.lines)}
    write_all_atomically(files, mark=MARK)
    if {record.path for record in records} == named.keys():
        with suppress(OSError):
            (session.folder / STATE / _LEDGER_SEEN).write_text(_seen(session.folder))


def _seen(folder: Path) -> str:
    return digest_of([digest_of_file(folder / LEDGER_FILE), digest_of_file(folder / LOCK_FILE)])


def _unrecorded(folder: Path, lock: dict[str, Line]) -> frozenset[str]:
    """Return the tasks of the lock of which the ledger lacks a file, or has other bytes."""
    with suppress(OSError):
        if (folder / STATE / _LEDGER_SEEN).read_text() == _seen(folder):
            return frozenset()
    ledger = folder / LEDGER_FILE
    old = read_ledger(ledger) if ledger.exists() else {}
    return frozenset(
        name
        for name, line in lock.items()
        if any(path not in old or old[path].sha256 != sha for path, sha in line.outputs.items())
    )


def _sweep(session: Session, turn: Turn) -> None:
    """Remove what a build that was killed left half."""
    outputs = [path for status in session.statuses.values() for path in status.task.outputs]
    turn.sweep({(session.folder / path).parent for path in outputs})
    session.cache.sweep()


def _remove(session: Session, delivery: Delivery, outcome: Outcome) -> list[str]:
    """Remove files that nothing makes any more, where they are as they were made."""
    removed = []
    for path, sha in stale(session.lock, delivery.lines.values()).items():
        there = digest_of_file(session.folder / path)
        if there == sha and is_inside(session.folder, path):
            remove(session.folder / path)
            removed.append(path)
        elif there is not None:
            outcome.notes.append(f"{path}: nothing makes it any more, but it was changed by hand; it stays")
    return removed


def cache_of(folder: Path, given: Path | None) -> Cache:
    """Return the cache: the folder given, else that of PLAYLOOM_CACHE, else within the project."""
    named = os.environ.get(CACHE_VARIABLE)
    return Cache(given or (Path(named) if named else folder / STATE / "cache"))
