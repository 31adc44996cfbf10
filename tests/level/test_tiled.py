"""Maps as Tiled and its users make them are understood; ours on the other side are in test_tiled_ours.py."""

import base64
import gzip
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats import read, read_legend
from playloom.kinds.level.vocabulary import CORE, Vocabulary

# A tileset of a stranger: five tiles, each of which says in another way what it is; the sixth says nothing.
TILES = """
 <tile id="0" class="wall"/>
 <tile id="1" type="floor"/>
 <tile id="2"><properties><property name="name" value="key"/></properties></tile>
 <tile id="3"><properties>
  <property name="playloom" value="start"/><property name="name" value="a"/>
 </properties></tile>
 <tile id="4"><properties><property name="char" value="&gt;"/></properties></tile>
"""
TILESET = f'<tileset name="ruins" tilewidth="8" tileheight="8" tilecount="6" columns="6" %s>{TILES}</tileset>'


def tmx(
    *layers: str, head: str = "", tileset: str = TILESET % 'firstgid="1"', size: str = 'width="3" height="2"'
) -> str:
    return (
        f'<?xml version="1.0"?><map version="1.10" orientation="orthogonal" {size} '
        f'tilewidth="8" tileheight="8" {head}>{tileset}{"".join(layers)}</map>'
    )


def layer(csv: str, attributes: str = "", size: str = 'width="3" height="2"') -> str:
    return f'<layer id="1" name="a" {size} {attributes}><data encoding="csv">{csv}</data></layer>'


def objects(*entries: str, attributes: str = "") -> str:
    return f"<objectgroup {attributes}>{''.join(entries)}</objectgroup>"


GROUND = layer("1,2,2,\n2,2,1")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "map.tmx"


def rows(place: Path, text: str, **options: object) -> list[str]:
    place.write_text(text)
    return read(place, **options).rows  # type: ignore[arg-type]


# Tiles and what they mean


def test_tiles_say_what_they_are_by_property_class_or_character(place: Path) -> None:
    assert rows(place, tmx(layer("1,2,3,4,5,1"))) == ["#.k", "<>#"]


def test_tiles_that_say_nothing_are_listed_with_the_remedy(place: Path) -> None:
    with pytest.raises(FileInvalid, match=r'--package.*ruins:5 \(number 6\).*legend.*property "name"'):
        rows(place, tmx(layer("1,2,6,4,5,1")))


def test_a_legend_names_tiles_by_number_or_by_tileset_and_id(place: Path) -> None:
    strange = tmx(layer("6,2,1,2,2,0"))

    assert rows(place, strange, legend={6: "water"}) == ["~.#", ".. "]
    assert rows(place, strange, legend={"ruins:5": "lava", 0: "tree", 1: "door"}) == ["!.+", "..T"]
    assert rows(place, strange, legend={"6": "", 0: "floor"}) == ["..#", "..."]


def test_a_legend_is_read_from_toml(place: Path, tmp_path: Path) -> None:
    (tmp_path / "legend.toml").write_text('# ours\n"ruins:5" = "lava"\n0 = "tree"\n1 = "door"\n2 = ""\n')
    legend = read_legend(tmp_path / "legend.toml")

    assert legend == {"ruins:5": "lava", "0": "tree", "1": "door", "2": ""}
    assert rows(place, tmx(layer("6,1,3,2,5,0")), legend=legend) == ["!+k", "T>T"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"ruins:5" = 7', r"expected lines like"),
        ('[ruins]\n5 = "wall"', r"expected lines like"),
        ('1 = "wall"\n1 = "door"', r"legend\.toml"),
        ("1 = wall", r"legend\.toml"),
        ('"wall!" = "1"', r"'wall!' names no tile; write the tile's number in the map, such as 12, or"),
        ('"ruins:-1" = "wall"', r"'ruins:-1' names no tile"),
        ("\0", r"legend\.toml"),
        ('"\xe9:1" = "wall"', r"legend\.toml"),
        (None, r"legend\.toml: cannot be read"),
    ],
)
def test_a_wrong_legend_is_refused(text: str | None, message: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "legend.toml").write_text(text, encoding="latin-1")

    with pytest.raises(FileInvalid, match=message):
        read_legend(tmp_path / "legend.toml")


