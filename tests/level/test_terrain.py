"""Terrain sets of Tiled: every cell shows what lies around it, and Tiled draws it so."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import pytiled_parser
import terrain_sheets as sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import playloom
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Evidence, Level
from playloom.kinds.level.formats import read_legend, read_mapping, terrain_notes
from playloom.kinds.level.formats.terrain.fill import fill
from playloom.kinds.level.formats.terrain.sets import TerrainSet, TerrainTile
from playloom.kinds.level.formats.terrain.wang import ACROSS, DIAGONAL, DOWN, read_sheet
from playloom.kinds.level.vocabulary import CORE
from playloom.seeds import Stream

COMMAND = Path(sys.executable).parent / "playloom"
GROUNDS = ("floor", "wall", "water")  # are Dirt, Cliff, Water
TERRAINS = '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\nwater = "Water"\n'
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # rows, columns, by point
COUNTING = {"mixed": range(8), "corner": (1, 3, 5, 7), "edge": (0, 2, 4, 6)}
BLOBS = [
    "##############",
    "#....##..~~..#",
    "#....##.~~~~.#",
    "##......~~~~.#",
    "##..#....~~..#",
    "#..####....#.#",
    "#..####.~....#",
    "##############",
]


def level(rows: list[str]) -> Level:
    return Level(cells=np.array([[CORE.by_char[char] for char in row] for row in rows], np.uint8))


def mapped(folder: Path, text: str = TERRAINS, tileset: str = "cave.tsx") -> Path:
    (folder / "terrain.toml").write_text(f'tileset = "{tileset}"\n{text}')
    return folder / "terrain.toml"


def notes(made: Level, mapping: Path) -> tuple[str, ...]:
    return terrain_notes(made, read_mapping(mapping))


def layers_of(path: Path) -> dict[str, np.ndarray]:
    """Return the tile numbers of each layer, as an independent reader sees them."""
    parsed = pytiled_parser.parse_map(path)
    return {entry.name: np.array(entry.data) for entry in parsed.layers if hasattr(entry, "data")}


def expected(terrains: np.ndarray, y: int, x: int, kind: str) -> tuple[int, ...]:
    """Say in plain words what the tile at (y, x) should show: what all cells at a point share, else Dirt."""
    height, width = terrains.shape

    def at(row: int, column: int) -> int:
        return int(terrains[min(max(row, 0), height - 1), min(max(column, 0), width - 1)])

    points = []
    for point, (rows, columns) in enumerate(AROUND):
        touching = {at(y, x), at(y + rows, x), at(y, x + columns), at(y + rows, x + columns)}
        shown = touching.pop() if len(touching) == 1 else 1
        points.append(shown if point in COUNTING[kind] else 0)
    return tuple(points)


# Exact where a tile exists


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(1, 3), min_size=width, max_size=width), min_size=1, max_size=9
        )
    ),
    st.sampled_from(sheets.KINDS),
)
def test_every_cell_shows_what_lies_around_it(rows: list[list[int]], kind: str) -> None:
    terrains = np.array(rows, np.uint8)
    tiles = sheets.complete(kind, 2)
    made = TerrainSet(
        "", kind, sheets.NAMES[:3], tuple(TerrainTile((i,), 0, t[1], 1) for i, t in enumerate(tiles)), False
    )

    filled = fill(terrains, made, 1, Stream(0))

    assert not filled.unfit.any()
    for y, x in np.ndindex(terrains.shape):
        assert made.tiles[filled.picks[y, x]].points == expected(terrains, y, x, kind)


@pytest.mark.parametrize("kind", sheets.KINDS)
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_a_map_refers_to_the_users_tileset_and_has_its_terrains(
    kind: str, suffix: str, tmp_path: Path
) -> None:
    tiles = sheets.complete(kind, 2)
    (tmp_path / "maps").mkdir()
    sheets.tsx(tmp_path, tiles, kind)
    made = level(BLOBS)

    [written] = playloom.write_level(made, tmp_path / "maps" / f"cave{suffix}", tileset=mapped(tmp_path))

    assert '"../cave.tsx"' in written.read_text()
    drawn = layers_of(written)
    terrains = np.array([[".#~".index(char) + 1 for char in row] for row in BLOBS])
    for y, x in np.ndindex(terrains.shape):
        assert tiles[drawn["terrain"][y, x] - 1][1] == expected(terrains, y, x, kind)
    assert not drawn["objects"].any()


def test_a_json_tileset_is_read_like_one_in_xml(tmp_path: Path) -> None:
    tiles = sheets.complete("corner", 2)
    found = read_sheet(sheets.tsx(tmp_path, tiles, "corner", likely='<tile id="3" probability="0.25"/>'))
    colours = [{"name": name, "color": "#ff0000", "tile": -1, "probability": 1} for name in sheets.NAMES[:3]]
    wang = [{"tileid": i, "wangid": points} for i, (centre, points) in enumerate(tiles) if centre in points]
    content = {
        "tilewidth": 16,
        "tileheight": 16,
        "tilecount": 40,
        "tiles": [{"id": 3, "probability": 0.25}],
        "wangsets": [{"name": "Ground", "type": "corner", "tile": -1, "colors": colours, "wangtiles": wang}],
    }
    (tmp_path / "cave.tsj").write_text(json.dumps(content))

    again = read_sheet(tmp_path / "cave.tsj")

    assert (again.sets, again.tile_size, again.numbers) == (found.sets, found.tile_size, found.numbers)
    weights = {tile.place[0]: tile.weight for tile in again.sets[0].tiles}
    assert (weights[2], weights[3], weights[4]) == (4096, 1024, 4096)


# Layers


def test_objects_doors_and_trees_stand_on_the_terrain_around_them(tmp_path: Path) -> None:
    tiles = sheets.complete("mixed")
    sheets.tsx(tmp_path, tiles, "mixed")
    sheets.tsx(tmp_path, [sheets.full("mixed", 1)] * 4, "mixed", name="props")
    text = 'terrains.floor = "Dirt"\nterrains.wall = "Cliff"\ntiles.start = "props.tsx:2"\n'
    text += 'tiles.exit = "props.tsx:3"\ntiles.tree = 7\ntiles.door = 6\n'
    made = level(["######", "#<T+>#", "######"])

    [written] = playloom.write_level(made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, text))

    drawn = layers_of(written)
    same = layers_of(
        playloom.write_level(
            level(["######", "#....#", "######"]), tmp_path / "bare.tmx", tileset=mapped(tmp_path, text)
        )[0]
    )
    assert np.array_equal(drawn["terrain"], same["terrain"])
    second = int(re.findall(r'firstgid="(\d+)" source="props.tsx"', written.read_text())[0])
    assert drawn["objects"][1].tolist() == [0, second + 2, 8, 7, second + 3, 0]
    assert "ground" not in drawn


def test_a_plain_tile_lies_below_a_terrain_and_stands_for_it_where_that_is_too_narrow(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.over("corner", 2, 0), "corner")
    made = level([".....", ".##..", ".##.#", "....."])
    text = 'terrains.wall = "Cliff"\ntiles.floor = 4\ntiles.wall = 5\n'

    [written] = playloom.write_level(made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, text))

    drawn = layers_of(written)
    assert (drawn["ground"] == np.where(made.cells == CORE.id("wall"), 6, 5)).all()
    assert np.argwhere(drawn["terrain"]).tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]
    narrow, reading = notes(made, mapped(tmp_path, text))
    assert (
        "1 of 5 cells are too narrow for their terrain and have their plain tile (Cliff 1; the first at 4,2)"
        in narrow
    )
    assert "cannot be read again: tile cave:4 is mapped to 'floor' and is one of terrain 'Cliff'" in reading


def test_void_stays_empty_and_its_neighbours_end_there_if_the_set_can(tmp_path: Path) -> None:
    made = level(["    ", " ## ", " ## ", "    "])
    for tiles, rim in ((sheets.over("mixed", 2, 0), 0), (sheets.complete("mixed"), 2)):
        sheets.tsx(tmp_path, tiles, "mixed")
        [written] = playloom.write_level(
            made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, '[terrains]\nwall = "Cliff"\n')
        )
        numbers = layers_of(written)["terrain"]
        assert np.count_nonzero(numbers) == 4
        assert tiles[numbers[1, 1] - 1][1][7] == rim


def test_between_says_what_lies_where_terrains_meet(tmp_path: Path) -> None:
    tiles = [sheets.full("corner", terrain) for terrain in (1, 2, 3)]
    tiles += sheets.over("corner", 1, 3) + sheets.over("corner", 2, 3)
    sheets.tsx(tmp_path, tiles, "corner")
    made = level(["...##"] * 4)
    text = 'between = "Water"\n[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n'

    [written] = playloom.write_level(made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, text))

    shown = [tiles[number - 1][1] for number in layers_of(written)["terrain"][1]]
    assert [(points[7], points[1]) for points in shown] == [(1, 1), (1, 1), (1, 3), (3, 2), (2, 2)]
    assert notes(made, mapped(tmp_path, text)) == ()


# Where no tile is exact


def test_cells_without_a_tile_that_fits_get_the_nearest_and_are_counted(tmp_path: Path) -> None:
    whole = sheets.complete("mixed", 2)
    tiles = [
        tile for number, tile in enumerate(whole) if number % 3 or tile[1] == sheets.full("mixed", tile[0])[1]
    ]
    sheets.tsx(tmp_path, tiles, "mixed")
    made = level(BLOBS)

    [written] = playloom.write_level(made, tmp_path / "cave.tmx", tileset=mapped(tmp_path))

    numbers = layers_of(written)["terrain"]
    terrains = np.array([[".#~".index(char) + 1 for char in row] for row in BLOBS])
    unfit = sum(
        tiles[numbers[y, x] - 1][1] != expected(terrains, y, x, "mixed")
        for y, x in np.ndindex(terrains.shape)
    )
    assert (numbers > 0).all()
    assert 0 < unfit < terrains.size / 3
    assert f"terrain set 'Ground': {unfit} of 112 cells have no tile" in notes(made, mapped(tmp_path))[0]


def test_a_terrain_without_borders_is_drawn_with_its_one_tile(tmp_path: Path) -> None:
    tiles = [sheets.full("mixed", 1), *sheets.over("mixed", 2, 0)]
    sheets.tsx(tmp_path, tiles, "mixed")
    made = level(["#####", "#...#", "#...#", "#####"])

    [written] = playloom.write_level(
        made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n')
    )

    assert (layers_of(written)["terrain"][1:3, 1:4] == 1).all()
    assert notes(made, tmp_path / "terrain.toml") == ()


# Chance


def with_seed(made: Level, seed: int) -> Level:
    evidence = Evidence(
        package="",
        version="",
        package_hash="",
        licence="",
        promise="exact",
        request={"seed": seed},
        style="",
        attempts=1,
        checks=(),
        edits=(),
        measures={},
        solution="",
    )
    return replace(made, evidence=evidence)


def test_likely_tiles_are_drawn_often_and_impossible_ones_never(tmp_path: Path) -> None:
    chances = {0: 1, 1: 3, 2: 0}
    likely = "".join(f'<tile id="{number}" probability="{chance}"/>' for number, chance in chances.items())
    sheets.tsx(tmp_path, [sheets.full("corner", 1)] * 3, "corner", likely=likely)
    made = with_seed(level(["." * 40] * 40), 1)
    mapping = mapped(tmp_path, '[terrains]\nfloor = "Dirt"\n')

    drawn = [
        layers_of(playloom.write_level(one, tmp_path / "cave.tmx", tileset=mapping)[0])["terrain"]
        for one in (made, made, with_seed(made, 2))
    ]

    counts = Counter(drawn[0].ravel().tolist())
    assert counts.keys() == {1, 2}
    assert 2.5 < counts[2] / counts[1] < 3.5
    assert np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])


# What Tiled draws


@pytest.fixture
def tiled() -> None:
    """Tiled's own commands; CI must have them, elsewhere their absence is said loudly."""
    if not shutil.which("tmxrasterizer"):
        message = "tmxrasterizer is not on the PATH; on Debian or Ubuntu: apt-get install tiled"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(f"LEFT OUT: {message}")


