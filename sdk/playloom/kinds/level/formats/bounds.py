"""Reading files of unknown origin within bounds: size, depth, folder, memory.

Every reader of a level goes through here before it believes anything.
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from playloom.errors import FileInvalid
from playloom.files import read_regular

BYTES_HIGH = 8 << 20  # of one file
DEPTH_HIGH = 64  # nested elements or groups
ELEMENTS_HIGH = 200_000  # of one XML file
TAG_HIGH = 1 << 20  # bytes of one tag with its attributes
SIDE_HIGH = 1024  # cells
TILES_HIGH = 1 << 20  # cells of a map
LAYERED_HIGH = 4 << 20  # cells of all its layers together
PIECES_HIGH = 16_384  # layers, or chunks of layers, of a map
OBJECTS_HIGH = 32_768  # of a map
TILESETS_HIGH = 4096  # of a map

_PIECE = 64 << 10  # bytes of XML parsed at a time
_SOURCE_HIGH = 255  # characters of a path to a tileset
_FILE_COST = 32 << 10  # bytes that one more file counts as, at least
_T = TypeVar("_T")


def read_file(path: Path, most: int = BYTES_HIGH) -> bytes:
    """Return the bytes of a regular file of at most ``most`` bytes, 8 MiB unless said otherwise.

    Raises:
        FileInvalid: If there is no such file, or it is something else or larger.
    """
    data = read_regular(path, most + 1, "a map file")
    if len(data) > most:
        raise FileInvalid(f"{path}: larger than {most >> 20} MiB; split the map")
    return data


def read_beside(path: Path, source: str, root: Path | None = None) -> tuple[Path, bytes]:
    """Return path and bytes of the file that ``path`` names as ``source``; see `beside`.

    Raises:
        FileInvalid: If ``source`` is absolute, leads out of the folder, or cannot be read.
    """
    found = beside(path, source, root)
    return found, read_file(found)


def beside(path: Path, source: str, root: Path | None = None) -> Path:
    """Return where the file lies that ``path`` names as ``source``: in its folder, be it there or not.

    Args:
        path: The file that names the other.
        source: How it names it, from its own folder.
        root: A folder further up that ``source`` may lie in instead; None: the folder of ``path``.

    Raises:
        FileInvalid: If ``source`` is absolute or leads out of the folder.
    """
    posix, windows = PurePosixPath(source), PureWindowsPath(source)
    climbs = root is None and (".." in posix.parts or ".." in windows.parts)
    strange = not 1 <= len(source) <= _SOURCE_HIGH or ":" in source or "\0" in source
    if climbs or strange or posix.is_absolute() or windows.anchor:
        raise _outside(path, source)
    found = path.parent / source.replace("\\", "/")
    try:
        target = found.resolve()
    except (OSError, RuntimeError) as error:  # links in a circle
        raise _outside(path, source) from error
    if not target.is_relative_to((root or path.parent).resolve()):
        raise _outside(path, source)
    return found


def _outside(path: Path, source: str) -> FileInvalid:
    return FileInvalid(
        f"{path}: names {source[:80]!r}, which is not inside the map's own folder; "
        "copy the tileset beside the map, or embed it in Tiled (Tilesets > Embed Tileset)"
    )


@dataclass
class Allowance:
    """What may still be read for one map: cells of layers, layers, objects, bytes of files beside it."""

    cells: int = LAYERED_HIGH
    pieces: int = PIECES_HIGH
    objects: int = OBJECTS_HIGH
    file_bytes: int = BYTES_HIGH

    def take_piece(self, where: Path, width: int, height: int) -> int:
        """Account for one layer or chunk before it is decoded; return its number of cells."""
        check_size(where, width, height)
        self.cells -= width * height
        self.pieces -= 1
        if self.cells < 0 or self.pieces < 0:
            raise FileInvalid(
                f"{where}: layers hold over {LAYERED_HIGH} cells or {PIECES_HIGH} chunks; split the map"
            )
        return width * height

    def take_objects(self, where: Path, count: int) -> None:
        """Account for the objects of one layer."""
        self.objects -= count
        if self.objects < 0:
            raise FileInvalid(f"{where}: has over {OBJECTS_HIGH} objects; draw tiles instead")

    def take_bytes(self, where: Path, count: int) -> None:
        """Account for one tileset file; opening even an empty one costs."""
        self.file_bytes -= max(count, _FILE_COST)
        if self.file_bytes < 0:
            raise FileInvalid(f"{where}: its tilesets are over {BYTES_HIGH >> 20} MiB; leave unused ones out")


def check_tilesets(where: Path, count: int) -> None:
    """Refuse a map with more tilesets than anybody draws with, before any is read.

    Raises:
        FileInvalid: If there are more than `TILESETS_HIGH`.
    """
    if count > TILESETS_HIGH:
        raise FileInvalid(
            f"{where}: has {count} tilesets; at most {TILESETS_HIGH} are read, leave unused ones out"
        )


def check_size(where: Path, width: int, height: int) -> None:
    """Refuse maps without cells and maps beyond the bounds."""
    if not (1 <= width <= SIDE_HIGH and 1 <= height <= SIDE_HIGH and width * height <= TILES_HIGH):
        raise FileInvalid(f"{where}: map is {width}x{height}; a side can be 1 to {SIDE_HIGH} cells")


def inflate(where: Path, data: bytes, compression: str, size: int) -> bytes:
    """Return exactly ``size`` bytes out of zlib or gzip ``data``, never holding more than one above."""
    window = {"zlib": zlib.MAX_WBITS, "gzip": zlib.MAX_WBITS | 16}.get(compression)
    if window is None:
        raise FileInvalid(
            f"{where}: layer data is compressed with {compression[:40]!r}; "
            "set the map's Tile Layer Format to CSV, zlib or gzip in Tiled and save again"
        )
    expander = zlib.decompressobj(window)
    try:
        plain = expander.decompress(data, size + 1)
    except zlib.error as error:
        raise FileInvalid(f"{where}: {compression} layer data is damaged; save the map again") from error
    if len(plain) != size or not expander.eof or expander.unused_data:
        raise FileInvalid(f"{where}: {compression} layer data does not hold exactly {size} bytes; save again")
    return plain


def decode_text(where: Path, data: bytes) -> str:
    """Return UTF-8 text without byte-order mark, lines ended by a newline alone."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileInvalid(f"{where}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    return text.replace("\r\n", "\n")


