"""What a maker gives back and how it tells of its progress."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.outputs import Encoder
from playloom_bridge.answers import Blob, Line, Progress
from playloom_bridge.protocol import Call, Frame, notification

FRACTION_SECONDS = 0.05  # between two messages that say how far an attempt is


class Cancelled(BaseException):
    """The request is no longer wanted; no handler of ordinary errors catches it."""


@dataclass
class Reporter:
    """Tells a client how far its request is, and a maker that it may stop."""

    ident: str
    unwanted: Callable[[], bool]
    tell: Callable[[Frame], None]
    _seq: int = 0
    _told: float = field(default=-1.0)

    def fraction(self, share: float) -> None:
        """Tell the share of an attempt that is done, 0 to 1, now and then.

        Raises:
            Cancelled: If the request is no longer wanted.
        """
        self.check()
        now = time.monotonic()
        if self._told >= 0 and now - self._told < FRACTION_SECONDS:
            return
        self._told = now
        self._say(fraction=round(min(1.0, max(0.0, share)), 3))

    def line(self, act: str, text: str, *, done: bool) -> None:
        """Tell a line as far as it is written.

        Raises:
            Cancelled: If the request is no longer wanted.
        """
        self.check()
        self._say(line=Line(act=act, text=text, done=done))

    def check(self) -> None:
        """Raise Cancelled if the request is no longer wanted."""
        if self.unwanted():
            raise Cancelled

    def _say(self, **fields: Any) -> None:
        self.tell(notification("progress", Progress(id=self.ident, seq=self._seq, **fields)))
        self._seq += 1


@dataclass(frozen=True)
class Content:
    """A result, which lists the blobs, and their bytes one after another."""

    result: Any  # one of `answers.RESULTS`
    payload: bytes = b""


class Maker(Protocol):
    """Does one sort of request."""

    def __call__(self, call: Call, report: Reporter) -> Content:
        """Return the content of a request.

        Raises:
            PlayloomError: If it cannot be.
            Cancelled: If it is no longer wanted.
        """
        ...


@dataclass
class Blobs:
    """Collects the pieces of a payload."""

    listed: list[Blob] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)

    def array(self, name: str, array: NDArray[Any]) -> None:
        """Add an array: bytes as they are, whole numbers as u16le."""
        small = array.dtype == np.uint8
        data = np.ascontiguousarray(array, np.uint8 if small else "<u2").tobytes()
        shape = tuple(int(side) for side in array.shape)
        self.listed.append(Blob(name=name, type="u8" if small else "u16le", size=len(data), shape=shape))
        self.data.append(data)

    def json(self, name: str, data: bytes) -> None:
        """Add JSON."""
        self.listed.append(Blob(name=name, type="json", size=len(data)))
        self.data.append(data)

    def files(self, content: object, names: Sequence[str], writers: Mapping[str, Encoder]) -> None:
        """Add content in the formats of file names that were checked, with the files that belong to them.

        Raises:
            RequestInvalid: If two formats want one name.
        """
        found: dict[str, bytes] = {}
        for name in names:
            path = PurePath(name)
            for other, data in writers[path.suffix](content, path.stem).items():
                if found.setdefault(other, data) != data:
                    raise RequestInvalid(f"files: two formats want {other!r}; choose another name for one")
        for other, data in found.items():
            self.listed.append(Blob(name=other, type="file", size=len(data)))
            self.data.append(data)

    @property
    def payload(self) -> bytes:
        """All pieces one after another."""
        return b"".join(self.data)


def check_files(names: Sequence[str], writers: Mapping[str, Encoder]) -> None:
    """Refuse what cannot be written before anything is made.

    Raises:
        RequestInvalid: If a suffix is of no known format; names those that are.
    """
    for suffix in {PurePath(name).suffix for name in names} - writers.keys():
        raise RequestInvalid(f"files: cannot write {suffix!r}; use one of {', '.join(sorted(writers))}")


def payload_grid(call: Call, shape: tuple[int, ...], dtype: str, what: str) -> NDArray[Any]:
    """Return the payload of a request as an array.

    Raises:
        RequestInvalid: If it has another size; says which.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if len(call.payload) != size:
        raise RequestInvalid(f"payload has {len(call.payload)} bytes; {what} takes {size}")
    return np.frombuffer(call.payload, dtype).reshape(shape)
