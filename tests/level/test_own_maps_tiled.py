"""What Tiled can say of a map is read, or named in a note, or refused: nothing is lost without a word."""

import json
from pathlib import Path

import numpy as np
import pytest
from own_maps import grid, layer_xml, map_xml, names, read_one, write_sheet

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import write
from playloom.kinds.level.own.reader import MapSet, read_maps

GROUND = np.ones((3, 6), np.int64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tileset "town", which says what its tiles are."""
    place = tmp_path / "maps"
    place.mkdir()
    write_sheet(place)
    return place


def with_objects(folder: Path, *objects: str, group: str = 'name="o"', around: str = "{}") -> MapSet:
    things = around.format(f"<objectgroup {group}>{''.join(objects)}</objectgroup>")
    return read_one(folder, map_xml(6, 3, layer_xml("g", GROUND), things))


def enemies(maps: MapSet) -> list[tuple[int, int]]:
    """Columns and rows of the cells with an object."""
    assert maps.book is not None
    holds = np.array([len(things) for things in maps.book.things])
    return [(x, y) for y, x in np.argwhere(holds[maps.maps[0]]).tolist()]


def noted(maps: MapSet) -> str:
    return "\n".join(maps.notes)


# Objects


@pytest.mark.parametrize(
    ("inside", "note"),
    [
        ('<properties><property name="hp" type="int" value="7"/></properties>', "property 'hp' not kept"),
        ("<ellipse/>", "its shape ellipse not kept"),
        ("<capsule/>", "its shape capsule not kept"),
    ],
)
def test_what_an_object_has_beside_its_place_is_named(folder: Path, inside: str, note: str) -> None:
    maps = with_objects(
        folder, f'<object id="1" type="Enemy" x="8" y="8" width="8" height="8">{inside}</object>'
    )

    assert enemies(maps) == [(1, 1)]
    assert f"objects 'Enemy': {note}" in noted(maps)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("polygon", '<polygon points="0,0 8,8 0,8"/>'), ("text", "<text>Here!</text>")],
)
def test_drawings_mark_no_cell_and_are_named(folder: Path, name: str, shape: str) -> None:
    maps = with_objects(folder, f'<object id="1" name="zone" type="Enemy" x="8" y="8">{shape}</object>')

    assert enemies(maps) == []
    assert f"{name} object 'zone' was left out" in noted(maps)


@pytest.mark.parametrize(
    ("rotation", "cell"),
    [(0, (2, 1)), (90, (1, 1)), (180, (1, 0)), (270, (2, 0)), (-90, (2, 0))],
)
def test_a_turned_object_is_where_tiled_shows_it(folder: Path, rotation: int, cell: tuple[int, int]) -> None:
    maps = with_objects(
        folder, f'<object id="1" type="Enemy" x="16" y="8" width="8" height="8" rotation="{rotation}"/>'
    )

    assert enemies(maps) == [cell]
    assert ("rotation by" in noted(maps)) == (rotation != 0)


def test_a_turned_picture_turns_around_its_bottom_left(folder: Path) -> None:
    maps = with_objects(
        folder, '<object id="1" type="Enemy" gid="5" x="16" y="16" width="8" height="8" rotation="90"/>'
    )

    assert enemies(maps) == [(2, 2)]


@pytest.mark.parametrize(
    ("group", "around"),
    [
        ('name="o" offsetx="16" offsety="8"', "{}"),
        ('name="o"', '<group name="all" offsetx="16" offsety="8">{}</group>'),
        ('name="o" offsetx="8"', '<group offsetx="8"><group offsety="8">{}</group></group>'),
    ],
)
def test_the_offset_of_a_layer_and_its_groups_moves_its_objects(
    folder: Path, group: str, around: str
) -> None:
    maps = with_objects(folder, '<object id="1" type="Enemy" x="4" y="4"/>', group=group, around=around)

    assert enemies(maps) == [(2, 1)]


def test_groups_hand_offset_and_opacity_down_to_tiles(folder: Path) -> None:
    inner = layer_xml("g", GROUND, 'opacity="0.5" offsetx="3"')
    maps = read_one(folder, map_xml(6, 3, f'<group name="all" opacity="0.5" offsety="-2">{inner}</group>'))

    assert maps.book is not None
    (style,) = maps.book.layers
    assert (style.opacity, style.offset) == (0.25, (3.0, -2.0))


def test_names_of_objects_with_a_class_and_sizes_that_differ_are_named(folder: Path) -> None:
    maps = with_objects(
        folder,
        '<object id="1" name="Bob" type="Enemy" x="2" y="2" width="4" height="4"/>',
        '<object id="2" name="Jim" type="Enemy" x="10" y="2" width="5" height="4"/>',
    )

    assert enemies(maps) == [(0, 0), (1, 0)]
    assert "names of objects with a class are not kept, such as 'Bob'" in noted(maps)
    assert "objects 'Enemy' differ in size; new ones have that of the first" in noted(maps)


def test_an_object_from_a_template_is_refused_or_its_template_named(folder: Path) -> None:
    with pytest.raises(FileInvalid, match="object 1 comes from a template; detach it"):
        with_objects(folder, '<object id="1" template="enemy.tx" x="4" y="4"/>')

    maps = with_objects(folder, '<object id="1" template="enemy.tx" type="Enemy" x="4" y="4"/>')

    assert "what its template 'enemy.tx' says not kept" in noted(maps)


def test_objects_held_elsewhere_by_their_tileset_are_refused(folder: Path) -> None:
    tileset = (
        '<tileset firstgid="1" name="t" tilewidth="8" tileheight="8" tilecount="8" columns="4" '
        'objectalignment="center"><image source="town.png"/></tileset>'
    )
    thing = '<objectgroup name="o"><object id="1" type="Enemy" gid="5" x="4" y="4"/></objectgroup>'

    with pytest.raises(
        FileInvalid, match="holds objects at 'center'; set its Object Alignment to Unspecified"
    ):
        read_one(folder, map_xml(6, 3, layer_xml("g", GROUND), thing, tileset=tileset))


def test_a_crowd_of_objects_outside_is_told_in_few_words(folder: Path) -> None:
    maps = with_objects(folder, *(f'<object id="{n}" name="n{n}" x="900" y="0"/>' for n in range(1, 900)))

    assert len(maps.notes) < 60
    assert "more things were left out or changed" in noted(maps)


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_a_turned_and_flipped_picture_of_an_object_comes_back(folder: Path, suffix: str) -> None:
    flips = [5, 5 | 1 << 31, 5 | 1 << 30]
    things = "".join(
        f'<object id="{n}" type="Enemy" gid="{gid}" x="{8 * n}" y="8" width="8" height="8"/>'
        for n, gid in enumerate(flips)
    )
    maps = with_objects(folder, things)
    (folder / "out").mkdir()

    written = write(
        Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book), folder / "out" / f"a{suffix}"
    )

    assert len(maps.vocabulary) == 4
    assert np.array_equal(read_maps([written[0]]).maps[0], maps.maps[0])


# Layers and maps


@pytest.mark.parametrize(
    ("attributes", "word"),
    [('tintcolor="#ff0000"', "tintcolor"), ('parallaxx="0.5"', "parallaxx"), ('mode="multiply"', "mode")],
)
def test_how_a_layer_is_drawn_is_named_where_it_is_not_kept(folder: Path, attributes: str, word: str) -> None:
    maps = read_one(folder, map_xml(6, 3, layer_xml("g", GROUND, attributes)))

    assert f"layer 'g': {word} not kept" in noted(maps)


def test_properties_of_layers_and_maps_are_named_but_not_ours(folder: Path) -> None:
    said = '<properties><property name="{}" value="1"/></properties>'
    layer = layer_xml("g", GROUND).replace("<data", f"{said.format('speed')}<data", 1)
    text = map_xml(6, 3, layer).replace("<tileset", f"{said.format('music')}<tileset", 1)

    maps = read_one(folder, text)

    assert "the map: property 'music' not kept" in noted(maps)
    assert "layer 'g': property 'speed' not kept" in noted(maps)
    ours = text.replace("music", "playloom.theme").replace("speed", "playloom.x")
    assert "not kept" not in noted(read_one(folder, ours))


@pytest.mark.parametrize("orientation", ["isometric", "staggered", "hexagonal", ""])
def test_maps_that_are_no_grid_of_rectangles_are_refused(folder: Path, orientation: str) -> None:
    text = map_xml(6, 3, layer_xml("g", GROUND)).replace("orthogonal", orientation)

    with pytest.raises(FileInvalid, match="only orthogonal maps can be read"):
        read_one(folder, text)


def test_a_map_without_any_tiles_is_refused_and_one_of_empty_cells_is_not(folder: Path) -> None:
    with pytest.raises(FileInvalid, match="no visible tile layer"):
        read_one(folder, map_xml(6, 3, '<imagelayer name="sky"/><objectgroup name="o"/>'))

    maps = read_one(folder, map_xml(2, 1, layer_xml("g", grid("00")), layer_xml("d", grid("10"))))

    assert names(maps) == [["Floor", "void"]]


def test_objects_of_an_infinite_map_stand_on_the_cells_they_lie_on(folder: Path) -> None:
    chunk = '<chunk x="-16" y="-16" width="16" height="16">' + ",".join(["1"] * 256) + "</chunk>"
    layer = f'<layer id="1" name="g" width="16" height="16"><data encoding="csv">{chunk}</data></layer>'
    thing = '<objectgroup name="o"><object id="1" type="Enemy" x="-4" y="-124"/></objectgroup>'

    maps = read_one(folder, map_xml(16, 16, layer, thing).replace('infinite="0"', 'infinite="1"'))

    assert maps.maps[0].shape == (16, 16)
    assert enemies(maps) == [(15, 0)]


def test_tiles_larger_than_cells_are_read_beside_others(folder: Path) -> None:
    tall = (
        '<tileset firstgid="1" source="town.tsx"/>'
        '<tileset firstgid="9" name="tall" tilewidth="8" tileheight="16" tilecount="4" columns="4">'
        '<image source="town.png"/></tileset>'
    )

    maps = read_one(folder, map_xml(2, 2, layer_xml("g", np.array([[1, 1], [1, 9]])), tileset=tall))

    assert names(maps)[1] == ["Floor", "tall:0"]
    assert maps.book is not None
    assert [sheet.tile_height for sheet in maps.book.sheets] == [8, 16]


def test_json_says_the_same_as_xml(folder: Path) -> None:
    """Offsets, turns, shapes and properties in TMJ."""
    entry = {
        "id": 1,
        "type": "Enemy",
        "x": 8,
        "y": 8,
        "width": 8,
        "height": 8,
        "rotation": 90,
        "ellipse": True,
    }
    entry |= {"properties": [{"name": "hp", "type": "int", "value": 7}]}
    things = {"type": "objectgroup", "name": "o", "offsetx": 8, "objects": [entry]}
    ground = {"type": "tilelayer", "name": "g", "width": 6, "height": 3, "data": [1] * 18, "opacity": 0.5}
    ground |= {"tintcolor": "#ff0000", "properties": [{"name": "speed", "type": "int", "value": 1}]}
    group = {"type": "group", "name": "all", "opacity": 0.5, "offsety": 8, "layers": [ground, things]}
    size = {"width": 6, "height": 3, "tilewidth": 8, "tileheight": 8, "orientation": "orthogonal"}
    tilesets = [{"firstgid": 1, "source": "town.tsx"}]
    (folder / "a.tmj").write_text(json.dumps(size | {"layers": [group], "tilesets": tilesets}))

    maps = read_maps([folder / "a.tmj"])

    assert enemies(maps) == [(1, 2)]
    assert maps.book is not None
    assert (maps.book.layers[0].opacity, maps.book.layers[0].offset) == (0.25, (0.0, 8.0))
    for words in (
        "property 'hp', its shape ellipse, rotation by 90 not kept",
        "tintcolor not kept",
        "'speed'",
    ):
        assert words in noted(maps)
