"""What commands print: ✓ and ✗, columns, JSON, progress; and whether files can be written."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from playloom.errors import GenerationFailed, PlayloomError

LINE_SECONDS = 10.0  # between two lines of progress where there is no terminal
_MINUTE_SECONDS = 100.0  # what lasts longer is told in minutes
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def mark(passed: bool, stream: TextIO | None = None) -> str:
    """Return ✓ or ✗, or words where the stream cannot print them."""
    sign = "✓" if passed else "✗"
    try:
        sign.encode((stream or sys.stdout).encoding or "ascii")
    except UnicodeEncodeError:
        return "ok" if passed else "FAILED"
    return sign


def columns(rows: Sequence[Sequence[str]], indent: str = "  ") -> str:
    """Return rows of text as aligned columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"{indent}{line}".rstrip() for line in lines)


def print_json(document: Any) -> None:
    """Print one JSON document on one line of stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def failure_document(problem: PlayloomError) -> dict[str, Any]:
    """Return what --json says of an error: its code and message; of a failed generation also the checks."""
    document: dict[str, Any] = {"code": problem.code, "message": str(problem)}
    if isinstance(problem, GenerationFailed):
        document |= {"failed": list(problem.failed), "advice": problem.advice}
    return document


def check_places(names: Iterable[tuple[str, Path]], suffixes: Iterable[str]) -> list[Path]:
    """Return the places of files as typed, each with its place, if all of them can be written.

    Raises:
        click.UsageError: If a format is unknown, a folder is missing or in the way, or a name comes twice.
    """
    known, places = tuple(suffixes), list[Path]()
    for typed, place in names:
        if place.suffix.lower() not in known:
            found = place.suffix or "(no suffix)"
            raise click.UsageError(f"{typed}: format {found!r} is unknown; choose {', '.join(known)}")
        if not place.parent.is_dir():
            raise click.UsageError(f"{typed}: the folder {place.parent} does not exist; create it first")
        if place.is_dir():
            raise click.UsageError(f"{typed}: is a folder; give the name of a file in it")
        if place in places:
            raise click.UsageError(f"{typed}: is given twice; every output needs its own name")
        places.append(place)
    return places


def check_placeholders(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names with a placeholder that is not replaced: it would stand in the file's name as it is.

    Args:
        names: As typed.
        known: What is replaced, such as "{seed}".

    Raises:
        click.UsageError: Names what is known.
    """
    for name in names:
        for found in _PLACEHOLDER.findall(name):
            if found not in known:
                what = (
                    f"known here: {', '.join(known)}" if known else "nothing is replaced here, leave it out"
                )
                raise click.UsageError(f"{name}: {found} is no placeholder; {what}")


@contextmanager
def progress(total: float, text: str, *, shown: bool) -> Iterator[Callable[[float], None]]:
    """Tell on stderr how far the block is: a bar, or where there is no terminal a line now and then.

    The block is handed a function that takes how much is done.
    """
    if not shown:
        yield lambda done: None
        return
    if not sys.stderr.isatty():
        yield _Lines(total, text).report
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    # What is printed meanwhile goes above the bar, unless stdout leads elsewhere: that stays untouched.
    together = sys.stdout.isatty()
    with Progress(*parts, console=Console(stderr=True), transient=True, redirect_stdout=together) as bar:
        task = bar.add_task(text, total=total)
        yield lambda done: bar.update(task, completed=done)


class _Lines:
    """Progress in a pipe or a log: nothing for what is quick, else a line every `LINE_SECONDS`."""

    def __init__(self, total: float, text: str) -> None:
        self.total, self.text = total, text
        self.began = self.said = time.monotonic()

    def report(self, done: float) -> None:
        now = time.monotonic()
        if now - self.said < LINE_SECONDS or not 0 < done < self.total:
            return
        self.said = now
        left = (now - self.began) * (self.total - done) / done
        how_long = f"{left:.0f} s" if left < _MINUTE_SECONDS else f"{left / 60:.0f} min"
        click.echo(f"{self.text}: {done / self.total:.0%}, about {how_long} left", err=True)
