"""`playloom evaluate level` on a tiny package of own maps; its figures are in test_evaluate_figures.py."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")  # makes the tiny package

from playloom.cli import main  # noqa: E402
from playloom.kinds.level.generator import LevelGenerator  # noqa: E402
from playloom.kinds.level.own.reader import read_maps  # noqa: E402
from playloom.package import Metric, Package, write_package  # noqa: E402

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
