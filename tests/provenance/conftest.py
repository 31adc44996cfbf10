"""One small game for all tests of provenance; each that changes it works on a copy."""

import shutil
from pathlib import Path

import pytest
from small_game import make


@pytest.fixture(scope="session")
def made_game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("game") / "game"
    make(folder)
    return folder


@pytest.fixture
def game(made_game: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_game, tmp_path / "game"))
