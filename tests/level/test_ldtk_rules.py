"""Auto-layer rules put the tiles that LDtk's editor puts; expectations are worked out by hand."""

import json
import math
from pathlib import Path
from typing import Any

import ldtk_projects as ldtk
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldtk_projects import BACK, TILES, TILESET, WALLS, Entry, group, rule

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats.ldtk import chance
from playloom.kinds.level.formats.ldtk.matching import AutoTile
from playloom.kinds.level.formats.ldtk.project import open_project, tile_layers

ROOM = ["11111", "10001", "10001", "11111"]
ANY, NONE = 1000001, -1000001
Grid = list[list[int | None]]


def tiles(rows: list[str], *groups: Entry, **settings: Any) -> list[AutoTile]:
    """Return the tiles of a layer "Walls" whose values are the digits of ``rows``."""
    definition = ldtk.layer(
        "IntGrid", WALLS, "Walls", *groups, tilesetDefUid=TILESET, intGridValues=settings.pop("values", None)
        or ldtk.values("a", "b", "c")
    ) | settings.pop("definition", {})  # fmt: skip
    extra = settings.pop("layers", [])
    level = ldtk.level(
        "L", ldtk.instance(definition, rows, **settings.pop("layer", {})), *settings.pop("others", [])
    )
    whole = ldtk.project(
        [definition, *extra], [level | settings.pop("level", {})], defs=settings.pop("defs", {})
    )
    assert not settings
    opened = open_project(Path("game.ldtk"), json.dumps(whole).encode())
    return next(
        found for layer, found in tile_layers(opened, opened.level("L")) if layer.layerDefUid == WALLS
    )


def shown(found: list[AutoTile], rows: list[str]) -> Grid:
    """Return the number of the topmost tile at each cell."""
    grid: Grid = [[None] * len(row) for row in rows]
    for tile in found:
        grid[tile.y // ldtk.SIDE][tile.x // ldtk.SIDE] = tile.tile
    return grid


def test_a_rule_of_one_cell_puts_its_tile_on_every_cell_of_its_value() -> None:
    found = tiles(["010", "201"], group(rule(10, [1], [[23]])))

    assert found == [AutoTile(8, 0, 24, 16, 0, 23, 10, 1), AutoTile(16, 8, 24, 16, 0, 23, 10, 5)]


def test_patterns_tell_edges_from_corners() -> None:
    face = rule(10, [0, 0, 0, 0, 1, 0, 0, -1, 0], [[1]])  # nothing below
    side = rule(11, [0, 0, 0, 0, 1, -1, 0, 0, 0], [[2]])  # nothing to the right
    rest = rule(12, [1], [[3]])

    found = tiles(ROOM, group(face, side, rest))

    # Beyond the map nothing is known, so patterns that look there do not fit.
    assert shown(found, ROOM) == [
        [3, 1, 1, 1, 3],
        [2, None, None, None, 3],
        [2, None, None, None, 3],
        [3, 3, 3, 3, 3],
    ]


@pytest.mark.parametrize(("outside", "expected"), [(None, [3, 3]), (0, [1, 1]), (1, [3, 3])])
def test_what_lies_outside_is_what_the_rule_says(outside: int | None, expected: list[int]) -> None:
    face = rule(10, [0, 0, 0, 0, 1, 0, 0, -1, 0], [[1]], outOfBoundsValue=outside)

    found = tiles(["11"], group(face, rule(12, [1], [[3]])))

    assert shown(found, ["11"]) == [expected]


def test_a_value_that_is_only_said_to_lie_outside_does_not_make_a_rule_apply() -> None:
    wants_b_below = rule(10, [0, 0, 0, 0, 1, 0, 0, 2, 0], [[1]], outOfBoundsValue=2)

    assert tiles(["11", "11"], group(wants_b_below)) == []
    assert len(tiles(["11", "12"], group(wants_b_below))) == 2  # with a b near: the edge counts as well


def test_anything_and_nothing_are_told_apart() -> None:
    rows = ["0120"]
    before_something = rule(10, [0, 0, 0, 0, NONE, ANY, 0, 0, 0], [[1]])
    before_nothing = rule(11, [0, 0, 0, 0, ANY, NONE, 0, 0, 0], [[2]])

    assert shown(tiles(rows, group(before_something, before_nothing)), rows) == [[1, None, 2, None]]


def test_a_group_stands_for_all_of_its_values() -> None:
    rows = ["1230"]
    in_group, outside = rule(10, [8000], [[1]]), rule(11, [-8000], [[2]])

    found = tiles(rows, group(in_group, outside), values=ldtk.values("a", "b", "c", groups={1: 7, 3: 7}))

    assert shown(found, rows) == [[1, 2, 1, 2]]


def test_a_mirrored_pattern_mirrors_its_tile() -> None:
    rows = ["000", "010", "000"]
    corner = rule(10, [0, -1, 0, -1, 1, 0, 0, 0, 0], [[4]], flipX=True, flipY=True, breakOnMatch=False)
    walls = ["0110", "0110"]

    assert [tile.flips for tile in tiles(rows, group(corner))] == [0, 1, 2, 3]
    assert [tile.flips for tile in tiles(rows, group(corner | {"breakOnMatch": True}))] == [0]
    found = tiles(walls, group(corner | {"outOfBoundsValue": 0}))
    assert [(tile.cell, tile.flips) for tile in found] == [(1, 0), (2, 1), (5, 2), (6, 3)]


def test_a_rule_that_breaks_hides_those_after_it_and_the_first_rule_is_drawn_last() -> None:
    over, under = rule(10, [1], [[1]], breakOnMatch=False), rule(11, [1], [[2]])
    never = rule(12, [1], [[3]])

    found = tiles(["1"], group(over, under, never))

    assert [tile.tile for tile in found] == [2, 1]


def test_a_tile_without_clear_pixels_hides_those_after_it() -> None:
    full, clear = rule(10, [1], [[1]], breakOnMatch=False), rule(11, [1], [[0]], breakOnMatch=False)
    known = {"tilesets": [ldtk.tileset(cachedPixelData={"opaqueTiles": "01"})]}

    assert [tile.tile for tile in tiles(["1"], group(full, clear), defs=known)] == [1]
    assert [tile.tile for tile in tiles(["1"], group(clear, full), defs=known)] == [1, 0]
    for change in ({"alpha": 0.5}, {"tileXOffset": 1}):  # it may let through what lies below
        assert len(tiles(["1"], group(full | change, clear), defs=known)) == 2


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"xModulo": 2}, ["1010", "1010", "1010"]),
        ({"xModulo": 3, "xOffset": 1}, ["0100", "0100", "0100"]),
        ({"yModulo": 2, "yOffset": 1}, ["0000", "1111", "0000"]),
        ({"xModulo": 2, "yModulo": 1, "checker": "Horizontal"}, ["1010", "0101", "1010"]),
        ({"xModulo": 2, "yModulo": 2, "checker": "Vertical"}, ["1000", "0010", "1000"]),
    ],
)
def test_a_modulus_leaves_cells_out(settings: dict[str, Any], expected: list[str]) -> None:
    rows = ["1111"] * 3

    found = shown(tiles(rows, group(rule(10, [1], [[0]], **settings))), rows)

    assert ["".join("0" if tile is None else "1" for tile in row) for row in found] == expected


