"""Endless levels: the same chunks in any order and process, that fit, and a way between any two."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from numpy.typing import NDArray
from scipy import ndimage

import playloom
from playloom import RequestInvalid, World
from playloom.commands.level.endless import endless
from playloom.kinds.level import formats
from playloom.kinds.level.content import Level
from playloom.kinds.level.endless import world as world_module
from playloom.kinds.level.endless.check import judge_region, main_part
from playloom.kinds.level.endless.ground import Ground
from playloom.kinds.level.endless.kept import Kept
from playloom.kinds.level.endless.lattice import Lattice
from playloom.kinds.level.vocabulary import CORE
from playloom.seeds import Stream

PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
THEMES = ("dungeon", "cave", "maze", "overworld")
FAR = st.integers(-(1 << 40), 1 << 40)
SEEDS = st.integers(0, 2**63 - 1)
few = settings(max_examples=4, deadline=None)


def small(theme: str = "cave", seed: int = 7, **wishes: object) -> World:
    """A world of small chunks that are drawn in one pass: rougher, and all the more to repair."""
    return playloom.endless(theme, seed=seed, **{"chunk": (16, 16), "steps": 1, **wishes})  # type: ignore[arg-type]


def record(level: Level) -> bytes:
    """The JSON file: cells, theme and evidence."""
    return formats.WRITERS[".json"](level, "level")["level.json"]


@few
@given(x=FAR, y=FAR, seed=SEEDS, theme=st.sampled_from(THEMES), order=st.permutations(range(4)))
def test_chunks_are_the_same_in_whatever_order_they_are_asked_for(
    x: int, y: int, seed: int, theme: str, order: list[int]
) -> None:
    places = [(x + right, y + down) for down, right in product(range(2), range(2))]
    forwards, shuffled = small(theme, seed), small(theme, seed)
    expected = {place: record(forwards.chunk(*place)) for place in places}

    for number in order:
        assert record(shuffled.chunk(*places[number])) == expected[places[number]]
    assert record(small(theme, seed).chunk(*places[-1])) == expected[places[-1]]  # alone


def test_another_process_makes_the_same_chunks(tmp_path: Path) -> None:
    asked = ["--seed", "7", "--chunk-size", "24x16", "--chunks", "3,-2,5,-1", "--treasure", "1..4"]
    names = ["-o", "{x}_{y}.json", "-o", "both.json", "-q"]
    subprocess.run([PLAYLOOM, "level", "endless", "dungeon", *asked, *names], cwd=tmp_path, check=True)

    world = playloom.endless("dungeon", seed=7, chunk=(24, 16), treasure=(1, 4))
    assert (tmp_path / "4_-2.json").read_bytes() == record(world.chunk(4, -2))
    assert (tmp_path / "3_-2.json").read_bytes() == record(world.chunk(3, -2))
    assert (tmp_path / "both.json").read_bytes() == record(world.region(3, -2, 5, -1))


def test_threads_that_ask_at_once_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    places = list(product(range(2), range(2))) * 2
    alone = small()
    expected = [record(alone.chunk(*place)) for place in places]
    monkeypatch.setattr(world_module, "_KEPT", 3)  # little is kept: most is made again and again
    shared = small()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda place: record(shared.chunk(*place)), places))

    assert made == expected


@few
@given(
    x=st.sampled_from((-world_module.REACH, -(1 << 31) - 1, -1, (1 << 32) - 1, world_module.REACH - 1)),
    y=FAR,
    seed=st.sampled_from((0, 2**31, 2**63 - 1)),
    chunk=st.tuples(st.integers(16, 27), st.integers(16, 27)),
    order=st.permutations([*product(range(2), range(2))] * 2),
)
def test_threads_and_order_do_not_matter_at_the_ends_of_the_world_and_with_odd_chunks(
    x: int, y: int, seed: int, chunk: tuple[int, int], order: list[tuple[int, int]]
) -> None:
    alone, shared = small(seed=seed, chunk=chunk), small(seed=seed, chunk=chunk)
    expected = {(x + right, y + down): record(alone.chunk(x + right, y + down)) for right, down in order}
    places = [(x + right, y + down) for right, down in order]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda place: record(shared.chunk(*place)), places))

    assert made == [expected[place] for place in places]


def test_only_so_many_results_are_kept_and_those_asked_for_last() -> None:
    made: list[int] = []
    kept: Kept[int, int] = Kept(2)

    for number in (1, 2, 1, 3, 1, 2):
        assert kept.get(number, lambda number=number: made.append(number) or -number) == -number  # type: ignore[misc]

    assert made == [1, 2, 3, 2]


@few
@given(
    x=FAR, y=FAR, seed=SEEDS, theme=st.sampled_from(THEMES), sides=st.sampled_from([(1, 3), (3, 2), (2, 2)])
)
def test_any_rectangle_of_chunks_can_be_walked_through(
    x: int, y: int, seed: int, theme: str, sides: tuple[int, int]
) -> None:
    wide, high = sides
    world = small(theme, seed)
    region = world.region(x, y, x + wide, y + high)

    walkable = CORE.open[region.cells]
    labels, _ = ndimage.label(walkable)
    main = np.bincount(labels[labels > 0]).argmax()
    rim = np.ones(labels.shape, np.bool_)
    rim[1:-1, 1:-1] = False
    assert {*np.unique(labels).tolist()} - {0, int(main)} <= {*np.unique(labels[rim]).tolist()}
    for right, down in product(range(wide), range(high)):
        rows, columns = slice(16 * down, 16 * down + 16), slice(16 * right, 16 * right + 16)
        assert (region.cells[rows, columns] == world.chunk(x + right, y + down).cells).all()
        assert (labels[rows, columns][main_part(walkable[rows, columns])] == main).all()


@few
@given(walls=st.integers(0, 12), seed=SEEDS)
def test_whatever_a_network_draws_is_joined(walls: int, seed: int) -> None:
    def network(tokens: NDArray[np.int64]) -> NDArray[np.int32]:
        """Noise, and the more wall the higher ``walls``: at 12 hardly a cell is open."""
        bits = Stream(int(tokens.sum()), "noise").bits(tokens.size * len(CORE))
        logits = (bits >> np.uint64(58)).astype(np.int32).reshape(*tokens.shape, len(CORE))
        logits[:, :, CORE.id("wall")] += 32 * walls
        return logits

    lattice = Lattice(16, 16)
    ground = Ground(
        network, CORE, lattice, share=0.4 if walls < 12 else 0.0, steps=1, stream=Stream(seed, "t"), kept=64
    )
    box = lattice.chunk(-1, -1)._replace(width=32, height=32)
    cells = np.zeros(box.shape, np.int64)
    for x, y in product((-1, 0), (-1, 0)):
        for patch in ground.of_chunk(x, y):
            patch.paste(box, cells)
    cells[CORE.open[cells]] = CORE.id("floor")

    asked = {"chunk": [16, 16], "region": [-3, -3, -1, -1]}
    judgement = judge_region(Level(cells=cells.astype(np.uint8)), asked)
    assert judgement.passed, judgement.verdicts


@given(bits=st.lists(st.booleans(), min_size=64, max_size=64))
def test_only_one_region_comes_to_all_four_sides(bits: list[bool]) -> None:
    walkable = np.array(bits).reshape(8, 8)
    labels, count = ndimage.label(walkable)

    crossing = []
    for label in range(1, count + 1):
        ys, xs = np.nonzero(labels == label)
        if ys.min() == 0 and ys.max() == 7 and xs.min() == 0 and xs.max() == 7:
            crossing.append(labels == label)

    assert len(crossing) <= 1
    assert (main_part(walkable) == (crossing[0] if crossing else np.zeros((8, 8), np.bool_))).all()


@pytest.mark.parametrize(
    ("theme", "style"), [("dungeon", "halls"), ("overworld", "coast"), ("cave", "lakes")]
)
def test_chunks_do_not_show_as_a_grid(theme: str, style: str) -> None:
    region = playloom.endless(theme, seed=7, style=style).region(0, 0, 4, 4)

    walkable = CORE.open[region.cells]
    uneven = np.pad(walkable[:, 1:] != walkable[:, :-1], ((0, 0), (0, 1)))
    uneven |= np.pad(walkable[1:] != walkable[:-1], ((0, 1), (0, 0)))
    aside = np.minimum(np.arange(128) % 32, 31 - np.arange(128) % 32)  # cells to the next chunk
    nearest = np.minimum(aside[:, None], aside)
    inside, rim, line = nearest >= 9, (nearest >= 3) & (nearest < 6), nearest < 3
    for found in (walkable, uneven):
        assert abs(found[rim].mean() - found[inside].mean()) < 0.08
        assert abs(found[line].mean() - found[inside].mean()) < 0.05


def test_seeds_and_themes_give_different_worlds() -> None:
    made = {record(small(theme, seed).chunk(5, 5)) for theme in ("cave", "maze") for seed in (1, 2)}

    assert len(made) == 4


def test_the_start_is_in_the_first_chunk_and_nothing_ends() -> None:
    region = small("dungeon", 3).region(-1, -1, 2, 2)

    rows = "".join(region.rows)
    assert rows.count("<") == 1
    assert "<" in "".join(row[16:32] for row in region.rows[16:32])
    assert not {">", "L", "k"} & {*rows}
    assert region.evidence is not None
    assert region.evidence.solution == ""


def test_controls_hold_in_every_chunk() -> None:
    world = small("cave", 5, chunk=(24, 24), enemies=(2, 3), treasure=4, people=1, bosses=0)

    for x, y in product((0, 1), (0, 1)):
        rows = "".join(world.chunk(x, y).rows)
        assert 2 <= rows.count("e") + rows.count("E") <= 3
        assert rows.count("$") + rows.count("C") == 4
        assert rows.count("n") == 1
        assert "B" not in rows


def test_a_control_that_no_chunk_can_meet_says_so() -> None:
    with pytest.raises(playloom.GenerationFailed, match=r"chunk \(0, 0\).*enemies"):
        small("cave", 5, enemies=256).chunk(0, 0)


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"chunk": (8, 32)}, "a chunk's width is 8; choose 16 to 128"),
        ({"chunk": (32, 129)}, "a chunk's height is 129"),
        ({"steps": 0}, "steps is 0"),
        ({"style": "hedge"}, "theme 'cave' has no style 'hedge'"),
    ],
)
def test_what_no_world_can_be_is_refused(wishes: dict[str, object], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        small("cave", **wishes)


@pytest.mark.parametrize("name", ["openness", "keys", "locks", "path"])
def test_controls_of_a_whole_level_are_refused(name: str) -> None:
    request = replace(small().request, **{name: (1, 1)})

    with pytest.raises(RequestInvalid, match=f"{name}: an endless world does not take it"):
        World(playloom.api.level_generator(), request)


def test_places_out_of_bounds_are_refused() -> None:
    world = small()

    for x in (0.5, True, "0", 1 << 49):
        with pytest.raises(RequestInvalid, match="chunk x is"):
            world.chunk(x, 0)  # type: ignore[arg-type]
    for mixed in ((0.5, 0, 1, 1), (0, "0", 1, 1), (0, 0, True, 1), (0, 0, 1, (1 << 48) + 1)):
        with pytest.raises(RequestInvalid, match=r"chunk [xy][01] is .*; choose a whole number"):
            world.region(*mixed)  # type: ignore[arg-type]
    for corners in ((0, 0, 0, 1), (0, 0, 65, 1), (2, 2, 1, 3)):
        with pytest.raises(RequestInvalid, match="second corner is not included"):
            world.region(*corners)


def _walled(level: Level, rows: slice, columns: slice) -> Level:
    cells = level.cells.copy()
    cells[rows, columns] = CORE.id("wall")
    return replace(level, cells=cells)


def test_the_check_finds_what_is_wrong() -> None:
    region = small("cave", 7).region(0, 0, 2, 2)
    assert region.evidence is not None
    asked = region.evidence.request
    every = slice(None)
    start = np.argwhere(region.cells == CORE.id("start"))[0]
    shut, several = region.cells.copy(), region.cells.copy()
    shut[20:25, 20:25], shut[22, 22] = CORE.id("wall"), CORE.id("floor")
    several[1:3, 17:30] = CORE.id("exit")
    broken = {
        "chunks joined": _walled(region, every, slice(15, 17)),
        "leads on": _walled(region, slice(0, 1), every),
        "reachable": replace(region, cells=shut),
        "start": _walled(region, slice(start[0], start[0] + 1), slice(start[1], start[1] + 1)),
        "exit": replace(region, cells=several),
    }
    assert judge_region(region, asked).passed

    for name, level in broken.items():
        assert name in judge_region(level, asked).failed
    assert not judge_region(region, asked | {"treasure": [9999, 9999]}).passed


def _checked(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = [PLAYLOOM, "level", "check", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_chunk_file_is_checked_by_its_own_rules(tmp_path: Path) -> None:
    chunk = small("cave", 7).chunk(-3, 4)
    names = ["chunk.tmx", "chunk.tmj", "chunk.json"]
    playloom.write_level(chunk, *(tmp_path / name for name in names))

    done = _checked(tmp_path, *names)

    assert done.returncode == 0
    assert done.stdout.count("leads on") == 3
    for name in names:
        assert playloom.check_level(tmp_path / name).passed
        read = playloom.read_level(tmp_path / name)
        assert (read.cells == chunk.cells).all()
        assert read.record() == chunk.record()


def test_evidence_that_lies_about_its_region_fails_the_check(tmp_path: Path) -> None:
    chunk = small("cave", 7).chunk(1, 1)
    assert chunk.evidence is not None
    lies: list[dict[str, object]] = [
        {"region": [0, 0, 2, 1]},
        {"region": "all"},
        {"chunk": [0, 0]},
        {"chunk": [1, 1], "region": [0, 0, 16, 16]},
        {"chunk": [True, 16]},
        {"enemies": "many"},
        {"path": [1, 2]},
    ]
    for number, lie in enumerate(lies):
        evidence = structs.replace(chunk.evidence, request=chunk.evidence.request | lie)
        playloom.write_level(replace(chunk, evidence=evidence), tmp_path / f"{number}.json")

    done = _checked(tmp_path, *(f"{number}.json" for number in range(len(lies))))

    assert done.returncode == 1
    assert done.stdout.count("of the evidence is") + done.stdout.count("the evidence speaks of") == len(lies)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--chunks", "1,2,3"], "write it like -2,-2,3,3"),
        (["--chunks", "0,0,0,0"], "second corner is not included"),
        (["-o", "chunk_{x}.tmj"], "every chunk needs a name of its own"),
        (["-o", "map.bmp"], "format '.bmp' is unknown"),
        (["-o", "nowhere/map.tmx"], "does not exist"),
    ],
)
def test_the_command_names_what_it_cannot_do(options: list[str], says: str) -> None:
    done = CliRunner().invoke(endless, ["cave", *options])

    assert says in done.output + str(done.exception)
