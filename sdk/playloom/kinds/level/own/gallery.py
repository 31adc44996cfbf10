"""All pictures of a set of maps: tilesets read once, whichever maps and files they came from.

A tileset made of single pictures (an image collection) is packed into one
picture; every other stays as it was saved, word for word.
"""

import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid, PackageInvalid
from playloom.kernels import png
from playloom.kinds.level.formats.bounds import decode_json, read_beside
from playloom.kinds.level.formats.notation import json_line, xml_lines
from playloom.kinds.level.formats.tiled_map import Tileset
from playloom.kinds.level.own.meanings import switches_in
from playloom.kinds.level.own.packing import joined, packed_text
from playloom.kinds.level.own.tile_facts import Facts, json_facts, xml_facts
from playloom.kinds.level.tiles import PIXELS_HIGH, SHEET_SIDE, Sheet, read_pixels

IMAGES_HIGH = 32 << 20  # bytes of all pictures together
SHEETS_HIGH = 48  # tilesets with a picture: files of a package
_PNG = b"\x89PNG\r\n\x1a\n"
_PLAIN_NAME = 100  # characters of a name that are kept


@dataclass
class Page:
    """A sheet with what it says of its tiles."""

    sheet: Sheet
    facts: dict[int, Facts]
    switched: bool  # some tile says by yes or no whether it is solid
    renumbered: dict[int, int] | None = None  # of a packed collection: its number -> number in the sheet
    aligned: str = ""  # where objects with its pictures are held, as Tiled says it; "": at the bottom left


@dataclass(frozen=True)
class _Picture:
    """A picture that a tileset names: its file's name and, unless it is missing, its bytes (PNG) and size."""

    name: str = ""
    data: bytes | None = None
    width: int = 0  # pixels
    height: int = 0