def test_a_stamp_lies_around_its_pivot_as_it_lies_in_the_tileset() -> None:
    stamp = rule(10, [1], [[11, 12, 21, 22]], tileMode="Stamp", pivotX=1, pivotY=1)
    rows = ["000", "010", "000"]

    found = tiles(rows, group(stamp))

    assert [(tile.x, tile.y, tile.tile) for tile in found] == [(0, 0, 11), (8, 0, 12), (0, 8, 21), (8, 8, 22)]


def test_a_mirrored_stamp_reaches_to_the_other_side() -> None:
    stamp = rule(
        10, [0, 0, 0, -1, 1, 0, 0, 0, 0], [[11, 12]], tileMode="Stamp", flipX=True, outOfBoundsValue=1
    )

    found = tiles(["110"], group(stamp))

    assert [(tile.x, tile.flips, tile.tile) for tile in found] == [(8, 1, 11), (0, 1, 12)]


def test_offsets_and_opacity_go_to_the_tile() -> None:
    found = tiles(["1"], group(rule(10, [1], [[0]], tileXOffset=-3, tileYOffset=5, alpha=0.25)))

    assert [(tile.x, tile.y, tile.alpha) for tile in found] == [(-3, 5, 0.25)]


def test_spacing_and_padding_shift_the_place_in_the_picture() -> None:
    spaced = {"tilesets": [ldtk.tileset(spacing=2, padding=1)]}

    found = tiles(["1"], group(rule(10, [1], [[23]])), defs=spaced)

    assert [(tile.source_x, tile.source_y) for tile in found] == [(31, 21)]


