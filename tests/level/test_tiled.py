"""Maps as Tiled and its users make them are understood, and Tiled understands ours."""

import base64
import gzip
import json
import os
import shutil
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytiled_parser
from PIL import Image

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.content import Evidence, Level
from playloom.kinds.level.formats import read, read_legend, write
from playloom.kinds.level.vocabulary import CORE, Vocabulary

ROWS = ("########", "#<..k.e#", "##.##.C#", "#..#####", "#.#..$.#", "#.L.##.#", "#n##>..#", "########")
EVIDENCE = Evidence(
    package="core",
    version="1.0.0",
    package_hash="0" * 64,
    licence="MIT",
    promise="exact",
    request={},
    style="rooms",
    attempts=1,
    checks=(),
    edits=(),
    measures={},
    solution="RRRLLDDLDDRRURRRDDLL",
)
CRYPT = Level(
    cells=np.array([[CORE.by_char[c] for c in row] for row in ROWS], np.uint8),
    theme="dungeon",
    evidence=EVIDENCE,
)

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


# The other side


def solution_of(parsed: pytiled_parser.TiledMap) -> list[tuple[float, float]]:
    line = parsed.layers[2].tiled_objects[0]  # type: ignore[attr-defined]
    return [(line.coordinates.x + point.x, line.coordinates.y + point.y) for point in line.points]


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_pytiled_parser_reads_layers_tiles_and_the_solution(suffix: str, tmp_path: Path) -> None:
    write(CRYPT, tmp_path / f"crypt{suffix}")

    parsed = pytiled_parser.parse_map(tmp_path / f"crypt{suffix}")

    assert (parsed.map_size.width, parsed.map_size.height) == (8, 8)
    assert [entry.name for entry in parsed.layers] == ["ground", "objects", "solution"]
    ground, things = (np.array(entry.data) for entry in parsed.layers[:2])  # type: ignore[attr-defined]
    is_object = CORE.objects[CRYPT.cells]
    assert ground.min() == 2
    assert np.array_equal((np.where(things > 0, things, ground) - 1) % len(CORE), CRYPT.cells)
    assert np.array_equal(things > 0, is_object)
    tiles = parsed.tilesets[1].tiles or {}
    assert [tiles[i].properties["name"] for i in range(24)] == [tile.name for tile in CORE.tiles]  # type: ignore[index]
    assert tiles[24 + CORE.id("wall")].class_ == "wall"  # the same, seen from above
    assert parsed.properties is not None
    assert parsed.properties["playloom.theme"] == "dungeon"
    assert solution_of(parsed)[0] == (24, 24)
    assert solution_of(parsed)[-1] == (4 * 16 + 8, 6 * 16 + 8)


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_maps_that_share_their_tiles_name_them(suffix: str, tmp_path: Path) -> None:
    for stem in ("one", "two"):
        written = write(CRYPT, tmp_path / f"{stem}{suffix}", tiles="crypt & all")
        beside = [".tsx", ".png"] if suffix == ".tmx" else [".png"]
        assert [path.name for path in written[1:]] == [f"crypt & all.tiles{ending}" for ending in beside]

    for stem in ("one", "two"):
        tileset = pytiled_parser.parse_map(tmp_path / f"{stem}{suffix}").tilesets[1]
        assert tileset.image is not None and tileset.image.name == "crypt & all.tiles.png"
        assert read(tmp_path / f"{stem}{suffix}").rows == CRYPT.rows


@pytest.fixture
def tiled_commands() -> None:
    """Tiled's own commands; CI must have them, elsewhere their absence is said loudly."""
    if not (shutil.which("tiled") and shutil.which("tmxrasterizer")):
        message = "tiled and tmxrasterizer are not on the PATH; on Debian or Ubuntu: apt-get install tiled"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(f"LEFT OUT: {message}")


def call(*command: str | Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled_commands")
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
@pytest.mark.parametrize("target", ["json", "tmx"])
def test_what_tiled_saves_again_comes_back_with_evidence(suffix: str, target: str, tmp_path: Path) -> None:
    write(CRYPT, tmp_path / f"crypt{suffix}")
    call("tiled", "--export-map", target, tmp_path / f"crypt{suffix}", tmp_path / f"again.{target}")

    again = read(tmp_path / f"again.{target}")

    assert np.array_equal(again.cells, CRYPT.cells)
    assert (again.theme, again.evidence) == (CRYPT.theme, CRYPT.evidence)
    assert (tmp_path / f"again.{target}").read_text().count("polyline") > 0


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled_commands")
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
@pytest.mark.parametrize("tiles", [None, "shared"])
def test_tiled_draws_every_tile_with_our_image(suffix: str, tiles: str | None, tmp_path: Path) -> None:
    plain = replace(CRYPT, evidence=None)  # no solution drawn over the tiles
    write(plain, tmp_path / f"crypt{suffix}", tiles=tiles)
    call("tmxrasterizer", tmp_path / f"crypt{suffix}", tmp_path / "drawn.png")

    drawn, sheet = (
        np.asarray(Image.open(tmp_path / name).convert("RGBA"))
        for name in ("drawn.png", f"{tiles or 'crypt'}.tiles.png")
    )

    assert drawn.shape == (128, 128, 4)
    wall = CORE.id("wall")
    for y, x in np.argwhere(~CORE.objects[CRYPT.cells]):
        tile = int(CRYPT.cells[y, x])
        below = CRYPT.cells[min(y + 1, 7), x]
        row = 16 if tile == below == wall else 0  # a wall that continues below shows its top
        seen = drawn[y * 16 : y * 16 + 16, x * 16 : x * 16 + 16]
        assert np.array_equal(seen, sheet[row : row + 16, tile * 16 : tile * 16 + 16]), (x, y)
