"""The WebSocket server on 127.0.0.1. With `peer` the part of the bridge that touches the network."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from websockets.asyncio.server import Server as Listener
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from playloom.errors import WriteFailed
from playloom_bridge.answers import Closing
from playloom_bridge.desk import IdReused
from playloom_bridge.doorway import Doorway
from playloom_bridge.identity import Patience
from playloom_bridge.journal import Journal
from playloom_bridge.limits import Limits
from playloom_bridge.making.content import Maker
from playloom_bridge.outbox import Outbox
from playloom_bridge.peer import CLOSE_SECONDS, Peer
from playloom_bridge.protocol import Frame, notification
from playloom_bridge.service import Service
from playloom_bridge.session import (
    CLOSE_AWAY,
    CLOSE_ID_REUSED,
    CLOSE_LOGIN_LATE,
    CLOSE_REPLACED,
    CLOSE_SLOW,
    Begin,
    Deed,
    Enter,
    Say,
    Session,
    Shut,
    Stop,
)

ADDRESS = "127.0.0.1"
HEALTH, METRICS = "/healthz", "/metrics"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a server is run."""

    token: str = field(repr=False)
    name: str  # that it tells clients: "playloom/0.1.0"
    port: int = 0  # 0: any that is free
    origins: tuple[str, ...] = ()  # of web builds that may connect
    health: bool = False
    metrics: bool = False
    workers: int = 1
    limits: Limits = field(default_factory=Limits)