def test_groups_can_be_off_optional_or_of_a_biome() -> None:
    put = [rule(10, [1], [[0]])]
    biome = {"definition": {"biomeFieldUid": 70}}

    def count(found: Entry, **settings: Any) -> int:
        return len(tiles(["1"], found, **settings))

    assert count(group(*put, active=False)) == 0
    assert count(group(*put, isOptional=True)) == 0
    assert count(group(*put, isOptional=True), layer={"optionalRules": [90]}) == 1
    assert count(group(rule(10, [1], [[0]], active=False))) == 0
    snowy = {"fieldInstances": [{"defUid": 70, "__identifier": "biome", "__value": ["Snow", "Night"]}]}
    for wanted, mode, expected in (
        (["Snow", "Sand"], 0, 1),
        (["Snow", "Sand"], 1, 0),
        (["Night", "Snow"], 1, 1),
    ):
        asked = group(*put, requiredBiomeValues=wanted, biomeRequirementMode=mode)
        assert count(asked, **biome, level=snowy) == expected
    assert count(group(*put, requiredBiomeValues=["Snow"])) == 1  # the layer has no biome


def test_tiles_of_another_layer_keep_cells_free_and_still_count_as_matched() -> None:
    other = ldtk.layer("Tiles", TILES, "Drawn", tilesetDefUid=TILESET)
    drawn = ldtk.instance(
        other, ["00"], gridTiles=[{"px": [8, 0], "src": [0, 0], "f": 0, "t": 0, "d": [1], "a": 1}]
    )

    found = tiles(
        ["11"],
        group(rule(10, [1], [[5]]), rule(11, [1], [[6]], breakOnMatch=False)),
        definition={"autoTilesKilledByOtherLayerUid": TILES},
        layers=[other],
        others=[drawn],
    )

    assert [(tile.x, tile.tile) for tile in found] == [(0, 5)]


def test_an_auto_layer_reads_another_layer_of_another_grid() -> None:
    walls = ldtk.layer("IntGrid", WALLS, "Walls", intGridValues=ldtk.values("a"))
    back = ldtk.layer(
        "AutoLayer", BACK, "Back", group(rule(10, [NONE], [[1]])), gridSize=4, autoSourceLayerDefUid=WALLS,
        tilesetDefUid=TILESET,
    )  # fmt: skip
    level = ldtk.level("L", ldtk.instance(walls, ["10"]), ldtk.instance(back, ["0000"]))
    opened = open_project(Path("game.ldtk"), json.dumps(ldtk.project([walls, back], [level])).encode())

    ((layer, found),) = tile_layers(opened, opened.level("L"))

    assert layer.layerDefUid == BACK
    assert [tile.cell for tile in found] == [
        1
    ]  # cell by cell as LDtk reads it; beyond the source nothing is known


def test_numbers_without_a_meaning_count_as_nothing() -> None:
    assert [tile.cell for tile in tiles(["19"], group(rule(10, [NONE], [[0]])))] == [1]


# What JavaScript gives for LDtk's hash: seed, x, y, count, outcome.
HASHED = [
    (7, 0, 0, 100, 76), (7, 1, 0, 100, 51), (7, 0, 1, 100, 67), (5712345, 31, 17, 100, 88),
    (1234567, 255, 255, 7, 0), (9999999, 1023, 1023, 100, 13), (42, 3, 9, 5, 4), (-5, 2, 2, 9, 7),
    (6904606, 0, 0, 45, 31), (8828808, 768, 768, 60, 45), (4844848, 768, 832, 38, 23),
    (9964280, 640, 128, 42, 4), (7034144, 512, 512, 69, 39), (355248, 768, 768, 3, 0),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "x", "y", "count", "outcome"), HASHED)
def test_draws_are_those_of_the_editor(seed: int, x: int, y: int, count: int, outcome: int) -> None:
    assert chance.draw(seed, np.array([x]), np.array([y]), count).tolist() == [outcome]


def to_int32(number: float) -> int:
    return ((int(number) + 2**31) & 0xFFFFFFFF) - 2**31


@given(
    seed=st.integers(-(2**31), 2**32),
    x=st.integers(0, 1023),
    y=st.integers(0, 1023),
    count=st.integers(1, 9999),
)
def test_draws_follow_the_arithmetic_of_javascript(seed: int, x: int, y: int, count: int) -> None:
    first = to_int32(seed + x * 374761393 + y * 668265263)
    product = float(first ^ (first >> 13)) * 1274126177.0
    expected = math.fmod(to_int32(product) ^ (to_int32(product) >> 16), count)

    assert chance.draw(seed, np.array([x]), np.array([y]), count).tolist() == [expected]


