"""Servers that are none, or that lie: what the addon must bear without an error or a frozen frame.

The puppet proves itself as the protocol wants it, and then says whatever the params of a request tell it, so
that the lies stand in the test script. The others go wrong before anybody is let in.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from playloom_bridge.identity import proof

TOKEN = "puppet-token-" + "p" * 32
NONCE = "0123456789abcdef" * 2


@dataclass
class Stage:
    """Ports by what goes wrong at them, and every message that came to each."""

    ports: dict[str, int] = field(default_factory=dict)
    heard: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def answer(ident: str, result: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": ident, "result": result})


def welcome(message: dict[str, Any], token: str = TOKEN) -> dict[str, Any]:
    shown = proof(token, "server", message["params"]["nonce"], NONCE)
    return {"protocol": 1, "server": "puppet", "nonce": NONCE, "proof": shown}


async def obey(socket: ServerConnection, ident: str, say: list[list[Any]]) -> None:
    """Do what a request tells: `text`, `hex`, `big` frames, `wait`, `close`."""
    for verb, *values in say:
        if verb == "text":
            for _ in range(values[1] if len(values) > 1 else 1):
                await socket.send(values[0].replace("$ID", ident))
        elif verb == "hex":
            await socket.send(bytes.fromhex(values[0].replace("$ID", ident.encode().hex())))
        elif verb == "part":  # params, bytes of the payload
            part = {"jsonrpc": "2.0", "method": "part", "params": {"id": ident} | values[0]}
            document = json.dumps(part).encode()
            await socket.send(len(document).to_bytes(4, "little") + document + bytes(values[1]))
        elif verb == "big":
            await socket.send(bytes(values[0]))
        elif verb == "close":
            await socket.close(values[0])


async def puppet(socket: ServerConnection, heard: list[dict[str, Any]]) -> None:
    async for frame in socket:
        found = json.loads(frame)
        for message in found if isinstance(found, list) else [found]:
            heard.append(message)
            ident, method, params = message["id"], message["method"], message["params"]
            if method == "hello":
                await socket.send(answer(ident, welcome(message)))
            elif method == "login":
                limits = {"methods": [], "open_requests": 32, "frame_bytes": 60000, "inbound_bytes": 262144}
                await socket.send(answer(ident, limits))
            elif method == "ping":
                await socket.send(answer(ident, {}))
            elif method == "cancel":
                await socket.send(answer(ident, {"target": params["target"], "state": "ended"}))
            else:
                await obey(socket, ident, params["say"])


async def closes(socket: ServerConnection, heard: list[dict[str, Any]]) -> None:
    """Let everybody in, and out again."""
    async for frame in socket:
        heard.append(json.loads(frame))
        if heard[-1]["method"] == "login":
            await socket.send(answer(heard[-1]["id"], {}))
            await socket.close(1001)
        else:
            await socket.send(answer(heard[-1]["id"], welcome(heard[-1])))


def greeter(reply: Callable[[dict[str, Any]], str]) -> Any:
    async def talk(socket: ServerConnection, heard: list[dict[str, Any]]) -> None:
        async for frame in socket:
            heard.append(json.loads(frame))
            await socket.send(reply(heard[-1]))

    return talk


async def silent(socket: ServerConnection, heard: list[dict[str, Any]]) -> None:
    async for frame in socket:
        heard.append(json.loads(frame))


async def junk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """No WebSocket at all."""
    with contextlib.suppress(ConnectionError):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + bytes(range(256)) * 40)
        await writer.drain()
        writer.close()


TALKERS: dict[str, Callable[[ServerConnection, list[dict[str, Any]]], Awaitable[None]]] = {
    "puppet": puppet,
    "wrong_proof": greeter(lambda message: answer(message["id"], welcome(message, "another" * 8))),
    "no_proof": greeter(lambda message: answer(message["id"], {"nonce": 7, "proof": None})),
    "echo": greeter(json.dumps),
    "denied": greeter(
        lambda message: json.dumps(
            {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32014, "message": "no", "data": []}}
        )
    ),
    "silent": silent,
    "closes": closes,
}


async def _play(stage: Stage, ready: threading.Event, end: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        for name, talker in TALKERS.items():
            heard = stage.heard.setdefault(name, [])

            async def handle(socket: ServerConnection, talk: Any = talker, to: Any = heard) -> None:
                with contextlib.suppress(ConnectionClosed):
                    await talk(socket, to)

            server = await stack.enter_async_context(
                serve(handle, "127.0.0.1", 0, compression=None, max_size=1 << 20)
            )
            stage.ports[name] = next(iter(server.sockets)).getsockname()[1]
        plain = await asyncio.start_server(junk, "127.0.0.1", 0)
        await stack.enter_async_context(plain)
        stage.ports["junk"] = plain.sockets[0].getsockname()[1]
        ready.set()
        await end.wait()


@contextmanager
def stage() -> Iterator[Stage]:
    """Run every false server in a thread."""
    made, ready = Stage(), threading.Event()
    loop, end = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=[_play(made, ready, end)])
    thread.start()
    try:
        assert ready.wait(20)
        yield made
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
        loop.close()
