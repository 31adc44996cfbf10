"""Who may come in: handshakes by Origin, Host and path, a real browser, wrong tokens, plain HTTP."""

import asyncio
import http.server
import itertools
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bridge_client import TOKEN, Client, Made, Serving, serving
from websockets.exceptions import ConnectionClosed, InvalidStatus

from playloom.errors import RequestInvalid
from playloom_bridge.doorway import check_origin
from playloom_bridge.identity import DELAY_HIGH, Patience, proof
from playloom_bridge.limits import Limits
from playloom_bridge.protocol import Call
from playloom_bridge.requests import Hello, Login
from playloom_bridge.session import Enter, Say, Session

ALLOWED = "https://game.example"
ORIGINS = [
    "null", "http://127.0.0.1", "http://localhost", "http://evil.example", "https://game.example.evil.example",
    "https://game.example:443", "https://GAME.example", "http://game.example", "file://", "", "https://game.example/",
    "https://evil.example, https://game.example", "chrome-extension://abc", "https://user@game.example", "*",
]  # fmt: skip
HOSTS = [
    "127.0.0.1.evil.example:{port}", "evil.example:{port}", "[::1]:{port}", "127.0.0.1", "localhost",
    "user@127.0.0.1:{port}", "127.0.0.1:{port}@evil.example", "0.0.0.0:{port}", "127.1:{port}",
    "127.0.0.1:{port}.", "localhost.:{port}", "2130706433:{port}", "127.0.0.2:{port}", "127.0.0.1:1",
    "127.0.0.1 :{port}", "", "LOCALHOST:{port}", "[::ffff:127.0.0.1]:{port}",
]  # fmt: skip
PATHS = ["/?token=" + TOKEN, "/x", "//", "/healthz", "/metrics", "/%2f", "/../", "/?", "http://127.0.0.1/"]