def test_chance_alternatives_and_jitter_follow_seed_and_cell() -> None:
    rows = ["1" * 30] * 20
    y, x = np.indices((20, 30))
    picked = rule(10, [1], [[1], [2], [3]], chance=0.4, tileRandomXMin=-2, tileRandomXMax=3)

    found = tiles(rows, group(picked), layer={"seed": 99})

    hit = chance.draw(109, x, y, 100) < 40
    alternative, jitter = chance.draw(109, x, y, 3), chance.draw(109, x, y, 6) - 2
    assert [tile.cell for tile in found] == np.flatnonzero(hit).tolist()
    assert [tile.tile for tile in found] == (alternative[hit] + 1).tolist()
    assert [tile.x for tile in found] == (x[hit] * 8 + jitter[hit]).tolist()
    assert 0.3 < hit.mean() < 0.5


def gradient_noise(table: list[float], seed: int, x: float, y: float) -> float:
    """One octave of Heaps' noise at one point."""
    left, top = int(x), int(y)

    def corner(column: int, row: int) -> float:
        index = to_int32(seed * 1013 + column % 50 * 1619 + row % 50 * 31337)
        place = (index ^ ((index & 0xFFFFFFFF) >> 8)) & 0xFF
        return table[4 * place] * 2.12 * (x - column) + table[4 * place + 1] * 2.12 * (y - row)

    def curve(share: float) -> float:
        return share**3 * (6 * share**2 - 15 * share + 10)

    def between(low: float, high: float, share: float) -> float:
        return low + share * (high - low)

    upper = between(corner(left, top), corner(left + 1, top), curve(x - left))
    lower = between(corner(left, top + 1), corner(left + 1, top + 1), curve(x - left))
    return between(upper, lower, curve(y - top))


def test_a_perlin_rule_matches_where_the_noise_is_not_negative() -> None:
    from pynoise.vectortable import vector

    rows = ["1" * 40] * 30
    found = tiles(rows, group(rule(10, [1], [[0]], perlinActive=True, perlinSeed=31)), layer={"seed": 5})

    def value(x: int, y: int) -> float:
        octaves = (gradient_noise(vector, 36 + i, x * 0.2 * 2**i, y * 0.2 * 2**i) / 2**i for i in (0, 1))
        return sum(octaves) / 1.5

    expected = [x + 40 * y for y in range(30) for x in range(40) if value(x, y) >= 0]
    assert [tile.cell for tile in found] == expected
    assert 300 < len(expected) < 900


def test_a_perlin_rule_without_its_package_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pynoise.vectortable", None)  # as if it were not installed

    assert tiles(["1"], group(rule(10, [1], [[0]], perlinActive=True, active=False))) == []
    with pytest.raises(RequestInvalid, match=r"Perlin noise.*pip install 'playloom\[ldtk\]'"):
        tiles(["1"], group(rule(10, [1], [[0]], perlinActive=True)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 2, "pattern": [1] * 4}, "pattern of 2x2"),
        ({"size": 3}, "has 1 numbers for a pattern of 3x3"),
        ({"size": 11, "pattern": [1] * 121}, "<= 9"),
        ({"tileMode": "Dual"}, "tile mode 'Dual'"),
        ({"checker": "Both"}, "checker mode 'Both'"),
        ({"xModulo": 0}, ">= 1"),
        ({"perlinOctaves": 99}, "<= 16"),
        ({"pattern": [2000000]}, "number over 1000001"),
        ({"tileRectsIds": [[-1]]}, ">= 0"),
    ],
)
def test_a_rule_that_is_not_known_is_refused_by_what_it_has(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FileInvalid, match=message):
        tiles(["1"], group(rule(10, [1], [[0]]) | change))


def test_rules_without_end_are_refused_before_they_fill_the_memory() -> None:
    rows = ["1" * 500] * 500
    stamp = rule(10, [1], [[0] * 100], tileMode="Stamp")

    with pytest.raises(FileInvalid, match="put over 4194304 tiles"):
        tiles(rows, group(stamp))
    with pytest.raises(FileInvalid, match="too many for a level of 500x500"):
        tiles(rows, group(*[rule(10, [0] * 80 + [1], [[0]], flipX=True, flipY=True)] * 200))


def test_an_old_list_of_tiles_is_understood() -> None:
    old = {key: value for key, value in rule(10, [1], []).items() if key != "tileRectsIds"}

    assert [tile.tile for tile in tiles(["1"], group(old | {"tileIds": [7]}))] == [7]
    stamped = tiles(["11"], group(old | {"tileIds": [7, 8], "tileMode": "Stamp", "xModulo": 2}))
    assert [tile.tile for tile in stamped] == [7, 8]
