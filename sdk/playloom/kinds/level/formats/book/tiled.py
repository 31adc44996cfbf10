"""Maps for Tiled in the tilesets that a `TileBook` holds, which are written beside them."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from playloom.errors import PlayloomError, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.bounds import parse_xml
from playloom.kinds.level.formats.notation import json_line, utf8, xml_attribute, xml_lines
from playloom.kinds.level.formats.tiled import Layer
from playloom.kinds.level.tiles import Sheet, Thing, TileBook


@dataclass(frozen=True)
class Placed:
    """An object at its place, as Tiled counts: the top left corner, of pictures the bottom left; pixels."""

    thing: Thing
    x: float
    y: float
    gid: int  # 0: no picture


@dataclass(frozen=True)
class BookSheets:
    """The tilesets of a book as one map numbers them."""

    book: TileBook
    stem: str  # of the names of the files beside the map
    art: str | None = None  # folder of the developer's own tilesets, as seen from the map; None: copies

    @property
    def tile_size(self) -> tuple[int, int]:
        """Width and height of a cell in pixels."""
        return self.book.tile_width, self.book.tile_height

    @cached_property
    def sources(self) -> tuple[tuple[int, str], ...]:
        """The first number in the map and the file name of each tileset."""
        first, found = 1, []
        for number, sheet in enumerate(self.book.sheets):
            own = self.art is not None and sheet.source and not sheet.made
            name = f"{self.art}/{sheet.source}" if own else f"{self._stem(number)}.{sheet.form}"
            found.append((first, name))
            first += sheet.count
        return tuple(found)

    def layers(self, level: Level) -> list[Layer]:
        """Return the tile layers, bottom first, under their own names."""
        layers = []
        for place, style in enumerate(self.book.layers):
            shown = [{e.layer: e for e in stack}.get(place) for stack in self.book.stacks]
            gids = [self._gid(entry.sheet, entry.tile, entry.flip) if entry else 0 for entry in shown]
            cells = np.array(gids, np.int64)[level.cells]
            layers.append(Layer(style.name, cells, opacity=style.opacity, offset=style.offset))
        return layers

    def objects(self, level: Level) -> dict[str, list[Placed]]:
        """Return the objects by the name of their layer, row by row."""
        found: dict[str, list[Placed]] = {}
        wide, high = self.tile_size
        holds = np.array([bool(things) for things in self.book.things])
        for y, x in np.argwhere(holds[level.cells]).tolist():
            for thing in self.book.things[level.cells[y, x]]:
                gid = self._gid(thing.sheet, thing.tile, thing.flip) if thing.sheet >= 0 else 0
                left = x * wide + (wide - thing.width) / 2
                top = y * high + (high + (thing.height if gid else -thing.height)) / 2
                found.setdefault(thing.layer, []).append(Placed(thing, left, top, gid))
        return found

    def files(self) -> dict[str, bytes]:
        """Return tilesets and pictures by file name; what lies among the developer's own is not copied.

        Raises:
            RequestInvalid: If a tileset's text is damaged.
        """
        files: dict[str, bytes] = {}
        for number, sheet in enumerate(self.book.sheets):
            image = sheet.image or f"{sheet.name}.png"
            if self.art is not None and not sheet.made:
                if sheet.source:
                    continue
                image = f"{self.art}/{image}"
            elif sheet.file is not None:
                image = f"{self._stem(number)}.png"
                files[image] = self.book.images[sheet.file]
            files[f"{self._stem(number)}.{sheet.form}"] = _tileset_bytes(sheet, image)
        return files

    def _gid(self, sheet: int, tile: int, flip: int) -> int:
        return self.sources[sheet][0] + tile | flip << 29

    def _stem(self, number: int) -> str:
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", self.book.sheets[number].name)[:40] or "tiles"
        names = [re.sub(r"[^A-Za-z0-9_-]+", "_", sheet.name)[:40] or "tiles" for sheet in self.book.sheets]
        twice = names.index(name) != number
        return f"{self.stem}.{name}{number if twice else ''}"


def _tileset_bytes(sheet: Sheet, image: str) -> bytes:
    """Return a tileset's file with the name of its picture in place."""
    where = Path(f"{sheet.name}.{sheet.form}")
    if sheet.form == "tsj":
        try:
            entry = json.loads(sheet.text)
        except (ValueError, RecursionError) as error:
            raise RequestInvalid(
                f"{where}: the package's tileset is damaged; train or copy it again"
            ) from error
        return utf8(json_line(entry | {"image": image}) + "\n")
    try:
        root = parse_xml(where, sheet.text.encode(), "tileset")
    except PlayloomError as error:
        raise RequestInvalid(f"the package's tileset is damaged ({error}); train or copy it again") from error
    for picture in root.iterfind("image"):
        picture.set("source", image)
    return utf8('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(xml_lines(root, 0)))


def object_lines(number: int, name: str, placed: list[Placed], first: int) -> list[str]:
    """Return an object layer in XML; its objects are numbered from ``first``."""
    lines = [f' <objectgroup id="{number}" name={xml_attribute(name)}>']
    for count, one in enumerate(placed, first):
        thing = one.thing
        head = f'  <object id="{count}"'
        head += f" name={xml_attribute(thing.name)}" if thing.name else ""
        head += f" type={xml_attribute(thing.kind)}" if thing.kind else ""
        head += f' gid="{one.gid}"' if one.gid else ""
        head += f' x="{one.x:g}" y="{one.y:g}"'
        if thing.width or thing.height:
            lines.append(f'{head} width="{thing.width:g}" height="{thing.height:g}"/>')
        else:
            lines += [f"{head}>", "   <point/>", "  </object>"]
    return [*lines, " </objectgroup>"]


def object_layer(number: int, name: str, placed: list[Placed], first: int) -> dict[str, object]:
    """Return an object layer for JSON; its objects are numbered from ``first``."""
    objects = []
    for count, one in enumerate(placed, first):
        thing = one.thing
        entry: dict[str, object] = {"id": count, "name": thing.name, "type": thing.kind, "visible": True}
        entry |= {"rotation": 0, "x": one.x, "y": one.y, "width": thing.width, "height": thing.height}
        entry |= {"gid": one.gid} if one.gid else {}
        entry |= {} if thing.width or thing.height else {"point": True}
        objects.append(entry)
    head: dict[str, object] = {"type": "objectgroup", "id": number, "name": name, "visible": True}
    return head | {"opacity": 1, "x": 0, "y": 0, "draworder": "topdown", "objects": objects}
