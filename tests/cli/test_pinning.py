"""Redo, extend and unset cells as pinned maps."""

import numpy as np
import pytest

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import FREE
from playloom.kinds.level.pinning import Rectangle, extend, recode, redo, sketch_vocabulary, unset_to_free
from playloom.kinds.level.vocabulary import CORE, Vocabulary

SKETCH = sketch_vocabulary(CORE)
MAP = ("########", "#<....k#", "#.##.###", "#.##..##", "#....n##", "#.####~#", "#..>.$##", "########")


def cells_of(*rows: str) -> np.ndarray:
    ids = [[SKETCH.by_char[char] for char in row] for row in rows]
    return unset_to_free(np.array(ids, np.uint8), CORE)


def rows_of(cells: np.ndarray) -> list[str]:
    chars = [tile.char for tile in CORE.tiles]
    return ["".join("?" if i == FREE else chars[i] for i in row) for row in cells.tolist()]


def test_redo_frees_its_rectangles_and_nothing_else() -> None:
    pinned = redo(cells_of(*MAP), [Rectangle(1, 2, 3, 1), Rectangle(7, 7, 1, 1)])

    assert rows_of(pinned) == [*MAP[:2], "#???.###", *MAP[3:7], "#######?"]


@pytest.mark.parametrize("part", [(0, 0, 0, 1), (-1, 0, 2, 2), (7, 0, 2, 1), (0, 7, 1, 2), (10**9, 0, 1, 1)])
def test_a_rectangle_that_leaves_the_map_is_refused(part: tuple[int, int, int, int]) -> None:
    with pytest.raises(RequestInvalid, match="not within the map of 8x8"):
        redo(cells_of(*MAP), [Rectangle(*part)])


def test_extending_opens_the_seam_until_the_first_open_cell_or_object() -> None:
    pinned = extend(cells_of(*MAP), CORE, "right", 2)

    assert rows_of(pinned) == [
        "#####?????",
        "#<....k???",  # the border alone: a key stands behind it
        "#.##.?????",  # three deep at most
        "#.##..????",
        "#....n????",  # a person stays
        "#.###?????",  # water is closed too, three deep at most
        "#..>.$????",
        "#####?????",
    ]


@pytest.mark.parametrize(
    ("side", "turns"), [("right", 0), ("up", 1), ("left", 2), ("down", 3)]
)  # counterclockwise quarter turns that bring the right side there
def test_every_side_is_extended_alike(side: str, turns: int) -> None:
    cells = cells_of(*MAP)

    pinned = extend(np.rot90(cells, turns), CORE, side, 5)  # type: ignore[arg-type]

    assert np.array_equal(np.rot90(pinned, -turns), extend(cells, CORE, "right", 5))


def test_extending_leaves_the_given_map_as_it_was() -> None:
    cells = cells_of(*MAP)

    extend(cells, CORE, "left", 3)

    assert rows_of(cells) == list(MAP)


def test_an_open_border_is_freed_one_deep() -> None:
    pinned = extend(cells_of("...", ".~.", "..>"), CORE, "right", 1)

    assert rows_of(pinned) == ["..??", ".~??", "..>?"]


def test_a_deep_forest_is_freed_as_deep_as_its_shallowest_row() -> None:
    pinned = extend(cells_of("TTTTTTTT", ".TTTTTTT", "..<TTTTT", ".nTTTTTT", "TTTTTTTT"), CORE, "right", 1)

    assert rows_of(pinned) == ["TTT??????", ".TT??????", "..<??????", ".nT??????", "TTT??????"]


@pytest.mark.parametrize(("side", "count"), [("right", 0), ("right", -3), ("north", 4)])
def test_an_extension_of_nothing_or_nowhere_is_refused(side: str, count: int) -> None:
    with pytest.raises(RequestInvalid):
        extend(cells_of(*MAP), CORE, side, count)  # type: ignore[arg-type]


def test_unset_cells_become_free() -> None:
    assert rows_of(cells_of("#?<", "..?")) == ["#?<", "..?"]


def test_tiles_keep_their_names_in_another_vocabulary() -> None:
    other = Vocabulary(tuple(reversed(CORE.tiles)))

    recoded = recode(cells_of(*MAP), CORE, other)

    assert [[other.tiles[i].char for i in row] for row in recoded.tolist()] == [list(row) for row in MAP]


def test_a_tile_unknown_to_the_package_is_named() -> None:
    with pytest.raises(RequestInvalid, match="'person'"):
        recode(cells_of(*MAP), CORE, Vocabulary(tuple(t for t in CORE.tiles if t.name != "person")))
