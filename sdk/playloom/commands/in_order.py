"""Things made side by side and handed out in the order in which they were asked for."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from playloom.errors import GenerationFailed

_AHEAD = 2  # things a thread may be ahead of the files: bounds memory

Request = TypeVar("Request")
Content = TypeVar("Content")


def in_order(
    asked: Iterator[Request], jobs: int, generate: Callable[[Request], Content]
) -> Iterator[tuple[Request, Content | GenerationFailed]]:
    """Yield each request with its content or failure, in order, ``jobs`` made at a time."""

    def attempt(request: Request) -> Content | GenerationFailed:
        try:
            return generate(request)
        except GenerationFailed as failure:
            return failure

    if jobs == 1:
        yield from ((request, attempt(request)) for request in asked)
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        waiting: deque[tuple[Request, Future[Content | GenerationFailed]]] = deque()
        for request in asked:
            waiting.append((request, pool.submit(attempt, request)))
            if len(waiting) >= jobs * _AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
