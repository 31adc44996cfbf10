"""One folder of real content for all tests of the review, made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from reviewing import Review, review

import playloom


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with levels, a puzzle, sprites and a quest; not to be written to."""
    folder = tmp_path_factory.mktemp("made")
    for seed in range(3):
        level = playloom.level("dungeon", size=(16, 16), keys=1, seed=seed)
        playloom.write_level(level, folder / f"crypt-{seed}.tmx")
    puzzle = playloom.level("sokoban", size=(8, 8), crates=2)
    playloom.write_level(puzzle, folder / "puzzle.json", folder / "puzzle.png")
    for seed in range(4):
        sprite = playloom.sprite("potion", engine="fast", seed=seed)
        playloom.write_sprite(sprite, folder / f"potion-{seed}.png")
    playloom.write_quest(playloom.quest(seed=4), folder / "quest.json")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy that may be written to."""
    return Path(shutil.copytree(made, tmp_path / "made"))


@pytest.fixture(scope="session")
def asked(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """Return a review that nobody says anything in that stays."""
    database = tmp_path_factory.mktemp("asked") / "f.db"
    with review(made, "--feedback", str(database)) as it:
        yield it
