"""The installed command in its own process, and a tiny sprite package that needs no training."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_sprites
from pixel_art import HERO, sprite
from running import COMMAND, Run, save

from playloom.api.packages import default_library
from playloom.cli import main
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.library import VARIABLE
from playloom.package import Package


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder with one package, called like the usual one."""
    folder = tmp_path_factory.mktemp("models")
    tiny_sprites.write(folder / "pixels")
    return folder


@pytest.fixture(scope="session")
def generator(models: Path) -> SpriteGenerator:
    return SpriteGenerator(Package.open(models / "pixels"))


@pytest.fixture
def run(models: Path, tmp_path: Path) -> Run:
    """Run the installed command in an empty folder; `code` is the exit code that it must leave with."""

    def runner(*arguments: str, code: int = 0, **changes: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=tmp_path,
            env={**os.environ, VARIABLE: str(models), "NO_COLOR": "1", **changes},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return runner


@pytest.fixture(scope="module")
def library(models: Path) -> Iterator[None]:
    """The tiny package is what this process finds; other test files find theirs again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(models))
        default_library.cache_clear()
        default_library()
        yield
    default_library.cache_clear()


@pytest.fixture
def run_here(
    library: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the same `main` in this process, which is quicker."""
    monkeypatch.chdir(tmp_path)

    def runner(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        with pytest.raises(SystemExit) as leaving:
            main([*arguments])
        done = subprocess.CompletedProcess(arguments, int(str(leaving.value.code)), *capsys.readouterr())
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return runner


@pytest.fixture
def hero(tmp_path: Path) -> np.ndarray:
    """A figure of 16x16 pixels, RGBA; the same lies in hero.png."""
    drawn: np.ndarray = sprite(HERO).rgba
    save(tmp_path / "hero.png", drawn)
    return drawn
