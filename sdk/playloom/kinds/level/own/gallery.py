"""All pictures of a set of maps: tilesets read once, whichever maps and files they came from.

A tileset made of single pictures (an image collection) is packed into one
picture; every other stays as it was saved, word for word.
"""

import hashlib
import json
from dataclasses import dataclass
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
from playloom.kinds.level.tiles import SHEET_SIDE, Sheet, read_pixels

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


class Gallery:
    """Tilesets met so far, their pictures, and what had to be left out."""

    def __init__(self, root: Path) -> None:
        """Start empty; pictures are read from ``root`` and below."""
        self.root = root
        self.pages: list[Page] = []
        self.images: dict[str, bytes] = {}
        self.notes: list[str] = []
        self._known: dict[str, int] = {}

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
        collection = not image and any(one.image for one in facts.values())
        if collection:
            return self._keep(self._pack(tileset, facts))
        pixels_file, data = self._read(tileset, image)
        text = _tsj_text(raw) if isinstance(raw, bytes) else _tsx_text(raw)
        sheet = self._sheet(
            tileset, head, source, "tsj" if isinstance(raw, bytes) else "tsx", text, pixels_file, data
        )
        return self._keep(
            Page(sheet, facts, any(switches_in(one.properties) for one in facts.values())), data
        )

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
        sheet = self._sheet(tileset, size, "", "tsx", text, f"{name}.png", png.encode(pixels), made=True)
        return self._keep(Page(sheet, facts, switched=False))

    def _keep(self, page: Page, data: bytes | None = None) -> int:
        """Enter a page unless the same picture, cut in the same way under the same name, is already there."""
        sheet = page.sheet
        cut = (sheet.tile_width, sheet.tile_height, sheet.columns, sheet.margin, sheet.spacing)
        picture = self.images.get(sheet.file or "", data or sheet.image.encode())
        key = hashlib.sha256(repr((sheet.name, cut)).encode() + picture).hexdigest()
        if key in self._known:
            found = self.pages[self._known[key]]
            if sheet.count > found.sheet.count or page.facts.keys() - found.facts.keys():
                found.facts = page.facts | found.facts
            if sheet.file and sheet.file not in {one.sheet.file for one in self.pages}:
                self.images.pop(sheet.file, None)
            return self._known[key]
        if len(self.pages) >= SHEETS_HIGH:
            raise FileInvalid(f"{sheet.name}: the maps use over {SHEETS_HIGH} tilesets; join some in Tiled")
        self._known[key] = len(self.pages)
        self.pages.append(page)
        return len(self.pages) - 1

    def _read(self, tileset: Tileset, image: str) -> tuple[str, bytes | None]:
        """Return name and bytes (PNG) of a picture; None, with a note, where there is none to be had."""
        if not image:
            self.notes.append(f"tileset {tileset.name!r}: names no picture; maps refer to it without one")
            return "", None
        name = image.replace("\\", "/").rpartition("/")[2]
        try:
            data = read_beside(tileset.home, image, self.root)[1]
            pixels = read_pixels(data)
        except (FileInvalid, PackageInvalid) as error:
            self.notes.append(f"tileset {tileset.name!r}: no picture ({error}); maps refer to it by name")
            return name, None
        if not data.startswith(_PNG):
            self.notes.append(f"tileset {tileset.name!r}: {name} was turned into a PNG")
            data = png.encode(pixels)
        return name, data

    def _store(self, data: bytes | None) -> str | None:
        if data is None:
            return None
        if sum(map(len, self.images.values())) + len(data) > IMAGES_HIGH:
            raise FileInvalid(
                f"{self.root}: the pictures of the tilesets are over {IMAGES_HIGH >> 20} MiB; "
                "leave out tilesets that the maps do not need"
            )
        file = f"tiles-{len(self.pages)}.png"
        self.images[file] = data
        return file

    def _sheet(
        self,
        tileset: Tileset,
        head: dict[str, Any],
        source: str,
        form: Any,
        text: str,
        image: str,
        data: bytes | None,
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
        if data is not None and not (columns and count):  # Tiled before 0.15 did not say
            rows, wide = read_pixels(data).shape[:2]
            columns = max(1, (wide - 2 * margin + spacing) // (width + spacing))
            count = max(1, (rows - 2 * margin + spacing) // (height + spacing)) * columns
        return Sheet(
            name=plain(tileset.name),
            form=form,
            text=text,
            source=plain(source),
            image=plain(image),
            file=self._store(data),
            tile_width=width,
            tile_height=height,
            columns=max(1, columns),
            count=max(1, count),
            margin=margin,
            spacing=spacing,
            made=made,
            clear=clear[-6:] if len(clear) in (6, 8) and not set(clear) - set("0123456789abcdef") else "",
        )

    def _pack(self, tileset: Tileset, facts: dict[int, Facts]) -> Page:
        """Turn a collection of pictures into one picture."""
        pictures: dict[int, NDArray[np.uint8]] = {}
        for tile, one in sorted(facts.items()):
            if one.image:
                data = self._read(tileset, one.image)[1]
                pictures[tile] = np.zeros((1, 1, 4), np.uint8) if data is None else read_pixels(data)
        pixels, size = joined(tileset.home, tileset.name, [*pictures.values()])
        self.notes.append(f"tileset {tileset.name!r}: its {len(pictures)} pictures were packed into one")
        places = {tile: place for place, tile in enumerate(pictures)}
        moved = {places[tile]: one for tile, one in facts.items() if tile in places}
        text = packed_text(plain(tileset.name), size, moved, pixels.shape)
        name, data = f"{tileset.name}.png", png.encode(pixels)
        sheet = self._sheet(tileset, dict(size), "", "tsx", text, name, data, made=True)
        return Page(sheet, moved, any(switches_in(one.properties) for one in facts.values()), places)


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
