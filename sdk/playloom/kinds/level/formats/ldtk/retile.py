"""Computing the tiles of a whole LDtk project anew, as its editor does when it opens one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import read_beside
from playloom.kinds.level.formats.ldtk.matching import AutoTile
from playloom.kinds.level.formats.ldtk.project import Opened, tile_layers
from playloom.kinds.level.formats.ldtk.schema import Level, Whole
from playloom.kinds.level.formats.ldtk.splice import Lines, Span, elements, members, pretty, replaced
from playloom.kinds.level.formats.notation import utf8

_Pair = tuple[Whole, Whole]


class _Stored(msgspec.Struct, frozen=True):
    """A tile as LDtk saves it."""

    px: _Pair
    src: _Pair
    t: Whole
    d: tuple[Whole, Whole]  # rule, cell
    f: Whole = 0
    a: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def plain(self) -> AutoTile:
        """Return it as what `evaluate` gives."""
        return AutoTile(*self.px, *self.src, self.f, self.t, *self.d, self.a)


@dataclass(frozen=True)
class Comparison:
    """One auto-layer: the tiles that the file has, held against those that the rules give."""

    level: str
    layer: str
    stored: int
    computed: int
    equal: int  # in both
    same: bool  # order included


def compare(opened: Opened, level: Level) -> Iterator[Comparison]:
    """Yield, for every auto-layer of a level, how its tiles in the file compare with its rules.

    Raises:
        FileInvalid: If the tiles in the file are damaged, or the rules cannot be followed.
        RequestInvalid: If the rules need the extra ``ldtk``.
    """
    for layer, tiles in tile_layers(opened, level):
        name = opened.layers[layer.layerDefUid].identifier
        try:
            stored = [one.plain() for one in msgspec.json.decode(layer.autoLayerTiles, type=list[_Stored])]
        except msgspec.MsgspecError as error:
            raise FileInvalid(
                f"{opened.where}: tiles of layer {name!r} in level {level.identifier!r} are damaged "
                f"({error}); save the project again in LDtk"
            ) from error
        equal = sum((Counter(stored) & Counter(tiles)).values())
        yield Comparison(level.identifier, name, len(stored), len(tiles), equal, stored == tiles)


def retile(opened: Opened) -> dict[Path, bytes]:
    """Return the project, and the files of its levels, with all auto-layers tiled anew; all else stays.

    Raises:
        FileInvalid: If a level cannot be read, or rules cannot be followed.
        RequestInvalid: If the rules need the extra ``ldtk``.
    """
    text = opened.data.decode()
    root = members(opened.where, text, text.index("{"))
    worlds = elements(opened.where, text, root["worlds"][0]) if "worlds" in root else []
    arrays = [root["levels"], *(members(opened.where, text, first)["levels"] for first, _ in worlds)]
    files: dict[Path, bytes] = {}
    edits: dict[Span, str] = {}
    for array in arrays:
        for span in elements(opened.where, text, array[0]):
            head = msgspec.json.decode(text[slice(*span)], type=Level)
            level = opened.level(head.identifier)
            if head.layerInstances is None and head.externalRelPath:
                file, data = read_beside(opened.where, head.externalRelPath)
                own = data.decode()
                found = _edits(opened, level, own, own.index("{"), tabs=3)
                files[file] = utf8(replaced(own, found))
            else:
                edits |= _edits(opened, level, text, span[0], tabs=5)
    return {**files, opened.where: utf8(replaced(text, edits))}


def _edits(opened: Opened, level: Level, text: str, start: int, *, tabs: int) -> dict[Span, str]:
    """Return what to replace in the text of a level, which begins at ``start``."""
    spans = members(opened.where, text, start)
    if not level.layerInstances:
        return {}
    places: dict[int, Span | None] = {}
    for first, _ in elements(opened.where, text, spans["layerInstances"][0]):
        layer = members(opened.where, text, first)
        uid = int(text[slice(*layer["layerDefUid"])])
        places[uid] = layer.get("autoLayerTiles")
    edits: dict[Span, str] = {}
    for instance, tiles in tile_layers(opened, level):
        span = places.get(instance.layerDefUid)
        if span is not None:
            edits[span] = pretty(Lines([tile.line() for tile in tiles]), depth=tabs)
    return edits
