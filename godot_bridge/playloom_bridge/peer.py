"""One connection and what it is sent: frames in their order, then its end."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from playloom_bridge.outbox import Outbox
from playloom_bridge.protocol import Frame
from playloom_bridge.session import CLOSE_SLOW, Session, Shut

CLOSE_SECONDS = 2.0  # for the other side to end a connection too


@dataclass(eq=False)
class Peer:
    """A connection that was let in."""

    number: int
    socket: ServerConnection
    session: Session
    outbox: Outbox
    on_deaf: Callable[["Peer"], None]  # called once if it does not read what it is sent
    end: Shut | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _sending: float = 0.0  # since when one frame is being sent; 0: none is
    _deaf: bool = False

    def put(self, frames: Sequence[Frame]) -> None:
        """Send frames, or drop a connection that does not take what was sent before."""
        if self.end is not None:
            return
        if not self.outbox.put(frames):
            self._note_deaf()
            self.outbox = Outbox(0)
            self.shut(Shut(CLOSE_SLOW, "this client does not read"))
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.socket.transport.abort)
        self._wake.set()

    def shut(self, shut: Shut) -> None:
        """End the connection after what waits to be sent."""
        if self.end is None:
            self.end = shut
            self.session.stage = "over"
        self._wake.set()

    def gone(self, shut: Shut) -> None:
        """Note that the other side has ended it; ``shut`` is why, unless that was known."""
        if self.end is None:
            self.end = shut
        self._wake.set()

    def cut(self, seconds: float) -> None:
        """Cut the connection off if one frame has not been taken for so long."""
        if self._sending and time.monotonic() - self._sending > seconds:
            self._note_deaf()
            self.end = self.end or Shut(CLOSE_SLOW, "")
            self.socket.transport.abort()

    async def write(self) -> None:
        """Send what waits, in its order; then, if it ends, close."""
        try:
            while True:
                frame = self.outbox.take()
                if frame is not None:
                    self._sending = time.monotonic()
                    await self.socket.send(frame)
                    self._sending = 0.0
                elif self.end is not None:
                    await self.socket.close(self.end.code, self.end.reason)
                    return
                else:
                    self._wake.clear()
                    await self._wake.wait()
        except ConnectionClosed:
            return

    def _note_deaf(self) -> None:
        if not self._deaf:
            self._deaf = True
            self.on_deaf(self)
