"""The command `playloom serve` as a process: how it starts, who can read what, and how it ends."""

import asyncio
import hmac
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bridge_client import TOKEN, Client
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

COMMAND = Path(sys.executable).parent / "playloom"
CLIENT = Path(__file__).parents[2] / "godot_bridge" / "examples" / "client.mjs"
posix = pytest.mark.skipif(os.name != "posix", reason="file modes and signals of POSIX")


@dataclass
class Sidecar:
    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def port(self) -> int:
        return int(self.ready["port"])


@contextmanager
def sidecar(*options: str, token: str | None = TOKEN) -> Iterator[Sidecar]:
    """Start a server as a game does, and see to it that it is gone."""
    command = [str(COMMAND), "serve", "--cold", *options]
    if token is not None:
        command += ["--token-stdin", "--parent-stdin"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            if token is not None:
                process.stdin.write(token + "\n")
                process.stdin.flush()
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            yield Sidecar(process, json.loads(line))
        finally:
            process.kill()


def talk(port: int, do: Any, token: str = TOKEN, session: str | None = None) -> Any:
    async def run() -> Any:
        async with connect(
            f"ws://127.0.0.1:{port}/", compression=None, proxy=None, ping_interval=None
        ) as socket:
            client = Client(socket)
            await client.login(token, session)
            return await do(client)

    return asyncio.run(asyncio.wait_for(run(), 200))


async def worlds(client: Client) -> Any:
    return json.loads((await client.ask("list", {"what": "worlds"})).blob("list"))


@posix
def test_a_game_starts_it_and_it_ends_when_the_game_is_gone() -> None:
    with sidecar("--log", os.devnull) as it:
        assert (
            it.ready["event"] == "ready" and it.ready["protocol"] == 1 and it.ready["pid"] == it.process.pid
        )
        assert talk(it.port, worlds) == ["halcyon", "saltmouth", "thornford"]
        command = Path(f"/proc/{it.process.pid}/cmdline")
        environment = Path(f"/proc/{it.process.pid}/environ")
        if command.exists():
            assert TOKEN.encode() not in command.read_bytes() + environment.read_bytes()
        assert it.process.stdin is not None
        it.process.stdin.close()
        assert it.process.wait(30) == 0


@posix
def test_it_ends_when_the_game_is_killed(tmp_path: Path) -> None:
    """The game is a process in between, whose end nobody announces."""
    game = f"""
import subprocess, sys
p = subprocess.Popen([{str(COMMAND)!r}, "serve", "--cold", "--token-stdin", "--parent-stdin"],
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write({TOKEN!r} + "\\n"); p.stdin.flush()
print(p.stdout.readline(), flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", game], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pid = int(json.loads(process.stdout.readline())["pid"])
        process.kill()
        process.wait()
    end = time.monotonic() + 30
    while running(pid):
        assert time.monotonic() < end, "the server outlives its game"
        time.sleep(0.05)


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text("ascii").rpartition(")")[2].split()[0] != "Z"


@posix
def test_sigterm_lets_what_runs_be_finished_and_answers_every_request(tmp_path: Path) -> None:
    async def ask(client: Client) -> None:
        for number in range(6):
            await client.send("quest", {"seed": number}, f"q{number}")
        os.kill(pid, signal.SIGTERM)
        with pytest.raises(ConnectionClosed):
            while True:
                await client.read()
        assert client.closing and client.socket.close_code == 1001
        outcomes = [client.ended[f"q{number}"] for number in range(6)]
        assert all(len(answers) == 1 for answers in outcomes)
        assert {answers[0].failure for answers in outcomes} <= {"", "shutting_down"}

    with sidecar() as it:
        pid = it.process.pid
        talk(it.port, ask)
        assert it.process.wait(40) == 0


@posix
def test_a_token_that_is_made_stands_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text("{}", "utf-8")
    ready.chmod(0o644)
    with sidecar("--ready-file", str(ready), token=None) as it:
        assert stat.S_IMODE(ready.stat().st_mode) == 0o600
        found = json.loads(ready.read_text("utf-8"))
        if os.geteuid() == 0:  # another user cannot read it
            other = subprocess.run(["cat", ready], user=65534, check=False, capture_output=True)
            assert other.returncode != 0 and not other.stdout
        assert "token" not in it.ready and found["port"] == it.port and len(found["token"]) == 64
        assert talk(it.port, worlds, found["token"])
        it.process.send_signal(signal.SIGTERM)
        assert it.process.wait(40) == 0
        assert not ready.exists()


@posix
@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        (0o644, TOKEN, "chmod 600"),
        (0o640, TOKEN, "chmod 600"),
        (0o600, "short", "32 to 256"),
        (0o600, "", "32 to 256"),
    ],
)
def test_a_token_file_that_others_read_or_that_holds_none_is_refused(
    tmp_path: Path, mode: int, text: str, said: str
) -> None:
    file = tmp_path / "token"
    file.write_text(text, "utf-8")
    file.chmod(mode)
    command = [str(COMMAND), "serve", "--token-file", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode in (1, 2) and said in done.stderr and (not text or text not in done.stderr)


def test_without_a_way_to_give_the_token_it_says_which_there_are() -> None:
    command = [str(COMMAND), "serve"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 2 and "--token-stdin, --token-file, or --ready-file" in done.stderr


@posix
def test_logs_and_errors_hold_no_token_prompt_or_path(tmp_path: Path) -> None:
    secret, log = "xyzzy-goblin", tmp_path / "log"

    async def ask(client: Client) -> list[str]:
        found = [await client.ask("sprite", {"words": secret, "palette": secret})]
        found.append(await client.ask("quest", {"giver": secret}))
        found.append(await client.ask("quest", {}, payload=f"name = '{secret}'".encode()))
        found.append(await client.ask("level", {"theme": secret}))
        found.append(await client.ask("level", {"package": secret}))
        found.append(await client.ask("level", {"theme": "dungeon", "files": [f"{secret}.exe"]}))
        assert [one.failure for one in found[:5]] == [
            "request_invalid", "request_invalid", "file_invalid", "request_invalid", "kind_unknown",
        ]  # fmt: skip
        return [json.dumps(one.message) for one in found]

    with sidecar("--log", str(log)) as it:
        for message in talk(it.port, ask):
            assert str(Path.cwd()) not in message and "site-packages" not in message
        it.process.send_signal(signal.SIGTERM)
        assert it.process.wait(40) == 0
    text = log.read_text("utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [word for word in (secret, TOKEN, "/", str(tmp_path)) if word in text] == []
    events = [json.loads(line)["event"] for line in text.splitlines()]
    assert events[0] == "ready" and events[-1] == "end" and "answered" in events


def node() -> str:
    """Return the command of Node; where there is none the test is skipped, in CI it fails."""
    found = shutil.which("node")
    if found is None:
        message = "no node 20 or newer: run scripts/test"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found


def test_the_client_in_javascript_makes_a_level() -> None:
    with sidecar() as it:
        params = json.dumps({"theme": "dungeon", "size": [16, 16], "seed": 7, "files": ["a.tscn"]})
        command = [node(), "--experimental-websocket", str(CLIENT), str(it.port), "level", params]
        done = subprocess.run(command, input=TOKEN, capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["size"] == [16, 16] and found["bytes"]["cells"] == 512
        assert found["bytes"] == {blob["name"]: blob["size"] for blob in found["blobs"]}
        assert found["parts"] > 0
        wrong = subprocess.run(
            command, input="w" * 40, capture_output=True, text=True, check=False, timeout=200
        )
        assert wrong.returncode != 0 and "not our server" in wrong.stderr
    assert len(CLIENT.read_text("utf-8").splitlines()) <= 65


def test_the_client_in_javascript_tells_a_false_server_nothing() -> None:
    heard: list[str] = []

    async def pretend(socket: ServerConnection) -> None:
        async for frame in socket:
            heard.append(str(frame))
            message = json.loads(frame)
            nonce, own = message["params"].get("nonce", ""), f"{len(heard):032x}"
            proofs = [nonce * 2, "0" * 64, hmac.new(b"guess", f"{nonce}{own}".encode(), "sha256").hexdigest()]
            welcome = {"protocol": 1, "server": "playloom", "nonce": own, "proof": proofs[len(heard) % 3]}
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": welcome}))

    async def test() -> None:
        async with serve(pretend, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            script = f"""
import {{ connect }} from {json.dumps(CLIENT.as_uri())};
for (let i = 0; i < 20; i++) {{
  const said = await connect({port}, "{TOKEN}").then(() => "in", (error) => error.message);
  if (said !== "not our server") throw new Error(said);
}}
process.exit(0);
"""
            command = [node(), "--experimental-websocket", "--input-type=module", "-e", script]
            done = await asyncio.to_thread(
                subprocess.run, command, capture_output=True, text=True, check=False, timeout=200
            )
            assert done.returncode == 0, done.stderr

    asyncio.run(asyncio.wait_for(test(), 250))
    assert len(heard) == 20 and {json.loads(one)["method"] for one in heard} == {"hello"}
    assert TOKEN not in "".join(heard)
