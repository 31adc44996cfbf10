"""Who may ask the review's server, over real sockets: by Host, Origin, secret and form of what is asked."""

import http.client
import json
import re
import socket

import pytest
from reviewing import Review

HOSTS = [
    "127.0.0.1:{port}.evil.example", "evil.example:{port}", "[::1]:{port}", "127.0.0.1", "localhost", "",
    "user@127.0.0.1:{port}", "0.0.0.0:{port}", "127.1:{port}", "127.0.0.1:{port}.", "2130706433:{port}",
    "127.0.0.1:1", "LOCALHOST:{port}", "127.0.0.1 :{port}", "[::ffff:127.0.0.1]:{port}",
]  # fmt: skip
ORIGINS = [
    "null", "http://evil.example", "http://127.0.0.1", "http://localhost", "https://127.0.0.1:{port}",
    "file://", "", "http://127.0.0.1:{port}/", "http://127.0.0.1:{port}.evil.example", "*",
    "http://user@127.0.0.1:{port}", "http://127.0.0.1:{port}, http://evil.example",
]  # fmt: skip
TOKEN = {"token": "a" * 16}
OURS, JSON, LENGTH = "Origin: http://127.0.0.1:{port}", "Content-Type: application/json", "Content-Length: 2"


def status(it: Review, lines: list[str], body: bytes = b"") -> tuple[int, bytes]:
    """Send these lines as they are; return the status, 0 for none, and all that came back."""
    with socket.create_connection(("127.0.0.1", it.port), timeout=10) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        line.shutdown(socket.SHUT_WR)
        data = b""
        while part := line.recv(65536):
            data += part
    found = re.match(rb"HTTP/1\.[01] (\d+) ", data)
    return int(found[1]) if found else 0, data


def post(it: Review, *more: str, body: bytes = b"{}", place: str = "undo") -> tuple[int, bytes]:
    good = [f"POST /{it.secret}/{place} HTTP/1.1", f"Host: 127.0.0.1:{it.port}", "Connection: close"]
    return status(it, [*good, *(line.replace("{port}", str(it.port)) for line in more)], body)


def test_over_fifty_requests_from_elsewhere_are_refused(asked: Review) -> None:
    it = asked
    get, end = f"GET /{it.secret}/items HTTP/1.1", "Connection: close"
    good = f"Host: 127.0.0.1:{it.port}"
    bad = [[get, "Host: " + host.format(port=it.port), end] for host in HOSTS]
    bad += [[get, good, "Origin: " + origin.format(port=it.port), end] for origin in ORIGINS]
    bad += [[get, good, good, end], [get, end], [get, good, "Transfer-Encoding: chunked", end]]
    wrong = [
        "",
        "x" * 43,
        it.secret[:-1],
        it.secret + "x",
        it.secret.swapcase(),
        "..",
        it.secret[:-1] + "%41",
    ]
    bad += [[f"GET /{secret}/items HTTP/1.1", good, end] for secret in wrong]
    bad += [[f"GET {path} HTTP/1.1", good, end] for path in ("/", "/items", "*", "/favicon.ico")]
    bad += [[f"GET http://127.0.0.1:{it.port}/{it.secret}/items HTTP/1.1", good, end]]
    bad += [
        [f"{method} /{it.secret}/items HTTP/1.1", good, end]
        for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "TRACE")
    ]
    assert len(bad) > 45
    for lines in bad:
        code, data = status(it, lines)
        assert code in (0, 400, 403, 404, 405), (lines, code)
        assert b"crypt" not in data and b"access-control" not in data.lower(), lines
    for lines in ([get, good, end], [get, f"Host: localhost:{it.port}", end]):
        code, data = status(it, lines)
        assert code == 200 and b"crypt-0.tmx" in data
        for head in (b"no-store", b"frame-ancestors 'none'", b"no-referrer", b"nosniff", b"same-origin"):
            assert head in data


