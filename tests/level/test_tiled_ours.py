"""Our maps are understood by Tiled and by another reader of its format."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytiled_parser
from PIL import Image

from playloom.kinds.level.content import Evidence, Level
from playloom.kinds.level.formats import read, write
from playloom.kinds.level.vocabulary import CORE

ROWS = ("########", "#<..k.e#", "##.##.C#", "#..#####", "#.#..$.#", "#.L.##.#", "#n##>..#", "########")
EVIDENCE = Evidence(
    package="core",
    version="1.0.0",
    package_hash="0" * 64,
    licence="MIT",
    promise="exact",
    request={},
    style="rooms",
    attempts=1,
    checks=(),
    edits=(),
    measures={},
    solution="RRRLLDDLDDRRURRRDDLL",
)
CRYPT = Level(
    cells=np.array([[CORE.by_char[c] for c in row] for row in ROWS], np.uint8),
    theme="dungeon",
    evidence=EVIDENCE,
)


def solution_of(parsed: pytiled_parser.TiledMap) -> list[tuple[float, float]]:
    line = parsed.layers[2].tiled_objects[0]  # type: ignore[attr-defined]
    return [(line.coordinates.x + point.x, line.coordinates.y + point.y) for point in line.points]


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_pytiled_parser_reads_layers_tiles_and_the_solution(suffix: str, tmp_path: Path) -> None:
    write(CRYPT, tmp_path / f"crypt{suffix}")

    parsed = pytiled_parser.parse_map(tmp_path / f"crypt{suffix}")

    assert (parsed.map_size.width, parsed.map_size.height) == (8, 8)
    assert [entry.name for entry in parsed.layers] == ["ground", "objects", "solution"]
    ground, things = (np.array(entry.data) for entry in parsed.layers[:2])  # type: ignore[attr-defined]
    is_object = CORE.objects[CRYPT.cells]
    assert ground.min() == 2
    assert np.array_equal((np.where(things > 0, things, ground) - 1) % len(CORE), CRYPT.cells)
    assert np.array_equal(things > 0, is_object)
    tiles = parsed.tilesets[1].tiles or {}
    assert [tiles[i].properties["name"] for i in range(24)] == [tile.name for tile in CORE.tiles]  # type: ignore[index]
    assert tiles[24 + CORE.id("wall")].class_ == "wall"  # the same, seen from above
    assert parsed.properties is not None
    assert parsed.properties["playloom.theme"] == "dungeon"
    assert solution_of(parsed)[0] == (24, 24)
    assert solution_of(parsed)[-1] == (4 * 16 + 8, 6 * 16 + 8)


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_maps_that_share_their_tiles_name_them(suffix: str, tmp_path: Path) -> None:
    for stem in ("one", "two"):
        written = write(CRYPT, tmp_path / f"{stem}{suffix}", tiles="crypt & all")
        beside = [".tsx", ".png"] if suffix == ".tmx" else [".png"]
        assert [path.name for path in written[1:]] == [f"crypt & all.tiles{ending}" for ending in beside]

    for stem in ("one", "two"):
        tileset = pytiled_parser.parse_map(tmp_path / f"{stem}{suffix}").tilesets[1]
        assert tileset.image is not None and tileset.image.name == "crypt & all.tiles.png"
        assert read(tmp_path / f"{stem}{suffix}").rows == CRYPT.rows


@pytest.fixture
def tiled_commands() -> None:
    """Tiled's own commands; CI must have them, elsewhere their absence is said loudly."""
    if not (shutil.which("tiled") and shutil.which("tmxrasterizer")):
        message = "tiled and tmxrasterizer are not on the PATH; on Debian or Ubuntu: apt-get install tiled"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(f"LEFT OUT: {message}")


def call(*command: str | Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled_commands")
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
@pytest.mark.parametrize("target", ["json", "tmx"])
def test_what_tiled_saves_again_comes_back_with_evidence(suffix: str, target: str, tmp_path: Path) -> None:
    write(CRYPT, tmp_path / f"crypt{suffix}")
    call("tiled", "--export-map", target, tmp_path / f"crypt{suffix}", tmp_path / f"again.{target}")

    again = read(tmp_path / f"again.{target}")

    assert np.array_equal(again.cells, CRYPT.cells)
    assert (again.theme, again.evidence) == (CRYPT.theme, CRYPT.evidence)
    assert (tmp_path / f"again.{target}").read_text().count("polyline") > 0


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled_commands")
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
@pytest.mark.parametrize("tiles", [None, "shared"])
def test_tiled_draws_every_tile_with_our_image(suffix: str, tiles: str | None, tmp_path: Path) -> None:
    plain = replace(CRYPT, evidence=None)  # no solution drawn over the tiles
    write(plain, tmp_path / f"crypt{suffix}", tiles=tiles)
    call("tmxrasterizer", tmp_path / f"crypt{suffix}", tmp_path / "drawn.png")

    drawn, sheet = (
        np.asarray(Image.open(tmp_path / name).convert("RGBA"))
        for name in ("drawn.png", f"{tiles or 'crypt'}.tiles.png")
    )

    assert drawn.shape == (128, 128, 4)
    wall = CORE.id("wall")
    for y, x in np.argwhere(~CORE.objects[CRYPT.cells]):
        tile = int(CRYPT.cells[y, x])
        below = CRYPT.cells[min(y + 1, 7), x]
        row = 16 if tile == below == wall else 0  # a wall that continues below shows its top
        seen = drawn[y * 16 : y * 16 + 16, x * 16 : x * 16 + 16]
        assert np.array_equal(seen, sheet[row : row + 16, tile * 16 : tile * 16 + 16]), (x, y)
