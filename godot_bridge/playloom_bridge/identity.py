"""Who may talk to whom: the token that both sides know, their proofs of it, and patience with wrong ones.

The token never crosses the wire: each side shows that it knows it by an HMAC-SHA256 over both nonces. So a
program that took over the port of a server that is gone learns nothing that lets it in elsewhere.
"""

import hmac
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Literal

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import read_regular

DELAY_LOW, DELAY_HIGH = 0.1, 5.0  # seconds that a wrong proof waits for its answer: doubled each time
FORGIVEN_SECONDS = 60.0  # without a wrong proof
_TOKEN = re.compile(r"[!-~]{32,256}", re.ASCII)


def new_token() -> str:
    """Return 256 random bits as hexadecimal digits."""
    return secrets.token_hex(32)


def new_nonce() -> str:
    """Return 128 random bits as hexadecimal digits."""
    return secrets.token_hex(16)


def check_token(text: str, where: str) -> str:
    """Return a token without the line's end.

    Raises:
        RequestInvalid: If it is no 32 to 256 printable ASCII characters; does not say what it is.
    """
    token = text.rstrip("\r\n")
    if not _TOKEN.fullmatch(token):
        raise RequestInvalid(
            f"{where}: holds no token: {len(token)} characters; give 32 to 256 printable ones without blanks"
        )
    return token


def read_token(path: Path) -> str:
    """Return the token in a file that nobody else may read.

    Raises:
        FileInvalid: If it cannot be read, or others may read it.
        RequestInvalid: If it holds no token.
    """
    data = read_regular(path, 258, "a token file")
    found = path.stat()
    others = stat.S_IMODE(found.st_mode) & 0o077
    if os.name == "posix" and (others or found.st_uid not in (os.geteuid(), 0)):
        raise FileInvalid(f"{path}: others may read it; make it your own: chmod 600 {path}")
    return check_token(data.decode("ascii", "replace"), str(path))


def proof(token: str, side: Literal["server", "client"], client_nonce: str, server_nonce: str) -> str:
    """Return what shows that a side knows the token: 64 hexadecimal digits."""
    text = f"playloom {side} v1\n{client_nonce}\n{server_nonce}"
    return hmac.new(token.encode(), text.encode(), "sha256").hexdigest()


class Patience:
    """How long a wrong proof waits for its answer: longer each time, over all connections."""

    def __init__(self) -> None:
        self._wrong = 0
        self._last = 0.0

    def wrong(self, now: float) -> float:
        """Note a wrong proof and return the seconds to wait; ``now`` is of a clock that never goes back."""
        if now - self._last > FORGIVEN_SECONDS:
            self._wrong = 0
        self._wrong, self._last = self._wrong + 1, now
        return min(DELAY_HIGH, DELAY_LOW * 2.0 ** min(self._wrong - 1, 16))
