"""A line to a server on this machine that can be made to fail in the seven ways of toxiproxy's toxics."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

Toxic = Literal["latency", "bandwidth", "slow close", "timeout", "slicer", "limit", "reset"]
TOXICS: tuple[Toxic, ...] = get_args(Toxic)

LATENCY_SECONDS = 0.1  # each way
BYTES_A_SECOND = 2_000
SLOW_CLOSE_SECONDS = 0.5  # until an end is passed on
TIMEOUT_SECONDS = 0.3  # nothing comes through, then the connection ends
SLICE_BYTES, SLICE_SECONDS = 7, 0.001
LIMIT_BYTES = 900  # each way, enough to log in; then the connection ends
RESET_SECONDS = 0.1  # then it is reset


@dataclass(eq=False)
class Proxy:
    """Listens on a port of its own; `toxic` may be changed at any time."""

    target: Callable[[], int]  # the port it leads to
    toxic: Toxic | None = None
    port: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):  # `__aexit__` alone cancels, and is done with it
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target())
            await self._connect(reader, writer, far_reader, far_writer)
        writer.close()

    async def _connect(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        """Carry both ways until one side, or the toxic, ends that."""
        ways = [
            asyncio.create_task(self._carry(reader, far_writer)),
            asyncio.create_task(self._carry(far_reader, writer)),
            asyncio.create_task(self._break_off()),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if self.toxic == "slow close":
                await asyncio.sleep(SLOW_CLOSE_SECONDS)
        finally:
            for way in ways:
                way.cancel()
            for one in (writer, far_writer):
                if self.toxic == "reset":
                    _reset(one)
                one.close()

    async def _break_off(self) -> None:
        """Return once the connection is to end, whatever comes through."""
        seconds = {"timeout": TIMEOUT_SECONDS, "reset": RESET_SECONDS}.get(self.toxic or "")
        if seconds is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(seconds)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes one way until they end, or the toxic ends them."""
        passed = 0
        with suppress(OSError):
            while data := await reader.read(4096):
                if self.toxic == "latency":
                    await asyncio.sleep(LATENCY_SECONDS)
                elif self.toxic == "bandwidth":
                    await asyncio.sleep(len(data) / BYTES_A_SECOND)
                elif self.toxic == "timeout":
                    continue
                elif self.toxic == "limit":
                    data = data[: LIMIT_BYTES - passed]
                for piece in _slices(data) if self.toxic == "slicer" else (data,):
                    writer.write(piece)
                    await writer.drain()
                    if self.toxic == "slicer":
                        await asyncio.sleep(SLICE_SECONDS)
                passed += len(data)
                if self.toxic == "limit" and passed >= LIMIT_BYTES:
                    return


def _slices(data: bytes) -> list[bytes]:
    return [data[first : first + SLICE_BYTES] for first in range(0, len(data), SLICE_BYTES)]


def _reset(writer: asyncio.StreamWriter) -> None:
    """Have the system end a connection with RST, what waits is lost."""
    found = writer.get_extra_info("socket")
    with suppress(OSError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
