"""The vocabulary and the request: limits and contradictions are refused at the door."""

from typing import Any

import numpy as np
import pytest

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.vocabulary import CORE, Role, Vocabulary


def test_the_core_vocabulary_has_24_tiles_and_one_start_and_exit() -> None:
    assert len(CORE) == 24
    assert CORE.ids(Role.START, Role.EXIT) == (CORE.by_char["<"], CORE.by_char[">"])
    assert not CORE.open[CORE.id("wall")]
    assert not CORE.open[CORE.id("lava")]
    assert CORE.open[CORE.id("locked_door")]
    assert CORE.colours.shape == (24, 3)


def test_a_vocabulary_that_repeats_a_tile_is_refused() -> None:
    with pytest.raises(PackageInvalid, match="repeats"):
        Vocabulary((CORE.tiles[0], CORE.tiles[0]))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"width": 0}, "width is 0"),
        ({"height": -1}, "height is -1"),
        ({"width": 10**9}, "8 to 1024"),
        ({"width": True}, "width is True"),
        ({"seed": -1}, "seed is -1"),
        ({"steps": 0}, "steps is 0"),
        ({"attempts": 65}, "attempts is 65"),
        ({"enemies": (3, 2)}, "enemies is 3..2"),
        ({"enemies": (-1, 2)}, "enemies is -1..2"),
        ({"treasure": (5000, 5000)}, "at most 1024"),
        ({"keys": (9, 9)}, "at most 8"),
        ({"keys": (0, 1), "locks": (2, 2)}, "one key up"),
        ({"enemies": (0, 2), "common": (2, 2), "strong": (1, 1)}, "at least 3"),
        ({"enemies": (5, 5), "common": (1, 1), "strong": (1, 1)}, "at most 2"),
        ({"openness": (0.5, 1.5)}, "openness"),
        ({"pinned": np.zeros((8, 9), np.uint8)}, "9x8"),
        ({"pinned": np.full((32, 32), -1)}, "255 is free"),
        ({"pinned": np.zeros((32, 32))}, "whole numbers"),
        ({"pinned": [[1, 2]]}, "NumPy array"),
        ({"theme": None}, "theme is None"),
        ({"style": 5}, "style is 5"),
        ({"enemies": 4}, "enemies is 4"),
        ({"enemies": (1, 2, 3)}, "both included"),
        ({"openness": ("0.4", "0.5")}, "share or range"),
    ],
)
def test_a_request_that_cannot_be_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        LevelRequest(**fields)


def test_numbers_of_numpy_and_lists_are_taken_as_they_are_meant() -> None:
    request = LevelRequest(width=np.int64(20), seed=np.uint8(3), enemies=[np.int32(1), 2], openness=[0.3, 1])  # type: ignore[arg-type]

    assert (request.width, request.seed, request.enemies, request.openness) == (20, 3, (1, 2), (0.3, 1.0))
    assert type(request.width) is int


def test_a_request_records_what_was_asked_and_nothing_else() -> None:
    record = LevelRequest(width=23, height=41, enemies=(6, 6)).record()

    assert record["width"] == 23
    assert record["enemies"] == [6, 6]
    assert "keys" not in record


def test_levels_and_requests_are_equal_only_to_themselves() -> None:
    cells = np.zeros((8, 8), np.uint8)
    for one, other in (
        (Level(cells=cells), Level(cells=cells)),
        (LevelRequest(width=8, height=8, pinned=cells), LevelRequest(width=8, height=8, pinned=cells)),
    ):
        assert one == one and one != other
        assert len({one, other}) == 2


def test_a_level_shows_itself_as_rows() -> None:
    cells = np.array([[CORE.by_char["#"], CORE.by_char["<"]], [0, CORE.by_char[">"]]], np.uint8)

    assert Level(cells=cells).rows == ["#<", " >"]