def test_a_legend_that_names_no_tile_is_refused(place: Path) -> None:
    with pytest.raises(
        RequestInvalid, match=r"legend: 6 is to mean 'watr', which is no tile; choose of boss, "
    ):
        rows(place, tmx(layer("6,2,1,2,2,0")), legend={6: "watr"})


def test_flipped_and_rotated_tiles_mean_the_same(place: Path) -> None:
    flags = [1 << 31, 1 << 30, 1 << 29, 1 << 28, 0xF << 28, 0]
    turned = ",".join(str(gid | flag) for gid, flag in zip((1, 2, 3, 4, 5, 1), flags, strict=True))

    assert rows(place, tmx(layer(turned))) == ["#.k", "<>#"]


def test_a_number_of_no_tileset_is_refused(place: Path) -> None:
    with pytest.raises(FileInvalid, match=r"tile number 7 is in no tileset"):
        rows(place, tmx(layer("1,2,7,4,5,1")))


def test_an_empty_cell_is_void_and_refused_where_there_is_none(place: Path) -> None:
    solid = Vocabulary(CORE.tiles[1:])

    assert rows(place, tmx(layer("1,2,0,4,5,1"))) == ["#. ", "<>#"]
    with pytest.raises(FileInvalid, match=r"cell \(2, 0\) is empty.*0 = \"floor\""):
        rows(place, tmx(layer("1,2,0,4,5,1")), vocabulary=solid)


# Layers


def test_the_topmost_object_counts_else_the_topmost_ground(place: Path) -> None:
    stack = (layer("1,1,1,1,1,1"), layer("0,3,0,4,0,0"), layer("2,2,0,2,0,0"), layer("0,0,0,5,0,0"))

    assert rows(place, tmx(*stack)) == [".k#", ">##"]


def test_hidden_layers_and_groups_are_left_out(place: Path) -> None:
    hidden = (
        layer("6,6,6,6,6,6", 'visible="0"'),
        f'<group visible="0">{layer("3,3,3,3,3,3")}</group>',
        objects('<object id="1" type="boss" x="1" y="1"><point/></object>', attributes='visible="0"'),
        objects('<object id="1" type="boss" x="1" y="1" visible="0"><point/></object>'),
    )

    assert rows(place, tmx(GROUND, *hidden)) == ["#..", "..#"]


def test_groups_are_opened_in_order_and_empty_layers_change_nothing(place: Path) -> None:
    nested = f"<group><group>{layer('0,3,0,0,0,0')}</group><imagelayer/></group>"

    assert rows(place, tmx(GROUND, nested, layer("0,0,0,0,0,0"), objects())) == ["#k.", "..#"]


def test_objects_stand_in_the_cell_of_their_centre(place: Path) -> None:
    entries = (
        '<object id="1" type="start" x="1" y="9"><point/></object>',
        '<object id="2" class="exit" x="16" y="0" width="8" height="8"/>',
        '<object id="3" name="enemy" x="15.9" y="15.9"><point/></object>',
        '<object id="4" gid="3" x="8" y="8" width="8" height="8"/>',
    )

    assert rows(place, tmx(GROUND, objects(*entries))) == ["#k>", "<e#"]


def test_objects_that_name_no_object_of_the_vocabulary_are_notes(place: Path) -> None:
    entries = (
        '<object id="1" name="a note" x="1" y="9"><point/></object>',
        '<object id="2" type="water" x="0" y="0" width="24" height="16"/>',
        '<object id="3" type="boss" x="0" y="0"><polyline points="0,0 8,8"/></object>',
        '<object id="4" type="boss" x="0" y="0"><text>here</text></object>',
    )

    assert rows(place, tmx(GROUND, objects(*entries))) == ["#..", "..#"]


