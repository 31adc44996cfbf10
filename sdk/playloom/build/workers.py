"""Jobs made side by side: in processes of their own, or here where there is one at a time.

Whatever has the interface of `concurrent.futures.Executor` can make them; `make` of a job needs nothing else.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from playloom.build.job import Job, Made
from playloom.build.making import make

TRIES = 3  # of a job whose worker was killed


class Here(Executor):
    """Makes each job at once, in this process."""

    def submit(self, fn: Callable[..., Made], /, *args: Job, **named: Job) -> Future[Made]:  # type: ignore[override]
        """Return a future that is done."""
        future: Future[Made] = Future()
        try:
            future.set_result(fn(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class Workers:
    """An executor that is made anew when one of its processes was killed."""

    def __init__(self, fresh: Callable[[], Executor]) -> None:
        self._fresh = fresh
        self._executor = fresh()

    def submit(self, job: Job) -> Future[Made]:
        """Start a job."""
        try:
            return self._executor.submit(make, job)
        except BrokenProcessPool:
            self._executor = self._fresh()
            return self._executor.submit(make, job)

    def stop(self) -> None:
        """Start nothing more."""
        self._executor.shutdown(wait=False, cancel_futures=True)


@contextmanager
def workers(jobs: int, fresh: Callable[[], Executor] | None = None) -> Iterator[Workers]:
    """Hand out what makes jobs, ``jobs`` at a time; whatever is under way when the block ends is dropped.

    Args:
        jobs: Processes; with 1 it is this one.
        fresh: Makes another executor, whose processes are somebody else's; None: ours.
    """
    others = multiprocessing.active_children()
    pool = Workers(fresh or (Here if jobs == 1 else lambda: _processes(jobs)))
    try:
        yield pool
    finally:
        pool.stop()
        for process in multiprocessing.active_children() if fresh is None else ():
            if process not in others:
                process.kill()


def _processes(jobs: int) -> Executor:
    # Spawned, not forked: a thread of ours (of the progress bar, say) may hold a lock at that moment.
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end with it, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
