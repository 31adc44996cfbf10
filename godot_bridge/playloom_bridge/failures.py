"""What a client is told of an error: a stable name and a message without anything of this machine."""

import re
import traceback

from playloom.errors import FileInvalid, GenerationFailed, PackageInvalid, PlayloomError
from playloom_bridge.answers import FAILURES
from playloom_bridge.protocol import Failure, MessageInvalid

_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?[/\\][^\s:;,]*[/\\][^\s:;,]*")  # of two parts or more


def failure_of(error: Exception) -> Failure:
    """Return the failure that an error is told as; one that we did not raise on purpose is `internal`."""
    match error:
        case MessageInvalid():
            return Failure(error.name, str(error))
        case GenerationFailed():
            return Failure(error.code, without_paths(str(error)), error.failed, without_paths(error.advice))
        case PackageInvalid():
            why = "a model package of the server is not sound; `playloom model check` says what is wrong"
            return Failure(error.code, why)
        case FileInvalid() if not str(error).startswith("payload"):
            return Failure(
                error.code, "a file of the server cannot be read; its log says which request met it"
            )
        case PlayloomError() if error.code in FAILURES:
            return Failure(error.code, without_paths(str(error)))
    return Failure("internal", "a bug of the server's; its log says where, please report it")


def without_paths(text: str) -> str:
    """Return a text in which nothing looks like the path of a file."""
    return _PATH.sub("(path)", text)


def frames_of(error: BaseException) -> list[str]:
    """Return where an error came from, innermost last: "module.py:12 function"; no message, no folders."""
    return [
        f"{frame.filename.replace(chr(92), '/').rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