@pytest.mark.parametrize("x", ["24", "-0.1", "1e308"])
def test_an_object_outside_of_the_map_is_named(x: str, place: Path) -> None:
    with pytest.raises(FileInvalid, match=r"object 9 lies outside"):
        rows(place, tmx(GROUND, objects(f'<object id="9" type="key" x="{x}" y="0"><point/></object>')))


def test_an_object_from_a_template_is_refused_with_advice(place: Path) -> None:
    with pytest.raises(FileInvalid, match=r"object 9 comes from a template; detach it"):
        rows(place, tmx(GROUND, objects('<object id="9" template="key.tx" x="0" y="0"/>')))


# Encodings


def packed(compression: str) -> str:
    data = np.array([1, 2, 3, 4, 5, 1], "<u4").tobytes()
    data = {"": bytes, "zlib": zlib.compress, "gzip": gzip.compress}[compression](data)
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("compression", ["", "zlib", "gzip"])
def test_base64_is_read_in_both_notations(compression: str, place: Path) -> None:
    attribute = f'compression="{compression}"' if compression else ""
    data = f'<data encoding="base64" {attribute}>\n   {packed(compression)}\n  </data>'

    assert rows(place, tmx(f'<layer width="3" height="2">{data}</layer>')) == ["#.k", "<>#"]
    twin = {"encoding": "base64", "compression": compression, "data": packed(compression)}
    assert read(tmj(place.with_suffix(".tmj"), [tile_layer(**twin)])).rows == ["#.k", "<>#"]


def test_tiles_as_elements_are_read(place: Path) -> None:
    data = '<data><tile gid="1"/><tile gid="2"/><tile gid="3"/><tile/><tile gid="0"/><tile gid="1"/></data>'

    assert rows(place, tmx(f'<layer width="3" height="2">{data}</layer>')) == ["#.k", "  #"]


def test_zstandard_is_refused_with_the_remedy(place: Path) -> None:
    data = '<data encoding="base64" compression="zstd">KLUv/Q==</data>'

    with pytest.raises(FileInvalid, match=r"compressed with 'zstd'; set the map's Tile Layer Format to CSV"):
        rows(place, tmx(f'<layer width="3" height="2">{data}</layer>'))


@pytest.mark.parametrize("orientation", ["isometric", "hexagonal", "staggered"])
def test_other_grids_are_refused(orientation: str, place: Path) -> None:
    with pytest.raises(FileInvalid, match=f"orientation is '{orientation}'; only orthogonal"):
        rows(place, tmx(GROUND).replace("orthogonal", orientation))


def test_an_infinite_map_is_what_is_drawn_on_it(place: Path) -> None:
    chunks = (
        '<chunk x="-16" y="-16" width="2" height="2">0,0,0,1</chunk>'
        '<chunk x="-14" y="-16" width="2" height="2">0,0,2,3</chunk>'
        '<chunk x="900000" y="0" width="2" height="2">0,0,0,0</chunk>'
    )
    drawn = f'<layer width="3" height="2"><data encoding="csv">{chunks}</data></layer>'
    start = objects('<object id="1" type="start" x="-111" y="-119"><point/></object>')

    assert rows(place, tmx(drawn, start, head='infinite="1"')) == ["#<k"]


def test_an_infinite_map_drawn_too_far_apart_is_refused(place: Path) -> None:
    chunks = "".join(f'<chunk x="{x}" y="0" width="1" height="1">1</chunk>' for x in (0, 1024))
    drawn = f'<layer width="3" height="2"><data encoding="csv">{chunks}</data></layer>'

    with pytest.raises(FileInvalid, match=r"map is 1025x1; a side can be 1 to 1024"):
        rows(place, tmx(drawn, head='infinite="1"'))