def decode_json(where: Path, data: bytes, shape: type[_T]) -> _T:
    """Return JSON ``data`` as ``shape``; NaN, wrong types and deep nesting are refused."""
    try:
        return msgspec.json.decode(decode_text(where, data), type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, ValueError) as error:
        raise FileInvalid(f"{where}: {str(error)[:200]}; compare with a file that Playloom wrote") from error


def refuse_repeats(where: Path, data: bytes) -> None:
    """Refuse JSON objects that give a key twice: readers disagree on which one counts."""

    def check(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            repeated = next(name for name in names if names.count(name) > 1)
            raise FileInvalid(f"{where}: the key {repeated[:40]!r} is given twice; remove one")

    try:
        json.loads(decode_text(where, data), object_pairs_hook=check)
    except (ValueError, RecursionError) as error:
        raise FileInvalid(
            f"{where}: not JSON within bounds; compare with a file that Playloom wrote"
        ) from error


class _BoundedBuilder(TreeBuilder):
    """Builds the tree until it is too deep or too large."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.elements = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        """Count, then build."""
        self.depth += 1
        self.elements += 1
        if self.depth > DEPTH_HIGH:
            raise OverflowError(f"elements are nested deeper than {DEPTH_HIGH}")
        if self.elements > ELEMENTS_HIGH:
            raise OverflowError(f"more than {ELEMENTS_HIGH} elements; save tile layers as CSV")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """Count, then build."""
        self.depth -= 1
        return super().end(tag)


def parse_xml(where: Path, data: bytes, tag: str) -> Element:
    """Return the root element, which must be ``tag``; document types and entities are refused."""
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            if (
                start - parser.parser.CurrentByteIndex > TAG_HIGH
            ):  # still inside one tag: attributes without end
                raise OverflowError(f"a tag is longer than {TAG_HIGH >> 20} MiB")
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise FileInvalid(
            f"{where}: has a document type or entities; delete the <!DOCTYPE …> line"
        ) from error
    except OverflowError as error:
        raise FileInvalid(f"{where}: {error}") from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileInvalid(f"{where}: not well-formed XML ({str(error)[:120]}); save the map again") from error
    if root.tag != tag:
        raise FileInvalid(f"{where}: its root element is <{root.tag[:40]}>, expected <{tag}>")
    return root