def drawn_by_tiled(path: Path) -> np.ndarray:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = ["tmxrasterizer", path, path.with_suffix(".drawn.png")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return np.asarray(Image.open(path.with_suffix(".drawn.png")).convert("RGBA"))


TURNS = {
    "": "",
    "flipped": '<transformations hflip="1" vflip="1" rotate="0" preferuntransformed="0"/>',
    "rotated": '<transformations hflip="0" vflip="0" rotate="1" preferuntransformed="1"/>',
    "both": '<transformations hflip="1" vflip="1" rotate="1" preferuntransformed="1"/>',
}


def fewest(tiles: list[sheets.Tile], turns: str) -> list[sheets.Tile]:
    """Leave out tiles that are turned ones of others."""
    rotations = (0, 2, 4, 6) if turns in ("rotated", "both") else (0,)
    flips = turns in ("flipped", "both")
    kept: dict[tuple[int, ...], sheets.Tile] = {}
    for centre, points in tiles:
        ways = [points[-turn:] + points[:-turn] for turn in rotations]
        ways += [way[4:] + way[:4] for way in ways] if flips else []
        ways += [tuple(way[-i % 8] for i in range(8)) for way in ways] if flips else []
        kept.setdefault(min(ways), (centre, points))
    return list(kept.values())


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled")
@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.parametrize(("kind", "suffix"), [("mixed", ".tmx"), ("corner", ".tmj"), ("edge", ".tmx")])
def test_tiled_draws_corners_and_sides_right_turned_tiles_included(
    kind: str, suffix: str, turns: str, tmp_path: Path
) -> None:
    tiles = fewest([tile for tile in sheets.complete(kind, 2) if tile[0] in tile[1]], turns)
    sheets.tsx(tmp_path, tiles, kind, more=TURNS[turns])
    rows = [row for row in BLOBS if "." in row]
    made = level(rows)

    [written] = playloom.write_level(made, tmp_path / f"cave{suffix}", tileset=mapped(tmp_path))

    seen = drawn_by_tiled(written)
    terrains = np.array([[".#~".index(char) + 1 for char in row] for row in rows])
    checked = 0
    for y, x in np.ndindex(terrains.shape):
        points = expected(terrains, y, x, kind)
        centre = int(terrains[y, x])
        if centre in points:  # a lone tile has no terrain in Tiled
            cell = seen[y * 16 : y * 16 + 16, x * 16 : x * 16 + 16]
            assert np.array_equal(cell, sheets.drawn(centre, points, kind)), (x, y)
            checked += 1
    assert checked > 70
    if turns:
        numbers = np.array(re.findall(r"\d{6,}", written.read_text()), np.int64)
        used = {"flipped": (ACROSS, DOWN), "rotated": (DIAGONAL,), "both": (ACROSS, DIAGONAL)}[turns]
        assert all((numbers & flag).any() for flag in used)


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled")
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_on_a_dual_grid_every_cell_shows_its_terrain_however_narrow(suffix: str, tmp_path: Path) -> None:
    corners = [tuple(points) for points in product((1, 2, 3), repeat=4)]
    tiles = [(0, (0, a, 0, b, 0, c, 0, d)) for a, b, c, d in corners]
    sheets.tsx(tmp_path, [(points[1], points) for _, points in tiles], "corner")
    rows = ["#.#.#~", "..#...", "#~#.##", "......"]

    [written] = playloom.write_level(
        level(rows), tmp_path / f"cave{suffix}", tileset=mapped(tmp_path, "dual_grid = true\n" + TERRAINS)
    )

    seen = drawn_by_tiled(written)
    left, top = pytiled_parser.parse_map(written).layers[0].offset
    assert (left, top) == (-8, -8)
    shown = seen[-5 * 16 :, -7 * 16 :] if seen.shape[0] > 5 * 16 else seen  # the layer begins outside
    for y, x in np.ndindex(4, 6):
        colour = sheets.COLOURS[".#~".index(rows[y][x]) + 1]
        cell = shown[y * 16 : y * 16 + 16, x * 16 : x * 16 + 16]
        assert (cell == colour).all(), (x, y)
    [note] = notes(level(rows), tmp_path / "terrain.toml")
    assert "cannot be read again: the mapping is on a dual grid; keep the level as .json" in note
    with pytest.raises(FileInvalid, match=r"is drawn on a dual grid.*give the \.json file of the level"):
        playloom.read_level(written)


def test_a_dual_grid_needs_a_corner_set(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("mixed"), "mixed")

    with pytest.raises(RequestInvalid, match=r"is of kind 'mixed'; dual_grid needs one of corners"):
        playloom.write_level(
            level(["#.#"]),
            tmp_path / "cave.tmx",
            tileset=mapped(tmp_path, 'dual_grid = true\nterrains.wall = "Cliff"'),
        )


# Through the command


def command(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done


PROPS = "[tiles]\n" + "".join(
    f"{tile.name} = {number}\n" for number, tile in enumerate(CORE.tiles) if tile.name not in GROUNDS
)


def test_the_command_writes_a_map_in_the_users_terrains_and_says_what_did_not_fit(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, [tile for tile in sheets.complete("mixed") if sum(tile[1]) % 5], "mixed")
    mapped(tmp_path, TERRAINS.replace("Water", "Dirt") + PROPS)
    arguments = ("level", "cave", "--seed", "3", "--tileset", "terrain.toml")

    done = command(tmp_path, *arguments, "-o", "cave.tmx", "-o", "cave.json")

    written = (tmp_path / "cave.tmx").read_bytes()
    assert b'source="cave.tsx"' in written
    assert re.match(r"playloom: terrain set 'Ground': \d+ of 1024 cells have no tile that fits", done.stderr)
    assert {path.suffix for path in tmp_path.iterdir()} == {".tsx", ".png", ".toml", ".tmx", ".json"}
    command(tmp_path, *arguments, "-o", "cave.tmx")
    assert (tmp_path / "cave.tmx").read_bytes() == written


def test_what_a_mapping_drew_is_read_and_checked_with_the_same_mapping(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("mixed", 2), "mixed")
    sheets.tsx(tmp_path, [sheets.full("mixed", 1)] * 24, "mixed", name="props")
    plain = "[tiles]\n" + "".join(
        f'{tile.name} = "props.tsx:{number}"\n' for number, tile in enumerate(CORE.tiles)
    )
    mapped(tmp_path, TERRAINS + plain)
    made = (
        "level",
        "dungeon",
        "--seed",
        "4",
        "--tileset",
        "terrain.toml",
        "-o",
        "crypt.tmx",
        "-o",
        "crypt.json",
    )

    command(tmp_path, *made)

    assert "crypt.tmx" in command(tmp_path, "level", "check", "crypt.tmx", "--legend", "terrain.toml").stdout
    again = playloom.read_level(tmp_path / "crypt.tmx", legend=tmp_path / "terrain.toml")
    whole = playloom.read_level(tmp_path / "crypt.json")
    assert again.rows == whole.rows and again.evidence == whole.evidence


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'dual_grid = true\n[terrains]\nwall = "Cliff"',
            r"terrain\.toml: the mapping is on a dual grid; keep",
        ),
        (
            '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n[tiles]\nkey = 0',
            r"tile cave:0 is mapped to 'key' and is",
        ),
    ],
)
def test_a_mapping_that_cannot_be_read_backwards_is_refused(text: str, message: str, tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("corner"), "corner")

    with pytest.raises(FileInvalid, match=message):
        read_legend(mapped(tmp_path, text))


