"""Runs of thousands that can be stopped and gone on with: rows in a file, made in processes side by side."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
from record import console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

_ROWS = "rows.jsonl"


class Row(Protocol):
    """What became of one request: a msgspec structure."""

    @property
    def number(self) -> int:
        """Of the request."""

    @property
    def sha256(self) -> str:
        """Of the file that was made."""


R = TypeVar("R", bound=Row)
Make = Callable[[Sequence[int]], list[R]]  # makes the requests of these numbers; goes to other processes


def make_all(
    make: Make[R], kind: type[R], folder: Path, *, count: int, chunk: int, jobs: int, what: str
) -> dict[int, R]:
    """Make what is missing of the first ``count`` requests; return their rows by number.

    Args:
        make: See `Make`.
        kind: Of the rows.
        folder: Keeps the rows.
        count: Requests.
        chunk: Requests a task.
        jobs: Processes.
        what: Is made, for people.
    """
    path = folder / _ROWS
    rows = {row.number: row for row in _rows(path, kind) if row.number < count}
    missing = [number for number in range(count) if number not in rows]
    chunks = [missing[first : first + chunk] for first in range(0, len(missing), chunk)]
    parts = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with path.open("ab") as file, Progress(*parts, console=console) as bar:
        shown = bar.add_task(f"making {what}", total=count, completed=len(rows))
        for some in _in_processes(make, chunks, jobs):
            file.write(b"".join(msgspec.json.encode(row) + b"\n" for row in some))
            file.flush()
            rows |= {row.number: row for row in some}
            bar.advance(shown, len(some))
    return rows


def make_again(make: Make[R], rows: dict[int, R], numbers: Sequence[int], jobs: int) -> dict[str, Any]:
    """Make some once more, in new processes, and compare the bytes of the files.

    Args:
        make: Writes to another folder than it did for ``rows``.
        rows: All that were made, by number.
        numbers: Those to make again.
        jobs: Processes.
    """
    chunks = [some for first in range(jobs) if (some := numbers[first::jobs])]
    again = [row for some in _in_processes(make, chunks, jobs) for row in some]
    differ = sorted(row.number for row in again if row.sha256 != rows[row.number].sha256)
    return {"made_again": len(again), "differ": differ}


def _in_processes(make: Make[R], chunks: Sequence[Sequence[int]], jobs: int) -> Iterator[list[R]]:
    """Yield rows as they come; what a Ctrl-C finds under way is dropped."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            for done in as_completed([pool.submit(make, some) for some in chunks]):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _rows(path: Path, kind: type[R]) -> list[R]:
    """Return the rows of a run that was stopped; its last line may be half a one."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    path.write_bytes(whole + b"\n" if whole else b"")
    return [msgspec.json.decode(line, type=kind) for line in whole.splitlines()]
