"""One build at a time in a project: the second waits; what a killed one left half is swept away."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from playloom.build.paths import STATE
from playloom.errors import WriteFailed
from playloom.files import PART

MARK = "build-"  # in the names of our temporary files
_BUSY = "busy"  # locked while a build runs; holds a byte while it writes


@contextmanager
def turn(folder: Path, waiting: Callable[[], None]) -> Iterator["Turn"]:
    """Hold the project for one build.

    Args:
        folder: Of the project.
        waiting: Is called once if another build has it.

    Raises:
        WriteFailed: If the project's folder cannot be written.
    """
    state = folder / STATE
    try:
        state.mkdir(exist_ok=True)
        if not (state / ".gitignore").exists():
            (state / ".gitignore").write_text("*\n")
        file = (state / _BUSY).open("a+b", buffering=0)
    except OSError as error:
        raise WriteFailed(
            f"{state}: cannot be written ({error.strerror or error}); the build keeps its state there: make "
            "room or give yourself the right to write"
        ) from error
    with file:
        _lock(file, waiting)
        yield Turn(folder, file)


class Turn:
    """A project that this process alone builds."""

    def __init__(self, folder: Path, file: BinaryIO) -> None:
        self._folder, self._file = folder, file
        file.seek(0)
        self.left_half = bool(file.read(1))  # whether the build before was killed

    def begin(self) -> None:
        """Note that files are about to be written."""
        self._file.seek(0)
        with suppress(OSError):  # a full disk: whatever is written next says so
            self._file.write(b"1")

    def end(self) -> None:
        """Note that none of them is half."""
        with suppress(OSError):
            self._file.truncate(0)

    def sweep(self, folders: set[Path]) -> None:
        """Remove the temporary files of a build that was killed."""
        for folder in {*folders, self._folder, self._folder / STATE}:
            for path in folder.glob(PART.format(f"{MARK}*")):
                with suppress(OSError):
                    path.unlink()


def _lock(file: BinaryIO, waiting: Callable[[], None]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(1)  # the byte before it is read and written
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(file, fcntl.LOCK_EX)
