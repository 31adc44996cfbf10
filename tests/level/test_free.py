"""Levels of own maps: known neighbours where tiles have no roles, and playable ones where they have."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_maps import write_towns
from own_package import write_own_package

from playloom.api import level_generator, read_level
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.check import judge
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.draft import Draft
from playloom.kinds.level.formats import write
from playloom.kinds.level.free.finish import harmonise
from playloom.kinds.level.free.pairs import strange
from playloom.kinds.level.free.settle import settle
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Free, Walk
from playloom.kinds.level.own.reader import adjacency_of, read_maps
from playloom.kinds.level.vocabulary import CORE, Passability, Role, Tile, Vocabulary
from playloom.package import Package
from playloom.seeds import Stream


def plain(count: int) -> Vocabulary:
    """Tiles of which nothing is known."""
    open_ground = {"role": Role.PROP, "passability": Passability.OPEN, "colour": "#808080"}
    return Vocabulary(tuple(Tile(name=f"t{i}", char=chr(65 + i), **open_ground) for i in range(count)))


def draft(cells: np.ndarray, tiles: int, seed: int = 0, fixed: np.ndarray | None = None) -> Draft:
    """A draft whose network likes each cell best as it is."""
    surprise = np.random.default_rng(seed).integers(1000, 9000, (*cells.shape, tiles))
    np.put_along_axis(surprise, cells[:, :, None], 100, axis=2)
    nowhere = np.zeros(cells.shape, np.bool_)
    return Draft(cells.copy(), nowhere if fixed is None else fixed, nowhere, surprise, plain(tiles))


def count_strange(cells: np.ndarray, adjacency: object, tiles: int) -> int:
    across, below = strange(cells, adjacency, tiles)  # type: ignore[arg-type]
    return int(across.sum() + below.sum())


@pytest.fixture(scope="module", params=["towns", "plain"])
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with own maps, with or without roles, and the package "pack" of them."""
    folder = tmp_path_factory.mktemp(request.param)
    write_towns(folder / "maps", 4, classes=request.param == "towns")
    write_own_package(folder / "pack", read_maps([folder / "maps"]))
    return folder


@pytest.fixture(scope="module")
def generator(own: Path) -> LevelGenerator:
    return LevelGenerator(Package.open(own / "pack"))


