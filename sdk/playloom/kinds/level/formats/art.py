"""The generated tile image: 16 pixel art for any vocabulary, drawn by code.

Grounds (floor, wall, water, ...) are textures computed with whole numbers;
things and beings are pixel maps inked with shades of the tile's own colour.
A tile is drawn by its name where we have a drawing for it, else by its role.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.formats.grounds import GROUNDS, SIDE, WALL_TOPS, Pixels, shades
from playloom.kinds.level.formats.sprites_beings import BEINGS
from playloom.kinds.level.formats.sprites_things import THINGS
from playloom.kinds.level.vocabulary import CORE, Passability, Role, Tile, Vocabulary

INKS: dict[str, tuple[int, int, int, int]] = {
    ".": (0, 0, 0, 0),
    "q": (20, 12, 32, 88),  # a shadow on whatever lies below
    "k": (27, 20, 38, 255),  # outline
    "w": (255, 248, 230, 255),
    "g": (82, 77, 102, 255),  # steel and stone, dark to light
    "h": (134, 130, 155, 255),
    "i": (201, 198, 214, 255),
    "m": (74, 44, 23, 255),  # wood, dark to light
    "n": (122, 74, 33, 255),
    "o": (168, 112, 58, 255),
    "x": (168, 103, 26, 255),  # gold, dark to light
    "y": (242, 184, 46, 255),
    "z": (255, 236, 150, 255),
    "p": (243, 196, 158, 255),  # skin
    "r": (214, 52, 62, 255),
}
_SPRITES = THINGS | BEINGS
# What stands for a role whose tile has a name that we have no drawing for.
_BY_ROLE = {
    Role.VOID: "void",
    Role.FLOOR: "floor",
    Role.WALL: "wall",
    Role.DOOR: "door",
    Role.LOCK: "locked_door",
    Role.KEY: "key",
    Role.WATER: "water",
    Role.HAZARD: "lava",
    Role.START: "start",
    Role.EXIT: "exit",
    Role.PICKUP: "pickup",
    Role.CHEST: "chest",
    Role.ENEMY: "enemy",
    Role.BOSS: "boss",
    Role.PERSON: "person",
    Role.PROP: "decoration",
}
# The roles a drawing may stand for beside the one above: a tile named "tree" that is a key gets the key.
_ROLE_OF = {drawing: role for role, drawing in _BY_ROLE.items()} | {
    "path": Role.FLOOR,
    "bridge": Role.FLOOR,
    "ladder": Role.FLOOR,
    "trap": Role.HAZARD,
    "strong_enemy": Role.ENEMY,
    "tree": Role.WALL,
    "crate": Role.WALL,
    "teleport": Role.PROP,
}


# How a theme dresses tiles of the default vocabulary: another texture and colour for the same meaning.
_DRESS = {
    "overworld": {"floor": ("grass", "#8fbf5a"), "path": ("path", "#d2b077")},
    "cave": {"floor": ("earth", "#b3a08a"), "wall": ("rock", "#54495a")},
}


@lru_cache(maxsize=16)
def tile_sheet(vocabulary: Vocabulary, side_pixels: int = SIDE, *, theme: str = "") -> NDArray[np.uint8]:
    """Return the tile image: RGBA (side, side * V, 4), read-only; tile ``i`` begins at x = side * i.

    Objects (`Vocabulary.objects`) have a clear background, all other tiles are opaque.

    Args:
        vocabulary: Any; colours come from its tiles.
        side_pixels: A multiple of 16; each drawn pixel becomes a square.
        theme: Lets the default vocabulary's ground look the part, such as grass for "overworld".

    Raises:
        RequestInvalid: If ``side_pixels`` is not such a multiple.
    """
    if side_pixels < SIDE or side_pixels % SIDE:
        raise RequestInvalid(f"tiles of {side_pixels} pixels cannot be drawn; choose a multiple of {SIDE}")
    tiles = standing(vocabulary, theme)
    floor = tiles[_floor(vocabulary)]
    opaque = np.where(vocabulary.objects[:, None, None, None], tiles, over(floor[None], tiles))
    sheet = np.concatenate(list(opaque), axis=1).repeat(side_pixels // SIDE, 0).repeat(side_pixels // SIDE, 1)
    sheet.flags.writeable = False
    return sheet


@lru_cache(maxsize=16)
def standing(vocabulary: Vocabulary, theme: str = "") -> NDArray[np.uint8]:
    """Return (V, 16, 16, 4) RGBA, read-only: every tile, with a clear background if it stands on a ground."""
    tiles = np.stack([_draw(tile, theme) for tile in vocabulary.tiles])
    tiles.flags.writeable = False
    return tiles


@lru_cache(maxsize=16)
def wall_tops(vocabulary: Vocabulary, theme: str = "") -> NDArray[np.uint8]:
    """Return (V, 16, 16, 4) RGBA, read-only: walls (`is_wall`) seen from above, clear for other tiles."""
    tiles = np.zeros((len(vocabulary), SIDE, SIDE, 4), np.uint8)
    for number, tile in enumerate(vocabulary.tiles):
        drawing, colour = _dressed(tile, theme)
        if drawing in WALL_TOPS:
            tiles[number] = WALL_TOPS[drawing](colour)
    tiles.flags.writeable = False
    return tiles


def is_wall(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return (V,): drawn as a wall, with a face below its top."""
    return np.array([_drawing(tile) == "wall" for tile in vocabulary.tiles])


