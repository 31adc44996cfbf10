"""Files made to harm a reader: every one is to be read rightly or refused, quickly and in little memory."""

import base64
import gzip
import json
import os
import random
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import WRITERS
from playloom.kinds.level.vocabulary import CORE

READ, REFUSED, EITHER = "read", "refused", "either"
Case = tuple[str, bytes, str]  # file name, content, what must become of it

TILES = '<tile id="0" class="wall"/><tile id="1" class="floor"/><tile id="2" class="key"/>'
TILESET = f'<tileset firstgid="1" name="a" tilecount="3">{TILES}</tileset>'
MIB = 1 << 20


def tmx(
    body: str = "",
    *,
    before: str = "",
    size: str = 'width="3" height="2"',
    head: str = "",
    tiles: str = TILESET,
) -> bytes:
    grid = 'orientation="orthogonal" tilewidth="8" tileheight="8"'
    return f'<?xml version="1.0"?>{before}<map {grid} {size} {head}>{tiles}{body}</map>'.encode()


def csv(text: str, size: str = 'width="3" height="2"') -> str:
    return f'<layer {size}><data encoding="csv">{text}</data></layer>'


def packed(data: bytes | str, compression: str = "zlib", size: str = 'width="3" height="2"') -> str:
    text = data if isinstance(data, str) else base64.b64encode(data).decode()
    return f'<layer {size}><data encoding="base64" compression="{compression}">{text}</data></layer>'


def chunked(*chunks: str) -> bytes:
    return tmx(
        f'<layer width="3" height="2"><data encoding="csv">{"".join(chunks)}</data></layer>',
        head='infinite="1"',
    )


def linked(source: str) -> bytes:
    return tmx(GOOD, tiles=f'<tileset firstgid="1" source="{source}"/>')


def tmj(**changes: Any) -> bytes:
    layer = {"type": "tilelayer", "width": 3, "height": 2, "data": [1, 2, 2, 2, 2, 1]}
    tiles = [{"id": i, "type": name} for i, name in enumerate(("wall", "floor", "key"))]
    content = {
        "type": "map",
        "orientation": "orthogonal",
        "width": 3,
        "height": 2,
        "tilewidth": 8,
        "tileheight": 8,
    }
    content |= {"layers": [layer | changes.pop("layer", {})], "tilesets": [{"firstgid": 1, "tiles": tiles}]}
    return json.dumps(content | changes).encode()


def objects(*entries: str) -> bytes:
    return tmx(GOOD + f"<objectgroup>{''.join(entries)}</objectgroup>")


GOOD = csv("1,2,2,2,2,1")
ONE_CHUNK = '<chunk x="0" y="0" width="1" height="1">1</chunk>'
SIX = np.array([1, 2, 2, 2, 2, 1], "<u4").tobytes()


