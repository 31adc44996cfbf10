"""A client of the bridge that comes back: what it asked is asked again, as it was, until it is answered."""

import asyncio
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

AGAIN_SECONDS = 0.02  # between two tries to connect
_OPTIONS: dict[str, Any] = {
    "compression": None,
    "proxy": None,
    "open_timeout": 2,
    "ping_interval": None,
    "close_timeout": 0.5,
}
LOST = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError, EOFError)

Answer = dict[str, Any]  # a message with "result" or "error"


@dataclass(eq=False)
class Caller:
    """One session; ports are looked up at each connection."""

    port: Callable[[], int]  # of the server
    token: str
    through: Callable[[], int] | None = None  # port of a line to it
    session: str = field(default_factory=lambda: secrets.token_hex(16))
    ended: Counter[str] = field(default_factory=Counter)  # terminal answers, by id
    away: list[float] = field(default_factory=list)  # seconds from each loss to the next login
    connections: int = 0
    wrong: list[str] = field(default_factory=list)  # what must not happen

    def __post_init__(self) -> None:
        self._open: dict[str, tuple[str, asyncio.Future[Answer]]] = {}  # frame and answer, by id
        self._socket: ClientConnection | None = None
        self._entered = asyncio.Event()
        self._lost = 0.0
        self._count = 0

    async def __aenter__(self) -> Self:
        self._life = asyncio.create_task(self._live())
        await self._entered.wait()
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._life.cancel()
        with suppress(asyncio.CancelledError):
            await self._life

    async def ask(self, method: str, params: dict[str, Any], ident: str | None = None) -> Answer:
        """Send a request and return its one answer, whatever happens to connections on the way."""
        if ident is None:
            self._count += 1
            ident = f"r{self._count}"
        frame = json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params})
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open[ident] = frame, answer
        if self._socket is not None:
            with suppress(*LOST):  # it is sent again after the next login
                await self._socket.send(frame)
        return await answer

    async def entered(self) -> None:
        """Wait until there is a connection that has logged in."""
        await self._entered.wait()

    async def drop(self) -> None:
        """End the connection; another one follows."""
        if self._socket is not None:
            self._socket.transport.abort()
            await asyncio.sleep(0)

    async def _live(self) -> None:
        while True:
            with suppress(*LOST):
                port = self.port()
                where = f"ws://127.0.0.1:{port}/"  # a server takes no other name for itself
                line = port if self.through is None else self.through()
                async with connect(where, host="127.0.0.1", port=line, **_OPTIONS) as socket:
                    await self._talk(socket)
            if self._entered.is_set():
                self._entered.clear()
                self._lost = time.monotonic()
            self._socket = None
            await asyncio.sleep(AGAIN_SECONDS)

    async def _talk(self, socket: ClientConnection) -> None:
        if not await asyncio.wait_for(login(socket, self.token, self.session), 2):
            self.wrong.append("the server's proof")
        self.connections += 1
        if self._lost:
            self.away.append(time.monotonic() - self._lost)
        self._socket = socket
        self._entered.set()
        for frame, _ in list(self._open.values()):
            await socket.send(frame)
        async for message in socket:
            self._take(message)

    def _take(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        if "method" in message:
            return
        ident = message["id"]
        self.ended[ident] += 1
        if ident not in self._open:
            self.wrong.append(f"{ident} was answered again")
            return
        self._open.pop(ident)[1].set_result(message)


async def login(socket: ClientConnection, token: str, session: str) -> bool:
    """Enter a session; no if the server's proof is not that of the token."""
    nonce = secrets.token_hex(16)
    hello = {"protocol": 1, "client": "benchmark", "session": session, "nonce": nonce}
    welcome = await _said(socket, "hello", hello)
    both = f"{nonce}\n{welcome['nonce']}"
    await _said(socket, "login", {"proof": _proof(token, "client", both)})
    return bool(welcome["proof"] == _proof(token, "server", both))


def _proof(token: str, side: str, nonces: str) -> str:
    return hmac.new(token.encode(), f"playloom {side} v1\n{nonces}".encode(), "sha256").hexdigest()


async def _said(socket: ClientConnection, method: str, params: dict[str, Any]) -> dict[str, Any]:
    await socket.send(json.dumps({"jsonrpc": "2.0", "id": method, "method": method, "params": params}))
    result: dict[str, Any] = json.loads(await socket.recv())["result"]
    return result
