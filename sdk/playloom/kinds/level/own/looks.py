"""What the tiles of a vocabulary look like: the maps' own pictures, or ones made where there are none."""

from playloom.kinds.level.own.plain_tiles import SIDE, faint_squares, lettered_squares
from playloom.kinds.level.own.stacks import Reading
from playloom.kinds.level.tiles import Entry, LayerStyle, TileBook
from playloom.kinds.level.vocabulary import Vocabulary

_FAINT = 112  # of 255: values lie over the tiles they speak of


def book_of(reading: Reading) -> TileBook | None:
    """Return the pictures of the stacks; None if the maps have none."""
    size = next((drawing.tile_size for drawing in reading.drawings if drawing.tile_size is not None), None)
    gallery, parts = reading.parts.gallery, reading.parts.all
    if size is None or not gallery.pages:
        return None
    look = _looks(reading, size)
    tile_layers = [i for i, objects in enumerate(reading.stacks.objects) if not objects]
    entries = tuple(
        tuple(
            Entry(tile_layers.index(layer), *look[part], parts[part].flip)
            for layer, part in stack
            if parts[part].thing is None
        )
        for stack in reading.stacks.all
    )
    things = tuple(
        tuple(thing for _, part in stack if (thing := parts[part].thing) is not None)
        for stack in reading.stacks.all
    )
    return TileBook(
        tile_width=size[0],
        tile_height=size[1],
        layers=tuple(reading.stacks.layers[i] for i in tile_layers),
        sheets=tuple(page.sheet for page in gallery.pages),
        stacks=entries,
        things=things,
        images=dict(sorted(gallery.images.items())),
    )


def _looks(reading: Reading, size: tuple[int, int]) -> dict[int, tuple[int, int]]:
    """Return sheet and tile of each part in use; values, which have no picture, get a sheet made for them."""
    parts = reading.parts.all
    used = sorted({part for stack in reading.stacks.all for _, part in stack if parts[part].thing is None})
    look = {part: (parts[part].sheet, parts[part].tile) for part in used if parts[part].sheet >= 0}
    values = [part for part in used if part not in look]
    if values:
        titles = [parts[part].title or parts[part].label for part in values]
        squares = faint_squares([parts[part].colour for part in values], size, _FAINT)
        page = reading.parts.gallery.add_made("values", titles, squares)
        look |= {part: (page, number) for number, part in enumerate(values)}
    return look


def lettered_book(reading: Reading, vocabulary: Vocabulary) -> TileBook:
    """Return pictures made for tiles that have none and of which nothing is known that could be drawn."""
    size = reading.drawings[0].tile_size or (SIDE, SIDE)
    names = [tile.name for tile in vocabulary.tiles]
    page = reading.parts.gallery.add_made("characters", names, lettered_squares(vocabulary, size))
    return TileBook(
        tile_width=size[0],
        tile_height=size[1],
        layers=(LayerStyle("tiles"),),
        sheets=(reading.parts.gallery.pages[page].sheet,),
        stacks=tuple((Entry(0, page, number),) for number in range(len(names))),
        things=tuple(() for _ in names),
        images=dict(reading.parts.gallery.images),
    )
