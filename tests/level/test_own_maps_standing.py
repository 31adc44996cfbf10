"""Objects of own tiles stand on the ground that is there."""

from pathlib import Path

import numpy as np
import pytest
from own_maps import grid, layer_xml, map_xml, read_one, write_sheet, write_towns
from own_package import write_own_package

from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.own.reader import MapSet
from playloom.kinds.level.standing import Standing
from playloom.kinds.level.vocabulary import Role
from playloom.package import Package

# Grass 1, flowers 2, path 3, walls 6; enemies as objects stand on grass and path, never on flowers.
ROWS = ("66666666", "61111226", "63333336", "66666666")


@pytest.fixture
def maps(tmp_path: Path) -> MapSet:
    write_sheet(tmp_path)
    things = "".join(
        f'<object id="{n}" type="{kind}" x="{8 * x + 2}" y="{8 * y + 2}" width="4" height="4"/>'
        for n, (kind, x, y) in enumerate(
            [
                ("Enemy", 1, 1),
                ("Enemy", 2, 1),
                ("Enemy", 1, 2),
                ("Coin", 3, 2),
                ("Start", 1, 1),
                ("Exit", 6, 2),
            ]
        )
    )
    group = f'<objectgroup name="things">{things}</objectgroup>'
    return read_one(tmp_path, map_xml(8, 4, layer_xml("g", grid(*ROWS)), group))


def named(maps: MapSet, name: str) -> int:
    return [tile.name for tile in maps.vocabulary.tiles].index(name)


def test_an_enemy_put_on_a_path_is_the_enemy_on_a_path(maps: MapSet) -> None:
    assert maps.book is not None
    standing = Standing(maps.book, maps.vocabulary)
    on_grass, on_path = named(maps, "town:0+object:Enemy"), named(maps, "town:2+object:Enemy")
    grass, path, flowers = named(maps, "town:0"), named(maps, "Path"), named(maps, "town:1")

    assert standing.on(on_grass, path) == on_path
    assert standing.on(on_path, grass) == on_grass
    assert standing.on(on_grass, grass) == on_grass
    assert standing.on(on_grass, flowers) == on_grass  # none was ever seen on flowers
    coin = named(maps, "pickup")
    assert standing.on(coin, grass) == coin  # and no coin on grass


def test_only_objects_that_were_placed_are_changed(maps: MapSet) -> None:
    assert maps.book is not None
    on_grass, on_path = named(maps, "town:0+object:Enemy"), named(maps, "town:2+object:Enemy")
    path, wall = named(maps, "Path"), named(maps, "Wall")
    ground = np.array([[path, path, path, wall]])
    cells = np.array([[on_grass, on_grass, path, wall]])

    Standing(maps.book, maps.vocabulary).settle(cells, ground, np.array([[True, False, True, True]]))

    assert cells.tolist() == [[on_path, on_grass, path, wall]]


def test_a_package_places_each_object_on_the_ground_below_it(tmp_path: Path) -> None:
    """Where every ground has its own enemy, what lies around an enemy and under it fits as in the maps."""
    pytest.importorskip("torch", reason="the extra train is not installed")
    write_towns(tmp_path / "town", 1)
    rows = ["6" * 20, *("6" + ("1" * 18 if y % 2 else "3" * 18) + "6" for y in range(18)), "6" * 20]
    beings = [
        ("Enemy", 3, 1),
        ("Enemy", 3, 2),
        ("Start", 5, 1),
        ("Start", 5, 2),
        ("Exit", 9, 3),
        ("Exit", 9, 4),
    ]
    things = "".join(
        f'<object id="{n}" type="{kind}" x="{8 * x + 2}" y="{8 * y + 2}" width="4" height="4"/>'
        for n, (kind, x, y) in enumerate(beings)
    )
    group = f'<objectgroup name="things">{things}</objectgroup>'
    text = map_xml(20, 20, layer_xml("g", grid(*rows)), group)
    maps = read_one(tmp_path / "town", text)
    write_own_package(tmp_path / "pack", maps)
    generator = LevelGenerator(Package.open(tmp_path / "pack"))
    assert generator.standing is not None
    request = LevelRequest(theme="own", width=20, height=20, seed=3, enemies=(6, 6))
    seen = []
    settle = generator.standing.settle

    def watched(cells: np.ndarray, ground: np.ndarray, free: np.ndarray) -> None:
        settle(cells, ground, free)
        seen.append((cells.copy(), ground.copy()))

    generator.standing.settle = watched  # type: ignore[method-assign]

    level = generator.generate(request)

    cells, ground = seen[-1]
    enemy = maps.vocabulary.having(Role.ENEMY)
    places = np.argwhere(enemy[level.cells]).tolist()
    assert len(places) == 6
    assert maps.book is not None
    for y, x in places:
        assert maps.book.stacks[level.cells[y, x]] == maps.book.stacks[ground[y, x]]
        assert cells[y, x] == level.cells[y, x]
