"""A client of the bridge for the tests, and servers with makers that do as a test wishes."""

import asyncio
import hmac
import json
import secrets
import struct
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from playloom_bridge.answers import Listed
from playloom_bridge.journal import Journal
from playloom_bridge.limits import Limits
from playloom_bridge.making.content import Content, Maker, Reporter
from playloom_bridge.protocol import Call
from playloom_bridge.server import Server, Settings

TOKEN = "a-token-that-is-only-used-in-tests-0123456789"


@dataclass
class Answer:
    """What came back for one request."""

    message: dict[str, Any]
    payload: bytes
    progress: list[dict[str, Any]]

    @property
    def result(self) -> dict[str, Any]:
        assert "result" in self.message, self.message
        return dict(self.message["result"])

    @property
    def failure(self) -> str:
        return str(self.message["error"]["data"]["code"]) if "error" in self.message else ""

    def blob(self, name: str) -> bytes:
        offset = 0
        for blob in self.result["blobs"]:
            if blob["name"] == name:
                return self.payload[offset : offset + blob["size"]]
            offset += blob["size"]
        raise KeyError(name)


@dataclass
class Client:
    """One connection that has logged in."""

    socket: ClientConnection
    session: str = ""
    ended: dict[str, list[Answer]] = field(default_factory=dict)  # every terminal answer, by id
    closing: list[dict[str, Any]] = field(default_factory=list)
    _progress: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _parts: dict[str, bytes] = field(default_factory=dict)

    async def login(self, token: str = TOKEN, session: str | None = None) -> dict[str, Any]:
        self.session = session or secrets.token_hex(16)
        nonce = secrets.token_hex(16)
        hello = {"protocol": 1, "client": "tests", "session": self.session, "nonce": nonce}
        welcome = (await self.ask("hello", hello)).result
        shown = f"playloom server v1\n{nonce}\n{welcome['nonce']}"
        assert welcome["proof"] == hmac.new(token.encode(), shown.encode(), "sha256").hexdigest()
        own = f"playloom client v1\n{nonce}\n{welcome['nonce']}"
        proof = hmac.new(token.encode(), own.encode(), "sha256").hexdigest()
        return (await self.ask("login", {"proof": proof})).result

    async def send(self, method: str, params: Mapping[str, Any], ident: str, payload: bytes = b"") -> None:
        message = json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params})
        data = message.encode()
        await self.socket.send(struct.pack("<I", len(data)) + data + payload if payload else message)

    async def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        ident: str | None = None,
        payload: bytes = b"",
    ) -> Answer:
        ident = ident or secrets.token_hex(6)
        await self.send(method, params or {}, ident, payload)
        return await self.wait(ident)

    async def wait(self, ident: str) -> Answer:
        """Return the next terminal answer of a request."""
        seen = len(self.ended.get(ident, []))
        while len(self.ended.get(ident, [])) == seen:
            await self.read()
        return self.ended[ident][-1]

    async def read(self) -> None:
        """Take one frame."""
        frame = await asyncio.wait_for(self.socket.recv(), 120)
        payload = b""
        if isinstance(frame, bytes):
            assert len(frame) <= 60_000
            (size,) = struct.unpack_from("<I", frame)
            frame, payload = frame[4 : 4 + size].decode(), frame[4 + size :]
        message = json.loads(frame)
        assert message["jsonrpc"] == "2.0"
        if "method" in message:
            params = message["params"]
            if message["method"] == "progress":
                self._progress.setdefault(params["id"], []).append(params)
            elif message["method"] == "part":
                before = self._parts.get(params["id"], b"")
                assert len(before) == params["offset"]
                self._parts[params["id"]] = before + payload
            else:
                self.closing.append(params)
            return
        ident = message["id"]
        payload = self._parts.pop(ident, b"") + payload
        self.ended.setdefault(ident, []).append(Answer(message, payload, self._progress.pop(ident, [])))


@dataclass
class Made:
    """Makers that a test holds by the hand: what they were asked, and when they may go on."""

    runs: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def level(self, call: Call, report: Reporter) -> Content:
        """Wait for `go`, telling its progress every few milliseconds."""
        self.runs.append(call.id)
        try:
            while not self.go.is_set():
                report.fraction(0.5)
                time.sleep(0.002)
        except BaseException:
            self.stopped.append(call.id)
            raise
        return Content(Listed(what=str(call.params.seed), blobs=()))

    def list(self, call: Call, report: Reporter) -> Content:
        """Answer at once."""
        self.runs.append(call.id)
        return Content(Listed(what=call.params.what, blobs=()))

    def makers(self, **more: Maker) -> dict[str, Maker]:
        return {"level": self.level, "list": self.list, **more}


@dataclass
class Serving:
    """A server that runs."""

    server: Server
    port: int

    @asynccontextmanager
    async def client(self, session: str | None = None, token: str = TOKEN) -> AsyncIterator[Client]:
        async with self.connection() as socket:
            client = Client(socket)
            await client.login(token, session)
            yield client

    def connection(self, **options: Any) -> connect:
        usual = {"max_size": None, "compression": None, "proxy": None, "ping_interval": None}
        return connect(f"ws://127.0.0.1:{self.port}/", **(usual | options))


@asynccontextmanager
async def serving(
    makers: Mapping[str, Maker], *, log: Path | None = None, limits: Limits | None = None, **settings: Any
) -> AsyncIterator[Serving]:
    """Run a server in this event loop."""
    given = Settings(token=TOKEN, name="playloom/tests", limits=limits or Limits(), **settings)
    journal = Journal(log)
    server = Server(given, makers, journal)
    port = await server.start()
    try:
        yield Serving(server, port)
    finally:
        await server.drain(0.0)
        journal.close()


async def until(holds: Any, seconds: float = 20.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.005)