def entities() -> Iterator[Case]:
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    doctypes = {
        "laughs": f'<!DOCTYPE map [<!ENTITY l0 "ha">{laughs}]>',
        "quadratic": f'<!DOCTYPE map [<!ENTITY a "{"a" * 100_000}">]>',
        "external": '<!DOCTYPE map [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "network": '<!DOCTYPE map [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>',
        "parameter": '<!DOCTYPE map [<!ENTITY % a SYSTEM "secret.tsx"> %a;]>',
        "notation": '<!DOCTYPE map [<!NOTATION n SYSTEM "x"><!ENTITY a SYSTEM "x" NDATA n>]>',
        "system": '<!DOCTYPE map SYSTEM "http://mapeditor.org/dtd/1.0/map.dtd">',
        "public": '<!DOCTYPE map PUBLIC "-//A//B" "map.dtd">',
        "bare": "<!DOCTYPE map>",
        "default": '<!DOCTYPE map [<!ATTLIST map width CDATA "3">]>',
    }
    for name, doctype in doctypes.items():
        body = "<a>&l9;</a>" if name == "laughs" else "<a>&a;</a>" if "ENTITY a" in doctype else ""
        yield f"doctype-{name}.tmx", tmx(body + GOOD, before=doctype), REFUSED
    yield "undefined-entity.tmx", tmx("<a>&nothing;</a>" + GOOD), REFUSED
    yield (
        "xinclude.tmx",
        tmx('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="../secret.tsx"/>' + GOOD),
        READ,
    )
    yield "instruction.tmx", tmx(GOOD, before='<?xml-stylesheet href="file:///etc/passwd"?>'), READ


def bombs() -> Iterator[Case]:
    zeros = bytes(64 * MIB)
    for compression, pack in (("zlib", zlib.compress), ("gzip", gzip.compress)):
        tight = pack(SIX)
        variants = {
            "bomb": pack(zeros),
            "long": pack(SIX + b"\0"),
            "short": pack(SIX[:-1]),
            "cut": tight[:-1],
            "head": tight[:3],
            "tail": tight + b"more",
            "twice": tight * 2,
            "twist": tight[:-1] + bytes([tight[-1] ^ 1]),
            "none": b"",
            "other": {"zlib": gzip.compress, "gzip": zlib.compress}[compression](SIX),
        }
        for name, data in variants.items():
            yield f"{compression}-{name}.tmx", tmx(packed(data, compression)), REFUSED
            layer = {
                "encoding": "base64",
                "compression": compression,
                "data": base64.b64encode(data).decode(),
            }
            yield f"{compression}-{name}.tmj", tmj(layer=layer), REFUSED
        yield f"{compression}-sound.tmx", tmx(packed(tight, compression)), READ
    keyed = zlib.compressobj(zdict=b"secret")
    yield "zlib-dictionary.tmx", tmx(packed(keyed.compress(SIX) + keyed.flush())), REFUSED
    wide = 'width="1024" height="1024"'
    many = packed(zlib.compress(bytes(4 * MIB)), size=wide) * 40
    yield "layer-pile.tmx", tmx(many, size=wide), REFUSED
    for name in ("zstd", "lzma", "ZLIB", "x" * 9999):
        yield f"compression-{name[:5]}.tmx", tmx(packed(SIX, name)), REFUSED


def layer_data() -> Iterator[Case]:
    texts = {
        "few": "1,2,2,2,2",
        "many": "1,2,2,2,2,1,1",
        "negative": "1,2,2,2,2,-1",
        "letter": "1,2,2,2,2,x",
        "real": "1,2,2,2,2,1.0",
        "power": "1,2,2,2,2,1e0",
        "underscore": "1,2,2,2,2,0_1",
        "foreign": "1,2,2,2,2,\u0661",
        "endless": "1,2,2,2,2," + "9" * 5000,
        "digits": "1,2,2,2,2," + "9" * 7 * MIB,
        "33-bits": "1,2,2,2,2,4294967296",
        "unknown": "1,2,2,2,2,4",
        "beyond": "1,2,2,2,2,268435455",
        "gap": "1,2,,2,2,1",
        "comma": "1,2,2,2,2,1,",
        "commas": "," * 8_000_000,
        "nothing": "",
        "blank": " \n ",
        "hex": "1,2,2,2,2,0x1",
    }
    for name, text in texts.items():
        yield f"csv-{name}.tmx", tmx(csv(text)), REFUSED
    for name, text in {
        "alphabet": "!!!!",
        "padding": "AQAAAAI",
        "plain": "AQAAAA==",
        "empty": "",
        "tail": "AQAA=AAA",
    }.items():
        yield f"base64-{name}.tmx", tmx(packed(text, "")), REFUSED
    for name, tiles in {
        "few": "<tile/>" * 5,
        "many": "<tile/>" * 7,
        "minus": '<tile gid="-1"/>' * 6,
        "x": '<tile gid="x"/>' * 6,
    }.items():
        yield f"tiles-{name}.tmx", tmx(f'<layer width="3" height="2"><data>{tiles}</data></layer>'), REFUSED
    yield (
        "tiles-crowd.tmx",
        tmx(f'<layer width="3" height="2"><data>{"<tile/>" * MIB}</data></layer>'),
        REFUSED,
    )
    yield "no-data.tmx", tmx('<layer width="3" height="2"/>'), REFUSED
    yield "no-layer.tmx", tmx(), REFUSED
    yield "encoding.tmx", tmx('<layer width="3" height="2"><data encoding="rot13">1</data></layer>'), REFUSED
    side = 1024
    distinct = ",".join(map(str, range(1, side * side + 1)))
    tiles = '<tileset firstgid="1" name="a"/>'
    whole = f'width="{side}" height="{side}"'
    yield "million-kinds.tmx", tmx(csv(distinct, whole), size=whole, tiles=tiles), REFUSED


def sizes() -> Iterator[Case]:
    texts = ("0", "-1", "1025", "1000000000", "2147483648", "9" * 30, "", "x", "3.0", "0x3", "nan", "\u0663")
    for number, text in enumerate(texts):
        size = f'width="{text}" height="2"'
        yield f"size-{number}.tmx", tmx(csv("1,2,2,2,2,1", size), size=size), REFUSED
    yield "size-missing.tmx", tmx(GOOD, size=""), REFUSED
    yield "size-other-layer.tmx", tmx(csv("1,2,2,2", 'width="2" height="2"')), REFUSED
    for value in ("0", "-8", "99999", "x"):
        yield (
            f"tile-size-{value}.tmx",
            tmx(GOOD).replace(b'tilewidth="8"', f'tilewidth="{value}"'.encode()),
            REFUSED,
        )
    values = (0, -1, 10**9, 2**63, 10**40, 1.5, True, None, "3", [], float("nan"), float("inf"))
    for number, value in enumerate(values):
        yield f"size-{number}.tmj", tmj(width=value, layer={"width": value}), REFUSED
    chunks = {
        "empty": ("", REFUSED),
        "zero": ('<chunk x="0" y="0" width="0" height="0"></chunk>', REFUSED),
        "giant": ('<chunk x="0" y="0" width="1000000" height="1000000">1</chunk>', REFUSED),
        "far": ('<chunk x="9999999999" y="-999999999" width="1" height="1">1</chunk>', READ),
        "farther": ('<chunk x="99999999999" y="0" width="1" height="1">1</chunk>', REFUSED),
        "apart": ('<chunk x="-5000" y="0" width="1" height="1">1</chunk>' + ONE_CHUNK, REFUSED),
        "crowd": (ONE_CHUNK * 20_000, REFUSED),
        "overlap": (ONE_CHUNK * 2, READ),
    }
    for name, (text, outcome) in chunks.items():
        yield f"chunks-{name}.tmx", chunked(text), outcome
    yield (
        "layers-crowd.tmx",
        tmx(csv("1", 'width="1" height="1"') * 60_000, size='width="1" height="1"'),
        REFUSED,
    )
    yield "attributes.tmx", tmx(GOOD, head=" ".join(f'a{i}=""' for i in range(700_000))), REFUSED
    yield "attribute.tmx", tmx(GOOD, head=f'a="{"x" * 7 * MIB}"'), REFUSED
    yield "attribute-twice.tmx", tmx(GOOD, head='width="3"'), REFUSED
    yield "9-mib.tmx", tmx(GOOD) + b" " * 9 * MIB, REFUSED
    yield "9-mib.tmj", tmj() + b" " * 9 * MIB, REFUSED
    yield "8-mib-of-space.tmj", tmj() + b" " * 7 * MIB, READ
    yield "elements.tmx", tmx("<a/>" * MIB + GOOD), REFUSED


def nesting() -> Iterator[Case]:
    for depth, outcome in ((40, READ), (100, REFUSED), (100_000, REFUSED)):
        yield f"groups-{depth}.tmx", tmx("<group>" * depth + GOOD + "</group>" * depth), outcome
    for depth in (100, 400, 100_000):
        layer = b'{"type":"group","layers":['
        nested = layer * depth + b'{"type":"tilelayer"}' + b"]}" * depth
        yield (
            f"groups-{depth}.tmj",
            tmj(layers=[]).replace(b'"layers": []', b'"layers": [' + nested + b"]"),
            REFUSED,
        )
    deep = b"[" * 500_000 + b"]" * 500_000
    yield "deep-data.tmj", tmj(layer={"data": "@"}).replace(b'"@"', deep), REFUSED
    yield "deep-unknown.tmj", tmj(unknown="@").replace(b'"@"', deep), EITHER
    yield "deep-property.tmj", tmj(properties=[{"name": "a", "value": "@"}]).replace(b'"@"', deep), EITHER
    yield "deep.json", b'{"format": "playloom.level/1", "evidence": ' + deep + b"}", REFUSED
    yield "brackets.json", b"[" * 8_000_000, REFUSED
    yield "brackets.tmj", b'{"layers":' * 800_000, REFUSED


def places() -> Iterator[Case]:
    sources = {
        "parent": "../secret.tsx",
        "grandparent": "sub/../../secret.tsx",
        "windows": "..\\secret.tsx",
        "root": "/etc/passwd",
        "drive": "C:\\secret.tsx",
        "drive-relative": "C:secret.tsx",
        "share": "\\\\server\\secret.tsx",
        "file": "file:///etc/passwd",
        "network": "http://127.0.0.1:9/a.tsx",
        "home": "~/secret.tsx",
        "nul": "a&#0;.tsx",
        "empty": "",
        "dot": ".",
        "folder": "sub",
        "missing": "missing.tsx",
        "itself": "place-itself.tmx",
        "long": "a" * 5000 + ".tsx",
        "deep": "a/" * 4000 + "b.tsx",
        "link-out": "link-out.tsx",
        "link-folder": "link-folder/secret.tsx",
        "link-circle": "link-circle.tsx",
        "link-device": "link-device.tsx",
        "pipe": "pipe.tsx",
        "bomb": "laughs.tsx",
        "large": "large.tsx",
        "map": "whole-map.tsx",
        "image": "image.png",
        "broken-json": "broken.tsj",
    }
    for name, source in sources.items():
        yield f"place-{name}.tmx", linked(source), REFUSED
        if "&" not in source:
            yield f"place-{name}.tmj", tmj(tilesets=[{"firstgid": 1, "source": source}]), REFUSED
    yield "place-link-in.tmx", linked("link-in.tsx"), READ
    yield "place-inside.tmx", linked("sub/tiles.tsx"), READ
    yield "place-windows-inside.tmx", linked("sub\\tiles.tsx"), READ
    crowd = '<tileset firstgid="1" source="sub/tiles.tsx"/>'
    yield "tilesets-linked-crowd.tmx", tmx(GOOD, tiles=crowd * 50_000), REFUSED
    yield "tilesets-crowd.tmx", tmx(GOOD, tiles='<tileset firstgid="1"/>' * 150_000), REFUSED
    yield "link.tmx", b"-> link.tmx", REFUSED  # made below, like the others that are no plain files
    yield "pipe.tmj", b"-> pipe", REFUSED
    yield "device.txt", b"-> /dev/zero", REFUSED
    yield "folder.json", b"-> folder", REFUSED
    yield "gone.tmx", b"-> gone", REFUSED


def alphabets() -> Iterator[Case]:
    good = tmx(GOOD)
    for suffix in ("tmx", "tmj", "json", "txt"):
        yield f"empty.{suffix}", b"", REFUSED
        yield f"nul.{suffix}", bytes(100), REFUSED
        yield f"noise.{suffix}", random.Random(1).randbytes(5000), REFUSED
        yield f"image.{suffix}", b"\x89PNG\r\n\x1a\n" + bytes(50), REFUSED
        yield f"not-utf8.{suffix}", b"##\xff\xfe##", REFUSED
    yield "bom.tmx", b"\xef\xbb\xbf" + good, READ
    yield "bom.tmj", b"\xef\xbb\xbf" + tmj(), READ
    yield "crlf.tmx", good.replace(b">", b">\r\n"), READ
    yield "crlf.tmj", tmj().replace(b", ", b",\r\n"), READ
    yield "utf16.tmx", good.decode().encode("utf-16"), READ
    yield "utf16.tmj", tmj().decode().encode("utf-16"), REFUSED
    yield "utf16-without-mark.tmx", good.decode().encode("utf-16-be"), EITHER
    for encoding in ("latin-1", "utf-7", "utf-32", "idna", "rot13", "zlib", "nonsense", "cp037"):
        yield f"declared-{encoding}.tmx", good.replace(b"?>", f' encoding="{encoding}"?>'.encode(), 1), EITHER
    yield "overlong.tmx", good.replace(b'name="a"', b'name="\xc0\xaf"'), REFUSED
    yield "surrogate.tmx", good.replace(b'name="a"', b'name="\xed\xa0\x80"'), REFUSED
    yield "control.tmx", good.replace(b'name="a"', b'name="\x01"'), REFUSED
    yield "surrogate.tmj", tmj().replace(b'"orthogonal"', b'"\\ud800"'), REFUSED
    yield "root.tmx", b"<tileset/>", REFUSED
    yield "two-roots.tmx", good + good[21:], REFUSED
    yield "gzipped.tmx", gzip.compress(good), REFUSED


def notation() -> Iterator[Case]:
    numbers = (
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1",
        "4294967296",
        "1.5",
        "true",
        "null",
        '"1"',
        "[]",
    )
    for number, value in enumerate((*numbers, "1" * 400)):
        yield f"data-{number}.tmj", tmj().replace(b"[1, 2, 2", f"[{value}, 2, 2".encode()), REFUSED
    good = tmj()
    yield "comment.tmj", b"// map\n" + good, REFUSED
    yield "comma.tmj", good.replace(b"2, 1]", b"2, 1,]"), REFUSED
    yield "quotes.tmj", good.replace(b'"', b"'"), REFUSED
    yield "twice.tmj", good.replace(b'"width": 3', b'"width": 9, "width": 3'), READ
    yield "second.tmj", good + good, REFUSED
    for field in ("layers", "tilesets", "properties", "orientation", "infinite", "tilewidth"):
        for value in (None, 7, {}, "x"):
            wanted = READ if (field, value) == ("tilewidth", 7) else REFUSED
            yield f"{field}-{str(value)[:4]}.tmj", tmj(**{field: value}), wanted
    yield "layer-kind.tmj", tmj(layer={"type": "?"}), REFUSED
    yield "layer-visible.tmj", tmj(layer={"visible": 1}), REFUSED
    yield "gid-0.tmj", tmj(tilesets=[{"firstgid": 0, "tiles": []}]), REFUSED
    yield "gid-minus.tmj", tmj(tilesets=[{"firstgid": -(2**70), "tiles": []}]), REFUSED
    yield "gid-huge.tmj", tmj(tilesets=[{"firstgid": 2**70, "tiles": []}]), REFUSED
    for x in ("nan", "inf", "-inf", "1e999", "x", "", "1e308", "-1"):
        yield f"object-x-{x or 'none'}.tmx", objects(f'<object id="1" type="key" x="{x}" y="1"/>'), REFUSED
    yield "object-width.tmx", objects('<object id="1" type="key" x="1" y="1" width="nan"/>'), REFUSED
    yield "object-gid.tmx", objects('<object id="1" gid="99" x="1" y="8"/>'), REFUSED
    yield "object-gid-huge.tmx", objects('<object id="1" gid="9999999999" x="1" y="8"/>'), EITHER
    yield "object-id.tmx", objects('<object id="one" type="key" x="1" y="1"/>'), REFUSED
    yield "objects-many.tmx", objects('<object type="key"/>' * 30_000), READ
    yield "objects-crowd.tmx", objects('<object type="key"/>' * 150_000), REFUSED
    yield (
        "evidence.tmx",
        tmx(f'<properties><property name="playloom.evidence">{"[" * 9999}</property></properties>' + GOOD),
        READ,
    )


def text() -> Iterator[Case]:
    yield "wide.txt", b"#" * 2000 + b"\n", REFUSED
    yield "tall.txt", b"#\n" * 2000, REFUSED
    yield "large.txt", (b"#" * 1024 + b"\n") * 1024, READ
    yield "larger.txt", (b"#" * 1024 + b"\n") * 9000, REFUSED
    yield "newlines.txt", b"\n" * 8_000_000, REFUSED
    yield "line.txt", b"#" * 8_000_000, REFUSED
    yield "ragged.txt", b"##\n#\n", REFUSED
    yield "escape.txt", b"#\x1b[31m#\n", REFUSED
    yield "return.txt", b"##\r##\r", REFUSED
    yield "separator.txt", "##\u2028##\n".encode(), REFUSED


def damage() -> Iterator[Case]:
    """Our own files, cut short and with changed bytes."""
    chance = random.Random(7)
    level = Level(cells=np.arange(64, dtype=np.uint8).reshape(8, 8) % len(CORE), theme="dungeon")
    for suffix in (".tmx", ".tmj", ".json"):
        whole = next(iter(WRITERS[suffix](level, "own").values()))
        for number in range(15):
            cut = len(whole) * number // 15
            yield f"cut-{number}{suffix}", whole[:cut], REFUSED
        for number in range(40):
            changed = bytearray(whole)
            for _ in range(1 + number % 3):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            yield f"flip-{number}{suffix}", bytes(changed), EITHER


GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    entities, bombs, layer_data, sizes, nesting, places, alphabets, notation, text, damage,
)  # fmt: skip


