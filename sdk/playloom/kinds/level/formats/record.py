"""JSON: the whole level, its vocabulary included, in a form made to be read and compared line by line."""

from pathlib import Path
from typing import Annotated, Any

import msgspec

from playloom.errors import FileInvalid, PackageInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import decode_json, refuse_repeats
from playloom.kinds.level.formats.evidence import evidence_line, fingerprint, movement_of, restore
from playloom.kinds.level.formats.notation import json_line, utf8
from playloom.kinds.level.formats.text import cells_of
from playloom.kinds.level.movement import movement_line
from playloom.kinds.level.vocabulary import Passability, Role, Tile, Vocabulary

FORMAT = "playloom.level/1"

_Colour = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9a-fA-F]{6}\Z")]


class _TileEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    char: str
    role: Role
    passability: Passability
    colour: _Colour
    tier: int


class _Head(msgspec.Struct):
    """Enough to tell what a JSON file is."""

    format: str = ""
    type: str = ""


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    width: int
    height: int
    theme: str
    vocabulary: list[_TileEntry]
    rows: list[str]
    movement: msgspec.Raw = msgspec.Raw(b"")
    evidence_of: str = ""  # fingerprint of the cells that the evidence speaks of
    evidence: msgspec.Raw = msgspec.Raw(b"null")


def encode(level: Level, stem: str) -> dict[str, bytes]:
    """Return the one file of ``level``: keys in a fixed order, one line a tile and a row.

    Raises:
        RequestInvalid: If a name or the evidence cannot be written as JSON.
    """
    tiles = [
        {"name": t.name, "char": t.char, "role": t.role, "passability": t.passability, "colour": t.colour}
        | {"tier": t.tier}
        for t in level.vocabulary.tiles
    ]
    entries = {
        "format": json_line(FORMAT),
        "width": json_line(level.width),
        "height": json_line(level.height),
        "theme": json_line(level.theme),
        "vocabulary": _lines(tiles),
        "rows": _lines(level.rows),
    }
    if movement := movement_line(level.movement):
        entries["movement"] = movement
    if evidence := evidence_line(level):
        entries |= {"evidence_of": json_line(fingerprint(level)), "evidence": evidence}
    body = ",\n".join(f'  "{name}": {value}' for name, value in entries.items())
    return {f"{stem}.json": utf8(f"{{\n{body}\n}}\n")}


def _lines(values: list[Any]) -> str:
    return "[\n" + ",\n".join(f"    {json_line(value)}" for value in values) + "\n  ]"


def is_tiled(data: bytes, where: Path) -> bool:
    """Tell a Tiled map in JSON from a level of ours."""
    return decode_json(where, data, _Head).type == "map"


def decode(data: bytes, where: Path) -> Level:
    """Return the level that ``data`` holds, with the file's own vocabulary.

    Raises:
        FileInvalid: If anything is missing, of the wrong type, unknown or contradictory.
    """
    found = decode_json(where, data, _Head).format
    if found != FORMAT:
        raise FileInvalid(
            f"{where}: format is {found[:40]!r}, this version reads {FORMAT!r}; "
            "give a level that Playloom wrote, or update Playloom"
        )
    record = decode_json(where, data, _Record)
    refuse_repeats(where, data)
    try:
        vocabulary = Vocabulary(tuple(Tile(**msgspec.structs.asdict(entry)) for entry in record.vocabulary))
    except PackageInvalid as error:
        raise FileInvalid(f"{where}: {error}") from error
    cells = cells_of(where, record.rows, vocabulary)
    if cells.shape != (record.height, record.width):
        raise FileInvalid(
            f"{where}: has {cells.shape[1]}x{cells.shape[0]} cells in rows, "
            f"but width and height say {record.width}x{record.height}; correct one of them"
        )
    movement = movement_of(where, bytes(record.movement).decode())
    level = Level(cells=cells, vocabulary=vocabulary, theme=record.theme, movement=movement)
    evidence = bytes(record.evidence).decode()
    return restore(where, level, "" if evidence == "null" else evidence, record.evidence_of)
