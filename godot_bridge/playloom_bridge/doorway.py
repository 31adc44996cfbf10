"""Whether a handshake may go on: decided by path, Host and Origin alone, before anything is said. No I/O.

A browser cannot leave the Origin header out, while games do not send one: any Origin that is not on the list
is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from playloom.errors import RequestInvalid
from playloom.strangers import FORBIDDEN, NOT_FOUND, stranger


@dataclass(frozen=True)
class Refusal:
    """The HTTP answer to somebody who may not come in."""

    status: int
    reason: str  # one word, for the log and the counters


@dataclass(frozen=True)
class Doorway:
    """Who may come in at a port."""

    port: int
    origins: tuple[str, ...] = ()  # of web builds, exact: "https://game.example"
    extra_paths: tuple[str, ...] = ()  # besides "/", that plain HTTP may ask for

    def refusal(self, path: str, hosts: Sequence[str], origins: Sequence[str]) -> Refusal | None:
        """Return why a request may not go on, or None.

        Args:
            path: As it was sent, with any query.
            hosts: Value of every Host header.
            origins: Value of every Origin header.
        """
        if (why := stranger(self.port, hosts, origins, self.origins)) is not None:
            return Refusal(FORBIDDEN, why)
        if path in self.extra_paths:
            return Refusal(FORBIDDEN, "origin") if origins else None
        return None if path == "/" else Refusal(NOT_FOUND, "path")


def check_origin(text: str) -> str:
    """Return an origin that may be on the list.

    Raises:
        RequestInvalid: If it is no scheme, host and port as browsers send them.
    """
    scheme, _, rest = text.partition("://")
    plain = text.isascii() and text.isprintable() and text == text.lower() and " " not in text
    if scheme not in ("http", "https") or not rest or not plain or any(mark in rest for mark in "/@?#*,"):
        raise RequestInvalid(
            f"origin is {text[:80]!r}; give it as browsers send it: https://game.example or http://127.0.0.1:8060"
        )
    return text