def test_a_mapping_for_tiled_wants_a_file_of_tiled(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("mixed"), "mixed")
    mapped(tmp_path)

    done = command(tmp_path, "level", "cave", "--tileset", "terrain.toml", "-o", "cave.tscn", code=2)

    assert "speaks of a tileset of Tiled" in done.stderr and "-o level.tmx" in done.stderr


def test_what_cannot_be_read_again_is_said_when_it_is_written(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("corner", 2), "corner")
    thin, wide = level(["......", "..#...", "......"]), level(["##....", "##....", "......"])
    mapping = mapped(tmp_path)

    hidden, reading = notes(thin, mapping)
    assert "1 of 18 cells do not show their terrain" in hidden
    assert "1 of 18 cells read again as something else (the first at 2,1: wall as floor); keep" in reading
    assert notes(wide, mapping) == ()
    shared = mapped(tmp_path, TERRAINS + 'path = "Dirt"\n')
    assert "cells read again as something else (the first at 1,0: path as floor)" in notes(
        level([".,.", "...", "..."]), shared
    )[-1]  # fmt: skip


# Refusals


def test_keys_and_names_that_are_unknown_are_refused_with_the_nearest(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("mixed", 2), "mixed")

    for text, message in (
        ('dual_gird = true\n', r"has no key 'dual_gird'; did you mean 'dual_grid'\?; it can have tileset, "),
        ('[terain]\nwall = "Cliff"\n', r"has no key 'terain'; did you mean 'terrains'\?"),
    ):  # fmt: skip
        with pytest.raises(FileInvalid, match=message):
            read_mapping(mapped(tmp_path, text))
        with pytest.raises(FileInvalid, match=message):  # as a legend it is a mapping still
            read_legend(tmp_path / "terrain.toml")
    for text in (TERRAINS + "[tiles]\nstrat = 3\n", TERRAINS + 'strat = "Dirt"\n'):
        with pytest.raises(RequestInvalid, match=r"no tile is called 'strat'; did you mean 'start'\?"):
            playloom.write_level(level(["..", ".."]), tmp_path / "a.tmx", tileset=mapped(tmp_path, text))
    both = mapped(tmp_path, TERRAINS + "[tiles]\ngoal = 3\nstored_crate = 5\n")
    playloom.write_level(level(["..", ".."]), tmp_path / "a.tmx", tileset=both)


