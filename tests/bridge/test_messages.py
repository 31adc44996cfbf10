"""Messages as they are read and written: the examples, the bounds of every field, 10,000 that are none."""

import json
import struct
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playloom_bridge.answers import FAILURES, NOTIFICATIONS, RESULTS, FailureBody
from playloom_bridge.identity import Patience
from playloom_bridge.limits import Limits
from playloom_bridge.protocol import Call, Refused, pack, read_frame
from playloom_bridge.requests import METHODS
from playloom_bridge.session import Say, Session, Shut

BRIDGE = Path(__file__).parents[2] / "godot_bridge"
EXAMPLES: list[dict[str, Any]] = json.loads((BRIDGE / "wire_examples.json").read_text("utf-8"))


def request(method: str, params: object, ident: object = "a") -> str:
    return json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params})


def read(frame: str | bytes) -> Call | str:
    """Return the call, or the name of the failure."""
    [one] = read_frame(frame)
    return one.failure.name if isinstance(one, Refused) else one


# --- The examples -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one["from"] == "client"], ids=str)
def test_the_example_of_a_request_is_read_and_written_as_it_stands(example: dict[str, Any]) -> None:
    message = json.dumps(example["message"])
    frame = pack(message.encode(), b"payload") if "payload" in example else message
    call = read(frame)
    assert isinstance(call, Call)
    assert call.payload == (b"payload" if "payload" in example else b"")

    written = json.loads(msgspec.json.encode(call.params))
    asked = example["message"]["params"]
    assert {name: written[name] for name in asked} == asked
    usual = json.loads(
        msgspec.json.encode(msgspec.convert(required_of(asked, METHODS[call.method]), METHODS[call.method]))
    )
    assert {name: value for name, value in written.items() if name not in asked} == {
        name: value for name, value in usual.items() if name not in asked
    }


def required_of(asked: dict[str, Any], sort: type[Any]) -> dict[str, Any]:
    return {field.name: asked[field.name] for field in msgspec.structs.fields(sort) if field.required}


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one["from"] == "server"], ids=str)
def test_the_example_of_the_server_is_read_and_written_as_it_stands(example: dict[str, Any]) -> None:
    message, method = example["message"], example["method"]
    if method == "error":
        body = msgspec.convert(message["error"], FailureBody)
        assert FAILURES[body.data.code] == body.code
        assert json.loads(msgspec.json.encode(body)) == message["error"]
        return
    sort, content = (
        (NOTIFICATIONS[method], message["params"])
        if method in NOTIFICATIONS
        else (RESULTS[method], message["result"])
    )
    assert json.loads(msgspec.json.encode(msgspec.convert(content, sort))) == content


def test_there_is_an_example_of_every_message_and_the_documentation_names_every_field() -> None:
    assert {one["method"] for one in EXAMPLES if one["from"] == "client"} == METHODS.keys()
    assert {one["method"] for one in EXAMPLES if one["from"] == "server"} == {
        *RESULTS,
        *NOTIFICATIONS,
        "error",
    }
    text = (BRIDGE / "PROTOCOL.md").read_text("utf-8")
    fields = {
        field.encode_name
        for sort in (*METHODS.values(), *RESULTS.values(), *NOTIFICATIONS.values())
        for field in msgspec.structs.fields(sort)
    }
    assert not [
        name for name in sorted({*METHODS, *NOTIFICATIONS, *FAILURES, *fields}) if f"`{name}`" not in text
    ]


# --- Bounds -----------------------------------------------------------------------------------------------

EXTREMES = [
    0,
    -1,
    1,
    2,
    2**31,
    2**53,
    2**63 - 1,
    2**63,
    -(2**63),
    2**64,
    10**30,
    1e308,
    -1e308,
    0.5,
    1.5,
    True,
    None,
]
EXTREMES += [
    "",
    "1",
    [],
    {},
    [1],
    [1, 2, 3],
    [-1, 2],
    [2**63, 2**63],
    [True, 1],
    ["a", "b"],
    "\x00",
    "a" * 300,
]
NEEDED = {"chunk": {"x": 0, "y": 0}, "check": {"kind": "level", "size": [8, 8]}, "list": {"what": "themes"}}
NEEDED |= {"walk": {"side": 16}}
GRID = [
    (method, field, value)
    for method in ("level", "chunk", "sprite", "walk", "quest", "check", "list")
    for field in msgspec.structs.fields(METHODS[method])
    for value in EXTREMES
]


