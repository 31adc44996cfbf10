"""Runs requests: between the connections, the desk and the workers. No network; in the loop's thread."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from playloom.errors import PlayloomError
from playloom_bridge.answers import Stopped
from playloom_bridge.counts import Counts
from playloom_bridge.desk import Answer, Desk, Job, Key, Refusal
from playloom_bridge.failures import failure_of, frames_of
from playloom_bridge.journal import Journal
from playloom_bridge.limits import Limits
from playloom_bridge.making.content import Cancelled, Maker, Reporter
from playloom_bridge.protocol import Call, Failure, Frame, MessageInvalid, failure_frame, result_frames
from playloom_bridge.requests import METHODS
from playloom_bridge.worker import Workers

WARM: dict[str, dict[str, Any]] = {  # what is made once at the start, so that no player waits for it
    "level": {"theme": "dungeon", "size": (16, 16)},
    "sprite": {"words": "potion", "size": 16},
    "quest": {},
}


class Connections(Protocol):
    """Those who wait for answers, by number."""

    def answer(self, taker: int, ident: str, frames: Sequence[Frame]) -> None:
        """Send a request's answer."""
        ...

    def tell(self, taker: int, frame: Frame) -> None:
        """Send something before the answer."""
        ...


class Service:
    """Takes requests on, has them run, and gives each one answer."""

    def __init__(
        self,
        makers: Mapping[str, Maker],
        limits: Limits,
        workers: int,
        journal: Journal,
        connections: Connections,
    ) -> None:
        """Start the workers; must be called in a running event loop."""
        self._makers, self._limits, self._journal, self._connections = makers, limits, journal, connections
        self._loop = asyncio.get_running_loop()
        self._workers = Workers(workers, self._run)
        self.desk = Desk(limits)
        self.counts = Counts()
        self._idle = asyncio.Event()
        self._posted: deque[Callable[[], None]] = deque()  # by workers, for the loop
        self._woken = False

    def begin(self, taker: int, key: Key, call: Call, digest: bytes) -> None:
        """Take a request on, or find it again.

        Raises:
            IdReused: If its id is that of another request.
        """
        now = time.monotonic()
        known = self.desk.find(key)
        try:
            job = self.desk.submit(key, call, digest, now, taker)
        except Refusal as refusal:
            self.counts.answer(call.method, refusal.failure.name, 0.0)
            self._journal.note("refused", method=call.method, why=refusal.failure.name)
            self._connections.answer(taker, call.id, [failure_frame(call.id, refusal.failure)])
            return
        if job.answer is not None:
            self._connections.answer(taker, call.id, job.answer.frames)
        elif job is not known:
            if job.due is not None:
                late = Failure("deadline_exceeded", f"{call.params.deadline_ms} ms went by; allow more")
                job.forget_timer = self._loop.call_later(job.due - now, self._fail, job, late).cancel
            self._pump()

    def stop(self, taker: int, session: str, call: Call) -> None:
        """End a request of a session and say what had become of it."""
        target = call.params.target
        job = self.desk.find((session, target))
        state = "unknown" if job is None else "ended" if job.state == "ended" else "cancelled"
        if job is not None and state == "cancelled":
            self._fail(job, Failure("cancelled", "cancelled, as was asked for"))
        stopped: Any = Stopped(target=target, state=state)  # type: ignore[arg-type]
        self._connections.answer(taker, call.id, result_frames(call.id, stopped))

    def leave(self, taker: int) -> None:
        """Let the requests of a lost connection go on for a while: it may come back."""
        left = self.desk.leave(taker)
        self._idle.set()
        if left:
            self._loop.call_later(self._limits.linger_seconds, self._abandon, left)

    def warm(self, kinds: Sequence[str]) -> None:
        """Make one of each kind after everything that is asked for, to load what it needs."""
        for kind in kinds:
            params = METHODS[kind](priority=0, **WARM[kind])
            call = Call(f"warm-{kind}", kind, params)
            self.desk.submit(("", call.id), call, b"", time.monotonic(), None)
        self._pump()

    async def drain(self, seconds: float) -> None:
        """Take nothing on any more; wait for what runs, then fail the rest."""
        self.desk.closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while any(job.taker is not None for job in self.desk.opened()):
                    self._idle.clear()
                    await self._idle.wait()
        for job in self.desk.opened():
            self._fail(job, Failure("shutting_down", "the server ends before this is done; ask the next one"))
        self._workers.close()

    def _pump(self) -> None:
        """Give workers that are free what is to be run next."""
        while self.desk.running < self._workers.count and (job := self.desk.take()) is not None:
            self._workers.give(job)

    def _abandon(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if job.state != "ended" and job.taker is None:
                self.desk.abandon(job)
                self._noted(job, "abandoned")

    def _fail(self, job: Job, failure: Failure) -> None:
        """Answer a request that has no answer yet with a failure."""
        if job.state == "ended":
            return
        self._end(job, Answer((failure_frame(job.call.id, failure),), failure.name))

    def _end(self, job: Job, answer: Answer) -> None:
        if self.desk.end(job, answer, time.monotonic()):
            self._noted(job, answer.outcome)
            if job.taker is not None:
                self._connections.answer(job.taker, job.call.id, answer.frames)
        self._idle.set()

    def _noted(self, job: Job, outcome: str) -> None:
        seconds = time.monotonic() - job.began
        if job.key[0]:
            self.counts.answer(job.call.method, outcome, seconds)
        self._journal.note("answered", method=job.call.method, outcome=outcome, ms=round(seconds * 1000, 1))

    def _told(self, job: Job, frame: Frame) -> None:
        if job.state == "running" and job.taker is not None:
            self._connections.tell(job.taker, frame)

    def _done(self, job: Job, answer: Answer) -> None:
        self.desk.free()
        self._end(job, answer)
        self._pump()

    def _run(self, job: Job) -> None:
        """Do a request; in a worker's thread."""
        report = Reporter(
            job.call.id, lambda: job.state == "ended", lambda frame: self._post(self._told, job, frame)
        )
        try:
            report.check()
            answer = self._made(job.call, report)
        except Cancelled:
            failure = Failure("cancelled", "no longer wanted")
            answer = Answer((failure_frame(job.call.id, failure),), failure.name)
        except Exception as error:  # whatever happens, the request gets its answer
            failure = failure_of(error)
            if failure.name == "internal" or not isinstance(error, PlayloomError):
                self._journal.note("internal", error=type(error).__name__, frames=frames_of(error))
            answer = Answer((failure_frame(job.call.id, failure),), failure.name)
        self._post(self._done, job, answer)

    def _made(self, call: Call, report: Reporter) -> Answer:
        content = self._makers[call.method](call, report)
        if len(content.payload) > self._limits.answer:
            raise MessageInvalid(
                "answer_too_large",
                f"the answer has {len(content.payload)} bytes, at most {self._limits.answer} are sent; "
                "ask for less, or for fewer files",
            )
        return Answer(tuple(result_frames(call.id, content.result, content.payload)), "done")

    def _post(self, do: Callable[..., None], *arguments: object) -> None:
        """Have the event loop do something; nothing if it has ended. It is woken once for many."""
        self._posted.append(partial(do, *arguments))
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._do_posted)

    def _do_posted(self) -> None:
        self._woken = False  # before the last look: what is posted after it wakes the loop anew
        try:
            while self._posted:
                self._posted.popleft()()
        finally:
            if self._posted:
                self._loop.call_soon(self._do_posted)
