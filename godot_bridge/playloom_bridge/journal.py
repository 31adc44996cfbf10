"""The log: one JSON object a line, with nothing of clients' words, of tokens, of this machine's paths."""

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from playloom.errors import WriteFailed

BYTES_HIGH = 16 << 20  # of a log file; then it becomes FILE.1, and that of before goes

Field = str | int | float | Sequence[str]


class Journal:
    """Writes events to a file, to stderr, or nowhere. Safe to share between threads."""

    def __init__(self, where: Path | None = None, *, stderr: bool = False) -> None:
        """Open the log.

        Args:
            where: The file, made so that only its owner can read it; it is written on.
            stderr: Whether stderr is written to where no file is given.

        Raises:
            WriteFailed: If the file cannot be opened.
        """
        self._where = where
        self._lock = threading.Lock()
        self._stream: TextIO | None = sys.stderr if stderr and where is None else None
        if where is not None:
            self._stream = _opened(where)

    def note(self, event: str, **fields: Field) -> None:
        """Write an event; callers give only numbers and words of ours."""
        if self._stream is None:
            return
        line = json.dumps({"time": round(time.time(), 3), "event": event, **fields})
        with self._lock:
            if self._stream is None:
                return
            self._stream.write(line + "\n")
            self._stream.flush()
            if self._where is not None and self._stream.tell() > BYTES_HIGH:
                self._stream.close()
                self._where.replace(self._where.with_name(f"{self._where.name}.1"))
                self._stream = _opened(self._where)

    def close(self) -> None:
        """Write no more; a file is closed."""
        with self._lock:
            stream, self._stream = self._stream, None
            if stream is not None and self._where is not None:
                stream.close()


def _opened(where: Path) -> TextIO:
    try:
        return os.fdopen(os.open(where, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")
    except OSError as error:
        raise WriteFailed(
            f"{where}: cannot be written ({error.strerror}); choose another place for the log"
        ) from error