def test_a_thousand_extremes_are_refused_or_lie_within_what_is_documented() -> None:
    assert len(GRID) > 1000
    taken = 0
    for method, field, value in GRID:
        found = read(request(method, NEEDED.get(method, {}) | {field.name: value}))
        if isinstance(found, str):
            assert found in ("params_invalid", "parse_error"), (method, field.name, value)
            continue
        taken += 1
        kept = json.loads(msgspec.json.encode(getattr(found.params, field.name)))
        assert kept == value and type(kept) in (type(value), float), (method, field.name, value)
        for number in kept if isinstance(kept, list) else [kept]:
            if isinstance(number, int | float) and field.name != "seed":
                high = 2**48 if field.name in ("x", "y") else 2**22
                assert -high <= number <= high, (method, field.name, value)
            if isinstance(number, str):
                assert len(number) <= 200 and number.isprintable()
    assert taken < len(GRID) / 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "parse_error"),
        ("{", "parse_error"),
        ("null", "invalid_request"),
        ("3", "invalid_request"),
        ("[]", "invalid_request"),
        ("[[]]", "invalid_request"),
        ("[" * 100_000, "parse_error"),
        ('{"a":' * 40 + "1" + "}" * 40, "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","method":"ping","params":{"a":NaN}}', "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","method":"ping","params":{"a":-Infinity}}', "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","method":"ping","params":{"a":1e999}}', "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","id":"b","method":"ping","params":{}}', "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","method":"level","params":{"seed":1,"seed":2}}', "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","method":"sprite","params":{"words":"a\\u202eb"}}', "parse_error"),
        ('{"jsonrpc":"2.0","id":"a","method":"sprite","params":{"words":"\\ud800"}}', "parse_error"),
        ('{"jsonrpc":"1.0","id":"a","method":"ping","params":{}}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":1.0,"method":"ping","params":{}}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":null,"method":"ping","params":{}}', "invalid_request"),
        ('{"jsonrpc":"2.0","method":"ping","params":{}}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":"a b","method":"ping","params":{}}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":"a","method":"ping","params":[]}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":"a","method":"ping","params":{},"more":1}', "invalid_request"),
        ('{"jsonrpc":"2.0","id":"a","method":"__class__","params":{}}', "method_unknown"),
        ('{"jsonrpc":"2.0","id":"a","method":"ping","params":{"more":1}}', "params_invalid"),
        ('{"jsonrpc":"2.0","id":"a","method":"level","params":{"package":"../../etc"}}', "params_invalid"),
        ('{"jsonrpc":"2.0","id":"a","method":"quest","params":{"world":"/etc/passwd"}}', "params_invalid"),
        ('{"jsonrpc":"2.0","id":"a","method":"level","params":{"files":["../a.tmx"]}}', "params_invalid"),
        ('{"jsonrpc":"2.0","id":"a","method":"level","params":{"files":["C:a.tmx"]}}', "params_invalid"),
        ('{"jsonrpc":"2.0","id":"a","method":"level","params":{"seed":1.0}}', "params_invalid"),
    ],
)
def test_what_is_no_message_is_refused_by_name(text: str, name: str) -> None:
    assert read(text) == name


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\0",
        b"\0\0\0",
        struct.pack("<I", 5) + b"{}",
        struct.pack("<I", 2**32 - 1) + b"{}",
        pack(b"", b"x"),
    ],
)
def test_a_binary_frame_that_lies_about_its_length_is_refused(frame: bytes) -> None:
    assert read(frame) == "parse_error"


def test_a_payload_comes_only_where_one_belongs() -> None:
    assert read(pack(request("ping", {}).encode(), b"x")) == "invalid_request"
    assert read(pack(f"[{request('ping', {})}]".encode(), b"")) == "invalid_request"
    found = read(pack(request("quest", {}).encode(), b"[world]"))
    assert isinstance(found, Call) and found.payload == b"[world]"


# --- 10,000 messages --------------------------------------------------------------------------------------

_values = st.sampled_from(EXTREMES) | st.text(max_size=8) | st.lists(st.sampled_from(EXTREMES), max_size=3)
_json = _values | st.dictionaries(st.text(max_size=4), _values, max_size=3) | st.lists(_values, max_size=3)
_names = st.sampled_from(
    sorted({field.name for sort in METHODS.values() for field in msgspec.structs.fields(sort)})
)
_requests = st.fixed_dictionaries(
    {
        "jsonrpc": st.sampled_from(["2.0", "2.0", "2.0", "1.0", 2.0, None]),
        "id": st.sampled_from(["a", "b", "1", "", 1, None, "x" * 70]),
        "method": st.sampled_from([*METHODS, "rpc.discover", "", 3]),
        "params": st.dictionaries(_names, _values, max_size=3) | _values,
    }
)
_usual = settings(
    max_examples=125, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _twenty(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=20, max_size=20)


def _sent_to_open_session(frames: list[str | bytes]) -> None:
    """Send frames to a connection that has logged in: each is answered, or the connection ends."""
    session = Session(
        "t" * 32, Patience(), Limits(faults=10**9), "playloom/tests", stage="open", name="s" * 16
    )
    for frame in frames:
        for deed in session.receive(frame, 0.0):
            if isinstance(deed, Say):
                for one in deed.frames:
                    message = json.loads(one)
                    assert message["jsonrpc"] == "2.0"
                    assert (
                        "result" in message
                        or message["error"]["code"] == FAILURES[message["error"]["data"]["code"]]
                    )
            elif isinstance(deed, Shut):
                assert deed.code in (1008, 4003)
                session.stage = "open"


@_usual
@given(_twenty(st.text(max_size=60) | st.binary(max_size=60)))
def test_2500_frames_of_noise_harm_nobody(frames: list[str | bytes]) -> None:
    _sent_to_open_session(frames)


@_usual
@given(_twenty(_json))
def test_2500_documents_of_json_harm_nobody(documents: list[Any]) -> None:
    _sent_to_open_session([json.dumps(document) for document in documents])


@_usual
@given(_twenty(_requests))
def test_2500_almost_requests_harm_nobody(documents: list[Any]) -> None:
    _sent_to_open_session([json.dumps(document) for document in documents])


@_usual
@given(_twenty(st.tuples(_requests, st.binary(max_size=40), st.integers(-2, 2))))
def test_2500_binary_frames_harm_nobody(parts: list[Any]) -> None:
    frames: list[str | bytes] = []
    for document, payload, off in parts:
        data = json.dumps(document).encode()
        frames.append(struct.pack("<I", max(0, len(data) + off)) + data + payload)
    _sent_to_open_session(frames)
