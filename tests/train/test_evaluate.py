"""`playloom evaluate level`: figures known by hand, and the command on a tiny package of one's own maps."""

import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="the extra train is not installed")  # makes the tiny package

from playloom.cli import main  # noqa: E402
from playloom.kinds.level.content import Edit, Evidence, Level  # noqa: E402
from playloom.kinds.level.generator import LevelGenerator  # noqa: E402
from playloom.kinds.level.own.reader import read_maps  # noqa: E402
from playloom.kinds.level.vocabulary import CORE  # noqa: E402
from playloom.package import Metric, Package, write_package  # noqa: E402
from playloom.seeds import Stream  # noqa: E402
from playloom_train.kinds.level.evaluation.baselines import MarkovChain, strewn  # noqa: E402
from playloom_train.kinds.level.evaluation.comparing import Rules, Sets, compare  # noqa: E402
from playloom_train.kinds.level.evaluation.patterns import (  # noqa: E402
    jensen_shannon,
    patterns,
    tile_pattern_divergence,
)
from playloom_train.kinds.level.evaluation.sampling import proposal  # noqa: E402

ROOT = Path(__file__).parents[2]
PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
QUIET = os.environ | {"OMP_NUM_THREADS": "1"}


def helper(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "level" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words], env=QUIET, capture_output=True, text=True, check=False
    )


def row(*tiles: int) -> NDArray[np.uint8]:
    return np.array([tiles], np.uint8)


def checkerboard(height: int, width: int, first: int = 0) -> NDArray[np.uint8]:
    y, x = np.indices((height, width))
    return ((y + x + first) % 2).astype(np.uint8)


# Divergences


def test_a_tile_pattern_divergence_is_what_one_reckons_by_hand() -> None:
    some, others = patterns([row(0, 0, 0, 1)], 1), patterns([row(0, 1, 1, 1)], 1)

    assert tile_pattern_divergence(some, others) == pytest.approx(math.log(3) / 2, abs=1e-4)
    half = patterns([row(0, 1)], 1)
    forth = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    back = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    assert tile_pattern_divergence(some, half, weight=1) == pytest.approx(forth, abs=1e-4)
    assert tile_pattern_divergence(some, half, weight=0) == pytest.approx(back, abs=1e-4)
    assert tile_pattern_divergence(some, half) == pytest.approx((forth + back) / 2, abs=1e-4)


def test_maps_are_as_near_as_can_be_to_themselves_and_far_from_what_shares_no_pattern() -> None:
    board, plain = patterns([checkerboard(8, 8)], 2), patterns([np.full((8, 8), 5, np.uint8)], 2)

    assert tile_pattern_divergence(board, board) == pytest.approx(0, abs=1e-12)
    assert jensen_shannon(board, board) == pytest.approx(0, abs=1e-12)
    assert jensen_shannon(board, plain) == pytest.approx(1)
    assert tile_pattern_divergence(board, plain) > 10


def windows(cells: NDArray[np.uint8], side: int) -> list[bytes]:
    height, width = cells.shape
    corners = [(y, x) for y in range(height - side + 1) for x in range(width - side + 1)]
    return [cells[y : y + side, x : x + side].tobytes() for y, x in corners]


