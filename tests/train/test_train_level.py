"""Training through the installed command: a tiny run, interrupted, resumed, and used."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from playloom.kinds.level.check import judge  # noqa: E402
from playloom.kinds.level.content import LevelRequest  # noqa: E402
from playloom.kinds.level.generator import LevelGenerator  # noqa: E402
from playloom.package import Package  # noqa: E402

PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
# Compiling the net takes longer than these runs.
QUIET = os.environ | {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}


def command(folder: Path, *more: str) -> list[str]:
    run = [
        PLAYLOOM,
        "train",
        "level",
        "--recipe",
        "topdown",
        "-o",
        str(folder / "style"),
        "--run",
        str(folder / "run"),
    ]
    return [*run, "--maps", "8", "--preset", "cpu", *more]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package made by a run that was interrupted once."""
    folder = tmp_path_factory.mktemp("train")
    with subprocess.Popen(
        command(folder, "--steps", "100000"), env=QUIET, stderr=subprocess.PIPE, text=True
    ) as first:
        assert first.stderr is not None
        assert next(first.stderr).startswith(f"checkpoints are kept in {folder / 'run'}, for --resume")
        for line in first.stderr:
            if line.startswith("step"):
                break
        first.send_signal(signal.SIGINT)
        first.stderr.read()
    assert first.returncode == 130
    assert not (folder / "style").exists()
    assert (folder / "run" / "checkpoint.pt").is_file()
    assert not list((folder / "run").glob("*.part"))

    kept = (folder / "run" / "checkpoint.pt").read_bytes()
    anew = subprocess.run(command(folder), env=QUIET, capture_output=True, text=True, check=False)
    assert anew.returncode == 2 and "run: holds the checkpoint of an earlier run; --resume" in anew.stderr
    assert (folder / "run" / "checkpoint.pt").read_bytes() == kept

    again = command(folder, "--steps", "120", "--resume")
    second = subprocess.run(again, env=QUIET, capture_output=True, text=True, check=False)
    assert second.returncode == 0, second.stderr
    return folder


def test_a_run_goes_on_after_an_interruption_and_writes_a_sound_package(trained: Path) -> None:
    checked = subprocess.run(
        [PLAYLOOM, "model", "check", str(trained / "style")], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert Package.open(trained / "style").manifest.exact


def test_even_a_net_that_learned_almost_nothing_gives_levels_that_pass(trained: Path) -> None:
    generator = LevelGenerator(Package.open(trained / "style"))
    for seed, theme in enumerate(generator.themes):
        request = LevelRequest(theme=theme, seed=seed, enemies=(3, 3), treasure=(2, 2))
        assert judge(generator.generate(request), request).passed


def test_the_card_tells_data_command_and_held_out_metrics(trained: Path) -> None:
    card = json.loads((trained / "style" / "manifest.json").read_text())["card"]
    names = {metric["name"] for metric in card["metrics"]}

    assert card["datasets"][0]["licence"] == "CC0-1.0"
    assert card["training"]["command"].startswith("playloom train level")
    assert {"loss", "dungeon: cells edited", "generated: windows in training"} <= names
    assert "generated: windows in training" in (trained / "style" / "CARD.md").read_text()


def test_evaluating_the_package_again_finds_what_its_card_says(trained: Path, tmp_path: Path) -> None:
    package = tmp_path / "style"
    shutil.copytree(trained / "style", package)
    written = {file.name: file.read_bytes() for file in package.iterdir()}
    words = ["--training", str(trained / "run"), "--count", "8", "--no-times", "--write-card"]
    command = [PLAYLOOM, "evaluate", "level", str(package), *words]
    again = subprocess.run(command, env=QUIET, capture_output=True, text=True, check=False)

    assert again.returncode == 0, again.stderr
    assert {file.name: file.read_bytes() for file in package.iterdir()} == written


@pytest.mark.parametrize("content", [None, b"", b"not a checkpoint", b"\x80\x04N."])
def test_a_missing_or_damaged_checkpoint_is_said_to_be_one(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "checkpoint.pt").write_bytes(content)
    resumed = subprocess.run(
        command(tmp_path, "--resume"), env=QUIET, capture_output=True, text=True, check=False
    )

    assert resumed.returncode == 1
    assert "checkpoint" in resumed.stderr
    assert not (tmp_path / "style").exists()


def test_a_data_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "levels.jsonl").write_text('{"rows": 3}\n')
    refused = subprocess.run(
        command(tmp_path, "--data", str(tmp_path / "levels.jsonl")),
        env=QUIET,
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode == 1
    assert "line 1" in refused.stderr
