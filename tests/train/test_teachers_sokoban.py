"""The Sokoban teachers: what they draw can be solved, fits its size and looks like its style."""

import numpy as np
import pytest
from scipy import ndimage

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import Level
from playloom.kinds.level.movement import Push
from playloom.kinds.level.vocabulary import SOKOBAN
from playloom_train.kinds.level.teachers.sokoban import STYLES


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("width", "height"), [(8, 8), (10, 10), (13, 9)])
def test_what_is_drawn_passes_the_check(style: str, width: int, height: int) -> None:
    rng = np.random.default_rng(7)
    for _ in range(4):
        cells = STYLES[style](rng, width, height)
        judgement = judge(Level(cells=cells, vocabulary=SOKOBAN, movement=Push()))

        assert cells.shape == (height, width)
        assert judgement.passed, judgement.verdicts
        assert judgement.measures["pushed"] == judgement.measures["crates"] >= 2


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_draws_the_same_map(style: str) -> None:
    first, second = (STYLES[style](np.random.default_rng(3), 16, 16) for _ in range(2))
    assert (first == second).all()


def test_rooms_have_their_goals_in_one_place() -> None:
    rng = np.random.default_rng(5)
    goals = np.array([tile.role in ("goal", "stored") for tile in SOKOBAN.tiles])
    for _ in range(5):
        _, count = ndimage.label(goals[STYLES["rooms"](rng, 14, 14)])
        assert count == 1