def test_writing_needs_the_pages_own_origin_and_strict_json(asked: Review) -> None:
    refused = [
        (JSON, LENGTH), (OURS, LENGTH), (OURS, "Content-Type: text/plain", LENGTH), (OURS, JSON),
        (OURS, JSON, "Content-Type: text/plain", LENGTH), (OURS, JSON, "Content-Length: -2"),
        (OURS, JSON, "Content-Length: 2", "Content-Length: 2"), (OURS, JSON, "Content-Length: 0x2"),
        (OURS, JSON, "Content-Length: 99999999"), (OURS, JSON, "Transfer-Encoding: chunked"),
        ("Origin: null", JSON, LENGTH), ("Origin: http://evil.example", JSON, LENGTH),
        (OURS, OURS, JSON, LENGTH), (OURS, "Content-Type: application/x-www-form-urlencoded", LENGTH),
    ]  # fmt: skip
    for lines in refused:
        code, _ = post(asked, *lines)
        assert code in (0, 400, 403, 413), (lines, code)
    assert post(asked, OURS, JSON, LENGTH)[0] == 200


@pytest.mark.parametrize(
    "place, body",
    [
        ("say", {**TOKEN, "item": 0, "what": "accept", "more": 1}), ("say", {**TOKEN, "item": 0}),
        ("say", {**TOKEN, "item": True, "what": "accept"}), ("say", {**TOKEN, "item": 0, "what": 1}),
        ("say", {**TOKEN, "item": 1e3, "what": "accept"}), ("say", []), ("undo", {"all": True}),
        ("redo", {"item": 0, "part": [0, 0, 1]}), ("redo", {"item": 0, "part": [0, 0, 1, 2.5]}),
        ("say", "x" * 17000),
    ],
)  # fmt: skip
def test_a_body_of_another_form_says_nothing(asked: Review, place: str, body: object) -> None:
    data = json.dumps(body).encode()
    code, answer = post(asked, OURS, JSON, f"Content-Length: {len(data)}", body=data, place=place)
    assert code in (400, 413), answer


@pytest.mark.parametrize(
    "place, body",
    [
        ("say", {**TOKEN, "item": 10**9, "what": "accept"}), ("say", {**TOKEN, "item": -1, "what": "accept"}),
        ("say", {"token": "short", "item": 0, "what": "accept"}),
        ("say", {**TOKEN, "item": 0, "what": "love"}),
        ("say", {**TOKEN, "item": 0, "what": "rate", "value": "9"}),
        ("say", {**TOKEN, "item": 0, "what": "prefer", "other": 0}),
        ("say", {**TOKEN, "item": 0, "what": "prefer", "other": 5}),
        ("redo", {"item": 0, "part": [0, 0, 99, 99]}), ("redo", {"item": 0, "part": [-1, 0, 2, 2]}),
        ("redo", {"item": 5, "part": [0, 0, 2, 2]}),
        ("redo", {"item": 0, "part": [0, 0, 16, 16], "keep": True}),
        ("keep", {**TOKEN, "item": 77}),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_told(asked: Review, place: str, body: dict[str, object]) -> None:
    answer = asked.ask(place, body)
    assert answer["status"] == 409 and answer["code"] == "request_invalid" and len(answer["message"]) > 20
    assert asked.ask("undo", {})["undone"] is None


@pytest.mark.parametrize(
    "place",
    ["item/999", "item/x", "item/-1", "picture/0/3", "picture/0", "picture/0/16/nude",
     "picture/0/16/bare/x", "play/0/", "play/9/0.999", "play/9/" + "0." * 300,
     "../review.js", "review.js/..", "pair/level", "pair/weapon/x"],
)  # fmt: skip
def test_addresses_that_lead_nowhere(asked: Review, place: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=20)
    connection.request("GET", f"/{asked.secret}/{place}")
    answer = connection.getresponse()
    assert answer.status in (404, 409)
    connection.close()


def test_clients_that_hang_hold_nobody_up(asked: Review) -> None:
    held = [socket.create_connection(("127.0.0.1", asked.port)) for _ in range(20)]
    for number, line in enumerate(held):
        line.sendall([b"", b"GET /", f"POST /{asked.secret}/say HTTP/1.1\r\n".encode()][number % 3])
    assert asked.ask("items")["status"] == 200
    for line in held:
        line.close()