@given(seed=st.integers(0, 1000), tiles=st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_the_divergence_is_that_of_the_windows_counted_one_by_one(seed: int, tiles: int) -> None:
    random = np.random.default_rng(seed)
    some, others = (random.integers(0, tiles, (6, 9)).astype(np.uint8) for _ in range(2))
    first, second = (Counter(windows(cells, 3)) for cells in (some, others))
    number = 4 * 7  # windows of each
    reckoned = sum(
        count / number * math.log2(2 * count / (first[window] + second[window])) / 2
        for counts in (first, second)
        for window, count in counts.items()
    )

    assert jensen_shannon(patterns([some], 3), patterns([others], 3)) == pytest.approx(reckoned)


def test_maps_that_may_be_turned_are_like_their_turned_selves() -> None:
    stripes = [np.repeat(np.array([0, 1, 2], np.uint8), 3)[:, None].repeat(9, 1)]
    turned = [np.rot90(stripes[0])]

    assert jensen_shannon(patterns(stripes, 3), patterns(turned, 3)) > 0.3
    ways = [patterns(maps, 3, "square") for maps in (stripes, turned)]
    assert jensen_shannon(*ways) == pytest.approx(0, abs=1e-12)


def test_a_map_smaller_than_a_pattern_has_none() -> None:
    assert len(patterns([checkerboard(2, 9)], 3).keys) == 0
    assert len(patterns([], 3).keys) == 0


# Baselines


@given(seed=st.integers(0, 2**40), height=st.integers(1, 9), width=st.integers(1, 9))
@settings(max_examples=12, deadline=None)
def test_a_chain_that_has_seen_checkerboards_draws_checkerboards(seed: int, height: int, width: int) -> None:
    chain = MarkovChain([checkerboard(6, 7), checkerboard(6, 7, 1)])

    for drawn in chain.draw(3, (height, width), Stream(seed, "test")):
        assert np.array_equal(drawn, checkerboard(height, width, int(drawn[0, 0])))


def test_a_chain_draws_as_often_as_it_saw_and_falls_back_where_it_never_was() -> None:
    random = np.random.default_rng(1)
    maps = [(random.random((20, 20)) < 0.2).astype(np.uint8) for _ in range(6)]
    drawn = MarkovChain(maps).draw(8, (20, 20), Stream(3, "test"))
    alone = MarkovChain([row(7)]).draw(2, (5, 6), Stream(3, "test"))

    assert 0.15 < drawn.mean() < 0.25
    assert len({one.tobytes() for one in drawn}) == 8
    assert (alone == 7).all()
    assert np.array_equal(drawn, MarkovChain(maps).draw(8, (20, 20), Stream(3, "test")))


def test_strewn_tiles_have_the_frequencies_of_the_maps_and_nothing_else() -> None:
    drawn = strewn([row(0, 0, 0, 9)], 4, (50, 50), Stream(5, "test"))

    assert set(np.unique(drawn)) == {0, 9}
    assert 0.22 < (drawn == 9).mean() < 0.28


# Copies


def caves(number: int, seed: int = 0) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(seed)
    floor, wall = CORE.id("floor"), CORE.id("wall")
    return [np.where(random.random((16, 16)) < 0.5, floor, wall).astype(np.uint8) for _ in range(number)]


def test_copied_maps_are_found_out_and_fresh_ones_are_not() -> None:
    seen, held = caves(8), caves(4, 1)
    rules = Rules(CORE, "none", (16, 16), 0)

    copied, _ = compare(Sets(seen[:4], seen, held), rules, "caves")
    fresh, _ = compare(Sets(caves(4, 2), seen, held), rules, "caves")

    assert copied["generated"].copied == 1
    assert copied["generated"].nearest_least == copied["generated"].nearest_mean == 0
    assert fresh["generated"].copied == fresh["held-out"].copied == 0
    assert fresh["generated"].nearest_least > 0.25
    assert fresh["generated"].tpkl2 < 0.1 < fresh["generated"].tpkl3
    assert set(fresh) == {"generated", "held-out", "training", "Markov chain", "strewn"}


def test_a_turned_copy_is_a_copy_where_maps_may_be_turned() -> None:
    seen = caves(6)
    turned = [np.rot90(cells) for cells in seen[:3]]

    for ways, share in (("square", 1.0), ("none", 0.0)):
        rows, _ = compare(Sets(turned, seen, ()), Rules(CORE, ways, (16, 16), 0), "caves")
        assert rows["generated"].copied == share
        assert (rows["generated"].nearest_mean == 0) == (ways == "square")


def test_what_cannot_be_compared_is_left_out() -> None:
    rules = Rules(CORE, "none", (16, 16), 0)

    alone, drawn = compare(Sets(caves(3), (), ()), rules, "caves")

    assert set(alone) == {"generated"}
    assert alone["generated"].tpkl2 is None
    assert alone["generated"].copied is None
    assert alone["generated"].self_distance > 0.25
    assert len(drawn) == 0
    assert compare(Sets((), caves(3), ()), rules, "caves") == ({}, ())


# Before repair


def test_the_proposal_is_the_level_with_its_edits_taken_back() -> None:
    floor, wall, chest = CORE.id("floor"), CORE.id("wall"), CORE.id("chest")
    cells = np.full((8, 8), floor, np.uint8)
    cells[1, 2], cells[3, 4], cells[5, 6] = floor, chest, chest
    edits = tuple(
        Edit(x=x, y=y, before=before, after="floor", nats=1.0, reason="test")
        for x, y, before in ((2, 1, "wall"), (4, 3, "path"), (6, 5, "wall"))
    )
    evidence = Evidence(
        package="p",
        version="1",
        package_hash="0",
        licence="MIT",
        promise="exact",
        request={},
        style="s",
        attempts=1,
        checks=(),
        edits=edits,
        measures={},
        solution="",
    )

    raw = proposal(Level(cells=cells, evidence=evidence))

    assert raw[1, 2] == wall
    assert raw[3, 4] == chest  # stands on what could be entered before
    assert raw[5, 6] == wall
    assert (raw != cells).sum() == 2


# The command


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with towns of one's own in maps/, and a small package of them with an untrained network."""
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "maps").mkdir()
    helper("own_maps").write_towns(folder / "maps", 6)
    maps = read_maps([folder / "maps"])
    helper("own_package").write_own_package(folder / "style", maps)
    package = Package.open(folder / "style")
    manifest = package.manifest
    loss = Metric(name="loss", value=0.5, how="by training")
    stale = Metric(name="own: made", value=0.0, how="long ago")
    card = type(manifest.card)(
        licence=manifest.card.licence,
        summary=manifest.card.summary,
        datasets=manifest.card.datasets,
        training={},
        metrics=(loss, stale),
    )
    write_package(
        folder / "style",
        kind="level",
        name="style",
        version="0.1.0",
        exact=True,
        graphs=manifest.graphs,
        settings=manifest.settings | {"sides": [8, 20]},
        card=card,
        files={name: package.read(name) for name in manifest.files if name != "CARD.md"},
    )
    return folder


