"""The requests of all connections: which waits, which runs, which was answered. No I/O, one thread.

A request is known by its client's session and its id. Sent again, after a lost connection say, it is not run
twice: who asks again gets the same answer, as long as that is remembered.
"""

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from playloom_bridge.limits import Limits
from playloom_bridge.protocol import Call, Failure, Frame

Key = tuple[str, str]  # session, id


@dataclass(frozen=True)
class Answer:
    """The one answer that a request ever gets, ready to be sent."""

    frames: tuple[Frame, ...]
    outcome: str  # "done", or one of `answers.FAILURES`

    @property
    def size(self) -> int:
        """Bytes, about."""
        return sum(map(len, self.frames))


def _nothing() -> None:
    pass


@dataclass(eq=False)
class Job:
    """A request that was taken on."""

    key: Key
    call: Call
    digest: bytes
    priority: int
    due: float | None  # time at which it is too late
    began: float  # time at which it was taken on
    taker: int | None  # number of the connection that waits for it
    state: Literal["waiting", "running", "ended"] = "waiting"
    answer: Answer | None = None
    answered: float = 0.0
    forget_timer: Callable[[], None] = _nothing  # stops the clock of the deadline


def _close(job: Job) -> None:
    job.state = "ended"  # which its worker looks at
    job.forget_timer()


class Refusal(Exception):
    """A request is not taken on; it may be sent again later."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class IdReused(Exception):
    """Another request has this id."""


class Desk:
    """Takes on requests, hands them to workers by priority, and remembers answers."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.closing = False
        self._known: dict[Key, Job] = {}
        self._heap: list[tuple[int, int, Job]] = []
        self._remembered: OrderedDict[Key, Job] = OrderedDict()
        self._bytes = 0
        self._count = 0
        self.waiting = 0
        self.running = 0

    def submit(self, key: Key, call: Call, digest: bytes, now: float, taker: int | None) -> Job:
        """Take on a request, or find it again; then ``taker`` waits for its answer in the place of others.

        Raises:
            Refusal: If too many wait, or the server ends.
            IdReused: If the id is that of another request.
        """
        self._forget(now)
        known = self._known.get(key)
        if known is not None:
            if known.digest != digest:
                raise IdReused
            known.taker = taker
            return known
        if self.closing:
            raise Refusal(Failure("shutting_down", "the server ends; ask the next one"))
        if self.waiting >= self.limits.queue:
            why = f"{self.waiting} requests wait; send it again later"
            raise Refusal(Failure("overloaded", why, retry_ms=250))
        deadline = call.params.deadline_ms
        due = None if deadline is None else now + deadline / 1000
        job = Job(key, call, digest, call.params.priority, due, now, taker)
        self._known[key] = job
        self._count += 1
        self.waiting += 1
        heapq.heappush(self._heap, (-job.priority, self._count, job))
        return job

    def take(self) -> Job | None:
        """Return the request to run next: of the highest priority the oldest."""
        while self._heap:
            job = heapq.heappop(self._heap)[2]
            if job.state == "waiting":
                job.state = "running"
                self.waiting -= 1
                self.running += 1
                return job
        return None

    def free(self) -> None:
        """Note that a worker is done with what it was given."""
        self.running -= 1

    def end(self, job: Job, answer: Answer, now: float) -> bool:
        """Give a request its answer and remember it; no if it has one already."""
        if job.state == "ended":
            return False
        if job.state == "waiting":
            self.waiting -= 1
        job.answer, job.answered = answer, now
        _close(job)
        self._remembered[job.key] = job
        self._bytes += answer.size
        self._forget(now)
        return True

    def abandon(self, job: Job) -> None:
        """End a request that nobody waits for; should it come again, it is run again."""
        if job.state == "waiting":
            self.waiting -= 1
        _close(job)
        self._known.pop(job.key, None)

    def find(self, key: Key) -> Job | None:
        """Return the request of a key, as long as it is known."""
        return self._known.get(key)

    def opened(self) -> Iterator[Job]:
        """Yield every request without an answer."""
        return (job for job in list(self._known.values()) if job.state != "ended")

    def leave(self, taker: int) -> list[Job]:
        """Note that a connection is gone and return its open requests."""
        left = [job for job in self.opened() if job.taker == taker]
        for job in self._known.values():
            if job.taker == taker:
                job.taker = None
        return left

    def _forget(self, now: float) -> None:
        """Forget the oldest answers beyond what is kept; dead entries of the heap go where they are many."""
        limits = self.limits
        while self._remembered:
            key, job = next(iter(self._remembered.items()))
            old = now - job.answered > limits.remember_seconds
            if not old and len(self._remembered) <= limits.remember_count and self._bytes <= limits.remember:
                break
            del self._remembered[key], self._known[key]
            self._bytes -= job.answer.size if job.answer else 0
        if len(self._heap) > 2 * self.waiting + 64:
            self._heap = [entry for entry in self._heap if entry[2].state == "waiting"]
            heapq.heapify(self._heap)
