"""What feedback is about: one piece of content, known again wherever its file lies.

No I/O, no NumPy: a build asks without loading either.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from playloom.errors import RequestInvalid
from playloom.strict_json import canonical_line

Kind = Literal["level", "sprite", "quest"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NO_SEED, SEED_HIGH = -1, 2**63 - 1  # the first: of what came from no seed
DATABASE = "playloom-feedback.db"  # usual name of the file, beside the content
PROFILE = "team"  # whose taste, where nobody is named

# What evidence adds to a request, or what one request of many seeds leaves open.
_NO_PART = frozenset({"seed", "contract", "tags"})
_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_HASH = re.compile(r"(?:[0-9a-f]{64})?")


@dataclass(frozen=True, order=True)
class Key:
    """One piece of content; everything but kind and file is empty where a person made it."""

    kind: str
    package: str  # SHA-256 of the model's manifest.json; "": no model
    request: str  # see `request_key`
    seed: int
    file: str  # SHA-256 of the file's bytes

    def __post_init__(self) -> None:
        whole = isinstance(self.seed, int) and not isinstance(self.seed, bool)
        hashes = (self.package, self.request, self.file)
        if self.kind not in KINDS or not whole or not NO_SEED <= self.seed <= SEED_HIGH:
            raise RequestInvalid(f"feedback on {self.kind!r:.40}, seed {self.seed!r:.40}, is on no content")
        if not self.file or not all(isinstance(one, str) and _HASH.fullmatch(one) for one in hashes):
            raise RequestInvalid(
                "feedback names content by SHA-256 in 64 hexadecimal digits; it does not here"
            )


def request_key(request: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a request without its seed, as evidence tells it.

    Raises:
        RequestInvalid: If it holds what JSON cannot.
    """
    kept = {name: value for name, value in request.items() if name not in _NO_PART}
    return hashlib.sha256(canonical_line(kept, "the request").encode()).hexdigest()


def check_profile(name: str) -> str:
    """Return the name of a profile: whose taste.

    Raises:
        RequestInvalid: If it is none.
    """
    if not isinstance(name, str) or not _PROFILE.fullmatch(name):
        raise RequestInvalid(
            f"profile is {name!r:.60}; use 1 to 32 of a-z, 0-9, - and _, a letter or digit first"
        )
    return name
