"""A map as read from Tiled, whatever the notation; what it means says `tiled_meaning`."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import check_size

PLAIN_GID = 0x0FFFFFFF  # the four high bits flip and rotate the picture; the tile means the same
# Exact cosine and sine by degrees.
_QUARTERS: dict[float, tuple[float, float]] = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}
_SPEAKING = ("playloom", "name", "char")  # properties that say what an object is
_NAMED = 4  # properties of one object named in a note
_LOOKS = {"tintcolor": (), "parallaxx": ("1", "1.0"), "parallaxy": ("1", "1.0"), "mode": ("normal",)}
ROUND = ("ellipse", "capsule")  # shapes of objects that become rectangles


@dataclass(frozen=True)
class Labels:
    """What a tile or an object says of itself: names by falling trust, and a character."""

    names: tuple[str, ...] = ()
    char: str = ""


@dataclass(frozen=True)
class Tileset:
    """The part of a tileset that matters to a level: numbers and labels. Its pictures stay unread."""

    first: int  # the map's number of tile 0
    name: str
    count: int | None  # tiles, where the file says so
    labels: dict[int, Labels]
    home: Path = Path()  # the file that holds it and names its pictures
    raw: Element | bytes = b""  # all that it says, as XML or JSON


@dataclass(frozen=True)
class Piece:
    """Tiles of a layer or of one chunk of it."""

    x: int  # cells
    y: int
    gids: NDArray[np.int64]  # (H, W), below 2**32
    layer: int = 0  # place in `TiledMap.layers`


@dataclass(frozen=True)
class LayerHead:
    """What a layer says of itself."""

    name: str
    opacity: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)  # pixels


@dataclass(frozen=True)
class Mark:
    """A point, rectangle or tile of an object layer: its centre in pixels."""

    number: int  # the object's id
    x: float
    y: float
    gid: int  # 0: no picture
    labels: Labels
    name: str = ""
    kind: str = ""  # its class
    size: tuple[float, float] = (0.0, 0.0)  # pixels
    layer: str = ""
    lost: tuple[str, ...] = ()  # what else the file says of it, which no level of ours holds


@dataclass(frozen=True)
class Setting:
    """What the groups around a layer, and the layer itself, do to what it holds."""

    offset: tuple[float, float] = (0.0, 0.0)  # pixels
    opacity: float = 1.0

    def within(self, x: float, y: float, opacity: float) -> "Setting":
        """Return the setting of what lies in here with an offset and an opacity of its own."""
        return Setting((self.offset[0] + x, self.offset[1] + y), self.opacity * opacity)


@dataclass(kw_only=True)
class TiledMap:
    """Everything of a map that can matter to a level; hidden layers are already left out."""

    width: int  # cells
    height: int
    infinite: bool
    tile_width: int  # pixels
    tile_height: int
    properties: dict[str, str]
    tilesets: list[Tileset] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)  # bottom first
    marks: list[Mark] = field(default_factory=list)
    layers: list[LayerHead] = field(default_factory=list)  # tile layers, bottom first
    hidden: list[str] = field(default_factory=list)  # names of layers left out since they are not shown
    unused: list[str] = field(
        default_factory=list
    )  # names of layers of images, and kinds of objects, left out
    changed: list[str] = field(default_factory=list)  # sentences on what was read but cannot be kept


def check_head(where: Path, orientation: str, tile_width: int, tile_height: int) -> None:
    """Refuse maps whose cells are not a grid of rectangles."""
    if orientation != "orthogonal":
        raise FileInvalid(
            f"{where}: orientation is {orientation[:40]!r}; only orthogonal maps can be read "
            "(Tiled: Map > Map Properties > Orientation)"
        )
    if not (1 <= tile_width <= 4096 and 1 <= tile_height <= 4096):
        raise FileInvalid(f"{where}: tiles are {tile_width}x{tile_height} pixels; expected 1 to 4096")


def check_layer(where: Path, tiled: TiledMap, width: int, height: int) -> None:
    """Refuse a layer of another size than its map; chunks of infinite maps may have any."""
    if not tiled.infinite and (width, height) != (tiled.width, tiled.height):
        raise FileInvalid(
            f"{where}: a layer is {width}x{height} cells, the map {tiled.width}x{tiled.height}; "
            "save the map again in Tiled"
        )


def place_mark(
    where: Path,
    *,
    number: int,
    corner: tuple[float, float],
    size: tuple[float, float],
    gid: int,
    labels: Labels,
    template: str,
    name: str = "",
    kind: str = "",
    layer: str = "",
    rotation: float = 0.0,
    lost: tuple[str, ...] = (),
) -> Mark:
    """Return an object by its centre: its corner is at the top left, of pictures at the bottom left.

    Args:
        where: Named in messages.
        number: The object's id.
        corner: In pixels, with the offset of its layer.
        size: Width and height in pixels.
        gid: Its picture, 0 for none.
        labels: What it says of itself.
        template: The file that it is made after, "" for none.
        name: Its name.
        kind: Its class.
        layer: The name of its layer.
        rotation: Degrees, clockwise around the corner.
        lost: See `Mark`.

    Raises:
        FileInvalid: If all that could say what it is stands in its template.
    """
    if template and not gid and not labels.names:
        raise FileInvalid(
            f"{where}: object {number} comes from a template; detach it in Tiled (right click > Detach)"
        )
    across, down = size[0] / 2, -size[1] / 2 if gid else size[1] / 2
    turn = math.radians(rotation)
    cosine, sine = _QUARTERS.get(rotation % 360) or (math.cos(turn), math.sin(turn))
    x = corner[0] + across * cosine - down * sine
    y = corner[1] + across * sine + down * cosine
    return Mark(number, x, y, gid, labels, name, kind, size, layer, lost)


def lost_of(
    properties: Iterable[str], *, shape: str = "", rotation: float = 0.0, template: str = ""
) -> tuple[str, ...]:
    """Return words for what an object has beside its place, size, picture, name and class."""
    named = [f"property {name[:40]!r}" for name in properties if name not in _SPEAKING]
    more = [f"{len(named) - _NAMED} more properties"] if len(named) > _NAMED else []
    turned = [f"rotation by {rotation:g}"] if rotation else []
    made = [f"what its template {template[:80]!r} says"] if template else []
    return (*named[:_NAMED], *more, *([f"its shape {shape}"] if shape else []), *turned, *made)


def note_style(tiled: TiledMap, what: str, properties: Iterable[str], looks: Mapping[str, object]) -> None:
    """Note what a layer or the map says that no level of ours holds.

    Args:
        tiled: Where to.
        what: Its name in the note.
        properties: Names of its custom properties.
        looks: How it is drawn, by Tiled's own names; those that change nothing are not noted.
    """
    said = [f"property {name[:40]!r}" for name in properties if not name.startswith("playloom.")]
    said += [name for name, usual in _LOOKS.items() if str(looks.get(name, "")) not in ("", *usual)]
    if said:
        tiled.changed.append(f"{what}: {', '.join(said)} not kept")


def frame_of(where: Path, tiled: TiledMap) -> tuple[int, int, int, int]:
    """Return left, top, width, height in cells; of infinite maps what is filled."""
    if not tiled.pieces:
        raise FileInvalid(f"{where}: has no visible tile layer with tiles; show or draw one")
    if not tiled.infinite:
        check_size(where, tiled.width, tiled.height)
        return 0, 0, tiled.width, tiled.height
    corners: list[tuple[int, int]] = []
    for piece in tiled.pieces:
        filled = np.argwhere(piece.gids & PLAIN_GID)
        if len(filled):
            corners += [(piece.x + int(x), piece.y + int(y)) for y, x in (filled.min(0), filled.max(0))]
    if not corners:
        raise FileInvalid(f"{where}: the infinite map is empty; draw something")
    left, top = (min(corner[i] for corner in corners) for i in (0, 1))
    right, bottom = (max(corner[i] for corner in corners) + 1 for i in (0, 1))
    check_size(where, right - left, bottom - top)
    return left, top, right - left, bottom - top
