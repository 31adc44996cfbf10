"""A folder of content to review, and the installed command that serves its page."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playloom.feedback.events import Content
from playloom.feedback.keys import Key

COMMAND = [str(Path(sys.executable).with_name("playloom"))]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def content(number: int, kind: str = "level", **features: int) -> Content:
    """Return made-up content number so-and-so of one request."""
    file = sha256(f"{kind} {number}".encode()).hexdigest()
    return Content(Key(kind, "a" * 64, "c" * 64, number, file), f"{kind}-{number}.tmx", features)


def run(*arguments: object, at: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=at,
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done


@dataclass
class Review:
    """A running `playloom review`."""

    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(urlsplit(self.address).port or 0)

    @property
    def secret(self) -> str:
        """What its addresses begin with."""
        return urlsplit(self.address).path.strip("/")

    def ask(self, place: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask as the page does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json"}
        if body is None:
            connection.request("GET", f"/{self.secret}/{place}")
        else:
            connection.request("POST", f"/{self.secret}/{place}", json.dumps(body), headers)
        answer = connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        connection.close()
        return found | {"status": answer.status}

    def end(self) -> dict[str, Any]:
        """Press Ctrl-C, and return what it says at the end."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        found: dict[str, Any] = json.loads(out)
        return found


@contextmanager
def review(folder: Path, *more: str, browser: bool = False) -> Iterator[Review]:
    """Start a review of a folder; it is killed at the end where it still runs."""
    command = [*COMMAND, "review", str(folder), "--json", *more, *([] if browser else ["--no-browser"])]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None and process.stderr is not None
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield Review(process, json.loads(line)["address"])
        finally:
            process.kill()
