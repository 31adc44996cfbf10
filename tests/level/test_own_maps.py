"""A developer's own maps are read whole and speak a vocabulary of their own."""

from pathlib import Path

import numpy as np
import pytest
from own_maps import grid, layer_xml, map_xml, names, read_one, write_sheet, write_towns

from playloom.errors import FileInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import write
from playloom.kinds.level.formats.book.picture import draw_cells
from playloom.kinds.level.movement import Free, Walk
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.vocabulary import Passability, Role

H, V, D = 1 << 31, 1 << 30, 1 << 29  # Tiled's flags


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tileset "town", which says what its tiles are."""
    place = tmp_path / "maps"
    place.mkdir()
    write_sheet(place)
    return place


# What is read


def test_stacks_of_tiles_become_the_vocabulary_and_the_maps_say_what_they_mean(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 4)

    maps = read_maps([tmp_path / "maps"])

    tiles = {tile.name: tile for tile in maps.vocabulary.tiles}
    assert len(maps.maps) == 4
    assert maps.names[0] == "town-0.tmx"
    assert maps.movement == Walk()
    assert tiles["town:0"].role is Role.FLOOR
    assert tiles["town:0+town:4"].passability is Passability.SOLID  # a tree on grass
    assert tiles["Path"].passability is Passability.OPEN  # named by its author, and the only one
    assert sum(tile.role is Role.START for tile in maps.vocabulary.tiles) == 1  # the object "PlayerStart"
    assert maps.notes == ()
    assert sum(maps.counts) == 4 * 20 * 16


def test_without_roles_nothing_is_guessed_and_a_note_says_so(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 2, classes=False)

    maps = read_maps([tmp_path / "maps"])

    assert maps.movement == Free()
    assert {tile.role for tile in maps.vocabulary.tiles} == {Role.PROP}
    assert "no known meaning" in maps.notes[-1]


def test_the_pairs_that_stand_side_by_side_are_counted(folder: Path) -> None:
    maps = read_one(folder, map_xml(3, 1, layer_xml("g", grid("163"))))

    name = {tile.name: i for i, tile in enumerate(maps.vocabulary.tiles)}
    assert set(maps.adjacency.right) == {(name["Floor"], name["Wall"]), (name["Wall"], name["Path"])}
    assert maps.adjacency.down == ()


@pytest.mark.parametrize(
    ("properties", "role", "passability"),
    [
        ('<property name="solid" type="bool" value="true"/>', Role.WALL, "solid"),
        ('<property name="walkable" type="bool" value="false"/>', Role.WALL, "solid"),
        ('<property name="walkable" type="bool" value="true"/>', Role.FLOOR, "open"),
        ('<property name="role" value="Deep Water"/>', Role.WATER, "liquid"),
        ('<property name="deadly" type="bool" value="true"/>', Role.HAZARD, "harm"),
        ('<property name="type" value="player_spawn_2"/>', Role.START, "open"),
        ('<property name="name" value="DoorLocked"/>', Role.LOCK, "open"),
    ],
)
def test_usual_properties_say_what_a_tile_is(
    folder: Path, properties: str, role: Role, passability: str
) -> None:
    tileset = (
        '<tileset firstgid="1" name="x" tilewidth="8" tileheight="8" tilecount="8" columns="4">'
        f'<image source="town.png" width="32" height="16"/><tile id="0"><properties>{properties}</properties>'
        '</tile><tile id="1" type="wall"/><tile id="2" type="floor"/></tileset>'
    )

    maps = read_one(folder, map_xml(3, 1, layer_xml("g", grid("123")), tileset=tileset))

    assert maps.movement == Walk()
    tile = maps.vocabulary.tiles[maps.maps[0][0, 0]]
    assert (tile.role, tile.passability) == (role, passability)


def test_tiles_that_are_silent_beside_solid_ones_are_open(folder: Path) -> None:
    tileset = (
        '<tileset firstgid="1" name="x" tilewidth="8" tileheight="8" tilecount="8" columns="4">'
        '<image source="town.png" width="32" height="16"/><tile id="0"><properties>'
        '<property name="collides" type="bool" value="true"/></properties></tile></tileset>'
    )

    maps = read_one(folder, map_xml(2, 1, layer_xml("g", grid("12")), tileset=tileset))

    assert [t.passability for t in maps.vocabulary.tiles] == ["solid", "open"]


def test_flipped_and_rotated_tiles_are_tiles_of_their_own(folder: Path) -> None:
    turned = np.array([[1, 1 | H, 1 | V, 1 | D, 1 | H | D, 1 | V | D, 1 | H | V, 1 | H | V | D]])

    maps = read_one(folder, map_xml(8, 1, layer_xml("g", turned)))

    assert names(maps)[0][:3] == ["town:0", "town:0^h", "town:0^v"]
    assert len(maps.vocabulary) == 8


def test_hidden_layers_drawings_and_objects_outside_are_named_in_notes(folder: Path) -> None:
    maps = read_one(
        folder,
        map_xml(
            3,
            1,
            layer_xml("g", grid("163")),
            layer_xml("secret", grid("555"), 'visible="0"'),
            '<imagelayer name="sky"/>',
            '<objectgroup name="o">'
            '<object id="1" name="way" x="0" y="0"><polyline points="0,0 4,4"/></object>'
            '<object id="2" name="Exit" x="900" y="0"><point/></object>'
            '<object id="3" name="music" x="4" y="4"><point/></object></objectgroup>',
        ),
    )

    notes = "\n".join(maps.notes)
    for word in (
        "'secret' is hidden",
        "polyline object 'way'",
        "image layer 'sky'",
        "'Exit' lies outside",
        "music",
    ):
        assert word in notes


def test_groups_infinite_maps_and_empty_layers_are_read(folder: Path) -> None:
    chunks = (
        '<group name="all"><layer id="1" name="g" width="99" height="99"><data encoding="csv">'
        '<chunk x="-16" y="0" width="16" height="1">0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,6</chunk>'
        '<chunk x="0" y="0" width="16" height="1">3,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0</chunk></data></layer>'
        '<layer id="2" name="nothing" width="99" height="99"><data encoding="csv"/></layer></group>'
    )
    text = map_xml(99, 99, chunks).replace('infinite="0"', 'infinite="1"')

    maps = read_one(folder, text)

    assert names(maps) == [["Floor", "Wall", "Path"]]
    assert maps.book is not None
    assert [layer.name for layer in maps.book.layers] == ["g", "nothing"]


def test_a_collection_of_pictures_is_packed_into_one(folder: Path) -> None:
    tall = np.full((16, 8, 3), 200, np.uint8)
    for name, pixels in (("low", tall[:8]), ("tall", tall)):
        (folder / f"{name}.png").write_bytes(png.encode(np.ascontiguousarray(pixels)))
    tileset = (
        '<tileset firstgid="1" name="things" tilewidth="8" tileheight="16" tilecount="2" columns="0">'
        '<tile id="3" type="floor"><image width="8" height="8" source="low.png"/></tile>'
        '<tile id="7" type="wall"><image width="8" height="16" source="tall.png"/></tile></tileset>'
    )

    maps = read_one(folder, map_xml(2, 2, layer_xml("g", np.array([[4, 4], [8, 4]])), tileset=tileset))

    assert maps.book is not None
    assert maps.notes == ("tileset 'things': its 2 pictures were packed into one",)
    drawn = draw_cells(maps.maps[0], maps.book)
    assert (drawn == 200).all()
    written = write(Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book), folder / "b.tmx")
    again = read_maps([written[0]])
    assert np.array_equal(draw_cells(again.maps[0], again.book), drawn)  # type: ignore[arg-type]


def test_a_missing_picture_is_a_note_and_maps_refer_to_it_by_name(folder: Path) -> None:
    (folder / "town.png").unlink()

    maps = read_one(folder, map_xml(2, 1, layer_xml("g", grid("16"))))

    assert "no picture" in maps.notes[0]
    files = write(Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book), folder / "b.tmx")
    assert [file.name for file in files] == ["b.tmx", "b.town.tsx"]
    assert 'source="town.png"' in files[1].read_text()


def test_tilesets_beside_the_folder_of_maps_are_found_but_none_further_away(tmp_path: Path) -> None:
    (tmp_path / "game" / "maps").mkdir(parents=True)
    (tmp_path / "game" / "art").mkdir()
    write_sheet(tmp_path / "game" / "art")
    write_sheet(tmp_path)
    for source, name in (("../art/town.tsx", "near.tmx"), ("../../town.tsx", "far.tmx")):
        tileset = f'<tileset firstgid="1" source="{source}"/>'
        text = map_xml(2, 1, layer_xml("g", grid("16")), tileset=tileset)
        (tmp_path / "game" / "maps" / name).write_text(text)

    near = read_maps([tmp_path / "game" / "maps" / "near.tmx"])

    assert near.book is not None
    assert near.book.sheets[0].file is not None
    with pytest.raises(FileInvalid, match=r"far\.tmx: names '../../town\.tsx'"):
        read_maps([tmp_path / "game" / "maps" / "far.tmx"])


def test_text_maps_are_read_with_their_characters_and_short_lines_are_filled(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("#####\n#...#\n#~~\n#####\n")
    (tmp_path / "README.txt").write_text("not a map!")
    (tmp_path / "legend.toml").write_text(
        '[tiles]\n"#" = "wall"\n"." = "floor"\n"~" = "water"\n" " = "void"\n'
    )

    maps = read_maps([tmp_path], tmp_path / "legend.toml")

    assert maps.names == ("a.txt",)
    assert maps.book is None
    assert maps.movement == Walk()
    assert {tile.char for tile in maps.vocabulary.tiles} == set("#.~ ")
    assert "1 lines were filled up" in "\n".join(maps.notes)
    assert "README.txt was passed over" in maps.notes[0]


def test_sub_folders_are_told_apart_and_order_of_naming_plays_no_part(tmp_path: Path) -> None:
    for place in ("ice", "fire"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "m.txt").write_text("ab\nba\n" if place == "ice" else "bb\nbb\n")

    maps = read_maps([tmp_path])

    assert maps.folders == ("fire", "ice")
    assert maps.vocabulary == read_maps([tmp_path / "ice", tmp_path / "fire"]).vocabulary


def test_a_world_names_its_maps(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("16"))))
    (folder / "all.world").write_text('{"type": "world", "maps": [{"fileName": "b.tmx", "x": 0, "y": 0}]}')

    assert read_maps([folder / "all.world"]).names == ("b.tmx",)


# Too many tiles


def test_the_rarest_stacks_become_their_nearest_relatives_and_a_note_counts_them(folder: Path) -> None:
    ground = grid("1111111111", "2222222222")
    details = grid("6666000007", "0000000008")

    text = map_xml(10, 2, layer_xml("g", ground), layer_xml("d", details))
    maps = read_one(folder, text, most=3)

    assert {tile.name for tile in maps.vocabulary.tiles} == {"town:0", "town:1", "wall"}
    assert names(maps)[0][9] == "town:0"  # on the same ground
    assert names(maps)[1][9] == "town:1"
    assert "the 2 rarest (2 cells)" in maps.notes[-1]


# What is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('orientation="orthogonal"', 'orientation="isometric"'), "only orthogonal"),
        (('"csv">1,6', '"base64" compression="zstd">AAAA'), "compressed with 'zstd'"),
        (("1,6", "1,99"), "in no tileset"),
        (('source="town.tsx"', 'source="none.tsx"'), r"none\.tsx: cannot be read"),
        (('tilewidth="8"', 'tilewidth="0"'), "tiles are 0x8"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(
    folder: Path, change: tuple[str, str], message: str
) -> None:
    text = map_xml(2, 1, layer_xml("g", grid("16"))).replace(*change)

    with pytest.raises(FileInvalid, match=message):
        read_one(folder, text)


def test_maps_of_different_tile_sizes_are_refused(folder: Path) -> None:
    (folder / "a.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("16"))))
    (folder / "b.tmx").write_text(
        map_xml(2, 1, layer_xml("g", grid("16"))).replace('tilewidth="8"', 'tilewidth="9"')
    )

    with pytest.raises(FileInvalid, match=r"b\.tmx: its cells are 9x8 pixels, those of a\.tmx 8x8"):
        read_maps([folder])


def test_a_folder_without_maps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="holds no maps"):
        read_maps([tmp_path])