def make(folder: Path) -> dict[str, str]:
    """Write all of them into ``folder``/maps and return what must become of each."""
    maps = folder / "maps"
    (maps / "sub").mkdir(parents=True)
    good = f'<tileset name="a" tilecount="3">{TILES}</tileset>'
    (folder / "secret.tsx").write_text(good)  # outside: a map that can be read with it has escaped
    (maps / "sub" / "tiles.tsx").write_text(good)
    (maps / "link-in.tsx").symlink_to("sub/tiles.tsx")
    (maps / "link-out.tsx").symlink_to(folder / "secret.tsx")
    (maps / "link-folder").symlink_to(folder)
    (maps / "link-circle.tsx").symlink_to("link-circle.tsx")
    (maps / "link-device.tsx").symlink_to("/dev/zero")
    os.mkfifo(maps / "pipe.tsx")
    (maps / "laughs.tsx").write_text(f'<!DOCTYPE tileset [<!ENTITY a "{"ha" * 9}">]>{good}')
    (maps / "large.tsx").write_text(good + " " * 9 * MIB)
    (maps / "whole-map.tsx").write_bytes(tmx(GOOD))
    (maps / "image.png").write_text(good)
    (maps / "broken.tsj").write_text('{"tiles": [{"id": "0"}]}')
    wanted: dict[str, str] = {}
    for name, content, outcome in (case for group in GROUPS for case in group()):
        assert name not in wanted, name
        wanted[name] = outcome
        if not content.startswith(b"-> "):
            (maps / name).write_bytes(content)
    (maps / "link.tmx").symlink_to("link.tmx")
    os.mkfifo(maps / "pipe.tmj")
    (maps / "device.txt").symlink_to("/dev/zero")
    (maps / "folder.json").mkdir()
    return wanted
