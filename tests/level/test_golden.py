"""Golden hashes: the bytes of a seed are a promise to everyone who built with it.

They may change with a new version of the package `topdown`, or on purpose; then the changelog says so.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

import playloom
from playloom.kinds.level import formats

PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
GOLDEN = {
    ("dungeon", 32, 32, 7): "",
    ("cave", 23, 41, 1): "",
    ("maze", 32, 32, 2): "",
    ("overworld", 40, 30, 3): "",
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(("theme", "width", "height", "seed"), GOLDEN)
def test_python_keeps_its_promise(theme: str, width: int, height: int, seed: int) -> None:
    level = playloom.level(theme, size=(width, height), seed=seed, enemies=(2, 5), treasure=3)

    encoded = formats.WRITERS[".json"](level, "level")
    assert sha256(encoded["level.json"]) == GOLDEN[theme, width, height, seed]


@pytest.mark.parametrize(("theme", "width", "height", "seed"), GOLDEN)
def test_the_command_line_keeps_it_too(
    theme: str, width: int, height: int, seed: int, tmp_path: Path
) -> None:
    sized = ["--size", f"{width}x{height}", "--seed", str(seed), "--enemies", "2..5", "--treasure", "3"]
    subprocess.run([PLAYLOOM, "level", theme, *sized, "-q", "-o", "level.json"], cwd=tmp_path, check=True)

    assert sha256((tmp_path / "level.json").read_bytes()) == GOLDEN[theme, width, height, seed]
