"""What commands print: ✓ and ✗, columns, one JSON document a line, progress."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import click


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


@contextmanager
def progress(total: float, text: str, *, shown: bool) -> Iterator[Callable[[float], None]]:
    """Draw a bar on stderr while the block runs; it is handed a function that takes how much is done."""
    if not (shown and sys.stderr.isatty()):
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    # What is printed meanwhile goes above the bar, unless stdout leads elsewhere: that stays untouched.
    together = sys.stdout.isatty()
    with Progress(*parts, console=Console(stderr=True), transient=True, redirect_stdout=together) as bar:
        task = bar.add_task(text, total=total)
        yield lambda done: bar.update(task, completed=done)
