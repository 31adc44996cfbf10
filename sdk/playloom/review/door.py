"""Whether a request may be answered: decided by its Host, Origin, address and form alone. No I/O.

Besides what `strangers` keeps out: a page of somebody else cannot know the secret in the address, and what
writes must name our page and be of a form that no foreign page can send.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from playloom.strangers import FORBIDDEN, NOT_FOUND, names_of, stranger

BODY_HIGH = 16 << 10  # bytes
PATH_HIGH = 1024  # characters
JSON = "application/json"
BAD, NO_METHOD, TOO_LARGE = 400, 405, 413  # of HTTP


@dataclass(frozen=True)
class Asked:
    """What a request says of itself."""

    method: str
    path: str  # as it was sent
    hosts: Sequence[str]  # value of every header of that name
    origins: Sequence[str] = ()
    lengths: Sequence[str] = ()
    encodings: Sequence[str] = ()  # Transfer-Encoding
    types: Sequence[str] = ()


@dataclass(frozen=True)
class Door:
    """Who may come in at a port."""

    port: int
    secret: str

    def refusal(self, asked: Asked) -> int | None:
        """Return the HTTP status to refuse a request with, or None."""
        own = [f"http://{name}" for name in names_of(self.port)]
        if stranger(self.port, asked.hosts, asked.origins, own):
            return FORBIDDEN
        if self.place(asked.path) is None:
            return NOT_FOUND  # also where the secret is wrong: nothing tells that there is one
        if asked.method == "GET":
            return BAD if asked.encodings or asked.lengths not in ([], ["0"]) else None
        if asked.method != "POST":
            return NO_METHOD
        return self._refuse_body(asked)

    def _refuse_body(self, asked: Asked) -> int | None:
        if not asked.origins or list(asked.types) != [JSON]:
            return FORBIDDEN  # a page of ours sends both; a form of somebody else's cannot
        if asked.encodings or len(asked.lengths) != 1 or not _plain_number(asked.lengths[0]):
            return BAD
        return TOO_LARGE if int(asked.lengths[0]) > BODY_HIGH else None

    def place(self, path: str) -> str | None:
        """Return what follows the secret in an address, or None where it is not there."""
        if len(path) > PATH_HIGH or not path.isascii() or not path.startswith("/"):
            return None
        given, slash, place = path[1:].partition("/")
        right = hmac.compare_digest(given.encode(), self.secret.encode())
        return place if right and slash else None


def _plain_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
