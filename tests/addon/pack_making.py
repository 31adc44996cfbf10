"""Packs for the tests: one that is sound, made by the installed command, and many that are damaged."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

LIST = """
[[request]]
method = "level"
theme = "dungeon"
size = [16, 16]
count = 3

[[request]]
method = "level"
theme = "dungeon"
size = [24, 16]

[[request]]
method = "chunk"
theme = "cave"
chunk = [16, 16]
seeds = [7]
area = [0, 0, 2, 2]

[[request]]
name = "monsters"
method = "sprite"
words = "slime"
size = 16
seeds = "1..2"

[[request]]
method = "walk"
of = "monsters"
side = 16

[[request]]
method = "quest"
world = "halcyon"
depth = 1
seeds = [9007199254740993]  # has more digits than a number in Godot's JSON

[[request]]
method = "list"
what = "worlds"
"""


def playloom(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = [str(Path(sys.executable).with_name("playloom")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)


def make_pack(folder: Path, requests: str = LIST) -> Path:
    """Make a pack in a folder, and the list beside it."""
    wanted = folder.with_suffix(".toml")
    wanted.write_text(requests, encoding="utf-8")
    done = playloom("bundle", "--pack", wanted, "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder


def make_damaged(pack: Path, folder: Path) -> None:
    """Make damaged copies of a pack; the name of each ends with words of what is to be said of it."""
    index = json.loads((pack / "index.json").read_text())
    names = [entry["file"] for entry in index["entries"] if entry["method"] == "level"]

    def copy(name: str) -> Path:
        return Path(shutil.copytree(pack, folder / name))

    for number, (what, change) in enumerate(_FILE_FAULTS.items()):
        damaged = copy(f"file{number}-{what}")
        for name in names:
            change(damaged / name)
    for number, (what, text) in enumerate(_index_faults(index)):
        (copy(f"index{number}-{what}") / "index.json").write_bytes(text)


_FILE_FAULTS: dict[str, Any] = {
    "SHA": lambda path: path.write_bytes(path.read_bytes().replace(b'"seed":', b'"need":')),
    "bytes": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "has_0_bytes": lambda path: path.unlink(),
    "the_index_says": lambda path: path.write_bytes(path.read_bytes() + b" "),
}


def _index_faults(index: dict[str, Any]) -> list[tuple[str, bytes]]:
    def entries(**changed: object) -> bytes:
        first = index["entries"][0] | changed
        return json.dumps(index | {"entries": [first]}).encode()

    def chunks(*spots: tuple[object, object]) -> bytes:
        one = next(entry for entry in index["entries"] if entry["method"] == "chunk")
        return json.dumps(index | {"entries": [one | {"x": x, "y": y} for x, y in spots]}).encode()

    deep = b'{"playloom_pack": 1, "entries": ' + b"[" * 90 + b"]" * 90 + b"}"
    return [
        ("is_empty", b""),
        ("JSON", b"{"),
        ("no_object", b"[]"),
        ("JSON", b"\xff\xfe{}"),
        ("format", b"{}"),
        ("format", json.dumps(index | {"playloom_pack": 2}).encode()),
        ("format", json.dumps(index | {"playloom_pack": "1"}).encode()),
        ("no_entries", json.dumps(index | {"entries": {}}).encode()),
        ("over_10000", json.dumps(index | {"entries": [0] * 10_001}).encode()),
        ("no_object", json.dumps(index | {"entries": [7]}).encode()),
        ("too_much", deep),
        ("method", entries(method=7)),
        ("file", entries(file="../../secret.json")),
        ("file", entries(file="/etc/passwd")),
        ("file", entries(file="level-0000000000000000.json\n")),
        ("sha256", entries(sha256="ABC")),
        ("size", entries(size="7")),
        ("size", entries(size=-1)),
        ("size", entries(size=1 << 40)),
        ("params", entries(params=[])),
        ("seed", entries(seed=7)),
        ("seed", entries(seed="seven")),
        ("gaps", chunks((0, 0), (2, 0))),
        ("x_or_y", chunks((0, "a"))),
        ("x_or_y", chunks((0, 1 << 40))),
        ("already", chunks((0, 0), (0, 0))),
    ]
