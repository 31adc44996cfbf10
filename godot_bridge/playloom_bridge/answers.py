"""Every message of the server: results, notifications, failures."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from playloom_bridge.requests import Id, Nonce, Proof

FAILURES = {  # stable name -> JSON-RPC number
    "parse_error": -32700,
    "invalid_request": -32600,
    "method_unknown": -32601,
    "params_invalid": -32602,
    "internal": -32603,
    "cancelled": -32800,  # as in the Language Server Protocol
    "overloaded": -32010,
    "deadline_exceeded": -32011,
    "shutting_down": -32012,
    "answer_too_large": -32013,
    "denied": -32014,
    "protocol_unknown": -32015,
    "request_invalid": -32020,  # these are `playloom.errors` by their codes
    "generation_failed": -32021,
    "kind_unknown": -32022,
    "package_invalid": -32023,
    "package_corrupt": -32024,
    "file_invalid": -32025,
}


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """No field that is not named here; fields that are left out are not sent."""


class Welcome(_Message, frozen=True, kw_only=True):
    """Answer to `hello`: the server knows the token too."""

    protocol: int
    server: str
    nonce: Nonce
    proof: Proof


class Entered(_Message, frozen=True, kw_only=True):
    """Answer to `login`."""

    methods: tuple[str, ...]
    open_requests: int  # unanswered ones that one connection may have
    frame_bytes: int  # of the largest frame that the server sends
    inbound_bytes: int  # of the largest that it takes


class Pong(_Message, frozen=True, kw_only=True):
    """Answer to `ping`."""


class Stopped(_Message, frozen=True, kw_only=True):
    """Answer to `cancel`: what had become of the request."""

    target: Id
    state: Literal["cancelled", "ended", "unknown"]


class Blob(_Message, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of the payload; pieces follow one another in the order of `blobs`."""

    name: str
    type: Literal["u16le", "u8", "json", "file"]
    size: Annotated[int, Meta(ge=0)]  # bytes
    shape: tuple[int, ...] = ()


class _Content(_Message, frozen=True, kw_only=True, omit_defaults=True):
    blobs: tuple[Blob, ...]
    parts: int = 0  # frames that brought the payload before; 0: it is in this frame
    notes: tuple[str, ...] = ()


class LevelMade(_Content, frozen=True, kw_only=True):
    """Answer to `level` and `chunk`."""

    kind: Literal["level"]
    theme: str
    style: str
    size: tuple[int, int]
    seed: int
    package: str
    version: str
    promise: str
    attempts: int
    tiles: tuple[str, ...]  # names by id
    solution: str = ""  # moves; left out where over 4,096


class SpriteMade(_Content, frozen=True, kw_only=True):
    """Answer to `sprite`."""

    kind: Literal["sprite"]
    size: tuple[int, int]
    seed: int
    package: str
    version: str
    promise: str
    attempts: int


class Clip(_Message, frozen=True, kw_only=True):
    """A run of frames, both ends included."""

    name: str
    first: int
    last: int


class WalkMade(_Content, frozen=True, kw_only=True):
    """Answer to `walk`."""

    kind: Literal["walk"]
    size: tuple[int, int]
    milliseconds: int
    clips: tuple[Clip, ...]


class QuestMade(_Content, frozen=True, kw_only=True):
    """Answer to `quest`."""

    kind: Literal["quest"]
    title: str
    world: str
    giver: str
    strategy: str
    tone: str
    seed: int
    attempts: int


class Finding(_Message, frozen=True, kw_only=True):
    """One check and what it found."""

    name: str
    passed: bool
    detail: str


class Checked(_Content, frozen=True, kw_only=True):
    """Answer to `check`."""

    kind: Literal["level", "sprite"]
    passed: bool
    checks: tuple[Finding, ...]


class Listed(_Content, frozen=True, kw_only=True):
    """Answer to `list`: one blob of JSON."""

    what: str


class Line(_Message, frozen=True, kw_only=True):
    """A line of a quest as it is written."""

    act: str
    text: str
    done: bool


class Progress(_Message, frozen=True, kw_only=True, omit_defaults=True):
    """Notification: a request goes on."""

    id: Id
    seq: int  # counts from 0 within a request; some may be left out
    fraction: float | None = None  # of an attempt; starts anew with a further one
    line: Line | None = None


class Part(_Message, frozen=True, kw_only=True):
    """Notification with a payload: a piece of an answer that is too large for one frame."""

    id: Id
    offset: int
    total: int


class Closing(_Message, frozen=True, kw_only=True):
    """Notification: the server ends; open requests are still answered."""

    seconds: float


class FailureData(_Message, frozen=True, kw_only=True, omit_defaults=True):
    """What a program needs of a failure."""

    code: str  # stable, see `FAILURES`
    failed: tuple[str, ...] = ()  # checks that did not pass
    advice: str = ""
    retry_ms: int | None = None


class FailureBody(_Message, frozen=True, kw_only=True):
    """The member `error` of an answer."""

    code: int
    message: Annotated[str, Meta(max_length=2000)]
    data: FailureData


RESULTS: dict[str, type[Any]] = {
    "hello": Welcome,
    "login": Entered,
    "ping": Pong,
    "cancel": Stopped,
    "level": LevelMade,
    "chunk": LevelMade,
    "sprite": SpriteMade,
    "walk": WalkMade,
    "quest": QuestMade,
    "check": Checked,
    "list": Listed,
}
NOTIFICATIONS: dict[str, type[Any]] = {"progress": Progress, "part": Part, "closing": Closing}