async def answered(port: int, lines: list[str]) -> str:
    """Return the status line of a handshake that is made of these lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    usual = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    usual.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    writer.write(("\r\n".join([*lines, *usual]) + "\r\n\r\n").encode())
    text = (await reader.readline()).decode()
    head = (await reader.read(2000)).decode(errors="replace")
    writer.close()
    assert "access-control" not in head.lower()
    return text


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test, 120))


def test_over_sixty_handshakes_from_elsewhere_are_refused_and_the_right_ones_taken() -> None:
    async def test() -> None:
        async with serving(Made().makers(), origins=(ALLOWED,)) as it:
            good = f"Host: 127.0.0.1:{it.port}"
            bad = [["GET / HTTP/1.1", good, f"Origin: {origin}"] for origin in ORIGINS]
            bad += [["GET / HTTP/1.1", "Host: " + host.format(port=it.port)] for host in HOSTS]
            bad += [
                ["GET / HTTP/1.1", "Host: " + host.format(port=it.port), f"Origin: {ALLOWED}"]
                for host in HOSTS
            ]
            bad += [[f"GET {path} HTTP/1.1", good] for path in PATHS]
            bad += [["GET / HTTP/1.1", good, good], ["GET / HTTP/1.1"]]
            bad += [
                ["GET / HTTP/1.1", good, f"Origin: {ALLOWED}", f"Origin: {other}"]
                for other in (ALLOWED, "null")
            ]
            bad += [["POST / HTTP/1.1", good], ["OPTIONS / HTTP/1.1", good, f"Origin: {ALLOWED}"]]
            assert len(bad) > 60
            for lines in bad:
                status = await answered(it.port, lines)
                assert re.match(r"HTTP/1.1 (403|404|400|405) ", status) or not status, (lines, status)
            for lines in ([good], [f"Host: localhost:{it.port}"], [good, f"Origin: {ALLOWED}"]):
                status = await answered(it.port, ["GET / HTTP/1.1", *lines])
                assert status.startswith("HTTP/1.1 101 "), (lines, status)

    run(test())


@pytest.mark.parametrize(
    "text", ["*", "null", "game.example", "https://game.example/", "https://a,https://b", ""]
)
def test_what_is_no_origin_cannot_be_put_on_the_list(text: str) -> None:
    with pytest.raises(RequestInvalid, match="as browsers send it"):
        check_origin(text)


def test_health_and_metrics_answer_only_when_asked_for_and_no_web_page() -> None:
    async def test() -> None:
        async with serving(Made().makers(), health=True, metrics=True) as it, it.client() as client:
            await client.ask("list", {"what": "worlds"})
            good = f"Host: 127.0.0.1:{it.port}"
            for path, (more, status) in itertools.product(
                ("/healthz", "/metrics"),
                [([], "200"), (["Origin: http://evil.example"], "403"), (["Origin: null"], "403")],
            ):
                assert f" {status} " in await answered(it.port, [f"GET {path} HTTP/1.1", good, *more])
            reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
            writer.write(f"GET /metrics HTTP/1.1\r\n{good}\r\n\r\n".encode())
            text = (await reader.read(-1)).decode()
            writer.close()
            assert 'playloom_answers_total{method="list",outcome="done"} 1' in text
            assert 'playloom_refused_total{reason="origin"} 4' in text
            assert "playloom_connections 1" in text

    run(test())


def test_wrong_proofs_wait_longer_and_longer_and_are_cut_off() -> None:
    async def test() -> None:
        async with serving(Made().makers(), metrics=True) as it:
            loop = asyncio.get_running_loop()
            waits = []
            for _ in range(4):
                began = loop.time()
                async with it.connection() as socket:
                    client = Client(socket)
                    hello = {"protocol": 1, "client": "t", "session": "s" * 16, "nonce": "0" * 32}
                    await client.ask("hello", hello)
                    assert (await client.ask("login", {"proof": "0" * 64})).failure == "denied"
                    waits.append(loop.time() - began)
                    with pytest.raises(ConnectionClosed):
                        await client.read()
                    assert socket.close_code == 4001
            assert [wait >= low for wait, low in zip(waits, (0.1, 0.2, 0.4, 0.8), strict=True)] == [True] * 4
            async with it.client() as client:  # the right one need not wait
                assert (await client.ask("ping")).failure == ""

    run(test())


def test_of_10_000_wrong_proofs_none_comes_in_and_they_take_hours() -> None:
    patience, waited = Patience(), 0.0
    for number in range(10_000):
        session = Session("t" * 40, patience, Limits(), "playloom/tests")
        nonce = f"{number:032x}"
        hello = Hello(protocol=1, client="t", session="s" * 16, nonce=nonce)
        list(session._hello(Call("a", "hello", hello)))
        wrong = proof(f"{number:040x}", "client", nonce, session.nonce)
        if number % 2:  # the server's own proof, sent back
            wrong = proof("t" * 40, "server", nonce, session.nonce)
        deeds = list(session._login(Call("b", "login", Login(proof=wrong)), waited))
        assert not any(isinstance(deed, Enter) for deed in deeds)
        waited += next(deed.wait for deed in deeds if isinstance(deed, Say))
    assert waited > 9_900 * DELAY_HIGH


@pytest.mark.parametrize("method", ["level", "ping", "list", "cancel", "login"])
def test_nothing_is_answered_before_the_login(method: str) -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.connection() as socket:
            await socket.send(f'{{"jsonrpc":"2.0","id":"a","method":"{method}","params":{{}}}}')
            with pytest.raises(ConnectionClosed):
                while True:
                    assert "result" not in str(await socket.recv())
            assert socket.close_code == 4001
            assert made.runs == []

    run(test())


def test_another_protocol_is_told_which_one_is_spoken() -> None:
    async def test() -> None:
        async with serving(Made().makers()) as it, it.connection() as socket:
            client = Client(socket)
            hello = {"protocol": 2, "client": "t", "session": "s" * 16, "nonce": "0" * 32}
            refused = await client.ask("hello", hello)
            assert refused.failure == "protocol_unknown" and "1 is" in refused.message["error"]["message"]
            with pytest.raises(ConnectionClosed):
                await client.read()
            assert socket.close_code == 4000

    run(test())


def test_strangers_are_few_and_do_not_stay() -> None:
    async def test() -> None:
        limits = Limits(strangers=3, login_seconds=0.5)
        async with serving(Made().makers(), limits=limits) as it:
            held = [await it.connection() for _ in range(3)]
            with pytest.raises(InvalidStatus, match="503"):
                await it.connection()
            for socket in held:
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
                assert socket.close_code == 4008
            async with it.client() as client:
                assert (await client.ask("ping")).failure == ""

    run(test())


# --- A browser ----------------------------------------------------------------------------------------------

PAGE = """<!doctype html><title>a page</title><script>
const tries = ["ws://127.0.0.1:PORT/", "ws://localhost:PORT/", "ws://127.0.0.1:PORT/?token=TOKEN"];
const one = (url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => done("open");
  socket.onclose = ({code}) => done("closed " + code);
});
const get = (url) => fetch(url).then(() => "read").catch(() => "unread");
Promise.all([...tries.map(one), get("http://127.0.0.1:PORT/healthz"), get("http://127.0.0.1:PORT/metrics")])
  .then((found) => fetch("/found/" + encodeURIComponent(found.join("|"))));
</script>"""


class Web(http.server.ThreadingHTTPServer):
    """A web server of another origin, whose page tells it what it found."""

    def __init__(self) -> None:
        self.page, self.found = "", queue.SimpleQueue[str]()
        super().__init__(("127.0.0.1", 0), Answering)
        self.origin = f"http://127.0.0.1:{self.server_port}"


class Answering(http.server.BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        _, _, found = self.path.partition("/found/")
        if found:
            self.server.found.put(urllib.parse.unquote(found))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def web_server() -> Iterator[Web]:
    with Web() as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield web
        web.shutdown()
        thread.join()


def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        message = "no Chromium on the PATH: scripts/test installs it, or apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found


async def seen(it: Serving, web: Web, profile: Path) -> str:
    """Return what the page tells of its tries."""
    web.page = PAGE.replace("PORT", str(it.port)).replace("TOKEN", TOKEN)
    command = [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={profile}", "--remote-debugging-port=0", f"{web.origin}/page"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            return await asyncio.to_thread(web.found.get, True, 120)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_page_in_a_real_browser_is_refused_and_an_allowed_one_taken(tmp_path: Path) -> None:
    async def test() -> None:
        limits = Limits(login_seconds=60)
        with web_server() as web:
            async with serving(Made().makers(), health=True, metrics=True, limits=limits) as it:
                found = await seen(it, web, tmp_path / "one")
                assert found == "closed 1006|closed 1006|closed 1006|unread|unread"
            async with serving(Made().makers(), origins=(web.origin,), limits=limits) as it:
                assert await seen(it, web, tmp_path / "two") == "open|open|closed 1006|unread|unread"

    asyncio.run(asyncio.wait_for(test(), 280))
