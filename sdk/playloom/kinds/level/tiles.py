"""The developer's own tiles: what each tile of a vocabulary looks like in the maps it was learnt from.

A `TileBook` is made from maps (see `own`), kept in a model package, and used by
the writers of maps, which put the very tiles back: the same tilesets, layers,
flips and objects.
"""

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid
from playloom.package import Package

FORMAT = "playloom.tiles/1"
TILES_FILE = "tiles.json"  # its usual name in a package
FLIP_ACROSS, FLIP_DOWN, FLIP_DIAGONAL = 4, 2, 1  # bits of `Entry.flip`: Tiled's, 29 bits lower
SHEET_SIDE = 8192  # pixels; a larger picture is refused
PIXELS_HIGH = 1 << 26  # of all pictures together, decoded: 256 MiB as RGBA
EXTENT_HIGH = 1 << 16  # pixels, side of an object
PILE_HIGH = 64  # things of one layer in one cell
LAYERS_HIGH = 512  # of all maps together, the further ones of things that share a cell included
FORMATS = ("PNG", "GIF", "JPEG", "BMP", "WEBP", "TGA")  # of pictures of tilesets, as Pillow calls them
BACKDROP = (20, 18, 28)  # RGB, where a cell has no picture

_STRIP = 256  # rows of a picture converted at a time
_Id = Annotated[int, msgspec.Meta(ge=0, le=1 << 24)]
_Pixels = Annotated[int, msgspec.Meta(ge=0, le=4096)]
_Extent = Annotated[float, msgspec.Meta(ge=0, le=EXTENT_HIGH)]
_Text = Annotated[str, msgspec.Meta(max_length=256)]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One picture of a cell."""

    layer: _Id  # place in `TileBook.layers`
    sheet: _Id  # place in `TileBook.sheets`
    tile: _Id  # number in the sheet
    flip: Annotated[int, msgspec.Meta(ge=0, le=7)] = 0


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object of an object layer that stands on a cell."""

    layer: _Text
    name: _Text = ""
    kind: _Text = ""  # its class
    width: _Extent = 0.0  # pixels; 0: a point
    height: _Extent = 0.0
    sheet: int = -1  # its picture; -1: none
    tile: _Id = 0
    flip: Annotated[int, msgspec.Meta(ge=0, le=7)] = 0


class LayerStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tile layer, without its tiles."""

    name: _Text
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    offset: tuple[float, float] = (0.0, 0.0)  # pixels


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tileset with one picture."""

    name: _Text
    form: Literal["tsx", "tsj"]
    text: str  # the tileset file, whole; which picture it names is set on writing
    source: _Text  # name of the tileset's own file; "" where it lay inside a map
    image: _Text  # name of the picture's own file
    file: _Text | None  # the picture in the package, PNG; None: it was missing
    tile_width: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    tile_height: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    columns: Annotated[int, msgspec.Meta(ge=1, le=SHEET_SIDE)]
    count: Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]
    margin: _Pixels = 0
    spacing: _Pixels = 0
    made: bool = False  # by us, of single pictures or of none: the developer has no such tileset
    clear: Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{6})?\Z")] = ""  # colour that shows nothing