class Server:
    """Listens, and carries frames between connections and the service."""

    def __init__(self, settings: Settings, makers: Mapping[str, Maker], journal: Journal) -> None:
        self._settings, self._makers, self._journal = settings, makers, journal
        self._peers: dict[int, Peer] = {}
        self._sessions: dict[str, Peer] = {}
        self._patience = Patience()
        self._count = 0
        self._doorway: Doorway
        self._listener: Listener
        self._watching: asyncio.TimerHandle
        self.service: Service

    async def start(self) -> int:
        """Listen and return the port.

        Raises:
            WriteFailed: If the port is taken.
        """
        given, limits = self._settings, self._settings.limits
        self.service = Service(self._makers, limits, given.workers, self._journal, self)
        logger = logging.getLogger("playloom_bridge.websockets")  # would tell of headers: says nothing
        logger.disabled = True
        try:
            self._listener = await serve(
                self._serve,
                ADDRESS,
                given.port,
                process_request=self._admit,
                compression=None,  # costs ten times what a megabyte costs on this machine
                max_size=limits.inbound,
                open_timeout=limits.login_seconds,
                ping_interval=limits.ping_seconds,
                ping_timeout=limits.ping_seconds,
                close_timeout=CLOSE_SECONDS,
                server_header=None,
                logger=logger,
            )
        except OSError as error:
            raise WriteFailed(
                f"port {given.port} of {ADDRESS} cannot be had ({error.strerror}); choose another, or 0"
            ) from error
        port = int(next(iter(self._listener.sockets)).getsockname()[1])
        extra = (HEALTH,) * given.health + (METRICS,) * given.metrics
        self._doorway = Doorway(port, given.origins, extra)
        self._watch()
        return port

    async def drain(self, seconds: float) -> None:
        """End: finish what runs within ``seconds``, answer the rest, close every connection."""
        self._journal.note("drain", connections=len(self._peers))
        self._listener.close(close_connections=False)
        for peer in list(self._peers.values()):
            if peer.session.stage == "open":
                peer.put([notification("closing", Closing(seconds=seconds))])
        await self.service.drain(seconds)
        for peer in list(self._peers.values()):
            peer.shut(Shut(CLOSE_AWAY, "the server ends"))
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * CLOSE_SECONDS):
                await self._listener.wait_closed()
        self._watching.cancel()

    def answer(self, taker: int, ident: str, frames: Sequence[Frame]) -> None:
        """Send a request's answer, if its connection is still there."""
        peer = self._peers.get(taker)
        if peer is not None:
            peer.session.ended(ident)
            peer.put(frames)

    def tell(self, taker: int, frame: Frame) -> None:
        """Send something before the answer, if the connection is still there."""
        peer = self._peers.get(taker)
        if peer is not None:
            peer.put([frame])

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Decide a handshake; answers what plain HTTP may ask for."""
        headers = request.headers
        refusal = self._doorway.refusal(request.path, headers.get_all("Host"), headers.get_all("Origin"))
        if refusal is not None:
            return self._refused(connection, refusal.status, refusal.reason)
        if request.path == HEALTH:
            return connection.respond(HTTPStatus.OK, "ok\n")
        if request.path == METRICS:
            return connection.respond(HTTPStatus.OK, self.service.counts.text(self._gauges()))
        if self._full():
            return self._refused(connection, HTTPStatus.SERVICE_UNAVAILABLE, "full")
        return None

    def _refused(self, connection: ServerConnection, status: int, reason: str) -> Response:
        self.service.counts.refuse(reason)
        self._journal.note("refused", why=reason)
        return connection.respond(status, f"refused: {reason}\n")

    def _full(self) -> bool:
        strangers = sum(peer.session.stage != "open" for peer in self._peers.values())
        limits = self._settings.limits
        return len(self._peers) >= limits.connections or strangers >= limits.strangers

    def _gauges(self) -> dict[str, int]:
        desk = self.service.desk
        return {"connections": len(self._peers), "waiting": desk.waiting, "running": desk.running}

    async def _serve(self, socket: ServerConnection) -> None:
        if self._full():  # others came in during the handshake
            await socket.close(CLOSE_SLOW, "full")
            return
        given = self._settings
        self._count += 1
        session = Session(given.token, self._patience, given.limits, given.name)
        peer = Peer(self._count, socket, session, Outbox(given.limits.outbox), self._note_deaf)
        self._peers[peer.number] = peer
        self._journal.note("connect", n=peer.number)
        writer = asyncio.create_task(peer.write())
        late = asyncio.get_running_loop().call_later(given.limits.login_seconds, self._late, peer)
        try:
            await self._read(peer)
            self._gone(peer)
            await writer
        finally:
            late.cancel()
            writer.cancel()
            self._gone(peer)

    def _gone(self, peer: Peer) -> None:
        """Forget a connection, once; its requests go on for a while."""
        if self._peers.pop(peer.number, None) is None:
            return
        if self._sessions.get(peer.session.name) is peer:
            del self._sessions[peer.session.name]
        self.service.leave(peer.number)
        self._journal.note("disconnect", n=peer.number)
        peer.gone(Shut(CLOSE_AWAY, ""))

    async def _read(self, peer: Peer) -> None:
        """Do what each frame leads to until one side ends the connection."""
        with suppress(ConnectionClosed):
            async for frame in peer.socket:
                for deed in peer.session.receive(frame, time.monotonic()):
                    await self._do(peer, deed)
                if peer.end is not None:
                    return

    async def _do(self, peer: Peer, deed: Deed) -> None:
        match deed:
            case Say(frames, wait):
                if wait:
                    self._journal.note("denied", n=peer.number)
                    self.service.counts.refuse("proof")
                    await asyncio.sleep(wait)
                peer.put(frames)
            case Enter(name):
                before = self._sessions.get(name)
                self._sessions[name] = peer
                if before is not None:
                    before.shut(Shut(CLOSE_REPLACED, "this session has a newer connection"))
                self._journal.note("login", n=peer.number)
            case Begin(call, digest):
                try:
                    self.service.begin(peer.number, (peer.session.name, call.id), call, digest)
                except IdReused:
                    peer.shut(Shut(CLOSE_ID_REUSED, "an id was used again for another request"))
            case Stop(call):
                self.service.stop(peer.number, peer.session.name, call)
            case Shut():
                peer.shut(deed)

    def _late(self, peer: Peer) -> None:
        if peer.session.stage in ("hello", "login"):
            self.service.counts.refuse("late")
            peer.shut(Shut(CLOSE_LOGIN_LATE, "no login in time"))

    def _watch(self) -> None:
        """Cut off, now and then, who has not taken one frame for too long."""
        seconds = self._settings.limits.send_seconds
        for peer in list(self._peers.values()):
            peer.cut(seconds)
        self._watching = asyncio.get_running_loop().call_later(seconds / 8, self._watch)

    def _note_deaf(self, peer: Peer) -> None:
        self.service.counts.refuse("slow")
        self._journal.note("slow", n=peer.number)
