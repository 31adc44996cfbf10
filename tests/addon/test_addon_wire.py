"""Every message of the protocol, as GDScript reads and writes it."""

import json
from pathlib import Path
from typing import Any, Literal

import msgspec
from addon_project import SOURCE, Project

from playloom_bridge.identity import proof
from playloom_bridge.protocol import Call, read_frame

EXAMPLES = SOURCE / "wire_examples.json"
SIDES: tuple[Literal["server", "client"], ...] = ("server", "client")
TOKEN = "example-token-example-token-example-token"


def test_every_message_is_read_and_written(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "written"
    proofs = {side: proof(TOKEN, side, "0a" * 16, "f1" * 64) for side in SIDES}
    project.passes("test_wire.gd", examples=EXAMPLES, out=out, token=TOKEN, **proofs)
    lines = out.read_text("utf-8").splitlines()
    examples = [one["message"] for one in json.loads(EXAMPLES.read_text("utf-8")) if one["from"] == "client"]
    assert len(lines) == 2 * len(examples)
    for example, text, frame in zip(examples, lines[::2], lines[1::2], strict=True):
        assert json.loads(text) == example
        assert read_call(text, example) == b""
        if "payload" in str(example):
            assert read_call(bytes.fromhex(frame), example) == b"payload"


def read_call(frame: str | bytes, example: dict[str, Any]) -> bytes:
    [call] = read_frame(frame)
    assert isinstance(call, Call) and (call.id, call.method) == (example["id"], example["method"])
    written = json.loads(msgspec.json.encode(call.params))
    assert {name: written[name] for name in example["params"]} == example["params"]
    return call.payload
