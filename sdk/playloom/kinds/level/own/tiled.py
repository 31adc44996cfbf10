"""Maps of Tiled, TMX and TMJ, as drawings."""

import math
from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.formats import tmj, tmx
from playloom.kinds.level.formats.bounds import LAYERED_HIGH, read_file
from playloom.kinds.level.formats.tiled_map import PLAIN_GID, Mark, Piece, TiledMap, frame_of
from playloom.kinds.level.own.drawing import (
    NOTHING,
    Drawing,
    DrawnLayer,
    Part,
    Parts,
    Piles,
    Place,
    check_extent,
)
from playloom.kinds.level.own.gallery import Page, plain
from playloom.kinds.level.own.meanings import meaning_of
from playloom.kinds.level.own.tile_facts import Facts
from playloom.kinds.level.tiles import LAYERS_HIGH, LayerStyle, Thing

_NOTES_HIGH = 50  # on one map
_TURN_HEXAGONS = 1 << 28  # the fourth flag; means nothing on square cells


def read_tiled(place: Place, parts: Parts) -> Iterator[Drawing]:
    """Yield the one map of a TMX or TMJ file.

    Raises:
        FileInvalid: If it is damaged, out of bounds, or not a grid of rectangles.
    """
    path, data = place.path, read_file(place.path)
    read = tmx.read_tiled if path.suffix.lower() == ".tmx" else tmj.read_tiled
    tiled = read(data, path, parts.gallery.root)
    left, top, width, height = frame_of(path, tiled)
    if len(tiled.layers) > LAYERS_HIGH or len(tiled.layers) * width * height > LAYERED_HIGH:
        raise FileInvalid(
            f"{path}: has {len(tiled.layers)} layers of {width}x{height} cells; {LAYERS_HIGH} layers and "
            f"{LAYERED_HIGH} cells of all layers are possible: join layers, or split the map"
        )
    reading = _Reading(place, tiled, parts)
    layers = [reading.tiles(number, (left, top, width, height)) for number in range(len(tiled.layers))]
    layers += reading.objects((left, top, width, height))
    notes = [f"layer {name!r} is hidden and was left out" for name in tiled.hidden]
    notes += [f"{what} was left out" for what in tiled.unused]
    notes = [*dict.fromkeys([*notes, *tiled.changed, *reading.notes])]
    if len(notes) > _NOTES_HIGH:
        notes[_NOTES_HIGH:] = [f"{len(notes) - _NOTES_HIGH} more things were left out or changed"]
    yield Drawing(
        name=path.name,
        folder=place.folder,
        height=height,
        width=width,
        tile_size=(tiled.tile_width, tiled.tile_height),
        layers=tuple(layers),
        notes=tuple(notes),
    )


class _Reading:
    """Turns the numbers of one map into parts."""

    def __init__(self, place: Place, tiled: TiledMap, parts: Parts) -> None:
        self.path, self.tiled, self.parts = place.path, tiled, parts
        self.notes: list[str] = []
        self._tilesets = sorted(tiled.tilesets, key=lambda tileset: tileset.first)
        self._firsts = [tileset.first for tileset in self._tilesets]
        self._sheets: dict[int, int] = {}  # tilesets that are used -> page
        self._known: dict[int, int] = {0: NOTHING}
        self._pieces: list[list[Piece]] = [[] for _ in tiled.layers]
        for piece in tiled.pieces:
            self._pieces[piece.layer].append(piece)

    def tiles(self, number: int, frame: tuple[int, int, int, int]) -> DrawnLayer:
        """Return a tile layer."""
        left, top, width, height = frame
        grid = np.full((height, width), NOTHING, np.int32)
        for piece in self._pieces[number]:
            used, places = np.unique(piece.gids & ~_TURN_HEXAGONS, return_inverse=True)
            ids = np.array([self._part(gid) for gid in used.tolist()], np.int32)[
                places.reshape(piece.gids.shape)
            ]
            rows, columns = np.nonzero(ids != NOTHING)
            grid[rows + piece.y - top, columns + piece.x - left] = ids[rows, columns]
        head = self.tiled.layers[number]
        if not all(map(math.isfinite, (*head.offset, head.opacity))):
            raise FileInvalid(
                f"{self.path}: offset or opacity of layer {head.name[:40]!r} is no number; set it anew"
            )
        return DrawnLayer(LayerStyle(plain(head.name), min(max(head.opacity, 0.0), 1.0), head.offset), grid)

    def objects(self, frame: tuple[int, int, int, int]) -> list[DrawnLayer]:
        """Return the objects that lie in a cell, a further layer for each that shares its cell."""
        left, top, width, height = frame
        piles = Piles(self.path, (height, width))
        for mark in self.tiled.marks:
            check_extent(self.path, f"object {mark.number}", *mark.size)
            if not (abs(mark.x) < 1 << 24 and abs(mark.y) < 1 << 24):  # also if it is not a number
                raise FileInvalid(f"{self.path}: object {mark.number} has no place; delete it")
            x, y = int(mark.x // self.tiled.tile_width) - left, int(mark.y // self.tiled.tile_height) - top
            if not (0 <= x < width and 0 <= y < height):
                self.notes.append(
                    f"object {mark.number} {mark.name!r} lies outside of the map and was left out"
                )
                continue
            piles.put(mark.layer, (y, x), self._thing(mark))
        return [DrawnLayer(LayerStyle(plain(name)), grid, objects=True) for name, grid in piles.take()]

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
            self._known[gid] = self.parts.add(part, ("tile", number, tile, flip))
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
            if page.aligned:
                raise FileInvalid(
                    f"{self.path}: object {mark.number} shows a tile of {page.sheet.name!r}, which holds "
                    f"objects at {page.aligned[:40]!r}; set its Object Alignment to Unspecified in Tiled"
                )
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
        key = "object", thing.layer, thing.name, thing.kind, sheet, tile, thing.flip
        place = self.parts.add(part, key)
        first = self.parts.all[place].thing or thing
        if (first.width, first.height) != (thing.width, thing.height):
            self.notes.append(f"objects {title or picture!r} differ in size; new ones have that of the first")
        if mark.kind and mark.name:
            self.notes.append(f"names of objects with a class are not kept, such as {plain(mark.name)!r}")
        if mark.lost:
            self.notes.append(f"objects {title or picture!r}: {', '.join(mark.lost)} not kept")
        return place