def evaluated(place: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PLAYLOOM, "evaluate", "level", place / "style", "--count", "3", "--quiet"]
    return run(*command, *(() if "--size" in more else ("--size", "12x10")), *more)


def test_the_page_and_the_figures_are_the_same_bytes_again(place: Path, tmp_path: Path) -> None:
    told = ["--training", place / "maps", "--no-times", "-o"]
    for name in ("one", "two"):
        done = evaluated(place, *told, tmp_path / f"{name}.html")
        assert done.returncode == 0, done.stderr

    page, figures = (tmp_path / "one.html").read_bytes(), (tmp_path / "one.json").read_bytes()
    assert page == (tmp_path / "two.html").read_bytes()
    assert figures == (tmp_path / "two.json").read_bytes()
    assert b"data:image/png;base64," in page
    assert b"<script" not in page
    assert b"http" not in page
    assert str(place).encode() not in page + figures
    found = json.loads(figures)
    assert found["machine"] is None
    assert found["size"] == [12, 10]
    (style,) = found["styles"]
    assert style["compared"] == "held-out"  # the fifth of the six maps
    assert style["rows"]["generated"]["tpkl2"] > style["rows"]["Markov chain"]["tpkl2"]  # it never learnt
    assert style["rows"]["generated"]["copied"] < style["rows"]["held-out"]["copied"] + 0.05
    assert style["validity"]["made"] == style["validity"]["passed"] <= style["validity"]["asked"] == 3
    assert "Validity" in done.stdout
    assert "own" in done.stdout


def test_times_are_told_and_kept_apart(place: Path) -> None:
    done = evaluated(place, "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["side"] for row in found["machine"]["times"]] == [8, 16]  # what the package makes
    assert all(row["median_ms"] > 0 for row in found["machine"]["times"])
    assert found["styles"][0]["rows"]["generated"]["copied"] is None
    assert any("--training" in note for note in found["notes"])


def test_the_card_takes_the_figures_and_keeps_the_loss(place: Path) -> None:
    done = evaluated(place, "--training", place / "maps", "--write-card", "--json")
    assert done.returncode == 0, done.stderr

    package = Package.open(place / "style")
    known = {metric.name: metric.value for metric in package.manifest.card.metrics}
    validity = json.loads(done.stdout)["styles"][0]["validity"]
    assert known["loss"] == 0.5
    assert known["own: made"] == pytest.approx(validity["made"] / 3, abs=1e-4)
    assert known["own: cells edited"] == validity["edited_mean"]
    assert "generated: windows in training" in known
    assert not any("ms" in name or "time" in name for name in known)
    assert "own: valid before repair" in package.read("CARD.md").decode()
    assert LevelGenerator(package).themes == {"own": ("own",)}


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["-o", "report.txt"], 2, ".html"),
        (["-o", "nowhere/report.html"], 2, "nowhere"),
        (["--data", __file__], 2, "default packages"),
        (["--maps", __file__], 2, "map"),
        (["--size", "400x400"], 2, "8 to 20"),
        (["--count", "1"], 2, "count"),
    ],
)
def test_what_cannot_be_done_is_said(
    place: Path, more: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "level", str(place / "style"), *more])

    told = capsys.readouterr().err
    assert end.value.code == code
    assert words in told
    assert "internal" not in told


def test_a_map_with_a_tile_that_the_package_lacks_is_named(place: Path, tmp_path: Path) -> None:
    own = helper("own_maps")
    own.write_towns(tmp_path, 2)
    strange = np.full((16, 20), 1)
    text = own.map_xml(20, 16, own.layer_xml("ground", np.where(strange, 4, 0)))  # water all over
    (tmp_path / "lake.tmx").write_text(text)

    done = evaluated(place, "--maps", tmp_path, "--no-times", "--json")

    notes = json.loads(done.stdout)["notes"] if done.returncode == 0 else [done.stderr]
    assert any("lake.tmx" in note and "no tile" in note for note in notes)


def test_ctrl_c_leaves_nothing_behind(place: Path, tmp_path: Path) -> None:
    words = [PLAYLOOM, "evaluate", "level", str(place / "style"), "--count", "2000", "--write-card"]
    before = (place / "style" / "manifest.json").read_bytes()
    with subprocess.Popen([*words, "-o", str(tmp_path / "page.html")], env=QUIET) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
    assert (place / "style" / "manifest.json").read_bytes() == before


def test_it_needs_no_torch(place: Path) -> None:
    code = "import sys; sys.modules['torch'] = None; from playloom.cli import main; main(sys.argv[1:])"
    told = ["evaluate", "level", str(place / "style"), "--count", "2", "--no-times", "--json"]

    done = run(sys.executable, "-c", code, *told)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["count"] == 2