# Tilesets beside the map


@pytest.mark.parametrize("notation", ["tsx", "tsj"])
@pytest.mark.parametrize("folder", ["", "tiles/"])
def test_tilesets_in_the_folder_of_the_map_are_read(notation: str, folder: str, place: Path) -> None:
    beside = place.parent / f"{folder}ruins.{notation}"
    beside.parent.mkdir(exist_ok=True)
    beside.write_text(TILESET % "" if notation == "tsx" else json.dumps(JSON_TILESET))

    linked = f'<tileset firstgid="11" source="{folder}ruins.{notation}"/>'

    assert rows(place, tmx(layer("11,12,13,14,15,11"), tileset=linked)) == ["#.k", "<>#"]
    twin = tmj(
        place.with_suffix(".tmj"),
        [tile_layer(data=[11, 12, 13, 14, 15, 11])],
        tilesets=[{"firstgid": 11, "source": f"{folder}ruins.{notation}"}],
    )
    assert read(twin).rows == ["#.k", "<>#"]


def test_several_tilesets_share_the_numbers(place: Path) -> None:
    both = TILESET % 'firstgid="1"' + (TILESET % 'firstgid="7"').replace("ruins", "more")

    assert rows(place, tmx(layer("1,8,9,10,11,7"), tileset=both)) == ["#.k", "<>#"]


# The same in JSON

JSON_TILESET = {
    "name": "ruins",
    "tilecount": 6,
    "tiles": [
        {"id": 0, "class": "wall"},
        {"id": 1, "type": "floor", "properties": [{"name": "x", "type": "float", "value": 1.5}]},
        {"id": 2, "properties": [{"name": "name", "type": "string", "value": "key"}]},
        {"id": 3, "properties": [{"name": "playloom", "type": "string", "value": "start"}]},
        {"id": 4, "properties": [{"name": "char", "type": "string", "value": ">"}]},
    ],
}


def tile_layer(**more: object) -> dict[str, object]:
    return {"type": "tilelayer", "name": "a", "width": 3, "height": 2, "data": [1, 2, 2, 2, 2, 1]} | more


def tmj(place: Path, layers: list[dict[str, object]], **more: object) -> Path:
    content = {
        "type": "map",
        "orientation": "orthogonal",
        "width": 3,
        "height": 2,
        "tilewidth": 8,
        "tileheight": 8,
    }
    content |= {"layers": layers, "tilesets": [JSON_TILESET | {"firstgid": 1}]} | more
    place.write_text(json.dumps(content))
    return place


def test_json_layers_groups_and_objects_mean_the_same(tmp_path: Path) -> None:
    objects = [
        {"id": 1, "type": "start", "x": 1, "y": 9, "point": True},
        {"id": 2, "class": "exit", "x": 16, "y": 0.5, "width": 8, "height": 8, "rotation": 0},
        {"id": 3, "gid": 3 | 1 << 31, "x": 8, "y": 8, "width": 8, "height": 8},
        {"id": 4, "name": "boss", "x": 0, "y": 0, "polyline": [{"x": 0, "y": 0}, {"x": 8, "y": 8}]},
        {"id": 5, "name": "boss", "x": 0, "y": 0, "visible": False},
    ]
    layers = [
        tile_layer(),
        {"type": "group", "layers": [{"type": "objectgroup", "objects": objects}, {"type": "imagelayer"}]},
        tile_layer(data=[6] * 6, visible=False),
    ]

    assert read(tmj(tmp_path / "map.tmj", layers)).rows == ["#k>", "<.#"]


def test_json_chunks_are_read(tmp_path: Path) -> None:
    chunk = {"x": -4, "y": 8, "width": 3, "height": 2, "data": [1, 2, 3, 4, 5, 1]}

    place = tmj(tmp_path / "map.tmj", [tile_layer(chunks=[chunk], data=None)], infinite=True)

    assert read(place).rows == ["#.k", "<>#"]
