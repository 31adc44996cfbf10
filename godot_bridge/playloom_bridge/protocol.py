"""The wire, version 1: frames are read into calls, and messages written into frames. No I/O.

A text frame is a JSON-RPC 2.0 message, or a list of requests. A binary frame is the length of a JSON-RPC
message (u32le), the message, and a payload. ``PROTOCOL.md`` describes it for people.
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from playloom.errors import PackageInvalid, PlayloomError
from playloom.strict_json import read_json
from playloom_bridge.answers import FAILURES, FailureBody, FailureData, Part
from playloom_bridge.requests import METHODS, PAYLOADS, Asked, Id

VERSION = 1
FRAME_BYTES = 60_000  # of the largest frame to a client; Godot takes 65,535 where nobody says otherwise
BATCH_HIGH = 64
MESSAGE_HIGH = 2000  # characters of a failure
_HEAD = struct.Struct("<I")

Frame = str | bytes  # text or binary


class MessageInvalid(PlayloomError):
    """A message that is none of this protocol; ``name`` is one of `FAILURES`."""

    code = "message_invalid"

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Call:
    """A request that was read: its params are of the type in `METHODS`."""

    id: str
    method: str
    params: Any
    payload: bytes = b""

    def digest(self) -> bytes:
        """Return what tells this request from another one; priority and deadline are no part of it."""
        params = self.params
        if isinstance(params, Asked):
            params = msgspec.structs.replace(params, priority=0, deadline_ms=None)
        head = msgspec.json.encode([self.method, params])
        return hashlib.blake2b(head + b"\0" + self.payload, digest_size=16).digest()


@dataclass(frozen=True)
class Failure:
    """Why there is no result."""

    name: str  # one of `FAILURES`
    message: str
    failed: tuple[str, ...] = ()
    advice: str = ""
    retry_ms: int | None = None


@dataclass(frozen=True)
class Refused:
    """A message that could not be read, and whose it is if that could."""

    id: str | None
    failure: Failure


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    jsonrpc: Literal["2.0"]
    id: Id
    method: str
    params: dict[str, Any] = {}


def read_frame(frame: Frame) -> list[Call | Refused]:
    """Return the requests of a frame in their order, each read or refused."""
    try:
        document, payload = split_frame(frame)
        parsed = parse(document)
    except MessageInvalid as problem:
        return [Refused(None, Failure(problem.name, str(problem)))]
    if not isinstance(parsed, list):
        return [_read(parsed, payload)]
    if payload is not None or not 1 <= len(parsed) <= BATCH_HIGH:
        why = f"a batch is a text frame of 1 to {BATCH_HIGH} requests; send it so"
        return [Refused(None, Failure("invalid_request", why))]
    return [_read(one, None) for one in parsed]


def split_frame(frame: Frame) -> tuple[bytes, bytes | None]:
    """Return the JSON of a frame and its payload, None of a text frame.

    Raises:
        MessageInvalid: If a binary frame is too short for what it says.
    """
    if isinstance(frame, str):
        return frame.encode("utf-8", "surrogatepass"), None
    if len(frame) < _HEAD.size:
        raise MessageInvalid(
            "parse_error", f"a binary frame has {len(frame)} bytes; begin with the length of its JSON, u32le"
        )
    (size,) = _HEAD.unpack_from(frame)
    if size > len(frame) - _HEAD.size:
        raise MessageInvalid(
            "parse_error", f"its JSON has {size} bytes, the frame {len(frame)}; give its length, u32le"
        )
    end = _HEAD.size + size
    return frame[_HEAD.size : end], frame[end:]


def parse(document: bytes) -> Any:
    """Return JSON: depth at most 32, no key twice, finite numbers, printable text.

    Raises:
        MessageInvalid: Says what is wrong.
    """
    try:
        return read_json(document, "message")
    except PackageInvalid as problem:
        raise MessageInvalid("parse_error", str(problem).removesuffix("; export the package again")) from None


def _read(parsed: Any, payload: bytes | None) -> Call | Refused:
    try:
        return _call(parsed, payload or b"")
    except MessageInvalid as problem:
        return Refused(_id_of(parsed), Failure(problem.name, str(problem)))


def _id_of(parsed: Any) -> str | None:
    try:
        return msgspec.convert(parsed.get("id"), Id) if isinstance(parsed, dict) else None
    except msgspec.ValidationError:
        return None


def _call(parsed: Any, payload: bytes) -> Call:
    try:
        envelope = msgspec.convert(parsed, _Envelope)
    except msgspec.ValidationError as problem:
        raise MessageInvalid(
            "invalid_request", f"no request of JSON-RPC 2.0 with a text id: {problem}"
        ) from None
    sort = METHODS.get(envelope.method)
    if sort is None:
        known = ", ".join(METHODS)
        raise MessageInvalid(
            "method_unknown", f"no method is called {envelope.method[:40]!r}; there are {known}"
        )
    if payload and envelope.method not in PAYLOADS:
        raise MessageInvalid("invalid_request", f"{envelope.method} takes no payload; send a text frame")
    try:
        params = msgspec.convert(envelope.params, sort)
    except msgspec.ValidationError as problem:
        raise MessageInvalid("params_invalid", f"{envelope.method}: {problem}") from None
    return Call(envelope.id, envelope.method, params, payload)


def result_frames(ident: str, result: Any, payload: bytes = b"") -> list[Frame]:
    """Return the frames of a result: parts first where its payload does not fit into one frame.

    Args:
        ident: Of the request.
        result: One of `answers.RESULTS`.
        payload: Its blobs one after another.

    Raises:
        MessageInvalid: If the result is too large without its payload.
    """
    body = _message(id=ident, result=result)
    if len(body) > FRAME_BYTES:
        raise MessageInvalid("answer_too_large", f"an answer has {len(body)} bytes without its payload")
    if not payload:
        return [body.decode()]
    whole = pack(body, payload)
    if len(whole) <= FRAME_BYTES:
        return [whole]
    step = FRAME_BYTES - 256  # what a part says of itself is shorter
    frames: list[Frame] = []
    for offset in range(0, len(payload), step):
        part = Part(id=ident, offset=offset, total=len(payload))
        frames.append(pack(_message(method="part", params=part), payload[offset : offset + step]))
    result = msgspec.structs.replace(result, parts=len(frames))
    return [*frames, _message(id=ident, result=result).decode()]


def failure_frame(ident: str | None, failure: Failure) -> str:
    """Return the frame that says why there is no result."""
    data = FailureData(
        code=failure.name,
        failed=failure.failed,
        advice=failure.advice[:MESSAGE_HIGH],
        retry_ms=failure.retry_ms,
    )
    body = FailureBody(code=FAILURES[failure.name], message=failure.message[:MESSAGE_HIGH], data=data)
    return _message(id=ident, error=body).decode()


def notification(method: str, params: Any) -> str:
    """Return the frame of a message that nobody answers."""
    return _message(method=method, params=params).decode()


def pack(document: bytes, payload: bytes) -> bytes:
    """Return a binary frame."""
    return _HEAD.pack(len(document)) + document + payload


def _message(**members: Any) -> bytes:
    return msgspec.json.encode({"jsonrpc": "2.0", **members})