# Settling


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([2, 5, 12]), st.sampled_from([0.02, 0.2, 1.0]))
def test_every_pair_becomes_known_whatever_is_proposed(seed: int, tiles: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    wave = np.add.outer(np.arange(24), rng.integers(0, 9) + np.arange(24)) // 2 % tiles
    cells = np.where(rng.random((24, 24)) < share, rng.integers(0, tiles, (24, 24)), wave)
    adjacency = adjacency_of([wave.astype(np.uint8)])
    work = draft(cells, tiles, seed)

    settled = settle(work, adjacency, Stream(seed))

    assert settled
    assert count_strange(work.cells, adjacency, tiles) == 0
    again = draft(cells, tiles, seed)
    settle(again, adjacency, Stream(seed))
    assert np.array_equal(again.cells, work.cells)


def test_a_map_of_known_pairs_is_left_alone() -> None:
    stripes = np.tile([0, 1, 2], (9, 3))
    work = draft(stripes, 3)

    assert settle(work, adjacency_of([stripes.astype(np.uint8)]), Stream(1))
    assert work.edits == []


def test_only_cells_near_a_strange_pair_change_and_edits_say_which() -> None:
    stripes = np.tile([0, 1, 2], (12, 4))
    cells = stripes.copy()
    cells[5, 4] = 0  # should be 1
    work = draft(cells, 3)

    assert settle(work, adjacency_of([stripes.astype(np.uint8)]), Stream(1))
    assert np.array_equal(work.cells, stripes)
    (edit,) = work.changes()
    assert (edit.x, edit.y, edit.before, edit.after) == (4, 5, "t0", "t1")


def test_pinned_cells_stay_and_a_pinned_pair_that_is_strange_cannot_be_settled() -> None:
    stripes = np.tile([0, 1, 2], (12, 4))
    cells = stripes.copy()
    cells[5, 4] = 0
    fixed = np.zeros(cells.shape, np.bool_)
    fixed[5, 3:6] = True
    work = draft(cells, 3, fixed=fixed)

    assert not settle(work, adjacency_of([stripes.astype(np.uint8)]), Stream(1))
    assert np.array_equal(work.cells[fixed], cells[fixed])


def test_harmony_changes_nothing_for_the_player() -> None:
    rng = np.random.default_rng(3)
    cells = rng.integers(0, len(CORE), (20, 20))
    work = draft(cells, len(CORE))
    work.vocabulary = CORE
    sample = rng.integers(0, len(CORE), (12, 12)).astype(np.uint8)
    before = count_strange(cells, adjacency_of([sample]), len(CORE))

    harmonise(work, adjacency_of([sample]), Stream(1))

    kinds = [(tile.role, tile.passability) for tile in CORE.tiles]
    assert [kinds[i] for i in work.cells.ravel()] == [kinds[i] for i in cells.ravel()]
    assert count_strange(work.cells, adjacency_of([sample]), len(CORE)) <= before


# The check


def test_the_check_names_pairs_that_were_never_seen_and_says_what_it_did_not_check() -> None:
    stripes = np.tile([0, 1, 2], (4, 3)).astype(np.uint8)
    wrong = stripes.copy()
    wrong[1, 1] = 0
    known = {"vocabulary": plain(3), "movement": Free(), "adjacency": adjacency_of([stripes])}

    good, bad = judge(Level(cells=stripes, **known)), judge(Level(cells=wrong, **known))

    assert good.passed
    assert next(v.detail for v in good.verdicts if v.name == "playable").startswith("not checked")
    assert bad.failed == ("adjacency",)
    detail = next(v.detail for v in bad.verdicts if v.name == "adjacency")
    assert detail == (
        "4 of 59 pairs of neighbours were never seen in training: at (0, 1), (1, 1), (1, 0), (1, 1)"
    )
    assert (good.measures["known_pairs"], bad.measures["known_pairs"] < 1) == (1.0, True)


# Generating


def test_levels_of_own_maps_pass_the_check_and_come_back_from_tiled(
    own: Path, generator: LevelGenerator, tmp_path: Path
) -> None:
    for seed in range(10):
        level = generator.generate(LevelRequest(theme="own", width=21, height=17, seed=seed))

        assert level.evidence is not None
        assert all(verdict.passed for verdict in level.evidence.checks)
        if isinstance(generator.movement, Free):
            assert level.evidence.measures["known_pairs"] == 1.0
        for name in ("a.tmx", "a.tmj"):
            write(level, tmp_path / name)
            again = read_level(tmp_path / name, generator.vocabulary, generator=generator)
            assert np.array_equal(again.cells, level.cells)
            assert again.evidence == level.evidence
            assert judge(again, border=None).passed


def test_the_same_request_gives_the_same_bytes(generator: LevelGenerator, tmp_path: Path) -> None:
    request = LevelRequest(theme="own", width=16, height=16, seed=5)
    first, second = (
        [path.read_bytes() for path in write(generator.generate(request), tmp_path / "a.tmx")] for _ in "12"
    )

    assert first == second


def test_own_levels_start_at_their_own_start_and_walk_everywhere(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 3)
    write_own_package(tmp_path / "pack", read_maps([tmp_path / "maps"]))
    level = level_generator(tmp_path / "pack").generate(LevelRequest(theme="own", width=24, height=16))

    assert level.movement == Walk()
    assert int(level.vocabulary.having(Role.START)[level.cells].sum()) == 1
    assert level.evidence is not None
    assert {"start", "one region"} <= {verdict.name for verdict in level.evidence.checks}


def test_pinned_cells_of_a_free_package_are_kept(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 3, classes=False)
    maps = read_maps([tmp_path / "maps"])
    write_own_package(tmp_path / "pack", maps)
    pinned = np.full(maps.maps[0].shape, FREE, np.uint8)
    pinned[:, :10] = maps.maps[0][:, :10]

    request = LevelRequest(theme="own", width=20, height=16, pinned=pinned)
    level = level_generator(tmp_path / "pack").generate(request)

    assert np.array_equal(level.cells[:, :10], maps.maps[0][:, :10])


def test_controls_that_count_roles_are_refused_without_roles(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 1, classes=False)
    write_own_package(tmp_path / "pack", read_maps([tmp_path / "maps"]))

    with pytest.raises(RequestInvalid, match="enemies"):
        level_generator(tmp_path / "pack").generate(LevelRequest(theme="own", enemies=(2, 3)))


# The command


def playloom(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["playloom", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_the_command_makes_checks_and_goes_on_with_maps_in_own_tiles(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 3, classes=False)
    write_own_package(tmp_path / "pack", read_maps([tmp_path / "maps"]))
    pack, made = tmp_path / "pack", tmp_path / "a.tmx"

    outputs = ("-o", made, "-o", tmp_path / "a.png")
    done = playloom("level", "own", "--package", pack, "--size", "20x16", *outputs)
    checked = playloom("level", "check", made, "--package", pack)
    again = ("--from", made, "--redo", "2,2,6,6", "-o", tmp_path / "b.tmx")
    redone = playloom("level", *again, "--package", pack)

    assert done.returncode == 0, done.stderr
    assert "moves" not in done.stdout
    assert (tmp_path / "a.town.png").read_bytes() == (tmp_path / "maps" / "town.png").read_bytes()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert redone.returncode == 0, redone.stderr


def test_a_map_with_a_stack_that_nobody_drew_is_refused_with_its_cell(own: Path, tmp_path: Path) -> None:
    generator = level_generator(own / "pack")
    write(generator.generate(LevelRequest(theme="own", width=8, height=8)), tmp_path / "a.tmx")
    text = (tmp_path / "a.tmx").read_text()
    head, data, tail = text.partition('encoding="csv">\n')
    (tmp_path / "a.tmx").write_text(head + data + "4" + tail[1:])  # water, which no town has

    with pytest.raises(FileInvalid, match=r"cell \(0, 0\) holds town:3 on 'ground'"):
        read_level(tmp_path / "a.tmx", generator.vocabulary, generator=generator)
