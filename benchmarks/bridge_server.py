"""Servers for `bridge.py`, each a process: one of the bridge whose makers do nothing, and a bare echo.

A process ends when its stdin does, and says on stdout where it listens, as `playloom serve` does.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from playloom_bridge.answers import Listed
from playloom_bridge.identity import new_token
from playloom_bridge.journal import Journal
from playloom_bridge.limits import Limits
from playloom_bridge.making.content import Content, Reporter
from playloom_bridge.process import Process, read_token_line, run
from playloom_bridge.protocol import Call
from playloom_bridge.server import Server, Settings

STEP_SECONDS = 0.002  # between two looks of the endless maker at whether it is still wanted
WORKERS = 2


@dataclass
class Running:
    """A server process."""

    process: "subprocess.Popen[str]"
    port: int
    token: str

    @property
    def memory_kib(self) -> int:
        """Resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far, of all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100  # ticks of a hundredth on Linux


Sort = Literal["bridge", "bridge echo", "bare echo"]


@contextmanager
def running(sort: Sort = "bridge", port: int = 0, token: str = "") -> Iterator[Running]:
    """Start a server, and see to it that it is gone."""
    command = [sys.executable, __file__, sort, str(port)]
    token = token or new_token()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(token + "\n")
            process.stdin.flush()
            yield Running(process, int(json.loads(process.stdout.readline())["port"]), token)
        finally:
            process.kill()


def answer_nothing(call: Call, report: Reporter) -> Content:
    """Answer at once."""
    return Content(Listed(what=call.params.what, blobs=()))


def go_on(call: Call, report: Reporter) -> Content:
    """Make a level that is never done, until it is no longer wanted."""
    while True:
        report.check()
        time.sleep(STEP_SECONDS)


def serve_bridge(port: int) -> None:
    """Run the server that `playloom serve` runs, with other makers."""
    settings = Settings(
        token=read_token_line(), name="playloom/benchmark", port=port, workers=WORKERS, limits=Limits()
    )
    makers: dict[str, Any] = {"list": answer_nothing, "level": go_on}
    run(settings, Process(parent_stdin=True), makers, Journal(None, stderr=False))


class EchoServer(Server):
    """The bridge's server up to the first message; that and all others it sends back."""

    async def _serve(self, socket: ServerConnection) -> None:
        await echo(socket)


async def echo(socket: ServerConnection) -> None:
    """Send every message back."""
    with suppress(ConnectionClosed):
        async for message in socket:
            await socket.send(message)


async def serve_echo(port: int, *, bare: bool) -> None:
    """Send every message back: by the library as it comes, or by our server."""
    sys.stdin.readline()
    if bare:
        server = await serve(echo, "127.0.0.1", port)
        port = next(iter(server.sockets)).getsockname()[1]
    else:
        settings = Settings(token=new_token(), name="playloom/benchmark", port=port)
        port = await EchoServer(settings, {}, Journal(None, stderr=False)).start()
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    if sys.argv[1] == "bridge":
        serve_bridge(int(sys.argv[2]))
    else:
        asyncio.run(serve_echo(int(sys.argv[2]), bare=sys.argv[1] == "bare echo"))
