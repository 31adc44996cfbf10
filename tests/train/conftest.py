"""Fixtures of the evaluations of sprites."""

from pathlib import Path

import pytest
from judged_sprites import CATEGORIES, tiny, write_atlas

from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.package import Package
from playloom_train.kinds.sprite.data import DataPlan
from playloom_train.kinds.sprite.evaluation.reader import Reader
from playloom_train.kinds.sprite.evaluation.reference import Reference, find_reference


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sprites in data/, and a package that was written by hand in pixels/."""
    folder = tmp_path_factory.mktemp("evaluate")
    tiny.write(folder / "pixels")
    write_atlas(folder / "data")
    return folder


@pytest.fixture(scope="session")
def generator(judged: Path) -> SpriteGenerator:
    return SpriteGenerator(Package.open(judged / "pixels"))


@pytest.fixture(scope="session")
def real(judged: Path) -> Reference:
    return find_reference(DataPlan(paths=(judged / "data",)), CATEGORIES)


@pytest.fixture(scope="session")
def reader(real: Reference) -> Reader:
    return Reader(real.training, 0)
