"""Golden hashes: the bytes of a seed are a promise to everyone who built with it.

They may change with a new version of a package, or on purpose; then the changelog says so.
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
OTHER = {
    ("platformer", 64, 20, 4): "a81faa11c394f3ae5934fddca9aba2e32bd1ba8a3be1497c7350c2376bd1f8f4",
    ("metroidvania", 40, 32, 5): "5c455c7cc300e4562203177771b2b37838ad008337b98cb0ec90ce6586b0f3d8",
    ("sokoban", 10, 10, 6): "09ae6e012a2bcfc86863591b96aacb4529b39e16a9a1ac22ef46e73297732872",
}
WISHES = {"platformer": {"enemies": (2, 5)}, "metroidvania": {"locks": 1}, "sokoban": {"crates": 3}}
CHUNKS = {
    ("dungeon", "halls", 0, 0): "b7680729f701c63f698682bb05d096d2006a46e4b19d8efb26d0d9a018f76ec2",
    ("cave", "lakes", -3, 2): "dd5cea95e69df6208e1190cf975e9f92a00cb64cbbdc475219add9cc1877ef7b",
    ("maze", "hedge", 1 << 40, -1): "07cc558bd10587f253ecbf20ba195450bdcc9992fdae5240550de74870bd8f72",
    ("overworld", "coast", 5, -(1 << 33)): "12a89b04044bd4c93b66e5c0c53cb4141ef163518c328cb19e9598cb6605aa90",
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


@pytest.mark.parametrize(("theme", "width", "height", "seed"), OTHER)
def test_levels_from_the_side_and_puzzles_keep_it(theme: str, width: int, height: int, seed: int) -> None:
    level = playloom.level(theme, size=(width, height), seed=seed, **WISHES[theme])  # type: ignore[arg-type]

    encoded = formats.WRITERS[".json"](level, "level")
    assert sha256(encoded["level.json"]) == OTHER[theme, width, height, seed]


@pytest.mark.parametrize(("theme", "style", "x", "y"), CHUNKS)
def test_chunks_of_endless_worlds_keep_it(theme: str, style: str, x: int, y: int) -> None:
    chunk = playloom.endless(theme, seed=7, style=style).chunk(x, y)

    assert sha256(formats.WRITERS[".json"](chunk, "level")["level.json"]) == CHUNKS[theme, style, x, y]


def test_the_command_line_keeps_it_for_chunks_too(tmp_path: Path) -> None:
    asked = ["--seed", "7", "--style", "halls", "--chunks", "0,0,1,1", "-q", "-o", "level.json"]
    subprocess.run([PLAYLOOM, "level", "endless", "dungeon", *asked], cwd=tmp_path, check=True)

    assert sha256((tmp_path / "level.json").read_bytes()) == CHUNKS["dungeon", "halls", 0, 0]