class Gallery:
    """Tilesets met so far, their pictures, and what had to be left out."""

    def __init__(self, root: Path) -> None:
        """Start empty; pictures are read from ``root`` and below."""
        self.root = root
        self.pages: list[Page] = []
        self.images: dict[str, bytes] = {}
        self.notes: list[str] = []
        self._known: dict[str, int] = {}
        self._by_path: dict[str, _Picture] = {}
        self._by_content: dict[bytes, _Picture] = {}  # by the digest of the file
        self._pixels = PIXELS_HIGH  # that pictures of pages may still have
        self._read_bytes = self._read_pixels = 0  # of different pictures

    def add(self, where: Path, tileset: Tileset) -> int:
        """Return the place of a tileset among ``pages``; the same tileset met again has the same place.

        Raises:
            FileInvalid: If it is damaged, or there are too many.
        """
        raw = tileset.raw
        source = tileset.home.name if tileset.home != where else ""
        if isinstance(raw, bytes):
            head = decode_json(tileset.home, raw, dict[str, Any])
            facts = {
                int(t.get("id", -1)): json_facts(t) for t in head.get("tiles", []) if isinstance(t, dict)
            }
            image = str(head.get("image", ""))
        else:
            head = dict(raw.attrib)
            facts = {int(t.get("id", "-1")): xml_facts(t) for t in raw.iterfind("tile")}
            picture = raw.find("image")
            image = "" if picture is None else picture.get("source", "")
            head["trans"] = "" if picture is None else picture.get("trans", "")
        aligned = str(head.get("objectalignment", ""))
        collection = not image and any(one.image for one in facts.values())
        if collection:
            page, picture_of = self._pack(tileset, facts)
        else:
            picture_of = self._read(tileset, image)
            form, text = ("tsj", _tsj_text(raw)) if isinstance(raw, bytes) else ("tsx", _tsx_text(raw))
            sheet = self._sheet(tileset, head, source, form, text, picture_of)
            page = Page(sheet, facts, any(switches_in(one.properties) for one in facts.values()))
        page.aligned = "" if aligned in ("unspecified", "bottomleft") else aligned
        return self._keep(page, picture_of)

    def add_made(self, name: str, titles: list[str], pixels: NDArray[np.uint8]) -> int:
        """Return the place of a sheet that was made for tiles without a picture.

        Args:
            name: Of the tileset.
            titles: Name of each tile, which becomes its class.
            pixels: RGBA, the tiles side by side.
        """
        count = len(titles)
        facts = {number: Facts(title) for number, title in enumerate(titles)}
        size = {"tilewidth": pixels.shape[1] // count, "tileheight": pixels.shape[0]}
        size |= {"columns": count, "tilecount": count}
        text = packed_text(name, size, facts, pixels.shape)
        tileset = Tileset(1, name, count, {})
        picture = _Picture(f"{name}.png", png.encode(pixels), pixels.shape[1], pixels.shape[0])
        sheet = self._sheet(tileset, size, "", "tsx", text, picture, made=True)
        return self._keep(Page(sheet, facts, switched=False), picture)

    def _keep(self, page: Page, picture: _Picture) -> int:
        """Enter a page unless the same picture, cut in the same way under the same name, is already there."""
        sheet = page.sheet
        cut = (sheet.tile_width, sheet.tile_height, sheet.columns, sheet.margin, sheet.spacing)
        shown = sheet.image.encode() if picture.data is None else picture.data
        key = hashlib.sha256(repr((sheet.name, cut)).encode() + shown).hexdigest()
        if key in self._known:
            self._merge(self.pages[self._known[key]], page)
            return self._known[key]
        if len(self.pages) >= SHEETS_HIGH:
            raise FileInvalid(f"{sheet.name}: the maps use over {SHEETS_HIGH} tilesets; join some in Tiled")
        if picture.data is not None:
            self._pixels -= picture.width * picture.height
            if self._pixels < 0 or sum(map(len, self.images.values())) + len(picture.data) > IMAGES_HIGH:
                raise self._too_large()
            self.images[sheet.file or ""] = picture.data
        self._known[key] = len(self.pages)
        self.pages.append(page)
        return len(self.pages) - 1

    def _merge(self, page: Page, again: Page) -> None:
        """Take over what a tileset that was met before says of more tiles; what it said first counts."""
        differing = []
        for tile, facts in again.facts.items():
            first = page.facts.setdefault(tile, facts)
            if (first.kind, first.properties) != (facts.kind, facts.properties):
                differing.append(tile)
        if differing:
            self.notes.append(
                f"tileset {page.sheet.name!r}: maps say different things of tile {differing[0]} and "
                f"{len(differing) - 1} more; what the first map says counts everywhere"
            )

    def _read(self, tileset: Tileset, image: str) -> _Picture:
        """Return a picture; without bytes, with a note, where there is none to be had."""
        if not image:
            self.notes.append(f"tileset {tileset.name!r}: names no picture; maps refer to it without one")
            return _Picture()
        where = os.path.normpath(tileset.home.parent / image.replace("\\", "/"))
        if where not in self._by_path:
            self._by_path[where] = self._opened(tileset, image)
        return self._by_path[where]

    def _opened(self, tileset: Tileset, image: str) -> _Picture:
        name = image.replace("\\", "/").rpartition("/")[2]
        try:
            data = read_beside(tileset.home, image, self.root)[1]
            content = hashlib.sha256(data).digest()
            if content in self._by_content:  # copies of one picture are decoded, and kept, once
                return replace(self._by_content[content], name=name)
            pixels = read_pixels(data)
        except (FileInvalid, PackageInvalid) as error:
            self.notes.append(f"tileset {tileset.name!r}: no picture ({error}); maps refer to it by name")
            return _Picture(name)
        if not data.startswith(_PNG):
            self.notes.append(f"tileset {tileset.name!r}: {name} was turned into a PNG")
            data = png.encode(pixels)
        picture = _Picture(name, data, pixels.shape[1], pixels.shape[0])
        self._by_content[content] = picture
        self._read_bytes += len(data)
        self._read_pixels += picture.width * picture.height
        if self._read_bytes > IMAGES_HIGH or self._read_pixels > 2 * PIXELS_HIGH:  # collections count twice
            raise self._too_large()
        return picture

    def _too_large(self) -> FileInvalid:
        return FileInvalid(
            f"{self.root}: the pictures of the tilesets are over {PIXELS_HIGH >> 20} million pixels or "
            f"{IMAGES_HIGH >> 20} MiB; leave out tilesets that the maps do not need"
        )

    def _sheet(
        self,
        tileset: Tileset,
        head: dict[str, Any],
        source: str,
        form: Any,
        text: str,
        picture: _Picture,
        made: bool = False,
    ) -> Sheet:
        width, height = (
            _whole(tileset, head, "tilewidth", 1, 4096),
            _whole(tileset, head, "tileheight", 1, 4096),
        )
        margin, spacing = (
            _whole(tileset, head, "margin", 0, 4096, 0),
            _whole(tileset, head, "spacing", 0, 4096, 0),
        )
        columns = _whole(tileset, head, "columns", 0, SHEET_SIDE, 0)
        count = _whole(tileset, head, "tilecount", 0, 1 << 20, 0)
        clear = str(head.get("trans") or head.get("transparentcolor") or "").lstrip("#").lower()
        if picture.data is not None and not (columns and count):  # Tiled before 0.15 did not say
            columns = max(1, (picture.width - 2 * margin + spacing) // (width + spacing))
            count = max(1, (picture.height - 2 * margin + spacing) // (height + spacing)) * columns
        return Sheet(
            name=plain(tileset.name),
            form=form,
            text=text,
            source=plain(source),
            image=plain(picture.name),
            file=None if picture.data is None else f"tiles-{len(self.pages)}.png",
            tile_width=width,
            tile_height=height,
            columns=max(1, columns),
            count=max(1, count),
            margin=margin,
            spacing=spacing,
            made=made,
            clear=clear[-6:] if len(clear) in (6, 8) and not set(clear) - set("0123456789abcdef") else "",
        )

    def _pack(self, tileset: Tileset, facts: dict[int, Facts]) -> tuple[Page, _Picture]:
        """Turn a collection of pictures into one picture."""
        pictures: dict[int, NDArray[np.uint8]] = {}
        left = PIXELS_HIGH
        for tile, one in sorted(facts.items()):
            if not one.image:
                continue
            found = self._read(tileset, one.image)
            left -= found.width * found.height
            if left < 0:
                raise FileInvalid(
                    f"{tileset.home}: the pictures of tileset {tileset.name[:40]!r} are over "
                    f"{PIXELS_HIGH >> 20} million pixels; use smaller ones"
                )
            pictures[tile] = np.zeros((1, 1, 4), np.uint8) if found.data is None else read_pixels(found.data)
        pixels, size = joined(tileset.home, tileset.name, [*pictures.values()])
        self.notes.append(f"tileset {tileset.name!r}: its {len(pictures)} pictures were packed into one")
        places = {tile: place for place, tile in enumerate(pictures)}
        moved = {places[tile]: one for tile, one in facts.items() if tile in places}
        text = packed_text(plain(tileset.name), size, moved, pixels.shape)
        picture = _Picture(f"{tileset.name}.png", png.encode(pixels), pixels.shape[1], pixels.shape[0])
        sheet = self._sheet(tileset, dict(size), "", "tsx", text, picture, made=True)
        switched = any(switches_in(one.properties) for one in facts.values())
        return Page(sheet, moved, switched, places), picture


def plain(text: str) -> str:
    """Return a name without control characters, of at most 100 characters."""
    return "".join(char if char.isprintable() else "_" for char in text)[:_PLAIN_NAME]


def _whole(
    tileset: Tileset, head: dict[str, Any], key: str, low: int, high: int, default: int | None = None
) -> int:
    value = head.get(key, default)
    try:
        number = int(value)  # type: ignore[arg-type]  # None is refused below
    except (TypeError, ValueError):
        number = low - 1
    if not low <= number <= high:
        raise FileInvalid(
            f"{tileset.home}: tileset {tileset.name[:40]!r} has {key} {value!r}; expected {low} to {high}"
        )
    return number


def _tsj_text(raw: bytes) -> str:
    """Return a JSON tileset without what only its map needs; keys in their order."""
    plain_json = json.loads(raw)
    plain_json.pop("firstgid", None)
    plain_json["type"] = "tileset"
    return json_line(plain_json)


def _tsx_text(element: Element) -> str:
    """Return an XML tileset as a file of its own."""
    attributes = {name: value for name, value in element.attrib.items() if name not in ("firstgid", "source")}
    head = Element(element.tag, {"version": "1.10", **attributes})
    head.extend(element)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(xml_lines(head, 0))