_Layers = Annotated[tuple[LayerStyle, ...], msgspec.Meta(max_length=LAYERS_HIGH)]
_Stack = Annotated[tuple[Entry, ...], msgspec.Meta(max_length=LAYERS_HIGH)]
_Things = Annotated[tuple[Thing, ...], msgspec.Meta(max_length=LAYERS_HIGH)]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    tile_width: int
    tile_height: int
    layers: _Layers
    sheets: tuple[Sheet, ...]
    stacks: tuple[_Stack, ...]
    things: tuple[_Things, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class TileBook:
    """Pictures and objects of every tile of a vocabulary."""

    tile_width: int  # pixels of a cell
    tile_height: int
    layers: tuple[LayerStyle, ...]  # bottom first
    sheets: tuple[Sheet, ...]
    stacks: tuple[tuple[Entry, ...], ...]  # by tile id, bottom first
    things: tuple[tuple[Thing, ...], ...]  # by tile id
    images: Mapping[str, bytes] = field(default_factory=dict)  # `Sheet.file` -> PNG

    @cached_property
    def pixels(self) -> tuple[NDArray[np.uint8] | None, ...]:
        """The picture of each sheet, RGBA (H, W, 4); None where it was missing.

        Raises:
            PackageInvalid: If a picture cannot be decoded within bounds, or all together are too large.
        """
        left, found = PIXELS_HIGH, []
        for sheet in self.sheets:
            pixels = None
            if sheet.file is not None:
                pixels = read_pixels(self.images[sheet.file], sheet.clear, most=left)
                left -= pixels.shape[0] * pixels.shape[1]
            found.append(pixels)
        return tuple(found)

    def picture(self, sheet: int, tile: int, flip: int) -> NDArray[np.uint8] | None:
        """Return one tile as RGBA (H, W, 4), flipped and turned; None where there is no picture of it."""
        page, pixels = self.sheets[sheet], self.pixels[sheet]
        row, column = divmod(tile, page.columns)
        top = page.margin + row * (page.tile_height + page.spacing)
        left = page.margin + column * (page.tile_width + page.spacing)
        if (
            pixels is None
            or top + page.tile_height > pixels.shape[0]
            or left + page.tile_width > pixels.shape[1]
        ):
            return None
        found = pixels[top : top + page.tile_height, left : left + page.tile_width]
        if flip & FLIP_DIAGONAL:
            found = found.swapaxes(0, 1)
        if flip & FLIP_ACROSS:
            found = found[:, ::-1]
        return found[::-1] if flip & FLIP_DOWN else found

    def files(self) -> dict[str, bytes]:
        """Return the package files that hold the book; the first is the one to name in the settings."""
        record = _Record(
            FORMAT, self.tile_width, self.tile_height, self.layers, self.sheets, self.stacks, self.things
        )
        return {TILES_FILE: msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n", **self.images}


def read_book(package: Package, file: str, tiles: int) -> TileBook:
    """Return the book of a package whose vocabulary has ``tiles`` tiles.

    Raises:
        PackageInvalid: If it is malformed or does not fit the vocabulary.
    """
    where = f"{package.root}: {file}"
    try:
        record = msgspec.json.decode(package.read(file), type=_Record)
    except (msgspec.DecodeError, RecursionError) as error:
        raise PackageInvalid(f"{where}: {error}; export the package again") from error
    images = {sheet.file: package.read(sheet.file) for sheet in record.sheets if sheet.file is not None}
    _check(where, record, tiles)
    return TileBook(
        tile_width=record.tile_width,
        tile_height=record.tile_height,
        layers=record.layers,
        sheets=record.sheets,
        stacks=record.stacks,
        things=record.things,
        images=images,
    )


def _check(where: str, record: _Record, tiles: int) -> None:
    """Refuse a book that points beyond its own tables."""
    if record.format != FORMAT:
        raise PackageInvalid(f"{where}: format is {record.format[:40]!r}, this version reads {FORMAT!r}")
    if not (1 <= record.tile_width <= 4096 and 1 <= record.tile_height <= 4096):
        raise PackageInvalid(f"{where}: cells are {record.tile_width}x{record.tile_height} pixels; 1 to 4096")
    if len(record.stacks) != tiles or len(record.things) != tiles:
        raise PackageInvalid(
            f"{where}: describes {len(record.stacks)} tiles with {len(record.things)} lists of objects, "
            f"the vocabulary has {tiles}; export the package again"
        )
    shown = [(entry.sheet, entry.tile, entry.layer) for stack in record.stacks for entry in stack]
    shown += [(t.sheet, t.tile, 0) for things in record.things for t in things if t.sheet != -1]
    layers = max(len(record.layers), 1)
    for sheet, tile, layer in shown:
        if not (0 <= sheet < len(record.sheets) and tile < record.sheets[sheet].count and layer < layers):
            raise PackageInvalid(
                f"{where}: names tile {tile} of tileset {sheet} on layer {layer}, which it does not have; "
                "export the package again"
            )


def read_pixels(data: bytes, clear: str = "", *, most: int = PIXELS_HIGH) -> NDArray[np.uint8]:
    """Return a picture as RGBA (H, W, 4); of several frames the first.

    Args:
        data: The file: PNG, GIF, JPEG, BMP, WebP or TGA.
        clear: Colour "rrggbb" that shows nothing; "" for none.
        most: Pixels that it may have; its size is looked at before it is decoded.

    Raises:
        PackageInvalid: If it is damaged, of another format, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    damage = (
        OSError,
        ValueError,
        SyntaxError,
        IndexError,
        OverflowError,
        MemoryError,
        struct.error,
        zlib.error,
    )
    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        # Pillow knows formats that run other programs (EPS) or that nobody draws tiles in: those stay shut.
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            check_pixels(*image.size, most)
            width, height = image.size
            pixels = np.empty((height, width, 4), np.uint8)
            for top in range(0, height, _STRIP):  # so that no second copy of it all is made
                strip = image.crop((0, top, width, min(top + _STRIP, height)))
                pixels[top : top + _STRIP] = np.asarray(strip.convert("RGBA"))
    except UnidentifiedImageError as error:
        raise PackageInvalid(f"picture is none of {', '.join(FORMATS)}; save it as PNG") from error
    except bombs as error:
        raise PackageInvalid(
            f"picture has far too many pixels; at most {SHEET_SIDE} a side: cut it into several tilesets"
        ) from error
    except damage as error:
        raise PackageInvalid(f"picture cannot be decoded ({str(error)[:80]}); save it as PNG") from error
    if clear:
        colour = np.array([int(clear[i : i + 2], 16) for i in (0, 2, 4)], np.uint8)
        pixels[(pixels[:, :, :3] == colour).all(axis=2), 3] = 0
    return pixels


def check_pixels(width: int, height: int, most: int = PIXELS_HIGH) -> None:
    """Refuse a picture that is too large.

    Raises:
        PackageInvalid: If it has a side of over 8,192 pixels, or over ``most`` pixels.
    """
    if max(width, height) > SHEET_SIDE:
        raise PackageInvalid(
            f"picture is {width}x{height}; at most {SHEET_SIDE} a side: cut it into several tilesets"
        )
    if width * height > most:
        raise PackageInvalid(
            f"picture is {width}x{height}; pictures may have {PIXELS_HIGH >> 20} million pixels together, "
            f"{most} are left: leave out tilesets that the maps do not need"
        )
