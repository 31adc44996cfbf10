"""The public names, and the short Python way."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from front_door import FOREIGN, LEGEND, Run

import playloom
from playloom.errors import FileInvalid, RequestInvalid


@pytest.fixture
def package(models: Path) -> Path:
    return models / "topdown"


def test_the_public_names_are_these() -> None:
    assert set(playloom.__all__) == {
        "Animation",
        "Clip",
        "Contract",
        "Evidence",
        "FileInvalid",
        "GenerationFailed",
        "KindUnknown",
        "Level",
        "LevelRequest",
        "Library",
        "Package",
        "PackageInvalid",
        "Palette",
        "PlayloomError",
        "Quest",
        "RequestInvalid",
        "Sprite",
        "World",
        "WriteFailed",
        "__version__",
        "check_level",
        "check_sprite",
        "distinct_levels",
        "endless",
        "level",
        "quest",
        "read_level",
        "read_sprite",
        "sprite",
        "sprites",
        "walk",
        "write_level",
        "write_quest",
        "write_sprite",
    }


def test_every_public_name_can_be_had_and_is_kept() -> None:
    fresh = importlib.reload(playloom)

    for name in fresh.__all__:
        assert getattr(fresh, name) is getattr(fresh, name)
    assert set(fresh.__all__) <= set(dir(fresh))
    with pytest.raises(AttributeError, match="nothing_like_that"):
        _ = fresh.nothing_like_that


def test_every_public_name_is_explained() -> None:
    for name in set(playloom.__all__) - {"__version__"}:
        thing = getattr(playloom, name)

        assert thing.__doc__ and thing.__doc__.strip().endswith("."), name
        assert not thing.__doc__.startswith(f"{name}("), f"{name} has the signature that dataclasses make up"


def test_a_level_is_made_written_read_and_checked(package: Path, tmp_path: Path) -> None:
    level = playloom.level("cave", size=(24, 16), seed=7, enemies=3, treasure=(1, 2), package=package)

    assert (level.width, level.height) == (24, 16)
    written = playloom.write_level(level, tmp_path / "cave.tmx", str(tmp_path / "cave.json"))
    assert written[0] == tmp_path / "cave.tmx" and tmp_path / "cave.json" in written
    again = playloom.read_level(tmp_path / "cave.json")
    assert again.rows == level.rows and again.evidence == level.evidence
    judgement = playloom.check_level(tmp_path / "cave.tmx")
    assert judgement.passed and judgement.measures["enemies"] == 3


def test_formats_that_share_a_tile_image_name_it_once(package: Path, tmp_path: Path) -> None:
    level = playloom.level("maze", size=(9, 9), package=package)

    written = playloom.write_level(level, tmp_path / "m.tmx", tmp_path / "m.tmj")

    assert len(written) == len(set(written))


def test_a_map_is_read_with_a_legend_and_written_for_a_games_tileset(tmp_path: Path) -> None:
    (tmp_path / "ruins.tmx").write_text(FOREIGN)
    (tmp_path / "legend.toml").write_text(LEGEND)
    (tmp_path / "mapping.toml").write_text(
        'tileset = "uid://cave"\n[tiles]\nwall = [0, 0, 0]\nfloor = [0, 1, 0]\n'
        "start = [0, 2, 0]\nexit = [0, 3, 0]\n"
    )
    told = {"ruins:0": "wall", "ruins:2": "start", 4: "exit", 0: "floor"}

    level = playloom.read_level(tmp_path / "ruins.tmx", legend=told)
    playloom.write_level(level, tmp_path / "ruins.tscn", tileset=tmp_path / "mapping.toml")

    assert level.rows == playloom.read_level(tmp_path / "ruins.tmx", legend=tmp_path / "legend.toml").rows
    assert 'path="uid://cave"' in (tmp_path / "ruins.tscn").read_text()
    with pytest.raises(RequestInvalid, match="no solution"):
        playloom.write_level(level, tmp_path / "ruins.json", tmp_path / "ruins.png", solution=True)
    assert not (tmp_path / "ruins.json").exists()


def test_pinned_cells_stay(package: Path) -> None:
    first = playloom.level("dungeon", size=(16, 16), seed=1, package=package)
    pinned = first.cells.copy()
    pinned[8:, :] = 255

    second = playloom.level("dungeon", size=(16, 16), seed=2, pinned=pinned, package=package)

    assert (second.cells[:8] == first.cells[:8]).all()


@pytest.mark.parametrize(
    "wish",
    [{"size": (0, 8)}, {"size": (8, 10**9)}, {"seed": -1}, {"enemies": -1}, {"keys": (2, 1)}, {"style": "?"}],
)
def test_a_wrong_request_is_refused(package: Path, wish: dict[str, object]) -> None:
    with pytest.raises(RequestInvalid):
        playloom.level("dungeon", package=package, **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"size": "32x32"}, "size is '32x32'; give"),
        ({"size": (32,)}, "size is"),
        ({"size": 32}, "size is 32; give"),
        ({"size": (32.0, 32)}, "width is 32.0"),
        ({"enemies": (1, 2, 3)}, r"enemies is \(1, 2, 3\); give \(low, high\)"),
        ({"enemies": True}, "enemies is True"),
        ({"enemies": 1.5}, "enemies is 1.5"),
        ({"enemies": {1, 2}}, "enemies is"),
        ({"path": np.array([1, 2])}, "path is"),
        ({"keys": "2"}, "keys is '2'; give a number"),
        ({"openness": "0.4"}, "openness is '0.4'; give a number"),
        ({"openness": (None, None)}, "openness is open at both ends"),
        ({"enemies": (None, "8")}, "enemies is 0..8"),
        ({"openness": float("nan")}, "openness is"),
        ({"theme": None}, "give a theme of the package: one of dungeon, cave, maze, overworld"),
        ({"theme": 5}, "theme is 5"),
        ({"style": 5}, "style is 5"),
        ({"seed": None}, "seed is None"),
        ({"seed": "7"}, "seed is '7'"),
        ({"steps": 2.5}, "steps is 2.5"),
        ({"pinned": [[255]]}, "pinned is"),
        ({"package": 5}, "package is 5"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_its_name(
    package: Path, wish: dict[str, object], message: str
) -> None:
    with pytest.raises(RequestInvalid, match=message):
        playloom.level(**{"theme": "cave", "package": package, **wish})  # type: ignore[arg-type]


def test_numbers_of_numpy_and_lists_are_taken_as_they_are_meant(package: Path) -> None:
    wishes = {"enemies": [1, 3], "treasure": np.int64(2), "openness": [np.float32(0.25), 0.75]}
    level = playloom.level(
        "cave",
        size=[np.int32(16), np.uint8(16)],  # type: ignore[arg-type]
        seed=np.uint32(4),  # type: ignore[arg-type]
        package=str(package),
        **wishes,  # type: ignore[arg-type]
    )
    same = playloom.level(
        "cave", size=(16, 16), seed=4, enemies=(1, 3), treasure=2, openness=(0.25, 0.75), package=package
    )

    assert level.rows == same.rows and level.evidence == same.evidence


def test_an_open_end_is_that_of_the_command_line(package: Path, tmp_path: Path, run_here: Run) -> None:
    wishes = {"enemies": (2, None), "treasure": (None, 3), "openness": (0.3, None), "path": (None, 200)}
    level = playloom.level("cave", size=(20, 20), seed=3, package=package, **wishes)  # type: ignore[arg-type]
    typed = ("--enemies", "2..", "--treasure", "..3", "--openness", "0.3..", "--path", "..200")
    run_here("level", "cave", "--size", "20x20", "--seed", "3", *typed, "-q", "-o", "cave.json")

    playloom.write_level(level, tmp_path / "python.json")

    assert (tmp_path / "python.json").read_bytes() == (tmp_path / "cave.json").read_bytes()


def test_the_only_theme_of_a_package_need_not_be_named() -> None:
    level = playloom.level(package="sokoban", size=(10, 10), seed=2)

    assert level.theme == "sokoban"
    assert level.rows == playloom.level("sokoban", size=(10, 10), seed=2).rows
    [alone] = playloom.distinct_levels(None, 1, package="sokoban", size=(10, 10), seed=2)
    assert alone.rows == level.rows
    for make in (playloom.level, playloom.endless):
        with pytest.raises(RequestInvalid, match=r"give a theme: one of .*dungeon.*sokoban"):
            make()


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.doc").write_text("")

    with pytest.raises(FileInvalid, match=r"\.doc"):
        playloom.read_level(tmp_path / "map.doc")
