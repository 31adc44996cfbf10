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
    ("dungeon", 32, 32, 7): "ff9f3b4a3410e44019138c13dc0e5deddbca3d9142d452f3ae75e371fbd4e745",
    ("cave", 23, 41, 1): "c4d3983a1c3efecacfcbc7202236ad3c4e8bbe067fd618ec34508b228fb46d8f",
    ("maze", 32, 32, 2): "7ec68a1549b6b263e3911a3092446fb8a9d3b6099d51f23019f90679d0b343ae",
    ("overworld", 40, 30, 3): "37bfa4c296e955dc43959c1188df14eba3e54287da6081f94d53b59cb90149f8",
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
