"""Palette files: .hex, .gpl, .pal (JASC and RIFF) and .png, read and written."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import read_regular
from playloom.kernels import png
from playloom.kinds.sprite.palette import (
    COLOURS_HIGH,
    NAME_HIGH,
    Colour,
    Palette,
    as_hex,
    find_palette,
    parse_colour,
)
from playloom.kinds.sprite.reading import read_picture

SUFFIXES = (".hex", ".gpl", ".pal", ".png")
BYTES_HIGH = 64 << 10  # of a file that is no picture
_JASC = "JASC-PAL"
_GIMP = "GIMP Palette"
_RIFF_VERSION = 0x0300
_NUMBERS = re.compile(r"\s*([0-9]{1,3})\s+([0-9]{1,3})\s+([0-9]{1,3})(?:\s.*)?", re.ASCII)


@dataclass(frozen=True)
class PaletteFile:
    """What a palette file holds."""

    palette: Palette
    notes: tuple[str, ...] = ()  # what was left out, and why


def load_palette(name: str) -> PaletteFile:
    """Return a palette by its name, or out of a file if the name ends like one.

    Raises:
        RequestInvalid: If no palette goes by the name.
        FileInvalid: If the file cannot be read.
    """
    if Path(name).suffix.lower() in SUFFIXES:
        return read_palette(Path(name))
    return PaletteFile(find_palette(name))


def read_palette(path: Path) -> PaletteFile:
    """Return the palette in a file, by its suffix; a colour that is there twice counts once.

    Raises:
        FileInvalid: If it is missing, damaged, of another format, or does not have 2 to 32 colours.
    """
    suffix = path.suffix.lower()
    name = "".join(char for char in path.stem if char.isprintable())[:NAME_HIGH] or "palette"
    if suffix == ".png":
        colours = _of_picture(path)
    elif suffix == ".pal":
        data = _read(path)
        colours = _riff(path, data) if data[:4] == b"RIFF" else _jasc(path, _lines(path, data))
    elif suffix == ".gpl":
        title, colours = _gimp(path, _lines(path, _read(path)))
        name = title or name
    elif suffix == ".hex":
        colours = _hex(path, _lines(path, _read(path)))
    else:
        raise FileInvalid(f"{path}: cannot read {suffix or 'no suffix'!r}; give one of {', '.join(SUFFIXES)}")
    distinct = tuple(dict.fromkeys(colours))
    if len(distinct) > COLOURS_HIGH:
        raise FileInvalid(
            f"{path}: has {len(distinct)} distinct colours; a palette has at most {COLOURS_HIGH}: "
            "remove some, or extract a palette from a picture"
        )
    try:
        palette = Palette(name, distinct)
    except RequestInvalid as error:
        raise FileInvalid(f"{path}: {error}") from error
    repeated = len(colours) - len(distinct)
    again = f"{repeated} entries repeat an earlier colour and were left out"
    return PaletteFile(palette, (again,) if repeated and suffix != ".png" else ())


def encode_palette(palette: Palette, suffix: str, *, riff: bool = False) -> bytes:
    """Return the file of a palette.

    Args:
        palette: Any.
        suffix: .hex, .gpl, .pal or .png.
        riff: A .pal of Microsoft's format instead of Paint Shop Pro's.

    Raises:
        RequestInvalid: If the suffix is another.
    """
    colours = palette.colours
    if suffix == ".png":
        return png.encode(palette.array[None], text={"Software": "Playloom", "Title": _ascii(palette.name)})
    if suffix == ".pal" and riff:
        body = struct.pack("<HH", _RIFF_VERSION, len(colours)) + b"".join(bytes((*c, 0)) for c in colours)
        chunk = b"PAL data" + struct.pack("<I", len(body)) + body
        return b"RIFF" + struct.pack("<I", len(chunk)) + chunk
    if suffix == ".pal":
        rows = [f"{red} {green} {blue}" for red, green, blue in colours]
        return "\r\n".join([_JASC, "0100", str(len(rows)), *rows, ""]).encode()
    if suffix == ".gpl":
        rows = [f"{c[0]:3d} {c[1]:3d} {c[2]:3d}\t{as_hex(c)[1:]}" for c in colours]
        return "\n".join([_GIMP, f"Name: {palette.name}", "Columns: 8", "#", *rows, ""]).encode()
    if suffix == ".hex":
        return "".join(as_hex(colour)[1:] + "\n" for colour in colours).encode()
    raise RequestInvalid(f"cannot write a palette as {suffix!r}; use one of {', '.join(SUFFIXES)}")


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _read(path: Path) -> bytes:
    data = read_regular(path, BYTES_HIGH + 1, "a palette")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 10} KiB; that is no palette of {COLOURS_HIGH}")
    return data


def _lines(path: Path, data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileInvalid(f"{path}: byte {error.start} is not UTF-8; save the palette as text") from error
    return [line.strip() for line in text.replace("\r", "\n").split("\n")]


def _of_picture(path: Path) -> list[Colour]:
    """Return the distinct opaque colours in reading order."""
    pixels = read_picture(path).frames[0]
    half = (pixels[:, :, 3] > 0) & (pixels[:, :, 3] < 255)
    if half.any():
        y, x = np.argwhere(half)[0].tolist()
        raise FileInvalid(f"{path}: pixel {x},{y} is half transparent; a palette's colours are opaque")
    shown = pixels[pixels[:, :, 3] == 255][:, :3]
    distinct, first = np.unique(shown, axis=0, return_index=True)
    ordered = distinct[np.argsort(first)]
    return [(int(red), int(green), int(blue)) for red, green, blue in ordered[: COLOURS_HIGH * 2]]


def _hex(path: Path, lines: list[str]) -> list[Colour]:
    colours = []
    for number, line in enumerate(lines, 1):
        if line and not line.startswith(";"):
            try:
                colours.append(parse_colour(line))
            except RequestInvalid as error:
                raise FileInvalid(f"{path}: line {number}: {error}") from error
    return colours


def _jasc(path: Path, lines: list[str]) -> list[Colour]:
    filled = [(number, line) for number, line in enumerate(lines, 1) if line]
    if [line for _, line in filled[:2]] != [_JASC, "0100"]:
        raise FileInvalid(
            f"{path}: begins neither like a JASC nor like a RIFF palette; save it as one of them"
        )
    if len(filled) < 3 or not filled[2][1].isdecimal() or int(filled[2][1]) != len(filled) - 3:
        said = filled[2][1][:20] if len(filled) > 2 else "nothing"
        raise FileInvalid(f"{path}: promises {said!r} colours, has {max(0, len(filled) - 3)}; save it again")
    return [_numbers(path, number, line) for number, line in filled[3:]]


def _gimp(path: Path, lines: list[str]) -> tuple[str, list[Colour]]:
    if not lines or lines[0] != _GIMP:
        raise FileInvalid(f"{path}: its first line is not {_GIMP!r}; save it again in GIMP or Aseprite")
    title, colours = "", []
    for number, line in enumerate(lines[1:], 2):
        key, found, value = line.partition(":")
        if found and key in ("Name", "Columns", "Channels"):
            title = value.strip() if key == "Name" else title
        elif line and not line.startswith("#"):
            colours.append(_numbers(path, number, line))
    return "".join(char for char in title if char.isprintable())[:NAME_HIGH], colours


def _numbers(path: Path, number: int, line: str) -> Colour:
    found = _NUMBERS.fullmatch(line)
    parts = [int(part) for part in found.groups()] if found else []
    if not parts or max(parts) > 255:
        raise FileInvalid(
            f"{path}: line {number} is {line[:40]!r}; expected red, green and blue, each 0 to 255"
        )
    return parts[0], parts[1], parts[2]


def _riff(path: Path, data: bytes) -> list[Colour]:
    """Read Microsoft's palette: a RIFF file of type PAL with one data chunk."""
    at = 12
    while data[8:12] == b"PAL " and at + 8 <= len(data):
        (size,) = struct.unpack("<I", data[at + 4 : at + 8])
        if data[at : at + 4] == b"data":
            body = data[at + 8 : at + 8 + size]
            version, count = struct.unpack("<HH", body[:4].ljust(4, b"\0"))
            if version != _RIFF_VERSION or len(body) != size or size < 4 + 4 * count:
                break
            return [(body[i], body[i + 1], body[i + 2]) for i in range(4, 4 + 4 * count, 4)]
        at += 8 + size + size % 2
    raise FileInvalid(f"{path}: no sound RIFF palette; save it again")
