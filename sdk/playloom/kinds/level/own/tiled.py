"""Maps of Tiled, TMX and TMJ, as drawings."""

from bisect import bisect_right

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.formats import tmj, tmx
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.tiled_map import PLAIN_GID, Mark, TiledMap, frame_of
from playloom.kinds.level.own.drawing import NOTHING, Drawing, DrawnLayer, Grid, Part, Parts, Place
from playloom.kinds.level.own.gallery import Page, plain
from playloom.kinds.level.own.meanings import meaning_of
from playloom.kinds.level.own.tile_facts import Facts
from playloom.kinds.level.tiles import LayerStyle, Thing

_TURN_HEXAGONS = 1 << 28  # the fourth flag; means nothing on square cells


def read_tiled(place: Place, parts: Parts) -> list[Drawing]:
    """Return the one map of a TMX or TMJ file.

    Raises:
        FileInvalid: If it is damaged, out of bounds, or not a grid of rectangles.
    """
    path, data = place.path, read_file(place.path)
    read = tmx.read_tiled if path.suffix.lower() == ".tmx" else tmj.read_tiled
    tiled = read(data, path, parts.gallery.root)
    left, top, width, height = frame_of(path, tiled)
    reading = _Reading(place, tiled, parts)
    layers = [reading.tiles(number, (left, top, width, height)) for number in range(len(tiled.layers))]
    layers += reading.objects((left, top, width, height))
    notes = [f"layer {name!r} is hidden and was left out" for name in tiled.hidden]
    notes += [f"{what} was left out" for what in tiled.unused]
    return [
        Drawing(
            name=path.name,
            folder=place.folder,
            height=height,
            width=width,
            tile_size=(tiled.tile_width, tiled.tile_height),
            layers=tuple(layers),
            notes=(*notes, *reading.notes),
        )
    ]


class _Reading:
    """Turns the numbers of one map into parts."""

    def __init__(self, place: Place, tiled: TiledMap, parts: Parts) -> None:
        self.path, self.tiled, self.parts = place.path, tiled, parts
        self.notes: list[str] = []
        self._tilesets = sorted(tiled.tilesets, key=lambda tileset: tileset.first)
        self._firsts = [tileset.first for tileset in self._tilesets]
        self._sheets: dict[int, int] = {}  # tilesets that are used -> page
        self._known: dict[int, int] = {0: NOTHING}

    def tiles(self, number: int, frame: tuple[int, int, int, int]) -> DrawnLayer:
        """Return a tile layer."""
        left, top, width, height = frame
        grid = np.full((height, width), NOTHING, np.int32)
        for piece in self.tiled.pieces:
            if piece.layer != number:
                continue
            used, places = np.unique(piece.gids & ~_TURN_HEXAGONS, return_inverse=True)
            ids = np.array([self._part(gid) for gid in used.tolist()], np.int32)[
                places.reshape(piece.gids.shape)
            ]
            rows, columns = np.nonzero(ids != NOTHING)
            grid[rows + piece.y - top, columns + piece.x - left] = ids[rows, columns]
        head = self.tiled.layers[number]
        return DrawnLayer(LayerStyle(plain(head.name), min(max(head.opacity, 0.0), 1.0), head.offset), grid)

    def objects(self, frame: tuple[int, int, int, int]) -> list[DrawnLayer]:
        """Return the objects that lie in a cell, a further layer for each that shares its cell."""
        left, top, width, height = frame
        grids: dict[tuple[str, int], Grid] = {}
        for mark in self.tiled.marks:
            if not (abs(mark.x) < 1 << 24 and abs(mark.y) < 1 << 24):  # also if it is not a number
                raise FileInvalid(f"{self.path}: object {mark.number} has no place; delete it")
            x, y = int(mark.x // self.tiled.tile_width) - left, int(mark.y // self.tiled.tile_height) - top
            if not (0 <= x < width and 0 <= y < height):
                self.notes.append(
                    f"object {mark.number} {mark.name!r} lies outside of the map and was left out"
                )
                continue
            part, depth = self._thing(mark), 0
            while (grid := grids.setdefault((mark.layer, depth), _empty(height, width)))[y, x] != NOTHING:
                depth += 1
            grid[y, x] = part
        return [DrawnLayer(LayerStyle(plain(name)), grid, objects=True) for (name, _), grid in grids.items()]

    def _part(self, gid: int) -> int:
        if gid not in self._known:
            page, number, tile = self._find(gid & PLAIN_GID)
            facts = page.facts.get(tile, Facts())
            sheet = page.sheet
            flip = gid >> 29
            said = meaning_of((facts.kind,), facts.properties)
            if said is None and page.switched:
                said = "floor"  # its neighbours in the sheet say when they are solid
            title = plain(facts.properties.get("name", "") or facts.kind)
            part = Part(f"{sheet.name}:{tile}", said, title, sheet=number, tile=tile, flip=flip)
            self._known[gid] = self.parts.add(part)
        return self._known[gid]

    def _find(self, gid: int) -> tuple[Page, int, int]:
        """Return the page that holds a tile, its place, and the tile's number there."""
        index = bisect_right(self._firsts, gid) - 1
        tileset = self._tilesets[index] if index >= 0 else None
        if tileset is None or (tileset.count is not None and gid - tileset.first >= self._end(index)):
            raise FileInvalid(f"{self.path}: tile number {gid} is in no tileset; save the map again in Tiled")
        if index not in self._sheets:
            self._sheets[index] = self.parts.gallery.add(self.path, tileset)
        number = self._sheets[index]
        page, tile = self.parts.gallery.pages[number], gid - tileset.first
        if page.renumbered is not None:
            if tile not in page.renumbered:
                raise FileInvalid(
                    f"{self.path}: tile {tile} of {tileset.name!r} has no picture; save the map again"
                )
            tile = page.renumbered[tile]
        if tile >= page.sheet.count:
            raise FileInvalid(f"{self.path}: tile number {gid} is in no tileset; save the map again in Tiled")
        return page, number, tile

    def _end(self, index: int) -> int:
        """Return the number past a tileset's last; those of a collection may have gaps."""
        tileset = self._tilesets[index]
        return max(tileset.count or 0, max(tileset.labels, default=-1) + 1)

    def _thing(self, mark: Mark) -> int:
        """Return the part of an object; the first one of its layer and class gives its size."""
        gid = mark.gid & ~_TURN_HEXAGONS
        sheet, tile, said, picture = NOTHING, 0, None, ""
        if gid & PLAIN_GID:
            page, sheet, tile = self._find(gid & PLAIN_GID)
            facts = page.facts.get(tile, Facts())
            said, picture = meaning_of((facts.kind,), facts.properties), f"{page.sheet.name}:{tile}"
        own = meaning_of(mark.labels.names, {})
        title = plain(mark.kind or mark.name)
        thing = Thing(
            layer=plain(mark.layer),
            name="" if mark.kind else plain(mark.name),
            kind=plain(mark.kind),
            width=round(mark.size[0], 3),
            height=round(mark.size[1], 3),
            sheet=sheet,
            tile=tile,
            flip=gid >> 29,
        )
        part = Part(f"object:{title or picture}", own or said, title, thing=thing)
        return self.parts.add(part, (thing.layer, thing.name, thing.kind, sheet, tile, thing.flip))


def _empty(height: int, width: int) -> Grid:
    return np.full((height, width), NOTHING, np.int32)