def test_tilesets_with_more_tiles_than_a_map_can_number_are_refused(tmp_path: Path) -> None:
    lines = ["[tiles]"]
    for number, tile in enumerate(CORE.tiles[:17]):
        (tmp_path / f"s{number}.tsj").write_text(
            '{"name": "s", "tilewidth": 16, "tileheight": 16, "tilecount": 16777216}'
        )
        lines.append(f'{tile.name} = "s{number}.tsj:1"')

    with pytest.raises(RequestInvalid, match="have 285212672 tiles; a map can have 268435455"):
        playloom.write_level(
            level(["."]), tmp_path / "a.tmx", tileset=mapped(tmp_path, "\n".join(lines), "s0.tsj")
        )


def test_a_tile_that_is_mapped_nowhere_is_named(tmp_path: Path) -> None:
    sheets.tsx(tmp_path, sheets.complete("mixed"), "mixed")

    with pytest.raises(
        RequestInvalid,
        match=r"uses key, lava, which the mapping lacks; other levels may use path, .*, which it lacks too; "
        r"add each of them under",
    ):
        playloom.write_level(
            level(["#.k!"]),
            tmp_path / "cave.tmx",
            tileset=mapped(tmp_path, '[terrains]\nfloor = "Dirt"\nwall = "Cliff"\n'),
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[terrains]\nwall = "Clif"', r"has no terrain 'Clif'; it has Dirt, Cliff; did you mean 'Cliff'\?"),
        (
            'terrain_set = "Walls"\n[terrains]\nwall = "Cliff"',
            r"no terrain set 'Walls'; it has 'Ground' \(Dirt, C",
        ),
        ('between = "Lawa"\n[terrains]\nwall = "Cliff"', r"has no terrain 'Lawa'"),
        ("[tiles]\nwall = 56", r"has no tile 56, which the mapping of 'wall' names; its last is 55"),
        ('[tiles]\nwall = "other.tsx:1"', r"other\.tsx: cannot be read"),
    ],
)
def test_a_mapping_that_does_not_fit_its_tileset_is_refused(text: str, message: str, tmp_path: Path) -> None:
    sheets.tsx(tmp_path, [*sheets.complete("mixed"), sheets.full("mixed", 1)], "mixed")

    with pytest.raises((RequestInvalid, FileInvalid), match=message):
        playloom.write_level(level(["#.#"]), tmp_path / "cave.tmx", tileset=mapped(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "[tiles]\nwall = [0, 1, 2]",
        "[tiles]\nwall = -1",
        "[tiles]\nwall = true",
        '[tiles]\nwall = "props"',
        '[tiles]\nwall = "props.tsx"',
        "[terrains]\nwall = 3",
        "terrains = 3",
        'colour = "red"',
    ],
)
def test_a_wrong_mapping_is_refused_by_name(text: str, tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match=r"terrain\.toml"):
        read_mapping(mapped(tmp_path, text))