def is_sunken(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return (V,): drawn as a liquid, which lies lower than the ground around it."""
    return np.array([_drawing(tile) in ("water", "lava") for tile in vocabulary.tiles])


def ground_under(vocabulary: Vocabulary) -> NDArray[np.uint8]:
    """Return (V,): the ground drawn under each tile: the id of the floor for objects, else its own."""
    ids = np.arange(len(vocabulary), dtype=np.uint8)
    ids[vocabulary.objects] = _floor(vocabulary)
    return ids


def ground_of(
    cells: NDArray[np.uint8], vocabulary: Vocabulary, *, below_all: bool = False
) -> NDArray[np.uint8]:
    """Return the map (H, W) of grounds: under an object lies what most of its neighbours are, else the floor.

    Args:
        cells: (H, W) tile ids.
        vocabulary: Of the cells.
        below_all: Also look below tiles that are no objects but stand on a ground, such as trees.
    """
    stands = vocabulary.objects.copy()
    if below_all:
        stands |= np.array([_drawing(tile) not in GROUNDS for tile in vocabulary.tiles])
    plain = [i for i in vocabulary.ids(Role.FLOOR) if not stands[i]]
    if not plain:
        return np.where(stands[cells], np.uint8(_floor(vocabulary)), cells)
    votes = np.stack([_neighbours(cells == i) for i in plain])
    likeliest = np.array(plain, np.uint8)[votes.argmax(axis=0)]  # the first, the floor, where none leads
    return np.where(stands[cells], likeliest, cells)


def _neighbours(here: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count marked neighbours; those at the four sides count twice."""
    wide = np.pad(here, 1).astype(np.int64)
    height, width = here.shape
    total = np.zeros((height, width), np.int64)
    for y, x in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        total += wide[y : y + height, x : x + width] * (2 if 1 in (y, x) else 1)
    return total


def _floor(vocabulary: Vocabulary) -> int:
    """Pick the plainest ground: the first floor, else the first open ground, else the first tile."""
    grounds = [i for i, tile in enumerate(vocabulary.tiles) if not vocabulary.objects[i]]
    open_grounds = [i for i in grounds if vocabulary.tiles[i].passability is Passability.OPEN]
    return next(iter([*vocabulary.ids(Role.FLOOR), *open_grounds, *grounds]), 0)


def _drawing(tile: Tile) -> str:
    return tile.name if _ROLE_OF.get(tile.name) is tile.role else _BY_ROLE[tile.role]


def _dressed(tile: Tile, theme: str) -> tuple[str, str]:
    """Return drawing and colour of a tile."""
    drawing = _drawing(tile)
    dress = _DRESS.get(theme, {}).get(drawing)
    return dress if dress and tile in CORE.tiles else (drawing, tile.colour)


def _draw(tile: Tile, theme: str) -> Pixels:
    drawing, colour = _dressed(tile, theme)
    if drawing in GROUNDS:
        return GROUNDS[drawing](colour)
    if drawing == "enemy" and tile.tier > 1:
        drawing = "strong_enemy"
    return _ink(_SPRITES[drawing], colour)


def _ink(pixel_map: str, colour: str) -> Pixels:
    inks = INKS | dict(zip("abcde", ((*shade, 255) for shade in shades(colour)), strict=True))
    return np.array([[inks[char] for char in row] for row in pixel_map.split()], np.uint8)


def over(below: Pixels, above: Pixels) -> Pixels:
    """Lay RGBA over opaque RGBA, in whole numbers; shapes broadcast."""
    alpha = above[..., 3:].astype(np.uint16)
    mixed = (above * alpha + below * (255 - alpha) + 127) // 255
    mixed[..., 3] = 255
    return mixed.astype(np.uint8)
