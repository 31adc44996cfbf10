"""The local page's server: Python's own, on 127.0.0.1, for one process and one secret.

The only file of the runtime that touches the network. It knows sockets and HTTP; who may come in says `door`,
what is answered says `desk`.
"""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_urlsafe

from playloom.errors import WriteFailed
from playloom.review.desk import Answer, Desk
from playloom.review.door import Asked, Door

_ADDRESS = "127.0.0.1"
_SECRET_BYTES = 32
_CONNECTIONS_HIGH = 32
_WAIT_SECONDS = 15.0  # for a request that was begun, and for the next one
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@contextmanager
def serving(desk: Desk, port: int = 0) -> Iterator[str]:
    """Serve a desk while the block runs, and hand it the page's address, secret included.

    Args:
        desk: What is asked.
        port: 0: any that is free.

    Raises:
        WriteFailed: If the port cannot be had.
    """
    try:
        server = _Server(desk, port)
    except OSError as error:
        raise WriteFailed(f"port {port} cannot be had ({error.strerror}); choose another, or 0") from error
    thread = threading.Thread(target=server.serve_forever, name="review", daemon=True)
    thread.start()
    try:
        yield f"http://{_ADDRESS}:{server.server_port}/{server.door.secret}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False  # two servers on one port would answer by chance

    def __init__(self, desk: Desk, port: int) -> None:
        self.desk = desk
        self._room = threading.BoundedSemaphore(_CONNECTIONS_HIGH)
        super().__init__((_ADDRESS, port), _Handler)
        self.door = Door(self.server_port, token_urlsafe(_SECRET_BYTES))

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client: object) -> None:
        """Answer in a thread of its own, if not too many do."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client: object
    ) -> None:
        """Answer one connection."""
        try:
            super().process_request_thread(request, client)
        finally:
            self._room.release()

    def handle_error(self, request: object, client: object) -> None:
        """Say nothing of a client that went away."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "playloom", ""
    timeout = _WAIT_SECONDS

    def handle_one_request(self) -> None:
        """Answer GET and POST; every other method is refused by the door, too."""
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536 or not self.raw_requestline or not self.parse_request():
            return
        every = self.headers.get_all
        asked = Asked(
            method=self.command,
            path=self.path,
            hosts=every("Host", []),
            origins=every("Origin", []),
            lengths=every("Content-Length", []),
            encodings=every("Transfer-Encoding", []),
            types=every("Content-Type", []),
        )
        refused = self.server.door.refusal(asked)
        if refused is not None:
            self.close_connection = True
            self._send(Answer(refused, "text/plain", b""))
            return
        body = self.rfile.read(int(asked.lengths[0])) if asked.method == "POST" else b""
        self._send(self.server.desk.answer(asked.method, self.server.door.place(self.path) or "", body))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing: an address holds the secret."""