def edited(tmp_path: Path, before: str, after: str) -> Path:
    """Return a mapping whose tileset was edited."""
    path = sheets.tsx(tmp_path, sheets.complete("corner"), "corner")
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    return mapped(tmp_path, '[terrains]\nwall = "Cliff"\n')


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            'type="corner"',
            "",
            r"terrain set 'Ground' of type '' is not a terrain of Tiled 1\.5 or newer; open",
        ),
        (
            'wangid="0,1,0,1,0,1,0,1"',
            'wangid="0x10101010"',
            r"wangid '0x10101010' is not a terrain of Tiled 1\.5",
        ),
        ('wangid="0,1,0,1,0,1,0,1"', 'wangid="0,1,0,1,0,1,0"', r"wangid '0,1,0,1,0,1,0' is not"),
        ('wangid="0,1,0,1,0,1,0,1"', 'wangid="0,3,0,1,0,1,0,1"', r"expected eight numbers, each 0 to 2"),
        ('tileid="0"', 'tileid="-1"', r"has tiles beyond 16777216, or below 0"),
        ('tileid="0"', 'tileid="99999999"', r"has tiles beyond 16777216"),
        (
            'name="Cliff" color="#ff0000" tile="-1" probability="1"',
            'name="Cliff" probability="nan"',
            "probab",
        ),
        ('name="Cliff" color="#ff0000" tile="-1" probability="1"', 'name="Cliff" probability="-1"', "probab"),
        ("<wangsets>", "<others>", r"not well-formed"),
        ('tilewidth="16"', 'tilewidth="0"', r"tiles of 0x16 pixels"),
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<!DOCTYPE a [<!ENTITY b 'c'>]>",
            r"document type or entities",
        ),
        ('name="Cliff"', 'name="Rock"', r"has no terrain 'Cliff'; it has Dirt, Rock"),
    ],
)
def test_a_tileset_that_is_old_or_damaged_is_refused(
    before: str, after: str, message: str, tmp_path: Path
) -> None:
    mapping = edited(tmp_path, before, after)

    with pytest.raises((FileInvalid, RequestInvalid), match=message) as refused:
        playloom.write_level(level(["###"] * 3), tmp_path / "cave.tmx", tileset=mapping)
    assert "cave.tsx" in str(refused.value)
    assert not (tmp_path / "cave.tmx").exists()


