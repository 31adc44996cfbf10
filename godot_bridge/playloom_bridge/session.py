"""One connection: what each frame of a client leads to. No I/O: frames go in, deeds come out.

It begins with `hello` and `login`; nothing else is answered before. A request that is open may be sent again
and is answered once; another one under its id ends the connection: an error under that id would answer both.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from playloom_bridge.answers import Entered, Pong, Welcome
from playloom_bridge.identity import Patience, new_nonce, proof
from playloom_bridge.limits import Limits
from playloom_bridge.protocol import (
    FRAME_BYTES,
    VERSION,
    Call,
    Failure,
    Frame,
    Refused,
    failure_frame,
    read_frame,
    result_frames,
)
from playloom_bridge.requests import METHODS

# Codes of a connection's end, besides those of RFC 6455.
CLOSE_VERSION, CLOSE_DENIED, CLOSE_REPLACED, CLOSE_ID_REUSED, CLOSE_LOGIN_LATE = 4000, 4001, 4002, 4003, 4008
CLOSE_FAULTS, CLOSE_SLOW, CLOSE_AWAY = 1008, 1013, 1001


@dataclass(frozen=True)
class Say:
    """Send frames."""

    frames: tuple[Frame, ...]
    wait: float = 0.0  # seconds before


@dataclass(frozen=True)
class Shut:
    """End the connection."""

    code: int
    reason: str


@dataclass(frozen=True)
class Enter:
    """The client has shown who it is."""

    session: str


@dataclass(frozen=True)
class Begin:
    """Take on a request."""

    call: Call
    digest: bytes


@dataclass(frozen=True)
class Stop:
    """End the request ``target`` and answer ``call``."""

    call: Call
    target: str


Deed = Say | Shut | Enter | Begin | Stop


@dataclass
class Session:
    """The state of one connection."""

    token: str = field(repr=False)
    patience: Patience
    limits: Limits
    server: str  # its name and version
    stage: Literal["hello", "login", "open", "over"] = "hello"
    name: str = ""  # of the client's session
    client_nonce: str = ""
    nonce: str = field(default_factory=new_nonce)
    open: dict[str, bytes] = field(default_factory=dict)  # unanswered: id -> digest
    faults: int = 0

    def receive(self, frame: Frame, now: float) -> Iterator[Deed]:
        """Yield what a frame leads to; ``now`` is of a clock that never goes back, in seconds."""
        for one in read_frame(frame):
            if self.stage == "over":
                return
            deeds = self._refused(one) if isinstance(one, Refused) else self._called(one, now)
            for deed in deeds:
                if isinstance(deed, Shut):
                    self.stage = "over"
                yield deed

    def ended(self, ident: str) -> None:
        """Note that a request was answered."""
        self.open.pop(ident, None)

    def _refused(self, refused: Refused) -> Iterator[Deed]:
        self.faults += 1
        if self.stage != "open":
            yield self._fail(refused.id, refused.failure)
            yield Shut(CLOSE_DENIED, "send hello first")
            return
        if refused.id is not None and refused.id in self.open:  # an error under it would answer the open one
            yield Shut(CLOSE_ID_REUSED, "an open id was used again")
            return
        yield self._fail(refused.id, refused.failure)
        if self.faults >= self.limits.faults:
            yield Shut(CLOSE_FAULTS, "too many messages that are none")

    def _called(self, call: Call, now: float) -> Iterator[Deed]:
        if self.stage == "hello":
            yield from self._hello(call)
        elif self.stage == "login":
            yield from self._login(call, now)
        elif call.method in ("hello", "login"):
            self.faults += 1
            yield self._fail(call.id, Failure("invalid_request", "this connection has logged in; go on"))
        elif call.id in self.open:
            if call.digest() != self.open[call.id]:
                yield Shut(CLOSE_ID_REUSED, "an open id was used again")
        elif call.method == "ping":
            yield Say(tuple(result_frames(call.id, Pong())))
        elif call.method == "cancel":
            yield Stop(call, call.params.target)
        elif len(self.open) >= self.limits.open_requests:
            why = f"{len(self.open)} requests of this connection are open; wait for an answer"
            yield self._fail(call.id, Failure("overloaded", why, retry_ms=100))
        else:
            self.open[call.id] = call.digest()
            yield Begin(call, self.open[call.id])

    def _hello(self, call: Call) -> Iterator[Deed]:
        if call.method != "hello":
            yield self._fail(call.id, Failure("denied", "send hello first, then login"))
            yield Shut(CLOSE_DENIED, "send hello first")
            return
        hello = call.params
        if hello.protocol != VERSION:
            why = f"protocol {hello.protocol} is not spoken here, {VERSION} is; update the older side"
            yield self._fail(call.id, Failure("protocol_unknown", why))
            yield Shut(CLOSE_VERSION, f"protocol {VERSION} is spoken here")
            return
        self.name, self.client_nonce, self.stage = hello.session, hello.nonce, "login"
        shown = proof(self.token, "server", self.client_nonce, self.nonce)
        welcome = Welcome(protocol=VERSION, server=self.server, nonce=self.nonce, proof=shown)
        yield Say(tuple(result_frames(call.id, welcome)))

    def _login(self, call: Call, now: float) -> Iterator[Deed]:
        wanted = proof(self.token, "client", self.client_nonce, self.nonce)
        given = call.params.proof if call.method == "login" else ""
        if not hmac.compare_digest(given, wanted):
            wait = self.patience.wrong(now)
            why = "the proof is not that of this server's token; take the token of the server that runs"
            yield self._fail(call.id, Failure("denied", why), wait)
            yield Shut(CLOSE_DENIED, "denied")
            return
        self.stage = "open"
        yield Enter(self.name)
        entered = Entered(
            methods=tuple(METHODS),
            open_requests=self.limits.open_requests,
            frame_bytes=FRAME_BYTES,
            inbound_bytes=self.limits.inbound,
        )
        yield Say(tuple(result_frames(call.id, entered)))

    def _fail(self, ident: str | None, failure: Failure, wait: float = 0.0) -> Say:
        return Say((failure_frame(ident, failure),), wait)
