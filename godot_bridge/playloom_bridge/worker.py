"""Threads that make content beside the event loop, which stays free to answer."""

import os
import queue
import sys
import threading
from collections.abc import Callable

from playloom_bridge.desk import Job

NICE = 5  # lower priority than the game and the event loop have


def usual_workers() -> int:
    """Return how many workers leave one core free."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


class Workers:
    """A fixed number of threads; each runs one request at a time.

    They are daemons: a thread inside a network cannot be stopped, and must not keep the process alive.
    """

    def __init__(self, count: int, run: Callable[[Job], None]) -> None:
        self.count = count
        self._run = run
        self._given: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"worker {number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def give(self, job: Job) -> None:
        """Have a request run as soon as a thread is free."""
        self._given.put(job)

    def close(self) -> None:
        """Let each thread end after what it does."""
        for _ in self._threads:
            self._given.put(None)

    def _work(self) -> None:
        _lower_priority()
        while (job := self._given.get()) is not None:
            self._run(job)


def _lower_priority() -> None:
    """Lower the priority of this thread alone, which only Linux can."""
    if sys.platform == "linux":
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(19, own + NICE))