def test_a_tileset_without_terrains_is_refused(tmp_path: Path) -> None:
    mapping = edited(tmp_path, "wangset", "other")

    with pytest.raises(
        RequestInvalid, match=r"cave\.tsx: has no terrain set; add one in the tileset's editor"
    ):
        playloom.write_level(level(["###"] * 3), tmp_path / "cave.tmx", tileset=mapping)


def test_of_several_sets_the_one_that_holds_the_terrains_is_taken(tmp_path: Path) -> None:
    path = sheets.tsx(tmp_path, sheets.complete("corner"), "corner")
    more = '<wangset name="Roof" type="edge" tile="-1"><wangcolor name="Tile" probability="1"/></wangset>'
    path.write_text(path.read_text().replace("<wangsets>", f"<wangsets>{more}"))
    made = level(["###"] * 3)

    playloom.write_level(
        made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, '[terrains]\nwall = "Cliff"\n')
    )

    for text, message in (
        (
            '[terrains]\nwall = "Cliff"\nfloor = "Tile"\n',
            r"no terrain set holds all of Cliff, Tile; choose one with",
        ),
        ('[terrains]\nwall = "Tile"\n', r"no tile has the terrain 'Tile'; mark its tiles"),
    ):
        with pytest.raises(RequestInvalid, match=message):
            playloom.write_level(made, tmp_path / "cave.tmx", tileset=mapped(tmp_path, text))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sheets.tsx(tmp_path_factory.mktemp("damaged"), sheets.complete("corner"), "corner")


PIECES = st.binary(max_size=6) | st.sampled_from([b'"', b"<", b"-1", b"nan", b"999999999", b",", b"\0"])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 40), PIECES)
def test_a_damaged_tileset_is_read_or_refused_and_nothing_else(
    whole: Path, start: int, cut: int, piece: bytes
) -> None:
    text = whole.read_bytes()
    broken = whole.with_name("broken.tsx")
    broken.write_bytes(text[:start] + piece + text[start + cut :])

    try:
        read_sheet(broken)
    except FileInvalid as refused:
        assert "broken.tsx" in str(refused)
