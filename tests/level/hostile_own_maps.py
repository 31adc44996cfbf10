"""Folders of own maps made to fill the memory or to take hours."""

import io
import struct
import zlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import numpy as np
from ldtk_projects import SIDE, TILES, TILESET, instance, layer, level, project, save, tileset
from own_maps import grid, layer_xml, map_xml, write_sheet
from PIL import Image

WIDE = 1024  # cells, the largest side of a map
FULL = f'<map orientation="orthogonal" width="{WIDE}" height="{WIDE}" tilewidth="8" tileheight="8"'
DRAWN = layer("Tiles", TILES, "Decor", tilesetDefUid=TILESET)
THINGS = layer("Entities", 9, "Things")

# What must become of it: "read", or words of the message that refuses it.
Case = tuple[Callable[[Path], None], str]


def packed(cells: np.ndarray, name: str = "g") -> str:
    """A layer of the size of ``cells`` in little space."""
    data = b64encode(zlib.compress(cells.astype("<u4").tobytes())).decode()
    height, width = cells.shape
    return (
        f'<layer id="1" name="{name}" width="{width}" height="{height}">'
        f'<data encoding="base64" compression="zlib">{data}</data></layer>'
    )


def vast(folder: Path, *content: str, infinite: int = 0) -> None:
    """A map of 1024x1024 cells with ground and more."""
    write_sheet(folder)
    ground = "" if infinite else packed(np.ones((WIDE, WIDE), np.int64))
    head = f'{FULL} infinite="{infinite}"><tileset firstgid="1" source="town.tsx"/>'
    (folder / "a.tmx").write_text(f"{head}{ground}{''.join(content)}</map>")


def objects(count: int) -> str:
    return "".join(f'<object id="{n}" type="Enemy" x="1" y="1"/>' for n in range(count))


def pile_of_objects(folder: Path) -> None:
    vast(folder, f'<objectgroup name="o">{objects(20_000)}</objectgroup>')


def pile_in_a_tiny_map(folder: Path) -> None:
    write_sheet(folder)
    group = f'<objectgroup name="o">{objects(30_000)}</objectgroup>'
    (folder / "a.tmx").write_text(map_xml(1, 1, layer_xml("g", grid("1")), group))


def layers_of_one_object(folder: Path) -> None:
    groups = "".join(f'<objectgroup name="o{n}">{objects(1)}</objectgroup>' for n in range(20_000))
    vast(folder, groups)


def empty_layers_of_an_infinite_map(folder: Path) -> None:
    corners = "".join(f'<chunk x="{c}" y="{c}" width="1" height="1">1</chunk>' for c in (0, WIDE - 1))
    first = f'<layer name="g" width="1" height="1"><data encoding="csv">{corners}</data></layer>'
    empty = '<layer name="e" width="1" height="1"><data encoding="csv"/></layer>'
    vast(folder, first, empty * 400, infinite=1)


def layers_of_one_cell(folder: Path) -> None:
    write_sheet(folder)
    (folder / "a.tmx").write_text(map_xml(1, 1, *(layer_xml(f"l{n}", grid("1")) for n in range(10_000))))


def maps_of_many_layers(folder: Path) -> None:
    write_sheet(folder)
    for name in range(4):
        layers = (layer_xml(f"l{name}-{n}", grid("1")) for n in range(300))
        (folder / f"{name}.tmx").write_text(map_xml(1, 1, *layers))


