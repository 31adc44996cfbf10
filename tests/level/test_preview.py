"""The tile image and the pictures of levels."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of, ground_under, tile_sheet
from playloom.kinds.level.formats.preview import blocks, encode, preview
from playloom.kinds.level.vocabulary import CORE, Passability, Role, Tile, Vocabulary

MAP = """
##########
#<..=~~,k#
#.TT.~!,,#
#o..+n.e^#
#dHLC$EBt#
#####>####
"""


def level(text: str = MAP) -> Level:
    return Level(cells=np.array([[CORE.by_char[c] for c in row] for row in text.split()], np.uint8))


def tile_of(sheet: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    return sheet[:, 16 * number : 16 * number + 16]


def test_every_tile_has_its_own_drawing() -> None:
    sheet = tile_sheet(CORE)

    assert sheet.shape == (16, 16 * 24, 4)
    assert len({tile_of(sheet, number).tobytes() for number in range(24)}) == 24


def test_objects_have_a_clear_background_and_all_else_is_opaque() -> None:
    sheet = tile_sheet(CORE)

    for number, is_object in enumerate(CORE.objects):
        alpha = tile_of(sheet, number)[..., 3]
        # A locked door and stairs fill their cell, but nothing shows through anything else than an object.
        assert is_object or (alpha == 255).all(), CORE.tiles[number].name
    assert (tile_of(sheet, CORE.id("key"))[..., 3] == 0).any()


def test_a_vocabulary_of_its_own_is_drawn_by_role_in_its_colours() -> None:
    def tile(name: str, char: str, role: Role, colour: str) -> Tile:
        return Tile(name=name, char=char, role=role, passability=Passability.OPEN, colour=colour)

    own = Vocabulary(
        (
            tile("grate", "_", Role.FLOOR, "#204060"),
            tile("gem", "g", Role.PICKUP, "#00ff80"),
            tile("tree", "t", Role.KEY, "#ff0000"),
        )
    )
    sheet = tile_sheet(own)

    assert (0x20, 0x40, 0x60, 255) in map(tuple, tile_of(sheet, 0).reshape(-1, 4).tolist())
    assert (0x00, 0xFF, 0x80, 255) in map(tuple, tile_of(sheet, 1).reshape(-1, 4).tolist())
    keys = tile_of(sheet, 2)[..., 3], tile_of(tile_sheet(CORE), CORE.id("key"))[..., 3]
    np.testing.assert_array_equal(*keys)
    assert ground_under(own).tolist() == [0, 0, 0]
    assert preview(Level(cells=np.zeros((3, 5), np.uint8), vocabulary=own)).shape == (48, 80, 3)


def test_larger_tiles_are_the_same_drawing() -> None:
    np.testing.assert_array_equal(tile_sheet(CORE, 32)[::2, ::2], tile_sheet(CORE))
    with pytest.raises(RequestInvalid, match="multiple of 16"):
        tile_sheet(CORE, 20)


def test_the_ground_goes_on_under_objects() -> None:
    shown = level("###### #.k,,# #.,e,# ######")

    ground = ground_of(shown.cells, CORE)

    assert CORE.tiles[ground[2, 3]].name == "path"
    assert not CORE.objects[ground].any()
    unchanged = ~CORE.objects[shown.cells]
    np.testing.assert_array_equal(ground[unchanged], shown.cells[unchanged])


def test_the_picture_is_this_one_on_every_machine() -> None:
    files = encode(level(), "map")

    picture = Image.open(io.BytesIO(files["map.png"]))
    assert (picture.size, picture.mode) == ((160, 96), "P")
    assert hashlib.sha256(files["map.png"]).hexdigest() == GOLDEN


GOLDEN = "fab954a48d6a63d507a4defb9a449e84eed82457f0078cdb4fdb38602c7c0c75"


def test_a_theme_changes_the_ground_and_not_the_objects() -> None:
    plain, meadow = tile_sheet(CORE), tile_sheet(CORE, theme="overworld")

    assert (tile_of(plain, CORE.id("floor")) != tile_of(meadow, CORE.id("floor"))).any()
    np.testing.assert_array_equal(tile_of(plain, CORE.id("key")), tile_of(meadow, CORE.id("key")))
    assert (preview(replace(level(), theme="overworld")) != preview(level())).any()


def test_scale_makes_squares_of_pixels() -> None:
    np.testing.assert_array_equal(preview(level(), scale=3)[::3, ::3], preview(level()))
    with pytest.raises(RequestInvalid, match="scale is 0"):
        preview(level(), scale=0)


def test_the_solution_is_drawn_where_it_walks_and_nowhere_else() -> None:
    changed = (preview(level(), solution="RRD") != preview(level())).any(axis=2)

    cells = changed.reshape(6, 16, 10, 16).any(axis=(1, 3))
    assert {(y, x) for y, x in np.argwhere(cells).tolist()} == {(1, 1), (1, 2), (1, 3), (2, 3)}


@pytest.mark.parametrize(
    ("solution", "message"),
    [(True, "no evidence"), ("UX", "move 2 is 'X'"), ("UUU", "move 2 is 'U'")],
)
def test_a_solution_that_cannot_be_drawn_is_refused(solution: bool | str, message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        preview(level(), solution=solution)


def test_without_a_start_no_solution_is_drawn() -> None:
    with pytest.raises(RequestInvalid, match="no start"):
        preview(level("... ..."), solution="R")


def test_the_terminal_shows_two_cells_a_character() -> None:
    lines = blocks(level("#.# .#. #~#"))

    assert [line.plain for line in lines] == ["▀▀▀", "▀▀▀"]
    first, last = lines[0].spans[0].style, lines[1].spans[1].style
    assert str(first) == f"{CORE.tiles[CORE.id('wall')].colour} on {CORE.tiles[CORE.id('floor')].colour}"
    assert str(last) == CORE.tiles[CORE.id("water")].colour
