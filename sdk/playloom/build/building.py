"""The build: what is not up to date is taken from the cache or made, compared with the lock, and written."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from playloom.build.cache import Cache
from playloom.build.delivery import Conflict, Delivery, Difference
from playloom.build.digests import digest
from playloom.build.job import Job, Made
from playloom.build.outcome import Outcome, Report
from playloom.build.rejections import Rejections
from playloom.build.status import Status
from playloom.build.workers import TRIES, Workers, workers
from playloom.errors import FileInvalid, GenerationFailed, PlayloomError, WriteFailed

_AHEAD = 2  # jobs a worker may be handed in advance


@dataclass
class Builder:
    """One build of some tasks of a plan."""

    folder: Path
    cache: Cache
    statuses: Mapping[str, Status]  # of all tasks, in the order of the plan
    delivery: Delivery
    jobs: int
    report: Report
    executor: Callable[[], Executor] | None = None  # None: processes of this machine
    outcome: Outcome = field(default_factory=Outcome)
    rejections: Rejections | None = None

    def __post_init__(self) -> None:
        self._contents: dict[str, dict[str, bytes]] = {}  # of what others are made from
        self._tries: dict[str, int] = {}
        self._ready: deque[str] = deque()
        self._open: dict[str, int] = {}  # of each task, how many that it needs are not done
        self._after: dict[str, list[str]] = {}  # of each task, those that need it

    def run(self, wanted: Collection[str]) -> Outcome:
        """Bring tasks up to date; on Ctrl-C and errors of the system what was written stays whole.

        Args:
            wanted: Tasks to be made, whatever their status; what they are made from is made as needed.

        Raises:
            WriteFailed: If the system refuses.
        """
        todo = self._line_up(wanted)
        jobs = min(self.jobs, sum(not self.statuses[name].cached for name in todo))
        alone = self.executor is None and jobs <= 1
        most = 1 if alone else (jobs or 1) * _AHEAD
        running: dict[Future[Made], str] = {}
        with workers(max(jobs, 1), self.executor) as pool:
            while self._ready or running:
                while self._ready and len(running) < most:
                    self._start(self._ready.popleft(), running, pool)
                    self._tell(len(todo))
                for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                    self._take(running.pop(future), future)
                    self._tell(len(todo))
        self.outcome.failures = dict(sorted(self.outcome.failures.items()))
        return self.outcome

    def _tell(self, total: int) -> None:
        self.report((total - len(self._open)) / total)

    def _line_up(self, wanted: Collection[str]) -> set[str]:
        """Return the tasks to make: also those whose content is needed and not in the cache."""
        todo = set(wanted)
        for name in reversed([*self.statuses]):
            for need in self.statuses[name].task.needs if name in todo else ():
                if need in todo or need in self._contents:
                    continue
                known = self.cache.load(self.statuses[need].key)
                if known is None:
                    todo.add(need)
                else:
                    self._contents[need] = known.content
        for name in (name for name in self.statuses if name in todo):
            needs = [need for need in self.statuses[name].task.needs if need in todo]
            self._open[name] = len(needs)
            for need in needs:
                self._after.setdefault(need, []).append(name)
            if not needs:
                self._ready.append(name)
        return todo

    def _start(self, name: str, running: dict[Future[Made], str], pool: Workers) -> None:
        """Take one from the cache, or start to make it."""
        broken = next((need for need in self.statuses[name].task.needs if self._is_broken(need)), None)
        if broken is not None:
            self.outcome.skipped[name] = broken
            self._end(name)
        elif (made := self.cache.load(self.statuses[name].key)) is not None:
            self._accept(name, made, self.outcome.cached)
        elif (job := self._job(name)) is not None:
            running[pool.submit(job)] = name
        else:
            self._end(name)

    def _end(self, name: str) -> None:
        """Note that a task is done, well or not, so that those after it can start."""
        del self._open[name]
        for other in self._after.get(name, ()):
            self._open[other] -= 1
            if not self._open[other]:
                self._ready.append(other)

    def _is_broken(self, name: str) -> bool:
        outcome = self.outcome
        return name in outcome.failures or name in outcome.skipped or name in outcome.rejected

    def _job(self, name: str) -> Job | None:
        """Return what a worker needs; None after noting that it cannot be had."""
        status = self.statuses[name]
        try:
            files = {path: self._input(path, sha) for path, sha in status.now.files.items()}
        except FileInvalid as error:
            self.outcome.failures[name] = error
            return None
        task = status.task
        return Job(
            id=task.id,
            sort=task.sort,
            seed=task.seed,
            fields=task.fields,
            outputs=task.outputs,
            shared=task.shared,
            pins=task.pins,
            files=files,
            contents={need: self._contents[need] for need in task.needs},
        )

    def _input(self, path: str, sha: str) -> bytes:
        try:
            data = (self.folder / path).read_bytes()
        except OSError as error:
            raise FileInvalid(f"{path}: cannot be read ({error.strerror or error}); put it back") from error
        if digest(data) != sha:
            raise FileInvalid(f"{path}: changed while the build was running; build again")
        return data

    def _take(self, name: str, future: Future[Made]) -> None:
        """Take what a worker made; what was lost with its worker is started once more."""
        try:
            made = future.result()
        except BrokenProcessPool:
            self._tries[name] = self._tries.get(name, 0) + 1
            if self._tries[name] < TRIES:
                self._ready.append(name)
                return
            self.outcome.failures[name] = GenerationFailed(
                f"its worker was killed {TRIES} times, perhaps for want of memory; build with fewer --jobs"
            )
        except WriteFailed:
            raise
        except PlayloomError as error:
            self.outcome.failures[name] = error
        else:
            self.cache.store(self.statuses[name].key, made)
            self._accept(name, made, self.outcome.made)
            return
        self._end(name)

    def _accept(self, name: str, made: Made, among: list[str]) -> None:
        """Compare what was made with the lock, and write it, unless it was rejected."""
        files = [(digest(data), part.origin) for part in made.parts for data in part.files.values()]
        if self.rejections is not None and self.rejections.has(self.statuses[name].now, files):
            self.outcome.rejected.append(name)
            self._end(name)
            return
        try:
            delivered = self.delivery.deliver(self.statuses[name], made)
        except (Difference, Conflict) as problem:
            self.outcome.failures[name] = problem
        else:
            among.append(name)
            self.outcome.written += delivered.written
            self.outcome.kept += delivered.kept
            self.outcome.notes += [f"{name}: {note}" for note in made.notes]
            if name in self._after:
                self._contents[name] = made.content
        self._end(name)
