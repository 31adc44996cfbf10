"""Slow, silent and broken connections: they are dropped, nothing piles up, and nobody else notices."""

import asyncio
import json
import os
import socket as sockets
import struct
import time
from typing import Any

import pytest
from bridge_client import Client, Made, Serving, serving, until
from websockets.exceptions import ConnectionClosed

from playloom_bridge.answers import Blob, Listed
from playloom_bridge.limits import Limits
from playloom_bridge.making.content import Content, Reporter
from playloom_bridge.protocol import Call

PIECE = 1 << 20


def large(call: Call, report: Reporter) -> Content:
    blob = Blob(name="noise", type="file", size=PIECE)
    return Content(Listed(what="large", blobs=(blob,)), bytes(PIECE))


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test, 120))


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def usual(it: Serving) -> None:
    """Ask something small and get it."""
    async with it.client() as client:
        assert (await client.ask("list", {"what": "worlds"})).failure == ""


def test_ten_clients_that_do_not_read_are_dropped_and_nothing_piles_up() -> None:
    async def deaf(it: Serving, number: int) -> None:
        async with it.connection(max_queue=1) as socket:
            client = Client(socket)
            await client.login()
            socket.transport.pause_reading()  # type: ignore[attr-defined]
            for step in range(16):
                await client.send("sprite", {"seed": number * 100 + step}, f"s{step}")
            await until(lambda: all(peer.socket.transport.is_closing() for peer in peers_of(it, client)), 40)
            socket.transport.abort()

    async def test() -> None:
        limits = Limits(send_seconds=1.0, outbox=4 << 20, remember=4 << 20)
        made = Made()
        async with serving(made.makers(sprite=large), limits=limits, metrics=True) as it:
            before = resident()
            await asyncio.gather(*(deaf(it, number) for number in range(5)))
            await asyncio.gather(*(deaf(it, number) for number in range(5, 10)), usual(it))
            assert 'playloom_refused_total{reason="slow"} 10\n' in it.server.service.counts.text({})
            assert resident() - before < 160 << 20
            assert len(it.server._peers) == 0
            await usual(it)

    run(test())


def peers_of(it: Serving, client: Client) -> list[Any]:
    return [peer for peer in it.server._peers.values() if peer.session.name == client.session]


def test_a_large_answer_comes_in_parts_that_fit_into_godots_buffer() -> None:
    async def test() -> None:
        async with serving({"sprite": large}) as it, it.client() as client:
            answer = await client.ask("sprite", {"seed": 1})
            assert answer.payload == bytes(PIECE)
            assert answer.result["parts"] == -(-PIECE // 59_744)

    run(test())


def test_an_answer_beyond_the_bound_is_refused_clearly() -> None:
    async def test() -> None:
        limits = Limits(answer=PIECE - 1)
        async with serving({"sprite": large}, limits=limits) as it, it.client() as client:
            assert (await client.ask("sprite", {})).failure == "answer_too_large"

    run(test())


def test_a_frame_beyond_the_bound_ends_the_connection_alone() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client() as other:
            for frame in ("x" * (256 << 10) + "x", b"\0" * ((256 << 10) + 1)):
                async with it.client() as client:
                    await client.socket.send(frame)
                    with pytest.raises(ConnectionClosed):
                        await client.read()
                    assert client.socket.close_code == 1009
            assert (await other.ask("list", {"what": "worlds"})).failure == ""

    run(test())


def test_a_client_that_sends_nonsense_is_told_and_in_the_end_shut_out() -> None:
    async def test() -> None:
        async with serving(Made().makers()) as it, it.client() as client:
            for _ in range(16):
                await client.socket.send("{nonsense")
            with pytest.raises(ConnectionClosed):
                while True:
                    await client.read()
            assert client.socket.close_code == 1008
            told = client.ended[None]  # type: ignore[index]
            assert [one.failure for one in told] == ["parse_error"] * 16

    run(test())


def test_a_thousand_hostile_frames_over_the_wire_leave_the_server_as_it_was() -> None:
    async def test() -> None:
        limits = Limits(faults=10_000)
        async with serving(Made().makers(), limits=limits) as it, it.client() as client:
            hostile = [
                "[" * 50_000,
                "null",
                "[]",
                "{}",
                '"',
                "\x00",
                '{"jsonrpc":"2.0","id":"a","method":"level"',
            ]
            wrong = {"jsonrpc": "2.0", "method": "list"}
            hostile += [json.dumps(wrong | {"id": f"a{n}", "params": {"what": n}}) for n in range(93)]
            for _ in range(5):
                for text in hostile:
                    await client.socket.send(text)
                    await client.socket.send(struct.pack("<I", len(text)) + text.encode())
            await client.ask("ping")
            answers = [one for many in client.ended.values() for one in many if one.failure]
            assert len(answers) == 1000
            assert {one.failure for one in answers} == {"parse_error", "invalid_request", "params_invalid"}

    run(test())


@pytest.mark.parametrize("toxic", ["reset", "slicer", "half_open", "late_close", "no_close"])
def test_broken_connections_twenty_times_do_not_hurt_another_client(toxic: str) -> None:
    async def one(it: Serving) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{it.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        if toxic == "slicer":
            for byte in head.encode():
                writer.write(bytes([byte]))
                await writer.drain()
        elif toxic == "half_open":
            writer.write(head[: len(head) // 2].encode())
        else:
            writer.write(head.encode())
            await reader.readline()
        if toxic == "reset":
            writer.get_extra_info("socket").setsockopt(
                sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0)
            )
        if toxic == "no_close":
            await asyncio.sleep(0.6)
        if toxic == "late_close":
            writer.write_eof()
            await asyncio.sleep(0.05)
        writer.close()

    async def test() -> None:
        limits = Limits(login_seconds=0.5, strangers=50)
        async with serving(Made().makers(), limits=limits) as it, it.client() as client:
            broken = asyncio.gather(*(one(it) for _ in range(20)))
            slowest = 0.0
            for number in range(100):
                began = time.monotonic()
                assert (await client.ask("list", {"what": "worlds"}, f"r{number}")).failure == ""
                slowest = max(slowest, time.monotonic() - began)
            await broken
            await until(lambda: len(it.server._peers) == 1)
            assert slowest < 5.0

    run(test())


def test_requests_of_thousands_leave_no_memory_behind() -> None:
    async def test() -> None:
        limits = Limits(remember_count=64)
        async with serving(Made().makers(), limits=limits) as it, it.client() as client:
            for number in range(3000):
                await client.ask("list", {"what": "worlds", "deadline_ms": 600_000}, f"r{number}")
                client.ended.clear()
            desk = it.server.service.desk
            assert len(desk._known) <= 64 and len(desk._heap) <= 130
            assert desk.running == desk.waiting == 0
            assert peers_of(it, client)[0].session.open == {}

    run(test())
