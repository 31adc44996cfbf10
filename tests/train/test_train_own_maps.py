"""Training on maps of one's own, end to end: three unlike sets, a package of each, maps of the same tiles."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from playloom.kinds.level.check import judge  # noqa: E402
from playloom.kinds.level.content import Level, LevelRequest  # noqa: E402
from playloom.kinds.level.generator import LevelGenerator  # noqa: E402
from playloom.kinds.level.own.reader import MapSet, read_maps  # noqa: E402
from playloom.package import Package  # noqa: E402
from playloom_train.kinds.level.evaluation.patterns import jensen_shannon, patterns  # noqa: E402

ROOT = Path(__file__).parents[2]
PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
QUIET = os.environ | {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
STEPS = "300"
SAMPLES = 10


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words], env=QUIET, capture_output=True, text=True, check=False
    )


@dataclass(frozen=True)
class Trained:
    """A set of maps, and the package that was trained on it."""

    maps: Path
    legend: Path | None
    package: Path
    told: str  # what the command said
    size: tuple[int, int]  # height, width

    @cached_property
    def own(self) -> MapSet:
        return read_maps([self.maps], self.legend)

    @cached_property
    def made(self) -> list[Level]:
        generator = LevelGenerator(Package.open(self.package))
        height, width = self.size
        (theme,) = generator.themes
        requests = [LevelRequest(theme=theme, width=width, height=height, seed=n) for n in range(SAMPLES)]
        return [generator.generate(request) for request in requests]


SETS = {"town": (20, 24), "caves": (20, 20), "ruins": (12, 24)}


@pytest.fixture(scope="module", params=list(SETS))
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    maps, size = folder / "maps" / name, SETS[name]
    example("own_maps").SETS[name](maps, 10, size=size)
    legend = maps.parent / "caves.toml" if name == "caves" else None
    command: list[str | Path] = [PLAYLOOM, "train", "level", maps, "-o", folder / name, "--steps", STEPS]
    command += ["--checkpoints", folder / "run", "--licence", "own"]
    done = run(*command, *([] if legend is None else ["--legend", legend]))
    assert done.returncode == 0, done.stderr
    return Trained(maps, legend, folder / name, done.stderr, size)


def tiles(maps: list[NDArray[np.uint8]], tiles: int) -> NDArray[np.float64]:
    return np.bincount(np.concatenate([one.ravel() for one in maps]), minlength=tiles) / sum(
        one.size for one in maps
    )


def test_the_package_is_sound_and_its_samples_pass_their_check(trained: Trained) -> None:
    checked = run(PLAYLOOM, "model", "check", trained.package)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert all(judge(level, border=None).passed for level in trained.made)
    assert len({level.cells.tobytes() for level in trained.made}) == SAMPLES


def strewn(trained: Trained) -> list[NDArray[np.uint8]]:
    """Return maps of tiles drawn one by one, by how often they occur."""
    random, number = np.random.default_rng(0), len(trained.own.vocabulary)
    odds = tiles(list(trained.own.maps), number)
    return [random.choice(number, trained.size, p=odds).astype(np.uint8) for _ in range(SAMPLES)]


def strange(trained: Trained, maps: list[NDArray[np.uint8]]) -> float:
    """Return the share of neighbours that the maps do not have."""
    seen = trained.own.adjacency
    sides = [
        (pair, known)
        for cells in maps
        for known, first, second in (
            (set(seen.right), cells[:, :-1], cells[:, 1:]),
            (set(seen.down), cells[:-1], cells[1:]),
        )
        for pair in zip(first.ravel().tolist(), second.ravel().tolist(), strict=True)
    ]
    return sum(pair not in known for pair, known in sides) / len(sides)


def test_samples_are_far_more_like_the_maps_than_tiles_strewn_by_their_frequency(trained: Trained) -> None:
    own, made = list(trained.own.maps), [level.cells for level in trained.made]
    number = len(trained.own.vocabulary)

    found, chance = (jensen_shannon(patterns(maps, 3), patterns(own, 3)) for maps in (made, strewn(trained)))
    assert found < 0.7 * chance
    assert np.abs(tiles(made, number) - tiles(own, number)).sum() < 0.4


def test_few_neighbours_are_strangers_and_none_where_nothing_else_is_checked(trained: Trained) -> None:
    share = strange(trained, [level.cells for level in trained.made])

    assert share < max(0.01, 0.8 * strange(trained, strewn(trained)))
    assert share == 0 or "movement free" not in trained.told


def test_the_card_says_how_much_was_copied_beside_what_held_out_maps_score(trained: Trained) -> None:
    card = json.loads((trained.package / "manifest.json").read_text())["card"]
    names = {metric["name"] for metric in card["metrics"]}
    theme = trained.package.name

    assert {"loss", f"{theme}: made", f"{theme}: cells edited"} <= names
    for figure in ("windows in training", "distance to training, mean"):
        assert {f"generated: {figure}", f"held-out: {figure}"} <= names
        assert figure in trained.told
    assert card["datasets"][0]["count"] == 10
    assert (trained.package / "preview.png").read_bytes().startswith(b"\x89PNG")
    assert "2 maps, every fifth, are set aside" in trained.told


@pytest.mark.tiled
def test_a_new_map_opens_in_tiled_with_the_tileset_that_it_was_learnt_from(
    trained: Trained, tmp_path: Path
) -> None:
    if trained.own.book is None:
        pytest.skip("text maps have no tileset")
    name = trained.package.name
    height, width = trained.size
    command: list[str | Path] = [PLAYLOOM, "level", name, "--package", trained.package]
    made = run(*command, "--size", f"{width}x{height}", "--seed", "3", "-o", tmp_path / "new.tmx")
    assert made.returncode == 0, made.stderr
    shown = run("tmxrasterizer", tmp_path / "new.tmx", tmp_path / "new.png")
    assert shown.returncode == 0, shown.stderr

    theirs = read_maps([tmp_path / "new.tmx"])
    assert {tile.name for tile in theirs.vocabulary.tiles} <= {t.name for t in trained.own.vocabulary.tiles}
    from PIL import Image

    with Image.open(tmp_path / "new.png") as picture:
        assert picture.size == (16 * width, 16 * height)
        assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 10