def many_stacks(folder: Path, side: int) -> None:
    """Every cell another stack of two tiles."""
    tiles = 1024
    Image.new("RGB", (256, 256)).save(folder / "many.png")
    sheet = (
        '<tileset firstgid="1" name="many" tilewidth="8" tileheight="8" tilecount="1024" columns="32">'
        '<image source="many.png" width="256" height="256"/></tileset>'
    )
    numbers = np.arange(side * side).reshape(side, side)
    layers = packed(numbers % tiles + 1), packed(numbers // tiles + 1, "d")
    (folder / "a.tmx").write_text(map_xml(side, side, *layers, tileset=sheet))


def million_stacks(folder: Path) -> None:
    many_stacks(folder, WIDE)


def stacks_to_fold(folder: Path) -> None:
    many_stacks(folder, 250)


def layers_of_many_maps(folder: Path) -> None:
    """Ten maps whose layers are within bounds alone and not together."""
    write_sheet(folder)
    cells = packed(np.ones((WIDE, WIDE), np.int64))
    for number in range(10):
        (folder / f"{number}.tmx").write_text(map_xml(WIDE, WIDE, cells, cells.replace('"g"', '"h"')))


def ldtk_tile(x: int, number: int) -> dict[str, object]:
    return {"px": [x * SIDE, 0], "src": [0, 0], "f": 0, "t": number, "d": [], "a": 1}


def pile_of_ldtk_tiles(folder: Path) -> None:
    placed = instance(DRAWN, gridTiles=[ldtk_tile(0, 1)] * 5000) | {"__cWid": WIDE, "__cHei": WIDE}
    save(folder, project([DRAWN], [level("One", placed)]))


def pile_of_entities(folder: Path) -> None:
    beings = [{"__identifier": "Enemy", "px": [0, 0], "__pivot": [0, 0], "width": 8, "height": 8}] * 5000
    ground = instance(DRAWN, gridTiles=[ldtk_tile(0, 1)])
    save(folder, project([THINGS, DRAWN], [level("One", instance(THINGS, entityInstances=beings), ground)]))


def ldtk_levels_of_one_tile(folder: Path) -> None:
    vast_one = instance(DRAWN, gridTiles=[ldtk_tile(0, 1)]) | {"__cWid": WIDE, "__cHei": WIDE}
    save(folder, project([DRAWN], [level(f"L{n}", vast_one, uid=n) for n in range(200)]))


def ldtk_words_on_every_tile(folder: Path) -> None:
    count = 15_000
    tags = [{"enumValueId": f"w{n}", "tileIds": [n]} for n in range(count)]
    sheet = tileset(enumTags=tags, customData=[{"tileId": n, "data": "x"} for n in range(count)])
    tiles = [ldtk_tile(n % 1000, n) for n in range(count)]
    placed = instance(DRAWN, ["0" * 1000], gridTiles=tiles)
    save(folder, project([DRAWN], [level("One", placed)], defs={"tilesets": [sheet]}))


def ldtk_entity_without_end(folder: Path) -> None:
    being = {"__identifier": "Enemy", "px": [0, 0], "__pivot": [0, 0], "width": 2_000_000_000, "height": -8}
    ground = instance(DRAWN, gridTiles=[ldtk_tile(0, 1)])
    save(folder, project([THINGS, DRAWN], [level("One", instance(THINGS, entityInstances=[being]), ground)]))


def one_object(**attributes: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        write_sheet(folder)
        said = " ".join(f'{name}="{value}"' for name, value in attributes.items())
        group = f'<objectgroup name="o"><object id="1" type="Enemy" x="1" y="1" {said}/></objectgroup>'
        (folder / "a.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("11")), group))

    return make


def one_layer(attributes: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        write_sheet(folder)
        (folder / "a.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("11"), attributes)))

    return make


# Pictures


def pictured(folder: Path, picture: bytes, names: tuple[str, ...] = ("town.png",)) -> None:
    """A map of tilesets with these pictures."""
    sheets, first = "", 1
    for name in names:
        (folder / name).write_bytes(picture)
        sheets += (
            f'<tileset firstgid="{first}" name="{name}" tilewidth="8" tileheight="8" tilecount="8" '
            f'columns="4"><image source="{name}"/></tileset>'
        )
        first += 8
    cells = np.array([range(1, first, 8)])
    (folder / "a.tmx").write_text(map_xml(cells.shape[1], 1, layer_xml("g", cells), tileset=sheets))


def one_bit(side: int, shade: int = 0) -> bytes:
    """A PNG of one bit a pixel: a small file, large when decoded."""
    data = io.BytesIO()
    Image.new("1", (side, side), shade).save(data, "PNG")
    return data.getvalue()


def claimed_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def saved(kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (32, 16), (90, 60, 30)).save(data, kind)
    return data.getvalue()


def many_large_pictures(folder: Path) -> None:
    pictured(folder, one_bit(6000), tuple(f"s{n}.png" for n in range(20)))


def claimed_picture(width: int, height: int) -> Callable[[Path], None]:
    return lambda folder: pictured(folder, claimed_png(width, height))


def picture_of(kind: str) -> Callable[[Path], None]:
    return lambda folder: pictured(folder, saved(kind))


def postscript(folder: Path) -> None:
    pictured(folder, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\nshowpage\n")


def cut_picture(folder: Path) -> None:
    pictured(folder, saved("PNG")[:60])


def collection_of_one_large_picture(folder: Path) -> None:
    (folder / "large.png").write_bytes(one_bit(4096))
    tiles = "".join(f'<tile id="{n}"><image source="large.png"/></tile>' for n in range(2000))
    sheet = (
        '<tileset firstgid="1" name="c" tilewidth="8" tileheight="8" tilecount="2000" columns="0">'
        f"{tiles}</tileset>"
    )
    (folder / "a.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("12")), tileset=sheet))


def one_picture_of_many_maps(folder: Path) -> None:
    """Read and decoded once, not once a map, wherever its copies lie."""
    pictured(folder, one_bit(8000))
    text = (folder / "a.tmx").read_text()
    for number in range(60):
        (folder / f"{number}").mkdir()
        (folder / f"{number}" / "town.png").write_bytes((folder / "town.png").read_bytes())
        (folder / f"{number}" / "a.tmx").write_text(text)
        (folder / f"{number}.tmx").write_text(text)


def many_small_files_of_large_pictures(folder: Path) -> None:
    """Each alone is within bounds, and takes a second to decode."""
    tiles = ""
    for number in range(40):
        picture = Image.new("1", (4096, 4096))
        picture.putpixel((number, 0), 1)
        picture.save(folder / f"{number}.png")
        tiles += (
            f'<tileset firstgid="{1 + number}" name="s{number}" tilewidth="8" tileheight="8" tilecount="1"'
        )
        tiles += f' columns="1"><tile id="0"><image source="{number}.png"/></tile></tileset>'
    (folder / "a.tmx").write_text(map_xml(40, 1, layer_xml("g", np.arange(1, 41)[None]), tileset=tiles))


CASES: dict[str, Case] = {
    "pile of objects": (pile_of_objects, "things need 5 layers of 1024x1024"),
    "pile in a tiny map": (pile_in_a_tiny_map, "holds over 64 things of layer 'o'"),
    "layers of one object": (layers_of_one_object, "things need 5 layers of 1024x1024"),
    "empty layers, infinite": (empty_layers_of_an_infinite_map, "has 401 layers of 1024x1024"),
    "layers of one cell": (layers_of_one_cell, "has 10000 layers of 1x1"),
    "maps of many layers": (maps_of_many_layers, "over 512 layers"),
    "a million stacks": (million_stacks, "over 65536 different stacks"),
    "stacks to fold": (stacks_to_fold, "read"),
    "layers of many maps": (layers_of_many_maps, "over 16 million cells"),
    "pile of LDtk tiles": (pile_of_ldtk_tiles, "things need 5 layers of 1024x1024"),
    "pile of entities": (pile_of_entities, "holds over 64 things of layer 'Things'"),
    "LDtk levels of one tile": (ldtk_levels_of_one_tile, "over 16 million cells"),
    "LDtk words": (ldtk_words_on_every_tile, "read"),
    "LDtk entity": (ldtk_entity_without_end, "entity 'Enemy' is"),
    "object of no width": (one_object(width="nan"), "object 1 is nanx0"),
    "object of endless width": (one_object(width="1e300"), "object 1 is 1e"),
    "object of negative height": (one_object(height="-8"), "object 1 is 0x-8"),
    "object turned by nothing": (one_object(rotation="nan", width="8"), "has no place"),
    "layer of no offset": (one_layer('offsetx="nan"'), "no number"),
    "layer of no opacity": (one_layer('opacity="inf"'), "no number"),
    "many large pictures": (many_large_pictures, "over 64 million pixels"),
    "picture of a billion pixels": (claimed_picture(60_000, 60_000), "read"),
    "picture as a line": (claimed_picture(1, 2_000_000_000), "read"),
    "picture with a long side": (claimed_picture(9000, 9), "read"),
    "picture with no data": (claimed_picture(8000, 8000), "read"),
    "PostScript": (postscript, "read"),
    "TIFF": (picture_of("TIFF"), "read"),
    "cut picture": (cut_picture, "read"),
    "collection of one large picture": (collection_of_one_large_picture, "over 64 million pixels"),
    "one picture of many maps": (one_picture_of_many_maps, "read"),
    "many small files": (many_small_files_of_large_pictures, "over 64 million pixels"),
}
