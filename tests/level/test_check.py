"""The check on hand-made maps: each rule has a map that breaks it alone."""

import numpy as np
import pytest

from playloom.kinds.level.check import judge
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.vocabulary import CORE


def level_of(*rows: str) -> Level:
    return Level(cells=np.array([[CORE.by_char[char] for char in row] for row in rows], np.uint8))


SOUND = ("########", "#<..k.e#", "##.##.C#", "#..#####", "#.#..$.#", "#.L.##.#", "#n##>..#", "########")


def test_a_sound_map_passes_every_check() -> None:
    judgement = judge(level_of(*SOUND))

    assert judgement.passed, judgement.failed
    assert judgement.measures["path"] == len(judgement.solution)
    assert judgement.measures["treasure"] == 2


@pytest.mark.parametrize(
    ("row", "text", "failed"),
    [
        (1, "#...k.e#", "start"),
        (6, "#n##.>>#", "exit"),
        (0, "##.#####", "border"),
        (1, "#<....e#", "solvable"),
        (5, "#n#.##.#", "people"),
        (4, "#.##.$.#", "reachable"),
    ],
)
def test_a_broken_rule_is_named(row: int, text: str, failed: str) -> None:
    rows = [*SOUND]
    rows[row] = text

    assert failed in judge(level_of(*rows)).failed


def test_a_key_behind_its_own_door_does_not_open_it() -> None:
    judgement = judge(level_of("########", "#<.>.Lk#", "########"))

    assert judgement.failed == ("reachable", "doors open")


def test_controls_and_pins_are_held_to_the_request() -> None:
    level = level_of(*SOUND)
    pinned = np.full((8, 8), FREE, np.uint8)
    pinned[1, 1] = CORE.by_char["C"]

    judgement = judge(level, LevelRequest(width=8, height=8, enemies=(2, 3), keys=(1, 1), pinned=pinned))

    assert judgement.failed == ("enemies", "pinned")
