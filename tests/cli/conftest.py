"""The installed command in its own process, and a tiny package that needs no training."""

import os
import subprocess
from pathlib import Path

import pytest
from front_door import COMMAND, CONDITION, STYLES, Run, tiny_graph

from playloom.cli import main
from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.vocabulary import CORE
from playloom.package import Card, Dataset, GraphSpec, TensorSpec, write_package


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder with one package, called like the default one so that it goes before it."""
    folder = tmp_path_factory.mktemp("models")
    tiles = [
        {
            "name": tile.name,
            "char": tile.char,
            "role": tile.role.value,
            "passability": tile.passability.value,
            "colour": tile.colour,
            "tier": tile.tier,
        }
        for tile in CORE.tiles
    ]
    typical = {name: [0.1, 0.2, 0.3] for name in CONTROLS} | {"locks": [0.0, 0.0, 0.0]}
    write_package(
        folder / "topdown",
        kind="level",
        name="topdown",
        version="0.0.1",
        exact=True,
        graphs={
            "denoiser": GraphSpec(
                file="denoiser.onnx",
                inputs=(
                    TensorSpec(name="tokens", dtype="int64", shape=(1, "height", "width")),
                    TensorSpec(name="condition", dtype="float32", shape=(1, CONDITION)),
                ),
                outputs=(
                    TensorSpec(name="logits", dtype="float32", shape=(1, len(CORE), "height", "width")),
                ),
            )
        },
        settings={
            "vocabulary": tiles,
            "logits_per_nat": 32,
            "multiple": 8,
            "condition": [*(f"style:{name}" for name in STYLES), *CONTROLS],
            "styles": [
                {"name": name, "theme": theme, "border": True, "controls": typical}
                for name, theme in STYLES.items()
            ],
        },
        card=Card(
            licence="MIT",
            summary="A network made by hand for the tests.",
            datasets=(Dataset(name="none <b>", source="here", licence="CC0-1.0", count=0, sha256="0" * 64),),
            training={},
            metrics=(),
        ),
        files={"denoiser.onnx": tiny_graph()},
    )
    return folder


@pytest.fixture(scope="session")
def environment(models: Path) -> dict[str, str]:
    """The environment of a run: the tiny package, no terminal."""
    return {**os.environ, "PLAYLOOM_MODELS": str(models), "NO_COLOR": "1"}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run the installed command in an empty folder; `code` is the exit code that it must leave with."""

    def runner(*arguments: str, code: int = 0, **changes: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=tmp_path,
            env={**environment, **changes},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        if code != 70:
            assert "Traceback" not in done.stderr, done.stderr
        return done

    return runner


@pytest.fixture
def run_here(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the same `main` in this process, which is quicker, with the tiny package."""
    monkeypatch.chdir(tmp_path)

    def runner(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        with pytest.raises(SystemExit) as leaving:
            main([*arguments, "--package", str(models / "topdown")])
        done = subprocess.CompletedProcess(arguments, int(str(leaving.value.code)), *capsys.readouterr())
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return runner
