"""Terrain tiles of two textures, and levels drawn with them by Tiled and Godot."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from inspecting import inspect
from PIL import Image
from pixel_art import HERO, sprite, texture

from playloom.errors import RequestInvalid
from playloom.kinds.level.formats.terrain.tileset_resource import read_tile_set
from playloom.kinds.level.formats.terrain.wang import read_sheet
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats.tileset import COLUMNS, encode_godot, encode_tiled, mapping, sheet
from playloom.kinds.sprite.measure import seam
from playloom.kinds.sprite.palette import Palette, find_palette
from playloom.kinds.sprite.seamless import seamless
from playloom.kinds.sprite.tiles import OVER, UNDER, Border, TerrainTiles, blob_set, corner_set, joins

COMMAND = Path(sys.executable).parent / "playloom"
GRASS, DIRT = texture(1, (4, 12, 12, 12)), texture(2, (5, 5, 5, 6))
NAMES = ("dirt", "grass")
ISLANDS = """
##############
#<...........#
#..##....#...#
#.####..###..#
#..##....##..#
#............#
#.#...##.....#
#.....##....>#
##############
"""


def blob(**fields: object) -> TerrainTiles:
    return blob_set([GRASS], [DIRT], NAMES, Border(**fields))  # type: ignore[arg-type]


def corners(**fields: object) -> TerrainTiles:
    return corner_set([GRASS], [DIRT], NAMES, Border(**fields))  # type: ignore[arg-type]


def test_a_blob_set_has_its_47_tiles_and_a_corner_set_its_16() -> None:
    assert (
        len(blob().pictures) == 47 + 1 and len(set(blob().points)) == 48 - 1
    )  # the lone one looks like dirt
    assert len(corners().pictures) == 16 == len(set(corners().points))
    assert blob().centres.count(OVER) == 47
    alone = blob().pictures[blob().points.index((OVER,) * 8)]
    assert np.array_equal(alone, GRASS.pixels)
    assert np.array_equal(blob().pictures[-1], DIRT.pixels)


@pytest.mark.parametrize("make", [blob, corners])
def test_tiles_that_show_the_same_along_a_side_meet(make: object) -> None:
    for seed in range(3):
        found = joins(make(seed=seed))  # type: ignore[operator]
        assert found.pairs > 100 and found.mean < 1.1 and found.worst < 2, (seed, found)
    upright = make()  # type: ignore[operator]
    mirrored = TerrainTiles(
        upright.kind, NAMES, True, upright.palette, upright.pictures[:, ::-1], upright.points, upright.centres
    )
    assert joins(mirrored).mean > joins(upright).mean + 0.3  # the measure sees tiles that do not meet


def test_the_border_is_the_seeds_and_stays_in_its_depth() -> None:
    assert np.array_equal(blob(seed=1).pictures, blob(seed=1).pictures)
    assert not np.array_equal(blob(seed=1).pictures, blob(seed=2).pictures)
    straight = blob(depth=4.0, roughness=0.0, outline=False, shadow=False)
    below = straight.points.index((OVER,) * 3 + (UNDER,) * 3 + (OVER,) * 2)  # dirt at the bottom
    assert np.array_equal(straight.pictures[below][:12], GRASS.pixels[:12])
    assert np.array_equal(straight.pictures[below][12:], DIRT.pixels[12:])
    lined = blob(depth=4.0, roughness=0.0).pictures[below]
    assert (lined[11] == 4).all() and (lined[12] != DIRT.pixels[12]).any()  # outline of grass, shadow on dirt


def test_more_textures_are_more_pictures_of_the_terrain_alone() -> None:
    tiles = blob_set([GRASS, texture(7, (4, 12))], [DIRT, texture(8, (5, 6))], NAMES)

    assert tiles.points.count((OVER,) * 8) == 2
    assert tiles.points.count((UNDER,) * 8) == 3  # two of dirt and the lone one


def test_over_nothing_the_border_is_transparent() -> None:
    tiles = blob_set([GRASS], [], NAMES)

    lone = tiles.pictures[tiles.points.index((0,) * 8)]
    assert (lone[0] == 0).all() and lone[8, 8] and not tiles.has_under


@pytest.mark.parametrize(
    ("over", "under", "names", "says"),
    [
        ([], [DIRT], NAMES, "no texture lies over"),
        ([GRASS], [texture(1, (5,), 8)], NAMES, "texture of 'dirt' is 8x8, not 16x16"),
        ([sprite(HERO)], [DIRT], NAMES, "texture of 'grass' has transparent pixels"),
        ([GRASS], [DIRT], ("a", "a"), "two different"),
        ([texture(1, (1, 2), 4)], [], NAMES, "is 4 pixels wide; choose 8 to 64"),
    ],
)
def test_textures_that_make_no_set_are_refused(
    over: list[Sprite], under: list[Sprite], names: tuple[str, str], says: str
) -> None:
    with pytest.raises(RequestInvalid, match=says):
        blob_set(over, under, names)


def test_too_many_colours_and_too_deep_a_border_are_refused() -> None:
    many = texture(3, tuple(range(1, 33)), 32, find_palette("db32"))
    with pytest.raises(RequestInvalid, match="colours together; at most 32 are possible"):
        blob_set([many], [texture(2, (5, 6), 32)], NAMES)
    with pytest.raises(RequestInvalid, match="a third of the tile"):
        blob(depth=9.0)


def test_palettes_are_joined() -> None:
    other = texture(4, (1, 2), palette=Palette("two", ((1, 2, 3), (4, 5, 6))))

    tiles = blob_set([GRASS], [other], NAMES)

    assert {(1, 2, 3), (4, 5, 6)} <= set(tiles.palette.colours)


def test_a_texture_is_made_seamless_out_of_its_own_pixels() -> None:
    slope = np.add.outer(np.arange(32), np.arange(32)) // 4
    rising = slope + np.random.default_rng(0).integers(0, 4, (32, 32)) + 1
    grey = Palette("grey", tuple((i * 12, i * 12, i * 12) for i in range(20)))
    rough = Sprite(pixels=rising, palette=grey)

    done = seamless(rough)

    assert seam(rough.rgba) > 2 > 1.3 >= seam(done.rgba)
    assert set(np.unique(done.pixels)) <= set(np.unique(rough.pixels))


@pytest.mark.parametrize("make", [blob, corners])
def test_our_readers_of_terrains_see_the_set(tmp_path: Path, make: object) -> None:
    tiles = make()  # type: ignore[operator]
    for name, data in (encode_tiled(tiles, "land") | encode_godot(tiles, "land")).items():
        (tmp_path / name).write_bytes(data)

    (tiled,) = read_sheet(tmp_path / "land.tsx").sets
    (godot,) = read_tile_set(tmp_path / "land.tres").sets

    assert tiled.kind == godot.kind == tiles.kind and tiled.names == godot.names == NAMES
    drawn = {tile.place[0]: tile.points for tile in tiled.tiles}
    expected = {n: p for n, p in enumerate(tiles.points) if tiles.kind == "corner" or tiles.centres[n] in p}
    assert drawn == expected
    assert {(t.place[1] + COLUMNS * t.place[2], t.centre, t.points) for t in godot.tiles} == {
        (n, tiles.centres[n], p) for n, p in enumerate(tiles.points)
    }


def level(folder: Path, tiles: TerrainTiles) -> Path:
    """Draw the islands with the installed command; return the map."""
    for name, data in encode_tiled(tiles, "land").items():
        (folder / name).write_bytes(data)
    spare = len(tiles.pictures) - 1
    plain = f"[tiles]\nstart = {spare}\nexit = {spare}\n"
    text = mapping(tiles, "land.tsx", {"wall": "grass", "floor": "dirt"}) + plain
    (folder / "land.toml").write_text(text)
    (folder / "islands.txt").write_text(ISLANDS.strip() + "\n")
    done = subprocess.run(
        [COMMAND, "level", "convert", "islands.txt", "--tileset", "land.toml", "-o", "islands.tmx"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0 and "no tile that fits" not in done.stderr, done.stderr
    return folder / "islands.tmx"


def expected_picture(tiles: TerrainTiles) -> np.ndarray:
    """Say in plain words what the islands look like in a blob set."""
    rows = ISLANDS.split()
    grass = np.array([[char == "#" for char in row] for row in rows])
    height, width = grass.shape
    around = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    at = {
        (centre, points): n
        for n, (centre, points) in reversed([*enumerate(zip(tiles.centres, tiles.points, strict=True))])
    }
    whole = np.zeros((height * 16, width * 16), np.uint8)
    for y in range(height):
        for x in range(width):
            same = [
                bool(grass[min(max(y + b, 0), height - 1), min(max(x + a, 0), width - 1)]) for b, a in around
            ]
            points = [OVER if s else UNDER for s in same]
            for corner in (1, 3, 5, 7):
                if not (same[corner - 1] and same[(corner + 1) % 8]):
                    points[corner] = UNDER
            number = at[OVER, tuple(points)] if grass[y, x] else at[UNDER, (UNDER,) * 8]
            whole[y * 16 : y * 16 + 16, x * 16 : x * 16 + 16] = tiles.pictures[number]
    return whole


@pytest.mark.tiled
def test_tiled_draws_a_level_in_generated_tiles(tmp_path: Path) -> None:
    if not shutil.which("tmxrasterizer"):
        message = "tmxrasterizer is not on the PATH; on Debian or Ubuntu: apt-get install tiled"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    tiles = blob(seed=4)
    made = level(tmp_path, tiles)
    command = ["tmxrasterizer", "--hide-layer", "objects", made, tmp_path / "drawn.png"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)

    drawn = np.array(Image.open(tmp_path / "drawn.png").convert("RGB"))
    expected = tiles.palette.array[expected_picture(tiles) - 1]
    differing = (drawn != expected).any(-1).reshape(9, 16, 14, 16).any((1, 3))
    # A single cell of grass is the one thing that a terrain set of Tiled cannot hold.
    assert {(int(y), int(x)) for y, x in np.argwhere(differing)} <= {(6, 2)}


def test_a_corner_set_draws_a_level_on_the_dual_grid(tmp_path: Path) -> None:
    made = level(tmp_path, corners())

    assert 'name="terrain"' in made.read_text() and "offsetx" in made.read_text()


@pytest.mark.godot
@pytest.mark.parametrize("make", [blob, corners])
def test_godot_sees_the_terrain_set(engine: str, tmp_path: Path, make: object) -> None:
    tiles = make()  # type: ignore[operator]
    (tmp_path / "land.tres").write_bytes(encode_godot(tiles, "land")["land.tres"])

    seen = inspect(engine, tmp_path, "land.tres")

    assert (seen["mode"], seen["names"], seen["side"]) == (int(tiles.kind == "corner"), list(NAMES), [16, 16])
    table = np.concatenate([np.zeros((1, 4), np.uint8), np.insert(tiles.palette.array, 3, 255, 1)])
    assert base64.b64decode(seen["texture"]) == table[sheet(tiles)].tobytes()
    assert len(seen["tiles"]) == len(tiles.pictures)
    for number, (points, centre) in enumerate(zip(tiles.points, tiles.centres, strict=True)):
        tile = seen["tiles"][f"{number % COLUMNS},{number // COLUMNS}"]
        shown = [-2 if tiles.kind == "corner" and at % 2 == 0 else p - 1 for at, p in enumerate(points)]
        assert (tile["terrain"], tile["points"]) == (centre - 1, shown), json.dumps(tile)


def test_a_mapping_names_terrains_of_the_set_alone() -> None:
    with pytest.raises(RequestInvalid, match="tile 'water' is to be 'sea'; the set has dirt, grass"):
        mapping(blob(), "land.tsx", {"water": "sea"})
