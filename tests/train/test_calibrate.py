"""Calibration makes rare tiles as frequent as in the training maps, by the last bias alone; repeatably."""

import copy
import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from playloom.kinds.level.condition import CONTROLS  # noqa: E402
from playloom.kinds.level.vocabulary import SIDE  # noqa: E402
from playloom_train.kinds.level.calibrate import calibrate  # noqa: E402
from playloom_train.kinds.level.gather import Material  # noqa: E402
from playloom_train.kinds.level.model import LevelNet, Shape  # noqa: E402
from playloom_train.kinds.level.recipe import Canvas, Collection  # noqa: E402
from playloom_train.kinds.level.recipes.sideview import SIDEVIEW  # noqa: E402

LEDGE, SPIKES = SIDE.id("bridge"), SIDE.id("trap")


def material() -> Material:
    """Eight maps of 16x16: air above ground, 3 % ledges, 1 % spikes."""
    rng = np.random.default_rng(1)
    cells = np.full((8, 16, 16), SIDE.id("floor"), np.uint8)
    cells[:, 10:] = SIDE.id("wall")
    above = cells[:, :10]
    chance = rng.random(above.shape)
    above[chance < 0.048] = LEDGE
    above[chance > 0.984] = SPIKES
    recipe = dataclasses.replace(
        SIDEVIEW,
        styles={"hills": ("platformer", False)},
        teachers={"hills": SIDEVIEW.teachers["hills"]},
        canvases=(Canvas((16, 16), (16, 16)),),
        widths=(8, 8, 8, 8),
    )
    maps = Collection("hills", cells, np.full((8, 2), 16, np.int16))
    return Material(recipe, [maps], [], [])


def new_net() -> LevelNet:
    torch.manual_seed(3)
    return LevelNet(Shape(len(SIDE), 1 + len(CONTROLS), (8, 8, 8, 8))).eval()


def test_only_the_last_bias_changes_and_what_was_added_is_told() -> None:
    net = new_net()
    before = copy.deepcopy(net.state_dict())

    added = calibrate(net, material(), 0)

    changed = {name for name, value in net.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"head.bias"}
    difference = net.head.bias.detach() - before["head.bias"]
    assert {SIDE.tiles[i].name for i in torch.nonzero(difference).ravel().tolist()} == added.keys()
    assert added.keys() <= {"bridge", "trap"}


def test_a_tile_that_came_too_often_is_lowered_and_a_second_calibration_adds_little() -> None:
    net = new_net()
    with torch.no_grad():
        net.head.bias[LEDGE] += 6.0

    first = calibrate(net, material(), 0)
    again = calibrate(net, material(), 1)

    assert first["bridge"] < -1.0
    assert abs(again.get("bridge", 0.0)) < abs(first["bridge"]) / 3


def test_the_same_seed_adds_the_same() -> None:
    assert calibrate(new_net(), material(), 5) == calibrate(new_net(), material(), 5)
