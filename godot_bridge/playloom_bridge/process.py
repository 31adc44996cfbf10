"""One server process: says where it listens, and ends when it is told to, or when its parent is gone."""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from playloom.errors import RequestInvalid
from playloom.files import write_atomically
from playloom_bridge.identity import check_token
from playloom_bridge.journal import Journal
from playloom_bridge.making.content import Maker
from playloom_bridge.protocol import VERSION
from playloom_bridge.server import Server, Settings

_TOKEN_LINE_HIGH = 300  # characters
_HURRY_SECONDS = 1.0  # for what runs when the parent is gone
_SWITCH_SECONDS = 0.001  # a busy worker lets the event loop go on: a fifth of Python's own


@dataclass(frozen=True, kw_only=True)
class Process:
    """What a process does beside serving."""

    ready_file: Path | None = None  # is told the port, and a token that was made here
    show_token: bool = False  # whether the token goes into it
    parent_stdin: bool = False  # whether the end of stdin ends the process
    warm: Sequence[str] = field(default=())  # kinds


def read_token_line() -> str:
    """Return the token in the first line of stdin.

    Raises:
        RequestInvalid: If it is none.
    """
    line = sys.stdin.buffer.readline(_TOKEN_LINE_HIGH).decode("ascii", "replace")
    return check_token(line, "stdin")


def run(settings: Settings, process: Process, makers: Mapping[str, Maker], journal: Journal) -> int:
    """Serve until SIGTERM, Ctrl-C, or the end of stdin where that is the parent's; return the exit code.

    Raises:
        WriteFailed: If the port cannot be had, or the ready file not be written.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        asyncio.run(_serve(settings, process, makers, journal))
    finally:
        journal.note("end")
        journal.close()
        if process.ready_file is not None:
            with suppress(OSError):
                process.ready_file.unlink()
    return 0


async def _serve(settings: Settings, process: Process, makers: Mapping[str, Maker], journal: Journal) -> None:
    server = Server(settings, makers, journal)
    port = await server.start()
    end = asyncio.Event()
    seconds = [settings.limits.drain_seconds]
    _on_signals(asyncio.get_running_loop(), end)
    if process.parent_stdin:
        _watch_stdin(asyncio.get_running_loop(), end, seconds)
    ready: dict[str, int | str] = {"event": "ready", "port": port, "protocol": VERSION, "pid": os.getpid()}
    if process.ready_file is not None:
        _write_ready(process.ready_file, ready | ({"token": settings.token} if process.show_token else {}))
    click.echo(json.dumps(ready))
    sys.stdout.flush()
    journal.note("ready", port=port, workers=settings.workers)
    server.service.warm(process.warm)
    await end.wait()
    await server.drain(seconds[0])


def _on_signals(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, end.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end.set))


def _watch_stdin(loop: asyncio.AbstractEventLoop, end: asyncio.Event, seconds: list[float]) -> None:
    """End in a hurry once stdin ends: its other side is the game that started us, and is gone."""

    def hurry() -> None:
        seconds[0] = min(seconds[0], _HURRY_SECONDS)
        end.set()

    def watch() -> None:
        with suppress(OSError, ValueError):
            while sys.stdin.buffer.readline(4096):
                pass
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(hurry)

    threading.Thread(target=watch, name="stdin", daemon=True).start()


def _write_ready(path: Path, ready: dict[str, int | str]) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        WriteFailed: If the system refuses.
        RequestInvalid: If its folder is missing.
    """
    before = os.umask(0o077)
    try:
        with suppress(FileNotFoundError):
            path.unlink()  # one of before may be readable to others
        write_atomically(path, (json.dumps(ready) + "\n").encode())
    finally:
        os.umask(before)


def leave(code: int) -> None:
    """End the process at once, output written: a worker inside a network would hold it up."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def known_worlds(paths: Sequence[Path]) -> dict[str, Path]:
    """Return world files by the name that requests give them: that of the file without its suffix.

    Raises:
        RequestInvalid: If two have one name, or one cannot be named.
    """
    found: dict[str, Path] = {}
    for path in paths:
        plain = path.stem.isascii() and path.stem.replace("-", "a").replace("_", "a").isalnum()
        if path.stem in found or not plain or len(path.stem) > 63:
            raise RequestInvalid(
                f"{path}: requests name a world by its file without the suffix; rename it: letters, digits, "
                "- and _, each name once"
            )
        found[path.stem] = path
    return found
