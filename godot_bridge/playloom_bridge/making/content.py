"""What a maker gives back and how it tells of its progress. Imports nothing heavy: servers listen first."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from playloom_bridge.answers import Line, Progress
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
