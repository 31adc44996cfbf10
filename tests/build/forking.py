"""The command in a copy of this process, its models loaded already: starved, cut off and killed."""

import contextlib
import ctypes
import io
import os
import resource
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from playloom.cli import main

_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
_NO_MOUNTS = 99  # exit code: this machine lets nobody mount


@dataclass(frozen=True)
class Ended:
    """How a copy ended."""

    code: int  # negative: by this signal
    said: str  # on stdout and stderr
    started: int  # jobs that it began to make


def run_copy(before: Callable[[], None], *arguments: str) -> Ended:
    """Run the command in a copy of this process, after ``before`` has prepared it."""
    heard, said = os.pipe()
    counted, started = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries, which do nothing here
        child = os.fork()
    if child == 0:
        _be_copy(before, arguments, said, started)
    os.close(said)
    os.close(started)
    with os.fdopen(heard, "rb") as text, os.fdopen(counted, "rb") as jobs:
        words, count = text.read().decode(), len(jobs.read())
    _, status = os.waitpid(child, 0)
    return Ended(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), words, count)


def _be_copy(before: Callable[[], None], arguments: tuple[str, ...], said: int, pipe: int) -> NoReturn:
    code = 70
    try:
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), write_through=True)
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), write_through=True)

        def count(event: str, given: tuple[object, ...]) -> None:
            if event == "tempfile.mkdtemp":  # of a job
                os.write(pipe, b"1")

        sys.addaudithook(count)
        before()
        main([*arguments])
    except SystemExit as leaving:
        code = int(str(leaving.code))
    finally:
        with contextlib.suppress(ValueError, OSError):
            sys.stdout.flush()
        os._exit(code)


def killed_at(number: int, folder: Path) -> Callable[[], None]:
    """Kill the copy the ``number``-th time that it opens, renames, removes or makes something in a folder."""
    seen = 0

    def watch() -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: _at_operations(folder, watch)


def counted_in(place: Path, folder: Path) -> Callable[[], None]:
    """Write a byte to a file each time that the copy opens, renames, removes or makes a file in a folder."""

    def begin() -> None:
        file = os.open(place, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        _at_operations(folder, lambda: os.write(file, b"1"))

    return begin


def _at_operations(folder: Path, do: Callable[[], object]) -> None:
    def watch(event: str, given: tuple[object, ...]) -> None:
        if event in ("open", "os.rename", "os.remove", "os.mkdir") and str(given[0]).startswith(str(folder)):
            do()

    sys.addaudithook(watch)


def small_files(most: int) -> Callable[[], None]:
    """Let no file grow beyond ``most`` bytes, as on a full disk."""

    def starve() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return starve


def few_handles(more: int) -> Callable[[], None]:
    """Let the copy open only ``more`` files at a time besides those that it has."""

    def starve() -> None:
        used = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + more, used + more))

    return starve


def small_disk(folder: Path, kibibytes: int) -> Callable[[], None]:
    """Put a small file system in the place of a folder, with what was in it."""

    def mount() -> None:
        _own_mounts()
        files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        _mount("-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder))
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return mount


def read_only_disk(folder: Path) -> Callable[[], None]:
    """Let nobody write in a folder."""

    def mount() -> None:
        _own_mounts()
        _mount("--bind", str(folder), str(folder))
        _mount("-o", "remount,ro,bind", str(folder))

    return mount


def _own_mounts() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_MOUNTS):
        os._exit(_NO_MOUNTS)
    _mount("--make-rprivate", "/")


def _mount(*arguments: str) -> None:
    if subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode:
        os._exit(_NO_MOUNTS)


def could_mount(ended: Ended) -> bool:
    """Return whether the machine let the copy mount something."""
    return ended.code != _NO_MOUNTS
