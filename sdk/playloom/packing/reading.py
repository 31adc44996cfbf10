"""Reads the files of a pack as they lie there, with nothing of what wrote them, within bounds."""

import base64
import binascii
import json
import re
import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from playloom.errors import FileInvalid
from playloom.files import read_regular

BYTES_HIGH = 16 << 20
_SECTION = re.compile(
    r"^\[(\w+)((?: +\w+=(?:\"(?:[^\"\\]|\\.)*\"|\w+\(\"[^\"]*\"\)|[^\s\]\"]+))*) *\]$", re.MULTILINE
)
_ATTRIBUTE = re.compile(r' (\w+)=(?:"((?:[^"\\]|\\.)*)"|(\w+\("[^"]*"\)|[^\s"\]]+))')
_VALUE = re.compile(r"^([\w/:]+) = (.*)$", re.MULTILINE)
_EVIDENCE = "metadata/playloom_evidence"
_IMAGE = re.compile(r'^"data": PackedByteArray\("([A-Za-z0-9+/]*={0,2})"\)', re.MULTILINE)
_CELL = struct.Struct("<6H")
_SIDE_HIGH = 4096  # cells

Spot = tuple[int, int]  # column, row


class Thing(msgspec.Struct, frozen=True):
    """Somebody or something of the world."""

    name: str
    at: tuple[Annotated[tuple[int, ...], msgspec.Meta(min_length=2, max_length=2)], ...]  # cells
    sprite: str | None = None  # "res://..."

    def spots(self) -> list[Spot]:
        """Return its cells."""
        return [(spot[0], spot[1]) for spot in self.at]


class Index(msgspec.Struct, frozen=True):
    """pack.json."""

    format: str
    world: str
    theme: str
    level: str
    tile_pixels: Annotated[int, msgspec.Meta(ge=1, le=256)]
    people: dict[str, Thing]
    items: dict[str, Thing]
    enemies: dict[str, Thing]
    places: dict[str, Thing]
    quests: tuple[str, ...]

    def things(self) -> dict[str, Thing]:
        """Return everything that there is, by id."""
        return {**self.people, **self.items, **self.enemies, **self.places}


@dataclass(frozen=True)
class Section:
    """One section of a Godot text file: its heading's attributes, and its values as they stand."""

    sort: str
    attributes: dict[str, str]
    values: dict[str, str]


@dataclass(frozen=True)
class Map:
    """A level as its scene has it."""

    ground: dict[Spot, str]  # passability by cell
    objects: dict[Spot, str]  # role by cell
    solution: str  # moves: U, D, L, R
    picture: bytes  # of the tiles, raw RGBA; empty where the scene has none of its own
    tiles: list[str]  # names of the tiles, from left to right


def read_bytes(folder: Path, name: str) -> bytes:
    """Return a file of the pack.

    Raises:
        FileInvalid: If it is not there, leads out of the folder or is too large.
    """
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        raise FileInvalid(f"{name}: leads out of the pack; keep everything in its folder")
    if not place.is_file():
        raise FileInvalid(f"{name}: there is no such file")
    data = read_regular(place, BYTES_HIGH + 1, "a file of the pack")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{name}: is larger than {BYTES_HIGH >> 20} MiB")
    return data


def read_text(folder: Path, name: str) -> str:
    """Return a text file of the pack; FileInvalid if it is none."""
    try:
        return read_bytes(folder, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileInvalid(f"{name}: byte {error.start} is not UTF-8") from error


def read_index(folder: Path, name: str = "pack.json") -> Index:
    """Return pack.json; FileInvalid if it is none."""
    try:
        return msgspec.json.decode(read_bytes(folder, name), type=Index)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FileInvalid(f"{name}: {str(error)[:200]}") from error


def read_json(folder: Path, name: str) -> Any:
    """Return any JSON document; FileInvalid if it is none."""
    try:
        return msgspec.json.decode(read_bytes(folder, name))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FileInvalid(f"{name}: not JSON: {str(error)[:200]}") from error


def read_toml(folder: Path, name: str) -> dict[str, Any]:
    """Return a TOML document; FileInvalid if it is none."""
    try:
        return tomllib.loads(read_text(folder, name))
    except (ValueError, RecursionError) as error:
        raise FileInvalid(f"{name}: not TOML: {str(error)[:200]}") from error


def read_sections(folder: Path, name: str) -> list[Section]:
    """Return the sections of a scene; FileInvalid if it is none."""
    text = read_text(folder, name)
    heads = [*_SECTION.finditer(text)]
    if not heads or heads[0][1] != "gd_scene":
        raise FileInvalid(f"{name}: not a scene of Godot")
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return [
        Section(
            head[1],
            {key: bare or _unquoted(quoted) for key, quoted, bare in _ATTRIBUTE.findall(head[2])},
            dict(_VALUE.findall(text[head.end() : end])),
        )
        for head, end in zip(heads, ends, strict=True)
    ]


def _unquoted(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def read_map(folder: Path, name: str) -> Map:
    """Return the level that a scene holds: cells by what its own tile set says of them.

    Raises:
        FileInvalid: If it is no scene, or holds no level.
    """
    sections = read_sections(folder, name)
    facts = next((one.values for one in sections if one.attributes.get("type") == "TileSetAtlasSource"), None)
    nodes = {one.attributes.get("name"): one.values for one in sections if one.sort == "node"}
    evidence = next((one["metadata/playloom_evidence"] for one in nodes.values() if _EVIDENCE in one), None)
    if facts is None or evidence is None or "Ground" not in nodes or "Objects" not in nodes:
        raise FileInvalid(f"{name}: holds no level with its tiles, layers and evidence")
    try:
        ground = _cells(nodes["Ground"]["tile_map_data"])
        objects = _cells(nodes["Objects"]["tile_map_data"])
        shut = {spot: json.loads(facts[f"{x}:{y}/0/custom_data_2"]) for spot, (x, y) in ground.items()}
        roles = {spot: json.loads(facts[f"{x}:{y}/0/custom_data_1"]) for spot, (x, y) in objects.items()}
        solution = json.loads(json.loads(evidence))["solution"]
    except (KeyError, TypeError, ValueError, struct.error, binascii.Error, RecursionError) as error:
        raise FileInvalid(
            f"{name}: its level cannot be read ({type(error).__name__}: {str(error)[:80]})"
        ) from error
    if not isinstance(solution, str):
        raise FileInvalid(f"{name}: its level has no solution")
    image = _IMAGE.search(read_text(folder, name))
    return Map(shut, roles, solution, base64.b64decode(image[1]) if image else b"", _names(facts))


def _names(facts: dict[str, str]) -> list[str]:
    """Return the names of the tiles of an atlas, from left to right."""
    found = {
        int(key.partition(":")[0]): value
        for key, value in facts.items()
        if key.endswith(":0/0/custom_data_0")
    }
    return [_unquoted(found[number][1:-1]) for number in sorted(found)]


def _cells(value: str) -> dict[Spot, Spot]:
    """Return the place in the atlas of every cell of a layer."""
    found = re.fullmatch(r'PackedByteArray\("([A-Za-z0-9+/=]*)"\)', value)
    if found is None:
        raise ValueError("tile_map_data is no PackedByteArray of text")
    data = base64.b64decode(found[1], validate=True)
    cells = {}
    for x, y, _source, column, row, _alternative in _CELL.iter_unpack(data[2:]):
        if max(x, y) >= _SIDE_HIGH:
            raise ValueError(f"a tile lies at column {x}, row {y}")
        cells[(x, y)] = (column, row)
    return cells
