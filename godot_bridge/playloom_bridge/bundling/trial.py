"""A bundled server is started, asked for some of each sort, and must give the bytes of the installed one."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from playloom.errors import GenerationFailed
from playloom.kinds.quest.world_file import EXAMPLES
from playloom.library import Library
from playloom.package import Package
from playloom_bridge.identity import new_nonce, new_token, proof
from playloom_bridge.making.content import Content, Maker, Reporter
from playloom_bridge.making.levels import Levels
from playloom_bridge.making.quests import Quests
from playloom_bridge.making.shelf import Shelf
from playloom_bridge.making.sprites import Sprites
from playloom_bridge.protocol import VERSION, Call, result_frames
from playloom_bridge.requests import METHODS

_PATIENCE_SECONDS = 120.0  # for a first start on a machine that is busy
_OURS = ("PLAYLOOM_", "PYTHON", "LD_LIBRARY_PATH", "DYLD_")  # what a player's machine does not have


@dataclass(frozen=True)
class Trial:
    """What a trial found."""

    ready_seconds: float  # from its start until it listens
    said: str  # for people


def try_out(program: Path, packages: Sequence[Package]) -> Trial:
    """Run a bundled server and compare its answers.

    Raises:
        GenerationFailed: If it does not start, or answers otherwise than the installed one.
    """
    expected = _expected(packages)
    token = new_token()
    began = time.monotonic()
    with _running(program, token) as ready:
        seconds = time.monotonic() - began
        try:
            with connect(
                f"ws://127.0.0.1:{ready['port']}",
                compression=None,
                max_size=None,
                open_timeout=20,
                proxy=None,
            ) as socket:
                _login(socket, token)
                for call, frames in expected:
                    _compare(program, call, _ask(socket, call), frames)
        except (OSError, WebSocketException, KeyError, ValueError) as problem:
            reason = f"{type(problem).__name__}: {problem}"
            raise GenerationFailed(
                f"{program}: listens, but does not answer ({reason}); report it"
            ) from problem
    asked = ", ".join(call.method for call, _ in expected)
    return Trial(seconds, f"same bytes as the installed server: {asked}")


def _compare(program: Path, call: Call, found: list[Any], expected: list[Any]) -> None:
    if found == expected:
        return
    last = found[-1] if isinstance(found[-1], str) else ""
    reason = f" ({json.loads(last)['error']['message']})" if '"error"' in last else ""
    raise GenerationFailed(
        f"{program}: answers a {call.method} otherwise than the installed server does{reason}; "
        "report it, and do not ship it"
    )


def _expected(packages: Sequence[Package]) -> list[tuple[Call, list[Any]]]:
    """Return requests that the models can answer, and the frames of their answers."""
    shelf = Shelf(1 << 30, Library([package.root for package in packages]))
    names = {package.manifest.kind: package for package in reversed(packages)}
    made: list[tuple[Call, Content]] = []

    def add(maker: Maker, method: str, **fields: Any) -> None:
        call = Call(f"trial-{method}", method, METHODS[method](seed=7, **fields))
        made.append((call, maker(call, Reporter(call.id, lambda: False, lambda _: None))))

    if (package := names.get("level")) is not None:
        with shelf.generator("level", package.root) as generator:
            theme, size = next(iter(generator.themes)), generator.size
        add(Levels(shelf).level, "level", theme=theme, package=package.manifest.name, size=tuple(size))
    if (package := names.get("sprite")) is not None:
        add(Sprites(shelf).sprite, "sprite", words="potion", package=package.manifest.name, size=16)
    add(Quests(shelf, {}).quest, "quest", world=EXAMPLES[0])
    return [(call, result_frames(call.id, content.result, content.payload)) for call, content in made]


@contextmanager
def _running(program: Path, token: str) -> Iterator[dict[str, Any]]:
    """Start a server as a game does, and hand out what it says once it listens."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    with subprocess.Popen(  # noqa: S603  # what was just built, no shell
        [str(program), "serve", "--token-stdin", "--parent-stdin", "--cold"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, bufsize=0,
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        patience = threading.Timer(_PATIENCE_SECONDS, process.kill)
        patience.start()
        try:
            with suppress(BrokenPipeError):  # it has ended; below it is told why
                process.stdin.write(token.encode() + b"\n")
            line = process.stdout.readline()
            try:
                ready: dict[str, Any] = json.loads(line)
            except ValueError:
                said = (line or process.stderr.read(2000)).decode(errors="replace").strip()
                raise GenerationFailed(f"{program}: does not start: it says {said!r}; report it") from None
            yield ready
        finally:
            patience.cancel()
            process.kill()


def _login(socket: ClientConnection, token: str) -> None:
    nonce = new_nonce()
    fields = {"protocol": VERSION, "client": "playloom bundle", "session": new_nonce(), "nonce": nonce}
    socket.send(_request("hello", "hello", fields))
    welcome = json.loads(socket.recv(20))["result"]
    own = proof(token, "client", nonce, welcome["nonce"])
    socket.send(_request("login", "login", {"proof": own}))
    json.loads(socket.recv(20))["result"]


def _ask(socket: ClientConnection, call: Call) -> list[Any]:
    given = msgspec.to_builtins(call.params)
    usual = {one.name: one.default for one in msgspec.structs.fields(METHODS[call.method])}
    fields = {name: value for name, value in given.items() if getattr(call.params, name) != usual.get(name)}
    socket.send(_request(call.id, call.method, fields))
    frames: list[Any] = []
    while True:
        frame = socket.recv(_PATIENCE_SECONDS)
        head = frame if isinstance(frame, str) else frame[4 : 4 + int.from_bytes(frame[:4], "little")]
        message = json.loads(head)
        if message.get("method") != "progress":
            frames.append(frame)
        if "result" in message or "error" in message:
            return frames


def _request(ident: str, method: str, params: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params})
