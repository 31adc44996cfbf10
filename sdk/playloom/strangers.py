"""Whether a request to a server of ours on this machine comes from a stranger, by Host and Origin. No I/O.

Every web page that a user looks at can send requests to this machine. A browser names that page in Origin,
and the Host list keeps out names that somebody made to lead here (DNS rebinding).
"""

from collections.abc import Collection, Sequence
from typing import Literal

HOSTS = ("127.0.0.1", "localhost")
FORBIDDEN, NOT_FOUND = 403, 404  # of HTTP


def names_of(port: int) -> frozenset[str]:
    """Return how this machine calls itself in front of a port."""
    return frozenset(f"{host}:{port}" for host in HOSTS)


def stranger(
    port: int, hosts: Sequence[str], origins: Sequence[str], known: Collection[str]
) -> Literal["host", "origin"] | None:
    """Return which header tells that somebody else's page asks, or None.

    Args:
        port: That was asked at.
        hosts: Value of every Host header; exactly one must be there.
        origins: Value of every Origin header; at most one may be there.
        known: Origins that may ask.
    """
    if len(hosts) != 1 or hosts[0] not in names_of(port):
        return "host"
    if len(origins) > 1 or any(origin not in known for origin in origins):
        return "origin"
    return None
